"""Dropped files: how often each was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Adds the count."""
    op.add_column("dropped_files", sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
