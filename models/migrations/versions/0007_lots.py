"""Lots at work: what lies of a variant is found by it, the reminders know which lot to look at, and lots can be called back."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds what finds lots, the tables of recalls, and the words."""
    op.add_column("lots", sa.Column("review_at", sa.BigInteger(), nullable=True))
    op.create_index("lot_to_review", "lots", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
    _rebuild_levels()
    widen("entries", "entry_kind_is_known", "quarantined", "released a lot", "recalled", "answered a recall", "closed a recall")
    widen("notices", "notice_kind_is_known", "recall", "asked back", "expiry")
    _add_recalls()


def _rebuild_levels() -> None:
    """The levels of lots are a cache that nothing refers to: a new table takes their place."""
    op.create_table(
        "new_levels",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity >= 0 OR NOT ours", name="lot_level_of_ours_is_never_below_zero"),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("lot_id", "location_id"),
    )
    op.execute(
        "INSERT INTO new_levels SELECT lot_id, location_id, lots.variant_id, quantity, ours FROM lot_levels JOIN lots ON lots.id = lot_id"
    )
    op.drop_table("lot_levels")
    op.rename_table("new_levels", "lot_levels")
    op.create_index("lot_level_by_location", "lot_levels", ["location_id", "lot_id"], unique=False)
    op.create_index("lot_level_lying", "lot_levels", ["variant_id", "location_id"], sqlite_where=sa.text("quantity > 0"))


def _add_recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'open', 'closed')", name="recall_state_is_known"),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["closed_by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("recall_is_open_once", "recalls", ["lot_id"], unique=True, sqlite_where=sa.text("state = 'open'"))
    op.create_index("recall_by_lot", "recalls", ["lot_id"])
    op.create_table(
        "recall_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(lot_id IS NULL) <> (asset_id IS NULL)", name="recall_answer_is_of_one_thing"),
        sa.CheckConstraint("found >= 0 AND used >= 0 AND lost >= 0", name="recall_answer_is_never_below_zero"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"]),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("recall_answer_by_recall", "recall_answers", ["recall_id"])
