"""Lots and reservations in the ledger: movements name their lot, levels know what lies in lots and what is kept for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the tables of lots and reservations, and their columns to items, movements and stock levels."""
    op.create_table(
        "lots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('ok', 'quarantined', 'recalled')", name="lot_status_is_known"),
        sa.ForeignKeyConstraint(["supplier_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("lot_code_is_unique", "lots", ["variant_id", "code_key"], unique=True, sqlite_where=sa.text("archived_at IS NULL"))
    op.create_index("lot_by_code", "lots", ["code_key"])
    op.create_index("lot_by_expiry", "lots", ["expires_on"], sqlite_where=sa.text("expires_on IS NOT NULL"))
    op.create_table(
        "lot_levels",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity >= 0 OR NOT ours", name="lot_level_of_ours_is_never_below_zero"),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"]),
        sa.PrimaryKeyConstraint("lot_id", "location_id"),
    )
    op.create_index("lot_level_by_location", "lot_levels", ["location_id", "lot_id"])
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("until_local", sa.Text(), nullable=True),
        sa.Column("until_zone", sa.Text(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name="reservation_is_never_below_zero"),
        sa.CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="reservation_is_open_while_something_is_kept"),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["customer_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    open_ones = sa.text("closed_at IS NULL")
    op.create_index("reservation_by_variant", "reservations", ["variant_id", "location_id"], sqlite_where=open_ones)
    op.create_index("reservation_by_until", "reservations", ["until_at"], sqlite_where=open_ones)
    op.add_column("items", sa.Column("lot_tracked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("ALTER TABLE movements ADD COLUMN lot_id INTEGER REFERENCES lots (id)")
    op.create_index("movement_by_lot", "movements", ["lot_id", "happened_at", "entry_id"], sqlite_where=sa.text("lot_id IS NOT NULL"))
    _rebuild_levels()


def _rebuild_levels() -> None:
    """The levels are a cache that nothing refers to: a new table takes their place, because SQLite can't add a CHECK to one."""
    op.create_table(
        "new_levels",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("lotted", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0 OR NOT ours", name="stock_level_of_ours_is_never_below_zero"),
        sa.CheckConstraint("quantity >= lotted OR NOT ours", name="stock_level_of_ours_holds_its_lots"),
        sa.CheckConstraint("reserved >= 0", name="stock_level_never_keeps_less_than_nothing"),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("variant_id", "location_id"),
    )
    op.execute("INSERT INTO new_levels SELECT variant_id, location_id, quantity, ours, 0, 0 FROM stock_levels")
    op.drop_table("stock_levels")
    op.rename_table("new_levels", "stock_levels")
    op.create_index("stock_level_by_location", "stock_levels", ["location_id", "variant_id"], unique=False)
