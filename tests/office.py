"""A workspace with a bot at work in it, and the people who use it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, Self

from bot.sandbox.server import RunningServer, start
from bot.sandbox.workspace import Workspace
from tests.door import PATIENCE, Door
from tests.person import Person
from tests.sandbox.rendering import Json

ROOT = Path(__file__).parents[1]


class Bot(Protocol):
    """A bot at work that can be sent home."""

    def close(self) -> None: ...


def started(server: RunningServer, database: Path, **settings: str) -> subprocess.Popen[bytes]:
    """The bot as people run it there: `quartermaster run` in a process of its own."""
    app = server.sandbox.workspace.app
    told = {
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_API_URL": server.api_url,
        "DATABASE_URL": f"sqlite:///{database}",
        "QUARTERMASTER_LOG": "ERROR",
    }
    return subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=os.environ | told | settings, stderr=subprocess.DEVNULL)


class Office:
    """A running workspace with a bot at work in it, and the people who use it."""

    def __init__(
        self, workspace: Workspace, start_bot: Callable[[RunningServer], Bot], *, settles: Callable[[], None] = lambda: None, **options: Any
    ) -> None:
        self.server = start(workspace, **options)
        #: Waits until what follows the answers given so far has been sent.
        self.settles = settles
        self.door = Door(self.server.port)
        self._start_bot = start_bot
        self._bots: list[Bot] = []
        self._people: dict[str, Person] = {}
        try:
            self.starts_a_bot()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def starts_a_bot(self) -> Bot:
        """Starts a bot, or one more of them, and waits until its socket is open."""
        bot = self._start_bot(self.server)
        self._bots.append(bot)
        self.waits_for(lambda state: state["connected"] >= len(self._bots))
        return bot

    def person(self, name: str) -> Person:
        """Someone by handle."""
        if name not in self._people:
            self._people[name] = Person(self.server, name, self.settles)
        return self._people[name]

    def moves_clock(self, *, forward: float = 0, to: str = "", person: Person | None = None) -> None:
        """Moves the clock forward by seconds, or to the "next working day 9:00" of somebody."""
        body: Json = {"to": to, "as": person.id if person else ""} if to else {"forward": forward}
        self.door.post("clock", body)

    def fault(self, name: str, value: Any = True, **more: Any) -> None:
        """Switches a fault on, or off with a value of 0 or False."""
        self.door.post("fault", {"name": name, "value": value, **more})

    def sends_bots_home(self) -> None:
        """Ends every bot at work, and waits until the workspace has seen them go."""
        while self._bots:
            self._bots.pop().close()
        self.waits_for(lambda state: state["connected"] == 0)

    def close(self) -> None:
        for person in self._people.values():
            person.door.close()
        self.door.close()
        for bot in self._bots:
            bot.close()
        self.server.stop()

    def waits_for(self, holds: Callable[[Json], bool]) -> None:
        """Waits until the workspace's state is so; its `connected` counts the bots' open sockets."""
        someone = {"as": next(iter(self.server.sandbox.workspace.people))}
        deadline = time.monotonic() + PATIENCE
        state = self.door.get("state", **someone)
        while not holds(state):
            left = deadline - time.monotonic()
            assert left > 0, f"The workspace is not as it should be; {state['connected']} sockets are open."
            self.door.get("screen", **someone, after=state["revision"], seconds=left)
            state = self.door.get("state", **someone)
