"""What Slack delivers, read into one shape: who asks for what, from where, under which intent, and where the answer goes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handlers.routes import COMMANDS

_JSON = json.JSONEncoder(sort_keys=True, default=str)


#: The route of photos, which is also the callback id of the shortcut "Scan this".
SCAN = "scan.this"
#: The route of files to be imported, and how their names end; workbooks are told how to become one.
DROP = "import.drop"
_SHEETS = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".numbers")


class Source(StrEnum):
    """Where a request comes from; it decides where the answer goes."""

    COMMAND = "command"
    DIRECT = "direct message"
    MENTION = "mention"
    MESSAGE_BUTTON = "button in a message"
    FORM_BUTTON = "button in a form"
    HOME_BUTTON = "button on Home"
    FORM = "form"
    TYPING = "typing"
    SHORTCUT = "shortcut"
    PHOTO = "photo"
    HOME = "home"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One delivery of Slack's, of any kind."""

    source: Source
    user_id: str
    #: A command's or message's words; what was typed so far; a route's name is in `route`.
    text: str = ""
    #: "/stock" for a command, "topic.verb" for buttons, forms, suggestions and shortcuts.
    route: str = ""
    team_id: str | None = None
    enterprise_id: str | None = None
    channel: str | None = None
    thread_ts: str | None = None
    #: The intent's key, where the request may change something.
    key: str | None = None
    value: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    carried: Mapping[str, Any] = field(default_factory=dict)
    #: Slack's ids of the files in the message; None where files are not asked about.
    files: tuple[str, ...] | None = None
    #: Those of them that are to be imported.
    sheets: tuple[str, ...] = ()
    #: The block id of each input of the form, by the field's name, in the order in which they stand.
    inputs: Mapping[str, str] = field(default_factory=dict)
    view_id: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    profile: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Raises what encoding or joining anything but text does: an id of Slack's, or a route's name, is text."""
        "".join((self.user_id, self.text, self.route, self.channel or "", self.team_id or "", self.trigger_id or "")).encode()

    @property
    def content_hash(self) -> str:
        """SHA-256 of what is asked: the same key with another hash is another request."""
        asked = _JSON.encode([self.source, self.route, self.text, self.value, self.values])
        return hashlib.sha256(asked.encode()).hexdigest()


def read_command(body: Mapping[str, Any]) -> Incoming:
    """A slash command."""
    return Incoming(
        Source.COMMAND,
        body["user_id"],
        text=_storable(body.get("text")) or "",
        route=body["command"],
        team_id=body.get("team_id"),
        enterprise_id=body.get("enterprise_id"),
        channel=body.get("channel_id"),
        key=f"command:{body['trigger_id']}",
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
    )


def read_action(body: Mapping[str, Any]) -> Incoming:
    """A pressed button, or a changed field that tells its changes."""
    action = _pressed(body["actions"][0])
    view = body.get("view")
    source = Source.MESSAGE_BUTTON if view is None else Source.HOME_BUTTON if view["type"] == "home" else Source.FORM_BUTTON
    value = _button_value(action) if action["type"] == "button" else value_of(action)
    return Incoming(
        source,
        body["user"]["id"],
        route=action["action_id"].partition(":")[0],
        channel=(body.get("channel") or {}).get("id"),
        key=_button_key(action, body["user"]["id"], beside=_place_of(body)) if action["type"] == "button" else None,
        value=value,
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        **_home_of(body),
        **(_form_of(view) if view else {}),
    )


def read_form(body: Mapping[str, Any]) -> Incoming:
    """A form that was sent."""
    view = body["view"]
    form = _form_of(view)
    return Incoming(
        Source.FORM,
        body["user"]["id"],
        route=view["callback_id"],
        key=f"form:{form['carried'].get('k', view['id'])}",
        trigger_id=body.get("trigger_id"),
        **_home_of(body),
        **form,
    )


def read_typing(body: Mapping[str, Any]) -> Incoming:
    """What somebody has typed so far into a field that suggests."""
    view = body.get("view")
    return Incoming(
        Source.TYPING,
        body["user"]["id"],
        text=_storable(body.get("value")) or "",
        route=body["action_id"].partition(":")[0],
        **_home_of(body),
        **(_form_of(view) if view else {}),
    )


def read_shortcut(body: Mapping[str, Any]) -> Incoming:
    """A global shortcut, or one on a message."""
    return Incoming(
        Source.SHORTCUT,
        body["user"]["id"],
        text=_storable((body.get("message") or {}).get("text")) or "",
        route=body["callback_id"],
        channel=(body.get("channel") or {}).get("id"),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        files=_files_of(body.get("message") or {}) if body["callback_id"] == SCAN else None,
        **_home_of(body),
    )


def read_event(body: Mapping[str, Any]) -> Incoming | None:
    """An event; None for one that asks nothing of us (an edit, another bot's message, a channel message that does not mention us)."""
    event = body["event"]
    home: dict[str, Any] = {"team_id": body.get("team_id"), "enterprise_id": body.get("enterprise_id")}
    match event["type"]:
        case "app_home_opened":
            return Incoming(Source.HOME, event["user"], **home) if event.get("tab") == "home" else None
        case "user_change" | "team_join":
            return Incoming(Source.PROFILE, event["user"]["id"], profile=event["user"], **home)
        case "message" | "app_mention":
            return _read_message(event, home, us=[one["user_id"] for one in body.get("authorizations", [])])
        case _:
            return None


def _read_message(event: Mapping[str, Any], home: dict[str, Any], *, us: Sequence[str]) -> Incoming | None:
    """A message to the bot. Its own mention, wherever it stands, only says whom the words are for. "stock" alone is that command, bare."""
    mention = event["type"] == "app_mention"
    photo = event.get("subtype") == "file_share" and not mention
    meant = mention or event.get("channel_type") == "im"
    if (event.get("subtype") and not photo) or event.get("bot_id") or not event.get("user") or not meant:
        return None
    text = _storable(event.get("text")) or ""
    for bot in us:
        text = text.replace(f"<@{bot}>", " ")
    bare = next((command for command in COMMANDS if text.strip().casefold() in {command, command[1:]}), "")
    sheets = _files_of(event, endings=_SHEETS) if photo else ()
    return Incoming(
        Source.MENTION if mention else Source.PHOTO if photo else Source.DIRECT,
        event["user"],
        text="" if bare else text,
        route=DROP if sheets else SCAN if photo else bare,
        files=_files_of(event) if photo else None,
        sheets=sheets,
        channel=event["channel"],
        thread_ts=event.get("thread_ts"),
        key=f"message:{event['channel']}:{event['ts']}",
        **home,
    )


def _files_of(message: Mapping[str, Any], *, endings: tuple[str, ...] = ("",)) -> tuple[str, ...]:
    """The files in a message, or those whose names end so."""
    named = [(str(file["id"]), str(file.get("name") or "")) for file in message.get("files") or ()]
    return tuple(file_id for file_id, name in named if name.casefold().endswith(endings))


def _home_of(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"team_id": (body.get("team") or {}).get("id"), "enterprise_id": (body.get("enterprise") or {}).get("id")}


def _form_of(view: Mapping[str, Any]) -> dict[str, Any]:
    stated = view.get("state", {}).get("values", {})
    inputs = {_field(block["block_id"]): block["block_id"] for block in view.get("blocks", []) if block["type"] == "input"}
    values = {_field(block_id): value_of(next(iter(held.values()))) for block_id, held in stated.items() if held}
    return {"view_id": view["id"], "values": values, "carried": _carried(view), "inputs": inputs}


def _field(block_id: str) -> str:
    """A field's name; what follows a dot only gives the block a fresh identity."""
    return block_id.partition(".")[0]


def _pressed(action: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was pressed: an option of the menu at the end of a row is the button that it stands for (`handlers/views/parts.py`)."""
    if action["type"] != "overflow":
        return action
    action_id, _, value = action["selected_option"]["value"].partition(" ")
    return {"type": "button", "action_id": action_id, "value": value}


def _button_value(action: Mapping[str, Any]) -> Any:
    value = action.get("value")
    return json.loads(value) if value else None


def _button_key(action: Mapping[str, Any], user_id: str, *, beside: str) -> str:
    """An offered button has an id of its own in its value; any other is one intent of one member where it stands.

    Drawn again elsewhere it is another: what was done once, and undone or overtaken since, can be wanted again.
    """
    value = _button_value(action)
    own = value.get("k") if isinstance(value, dict) else None
    return f"button:{own}" if own else f"button:{action['action_id']}:{action.get('value')}:{user_id}:{beside}"


def _place_of(body: Mapping[str, Any]) -> str:
    """The opened form, or the message, that a button stands in; Home is always the same."""
    view = body.get("view")
    if view is None:
        return str((body.get("container") or {}).get("message_ts", ""))
    return str(_carried(view).get("k", view["id"]))


def _carried(view: Mapping[str, Any]) -> dict[str, Any]:
    carried: dict[str, Any] = json.loads(view["private_metadata"]) if view.get("private_metadata") else {}
    return carried


def value_of(held: Mapping[str, Any]) -> Any:
    """What an element holds, whatever kind it is: a text, the value or values chosen, a Slack id, a date; None when it is empty."""
    match held["type"]:
        case "static_select" | "external_select" | "radio_buttons":
            return (held.get("selected_option") or {}).get("value")
        case "multi_static_select" | "multi_external_select" | "checkboxes":
            return [chosen["value"] for chosen in held.get("selected_options") or []]
        case "plain_text_input" | "number_input" | "email_text_input" | "url_text_input":
            return _storable(held.get("value"))
        case "file_input":
            return [{key: _storable(file.get(key)) for key in _OF_A_FILE} for file in held.get("files") or []]
        case kind:
            return held.get(_SELECTED.get(kind, "value"))


def _storable(text: str | None) -> str | None:
    """Text as a database can hold it: half of a character that was cut in two becomes a question mark."""
    return text.encode(errors="replace").decode() if text else text


_SELECTED = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
#: What is read of a file in a form.
_OF_A_FILE = ("id", "name", "mimetype", "permalink")
