"""Late orders: what a supplier was to deliver by now is told once where it was to come, and that message then says how it ended."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session

from models import homes, locations, notices, ordering, orders, reorder
from models.members import Role
from models.notices import NoticeKind
from models.orders import ORDERS, Ordered, OrderState, PurchaseOrder
from models.times import local_day, work_starts, working_days_after

#: So many orders are looked at in one transaction.
BATCH = 100


class Late(NamedTuple):
    """An order with something that should have come: since which day, and what."""

    order: PurchaseOrder
    since: date
    lines: list[Ordered]


def review(session: Session, now: datetime) -> bool:
    """Looks at the orders that have changed, or of which something may have become late, and says whether there may be more of them.

    Each order that is late is told of once for the day that it was expected on; a new day, missed again, is another message.
    """
    query = select(PurchaseOrder).where(ORDERS.c.review_at <= now).order_by(ORDERS.c.review_at, ORDERS.c.id).limit(BATCH)
    due = list(session.scalars(query))
    for one in due:
        _tell(session, one, lateness(session, one, orders.lines_of(session, one.id), now), now)
        session.connection().execute(update(ORDERS).where(ORDERS.c.id == one.id).values(review_at=_next(session, one, now)))
    if due:
        homes.mark_with_roles(session, now=now)
    return len(due) == BATCH


def lateness(session: Session, order: PurchaseOrder, lines: Sequence[Ordered], now: datetime) -> Late | None:
    """What of an order should have come before today, by the calendar of where it is delivered; None where nothing should."""
    if order.state is not OrderState.ORDERED:
        return None
    today = local_day(now, ordering.zone_of(session, order))
    missed = [one for one in lines if one.open and one.expected_on is not None and one.expected_on < today]
    days = [one.expected_on for one in missed if one.expected_on is not None]
    return Late(order, min(days), missed) if days else None


def late(session: Session, now: datetime) -> list[Late]:
    """Every order that is late, the latest first."""
    still_open = orders.open_orders(session)
    lines = orders.lines_of_each(session, [one.id for one in still_open])
    found = [lateness(session, one, lines[one.id], now) for one in still_open]
    return sorted((one for one in found if one is not None), key=lambda one: (one.since, one.order.id))


def _tell(session: Session, order: PurchaseOrder, late: Late | None, now: datetime) -> None:
    """Draws the order's message anew where it tells of something else by now, and owes the one of the day that was missed first."""
    told = ",".join(str(one.id) for one in late.lines) if late is not None else ""
    notices.redraw_stage(session, NoticeKind.ORDER_LATE, subject=ORDERS.name, subject_id=order.id, told=told)
    if late is None or _told_from(session, order, late.since) > now:
        return
    reorder.redraw(session, reorder.open_of(session, {one.variant_id for one in late.lines}))  # their cards say when it comes
    place = locations.get(session, order.place_id) if order.place_id is not None else None
    notices.owe_stage(
        session,
        NoticeKind.ORDER_LATE,
        key=f"order late:{order.id}:{late.since}",
        subject=ORDERS.name,
        subject_id=order.id,
        receivers=notices.audience(session, Role.KEEPER, at=place),
        now=now,
        told=told,
    )


def _told_from(session: Session, order: PurchaseOrder, expected_on: date) -> datetime:
    """When it is told that something has not come: as the next working day begins."""
    return work_starts(working_days_after(expected_on, 1)[0], ordering.zone_of(session, order))


def _next(session: Session, order: PurchaseOrder, now: datetime) -> datetime | None:
    """When something of an order is to be told of as late that is not yet."""
    if order.state is not OrderState.ORDERED:
        return None
    days = {one.expected_on for one in orders.lines_of(session, order.id) if one.open and one.expected_on is not None}
    return min((moment for day in days if (moment := _told_from(session, order, day)) > now), default=None)
