"""The migrations and the tables in the code describe the same database."""

import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import models
from models.database import Database
from models.migrations.widening import widen

#: One kind of column by two names.
KINDS = {"VARCHAR": "TEXT", "BIGINT": "INTEGER"}
ROOT = Path(models.__file__).parent.parent
for module in pkgutil.iter_modules(models.__path__, "models."):
    if not module.ispkg:
        import_module(module.name)  # so that every table is declared


@pytest.fixture
def migrated() -> Iterator[Connection]:
    database = Database("sqlite://")
    database.migrate()
    with database.engine.connect() as connection:
        yield connection
    database.close()


@pytest.fixture
def declared() -> Iterator[Connection]:
    engine: Engine = create_engine("sqlite://")
    with engine.connect() as connection:
        SQLModel.metadata.create_all(connection)
        yield connection
    engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def indexes(connection: Connection) -> set[str]:
    found = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")).scalars()
    return {re.sub(r"\s+", " ", sql.replace('"', "")) for sql in found}


def checks(connection: Connection) -> set[tuple[str, str | None, str]]:
    found = {name: inspect(connection).get_check_constraints(name) for name in tables(connection)}
    return {(table, check["name"], check["sqltext"]) for table, rules in found.items() for check in rules}


def foreign_keys(connection: Connection) -> set[tuple[str, str, str]]:
    found = {name: inspect(connection).get_foreign_keys(name) for name in tables(connection)}
    return {(table, key["constrained_columns"][0], key["referred_table"]) for table, keys in found.items() for key in keys}


def uniques(connection: Connection) -> set[tuple[str, str]]:
    found = {name: inspect(connection).get_unique_constraints(name) for name in tables(connection)}
    return {(table, ", ".join(rule["column_names"])) for table, rules in found.items() for rule in rules}


def columns(connection: Connection) -> set[tuple[str, str, str, bool, bool]]:
    found = {
        name: connection.execute(text(f"SELECT name, type, pk, \"notnull\" FROM pragma_table_info('{name}')"))
        for name in tables(connection)
    }
    return {
        (table, name, KINDS.get(kind, kind), bool(key), bool(needed)) for table, rows in found.items() for name, kind, key, needed in rows
    }


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.parametrize("look", [tables, columns, indexes, uniques, checks, foreign_keys])
def test_a_migrated_database_is_the_declared_one(
    migrated: Connection, declared: Connection, look: Callable[[Connection], set[object]]
) -> None:
    assert look(migrated) == look(declared)


def test_every_rule_has_a_name(migrated: Connection) -> None:
    assert [check for check in checks(migrated) if not check[1]] == []


def test_a_database_is_born_with_its_outside_locations_and_programs(migrated: Connection) -> None:
    kinds = migrated.execute(text("SELECT kind FROM locations ORDER BY id")).scalars().all()
    programs = migrated.execute(text("SELECT name FROM members ORDER BY id")).scalars().all()
    assert sorted(kinds) == ["adjustment", "customer", "lost", "production", "scrap", "supplier", "used"]
    assert programs == ["Command line", "Schedule"]


def test_two_programs_that_start_on_one_new_file_migrate_it_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    start = [sys.executable, "-c", f"from models.database import Database; Database({url!r}).migrate()"]
    both = [subprocess.Popen(start, cwd=ROOT) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    database = Database(url)
    assert database.schema() == "current"
    database.close()


def test_a_vocabulary_takes_more_words_and_still_no_others(migrated: Connection) -> None:
    entry = "INSERT INTO entries (id, kind, member_id, recorded_at, happened_at, changes, previous_hash, hash)"
    entry += " VALUES (1, '{}', 1, 1, 1, '[]', '0', 'a')"
    with Operations.context(MigrationContext.configure(migrated)):
        widen("entries", "entry_kind_is_known", "danced", "sang")
    migrated.execute(text(entry.format("danced")))
    with pytest.raises(IntegrityError, match="entry_kind_is_known"):
        migrated.execute(text(entry.format("slept").replace("(1,", "(2,")))
    assert migrated.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_stock_stays_where_it_lies_when_a_database_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    database.migrate("0001")
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO items (name, name_key, kind, unit, fractions, approval) VALUES ('a', 'a', 'consumable', 'm', 0, 'never')")
        )
        connection.execute(
            text("INSERT INTO variants (item_id, name, name_key, sku, sku_key, attributes) VALUES (1, 'a', 'a', 'a', 'a', '{}')")
        )
        connection.execute(text("INSERT INTO stock_levels VALUES (1, 1, -5, 0)"))
    assert database.schema() == "old"
    database.migrate()
    with database.engine.begin() as connection:
        assert connection.execute(text("SELECT variant_id, location_id, quantity, lotted, reserved FROM stock_levels")).one() == (
            1,
            1,
            -5,
            0,
            0,
        )
    database.close()
