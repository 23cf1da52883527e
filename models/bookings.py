"""Bookings: checkouts to come, of a certain asset or of so many of a variant, from one time until just before another."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, Session, SQLModel

from models.catalog import Category, Item
from models.times import UtcTime

_OPEN, _TO_REVIEW, _OF_AN_ASSET = text("closed_at IS NULL"), text("review_at IS NOT NULL"), text("asset_id IS NOT NULL")
_OF_A_KIT = text("kit_id IS NOT NULL")

#: How long a booking waits for its pick-up, unless a category says otherwise.
NO_SHOW = timedelta(hours=2)


class Booking(SQLModel, table=True):
    """So much that somebody will have from `from_at` until before `until_at`. What is still to be picked up; closed when nothing is."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="booking_is_never_below_zero"),
        CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="booking_is_open_while_something_is_to_be_picked_up"),
        CheckConstraint("asset_id IS NULL OR quantity IN (0, 1000000)", name="booking_of_an_asset_is_of_one"),
        CheckConstraint("from_at < until_at AND until_at <= free_at", name="booking_lasts_some_time"),
        Index("booking_to_come", "variant_id", "from_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("booking_by_variant", "variant_id"),
        Index("booking_by_asset", "asset_id", sqlite_where=_OF_AN_ASSET, postgresql_where=_OF_AN_ASSET),
        Index("booking_by_holder", "holder_id", "from_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("booking_by_kit", "kit_id", sqlite_where=_OF_A_KIT, postgresql_where=_OF_A_KIT),
        Index("booking_by_time", "from_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("booking_to_review", "review_at", sqlite_where=_TO_REVIEW, postgresql_where=_TO_REVIEW),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    #: The serial that was booked; empty: any of the variant, chosen at the pick-up.
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: What is still to be picked up, in millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: The location that will hold it: a person's, a site, any other.
    holder_id: int = Field(foreign_key="locations.id")
    by_id: int = Field(foreign_key="members.id")
    #: The kit that it is booked with: all of that is picked up, cancelled and freed together.
    kit_id: int | None = Field(default=None, foreign_key="kits.id")
    booked_at: datetime = Field(sa_type=UtcTime)
    from_at: datetime = Field(sa_type=UtcTime)
    until_at: datetime = Field(sa_type=UtcTime)
    #: When the next one can have it: later than `until_at` by what its category keeps free in between.
    free_at: datetime = Field(sa_type=UtcTime)
    #: The zone in which it was agreed.
    zone: str
    purpose: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When it is looked at again: to remind of the pick-up, and to free what nobody has picked up. Every change asks for that at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


BOOKINGS = Booking.__table__  # type: ignore[attr-defined]


class Rules(NamedTuple):
    """What a category says of bookings: how long things stay free after each, and how long one waits for its pick-up."""

    buffer: timedelta
    no_show: timedelta


def rules_of(session: Session, item: Item) -> Rules:
    """The rules for an item: each as its category says, else the nearest one above that says something."""
    buffer: int | None = None
    no_show: int | None = None
    above = item.category_id
    while above is not None:
        category = session.get_one(Category, above)
        buffer = category.buffer_minutes if buffer is None else buffer
        no_show = category.no_show_minutes if no_show is None else no_show
        above = category.parent_id
    return Rules(timedelta(minutes=buffer or 0), NO_SHOW if no_show is None else timedelta(minutes=no_show))
