"""The ledger is only ever added to: after every migration, the database itself refuses anything else, whoever asks."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

import models
from models.database import Database

STEPS = ScriptDirectory(str(Path(models.__file__).parent / "migrations"))
REVISIONS = [step.revision for step in reversed(list(STEPS.walk_revisions()))]

#: Three entries: the second has a key, the third undoes it.
SOME = """
INSERT INTO entries (id, kind, member_id, recorded_at, happened_at, key, reverses_id, changes, previous_hash, hash) VALUES
    (1, 'received', 1, 100, 100, NULL, NULL, '[]', '0', 'a');
INSERT INTO movements (entry_id, happened_at, variant_id, quantity, source_id, target_id) VALUES (1, 100, 1, 5, 1, 2);
INSERT INTO entries (id, kind, member_id, recorded_at, happened_at, key, reverses_id, changes, previous_hash, hash) VALUES
    (2, 'moved', 1, 200, 200, 'once', NULL, '[]', 'a', 'b');
INSERT INTO entries (id, kind, member_id, recorded_at, happened_at, key, reverses_id, changes, previous_hash, hash) VALUES
    (3, 'undid', 1, 300, 300, NULL, 2, '[]', 'b', 'c');
INSERT INTO movements (entry_id, happened_at, variant_id, quantity, source_id, target_id) VALUES (3, 300, 1, 5, 2, 1);
"""
_ENTRY = "INTO entries (id, kind, member_id, recorded_at, happened_at, key, reverses_id, changes, previous_hash, hash) VALUES"
_LINE = "INTO movements (id, entry_id, happened_at, variant_id, quantity, source_id, target_id) VALUES"
REWRITES = [
    "UPDATE entries SET member_id = 2 WHERE id = 1",
    "UPDATE OR REPLACE entries SET id = 2 WHERE id = 1",
    "DELETE FROM entries WHERE id = 3",
    f"INSERT OR REPLACE {_ENTRY} (1, 'moved', 1, 100, 100, NULL, NULL, '[]', '0', 'x')",
    f"INSERT OR REPLACE {_ENTRY} (4, 'moved', 1, 400, 400, 'once', NULL, '[]', 'c', 'd')",
    f"INSERT OR REPLACE {_ENTRY} (4, 'undid', 1, 400, 400, NULL, 2, '[]', 'c', 'd')",
    f"INSERT {_ENTRY} (5, 'moved', 1, 400, 400, NULL, NULL, '[]', 'c', 'd')",
    f"INSERT {_ENTRY} (-1, 'moved', 1, 400, 400, NULL, NULL, '[]', 'c', 'd')",
    f"INSERT {_ENTRY} (1, 'moved', 1, 400, 400, NULL, NULL, '[]', 'c', 'd') ON CONFLICT (id) DO UPDATE SET hash = 'x'",
    "UPDATE movements SET quantity = 1",
    "UPDATE OR REPLACE movements SET id = 2 WHERE id = 1",
    "DELETE FROM movements WHERE id = 2",
    f"INSERT OR REPLACE {_LINE} (2, 3, 300, 1, 9, 2, 1)",
    f"INSERT {_LINE} (NULL, 1, 100, 1, 9, 2, 1)",
    f"INSERT {_LINE} (NULL, 3, 299, 1, 9, 2, 1)",
]


@pytest.fixture(params=REVISIONS, scope="module")
def ledger_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ledger at that step of the schema's history."""
    path: Path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    database = Database(f"sqlite:///{path}")
    database.migrate(request.param)
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SOME)
    return path


@pytest.fixture(params=["our own", "anybody's"])
def connection(request: pytest.FixtureRequest, ledger_file: Path) -> Iterator[sqlite3.Connection]:
    """A connection as we open it, and a bare one on which nothing is set."""
    if request.param == "anybody's":
        with closing(sqlite3.connect(ledger_file)) as bare:
            yield bare
            bare.rollback()
        return
    database = Database(f"sqlite:///{ledger_file}")
    with database.engine.connect() as ours:
        yield ours.connection.dbapi_connection  # type: ignore[misc]
    database.close()


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_rewrite_is_refused(connection: sqlite3.Connection, rewrite: str) -> None:
    before = list(connection.iterdump())
    with pytest.raises(sqlite3.IntegrityError, match="the ledger is only ever added to"):
        connection.execute(rewrite)
    assert list(connection.iterdump()) == before


def test_the_next_entry_is_accepted(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.execute(f"INSERT {_ENTRY} (4, 'moved', 1, 400, 400, 'twice', NULL, '[]', 'c', 'd')")
    connection.execute(f"INSERT {_LINE} (NULL, 4, 400, 1, 9, 2, 1)")
    assert connection.execute("SELECT count(*) FROM movements").fetchone() == (3,)
    connection.rollback()
