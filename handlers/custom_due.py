"""The reminder of a date in a custom field, with the buttons that show the thing, and set the next date."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import edit, look
from handlers.routes import Reply, Request, button
from handlers.views import custom_due as views
from models import assets, catalog, custom_fields, custom_reminders, custom_values, locations, lots
from models.catalog_names import Found
from models.custom_fields import About, CustomValue
from models.finding import Thing
from models.members import Permission
from models.outbox import Leased


def due_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The message as it should read now."""
    row = session.get_one(CustomValue, notice.subject_id)
    field = custom_fields.get(session, row.field_id)
    on = custom_reminders.day_of(session, row)
    told = views.FieldDue(
        value_id=row.id,
        thing=custom_values.called(session, field.about, row.subject_id),
        field=field.name,
        on=on,
        days=custom_reminders.days_to(session, on, now) if on is not None else 0,
        begun=custom_reminders.has_begun(session, row, now),
    )
    return views.due(told, superseded=notice.superseded)


@button("custom.show", needs=Permission.LOOK)
def show(request: Request, session: Session, *, value: Any) -> Reply:
    """The card of the thing."""
    return look.look(request, session, thing=_thing(session, value["v"]))


@button("custom.edit", needs=Permission.CATALOG)
def set_again(request: Request, session: Session, *, value: Any) -> Reply:
    """The form of the thing, to set the next date in."""
    return edit.edit(request, session, thing=_thing(session, value["v"]))


def _thing(session: Session, value_id: int) -> Thing:
    row = session.get_one(CustomValue, value_id)
    match custom_fields.get(session, row.field_id).about:
        case About.ASSET:
            return assets.get(session, row.subject_id)
        case About.LOT:
            return lots.get(session, row.subject_id)
        case About.LOCATION:
            return locations.get(session, row.subject_id)
        case _:
            item = catalog.item(session, row.subject_id)
            return Found(item, tuple(catalog.variants_of(session, item.id)))
