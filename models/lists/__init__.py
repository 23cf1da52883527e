"""Lists as rows for a file: what is kept besides things and stock, one row a checkout, a booking, a line of an order, or what else it is.

Each is a query of tables as they stand, or as they stood at a past moment. The columns are labelled as the file's heads. What is a
quantity, a time or an amount there, a cell's column says by its name.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session

from models.diary import Window
from models.entries import ENTRIES
from models.lists import happened, house, lending, stores
from models.members import Permission
from models.then import Then

#: A file has so many rows at most: more is for the whole export.
MOST = 200_000


class Listed(StrEnum):
    """What there is a list of."""

    CHECKOUTS = "checkouts"
    BOOKINGS = "bookings"
    WAITING = "waiting"
    OFFERS = "offers"
    KITS = "kits"
    TERMS = "terms"
    ACCEPTANCES = "acceptances"
    RESERVATIONS = "reservations"
    ORDERS = "orders"
    WANTED = "wanted"
    SUPPLIERS = "suppliers"
    BILLS = "bills"
    LOTS = "lots"
    RECALLS = "recalls"
    LOW = "low"
    COUNTS = "counts"
    REPAIRS = "repairs"
    SCHEDULES = "schedules"
    FIELDS = "fields"
    REQUESTS = "requests"
    MEMBERS = "members"
    HISTORY = "history"


#: What whoever wants a list must be able to see everywhere. The others are for everybody.
NEEDS = {
    Listed.CHECKOUTS: Permission.SEE_OTHERS,
    Listed.OFFERS: Permission.SEE_OTHERS,
    Listed.ACCEPTANCES: Permission.SEE_OTHERS,
    Listed.RECALLS: Permission.SEE_OTHERS,
    Listed.REQUESTS: Permission.SEE_OTHERS,
    Listed.FIELDS: Permission.FIELDS,
    Listed.MEMBERS: Permission.ROLES,
    Listed.HISTORY: Permission.SEE_OTHERS,
}

#: Lists of what stands at a moment.
_STANDING: Mapping[Listed, Callable[[Then], Select[Any]]] = {
    Listed.CHECKOUTS: lending.checkouts,
    Listed.BOOKINGS: lending.bookings,
    Listed.WAITING: lending.waiting,
    Listed.OFFERS: lending.offers,
    Listed.KITS: lending.kits,
    Listed.TERMS: lending.terms,
    Listed.ACCEPTANCES: lending.acceptances,
    Listed.RESERVATIONS: stores.reservations,
    Listed.ORDERS: stores.orders,
    Listed.WANTED: stores.wanted,
    Listed.SUPPLIERS: stores.suppliers,
    Listed.BILLS: stores.bills,
    Listed.LOTS: stores.lots,
    Listed.RECALLS: stores.recalls,
    Listed.LOW: stores.low,
    Listed.COUNTS: house.counts,
    Listed.REPAIRS: house.repairs,
    Listed.SCHEDULES: house.schedules,
    Listed.FIELDS: house.fields,
    Listed.REQUESTS: house.requests,
    Listed.MEMBERS: house.members,
}

Rows = tuple[list[str], list[tuple[Any, ...]]]


def read(session: Session, which: Listed, *, at: datetime | None = None, during: Window | None = None) -> Rows:
    """The heads and rows of a list, one more than a file may have at most: as it stands, or stood at a moment (UTC).

    History has no moment: of it what happened in some time.
    """
    if which is not Listed.HISTORY:
        then = Then(session, at)
        return _rows(session, _STANDING[which](then).limit(MOST + 1))
    query = happened.history()
    if during is not None:
        query = query.where(ENTRIES.c.happened_at >= during.start, ENTRIES.c.happened_at < during.end)
    return _rows(session, query.limit(MOST + 1))


def history_of(session: Session, entry_ids: Sequence[int], *, of: str, thing_id: int, at: int | None = None) -> Rows:
    """The heads and rows of those entries, at most some thousand: of each what it moved of the thing, or a row for itself.

    `of` says what the thing is; of a member, an order and a kit all counts that their entries moved. With a location only what moved there.
    """
    return _rows(session, happened.history(happened.concerning(of, thing_id, at=at)).where(ENTRIES.c.id.in_(entry_ids)))


def _rows(session: Session, query: Select[Any]) -> Rows:
    result = session.connection().execute(query)
    return list(result.keys()), [tuple(row) for row in result]
