"""Archiving: what is no longer kept leaves the register, and its names and codes are free again. The past still names it.

Each is one entry that can be undone. What still holds something, or is still out, is refused and named.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from models import bulk, ledger, levels, orders, search
from models.assets import ASSETS, Asset
from models.bill_editing import taken_away
from models.bills import BILLS, Bill
from models.bookings import BOOKINGS, Booking
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS, Barcode, Category, Item, Variant, variants_of
from models.changes import Change, changed
from models.checkouts import CHECKOUTS
from models.custom_fields import FIELDS
from models.entries import EntryKind
from models.kits import KIT_PARTS, Kit, KitPart
from models.ledger import Act, Posted
from models.levels import LEVELS
from models.locations import LOCATIONS, OURS, OUTSIDE, Location, LocationKind
from models.members import Permission, require
from models.orders import OrderState
from models.refusals import Conflict, Refusal
from models.reorder import POINTS, ReorderPoint
from models.search import Findable
from models.suppliers import TERMS, SupplierTerms
from models.waits import WAITS, Wait, WaitState
from models.wording import counted

#: What the register keeps, and may keep no longer.
Archived = Item | Variant | Asset | Location | Category | Kit


def archive_item(session: Session, act: Act, item: Item) -> Posted:
    """Archives an item with all its variants, their barcodes, reorder points, bills and suppliers.

    Refuses while any of it is on hand, out or ordered, or goes into something.
    """
    require(act.by, Permission.CATALOG)
    variants = variants_of(session, item.id)
    _require_none_on_hand(session, item, variants)
    _require_not_ordered(session, variants)
    return _archive(session, act, [item, *variants], _hanging_on(session, act.now, variants=[one.id for one in variants]))


def archive_variant(session: Session, act: Act, variant: Variant) -> Posted:
    """Archives one variant. Refuses while any is on hand, out or ordered or goes into something, and the last one of its item."""
    require(act.by, Permission.CATALOG)
    item = session.get_one(Item, variant.item_id)
    if len(variants_of(session, item.id)) == 1:
        raise Refusal(f"{variant.name} is the only variant of {item.name}. Archive the item instead.", field="thing")
    _require_none_on_hand(session, item, [variant])
    _require_not_ordered(session, [variant])
    return _archive(session, act, [variant], _hanging_on(session, act.now, variants=[variant.id]))


def archive_asset(session: Session, act: Act, asset: Asset) -> Posted:
    """Archives an asset that has left: retired or lost for good. Refuses one that is still in a location of ours."""
    require(act.by, Permission.CATALOG)
    location = session.get_one(Location, asset.location_id)
    if location.kind is LocationKind.SUPPLIER:
        raise Conflict(f"{asset.serial} is in repair, at {location.name}. Retire it first, then archive it.", field="thing")
    if location.ours:
        raise Conflict(f"{asset.serial} is still with us, in {location.name}. Retire it first, then archive it.", field="thing")
    return _archive(session, act, [asset], _hanging_on(session, act.now, assets=[asset.id]))


def archive_location(session: Session, act: Act, location: Location) -> Posted:
    """Archives a location with its barcodes and reorder points. Refuses while it holds anything, has an order open, or others below it."""
    require(act.by, Permission.CATALOG, at=location)
    if location.kind is LocationKind.PERSON or OUTSIDE.get(location.kind) == location.name:
        raise Refusal(f"{location.name} stays: people and the built-in locations are not archived.", field="thing")
    below = select(LOCATIONS.c.name).where(LOCATIONS.c.parent_id == location.id, LOCATIONS.c.archived_at.is_(None))
    if (inner := session.scalar(below.limit(1))) is not None:
        raise Conflict(f"{inner} lies below {location.name}. Move or archive it first.", field="thing")
    _require_empty(session, location)
    if still_open := orders.open_orders(session, supplier_id=location.id):
        raise Conflict(f"{still_open[0].name} from {location.name} is still open. Receive, close or cancel it first.", field="thing")
    in_repair = select(ASSETS.c.serial).where(ASSETS.c.location_id == location.id, ASSETS.c.archived_at.is_(None))
    if location.kind is LocationKind.SUPPLIER and (serial := session.scalar(in_repair.limit(1))) is not None:
        raise Conflict(f"{serial} is in repair, at {location.name}. Bring it back first.", field="thing")
    due_back = select(CHECKOUTS.c.id).where(CHECKOUTS.c.holder_id == location.id, CHECKOUTS.c.closed_at.is_(None))
    if session.execute(due_back.limit(1)).first() is not None:
        raise Conflict(f"Something is still checked out to {location.name}. Bring it back first.", field="thing")
    return _archive(session, act, [location], _hanging_on(session, act.now, locations=[location.id]))


def archive_category(session: Session, act: Act, category: Category) -> Posted:
    """Archives a category. Refuses while items or other categories hang on it, and while a custom field holds for it."""
    require(act.by, Permission.CATALOG)
    items = select(ITEMS.c.name).where(ITEMS.c.category_id == category.id, ITEMS.c.archived_at.is_(None))
    inner = select(CATEGORIES.c.name).where(CATEGORIES.c.parent_id == category.id, CATEGORIES.c.archived_at.is_(None))
    hanging = session.scalar(items.limit(1)) or session.scalar(inner.limit(1))
    if hanging is not None:
        raise Conflict(f"{hanging} is still in {category.name}. Put it into another category first.", field="thing")
    field = session.scalar(select(FIELDS.c.name).where(FIELDS.c.category_id == category.id, FIELDS.c.archived_at.is_(None)).limit(1))
    if field is not None:
        raise Conflict(f"{field} is a custom field of what is in {category.name}. Archive it, or give it another category.", field="thing")
    return _archive(session, act, [category], [])


def archive_kit(session: Session, act: Act, kit: Kit) -> Posted:
    """Archives a kit: its parts belong together no more, and its bookings end. Refuses one that somebody has."""
    require(act.by, Permission.CATALOG)
    out = select(LOCATIONS.c.name).join(CHECKOUTS, CHECKOUTS.c.holder_id == LOCATIONS.c.id)
    if (has := session.scalar(out.where(CHECKOUTS.c.kit_id == kit.id, CHECKOUTS.c.closed_at.is_(None)).limit(1))) is not None:
        raise Conflict(f"{has} still has some of {kit.name}. Bring it back first.", field="thing")
    parts = session.scalars(select(KitPart).where(KIT_PARTS.c.kit_id == kit.id, KIT_PARTS.c.active))
    bookings = session.scalars(select(Booking).where(BOOKINGS.c.kit_id == kit.id, BOOKINGS.c.closed_at.is_(None)))
    ended = [changed(one, quantity=0, closed_at=act.now) for one in bookings]
    return _archive(session, act, [kit], [*(changed(part, active=False) for part in parts), *ended])


def _require_none_on_hand(session: Session, item: Item, variants: Sequence[Variant]) -> None:
    held = levels.by_location(session, [one.id for one in variants])
    if held:
        name = next(one.name for one in variants if one.id == held[0].variant_id)
        what = counted(held[0].quantity, name, item.unit)
        raise Conflict(f"{held[0].location} still holds {what}. Move, use or scrap that first.", field="thing")


def _require_not_ordered(session: Session, variants: Sequence[Variant]) -> None:
    ids = {one.id: one.name for one in variants}
    ordered = orders.to_come(session, list(ids), OrderState.ORDERED, OrderState.DRAFT)
    if ordered:
        on = orders.name_of(ordered[0].number)
        raise Conflict(f"{ids[ordered[0].variant_id]} is still on {on}. Receive that, or take it off first.", field="thing")


def _require_empty(session: Session, location: Location) -> None:
    query = (
        select(LEVELS.c.quantity, VARIANTS.c.name, ITEMS.c.unit)
        .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(LEVELS.c.location_id == location.id, LEVELS.c.quantity > 0)
    )
    held = session.execute(query.limit(1)).first() if location.kind in OURS else None
    if held is not None:
        what = counted(held.quantity, held.name, held.unit)
        raise Conflict(f"{location.name} still holds {what}. Move that out first.", field="thing")


def hanging_on_gone(session: Session, now: datetime, changes: Sequence[Change]) -> list[Change]:
    """The changes that end what hangs on everything that those changes archive, so far as they do not end it themselves.

    A bill of materials is left, and so the undo that this is for refused: it is somebody's work, and an undo is not undone.
    """
    known = {(change.table, change.id) for change in changes}
    gone = {table: [one.id for one in changes if one.table == table and one.after.get("archived_at")] for table in _HOLDS}
    hanging = [one for table, ids in gone.items() for page in bulk.pages(ids) for one in _hanging_on(session, now, **{table: page})]
    own = {(one.table, one.id): one for one in hanging}
    return [one for row, one in own.items() if row not in known and one.table != BILLS.name]


#: What other things hang on: whatever is not known without it.
_HOLDS = ("variants", "assets", "locations")


def _hanging_on(
    session: Session, now: datetime, *, variants: Sequence[int] = (), assets: Sequence[int] = (), locations: Sequence[int] = ()
) -> list[Change]:
    """The barcodes, reorder points, bills, suppliers' terms, bookings, places in line and parts of kits that end with what they are on."""
    on_it = or_(BARCODES.c.variant_id.in_(variants), BARCODES.c.asset_id.in_(assets), BARCODES.c.location_id.in_(locations))
    barcodes = session.scalars(select(Barcode).where(on_it, BARCODES.c.archived_at.is_(None)))
    for_it = or_(POINTS.c.variant_id.in_(variants), POINTS.c.location_id.in_(locations))
    points = session.scalars(select(ReorderPoint).where(for_it, POINTS.c.active))
    bills = session.scalars(select(Bill).where(BILLS.c.variant_id.in_(variants), BILLS.c.active))
    selling = or_(TERMS.c.variant_id.in_(variants), TERMS.c.supplier_id.in_(locations))
    terms = session.scalars(select(SupplierTerms).where(selling, TERMS.c.active))
    booked = or_(BOOKINGS.c.variant_id.in_(variants), BOOKINGS.c.asset_id.in_(assets), BOOKINGS.c.holder_id.in_(locations))
    bookings = session.scalars(select(Booking).where(booked, BOOKINGS.c.closed_at.is_(None)))
    waited_for = or_(WAITS.c.variant_id.in_(variants), WAITS.c.asset_id.in_(assets), WAITS.c.holder_id.in_(locations))
    waits = session.scalars(select(Wait).where(waited_for, WAITS.c.closed_at.is_(None)))
    belonged = or_(KIT_PARTS.c.variant_id.in_(variants), KIT_PARTS.c.asset_id.in_(assets))
    parts = session.scalars(select(KitPart).where(belonged, KIT_PARTS.c.active))
    ended = [changed(code, archived_at=now) for code in barcodes]
    ended += [changed(one, quantity=0, closed_at=now) for one in bookings]
    ended += [changed(one, state=WaitState.PASSED, claim_by_at=None, closed_at=now) for one in waits]
    return [*ended, *(changed(row, active=False) for row in [*points, *terms, *parts]), *(taken_away(bill) for bill in bills)]


def _archive(session: Session, act: Act, rows: Sequence[Archived], hanging: Sequence[Change]) -> Posted:
    if rows[0].archived_at is not None:
        raise Conflict("This is archived already.", field="thing")
    archived = [changed(row, archived_at=act.now) for row in rows]
    posted = ledger.post(session, act, EntryKind.ARCHIVED, changed=[*archived, *hanging])
    search.remember(session, [known_as for row in rows for known_as in _codes_of(row)])
    return posted


def _codes_of(row: Archived) -> list[tuple[Findable, int, str]]:
    """What it was known by besides its name: that still leads to it, and says that it is archived."""
    if isinstance(row, Asset):
        return [(Findable.ASSET, row.id, row.serial)]
    return [(Findable.VARIANT, row.id, row.sku)] if isinstance(row, Variant) else []
