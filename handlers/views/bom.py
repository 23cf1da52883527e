"""The card of a bill of materials, and the form in which it is written."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import paging
from handlers.views.parts import Block, actions, button, confirm, context, fields, header, modal, paragraphs, said, section, text_input
from handlers.views.parts import field as labelled
from models.quantities import said_money
from models.wording import counted, many

#: A form holds so many characters in a field, and shows so many fields.
LONGEST_FIELD, MOST_FIELDS = 3000, 6
MOST_USES = 6


class Line(NamedTuple):
    """One component on the card."""

    name: str
    unit: str
    quantity: int
    #: As a share that is said already; empty for none.
    scrap: str
    substitutes: Sequence[str]
    #: How many components it is made of itself, where it has a bill of its own.
    made_of: int


class BillCard(NamedTuple):
    """What the card of a bill tells."""

    variant_id: int
    name: str
    sku: str
    unit: str
    lines: Sequence[Line]
    first: int
    total: int
    costs: Sequence[str]
    unknown: int
    used_in: Sequence[str]


def card(bill: BillCard, buttons: Sequence[Block]) -> Reply:
    """What one unit of something is made of."""
    page = paging.counted(bill.first, len(bill.lines), bill.total)
    one = f"One {'unit' if bill.unit == 'each' else bill.unit} is made of"
    head = f"{one} *{said(components(bill.total))}*{f', {page}' if page else ''}:"
    blocks = [header(f"{bill.name} · {bill.sku}"), *paragraphs([head, *(_line(line) for line in bill.lines)])]
    blocks += paging.pager("bom.page", {"v": bill.variant_id}, first=bill.first, shown=len(bill.lines), total=bill.total)
    blocks.append(fields(("Cost of one", _cost(bill)), ("Goes into", _uses(bill.used_in))))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"{said(bill.name)} is made of {components(bill.total)}.", blocks)


def components(number: int) -> str:
    """ "1 component", "12 components"."""
    return many(number, "component")


def _line(line: Line) -> str:
    """ "• 4 M8 bolts, scrap 2 %, or M8 bolt zinc"."""
    scrap = f", scrap {line.scrap}" if line.scrap else ""
    others = f", or {said(', '.join(line.substitutes))}" if line.substitutes else ""
    below = f" (made here of {components(line.made_of)})" if line.made_of else ""
    return f"• {said(counted(line.quantity, line.name, line.unit))}{below}{scrap}{others}"


def _cost(bill: BillCard) -> str:
    missing = f"without {components(bill.unknown)} whose cost is not known" if bill.unknown else ""
    return said(", ".join([*bill.costs, *([missing] if missing else [])]))


def said_cost(minor: Fraction, currency: str) -> str:
    """An exact amount, rounded once, at the very end: half of the smallest coin is one."""
    return said_money(int(minor + Fraction(1, 2)), currency)


def _uses(names: Sequence[str]) -> str:
    more = len(names) - MOST_USES
    return said(", ".join(names[:MOST_USES])) + (f" and {more:,} more" if more > 0 else "")


def none(name: str, used_in: Sequence[str], buttons: Sequence[Block]) -> Reply:
    """Something that nobody makes here, as far as is known."""
    text = f"{said(name)} has no bill of materials: nothing says what it is made of."
    blocks = [section(text)]
    if used_in:
        blocks.append(context(f"It goes into {_uses(used_in)}."))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(text, blocks)


def open_form(label: str, variant_id: int) -> Block:
    """A button that opens the form of a bill."""
    return button(label, "bom.open", {"v": variant_id})


def form(name: str, unit: str, texts: Sequence[str], *, remove: Block | None, carried: Any) -> Block:
    """The form of a bill: one component a line. A long one goes on in the next field."""
    one = "one" if unit == "each" else f"one {unit}"
    blocks = [context(f"What goes into {one} of {said(name)}.")]
    if remove:
        blocks.append(actions(remove))
    for number, text in enumerate(texts, start=1):
        element = text_input("bom.components", initial=text, multiline=True, most=LONGEST_FIELD, placeholder=_EXAMPLE)
        label, hint = ("Components", _HINT) if number == 1 else (f"Components, part {number}", None)
        blocks.append(labelled(f"components{number}", label, element, hint=hint, optional=number > 1))
    return modal("bom.save", "Bill of materials", blocks, submit="Save", carried=carried)


_EXAMPLE = "4 M8 bolt; scrap 2 %; or M8 bolt zinc"
_HINT = "One a line: how many, of what, then what is spoilt and what may stand in for it. Scrap and substitutes may be left out."


def remove(name: str, variant_id: int) -> Block:
    """The button that takes a bill away."""
    question = confirm("Remove this bill?", f"{name} can't be built any more. You can undo it.", "Remove")
    return button("Remove", "bom.remove", {"v": variant_id}, style="danger", confirm=question)
