"""The lines of entries as they are told to a person: so much of what, from where to where, in the packs that it was said in."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlmodel import Session

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS
from models.locations import LOCATIONS, LocationKind
from models.lots import LOTS
from models.quantities import InPacks

#: How many lines of one entry are told; an import has thousands.
LINES = 10

_MOVED = MOVEMENTS.c
_SOURCES, _TARGETS = LOCATIONS.alias("sources"), LOCATIONS.alias("targets")


class Moved(NamedTuple):
    """One line of an entry, with the names that go with it."""

    entry_id: int
    variant_id: int
    variant: str
    unit: str
    quantity: int
    source_id: int
    source: str
    target_id: int
    target: str
    asset_id: int | None
    serial: str | None
    #: How many lines the entry has that concern what was asked; at most `LINES` of them are told.
    of: int
    #: Whether production brought it: it was built, where the other lines of its entry went in.
    made: bool = False
    #: The code of the lot that it was of.
    lot: str | None = None


def of(session: Session, ids: list[int], concerns: ColumnElement[bool] | None) -> list[Moved]:
    """The first lines of each of those entries; with `concerns`, the first for which that holds."""
    each = _MOVED.entry_id
    number = func.row_number().over(partition_by=each, order_by=_MOVED.id).label("number")
    of = func.count().over(partition_by=each).label("of")
    line_of = select(MOVEMENTS, number, of).where(_MOVED.entry_id.in_(ids))
    if concerns is not None:
        # Their time, too: with it these lines of an entry are found along the index of what they concern, and not among all its lines.
        times = select(ENTRIES.c.happened_at).where(ENTRIES.c.id.in_(ids))
        line_of = line_of.where(concerns, _MOVED.happened_at.in_(times))
    return _named(session, line_of)


def of_builds(session: Session, ids: list[int], concerns: ColumnElement[bool] | None) -> list[Moved]:
    """The lines of builds, lots put together: what was asked about first, then what was made, then the rest that went in."""
    asked = func.max(case((concerns, 1), else_=0)) if concerns is not None else literal(0)
    made = _SOURCES.c.kind == LocationKind.PRODUCTION
    key = (_MOVED.entry_id, _MOVED.variant_id, _MOVED.asset_id, made)
    number = func.row_number().over(partition_by=_MOVED.entry_id, order_by=[asked.desc(), made.desc(), func.min(_MOVED.id)])
    one_lot = (func.count(_MOVED.lot_id.distinct()) == 1) & (func.count(_MOVED.lot_id) == func.count())
    line_of = (
        select(_MOVED.entry_id, _MOVED.variant_id, _MOVED.asset_id, func.sum(_MOVED.quantity).label("quantity"))
        .add_columns(case((one_lot, func.min(_MOVED.lot_id))).label("lot_id"))
        .add_columns(func.min(_MOVED.source_id).label("source_id"), func.min(_MOVED.target_id).label("target_id"))
        .add_columns(func.max(_MOVED.packs).label("packs"), func.max(_MOVED.pack).label("pack"))
        .add_columns(number.label("number"), func.count().over(partition_by=_MOVED.entry_id).label("of"))
        .join(_SOURCES, _SOURCES.c.id == _MOVED.source_id)
        .where(_MOVED.entry_id.in_(ids))
        .group_by(*key)
    )
    return _named(session, line_of)


def _named(session: Session, line_of: Select[Any]) -> list[Moved]:
    """The first lines of each entry, with the names that go with them."""
    line = line_of.subquery("line")
    query = (
        select(
            line.c.entry_id,
            line.c.variant_id,
            VARIANTS.c.name,
            ITEMS.c.unit,
            line.c.quantity,
            line.c.source_id,
            _SOURCES.c.name,
            line.c.target_id,
            _TARGETS.c.name,
            line.c.asset_id,
            ASSETS.c.serial,
            line.c.of,
            _SOURCES.c.kind == LocationKind.PRODUCTION,
            LOTS.c.code,
            line.c.packs,
            line.c.pack,
        )
        .join(VARIANTS, VARIANTS.c.id == line.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .join(_SOURCES, _SOURCES.c.id == line.c.source_id)
        .join(_TARGETS, _TARGETS.c.id == line.c.target_id)
        .outerjoin(ASSETS, ASSETS.c.id == line.c.asset_id)
        .outerjoin(LOTS, LOTS.c.id == line.c.lot_id)
        .where(line.c.number <= LINES)
        .order_by(line.c.entry_id, line.c.number)
    )
    return [_as_said(Moved._make(row[:-2]), row.packs, row.pack) for row in session.connection().execute(query)]


def _as_said(moved: Moved, packs: int | None, pack: str | None) -> Moved:
    """A line whose quantity is in the packs that somebody said it in, if they did."""
    return moved if packs is None or pack is None else moved._replace(quantity=InPacks(moved.quantity, number=packs, pack=pack))
