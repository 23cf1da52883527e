"""A small workspace with a tiny bot of its own, for tests of the sandbox itself."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.manifest import manifest_from
from bot.sandbox.server import RunningServer, start
from bot.sandbox.workspace import Channel, Person, Workspace
from tests.door import Door
from tests.office import Office

NOON = 1_795_435_200.0  # Monday 2026-11-23 12:00 UTC

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Parrot"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "parrot"},
        "slash_commands": [
            {"command": "/say", "description": "Says it back", "usage_hint": "[words]", "should_escape": True},
            {"command": "/raw", "description": "Says it back as typed"},
        ],
        "shortcuts": [
            {"name": "Greet", "type": "global", "callback_id": "greet", "description": "Opens a form"},
            {"name": "Quote", "type": "message", "callback_id": "quote", "description": "Quotes a message"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands", "chat:write", "im:write", "im:history", "channels:history", "channels:read", "channels:join", "groups:read",
                "app_mentions:read", "users:read", "files:read", "files:write", "reactions:write",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened", "app_mention", "message.im", "message.channels", "file_shared", "user_change", "team_join",
                "member_joined_channel",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def small_workspace(manifest: dict[str, Any] = MANIFEST, clock: Callable[[], float] | None = None) -> Workspace:
    """Ana and Ben in #general, the bot with them; Ana alone in #quiet and in the private #secret."""
    people = [Person("UANA", "ana", "Ana Silva", tz="Europe/Lisbon", email="ana@example.com"), Person("UBEN", "ben", "Ben Okri")]
    workspace = Workspace(people=people, clock=clock or Clock())
    bot = workspace.install(manifest_from(manifest)).bot_user_id
    for channel in (
        Channel("CGENERAL", "general", ["UANA", "UBEN", bot]),
        Channel("CQUIET", "quiet", ["UANA"]),
        Channel("CSECRET", "secret", ["UANA"], kind="private"),
    ):
        workspace.channels[channel.id] = channel
    return workspace


def without_scope(scope: str) -> dict[str, Any]:
    """The manifest with one scope less."""
    scopes = [one for one in MANIFEST["oauth_config"]["scopes"]["bot"] if one != scope]
    return MANIFEST | {"oauth_config": {"scopes": {"bot": scopes}}}


class BoltBot:
    """A Bolt app at work over Socket Mode, as the sandbox's users run theirs."""

    def __init__(self, server: RunningServer, listeners: Callable[[App], None], *, ping_seconds: float = 10) -> None:
        installed = server.sandbox.workspace.app
        client = WebClient(token=installed.bot_token, base_url=server.api_url, retry_handlers=[])
        app = App(client=client, process_before_response=True)
        listeners(app)
        handler: Any = SocketModeHandler(app, installed.app_token, ping_interval=ping_seconds)
        handler.connect()
        self.handler = handler

    def close(self) -> None:
        """Ends the socket; the client's two readers are woken first, for they would sleep out their seconds.

        A reader that begins at this very moment takes the word to end back, and would be waited for without end: so it is told again.
        """
        client = self.handler.client
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        with suppress(OSError, AttributeError):  # the connection may be gone already
            client.current_session.sock.shutdown(socket.SHUT_RDWR)
        client.current_session_runner.event.set()
        while client.current_session_runner.is_alive():
            client.current_session_state.terminated = True
            client.current_session_runner.thread.join(0.05)
        client.message_processor.event.set()
        client.enqueue_message("{}")
        self.handler.close()


Opener = Callable[..., Office]


@pytest.fixture
def office() -> Iterator[Opener]:
    """Opens offices: `office(listeners)` starts a bot with these listeners; more options go to the server."""
    opened: list[Office] = []

    def open_one(
        listeners: Callable[[App], None], workspace: Workspace | None = None, *, ping_seconds: float = 10, **options: Any
    ) -> Office:
        start_bot = partial(BoltBot, listeners=listeners, ping_seconds=ping_seconds)
        opened.append(Office(workspace or small_workspace(), start_bot, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


class Slack:
    """A workspace without a bot at work, its Web API and its people's door."""

    def __init__(self, manifest: dict[str, Any] = MANIFEST, **options: Any) -> None:
        self.clock = Clock()
        self.workspace = small_workspace(manifest, self.clock)
        self.server = start(self.workspace, **options)
        self.api = WebClient(token=self.workspace.app.bot_token, base_url=self.server.api_url, retry_handlers=[])
        self.door = Door(self.server.port)

    def close(self) -> None:
        self.door.close()
        self.server.stop()

    def fresh_trigger(self, user: str = "UANA", view_id: str | None = None) -> str:
        return self.server.sandbox.leave.fresh_trigger(user, view_id=view_id)

    def fresh_response_url(self, **more: Any) -> str:
        return self.server.url + self.server.sandbox.leave.fresh_response_url("UANA", "CGENERAL", **more)


@pytest.fixture
def new_slack() -> Iterator[Callable[..., Slack]]:
    """Opens workspaces with another manifest or other options."""
    opened: list[Slack] = []

    def open_one(manifest: dict[str, Any] = MANIFEST, **options: Any) -> Slack:
        opened.append(Slack(manifest, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def slack(new_slack: Callable[..., Slack]) -> Slack:
    return new_slack()
