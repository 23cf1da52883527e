"""What a running bot is made of, passed to whoever needs it: no globals."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient

from bot.line import Line
from bot.settings import Settings
from handlers.routes import Table
from models.database import Database


@dataclass(frozen=True, slots=True)
class Wiring:
    """The parts of one running bot."""

    settings: Settings
    database: Database
    routes: Table
    client: WebClient
    #: The time, aware and in UTC.
    clock: Callable[[], datetime]
    #: Seconds that only ever grow: what the age of a request is measured with.
    stopwatch: Callable[[], float]
    #: Fresh random text, for ids and salts.
    token: Callable[[], str]
    #: Does what must follow an answer, in a few threads of its own.
    after: Executor
    #: Fetches and reads photos, one at a time: that takes a second of processor time each, and nothing else may wait for it.
    scanner: Executor
    #: Works out what answers leave for later, one at a time: figures of large stores take seconds, and nobody's form may wait for them.
    reckoner: Executor
    line: Line
    #: Called after every commit, so that the notices it wrote are sent at once.
    wake: Callable[[], None]
    #: Called with the seconds that Slack wants to wait before it takes more.
    wake_in: Callable[[float], None]
    #: Slack's ids of the workspace, or of its organisation, that this ledger belongs to.
    team_id: str | None = None
    enterprise_id: str | None = None
