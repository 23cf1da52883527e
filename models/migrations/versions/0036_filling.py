"""What else than the stock on hand a reorder card tells, so that it is drawn again when another store has more or less."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Adds it to the episodes; of those that are open it is read when something of them moves."""
    op.add_column("episodes", sa.Column("told", sa.Text(), nullable=True))
