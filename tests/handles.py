"""Whom and what people mean by a handle or a channel's name, in a workspace."""

import re

from bot.sandbox.workspace import Workspace
from tests.sandbox.rendering import Reader


def reader(workspace: Workspace) -> Reader:
    """Reads handles and channel names where their ids stand."""
    people = {person.id: person.name for person in list(workspace.people.values())}
    return Reader(people | {channel.id: channel.name for channel in list(workspace.channels.values())})


def user(workspace: Workspace, name: str) -> str:
    """The id of somebody; an id stands for itself."""
    return _people(workspace).get(name.removeprefix("@"), name)


def conversation(workspace: Workspace, name: str) -> str:
    """The id of a channel, of the bot ("bot") or of somebody; an id stands for itself."""
    if name == "bot":
        return workspace.app.bot_user_id
    channels = {channel.name: channel.id for channel in list(workspace.channels.values()) if channel.name}
    return channels.get(name.removeprefix("#")) or user(workspace, name)


def with_mentions(workspace: Workspace, text: str) -> str:
    """Types @ana as the page does: as a mention of Ana, where there is an Ana."""
    people = _people(workspace)
    return re.sub(r"(?<!\S)@([\w-]+(?:\.[\w-]+)*)", lambda found: f"<@{people[found[1]]}>" if found[1] in people else found[0], text)


def _people(workspace: Workspace) -> dict[str, str]:
    """The ids of people, by handle."""
    return {person.name: person.id for person in list(workspace.people.values())}
