"""What can be promised: what is sold to customers, and the dated changes that are known of today, put together by day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, select, union_all
from sqlmodel import Session

from models import orders, purchasing, reserved
from models.bills import BILLS, COMPONENTS
from models.levels import LEVELS
from models.locations import LOCATIONS, LocationKind
from models.reserved import Reserved, Which
from models.times import local_day
from models.usable import usable


class Step(NamedTuple):
    """A day on which more becomes available than before: how much that makes, and why."""

    on: date
    available: int
    why: tuple[str, ...]


class _Change(NamedTuple):
    on: date
    more: int
    why: str


def is_sold(session: Session, variant_ids: Sequence[int]) -> bool:
    """Whether they are finished goods: a customer has got some, or they are made and are no part of something else."""
    query = select(LEVELS.c.variant_id).join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
    got = query.where(LEVELS.c.variant_id.in_(variant_ids), LOCATIONS.c.kind == LocationKind.CUSTOMER, LEVELS.c.quantity > 0)
    above = BILLS.alias("above")
    part = exists().where(
        COMPONENTS.c.variant_id == BILLS.c.variant_id, COMPONENTS.c.active, above.c.id == COMPONENTS.c.bill_id, above.c.active
    )
    made = select(BILLS.c.variant_id).where(BILLS.c.variant_id.in_(variant_ids), BILLS.c.active, ~part)
    return session.connection().execute(union_all(got, made).limit(1)).first() is not None


def available(session: Session, variant_ids: Sequence[int], kept: Sequence[Reserved], *, on: date) -> int:
    """How many of those variants anybody may take: on hand and with nobody, less what is `kept`, expired on that day, or blocked.

    Where less is there than is kept, what is missing is not available elsewhere either; below zero, so much is missing in all.
    """
    there = usable(session, variant_ids, on=on)
    left = sum(one.on_hand for one in there) - sum(one.quantity for one in kept)
    return min(left, sum(one.free for one in there))


def available_by_date(session: Session, variant_ids: Sequence[int], *, available: int, now: datetime, zone: str) -> list[Step]:
    """How much of those variants will be available, day by day in that zone, if nothing else happens: `available` are so many now.

    A reservation that is agreed until a time lapses then, by itself, and its stock is free again. What is ordered comes when it is
    expected; nobody knows when what is late will.
    """
    changes = [
        _Change(local_day(one.until_at, zone), one.quantity, f"{one.purpose} lapses")
        for one in reserved.those(session, Which(variant_ids=variant_ids))
        if one.until_at is not None and one.until_at > now
    ]
    changes += [
        _Change(one.expected_on, one.quantity, orders.name_of(one.number))
        for one in purchasing.expected(session, variant_ids)
        if one.expected_on is not None and one.expected_on >= local_day(now, zone)
    ]
    steps: list[Step] = []
    for day in sorted({change.on for change in changes}):
        those = [change for change in changes if change.on == day]
        available += sum(change.more for change in those)
        steps.append(Step(day, max(available, 0), tuple(dict.fromkeys(change.why for change in those))))
    return steps
