"""Attestations: members say whether what they have is right."""

import sqlalchemy as sa
from alembic import op

from models.migrations.widening import widen

revision = "0027"
down_revision = "0026"

_ASKED = sa.text("state = 'asked'")
_DISPUTED = sa.text("active AND verdict <> 'right' AND dismissed_at IS NULL")


def upgrade() -> None:
    """Adds the tables of questions and answers, the rule how often they are asked, and their words."""
    op.create_table(
        "attestations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'asked', 'answered', 'over')", name="attestation_state_is_known"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attestation_is_open_once", "attestations", ["location_id"], unique=True, sqlite_where=_ASKED)
    op.create_index("attestation_by_location", "attestations", ["location_id", "asked_at"])
    op.create_index("attestation_to_review", "attestations", ["review_at"], sqlite_where=sa.text("review_at IS NOT NULL"))
    op.create_table(
        "attested_things",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attestation_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("checked_out", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.Column("dismissed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("verdict IN ('right', 'missing', 'broken', 'other')", name="verdict_is_known"),
        sa.ForeignKeyConstraint(["attestation_id"], ["attestations.id"]),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"]),
        sa.ForeignKeyConstraint(["dismissed_by_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attested_thing_by_attestation", "attested_things", ["attestation_id"])
    op.create_index("attested_thing_by_asset", "attested_things", ["asset_id", "id"], sqlite_where=sa.text("asset_id IS NOT NULL"))
    op.create_index("attested_thing_disputed", "attested_things", ["location_id"], sqlite_where=_DISPUTED)
    op.add_column("workspace", sa.Column("attest_days", sa.Integer(), nullable=True, server_default="90"))
    op.add_column("workspace", sa.Column("attest_at", sa.BigInteger(), nullable=True))
    widen("entries", "entry_kind_is_known", "asked to confirm", "confirmed", "disputed", "dismissed a dispute")
    widen("notices", "notice_kind_is_known", "attest", "dispute")
