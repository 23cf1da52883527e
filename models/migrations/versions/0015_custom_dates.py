"""Reminders of dates in custom fields."""

from models.migrations.widening import widen

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds the word for such a notice."""
    widen("notices", "notice_kind_is_known", "field due")
