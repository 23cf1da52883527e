"""Every test of the business gets a world of its own, whose invariants are checked when it ends."""

import os
from collections.abc import Callable, Iterator

import pytest

from models import audit
from tests.world import World, fresh_database, open_world

#: The peer's own files are not ours to keep: `make peer-files` says where they are, and only then are their tests there.
collect_ignore = [] if os.environ.get("QUARTERMASTER_PEER_FILES") else ["test_peer_files.py"]


@pytest.fixture
def a_world() -> Iterator[World]:
    """An empty world."""
    database = fresh_database()
    with open_world(database) as world:
        yield world
        assert audit.problems(world.session) == []
    database.close()


@pytest.fixture
def world(a_world: World) -> Callable[..., World]:
    """Builds a world in words: `world("200 M8 bolt in Warehouse")`."""
    return a_world.has


@pytest.fixture
def dairy(world: Callable[..., World]) -> World:
    """Milk in three lots in Warehouse: 5 of L-2 until 9 Dec, 3 of L-1 until 3 Dec, 4 of L-3 that does not expire."""
    w = world()
    w.in_lots("milk")
    w.receive(5, "milk", "L-2", expires="2026-12-09")
    w.receive(3, "milk", "L-1", expires="2026-12-03")
    w.receive(4, "milk", "L-3")
    return w
