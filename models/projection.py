"""What can be promised: what is sold to customers, and the dated changes that are known of today, put together by day."""

from collections.abc import Mapping, Sequence
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
    variant_id: int
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


def available(session: Session, variant_ids: Sequence[int], kept: Sequence[Reserved], *, on: date) -> dict[int, int]:
    """How many of each variant anybody may take: on hand and with nobody, less what is `kept`, expired on that day, or blocked.

    Where less is there than is kept, what is missing is not available elsewhere either; below zero, so much is missing in all.
    """
    there = usable(session, variant_ids, on=on)
    found = {}
    for variant_id in variant_ids:
        lying = [one for one in there if one.variant_id == variant_id]
        left = sum(one.on_hand for one in lying) - sum(one.quantity for one in kept if one.variant_id == variant_id)
        found[variant_id] = min(left, sum(one.free for one in lying))
    return found


def in_all(available: Mapping[int, int]) -> int:
    """How many of them are available together: what is missing of one is no less of another."""
    return sum(max(one, 0) for one in available.values())


def available_by_date(session: Session, available: Mapping[int, int], *, now: datetime, zone: str) -> list[Step]:
    """How much of those variants will be available, day by day in that zone, if nothing else happens: `available` are so many of each now.

    A reservation that is agreed until a time lapses then, by itself, and its stock is free again. What is ordered comes when it is
    expected; nobody knows when what is late will.
    """
    changes = [
        _Change(local_day(one.until_at, zone), one.variant_id, one.quantity, f"{one.purpose} lapses")
        for one in reserved.those(session, Which(variant_ids=list(available)))
        if one.until_at is not None and one.until_at > now
    ]
    changes += [
        _Change(one.expected_on, one.variant_id, one.quantity, orders.name_of(one.number))
        for one in purchasing.expected(session, list(available))
        if one.expected_on is not None and one.expected_on >= local_day(now, zone)
    ]
    steps, running = list[Step](), dict(available)
    for day in sorted({change.on for change in changes}):
        those = [change for change in changes if change.on == day]
        for change in those:
            running[change.variant_id] += change.more
        steps.append(Step(day, in_all(running), tuple(dict.fromkeys(change.why for change in those))))
    return steps
