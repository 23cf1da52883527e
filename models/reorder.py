"""Reorder points, and the episodes that open when stock sinks to one and close when it has recovered."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, ColumnElement, Index, ScalarSelect, and_, bindparam, func, or_, select, text
from sqlmodel import Field, Session, SQLModel

from models import bulk, homes, notices
from models.caches import Deltas, End
from models.changes import Change
from models.levels import LEVELS
from models.locations import LOCATIONS, Location, LocationKind, ancestors
from models.members import Role
from models.notices import NoticeKind
from models.times import UtcTime


class ReorderPoint(SQLModel, table=True):
    """At or below `low`, order up to `high`: at a location and below it, or over all locations together."""

    __tablename__ = "reorder_points"
    __table_args__ = (
        CheckConstraint("low >= 0 AND (high IS NULL OR high > low)", name="reorder_point_is_below_its_target"),
        Index("reorder_point_is_unique", "variant_id", text("coalesce(location_id, 0)"), unique=True),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    low: int = Field(sa_column=Column(BigInteger, nullable=False))
    high: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    active: bool = True


class Episode(SQLModel, table=True):
    """One time of being low: from the crossing until it has recovered, however many movements lie between."""

    __tablename__ = "episodes"
    __table_args__ = (
        Index(
            "episode_is_open_once",
            "reorder_point_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    reorder_point_id: int = Field(foreign_key="reorder_points.id")
    opened_at: datetime = Field(sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: On hand, as it was when the card was last asked to be drawn.
    on_hand: int = Field(sa_column=Column(BigInteger, nullable=False))


POINTS = ReorderPoint.__table__  # type: ignore[attr-defined]
EPISODES = Episode.__table__  # type: ignore[attr-defined]


class Watched(NamedTuple):
    """A reorder point, what is on hand for it, and its open episode, if it has one."""

    id: int
    variant_id: int
    location_id: int | None
    low: int
    active: bool
    episode_id: int | None
    on_hand: int


_BELOW = LOCATIONS.alias("below")


def _there(quantity: ColumnElement[int]) -> ScalarSelect[int]:
    """The sum of a column of the levels in the point's location and all below it; for a point of all locations, with anybody but people."""
    return (
        select(func.coalesce(func.sum(quantity), 0))
        .join(_BELOW, _BELOW.c.id == LEVELS.c.location_id)
        .where(LEVELS.c.variant_id == POINTS.c.variant_id, LEVELS.c.ours)
        .where(
            or_(
                and_(POINTS.c.location_id.is_(None), _BELOW.c.kind != LocationKind.PERSON),
                _BELOW.c.path.startswith(LOCATIONS.c.path),  # steps of digits and slashes: nothing to escape
            )
        )
        .correlate(POINTS, LOCATIONS)
        .scalar_subquery()
    )


_WATCHED = (
    select(POINTS.c.id, POINTS.c.variant_id, POINTS.c.location_id, POINTS.c.low, POINTS.c.active, EPISODES.c.id, _there(LEVELS.c.quantity))
    .select_from(POINTS)
    .outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
    .outerjoin(EPISODES, (EPISODES.c.reorder_point_id == POINTS.c.id) & EPISODES.c.closed_at.is_(None))
)
_OF_THESE = _WATCHED.where(POINTS.c.id.in_(bindparam("points", expanding=True)))
_CONCERNED = _WATCHED.where(
    POINTS.c.active,
    POINTS.c.variant_id.in_(bindparam("variants", expanding=True)),
    or_(POINTS.c.location_id.is_(None), POINTS.c.location_id.in_(bindparam("places", expanding=True))),
)


def watch(session: Session, net: Deltas, at: Mapping[int, End], changed: Sequence[Change], *, now: datetime) -> None:
    """Opens, redraws and closes episodes after stock has moved, reorder points were set or taken away, or locations put below another."""
    watched = {point.id: point for point in _moved(session, net, at)}
    points = {change.id for change in changed if change.table == POINTS.name}
    if any(change.table == LOCATIONS.name and "path" in change.after for change in changed):
        points.update(session.scalars(select(POINTS.c.id).where(POINTS.c.active)))
    for page in bulk.pages(points - watched.keys()):
        watched |= {row[0]: Watched._make(row) for row in session.connection().execute(_OF_THESE, {"points": page})}
    for point in watched.values():
        _settle(session, point, now)


def concerned(session: Session, variant_ids: Collection[int], location: Location) -> list[Watched]:
    """The reorder points that count what lies in that location: its own, those above it, and those over all locations."""
    asked = {"variants": list(variant_ids), "places": ancestors(location.path)}
    return [Watched._make(row) for row in session.connection().execute(_CONCERNED, asked)]


def _moved(session: Session, net: Deltas, at: Mapping[int, End]) -> Iterator[Watched]:
    """The reorder points that count what has moved."""
    above = {step for _, place in net for step in ancestors(at[place].path)}
    for variants in bulk.pages({variant for variant, _ in net}):
        for places in bulk.pages(above):
            yield from map(Watched._make, session.connection().execute(_CONCERNED, {"variants": variants, "places": places}))


def _settle(session: Session, point: Watched, now: datetime) -> None:
    held = point.on_hand
    low = point.active and held <= point.low
    if point.episode_id is None:
        if low:
            _open(session, point, held, now)
        return
    episode = session.get_one(Episode, point.episode_id)
    if not low:
        episode.closed_at = now
        homes.mark_with_roles(session, now=now)
    if held != episode.on_hand:
        episode.on_hand = held
        notices.touch(session, {"episodes": [point.episode_id]})


def _open(session: Session, point: Watched, held: int, now: datetime) -> None:
    episode = Episode(reorder_point_id=point.id, opened_at=now, on_hand=held)
    session.add(episode)
    session.flush()
    where = session.get(Location, point.location_id) if point.location_id else None
    receivers = notices.audience(session, Role.KEEPER, at=where)
    notices.owe(
        session,
        NoticeKind.REORDER,
        key=f"reorder:episode {episode.id}",
        subject="episodes",
        subject_id=episode.id,
        receivers=receivers,
        now=now,
    )
    homes.mark_with_roles(session, now=now)


_LOW_AT = select(POINTS.c.low).where(
    POINTS.c.variant_id == bindparam("variant"), POINTS.c.location_id == bindparam("location"), POINTS.c.active
)


def low_at(session: Session, variant_id: int, location_id: int) -> int | None:
    """The reorder point of a variant at exactly that location; None where there is none."""
    return session.connection().execute(_LOW_AT, {"variant": variant_id, "location": location_id}).scalar()


def suggested(on_hand: int, low: int, high: int | None, *, to_come: int = 0, reserved: int = 0) -> int:
    """How much to order (millionths of the unit): up to the target, or to twice the reorder point where none is set.

    What is to come is not ordered again; what is kept for somebody goes, and is ordered besides.
    """
    return max((high or 2 * low) - on_hand - to_come + reserved, 0)


_RESERVED = select(POINTS.c.id, _there(LEVELS.c.reserved)).select_from(POINTS).outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)


def reserved(session: Session, point_ids: Sequence[int]) -> dict[int, int]:
    """How much is kept for somebody where those reorder points look."""
    rows = session.connection().execute(_RESERVED.where(POINTS.c.id.in_(point_ids)))
    return {row[0]: row[1] for row in rows}
