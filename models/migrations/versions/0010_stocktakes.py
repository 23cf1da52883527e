"""Stocktakes: their lines, what each counter found, and their words."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds the tables of stocktakes, and their words."""
    op.create_table(
        "stocktakes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'open', 'accepted', 'cancelled')", name="stocktake_state_is_known"),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"]),
        sa.ForeignKeyConstraint(["ended_by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stocktake_is_open_once", "stocktakes", ["location_id"], unique=True, sqlite_where=sa.text("state = 'open'"))
    op.create_index("stocktake_by_location", "stocktakes", ["location_id"])
    _add_lines()
    op.create_table(
        "tallies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name="tally_is_never_below_zero"),
        sa.ForeignKeyConstraint(["line_id"], ["stocktake_lines.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktakes.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tally_by_stocktake", "tallies", ["stocktake_id"])
    op.create_index("tally_by_line", "tallies", ["line_id"])
    widen("entries", "entry_kind_is_known", "opened a count", "tallied", "asked to count again", "cancelled a count")
    widen("notices", "notice_kind_is_known", "count", "count again")


def _add_lines() -> None:
    op.create_table(
        "stocktake_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("extra", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("dealt_to_id", sa.Integer(), nullable=True),
        sa.Column("dealt_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["dealt_to_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"]),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktakes.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "CREATE UNIQUE INDEX stocktake_line_is_unique ON stocktake_lines"
        " (stocktake_id, location_id, variant_id, coalesce(lot_id, 0), coalesce(asset_id, 0)) WHERE active"
    )
    op.create_index("stocktake_line_by_location", "stocktake_lines", ["location_id", "variant_id"])
