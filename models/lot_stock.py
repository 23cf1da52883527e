"""What lies where, lot by lot: now, at a past moment, and what of it could be given out elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select, union_all
from sqlmodel import Session

from models import paths
from models.catalog import Variant
from models.entries import MOVEMENTS
from models.folds import stands
from models.levels import LEVELS, Level, in_stores
from models.locations import LOCATIONS, STORES, LocationKind
from models.lots import LOT_LEVELS, LOTS, Lot, by_id, unusable


class Share(NamedTuple):
    """So much of a lot; without one, of what came before the item was tracked by lots."""

    lot: Lot | None
    quantity: int


def lying(session: Session, variant: Variant, location_id: int, *, at: datetime | None = None) -> list[Share]:
    """What lies in a location, lot by lot: what is of no lot first, then the first to expire.

    With a past moment (UTC), what lay there then and could have gone: never more than lies there now.
    """
    query = select(Lot, LOT_LEVELS.c.quantity).join(Lot, LOTS.c.id == LOT_LEVELS.c.lot_id)
    query = query.where(LOT_LEVELS.c.variant_id == variant.id, LOT_LEVELS.c.location_id == location_id, LOT_LEVELS.c.quantity > 0)
    shares = [Share(lot, quantity) for lot, quantity in session.execute(query)]
    shares.append(Share(None, _of_no_lot(session, variant.id, location_id)))
    if at is not None:
        then = _lay(session, variant, location_id, at)
        shares = [Share(lot, min(quantity, then.get(lot.id if lot else None, 0))) for lot, quantity in shares]
    return sorted((share for share in shares if share.quantity > 0), key=_first_to_expire)


def lay_there(session: Session, variant: Variant, location_id: int, at: datetime | None) -> list[Share]:
    """What lay in a location after everything that happened up to a moment (UTC), lot by lot in the same order; without one, what lies."""
    if at is None:
        return lying(session, variant, location_id)
    then = _lay(session, variant, location_id, at)
    known = by_id(session, then)
    shares = [Share(known[lot_id] if lot_id else None, quantity) for lot_id, quantity in then.items() if quantity > 0]
    return sorted(shares, key=_first_to_expire)


def on_hand(session: Session, variant_id: int) -> list[Share]:
    """All lots of a variant of which we have some, wherever it lies, the first to expire first."""
    query = select(LOT_LEVELS.c.lot_id, func.sum(LOT_LEVELS.c.quantity)).where(LOT_LEVELS.c.variant_id == variant_id)
    query = query.where(LOT_LEVELS.c.quantity > 0, LOT_LEVELS.c.ours).group_by(LOT_LEVELS.c.lot_id)
    held = {row[0]: row[1] for row in session.connection().execute(query)}
    known = by_id(session, held)
    return sorted((Share(known[lot_id], quantity) for lot_id, quantity in held.items()), key=_first_to_expire)


def _of_no_lot(session: Session, variant_id: int, location_id: int) -> int:
    query = select(LEVELS.c.quantity - LEVELS.c.lotted).where(LEVELS.c.variant_id == variant_id, LEVELS.c.location_id == location_id)
    return session.connection().execute(query).scalar() or 0


def _first_to_expire(share: Share) -> tuple[bool, date, date, int]:
    lot = share.lot
    return (True, lot.expires_on or date.max, lot.received_on or date.max, lot.id) if lot else (False, date.min, date.min, 0)


def _lay(session: Session, variant: Variant, location_id: int, at: datetime) -> dict[int | None, int]:
    """How much of each lot lay in a location after everything that happened up to a moment; under None what was of no lot."""
    moved = MOVEMENTS.c
    those = (moved.variant_id == variant.id, moved.lot_id.is_not(None), moved.happened_at <= at, stands())
    came = select(moved.lot_id, moved.quantity.label("quantity")).where(*those, moved.target_id == location_id)
    went = select(moved.lot_id, -moved.quantity).where(*those, moved.source_id == location_id)
    leg = union_all(came, went).subquery("leg")
    rows = session.connection().execute(select(leg.c.lot_id, func.sum(leg.c.quantity)).group_by(leg.c.lot_id))
    found: dict[int | None, int] = {row[0]: row[1] for row in rows}
    found[None] = paths.on_hand_at(session, variant.id, location_id, at) - sum(found.values())
    return found


class Place(NamedTuple):
    """How much of a lot lies in a location, or has gone to an outside one; below zero: came from there."""

    id: int
    name: str
    kind: LocationKind
    quantity: int


def places(session: Session, lot_id: int, *, at: datetime | None = None) -> list[Place]:
    """Where a lot lies and where it went, the most first; with a past moment (UTC), after everything that happened up to then."""
    if at is None:
        held = select(LOT_LEVELS.c.location_id, LOT_LEVELS.c.quantity).where(LOT_LEVELS.c.lot_id == lot_id).subquery("held")
    else:
        moved = MOVEMENTS.c
        those = (moved.lot_id == lot_id, moved.happened_at <= at, stands())
        came = select(moved.target_id.label("location_id"), moved.quantity.label("quantity")).where(*those)
        leg = union_all(came, select(moved.source_id, -moved.quantity).where(*those)).subquery("leg")
        held = select(leg.c.location_id, func.sum(leg.c.quantity).label("quantity")).group_by(leg.c.location_id).subquery("held")
    query = select(LOCATIONS.c.id, LOCATIONS.c.name, LOCATIONS.c.kind, held.c.quantity).join(held, held.c.location_id == LOCATIONS.c.id)
    rows = session.connection().execute(query.where(held.c.quantity != 0).order_by(held.c.quantity.desc(), LOCATIONS.c.name_key))
    return [Place(*row) for row in rows]


def of(shares: Sequence[Share], lot: Lot | None) -> int:
    """How much of these shares is of that lot; without one, of none."""
    return sum(quantity for one, quantity in shares if (one.id if one else None) == (lot.id if lot else None))


def split(shares: Sequence[Share], quantity: int) -> list[Share]:
    """How a quantity falls on those shares in their order; what is more than they have is left over."""
    found = []
    for lot, there in shares:
        found.append(Share(lot, min(quantity, there)))  # as it was said, where all of it is of one lot
        quantity -= found[-1].quantity
    return [share for share in found if share.quantity]


def less(shares: Sequence[Share], taken: Sequence[Share]) -> list[Share]:
    """What is left of those shares."""
    left = [Share(lot, quantity - of(taken, lot)) for lot, quantity in shares]
    return [share for share in left if share.quantity]


def usable_in_stores(session: Session, variant_id: int, today: date) -> list[Level]:
    """The stores that have some of a variant, each with what of it may be given out today; where most of that is free first."""
    bad = unusable(session, [variant_id], today)
    there = in_stores(session, variant_id)
    good = [level._replace(quantity=level.quantity - bad.get((variant_id, level.location_id), 0)) for level in there]
    return sorted(good, key=lambda level: -level.free)


def stores_with(session: Session, lot: Lot, quantity: int, *, but: int) -> list[str]:
    """The names of the stores, but that one, which have at least so much of a lot, the most first."""
    query = select(LOCATIONS.c.name).join(LOT_LEVELS, LOT_LEVELS.c.location_id == LOCATIONS.c.id)
    query = query.where(LOT_LEVELS.c.lot_id == lot.id, LOT_LEVELS.c.quantity >= quantity)
    query = query.where(LOCATIONS.c.kind.in_(STORES), LOCATIONS.c.id != but)
    return list(session.connection().execute(query.order_by(LOT_LEVELS.c.quantity.desc(), LOCATIONS.c.name)).scalars())
