"""What a person sees, as the page and the test driver get it."""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.modals import given_out
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import JSON, Channel, Person, Workspace

MASS_MENTION = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")
NEWEST = 40


def state(sandbox: Sandbox, person: Person) -> JSON:
    """Everything around the conversations: people, channels with their unread marks, commands, clock and faults."""
    workspace = sandbox.workspace
    manifest = workspace.app.manifest
    workspace.app_channel(person.id)
    return {
        "me": shown_person(workspace, person),
        "people": [shown_person(workspace, other) for other in workspace.people.values()],
        "channels": [shown_channel(workspace, channel, person) for channel in workspace.channels_of(person.id)],
        "commands": [
            {"command": command.command, "description": command.description, "usage_hint": command.usage_hint}
            for command in manifest.commands.values()
        ],
        "hints": [{"text": text, "command": command} for text, command in workspace.hints],
        "shortcuts": [
            {"name": shortcut.name, "type": shortcut.type, "callback_id": shortcut.callback_id, "description": shortcut.description}
            for shortcut in manifest.shortcuts.values()
        ],
        "app": {
            "name": manifest.name,
            "bot_user_id": workspace.app.bot_user_id,
            "app_id": workspace.app.id,
            "home_tab": manifest.home_tab,
            "color": manifest.color,
        },
        "clock": {"now": workspace.now(), "offset": workspace.clock_offset},
        "faults": sandbox.faults.shown(),
        "revision": workspace.changes.revision,
        "connected": len(sandbox.sockets.lines),
    }


def shown_person(workspace: Workspace, person: Person) -> JSON:
    words = person.real_name.split()
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "tz": person.tz,
        "tz_label": person.tz.rpartition("/")[2].replace("_", " "),
        "tz_offset": workspace.zone_offset(person),
        "color": person.color,
        "role_note": person.role_note,
        "is_bot": person.is_bot or person.id == "USLACKBOT",
        "deleted": person.deleted,
        "is_restricted": person.is_restricted,
        "avatar": "".join(word[0] for word in words[:2]).upper(),
    }


def shown_channel(workspace: Workspace, channel: Channel, person: Person) -> JSON:
    read = channel.read.get(person.id, "")
    unread = [message for message in channel.messages if message["ts"] > read and message["user"] != person.id]
    other = next((member for member in channel.members if member != person.id), person.id)
    return {
        "id": channel.id,
        "name": channel.name or workspace.people[other].name,
        "kind": channel.kind,
        "with": other if channel.kind == "im" else None,
        "topic": channel.topic,
        "unread": len(unread) if person.id in channel.members else 0,
        "mentions": sum(_calls(message, person.id) for message in unread) if person.id in channel.members else 0,
        "member": person.id in channel.members,
        "latest": channel.messages[-1]["ts"] if channel.messages else None,
    }


def conversation(sandbox: Sandbox, person: Person, channel: Channel, *, newest: int | None = None) -> JSON:
    """The messages of a channel without the replies, and what only this person sees there; oldest first."""
    mine = [seen for seen in channel.ephemerals if seen["to"] == person.id]
    shown = [message for message in channel.messages if message.get("thread_ts", message["ts"]) == message["ts"]]
    if newest is not None:
        mine, shown = mine[-newest:], shown[-newest:]
    return {
        "messages": [shown_message(sandbox, message) for message in shown],
        "ephemerals": [shown_message(sandbox, message) | {"ephemeral": True} for message in mine],
    }


def thread(sandbox: Sandbox, channel: Channel, ts: str) -> JSON:
    return {"messages": [shown_message(sandbox, message) for message in channel.thread(ts)]}


def shown_message(sandbox: Sandbox, message: Mapping[str, Any]) -> JSON:
    kept = ("ts", "user", "bot_id", "text", "blocks", "thread_ts", "reply_count", "reactions", "error")
    shown = {key: message[key] for key in kept if key in message}
    if "edited" in message:
        shown["edited"] = True
    if "files" in message:
        shown["files"] = [shown_file(sandbox, file) for file in message["files"]]
    return shown


def shown_file(sandbox: Sandbox, details: Mapping[str, Any]) -> JSON:
    kept = ("id", "name", "title", "mimetype", "size", "alt_txt")
    address = f"{sandbox.url}people/file/{details['id']}"
    return {key: details[key] for key in kept if key in details} | {"url": address}


def modals(sandbox: Sandbox, person: Person) -> JSON:
    """The open modals, bottom first, and what stands in red on the top one."""
    screen = sandbox.workspace.screen(person.id)
    return {"stack": [given_out(view) for view in screen.stack], "errors": dict(screen.errors), "problem": screen.problem}


def home(sandbox: Sandbox, person: Person) -> JSON | None:
    """The person's Home as it was last published."""
    view = sandbox.workspace.homes.get(person.id)
    return None if view is None else given_out(view)


def everything(sandbox: Sandbox, person: Person) -> JSON:
    """All that a person could look at without opening a thread: modals, Home, and the newest of every conversation of theirs."""
    workspace = sandbox.workspace
    conversations = {
        channel.id: conversation(sandbox, person, channel, newest=NEWEST)
        for channel in workspace.channels_of(person.id)
        if channel.messages or channel.ephemerals
    }
    return {
        "revision": workspace.changes.revision,
        "conversations": conversations,
        "home": home(sandbox, person),
        **modals(sandbox, person),
    }


def _calls(message: Mapping[str, Any], user: str) -> bool:
    """Whether the message notifies this person by name or calls everybody."""
    words = " ".join([message["text"], *_marked_texts(message.get("blocks", []))])
    return f"<@{user}>" in words or f"<@{user}|" in words or bool(MASS_MENTION.search(words))


def _marked_texts(part: Any) -> list[str]:
    """Every mrkdwn text inside blocks: plain text never calls anybody."""
    if isinstance(part, list):
        return [text for item in part for text in _marked_texts(item)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "mrkdwn":
        return [part["text"]]
    return [text for value in part.values() for text in _marked_texts(value)]
