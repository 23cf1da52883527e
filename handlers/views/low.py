"""What runs low, and what is answered when a reorder point was set."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.dates import say_day
from handlers.routes import Reply
from handlers.views import answers, naming, orders, paging
from handlers.views.parts import Block, actions, button, code, context, header, said, section
from models.ledger import Posted
from models.orders import Expected, name_of
from models.purchasing import Low, Need
from models.quantities import said_number
from models.reorder import Together
from models.wording import amount, counted, many

#: A message of what became low at once names so many of it; the rest is counted.
MOST_TOGETHER = 10


class May(NamedTuple):
    """What the reader may do about it."""

    order: bool
    receive: bool


def low(shown: Sequence[tuple[Low, Need]], *, where: str | None, location_id: int | None, first: int, total: int, may: May) -> Reply:
    """A page of what is at or below its reorder point, the emptiest first, each with what is missing of it."""
    there = f" at {where}" if where else ""
    if not total:
        text = f"Nothing is low{f' at {said(where)}' if where else ''}. Set a reorder point with `/stock reorder item below 20 to 100`."
        return Reply(text, [section(text)])
    page = paging.counted(first, len(shown), total)
    head = f"{total:,} low{there}{f', {page}' if page else ''}"
    lines = [block for one, need in shown for block in _lines(one, need, may)]
    pager = paging.pager(
        "low.page", {"l": location_id}, first=first, shown=len(shown), total=total, whole=None if where else paging.as_file("low")
    )
    return Reply(f"{said(head)}, the emptiest first.", [header(head), *lines, *pager])


def together(reached: Together, shown: Sequence[tuple[Low, Need]], *, total: int) -> Reply:
    """What has become low at once, in one message: the emptiest of the `total` still low; when nothing is, the line that says so."""
    items = f"{many(reached.items, 'item')} reached"
    what = f"{items} {'their reorder point' if reached.items == reached.points else f'{reached.points:,} reorder points'} at once."
    if not total:
        text = f"{naming.WELL} {what} Nothing of that is low any more."
        return Reply(text, [context(text)])
    left = "" if total == reached.points else f" {total:,} {'is' if total == 1 else 'are'} low still."
    lines = [block for one, need in shown for block in _lines(one, need, May(order=True, receive=True))]
    more = f"And {total - len(shown):,} more: `/stock low` shows them all, the emptiest first."
    return Reply(f"{naming.LOW} {what}{left}", [section(f"*{what}*{left}"), *lines, *([context(more)] if total > len(shown) else [])])


def _lines(one: Low, need: Need, may: May) -> list[Block]:
    target = f" to reach {said_number(one.high)}" if one.high else ""
    order = f"order {said_number(need.quantity)}{target}" if need.quantity else ""
    where = f"in {said(one.location)}" if one.location else "in all locations"
    left = said(amount(one.on_hand, one.unit))
    facts = ", ".join(filter(None, (f"reorder point {said_number(one.low)}", on_its_way(need), order, elsewhere(need))))
    line = section(f"{naming.LOW} {said(one.name)} {code(one.sku)} · *{left}* {where} ({facts})")
    shown = ways_on(one, need, may)
    return [line, actions(*shown)] if shown else [line]


def ways_on(one: Low, need: Need, may: May) -> list[Block]:
    """The buttons that end it.

    Move, where another store has some, and Order, where something is missing: the one that ends it is the primary one. Then the draft that
    it is on, and Receive, of what is on order if any is.
    """
    value = {"variant": one.variant_id, "location": one.location_id}
    moves = _move(one, need) if may.receive and need.missing else []
    order = button(
        "Order", f"order.open:{one.reorder_point_id}", value, style=None if any("style" in move for move in moves) else "primary"
    )
    if need.ordered:
        receive = button("Receive", f"order.receive:{one.reorder_point_id}", {"o": need.ordered[0].order_id})
    else:
        receive = button("Receive", f"stock.receive:{one.reorder_point_id}", value | {"quantity": need.quantity})
    drafts = [orders.show(draft.order_id, name_of(draft.number)) for draft in need.drafted[:1] if may.order]
    return [*moves, *([order] if may.order and need.quantity else []), *drafts, *([receive] if may.receive else [])]


def _move(one: Low, need: Need) -> list[Block]:
    """To move what is missing from the store that has most of it; the primary way where that has enough."""
    if (store := need.elsewhere) is None:
        return []
    value = {"variant": one.variant_id, "location": store.location_id, "target": one.location_id, "quantity": min(need.missing, store.free)}
    return [button("Move", f"stock.move:{one.reorder_point_id}", value, style="primary" if store.free >= need.missing else None)]


def elsewhere(need: Need) -> str:
    """Who else has some: "1,160 in Warehouse"."""
    return f"{said_number(need.elsewhere.free)} in {said(need.elsewhere.location)}" if need.elsewhere and need.missing else ""


def on_its_way(need: Need) -> str:
    """What is to come of something low, and what is kept of it: "60 on order for Fri 27 Nov, 20 on a draft, 5 reserved"."""
    told = [
        f"{_sum(need.ordered)} on order{_first(need)}" if need.ordered else "",
        f"{_sum(need.drafted)} on a draft" if need.drafted else "",
        f"{said_number(need.reserved)} reserved" if need.reserved else "",
    ]
    return ", ".join(filter(None, told))


def _sum(coming: Sequence[Expected]) -> str:
    return said_number(sum(one.quantity for one in coming))


def _first(need: Need) -> str:
    """When it comes, or the first of it: what nobody knows the day of is the last."""
    day = need.ordered[0].expected_on
    if day is None:
        return ""
    first = "" if all(one.expected_on == day for one in need.ordered) else ", the first"
    told = say_day(day, today=need.on or day)
    return f"{first or ','} late since {told}" if need.late else f"{first} for {told}"


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
