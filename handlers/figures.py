"""Figures with a picture: what is late, used, idle, worth, borrowed most and returned late. Nothing here changes anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from handlers import dates, holding
from handlers.checkout import reader
from handlers.dates import Moment
from handlers.item_card import moment_shown
from handlers.routes import Attached, Offer, Reply, Request, button, sentence
from handlers.spreadsheet import as_csv, file_name
from handlers.views import figures as views
from handlers.views import findings
from handlers.views.figures import Figures
from models import figures, locations, valuation
from models.catalog import Category
from models.diary import Window
from models.lists import MOST
from models.locations import Location
from models.members import Permission, require
from models.refusals import Refusal
from models.times import from_micros, local_day, micros
from models.wording import many
from models.workspace import workspace

#: So long back figures look where nothing is said, and so long something is idle.
USUAL = 90
#: Nothing is asked for longer, in days.
LONGEST = 3_650

#: What is asked, as buttons carry it: `r` which figures, `s` and `e` from when until when, `c` which category, `l` where, `d` days.
Asked = Mapping[str, Any]

MENU = (
    ("What is late, by how much", "Overdue", "figures overdue"),
    ("How many of the days that things are owned they are lent", "Use", "figures used"),
    ("What has lain in a store for 90 days", "Idle", "figures idle"),
    ("What each category is worth", "Value", "figures value"),
    ("What is borrowed most", "Borrowed", "figures borrowed"),
)
LATE = ("Who returns late", "Late returns", "figures late")


@sentence(
    "/stock",
    says="figures",
    needs=Permission.LOOK,
    does="offers figures with a picture: late, use, idle, value, borrowed, late returns",
    examples=("figures",),
    aliases=("reports", "report"),
)
def choose(request: Request, session: Session) -> Reply:  # noqa: ARG001
    """What figures there are, for whoever asks."""
    by = request.act.by
    shown = [one for one in MENU if one[1] != "Overdue" or by.may(Permission.SEE_OTHERS)]
    shown += [LATE] if by.may(Permission.SEE_LATENESS) else []
    return views.menu([(what, Offer(label, "/stock", said)) for what, label, said in shown], token=request.act.token)


@sentence(
    "/stock",
    says="figures overdue [at {location}]",
    needs=Permission.SEE_OTHERS,
    does="shows how much is late now and by how long, with a picture",
    examples=("figures overdue", "figures overdue at Warehouse"),
)
def overdue(request: Request, session: Session, *, location: Location | None = None) -> Reply:
    """What is late of what one may see."""
    return _follow(request, session, {"r": "overdue", "l": _id(location)})


@sentence(
    "/stock",
    says="figures used [category {category}] [from {start}] [to {end}]",
    needs=Permission.LOOK,
    does="shows of how many days owned assets were lent, the last 90 days unless you say, with a picture",
    examples=("figures used", "figures used category Cameras from 1 May to 31 Oct"),
    aliases=("figures utilisation", "figures utilization"),
)
def used(
    request: Request, session: Session, *, category: Category | None = None, start: str | None = None, end: str | None = None
) -> Reply:
    """Days lent of days owned."""
    return _follow(request, session, {"r": "used", "c": _id(category), **_during(request, start, end)})


@sentence(
    "/stock",
    says="figures idle [for {days}] [category {category}] [on {date}]",
    needs=Permission.LOOK,
    does="shows what has lain in a store and was not lent for 90 days, or as many as you say, with a picture",
    examples=("figures idle", "figures idle for 30 days category Cameras"),
)
def idle(
    request: Request, session: Session, *, days: str | None = None, category: Category | None = None, date: Moment | None = None
) -> Reply:
    """What nobody borrows."""
    at = _moment(request, date)
    return _follow(request, session, {"r": "idle", "d": _days(days), "c": _id(category), "e": micros(at)})


@sentence(
    "/stock",
    says="figures value [category {category}] [on {date}]",
    needs=Permission.LOOK,
    does="shows what each category is worth, today or on a day gone, with a picture",
    examples=("figures value", "figures value on 1 May"),
)
def value(request: Request, session: Session, *, category: Category | None = None, date: Moment | None = None) -> Reply:
    """Assets on the books, and stock at what it costs."""
    return _follow(request, session, {"r": "value", "c": _id(category), "e": micros(_moment(request, date))})


@sentence(
    "/stock",
    says="figures borrowed [category {category}] [from {start}] [to {end}]",
    needs=Permission.LOOK,
    does="shows what was borrowed most, in the last 90 days unless you say, with a picture",
    examples=("figures borrowed", "figures borrowed from 1 May"),
)
def borrowed(
    request: Request, session: Session, *, category: Category | None = None, start: str | None = None, end: str | None = None
) -> Reply:
    """What is borrowed most."""
    return _follow(request, session, {"r": "borrowed", "c": _id(category), **_during(request, start, end)})


@sentence(
    "/stock",
    says="figures late [at {location}] [from {start}] [to {end}]",
    needs=Permission.SEE_LATENESS,
    does="shows who returned late and how often, in the last 90 days unless you say, with a picture",
    examples=("figures late", "figures late at Warehouse from 1 May"),
)
def late(
    request: Request, session: Session, *, location: Location | None = None, start: str | None = None, end: str | None = None
) -> Reply:
    """Late returns, person by person."""
    return _follow(request, session, {"r": "late", "l": _id(location), **_during(request, start, end)})


@button("figures.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of the same figures."""
    _require(request, session, value)
    first = int(value["f"])
    asked = {key: one for key, one in value.items() if key != "f"}

    def page(other: Session) -> Reply:
        return replace(views.told(_found(request, other, asked), first=first, carried=asked), attached=None, replace=True)

    return Reply("", later=page)


@button("figures.file", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """All rows as a CSV file, in a direct message."""
    _require(request, session, value)

    def written(other: Session) -> Reply:
        found = _found(request, other, value)
        if found.total > MOST:
            raise Refusal(f"{found.title} has {found.total:,} rows, and a file here has {MOST:,} at most. Name a category.")
        content = as_csv(found.heads, found.table(MOST))
        day = str(local_day(request.act.now, request.act.by.time_zone))
        return views.sent(Attached(file_name(f"figures-{value['r']}", day), found.title, lambda: content))

    return Reply("", later=written)


def _follow(request: Request, session: Session, asked: Asked) -> Reply:
    """Says that the figures come: of large stores they take a moment, and hold nobody up meanwhile."""
    _require(request, session, asked)
    asked = {key: one for key, one in asked.items() if one is not None}
    return views.follows(_TITLES[asked["r"]], later=lambda other: views.told(_found(request, other, asked), first=0, carried=asked))


def _require(request: Request, session: Session, asked: Asked) -> None:
    """Who returns late is for those with the role everywhere, or where what they ask about left."""
    if asked["r"] == "overdue":
        require(request.act.by, Permission.SEE_OTHERS)
    if asked["r"] == "late":
        place = _location(session, asked)
        require(request.act.by, Permission.SEE_LATENESS, at=place)
        if place is None and not request.act.by.everywhere(Permission.SEE_LATENESS):
            raise Refusal("You see who returns late at some locations only. Name one: figures late at Warehouse.", field="location")


def _found(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    return _READS[asked["r"]](request, session, asked)


def _overdue(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    place = _location(session, asked)
    title = views.titled(_TITLES["overdue"], of=f"from {place.name}" if place else None, when="")
    return findings.overdue(title, holding.late_for(request, session, place), reader(request))


def _used(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    during, category = _window(asked), _category(session, asked)
    return findings.used(_titled(request, asked, category), figures.used(session, during, category=category))


def _idle(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    at, days, category = from_micros(asked["e"]), asked["d"], _category(session, asked)
    what = f"{_TITLES['idle']} for {many(days, 'day')}"
    title = views.titled(what, of=category.name if category else None, when=_on(request, at))
    items = figures.idle_by_item(session, at, days=days, category=category)
    return findings.idle(
        title,
        days,
        items,
        lambda first, most: figures.idle(session, at, days=days, category=category, first=first, most=most),
        reader(request),
    )


def _value(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    at, category, kept = from_micros(asked["e"]), _category(session, asked), workspace(session)
    title = views.titled(_TITLES["value"], of=category.name if category else None, when=_on(request, at))
    found = valuation.by_category(
        session, at, day=local_day(at, request.act.by.time_zone), zone=request.act.by.time_zone, category=category
    )
    return findings.valued(title, found, currency=kept.currency)


def _borrowed(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    during, category = _window(asked), _category(session, asked)
    return findings.borrowed(_titled(request, asked, category), figures.borrowed(session, during, category=category), reader(request))


def _late(request: Request, session: Session, asked: Asked) -> Figures[Any]:
    place = _location(session, asked)
    title = views.titled(_TITLES["late"], of=f"from {place.name}" if place else None, when=findings.period(_window(asked), reader(request)))
    return findings.late(title, figures.returns(session, _window(asked), at=place))


_READS: Mapping[str, Callable[[Request, Session, Asked], Figures[Any]]] = {
    "overdue": _overdue,
    "used": _used,
    "idle": _idle,
    "value": _value,
    "borrowed": _borrowed,
    "late": _late,
}
_TITLES = {
    "overdue": "Late now",
    "used": "Days lent of days owned",
    "idle": "Idle",
    "value": "Value by category",
    "borrowed": "Borrowed most",
    "late": "Late returns",
}


def _titled(request: Request, asked: Asked, category: Category | None) -> str:
    return views.titled(_TITLES[asked["r"]], of=category.name if category else None, when=findings.period(_window(asked), reader(request)))


def _on(request: Request, at: datetime) -> str:
    """The day that figures are of."""
    zone = request.act.by.time_zone
    return "today" if local_day(at, zone) == local_day(request.act.now, zone) else f"on {findings.day(at, reader(request))}"


def _during(request: Request, start: str | None, end: str | None) -> dict[str, int]:
    """From when until when: the last of the days included, and nothing that is still to come."""
    now, zone = request.act.now, request.act.by.time_zone
    with dates.told_as("end"):
        until = min(dates.past(end, now, zone).end, now) if end else now
    with dates.told_as("start"):
        since = dates.past(start, now, zone).start if start else until - timedelta(days=USUAL)
        if since >= until:
            raise Refusal("That ends before it begins. Say an earlier day to begin with.")
    return {"s": micros(since), "e": micros(until)}


def _days(text: str | None) -> int:
    if text is None:
        return USUAL
    read = re.fullmatch(r"(\d{1,4})(?:\s*days?)?", text.strip(), flags=re.IGNORECASE | re.ASCII)
    if read is None or not 0 < int(read[1]) <= LONGEST:
        raise Refusal(f"I can't read {text} as a number of days. Write it like 90 days.", field="days")
    return int(read[1])


def _moment(request: Request, date: Moment | None) -> datetime:
    return min(moment_shown(date), request.act.now) if date else request.act.now


def _id(row: Location | Category | None) -> int | None:
    return row.id if row is not None else None


def _window(asked: Asked) -> Window:
    return Window(from_micros(asked["s"]), from_micros(asked["e"]))


def _location(session: Session, asked: Asked) -> Location | None:
    return locations.get(session, asked["l"]) if asked.get("l") else None


def _category(session: Session, asked: Asked) -> Category | None:
    return session.get_one(Category, asked["c"]) if asked.get("c") else None
