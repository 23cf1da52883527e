"""The first schema: catalog, ledger, checkouts, approvals, notices; and what every database is born with."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: What no statement may do to the ledger. `INSERT OR REPLACE` deletes silently on a connection without recursive triggers, so what
#: an insert would replace is refused as well. The hash chain tells when somebody goes around these.
GUARDS = {
    "entries_refuse_update": "BEFORE UPDATE ON entries",
    "entries_refuse_delete": "BEFORE DELETE ON entries",
    "entries_refuse_any_but_the_next": """BEFORE INSERT ON entries WHEN
        new.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM entries)
        OR EXISTS (SELECT 1 FROM entries WHERE key = new.key)
        OR EXISTS (SELECT 1 FROM entries WHERE reverses_id = new.reverses_id)""",
    "movements_refuse_update": "BEFORE UPDATE ON movements",
    "movements_refuse_delete": "BEFORE DELETE ON movements",
    "movements_refuse_any_but_of_the_last_entry": """BEFORE INSERT ON movements WHEN
        new.entry_id IS NOT (SELECT max(id) FROM entries)
        OR new.happened_at IS NOT (SELECT happened_at FROM entries WHERE id = new.entry_id)
        OR EXISTS (SELECT 1 FROM movements WHERE id = new.id)""",
}

OUTSIDE = ("supplier", "used", "scrap", "lost", "adjustment", "production", "customer")
PROGRAMS = ("command line", "schedule")


def upgrade() -> None:
    """Creates the tables, guards the ledger, and adds the outside locations, the two programs and the workspace row."""
    create_tables()
    guard_ledger()
    add_what_is_built_in()


def guard_ledger() -> None:
    for name, act in GUARDS.items():
        op.execute(f"CREATE TRIGGER {name} {act} BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END")


def add_what_is_built_in() -> None:
    for place, kind in enumerate(OUTSIDE, start=1):
        op.execute(
            "INSERT INTO locations (id, name, name_key, kind, path, open_to_all, names_late)"
            f" VALUES ({place}, '{kind.capitalize()}', '{kind}', '{kind}', '/{place}/', false, false)"
        )
    for number, name in enumerate(PROGRAMS, start=1):
        op.execute(f"INSERT INTO members (id, name, name_key, standing) VALUES ({number}, '{name.capitalize()}', '{name}', 'member')")
    op.execute("INSERT INTO workspace (id, time_zone, currency) VALUES (1, 'UTC', 'USD')")


def create_tables() -> None:
    op.create_table(
        "approval_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("beneficiary_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('void', 'waiting', 'approved', 'denied', 'withdrawn')", name="request_state_is_known"),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"],
            ["members.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["members.id"],
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("request_by_requester", "approval_requests", ["requester_id", "state"], unique=False)
    op.create_index(
        "request_waiting",
        "approval_requests",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("approval", sa.Text(), nullable=False),
        sa.Column("approval_above_minor", sa.BigInteger(), nullable=True),
        sa.Column("approval_above_days", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("approval IN ('inherit', 'never', 'always', 'above')", name="category_approval_is_known"),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["categories.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("words_digest", sa.Text(), nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('received', 'moved', 'took', 'scrapped', 'counted', 'checked out', 'checked in', 'extended', 'lost', 'found', 'retired', 'added', 'edited', 'archived', 'bound', 'set reorder point', 'granted', 'revoked', 'set policy', 'asked', 'approved', 'denied', 'withdrew', 'imported', 'merged', 'undid')",
            name="entry_kind_is_known",
        ),
        sa.CheckConstraint("happened_at <= recorded_at", name="entry_did_not_happen_in_the_future"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"],
            ["members.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["approval_requests.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["entries.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("reverses_id"),
    )
    op.create_index("entry_by_member", "entries", ["member_id", "id"], unique=False)
    op.create_table(
        "locations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("open_to_all", sa.Boolean(), nullable=False),
        sa.Column("names_late", sa.Boolean(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('warehouse', 'van', 'site', 'workshop', 'person', 'supplier', 'customer', 'used', 'scrap', 'lost', 'adjustment', 'production')",
            name="location_kind_is_known",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["locations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("location_by_channel", "locations", ["channel"], unique=False)
    op.create_index("location_by_name", "locations", ["name_key"], unique=False)
    op.create_index("location_by_path", "locations", ["path"], unique=False)
    op.create_table(
        "search_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("search_name_is_unique", "search_names", ["kind", "words", "thing_id"], unique=True)
    op.create_table(
        "search_trigrams",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("trigram", sa.Text(), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "trigram", "name_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=True),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("count_approval_above_minor", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "entry_subjects",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
        ),
        sa.PrimaryKeyConstraint("entry_id", "subject", "subject_id"),
    )
    op.create_index("entry_subject_by_row", "entry_subjects", ["subject", "subject_id", "entry_id"], unique=False)
    op.create_table(
        "entry_words",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
        ),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("fractions", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("approval", sa.Text(), nullable=False),
        sa.Column("approval_above_minor", sa.BigInteger(), nullable=True),
        sa.Column("approval_above_days", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("approval IN ('inherit', 'never', 'always', 'above')", name="item_approval_is_known"),
        sa.CheckConstraint("kind <> 'serialised' OR NOT fractions", name="item_with_serials_is_counted_in_wholes"),
        sa.CheckConstraint("kind IN ('consumable', 'returnable', 'serialised')", name="item_kind_is_known"),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("item_by_category", "items", ["category_id"], unique=False)
    op.create_index("item_by_name", "items", ["name_key"], unique=False)
    op.create_index(
        "item_name_is_unique",
        "items",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("standing IN ('member', 'guest', 'bot', 'deactivated', 'stranger')", name="member_standing_is_known"),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("member_by_email", "members", ["email_key"], unique=False)
    op.create_index("member_by_location", "members", ["location_id"], unique=True)
    op.create_index("member_by_name", "members", ["name_key"], unique=False)
    op.create_index(
        "member_slack_user_is_unique",
        "members",
        ["slack_user_id"],
        unique=True,
        sqlite_where=sa.text("slack_user_id IS NOT NULL"),
        postgresql_where=sa.text("slack_user_id IS NOT NULL"),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('teammate', 'keeper', 'approver', 'admin')", name="grant_role_is_known"),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("grant_by_role", "grants", ["role"], unique=False)
    op.create_table(
        "handled_requests",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(
        "handled_request_was_late",
        "handled_requests",
        ["member_id", "content_hash", "handled_at"],
        unique=False,
        sqlite_where=sa.text("late = 1"),
        postgresql_where=sa.text("late"),
    )
    op.create_table(
        "home_looks",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("has_role", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("stale_at", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_index("home_look_by_location", "home_looks", ["location_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("leased_until_at", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("sent_channel", sa.Text(), nullable=True),
        sa.Column("sent_ts", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('request', 'decision', 'handed back', 'lent', 'due', 'late', 'reorder', 'undelivered')", name="notice_kind_is_known"
        ),
        sa.CheckConstraint("state IN ('pending', 'leased', 'sent', 'uncertain', 'dead')", name="notice_state_is_known"),
        sa.CheckConstraint("(member_id IS NULL) <> (channel IS NULL)", name="notice_has_one_receiver"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("notice_by_subject", "notices", ["subject", "subject_id"], unique=False)
    op.create_index(
        "notice_owed",
        "notices",
        ["not_before_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'dead' AND wanted > shown"),
        postgresql_where=sa.text("state <> 'dead' AND wanted > shown"),
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("sku_key", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["items.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("variant_by_item", "variants", ["item_id"], unique=False)
    op.create_index("variant_by_name", "variants", ["name_key"], unique=False)
    op.create_index("variant_by_sku", "variants", ["sku_key"], unique=False)
    op.create_index(
        "variant_sku_is_unique",
        "variants",
        ["sku_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("serial_key", sa.Text(), nullable=False),
        sa.Column("serial_bare", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("replace_by_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("asset_by_bare_serial", "assets", ["serial_bare"], unique=False)
    op.create_index("asset_by_location", "assets", ["location_id"], unique=False)
    op.create_index("asset_by_serial", "assets", ["serial_key"], unique=False)
    op.create_index("asset_by_variant", "assets", ["variant_id", "location_id"], unique=False)
    op.create_index(
        "asset_serial_is_unique",
        "assets",
        ["serial_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "monthly_nets",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("variant_id", "location_id", "month"),
    )
    op.create_index("monthly_net_by_location", "monthly_nets", ["location_id", "month"], unique=False)
    op.create_table(
        "reorder_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("low >= 0 AND (high IS NULL OR high > low)", name="reorder_point_is_below_its_target"),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "stock_levels",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity >= 0 OR NOT ours", name="stock_level_of_ours_is_never_below_zero"),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("variant_id", "location_id"),
    )
    op.create_index("stock_level_by_location", "stock_levels", ["location_id", "variant_id"], unique=False)
    op.create_table(
        "barcodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("symbology", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "symbology IN ('code128', 'code39', 'ean13', 'ean8', 'upca', 'isbn', 'itf', 'other')", name="barcode_symbology_is_known"
        ),
        sa.CheckConstraint(
            "(CASE WHEN variant_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN asset_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN location_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="barcode_is_on_one_thing",
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("barcode_by_asset", "barcodes", ["asset_id"], unique=False)
    op.create_index("barcode_by_location", "barcodes", ["location_id"], unique=False)
    op.create_index("barcode_by_variant", "barcodes", ["variant_id"], unique=False)
    op.create_index(
        "barcode_is_unique",
        "barcodes",
        ["code_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "checkouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("out_at", sa.BigInteger(), nullable=False),
        sa.Column("due_local", sa.Text(), nullable=True),
        sa.Column("due_zone", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="checkout_is_open_while_something_is_out"),
        sa.CheckConstraint("quantity >= 0", name="checkout_is_never_below_zero"),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
        ),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["members.id"],
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "checkout_by_holder",
        "checkouts",
        ["holder_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "checkout_by_variant",
        "checkouts",
        ["variant_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "checkout_due",
        "checkouts",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "checkout_of_an_asset_is_open_once",
        "checkouts",
        ["asset_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL AND asset_id IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND asset_id IS NOT NULL"),
    )
    op.create_index(
        "checkout_to_review",
        "checkouts",
        ["review_at"],
        unique=False,
        sqlite_where=sa.text("review_at IS NOT NULL"),
        postgresql_where=sa.text("review_at IS NOT NULL"),
    )
    op.create_table(
        "episodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorder_point_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reorder_point_id"],
            ["reorder_points.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "episode_is_open_once",
        "episodes",
        ["reorder_point_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "movements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("quantity > 0", name="movement_moves_something"),
        sa.CheckConstraint("source_id <> target_id", name="movement_goes_somewhere"),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["locations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "movement_by_asset",
        "movements",
        ["asset_id", "happened_at", "entry_id"],
        unique=False,
        sqlite_where=sa.text("asset_id IS NOT NULL"),
    )
    op.create_index("movement_by_entry", "movements", ["entry_id"], unique=False)
    op.create_index("movement_by_source", "movements", ["source_id", "happened_at", "entry_id"], unique=False)
    op.create_index("movement_by_target", "movements", ["target_id", "happened_at", "entry_id"], unique=False)
    op.create_index(
        "movement_by_variant", "movements", ["variant_id", "happened_at", "entry_id", "source_id", "target_id", "quantity"], unique=False
    )
    op.create_index(
        "category_name_is_unique",
        "categories",
        [sa.text("coalesce(parent_id, 0)"), "name_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "location_name_is_unique_in_its_parent",
        "locations",
        [sa.text("coalesce(parent_id, 0)"), "name_key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL AND kind <> 'person'"),
        postgresql_where=sa.text("archived_at IS NULL AND kind <> 'person'"),
    )
    op.create_index("grant_is_unique", "grants", ["member_id", "role", sa.text("coalesce(location_id, 0)")], unique=True)
    op.create_index("reorder_point_is_unique", "reorder_points", ["variant_id", sa.text("coalesce(location_id, 0)")], unique=True)
