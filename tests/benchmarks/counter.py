"""The bot in process: a signed request goes in as Slack sends it, and its acknowledgement comes out."""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from pydantic import SecretStr
from slack_bolt import Ack, App, BoltRequest

from bot import directory
from bot.app import build_app, slack_client
from bot.line import Line
from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import start
from bot.sandbox.workspace import TEAM_ID, Person, Workspace
from bot.settings import Settings
from bot.wiring import Wiring
from handlers import topics
from handlers.routes import table_of
from models.database import Database
from tests.world import MONDAY

SECRET = "a signing secret"
MANIFEST = Path(__file__).parents[2] / "manifest.yml"

#: The keeper of the stores, as Slack knows her.
KIM = Person("UKIM", "kim", "Kim", tz="UTC", email="kim@example.com")


class Heard(NamedTuple):
    """What was acknowledged, and how long that took from the signed request, in milliseconds."""

    acknowledged: str
    took: float


@dataclass
class Counter:
    """A Bolt app to which Kim says things."""

    app: App
    #: Numbers for what is said: no two commands are the same request.
    said: Iterator[int]

    def hears(self, command: str, text: str) -> Heard:
        """Says a slash command, and waits for what is acknowledged."""
        request = self._signed(command, text)
        began = time.perf_counter()
        response = self.app.dispatch(request)
        took = (time.perf_counter() - began) * 1_000
        assert response.status == 200, response.body
        return Heard(response.body, took)

    def _signed(self, command: str, text: str) -> BoltRequest:
        """The command as Slack sends it: a form in the body, signed."""
        number = next(self.said)
        body = urlencode(
            {
                "command": command,
                "text": text,
                "user_id": KIM.id,
                "team_id": TEAM_ID,
                "channel_id": "CSTORES",
                "trigger_id": f"trigger.{number}",
                "response_url": f"https://hooks.slack.com/commands/{number}",
                "is_enterprise_install": "false",
            }
        )
        sent_at = str(int(time.time()))
        signature = hmac.new(SECRET.encode(), f"v0:{sent_at}:{body}".encode(), hashlib.sha256).hexdigest()
        headers: dict[str, str | Sequence[str]] = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": sent_at,
            "x-slack-signature": f"v0={signature}",
        }
        return BoltRequest(body=body, headers=headers)


#: Builds a counter: of a bot on a database, or without one of a Bolt app that does nothing.
CounterBuilder = Callable[[Database | None], Counter]


@contextmanager
def open_counters() -> Iterator[CounterBuilder]:
    """What builds counters. Slack's part, which is to say who the bot is, is the sandbox's."""
    server = start(Workspace(people=[KIM]), port=0)
    server.sandbox.workspace.install(read_manifest(MANIFEST))
    followers = ThreadPoolExecutor(max_workers=1)
    token = SecretStr(server.sandbox.workspace.app.bot_token)
    settings = Settings(_env_file=None, slack_bot_token=token, slack_api_url=server.api_url)  # type: ignore[call-arg]
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)

    said = count(time.time_ns())  # no other process says the same
    ticks, tokens = count(1), count(1)

    def build(database: Database | None) -> Counter:
        if database is None:
            return Counter(_idle_app(client), said)
        wiring = Wiring(
            settings=settings,
            database=database,
            routes=table_of(topics.ALL),
            client=client,
            clock=lambda: MONDAY + timedelta(milliseconds=next(ticks)),
            stopwatch=time.monotonic,
            token=lambda: f"token-{next(tokens)}",
            after=followers,
            scanner=followers,
            reckoner=followers,
            line=Line(),
            wake=lambda: None,
            wake_in=lambda _seconds: None,
            team_id=TEAM_ID,
        )
        directory.fill(wiring)
        return Counter(build_app(wiring, signing_secret=SECRET), said)

    try:
        yield build
    finally:
        followers.shutdown()
        server.stop()


def _idle_app(client: object) -> App:
    app = App(
        client=client,  # type: ignore[arg-type]
        signing_secret=SECRET,
        process_before_response=True,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )

    @app.command("/stock")
    def idle(ack: Ack) -> None:
        ack("done")

    return app
