"""A recall knows up to which entry the reminders have looked at it."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Adds the column: every open recall is looked at once more."""
    op.add_column("recalls", Column("reviewed_to", Integer, nullable=False, server_default="0"))
