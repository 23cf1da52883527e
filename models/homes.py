"""Who looked at their App Home lately, and whose is out of date."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, bindparam, or_, select, update
from sqlmodel import Field, Session, SQLModel

from models import bulk
from models.times import UtcTime

#: A Home that nobody has looked at for so long is published again only when it is opened.
LATELY = timedelta(hours=12)
#: The least time between two publications of one Home.
PAUSE = timedelta(seconds=10)


class HomeLook(SQLModel, table=True):
    """One member's Home: when it was looked at, since when it is out of date, when it was last published."""

    __tablename__ = "home_looks"
    __table_args__ = (Index("home_look_by_location", "location_id"),)

    member_id: int = Field(foreign_key="members.id", primary_key=True)
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    #: Whether they have a role, and so see what is low, late or waiting.
    has_role: bool = False
    looked_at: datetime = Field(sa_type=UtcTime)
    stale_at: datetime | None = Field(default=None, sa_type=UtcTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcTime)


LOOKS = HomeLook.__table__  # type: ignore[attr-defined]


_FRESH = update(LOOKS).where(LOOKS.c.stale_at.is_(None)).values(stale_at=bindparam("now"))
_MARK = _FRESH.where(
    or_(LOOKS.c.location_id.in_(bindparam("places", expanding=True)), LOOKS.c.member_id.in_(bindparam("members", expanding=True)))
)


def mark(session: Session, locations: Sequence[int], *, members: Sequence[int | None], now: datetime) -> None:
    """Marks the Homes out of date whose own things have changed: of those who are one of the locations, and of the members."""
    whose = [member for member in members if member]
    for places in bulk.pages(set(locations)) if locations else [[]]:
        session.connection().execute(_MARK, {"places": places, "members": whose, "now": now})


def mark_with_roles(session: Session, *, now: datetime) -> None:
    """Marks the Homes of all who have a role: what is low, late or waiting for them has changed."""
    session.connection().execute(_FRESH.where(LOOKS.c.has_role), {"now": now})


def looked(session: Session, member_id: int, *, location_id: int | None, has_role: bool, now: datetime) -> None:
    """Keeps that a member looks at their Home now; it is out of date until it is published."""
    look = session.get(HomeLook, member_id) or HomeLook(member_id=member_id, looked_at=now)
    look.location_id, look.has_role, look.looked_at, look.stale_at = location_id, has_role, now, now
    look.published_at = None
    session.add(look)


def to_publish(session: Session, *, now: datetime) -> list[int]:
    """The members whose Home is out of date, was looked at lately, and was not published just now."""
    query = select(LOOKS.c.member_id).where(
        LOOKS.c.stale_at.is_not(None),
        LOOKS.c.looked_at > now - LATELY,
        or_(LOOKS.c.published_at.is_(None), LOOKS.c.published_at <= now - PAUSE),
    )
    return list(session.scalars(query))


def published(session: Session, member_id: int, *, now: datetime) -> None:
    """Keeps that the member's Home was published; what changes from now on makes it out of date again."""
    session.execute(update(LOOKS).where(LOOKS.c.member_id == member_id).values(stale_at=None, published_at=now))
