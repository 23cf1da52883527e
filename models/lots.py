"""Lots: where goods that are interchangeable among themselves came from, and when."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, text
from sqlmodel import Field, Session, SQLModel

from models.columns import Word, among
from models.times import UtcTime


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


class LotLevel(SQLModel, table=True):
    """On hand, per lot and location; changed only by `ledger.post()`."""

    __tablename__ = "lot_levels"
    __table_args__ = (
        CheckConstraint("quantity >= 0 OR NOT ours", name="lot_level_of_ours_is_never_below_zero"),
        Index("lot_level_by_location", "location_id", "lot_id"),
    )

    lot_id: int = Field(foreign_key="lots.id", primary_key=True)
    location_id: int = Field(foreign_key="locations.id", primary_key=True)
    #: Millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    ours: bool = Field(sa_column=Column(Boolean, nullable=False))


LOTS = Lot.__table__  # type: ignore[attr-defined]
LOT_LEVELS = LotLevel.__table__  # type: ignore[attr-defined]


def get(session: Session, lot_id: int) -> Lot:
    """The lot with that id, which is known to exist."""
    return session.get_one(Lot, lot_id)
