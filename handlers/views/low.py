"""What runs low, and what is answered when a reorder point was set."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming, paging
from handlers.views.parts import Block, button, code, header, said, section
from models.ledger import Posted
from models.purchasing import Low
from models.quantities import said_number
from models.wording import amount, counted


def low(running_low: Sequence[Low], *, where: str | None, location_id: int | None, first: int, may_receive: bool) -> Reply:
    """A page of what is at or below its reorder point, the emptiest first."""
    there = f" at {where}" if where else ""
    if not running_low:
        text = f"Nothing is low{f' at {said(where)}' if where else ''}. Set a reorder point with `/stock reorder item below 20 to 100`."
        return Reply(text, [section(text)])
    shown = running_low[first : first + paging.PAGE]
    page = paging.counted(first, len(shown), len(running_low))
    head = f"{len(running_low):,} low{there}{f', {page}' if page else ''}"
    lines = [_line(one, may_receive=may_receive) for one in shown]
    pager = paging.pager("low.page", {"l": location_id}, first=first, shown=len(shown), total=len(running_low))
    return Reply(f"{said(head)}, the emptiest first.", [header(head), *lines, *pager])


def _line(one: Low, *, may_receive: bool) -> Block:
    target = f" to reach {said_number(one.high)}" if one.high else ""
    order = f", order {said_number(one.suggested)}{target}" if one.suggested else ""
    where = f"in {said(one.location)}" if one.location else "in all locations"
    left = said(amount(one.on_hand, one.unit))
    text = f"{naming.LOW} {said(one.name)} {code(one.sku)} · *{left}* {where} (reorder point {said_number(one.low)}{order})"
    value = {"variant": one.variant_id, "location": one.location_id, "quantity": one.suggested}
    return section(text, accessory=button("Receive", f"stock.receive:{one.reorder_point_id}", value) if may_receive else None)


class Point(NamedTuple):
    """A reorder point as it was set; without a location it counts all of them together. Quantities in millionths of the unit."""

    name: str
    unit: str
    location: str | None
    low: int
    high: int | None


def point_set(posted: Posted, point: Point, *, low_now: int | None) -> Reply:
    """A reorder point was set; `low_now` is what is on hand where that is low already."""
    where = f" at {said(point.location)}" if point.location else ""
    up_to = f", up to {said(amount(point.high, point.unit))}" if point.high is not None else ""
    what = f"Set the reorder point of {said(point.name)}{where}: at {said(amount(point.low, point.unit))}{up_to}."
    if low_now is None:
        return answers.changed(what, "A card comes when stock sinks to it.", entry=posted)
    left = said(counted(low_now, point.name, point.unit))
    return answers.changed(what, f"It is low already: {left} {'there' if point.location else 'in all locations'}.", entry=posted)


def point_gone(posted: Posted, name: str, where: str | None) -> Reply:
    """A reorder point was taken away."""
    there = f" at {said(where)}" if where else ""
    return answers.changed(f"Took away the reorder point of {said(name)}{there}.", "No reminder comes of it any more.", entry=posted)
