"""Checkouts: temporary custody, of an asset or of a quantity of a returnable item, with or without a due date."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from models.times import UtcTime


class Checkout(SQLModel, table=True):
    """Temporary custody of one asset, or of a quantity of one variant, by one holder. What is still out; closed when nothing is."""

    __tablename__ = "checkouts"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="checkout_is_never_below_zero"),
        CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="checkout_is_open_while_something_is_out"),
        Index(
            "checkout_of_an_asset_is_open_once",
            "asset_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND asset_id IS NOT NULL"),
            postgresql_where=text("closed_at IS NULL AND asset_id IS NOT NULL"),
        ),
        Index("checkout_by_holder", "holder_id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("checkout_by_variant", "variant_id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("checkout_due", "due_at", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index(
            "checkout_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL"), postgresql_where=text("review_at IS NOT NULL")
        ),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: What is still out, in millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: The location that holds it: a person's, a site, any other.
    holder_id: int = Field(foreign_key="locations.id")
    #: Where it left, and goes back to unless said otherwise.
    source_id: int = Field(foreign_key="locations.id")
    by_id: int = Field(foreign_key="members.id")
    out_at: datetime = Field(sa_type=UtcTime)
    #: Local date and time and zone as promised, and the UTC time computed from them; empty: open-ended.
    due_local: str | None = None
    due_zone: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    purpose: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When the reminders look at it again. Every change asks them to look at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


CHECKOUTS = Checkout.__table__  # type: ignore[attr-defined]
