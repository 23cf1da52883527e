"""A running bot: its parts put together, connected, and taken apart again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from secrets import token_urlsafe
from time import monotonic

from slack_bolt import App

from bot import directory
from bot.app import build_app, slack_client
from bot.line import Line
from bot.schedule import Beat
from bot.settings import Settings
from bot.socket import PING, Socket
from bot.wiring import Wiring
from handlers import dates, topics
from handlers.routes import table_of
from models import members, outbox, policies
from models.database import Database
from models.ledger import Act
from models.workspace import workspace

#: Threads for what follows an answer: opening forms, and replies that no acknowledgement can carry.
FOLLOWERS = 4


class WrongWorkspace(Exception):  # noqa: N818 - told to whoever starts the program
    """The ledger belongs to another Slack workspace than the token."""


class RunningBot:
    """One bot at work: a socket for requests, a beat for what is due, and the threads between."""

    def __init__(self, app: App, socket: Socket, beat: Beat, wiring: Wiring) -> None:
        self.app = app
        self.wiring = wiring
        self.beat = beat
        self.socket = socket

    def close(self) -> None:
        """Answers what is under way, then lets go of everything but the database. Who waits in line for a photo or figures is told."""
        self.socket.close()
        self.wiring.scanner.shutdown(wait=True, cancel_futures=True)
        self.wiring.after.shutdown(wait=True)
        self.wiring.reckoner.shutdown(wait=True, cancel_futures=True)
        self.beat.close()


def start(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    token: Callable[[], str] = lambda: token_urlsafe(12),
    stopwatch: Callable[[], float] = monotonic,
) -> RunningBot:
    """Connects a bot to Slack and sets it to work. Raises SlackApiError for a refused token, WrongWorkspace for another workspace's."""
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    who = client.auth_test()
    followers = ThreadPoolExecutor(max_workers=FOLLOWERS, thread_name_prefix="follower")
    scanner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scanner")
    beat = Beat()
    wiring = Wiring(
        settings=settings,
        database=database,
        routes=table_of(topics.ALL),
        client=client,
        clock=clock,
        stopwatch=stopwatch,
        token=token,
        after=followers,
        scanner=scanner,
        reckoner=ThreadPoolExecutor(max_workers=1, thread_name_prefix="reckoner"),
        line=Line(),
        wake=beat.wake,
        wake_in=beat.wake_in,
        team_id=who.get("team_id"),
        enterprise_id=who.get("enterprise_id"),
    )
    _claim(wiring)
    directory.make_admins(wiring, settings.admins)
    app = build_app(wiring)
    _warm(wiring)
    socket = Socket(app, settings.slack_app_token.get_secret_value(), stopwatch=stopwatch)
    beat.start(wiring)
    socket.connect()  # type: ignore[no-untyped-call]
    beat.every(PING, socket.mind)
    beat.every(settings.tick_seconds, database.checkpoint)
    followers.submit(directory.fill, wiring)
    return RunningBot(app, socket, beat, wiring)


def _warm(wiring: Wiring) -> None:
    """Loads and prepares what the first person would otherwise wait for."""
    now = wiring.clock()
    dates.due("in a month", now, "UTC")
    with wiring.database.reading() as session:
        members.actor(session, members.SCHEDULE)
        outbox.anything_owed(session, now)


def _claim(wiring: Wiring) -> None:
    """Keeps which workspace the ledger belongs to, and this run's defaults."""
    settings = wiring.settings
    with wiring.database.transaction() as session:
        ours = workspace(session)
        if ours.team_id not in {None, wiring.team_id} and not (ours.enterprise_id and ours.enterprise_id == wiring.enterprise_id):
            raise WrongWorkspace(f"This database belongs to the Slack workspace {ours.team_id}, and the token to {wiring.team_id}.")
        ours.team_id = ours.team_id or wiring.team_id
        ours.enterprise_id = ours.enterprise_id or wiring.enterprise_id
        session.flush()
        program = Act(members.actor(session, members.COMMAND_LINE), wiring.clock(), wiring.token)
        policies.set_defaults(
            session,
            program,
            channel=settings.channel,
            ledger_channel=settings.ledger_channel,
            time_zone=settings.time_zone,
            currency=settings.currency,
        )
