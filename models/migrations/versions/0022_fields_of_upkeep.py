"""Custom fields of maintenance records."""

from models.migrations.widening import widen

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Lets a field be about them."""
    widen("custom_fields", "custom_field_is_about_something", "maintenance_records")
