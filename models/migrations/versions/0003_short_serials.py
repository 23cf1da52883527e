"""Assets are found by the number at the end of their serial: "485" for SN-00485."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the index of serials without the letters and zeros in front."""
    op.execute("CREATE INDEX asset_by_short_serial ON assets (ltrim(serial_bare, 'abcdefghijklmnopqrstuvwxyz0'))")
