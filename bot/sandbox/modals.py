"""Views: how they come to stand before a person, change, and are closed. Three modals at most, and one Home."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.blocks import VIEW_TOO_LARGE, check_view, fill_ids
from bot.sandbox.inputs import values_of
from bot.sandbox.messages import with_emoji
from bot.sandbox.slack_error import SlackError, invalid_arguments
from bot.sandbox.workspace import JSON, TEAM_ID, Screen, Workspace, fresh_hash, fresh_short_id

DEEPEST = 3
FRAME = ("title", "submit", "close")
TROUBLE = "We had some trouble connecting. Try again?"


def open_modal(workspace: Workspace, user: str, source: Any) -> JSON:
    """Puts a first modal before the person; what was open there is gone."""
    view = _new_view(workspace, source, kind="modal")
    view["root_view_id"] = view["id"]
    workspace.screens[user] = Screen([view])
    workspace.changes.tell("view", user=user)
    return view


def push_modal(workspace: Workspace, user: str, source: Any) -> JSON:
    """Puts a modal on top of those that are open; refuses a fourth."""
    screen = workspace.screen(user)
    if not screen.stack:
        raise SlackError("not_found")
    if len(screen.stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    view = _new_view(workspace, source, kind="modal")
    view |= {"root_view_id": screen.stack[0]["id"], "previous_view_id": screen.stack[-1]["id"]}
    workspace.screens[user] = Screen([*screen.stack, view])
    workspace.changes.tell("view", user=user)
    return view


def update_view(workspace: Workspace, user: str, view: JSON, source: Any) -> JSON:
    """Rewrites a view in place. What was filled in stays where block_id and action_id are the same."""
    checked = _checked(workspace, source, kind=view["type"], instead_of=view["id"])
    view.update(_content(workspace, checked, before=view["state"]["values"]))
    if view["type"] == "modal":
        screen = workspace.screen(user)
        screen.errors, screen.problem = {}, None
    workspace.changes.tell("view" if view["type"] == "modal" else "home", user=user)
    return view


def publish_home(workspace: Workspace, user: str, source: Any) -> JSON:
    """The person's Home. The same content again is no change: nobody repaints for it."""
    before = workspace.homes.get(user)
    if before is None:
        view = _new_view(workspace, source, kind="home")
        view["root_view_id"] = view["id"]
        workspace.homes[user] = view
        workspace.changes.tell("home", user=user)
        return view
    checked = _checked(workspace, source, kind="home", instead_of=before["id"])
    if checked != before["source"]:
        before.update(_content(workspace, checked, before=before["state"]["values"]))
        workspace.changes.tell("home", user=user)
    return before


def find_view(workspace: Workspace, *, view_id: str | None, external_id: str | None) -> tuple[str, JSON]:
    """An open view by either of its names, and whose it is; closed ones are not found."""
    for user, view in _open_views(workspace):
        if view["id"] == view_id or (external_id and view["external_id"] == external_id):
            return user, view
    raise SlackError("not_found")


def close_top(workspace: Workspace, user: str) -> None:
    """Closes the modal on top; the one below is seen again."""
    workspace.screens[user] = Screen(workspace.screen(user).stack[:-1])
    workspace.changes.tell("view", user=user)


def close_all(workspace: Workspace, user: str) -> None:
    workspace.screens[user] = Screen()
    workspace.changes.tell("view", user=user)


def refuse_modal(workspace: Workspace, user: str, *, errors: Mapping[str, str] | None = None, problem: str | None = None) -> None:
    """Writes in red on the modal on top: below its fields, or over the whole of it."""
    screen = workspace.screen(user)
    screen.errors, screen.problem = dict(errors or {}), problem
    workspace.changes.tell("view", user=user)


def given_out(view: Mapping[str, Any]) -> JSON:
    """A view as Slack hands it to the app, frozen at this moment."""
    state = {"values": {block: dict(actions) for block, actions in view["state"]["values"].items()}}
    return {**{key: value for key, value in view.items() if key != "source"}, "state": state}


def _open_views(workspace: Workspace) -> list[tuple[str, JSON]]:
    modals = [(user, view) for user, screen in workspace.screens.items() for view in screen.stack]
    return modals + list(workspace.homes.items())


def _new_view(workspace: Workspace, source: Any, *, kind: str) -> JSON:
    checked = _checked(workspace, source, kind=kind)
    app = workspace.app
    return {
        "id": workspace.fresh_id("V"),
        "team_id": TEAM_ID,
        "app_id": app.id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": app.bot_id,
        **_content(workspace, checked, before={}),
        "root_view_id": None,
        "previous_view_id": None,
    }


def _checked(workspace: Workspace, source: Any, *, kind: str, instead_of: str | None = None) -> JSON:
    """The view as the app wrote it, if Slack would take it."""
    if not isinstance(source, dict):
        raise invalid_arguments(["missing required field: view"])
    complaints = check_view(source)
    if VIEW_TOO_LARGE in complaints:
        raise SlackError("view_too_large")
    if complaints:
        raise invalid_arguments(["failed to match all allowed schemas [json-pointer:/view]", *complaints])
    if source["type"] != kind:
        raise invalid_arguments([f"must be a {kind} view [json-pointer:/view/type]"])
    external_id = source.get("external_id")
    if external_id and any(view["external_id"] == external_id and view["id"] != instead_of for _, view in _open_views(workspace)):
        raise SlackError("duplicate_external_id")
    return source


def _content(workspace: Workspace, source: JSON, *, before: dict[str, dict[str, JSON]]) -> JSON:
    blocks = with_emoji(fill_ids(source["blocks"], fresh=fresh_short_id))
    return {
        "type": source["type"],
        "callback_id": source.get("callback_id", ""),
        "private_metadata": source.get("private_metadata", ""),
        "external_id": source.get("external_id", ""),
        **{part: with_emoji(source.get(part)) for part in FRAME if source["type"] == "modal"},
        "blocks": blocks,
        "clear_on_close": source.get("clear_on_close", False),
        "notify_on_close": source.get("notify_on_close", False),
        "hash": fresh_hash(workspace.now()),
        "state": {"values": values_of(blocks, before)},
        "source": source,
    }
