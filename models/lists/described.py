"""What the rows of lists are of: an asset, or so much of a variant."""

from typing import Any

from sqlalchemy import ColumnElement, Label, Select, Table, func, select
from sqlalchemy.sql.expression import FromClause

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS
from models.then import Then

Column = ColumnElement[Any] | Label[Any]


def of_thing(then: Then, table: Table, quantity: ColumnElement[Any] | None, *columns: Column) -> Select[Any]:
    """Those columns behind what it is of: an asset, or any of a variant; how much of it stands beside its unit."""
    asset, variant, item = then(ASSETS).c, then(VARIANTS).c, then(ITEMS).c
    what = (func.coalesce(asset.name, variant.name).label("what"), variant.sku, asset.serial)
    much = () if quantity is None else (quantity, item.unit)
    query = select(*what, *much, *columns).select_from(then(table)).outerjoin(then(ASSETS), asset.id == then(table).c.asset_id)
    return query.join(then(VARIANTS), variant.id == _variant(then, then(table))).join(then(ITEMS), item.id == variant.item_id)


def _variant(then: Then, rows: FromClause) -> ColumnElement[int]:
    """The variant of each row, which may name its asset only."""
    return rows.c.variant_id if "variant_id" in rows.c else then(ASSETS).c.variant_id


def counted(then: Then, table: Table, *columns: Column) -> Select[Any]:
    """Those columns behind a variant and its unit."""
    variant, item = then(VARIANTS).c, then(ITEMS).c
    query = select(variant.name.label("what"), variant.sku, item.unit, *columns).select_from(then(table))
    return query.join(then(VARIANTS), variant.id == then(table).c.variant_id).join(then(ITEMS), item.id == variant.item_id)
