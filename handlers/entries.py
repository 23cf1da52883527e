"""Undo: the button under every answer to a change."""

from typing import Any

from sqlmodel import Session

from handlers.routes import Reply, Request, button
from handlers.views import answers, happenings
from handlers.views.parts import context, section
from models import history, undo
from models.members import Permission


@button(answers.UNDO, needs=Permission.CHECK_IN)
def undo_entry(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Takes an entry back; whoever did it may, and a keeper there. The answer stands in place of the one that is taken back."""
    undo.undo(session, request.act, entry_id=value["entry"])
    (undone,) = history.of_entries(session, [value["entry"]])
    line = happenings.told(undone, now=request.act.now, zone=request.act.by.time_zone)
    text = "Undone. Everything is as it was before."
    return Reply(f"{text} {line}", [section(text), context(line)], replace=True)
