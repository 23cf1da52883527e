"""conversations.*"""

import re

from bot.sandbox import events
from bot.sandbox.paging import limit_of, page
from bot.sandbox.payloads import channel_object
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api import Call, Method, require_scope
from bot.sandbox.web_chat import visible_channel
from bot.sandbox.workspace import JSON, Channel

FAMILIES = {"channel": "channels", "private": "groups", "im": "im", "app_im": "im"}
KINDS = {"public_channel": "channel", "private_channel": "private", "im": "app_im", "mpim": ""}
MOST_AT_ONCE = 8
TS = re.compile(r"\d+(\.\d+)?")


def open_conversation(call: Call) -> JSON:
    """The direct messages with one person, opened if need be. The bot here talks to one person at a time."""
    if call.get("channel") is not None:
        channel = visible_channel(call, call.need("channel"))
        return {"channel": _opened(call, channel), "no_op": True, "already_open": True}
    users = (call.get("users") or "").split(",")
    if users == [""]:
        raise SlackError("users_list_not_supplied")
    if len(users) > MOST_AT_ONCE:
        raise SlackError("too_many_users")
    people = [call.workspace.people.get(user.strip()) for user in users]
    if None in people:
        raise SlackError("user_not_found")
    if len(people) > 1:
        require_scope(call.workspace, "mpim:write")
    [person] = people
    if person is None or person.deleted:
        raise SlackError("user_disabled")
    known = len(call.workspace.channels)
    channel = call.workspace.app_channel(person.id)
    was_open = {"no_op": True, "already_open": True} if len(call.workspace.channels) == known else {}
    return {"channel": _opened(call, channel), **was_open}


def info(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    _require(call, channel, "read")
    found = channel_object(call.workspace, channel, viewer=call.workspace.app.bot_user_id)
    if not call.flag("include_num_members"):
        found.pop("num_members", None)
    return {"channel": found}


def list_conversations(call: Call) -> JSON:
    types = (call.get("types") or "public_channel").split(",")
    if not set(types) <= set(KINDS):
        raise SlackError("invalid_types")
    kinds = {KINDS[name] for name in types}
    bot = call.workspace.app.bot_user_id
    found = [
        channel_object(call.workspace, channel, viewer=bot)
        for channel in call.workspace.channels.values()
        if channel.kind in kinds and (channel.kind == "channel" or bot in channel.members)
        if not (channel.is_archived and call.flag("exclude_archived"))
    ]
    shown, cursor = page(call, found, limit=limit_of(call, otherwise=100, most=999))
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def members(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    _require(call, channel, "read")
    shown, cursor = page(call, channel.members, limit=limit_of(call, otherwise=100, most=1000))
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    bot = call.workspace.app.bot_user_id
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    found = channel_object(call.workspace, channel, viewer=bot)
    if bot in channel.members:
        return {"channel": found, "warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    channel.members.append(bot)
    call.workspace.changes.tell("state")
    call.sandbox.sockets.spawn(events.member_joined(call.sandbox, channel, bot))
    return {"channel": {**found, "is_member": True}}


def history(call: Call) -> JSON:
    """Messages newest first, without the replies in threads."""
    channel = _readable(call)
    shown = [message for message in channel.messages if message.get("thread_ts", message["ts"]) == message["ts"]]
    shown = [_with_metadata(call, message) for message in reversed(_between(call, shown))]
    found, cursor = page(call, shown, limit=limit_of(call, otherwise=100, most=999))
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": found, "has_more": bool(cursor), "pin_count": 0, **more}


def replies(call: Call) -> JSON:
    """A thread, the parent first."""
    channel = _readable(call)
    thread = channel.thread(call.need("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    shown = [_with_metadata(call, message) for message in [thread[0], *_between(call, thread[1:])]]
    found, cursor = page(call, shown, limit=limit_of(call, otherwise=1000, most=1000))
    return {"messages": found, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _readable(call: Call) -> Channel:
    """A conversation whose history the bot may read: it must be in it."""
    channel = visible_channel(call, call.need("channel"))
    _require(call, channel, "history")
    if call.workspace.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _require(call: Call, channel: Channel, what: str) -> None:
    require_scope(call.workspace, f"{FAMILIES[channel.kind]}:{what}")


def _between(call: Call, messages: list[JSON]) -> list[JSON]:
    oldest, latest = call.get("oldest") or "0", call.get("latest") or "99999999999"
    if not TS.fullmatch(oldest):
        raise SlackError("invalid_ts_oldest")
    if not TS.fullmatch(latest):
        raise SlackError("invalid_ts_latest")
    low, high = float(oldest), float(latest)
    inclusive = call.flag("inclusive")
    return [message for message in messages if low < (at := float(message["ts"])) < high or (inclusive and at in {low, high})]


def _with_metadata(call: Call, message: JSON) -> JSON:
    """Without include_all_metadata only the type of a message's metadata is told."""
    if "metadata" not in message or call.flag("include_all_metadata"):
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


def _opened(call: Call, channel: Channel) -> JSON:
    if not call.flag("return_im"):
        return {"id": channel.id}
    return channel_object(call.workspace, channel, viewer=call.workspace.app.bot_user_id)


METHODS = {
    "conversations.open": Method(open_conversation, ("im:write", "mpim:write")),
    "conversations.info": Method(info),
    "conversations.list": Method(list_conversations, ("channels:read", "groups:read", "im:read", "mpim:read")),
    "conversations.members": Method(members),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
}
