"""Terms of lending, every version kept, and who has accepted which."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0025"
down_revision = "0024"

#: What no statement may do to a version of terms, as with the ledger: what was accepted can always be read again.
GUARDS = {
    "lending_terms_refuse_update": "BEFORE UPDATE ON lending_terms",
    "lending_terms_refuse_delete": "BEFORE DELETE ON lending_terms",
    "lending_terms_refuse_replacement": """BEFORE INSERT ON lending_terms WHEN EXISTS
        (SELECT 1 FROM lending_terms WHERE id = new.id OR (category_id = new.category_id AND version = new.version))""",
}


def upgrade() -> None:
    """Adds the tables, the column of categories, and their words."""
    op.create_table(
        "lending_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("lending_terms_by_version", "lending_terms", ["category_id", "version"], unique=True)
    for name, act in GUARDS.items():
        op.execute(f"CREATE TRIGGER {name} {act} BEGIN SELECT RAISE(ABORT, 'terms are only ever added to'); END")
    op.add_column("categories", sa.Column("terms_id", sa.Integer(), nullable=True))
    op.create_table(
        "acceptances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("checkout_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'declined')", name="acceptance_state_is_known"),
        sa.CheckConstraint("(state = 'accepted') = (text_hash IS NOT NULL)", name="acceptance_keeps_the_hash_of_what_was_accepted"),
        sa.CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="acceptance_waits_until_it_is_answered"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"]),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"]),
        sa.ForeignKeyConstraint(["terms_id"], ["lending_terms.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("acceptance_by_checkout", "acceptances", ["checkout_id"], unique=True)
    op.create_index("acceptance_by_entry", "acceptances", ["entry_id"])
    op.create_index("acceptance_by_asset", "acceptances", ["asset_id"], sqlite_where=sa.text("asset_id IS NOT NULL"))
    op.create_index("acceptance_unaccepted", "acceptances", ["entry_id"], sqlite_where=sa.text("state <> 'accepted'"))
    op.create_index("acceptance_to_review", "acceptances", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
    widen("entries", "entry_kind_is_known", "accepted terms", "declined terms")
    widen("notices", "notice_kind_is_known", "terms", "unaccepted", "receipt")
