"""The forms that add assets by their serials, and change what is known of one."""

from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called, custom_inputs, seen
from handlers.defaults import bound_to
from handlers.forms import Form, told_under
from handlers.item_form import cost
from handlers.routes import Reply, Request, button, form, sentence
from handlers.suggesting import findable
from handlers.typed import expand_serials
from handlers.views import asset_form as views
from handlers.views import naming, registered
from handlers.views.parts import button as pressed
from handlers.views.parts import confirm, said
from models import archiving, assets, catalog, custom_fields, custom_values, editing, finding, levels, register
from models.assets import Asset
from models.catalog import Variant
from models.custom_fields import About
from models.locations import Location
from models.members import Permission
from models.quantities import said_money, said_number
from models.workspace import workspace


class NewAssetsForm(Form):
    """New assets as they were filled in: serials and ranges of them."""

    item: str
    serials: str
    location: str
    purchased_on: date | None = None
    cost: str | None = None
    replace_by_on: date | None = None
    note: str | None = None


class AssetForm(Form):
    """An asset as it was filled in."""

    serial: str
    name: str | None = None
    purchased_on: date | None = None
    cost: str | None = None
    replace_by_on: date | None = None
    note: str | None = None


@sentence(
    "/stock",
    says="new asset [{variant}]",
    needs=Permission.CATALOG,
    does="opens the form for new assets: several serials, or a range, at once",
    examples=("new asset", "new asset Canon R6"),
)
def new_asset(request: Request, session: Session, *, variant: Variant | None = None) -> Reply:
    """Opens the form of new assets, at this channel's location."""
    here = bound_to(session, request.channel)
    return _new_form(request, session, variant, here, views.NewFilled(), carried={"k": request.act.token()})


@button("serialised.suggest", needs=Permission.CATALOG)
def choose_item(request: Request, session: Session, *, value: Any) -> Reply:
    """Another item was chosen in the open form: it asks for the custom fields of those; what was filled in besides stays."""
    values = request.values
    where = finding.location(session, values["location"], request.act.by) if values.get("location") else None
    days = {name: date.fromisoformat(values[name]) for name in ("purchased_on", "replace_by_on") if values.get(name)}
    filled = views.NewFilled(serials=values.get("serials"), cost=values.get("cost"), note=values.get("note"), **days)
    return _new_form(request, session, finding.variant(session, value), where, filled, carried=request.carried)


def _new_form(
    request: Request, session: Session, variant: Variant | None, where: Location | None, filled: views.NewFilled, *, carried: Any
) -> Reply:
    item = (f"{variant.name} · {variant.sku}", variant.sku) if variant else None
    place = (where.name, findable(called.found_as(session, where))) if where else None
    shown = views.new(filled, item=item, location=place, currency=workspace(session).currency, carried=carried)
    category = catalog.item(session, variant.item_id).category_id if variant else None
    return Reply("New assets.", form=custom_inputs.asking(request, session, shown, About.ASSET, category=category))


@form("asset.add", needs=Permission.RECEIVE, fields=NewAssetsForm)
def add_assets(request: Request, session: Session, *, fields: NewAssetsForm) -> Reply:
    """New assets, received in one entry."""
    with told_under({"assets": "serials", "target": "location"}):
        variant = finding.variant(session, fields.item)
        location = finding.location(session, fields.location, request.act.by)
        made, posted = register.add_assets(
            session,
            request.act,
            variant=variant,
            serials=expand_serials(fields.serials),
            target=location,
            purchased_on=fields.purchased_on,
            cost_minor=cost(session, fields.cost),
            replace_by_on=fields.replace_by_on,
            note=fields.note,
            custom=custom_inputs.given(request),
        )
    what = naming.things([naming.asset(variant.name, one.serial) for one in made])
    return registered.done(f"Added {what} at {said(location.name)}.", _remains(session, variant, location), entry_id=posted.id)


def _remains(session: Session, variant: Variant, location: Location) -> str:
    there = levels.on_hand(session, variant.id, location.id)
    return f"{said_number(there)} {said(variant.name)} in {said(location.name)} now."


def open_asset(request: Request, session: Session, asset: Asset) -> Reply:
    """Opens the form that changes an asset."""
    currency = workspace(session).currency
    name = assets.said(session, asset)
    question = confirm(f"Archive {asset.serial}?", f"{name} leaves the register. Its history stays, and you can undo it.", "Archive")
    filled = views.AssetFilled(
        serial=asset.serial,
        name=asset.name,
        purchased_on=asset.purchased_on,
        cost=said_money(asset.cost_minor, currency).split(" ")[0] if asset.cost_minor is not None else None,
        replace_by_on=asset.replace_by_on,
        note=asset.note,
    )
    shown = views.edit(
        filled,
        archive=pressed("Archive", "asset.archive", {"a": asset.id}, style="danger", confirm=question),
        currency=currency,
        carried=seen.carried(request, session, asset, *custom_values.rows(session, About.ASSET, asset.id)),
    )
    category = custom_fields.category_of(session, About.ASSET, asset)
    shown = custom_inputs.asking(request, session, shown, About.ASSET, category=category, of=asset.id)
    return Reply(f"Edit {name}.", form=shown)


@form("asset.edit", needs=Permission.CATALOG, fields=AssetForm)
def edit_asset(request: Request, session: Session, *, fields: AssetForm) -> Reply:
    """Changes what is known of an asset."""
    asset = assets.get(session, request.carried["id"])
    seen.require_unchanged(request, session, asset, *custom_values.rows(session, About.ASSET, asset.id))
    posted = editing.edit_asset(
        session,
        request.act,
        asset,
        serial=fields.serial,
        name=fields.name,
        purchased_on=fields.purchased_on,
        cost_minor=cost(session, fields.cost),
        replace_by_on=fields.replace_by_on,
        note=fields.note,
        custom=custom_inputs.given(request),
    )
    return registered.done(f"Saved {_said(session, asset)}.", entry_id=posted.id)


@button("asset.archive", needs=Permission.CATALOG)
def press_archive(request: Request, session: Session, *, value: Any) -> Reply:
    """Archives an asset from its form."""
    asset = assets.get(session, value["a"])
    posted = archiving.archive_asset(session, request.act, asset)
    return registered.done(f"Archived {_said(session, asset)}.", "Its history stays.", entry_id=posted.id)


def _said(session: Session, asset: Asset) -> str:
    return naming.asset(asset.name or catalog.variant(session, asset.variant_id).name, asset.serial)
