"""What the ledger held of each line of a stocktake, at any moment since it began: stock moves on while it is counted.

What moved since a moment is taken off what lies there now. So a movement that is recorded late, or undone, is counted when it happened.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlmodel import Session

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.entries import MOVEMENTS
from models.folds import stands
from models.levels import LEVELS
from models.lots import LOT_LEVELS
from models.quantities import ONE

_MOVED = MOVEMENTS.c


class Key(NamedTuple):
    """What one line counts: a variant in one location; of one lot, or one asset, where it is one."""

    location_id: int
    variant_id: int
    lot_id: int | None = None
    asset_id: int | None = None


class Moment(NamedTuple):
    """A place in the ledger's order: when it happened (UTC), and the entry."""

    at: datetime
    entry_id: int


class Books(NamedTuple):
    """What lies there now, and what came and went since the books begin."""

    now: Mapping[Key, int]
    moved: Mapping[Key, Sequence[tuple[Moment, int]]]

    def held(self, key: Key, at: Moment) -> int:
        """What lay there at that moment."""
        return self.now.get(key, 0) - sum(delta for when, delta in self.moved.get(key, ()) if when > at)

    def has_moved(self, key: Key, since: Moment) -> bool:
        """Whether anything of it has come or gone since."""
        return any(when > since for when, _ in self.moved.get(key, ()))


def lying(session: Session, places: Collection[int], *, variants: Select[tuple[int]] | None = None) -> dict[Key, int]:
    """What lies in those locations, line by line: stock, stock of each lot, and each asset. Of those variants, where that is said."""
    found = _of_no_lot(session, places, variants)
    in_lots = select(LOT_LEVELS.c.location_id, LOT_LEVELS.c.variant_id, LOT_LEVELS.c.lot_id, LOT_LEVELS.c.quantity)
    in_lots = in_lots.where(LOT_LEVELS.c.location_id.in_(places), LOT_LEVELS.c.quantity > 0)
    assets = select(ASSETS.c.location_id, ASSETS.c.variant_id, ASSETS.c.id).where(ASSETS.c.location_id.in_(places))
    if variants is not None:
        in_lots, assets = in_lots.where(LOT_LEVELS.c.variant_id.in_(variants)), assets.where(ASSETS.c.variant_id.in_(variants))
    found |= {Key(row[0], row[1], lot_id=row[2]): row[3] for row in session.connection().execute(in_lots)}
    return found | {Key(row[0], row[1], asset_id=row[2]): ONE for row in session.connection().execute(assets)}


def _of_no_lot(session: Session, places: Collection[int], variants: Select[tuple[int]] | None) -> dict[Key, int]:
    query = select(LEVELS.c.location_id, LEVELS.c.variant_id, LEVELS.c.quantity - LEVELS.c.lotted).select_from(LEVELS)
    query = query.join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    query = query.where(LEVELS.c.location_id.in_(places), LEVELS.c.quantity > LEVELS.c.lotted, ITEMS.c.kind != ItemKind.SERIALISED)
    if variants is not None:
        query = query.where(LEVELS.c.variant_id.in_(variants))
    return {Key(row[0], row[1]): row[2] for row in session.connection().execute(query)}


def books(session: Session, places: Collection[int], *, variants: Select[tuple[int]], since: datetime) -> Books:
    """The books of those variants in those locations, from `since` (UTC) on."""
    of = (_MOVED.variant_id, _MOVED.lot_id, _MOVED.asset_id)
    query = select(_MOVED.happened_at, _MOVED.entry_id, *of, _MOVED.quantity, _MOVED.source_id, _MOVED.target_id)
    query = query.where(_MOVED.happened_at >= since, stands(), _MOVED.variant_id.in_(variants))
    query = query.where(or_(_MOVED.source_id.in_(places), _MOVED.target_id.in_(places)))
    moved: dict[Key, list[tuple[Moment, int]]] = defaultdict(list)
    for happened_at, entry_id, variant_id, lot_id, asset_id, quantity, source_id, target_id in session.connection().execute(query):
        at = Moment(happened_at, entry_id)
        moved[Key(source_id, variant_id, lot_id, asset_id)].append((at, -quantity))
        moved[Key(target_id, variant_id, lot_id, asset_id)].append((at, quantity))
    return Books(lying(session, places, variants=variants), moved)
