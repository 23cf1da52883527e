"""chat.* and reactions.add."""

from typing import Any

from bot.sandbox import events, messages
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api import Call, Method
from bot.sandbox.workspace import JSON, Channel

LONGEST_UPDATE = 4_000
LARGEST_METADATA = 8_000


def post_message(call: Call) -> JSON:
    channel = writable_channel(call, call.need("channel"))
    thread_ts = _thread(call, channel)
    kept = _content(call)
    metadata = _metadata(call)
    call.sandbox.pace.post(channel.id)
    message = messages.add(call.workspace, channel, messages.from_bot(call.workspace, kept, thread_ts=thread_ts, metadata=metadata))
    events.bot_posted(call.sandbox, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def post_ephemeral(call: Call) -> JSON:
    channel = writable_channel(call, call.need("channel"))
    user = call.need("user")
    kept = _content(call)
    person = call.workspace.people.get(user)
    if person is None or person.deleted or user not in channel.members:
        raise SlackError("user_not_in_channel")
    seen = messages.show(call.workspace, channel, user, kept, thread_ts=call.get("thread_ts"))
    return {"message_ts": seen["ts"]}


def update(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    message = _own_message(call, channel, call.need("ts"), refusal="cant_update_message")
    if len(call.get("text") or "") > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    before = dict(message)
    kept = _content(call)
    metadata = _metadata(call)
    messages.change(call.workspace, channel, message, kept)
    if metadata is not None:
        message["metadata"] = metadata
    if metadata == {}:
        del message["metadata"]
    events.bot_altered(call.sandbox, channel, "message_changed", message=message, previous_message=before)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def delete(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    message = _own_message(call, channel, call.need("ts"), refusal="cant_delete_message")
    messages.remove(call.workspace, channel, message)
    events.bot_altered(call.sandbox, channel, "message_deleted", deleted_ts=message["ts"], previous_message=message)
    return {"channel": channel.id, "ts": message["ts"]}


def get_permalink(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    ts = call.need("message_ts")
    if channel.message(ts) is None:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": f"{call.sandbox.url}archives/{channel.id}/p{ts.replace('.', '')}"}


def add_reaction(call: Call) -> JSON:
    channel = visible_channel(call, call.need("channel"))
    name = call.need("name")
    message = channel.message(call.need("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    if ":" in name:
        raise SlackError("invalid_name")
    reactions = message.setdefault("reactions", [])
    bot = call.workspace.app.bot_user_id
    reaction = next((given for given in reactions if given["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if bot in reaction["users"]:
        raise SlackError("already_reacted")
    reaction["users"].append(bot)
    reaction["count"] += 1
    call.workspace.changes.tell("message", channel=channel.id)
    return {}


def visible_channel(call: Call, name: str) -> Channel:
    """The conversation with that id, if the bot may know of it: a private one only from inside."""
    channel = call.workspace.channels.get(name)
    bot = call.workspace.app.bot_user_id
    if channel is None or (channel.kind != "channel" and bot not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def writable_channel(call: Call, name: str) -> Channel:
    """Where the bot may post: by id, by a public channel's name, or by a person's id into their direct messages."""
    if name in call.workspace.people:
        channel = call.workspace.app_channel(name)
    else:
        plain = name.removeprefix("#")
        named = (channel.id for channel in call.workspace.channels.values() if channel.name == plain and channel.name)
        channel = visible_channel(call, next(named, name))
    if channel.kind == "app_im":
        _check_reachable(call, channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    is_member = call.workspace.app.bot_user_id in channel.members
    if not is_member and "chat:write.public" not in call.workspace.app.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel


def _check_reachable(call: Call, channel: Channel) -> None:
    """Direct messages need the app's messages tab, and somebody to read them."""
    if not call.workspace.app.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    if any(call.workspace.people[member].deleted for member in channel.members):
        raise SlackError("channel_not_found")


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.get("thread_ts")
    if thread_ts is not None and channel.message(thread_ts) is None:
        raise SlackError("thread_not_found")
    return thread_ts


def _content(call: Call) -> JSON:
    blocks = call.arguments.get("blocks")
    if not call.is_json and isinstance(blocks, str):
        try:
            blocks = call.structure("blocks")
        except SlackError:
            raise SlackError("invalid_blocks_format") from None
    if call.get("markdown_text") is None:
        return messages.content(call.arguments.get("text"), blocks)
    if call.get("text") is not None or blocks:
        raise SlackError("markdown_text_conflict")
    return messages.content(call.get("markdown_text"), None)


def _metadata(call: Call) -> JSON | None:
    metadata: Any = call.structure("metadata")
    if metadata is None or metadata == {}:
        return metadata  # type: ignore[no-any-return]  # an empty object takes the metadata away
    shape_is_right = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not shape_is_right or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(str(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _own_message(call: Call, channel: Channel, ts: str, *, refusal: str) -> JSON:
    message = channel.message(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message["user"] != call.workspace.app.bot_user_id:
        raise SlackError(refusal)
    return message


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
    "reactions.add": Method(add_reaction, ("reactions:write",)),
}
