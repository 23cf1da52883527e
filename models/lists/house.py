"""Lists of how the house is kept: counts, repairs, upkeep, custom fields, approval requests and members."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from models.approvals import REQUESTS, RequestState
from models.assets import ASSETS
from models.catalog import CATEGORIES, ITEMS
from models.custom_fields import FIELDS
from models.lists.described import of_thing
from models.locations import LOCATIONS
from models.maintenance import RECORDS, SCHEDULES, MaintenanceState
from models.members import GRANT_ROWS, MEMBERS, PROGRAMS
from models.stocktakes import STOCKTAKES, StocktakeState
from models.then import Then


def counts(then: Then) -> Select[Any]:
    """Every count of a location, and how it ended."""
    own, place, category = then(STOCKTAKES).c, then(LOCATIONS).c, then(CATEGORIES).c
    by, ended = then(MEMBERS, "by").c, then(MEMBERS, "ended_by").c
    return (
        select(place.name.label("at"), category.name.label("category"), own.state, by.name.label("by"), own.opened_at.label("opened"))
        .add_columns(ended.name.label("ended by"), own.ended_at.label("ended"))
        .join(then(LOCATIONS), place.id == own.location_id)
        .join(then(MEMBERS, "by"), by.id == own.by_id)
        .outerjoin(then(CATEGORIES), category.id == own.category_id)
        .outerjoin(then(MEMBERS, "ended_by"), ended.id == own.ended_by_id)
        .where(own.state != StocktakeState.VOID)
        .order_by(own.id)
    )


def repairs(then: Then) -> Select[Any]:
    """Every report, repair and service of an asset."""
    own, place, by = then(RECORDS).c, then(LOCATIONS).c, then(MEMBERS, "by").c
    return (
        of_thing(then, RECORDS, None, own.state, own.problem, by.name.label("by"), own.opened_at.label("opened"))
        .add_columns(place.name.label("repaired by"), own.outcome, own.cost_minor.label("cost"), own.currency)
        .add_columns(own.done_on.label("done"), own.closed_at.label("closed"))
        .join(then(MEMBERS, "by"), by.id == own.by_id)
        .outerjoin(then(LOCATIONS), place.id == own.location_id)
        .where(own.state != MaintenanceState.VOID)
        .order_by(own.id)
    )


def schedules(then: Then) -> Select[Any]:
    """What is done again and again, to what, and how often."""
    own, asset, item, category = then(SCHEDULES).c, then(ASSETS).c, then(ITEMS).c, then(CATEGORIES).c
    return (
        select(own.name.label("upkeep"), category.name.label("category"), item.name.label("item"), asset.serial, own.every)
        .add_columns(own.unit.label("counted in"), own.ahead.label("told ahead"), own.first_on.label("first due"))
        .outerjoin(then(CATEGORIES), category.id == own.category_id)
        .outerjoin(then(ITEMS), item.id == own.item_id)
        .outerjoin(then(ASSETS), asset.id == own.asset_id)
        .where(own.active)
        .order_by(own.name, own.id)
    )


def fields(then: Then) -> Select[Any]:
    """Every custom field, as it is defined."""
    own, category = then(FIELDS).c, then(CATEGORIES).c
    return (
        select(own.name.label("field"), own.about, category.name.label("category"), own.kind, _yes(own.required).label("required"))
        .add_columns(_yes(own.is_unique).label("unique"), own.preset.label("default"), own.pattern, own.help)
        .add_columns(own.seen_by.label("seen by"), own.choices, own.remind_days.label("reminds days ahead"))
        .outerjoin(then(CATEGORIES), category.id == own.category_id)
        .where(own.archived_at.is_(None))
        .order_by(own.about, own.name_key, own.id)
    )


def _yes(flag: ColumnElement[bool]) -> ColumnElement[str]:
    return case((flag, "yes"), else_="")


def requests(then: Then) -> Select[Any]:
    """What was asked approvers for, and what they said."""
    own, by, decided = then(REQUESTS).c, then(MEMBERS, "by").c, then(MEMBERS, "decided_by").c
    beneficiary, place = then(MEMBERS, "beneficiary").c, then(LOCATIONS).c
    return (
        select(own.verb.label("asks to"), own.reason, by.name.label("by"), beneficiary.name.label("for"), place.name.label("at"))
        .add_columns(own.asked_at.label("asked"), own.state, decided.name.label("decided by"), own.decided_at.label("decided"), own.note)
        .add_columns(own.entry_id.label("entry"))
        .join(then(MEMBERS, "by"), by.id == own.requester_id)
        .outerjoin(then(MEMBERS, "beneficiary"), beneficiary.id == own.beneficiary_id)
        .outerjoin(then(LOCATIONS), place.id == own.location_id)
        .outerjoin(then(MEMBERS, "decided_by"), decided.id == own.decided_by_id)
        .where(own.state != RequestState.VOID)
        .order_by(own.id)
    )


def members(then: Then) -> Select[Any]:
    """Everybody we know, with their roles."""
    own, grant, place = then(MEMBERS).c, then(GRANT_ROWS).c, then(LOCATIONS).c
    return (
        select(own.name, own.email, own.slack_user_id.label("slack id"), own.time_zone.label("time zone"), own.standing, grant.role)
        .add_columns(place.name.label("at"))
        .select_from(then(MEMBERS))
        .outerjoin(then(GRANT_ROWS), (grant.member_id == own.id) & grant.active)
        .outerjoin(then(LOCATIONS), place.id == grant.location_id)
        .where(own.archived_at.is_(None), own.id.not_in(PROGRAMS))
        .order_by(own.name_key, own.id, grant.id)
    )
