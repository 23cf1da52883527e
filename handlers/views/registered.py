"""What is answered when the register has changed: something was added, edited or archived."""

from collections.abc import Sequence

from handlers.routes import Reply
from handlers.views import answers
from handlers.views.parts import Block, button


def done(what: str, remains: str | None = None, *, entry_id: int, ways_on: Sequence[Block] = ()) -> Reply:
    """One line of what changed, one of what follows, Undo, and what is likely to be done next. The lines are escaped mrkdwn."""
    undo = button("Undo", answers.UNDO, {"entry": entry_id})
    return answers.changed(what, remains, extra=[*ways_on, undo])
