"""Sweeps of what somebody who left has, or a location; and messages that stand in the thread of another."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Adds the tables of sweeps, the column of threads, and their words."""
    op.create_table(
        "sweeps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("because_left", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_to", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('void', 'open', 'closed')", name="sweep_state_is_known"),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["closed_by_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sweep_is_open_once", "sweeps", ["location_id"], unique=True, sqlite_where=sa.text("state = 'open'"))
    op.create_index("sweep_by_location", "sweeps", ["location_id"])
    op.create_table(
        "sweep_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sweep_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("checked_out", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="sweep_line_is_of_something"),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sweep_line_by_sweep", "sweep_lines", ["sweep_id"])
    # A column with a foreign key: SQLite takes one into a table that is there, and Alembic writes it without.
    op.execute("ALTER TABLE notices ADD COLUMN under_id INTEGER REFERENCES notices (id)")
    widen("entries", "entry_kind_is_known", "left", "opened a sweep", "closed a sweep")
    widen("notices", "notice_kind_is_known", "sweep", "sweep page")
