"""Planning what is done to assets again and again: the form that plans it, the list of all that is planned, and stopping it."""

from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.dates import say_day
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import answers
from handlers.views import upkeep as views
from handlers.views.paging import PAGE
from handlers.views.parts import said
from models import assets, catalog, schedules
from models.assets import Asset
from models.catalog import Category, Item, ItemKind
from models.finding import Found, Thing
from models.maintenance import Interval
from models.members import Permission
from models.refusals import Refusal
from models.times import local_day
from models.workspace import workspace

#: So long before, keepers are told where nobody says otherwise, in days or uses.
AHEAD = 0


class PlanForm(Form):
    """What is done, how often, and how long before keepers are told."""

    name: str
    every: str
    unit: Interval
    first_on: date | None = None
    ahead: str | None = None


@sentence(
    "/checkout",
    says="schedule {thing}",
    needs=Permission.MAINTAIN,
    does="opens the form that plans what is done to an asset, an item or a category again and again",
    examples=("schedule Canon R6", "schedule SN-1042"),
)
def schedule(request: Request, session: Session, *, thing: Thing) -> Reply:
    """Opens the form that plans upkeep."""
    match thing:
        case Asset() | Category():
            return _form(request, session, thing)
        case Found():
            return _form(request, session, thing.item)
        case _:
            raise Refusal("Upkeep is planned for an asset, an item or a category. Name one of those.", field="thing")


@button("upkeep.plan", needs=Permission.MAINTAIN)
def plan(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Plan upkeep, on the page of an asset."""
    return _form(request, session, assets.get(session, value["a"]))


def _form(request: Request, session: Session, of: Asset | Item | Category) -> Reply:
    if isinstance(of, Item) and of.kind is not ItemKind.SERIALISED:
        raise Refusal(f"{of.name} is kept by number. Upkeep is planned for what is known by its serial.", field="thing")
    what = {"a": of.id} if isinstance(of, Asset) else {"i": of.id} if isinstance(of, Item) else {"c": of.id}
    return Reply("Plan upkeep.", form=views.plan_form(_named(session, of), carried={"k": request.act.token(), **what}))


@form("upkeep.add", needs=Permission.MAINTAIN, fields=PlanForm)
def add(request: Request, session: Session, *, fields: PlanForm) -> Reply:
    """Upkeep is planned."""
    of = _of(session, request.carried)
    made, posted = schedules.add(
        session,
        request.act,
        of=of,
        name=fields.name,
        every=_number(fields.every, "every"),
        unit=fields.unit,
        ahead=_number(fields.ahead, "ahead") if fields.ahead else AHEAD,
        first_on=fields.first_on,
    )
    today = local_day(request.act.now, workspace(session).time_zone)
    first = "" if made.unit is Interval.USES else f" for the first time on {say_day(made.first_on, today=today)}"
    remains = "Its keepers are told when it is due: `/checkout upkeep` lists that."
    return answers.changed(f"Planned {said(made.name)} of {_named(session, of)}, {views.every(made)}{first}.", remains, entry=posted)


def _of(session: Session, value: Any) -> Asset | Item | Category:
    if "a" in value:
        return assets.get(session, value["a"])
    return catalog.item(session, value["i"]) if "i" in value else session.get_one(Category, value["c"])


def _named(session: Session, of: Asset | Item | Category) -> str:
    return called.asset(session, of) if isinstance(of, Asset) else said(of.name)


def _number(typed: str, field: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len("10000")):
        raise Refusal(f"I can't read {typed} as a number. Write it like 12.", field=field)
    return int(typed)


@sentence(
    "/checkout",
    says="schedules",
    needs=Permission.LOOK,
    does="lists what is done to assets again and again",
    examples=("schedules",),
)
def listing(request: Request, session: Session) -> Reply:
    """Everything that is planned."""
    return _listed(request, session, first=0)


@button("upkeep.schedules", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of it."""
    reply = _listed(request, session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _listed(request: Request, session: Session, *, first: int) -> Reply:
    found = schedules.in_force(session)
    told = [(one, _plain(session, schedules.subject(session, one))) for one in found[first : first + PAGE]]
    today = local_day(request.act.now, workspace(session).time_zone)
    may = request.act.by.may(Permission.MAINTAIN)
    return views.schedules(told, first=first, total=len(found), today=today, may=may)


def _plain(session: Session, of: Asset | Item | Category) -> str:
    return assets.said(session, of) if isinstance(of, Asset) else of.name


@button("upkeep.stop", needs=Permission.MAINTAIN)
def stop(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Something is not done any more."""
    one = schedules.get(session, value["s"])
    posted = schedules.stop(session, request.act, one)
    return answers.changed(f"Stopped {said(one.name)}.", "It is not due any more. What was done stays known.", entry=posted)
