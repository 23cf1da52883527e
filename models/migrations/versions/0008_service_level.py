"""The service level that suggested reorder points aim at, for the whole workspace."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds it to the workspace's row."""
    op.add_column("workspace", sa.Column("service_level", sa.Integer(), nullable=False, server_default="95"))
