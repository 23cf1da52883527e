"""The stock form: what happened, to which item, where, and how many; a line below says what lies there as it is filled in."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from handlers.views import pickers
from handlers.views.parts import Block, clipped, context, field, modal, option, said, search, select, text_input


class Happened(StrEnum):
    """What somebody does with counted stock."""

    TOOK = "took"
    RECEIVED = "received"
    MOVED = "moved"
    COUNTED = "counted"
    SCRAPPED = "scrapped"


class Chosen(NamedTuple):
    """Something chosen in a search field: what it shows, and the text that finds it."""

    label: str
    value: str

    @property
    def option(self) -> Block:
        """As the field takes it."""
        return option(self.label, self.value)


class Filled(NamedTuple):
    """What the form has in its fields."""

    what: Happened
    item: Chosen | None = None
    location: Chosen | None = None
    quantity: str | None = None
    target: Chosen | None = None
    note: str | None = None
    #: The code of the lot that comes in or is counted, or which of the lots there is meant.
    lot: str | None = None
    expires: date | None = None


_WHAT = {
    Happened.TOOK: "Took",
    Happened.RECEIVED: "Received",
    Happened.MOVED: "Moved",
    Happened.COUNTED: "Counted",
    Happened.SCRAPPED: "Scrapped",
}
_SUBMIT = {
    Happened.TOOK: "Take",
    Happened.RECEIVED: "Receive",
    Happened.MOVED: "Move",
    Happened.COUNTED: "Count",
    Happened.SCRAPPED: "Scrap",
}
_WHERE = {
    Happened.TOOK: "From which location",
    Happened.RECEIVED: "At which location",
    Happened.MOVED: "From which location",
    Happened.COUNTED: "Where",
    Happened.SCRAPPED: "Where",
}
#: Left empty, these find the location by themselves, and say which it was.
_FINDS_ITS_LOCATION = frozenset({Happened.TOOK, Happened.RECEIVED})
LONGEST_NOTE = 3000
#: A form carries at most 3,000 characters along.
LONGEST_CARRIED = 1_500
#: With these a lot may be new, so that its code is typed; with the others it is one of those that lie there.
NAMES_LOTS = frozenset({Happened.RECEIVED, Happened.COUNTED})


def form(filled: Filled, *, may: Sequence[Happened], holds: str, key: str, lots: Sequence[Chosen] | None = None) -> Block:
    """The form with what is known filled in. `may`: what this member can do; `holds`: the line of what lies there.

    `lots` are those that lie there, where the item is tracked by lots. A receipt then has no room for a note: it is carried along.
    """
    what = filled.what
    crowded = lots is not None and what is Happened.RECEIVED
    finds = what in _FINDS_ITS_LOCATION
    choices = [option(_WHAT[one], one) for one in may]
    blocks = [
        field("what", "What happened", select("stock.what", choices, chosen=what), tells=True),
        field("item", "Item", _search("stock.item", filled.item, "Type a name, SKU or barcode"), tells=True),
        field(
            "location",
            _WHERE[what],
            _search("stock.location", filled.location, "Type a location"),
            tells=True,
            optional=finds,
            hint="Leave it empty where only one location fits." if finds else None,
        ),
        context(holds),
        field("quantity", "How many", text_input("stock.quantity", initial=filled.quantity, most=50, placeholder="5, or 2 boxes")),
        *_other_end(filled),
        *(_lot(filled, lots) if lots is not None else []),
    ]
    if not crowded:
        note = text_input("stock.note", initial=filled.note, multiline=True, most=LONGEST_NOTE)
        blocks.append(field("note", "Note", note, optional=True))
    elif filled.note:
        blocks.append(context(f"Note: “{said(clipped(filled.note, 200))}”"))
    carried = {"k": key} | ({"note": clipped(filled.note, LONGEST_CARRIED)} if crowded and filled.note else {})
    return modal("stock.record", "Stock", blocks, submit=_SUBMIT[what], carried=carried)


def _lot(filled: Filled, lots: Sequence[Chosen]) -> list[Block]:
    """Which lot: a code and a day where it may be new, else one of those that lie there."""
    item = filled.item.value if filled.item else ""
    if filled.what in NAMES_LOTS:
        code = text_input("lot.code", initial=filled.lot, most=60, placeholder="L-1042")
        hint = "As printed on the goods." if filled.what is Happened.RECEIVED else "Empty: all lots together."
        optional = filled.what is Happened.COUNTED
        day = pickers.day("lot.expires", chosen=filled.expires)
        return [
            field("lot", "Lot", code, hint=hint, optional=optional, version="code"),
            field("expires", "Expires on", day, hint="Its last good day, where it has one.", optional=True),
        ]
    if not lots:
        return []
    chosen = select("lot.choose", [one.option for one in lots], chosen=filled.lot, placeholder="The first to expire first")
    return [field("lot", "Lot", chosen, optional=True, version=item)]


def _other_end(filled: Filled) -> list[Block]:
    """The other location of what happened. Each kind of act has a field of its own: what was chosen for one is nothing for another."""
    match filled.what:
        case Happened.TOOK:
            element = _search("holder.suggest", filled.target, "Type a name or location")
            return [field("target", "For whom", element, optional=True, hint="Leave it empty for what is used up.", version="took")]
        case Happened.RECEIVED:
            element = _search("supplier.suggest", filled.target, "Type a supplier")
            return [field("target", "From which supplier", element, optional=True, version="received")]
        case Happened.MOVED:
            return [field("target", "To which location", _search("holder.suggest", filled.target, "Type a location"), version="moved")]
        case _:
            return []


def _search(action: str, chosen: Chosen | None, placeholder: str) -> Block:
    return search(action, chosen=chosen.option if chosen else None, placeholder=placeholder)
