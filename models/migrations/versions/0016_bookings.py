"""Bookings and waiting lists, what categories say of them, and their words."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0016"
down_revision = "0015"

_OPEN, _TO_REVIEW, _OF_AN_ASSET = sa.text("closed_at IS NULL"), sa.text("review_at IS NOT NULL"), sa.text("asset_id IS NOT NULL")


def upgrade() -> None:
    """Adds their tables, the columns of categories, an index to what can't be had, and their words."""
    _add_bookings()
    _add_waits()
    op.create_index("asset_out_of_use", "assets", ["variant_id"], sqlite_where=sa.text("out_of_use = 1"))
    op.add_column("categories", sa.Column("buffer_minutes", sa.Integer(), nullable=True))
    op.add_column("categories", sa.Column("no_show_minutes", sa.Integer(), nullable=True))
    widen("entries", "entry_kind_is_known", "booked", "queued", "offered", "passed")
    widen("notices", "notice_kind_is_known", "pick up", "freed", "claim")


def _add_bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name="booking_is_never_below_zero"),
        sa.CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="booking_is_open_while_something_is_to_be_picked_up"),
        sa.CheckConstraint("asset_id IS NULL OR quantity IN (0, 1000000)", name="booking_of_an_asset_is_of_one"),
        sa.CheckConstraint("from_at < until_at AND until_at <= free_at", name="booking_lasts_some_time"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["holder_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("booking_to_come", "bookings", ["variant_id", "from_at"], sqlite_where=_OPEN)
    op.create_index("booking_by_variant", "bookings", ["variant_id"])
    op.create_index("booking_by_asset", "bookings", ["asset_id"], sqlite_where=_OF_AN_ASSET)
    op.create_index("booking_by_holder", "bookings", ["holder_id", "from_at"], sqlite_where=_OPEN)
    op.create_index("booking_by_time", "bookings", ["from_at"], sqlite_where=_OPEN)
    op.create_index("booking_to_review", "bookings", ["review_at"], sqlite_where=_TO_REVIEW)


def _add_waits() -> None:
    op.create_table(
        "waits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=True),
        sa.Column("claim_by_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'waiting', 'offered', 'claimed', 'passed')", name="wait_state_is_known"),
        sa.CheckConstraint("(state = 'offered') = (claim_by_at IS NOT NULL)", name="wait_has_a_time_to_claim_while_it_is_offered"),
        sa.CheckConstraint("(closed_at IS NULL) = (state IN ('waiting', 'offered'))", name="wait_is_open_while_somebody_is_in_line"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["holder_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("wait_in_line", "waits", ["variant_id", "joined_at"], sqlite_where=_OPEN)
    op.create_index("wait_by_variant", "waits", ["variant_id"])
    op.create_index("wait_by_asset", "waits", ["asset_id"], sqlite_where=_OF_AN_ASSET)
    op.create_index("wait_by_holder", "waits", ["holder_id"], sqlite_where=_OPEN)
    op.create_index("wait_to_review", "waits", ["review_at"], sqlite_where=_TO_REVIEW)
