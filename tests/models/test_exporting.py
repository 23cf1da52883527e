"""Exporting: what is kept comes out as rows of our own form, and an empty database that takes them in gives out the same."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from handlers.spreadsheet import as_csv
from models import exporting
from models.importing.forms import COLUMNS
from tests.models.test_importing import EXAMPLE, imported
from tests.world import World, fresh_database, open_world


@pytest.fixture
def another_world() -> Iterator[World]:
    """An empty world besides."""
    database = fresh_database()
    with open_world(database) as world:
        yield world
    database.close()


def exported(w: World, **options: object) -> bytes:
    return as_csv(list(COLUMNS), exporting.rows(w.session, **options))  # type: ignore[arg-type]


def said(w: World, **options: object) -> list[dict[str, str]]:
    """The rows that say how many lie where, each with what it fills."""
    found = [dict(zip(COLUMNS, row, strict=True)) for row in exporting.rows(w.session, **options)]  # type: ignore[arg-type]
    kept = ("item", "location", "quantity", "lot", "serial")
    return [{name: row[name] for name in kept if row[name]} for row in found if row["quantity"] or row["serial"]]


def test_what_was_exported_and_imported_is_exported_the_same(a_world: World, another_world: World) -> None:
    imported(a_world, EXAMPLE.read_bytes())
    a_world.has("3 =SUM(A1) in Warehouse", "Drill SN-7 in Warehouse")
    file = exported(a_world)
    imported(another_world, file)
    assert exported(another_world) == file


def test_importing_it_where_it_came_from_changes_nothing(a_world: World) -> None:
    imported(a_world, EXAMPLE.read_bytes())
    assert imported(a_world, exported(a_world)) is None


def test_a_location_is_exported_with_what_lies_in_it_and_below(a_world: World) -> None:
    a_world.has("5 bolt in Warehouse", "7 bolt in Van 3", "Drill SN-7 in Van 3")
    van = a_world.location("Van 3")
    there = [{"item": "bolt", "location": "Van 3", "quantity": "7"}, {"item": "Drill", "location": "Van 3", "serial": "SN-7"}]
    assert said(a_world, below=van) == there


def test_it_lies_where_it_lay_on_a_day_gone(a_world: World) -> None:
    a_world.has("5 bolt in Warehouse", "Drill SN-7 in Warehouse")
    before = a_world.now
    a_world.now += timedelta(days=1)
    a_world.has("7 bolt in Van 3")
    now = said(a_world)
    assert said(a_world, at=before) == [one for one in now if one["location"] == "Warehouse"]
    assert len(now) == 3
