"""The shapes in which Slack tells an app what people did."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.manifest import Command
from bot.sandbox.workspace import JSON, SLACKBOT, TEAM_DOMAIN, TEAM_ID, Channel, Person, Workspace

LEGACY_TOKEN = "verification-token-of-old"  # sent by Slack to this day, trusted by nobody
CHANNEL_TYPES = {"channel": "channel", "private": "group", "im": "im", "app_im": "im"}
CHANNEL_NAMES = {"private": "privategroup", "im": "directmessage", "app_im": "directmessage"}


def slash_command(
    workspace: Workspace, person: Person, channel: Channel, command: Command, *, text: str, trigger_id: str, response_url: str
) -> JSON:
    return {
        "token": LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command.command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(workspace: Workspace, kind: str, person: Person) -> JSON:
    """What every interaction carries."""
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": workspace.app.id,
        "token": LEGACY_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def place_in_message(channel: Channel, message: Mapping[str, Any], *, ephemeral: bool) -> JSON:
    """Where an element stands, for one in a message. An ephemeral message is not handed back: nobody can read it again."""
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": ephemeral}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    place: JSON = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    if not ephemeral:
        place["message"] = dict(message)
    return place


def place_in_view(view: Mapping[str, Any]) -> JSON:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": dict(view)}


def channel_name(channel: Channel) -> str:
    return CHANNEL_NAMES.get(channel.kind, channel.name)


def event_callback(workspace: Workspace, event: Mapping[str, Any]) -> JSON:
    """The outer object of the Events API around one event."""
    app = workspace.app
    event_id = workspace.fresh_id("Ev")
    return {
        "token": LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": {"event_ts": workspace.fresh_ts(), **event},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(workspace.now()),
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM_ID, "user_id": app.bot_user_id, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def message_event(channel: Channel, message: Mapping[str, Any]) -> JSON:
    """The message event of a new message; its subtype, files and thread come along as they stand."""
    return {**message, "channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "event_ts": message["ts"]}


def user_object(workspace: Workspace, person: Person, *, with_email: bool) -> JSON:
    """A person as users.info gives them; the e-mail address takes a scope of its own."""
    profile = {"real_name": person.real_name, "display_name": person.name, "title": person.title, "team": person.team_id}
    if with_email and person.email:
        profile["email"] = person.email
    user: JSON = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": int(workspace.now()),
    }
    if person.team_id != TEAM_ID:
        user["is_stranger"] = True
    if person.deleted:
        return user
    return user | {
        "color": person.color.lstrip("#"),
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz.rpartition("/")[2].replace("_", " "),
        "tz_offset": workspace.zone_offset(person),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
    }


def channel_object(workspace: Workspace, channel: Channel, *, viewer: str) -> JSON:
    """A conversation as conversations.info gives it to the viewer."""
    if channel.kind in {"im", "app_im"}:
        other = next((member for member in channel.members if member != viewer), viewer)
        return {"id": channel.id, "is_im": True, "user": other, "is_archived": False, "is_user_deleted": workspace.people[other].deleted}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_archived": channel.is_archived,
        "is_member": viewer in channel.members,
        "is_general": channel.name == "general",
        "creator": SLACKBOT,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
        "context_team_id": TEAM_ID,
    }


def plain_values(values: Mapping[str, Mapping[str, Any]]) -> JSON:
    """A copy of `state.values`, so that a payload does not change after it was sent."""
    return {block: dict(actions) for block, actions in values.items()}


def thread_summary(replies: Sequence[Mapping[str, Any]]) -> JSON:
    """What a parent message tells about its replies."""
    if not replies:
        return {}
    people = list(dict.fromkeys(reply["user"] for reply in replies))
    return {"reply_count": len(replies), "reply_users": people, "reply_users_count": len(people), "latest_reply": replies[-1]["ts"]}
