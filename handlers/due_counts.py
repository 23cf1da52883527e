"""Counts by a schedule: what is due is counted from the reminder, from the list or by a sentence."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import counting
from handlers.routes import Reply, Request, button, sentence
from handlers.views import counting as views
from models import due_counts, locations, stocktake_reads
from models.locations import Location
from models.members import Permission
from models.outbox import Leased


@sentence(
    "/stock",
    says="count due at {location}",
    needs=Permission.COUNT,
    does="opens a count of what is due in a location by its schedule: what is used for most money the most often",
    examples=("count due at Warehouse",),
)
def count_due(request: Request, session: Session, *, location: Location) -> Reply:
    """Opens the count of what is due."""
    return counting.opened(request, session, location, due=True)


@button("stocktake.due", needs=Permission.COUNT)
def press_due(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Start the count, on a reminder or in the list."""
    return counting.opened(request, session, locations.get(session, value["l"]), due=True)


def due_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """What is due in a location, as it is now."""
    location = locations.get(session, notice.subject_id)
    due = views.Due(location.name, location.id, due_counts.by_class(session, location, now))
    counting_now = stocktake_reads.overlapping(session, location) is not None
    return views.reminder(due, last=stocktake_reads.last(session), counting=counting_now, superseded=notice.superseded)
