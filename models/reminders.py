"""Reminders of what is due: one message per person and day, before, on and after the due day, and then a line in the store's channel."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlmodel import Session

from models import checkouts, homes, locations, members, notices
from models.checkouts import CHECKOUTS, Held
from models.members import MEMBERS, Role, Standing
from models.notices import Notice, NoticeKind, Receiver
from models.outbox import Leased
from models.times import is_working_day, local_day, micros, work_starts, working_day_before, working_days_after
from models.workspace import workspace

#: On how many working days in a row a late holder is told, before the store's channel is.
LATE_DAYS = 3
#: How many checkouts are looked at in one transaction: it lasts well below a second.
BATCH = 100
#: Nobody is told longer before: a working day before is at most so far away.
AHEAD = timedelta(days=7)


class Series(NamedTuple):
    """The reminders of one reader: of a member, about what they hold; of a store's keepers, about what nobody can be asked for."""

    subject: str
    subject_id: int


class Owing(NamedTuple):
    """What the reminders need to know of an open checkout that has a due time."""

    id: int
    quantity: int
    due_at: datetime
    agreed_at: datetime


class Told(NamedTuple):
    """What a reminder tells of, earliest due first, and whether its readers are keepers who don't hold it themselves."""

    things: list[Held]
    for_keeper: bool


#: Whether Slack can reach whoever holds it.
_REACHABLE = exists().where(
    MEMBERS.c.location_id == CHECKOUTS.c.holder_id,
    MEMBERS.c.slack_user_id.is_not(None),
    MEMBERS.c.standing == Standing.MEMBER,
    MEMBERS.c.archived_at.is_(None),
)


def review(session: Session, now: datetime) -> bool:
    """Looks at checkouts that have changed, or whose next reminder has come, and says whether there may be more of them.

    Whatever was missed, each reader is owed one message of the latest stage. What was returned or extended is drawn anew or, where nobody
    has seen it yet, not sent at all. A second replica that does the same changes nothing.
    """
    query = select(CHECKOUTS.c.id, CHECKOUTS.c.holder_id, CHECKOUTS.c.source_id, CHECKOUTS.c.due_at, CHECKOUTS.c.agreed_at)
    query = query.add_columns(CHECKOUTS.c.closed_at.is_(None).label("open")).where(CHECKOUTS.c.review_at <= now)
    rows = session.connection().execute(query.order_by(CHECKOUTS.c.holder_id, CHECKOUTS.c.id).limit(BATCH)).all()
    series = {row.id: _series_of(session, row.holder_id, row.source_id) for row in rows}
    for one in dict.fromkeys(series.values()):
        _remind(session, one, now)
    for store_id in dict.fromkeys(row.source_id for row in rows):
        _announce(session, store_id, now)
    if rows:
        homes.mark(session, [row.holder_id for row in rows], members=[], now=now)
        homes.mark_with_roles(session, now=now)
    for row in rows:
        moments = _moments(session, series[row.id], row.source_id, row.due_at, row.agreed_at) if row.open and row.due_at else []
        review_at = min((moment for moment in moments if moment > now), default=None)
        session.connection().execute(update(CHECKOUTS).where(CHECKOUTS.c.id == row.id).values(review_at=review_at))
    return len(rows) == BATCH


def what_is_due(session: Session, notice: Notice | Leased, now: datetime) -> Told:
    """What a reminder tells its reader of at `now` (UTC): all that is due, from the working day before on, or late."""
    series = Series(notice.subject, notice.subject_id)
    return Told(checkouts.open_among(session, [owing.id for owing, _ in _begun(session, series, now)]), series.subject == "locations")


def what_is_late(session: Session, store_id: int, now: datetime) -> list[Held]:
    """What left a store and has stayed away for so long that its channel is told, earliest due first."""
    return checkouts.open_among(session, [owing.id for owing, _ in _announced(session, store_id, now)])


def _remind(session: Session, series: Series, now: datetime) -> None:
    _tell(session, NoticeKind.DUE, series, _begun(session, series, now), to=_readers(session, series), now=now)


def _announce(session: Session, store_id: int, now: datetime) -> None:
    channel = notices.audience(session, Role.KEEPER, at=locations.get(session, store_id))
    _tell(session, NoticeKind.LATE, Series("locations", store_id), _announced(session, store_id, now), to=channel, now=now)


def _tell(
    session: Session, kind: NoticeKind, series: Series, begun: Sequence[tuple[Owing, date]], *, to: Sequence[Receiver], now: datetime
) -> None:
    """Draws the series' current message anew where it tells of something else by now, and owes the one of the latest stage."""
    subject, subject_id = series
    told = ",".join(f"{owing.id}x{owing.quantity}@{micros(owing.due_at)}{'!' * (owing.due_at <= now)}" for owing, _ in begun)
    notices.redraw_stage(session, kind, subject=subject, subject_id=subject_id, told=told)
    if begun:
        key = f"{kind}:{subject} {subject_id}:{max(day for _, day in begun)}"
        notices.owe_stage(session, kind, key=key, subject=subject, subject_id=subject_id, receivers=to, now=now, told=told)


def _series_of(session: Session, holder_id: int, source_id: int) -> Series:
    member = members.at_location(session, holder_id)
    if member is not None and notices.directly(member):
        return Series("members", member.id)
    return Series("locations", source_id)


def _readers(session: Session, series: Series) -> list[Receiver]:
    if series.subject == "members":
        return notices.directly(members.get(session, series.subject_id))
    keepers = members.with_role(session, Role.KEEPER, at=locations.get(session, series.subject_id))
    return [receiver for keeper in keepers for receiver in notices.directly(keeper)]


def _zone(session: Session, series: Series) -> str:
    default = workspace(session).time_zone
    if series.subject == "members":
        return members.get(session, series.subject_id).time_zone or default
    return locations.inherited(session, locations.get(session, series.subject_id), "time_zone", default) or default


def reminded_on(due_at: datetime, agreed_at: datetime, zone: str) -> list[date]:
    """The working days on which whoever answers for it is told: the one before the due day, the due day, and the first ones late.

    Nobody is told on the day on which it was agreed. The days are those of the reader's zone.
    """
    due_on, agreed_on = local_day(due_at, zone), local_day(agreed_at, zone)
    ahead = [day for day in (working_day_before(due_on), due_on) if day > agreed_on and is_working_day(day)]
    return ahead + working_days_after(max(due_on, agreed_on), LATE_DAYS)


def announced_on(due_at: datetime, agreed_at: datetime, zone: str) -> date:
    """The working day on which the store's channel is told."""
    return working_days_after(max(local_day(due_at, zone), local_day(agreed_at, zone)), LATE_DAYS + 1)[-1]


def _moments(session: Session, series: Series, store_id: int, due_at: datetime, agreed_at: datetime) -> list[datetime]:
    """When the reminders have to look at a checkout, in UTC: whenever somebody is to be told, and when it becomes late."""
    zone, store_zone = _zone(session, series), _zone(session, Series("locations", store_id))
    days = reminded_on(due_at, agreed_at, zone)
    return [due_at, *(work_starts(day, zone) for day in days), work_starts(announced_on(due_at, agreed_at, store_zone), store_zone)]


def _begun(session: Session, series: Series, now: datetime) -> list[tuple[Owing, date]]:
    """What a reader is told of by now, with the latest day on which they were to be told of it."""
    zone = _zone(session, series)
    begun = []
    for owing in _owing(session, _of(session, series), now + AHEAD):
        days = [day for day in reminded_on(owing.due_at, owing.agreed_at, zone) if work_starts(day, zone) <= now]
        if days:
            begun.append((owing, days[-1]))
    return begun


def _announced(session: Session, store_id: int, now: datetime) -> list[tuple[Owing, date]]:
    """What a store's channel is told of by now, with the day on which it was to be."""
    zone = _zone(session, Series("locations", store_id))
    late = [(owing, announced_on(owing.due_at, owing.agreed_at, zone)) for owing in _owing(session, CHECKOUTS.c.source_id == store_id, now)]
    return [(owing, day) for owing, day in late if work_starts(day, zone) <= now]


def _of(session: Session, series: Series) -> ColumnElement[bool]:
    """The checkouts that a reader answers for."""
    if series.subject == "locations":
        return and_(CHECKOUTS.c.source_id == series.subject_id, ~_REACHABLE)
    theirs: ColumnElement[bool] = CHECKOUTS.c.holder_id == members.get(session, series.subject_id).location_id
    return theirs


def _owing(session: Session, which: ColumnElement[bool], until: datetime) -> list[Owing]:
    query = select(CHECKOUTS.c.id, CHECKOUTS.c.quantity, CHECKOUTS.c.due_at, CHECKOUTS.c.agreed_at)
    query = query.where(which, CHECKOUTS.c.closed_at.is_(None), CHECKOUTS.c.due_at <= until)
    return [Owing(*row) for row in session.connection().execute(query.order_by(CHECKOUTS.c.due_at, CHECKOUTS.c.id))]
