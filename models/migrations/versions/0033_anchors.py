"""Where the ledger's head is written once a day, and when next."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Adds both to the workspace, and the word of what is written."""
    op.add_column("workspace", sa.Column("ledger_channel", sa.Text(), nullable=True))
    op.add_column("workspace", sa.Column("anchor_at", sa.BigInteger(), nullable=True))
    widen("notices", "notice_kind_is_known", "anchor")
