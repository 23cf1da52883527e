"""manifest.yml is what Slack takes, and exactly what the bot answers and calls: no command, event or scope too few or too many."""

import ast
import json
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from slack_sdk import WebClient

from bot import app, incoming
from bot.sandbox.manifest import manifest_from
from handlers.routes import COMMANDS, Kind
from tests import generated

SCHEMA = Path(__file__).parent / "schemas" / "slack-manifest.schema.2.0.0.json"
TEXT = generated.MANIFEST.read_text(encoding="utf-8")
SOURCE: dict[str, Any] = yaml.safe_load(TEXT)
MANIFEST = manifest_from(SOURCE)

#: The bot's scopes that each method of the Web API needs, where the bot uses it.
METHODS = {
    "auth.test": set[str](),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.join": {"channels:join"},
    "conversations.open": {"im:write"},
    "files.info": {"files:read"},
    "files.upload.v2": {"files:write"},
    "users.info": {"users:read", "users:read.email"},
    "users.list": {"users:read", "users:read.email"},
    "views.open": set[str](),
    "views.publish": set[str](),
    "views.push": set[str](),
    "views.update": set[str](),
}
EVENTS = {
    "app_home_opened": set[str](),
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def _called_methods() -> set[str]:
    """Every method of the Web API that the bot calls: `client.chat_postMessage(…)` is chat.postMessage."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (generated.ROOT / "bot").glob("*.py")]
    called = [node.func for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {function.attr for function in called if isinstance(function, ast.Attribute)}
    return {name.replace("_", ".") for name in names if "_" in name[1:-1] and name[0] != "_" and callable(getattr(WebClient, name, None))}


def test_slack_takes_it() -> None:
    jsonschema.validate(SOURCE, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_its_commands_are_the_ones_that_are_answered() -> None:
    assert set(MANIFEST.commands) == set(COMMANDS)
    assert all(command.should_escape for command in MANIFEST.commands.values())


def test_its_usage_hints_are_those_of_the_sentences() -> None:
    assert generated.manifest(TEXT) == TEXT, "make generated"


def test_its_shortcuts_are_the_ones_that_are_answered() -> None:
    answered = {name for kind, name in generated.ROUTES.by_name if kind in {Kind.SHORTCUT, Kind.PHOTO} and "." in name}
    assert set(MANIFEST.shortcuts) == answered - {incoming.DROP}, "a table is only ever dropped"


def test_its_events_are_the_ones_that_are_listened_to() -> None:
    listened = {"message.im" if event == "message" else event for event in app.EVENTS}
    assert listened == set(MANIFEST.events) == set(EVENTS)


def test_its_scopes_are_the_ones_that_the_bot_needs() -> None:
    called = _called_methods()
    assert called == set(METHODS), "METHODS names what the bot calls"
    needed = {"commands"}.union(*(METHODS[method] for method in called), *EVENTS.values())
    assert set(MANIFEST.scopes) == needed
    assert list(MANIFEST.scopes) == sorted(MANIFEST.scopes)


def test_it_is_socket_mode_with_buttons_and_home() -> None:
    assert SOURCE["settings"]["socket_mode_enabled"]
    assert MANIFEST.interactivity
    assert MANIFEST.home_tab
    assert MANIFEST.messages_tab
