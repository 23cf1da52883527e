"""Purchasing: suppliers' terms, purchase orders with their lines, and what people want that is not stocked."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the tables of purchasing, its columns of suppliers and of the workspace, and its words."""
    _add_terms()
    _add_orders()
    _add_wants()
    op.add_column("locations", sa.Column("contact", sa.Text(), nullable=True))
    op.add_column("locations", sa.Column("lead_days", sa.Integer(), nullable=True))
    op.add_column("workspace", sa.Column("order_approval_above_minor", sa.BigInteger(), nullable=True))
    op.add_column("workspace", sa.Column("order_tolerance_percent", sa.Integer(), nullable=False, server_default="10"))
    widen("entries", "entry_kind_is_known", "drafted", "ordered", "closed", "cancelled", "wanted", "declined")
    widen("notices", "notice_kind_is_known", "order late", "want", "answered")


def _add_terms() -> None:
    op.create_table(
        "supplier_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=True),
        sa.Column("pack", sa.BigInteger(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("pack > 0 AND minimum >= 0", name="supplier_terms_sell_something"),
        sa.CheckConstraint("lead_days >= 0", name="supplier_terms_take_no_time_back"),
        sa.ForeignKeyConstraint(["supplier_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("supplier_terms_are_unique", "supplier_terms", ["variant_id", "supplier_id"], unique=True)


def _add_orders() -> None:
    op.create_table(
        "purchase_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'ordered', 'closed short', 'cancelled')", name="order_state_is_known"),
        sa.ForeignKeyConstraint(["place_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["supplier_id"], ["locations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("order_by_supplier", "purchase_orders", ["supplier_id", "state"])
    op.create_index("order_to_review", "purchase_orders", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("per", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.CheckConstraint("quantity >= 0 AND received >= 0", name="order_line_is_never_below_zero"),
        sa.CheckConstraint("per > 0", name="order_line_has_a_price_of_something"),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_orders.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("order_line_is_unique", "order_lines", ["order_id", "variant_id"], unique=True)
    op.create_index("order_line_open", "order_lines", ["variant_id", "order_id"], sqlite_where=sa.text("received < quantity"))


def _add_wants() -> None:
    op.create_table(
        "wants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'open', 'ordered', 'declined')", name="want_state_is_known"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_orders.id"]),
        sa.ForeignKeyConstraint(["requester_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
