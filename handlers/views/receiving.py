"""Receiving an order: the form with what is still to come, and what is answered when some of it has."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming
from handlers.views.orders import Shown, amount
from handlers.views.parts import Block, actions, button, context, field, modal, option, said, search, section, text_input
from handlers.views.pickers import boxes, day
from models.catalog import ItemKind
from models.ledger import Posted
from models.orders import Ordered
from models.wording import amount as so_many

CONFIRMED = "confirmed"


class Asked(NamedTuple):
    """A line that the form asks for: each of its fields by name ("line_17", "lot_17", "expires_17"), with what stands in it."""

    line: Ordered
    fields: Mapping[str, tuple[str, str | None]]


def form(
    name: str,
    supplier: str,
    lines: Sequence[Asked],
    *,
    place: tuple[str, str] | None,
    others: Block | None,
    confirm: str | None,
    carried: Any,
) -> Block:
    """The form of a delivery, with what is still to come filled in. `confirm`: why somebody has to say that it is right."""
    right = boxes("receive.confirmed", [option("Yes, so many came", CONFIRMED)])
    blocks = [
        context(f"{name} from {said(supplier)}. Put what came; leave empty what did not."),
        *(block for one in lines for block in _line(one)),
        field(
            "place",
            "Where it is now",
            search("location.suggest", chosen=option(*place) if place else None, placeholder="Type a location"),
        ),
        *([section(said(confirm)), field("confirmed", "More than ordered", right, optional=True)] if confirm else []),
        *([actions(others), context("Each page is received by itself: receive these before you look at others.")] if others else []),
    ]
    return modal("order.receive", f"Receive {name}", blocks, submit="Receive", carried=carried)


def _line(one: Asked) -> list[Block]:
    line, (name, filled) = one.line, one.fields["line"]
    came = f", {so_many(line.received, line.unit)} came" if line.received else ""
    told = f"{so_many(line.quantity, line.unit)} ordered{came}."
    if line.kind is ItemKind.SERIALISED:
        serials = text_input("receive.serials", initial=filled, multiline=True, most=2000, placeholder="SN-130..134")
        return [field(name, line.name, serials, optional=True, hint=f"{told} Their serials: SN-130..134, SN-200.")]
    quantity = field(name, line.name, text_input("receive.quantity", initial=filled, most=20), optional=True, hint=told)
    return [quantity, *_lot(one)] if line.lot_tracked else [quantity]


def _lot(one: Asked) -> list[Block]:
    """In which lot it came, and when that expires, as both are printed on the goods."""
    (lot, code), (expires, on) = one.fields["lot"], one.fields["expires"]
    day_chosen = date.fromisoformat(on) if on else None
    return [
        field(lot, f"Lot of {one.line.name}", text_input("lot.code", initial=code, most=60, placeholder="L-1042"), optional=True),
        field(expires, "Which expires on", day("lot.expires", chosen=day_chosen), optional=True),
    ]


def received(
    posted: Posted,
    order: Shown,
    came: Mapping[int, int],
    *,
    place: str,
    because: str | None,
    tolerated: int | None,
    ways_on: Sequence[Block],
) -> Reply:
    """Some of an order has come in: what, and what is still to come. `tolerated`: so many percent are, and what is missing is no more."""
    named = [amount(one, came[one.id]) for one in order.lines if one.id in came]
    why = f" ({because})" if because else ""
    what = f"Received {naming.things(named)} of {order.name} at {said(place)}{why}."
    missing = [amount(one, one.open) for one in order.open]
    remains = f"Still to come: {naming.things(missing)}." if missing else f"{naming.WELL} Everything on {order.name} has come."
    if missing and tolerated is not None:
        remains += f" That is within the tolerance of {tolerated} %: close the order short if no more will come."
    undo = button("Undo", answers.UNDO, {"entry": posted.id})
    return answers.changed(what, remains, extra=[*ways_on, undo])
