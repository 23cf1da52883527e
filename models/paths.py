"""The past under a backdated entry: no later moment may go below zero, and no asset's path may break."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, or_, select
from sqlmodel import Session

from models.caches import Deltas, End, Line
from models.catalog import VARIANTS
from models.entries import ENTRIES, MOVEMENTS
from models.levels import NETS, month_of
from models.quantities import said_number
from models.refusals import Conflict, Shortage
from models.times import said_day


class Step(NamedTuple):
    """What one entry did to one location's stock of one variant."""

    entry_id: int
    happened_at: datetime
    delta: int


def on_hand_at(session: Session, variant_id: int, location_id: int, at: datetime) -> int:
    """How many of a variant lay in exactly that location after everything that happened up to `at` (UTC)."""
    month = month_of(at)
    before = select(func.coalesce(func.sum(NETS.c.quantity), 0)).where(
        NETS.c.variant_id == variant_id, NETS.c.location_id == location_id, NETS.c.month < month
    )
    base = int(session.connection().execute(before).scalar_one())
    start = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return base + sum(step.delta for step in _steps(session, variant_id, location_id, start, at))


def require_possible(session: Session, net: Deltas, at: Mapping[int, End], *, since: datetime) -> None:
    """Refuses where an entry that happened at `since`, already written, makes that or a later moment go below zero in a location of ours.

    Names the first entry in conflict.
    """
    for (variant, location), delta in net.items():
        if delta < 0 and at[location].ours:
            _require_never_below_zero(session, variant, location, at[location].name, since)


def _require_never_below_zero(session: Session, variant: int, location: int, name: str, since: datetime) -> None:
    steps = _steps(session, variant, location, since, None)
    held = on_hand_at(session, variant, location, since) - sum(step.delta for step in steps if step.happened_at == since)
    for step in _by_entry(steps):
        held += step.delta
        if held < 0:
            what = session.execute(select(VARIANTS.c.name).where(VARIANTS.c.id == variant)).scalar_one()
            day = said_day(step.happened_at.date())
            raise Shortage(
                f"Then {name} would have been {said_number(-held)} {what} short on {day}, at entry {step.entry_id}.", field="quantity"
            )


def _steps(session: Session, variant_id: int, location_id: int, since: datetime, until: datetime | None) -> list[Step]:
    """What happened to that stock from `since` to `until`, both included, in the ledger's order."""
    moved = MOVEMENTS.c
    delta = case((moved.source_id == location_id, -moved.quantity), else_=moved.quantity)
    query = (
        select(moved.entry_id, moved.happened_at, delta)
        .where(moved.variant_id == variant_id, moved.happened_at >= since)
        .where(or_(moved.source_id == location_id, moved.target_id == location_id))
        .order_by(moved.happened_at, moved.id)
    )
    if until is not None:
        query = query.where(moved.happened_at <= until)
    return [Step(*row) for row in session.connection().execute(query)]


def _by_entry(steps: list[Step]) -> Iterator[Step]:
    """One step per entry: within an entry everything happens at once."""
    held: Step | None = None
    for step in steps:
        if held is not None and held.entry_id == step.entry_id:
            held = held._replace(delta=held.delta + step.delta)
            continue
        if held is not None:
            yield held
        held = step
    if held is not None:
        yield held


def of_assets(session: Session, lines: Sequence[Line]) -> dict[int, int]:
    """Where the whole path of each asset in the lines leads. Refuses a path that breaks, naming the first entry in conflict."""
    return {line.asset_id: _end_of_path(session, line.asset_id) for line in lines if line.asset_id is not None}


def _end_of_path(session: Session, asset_id: int) -> int:
    moved = MOVEMENTS.c
    query = select(moved.source_id, moved.target_id, moved.entry_id, ENTRIES.c.kind).join(ENTRIES, ENTRIES.c.id == moved.entry_id)
    place: int | None = None
    for row in session.connection().execute(query.where(moved.asset_id == asset_id).order_by(moved.happened_at, moved.id)):
        if place is not None and row.source_id != place:
            raise Conflict(f"Entry {row.entry_id} ({row.kind}) stands in the way: by then it was not there any more.", field="date")
        place = row.target_id
    if place is None:
        raise LookupError(f"asset {asset_id} has never moved")
    return place
