"""Undo: the button under every answer to a change, and the sentence that leads to it."""

from typing import Any

from sqlmodel import Session

from handlers.routes import Reply, Request, button, sentence
from handlers.views import answers, happenings, naming
from handlers.views.parts import context, said, section
from models import history, reserved, undo
from models.history import Happening
from models.members import Permission
from models.refusals import Refusal
from models.wording import amount

#: So many of the last that somebody did are looked through for what stands.
LOOKED_THROUGH = 10


@sentence(
    "/stock",
    "/checkout",
    says="undo",
    needs=Permission.LOOK,
    does="shows the last thing you did, with the button that takes it back",
    examples=("undo",),
)
def last_done(request: Request, session: Session) -> Reply:
    """The last thing whoever asks did, so far as it stands: its button takes it back, so that nobody undoes something else by mistake."""
    own = history.of_member(session, request.act.by.id, limit=LOOKED_THROUGH)
    last = next((one for one in own if one.reverses_id is None and one.undone_by_id is None), None)
    if last is None:
        raise Refusal("You have done nothing lately that could be undone.")
    line = happenings.told(last, now=request.act.now, zone=request.act.by.time_zone)
    return Reply(f"The last thing you did: {line}", [section("The last thing you did:"), context(line), answers.to_undo(last.id)])


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
