"""Dates in custom fields that somebody is reminded of: ahead, and on the day. It ends when the field says a later day, or none."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session

from models import assets, custom_fields, custom_values, expiring, locations, lots, notices
from models.custom_fields import FIELDS, VALUES, About, CustomField, CustomValue, SeenBy
from models.locations import STORES, Location
from models.members import Role, with_role
from models.notices import NoticeKind, Receiver
from models.times import local_day, micros, work_starts
from models.workspace import workspace

#: How many values are looked at in one transaction: it lasts well below a second.
BATCH = 100

_REMINDED = select(FIELDS.c.id).where(FIELDS.c.remind_days.is_not(None), FIELDS.c.archived_at.is_(None))


class Stage(NamedTuple):
    """When somebody is told, in UTC, and how many days it is to the date then."""

    at: datetime
    days: int


def review(session: Session, now: datetime) -> bool:
    """Looks at the values that have changed, or whose next reminder has come, and says whether there may be more of them.

    Whatever was missed, each reader is owed one message of the latest stage. A second replica that does the same changes nothing.
    """
    due = VALUES.c.review_at <= now
    if session.connection().execute(select(VALUES.c.id).where(due).limit(1)).first() is None:
        return False
    others = update(VALUES).where(due, VALUES.c.field_id.not_in(_REMINDED)).values(review_at=None)
    session.connection().execute(others)
    rows = list(session.scalars(select(CustomValue).where(due).order_by(VALUES.c.id).limit(BATCH)))
    for row in rows:
        _tell(session, row, now)
        review_at = min((stage.at for stage in _stages(session, row) if stage.at > now), default=None)
        session.connection().execute(update(VALUES).where(VALUES.c.id == row.id).values(review_at=review_at))
    return len(rows) == BATCH


def day_of(session: Session, row: CustomValue) -> date | None:
    """The day that a value says, where somebody is to be reminded of it; none of what is archived."""
    field = custom_fields.get(session, row.field_id)
    if row.number is None or field.remind_days is None or field.archived_at is not None:
        return None
    return date.fromordinal(row.number) if custom_values.is_there(session, field.about, row.subject_id) else None


def has_begun(session: Session, row: CustomValue, now: datetime) -> bool:
    """Whether a value is to be reminded of by now."""
    return any(stage.at <= now for stage in _stages(session, row))


def days_to(session: Session, on: date, now: datetime) -> int:
    """How many days it is to a day, by the calendar of the workspace; below zero once it is past."""
    return (on - local_day(now, workspace(session).time_zone)).days


def _stages(session: Session, row: CustomValue) -> list[Stage]:
    on = day_of(session, row)
    if on is None:
        return []
    zone, ahead = workspace(session).time_zone, custom_fields.get(session, row.field_id).remind_days or 0
    return [Stage(work_starts(on - timedelta(days=days), zone), days) for days in sorted({ahead, 0}, reverse=True)]


def _tell(session: Session, row: CustomValue, now: datetime) -> None:
    begun = [stage for stage in _stages(session, row) if stage.at <= now]
    told = str(row.number) if begun else ""
    notices.redraw_stage(session, NoticeKind.FIELD_DUE, subject=VALUES.name, subject_id=row.id, told=told)
    if begun:
        key = f"field due:value {row.id}:{row.number}:{micros(begun[-1].at)}"
        receivers = _receivers(session, custom_fields.get(session, row.field_id), row.subject_id)
        notices.owe_stage(
            session, NoticeKind.FIELD_DUE, key=key, subject=VALUES.name, subject_id=row.id, receivers=receivers, now=now, told=told
        )


def _receivers(session: Session, field: CustomField, subject_id: int) -> list[Receiver]:
    """The channels of the stores that it is about; directly the keepers or admins of what only they may see."""
    places = _places(session, field.about, subject_id)
    if field.seen_by is SeenBy.EVERYONE:
        heard = [receiver for place in places for receiver in notices.audience(session, Role.KEEPER, at=place)]
    else:
        role = Role.KEEPER if field.seen_by is SeenBy.KEEPERS else Role.ADMIN
        heard = [one for place in places for member in with_role(session, role, at=place) for one in notices.directly(member)]
    return list(dict.fromkeys(heard))


def _places(session: Session, about: About, subject_id: int) -> list[Location | None]:
    """The stores where a thing lies or belongs; none of them stands for all."""
    if about is About.LOCATION:
        return [locations.get(session, subject_id)]
    if about is About.LOT:
        lying = expiring.in_stores(session, lots.get(session, subject_id))
        return [locations.get(session, place.id) for place in lying] or [None]
    if about is About.ASSET:
        place = locations.get(session, assets.get(session, subject_id).location_id)
        return [place if place.kind in STORES else None]
    return [None]
