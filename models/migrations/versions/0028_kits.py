"""Kits and their parts; checkouts and bookings know with which one they went."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_ACTIVE_ASSET, _ACTIVE_ITEM = sa.text("active = 1 AND asset_id IS NOT NULL"), sa.text("active = 1 AND asset_id IS NULL")
_OF_A_KIT = sa.text("closed_at IS NULL AND kit_id IS NOT NULL")


def upgrade() -> None:
    """Adds both tables, and the columns that name a kit."""
    op.create_table(
        "kits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kit_name_is_unique", "kits", ["name_key"], unique=True, sqlite_where=sa.text("archived_at IS NULL"))
    op.create_table(
        "kit_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="kit_part_is_something"),
        sa.CheckConstraint("asset_id IS NULL OR quantity = 1000000", name="kit_part_of_an_asset_is_one"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["kit_id"], ["kits.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kit_part_is_in_one_kit", "kit_parts", ["asset_id"], unique=True, sqlite_where=_ACTIVE_ASSET)
    op.create_index("kit_part_names_an_item_once", "kit_parts", ["kit_id", "variant_id"], unique=True, sqlite_where=_ACTIVE_ITEM)
    op.create_index("kit_part_by_kit", "kit_parts", ["kit_id"])
    op.create_index("kit_part_by_variant", "kit_parts", ["variant_id"])
    for table, index in (("checkouts", "checkout_by_kit"), ("bookings", "booking_by_kit")):
        op.execute(f"ALTER TABLE {table} ADD COLUMN kit_id INTEGER REFERENCES kits (id)")
        op.create_index(index, table, ["kit_id"], sqlite_where=_OF_A_KIT)
