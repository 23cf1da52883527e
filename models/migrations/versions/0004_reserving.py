"""Reserving: acts and messages of its own, jobs found by their name, and reservations that are looked at again when their time has come."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing was reserved before there were acts to do it, so the new columns have nothing to fill."""
    widen("entries", "entry_kind_is_known", "reserved", "released")
    widen("notices", "notice_kind_is_known", "reserved", "lapsed")
    op.add_column("reservations", sa.Column("purpose_key", sa.Text(), nullable=False, server_default=""))
    op.add_column("reservations", sa.Column("review_at", sa.BigInteger(), nullable=True))
    op.drop_index("reservation_by_until", "reservations")
    op.create_index("reservation_by_purpose", "reservations", ["purpose_key"])
    op.create_index("reservation_by_member", "reservations", ["by_id"], sqlite_where=sa.text("closed_at IS NULL"))
    op.create_index("reservation_to_review", "reservations", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
