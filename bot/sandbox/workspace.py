"""The workspace itself: its people, channels, messages and clock. It knows nothing of HTTP, sockets or what the bot does."""

import base64
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.changes import Changes
from bot.sandbox.manifest import Manifest

JSON = dict[str, Any]

TEAM_ID = "T0SANDBOX"
TEAM_DOMAIN = "sandbox"
SLACKBOT = "USLACKBOT"


@dataclass
class Person:
    """Someone in the workspace; `name` is the handle, `tz` an IANA zone. `role_note` is told to the page only, not to the bot."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    title: str = ""
    email: str = ""
    color: str = "#5b6abf"
    role_note: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    team_id: str = TEAM_ID  # another one for a stranger from a shared channel


@dataclass
class Channel:
    """A conversation. `kind` is channel (public), private, im (two people) or app_im (someone and the bot)."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    kind: str = "channel"
    topic: str = ""
    is_archived: bool = False
    messages: list[JSON] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    ephemerals: list[JSON] = field(default_factory=list)

    def message(self, ts: str) -> JSON | None:
        """The message with that ts, searched from the newest."""
        return next((message for message in reversed(self.messages) if message["ts"] == ts), None)

    def ephemeral(self, ts: str, user: str) -> JSON | None:
        """What only this person sees under that ts."""
        return next((seen for seen in self.ephemerals if seen["ts"] == ts and seen["to"] == user), None)

    def thread(self, ts: str) -> list[JSON]:
        """The parent and its replies, oldest first; empty where there is no such parent."""
        return [message for message in self.messages if message["ts"] == ts or message.get("thread_ts") == ts]


@dataclass
class StoredFile:
    """An uploaded file; `details` is the file object as Slack gives it out, without addresses."""

    details: JSON
    content: bytes | None = None
    completed: bool = False


@dataclass
class Screen:
    """The modals that a person has open, bottom first, and what stands in red on the top one."""

    stack: list[JSON] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


@dataclass(frozen=True)
class App:
    """The installed app and its credentials."""

    manifest: Manifest
    id: str = "A0SANDBOX"
    bot_id: str = "B0SANDBOX"
    bot_user_id: str = "U0SANDBOXBOT"
    bot_token: str = "xoxb-sandbox-bot"  # a stage prop: it opens this sandbox only
    app_token: str = "xapp-sandbox-app"


class Workspace:
    """People, channels, files, views and a clock that can be moved forward.

    The people and channels given are copied: they describe the beginning. `clock` gives epoch seconds.
    Once a server runs, everything here belongs to its event loop; only `now()` may be read from elsewhere.
    """

    def __init__(
        self,
        *,
        people: Iterable[Person],
        channels: Iterable[Channel] = (),
        hints: Iterable[tuple[str, str]] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.changes = Changes()
        #: What the page suggests to somebody new: what it does, and what to type for it.
        self.hints = tuple(hints)
        self.people = {person.id: deepcopy(person) for person in people}
        self.people.setdefault(SLACKBOT, Person(SLACKBOT, "slackbot", "Slackbot"))
        self.channels = {channel.id: deepcopy(channel) for channel in channels}
        self.files: dict[str, StoredFile] = {}
        self.homes: dict[str, JSON] = {}
        self.screens: dict[str, Screen] = {}
        self.message_values: dict[tuple[str, str, str], dict[str, dict[str, JSON]]] = {}  # by channel, ts and who filled it in
        self.usergroups: list[JSON] = []
        self.clock_offset = 0.0
        self.ids_given = 0
        self._clock = clock
        self.last_microsecond = 0
        self._app: App | None = None

    def install(self, manifest: Manifest) -> App:
        """Adds the app: its bot user, its tokens, and a direct-message channel with everybody."""
        self._app = App(manifest)
        bot = Person(self._app.bot_user_id, manifest.bot_name, manifest.name, is_bot=True, color=manifest.color)
        self.people[bot.id] = bot
        return self._app

    @property
    def app(self) -> App:
        if self._app is None:
            raise LookupError("no app is installed in this workspace")
        return self._app

    def now(self) -> float:
        """The workspace's time in epoch seconds."""
        return self._clock() + self.clock_offset

    def move_clock(self, seconds: float) -> None:
        """Moves the clock forward; refuses to move it back, for ids and messages are in its order."""
        if seconds < 0:
            raise ValueError("The clock moves forward only.")
        self.clock_offset += seconds
        self.changes.tell("clock")

    def fresh_ts(self) -> str:
        """The id of a new message: its time in microseconds, never the same twice."""
        self.last_microsecond = max(int(self.now() * 1_000_000), self.last_microsecond + 1)
        seconds, rest = divmod(self.last_microsecond, 1_000_000)
        return f"{seconds}.{rest:06d}"

    def fresh_id(self, prefix: str) -> str:
        """A new id of the kind that the prefix tells, such as F for a file."""
        self.ids_given += 1
        return f"{prefix}0{self.ids_given:08X}"

    def zone_offset(self, person: Person) -> int:
        """Seconds east of UTC in the person's zone at this moment."""
        offset = datetime.fromtimestamp(self.now(), UTC).astimezone(ZoneInfo(person.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def direct_channel(self, user: str, other: str) -> Channel:
        """The direct messages of two people, or of someone and the bot; opened if need be."""
        members = {user, other}
        for channel in self.channels.values():
            if channel.kind in {"im", "app_im"} and set(channel.members) == members:
                return channel
        kind = "app_im" if self.app.bot_user_id in members else "im"
        channel = Channel(self.fresh_id("D"), "", members=[user, other], kind=kind)
        self.channels[channel.id] = channel
        self.changes.tell("state")
        return channel

    def app_channel(self, user: str) -> Channel:
        """This person's direct messages with the bot."""
        return self.direct_channel(user, self.app.bot_user_id)

    def channels_of(self, user: str) -> Iterator[Channel]:
        """What stands in this person's sidebar: every public channel, and the others that they are in."""
        for channel in self.channels.values():
            if channel.kind == "channel" or user in channel.members:
                yield channel

    def screen(self, user: str) -> Screen:
        return self.screens.setdefault(user, Screen())


def fresh_hash(now: float) -> str:
    """The hash of a view's new version, as Slack writes it: 156663117.cd33ad1f."""
    return f"{int(now)}.{secrets.token_hex(4)}"


def fresh_short_id() -> str:
    """A block_id or action_id for who left it out, as Slack makes them up."""
    return base64.b64encode(secrets.token_bytes(3)).decode()
