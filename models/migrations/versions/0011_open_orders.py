"""What is still to come on each order is found along an index of the few lines that are open."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("order_line_open_by_order", "order_lines", ["order_id", "expected_on"], sqlite_where=sa.text("received < quantity"))
