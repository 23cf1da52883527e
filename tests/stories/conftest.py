"""People at work in the sandbox, with the real bot: each story opens an office of its own."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Lock
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot import directory, running, schedule
from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import RunningServer
from bot.sandbox.workspace import Channel, Person, Workspace
from bot.settings import Settings
from models import audit, members, outbox
from models.database import HANDLED, Database
from models.members import Role
from tests.door import PATIENCE
from tests.office import Office
from tests.person import Person as Driver
from tests.world import MONDAY, World, fresh_database, opened

MANIFEST = read_manifest(Path(__file__).parents[2] / "manifest.yml")

PEOPLE = (
    Person("UKIM", "kim", "Kim Berg", tz="Europe/Berlin", email="kim@example.com"),
    Person("UANA", "ana", "Ana Silva", tz="Europe/Lisbon", email="ana@example.com"),
    Person("UBO", "bo", "Bo Chen", tz="Europe/Berlin", email="bo@example.com"),
    Person("UDEE", "dee", "Dee Okafor", tz="America/New_York", email="dee@example.com"),
    Person("UGUS", "gus", "Gus Guest", tz="Europe/Berlin", is_restricted=True),
)

#: No story tells how fast this machine is: people wait for the bot, and the bot for Slack, as long as for anything else.
directory.PATIENCE = PATIENCE

#: Who takes longer than these seconds to do what follows an answer is held up by what the story does.
HELD_UP = 5.0

#: Who has which roles, everywhere. Ana and Dee are teammates like everybody.
ROLES = {"UKIM": (Role.KEEPER, Role.ADMIN), "UBO": (Role.APPROVER,)}


def new_workspace() -> Workspace:
    """Everybody and the bot in three channels, on a Monday morning."""
    workspace = Workspace(people=PEOPLE, clock=MONDAY.timestamp)
    everybody = [*(person.id for person in PEOPLE), workspace.install(MANIFEST).bot_user_id]
    for id_, name in (("CGENERAL", "general"), ("CSTORES", "stores"), ("CVAN", "van-3")):
        workspace.channels[id_] = Channel(id_, name, list(everybody))
    return workspace


class Story:
    """One office: the workspace, the bot at work in it, and the stores behind."""

    def __init__(
        self,
        database: Database,
        *,
        channel: str | None = "CSTORES",
        ledger_channel: str | None = None,
        admins: tuple[str, ...] = (),
        **office: Any,
    ) -> None:
        self.database = database
        self.channel = channel
        self.ledger_channel = ledger_channel
        self.admins = admins
        self.bots: list[running.RunningBot] = []
        #: Seconds that every request seems to have waited before it was carried out.
        self.has_waited = 0.0
        self._read = 0.0
        self._meets = Lock()
        #: Seconds that pass while the first message to #stores is sent.
        self.first_message_takes = 0.0
        said = {"ack_seconds": PATIENCE, "on_clock_moved": self.beats, "settles": self._settles} | office
        self.office = Office(new_workspace(), self._start_bot, **said)
        self.kim, self.ana, self.bo, self.dee, self.gus = (self.office.person(name) for name in ("kim", "ana", "bo", "dee", "gus"))

    def _start_bot(self, server: RunningServer) -> running.RunningBot:
        app = server.sandbox.workspace.app
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(app.bot_token),
            slack_app_token=SecretStr(app.app_token),
            slack_api_url=server.api_url,
            channel=self.channel,
            ledger_channel=self.ledger_channel,
            admins=self.admins,
            tick_seconds=3600,
        )
        bot = running.start(settings, self.database, clock=lambda: self._clock(server.sandbox.workspace), stopwatch=self._stopwatch)
        self.bots.append(bot)
        if len(self.bots) == 1 and not self._everybody_is_known():
            self._introduce(bot)
        return bot

    def _clock(self, workspace: Workspace) -> datetime:
        """The workspace's time; later by what a story says that the first message to #stores took."""
        sent = bool(workspace.channels["CSTORES"].messages)
        return datetime.fromtimestamp(workspace.now() + (self.first_message_takes if sent else 0), UTC)

    def _stopwatch(self) -> float:
        """Stands still, but for what a story says that requests have waited."""
        self._read += self.has_waited
        return self._read

    def _settles(self) -> None:
        """Every follower meets the others, so what they had to do is done, and the beat rests.

        Where one of them is held up, what it holds is waited for by `sees`.
        """
        for bot in self.bots:
            meeting = Barrier(running.FOLLOWERS + 1, timeout=HELD_UP)
            with self._meets, suppress(RuntimeError):  # gone home, or held up
                for _ in range(running.FOLLOWERS):
                    bot.wiring.after.submit(meeting.wait)
                meeting.wait()
            bot.beat.rests(seconds=HELD_UP)

    def answer_was_late(self) -> None:
        """The last answer did not reach anybody in time."""
        with self.database.transaction() as session:
            session.execute(update(HANDLED).values(late=True))

    def _everybody_is_known(self) -> bool:
        with self.database.reading() as session:
            return members.actor_by_slack_id(session, "UKIM") is not None

    def _introduce(self, bot: running.RunningBot) -> None:
        """Everybody is known from the start, so that stories can name them."""
        directory.fill(bot.wiring)
        with self.world() as world:
            for user_id, roles in ROLES.items():
                world.grant(user_id, *roles)

    def beats(self, bot: int = 0) -> None:
        """The bot looks at once for what is due and owed, as after its next tick."""
        self.bots[bot].beat.rests(seconds=HELD_UP)
        schedule.tick(self.bots[bot].wiring)

    def pauses_its_beat(self) -> None:
        """From now on the bot looks for what is owed only when the story says so."""
        self.bots[-1].beat.close()

    def dies_while_sending(self) -> None:
        """A sender takes what is owed, and is never heard of again."""
        with self.database.transaction() as session:
            assert outbox.lease(session, self.bots[0].wiring.clock())

    def moves_on(self, *, seconds: float) -> None:
        """Lets so much time pass; the bot beats then."""
        self.office.moves_clock(forward=seconds)

    def moves_to(self, local: str, zone: str) -> None:
        """Lets time pass until that local time."""
        at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
        self.moves_on(seconds=at.timestamp() - self.office.server.sandbox.workspace.now())

    def messages_to(self, name: str) -> int:
        """How many messages the bot has sent somebody directly."""
        workspace = self.office.server.sandbox.workspace
        person = next(one for one in workspace.people.values() if one.name == name)
        return len(workspace.app_channel(person.id).messages)

    def world(self) -> "Stores":
        """The stores behind the bot, to furnish or to look into."""
        return Stores(self)

    def has(self, *sentences: str) -> None:
        """Furnishes the stores in words, as Kim: "200 M8 bolt in Warehouse"."""
        with self.world() as world:
            world.has(*sentences)

    def on_hand(self, item: str, location: str) -> float:
        """How many lie there now."""
        with self.world() as world:
            return world.on_hand(item, location)

    def person(self, name: str) -> Driver:
        """The driver of that person."""
        return self.office.person(name)

    def close(self) -> None:
        """Sends everybody home, and proves the ledger."""
        self.office.close()
        with self.database.reading() as session:
            assert audit.problems(session) == []
        self.database.close()


class Stores:
    """A world on the bot's own database, in one transaction."""

    def __init__(self, story: Story) -> None:
        self._transaction = story.database.transaction(timeout=30)
        self._now = datetime.fromtimestamp(story.office.server.sandbox.workspace.now(), UTC) if hasattr(story, "office") else MONDAY

    def __enter__(self) -> World:
        return World(self._transaction.__enter__(), self._now, keeper="Kim Berg")

    def __exit__(self, *problem: object) -> None:
        self._transaction.__exit__(*problem)  # type: ignore[arg-type]


@cache
def _where_everybody_is_known() -> bytes:
    """The file of stores whose bot has met everybody: copying it takes no time, and meeting them a third of a short story's."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stores.db"
        Story(fresh_database(f"sqlite:///{path}")).close()
        return path.read_bytes()


def empty_stores(path: Path) -> Database:
    """Stores in that file, in which everybody is known."""
    path.write_bytes(_where_everybody_is_known())
    return opened(f"sqlite:///{path}")


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """An office with empty stores."""
    told = Story(empty_stores(tmp_path / "stores.db"))
    yield told
    told.close()


@pytest.fixture
def open_story(tmp_path: Path) -> Iterator[Callable[..., Story]]:
    """Opens an office with other settings."""
    opened: list[Story] = []

    def open_one(**options: object) -> Story:
        opened.append(Story(fresh_database(f"sqlite:///{tmp_path / f'stores-{len(opened)}.db'}"), **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for told in opened:
        told.close()
