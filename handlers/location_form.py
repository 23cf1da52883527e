"""The forms that add and change locations, and say who keeps them."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from handlers import called, custom_inputs, seen
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.suggesting import findable
from handlers.views import answers, registered
from handlers.views import location_form as views
from handlers.views.parts import button as pressed
from handlers.views.parts import said
from models import archiving, custom_values, due_counts, editing, finding, locations, members, register, roles
from models.custom_fields import About
from models.locations import OURS, OUTSIDE, Location, LocationKind
from models.members import Member, Permission, Role
from models.refusals import Refusal


class LocationForm(Form):
    """A location as it was filled in."""

    name: str
    kind: LocationKind
    parent: str | None = None
    channel: str | None = None
    time_zone: str | None = None
    rules: tuple[str, ...] | None = None
    contact: str | None = None
    lead_days: int | None = None
    counts: str | None = None


class KeepersForm(Form):
    """Slack's ids of those who keep a location."""

    keepers: tuple[str, ...] = ()


@sentence(
    "/stock",
    says="new location [{name}]",
    needs=Permission.CATALOG,
    does="opens the form for a new location",
    examples=("new location", "new location Van 4"),
)
def new_location(request: Request, session: Session, *, name: str | None = None) -> Reply:
    """Opens the form of a new location."""
    return _new_form(request, session, views.LocationFilled(name), carried={"k": request.act.token()})


def _new_form(request: Request, session: Session, filled: views.LocationFilled, *, carried: Any) -> Reply:
    shown = views.new(filled, carried=carried)
    return Reply("A new location.", form=custom_inputs.asking(request, session, shown, About.LOCATION, category=None))


@form("location.add", needs=Permission.CATALOG, fields=LocationForm)
def add_location(request: Request, session: Session, *, fields: LocationForm) -> Reply:
    """A new location."""
    location = register.add_location(
        session,
        request.act,
        name=fields.name,
        kind=fields.kind,
        parent=_parent(request, session, fields),
        custom=custom_inputs.given(request),
        **_of_its_kind(fields),
    )
    ways_on = [pressed("Receive", "stock.receive", {"location": location.id})] if location.ours else []
    if request.act.by.may(Permission.ROLES):
        ways_on.append(pressed("Keepers", "keepers.open", {"l": location.id}))
    what = f"Added {said(location.name)}, a {location.kind}."
    return registered.done(what, _holds_nothing(location), entry_id=seen.last_entry(session, location), ways_on=ways_on)


def _of_its_kind(fields: LocationForm) -> dict[str, Any]:
    """What the form asks of a location of that kind."""
    if fields.kind is LocationKind.SUPPLIER:
        return {"contact": fields.contact, "lead_days": fields.lead_days}
    if fields.kind not in OURS:
        return {}
    rules = fields.rules or ()
    known = {"channel": fields.channel, "time_zone": fields.time_zone}
    counted = dict(zip(editing.COUNTED_EVERY, _days(fields.counts), strict=True))
    return known | {"open_to_all": views.OPEN in rules, "names_late": views.NAMES_LATE in rules} | counted


def _days(typed: str | None) -> list[int | None]:
    """Every how many days the classes A, B and C are counted: "90, 180, 365", or one number for all of them."""
    numbers = (typed or "").replace(",", " ").replace("/", " ").split()
    if not all(number.isascii() and number.isdigit() for number in numbers) or len(numbers) > len(editing.COUNTED_EVERY):
        raise Refusal(f"I can't read {typed} as days. Write one number, or three like 90, 180, 365.", field="counts")
    days: list[int | None] = [int(number) for number in numbers]
    return days * 3 if len(days) == 1 else (days + [None] * 3)[:3]


@button("location.kind", needs=Permission.CATALOG)
def choose_kind(request: Request, session: Session, *, value: Any) -> Reply:
    """Another kind was chosen in the open form: it asks what that kind has; what was filled in besides stays."""
    values, by = request.values, request.act.by
    parent = finding.location(session, values["parent"], by, field="parent") if values.get("parent") else None
    filled = views.LocationFilled(
        name=values.get("name"),
        kind=LocationKind(value),
        parent=(parent.name, findable(called.found_as(session, parent))) if parent is not None else None,
        channel=values.get("channel"),
        time_zone=values.get("time_zone"),
        rules=values.get("rules") or ([views.OPEN] if "rules" not in values else []),
        contact=values.get("contact"),
        lead_days=values.get("lead_days"),
        counts=values.get("counts"),
    )
    if "id" not in request.carried:
        return _new_form(request, session, filled, carried=request.carried)
    return _edit_form(request, session, locations.get(session, request.carried["id"]), filled, carried=request.carried)


def _edit_form(request: Request, session: Session, location: Location, filled: views.LocationFilled, *, carried: Any) -> Reply:
    more = views.ways_on(location.id, location.name, may_set_keepers=request.act.by.may(Permission.ROLES))
    shown = views.edit(filled, more=more, carried=carried)
    asking = custom_inputs.asking(request, session, shown, About.LOCATION, category=None, of=location.id)
    return Reply(f"Edit {location.name}.", form=asking)


def _holds_nothing(location: Location) -> str:
    return "It is empty." if location.ours else "It is outside: what is there is not counted in what we have."


def open_location(request: Request, session: Session, location: Location) -> Reply:
    """Opens the form that changes a location. Refuses what is built in."""
    members.require(request.act.by, Permission.CATALOG, at=location)
    if OUTSIDE.get(location.kind) == location.name:
        raise Refusal(f"{location.name} is built in and stays as it is.", field="thing")
    parent = locations.get(session, location.parent_id) if location.parent_id else None
    rules = [rule for rule, holds in ((views.OPEN, location.open_to_all), (views.NAMES_LATE, location.names_late)) if holds]
    filled = views.LocationFilled(
        name=location.name,
        kind=location.kind,
        parent=(parent.name, findable(called.found_as(session, parent))) if parent else None,
        channel=location.channel,
        time_zone=location.time_zone,
        rules=rules,
        contact=location.contact,
        lead_days=str(location.lead_days) if location.lead_days is not None else None,
        counts=", ".join(str(days) for days in due_counts.intervals(location).values()) or None,
    )
    carried = seen.carried(request, session, location, *custom_values.rows(session, About.LOCATION, location.id))
    return _edit_form(request, session, location, filled, carried=carried)


@form("location.edit", needs=Permission.CATALOG, fields=LocationForm)
def edit_location(request: Request, session: Session, *, fields: LocationForm) -> Reply:
    """Changes a location; what lies below it goes along where it is moved."""
    location = locations.get(session, request.carried["id"])
    seen.require_unchanged(request, session, location, *custom_values.rows(session, About.LOCATION, location.id))
    posted = editing.edit_location(
        session,
        request.act,
        location,
        name=fields.name,
        kind=fields.kind,
        parent=_parent(request, session, fields),
        custom=custom_inputs.given(request),
        **_of_its_kind(fields),
    )
    return registered.done(f"Saved {said(location.name)}.", entry_id=posted.id)


@button("location.archive", needs=Permission.CATALOG)
def press_archive(request: Request, session: Session, *, value: Any) -> Reply:
    """Archives a location from its form."""
    location = locations.get(session, value["l"])
    posted = archiving.archive_location(session, request.act, location)
    return registered.done(f"Archived {said(location.name)}.", "Its history stays.", entry_id=posted.id)


@button("keepers.open", needs=Permission.ROLES)
def open_keepers(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form that says who keeps a location."""
    location = locations.get(session, value["l"])
    here = [member.slack_user_id for member in _keepers_of(session, location) if member.slack_user_id]
    everywhere = [member.name for member in members.with_role(session, Role.KEEPER)]
    carried = {"k": request.act.token(), "l": location.id}
    return Reply(f"Keepers of {location.name}.", form=views.keepers(location.name, chosen=here, everywhere=everywhere, carried=carried))


@form("keepers.set", needs=Permission.ROLES, fields=KeepersForm)
def set_keepers(request: Request, session: Session, *, fields: KeepersForm) -> Reply:
    """Grants and revokes the role of keeper at a location, until those who were named have it."""
    location = locations.get(session, request.carried["l"])
    before = {member.id: member for member in _keepers_of(session, location)}
    named = [finding.member(session, f"<@{user}>", field="keepers") for user in fields.keepers]
    added = [member for member in named if member.id not in before]
    gone = [member for member in before.values() if member.id not in {one.id for one in named}]
    act = replace(request.act, key=None)  # one intent, several entries: the request as a whole is kept as handled
    for member in added:
        roles.grant(session, act, member=member, role=Role.KEEPER, location=location)
    for member in gone:
        roles.revoke(session, act, member=member, role=Role.KEEPER, location=location)
    if not added and not gone:
        raise Refusal(f"They keep {location.name} already; nothing was changed.", field="keepers")
    return answers.changed(_kept(location, added, gone), "Roles can't be undone: change them here again at any time.")


def _kept(location: Location, added: list[Member], gone: list[Member]) -> str:
    where = said(location.name)
    kept = [f"{said(one.name)} keeps {where} now." for one in added]
    lost = [f"{said(one.name)} no longer keeps {where}." for one in gone]
    return " ".join([*kept, *lost])


def _keepers_of(session: Session, location: Location) -> list[Member]:
    """Who was made keeper of exactly this location."""
    return [member for member in members.with_role(session, Role.KEEPER, at=location) if roles.has(session, member, Role.KEEPER, location)]


def _parent(request: Request, session: Session, fields: LocationForm) -> Location | None:
    return finding.location(session, fields.parent, request.act.by, field="parent") if fields.parent else None
