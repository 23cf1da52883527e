"""The stock form: what happened to counted stock, for those who would rather choose than type."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called, custom_inputs, insisting, lot_words, stock
from handlers.defaults import bound_to
from handlers.forms import Form, told_under
from handlers.routes import Reply, Request, button, form, shortcut
from handlers.suggesting import findable
from handlers.typed import MENTION, MOST_CHARACTERS, normalise, quoted
from handlers.views import stock_form as views
from handlers.views.parts import Block, said
from handlers.views.stock_form import NAMES_LOTS, Chosen, Filled, Happened
from models import catalog, finding, levels, locations, lot_stock, lots, members, reorder
from models.catalog import ItemKind, Variant
from models.custom_fields import About
from models.locations import Location
from models.members import Permission
from models.quantities import said_number
from models.refusals import Expired, FieldProblems
from models.wording import amount, counted, listed

_NEEDS = {
    Happened.TOOK: Permission.TAKE,
    Happened.RECEIVED: Permission.RECEIVE,
    Happened.MOVED: Permission.MOVE,
    Happened.COUNTED: Permission.COUNT,
    Happened.SCRAPPED: Permission.SCRAP,
}
#: What a sentence calls a slot, by the field of the form that it stands in.
_FIELD_OF = {
    Happened.TOOK: {"source": "location"},
    Happened.RECEIVED: {"target": "location", "source": "target"},
    Happened.MOVED: {"source": "location"},
    Happened.COUNTED: dict[str, str](),
    Happened.SCRAPPED: {"source": "location"},
}
MOST_PLACES = 5


class StockForm(Form):
    """What was filled in. Names are texts, found again when the form is sent: what they mean may have changed since it was opened."""

    what: Happened
    item: str
    quantity: str
    location: str | None = None
    target: str | None = None
    lot: str | None = None
    expires: date | None = None
    note: str | None = None


@shortcut("/stock", needs=Permission.LOOK)
def opened(request: Request, session: Session, *, text: str) -> Reply:  # noqa: ARG001
    """The bare command opens the empty form, at this channel's location."""
    return _form(request, session, Filled(Happened.TOOK, location=_here(request, session)))


@shortcut("stock.log", needs=Permission.LOOK)
def log_message(request: Request, session: Session, *, text: str) -> Reply:
    """ "Log this" on a message opens the form with its words as the note."""
    words = MENTION.sub(lambda mention: _name(session, mention), normalise(text[:MOST_CHARACTERS]))
    return _form(request, session, Filled(Happened.TOOK, location=_here(request, session), note=words or None))


def _name(session: Session, mention: re.Match[str]) -> str:
    found = members.actor_by_slack_id(session, mention[0][2:-1])
    return found.name if found else "somebody"


@button("stock.take", needs=Permission.LOOK)
def open_take(request: Request, session: Session, *, value: Any) -> Reply:
    """Take, on a card."""
    return _prefilled(request, session, Happened.TOOK, value)


@button("stock.receive", needs=Permission.LOOK)
def open_receive(request: Request, session: Session, *, value: Any) -> Reply:
    """Receive, on a card or a reminder."""
    return _prefilled(request, session, Happened.RECEIVED, value)


@button("stock.count", needs=Permission.LOOK)
def open_count(request: Request, session: Session, *, value: Any) -> Reply:
    """Count, on a card."""
    return _prefilled(request, session, Happened.COUNTED, value)


@button("stock.move", needs=Permission.LOOK)
def open_move(request: Request, session: Session, *, value: Any) -> Reply:
    """Where a sentence left something out that the form asks for."""
    return _prefilled(request, session, Happened.MOVED, value)


@button("stock.scrap", needs=Permission.LOOK)
def open_scrap(request: Request, session: Session, *, value: Any) -> Reply:
    """Scrap, on a lot's card or a reminder."""
    return _prefilled(request, session, Happened.SCRAPPED, value)


def _prefilled(request: Request, session: Session, what: Happened, value: Mapping[str, Any]) -> Reply:
    members.require(request.act.by, _NEEDS[what])
    quantity: int | str | None = value.get("quantity")  # a number, or as somebody typed it
    variant = catalog.variant(session, value["variant"]) if value.get("variant") else None
    location = locations.get(session, value["location"]) if value.get("location") else None
    filled = Filled(
        what,
        item=chosen_item(variant) if variant else None,
        location=chosen_place(session, location) if location else _here(request, session),
        quantity=quantity if isinstance(quantity, str) else said_number(quantity) if quantity else None,
        target=chosen_place(session, locations.get(session, value["target"])) if value.get("target") else None,
        lot=str(value["lot"]) if value.get("lot") else None,
    )
    return _form(request, session, filled)


@button("stock.what", needs=Permission.LOOK)
@button("stock.item", needs=Permission.LOOK)
@button("stock.location", needs=Permission.LOOK)
def redraw(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Something was chosen in the open form: the line below says what lies there; nothing that was filled in is lost."""
    values = request.values
    item, location, target = values.get("item"), values.get("location"), values.get("target")
    filled = Filled(
        Happened(values["what"]),
        item=chosen_item(finding.variant(session, item)) if item else None,
        location=chosen_place(session, finding.location(session, location, request.act.by)) if location else None,
        quantity=values.get("quantity"),
        target=chosen_place(session, finding.location(session, target, request.act.by)) if target else None,
        note=values.get("note") or request.carried.get("note"),
        lot=values.get("lot"),
        expires=date.fromisoformat(values["expires"]) if values.get("expires") else None,
    )
    return _form(request, session, filled, key=request.carried["k"])


@form("stock.record", needs=Permission.TAKE, fields=StockForm)
def record(request: Request, session: Session, *, fields: StockForm) -> Reply:
    """The form was sent. Everything is found and checked again as it is now."""
    _require_complete(fields)
    request, by = custom_inputs.saying(request), request.act.by
    note = fields.note or request.carried.get("note")
    with told_under(_FIELD_OF[fields.what] | {"where": "location", "other": "target", "made": "lot"}):
        variant = finding.variant(session, fields.item)
        quantity = called.quantity(session, variant, fields.quantity)
        location = finding.location(session, fields.location, by, field="where") if fields.location else None
        other = finding.location(session, fields.target, by, field="other") if fields.target else None
        named = _named(session, fields)
        try:
            return _CARRY_OUT[fields.what](request, session, quantity, variant, location, other, note=note, **named)
        except Expired as expired:
            return insisting.asked(request, expired.text, command="/stock", sentence=_as_sentence(fields, named.get("lot_code"), note))


def _named(session: Session, fields: StockForm) -> dict[str, Any]:
    """The lot that was typed or chosen, as the sentences have it."""
    if fields.what in NAMES_LOTS:
        return {"lot_code": fields.lot, "expires": fields.expires}
    return {"lot_code": lots.get(session, int(fields.lot)).code if fields.lot else None}


def _as_sentence(fields: StockForm, lot_code: str | None, note: str | None) -> str:
    """What a form that takes or moves stock says, as a sentence."""
    moves = fields.what is Happened.MOVED
    ends = {"from" if moves else "at": fields.location, "to": fields.target, "lot": lot_code, "note": note}
    said = " ".join(f"{word} {quoted(text)}" for word, text in ends.items() if text)
    return f"{'move ' if moves else '-'}{fields.quantity} {quoted(fields.item)} {said}".strip()


def _require_complete(fields: StockForm) -> None:
    missing = {}
    if fields.what not in (Happened.TOOK, Happened.RECEIVED) and fields.location is None:
        missing["location"] = "Please say where."
    if fields.what is Happened.MOVED and fields.target is None:
        missing["target"] = "Please say where to."
    if missing:
        raise FieldProblems(missing)


_CARRY_OUT: Mapping[Happened, Callable[..., Reply]] = {
    Happened.TOOK: lambda request, session, quantity, variant, location, other, **said: stock.take(
        request, session, quantity=quantity, variant=variant, location=location, target=other, **said
    ),
    Happened.RECEIVED: lambda request, session, quantity, variant, location, other, **said: stock.receive(
        request, session, quantity=quantity, variant=variant, location=location, source=other, **said
    ),
    Happened.MOVED: lambda request, session, quantity, variant, location, other, **said: stock.move(
        request, session, quantity=quantity, variant=variant, source=location, target=other, **said
    ),
    Happened.COUNTED: lambda request, session, quantity, variant, location, other, **said: stock.count(  # noqa: ARG005
        request, session, quantity=quantity, variant=variant, location=location, **said
    ),
    Happened.SCRAPPED: lambda request, session, quantity, variant, location, other, **said: stock.scrap(  # noqa: ARG005
        request, session, quantity=quantity, variant=variant, location=location, **said
    ),
}


def _form(request: Request, session: Session, filled: Filled, *, key: str | None = None) -> Reply:
    may = [what for what, needed in _NEEDS.items() if request.act.by.may(needed)]
    holds = _holds(request, session, filled)
    there = _lots(request, session, filled)
    shown = views.form(filled, may=may, holds=holds, key=key or request.act.token(), lots=there)
    return Reply(holds, form=_asking(request, session, filled, shown))


def _asking(request: Request, session: Session, filled: Filled, form: Block) -> Block:
    """The form that also asks for the custom fields of the record that it makes: what comes back is checked out."""
    item = catalog.item(session, finding.variant(session, filled.item.value).item_id) if filled.item else None
    lends = filled.what is Happened.TOOK and item is not None and item.kind is ItemKind.RETURNABLE
    about = About.CHECKOUT if lends else About.ENTRY
    return custom_inputs.asking(request, session, form, about, category=item.category_id if item else None)


def _lots(request: Request, session: Session, filled: Filled) -> list[Chosen] | None:
    """The lots that lie there, or in any store, the first to expire first; None where the item is not tracked by lots."""
    variant = finding.variant(session, filled.item.value) if filled.item else None
    if variant is None or not catalog.item(session, variant.item_id).lot_tracked:
        return None
    if filled.location is not None:
        places = [finding.location(session, filled.location.value, request.act.by).id]
    else:
        places = [level.location_id for level in levels.in_stores(session, variant.id)]
    today = lot_words.day_of(request)
    held = [(share, place) for place in places for share in lot_stock.lying(session, variant, place)]
    found = {lot.id: lot for (lot, _), _ in held if lot is not None}
    total = {lot_id: sum(there for (lot, there), _ in held if lot is not None and lot.id == lot_id) for lot_id in found}
    unit = catalog.item(session, variant.item_id).unit
    return [Chosen(lot_words.option(lot, total[lot.id], today, unit), str(lot.id)) for lot in found.values()]


def _holds(request: Request, session: Session, filled: Filled) -> str:
    """What lies there, as the line below the fields says it: "Van 3 holds 3 M8 bolts (reorder point 20)."."""
    if filled.item is None:
        return "Choose an item to see where it is."
    variant = finding.variant(session, filled.item.value)
    unit = catalog.item(session, variant.item_id).unit
    comes_in = called.comes_in(session, variant)
    if filled.location is None:
        return _everywhere(session, variant, unit) + comes_in
    location = finding.location(session, filled.location.value, request.act.by)
    held = levels.on_hand(session, variant.id, location.id)
    low = reorder.low_at(session, variant.id, location.id)
    point = f" (reorder point {said_number(low)})" if low is not None else ""
    what = counted(held, variant.name, unit) if held else f"no {variant.name}"
    return f"{said(location.name)} holds {said(what)}{point}.{comes_in}"


def _everywhere(session: Session, variant: Variant, unit: str) -> str:
    held = levels.by_location(session, [variant.id])
    if not held:
        return f"No location holds any {said(variant.name)}."
    told = [f"{said(level.location)} {said(amount(level.quantity, unit))}" for level in held[:MOST_PLACES]]
    more = len(held) - MOST_PLACES
    total = said(counted(sum(level.quantity for level in held), variant.name, unit))
    return f"{total} on hand: {listed([*told, f'{more:,} more' if more > 0 else ''][: len(told) + (more > 0)])}."


def _here(request: Request, session: Session) -> Chosen | None:
    """The location of the channel where the form is opened."""
    bound = bound_to(session, request.channel)
    return chosen_place(session, bound) if bound else None


def chosen_item(variant: Variant) -> Chosen:
    """An item as it is filled into a form."""
    return Chosen(f"{variant.name} · {variant.sku}", variant.sku)


def chosen_place(session: Session, location: Location) -> Chosen:
    """A location as it is filled into a form."""
    return Chosen(location.name, findable(called.found_as(session, location)))
