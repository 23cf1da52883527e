"""Reservations that were agreed until a time: whoever reserved is told the working day before, and then they lapse by themselves."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select, update
from sqlmodel import Session

from models import members, notices, reserved
from models.entries import ENTRIES, SUBJECTS, EntryKind
from models.ledger import Act
from models.members import SCHEDULE
from models.notices import NoticeKind
from models.reservations import RESERVATIONS, Reservation
from models.reserved import Reserved, Which
from models.reserving import lapse
from models.times import is_working_day, local_day, micros, work_starts, working_day_before
from models.workspace import workspace

#: How many reservations are looked at in one transaction: it lasts well below a second.
BATCH = 100
#: Nobody is told longer before: a working day before is at most so far away.
AHEAD = timedelta(days=7)

#: How the schedule ends what was promised until a time.
_ENDING = (EntryKind.RELEASED, EntryKind.CANCELLED)


def review(session: Session, act: Act) -> bool:
    """Looks at reservations that have changed, or whose time to look has come, and says whether there may be more of them.

    The schedule acts: what has lapsed is released, in one entry for each who reserved, and they are told; what will soon is told as well.
    A second replica that does the same changes nothing.
    """
    query = select(Reservation).where(RESERVATIONS.c.review_at <= act.now).order_by(RESERVATIONS.c.by_id, RESERVATIONS.c.id)
    rows = list(session.scalars(query.limit(BATCH)))
    for by_id, group in groupby(rows, key=lambda one: one.by_id):
        mine = list(group)
        _release(session, act, by_id, [one for one in mine if _has_lapsed(session, one, act.now)])
        _tell(session, by_id, act.now)
        for one in mine:
            review_at = _next_look(session, one, act.now)
            session.connection().execute(update(RESERVATIONS).where(RESERVATIONS.c.id == one.id).values(review_at=review_at))
    return len(rows) == BATCH


def what_lapses(session: Session, member_id: int, now: datetime) -> list[Reserved]:
    """What a member is told of at `now` (UTC): what they have reserved until the next working day, what lapses first first."""
    return [one for one, _ in _soon(session, member_id, now)]


def _has_lapsed(session: Session, one: Reservation, now: datetime) -> bool:
    return (
        one.closed_at is None
        and one.until_at is not None
        and one.until_at <= now
        and not is_wanted_after_all(session, RESERVATIONS.name, one.id)
    )


def is_wanted_after_all(session: Session, table: str, row_id: int) -> bool:
    """Whether the last that was done to a reservation or booking was to take back that the schedule had ended it."""
    done = ENTRIES.alias("done")
    last = (
        select(ENTRIES.c.reverses_id)
        .join(SUBJECTS, SUBJECTS.c.entry_id == ENTRIES.c.id)
        .where(SUBJECTS.c.subject == table, SUBJECTS.c.subject_id == row_id)
        .order_by(ENTRIES.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    ended = select(done.c.id).where(done.c.id == last, done.c.kind.in_(_ENDING), done.c.member_id == SCHEDULE)
    return session.connection().execute(ended).first() is not None


def _release(session: Session, act: Act, by_id: int, kept: Sequence[Reservation]) -> None:
    if not kept:
        return
    posted = lapse(session, act, kept=kept)
    notices.tell(session, NoticeKind.LAPSED, posted.id, notices.directly(members.get(session, by_id)), now=posted.recorded_at)


def _tell(session: Session, by_id: int, now: datetime) -> None:
    """Draws what a member was told anew where that has changed, and owes them one message of what lapses on the next working day."""
    soon = _soon(session, by_id, now)
    told = ",".join(f"{one.id}x{one.quantity}@{micros(one.until_at)}" for one, _ in soon if one.until_at)
    kind, subject = NoticeKind.RESERVED, "members"
    notices.redraw_stage(session, kind, subject=subject, subject_id=by_id, told=told)
    if soon:
        key = f"reserved:member {by_id}:{max(day for _, day in soon)}"
        receivers = notices.directly(members.get(session, by_id))
        notices.owe_stage(session, kind, key=key, subject=subject, subject_id=by_id, receivers=receivers, now=now, told=told)


def _soon(session: Session, member_id: int, now: datetime) -> list[tuple[Reserved, date]]:
    """What lapses on the next working day, each with the day on which its owner is told."""
    zone = _zone(session, member_id)
    soon = []
    for one in reserved.those(session, Which(by_id=member_id)):
        if one.until_at is None or not now < one.until_at <= now + AHEAD:
            continue
        day = told_on(one.until_at, one.reserved_at, zone)
        if day is not None and work_starts(day, zone) <= now:
            soon.append((one, day))
    return soon


def told_on(until_at: datetime, reserved_at: datetime, zone: str) -> date | None:
    """The working day before, in that zone; None where it was reserved on that day or later."""
    day = working_day_before(local_day(until_at, zone))
    return day if day > local_day(reserved_at, zone) and is_working_day(day) else None


def _next_look(session: Session, one: Reservation, now: datetime) -> datetime | None:
    if one.closed_at is not None or one.until_at is None:
        return None
    zone = _zone(session, one.by_id)
    day = told_on(one.until_at, one.reserved_at, zone)
    moments = [one.until_at, *([work_starts(day, zone)] if day else [])]
    return min((moment for moment in moments if moment > now), default=None)


def _zone(session: Session, member_id: int) -> str:
    return members.get(session, member_id).time_zone or workspace(session).time_zone
