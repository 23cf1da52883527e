"""Slash commands: what a person typed goes to the bot, and its ack comes back as a message for their eyes."""

import logging
import re
from typing import Any

from bot.sandbox import events, messages
from bot.sandbox.manifest import Command
from bot.sandbox.payloads import slash_command
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Channel, Person, Workspace

MENTION = re.compile(r"<([@#])([A-Z0-9]+)>")

log = logging.getLogger(__name__)


async def run_command(sandbox: Sandbox, person: Person, channel: Channel, command: Command, text: str) -> str | None:
    """Brings the command to the bot and shows its answer; the problem as Slack tells it, if there was one."""
    workspace = sandbox.workspace
    payload = slash_command(
        workspace,
        person,
        channel,
        command,
        text=_typed(workspace, command, text),
        trigger_id=sandbox.leave.fresh_trigger(person.id),
        response_url=sandbox.url + sandbox.leave.fresh_response_url(person.id, channel.id),
    )
    ack = await sandbox.ask_bot("slash_commands", payload, accepts=True)
    failure = ack.failure or _show_answer(sandbox, person, channel, f"{command.command} {text}".strip(), ack.payload)
    if failure is None:
        return None
    problem = f'{command.command} failed with the error "{failure}"'
    messages.slackbot_tells(workspace, channel, person.id, problem)
    return problem


def escape_typed(workspace: Workspace, text: str) -> str:
    """What a person typed, as Slack stores it: special characters escaped, mentions of real people and channels kept."""
    whole = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def mention(found: re.Match[str]) -> str:
        known = workspace.people if found[1] == "@" else workspace.channels
        return f"<{found[1]}{found[2]}>" if found[2] in known else found[0]

    return re.sub(r"&lt;([@#])([A-Z0-9]+)&gt;", mention, whole)


def _typed(workspace: Workspace, command: Command, text: str) -> str:
    """The command's text: with `should_escape`, mentions arrive as <@U…|name>; without, as they were typed."""

    def mention(found: re.Match[str]) -> str:
        if found[1] == "@":
            name = workspace.people[found[2]].name if found[2] in workspace.people else found[2]
        else:
            name = workspace.channels[found[2]].name if found[2] in workspace.channels else found[2]
        return f"<{found[1]}{found[2]}|{name}>" if command.should_escape else f"{found[1]}{name}"

    return MENTION.sub(mention, escape_typed(workspace, text) if command.should_escape else text)


def _show_answer(sandbox: Sandbox, person: Person, channel: Channel, typed: str, answer: Any) -> str | None:
    """Shows the message that came with the ack, if any; an answer that is no message is a failure."""
    if not answer:
        return None
    try:
        kept = messages.content(answer.get("text"), answer.get("blocks"))
    except SlackError as error:
        log.error("the bot answered %r with a message that Slack refuses: %s", typed, error.body())  # noqa: TRY400 - no bug of ours
        return error.code
    if answer.get("response_type") == "in_channel":
        messages.add(sandbox.workspace, channel, messages.from_person(person.id, typed))
        message = messages.add(sandbox.workspace, channel, messages.from_bot(sandbox.workspace, kept))
        events.bot_posted(sandbox, channel, message)
    else:
        messages.show(sandbox.workspace, channel, person.id, kept)
    return None
