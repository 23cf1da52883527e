"""Counts by a schedule: every how many days each class is counted in a location, and the reminder of it."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds the schedule to locations, and what was due to stocktakes."""
    for name in ("count_a_days", "count_b_days", "count_c_days"):
        op.add_column("locations", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("locations", sa.Column("review_at", sa.BigInteger(), nullable=True))
    op.create_index("location_to_review", "locations", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
    op.add_column("stocktakes", sa.Column("due", sa.Boolean(), nullable=False, server_default="0"))
    widen("notices", "notice_kind_is_known", "count due")
