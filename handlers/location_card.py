"""The card of a location, today or as it stood on a day gone, a page at a time."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import called, custom_inputs
from handlers.dates import Moment, say_due
from handlers.item_card import is_now, moment_shown, said_moment
from handlers.routes import Offer, Reply, Request, button
from handlers.typed import quoted
from handlers.views import answers, happenings, paging
from handlers.views import items as item_views
from handlers.views import places as views
from handlers.views.parts import Block
from models import contents, due_counts, finding, history, locations, members, suppliers
from models.custom_fields import About
from models.due_counts import CountClass
from models.locations import Location, LocationKind
from models.members import Permission, Role
from models.times import from_micros, micros

MOST_HAPPENED = 3


def card(request: Request, session: Session, location: Location, *, date: Moment | None = None) -> Reply:
    """What lies in a location; with a date, what lay there then."""
    if date is None or is_now(request, date):
        return _today(request, session, location, first=0)
    return _then(request, session, location, moment_shown(date), as_of=said_moment(request, date), first=0)


@button("location.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of what lies, or lay, in a location."""
    location, first = locations.get(session, value["l"]), int(value["f"])
    if value.get("at") is None:
        reply = _today(request, session, location, first=first)
    else:
        at = from_micros(value["at"])
        reply = _then(request, session, location, at, as_of=f"On {_said(request, at)}", first=first)
    return Reply(reply.text, reply.blocks, replace=True)


def _said(request: Request, at: datetime) -> str:
    zone = request.act.by.time_zone
    return say_due(at, zone, now=request.act.now, reader_zone=zone)


def _today(request: Request, session: Session, location: Location, *, first: int) -> Reply:
    zone = request.act.by.time_zone
    happened = history.of_location(session, location.id, limit=MOST_HAPPENED)
    there = views.LocationCard(
        id=location.id,
        name=location.name,
        kind=str(location.kind),
        ours=location.ours,
        path=finding.path_of(session, location),
        below=contents.directly_below(session, location),
        keepers=[member.name for member in members.with_role(session, Role.KEEPER, at=location)],
        contact=location.contact,
        lead_days=location.lead_days,
        counted=_counted(location),
        channel=location.channel,
        open_to_all=location.open_to_all,
        lying=contents.lying_at(session, location, first=first, most=paging.PAGE),
        first=first,
        total=contents.count_lying_at(session, location),
        as_of="",
        carried={"l": location.id},
        happened=[happenings.told(one, now=request.act.now, zone=zone) for one in happened],
    )
    shown = views.card(there, _buttons(request, session, location))
    return custom_inputs.on_card(request, session, shown, About.LOCATION, category=None, of=location.id)


def _then(request: Request, session: Session, location: Location, at: datetime, *, as_of: str, first: int) -> Reply:
    lay = contents.lay_at(session, location, at)
    there = views.LocationCard(
        id=location.id,
        name=location.name,
        kind=str(location.kind),
        ours=location.ours,
        path="",
        below=(),
        keepers=(),
        contact=None,
        lead_days=None,
        counted="",
        channel=None,
        open_to_all=True,
        lying=lay[first : first + paging.PAGE],
        first=first,
        total=len(lay),
        as_of=as_of,
        carried={"l": location.id, "at": micros(at)},
        happened=(),
    )
    return views.card(there, [_says(request, "Today", _called(session, location), 0)])


def _counted(location: Location) -> str:
    """Every how many days: "every 90, 180, 365 days (A, B, C)"; nothing where that is by no schedule."""
    every = due_counts.intervals(location)
    if len(set(every.values())) == 1 and len(every) == len(CountClass):
        return f"every {next(iter(every.values())):,} days"
    return f"every {', '.join(str(days) for days in every.values())} days ({', '.join(every)})" if every else ""


def _buttons(request: Request, session: Session, location: Location) -> list[Block]:
    may, named = request.act.by.may, _called(session, location)
    stocked = [
        ("Take", "stock.take", Permission.TAKE),
        ("Receive", "stock.receive", Permission.RECEIVE),
        ("Count", "stock.count", Permission.COUNT),
    ]
    shown = [
        item_views.open_form(label, route, location_id=location.id)
        for label, route, needed in stocked
        if location.ours and (needed is Permission.TAKE or may(needed, at=location))
    ]
    if location.ours and location.kind is not LocationKind.PERSON and may(Permission.COUNT, at=location):
        shown.append(_says(request, "Count everything", f"count at {quoted(called.found_as(session, location))}", 3))
    if suppliers.is_supplier(location):
        shown.append(_says(request, "Orders", f"orders from {quoted(finding.path_of(session, location))}", 2))
    if may(Permission.CATALOG, at=location):
        shown.append(_says(request, "Edit", f"edit {named}", 0))
    return [*shown, _says(request, "History", f"history {named}", 1)]


def _called(session: Session, location: Location) -> str:
    """What finds exactly this in a sentence."""
    return quoted(f"location / {finding.path_of(session, location)}")


def _says(request: Request, label: str, sentence: str, number: int) -> Block:
    return answers.offered(Offer(label, "/stock", sentence), number, token=request.act.token)
