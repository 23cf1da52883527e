"""A purchase order as plain text, to send to the supplier."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from handlers.views.orders import pack_of, worth
from models.orders import Ordered, Progress, totals
from models.quantities import said_money
from models.times import said_day
from models.wording import measured


class Printed(NamedTuple):
    """What the text says besides the lines."""

    name: str
    progress: Progress
    supplier: str
    contact: str | None
    #: Who sends it, as the supplier can write back to them.
    sender: str
    place: str | None
    note: str | None
    on: date


#: What the text says of an order that is none, or none any more.
_NOT_VALID = {
    Progress.DRAFT: "DRAFT, not ordered yet",
    Progress.WAITING: "DRAFT, not ordered yet",
    Progress.CANCELLED: "CANCELLED",
    Progress.CLOSED_SHORT: "CLOSED: nothing more is to be delivered",
}


def text(order: Printed, lines: Sequence[Ordered], part_numbers: dict[int, str]) -> str:
    """The order in lines of text: who, where to, and what at which price."""
    head = [f"PURCHASE ORDER {order.name}", *([_NOT_VALID[order.progress]] if order.progress in _NOT_VALID else []), ""]
    facts = [("To", order.supplier), ("Contact", order.contact), ("From", order.sender), ("Date", f"{said_day(order.on)} {order.on.year}")]
    facts += [("Deliver to", order.place), ("Note", order.note)]
    told = [f"{label + ':':<12}{value}" for label, value in facts if value]
    rows = [row for number, one in enumerate(lines, start=1) for row in _line(number, one, part_numbers.get(one.variant_id))]
    costs = totals(lines)
    return "\n".join([*head, *told, "", *rows, *([f"Total: {worth(costs)}"] if costs else []), ""])


def _line(number: int, one: Ordered, part_number: str | None) -> list[str]:
    yours = f" (your number {part_number})" if part_number else ""
    wanted = f", wanted by {said_day(one.expected_on)} {one.expected_on.year}" if one.expected_on else ""
    return [f"{number:>3}. {measured(one.quantity, one.unit)}  {one.name}{yours}{wanted}", f"     our number {one.sku}{_price(one)}", ""]


def _price(one: Ordered) -> str:
    if one.price_minor is None or one.currency is None or one.value_minor is None:
        return ""
    pack = pack_of(one.per, one.unit)
    per = "each" if pack == "one" else f"per {pack}"
    return f", {said_money(one.price_minor, one.currency)} {per}, {said_money(one.value_minor, one.currency)} in all"
