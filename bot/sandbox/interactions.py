"""What people do to messages, forms and Home: press, choose, fill in, search, submit, close, and run shortcuts."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import messages, modals
from bot.sandbox.acts import OK, actor, place
from bot.sandbox.blocks import check_suggestions
from bot.sandbox.inputs import FIELDS, Values, complaint, find_element, given_value, values_of
from bot.sandbox.payloads import interaction, place_in_message, place_in_view, plain_values
from bot.sandbox.refused import Refused
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import JSON, Person

log = logging.getLogger(__name__)

SHOWN_WITH_ACTION = ("text", "value", "url", "style", "placeholder", "accessibility_label")
SHORTEST_SEARCH = 3


@dataclass(frozen=True)
class Surface:
    """Where an element stands: in a message, a modal or Home."""

    blocks: list[JSON]
    values: Values
    container: Callable[[], JSON]
    view_id: str | None = None
    response_url: Callable[[], str] | None = None


async def press(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Presses a button, or gives another element a value; the bot is told."""
    person = actor(sandbox, asked)
    surface = _surface(sandbox, person, asked.get("where", {}))
    block, element = find_element(surface.blocks, asked)
    action = {key: element[key] for key in element if key in SHOWN_WITH_ACTION or key.startswith("initial_")}
    action |= {"type": element["type"], "block_id": block["block_id"], "action_id": element["action_id"]}
    if element["type"] in FIELDS:
        given = {**asked, "value": asked["text"]} if "text" in asked else asked
        value = given_value(sandbox.workspace, element, given)
        action |= value
        _keep(surface, block, element, value)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return OK
    return await _tell_bot(sandbox, person, surface, action)


async def fill(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Fills a field in; the bot is not told before the form is submitted."""
    person = actor(sandbox, asked)
    surface = _surface(sandbox, person, asked)
    block, element = find_element(surface.blocks, asked)
    if element["type"] not in FIELDS:
        raise Refused("That takes no value.")
    _keep(surface, block, element, given_value(sandbox.workspace, element, asked.get("value") or {}))
    return OK


async def suggest(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """What the bot offers for the words typed into a search-as-you-type select; nothing before there are enough of them."""
    person = actor(sandbox, asked)
    surface = _surface(sandbox, person, asked.get("where", {}))
    block, element = find_element(surface.blocks, asked)
    typed = str(asked.get("value", ""))
    if len(typed) < element.get("min_query_length", SHORTEST_SEARCH):
        return {**OK, "options": []}
    names = {"block_id": block["block_id"], "action_id": element["action_id"], "value": typed}
    payload = {**interaction(sandbox.workspace, "block_suggestion", person), **surface.container(), **names}
    ack = await _ask_interactive(sandbox, payload, accepts=True)
    if ack.failure:
        return {"ok": False, "problem": modals.TROUBLE, "options": []}
    offered = {key: ack.payload[key] for key in ("options", "option_groups") if key in (ack.payload or {})}
    complaints = check_suggestions(offered)
    if complaints:
        log.error("the bot offered for %r what Slack refuses: %s", typed, complaints)
        return {**OK, "options": []}
    return {**OK, **offered}


async def submit(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Submits the form on top: Slack's own checks first, then the bot's word."""
    person = actor(sandbox, asked)
    view = _top_view(sandbox, person, asked)
    if not view.get("submit"):
        raise Refused("This form has nothing to submit.")
    _fill_all(sandbox, view, asked.get("values") or {})
    errors = _client_complaints(view)
    if errors:
        modals.refuse_modal(sandbox.workspace, person.id, errors=errors)
        return {"ok": False, "errors": errors}
    payload = {
        **interaction(sandbox.workspace, "view_submission", person),
        "trigger_id": sandbox.leave.fresh_trigger(person.id, view_id=view["id"]),
        "view": modals.given_out(view),
        "response_urls": _response_urls(sandbox, person, view),
    }
    ack = await _ask_interactive(sandbox, payload, accepts=True)
    if ack.failure:
        return _trouble(sandbox, person)
    return _follow(sandbox, person, view, ack.payload or {})


async def close(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Cancels the form on top, or with `clear` closes all of them by the x."""
    person = actor(sandbox, asked)
    view = _top_view(sandbox, person, asked)
    stack = sandbox.workspace.screen(person.id).stack
    cleared = bool(asked.get("clear"))
    closed = stack[0] if cleared else view
    if cleared or view["clear_on_close"]:
        modals.close_all(sandbox.workspace, person.id)
    else:
        modals.close_top(sandbox.workspace, person.id)
    if closed["notify_on_close"]:
        payload = interaction(sandbox.workspace, "view_closed", person)
        await _ask_interactive(sandbox, {**payload, "view": modals.given_out(closed), "is_cleared": cleared}, accepts=False)
    return OK


async def shortcut(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Runs a shortcut: a global one, or one on a message."""
    person = actor(sandbox, asked)
    workspace = sandbox.workspace
    known = workspace.app.manifest.shortcuts.get(str(asked.get("callback_id", "")))
    if known is None:
        raise Refused(f"There is no shortcut {asked.get('callback_id')!r}.")
    kind = "shortcut" if known.type == "global" else "message_action"
    payload = {
        **interaction(workspace, kind, person),
        "callback_id": known.callback_id,
        "action_ts": workspace.fresh_ts(),
        "trigger_id": sandbox.leave.fresh_trigger(person.id),
    }
    if kind == "message_action":
        channel = place(sandbox, person, asked)
        message = channel.message(str(asked.get("ts", "")))
        if message is None:
            raise Refused("That message is gone.")
        path = sandbox.leave.fresh_response_url(person.id, channel.id, thread_ts=message.get("thread_ts"))
        payload |= place_in_message(channel, message, ephemeral=False)
        payload |= {"message_ts": message["ts"], "response_url": sandbox.url + path}
        del payload["container"]
    ack = await _ask_interactive(sandbox, payload, accepts=False)
    return OK if ack.failure is None else {"ok": False, "problem": f'{known.name} failed with the error "{ack.failure}"'}


async def _tell_bot(sandbox: Sandbox, person: Person, surface: Surface, action: JSON) -> JSON:
    payload = {
        **interaction(sandbox.workspace, "block_actions", person),
        **surface.container(),
        "trigger_id": sandbox.leave.fresh_trigger(person.id, view_id=surface.view_id),
        "actions": [action | {"action_ts": sandbox.workspace.fresh_ts()}],
    }
    if surface.response_url is not None:
        payload |= {"response_url": surface.response_url(), "state": {"values": plain_values(surface.values)}}
    ack = await _ask_interactive(sandbox, payload, accepts=True)
    if ack.failure is None:
        return OK
    if surface.view_id is not None:
        return _trouble(sandbox, person)
    problem = f'That action failed with the error "{ack.failure}"'
    channel = sandbox.workspace.channels.get(payload.get("channel", {}).get("id", ""))
    if channel is not None:
        messages.slackbot_tells(sandbox.workspace, channel, person.id, problem)
    return {"ok": False, "problem": problem}


async def _ask_interactive(sandbox: Sandbox, payload: JSON, *, accepts: bool) -> Any:
    if not sandbox.workspace.app.manifest.interactivity:
        raise Refused("This app is not configured to handle interactive responses.")
    return await sandbox.ask_bot("interactive", payload, accepts=accepts)


def _follow(sandbox: Sandbox, person: Person, view: JSON, answer: JSON) -> JSON:
    """Does with the form what the bot's answer says. What Slack cannot do is told to the person as trouble, and logged."""
    workspace = sandbox.workspace
    if all(one is not view for one in workspace.screen(person.id).stack):
        return OK  # closed meanwhile
    action = answer.get("response_action")
    if action == "errors":
        return _field_errors(sandbox, person, view, answer.get("errors") or {})
    try:
        if action is None:
            modals.close_top(workspace, person.id)
        elif action == "clear":
            modals.close_all(workspace, person.id)
        elif action == "push":
            modals.push_modal(workspace, person.id, answer.get("view"))
        else:
            modals.update_view(workspace, person.id, view, answer.get("view") if action == "update" else None)
    except SlackError as error:
        log.error("the bot answered a submitted form with %r, which Slack refuses: %s", action, error.body())  # noqa: TRY400 - no bug of ours
        return _trouble(sandbox, person)
    return OK


def _field_errors(sandbox: Sandbox, person: Person, view: JSON, errors: JSON) -> JSON:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not errors or not inputs.issuperset(errors):
        log.error("the bot answered a submitted form with errors for no input block: %s", errors)
        return _trouble(sandbox, person)
    modals.refuse_modal(sandbox.workspace, person.id, errors=errors)
    return {"ok": False, "errors": errors}


def _trouble(sandbox: Sandbox, person: Person) -> JSON:
    modals.refuse_modal(sandbox.workspace, person.id, problem=modals.TROUBLE)
    return {"ok": False, "problem": modals.TROUBLE}


def _surface(sandbox: Sandbox, person: Person, where: Mapping[str, Any]) -> Surface:
    if where.get("view_id"):
        return _view_surface(sandbox, person, str(where["view_id"]))
    channel = place(sandbox, person, where)
    ts = str(where.get("ts", ""))
    message, ephemeral = channel.message(ts), False
    if message is None:
        message, ephemeral = channel.ephemeral(ts, person.id), True
    if message is None:
        raise Refused("That message is gone.")
    blocks = message.get("blocks", [])
    seen_as = (channel.id, ts, person.id)
    values = values_of(blocks, sandbox.workspace.message_values.get(seen_as, {}))
    sandbox.workspace.message_values[seen_as] = values
    thread_ts = message.get("thread_ts")

    def response_url() -> str:
        return sandbox.url + sandbox.leave.fresh_response_url(person.id, channel.id, ts=ts, ephemeral=ephemeral, thread_ts=thread_ts)

    return Surface(blocks, values, lambda: place_in_message(channel, message, ephemeral=ephemeral), response_url=response_url)


def _view_surface(sandbox: Sandbox, person: Person, view_id: str) -> Surface:
    modal = next((view for view in sandbox.workspace.screen(person.id).stack if view["id"] == view_id), None)
    home = sandbox.workspace.homes.get(person.id)
    view = modal or (home if home and home["id"] == view_id else None)
    if view is None:
        raise Refused("That form is closed.")

    def container() -> JSON:
        return place_in_view(modals.given_out(view))

    return Surface(view["blocks"], view["state"]["values"], container, view_id=view_id if modal else None)


def _top_view(sandbox: Sandbox, person: Person, asked: Mapping[str, Any]) -> JSON:
    stack = sandbox.workspace.screen(person.id).stack
    if not stack or stack[-1]["id"] != asked.get("view_id"):
        raise Refused("That form is closed.")
    return stack[-1]


def _fill_all(sandbox: Sandbox, view: JSON, values: Mapping[str, Mapping[str, Any]]) -> None:
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            _, element = find_element(view["blocks"], {"block_id": block_id, "action_id": action_id})
            view["state"]["values"].setdefault(block_id, {})[action_id] = given_value(sandbox.workspace, element, value)


def _client_complaints(view: JSON) -> dict[str, str]:
    errors = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            value = view["state"]["values"][block["block_id"]][block["element"]["action_id"]]
            errors[block["block_id"]] = complaint(block, block["element"], value)
    return {block_id: text for block_id, text in errors.items() if text}


def _response_urls(sandbox: Sandbox, person: Person, view: JSON) -> list[JSON]:
    """Leave to post where the form's conversation selects point to, for those that asked for it."""
    urls = []
    for block in view["blocks"]:
        element = block.get("element", {})
        value = view["state"]["values"].get(block["block_id"], {}).get(element.get("action_id"), {})
        chosen = value.get("selected_conversation") or value.get("selected_channel")
        if element.get("response_url_enabled") and chosen:
            address = sandbox.url + sandbox.leave.fresh_response_url(person.id, chosen)
            urls.append({"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": chosen, "response_url": address})
    return urls


def _keep(surface: Surface, block: JSON, element: JSON, value: JSON) -> None:
    if element["type"] != "overflow":
        surface.values.setdefault(block["block_id"], {})[element["action_id"]] = value
