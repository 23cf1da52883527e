"""What an app's manifest.yml promises: the sandbox reads it as Slack does when an app is created."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Command:
    """A slash command; `should_escape` makes typed mentions arrive as <@U…|name>."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of type `global` (from anywhere) or `message` (from a message's menu)."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """The app as its manifest describes it."""

    name: str
    bot_name: str
    color: str
    commands: dict[str, Command]
    shortcuts: dict[str, Shortcut]
    scopes: tuple[str, ...]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    interactivity: bool


def read_manifest(path: Path) -> Manifest:
    """The manifest in that file; what it leaves out is off, as in Slack."""
    return manifest_from(yaml.safe_load(path.read_text(encoding="utf-8")))


def manifest_from(source: Mapping[str, Any]) -> Manifest:
    """The manifest in its parsed form."""
    features = source.get("features", {})
    settings = source.get("settings", {})
    display = source["display_information"]
    home = features.get("app_home", {})
    commands = [_command(entry) for entry in features.get("slash_commands", [])]
    shortcuts = [Shortcut(**entry) for entry in features.get("shortcuts", [])]
    return Manifest(
        name=display["name"],
        bot_name=features.get("bot_user", {}).get("display_name", display["name"]),
        color=display.get("background_color", "#4a154b"),
        commands={command.command: command for command in commands},
        shortcuts={shortcut.callback_id: shortcut for shortcut in shortcuts},
        scopes=tuple(source.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", False),
        interactivity=settings.get("interactivity", {}).get("is_enabled", False),
    )


def _command(entry: Mapping[str, Any]) -> Command:
    return Command(
        command=entry["command"],
        description=entry["description"],
        usage_hint=entry.get("usage_hint", ""),
        should_escape=entry.get("should_escape", False),
    )
