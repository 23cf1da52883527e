"""The forms about reservations: one that reserves, and one that asks until when something is kept."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.checkout import reader, zone_of
from handlers.defaults import source_of
from handlers.forms import Form, told_under
from handlers.reserving import keep
from handlers.routes import Reply, Request, button, form
from handlers.stock_form import chosen_item, chosen_place
from handlers.views import reserving as views
from models import catalog, finding, locations, reserved, reserving, times
from models.members import Permission
from models.times import DUE_TIME, Due, local_day

#: What Keep longer proposes.
WEEK = timedelta(weeks=1)


class ReserveForm(Form):
    """What is reserved. Names are texts, found again when the form is sent."""

    item: str
    quantity: str
    purpose: str
    location: str | None = None
    due: date | None = None
    due_time: time = DUE_TIME


class KeepForm(Form):
    """Until when it is kept; without a day until it is released."""

    due: date | None = None
    due_time: time = DUE_TIME


@button("stock.reserve", needs=Permission.RESERVE)
def open_form(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Reserve, on a card."""
    item = chosen_item(catalog.variant(session, value["variant"])) if value.get("variant") else None
    location = chosen_place(session, locations.get(session, value["location"])) if value.get("location") else None
    return Reply("", form=views.form(item=item, location=location, reader=reader(request), key=request.act.token()))


@form("stock.reserve", needs=Permission.RESERVE, fields=ReserveForm)
def send(request: Request, session: Session, *, fields: ReserveForm) -> Reply:
    """The form was sent. Everything is found and checked again as it is now."""
    with told_under({"source": "location", "variant": "item"}):
        variant = finding.variant(session, fields.item)
        quantity = called.quantity(session, variant, fields.quantity)
        named = finding.location(session, fields.location, request.act.by) if fields.location else None
        place = source_of(session, request, variant, named)
        due = _due(fields.due, fields.due_time, zone_of(session, request, place.location.id))
        return keep(request, session, variant, quantity, place=place, purpose=fields.purpose, due=due)


@button("reservation.extend", needs=Permission.RESERVE)
def ask_until(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Opens the form that asks until when; a week later than it is kept is filled in."""
    kept = reserving.still_kept(session, value["reservation"])
    zone = _zone(session, request, kept.location_id, kept.until_zone)
    later = local_day(max(kept.until_at or request.act.now, request.act.now) + WEEK, zone)
    shown = views.extend_form(reserved.get(session, kept.id), reader(request), chosen=later, zone=zone, key=request.act.token())
    return Reply("", form=shown)


@form("reservation.extend", needs=Permission.RESERVE, fields=KeepForm)
def keep_longer(request: Request, session: Session, *, fields: KeepForm) -> Reply:
    """A reservation is kept until that time."""
    kept = reserving.still_kept(session, request.carried["reservation"])
    before = views.until(reserved.get(session, kept.id), reader(request))
    due = _due(fields.due, fields.due_time, _zone(session, request, kept.location_id, kept.until_zone))
    posted = reserving.extend(session, request.act, kept=kept, until=due)
    return views.extended(posted, reserved.get(session, kept.id), before=before, reader=reader(request))


def _due(day: date | None, at: time, zone: str) -> Due | None:
    return times.due(datetime.combine(day, at), zone) if day else None


def _zone(session: Session, request: Request, location_id: int, agreed: str | None) -> str:
    """The zone in which it was agreed, else that of where it lies."""
    return agreed or zone_of(session, request, location_id)
