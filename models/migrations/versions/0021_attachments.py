"""Attachments: photos and files that were added to an entry, which lie with Slack."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Adds the table of attachments, and the word of the message that brings them to keepers."""
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("mimetype", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    widen("notices", "notice_kind_is_known", "files")
