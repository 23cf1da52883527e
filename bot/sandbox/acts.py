"""What people do in conversations: say something, send a file, read, and the like. Each waits until the bot has acked."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bot.sandbox import commands, events, messages, seen
from bot.sandbox.files import file_object
from bot.sandbox.refused import Refused
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import JSON, Channel, Person, StoredFile

OK: JSON = {"ok": True}


def actor(sandbox: Sandbox, asked: Mapping[str, Any]) -> Person:
    """Who acts; a deactivated person cannot."""
    person = sandbox.workspace.people.get(str(asked.get("as", "")))
    if person is None:
        raise Refused("Say who acts: `as` is not the id of anybody here.")
    if person.deleted:
        raise Refused(f"{person.real_name} is deactivated.")
    return person


def place(sandbox: Sandbox, person: Person, asked: Mapping[str, Any]) -> Channel:
    """The conversation that is meant: one the person can see, or by another's id their direct messages."""
    workspace = sandbox.workspace
    name = str(asked.get("channel", ""))
    if name in workspace.people and name != person.id:
        return workspace.direct_channel(person.id, name)
    channel = workspace.channels.get(name)
    if channel is None or (channel.kind != "channel" and person.id not in channel.members):
        raise Refused(f"There is no conversation {name!r} for {person.real_name}.")
    return channel


async def say(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """A message, or a slash command if the text begins with one."""
    person = actor(sandbox, asked)
    channel = place(sandbox, person, asked)
    if person.id not in channel.members:
        raise Refused(f"{person.real_name} is not in #{channel.name}.")
    text = str(asked.get("text", "")).strip()
    if text.startswith("/"):
        return await _command(sandbox, person, channel, text, in_thread=bool(asked.get("thread_ts")))
    files = [_own_file(sandbox, person, file_id).details for file_id in asked.get("files", [])]
    if not text and not files:
        raise Refused("A message needs a text or a file.")
    message = await _post(sandbox, person, channel, text, thread_ts=asked.get("thread_ts"), files=files)
    return {**OK, "ts": message["ts"]}


async def edit(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Somebody changes their own message; the bot hears of it as a changed message, which is no new one."""
    person = actor(sandbox, asked)
    channel = place(sandbox, person, asked)
    message = channel.message(str(asked.get("ts", "")))
    if message is None or message["user"] != person.id:
        raise Refused(f"{person.real_name} has no such message to change.")
    before = dict(message)
    messages.change(sandbox.workspace, channel, message, {"text": commands.escape_typed(sandbox.workspace, str(asked.get("text", "")))})
    await events.message_altered(sandbox, channel, "message_changed", message=message, previous_message=before)
    return OK


async def invite(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Brings somebody into a channel: oneself into a public one, others and the bot into any that one is in."""
    person = actor(sandbox, asked)
    channel = place(sandbox, person, asked)
    user = str(asked.get("user", ""))
    if user not in sandbox.workspace.people or channel.kind not in {"channel", "private"}:
        raise Refused("Name somebody, and a channel to bring them into.")
    if user not in channel.members:
        channel.members.append(user)
        sandbox.workspace.changes.tell("state")
        await events.member_joined(sandbox, channel, user, inviter=person.id)
    return OK


async def upload(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """A file for a conversation; without a channel it waits for a form or a message to name it."""
    person = actor(sandbox, asked)
    try:
        content = base64.b64decode(str(asked.get("content_base64", "")), validate=True)
    except binascii.Error:
        raise Refused("The content is not base64.") from None
    name = str(asked.get("name", "file"))
    details = file_object(sandbox, sandbox.workspace.fresh_id("F"), name=name, user=person.id, size=len(content))
    sandbox.workspace.files[details["id"]] = StoredFile(details, content, completed=True)
    if not asked.get("channel"):
        return {**OK, "file": seen.shown_file(sandbox, details)}
    channel = place(sandbox, person, asked)
    if person.id not in channel.members:
        raise Refused(f"{person.real_name} is not in #{channel.name}.")
    message = await _post(sandbox, person, channel, str(asked.get("text", "")), thread_ts=asked.get("thread_ts"), files=[details])
    return {**OK, "ts": message["ts"], "file": seen.shown_file(sandbox, details)}


async def read(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Everything in the conversation is read."""
    person = actor(sandbox, asked)
    channel = place(sandbox, person, asked)
    latest = channel.messages[-1]["ts"] if channel.messages else ""
    if channel.read.get(person.id, "") < latest:
        channel.read[person.id] = latest
        sandbox.workspace.changes.tell("state", user=person.id)
    return OK


async def _command(sandbox: Sandbox, person: Person, channel: Channel, text: str, *, in_thread: bool) -> JSON:
    name, rest = [*text.split(maxsplit=1), ""][:2]
    command = sandbox.workspace.app.manifest.commands.get(name)
    if command is None:
        return {"ok": False, "problem": f"{name} is not a valid command."}
    if in_thread:
        return {"ok": False, "problem": f"{name} is not supported in threads. Sorry."}
    problem = await commands.run_command(sandbox, person, channel, command, rest.strip())
    return OK if problem is None else {"ok": False, "problem": problem}


async def _post(sandbox: Sandbox, person: Person, channel: Channel, text: str, *, thread_ts: str | None, files: list[JSON]) -> JSON:
    if thread_ts and channel.message(thread_ts) is None:
        raise Refused("That thread is gone.")
    whole = commands.escape_typed(sandbox.workspace, text)
    extra = {"files": files, "subtype": "file_share", "upload": False} if files else {}
    client_id = sandbox.workspace.fresh_id("client-")
    message = messages.add(
        sandbox.workspace, channel, messages.from_person(person.id, whole, thread_ts=thread_ts, client_msg_id=client_id, **extra)
    )
    await events.person_posted(sandbox, channel, message)
    return message


def _own_file(sandbox: Sandbox, person: Person, file_id: str) -> StoredFile:
    stored = sandbox.workspace.files.get(file_id)
    if stored is None or stored.details["user"] != person.id:
        raise Refused(f"There is no file {file_id!r} of {person.real_name}.")
    return stored
