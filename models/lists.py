"""Lists as rows for a file: what is kept besides things and stock, one row a checkout, a booking, a line of an order, or what else it is.

The columns are labelled as the file's heads. What is a quantity, a time or an amount there, a cell's column says by its name.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Label, Select, and_, func, or_, select, true
from sqlmodel import Session

from models import bills, catalog
from models.acceptances import ACCEPTANCES
from models.assets import ASSETS
from models.bills import BILLS
from models.bookings import BOOKINGS
from models.catalog import CATEGORIES, ITEMS, VARIANTS
from models.checkouts import CHECKOUTS, EARLIEST_DUE
from models.diary import Window
from models.entries import ENTRIES, MOVEMENTS, WORDS
from models.kits import KIT_PARTS, KITS
from models.lending_terms import LENDING_TERMS
from models.locations import LOCATIONS, OUTSIDE, LocationKind
from models.lots import LOT_LEVELS, LOTS
from models.maintenance import RECORDS, MaintenanceState
from models.members import GRANT_ROWS, MEMBERS, PROGRAMS, Permission
from models.orders import LINES, ORDERS
from models.reorder import EPISODES, POINTS
from models.reservations import RESERVATIONS
from models.reserved import EARLIEST as FIRST_TO_LAPSE
from models.suppliers import TERMS
from models.waits import WAITS

#: A file has so many rows at most: more is for the whole export.
MOST = 200_000


class Listed(StrEnum):
    """What there is a list of."""

    CHECKOUTS = "checkouts"
    BOOKINGS = "bookings"
    WAITING = "waiting"
    KITS = "kits"
    ACCEPTANCES = "acceptances"
    RESERVATIONS = "reservations"
    ORDERS = "orders"
    SUPPLIERS = "suppliers"
    BILLS = "bills"
    LOTS = "lots"
    LOW = "low"
    REPAIRS = "repairs"
    MEMBERS = "members"
    HISTORY = "history"


#: What whoever wants a list must be able to see everywhere. The others are for everybody.
NEEDS = {
    Listed.CHECKOUTS: Permission.SEE_OTHERS,
    Listed.ACCEPTANCES: Permission.SEE_OTHERS,
    Listed.MEMBERS: Permission.ROLES,
    Listed.HISTORY: Permission.SEE_OTHERS,
}

_HOLDER, _SOURCE, _TARGET, _SUPPLIER = (LOCATIONS.alias(name) for name in ("holder", "source", "target", "supplier"))
_ALL: ColumnElement[bool] = true()
_BY, _FOR = MEMBERS.alias("by"), MEMBERS.alias("behalf")


def read(session: Session, which: Listed, during: Window | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The heads and rows of a list, one more than a file may have at most; of history what happened in that time."""
    if which is Listed.BILLS:
        return _bills(session)
    query = _QUERIES[which]()
    if during is not None:
        query = query.where(ENTRIES.c.happened_at >= during.start, ENTRIES.c.happened_at < during.end)
    result = session.connection().execute(query.limit(MOST + 1))
    return list(result.keys()), [tuple(row) for row in result]


def history_of(
    session: Session, entry_ids: Sequence[int], *, of: str, thing_id: int, at: int | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The heads and rows of those entries, at most some thousand: of each what it moved of the thing, or a row for itself.

    `of` says what the thing is; of a member, an order and a kit all counts that their entries moved. With a location only what moved there.
    """
    moved = MOVEMENTS.c
    concerns = {
        "asset": moved.asset_id == thing_id,
        "lot": moved.lot_id == thing_id,
        "variant": moved.variant_id == thing_id,
        "item": moved.variant_id.in_(select(VARIANTS.c.id).where(VARIANTS.c.item_id == thing_id)),
        "location": or_(moved.source_id == thing_id, moved.target_id == thing_id),
    }.get(of, true())
    there = or_(moved.source_id == at, moved.target_id == at) if at is not None else true()
    result = session.connection().execute(_history(and_(concerns, there)).where(ENTRIES.c.id.in_(entry_ids)))
    return list(result.keys()), [tuple(row) for row in result]


def _bills(session: Session) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Bills of materials in the form that imports take in, a component a row; everything by its SKU."""
    made = session.connection().execute(select(BILLS.c.variant_id).where(BILLS.c.active).order_by(BILLS.c.id).limit(MOST + 1)).scalars()
    parts = bills.parts_of(session, list(made))
    named = {one for of in parts.values() for part in of for one in (part.variant_id, *part.substitutes)}
    skus = {one: known.sku for one, known in catalog.described(session, {*parts, *named}).items()}
    rows = [
        (skus[made_id], skus[part.variant_id], part.quantity, _percent(part.scrap), "; ".join(skus[one] for one in part.substitutes))
        for made_id, of in parts.items()
        for part in of
    ]
    return ["made", "component", "quantity", "scrap", "substitutes"], sorted(rows, key=lambda row: row[0])


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".") if hundredths else ""


def _checkouts() -> Select[Any]:
    own = CHECKOUTS.c
    return (
        _of(CHECKOUTS, own.quantity, _HOLDER.c.name.label("holder"), _SOURCE.c.name.label("from"), own.out_at.label("out since"))
        .add_columns(own.due_at.label("due"), own.purpose)
        .join(_HOLDER, _HOLDER.c.id == own.holder_id)
        .join(_SOURCE, _SOURCE.c.id == own.source_id)
        .where(own.closed_at.is_(None))
        .order_by(*EARLIEST_DUE)
    )


def _bookings() -> Select[Any]:
    own = BOOKINGS.c
    return (
        _of(BOOKINGS, own.quantity, _HOLDER.c.name.label("holder"), own.from_at.label("from"), own.until_at.label("until"), own.purpose)
        .join(_HOLDER, _HOLDER.c.id == own.holder_id)
        .where(own.closed_at.is_(None))
        .order_by(own.from_at, own.id)
    )


def _waiting() -> Select[Any]:
    own = WAITS.c
    return (
        _of(WAITS, _HOLDER.c.name.label("holder"), own.joined_at.label("since"), own.claim_by_at.label("held until"))
        .join(_HOLDER, _HOLDER.c.id == own.holder_id)
        .where(own.closed_at.is_(None))
        .order_by(VARIANTS.c.name_key, own.joined_at, own.id)
    )


def _kits() -> Select[Any]:
    own = KIT_PARTS.c
    return (
        _of(KIT_PARTS, own.quantity, KITS.c.name.label("kit"))
        .join(KITS, KITS.c.id == own.kit_id)
        .where(own.active, KITS.c.archived_at.is_(None))
        .order_by(KITS.c.name_key, own.position, own.id)
    )


def _acceptances() -> Select[Any]:
    own, out = ACCEPTANCES.c, CHECKOUTS.c
    return (
        _of(CHECKOUTS, _HOLDER.c.name.label("holder"), out.out_at.label("out since"), CATEGORIES.c.name.label("terms"))
        .add_columns(LENDING_TERMS.c.version, own.state, own.answered_at.label("answered"))
        .join(ACCEPTANCES, own.checkout_id == out.id)
        .join(_HOLDER, _HOLDER.c.id == out.holder_id)
        .join(LENDING_TERMS, LENDING_TERMS.c.id == own.terms_id)
        .join(CATEGORIES, CATEGORIES.c.id == LENDING_TERMS.c.category_id)
        .order_by(out.id)
    )


def _of(table: FromClause, *columns: ColumnElement[Any] | Label[Any]) -> Select[Any]:
    """Those columns behind what it is of: an asset, or any of a variant."""
    what = (func.coalesce(ASSETS.c.name, VARIANTS.c.name).label("what"), VARIANTS.c.sku, ASSETS.c.serial)
    query = select(*what, columns[0], ITEMS.c.unit, *columns[1:]).select_from(table).join(VARIANTS, VARIANTS.c.id == table.c.variant_id)
    return query.join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).outerjoin(ASSETS, ASSETS.c.id == table.c.asset_id)


def _counted(table: FromClause, *columns: ColumnElement[Any] | Label[Any]) -> Select[Any]:
    """Those columns behind a variant."""
    query = select(VARIANTS.c.name.label("what"), VARIANTS.c.sku, ITEMS.c.unit, *columns).select_from(table)
    return query.join(VARIANTS, VARIANTS.c.id == table.c.variant_id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)


def _reservations() -> Select[Any]:
    own = RESERVATIONS.c
    return (
        _counted(RESERVATIONS, own.quantity, LOCATIONS.c.name.label("at"), own.purpose.label("for"), _BY.c.name.label("by"))
        .add_columns(own.reserved_at.label("reserved"), own.until_at.label("until"))
        .join(LOCATIONS, LOCATIONS.c.id == own.location_id)
        .join(_BY, _BY.c.id == own.by_id)
        .where(own.closed_at.is_(None))
        .order_by(*FIRST_TO_LAPSE)
    )


def _orders() -> Select[Any]:
    own, order = LINES.c, ORDERS.c
    return (
        _counted(LINES, own.quantity, own.received, own.price_minor.label("price"), own.per.label("price per"), own.currency)
        .add_columns(own.expected_on.label("expected"), order.number.label("order"), order.state, order.ordered_at.label("ordered"))
        .add_columns(_SUPPLIER.c.name.label("supplier"), LOCATIONS.c.name.label("deliver to"), order.note)
        .join(ORDERS, order.id == own.order_id)
        .join(_SUPPLIER, _SUPPLIER.c.id == order.supplier_id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == order.place_id)
        .where(own.quantity > 0)
        .order_by(order.number, own.id)
    )


def _suppliers() -> Select[Any]:
    own, usual = TERMS.c, OUTSIDE[LocationKind.SUPPLIER]
    lead = func.coalesce(own.lead_days, _SUPPLIER.c.lead_days).label("lead days")
    query = select(_SUPPLIER.c.name.label("supplier"), _SUPPLIER.c.contact, lead, VARIANTS.c.name.label("what"), VARIANTS.c.sku)
    return (
        query.add_columns(own.part_number.label("part number"), ITEMS.c.unit, own.pack, own.minimum, own.prices, own.currency)
        .select_from(_SUPPLIER)
        .outerjoin(TERMS, (own.supplier_id == _SUPPLIER.c.id) & own.active)
        .outerjoin(VARIANTS, VARIANTS.c.id == own.variant_id)
        .outerjoin(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(_SUPPLIER.c.kind == LocationKind.SUPPLIER, _SUPPLIER.c.name != usual, _SUPPLIER.c.archived_at.is_(None))
        .order_by(_SUPPLIER.c.name_key, VARIANTS.c.name_key, own.id)
    )


def _lots() -> Select[Any]:
    own = LOTS.c
    lies = select(func.coalesce(func.sum(LOT_LEVELS.c.quantity), 0)).where(LOT_LEVELS.c.lot_id == own.id, LOT_LEVELS.c.ours)
    return (
        _counted(LOTS, own.code.label("lot"), own.status, lies.scalar_subquery().label("on hand"), own.expires_on.label("expires"))
        .add_columns(own.made_on.label("made"), own.received_on.label("received on"), _SUPPLIER.c.name.label("supplier"), own.note)
        .outerjoin(_SUPPLIER, _SUPPLIER.c.id == own.supplier_id)
        .where(own.archived_at.is_(None))
        .order_by(VARIANTS.c.name_key, own.code_key, own.id)
    )


def _low() -> Select[Any]:
    own = POINTS.c
    return (
        _counted(POINTS, LOCATIONS.c.name.label("at"), EPISODES.c.on_hand.label("on hand"))
        .add_columns(own.low.label("reorder below"), own.high.label("reorder to"))
        .join(EPISODES, EPISODES.c.reorder_point_id == own.id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == own.location_id)
        .where(EPISODES.c.closed_at.is_(None))
        .order_by(VARIANTS.c.name_key, own.id)
    )


def _repairs() -> Select[Any]:
    own = RECORDS.c
    query = select(
        func.coalesce(ASSETS.c.name, VARIANTS.c.name).label("what"), ASSETS.c.serial, own.state, own.problem, _BY.c.name.label("by")
    )
    return (
        query.add_columns(own.opened_at.label("opened"), LOCATIONS.c.name.label("repaired by"), own.outcome)
        .add_columns(own.cost_minor.label("cost"), own.currency, own.done_on.label("done"), own.closed_at.label("closed"))
        .select_from(RECORDS)
        .join(ASSETS, ASSETS.c.id == own.asset_id)
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .join(_BY, _BY.c.id == own.by_id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == own.location_id)
        .where(own.state != MaintenanceState.VOID)
        .order_by(own.id)
    )


def _members() -> Select[Any]:
    own = MEMBERS.c
    return (
        select(own.name, own.email, own.slack_user_id.label("slack id"), own.time_zone.label("time zone"), own.standing, GRANT_ROWS.c.role)
        .add_columns(LOCATIONS.c.name.label("at"))
        .outerjoin(GRANT_ROWS, (GRANT_ROWS.c.member_id == own.id) & GRANT_ROWS.c.active)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == GRANT_ROWS.c.location_id)
        .where(own.archived_at.is_(None), own.id.not_in(PROGRAMS))
        .order_by(own.name_key, own.id, GRANT_ROWS.c.id)
    )


def _history(concerns: ColumnElement[bool] = _ALL) -> Select[Any]:
    own, moved = ENTRIES.c, MOVEMENTS.c
    query = select(
        own.id.label("entry"), own.kind.label("did"), _BY.c.name.label("by"), _FOR.c.name.label("for"), own.happened_at.label("happened")
    )
    return (
        query.add_columns(own.recorded_at.label("recorded"), own.reverses_id.label("undoes entry"), WORDS.c.note)
        .add_columns(VARIANTS.c.name.label("what"), VARIANTS.c.sku, ASSETS.c.serial, LOTS.c.code.label("lot"), moved.quantity, ITEMS.c.unit)
        .add_columns(_SOURCE.c.name.label("from"), _TARGET.c.name.label("to"))
        .select_from(ENTRIES)
        .join(_BY, _BY.c.id == own.member_id)
        .outerjoin(_FOR, _FOR.c.id == own.on_behalf_of_id)
        .outerjoin(WORDS, WORDS.c.entry_id == own.id)
        .outerjoin(MOVEMENTS, and_(moved.entry_id == own.id, concerns))
        .outerjoin(VARIANTS, VARIANTS.c.id == moved.variant_id)
        .outerjoin(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .outerjoin(ASSETS, ASSETS.c.id == moved.asset_id)
        .outerjoin(LOTS, LOTS.c.id == moved.lot_id)
        .outerjoin(_SOURCE, _SOURCE.c.id == moved.source_id)
        .outerjoin(_TARGET, _TARGET.c.id == moved.target_id)
        .order_by(own.id, moved.id)
    )


_QUERIES: Mapping[Listed, Callable[[], Select[Any]]] = {
    Listed.CHECKOUTS: _checkouts,
    Listed.BOOKINGS: _bookings,
    Listed.WAITING: _waiting,
    Listed.KITS: _kits,
    Listed.ACCEPTANCES: _acceptances,
    Listed.RESERVATIONS: _reservations,
    Listed.ORDERS: _orders,
    Listed.SUPPLIERS: _suppliers,
    Listed.LOTS: _lots,
    Listed.LOW: _low,
    Listed.REPAIRS: _repairs,
    Listed.MEMBERS: _members,
    Listed.HISTORY: _history,
}
