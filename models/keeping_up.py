"""Reminders of upkeep: keepers are told ahead and on the day of what is to be done to assets, and of those that are to be replaced."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlmodel import Session

from models import locations, notices, schedules
from models.assets import ASSETS
from models.catalog import VARIANTS
from models.locations import LOCATIONS, OURS, LocationKind
from models.maintenance import RECORDS, SCHEDULES, UpkeepSchedule
from models.members import Role
from models.notices import NOTICES, NoticeKind, Receiver
from models.schedules import Upcoming
from models.times import local_day, work_starts, working_days_after
from models.workspace import THE_ONE, WORKSPACE, workspace

#: How many schedules, or records, are looked at in one transaction.
BATCH = 20
#: So long before something is to be replaced its keepers are told.
AHEAD = timedelta(days=60)
#: The key of a message names what it tells of by so many digits.
DIGITS = 20


class Aged(NamedTuple):
    """An asset that is to be replaced by a day."""

    asset_id: int
    serial: str
    name: str
    location_id: int
    location: str
    replace_by_on: date
    cost_minor: int | None
    currency: str | None


class Looked(NamedTuple):
    """What was found to tell of, before anything is written."""

    #: What was done since: its records have been looked at with this.
    records: Sequence[int]
    #: By schedule, when it was to be looked at, and what is due, or nearly.
    review_at: Mapping[int, datetime | None]
    upkeep: Mapping[int, Sequence[Upcoming]]
    #: What is to be replaced; None where it is no morning to tell of that.
    replace: Sequence[Aged] | None
    more: bool


def look(session: Session, now: datetime) -> Looked:
    """Looks at schedules that have changed, or of which something was done, and once every working morning at all.

    That takes a while where there are thousands of assets, so it is for a snapshot, on which nobody waits.
    """
    touched = session.execute(select(RECORDS.c.id, RECORDS.c.schedule_id).where(RECORDS.c.review_at <= now).limit(BATCH)).all()
    due = list(session.scalars(select(UpkeepSchedule).where(SCHEDULES.c.review_at <= now).order_by(SCHEDULES.c.id).limit(BATCH)))
    served = [session.get_one(UpkeepSchedule, row.schedule_id) for row in touched if row.schedule_id is not None]
    those = {schedule.id: schedule for schedule in [*due, *served]}
    morning = workspace(session).review_at
    return Looked(
        [row.id for row in touched],
        {one.id: one.review_at for one in those.values()},
        {one.id: schedules.soon(session, now, schedule=one) for one in those.values()},
        to_replace(session, now) if morning is None or morning <= now else None,
        more=len(touched) == BATCH or len(due) == BATCH,
    )


def review(session: Session, now: datetime, looked: Looked) -> bool:
    """Tells of what a look has found, and says whether there may be more.

    Whenever something has become due, or nearly, the keepers of the places where it lies get one message with all that is. What was done
    since is drawn anew. A schedule that has changed since the look is left to the next one. A second replica that does the same changes
    nothing.
    """
    if looked.records:
        session.connection().execute(update(RECORDS).where(RECORDS.c.id.in_(looked.records)).values(review_at=None))
    morning, more = _next_morning(session, now), looked.more
    for schedule_id, found in looked.upkeep.items():
        one = session.get_one(UpkeepSchedule, schedule_id)
        if one.review_at != looked.review_at[schedule_id]:
            more = True
            continue
        _tell_of_upkeep(session, one, found, now)
        again = morning if one.active else None
        session.connection().execute(update(SCHEDULES).where(SCHEDULES.c.id == one.id).values(review_at=again))
    if looked.replace is not None:
        _tell_of_replacements(session, looked.replace, now)
        session.connection().execute(update(WORKSPACE).values(review_at=morning))
    return more


def to_replace(session: Session, now: datetime) -> list[Aged]:
    """The assets still with us that are to be replaced soon, or should have been, the earliest first."""
    today = local_day(now, workspace(session).time_zone)
    query = (
        select(ASSETS.c.id, ASSETS.c.serial, func.coalesce(ASSETS.c.name, VARIANTS.c.name), ASSETS.c.location_id, LOCATIONS.c.name)
        .add_columns(ASSETS.c.replace_by_on, ASSETS.c.cost_minor, ASSETS.c.currency)
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .where(ASSETS.c.replace_by_on <= today + AHEAD, ASSETS.c.archived_at.is_(None))
        .where(LOCATIONS.c.kind.in_([*OURS, LocationKind.SUPPLIER]))
        .order_by(ASSETS.c.replace_by_on, ASSETS.c.id)
    )
    return [Aged(*row) for row in session.connection().execute(query)]


def _tell_of_upkeep(session: Session, schedule: UpkeepSchedule, found: Sequence[Upcoming], now: datetime) -> None:
    today = local_day(now, workspace(session).time_zone)
    told = [f"{one.asset_id}:{one.last_id or 0}:{one.due_on or ''}{'!' * one.is_due(today)}" for one in found]
    _tell(session, NoticeKind.UPKEEP, SCHEDULES.name, schedule.id, told=told, places=_places(found), now=now)


def _tell_of_replacements(session: Session, found: Sequence[Aged], now: datetime) -> None:
    today = local_day(now, workspace(session).time_zone)
    told = [f"{one.asset_id}:{one.replace_by_on}{'!' * (one.replace_by_on <= today)}" for one in found]
    _tell(session, NoticeKind.REPLACE, "workspace", THE_ONE, told=told, places=_places(found), now=now)


def _places(found: Sequence[Upcoming] | Sequence[Aged]) -> list[int]:
    return list(dict.fromkeys(one.location_id for one in found))


def _tell(session: Session, kind: NoticeKind, subject: str, subject_id: int, *, told: list[str], places: list[int], now: datetime) -> None:
    """Draws the current message anew, and owes another where something has come to it that nobody was told of."""
    before = _told_last(session, kind, subject, subject_id)
    words = ",".join(told)
    notices.redraw_stage(session, kind, subject=subject, subject_id=subject_id, told=words)
    if set(told) <= before:
        return
    key = f"{kind}:{subject_id}:{sha256(words.encode()).hexdigest()[:DIGITS]}"
    heard = [notices.audience(session, Role.KEEPER, at=locations.get(session, place)) for place in places]
    receivers: list[Receiver] = list(dict.fromkeys(receiver for readers in heard for receiver in readers))
    notices.owe_stage(session, kind, key=key, subject=subject, subject_id=subject_id, receivers=receivers, now=now, told=words)


def _told_last(session: Session, kind: NoticeKind, subject: str, subject_id: int) -> set[str]:
    """What the latest message of a series tells of."""
    query = select(NOTICES.c.told).where(NOTICES.c.subject == subject, NOTICES.c.subject_id == subject_id, NOTICES.c.kind == kind)
    told = session.connection().execute(query.order_by(NOTICES.c.id.desc()).limit(1)).scalar()
    return set(told.split(",")) if told else set()


def _next_morning(session: Session, now: datetime) -> datetime:
    zone = workspace(session).time_zone
    today = local_day(now, zone)
    mornings = (work_starts(day, zone) for day in working_days_after(today - timedelta(days=1), 2))
    return next(morning for morning in mornings if morning > now)
