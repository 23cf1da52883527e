"""Reservations: stock that is promised to a job or a customer, and has not gone yet; and what the ledger guards of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, bindparam, select, text, update
from sqlmodel import Field, Session, SQLModel

from models import changes
from models.catalog import ITEMS, VARIANTS
from models.changes import ByTable
from models.entries import SUBJECTS
from models.levels import LEVELS
from models.locations import LOCATIONS
from models.quantities import ONE, said_number
from models.refusals import Kept
from models.times import UtcTime
from models.wording import counted, listed

_OPEN, _TO_REVIEW = text("closed_at IS NULL"), text("review_at IS NOT NULL")


class Reservation(SQLModel, table=True):
    """So many of a variant, kept in one location for a job or a customer. What is still kept; closed when nothing is."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="reservation_is_never_below_zero"),
        CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="reservation_is_open_while_something_is_kept"),
        Index("reservation_by_variant", "variant_id", "location_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("reservation_by_purpose", "purpose_key"),
        Index("reservation_by_member", "by_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("reservation_to_review", "review_at", sqlite_where=_TO_REVIEW, postgresql_where=_TO_REVIEW),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    location_id: int = Field(foreign_key="locations.id")
    #: What is still kept, in millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: The job or customer, as it was said, and as it is compared with what is said later.
    purpose: str
    purpose_key: str
    #: The customer, where it is one that we know.
    customer_id: int | None = Field(default=None, foreign_key="locations.id")
    #: What is to be built of it, where it is kept for a run of production: building that uses it up.
    made_id: int | None = Field(default=None, foreign_key="variants.id")
    by_id: int = Field(foreign_key="members.id")
    reserved_at: datetime = Field(sa_type=UtcTime)
    #: Until when it is kept: local date and time and zone as said, and the UTC time; empty: until it is released.
    until_local: str | None = None
    until_zone: str | None = None
    until_at: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When it is looked at again, because it is about to lapse or has. Every change asks for that at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


RESERVATIONS = Reservation.__table__  # type: ignore[attr-defined]

_AT = select(RESERVATIONS.c.variant_id, RESERVATIONS.c.location_id).where(RESERVATIONS.c.id == bindparam("id"))
_KEEP = (
    update(LEVELS)
    .where(LEVELS.c.variant_id == bindparam("variant"), LEVELS.c.location_id == bindparam("location"))
    .where(LEVELS.c.quantity - LEVELS.c.reserved >= bindparam("more"))
    .values(reserved=LEVELS.c.reserved + bindparam("more"))
)
_FREE = (
    update(LEVELS)
    .where(LEVELS.c.variant_id == bindparam("variant"), LEVELS.c.location_id == bindparam("location"))
    .values(reserved=LEVELS.c.reserved - bindparam("less"))
)


def free(session: Session, of_table: ByTable) -> None:
    """Lets go of what those changes keep no more, before anything moves: what was kept can then be taken. `ledger.post()` calls it."""
    for reservation_id, more in _kept_more(of_table):
        if more < 0:
            variant, location = session.connection().execute(_AT, {"id": reservation_id}).one()
            session.connection().execute(_FREE, {"variant": variant, "location": location, "less": -more})


def keep(session: Session, of_table: ByTable) -> None:
    """Keeps what those changes keep more of, once everything has moved. Refuses where less is free. `ledger.post()` calls it."""
    for reservation_id, more in _kept_more(of_table):
        if more > 0:
            variant, location = session.connection().execute(_AT, {"id": reservation_id}).one()
            if session.connection().execute(_KEEP, {"variant": variant, "location": location, "more": more}).rowcount != 1:
                raise Kept(_too_little_is_free(session, variant, location, more), field="quantity")


def _kept_more(of_table: ByTable) -> Iterator[tuple[int, int]]:
    for change in of_table.get(RESERVATIONS.name, ()):
        if "quantity" in change.after:
            yield change.id, change.after["quantity"] - change.before["quantity"]


def _too_little_is_free(session: Session, variant_id: int, location_id: int, asked: int) -> str:
    query = select(VARIANTS.c.name, ITEMS.c.unit).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(VARIANTS.c.id == variant_id)
    name, unit = session.connection().execute(query).one()
    place = session.connection().execute(select(LOCATIONS.c.name).where(LOCATIONS.c.id == location_id)).scalar_one()
    query = select(LEVELS.c.quantity, LEVELS.c.reserved).where(LEVELS.c.variant_id == variant_id, LEVELS.c.location_id == location_id)
    level = session.connection().execute(query).one_or_none()
    held, reserved = (level.quantity, level.reserved) if level else (0, 0)
    has = counted(held, name, unit) if held else f"no {name}"
    if not reserved:
        return f"{place} holds {has}; you asked for {said_number(asked)}."
    kept = kept_there(session, variant_id, location_id, held=held, reserved=reserved, unit=unit)
    return f"{place} holds {has}, and {kept}; you asked for {said_number(asked)}."


def kept_there(session: Session, variant_id: int, location_id: int, *, held: int, reserved: int, unit: str, but: Sequence[int] = ()) -> str:
    """How much of what is held there is kept, and for whom: "8 of them are kept for job 7". Without those reservations."""
    whom = kept_for(session, variant_id, location_id, but=but)
    many = unit == "each" and held > ONE
    if reserved < held:
        return f"{said_number(reserved)} of {'them' if many else 'it'} {'are' if many and reserved > ONE else 'is'} kept for {whom}"
    return f"{'all of them are' if many else 'it is'} kept for {whom}"


def owners(session: Session, of_table: ByTable) -> list[int]:
    """The members whose reservations those changes are about."""
    own = changes.ids(of_table, RESERVATIONS)
    if not own:
        return []
    return list(session.connection().execute(select(RESERVATIONS.c.by_id).where(RESERVATIONS.c.id.in_(own))).scalars())


def places_of(session: Session, entry_id: int) -> set[int]:
    """The locations of the reservations that an entry changed."""
    query = select(RESERVATIONS.c.location_id).join(SUBJECTS, SUBJECTS.c.subject_id == RESERVATIONS.c.id)
    query = query.where(SUBJECTS.c.entry_id == entry_id, SUBJECTS.c.subject == RESERVATIONS.name)
    return set(session.connection().execute(query).scalars())


def kept_for(session: Session, variant_id: int, location_id: int, *, but: Sequence[int] = ()) -> str:
    """For whom stock is kept there, the earliest first, three at most: "job 7, job 9 and 2 more". Without those reservations."""
    query = select(RESERVATIONS.c.purpose).where(RESERVATIONS.c.variant_id == variant_id, RESERVATIONS.c.location_id == location_id)
    query = query.where(RESERVATIONS.c.closed_at.is_(None), RESERVATIONS.c.id.not_in(but))
    query = query.order_by(RESERVATIONS.c.reserved_at, RESERVATIONS.c.id)
    purposes = list(dict.fromkeys(session.connection().execute(query).scalars()))
    if len(purposes) > 3:
        purposes = [*purposes[:2], f"{len(purposes) - 2} more"]
    return listed(purposes) if purposes else ""
