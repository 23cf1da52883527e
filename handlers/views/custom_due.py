"""A date in a custom field that is coming up: what of, when, and what to do about it; and how it ended."""

from datetime import date
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.parts import actions, button, context, said, section
from models.lots import said_full


class FieldDue(NamedTuple):
    """A date that somebody is reminded of."""

    value_id: int
    thing: str
    field: str
    #: None: the field says no day any more, or the thing is archived.
    on: date | None
    #: How many days it is until then; below zero once it is past.
    days: int
    begun: bool


def due(one: FieldDue, *, superseded: bool) -> Reply:
    """What is due, with the two buttons that end it; the line that it is settled, or that a newer reminder follows."""
    name = f"{said(one.field)} of {said(one.thing)}"
    if superseded:
        return _line(f"A newer reminder of {name} follows below.")
    if one.on is None:
        return _line(f"{naming.WELL} {name}: nothing is due any more.")
    if not one.begun:
        return _line(f"{naming.WELL} {name} is {said_full(one.on)} now.")
    days = "1 day" if abs(one.days) == 1 else f"{abs(one.days)} days"
    when = f"in {days}" if one.days > 0 else "today" if not one.days else f"{days} ago"
    text = f"{naming.LOW if one.days > 0 else naming.LATE} {name} {'is' if one.days >= 0 else 'was'} {when}, on {said_full(one.on)}."
    value = {"v": one.value_id}
    return Reply(text, [section(text), actions(button("Set the next date", "custom.edit", value), button("Show", "custom.show", value))])


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
