"""users.* and usergroups.*"""

from bot.sandbox.paging import limit_of, page
from bot.sandbox.payloads import user_object
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api import Call, Method
from bot.sandbox.workspace import JSON, Person


def info(call: Call) -> JSON:
    person = call.workspace.people.get(call.need("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": _user(call, person)}


def list_users(call: Call) -> JSON:
    """Everybody, deactivated people and bots included."""
    everybody = [_user(call, person) for person in call.workspace.people.values()]
    shown, cursor = page(call, everybody, limit=limit_of(call, otherwise=1000, most=1000))
    return {"members": shown, "cache_ts": int(call.workspace.now()), "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(call: Call) -> JSON:
    email = call.need("email").casefold()
    found = next((person for person in call.workspace.people.values() if person.email.casefold() == email), None)
    if found is None or found.deleted:
        raise SlackError("users_not_found")
    return {"user": _user(call, found)}


def list_usergroups(call: Call) -> JSON:
    left_out = set() if call.flag("include_users") else {"users"}
    return {"usergroups": [{key: group[key] for key in group if key not in left_out} for group in call.workspace.usergroups]}


def list_usergroup_users(call: Call) -> JSON:
    wanted = call.need("usergroup")
    group = next((group for group in call.workspace.usergroups if group["id"] == wanted), None)
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group["users"]}


def _user(call: Call, person: Person) -> JSON:
    return user_object(call.workspace, person, with_email="users:read.email" in call.workspace.app.manifest.scopes)


METHODS = {
    "users.info": Method(info, ("users:read",)),
    "users.list": Method(list_users, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",)),
    "usergroups.list": Method(list_usergroups, ("usergroups:read",)),
    "usergroups.users.list": Method(list_usergroup_users, ("usergroups:read",)),
}
