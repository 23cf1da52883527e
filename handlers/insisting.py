"""Using what has expired all the same: a keeper says why, and the sentence that was refused is carried out with the reason."""

from typing import Any

from sqlmodel import Session

from handlers import speaking
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form
from handlers.typed import quoted
from handlers.views.parts import escaped, field, modal, section, text_input
from models.members import Permission

LONGEST_REASON = 300


class InsistForm(Form):
    """Why it is used all the same."""

    reason: str


@button("lot.insist", needs=Permission.QUARANTINE)
def press(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:  # noqa: ARG001
    """Asks why."""
    return asked(request, "It has expired.", command=value["c"], sentence=value["t"])


def asked(request: Request, text: str, *, command: str, sentence: str) -> Reply:
    """The form that asks why; the sentence travels with it."""
    blocks = [
        section(escaped(text)),
        field("reason", "Why is it used anyway?", text_input("reason", multiline=True, most=LONGEST_REASON), hint="It is kept with it."),
    ]
    carried = {"k": request.act.token(), "c": command, "t": sentence}
    return Reply(text, form=modal("lot.insist", "Use it anyway", blocks, submit="Use it", carried=carried))


@form("lot.insist", needs=Permission.QUARANTINE, fields=InsistForm)
def insist(request: Request, session: Session, *, fields: InsistForm) -> Reply:
    """Says the sentence again, with the reason."""
    words = f"{request.carried['t']} anyway {quoted(fields.reason)}"
    return speaking.say(request.table, session, request, speaking.heard(request.table, request.carried["c"], words))
