"""The sandbox at work: a local Slack workspace and the real bot in it, with a small firm's stores to play with."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from urllib.request import Request, urlopen

from bot import demonstration, furnishing, running, schedule
from bot.logs import bolt_is_silent
from bot.opening import Trouble
from bot.running import RunningBot
from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import RunningServer
from bot.sandbox.server import start as open_workspace
from bot.sandbox.workspace import Workspace
from bot.settings import Settings
from models import audit
from models.database import Database

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
PHOTO = MANIFEST.parent / "docs" / "scan-me.jpg"
#: Who is made admin where nobody lives yet.
FIRST_ADMIN = "UKIM"


class Playing:
    """A workspace with the bot at work in it, until it is closed. Both are kept in files, and go on where they were."""

    def __init__(self, database: Database, *, keep_in: Path, port: int = 0, empty: bool = False) -> None:
        self._database = database
        self._bot: RunningBot | None = None
        self._workspace = _workspace(empty=empty)
        self._server = self._open(keep_in, port)
        try:
            if not empty:
                self._furnish()
            with bolt_is_silent():
                self._bot = running.start(self._settings(), database, clock=self._clock)
        except BaseException:
            self._server.stop()
            raise

    @property
    def address(self) -> str:
        """Where the page is."""
        return self._server.url

    def close(self) -> None:
        """Sends everybody home; the files keep what happened."""
        if self._bot is not None:
            self._bot.close()
        self._server.stop()

    def _open(self, keep_in: Path, port: int) -> RunningServer:
        try:
            return open_workspace(self._workspace, port, keep_in=keep_in, on_clock_moved=self._beat)
        except ValueError as unreadable:
            raise Trouble(str(unreadable)) from None
        except OSError as taken:
            raise Trouble(f"Port {port} can't be used ({taken.strerror}). Choose another one: --port {port + 1}.") from None

    def _furnish(self) -> None:
        with self._database.reading() as session:
            untouched = audit.figures(session).entries == 0
        if untouched:
            furnishing.furnish(self._database, clock=self._clock, token=lambda: token_urlsafe(12))
            self._leave_a_photo()

    def _leave_a_photo(self) -> None:
        """Somebody has found something, and shows its label in a channel: through the door that everybody uses."""
        who, channel, text = demonstration.FOUND
        coded = base64.b64encode(PHOTO.read_bytes()).decode()
        said = {"as": who, "channel": channel, "text": text, "name": PHOTO.name, "content_base64": coded}
        asked = Request(f"{self.address}people/upload", json.dumps(said).encode(), {"Content-Type": "application/json"})
        with urlopen(asked, timeout=10):
            pass

    def _settings(self) -> Settings:
        app = self._workspace.app
        return Settings.model_validate(
            {
                "slack_bot_token": app.bot_token,
                "slack_app_token": app.app_token,
                "slack_api_url": self._server.api_url,
                "QUARTERMASTER_CHANNEL": demonstration.CHANNEL,
                "QUARTERMASTER_ADMINS": FIRST_ADMIN,
                "QUARTERMASTER_TIMEZONE": "Europe/Berlin",
                "QUARTERMASTER_CURRENCY": "EUR",
            }
        )

    def _clock(self) -> datetime:
        return datetime.fromtimestamp(self._workspace.now(), UTC)

    def _beat(self) -> None:
        """The clock was moved: what has come due is sent before whoever moved it is answered."""
        if self._bot is not None:
            schedule.tick(self._bot.wiring)


def _workspace(*, empty: bool) -> Workspace:
    workspace = Workspace(people=demonstration.PEOPLE, hints=demonstration.HINTS)
    try:
        bot = workspace.install(read_manifest(MANIFEST)).bot_user_id
    except OSError:
        raise Trouble(f"There is no {MANIFEST}. The sandbox needs the project's own directory: start it from a checkout.") from None
    wanted = {"general", "stores"} if empty else None
    for channel in demonstration.channels(bot):
        if wanted is None or channel.name in wanted:
            workspace.channels[channel.id] = channel
    return workspace
