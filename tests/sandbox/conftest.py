"""A small workspace with a tiny bot of its own, for tests of the sandbox itself."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.manifest import manifest_from
from bot.sandbox.server import RunningServer
from bot.sandbox.workspace import Channel, Person, Workspace
from tests.people import Office

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


def small_workspace(manifest: dict[str, Any] = MANIFEST, clock: Callable[[], float] = lambda: NOON) -> Workspace:
    """Ana and Ben in #general, the bot with them; Ana alone in #quiet and in the private #secret."""
    people = [Person("UANA", "ana", "Ana Silva", tz="Europe/Lisbon", email="ana@example.com"), Person("UBEN", "ben", "Ben Okri")]
    workspace = Workspace(people=people, clock=clock)
    bot = workspace.install(manifest_from(manifest)).bot_user_id
    for channel in (
        Channel("CGENERAL", "general", ["UANA", "UBEN", bot]),
        Channel("CQUIET", "quiet", ["UANA"]),
        Channel("CSECRET", "secret", ["UANA"], kind="private"),
    ):
        workspace.channels[channel.id] = channel
    return workspace


class BoltBot:
    """A Bolt app at work over Socket Mode, as the sandbox's users run theirs."""

    def __init__(self, server: RunningServer, listeners: Callable[[App], None]) -> None:
        installed = server.sandbox.workspace.app
        client = WebClient(token=installed.bot_token, base_url=server.api_url, retry_handlers=[])
        app = App(client=client, process_before_response=True)
        listeners(app)
        self.handler = SocketModeHandler(app, installed.app_token)
        self.handler.connect()

    def close(self) -> None:
        """Ends the socket; the client's two readers are woken first, for they would sleep out their seconds."""
        client = self.handler.client
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        with suppress(OSError, AttributeError):  # the connection may be gone already
            client.current_session.sock.shutdown(socket.SHUT_RDWR)
        client.message_processor.event.set()
        client.enqueue_message("{}")
        self.handler.close()


Opener = Callable[..., Office]


@pytest.fixture
def office() -> Iterator[Opener]:
    """Opens offices: `office(listeners)` starts a bot with these listeners; more options go to the server."""
    opened: list[Office] = []

    def open_one(listeners: Callable[[App], None], workspace: Workspace | None = None, **options: Any) -> Office:
        opened.append(Office(workspace or small_workspace(), lambda server: BoltBot(server, listeners), **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
