"""Messages come to stand in a conversation, change and go: for everybody, or for one person's eyes only."""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.blocks import check_message, fill_ids
from bot.sandbox.payloads import thread_summary
from bot.sandbox.slack_error import SlackError, invalid_blocks
from bot.sandbox.workspace import JSON, SLACKBOT, TEAM_ID, Channel, Workspace, fresh_short_id

LONGEST_TEXT = 40_000
BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
BARE_ANGLE = re.compile(r"<(?![@#!a-zA-Z][^<>]*>)")


def content(text: Any, blocks: Any) -> JSON:
    """A message's text and blocks as Slack keeps them; refuses what Block Kit forbids, and a message without either."""
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if text is not None and not isinstance(text, str):
        raise SlackError("no_text")
    complaints = check_message({"text": text, "blocks": blocks} if blocks else {"text": text})
    if complaints:
        raise invalid_blocks(complaints)
    if not text and not blocks:
        raise SlackError("no_text")
    kept: JSON = {"text": escaped(text or "")[:LONGEST_TEXT]}
    if blocks:
        kept["blocks"] = with_emoji(fill_ids(blocks, fresh=fresh_short_id))
    return kept


def escaped(text: str) -> str:
    """Text as it comes back from Slack: what is neither an entity nor a link is escaped."""
    return BARE_ANGLE.sub("&lt;", BARE_AMPERSAND.sub("&amp;", text))


def with_emoji(part: Any) -> Any:
    """Blocks as they come back from Slack: every plain text says `emoji: true` unless it says otherwise."""
    if isinstance(part, list):
        return [with_emoji(item) for item in part]
    if not isinstance(part, dict):
        return part
    filled = {key: with_emoji(value) for key, value in part.items()}
    if filled.get("type") == "plain_text" and isinstance(filled.get("text"), str):
        filled.setdefault("emoji", True)
    return filled


def from_bot(workspace: Workspace, kept: Mapping[str, Any], **extra: Any) -> JSON:
    """A new message of the bot."""
    app = workspace.app
    profile = {"id": app.bot_id, "app_id": app.id, "name": app.manifest.name, "deleted": False, "team_id": TEAM_ID}
    author = {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.id, "team": TEAM_ID, "bot_profile": profile}
    return {"type": "message", **author, **kept, **{key: value for key, value in extra.items() if value is not None}}


def from_person(user: str, text: str, **extra: Any) -> JSON:
    """A new message of a person; its text is escaped already."""
    return {"type": "message", "user": user, "team": TEAM_ID, "text": text, **{key: value for key, value in extra.items() if value}}


def add(workspace: Workspace, channel: Channel, message: JSON) -> JSON:
    """Puts a message at the end of the conversation, or of its thread; its author has read it."""
    message["ts"] = workspace.fresh_ts()
    channel.messages.append(message)
    channel.read[message["user"]] = message["ts"]
    if "thread_ts" in message:
        _tell_parent(channel, message["thread_ts"])
    workspace.changes.tell("message", channel=channel.id)
    return message


def change(workspace: Workspace, channel: Channel, message: JSON, kept: Mapping[str, Any]) -> None:
    """Rewrites a message in place. Text without blocks removes the blocks; only a new text leaves the mark "edited"."""
    message.pop("blocks", None)
    message.update(kept)
    if kept["text"]:
        message["edited"] = {"user": message["user"], "ts": workspace.fresh_ts()}
    workspace.changes.tell("message", channel=channel.id)


def remove(workspace: Workspace, channel: Channel, message: JSON) -> None:
    channel.messages.remove(message)
    if "thread_ts" in message:
        _tell_parent(channel, message["thread_ts"])
    workspace.changes.tell("message", channel=channel.id)


def show(workspace: Workspace, channel: Channel, user: str, kept: Mapping[str, Any], *, thread_ts: str | None = None) -> JSON:
    """An ephemeral message of the bot: one person sees it, and only until they reload."""
    seen = from_bot(workspace, kept, thread_ts=thread_ts) | {"ts": workspace.fresh_ts(), "to": user}
    channel.ephemerals.append(seen)
    workspace.changes.tell("ephemeral", channel=channel.id, user=user)
    return seen


def change_shown(workspace: Workspace, channel: Channel, seen: JSON, kept: Mapping[str, Any]) -> None:
    seen.pop("blocks", None)
    seen.update(kept)
    workspace.changes.tell("ephemeral", channel=channel.id, user=seen["to"])


def take_away(workspace: Workspace, channel: Channel, seen: JSON) -> None:
    channel.ephemerals.remove(seen)
    workspace.changes.tell("ephemeral", channel=channel.id, user=seen["to"])


def slackbot_tells(workspace: Workspace, channel: Channel, user: str, text: str) -> None:
    """Slack's own line to one person, such as that a command failed."""
    line = {"type": "message", "user": SLACKBOT, "text": text, "error": True, "ts": workspace.fresh_ts(), "to": user}
    channel.ephemerals.append(line)
    workspace.changes.tell("ephemeral", channel=channel.id, user=user)


def _tell_parent(channel: Channel, thread_ts: str) -> None:
    parent = channel.message(thread_ts)
    if parent is None:
        return
    replies = [message for message in channel.thread(thread_ts) if message is not parent]
    for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply"):
        parent.pop(key, None)
    parent.update(thread_summary(replies))
    if replies:
        parent["thread_ts"] = thread_ts
