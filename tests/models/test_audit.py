"""What audit promises: whoever goes around the ledger is found, and the first bad entry is named."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from models import audit, stock
from models.chain import GENESIS, entry_hash
from models.custody import move_assets
from models.quantities import whole
from models.undo import undo
from tests.world import World, due, fresh_database, open_world

#: What of an entry its hash is made of, beside its number and movements.
HASHED = (
    "kind",
    "member_id",
    "on_behalf_of_id",
    "request_id",
    "recorded_at",
    "happened_at",
    "key",
    "reverses_id",
    "changes",
    "words_digest",
)

Build = Callable[..., World]


def a_week(w: World) -> World:
    """A ledger with every sort of entry: counted stock, an asset lent, a note, a name, an undo, a backdated move."""
    w.has("90 M8 bolt in Warehouse", "1 M8 bolt in Van 3", "20 returnable hard hat in Warehouse", "Canon R6 SN-1 in Warehouse")
    bolt, store, van = w.variant("M8 bolt"), w.location("Warehouse"), w.location("Van 3")
    for day in range(5):
        w.later(days=1)
        stock.move(w.session, w.act(), variant=bolt, quantity=whole(day + 1), source=store, target=van, note=f"day {day}")
    undo(w.session, w.act(), entry_id=stock.take(w.session, w.act(), variant=bolt, quantity=whole(2), source=van).id)
    stock.move(w.session, w.act(), variant=bolt, quantity=whole(1), source=store, target=van, happened_at=w.now - timedelta(days=2))
    stock.take(w.session, w.act("Ana"), variant=w.variant("hard hat"), quantity=whole(3), source=store, target=w.person("Ana"))
    w.lend("SN-1", due=due("2026-12-04 17:00"))
    move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=van)
    w.lend("SN-1", to="Ben")
    w.session.flush()
    return w


@pytest.fixture
def ledger() -> Iterator[World]:
    """A busy ledger whose guards are down, which nobody audits when the test ends."""
    database = fresh_database()
    with open_world(database) as w:
        a_week(w)
        assert audit.problems(w.session) == []
        for name in w.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            w.session.execute(text(f"DROP TRIGGER {name}"))
        w.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        w.session.execute(text("PRAGMA ignore_check_constraints = ON"))
        yield w
        w.session.rollback()
    database.close()


def raw(w: World) -> sqlite3.Connection:
    return w.session.connection().connection.dbapi_connection  # type: ignore[return-value]


def test_a_whole_ledger_has_no_problem(world: Build) -> None:
    w = a_week(world())
    assert (audit.problems(w.session), audit.verify_chain(w.session)) == ([], None)


def test_the_figures_are_the_ledgers_size_and_head(world: Build) -> None:
    w = world()
    assert audit.figures(w.session).head == GENESIS
    a_week(w)
    last = w.session.execute(text("SELECT count(*), (SELECT count(*) FROM movements), max(id) FROM entries")).one()
    figures = audit.figures(w.session)
    assert (figures.entries, figures.movements, figures.entries) == tuple(last)


def test_progress_is_told(world: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    w = a_week(world())
    monkeypatch.setattr(audit, "PAGE", 5)
    heard: list[int] = []
    audit.verify_chain(w.session, heard.append)
    assert heard[:2] == [5, 10]


_REWRITTEN = {
    "entries": ["kind", "member_id", "recorded_at", "happened_at", "key", "changes", "words_digest", "previous_hash", "hash"],
    "movements": ["happened_at", "variant_id", "quantity", "source_id", "target_id", "asset_id"],
}
_OTHER = {"kind": ["'lost'", "'found'"], "changes": ["'[]'", "'{'"], "variant_id": [2, 3], "asset_id": [1]}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, columns in _REWRITTEN.items() for column in columns])
def test_a_rewritten_field_is_found_where_it_stands(ledger: World, table: str, column: str) -> None:
    chooser, key = random.Random(f"{table}.{column}"), "id" if table == "entries" else "entry_id"
    for _ in range(4):
        value = chooser.choice(_OTHER.get(column, [1, 7, 123_456_789]))
        entry_id = chooser.choice(raw(ledger).execute(f"SELECT {key} FROM {table} WHERE {column} IS NOT {value}").fetchall())[0]
        ledger.session.execute(text("SAVEPOINT tampering"))
        raw(ledger).execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = {entry_id} AND {column} IS NOT {value}")
        assert audit.verify_chain(ledger.session) == entry_id
        assert audit.problems(ledger.session)[0] == f"Entry {entry_id} is not as it was written."
        ledger.session.execute(text("ROLLBACK TO tampering"))


_LINE = "happened_at, variant_id, 1, source_id, target_id, NULL, NULL, NULL, NULL FROM movements"


@pytest.mark.parametrize(
    ("tamper", "first_bad"),
    [
        ("DELETE FROM entries WHERE id = 9", 9),
        ("DELETE FROM movements WHERE entry_id = 12", 12),
        ("UPDATE movements SET entry_id = 12 WHERE entry_id = 11", 11),
        (f"INSERT INTO movements SELECT NULL, 10, {_LINE} WHERE entry_id = 10", 10),
        (f"INSERT INTO movements SELECT NULL, 999, {_LINE} WHERE id = 1", 999),
        ("UPDATE entry_words SET note = 'for the garage' WHERE entry_id = 12", 12),
        ("UPDATE entry_words SET changes = '[1]' WHERE entry_id = 12", 12),
        ("INSERT INTO entry_words SELECT 3, salt, note, changes FROM entry_words WHERE entry_id = 12", 3),
    ],
)
def test_what_was_taken_out_or_slipped_in_is_found(ledger: World, tamper: str, first_bad: int) -> None:
    assert raw(ledger).execute(tamper).rowcount > 0
    assert audit.verify_chain(ledger.session) == first_bad


def hash_again(w: World, first: int, last: int) -> None:
    """What somebody does who knows how the chain is made: those entries are linked and hashed as they are now."""
    previous = raw(w).execute("SELECT hash FROM entries WHERE id < ? ORDER BY id DESC LIMIT 1", (first,)).fetchone()[0]
    entries = raw(w).execute(f"SELECT id, {', '.join(HASHED)} FROM entries WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
    for entry_id, *fields in entries.fetchall():
        line = "SELECT variant_id, quantity, source_id, target_id, asset_id, lot_id FROM movements WHERE entry_id = ? ORDER BY id"
        lines = raw(w).execute(line, (entry_id,)).fetchall()
        linked = entry_hash(previous, seq=entry_id, movements=lines, **dict(zip(HASHED, fields, strict=True)))
        raw(w).execute("UPDATE entries SET previous_hash = ?, hash = ? WHERE id = ?", (previous, linked, entry_id))
        previous = linked


def test_an_entry_rewritten_with_its_hash_no_longer_fits_the_next(ledger: World) -> None:
    raw(ledger).execute("UPDATE movements SET quantity = 1 WHERE entry_id = 12")
    hash_again(ledger, 12, 12)
    assert audit.verify_chain(ledger.session) == 13


def test_an_entry_taken_out_of_a_chain_that_was_closed_again_leaves_its_number(ledger: World) -> None:
    raw(ledger).execute("DELETE FROM movements WHERE entry_id = 12")
    raw(ledger).execute("DELETE FROM entries WHERE id = 12")
    hash_again(ledger, 13, 999)
    assert audit.verify_chain(ledger.session) == 12


def test_a_chain_written_anew_has_another_head(ledger: World) -> None:
    head = audit.figures(ledger.session).head
    raw(ledger).execute("UPDATE movements SET quantity = 1 WHERE entry_id = 12")
    hash_again(ledger, 12, 999)
    assert audit.verify_chain(ledger.session) is None
    assert audit.figures(ledger.session).head != head


def test_erased_words_are_no_tampering(ledger: World) -> None:
    raw(ledger).execute("DELETE FROM entry_words WHERE note IS NOT NULL")
    assert audit.problems(ledger.session) == []


BOOKED_TWICE = """INSERT INTO bookings (variant_id, asset_id, quantity, holder_id, by_id, booked_at, from_at, until_at, free_at, zone)
    SELECT variant_id, id, 1000000, 1, 3, 1, n, n + 2, n + 2, 'UTC' FROM assets, (SELECT 1 AS n UNION SELECT 2)"""


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        ("UPDATE stock_levels SET quantity = quantity + 1 WHERE ours", "differs from the ledger by -1 millionths."),
        ("UPDATE stock_levels SET ours = NOT ours WHERE location_id = 1", "Location 1 is ours in one table and not in another."),
        ("DELETE FROM stock_levels WHERE location_id = 1", "does not come to nothing over all locations."),
        ("UPDATE monthly_nets SET month = 202612", "millionths in 2026"),
        ("UPDATE stock_levels SET lotted = 1 WHERE quantity > 0 AND ours", "has other lots than its level says."),
        ("UPDATE stock_levels SET reserved = 1 WHERE ours", "is reserved otherwise than its reservations say."),
        ("UPDATE assets SET location_id = 1", "Asset 1 is in location"),
        ("UPDATE checkouts SET holder_id = 1 WHERE asset_id IS NOT NULL AND closed_at IS NULL", "says that SN-1 is with Supplier"),
        (
            "UPDATE checkouts SET quantity = 9000000 WHERE asset_id IS NULL",
            "Ana has checked out 9000000 millionths of hard hat, and holds 3000000.",
        ),
        ("UPDATE locations SET archived_at = 1 WHERE name = 'Warehouse'", "Warehouse holds M8 bolt, and one of the two is archived."),
        ("UPDATE assets SET archived_at = 1", "SN-1 is archived, and in Ben."),
        ("UPDATE items SET archived_at = 1", "of items has another archived_at than its last entry gave it."),
        ("DELETE FROM checkouts WHERE closed_at IS NOT NULL", "of checkouts is gone."),
        (
            BOOKED_TWICE,
            "Bookings 1 and 2 are of asset 1 for the same time.",
        ),
        ("DELETE FROM entry_subjects WHERE entry_id = 2", "Entry 2 has another list of the rows it changed."),
    ],
)
def test_a_table_that_does_not_agree_with_the_ledger_is_named(ledger: World, tamper: str, problem: str) -> None:
    assert raw(ledger).execute(tamper).rowcount > 0
    assert any(problem in found for found in audit.problems(ledger.session))


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        ("DELETE FROM entries WHERE id = 9", "Entry 10 has no predecessor."),
        ("UPDATE entries SET recorded_at = 1, happened_at = 1 WHERE id = 14", "Entry 14 was recorded before its predecessor."),
        ("UPDATE entries SET happened_at = recorded_at + 1 WHERE id = 14", "Entry 14 was recorded before it happened."),
        ("UPDATE movements SET happened_at = 1 WHERE entry_id = 14", "Entry 14 has a movement that happened at another time."),
        ("UPDATE entries SET kind = 'moved' WHERE kind = 'undid'", "undoes another which it can't."),
        ("UPDATE movements SET quantity = 1 WHERE entry_id IN (SELECT id FROM entries WHERE kind = 'undid')", "does not move back what"),
        ("UPDATE movements SET quantity = quantity * 1000 WHERE entry_id = 14", "Entry 14 was recorded when Warehouse had too little."),
        ("UPDATE movements SET quantity = quantity * 1000 WHERE entry_id = 14", "Entry 14 happened when Warehouse had too little."),
        ("UPDATE movements SET source_id = 1 WHERE asset_id = 1 AND source_id <> 1", "moved asset 1 from where it was not."),
    ],
)
def test_each_rule_of_the_ledger_is_proved_by_itself(ledger: World, tamper: str, problem: str) -> None:
    assert raw(ledger).execute(tamper).rowcount > 0
    assert any(problem in found for found in audit.problems(ledger.session))
