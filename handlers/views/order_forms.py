"""The forms of orders: what is put on a draft, a line of it, what holds for the whole order, and a supplier's terms."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.views.orders import pack_of
from handlers.views.parts import Block, actions, button, confirm, context, field, modal, option, said, search, section, text_input
from handlers.views.pickers import day
from models.orders import Ordered
from models.quantities import ONE, said_money, said_number
from models.suppliers import SupplierTerms
from models.wording import amount

#: An option as (label, value).
Chosen = tuple[str, str]

NO_SUCH_SUPPLIER = "Not among them? Add them with /stock new location, as a supplier."
PRICES = "Of what is sold at a time. A line for each quantity from which on it costs less: from 1,000: 11.90."


class AddFilled(NamedTuple):
    """What is filled in of something that is to be ordered."""

    name: str
    #: What is on hand, to come and missing, as a line.
    told: str
    supplier: Chosen | None
    quantity: str | None
    place: Chosen | None


def add(filled: AddFilled, *, more: Sequence[Block], carried: Any) -> Block:
    """The form that puts something on a supplier's draft; `more` are the buttons to what else can be done."""
    blocks = [
        section(f"*{said(filled.name)}*"),
        context(filled.told),
        field("supplier", "Supplier", _search("supplier.suggest", filled.supplier, "Type a supplier"), hint=NO_SUCH_SUPPLIER),
        field("quantity", "How many", text_input("order.quantity", initial=filled.quantity, most=20)),
        field(
            "place",
            "Deliver to",
            _search("location.suggest", filled.place, "Type a location"),
            optional=True,
            hint="Left empty, it is said when it comes.",
        ),
    ]
    return modal("order.add", "Order", [*blocks, *([actions(*more)] if more else [])], submit="Put on the draft", carried=carried)


def line(one: Ordered, *, price: str | None, currency: str, carried: Any) -> Block:
    """The form that changes a line of a draft."""
    terms = button("Supplier's terms", "terms.open", {"l": one.id})
    cost = text_input("line.price", initial=price, most=20, placeholder="12.50")
    many = text_input("line.quantity", initial=said_number(one.quantity), most=20)
    return modal(
        "order.line",
        "Change the line",
        [
            section(f"*{said(one.name)}*"),
            field("quantity", "How many", many, hint="0 takes it off the draft."),
            field("price", f"Price of {pack_of(one.per, one.unit)}, in {one.currency or currency}", cost, optional=True),
            field("expected_on", "Wanted for", day("line.expected_on", chosen=one.expected_on), optional=True),
            actions(terms),
        ],
        submit="Save",
        carried=carried,
    )


def edit(name: str, *, place: Chosen | None, expected_on: date | None, note: str | None, ordered: bool, carried: Any) -> Block:
    """The form of what holds for a whole order."""
    when = "Expected on" if ordered else "Wanted for"
    return modal(
        "order.edit",
        "Edit the order",
        [
            section(f"*{name}*"),
            field("place", "Deliver to", _search("location.suggest", place, "Type a location"), optional=True),
            field("expected_on", when, day("order.expected_on", chosen=expected_on), optional=True, hint="All that is still to come."),
            field("note", "For the supplier to read", text_input("order.note", initial=note, multiline=True, most=1000), optional=True),
        ],
        submit="Save",
        carried=carried,
    )


def sells(supplier: str, terms: SupplierTerms, unit: str) -> str:
    """ "Acme sells it 200 at a time, 400 at least, at 18.90 EUR per 200, from 1,000 on at 16.40 EUR."; nothing where nothing is said."""
    pack = pack_of(terms.pack, unit)
    told = [f"{pack} at a time"] if terms.pack != ONE else []
    told += [f"{amount(terms.minimum, unit)} at least"] if terms.minimum else []
    for number, (start, price) in enumerate(terms.prices):
        per = "" if number else " each" if pack == "one" else f" per {pack}"
        told.append(f"{f'from {amount(start, unit)} on ' if start else ''}at {said_money(price, terms.currency)}{per}")
    return f"{said(supplier)} sells it {said(', '.join(told))}." if told else ""


class TermsFilled(NamedTuple):
    """What is filled in of a supplier's terms."""

    part_number: str | None = None
    pack: str | None = None
    minimum: str | None = None
    prices: str | None = None
    currency: str = ""
    lead_days: str | None = None


def terms(name: str, supplier: str | None, filled: TermsFilled, *, known: bool, carried: Any) -> Block:
    """The form of what a supplier sells something at; it asks for the supplier where that was not said."""
    whom = [] if supplier else [field("supplier", "Supplier", _search("supplier.suggest", None, "Type a supplier"))]
    head = f"*{said(name)}*, from {said(supplier)}" if supplier else f"*{said(name)}*"
    question = confirm(f"{name} is not sold there any more?", "Its orders stay as they are, and you can undo it.", "Take it away")
    drop = button("Not sold there any more", "terms.drop", carried, style="danger", confirm=question)
    pack = text_input("terms.pack", initial=filled.pack, most=20, placeholder="1")
    prices = text_input("terms.prices", initial=filled.prices, multiline=True, most=1000)
    lead = text_input("terms.lead_days", initial=filled.lead_days, most=5)
    return modal(
        "terms.set",
        "Supplier's terms",
        [
            section(head),
            *whom,
            field("part_number", "Their number", text_input("terms.part_number", initial=filled.part_number, most=120), optional=True),
            field("pack", "Sold at a time", pack, optional=True, hint="A box of 200: 200."),
            field("minimum", "Sold from", text_input("terms.minimum", initial=filled.minimum, most=20), optional=True),
            field("prices", "Prices", prices, optional=True, hint=PRICES),
            field("currency", "Currency", text_input("terms.currency", initial=filled.currency, most=3)),
            field("lead_days", "Days until it comes", lead, optional=True, hint="Left empty, as the supplier usually takes."),
            *([actions(drop)] if known else []),
        ],
        submit="Save",
        carried=carried,
    )


def _search(action: str, chosen: Chosen | None, placeholder: str) -> Block:
    return search(action, chosen=option(*chosen) if chosen else None, placeholder=placeholder)
