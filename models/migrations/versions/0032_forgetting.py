"""An index on what was handled, by when: what nothing can repeat any more is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Adds it, without buttons: they are never forgotten."""
    passing = sa.text("substr(key, 1, 7) <> 'button:'")
    op.create_index("handled_request_to_forget", "handled_requests", ["handled_at"], unique=False, sqlite_where=passing)
