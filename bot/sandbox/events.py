"""Which events reach the bot: those its manifest subscribes to and has the scope for, from conversations that it is in."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.sandbox.modals import given_out
from bot.sandbox.payloads import CHANNEL_TYPES, event_callback, message_event, user_object
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import JSON, TEAM_ID, Channel, Person

HISTORY_SCOPES = {"channel": "channels:history", "private": "groups:history", "im": "im:history", "app_im": "im:history"}
MESSAGE_EVENTS = {"channel": "message.channels", "private": "message.groups", "im": "message.im", "app_im": "message.im"}
SCOPES = {
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "member_joined_channel": "channels:read",
}


async def person_posted(sandbox: Sandbox, channel: Channel, message: Mapping[str, Any]) -> None:
    """A person's message reaches the bot, as a message and, where the bot is mentioned, as a mention; waits for the acks."""
    app = sandbox.workspace.app
    if app.bot_user_id not in channel.members:
        return
    told = [_message_told(sandbox, channel, message_event(channel, message))]
    if f"<@{app.bot_user_id}>" in message["text"] and channel.kind != "app_im":
        mention = {"team": message["team"], **message_event(channel, message), "type": "app_mention"}
        mention.pop("channel_type")
        told.append(send(sandbox, mention))
    for shared in message.get("files", []):
        told.append(send(sandbox, file_shared(channel, file_id=shared["id"], user=message["user"], ts=message["ts"])))  # noqa: PERF401
    await asyncio.gather(*told)


async def message_altered(sandbox: Sandbox, channel: Channel, subtype: str, *, echo: bool = False, **details: Any) -> None:
    """A message was changed or deleted: an event of its own, with the message as it is and as it was."""
    if sandbox.workspace.app.bot_user_id not in channel.members:
        return
    copies = {key: dict(value) if isinstance(value, dict) else value for key, value in details.items()}
    place = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "hidden": True, "ts": sandbox.workspace.fresh_ts()}
    await _message_told(sandbox, channel, {"type": "message", "subtype": subtype, **place, **copies}, echo=echo)


async def member_joined(sandbox: Sandbox, channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Somebody came into a channel that the bot is in; the bot itself, too."""
    event: JSON = {"type": "member_joined_channel", "user": user, "channel": channel.id, "team": TEAM_ID}
    event["channel_type"] = "C" if channel.kind == "channel" else "G"
    if inviter is not None:
        event["inviter"] = inviter
    if sandbox.workspace.app.bot_user_id in channel.members:
        await send(sandbox, event, echo=inviter is None)


def bot_posted(sandbox: Sandbox, channel: Channel, message: Mapping[str, Any]) -> None:
    """The bot's own messages come back to it as events. Nobody waits for them."""
    if sandbox.workspace.app.bot_user_id in channel.members:
        sandbox.sockets.spawn(_message_told(sandbox, channel, message_event(channel, message), echo=True))


def bot_altered(sandbox: Sandbox, channel: Channel, subtype: str, **details: Any) -> None:
    """The bot's own changes come back to it as events. Nobody waits for them."""
    sandbox.sockets.spawn(message_altered(sandbox, channel, subtype, echo=True, **details))


def file_shared(channel: Channel, *, file_id: str, user: str, ts: str) -> JSON:
    return {"type": "file_shared", "file_id": file_id, "user_id": user, "file": {"id": file_id}, "channel_id": channel.id, "event_ts": ts}


async def home_opened(sandbox: Sandbox, user: str) -> None:
    """Someone looks at the app's Home."""
    event: JSON = {"type": "app_home_opened", "user": user, "channel": sandbox.workspace.app_channel(user).id, "tab": "home"}
    if user in sandbox.workspace.homes:
        event["view"] = given_out(sandbox.workspace.homes[user])
    await send(sandbox, event)


async def person_changed(sandbox: Sandbox, person: Person, *, kind: str) -> None:
    """A profile changed (`user_change`) or someone new came (`team_join`)."""
    with_email = "users:read.email" in sandbox.workspace.app.manifest.scopes
    await send(sandbox, {"type": kind, "user": user_object(sandbox.workspace, person, with_email=with_email)})


async def send(sandbox: Sandbox, event: JSON, *, echo: bool = False) -> None:
    """Delivers an event if the app subscribed to its type and has the scope for it; an echo is of the bot's own doing."""
    if _wanted(sandbox, event["type"], SCOPES.get(event["type"])):
        await sandbox.sockets.deliver_event(event_callback(sandbox.workspace, event), echo=echo)


async def _message_told(sandbox: Sandbox, channel: Channel, event: JSON, *, echo: bool = False) -> None:
    if _wanted(sandbox, MESSAGE_EVENTS[channel.kind], HISTORY_SCOPES[channel.kind]):
        await sandbox.sockets.deliver_event(event_callback(sandbox.workspace, event), echo=echo)


def _wanted(sandbox: Sandbox, event_type: str, scope: str | None) -> bool:
    manifest = sandbox.workspace.app.manifest
    return event_type in manifest.events and (scope is None or scope in manifest.scopes)
