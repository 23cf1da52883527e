"""Indexes by kit over what is over as well: its history reads that."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Makes both indexes anew."""
    for table, index in (("checkouts", "checkout_by_kit"), ("bookings", "booking_by_kit")):
        op.drop_index(index, table)
        op.create_index(index, table, ["kit_id"], sqlite_where=sa.text("kit_id IS NOT NULL"))
