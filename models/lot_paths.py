"""The past of lots under a backdated entry or an undo: no later moment may have less than nothing of a lot."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlmodel import Session

from models.caches import End, Line
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS
from models.folds import stands
from models.locations import LOCATIONS, OURS
from models.lots import LOTS
from models.refusals import Shortage
from models.times import local_day, said_day
from models.wording import counted

_MOVED = MOVEMENTS.c


def require_possible(session: Session, lines: Sequence[Line], at: Mapping[int, End], *, since: datetime, zone: str) -> None:
    """Refuses where an entry with those lines, already written, makes a moment from `since` on have less than nothing of a lot.

    What is of no lot is a lot of its own here, where the item has others. Names the first entry in conflict, its day in `zone`.
    """
    lowered = {line.source_id for line in lines if at[line.source_id].ours} | {line.target_id for line in lines if at[line.target_id].ours}
    lots = {line.lot_id for line in lines if line.lot_id is not None}
    lotless = {line.variant_id for line in lines} & _tracked(session, {line.variant_id for line in lines})
    if not (lots or lotless) or not lowered:
        return
    row = session.connection().execute(lows(since, lots=lots, lotless=lotless, places=lowered).limit(1)).one_or_none()
    if row is not None:
        day = said_day(local_day(row.happened_at, zone))
        of_lot = f"of lot {row.code}" if row.code else "of no lot"
        short = counted(-row.quantity, row.name, row.unit)
        raise Shortage(f"Then {row.location} would have been {short} {of_lot} short on {day}, at entry {row.entry_id} ({row.kind}).")


def _tracked(session: Session, variants: Collection[int]) -> set[int]:
    query = select(VARIANTS.c.id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(VARIANTS.c.id.in_(variants), ITEMS.c.lot_tracked)
    return set(session.connection().execute(query).scalars())


def lows(
    since: datetime | None = None,
    *,
    lots: Collection[int] | None = None,
    lotless: Collection[int] | None = None,
    places: Collection[int] | None = None,
) -> Select[Any]:
    """The entries from `since` on after which one of those lots is below zero in one of those places of ours, the first first.

    `lotless` are the variants whose goods of no lot are looked at. Without any of them: every lot, and every variant that has lots.
    """
    those = _those(lots, lotless)
    told = (_MOVED.variant_id, _MOVED.lot_id, _MOVED.happened_at, _MOVED.entry_id)
    came = select(*told, _MOVED.target_id.label("location_id"), _MOVED.quantity.label("quantity")).where(those, stands())
    went = select(*told, _MOVED.source_id.label("location_id"), -_MOVED.quantity).where(those, stands())
    if places is not None:
        came, went = came.where(_MOVED.target_id.in_(places)), went.where(_MOVED.source_id.in_(places))
    leg = union_all(came, went).subquery("leg")
    key = (leg.c.variant_id, leg.c.lot_id, leg.c.location_id, leg.c.happened_at, leg.c.entry_id)
    step = select(*key, func.sum(leg.c.quantity).label("delta")).group_by(*key).subquery("step")
    one = (step.c.variant_id, func.coalesce(step.c.lot_id, 0), step.c.location_id)
    held = select(*step.c, func.sum(step.c.delta).over(partition_by=one, order_by=[step.c.happened_at, step.c.entry_id]).label("quantity"))
    left = held.subquery("left")
    query = (
        select(left.c.entry_id, ENTRIES.c.kind, left.c.happened_at, left.c.quantity, LOCATIONS.c.name.label("location"))
        .add_columns(VARIANTS.c.name, ITEMS.c.unit, LOTS.c.code)
        .join(ENTRIES, ENTRIES.c.id == left.c.entry_id)
        .join(LOCATIONS, LOCATIONS.c.id == left.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == left.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .outerjoin(LOTS, LOTS.c.id == left.c.lot_id)
        .where(left.c.quantity < 0, LOCATIONS.c.kind.in_(OURS))
        .order_by(left.c.happened_at, left.c.entry_id)
    )
    return query if since is None else query.where(left.c.happened_at >= since)


def _those(lots: Collection[int] | None, lotless: Collection[int] | None) -> Any:
    if lots is None or lotless is None:
        return _MOVED.variant_id.in_(select(LOTS.c.variant_id))
    return _MOVED.lot_id.in_(lots) | (_MOVED.variant_id.in_(lotless) & _MOVED.lot_id.is_(None))
