"""The past under a backdated entry: no later moment may go below zero, and no asset's path may break.

The past is what happened, in the order of (happened_at, entry), without what was undone: an entry and the one that reverses it leave no
trace in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session

from models import locations
from models.assets import ASSETS
from models.caches import Deltas, End, Line
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS
from models.folds import DAY, balance, balances, first_doubtful_day, legs, running, stands
from models.locations import LOCATIONS, OURS
from models.quantities import said_number
from models.refusals import Conflict, Shortage
from models.times import from_micros, local_day, said_day
from models.wording import counted

_MOVED = MOVEMENTS.c


def on_hand_at(session: Session, variant_id: int, location_id: int, at: datetime) -> int:
    """How many of a variant lay in exactly that location after everything that happened up to `at` (UTC)."""
    return int(session.connection().execute(balance(at, variant=variant_id, place=location_id)).scalar_one())


class Low(NamedTuple):
    """The first entry after which a location would be below zero."""

    entry_id: int
    kind: str
    happened_at: datetime
    variant_id: int
    location_id: int
    location: str
    held: int


def require_possible(session: Session, net: Deltas, at: Mapping[int, End], *, since: datetime, entry_id: int, zone: str) -> None:
    """Refuses where that entry, already written, makes the moment `since` at which it happened or a later one go below zero.

    Names the first entry in conflict, its day in `zone`.
    """
    lowered = [place for place, delta in net.items() if delta < 0 and at[place[1]].ours]
    low = _first_low(session, since, {variant for variant, _ in lowered}, {location for _, location in lowered}) if lowered else None
    if low is not None:
        new = low.entry_id == entry_id
        _refuse_shortage(session, low, needed=-net[low.variant_id, low.location_id] if new else None, zone=zone)


def _first_low(session: Session, since: datetime, variants: Collection[int], places: Collection[int]) -> Low | None:
    """Looks closely only from the first day on which it can have happened, and first at that day: some items move all the time."""
    before = balances(since, just_before=True, variants=variants, places=places)
    those = legs(_MOVED.happened_at >= since, variants=variants, places=places)
    day = session.connection().execute(first_doubtful_day(before, those)).scalar()
    if day is None:
        return None
    begins, ends = max(since, from_micros(day * DAY)), from_micros((day + 1) * DAY)
    for query in (lows(begins, until=ends, variants=variants, places=places), lows(ends, variants=variants, places=places)):
        row = session.connection().execute(query.limit(1)).one_or_none()
        if row is not None:
            return Low._make(row)
    return None


def lows(
    since: datetime, *, until: datetime | None = None, variants: Collection[int] | None = None, places: Collection[int] | None = None
) -> Select[Any]:
    """The entries from `since` on, and before `until`, after which one of those variants is below zero in one of those places of ours.

    The first comes first.
    """
    within = _MOVED.happened_at >= since if until is None else (_MOVED.happened_at >= since) & (_MOVED.happened_at < until)
    those = legs(within, stands(), variants=variants, places=places)
    held = running(those, "happened_at", "entry_id").subquery("held")
    before = balances(since, just_before=True, variants=variants, places=places).subquery("before")
    quantity = held.c.came + func.coalesce(before.c.quantity, 0)
    return (
        select(
            held.c.entry_id,
            ENTRIES.c.kind,
            held.c.happened_at,
            held.c.variant_id,
            held.c.location_id,
            LOCATIONS.c.name,
            quantity,
        )
        .join(ENTRIES, ENTRIES.c.id == held.c.entry_id)
        .join(LOCATIONS, LOCATIONS.c.id == held.c.location_id)
        .outerjoin(before, (before.c.variant_id == held.c.variant_id) & (before.c.location_id == held.c.location_id))
        .where(quantity < 0, LOCATIONS.c.kind.in_(OURS))
        .order_by(held.c.happened_at, held.c.entry_id)
    )


def _refuse_shortage(session: Session, low: Low, *, needed: int | None, zone: str) -> None:
    """`needed` is what the new entry itself takes, where it is the one in conflict."""
    query = select(VARIANTS.c.name, ITEMS.c.unit).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    name, unit = session.connection().execute(query.where(VARIANTS.c.id == low.variant_id)).one()
    day = said_day(local_day(low.happened_at, zone))
    if needed is not None:
        had = counted(low.held + needed, name, unit) if low.held + needed > 0 else f"no {name}"
        raise Shortage(f"{low.location} held {had} on {day}; this needs {said_number(needed)}.", field="quantity")
    raise Shortage(
        f"Then {low.location} would have been {counted(-low.held, name, unit)} short on {day}, at entry {low.entry_id} ({low.kind}).",
        field="quantity",
    )


class Leg(NamedTuple):
    """One movement of one asset's path."""

    asset_id: int
    source_id: int
    target_id: int
    entry_id: int
    kind: str


def of_assets(session: Session, lines: Sequence[Line], *, entry_id: int) -> dict[int, int]:
    """Where the whole path of each asset in the lines leads, once that entry is written.

    Refuses a path that breaks, naming the first entry in conflict.
    """
    assets = {line.asset_id for line in lines if line.asset_id is not None}
    if not assets:
        return {}
    places = births(session, assets)
    for leg in journeys(session, assets):
        if leg.source_id != places[leg.asset_id]:
            _refuse_elsewhere(session, leg, places[leg.asset_id], new=leg.entry_id == entry_id)
        places[leg.asset_id] = leg.target_id
    return places


def journeys(session: Session, assets: Collection[int] | None = None) -> Iterator[Leg]:
    """The paths of those assets (of all, unless said), each in its order."""
    query = (
        select(_MOVED.asset_id, _MOVED.source_id, _MOVED.target_id, _MOVED.entry_id, ENTRIES.c.kind)
        .join(ENTRIES, ENTRIES.c.id == _MOVED.entry_id)
        .where(_of(assets), stands())
        .order_by(_MOVED.asset_id, _MOVED.happened_at, _MOVED.id)
    )
    return (Leg._make(row) for row in session.connection().execute(query))


def births(session: Session, assets: Collection[int] | None = None) -> dict[int, int]:
    """Where each asset came from with the first movement that was recorded of it: where it is when nothing of its path stands."""
    first = select(func.min(_MOVED.id)).where(_of(assets)).group_by(_MOVED.asset_id)
    query = select(_MOVED.asset_id, _MOVED.source_id).where(_MOVED.id.in_(first))
    return {row.asset_id: row.source_id for row in session.connection().execute(query)}


def _of(assets: Collection[int] | None) -> ColumnElement[bool]:
    return and_(_MOVED.asset_id.is_not(None) if assets is None else _MOVED.asset_id.in_(assets))


def _refuse_elsewhere(session: Session, leg: Leg, place_id: int, *, new: bool) -> None:
    serial = session.connection().execute(select(ASSETS.c.serial).where(ASSETS.c.id == leg.asset_id)).scalar_one()
    names = locations.names(session, [leg.source_id, place_id])
    if new:
        raise Conflict(f"{serial} was not in {names[leg.source_id]} then: it was with {names[place_id]}.", field="date")
    raise Conflict(
        f"Entry {leg.entry_id} ({leg.kind}) stands in the way: it moved {serial} on from {names[leg.source_id]},"
        f" where it would not have been.",
        field="date",
    )
