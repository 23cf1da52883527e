"""The card of a purchase order, and the buttons by which one is ordered, closed short, cancelled or printed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import approving
from handlers.routes import Attached, Press, Reply, Request, button
from handlers.speaking import Declined
from handlers.views import happenings, order_text, paging
from handlers.views import orders as views
from handlers.views import requests as request_views
from handlers.views.parts import Block, confirm, said, section
from handlers.views.parts import button as pressed
from models import asking, history, late_orders, locations, members, ordering, orders, suppliers
from models.approvals import ApprovalRequest
from models.locations import Location
from models.members import Permission
from models.orders import OrderState, Progress, PurchaseOrder
from models.outbox import Leased
from models.refusals import Conflict
from models.times import local_day

MOST_HAPPENED = 3


def shown(session: Session, order: PurchaseOrder, *, now: datetime) -> views.Shown:
    """An order as every view tells of it."""
    return shown_each(session, [order], now=now)[0]


def shown_each(session: Session, found: Sequence[PurchaseOrder], *, now: datetime) -> list[views.Shown]:
    """The same of several orders, in a few reads."""
    lines = orders.lines_of_each(session, [one.id for one in found])
    suppliers_of, waiting = locations.names(session, [one.supplier_id for one in found]), ordering.waiting(session)
    late = {one.id: late_orders.lateness(session, one, lines[one.id], now) for one in found}
    return [
        views.Shown(
            id=one.id,
            name=one.name,
            supplier=suppliers_of[one.supplier_id],
            progress=orders.progress(one, lines[one.id], waiting=one.id in waiting),
            lines=lines[one.id],
            totals=orders.totals(lines[one.id]),
            late_since=since.since if (since := late[one.id]) is not None else None,
            today=local_day(now, ordering.zone_of(session, one)),
        )
        for one in found
    ]


def card(request: Request, session: Session, order: PurchaseOrder, *, first: int = 0) -> Reply:
    """The card of an order, a page of its lines at a time."""
    told = shown(session, order, now=request.act.now)
    happened = history.of_order(session, order.id, limit=MOST_HAPPENED)
    zone = request.act.by.time_zone
    about = views.About(
        contact=locations.get(session, order.supplier_id).contact,
        place=locations.get(session, order.place_id).name if order.place_id is not None else None,
        note=order.note,
        happened=[happenings.told(one, now=request.act.now, zone=zone) for one in happened],
    )
    change = told.progress is Progress.DRAFT and request.act.by.may(Permission.ORDER, at=place_of(session, order))
    lines = [views.line(told, one, change=change) for one in told.lines[first : first + paging.PAGE]]
    return views.card(told, about, lines, _buttons(request, session, order, told), first=first)


@button("order.show", needs=Permission.LOOK)
def show(request: Request, session: Session, *, value: Any) -> Reply:
    """The card, from a list, an answer or a reminder."""
    return card(request, session, orders.get(session, value["o"]))


@button("order.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of what is on an order."""
    reply = card(request, session, orders.get(session, value["o"]), first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def place_of(session: Session, order: PurchaseOrder) -> Location | None:
    """Where an order is to be delivered, where somebody said."""
    return locations.get(session, order.place_id) if order.place_id is not None else None


def _buttons(request: Request, session: Session, order: PurchaseOrder, told: views.Shown) -> list[Block]:
    """What this member may do with it now: what comes next first, what ends it last."""
    by, place = request.act.by, place_of(session, order)
    value = {"o": order.id, "s": last_seen(session, order)}
    asked = ordering.waiting(session).get(order.id)
    if asked is not None:
        return _to_decide(request, session, asked)
    if not told.lines:
        return []
    orders_it, receives_it = by.may(Permission.ORDER, at=place), by.may(Permission.RECEIVE, at=place)
    open_now = told.progress in {Progress.ORDERED, Progress.PARTLY_RECEIVED}
    steps = []
    if told.progress is Progress.DRAFT and orders_it:
        asks = ordering.asks(session, order, told.lines)
        steps.append(pressed("Send for approval" if asks else "Order", "order.place", value, style="primary"))
    if open_now and receives_it:
        steps.append(pressed("Receive", "order.receive", {"o": order.id}, style="primary"))
        if place is not None and not any(one.named for one in told.open):
            steps.append(pressed("Receive all", "order.all", value))
    if (open_now or told.progress is Progress.DRAFT) and orders_it:
        steps.append(pressed("Edit", "order.edit", {"o": order.id}))
    return [*steps, pressed("Print", "order.print", {"o": order.id}), *([end(told, value)] if _can_end(told) and orders_it else [])]


def _to_decide(request: Request, session: Session, asked: ApprovalRequest) -> list[Block]:
    """While an order waits: whoever asked may withdraw, an approver decides."""
    told = approving.told(session, asked, now=request.act.now, zone=request.act.by.time_zone)
    if asked.requester_id == request.act.by.id:
        return [request_views.withdraw(told)]
    return request_views.decide(told) if request.act.by.may(Permission.APPROVE) else []


def _can_end(told: views.Shown) -> bool:
    return told.progress in {Progress.DRAFT, Progress.ORDERED, Progress.PARTLY_RECEIVED}


def end(told: views.Shown, value: Any) -> Block:
    """The button that ends an order: what has partly come is closed short, anything else is cancelled."""
    if told.progress is Progress.PARTLY_RECEIVED:
        question = confirm(
            f"Close {told.name} short?", "What is missing does not count as on its way any more. You can undo it.", "Close it"
        )
        return pressed("Close short", "order.close", value, style="danger", confirm=question)
    question = confirm(f"Cancel {told.name}?", f"Tell {told.supplier}, if they know of it already. You can undo it.", "Cancel it")
    return pressed("Cancel", "order.cancel", value, style="danger", confirm=question)


def last_seen(session: Session, order: PurchaseOrder) -> int | None:
    """The last entry about an order or what is on it: a button on its card says which one was looked at."""
    last = history.of_order(session, order.id, limit=1)
    return last[0].id if last else None


def require_seen(session: Session, order: PurchaseOrder, seen: int | None) -> None:
    """Refuses what was pressed on a card that is not up to date any more, naming who has changed it."""
    last = history.of_order(session, order.id, limit=1)
    if last and last[0].id != seen:
        changed = Conflict(f"{last[0].member} has changed {order.name} since you looked. Look again, then decide.")
        raise Declined(changed, [Press(f"Show {order.name}", "order.show", {"o": order.id})])


def _looked_at(session: Session, value: Any) -> PurchaseOrder:
    order = orders.get(session, value["o"])
    require_seen(session, order, value["s"])
    return order


@button("order.place", needs=Permission.ORDER)
def place(request: Request, session: Session, *, value: Any) -> Reply:
    """Orders a draft, or asks for the approval that policy wants."""
    order = _looked_at(session, value)
    done = asking.ask_or_do(session, request.act, ordering.VERB, order=order)
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    ways_on = [views.show(order.id, order.name), pressed("Print", "order.print", {"o": order.id})]
    return views.ordered(done, shown(session, order, now=request.act.now), ways_on=ways_on)


@button("order.close", needs=Permission.ORDER)
def close_short(request: Request, session: Session, *, value: Any) -> Reply:
    """What is missing does not come any more."""
    order = _looked_at(session, value)
    missing = [views.amount(one, one.open) for one in orders.lines_of(session, order.id) if one.open]
    posted = ordering.close_short(session, request.act, order=order)
    return views.closed(posted, order.name, missing)


@button("order.cancel", needs=Permission.ORDER)
def cancel(request: Request, session: Session, *, value: Any) -> Reply:
    """The order is taken back."""
    order = _looked_at(session, value)
    was_ordered = order.state is OrderState.ORDERED
    posted = ordering.cancel(session, request.act, order=order)
    return views.cancelled(posted, order.name, locations.get(session, order.supplier_id).name, tell=was_ordered)


@button("order.print", needs=Permission.LOOK)
def print_order(request: Request, session: Session, *, value: Any) -> Reply:
    """The text of an order, as a file to send to the supplier."""
    order = orders.get(session, value["o"])
    told, supplier = shown(session, order, now=request.act.now), locations.get(session, order.supplier_id)
    place, by = place_of(session, order), members.get(session, request.act.by.id)
    printed = order_text.Printed(
        name=order.name,
        progress=told.progress,
        supplier=supplier.name,
        contact=supplier.contact,
        sender=", ".join(filter(None, (by.name, by.email))),
        place=place.name if place else None,
        note=order.note,
        on=local_day(order.ordered_at or request.act.now, ordering.zone_of(session, order)),
    )
    numbers = {}
    for one in told.lines:
        terms = suppliers.terms_of(session, one.variant_id, supplier.id)
        if terms is not None and terms.part_number:
            numbers[one.variant_id] = terms.part_number
    words = order_text.text(printed, told.lines, numbers)
    text = f"The text of {order.name} for {said(supplier.name)} comes as a file in our direct messages."
    attached = Attached(f"{order.name}.txt", f"{order.name} for {supplier.name}", words.encode)
    return Reply(text, [section(text)], attached=attached)


def late_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The message about a late order, as things are now."""
    order = orders.get(session, notice.subject_id)
    contact = locations.get(session, order.supplier_id).contact
    told = shown(session, order, now=now)
    return views.late(told, contact=contact, superseded=notice.superseded)
