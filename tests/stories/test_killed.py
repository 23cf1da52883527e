"""A bot that is killed in the midst of its work loses nothing that it acknowledged, and does nothing twice."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.sandbox.server import RunningServer
from models import audit
from models.database import Database
from tests.door import PATIENCE
from tests.office import Office, started
from tests.stories.conftest import new_workspace
from tests.world import World, fresh_database, open_world


class Process:
    """The bot as people run it: a process of its own."""

    def __init__(self, server: RunningServer, database: Path) -> None:
        self._process = started(server, database, QUARTERMASTER_ADMINS="UKIM")

    def close(self) -> None:
        """Kills it: no goodbye, no last commit."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Ana at work, with 500 bolts in the Warehouse."""
    path = tmp_path / "stores.db"
    database = fresh_database(f"sqlite:///{path}")
    with open_world(database) as world:
        world.has("500 M8 bolt in Warehouse")
    database.close()
    with Office(new_workspace(), lambda server: Process(server, path), ack_seconds=PATIENCE) as office:
        yield office


def test_killed_again_and_again_it_loses_and_doubles_nothing(office: Office, tmp_path: Path) -> None:
    ana, rounds, each = office.person("ana"), 4, 25
    for killing in range(1, rounds + 1):
        with ThreadPoolExecutor(1) as at_work:
            work = at_work.submit(lambda: [ana.types("/stock -1 M8 bolt at Warehouse") for _ in range(each)])
            enough = acknowledged(office) + 4 * killing
            office.waits_for(lambda _: acknowledged(office) >= enough)  # noqa: B023 - it is called in this round only
            office.sends_bots_home()  # in the midst of a command
            work.result()
        office.starts_a_bot()
    stores = Database(f"sqlite:///{tmp_path / 'stores.db'}")
    with stores.reading() as session:
        taken = 500 - World(session).on_hand("M8 bolt", "Warehouse")
        assert acknowledged(office) <= taken < rounds * each
        assert taken - acknowledged(office) <= rounds, "one command at most is under way when it dies"
        assert audit.problems(session) == []
    stores.close()


def acknowledged(office: Office) -> int:
    """How many takings Ana was told of."""
    told = office.server.sandbox.workspace.channels["CGENERAL"].ephemerals
    return sum(message["text"].startswith("Took 1 M8 bolt") for message in list(told))
