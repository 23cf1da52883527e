"""Sweeps: all that a person or a location has is listed once, to be collected, given to others or written off one by one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from models.columns import Word, among
from models.times import UtcTime

_OPEN = text("state = 'open'")


class SweepState(StrEnum):
    """How a sweep stands. Whether all of it is settled is not among it: that is where the things lie."""

    VOID = "void"
    OPEN = "open"
    CLOSED = "closed"


class Sweep(SQLModel, table=True):
    """One clearing of what a location has; that of a person, where they left or a keeper asked for it."""

    __tablename__ = "sweeps"
    __table_args__ = (
        CheckConstraint(among("state", SweepState), name="sweep_state_is_known"),
        Index("sweep_is_open_once", "location_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("sweep_by_location", "location_id"),
    )

    id: int = Field(default=None, primary_key=True)
    state: SweepState = Field(default=SweepState.VOID, sa_type=Word(SweepState))
    location_id: int = Field(foreign_key="locations.id")
    by_id: int = Field(foreign_key="members.id")
    #: Whether it began because its person left the workspace.
    because_left: bool = False
    opened_at: datetime = Field(sa_type=UtcTime)
    closed_by_id: int | None = Field(default=None, foreign_key="members.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: The last entry that the reminders have looked at for it.
    reviewed_to: int = 0


class SweepLine(SQLModel, table=True):
    """One thing that lay there when its sweep began. It is settled once nothing of it lies there any more."""

    __tablename__ = "sweep_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="sweep_line_is_of_something"),
        Index("sweep_line_by_sweep", "sweep_id"),
    )

    id: int = Field(default=None, primary_key=True)
    sweep_id: int = Field(foreign_key="sweeps.id")
    #: Exactly where it lay: the location of the sweep, or one below it.
    location_id: int = Field(foreign_key="locations.id")
    variant_id: int = Field(foreign_key="variants.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: Whether it was out on a checkout, or simply lay there.
    checked_out: bool
    #: How much it was, in millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))


SWEEPS = Sweep.__table__  # type: ignore[attr-defined]
SWEEP_LINES = SweepLine.__table__  # type: ignore[attr-defined]
