"""Reorder points, and the episodes that open when stock sinks to one and close when it has recovered."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, Session, SQLModel

from models import bulk, changes, homes, notices
from models.caches import Deltas, End
from models.changes import ByTable
from models.levels import LEVELS
from models.locations import LOCATIONS, Location, LocationKind, ancestors
from models.members import Role
from models.notices import NOTICES, NoticeKind, Receiver
from models.times import UtcTime, micros


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
    #: What else the card tells, so that only a change of it is drawn again: how much is kept, and which store could fill it up.
    told: str | None = None


POINTS = ReorderPoint.__table__  # type: ignore[attr-defined]
EPISODES = Episode.__table__  # type: ignore[attr-defined]

#: What one entry makes low for the same readers is told by a card each up to so many, and in one message beyond.
FEW = 3
#: The subject of such a message: its id is the first of the episodes that it tells of, and what it has told the last.
TOGETHER = "episodes together"


class Watched(NamedTuple):
    """A reorder point, what is on hand for it, and its open episode, if it has one."""

    id: int
    variant_id: int
    location_id: int | None
    low: int
    active: bool
    episode_id: int | None
    on_hand: int
    #: On hand as the open episode has it.
    told: int | None

    @property
    def is_low(self) -> bool:
        """Whether there is so little that somebody is to order more."""
        return self.active and self.on_hand <= self.low


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


def _watched(on_hand: ColumnElement[int]) -> Select[Any]:
    return (
        select(
            POINTS.c.id,
            POINTS.c.variant_id,
            POINTS.c.location_id,
            POINTS.c.low,
            POINTS.c.active,
            EPISODES.c.id,
            on_hand,
            EPISODES.c.on_hand,
        )
        .select_from(POINTS)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
        .outerjoin(EPISODES, (EPISODES.c.reorder_point_id == POINTS.c.id) & EPISODES.c.closed_at.is_(None))
    )


_ON_HAND = _there(LEVELS.c.quantity)
_OF_THESE = _watched(_ON_HAND).where(POINTS.c.id.in_(bindparam("points", expanding=True)))
_OF_VARIANTS = POINTS.c.active & POINTS.c.variant_id.in_(bindparam("variants", expanding=True))
_THERE = or_(POINTS.c.location_id.is_(None), POINTS.c.location_id.in_(bindparam("places", expanding=True)))
_CONCERNED = _watched(_ON_HAND).where(_OF_VARIANTS, _THERE)
#: The same, and those that are low elsewhere: there on hand is as it was, so nothing is summed up.
_MOVED = _watched(case((_THERE, _ON_HAND), else_=EPISODES.c.on_hand)).where(_OF_VARIANTS, _THERE | EPISODES.c.id.is_not(None))


def watch(session: Session, net: Deltas, at: Mapping[int, End], of_table: ByTable, *, now: datetime) -> set[int]:
    """Opens, redraws and closes episodes after stock has moved, reorder points were set or taken away, or locations put below another.

    Answers with the variants of which somebody may have to be told of another store: they are, or were, low in some location.
    """
    watched = {point.id: point for point in _moved(session, net, at)}
    points = set(changes.ids(of_table, POINTS))
    if any("path" in change.after for change in of_table.get(LOCATIONS.name, ())):
        points.update(session.scalars(select(POINTS.c.id).where(POINTS.c.active)))
    for page in bulk.pages(points - watched.keys()):
        watched |= {row[0]: Watched._make(row) for row in session.connection().execute(_OF_THESE, {"points": page})}
    _go_on(session, [point for point in watched.values() if point.episode_id is not None], now)
    _open(session, [point for point in watched.values() if point.episode_id is None and point.is_low], now)
    low = {point.variant_id for point in watched.values() if point.location_id is not None and (point.episode_id or point.is_low)}
    return low | {watched[point].variant_id for point in points}


def concerned(session: Session, variant_ids: Collection[int], location: Location) -> list[Watched]:
    """The reorder points that count what lies in that location: its own, those above it, and those over all locations."""
    asked = {"variants": list(variant_ids), "places": ancestors(location.path)}
    return [Watched._make(row) for row in session.connection().execute(_CONCERNED, asked)]


def _moved(session: Session, net: Deltas, at: Mapping[int, End]) -> Iterator[Watched]:
    """The reorder points that count what has moved, and those that are low of the same elsewhere."""
    above = {step for _, place in net for step in ancestors(at[place].path)}
    for variants in bulk.pages({variant for variant, _ in net}):
        for places in bulk.pages(above):
            yield from map(Watched._make, session.connection().execute(_MOVED, {"variants": variants, "places": places}).all())


_SETTLE = update(EPISODES).where(EPISODES.c.id == bindparam("episode"))
_SETTLE = _SETTLE.values(on_hand=bindparam("held"), closed_at=bindparam("closed_at", type_=UtcTime))


def _go_on(session: Session, points: Sequence[Watched], now: datetime) -> None:
    """Closes the episodes of those points that are low no more, and redraws the others whose stock has changed."""
    changed = [point for point in points if not point.is_low or point.on_hand != point.told]
    if not changed:
        return
    rows = [(point.episode_id, point.on_hand, None if point.is_low else now) for point in changed]
    bulk.execute(session, _SETTLE, ("episode", "held", "closed_at"), rows)
    if not all(point.is_low for point in changed):
        homes.mark_with_roles(session, now=now)
    redraw(session, [point.episode_id for point in changed if point.episode_id is not None])


def open_of(session: Session, variant_ids: Collection[int]) -> list[int]:
    """The episodes in which those variants are low now."""
    query = select(EPISODES.c.id).join(POINTS, POINTS.c.id == EPISODES.c.reorder_point_id)
    query = query.where(POINTS.c.variant_id.in_(variant_ids), EPISODES.c.closed_at.is_(None))
    return list(session.connection().execute(query).scalars())


def redraw(session: Session, episodes: Sequence[int]) -> None:
    """Asks for the messages that tell of those episodes to be drawn again."""
    notices.touch(session, {EPISODES.name: episodes, TOGETHER: list(_told_together(session, episodes))})


def _open(session: Session, points: Sequence[Watched], now: datetime) -> None:
    """Opens an episode for each point, and tells whoever is to order: each by a card, many that have the same readers by one message."""
    readers: dict[tuple[Receiver, ...], list[Watched]] = defaultdict(list)
    for place, there in _by_place(points).items():
        where = session.get(Location, place) if place else None
        readers[tuple(notices.audience(session, Role.KEEPER, at=where))] += there
    for receivers, those in readers.items():
        columns = {"reorder_point_id": [point.id for point in those], "opened_at": [micros(now)] * len(those)}
        ids = bulk.add(session, EPISODES, columns | {"on_hand": [point.on_hand for point in those]})
        messages: list[tuple[str, str, int, str | None]] = [(f"reorder:episode {episode}", "episodes", episode, None) for episode in ids]
        if len(those) > FEW:
            messages = [(f"reorder:episodes {ids[0]} to {ids[-1]}", TOGETHER, ids[0], str(ids[-1]))]
        for key, subject, subject_id, told in messages:
            kind = NoticeKind.REORDER
            notices.owe(session, kind, key=key, subject=subject, subject_id=subject_id, receivers=receivers, now=now, told=told)
    if points:
        homes.mark_with_roles(session, now=now)


def _by_place(points: Sequence[Watched]) -> dict[int | None, list[Watched]]:
    places: dict[int | None, list[Watched]] = defaultdict(list)
    for point in points:
        places[point.location_id].append(point)
    return places


_TOGETHER_BEFORE = (
    select(NOTICES.c.subject_id, NOTICES.c.told)
    .where(NOTICES.c.subject == TOGETHER, NOTICES.c.subject_id <= bindparam("last"))
    .order_by(NOTICES.c.subject_id.desc())
    .limit(1)
)


def _told_together(session: Session, episodes: Sequence[int]) -> Iterator[int]:
    """The messages that tell of any of those episodes together with others, by the first episode of each."""
    for first, last in bulk.spans(episodes):
        until = last
        while (row := session.connection().execute(_TOGETHER_BEFORE, {"last": until}).first()) and int(row.told) >= first:
            yield row.subject_id
            until = row.subject_id - 1


class Together(NamedTuple):
    """What was told in one message: how many items reached how many reorder points at once."""

    items: int
    points: int


def together(session: Session, first: int, last: int) -> Together:
    """What the episodes from `first` to `last` are about."""
    query = select(func.count(POINTS.c.variant_id.distinct()), func.count())
    query = query.select_from(EPISODES).join(POINTS, POINTS.c.id == EPISODES.c.reorder_point_id)
    return Together(*session.connection().execute(query.where(EPISODES.c.id.between(first, last))).one())


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
