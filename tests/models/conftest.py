"""Every test of the business gets a world of its own, whose invariants are checked when it ends."""

from collections.abc import Callable, Iterator

import pytest

from models import audit
from tests.world import World, fresh_database, open_world


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
