"""Bills of materials, the entries that write them and build from them, and what a reservation for a run is kept for."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds the tables of bills, components and substitutes."""
    op.create_table(
        "bills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bill_is_of_one_variant", "bills", ["variant_id"], unique=True)
    op.create_table(
        "components",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("scrap", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="component_is_of_something"),
        sa.CheckConstraint("scrap BETWEEN 0 AND 10000", name="component_scrap_is_a_share"),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("component_is_there_once", "components", ["bill_id", "variant_id"], unique=True)
    op.create_index("component_by_variant", "components", ["variant_id"])
    op.create_table(
        "substitutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["component_id"], ["components.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("substitute_is_there_once", "substitutes", ["component_id", "variant_id"], unique=True)
    op.create_index("substitute_by_variant", "substitutes", ["variant_id"])
    op.execute("ALTER TABLE reservations ADD COLUMN made_id INTEGER REFERENCES variants (id)")
    widen("entries", "entry_kind_is_known", "set bill", "built")
