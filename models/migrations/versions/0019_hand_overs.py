"""Hand-overs from person to person: what is offered, and what became of it."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Adds the table of hand-overs, and their words."""
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("checkout_id", sa.Integer(), nullable=True),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'offered', 'accepted', 'refused', 'lapsed')", name="hand_over_state_is_known"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"]),
        sa.ForeignKeyConstraint(["giver_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["receiver_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hand_over_of_an_asset", "hand_overs", ["asset_id"], sqlite_where=sa.text("state = 'offered'"))
    op.create_index("hand_over_by_asset", "hand_overs", ["asset_id", "id"])
    op.create_index("hand_over_to_review", "hand_overs", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
    widen("entries", "entry_kind_is_known", "offered to hand over", "handed over", "refused", "offer lapsed")
    widen("notices", "notice_kind_is_known", "offer", "hand over")
