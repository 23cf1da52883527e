"""Hand-overs of kits: an offer knows of which kit it is."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Adds the column."""
    op.execute("ALTER TABLE hand_overs ADD COLUMN kit_id INTEGER REFERENCES kits (id)")
