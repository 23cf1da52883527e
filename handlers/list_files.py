"""Lists as files: checkouts, orders, history and what else is kept besides things and stock."""

from collections.abc import Mapping, Sequence
from datetime import date as day
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import dates
from handlers.dates import Moment
from handlers.item_card import moment_shown, said_moment
from handlers.routes import Attached, Reply, Request, button, sentence
from handlers.spreadsheet import as_csv, file_name
from handlers.views import exporting as views
from models import lists
from models.diary import Window
from models.lists import Listed
from models.members import Permission, Unprivileged, require
from models.orders import name_of
from models.quantities import plain_money, plain_number
from models.refusals import NotAllowed, Refusal
from models.times import local_day, zone
from models.wording import listed

#: The columns that hold millionths of a unit, and those that hold minor units of the row's currency.
QUANTITIES = frozenset({"quantity", "received", "on hand", "reorder below", "reorder to", "pack", "minimum", "price per", "scrap"})
MONEY = frozenset({"price", "cost"})
#: What those lists are called whose own word alone would not do.
TITLES = {Listed.HISTORY: "History", Listed.LOW: "The list of what is low", Listed.WAITING: "The list of who waits"}


@sentence(
    "/stock",
    says="export {listed} [on {date}] [from {start}] [to {end}]",
    needs=Permission.LOOK,
    does=f"sends a list as a CSV file, with a date as it stood then, of history what happened in some time: {listed(list(Listed))}",
    examples=("export orders", "export checkouts on 12 May", "export history from 1 May to 31 May"),
)
def export_list(
    request: Request,
    session: Session,  # noqa: ARG001
    *,
    listed: Listed,
    date: Moment | None = None,
    start: str | None = None,
    end: str | None = None,
) -> Reply:
    """A list as it stands or stood; of history what happened in some time, or all of it."""
    if listed is Listed.HISTORY and date is not None:
        raise Refusal("History has no state of a day. Say it as in: export history from 1 May to 31 May.", field="date")
    if (start or end) and listed is not Listed.HISTORY:
        raise Refusal(f"The list of {listed} is of one moment. Say a day, as in: export {listed} on 12 May.", field="start")
    return _follow(request, listed, date=date, during=_during(request, start, end))


@button("export.list", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:  # noqa: ARG001
    """The list that a page is read of."""
    return _follow(request, Listed(value["l"]))


def _follow(request: Request, which: Listed, *, date: Moment | None = None, during: Window | None = None) -> Reply:
    """Says that the file comes; who may not see all of the list gets none."""
    _require(request, which)
    at = moment_shown(date) if date else None
    file = file_name(str(which), str(local_day(at or request.act.now, request.act.by.time_zone)))
    title = views.of_then(TITLES.get(which, f"The list of {which}"), said_moment(request, date) if date else None)

    def written(other: Session) -> Reply:
        heads, rows = lists.read(other, which, at=at, during=during)
        if len(rows) > lists.MOST:
            way = "Say from when to when." if which is Listed.HISTORY else "An admin gets all of it with `quartermaster export`."
            raise Refusal(f"{title} has more than {lists.MOST:,} rows, and that is too long for a file here. {way}")
        return sent(request, file, title, heads, rows)

    return views.follows(title, later=written)


def sent(request: Request, file: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Reply:
    """The answer with those rows as a file."""
    table = [_cells(heads, row, request.act.by.time_zone) for row in rows]
    return views.sent(Attached(file, title, lambda: as_csv(heads, table)), rows=len(rows))


def _require(request: Request, which: Listed) -> None:
    permission = lists.NEEDS.get(which)
    if permission is None:
        return
    try:
        require(request.act.by, permission)
    except Unprivileged as refused:
        raise Unprivileged(f"To get the list of {which} you need the role {refused.role}.", refused.role, None) from None
    if not request.act.by.everywhere(permission):
        raise NotAllowed(f"The list of {which} is of all locations, and you see those of some. Ask an admin.", field="listed")


def _during(request: Request, start: str | None, end: str | None) -> Window | None:
    if start is None and end is None:
        return None
    now, there = request.act.now, request.act.by.time_zone
    with dates.told_as("end"):
        until = dates.past(end, now, there).end if end else now
    with dates.told_as("start"):
        since = dates.past(start, now, there).start if start else datetime.min.replace(tzinfo=now.tzinfo)
        if since >= until:
            raise Refusal("That ends before it begins. Say an earlier day to begin with.")
    return Window(since, until)


def _cells(heads: Sequence[str], row: Sequence[Any], zone_name: str) -> list[str | int | None]:
    told = dict(zip(heads, row, strict=True))
    return [_cell(head, value, told, zone_name) for head, value in told.items()]


def _cell(head: str, value: Any, row: Mapping[str, Any], zone_name: str) -> str | int | None:  # noqa: PLR0911 - a form a kind
    """As a spreadsheet reads it: numbers with a point, days as 2026-11-23, times in the reader's zone."""
    match value:
        case datetime():
            return value.astimezone(zone(zone_name)).isoformat(sep=" ", timespec="minutes")
        case day():
            return value.isoformat()
        case list() if head == "prices":
            return "; ".join(f"{plain_number(start)}: {plain_money(price, row['currency'])}" for start, price in value)
        case list():
            return "; ".join(value)
        case int() if head in QUANTITIES:
            return plain_number(value)
        case int() if head in MONEY:
            return plain_money(value, row["currency"] or "")
        case int() if head == "order":
            return name_of(value)
    return value if value is None or isinstance(value, int) else str(value)
