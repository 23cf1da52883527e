"""What is archived holds and keeps nothing: stock, lots and assets leave a location, and the stores, before one of them is archived."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlmodel import Session

from models.assets import ASSETS
from models.caches import Line
from models.catalog import ITEMS, VARIANTS
from models.changes import ByTable
from models.checkouts import CHECKOUTS
from models.kits import KITS
from models.levels import LEVELS
from models.locations import LOCATIONS, OURS
from models.lots import LOT_LEVELS, LOTS
from models.refusals import Conflict
from models.wording import counted

_TABLES = ("locations", "items", "variants", "assets", "lots", "kits", "checkouts")

#: What lies, or is kept for somebody, in a location of ours although it, or the location, is archived: none, ever.
STOCK: Select[Any] = (
    select(LOCATIONS.c.name.label("location"), VARIANTS.c.name, ITEMS.c.unit, LEVELS.c.quantity)
    .select_from(LEVELS)
    .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
    .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(LEVELS.c.ours, or_(LEVELS.c.quantity > 0, LEVELS.c.reserved > 0))
    .where(or_(LOCATIONS.c.archived_at.is_not(None), VARIANTS.c.archived_at.is_not(None), ITEMS.c.archived_at.is_not(None)))
)
KEPT: Select[Any] = (
    select(ASSETS.c.serial, LOCATIONS.c.name.label("location"))
    .select_from(ASSETS)
    .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
    .where(ASSETS.c.archived_at.is_not(None), LOCATIONS.c.kind.in_(OURS))
)
LEFT_OF_LOTS: Select[Any] = (
    select(LOCATIONS.c.name.label("location"), LOTS.c.code, VARIANTS.c.name, ITEMS.c.unit, LOT_LEVELS.c.quantity)
    .select_from(LOT_LEVELS)
    .join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
    .join(LOCATIONS, LOCATIONS.c.id == LOT_LEVELS.c.location_id)
    .join(VARIANTS, VARIANTS.c.id == LOTS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(LOTS.c.archived_at.is_not(None), LOT_LEVELS.c.ours, LOT_LEVELS.c.quantity > 0)
)
KITS_OUT: Select[Any] = (
    select(KITS.c.name, LOCATIONS.c.name.label("holder"))
    .select_from(CHECKOUTS)
    .join(KITS, KITS.c.id == CHECKOUTS.c.kit_id)
    .join(LOCATIONS, LOCATIONS.c.id == CHECKOUTS.c.holder_id)
    .where(CHECKOUTS.c.closed_at.is_(None), KITS.c.archived_at.is_not(None))
)


def archives(of_table: ByTable) -> bool:
    """Whether something that may hold stock, or may be held, is archived by those changes."""
    return any(change.after.get("archived_at") for table in _TABLES for change in of_table.get(table, ()))


def require_empty(session: Session, of_table: ByTable, lines: Sequence[Line]) -> None:
    """Refuses where something that these changes and lines touch is archived now, and still holds stock or is still held."""
    touched = {table: [change.id for change in of_table.get(table, ())] for table in _TABLES}
    variants = {*touched["variants"], *(line.variant_id for line in lines)}
    concerned = or_(LOCATIONS.c.id.in_(touched["locations"]), ITEMS.c.id.in_(touched["items"]), VARIANTS.c.id.in_(variants))
    left = session.connection().execute(STOCK.where(concerned).limit(1)).one_or_none()
    if left is not None and not left.quantity:
        raise Conflict(f"{left.name} is still reserved in {left.location}, where there is none any more. Release that first.")
    if left is not None:
        what = counted(left.quantity, left.name, left.unit)
        raise Conflict(f"{left.location} would still hold {what}, and what is archived holds nothing. Move that out first.")
    lots = {*touched["lots"], *(line.lot_id for line in lines)} - {None}
    stays = session.connection().execute(LEFT_OF_LOTS.where(LOTS.c.id.in_(lots)).limit(1)).one_or_none() if lots else None
    if stays is not None:
        what = counted(stays.quantity, stays.name, stays.unit)
        raise Conflict(f"{stays.location} would still hold {what} of lot {stays.code}, which would not be known any more. Undo that first.")
    assets = {*touched["assets"], *(line.asset_id for line in lines)}
    kept = session.connection().execute(KEPT.where(ASSETS.c.id.in_(assets)).limit(1)).one_or_none()
    if kept is not None:
        raise Conflict(f"{kept.serial} would be in {kept.location}, and it is archived. Bring it back to the register first.")
    lent = session.connection().execute(KITS_OUT.limit(1)).one_or_none() if touched["kits"] or touched["checkouts"] else None
    if lent is not None:
        raise Conflict(f"{lent.holder} would have {lent.name}, and what is archived is not lent. Bring it back first.")
