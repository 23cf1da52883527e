"""Custom fields: what they are, and what they say of things and records."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds their two tables, and the word for an entry that defines one."""
    _add_fields()
    _add_values()
    widen("entries", "entry_kind_is_known", "set field")


def _add_fields() -> None:
    kinds = (
        "'text', 'whole number', 'decimal', 'money', 'date', 'yes or no', 'choice', 'several choices', 'person', 'location', 'web address'"
    )
    op.create_table(
        "custom_fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("is_unique", sa.Boolean(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=True),
        sa.Column("pattern", sa.Text(), nullable=True),
        sa.Column("help", sa.Text(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "about IN ('items', 'assets', 'lots', 'locations', 'checkouts', 'entries')", name="custom_field_is_about_something"
        ),
        sa.CheckConstraint(f"kind IN ({kinds})", name="custom_field_kind_is_known"),
        sa.CheckConstraint("seen_by IN ('everyone', 'keepers', 'admins')", name="custom_field_is_seen_by_somebody"),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "custom_field_name_is_unique",
        "custom_fields",
        ["about", sa.text("coalesce(category_id, 0)"), "name_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
    )
    op.create_index("custom_field_by_name", "custom_fields", ["name_key"])


def _add_values() -> None:
    op.create_table(
        "custom_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("words_key", sa.Text(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["field_id"], ["custom_fields.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("custom_value_is_one", "custom_values", ["field_id", "subject_id", "part"], unique=True)
    words, number = sa.text("words_key IS NOT NULL"), sa.text("number IS NOT NULL")
    op.create_index("custom_value_by_words", "custom_values", ["field_id", "words_key", "subject_id"], sqlite_where=words)
    op.create_index("custom_value_by_number", "custom_values", ["field_id", "number", "subject_id"], sqlite_where=number)
    op.create_index("custom_value_to_review", "custom_values", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
