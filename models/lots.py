"""Lots: where goods that are interchangeable among themselves came from, and when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, func, or_, select, text
from sqlmodel import Field, Session, SQLModel

from models.catalog import ITEMS, VARIANTS
from models.changes import ByTable
from models.columns import Word, among, key_of
from models.refusals import Conflict
from models.times import UtcTime, said_day


class LotStatus(StrEnum):
    """Whether what is of a lot may be given out. What is quarantined or recalled stays where it is, or comes back."""

    OK = "ok"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"


class Lot(SQLModel, table=True):
    """A batch of one variant, by the code that it came with. The items within it are interchangeable."""

    __tablename__ = "lots"
    __table_args__ = (
        CheckConstraint(among("status", LotStatus), name="lot_status_is_known"),
        Index(
            "lot_code_is_unique",
            "variant_id",
            "code_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("lot_by_code", "code_key"),
        Index("lot_by_expiry", "expires_on", sqlite_where=text("expires_on IS NOT NULL"), postgresql_where=text("expires_on IS NOT NULL")),
        Index("lot_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL"), postgresql_where=text("review_at IS NOT NULL")),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    code: str
    code_key: str
    #: The location of kind supplier that it came from; none: we made it, or nobody knows.
    supplier_id: int | None = Field(default=None, foreign_key="locations.id")
    made_on: date | None = None
    received_on: date | None = None
    #: The last day on which it is good.
    expires_on: date | None = None
    status: LotStatus = Field(default=LotStatus.OK, sa_type=Word(LotStatus))
    note: str | None = None
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When the reminders look at it again. Whatever moves or changes it asks them to look at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def blocked(self) -> bool:
        """Whether it must not be given out."""
        return self.status is not LotStatus.OK


class LotLevel(SQLModel, table=True):
    """On hand, per lot and location; changed only by `ledger.post()`."""

    __tablename__ = "lot_levels"
    __table_args__ = (
        CheckConstraint("quantity >= 0 OR NOT ours", name="lot_level_of_ours_is_never_below_zero"),
        Index("lot_level_by_location", "location_id", "lot_id"),
        #: What is used up stays as a row: only those of which something lies there are looked through.
        Index("lot_level_lying", "variant_id", "location_id", sqlite_where=text("quantity > 0"), postgresql_where=text("quantity > 0")),
    )

    lot_id: int = Field(foreign_key="lots.id", primary_key=True)
    location_id: int = Field(foreign_key="locations.id", primary_key=True)
    #: The lot's.
    variant_id: int = Field(foreign_key="variants.id")
    #: Millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    ours: bool = Field(sa_column=Column(Boolean, nullable=False))


LOTS = Lot.__table__  # type: ignore[attr-defined]
LOT_LEVELS = LotLevel.__table__  # type: ignore[attr-defined]


class Lying(NamedTuple):
    """How much of a lot lies in a location; `lot_id` is None for what is of no lot."""

    lot_id: int | None
    location_id: int
    quantity: int


def get(session: Session, lot_id: int) -> Lot:
    """The lot with that id, which is known to exist."""
    return session.get_one(Lot, lot_id)


def said(lot: Lot, today: date | None) -> str:
    """A lot with the day that decides about it: "L-1 (expires Thu 3 Dec)"; just "L-1" where it has none, or without a today."""
    if lot.expires_on is None or today is None:
        return lot.code
    return f"{lot.code} ({'expired' if lot.expires_on < today else 'expires'} {said_on(lot.expires_on, today)})"


def said_on(day: date, today: date) -> str:
    """A day on a lot: "Thu 3 Dec", with the year where it is another than today's."""
    return said_day(day) if day.year == today.year else said_full(day)


def said_full(day: date) -> str:
    """A day with its year: "Thu 3 Dec 2026"."""
    return f"{said_day(day)} {day.year}"


def of_variant(session: Session, variant_id: int, code: str) -> Lot | None:
    """The lot of a variant with that code; None where there is none."""
    query = select(Lot).where(LOTS.c.variant_id == variant_id, LOTS.c.code_key == key_of(code), LOTS.c.archived_at.is_(None))
    return session.scalars(query).one_or_none()


def called(session: Session, code: str) -> list[Lot]:
    """The lots with that code: two suppliers, or two items, may have used the same one."""
    query = select(Lot).where(LOTS.c.code_key == key_of(code), LOTS.c.archived_at.is_(None)).order_by(LOTS.c.id)
    return list(session.scalars(query))


def latest(session: Session, variant_id: int, *, most: int) -> list[Lot]:
    """The last lots that came of a variant, the newest first."""
    query = select(Lot).where(LOTS.c.variant_id == variant_id, LOTS.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(LOTS.c.id.desc()).limit(most)))


def by_id(session: Session, ids: Collection[int | None]) -> dict[int, Lot]:
    """Those lots, in one read."""
    return {lot.id: lot for lot in session.scalars(select(Lot).where(LOTS.c.id.in_({one for one in ids if one})))}


def where(session: Session, lot_ids: Sequence[int], *, ours: bool = True) -> list[Lying]:
    """Where those lots lie among our locations, the most first; without `ours` also what has left, and came from, the outside."""
    query = select(LOT_LEVELS.c.lot_id, LOT_LEVELS.c.location_id, LOT_LEVELS.c.quantity).where(LOT_LEVELS.c.lot_id.in_(lot_ids))
    query = query.where(LOT_LEVELS.c.ours, LOT_LEVELS.c.quantity > 0) if ours else query.where(LOT_LEVELS.c.quantity != 0)
    return [Lying(*row) for row in session.connection().execute(query.order_by(LOT_LEVELS.c.quantity.desc(), LOT_LEVELS.c.location_id))]


def unusable(session: Session, variant_ids: Collection[int], on: date) -> dict[tuple[int, int], int]:
    """How much of those variants lies where, per variant and location, in lots that may not be used on that day."""
    if not variant_ids:
        return {}
    bad = or_(LOTS.c.status != LotStatus.OK, LOTS.c.expires_on < on)
    query = select(LOTS.c.variant_id, LOT_LEVELS.c.location_id, func.sum(LOT_LEVELS.c.quantity))
    query = query.join(LOT_LEVELS, LOT_LEVELS.c.lot_id == LOTS.c.id).where(
        LOTS.c.variant_id.in_(variant_ids), LOTS.c.archived_at.is_(None), bad
    )
    rows = session.connection().execute(query.where(LOT_LEVELS.c.ours).group_by(LOTS.c.variant_id, LOT_LEVELS.c.location_id))
    return {(variant_id, location_id): quantity for variant_id, location_id, quantity in rows}


def require_tracked(session: Session, of_table: ByTable) -> None:
    """Refuses where items of which there are lots would not be tracked by lots any more."""
    untracked = [change.id for change in of_table.get("items", ()) if change.after.get("lot_tracked") is False]
    if not untracked:
        return
    query = select(ITEMS.c.name).join(VARIANTS, VARIANTS.c.item_id == ITEMS.c.id).join(LOTS, LOTS.c.variant_id == VARIANTS.c.id)
    query = query.where(ITEMS.c.id.in_(untracked), LOTS.c.archived_at.is_(None))
    name = session.connection().execute(query.limit(1)).scalar()
    if name is not None:
        raise Conflict(f"{name} has come in lots already, and stays tracked by lots.", field="lot_tracked")
