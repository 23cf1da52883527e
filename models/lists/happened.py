"""The list of what happened: every entry with what it moved."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS, WORDS
from models.locations import LOCATIONS
from models.lots import LOTS
from models.members import MEMBERS

_ALL: ColumnElement[bool] = true()
_BY, _FOR = MEMBERS.alias("by"), MEMBERS.alias("behalf")
_SOURCE, _TARGET = LOCATIONS.alias("source"), LOCATIONS.alias("target")


def concerning(of: str, thing_id: int, *, at: int | None = None) -> ColumnElement[bool]:
    """The movements of a thing, there or anywhere; of a member, an order and a kit all that their entries moved."""
    moved = MOVEMENTS.c
    concerns = {
        "asset": moved.asset_id == thing_id,
        "lot": moved.lot_id == thing_id,
        "variant": moved.variant_id == thing_id,
        "item": moved.variant_id.in_(select(VARIANTS.c.id).where(VARIANTS.c.item_id == thing_id)),
        "location": or_(moved.source_id == thing_id, moved.target_id == thing_id),
    }.get(of, _ALL)
    there = or_(moved.source_id == at, moved.target_id == at) if at is not None else _ALL
    return and_(concerns, there)


def history(concerns: ColumnElement[bool] = _ALL) -> Select[Any]:
    """Every entry with those of its movements, or a row for itself."""
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
