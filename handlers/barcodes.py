"""Barcodes: binding one that is printed on something, and a label for what has none."""

from typing import Any

from sqlmodel import Session

from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import registered
from handlers.views.parts import code as as_code
from handlers.views.parts import field, modal, said, search, section
from models import barcodes, catalog, finding, short_codes
from models.assets import Asset
from models.barcodes import Labelled
from models.catalog import Category
from models.catalog_names import Found
from models.finding import Thing
from models.kits import Kit
from models.locations import Location
from models.lots import Lot
from models.members import Member, Permission
from models.orders import PurchaseOrder
from models.refusals import Ambiguous, Choice, Refusal


@sentence(
    "/stock",
    says="bind {code} to {thing}",
    needs=Permission.CATALOG,
    does="binds a barcode that is printed on something to it",
    examples=("bind 4006381333931 to M8 hex bolt", "bind BIN-7 to Van 3"),
)
def bind(request: Request, session: Session, *, code: str, thing: Thing) -> Reply:
    """From now on that code finds this thing."""
    labelled = _labelled(thing)
    posted = barcodes.bind(session, request.act, code=code, thing=labelled)
    what = f"Bound {as_code(code)} to {said(_name(session, labelled))}."
    remains = "Whoever scans or types it finds this."
    if barcodes.looks_mistyped(code):
        remains += " Its last digit is not the check digit that an EAN or UPC would have: compare it with what is printed."
    return registered.done(what, remains, entry_id=posted.id)


class BindForm(Form):
    """What the code is on."""

    thing: str


@button("barcode.bind", needs=Permission.CATALOG)
def ask_what(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:  # noqa: ARG001
    """Opens the form that asks what a code is on which nobody knew."""
    what = field("thing", "What is it on?", search("labelled.suggest"))
    carried = {"k": request.act.token(), "code": value["code"]}
    return Reply("", form=modal("barcode.bind", "Bind a barcode", [section(as_code(value["code"])), what], submit="Bind", carried=carried))


@form("barcode.bind", needs=Permission.CATALOG, fields=BindForm)
def send_what(request: Request, session: Session, *, fields: BindForm) -> Reply:
    """The code is bound to what was chosen."""
    thing = finding.thing(session, fields.thing, request.act.by)
    return bind(request, session, code=request.carried["code"], thing=thing)


def _labelled(thing: Thing) -> Labelled:
    """What a code can stand on. Refuses an item in several variants, and what is nothing to put a label on."""
    match thing:
        case Found() if len(thing.variants) == 1:
            return thing.variants[0]
        case Found():
            choices = tuple(Choice(one.name, "thing", one.sku) for one in thing.variants[:5])
            raise Ambiguous(f"{thing.item.name} comes in {len(thing.variants)} variants. Which one?", field="thing", choices=choices)
        case Asset() | Location():
            return thing
        case Lot():
            raise Refusal(f"Lot {thing.code} is found by its own code already.", field="thing")
        case Kit():
            code = short_codes.of(thing)
            raise Refusal(f"{thing.name} is found by {code} already: print that with `/stock label kit {thing.name}`.", field="thing")
        case Member() | Category() | PurchaseOrder():
            raise Refusal(f"{thing.name} is nothing to put a code on. Name an item, an asset or a location.", field="thing")


def _name(session: Session, thing: Labelled) -> str:
    if isinstance(thing, Asset):
        return thing.name or catalog.variant(session, thing.variant_id).name
    return thing.name
