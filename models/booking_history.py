"""What entries did to bookings and waiting lists, for history: what was booked for whom and when, or waited for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session

from models import changes
from models.assets import ASSETS
from models.bookings import BOOKINGS
from models.catalog import ITEMS, VARIANTS
from models.entries import SUBJECTS, EntryKind
from models.kits import KITS
from models.locations import LOCATIONS
from models.waits import WAITS

#: The entries that change what is booked, or who waits.
BOOKING = frozenset({EntryKind.BOOKED, EntryKind.CANCELLED, EntryKind.QUEUED, EntryKind.OFFERED, EntryKind.PASSED, EntryKind.LEFT})


class OnBooking(NamedTuple):
    """A booking, or a place in line, that an entry changed. A place in line has no time."""

    what: str
    serial: str | None
    holder: str
    #: How much was booked, as its entry said; nothing of a place in line.
    quantity: int
    unit: str
    from_at: datetime | None = None
    until_at: datetime | None = None
    zone: str | None = None
    #: The kit that was booked with it.
    kit: str | None = None


def about(*, asset_id: int | None = None, variant_ids: Sequence[int] = ()) -> ColumnElement[bool]:
    """The condition that an entry changed a booking, or a place in line, of an asset, or of any of some variants."""
    found = []
    for table in (BOOKINGS, WAITS):
        own = table.c.asset_id == asset_id if asset_id is not None else table.c.variant_id.in_(variant_ids)
        found.append(and_(SUBJECTS.c.subject == table.name, SUBJECTS.c.subject_id.in_(select(table.c.id).where(own))))
    return or_(*found)


def _named(table: Any, *columns: Any) -> Select[Any]:
    named = select(SUBJECTS.c.entry_id, func.coalesce(ASSETS.c.name, VARIANTS.c.name), ASSETS.c.serial, LOCATIONS.c.name)
    return (
        named.add_columns(ITEMS.c.unit, *columns)
        .select_from(SUBJECTS)
        .join(table, table.c.id == SUBJECTS.c.subject_id)
        .join(VARIANTS, VARIANTS.c.id == table.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .join(LOCATIONS, LOCATIONS.c.id == table.c.holder_id)
        .outerjoin(ASSETS, ASSETS.c.id == table.c.asset_id)
        .where(SUBJECTS.c.subject == table.name)
        .order_by(SUBJECTS.c.entry_id, table.c.id)
    )


_BOOKED = _named(BOOKINGS, BOOKINGS.c.id, BOOKINGS.c.from_at, BOOKINGS.c.until_at, BOOKINGS.c.zone, KITS.c.name)
_BOOKED = _BOOKED.outerjoin(KITS, KITS.c.id == BOOKINGS.c.kit_id)
_IN_LINE = _named(WAITS)


def on_bookings(session: Session, ids: Sequence[int]) -> dict[int, tuple[OnBooking, ...]]:
    """What each of those entries changed of bookings and lines."""
    changed = changes.of_entries(session, ids)
    found: dict[int, list[OnBooking]] = {entry_id: [] for entry_id in ids}
    if not ids:
        return {}
    for entry, what, serial, holder, unit, row_id, *times in session.connection().execute(_BOOKED.where(SUBJECTS.c.entry_id.in_(ids))):
        change = next(one for one in changed[entry] if one.table == BOOKINGS.name and one.id == row_id)
        quantity = abs(change.after.get("quantity", 0) - change.before.get("quantity", 0))
        found[entry].append(OnBooking(what, serial, holder, quantity, unit, *times))
    for entry, what, serial, holder, unit in session.connection().execute(_IN_LINE.where(SUBJECTS.c.entry_id.in_(ids))):
        found[entry].append(OnBooking(what, serial, holder, 0, unit))
    return {entry: tuple(group) for entry, group in found.items()}
