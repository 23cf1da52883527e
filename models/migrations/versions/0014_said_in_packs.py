"""How somebody said what moved, where that was in packs."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Adds to movements how many packs were said, and what they were called."""
    op.add_column("movements", sa.Column("packs", sa.BigInteger(), nullable=True))
    op.add_column("movements", sa.Column("pack", sa.Text(), nullable=True))
