"""Purchasing: at which stock to order more, what is low now, how much of it is missing, and what is on its way."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, filling, ledger, locations, orders, reorder, suppliers
from models.catalog import ITEMS, VARIANTS, Item, Variant
from models.changes import changed
from models.entries import EntryKind
from models.filling import Elsewhere
from models.ledger import Act, Posted
from models.locations import LOCATIONS, OURS, Location, LocationKind
from models.members import Permission, require
from models.orders import Expected, OrderState
from models.quantities import require_fits, said_number
from models.refusals import Choice, Conflict, Refusal
from models.reorder import EPISODES, POINTS, ReorderPoint, suggested

#: So many needs are looked up in one read.
_AT_ONCE = 500


class Low(NamedTuple):
    """One variant that is at or below a reorder point. Quantities are in millionths of its unit."""

    reorder_point_id: int
    variant_id: int
    name: str
    sku: str
    unit: str
    #: Where the reorder point holds; None: over all locations together.
    location_id: int | None
    location: str | None
    on_hand: int
    low: int
    high: int | None
    path: str | None = None

    def holds_at(self, path: str | None) -> bool:
        """Whether what lies or comes there counts for it; what nobody knows the place of does."""
        return self.path is None or path is None or path.startswith(self.path)


class Need(NamedTuple):
    """What is missing of something low: up to its target, less what is to come, plus what is kept for somebody, in its supplier's packs."""

    #: How much to order.
    quantity: int
    #: What is missing itself, before it is rounded to packs.
    missing: int
    #: What is ordered and has not come, what comes first first; and what is on drafts.
    ordered: Sequence[Expected]
    drafted: Sequence[Expected]
    reserved: int
    supplier_id: int | None
    elsewhere: Elsewhere | None = None
    #: The day on which it is so; None where only the quantities matter.
    on: date | None = None

    @property
    def late(self) -> bool:
        """Whether what comes first of it should have come by then."""
        first = self.ordered[0].expected_on if self.ordered else None
        return self.on is not None and first is not None and first < self.on


def set_reorder_point(
    session: Session, act: Act, *, variant: Variant, low: int, high: int | None = None, location: Location | None = None
) -> Posted:
    """At or below `low` (millionths of the unit) order up to `high`: at a location and below it, or over all of them together.

    Refuses a target that isn't above it.
    """
    require(act.by, Permission.CATALOG, at=location)
    item = session.get_one(Item, variant.item_id)
    require_sensible(low, high, fractions=item.fractions, unit=item.unit)
    if location is not None:
        require_kept_there(location.kind, location.name)
    point = reorder_point(session, variant, location)
    if point is None:
        point = ReorderPoint(variant_id=variant.id, location_id=location.id if location else None, low=0, active=False)
        session.add(point)
        session.flush()
    change = changed(point, active=True, low=low, high=high)
    if not change.after:
        raise Refusal(f"That is the reorder point of {variant.name} already.", field="low")
    return ledger.post(session, act, EntryKind.SET_REORDER_POINT, changed=[change])


def remove_reorder_point(session: Session, act: Act, *, variant: Variant, location: Location | None = None) -> Posted:
    """Takes a reorder point away. Refuses one that isn't set."""
    require(act.by, Permission.CATALOG, at=location)
    point = reorder_point(session, variant, location)
    if point is None or not point.active:
        raise _no_such_point(session, variant, location)
    return ledger.post(session, act, EntryKind.SET_REORDER_POINT, changed=[changed(point, active=False)])


def _no_such_point(session: Session, variant: Variant, location: Location | None) -> Conflict:
    """The refusal that names where there is one."""
    others = [point.location_id for point in reorder_points(session, [variant.id])]
    names = locations.names(session, [place for place in others if place is not None])
    choices = tuple(Choice(f"The one at {names[place]}", "location", names[place]) for place in others if place is not None)
    where = f" at {location.name}" if location else " over all locations" if others else ""
    return Conflict(f"{variant.name} has no reorder point{where}.", field="item", choices=choices)


def reorder_point(session: Session, variant: Variant, location: Location | None = None) -> ReorderPoint | None:
    """The reorder point of a variant there, or the one over all locations; also one that was taken away."""
    query = select(ReorderPoint).where(
        POINTS.c.variant_id == variant.id, POINTS.c.location_id.is_not_distinct_from(location.id if location else None)
    )
    return session.scalars(query).one_or_none()


def reorder_points(session: Session, variant_ids: list[int]) -> list[ReorderPoint]:
    """The reorder points of those variants that are set, the one over all locations first."""
    query = select(ReorderPoint).where(POINTS.c.variant_id.in_(variant_ids), POINTS.c.active)
    return list(session.scalars(query.order_by(POINTS.c.location_id.is_not(None), POINTS.c.location_id)))


_LOW = (
    select(
        POINTS.c.id,
        VARIANTS.c.id,
        VARIANTS.c.name,
        VARIANTS.c.sku,
        ITEMS.c.unit,
        POINTS.c.location_id,
        LOCATIONS.c.name,
        EPISODES.c.on_hand,
        POINTS.c.low,
        POINTS.c.high,
        LOCATIONS.c.path,
    )
    .select_from(EPISODES)
    .join(POINTS, POINTS.c.id == EPISODES.c.reorder_point_id)
    .join(VARIANTS, VARIANTS.c.id == POINTS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
)


def low(session: Session, at: Location | None = None, *, episodes: tuple[int, int] | None = None) -> list[Low]:
    """What is at or below its reorder point, the emptiest first; with a location, what is low there or below it. One statement.

    With the first and the last of some episodes: what is low still of those.
    """
    query = _LOW.where(EPISODES.c.closed_at.is_(None))
    if at is not None:
        query = query.where(LOCATIONS.c.path.startswith(at.path, autoescape=True))
    if episodes is not None:
        query = query.where(EPISODES.c.id.between(*episodes))
    session.flush()
    rows = [Low._make(row) for row in session.connection().execute(query)]
    return sorted(rows, key=lambda row: (row.on_hand / row.low if row.low else 0.0, row.name, row.location or ""))


def low_of(session: Session, variant_id: int) -> list[Low]:
    """Where a variant is at or below a reorder point."""
    session.flush()
    query = _LOW.where(EPISODES.c.closed_at.is_(None), POINTS.c.variant_id == variant_id)
    return [Low._make(row) for row in session.connection().execute(query)]


def low_since(session: Session, episode_id: int) -> Low:
    """What is, or was, low in that episode."""
    session.flush()
    return Low._make(session.connection().execute(_LOW.where(EPISODES.c.id == episode_id)).one())


def needs(session: Session, running_low: Sequence[Low], *, on: date | None = None) -> list[Need]:
    """What is missing of each of those, in their order. An order that is delivered elsewhere ends no lack of a location.

    With a day also which other store has most to give on that day, and whether what is to come is late then.
    """
    variants = list({one.variant_id for one in running_low})
    ordered = orders.to_come(session, variants, OrderState.ORDERED)
    drafted = orders.to_come(session, variants, OrderState.DRAFT)
    kept = reorder.reserved(session, [one.reorder_point_id for one in running_low])
    stores = filling.in_stores(session, variants, on=on) if on is not None else {}
    preferred, sold = suppliers.preferred(session, variants), suppliers.sold_by(session, variants)
    found = []
    for one in running_low:
        coming = [expected for expected in ordered if expected.variant_id == one.variant_id and one.holds_at(expected.path)]
        waiting = [expected for expected in drafted if expected.variant_id == one.variant_id and one.holds_at(expected.path)]
        to_come = sum(expected.quantity for expected in (*coming, *waiting))
        reserved = kept.get(one.reorder_point_id, 0)
        missing = suggested(one.on_hand, one.low, one.high, to_come=to_come, reserved=reserved)
        supplier_id = preferred.get(one.variant_id)
        terms = next((terms for terms in sold[one.variant_id] if terms.supplier_id == supplier_id), None)
        elsewhere = filling.fullest(stores.get(one.variant_id, ()), one.path)
        found.append(Need(suppliers.in_packs(terms, missing), missing, coming, waiting, reserved, supplier_id, elsewhere, on))
    return found


def missing_from(session: Session, supplier_id: int) -> list[tuple[Variant, int]]:
    """What is low, bought from that supplier, and not on its way in full already: of each variant, how much to order.

    Of one that is low in several places, what the neediest of them misses: reorder points may count the same stock, and when that has come
    it is suggested again where it is still low.
    """
    running_low, missing = low(session), dict[int, int]()
    for start in range(0, len(running_low), _AT_ONCE):
        part = running_low[start : start + _AT_ONCE]
        for one, need in zip(part, needs(session, part), strict=True):
            if need.supplier_id == supplier_id:
                missing[one.variant_id] = max(missing.get(one.variant_id, 0), need.quantity)
    return [(catalog.variant(session, variant_id), quantity) for variant_id, quantity in missing.items() if quantity]


def expected(session: Session, variant_ids: Sequence[int]) -> list[Expected]:
    """What is ordered of those variants and has not come: the earliest expected first, what nobody knows the day of last."""
    return orders.to_come(session, variant_ids, OrderState.ORDERED)


def require_sensible(low: int, high: int | None, *, fractions: bool, unit: str) -> None:
    """Refuses a reorder point or a target that stock in that unit can't have, and a target that isn't above its reorder point."""
    if low < 0:
        raise Refusal("A reorder point is zero or more.", field="low")
    for quantity, field in ((low, "low"), (high, "high")):
        if quantity:
            require_fits(quantity, fractions=fractions, unit=unit, field=field)
    if high is not None and high <= low:
        raise Refusal(f"The target has to be above the reorder point of {said_number(low)}.", field="high")


def require_kept_there(kind: LocationKind, name: str) -> None:
    """Refuses a location that no stock is kept in to be given out: it is not ours, or a person."""
    if kind not in OURS or kind is LocationKind.PERSON:
        raise Refusal(f"{name} is not a place where we keep stock.", field="location")
