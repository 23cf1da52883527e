"""Files that somebody drops in their direct messages, to have them imported."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Adds the tables of dropped files and their bytes, and the word for their card."""
    op.create_table(
        "dropped_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dropped_at", sa.BigInteger(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("dates", sa.Text(), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("leased_until_at", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('checking', 'asked', 'bad', 'checked', 'importing', 'imported', 'cancelled', 'lapsed')",
            name="dropped_file_state_is_known",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "dropped_file_at_work", "dropped_files", ["leased_until_at"], sqlite_where=sa.text("state IN ('checking', 'importing')")
    )
    op.create_index("dropped_file_by_entry", "dropped_files", ["entry_id"])
    op.create_table(
        "dropped_contents",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("dropped_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["dropped_files.id"]),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("dropped_content_by_age", "dropped_contents", ["dropped_at"])
    widen("notices", "notice_kind_is_known", "import")
