"""Stocktakes: what lies in a location is counted by several people, line by line, before somebody else books what differs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from models.columns import Word, among
from models.times import UtcTime


class StocktakeState(StrEnum):
    """How a stocktake stands."""

    VOID = "void"
    OPEN = "open"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class Stocktake(SQLModel, table=True):
    """One count of a location and of what lies below it, all of it or one category; what is counted stands in its lines."""

    __tablename__ = "stocktakes"
    __table_args__ = (
        CheckConstraint(among("state", StocktakeState), name="stocktake_state_is_known"),
        Index(
            "stocktake_is_open_once",
            "location_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("stocktake_by_location", "location_id"),
    )

    id: int = Field(default=None, primary_key=True)
    location_id: int = Field(foreign_key="locations.id")
    #: Only what hangs on this category, or below it.
    category_id: int | None = Field(default=None, foreign_key="categories.id")
    #: Only what was due by the location's schedule.
    due: bool = False
    state: StocktakeState = Field(default=StocktakeState.VOID, sa_type=Word(StocktakeState))
    by_id: int = Field(foreign_key="members.id")
    opened_at: datetime = Field(sa_type=UtcTime)
    #: Who accepted or cancelled it.
    ended_by_id: int | None = Field(default=None, foreign_key="members.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: What whoever accepted it said of the lines that nobody agreed on.
    note: str | None = None


class StocktakeLine(SQLModel, table=True):
    """One thing to count in one location: a variant, or so much of it as is of a lot, or an asset.

    What the ledger has of it isn't kept here: it is asked for the moment of each tally, because stock moves while it is counted.
    """

    __tablename__ = "stocktake_lines"
    __table_args__ = (
        Index(
            "stocktake_line_is_unique",
            "stocktake_id",
            "location_id",
            "variant_id",
            text("coalesce(lot_id, 0)"),
            text("coalesce(asset_id, 0)"),
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
        Index("stocktake_line_by_location", "location_id", "variant_id"),
    )

    id: int = Field(default=None, primary_key=True)
    stocktake_id: int = Field(foreign_key="stocktakes.id")
    location_id: int = Field(foreign_key="locations.id")
    variant_id: int = Field(foreign_key="variants.id")
    lot_id: int | None = Field(default=None, foreign_key="lots.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: A counter came upon it; the ledger had nothing of it there.
    extra: bool = False
    active: bool = True
    #: Who is to count it now, and since when: no business of the ledger's, it says only what somebody has found.
    dealt_to_id: int | None = Field(default=None, foreign_key="members.id")
    dealt_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Tally(SQLModel, table=True):
    """What one counter found of a line, at the moment of the entry that says so."""

    __tablename__ = "tallies"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="tally_is_never_below_zero"),
        Index("tally_by_stocktake", "stocktake_id"),
        Index("tally_by_line", "line_id"),
    )

    id: int = Field(default=None, primary_key=True)
    stocktake_id: int = Field(foreign_key="stocktakes.id")
    line_id: int = Field(foreign_key="stocktake_lines.id")
    member_id: int = Field(foreign_key="members.id")
    #: In millionths of a stock unit; of an asset one or nothing.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    active: bool = False


STOCKTAKES = Stocktake.__table__  # type: ignore[attr-defined]
STOCKTAKE_LINES = StocktakeLine.__table__  # type: ignore[attr-defined]
TALLIES = Tally.__table__  # type: ignore[attr-defined]
