"""How many lie where: caches of the ledger, and the reads that answer from them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, bindparam, select
from sqlmodel import Field, Session, SQLModel

from models.locations import LOCATIONS, STORES, LocationKind


class StockLevel(SQLModel, table=True):
    """On hand, per variant and location; changed only by `ledger.post()`. Assets count as one each."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        CheckConstraint("quantity >= 0 OR NOT ours", name="stock_level_of_ours_is_never_below_zero"),
        CheckConstraint("quantity >= lotted OR NOT ours", name="stock_level_of_ours_holds_its_lots"),
        CheckConstraint("reserved >= 0", name="stock_level_never_keeps_less_than_nothing"),
        Index("stock_level_by_location", "location_id", "variant_id"),
    )

    variant_id: int = Field(foreign_key="variants.id", primary_key=True)
    location_id: int = Field(foreign_key="locations.id", primary_key=True)
    #: Millionths of a stock unit; outside locations go below zero (a supplier has given more than it got).
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    ours: bool = Field(sa_column=Column(Boolean, nullable=False))
    #: How many of them lie in lots: the sum of the lot levels there. The rest came before the item was tracked by lots.
    lotted: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, default=0))
    #: How many of them are kept for somebody: the sum of the open reservations there. A count may find fewer.
    reserved: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, default=0))


class MonthlyNet(SQLModel, table=True):
    """What came to a location less what left it, per variant and UTC month: the past is quick to read. Only `ledger.post()` writes it."""

    __tablename__ = "monthly_nets"
    __table_args__ = (Index("monthly_net_by_location", "location_id", "month"),)

    variant_id: int = Field(foreign_key="variants.id", primary_key=True)
    location_id: int = Field(foreign_key="locations.id", primary_key=True)
    #: Year and month of happened_at in UTC, as 202611.
    month: int = Field(primary_key=True)
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))


LEVELS = StockLevel.__table__  # type: ignore[attr-defined]
NETS = MonthlyNet.__table__  # type: ignore[attr-defined]


class Level(NamedTuple):
    """One variant in one location."""

    variant_id: int
    location_id: int
    location: str
    kind: LocationKind
    quantity: int
    #: How many of them are kept for somebody.
    reserved: int = 0

    @property
    def free(self) -> int:
        """How many anybody may take."""
        return max(self.quantity - self.reserved, 0)


def month_of(at: datetime) -> int:
    """The UTC month that a time lies in, as 202611."""
    there = at.astimezone(UTC)
    return there.year * 100 + there.month


_ON_HAND = select(LEVELS.c.quantity).where(LEVELS.c.variant_id == bindparam("variant"), LEVELS.c.location_id == bindparam("location"))


def on_hand(session: Session, variant_id: int, location_id: int) -> int:
    """How many of a variant lie in exactly that location."""
    return session.connection().execute(_ON_HAND, {"variant": variant_id, "location": location_id}).scalar() or 0


def by_location(session: Session, variant_ids: Sequence[int]) -> list[Level]:
    """Where those variants lie among our locations, the most first; empty locations are left out."""
    query = (
        select(LEVELS.c.variant_id, LEVELS.c.location_id, LOCATIONS.c.name, LOCATIONS.c.kind, LEVELS.c.quantity, LEVELS.c.reserved)
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .where(LEVELS.c.variant_id.in_(variant_ids), LEVELS.c.ours, LEVELS.c.quantity > 0)
        .order_by(LEVELS.c.quantity.desc(), LOCATIONS.c.name_key)
    )
    return [Level(*row) for row in session.connection().execute(query)]


def in_stores(session: Session, variant_id: int) -> list[Level]:
    """The warehouses and vans that have the variant, the most that is free first: where more can be had."""
    there = [level for level in by_location(session, [variant_id]) if level.kind in STORES]
    return sorted(there, key=lambda level: -level.free)
