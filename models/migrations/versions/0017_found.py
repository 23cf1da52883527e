"""A lost asset that somebody has found is a message of its own."""

from models.migrations.widening import widen

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the word."""
    widen("notices", "notice_kind_is_known", "found")
