"""Lists of the stores: what is kept back, ordered, wanted, sold by whom, made of what, in which lot, and low."""

from typing import Any

from sqlalchemy import ColumnElement, Label, Select, func, or_, select

from models import folds, past
from models.bills import BILLS, COMPONENTS, PERCENT, SUBSTITUTES
from models.catalog import ITEMS, VARIANTS
from models.lists.described import counted
from models.locations import LOCATIONS, OURS, OUTSIDE, LocationKind
from models.lots import LOT_LEVELS, LOTS
from models.members import MEMBERS
from models.orders import LINES, ORDERS
from models.quantities import ONE
from models.recalls import RECALLS, RecallState
from models.reorder import EPISODES, POINTS
from models.reservations import RESERVATIONS
from models.suppliers import TERMS
from models.then import Then
from models.wants import WANTS, WantState


def reservations(then: Then) -> Select[Any]:
    """What is kept for whom, the first to lapse first."""
    own, place, by = then(RESERVATIONS).c, then(LOCATIONS).c, then(MEMBERS, "by").c
    return (
        counted(then, RESERVATIONS, own.quantity, place.name.label("at"), own.purpose.label("for"), by.name.label("by"))
        .add_columns(own.reserved_at.label("reserved"), own.until_at.label("until"))
        .join(then(LOCATIONS), place.id == own.location_id)
        .join(then(MEMBERS, "by"), by.id == own.by_id)
        .where(own.closed_at.is_(None))
        .order_by(own.until_at.is_(None), own.until_at, own.reserved_at, own.id)
    )


def orders(then: Then) -> Select[Any]:
    """Each line of each order, with what has come of it."""
    own, order, supplier, place = then(LINES).c, then(ORDERS).c, then(LOCATIONS, "supplier").c, then(LOCATIONS).c
    return (
        counted(then, LINES, own.quantity, own.received, own.price_minor.label("price"), own.per.label("price per"), own.currency)
        .add_columns(own.expected_on.label("expected"), order.number.label("order"), order.state, order.ordered_at.label("ordered"))
        .add_columns(supplier.name.label("supplier"), place.name.label("deliver to"), order.note)
        .join(then(ORDERS), order.id == own.order_id)
        .join(then(LOCATIONS, "supplier"), supplier.id == order.supplier_id)
        .outerjoin(then(LOCATIONS), place.id == order.place_id)
        .where(own.quantity > 0)
        .order_by(order.number, own.id)
    )


def wanted(then: Then) -> Select[Any]:
    """What somebody would like to have here, and what became of it."""
    own, by, place = then(WANTS).c, then(MEMBERS, "by").c, then(LOCATIONS).c
    decided, order = then(MEMBERS, "decided_by").c, then(ORDERS).c
    return (
        select(own.wanted, by.name.label("by"), place.name.label("at"), own.asked_at.label("asked"), own.state)
        .add_columns(decided.name.label("decided by"), own.decided_at.label("decided"), own.reason, order.number.label("order"))
        .join(then(MEMBERS, "by"), by.id == own.requester_id)
        .outerjoin(then(LOCATIONS), place.id == own.location_id)
        .outerjoin(then(MEMBERS, "decided_by"), decided.id == own.decided_by_id)
        .outerjoin(then(ORDERS), order.id == own.order_id)
        .where(own.state != WantState.VOID)
        .order_by(own.id)
    )


def suppliers(then: Then) -> Select[Any]:
    """Each supplier with what they sell, and at what price."""
    own, supplier, variant, item = then(TERMS).c, then(LOCATIONS, "supplier").c, then(VARIANTS).c, then(ITEMS).c
    lead = func.coalesce(own.lead_days, supplier.lead_days).label("lead days")
    return (
        select(supplier.name.label("supplier"), supplier.contact, lead, variant.name.label("what"), variant.sku)
        .add_columns(own.part_number.label("part number"), item.unit, own.pack, own.minimum, own.prices, own.currency)
        .select_from(then(LOCATIONS, "supplier"))
        .outerjoin(then(TERMS), (own.supplier_id == supplier.id) & own.active)
        .outerjoin(then(VARIANTS), variant.id == own.variant_id)
        .outerjoin(then(ITEMS), item.id == variant.item_id)
        .where(supplier.kind == LocationKind.SUPPLIER, supplier.name != OUTSIDE[LocationKind.SUPPLIER], supplier.archived_at.is_(None))
        .order_by(supplier.name_key, variant.name_key, own.id)
    )


def bills(then: Then) -> Select[Any]:
    """Bills of materials in the form that imports take in, a component a row; everything by its SKU."""
    bill, own, other = then(BILLS).c, then(COMPONENTS).c, then(SUBSTITUTES).c
    made, component, instead = then(VARIANTS, "made").c, then(VARIANTS, "component").c, then(VARIANTS, "instead").c
    every = func.group_concat(instead.sku, "; ").over(partition_by=own.id, order_by=[other.position, other.id], rows=(None, None))
    return (
        select(made.sku.label("made"), component.sku.label("component"), own.quantity, _scrap(own.scrap), every.label("substitutes"))
        .distinct()
        .select_from(then(BILLS))
        .join(then(COMPONENTS), (own.bill_id == bill.id) & own.active)
        .join(then(VARIANTS, "made"), made.id == bill.variant_id)
        .join(then(VARIANTS, "component"), component.id == own.variant_id)
        .outerjoin(then(SUBSTITUTES), (other.component_id == own.id) & other.active)
        .outerjoin(then(VARIANTS, "instead"), instead.id == other.variant_id)
        .where(bill.active)
        .order_by(made.sku, own.position, own.id)
    )


def _scrap(hundredths: ColumnElement[int]) -> Label[Any]:
    """In millionths of a percent, as all quantities; none is left out."""
    return (func.nullif(hundredths, 0) * (ONE // PERCENT)).label("scrap")


def lots(then: Then) -> Select[Any]:
    """Every lot, and how much of it is on hand."""
    own, supplier = then(LOTS).c, then(LOCATIONS, "supplier").c
    held = LOT_LEVELS if then.at is None else past.lots_at(then.at).subquery("held")
    lies = select(func.coalesce(func.sum(held.c.quantity), 0)).join(LOCATIONS, LOCATIONS.c.id == held.c.location_id)
    lies = lies.where(held.c.lot_id == own.id, LOCATIONS.c.kind.in_(OURS))
    return (
        counted(then, LOTS, own.code.label("lot"), own.status, lies.scalar_subquery().label("on hand"), own.expires_on.label("expires"))
        .add_columns(own.made_on.label("made"), own.received_on.label("received on"), supplier.name.label("supplier"), own.note)
        .outerjoin(then(LOCATIONS, "supplier"), supplier.id == own.supplier_id)
        .where(own.archived_at.is_(None))
        .order_by(then(VARIANTS).c.name_key, own.code_key, own.id)
    )


def recalls(then: Then) -> Select[Any]:
    """What was called back, by whom and why."""
    own, lot, by, closed = then(RECALLS).c, then(LOTS).c, then(MEMBERS, "by").c, then(MEMBERS, "closed_by").c
    variant = then(VARIANTS).c
    return (
        select(variant.name.label("what"), variant.sku, lot.code.label("lot"), own.state, own.reason, by.name.label("by"))
        .add_columns(own.opened_at.label("opened"), closed.name.label("closed by"), own.closed_at.label("closed"), own.note)
        .join(then(LOTS), lot.id == own.lot_id)
        .join(then(VARIANTS), variant.id == lot.variant_id)
        .join(then(MEMBERS, "by"), by.id == own.by_id)
        .outerjoin(then(MEMBERS, "closed_by"), closed.id == own.closed_by_id)
        .where(own.state != RecallState.VOID)
        .order_by(own.id)
    )


def low(then: Then) -> Select[Any]:
    """What is at its reorder point or below it, and how much of it there is."""
    own, place, time = then(POINTS).c, then(LOCATIONS).c, EPISODES.c
    query = counted(then, POINTS, place.name.label("at"), _on_hand(then).label("on hand"))
    query = query.add_columns(own.low.label("reorder below"), own.high.label("reorder to"))
    query = query.join(EPISODES, time.reorder_point_id == own.id).outerjoin(then(LOCATIONS), place.id == own.location_id)
    if then.at is None:
        query = query.where(time.closed_at.is_(None))
    else:
        query = query.where(time.opened_at <= then.at, or_(time.closed_at.is_(None), time.closed_at > then.at))
    return query.order_by(then(VARIANTS).c.name_key, own.id)


def _on_hand(then: Then) -> ColumnElement[int]:
    """What lay where a reorder point is, and below it."""
    if then.at is None:
        return EPISODES.c.on_hand  # type: ignore[no-any-return]
    own, place, inner = then(POINTS).c, then(LOCATIONS).c, then(LOCATIONS, "inner").c
    held = folds.balances(then.at).cte("held").prefix_with("MATERIALIZED")
    lies = select(func.coalesce(func.sum(held.c.quantity), 0)).join(then(LOCATIONS, "inner"), inner.id == held.c.location_id)
    below = or_(own.location_id.is_(None), inner.path.startswith(place.path))
    lies = lies.where(held.c.variant_id == own.variant_id, inner.kind.in_(OURS), below)
    return lies.correlate(then(POINTS), then(LOCATIONS)).scalar_subquery()
