"""The message that what somebody booked, or waits for, can't be had."""

from models.migrations.widening import widen

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Lets a notice be one."""
    widen("notices", "notice_kind_is_known", "gone")
