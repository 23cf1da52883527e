"""Undo: the button under every answer to a change."""

from typing import Any

from sqlmodel import Session

from handlers.routes import Reply, Request, button
from handlers.views import answers
from handlers.views.parts import context, section
from models import undo
from models.members import Permission


@button(answers.UNDO, needs=Permission.CHECK_IN)
def undo_entry(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Takes an entry back; whoever did it may, and a keeper there. The answer stands in place of the one that is taken back."""
    posted = undo.undo(session, request.act, entry_id=value["entry"])
    text = f"Undone: entry {value['entry']} reads as if it had never happened. History shows both (entry {posted.id})."
    return Reply(text, [section("Undone. Everything is as it was before."), context(text)], replace=True)
