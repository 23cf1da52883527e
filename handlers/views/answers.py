"""Answers to a change, refusals with their ways on, and the pages that stand in for them inside a form."""

from collections.abc import Callable, Sequence

from handlers.routes import Offer, Press, Reply, WayOn
from handlers.views.parts import Block, actions, button, code, context, modal, said, section
from models.ledger import Posted

#: The routes that every answer's buttons call.
UNDO, SAY = "entry.undo", "sentence.say"


def changed(what: str, remains: str | None = None, *, entry: Posted | None = None, extra: Sequence[Block] = ()) -> Reply:
    """One line of what happened, one of what remains, and Undo. Both lines are mrkdwn whose stored words were escaped."""
    blocks = [section(what)]
    if remains:
        blocks.append(context(remains))
    buttons = [*extra, button("Undo", UNDO, {"entry": entry.id})] if entry else [*extra]
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(text=" ".join(filter(None, (what, remains))), blocks=blocks)


def to_undo(entry_id: int) -> Block:
    """Undo alone, under what an entry is told by."""
    return actions(button("Undo", UNDO, {"entry": entry_id}))


def noted(entry: Posted) -> str:
    """What was noted with a change, so that whoever said it sees how it was read; nothing without a note."""
    return f"Noted: “{said(entry.note)}”" if entry.note else ""


def refused(text: str, offers: Sequence[WayOn], *, token: Callable[[], str]) -> Reply:
    """A refusal, and its ways on as buttons. The text is mrkdwn whose stored words were escaped."""
    blocks = [section(text)]
    if offers:
        blocks.append(actions(*(_way_on(offer, number, token=token) for number, offer in enumerate(offers[:5]))))
    return Reply(text=text, blocks=blocks)


def _way_on(offer: WayOn, number: int, *, token: Callable[[], str]) -> Block:
    if isinstance(offer, Press):
        return button(offer.label, f"{offer.route}:{number}", offer.value)
    return offered(offer, number, token=token)


def offered(offer: Offer, number: int, *, token: Callable[[], str]) -> Block:
    """A button that says a sentence. Each has an identity of its own: pressed twice, it is carried out once."""
    return button(offer.label, f"{SAY}:{number}", {"c": offer.command, "t": offer.sentence, "k": token()})


def page(reply: Reply, *, title: str = "Quartermaster") -> Block:
    """An answer as a page to read, where a form was open or Home was pressed."""
    return modal("page.read", title, reply.blocks or [section(reply.text)], close="Close")


def went_wrong(reference: str) -> Reply:
    """What somebody is told when the program itself failed."""
    text = f"That did not work because of a fault of mine; nothing was changed. Tell an admin the reference {code(reference)}."
    return Reply(text=text, blocks=[section(text)])
