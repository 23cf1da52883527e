"""Where what is low is filled up from: the store that has most of it to give; and what else a reorder card tells beside what is on hand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, select, update
from sqlmodel import Session

from models import bulk, changes, reorder
from models.changes import ByTable
from models.levels import LEVELS
from models.locations import LOCATIONS, STORES
from models.lots import LOTS, unusable
from models.reorder import EPISODES, POINTS
from models.reservations import RESERVATIONS
from models.times import local_day
from models.workspace import workspace


class Elsewhere(NamedTuple):
    """The store of ours outside of where it is low that has the most of it free."""

    location_id: int
    location: str
    free: int


class Store(NamedTuple):
    """What one of our stores has to give of a variant."""

    path: str
    gives: Elsewhere


def in_stores(session: Session, variant_ids: Collection[int], *, on: date) -> Mapping[int, Sequence[Store]]:
    """By variant: which warehouse or van has how much of it free and good on that day, unless it is low there, too."""
    low_there = exists().where(POINTS.c.variant_id == LEVELS.c.variant_id, POINTS.c.location_id == LEVELS.c.location_id)
    low_there = low_there.where(EPISODES.c.reorder_point_id == POINTS.c.id, EPISODES.c.closed_at.is_(None))
    free = LEVELS.c.quantity - LEVELS.c.reserved
    query = select(LEVELS.c.variant_id, LOCATIONS.c.path, LOCATIONS.c.id, LOCATIONS.c.name, free, LEVELS.c.lotted)
    query = query.join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
    query = query.where(LEVELS.c.variant_id.in_(variant_ids), LEVELS.c.ours, LOCATIONS.c.kind.in_(STORES), free > 0, ~low_there)
    rows = session.connection().execute(query.order_by(LOCATIONS.c.name_key)).all()
    bad = unusable(session, {row.variant_id for row in rows if row.lotted}, on)
    found = defaultdict[int, list[Store]](list)
    for variant_id, path, place, name, there, _ in rows:
        if (good := there - bad.get((variant_id, place), 0)) > 0:
            found[variant_id].append(Store(path, Elsewhere(place, name, good)))
    return found


def fullest(stores: Iterable[Store], path: str | None) -> Elsewhere | None:
    """The one of those that has most, outside of the location with that path; outside of all locations there is none."""
    outside = [one.gives for one in stores if path is not None and not one.path.startswith(path)]
    return max(outside, key=lambda one: one.free, default=None)


def follow(session: Session, low: Collection[int], of_table: ByTable, *, now: datetime) -> None:
    """Looks at the cards of what is `low` in some location after some of it has moved, and of any after some is kept or lots change."""
    variants = set(low)
    for table in (RESERVATIONS, LOTS):
        for page in bulk.pages(changes.ids(of_table, table)):
            variants.update(session.connection().execute(select(table.c.variant_id).where(table.c.id.in_(page))).scalars())
    look_again(session, variants, now=now)


_OPEN = (
    select(EPISODES.c.id, POINTS.c.id.label("point_id"), POINTS.c.variant_id, LOCATIONS.c.path, EPISODES.c.told)
    .select_from(POINTS)
    .join(EPISODES, (EPISODES.c.reorder_point_id == POINTS.c.id) & EPISODES.c.closed_at.is_(None))
    .outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
)
_TELL = update(EPISODES).where(EPISODES.c.id == bindparam("episode")).values(told=bindparam("words"))


def look_again(session: Session, variant_ids: Iterable[int], *, now: datetime) -> None:
    """Draws the cards of those variants anew where another store has more or less to give by now, or where more or less is kept."""
    for variants in bulk.pages(variant_ids):
        rows = session.connection().execute(_OPEN.where(POINTS.c.variant_id.in_(variants))).all()
        if rows:
            today = local_day(now, workspace(session).time_zone)
            _look(session, rows, in_stores(session, variants, on=today))


def _look(session: Session, rows: Sequence[tuple[int, int, int, str | None, str | None]], stores: Mapping[int, Sequence[Store]]) -> None:
    kept = reorder.reserved(session, [point_id for _, point_id, _, _, _ in rows])
    changed: list[tuple[int, str, str | None]] = []
    for episode_id, point_id, variant_id, path, told in rows:
        store = fullest(stores.get(variant_id, ()), path)
        words = f"{kept.get(point_id, 0)} kept" + (f", {store.free} in {store.location_id}" if store is not None else "")
        if words != told:
            changed.append((episode_id, words, told))
    if changed:
        bulk.execute(session, _TELL, ("episode", "words"), [(episode_id, words) for episode_id, words, _ in changed])
        reorder.redraw(session, [episode_id for episode_id, _, told in changed if told is not None])
