"""Who people are: Slack is asked when somebody is new or was not heard of for a day, and then remembered."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlmodel import Session

from bot.incoming import Incoming
from bot.wiring import Wiring
from models import members, people, roles
from models.ledger import Act
from models.members import Actor, Standing
from models.people import Profile
from models.refusals import Busy, NotAllowed, Refusal

log = logging.getLogger("quartermaster")

#: After so long Slack is asked again who somebody is.
STALE = timedelta(hours=24)
#: A person waits for Slack's answer no longer than this, in seconds.
PATIENCE = 1

#: So many people are remembered in one transaction: nobody waits long for their turn to write.
AT_ONCE = 20

_REFUSED = {
    Standing.GUEST: "Guests of this workspace can't use the stores. Ask a colleague to do it for you.",
    Standing.BOT: "Bots can't use the stores.",
    Standing.DEACTIVATED: "This account is deactivated.",
    Standing.STRANGER: "The stores are for members of this workspace only.",
}


class Unmet(NotAllowed):
    """Somebody new, or not heard of for a day: Slack has to be asked first who that is."""


def actor_for(wiring: Wiring, session: Session, incoming: Incoming) -> Actor:
    """The member who asks, with the roles of this moment. Refuses guests, bots, deactivated people and anybody from another workspace."""
    if (
        wiring.team_id
        and incoming.team_id != wiring.team_id
        and not (wiring.enterprise_id and incoming.enterprise_id == wiring.enterprise_id)
    ):
        raise NotAllowed(_REFUSED[Standing.STRANGER])
    actor = members.actor_by_slack_id(session, incoming.user_id, time_zone=wiring.settings.time_zone)
    if actor is None or actor.seen_at is None or wiring.clock() - actor.seen_at >= STALE:
        raise Unmet(_REFUSED[Standing.STRANGER])
    if actor.standing is not Standing.MEMBER:
        raise NotAllowed(_REFUSED[actor.standing])
    return actor


def introduce(wiring: Wiring, user_id: str) -> None:
    """Asks Slack who somebody is, and remembers it. Refuses somebody whom Slack doesn't know, and when it doesn't answer in time."""
    meet(wiring, _asked(wiring, user_id))


def _asked(wiring: Wiring, user_id: str) -> Mapping[str, Any]:
    impatient = WebClient(token=wiring.client.token, base_url=wiring.client.base_url, timeout=PATIENCE, retry_handlers=[])
    try:
        user: Mapping[str, Any] = impatient.users_info(user=user_id)["user"]
    except SlackApiError as refused:
        if refused.response.get("error") in {"user_not_found", "user_not_visible"}:
            raise NotAllowed(_REFUSED[Standing.STRANGER]) from refused
        raise Refusal("I can't see who you are yet. Try again in a minute.") from refused
    except (SlackClientError, OSError) as silent:
        raise Refusal("I can't see who you are yet. Try again in a minute.") from silent
    return user


def meet(wiring: Wiring, *users: Mapping[str, Any]) -> None:
    """Remembers who those people are, as Slack describes them."""
    with wiring.database.transaction() as session:
        program = members.actor(session, members.SCHEDULE)
        for user in users:
            people.meet(session, Act(program, wiring.clock(), wiring.token), profile=profile_of(user, wiring))


def profile_of(user: Mapping[str, Any], wiring: Wiring) -> Profile:
    """What we keep of Slack's description of a person."""
    described = user.get("profile") or {}
    return Profile(
        slack_user_id=user["id"],
        name=described.get("real_name") or user.get("real_name") or described.get("display_name") or user["name"],
        email=described.get("email"),
        time_zone=user.get("tz"),
        standing=_standing(user, wiring),
    )


def _standing(user: Mapping[str, Any], wiring: Wiring) -> Standing:
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        return Standing.BOT
    elsewhere = wiring.team_id and user.get("team_id") not in {None, wiring.team_id} and not wiring.enterprise_id
    if user.get("is_stranger") or elsewhere:
        return Standing.STRANGER
    return Standing.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else Standing.MEMBER


def make_admins(wiring: Wiring, user_ids: Sequence[str]) -> None:
    """Makes those people admins, as the settings name them. One whom Slack does not know is left out, and logged."""
    for user_id in user_ids:
        try:
            meet(wiring, wiring.client.users_info(user=user_id)["user"])
        except (SlackApiError, SlackClientError, OSError):
            log.warning("QUARTERMASTER_ADMINS names %s, whom Slack does not know", user_id)
    with wiring.database.transaction() as session:
        program = members.actor(session, members.COMMAND_LINE)
        found = [members.actor_by_slack_id(session, user_id) for user_id in user_ids]
        admins = [members.get(session, one.id) for one in found if one is not None]
        roles.ensure_admins(session, Act(program, wiring.clock(), wiring.token), admins)


def fill(wiring: Wiring) -> None:
    """Remembers everybody in the workspace, page by page, so that names can be typed before their owners ever spoke to us."""
    try:
        for page in wiring.client.users_list(limit=200):
            for start in range(0, len(page["members"]), AT_ONCE):
                meet(wiring, *page["members"][start : start + AT_ONCE])
    except (SlackApiError, SlackClientError, OSError, Busy) as problem:
        log.warning("not everybody could be met (%s); the others are as they come", type(problem).__name__)
