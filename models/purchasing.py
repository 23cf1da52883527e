"""Purchasing: at which stock to order more, and what is low now."""

from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import ledger, locations
from models.catalog import ITEMS, VARIANTS, Item, Variant
from models.changes import changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import LOCATIONS, OURS, Location, LocationKind
from models.members import Permission, require
from models.quantities import require_fits, said_number
from models.refusals import Choice, Conflict, Refusal
from models.reorder import EPISODES, POINTS, ReorderPoint, suggested


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

    @property
    def suggested(self) -> int:
        """How much to order, as on the reorder card."""
        return suggested(self.on_hand, self.low, self.high)


def set_reorder_point(
    session: Session, act: Act, *, variant: Variant, low: int, high: int | None = None, location: Location | None = None
) -> Posted:
    """At or below `low` (millionths of the unit) order up to `high`: at a location and below it, or over all of them together.

    Refuses a target that isn't above it.
    """
    require(act.by, Permission.CATALOG, at=location)
    _require_sensible(session, variant, low, high)
    if location is not None and (location.kind not in OURS or location.kind is LocationKind.PERSON):
        raise Refusal(f"{location.name} is not a place where we keep stock.", field="location")
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


def low(session: Session, at: Location | None = None) -> list[Low]:
    """What is at or below its reorder point, the emptiest first; with a location, what is low there or below it. One statement."""
    query = (
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
        )
        .select_from(EPISODES)
        .join(POINTS, POINTS.c.id == EPISODES.c.reorder_point_id)
        .join(VARIANTS, VARIANTS.c.id == POINTS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
        .where(EPISODES.c.closed_at.is_(None))
    )
    if at is not None:
        query = query.where(LOCATIONS.c.path.startswith(at.path, autoescape=True))
    session.flush()
    rows = [Low._make(row) for row in session.connection().execute(query)]
    return sorted(rows, key=lambda row: (row.on_hand / row.low if row.low else 0.0, row.name, row.location or ""))


def _require_sensible(session: Session, variant: Variant, low: int, high: int | None) -> None:
    item = session.get_one(Item, variant.item_id)
    if low < 0:
        raise Refusal("A reorder point is zero or more.", field="low")
    for quantity, field in ((low, "low"), (high, "high")):
        if quantity:
            require_fits(quantity, fractions=item.fractions, unit=item.unit, field=field)
    if high is not None and high <= low:
        raise Refusal(f"The target has to be above the reorder point of {said_number(low)}.", field="high")
