"""views.open, push, update and publish."""

from bot.sandbox import modals
from bot.sandbox.slack_error import SlackError, invalid_arguments
from bot.sandbox.web_api import Call, Method
from bot.sandbox.workspace import JSON


def open_view(call: Call) -> JSON:
    trigger = call.sandbox.leave.redeem(call.need("trigger_id"))
    return {"view": modals.given_out(modals.open_modal(call.workspace, trigger.user, call.structure("view")))}


def push(call: Call) -> JSON:
    """Only an act in a modal lets the bot push, and only while that modal is open."""
    trigger = call.sandbox.leave.redeem(call.need("trigger_id"))
    if trigger.view_id not in {view["id"] for view in call.workspace.screen(trigger.user).stack}:
        raise SlackError("not_found")
    return {"view": modals.given_out(modals.push_modal(call.workspace, trigger.user, call.structure("view")))}


def update(call: Call) -> JSON:
    user, view = modals.find_view(call.workspace, view_id=call.get("view_id"), external_id=call.get("external_id"))
    _check_hash(call, view)
    return {"view": modals.given_out(modals.update_view(call.workspace, user, view, call.structure("view")))}


def publish(call: Call) -> JSON:
    user = call.need("user_id")
    if not call.workspace.app.manifest.home_tab:
        raise SlackError("not_enabled")
    if user not in call.workspace.people:
        raise invalid_arguments(["user not found [json-pointer:/user_id]"])
    if user in call.workspace.homes:
        _check_hash(call, call.workspace.homes[user])
    return {"view": modals.given_out(modals.publish_home(call.workspace, user, call.structure("view")))}


def _check_hash(call: Call, view: JSON) -> None:
    """A hash says which version the bot read; another version by now is a conflict."""
    if call.get("hash") not in {None, view["hash"]}:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
