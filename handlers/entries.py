"""Undo: the button under every answer to a change."""

from typing import Any

from sqlmodel import Session

from handlers.routes import Reply, Request, button
from handlers.views import answers, happenings, naming
from handlers.views.parts import context, said, section
from models import history, reserved, undo
from models.history import Happening
from models.members import Permission
from models.wording import amount


@button(answers.UNDO, needs=Permission.CHECK_IN)
def undo_entry(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Takes an entry back; whoever did it may, and a keeper there. The answer stands in place of the one that is taken back."""
    undo.undo(session, request.act, entry_id=value["entry"])
    (undone,) = history.of_entries(session, [value["entry"]])
    line = happenings.told(undone, now=request.act.now, zone=request.act.by.time_zone)
    text = f"Undone. Everything is as it was before.{_short(session, undone)}"
    return Reply(f"{text} {line}", [section(text), context(line)], replace=True)


def _short(session: Session, undone: Happening) -> str:
    """Whose reservation has less behind it than is kept, now that what had come is not there any more."""
    told = []
    for variant_id, place_id, unit in dict.fromkeys((line.variant_id, line.target_id, line.unit) for line in undone.lines):
        told += [f"{said(amount(missing, unit))} for {said(job)}" for job, missing in reserved.short(session, variant_id, place_id)]
    return f" Short of what is kept there: {naming.things(told)}." if told else ""
