"""The stock form: what happened, to which item, where, and how many; a line below says what lies there as it is filled in."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from handlers.views.parts import Block, context, field, modal, option, search, select, text_input


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


def form(filled: Filled, *, may: Sequence[Happened], holds: str, key: str) -> Block:
    """The form with what is known filled in. `may`: what this member can do; `holds`: the line of what lies there."""
    what = filled.what
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
        field(
            "note",
            "Note",
            text_input("stock.note", initial=filled.note, multiline=True, most=LONGEST_NOTE),
            optional=True,
        ),
    ]
    return modal("stock.record", "Stock", blocks, submit=_SUBMIT[what], carried={"k": key})


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
