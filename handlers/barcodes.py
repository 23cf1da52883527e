"""Barcodes: binding one that is printed on something, and a label for what has none."""

from typing import Any

from sqlmodel import Session

from handlers.forms import Form
from handlers.routes import Attached, Reply, Request, button, form, sentence
from handlers.views import registered
from handlers.views.parts import code as as_code
from handlers.views.parts import field, modal, said, search, section
from models import barcodes, catalog, finding, lots
from models.assets import Asset
from models.barcodes import Labelled
from models.catalog import Category, Symbology
from models.catalog_names import Found
from models.finding import Thing
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
    posted = barcodes.bind(session, request.act, code=code, thing=_labelled(thing))
    what = f"Bound {as_code(code)} to {said(_name(session, thing))}."
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


@sentence(
    "/stock",
    says="label {thing}",
    needs=Permission.CATALOG,
    does="sends you a label to print: a Code 128 picture with name and code",
    examples=("label SN-1042", "label Van 3"),
)
def label(request: Request, session: Session, *, thing: Thing) -> Reply:
    """A label to print; what has no code yet gets one of ours."""
    name = _name(session, thing)
    if isinstance(thing, Lot):
        barcodes.require_valid(thing.code, Symbology.CODE128)
        days = f"expires {lots.said_full(thing.expires_on)}" if thing.expires_on else ""
        return _comes(name, thing.code, days)
    code = barcodes.own_code(session, request.act, thing=_labelled(thing))
    also = _also(session, _labelled(thing))
    return _comes(name, code, also if also != code else "")


def _comes(name: str, code: str, subtitle: str) -> Reply:
    text = f"The label of {said(name)} with the code {as_code(code)} comes as a picture in our direct messages."
    picture = Attached(f"label-{code}.png", f"Label of {name}: {code}", lambda: barcodes.picture(code, title=name, subtitle=subtitle))
    return Reply(text, [section(text)], attached=picture)


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
        case Member() | Category() | PurchaseOrder():
            raise Refusal(f"{thing.name} is nothing to put a code on. Name an item, an asset or a location.", field="thing")


def _name(session: Session, thing: Thing) -> str:
    match thing:
        case Found():
            return _labelled(thing).name or thing.item.name
        case Asset():
            return thing.name or catalog.variant(session, thing.variant_id).name
        case Lot():
            return f"{catalog.variant(session, thing.variant_id).name}, lot {thing.code}"
        case _:
            return thing.name


def _also(session: Session, thing: Labelled) -> str:
    """What a label says besides name and code: the serial or SKU that people say, or where a location lies."""
    match thing:
        case Asset():
            return thing.serial
        case Location():
            path = finding.path_of(session, thing)
            return path if path != thing.name else ""
        case _:
            return thing.sku
