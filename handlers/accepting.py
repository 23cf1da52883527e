"""The end of a stocktake: an approver sees what differs, has lines counted again, and accepts the rest; the whole count as a file."""

from typing import Any

from sqlmodel import Session

from handlers import counting
from handlers.forms import Form
from handlers.routes import Attached, Reply, Request, button, form
from handlers.spreadsheet import as_csv, file_name
from handlers.views import accepting as views
from handlers.views.parts import said, section
from models import accepting, catalog, locations, members, reserved, stocktake_reads
from models.members import Permission
from models.stocktakes import Stocktake, StocktakeState
from models.wording import amount
from models.workspace import workspace

#: The answer tells of so many reservations that are short.
MOST_SHORT = 10


@button("stocktake.differences", needs=Permission.APPROVE)
def show_differences(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """What differs, with its value, for an approver there."""
    return _form(request, session, stocktake_reads.get(session, value["c"]))


@button("stocktake.again", needs=Permission.APPROVE)
def press_again(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Count again: what was found of a line counts no more, and the form tells of the others."""
    stocktake = stocktake_reads.get(session, value["c"])
    accepting.ask_again(session, request.act, stocktake, [value["l"]])
    return _form(request, session, stocktake)


def _form(request: Request, session: Session, stocktake: Stocktake) -> Reply:
    accepting.require_to_decide(session, request.act, stocktake)
    every = stocktake_reads.lines(session, stocktake)
    carried = {"k": request.act.token(), "c": stocktake.id, "v": stocktake_reads.version(every)}
    count = counting.told(session, stocktake)
    differing, gap = stocktake_reads.differing(every), stocktake_reads.unsettled(every)
    return Reply("", form=views.form(count, differing, gap, currency=workspace(session).currency, carried=carried))


class AcceptForm(Form):
    """Why a count is accepted although not everything is agreed."""

    note: str | None = None


@form("stocktake.accept", needs=Permission.APPROVE, fields=AcceptForm)
def accept(request: Request, session: Session, *, fields: AcceptForm) -> Reply:
    """The differences are booked in one entry."""
    stocktake = stocktake_reads.get(session, request.carried["c"])
    posted = accepting.accept(session, request.act, stocktake, seen=request.carried["v"], note=fields.note)
    missing = [line for line in posted.lines if line.asset_id is None and locations.get(session, line.source_id).ours]
    short = list[tuple[str, str]]()
    for line in missing:
        variant = catalog.variant(session, line.variant_id)
        unit = catalog.item(session, variant.item_id).unit
        short += [(f"{amount(less, unit)} {variant.name}", job) for job, less in reserved.short(session, variant.id, line.source_id)]
    return views.accepted(counting.told(session, stocktake), posted, short=short[:MOST_SHORT])


@button("stocktake.file", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Every line of a count as a file; while it is open only for those who decide, or it would tell counters what to find."""
    stocktake = stocktake_reads.get(session, value["c"])
    place = locations.get(session, stocktake.location_id)
    if stocktake.state is StocktakeState.OPEN:
        members.require(request.act.by, Permission.APPROVE, at=place)
    rows = views.rows(stocktake_reads.lines(session, stocktake), workspace(session).currency)
    name = f"The count of {place.name}"
    text = f"{said(name)} comes as a CSV file in our direct messages."
    return Reply(text, [section(text)], attached=Attached(file_name("count", place.name), name, lambda: as_csv(views.HEADS, rows)))
