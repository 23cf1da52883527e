"""Everything that is kept as a file, which an import takes in again."""

from sqlmodel import Session

from handlers.dates import Moment
from handlers.item_card import moment_shown, said_moment
from handlers.routes import Attached, Reply, Request, sentence
from handlers.spreadsheet import as_csv, file_name
from handlers.views import exporting as views
from models import exporting, exporting_custom, locations
from models.importing.sheets import MOST_BYTES, MOST_ROWS
from models.locations import Location
from models.members import Permission
from models.then import Then
from models.times import local_day


@sentence(
    "/stock",
    says="export [at {location}] [on {date}]",
    needs=Permission.SEE_OTHERS,
    does="sends you all that is kept as a CSV file, which an import takes in again; with a date, as it lay then",
    examples=("export", "export at Van 3", "export on 12 May"),
)
def export(request: Request, session: Session, *, location: Location | None = None, date: Moment | None = None) -> Reply:  # noqa: ARG001
    """Says that the file follows: to write one of large stores takes a moment."""
    at = moment_shown(date) if date else None
    day = local_day(at or request.act.now, request.act.by.time_zone)
    file = file_name("stock", f"{location.name}-{day}" if location else str(day))
    title = views.titled(location.name if location else None, said_moment(request, date) if date else None)
    below = location.id if location else None

    def written(other: Session) -> Reply:
        then = Then(other, at)
        own = exporting_custom.columns(then, request.act.by)
        rows = list(exporting.rows(then, own, below=locations.get(other, below) if below is not None else None))
        content = as_csv(exporting.columns(own), rows)
        fits = len(rows) <= MOST_ROWS and len(content) <= MOST_BYTES
        return views.sent(Attached(file, title, lambda: content), rows=len(rows), note="" if fits else views.TO_SPLIT)

    return views.follows(title, later=written)
