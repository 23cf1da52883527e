"""Upkeep: what is reported of assets and repaired, schedules of upkeep, and how long an asset lasts."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Adds the tables of upkeep, its columns of assets, and its words."""
    op.add_column("assets", sa.Column("out_of_use", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("assets", sa.Column("warranty_until_on", sa.Date(), nullable=True))
    to_replace = sa.text("replace_by_on IS NOT NULL AND archived_at IS NULL")
    op.create_index("asset_to_replace", "assets", ["replace_by_on"], sqlite_where=to_replace)
    op.add_column("workspace", sa.Column("review_at", sa.BigInteger(), nullable=True))
    _add_schedules()
    _add_records()
    widen("entries", "entry_kind_is_known", "reported", "kept in use", "took out of use", "sent to repair", "repaired")
    widen("entries", "entry_kind_is_known", "serviced", "set upkeep", "sold", "donated")
    widen("notices", "notice_kind_is_known", "report", "out of use", "repaired", "upkeep", "replace")


def _add_schedules() -> None:
    op.create_table(
        "upkeep_schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("unit IN ('days', 'months', 'uses')", name="upkeep_unit_is_known"),
        sa.CheckConstraint("every > 0 AND ahead >= 0", name="upkeep_comes_again"),
        sa.CheckConstraint(
            "(category_id IS NOT NULL) + (item_id IS NOT NULL) + (asset_id IS NOT NULL) = 1", name="upkeep_is_of_one_kind_of_thing"
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("upkeep_to_review", "upkeep_schedules", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))


def _add_records() -> None:
    op.create_table(
        "maintenance_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("expected_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'reported', 'in use', 'out of use', 'closed')", name="maintenance_state_is_known"),
        sa.CheckConstraint("(closed_at IS NOT NULL) = (state = 'closed')", name="maintenance_is_closed_at_a_time"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["closed_by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["home_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["schedule_id"], ["upkeep_schedules.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    still_open = sa.text("state IN ('reported', 'in use', 'out of use')")
    op.create_index("maintenance_is_open_once", "maintenance_records", ["asset_id"], unique=True, sqlite_where=still_open)
    op.create_index("maintenance_by_asset", "maintenance_records", ["asset_id", "id"])
    op.create_index(
        "maintenance_by_schedule",
        "maintenance_records",
        ["schedule_id", "asset_id", "done_on"],
        sqlite_where=sa.text("schedule_id IS NOT NULL"),
    )
    op.create_index("maintenance_to_review", "maintenance_records", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
