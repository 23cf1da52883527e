"""What entries are about that move nothing, by name: for lines of history that do not all tell of one thing."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, Text, cast, func, literal, null, select
from sqlmodel import Session

from models import bulk
from models.assets import ASSETS
from models.attestations import ATTESTED
from models.bills import BILLS
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS
from models.checkouts import CHECKOUTS
from models.entries import SUBJECTS
from models.hand_overs import HAND_OVERS
from models.kits import KITS
from models.locations import LOCATIONS
from models.lots import LOTS
from models.maintenance import RECORDS, SCHEDULES
from models.recalls import RECALLS
from models.reorder import POINTS
from models.stocktakes import STOCKTAKES
from models.sweeps import SWEEPS

#: So many things of one entry are named.
MOST = 3


class Subject(NamedTuple):
    """A thing that an entry is about; the serial tells assets of one name apart."""

    what: str
    serial: str | None


_NAME = func.coalesce(ASSETS.c.name, VARIANTS.c.name)
_NO_SERIAL = cast(null(), Text)


def _of_assets(rows: Table) -> Select[Any]:
    found = select(rows.c.id, _NAME, ASSETS.c.serial).select_from(rows).join(ASSETS, ASSETS.c.id == rows.c.asset_id)
    return found.join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)


def _of_variants(rows: Table) -> Select[Any]:
    return select(rows.c.id, VARIANTS.c.name, _NO_SERIAL).select_from(rows).join(VARIANTS, VARIANTS.c.id == rows.c.variant_id)


def _of_either(rows: Table) -> Select[Any]:
    found = select(rows.c.id, _NAME, ASSETS.c.serial).select_from(rows).join(VARIANTS, VARIANTS.c.id == rows.c.variant_id)
    return found.outerjoin(ASSETS, ASSETS.c.id == rows.c.asset_id)


def _of_locations(rows: Table) -> Select[Any]:
    return select(rows.c.id, LOCATIONS.c.name, _NO_SERIAL).select_from(rows).join(LOCATIONS, LOCATIONS.c.id == rows.c.location_id)


def _by_name(rows: Table) -> Select[Any]:
    return select(rows.c.id, rows.c.name, _NO_SERIAL)


_LOT = literal("lot ") + LOTS.c.code
#: How rows of a table are called. An entry is about those of the first of these tables that it has changed something in.
_CALLED: dict[str, Select[Any]] = {
    KITS.name: _by_name(KITS),
    ITEMS.name: _by_name(ITEMS),
    CATEGORIES.name: _by_name(CATEGORIES),
    ASSETS.name: select(ASSETS.c.id, _NAME, ASSETS.c.serial).join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id),
    RECORDS.name: _of_assets(RECORDS),
    HAND_OVERS.name: _of_assets(HAND_OVERS),
    CHECKOUTS.name: _of_either(CHECKOUTS),
    ATTESTED.name: _of_either(ATTESTED),
    RECALLS.name: select(RECALLS.c.id, _LOT, _NO_SERIAL).join(LOTS, LOTS.c.id == RECALLS.c.lot_id),
    LOTS.name: select(LOTS.c.id, _LOT, _NO_SERIAL),
    POINTS.name: _of_variants(POINTS),
    BILLS.name: _of_variants(BILLS),
    SCHEDULES.name: _by_name(SCHEDULES),
    STOCKTAKES.name: _of_locations(STOCKTAKES),
    SWEEPS.name: _of_locations(SWEEPS),
    LOCATIONS.name: _by_name(LOCATIONS),
    VARIANTS.name: _by_name(VARIANTS),
    BARCODES.name: select(BARCODES.c.id, func.coalesce(_NAME, LOCATIONS.c.name), ASSETS.c.serial)
    .outerjoin(ASSETS, ASSETS.c.id == BARCODES.c.asset_id)
    .outerjoin(VARIANTS, VARIANTS.c.id == func.coalesce(ASSETS.c.variant_id, BARCODES.c.variant_id))
    .outerjoin(LOCATIONS, LOCATIONS.c.id == BARCODES.c.location_id),
}


def of(session: Session, entry_ids: Sequence[int]) -> dict[int, tuple[Subject, ...]]:
    """What each of those entries is about, the first few things of it."""
    found = dict[int, tuple[Subject, ...]]()
    for page in bulk.pages(entry_ids):
        rows = _rows(session, page)
        for table, called in _CALLED.items():
            own = [(entry_id, row_id) for entry_id, subject, row_id in rows if subject == table and entry_id not in found]
            names = _names(session, called, {row_id for _, row_id in own})
            for entry_id in dict(own):
                found[entry_id] = tuple(dict.fromkeys(names[row_id] for each, row_id in own if each == entry_id and row_id in names))
    return found


def _rows(session: Session, entry_ids: Sequence[int]) -> list[tuple[int, str, int]]:
    """The first rows of each table that those entries have changed: entry, table, id."""
    entry, table, row = SUBJECTS.c.entry_id, SUBJECTS.c.subject, SUBJECTS.c.subject_id
    number = func.row_number().over(partition_by=(entry, table), order_by=row).label("number")
    first = select(entry, table, row, number).where(entry.in_(entry_ids), table.in_(list(_CALLED))).subquery()
    few = select(*list(first.c)[:3]).where(first.c.number <= MOST).order_by(first.c.number)
    return [(one[0], one[1], one[2]) for one in session.connection().execute(few)]


def _names(session: Session, called: Select[Any], row_ids: AbstractSet[int]) -> dict[int, Subject]:
    if not row_ids:
        return {}
    rows = session.connection().execute(called.where(called.selected_columns[0].in_(row_ids)))
    return {row_id: Subject(what, serial) for row_id, what, serial in rows}
