"""Editing and archiving whatever is named: each kind of thing has a form of its own."""

from sqlmodel import Session

from handlers import asset_form, category_form, item_form, kit_form, location_form, lot_card, order_edit
from handlers.routes import Reply, Request, sentence
from handlers.views import naming, registered
from handlers.views.parts import code, said
from models import archiving, catalog
from models.assets import Asset
from models.catalog import Category
from models.catalog_names import Found
from models.finding import Thing
from models.kits import Kit
from models.ledger import Posted
from models.locations import Location
from models.lots import Lot
from models.members import Member, Permission
from models.orders import PurchaseOrder
from models.refusals import Refusal


@sentence(
    "/stock",
    says="edit {thing}",
    needs=Permission.CATALOG,
    does="opens the form that changes an item, asset, kit, lot, location, category or order",
    examples=("edit M8 hex bolt", "edit Van 3"),
)
def edit(request: Request, session: Session, *, thing: Thing) -> Reply:  # noqa: PLR0911 - each kind of thing has its own form
    """Opens the form of whatever goes by that name."""
    match thing:
        case Found():
            one_of_several = len(thing.variants) < len(catalog.variants_of(session, thing.item.id))
            if one_of_several:
                return item_form.open_variant(request, session, thing.variants[0])
            return item_form.open_item(request, session, thing.item)
        case Asset():
            return asset_form.open_asset(request, session, thing)
        case Location():
            return location_form.open_location(request, session, thing)
        case Lot():
            return lot_card.open_lot(request, session, thing)
        case Category():
            return category_form.open_category(request, session, thing)
        case PurchaseOrder():
            return order_edit.edit(request, session, thing)
        case Kit():
            return kit_form.open_kit(request, session, thing)
        case Member():
            raise Refusal(f"What I know of {thing.name} comes from Slack. Roles are on an admin's Home.", field="thing")


@sentence(
    "/stock",
    says="archive {thing}",
    needs=Permission.CATALOG,
    does="takes something that is not kept any more out of the register",
    examples=("archive M8 hex bolt", "archive Van 3"),
)
def archive(request: Request, session: Session, *, thing: Thing) -> Reply:
    """Archives whatever goes by that name; at once, because it can be undone."""
    posted, name = _archive(request, session, thing)
    return registered.done(f"Archived {name}.", "Its history stays.", entry_id=posted.id)


def _archive(request: Request, session: Session, thing: Thing) -> tuple[Posted, str]:
    act = request.act
    match thing:
        case Found() if len(thing.variants) < len(catalog.variants_of(session, thing.item.id)):
            variant = thing.variants[0]
            return archiving.archive_variant(session, act, variant), f"{said(variant.name)} {code(variant.sku)}"
        case Found():
            return archiving.archive_item(session, act, thing.item), said(thing.item.name)
        case Asset():
            name = thing.name or catalog.variant(session, thing.variant_id).name
            return archiving.archive_asset(session, act, thing), naming.asset(name, thing.serial)
        case Location():
            return archiving.archive_location(session, act, thing), said(thing.name)
        case Category():
            return archiving.archive_category(session, act, thing), said(thing.name)
        case Kit():
            return archiving.archive_kit(session, act, thing), said(thing.name)
        case Lot():
            raise Refusal(f"Lot {thing.code} stays known, so that it can be traced. Undo its receipt where it never came.", field="thing")
        case PurchaseOrder():
            raise Refusal(f"{thing.name} is an order: it is cancelled, or closed short, on its card.", field="thing")
        case Member():
            raise Refusal(f"{thing.name} comes from Slack and stays as long as Slack knows them.", field="thing")
