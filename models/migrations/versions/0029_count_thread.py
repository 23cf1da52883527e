"""The replies in the thread of a count."""

from models.migrations.widening import widen

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Adds the words of what a thread tells."""
    widen("notices", "notice_kind_is_known", "count joined", "count said")
