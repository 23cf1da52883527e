"""What entries did to purchase orders, for history: which order, and what was put on it or taken off."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import changes
from models.catalog import ITEMS, VARIANTS
from models.entries import EntryKind
from models.orders import LINES, ORDERS, name_of

#: The entries that change what is ordered.
ORDERING = frozenset({EntryKind.DRAFTED, EntryKind.ORDERED, EntryKind.CLOSED, EntryKind.CANCELLED})


class OnOrder(NamedTuple):
    """What an entry changed of an order: how much more, or less, of one variant; nothing more where it changed something else."""

    order: str
    more: int = 0
    variant: str = ""
    unit: str = ""


def on_orders(session: Session, ids: Sequence[int]) -> dict[int, tuple[OnOrder, ...]]:
    """What each of those entries changed of orders."""
    if not ids:
        return {}
    changed = changes.of_entries(session, ids)
    touched = [change for group in changed.values() for change in group]
    lines = {row.id: row for row in session.connection().execute(_LINES.where(LINES.c.id.in_(_ids(touched, LINES.name))))}
    numbers = select(ORDERS.c.id, ORDERS.c.number).where(ORDERS.c.id.in_(_ids(touched, ORDERS.name)))
    named = {row.id: name_of(row.number) for row in session.connection().execute(numbers)}
    found = {}
    for entry, group in changed.items():
        on_lines = [_line(lines[change.id], change) for change in group if change.table == LINES.name]
        on_whole = [OnOrder(named[change.id]) for change in group if change.table == ORDERS.name]
        found[entry] = tuple([one for one in on_lines if one.more] or on_whole or on_lines)
    return found


_LINES = (
    select(LINES.c.id, ORDERS.c.number, VARIANTS.c.name, ITEMS.c.unit)
    .join(ORDERS, ORDERS.c.id == LINES.c.order_id)
    .join(VARIANTS, VARIANTS.c.id == LINES.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
)


def _ids(touched: Sequence[changes.Change], table: str) -> set[int]:
    return {change.id for change in touched if change.table == table}


def _line(row: object, change: changes.Change) -> OnOrder:
    more = change.after["quantity"] - change.before["quantity"] if "quantity" in change.after else 0
    return OnOrder(name_of(row.number), more, row.name, row.unit)  # type: ignore[attr-defined]
