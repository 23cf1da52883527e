"""Notices of answers that Slack could not take at once."""

from models.migrations.widening import widen

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Widens the vocabulary of notices."""
    widen("notices", "notice_kind_is_known", "answer")
