"""The checkout form: what goes out, to whom, until when; a line below says how each of it stands as it is filled in."""

from collections.abc import Sequence
from datetime import date, time
from typing import NamedTuple

from handlers.views.due import Reader, day_field, time_field
from handlers.views.parts import Block, context, field, modal, option, search, select, text_input
from handlers.views.stock_form import Chosen
from models.times import DUE_TIME


class Filled(NamedTuple):
    """What the form has in its fields."""

    what: Sequence[Chosen] = ()
    quantity: str | None = None
    source: str | None = None
    holder: Chosen | None = None
    due: date | None = None
    due_time: time = DUE_TIME
    purpose: str | None = None


class Stores(NamedTuple):
    """Where a counted item can leave from: its variant's id and a choice per store that has some."""

    variant_id: int
    choices: Sequence[Chosen]


def form(
    filled: Filled, *, counted: Stores | None, lends: bool, told: Sequence[str], asks: bool, zone: str, reader: Reader, key: str
) -> Block:
    """The form with what is known filled in.

    `counted` where so many of an item go out; `lends` for who may check out for others; `told` says how each thing stands; `asks` where
    somebody has to agree; `zone` is that of where it leaves.
    """
    blocks = [
        _what(filled),
        *([context("\n".join(told))] if told else []),
        *(_how_many(filled, counted) if counted else []),
        *([_holder(filled)] if lends else []),
        day_field("Until", filled.due, optional=True, hint="Leave it empty if nobody knows yet."),
        time_field(filled.due_time, zone=zone, reader=reader),
        field("purpose", "What for", text_input("purpose", initial=filled.purpose, most=300), optional=True),
    ]
    return modal("checkout.out", "Check out", blocks, submit="Request" if asks else "Check out", carried={"k": key})


def _what(filled: Filled) -> Block:
    element = search("checkout.what", several=True, placeholder="Type a name, serial or barcode")
    chosen = [option(one.label, one.value) for one in filled.what]
    return field("what", "What", element | {"initial_options": chosen} if chosen else element, tells=True)


def _how_many(filled: Filled, counted: Stores) -> list[Block]:
    """How many, and from where if there is a choice. They belong to the item that is chosen: another one starts afresh."""
    version = str(counted.variant_id)
    how_many = field("quantity", "How many", text_input("quantity", initial=filled.quantity, most=50, placeholder="2"), version=version)
    if len(counted.choices) < 2:
        return [how_many]
    stores = select("source", [option(one.label, one.value) for one in counted.choices], chosen=filled.source)
    return [how_many, field("source", "From", stores, version=version)]


def _holder(filled: Filled) -> Block:
    chosen = filled.holder.option if filled.holder else None
    return field("holder", "To whom", search("holder.suggest", chosen=chosen, placeholder="Type a name or location"))
