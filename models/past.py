"""Questions about the past: what lay where at any moment, as it is known now or was known then. Of one asset: see custody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlmodel import Session

from models.entries import ENTRIES, MOVEMENTS
from models.folds import added_up, balances, legs, stands
from models.levels import Level
from models.locations import LOCATIONS, OURS
from models.lots import LOTS

_MOVED = MOVEMENTS.c


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything at one moment."""

    #: (variant, location) -> millionths of a stock unit; outside locations are below zero, what is empty is left out.
    stock: dict[tuple[int, int], int]
    #: asset -> location
    places: dict[int, int]


def as_of(session: Session, at: datetime, *, known_at: datetime | None = None) -> Picture:
    """What lay where after everything that happened up to `at`, by what was recorded up to `known_at` (UTC; without one, by now).

    Reads the whole ledger: for one item or location ask `stock_at`, for one asset `custody.who_had`.
    """
    last = last_known(session, known_at) if known_at is not None else None
    happened = [_MOVED.happened_at <= at] + ([_MOVED.entry_id <= last] if last is not None else [])
    connection = session.connection()
    stock = {(row.variant_id, row.location_id): row.quantity for row in connection.execute(added_up(legs(*happened)))}
    path = select(_MOVED.asset_id, _MOVED.target_id).where(_MOVED.asset_id.is_not(None), stands(last=last), *happened)
    moves = connection.execute(path.order_by(_MOVED.asset_id, _MOVED.happened_at, _MOVED.id))
    return Picture(stock, {row.asset_id: row.target_id for row in moves})


def last_known(session: Session, known_at: datetime) -> int:
    """The last entry that was recorded by that time (UTC); 0 before the first."""
    query = select(ENTRIES.c.id).where(ENTRIES.c.recorded_at <= known_at).order_by(ENTRIES.c.id.desc()).limit(1)
    return session.connection().execute(query).scalar() or 0


def stock_at(
    session: Session, at: datetime, *, variant_ids: Sequence[int] | None = None, location_ids: Sequence[int] | None = None
) -> list[Level]:
    """What lay in our locations at a past moment (UTC), the most first: of those variants, in those locations, or both."""
    held = balances(at, variants=variant_ids, places=location_ids).subquery("held")
    query = (
        select(held.c.variant_id, held.c.location_id, LOCATIONS.c.name, LOCATIONS.c.kind, held.c.quantity)
        .join(LOCATIONS, LOCATIONS.c.id == held.c.location_id)
        .where(LOCATIONS.c.kind.in_(OURS), held.c.quantity > 0)
        .order_by(held.c.quantity.desc(), LOCATIONS.c.name_key)
    )
    return [Level(*row) for row in session.connection().execute(query)]


def lots_at(at: datetime) -> Select[Any]:
    """Lot, location and quantity after everything that happened up to `at` (UTC); what is empty is left out."""
    when = (_MOVED.lot_id.is_not(None), _MOVED.happened_at <= at)
    came = select(_MOVED.lot_id, _MOVED.target_id.label("location_id"), _MOVED.quantity.label("quantity")).where(*when)
    each = union_all(came, select(_MOVED.lot_id, _MOVED.source_id, -_MOVED.quantity).where(*when)).subquery("each_lot")
    total = func.sum(each.c.quantity)
    return select(each.c.lot_id, each.c.location_id, total.label("quantity")).group_by(each.c.lot_id, each.c.location_id).having(total != 0)


def loose_at(at: datetime) -> Select[Any]:
    """Variant, location and quantity of what was in no lot after everything that happened up to `at` (UTC)."""
    lots = lots_at(at).subquery("in_lots")
    lotted = select(LOTS.c.variant_id, lots.c.location_id, -lots.c.quantity).join(LOTS, LOTS.c.id == lots.c.lot_id)
    return added_up(union_all(balances(at), lotted))
