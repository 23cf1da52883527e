"""Approval requests: what the requester is told, and the card that is decided on."""

from datetime import datetime
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.parts import Block, actions, button, context, field, fields, modal, said, section, text_input
from models.approvals import RequestState

_SIGNS = {
    RequestState.WAITING: naming.WAITING,
    RequestState.APPROVED: naming.WELL,
    RequestState.DENIED: ":no_entry:",
    RequestState.WITHDRAWN: ":leftwards_arrow_with_hook:",
}
_DID = {RequestState.APPROVED: "approved", RequestState.DENIED: "denied", RequestState.WITHDRAWN: "withdrew"}


class Asked(NamedTuple):
    """An approval request in people's words. Every text but `reason` and `note` is escaped already."""

    id: int
    version: int
    state: RequestState
    requester: str
    #: "check out Canon R6 `SN-1`", "take 5 M8 bolts".
    what: str
    #: Label and value: from where, to whom, until when, what it costs, what it leaves.
    facts: tuple[tuple[str, str], ...]
    reason: str
    purpose: str | None
    asked_at: datetime
    decider: str | None
    decided_at: datetime | None
    note: str | None


def asked(request: Asked) -> Reply:
    """The requester is told that somebody else has to agree."""
    text = f"This needs approval, so I have asked: {request.what}."
    told = f"{said(request.reason)} You get a message when somebody has decided."
    return Reply(f"{text} {told}", [section(text), context(told), actions(withdraw(request))])


def withdraw(request: Asked) -> Block:
    """The requester's way back while nothing is decided."""
    return button("Withdraw", f"request.withdraw:{request.id}", {"request": request.id, "version": request.version})


def decide(request: Asked) -> list[Block]:
    """The two buttons of a request that waits. Each says which version was looked at."""
    value = {"request": request.id, "version": request.version}
    return [
        button("Approve", f"request.approve:{request.id}", value, style="primary"),
        button("Deny", f"request.deny:{request.id}", value, style="danger"),
    ]


def card(request: Asked, *, zone: str) -> Reply:
    """The card in the approvals channel: buttons while it waits, then who decided, when, and what followed."""
    head = f"{_SIGNS[request.state]} {said(request.requester)} asks to {request.what}"
    purpose = [context(f"“{said(request.purpose)}”")] if request.purpose else []
    facts = [fields(*request.facts)] if request.facts else []
    blocks: list[Block] = [section(f"*{head}*"), *facts, *purpose, context(said(request.reason))]
    if request.state is RequestState.WAITING:
        return Reply(f"{head}. Approve or deny it.", [*blocks, actions(*decide(request))])
    ended = _ended(request, zone=zone)
    return Reply(f"{head}. {ended}", [*blocks, context(ended)])


def _ended(request: Asked, *, zone: str) -> str:
    when = f", {naming.anywhere(request.decided_at, zone)}" if request.decided_at else ""
    because = f": “{said(request.note)}”" if request.note else "."
    if request.state is RequestState.APPROVED:
        because = ". It is done."
    if request.decider is None and request.state is RequestState.WITHDRAWN:
        return f"It was withdrawn{when}{because}"
    return f"{said(request.decider or 'Somebody')} {_DID[request.state]} this{when}{because}"


def decided(request: Asked, *, to_decider: bool = False) -> Reply:
    """The requester is told what was decided; the decider what that did."""
    if to_decider:
        did = _DID[request.state].capitalize()
        return Reply(
            f"{did}: {request.what} for {said(request.requester)}.", [section(f"{did}: {request.what} for {said(request.requester)}.")]
        )
    sign, who = _SIGNS[request.state], said(request.decider or "Somebody")
    if request.state is RequestState.APPROVED:
        text = f"{sign} {who} approved: {request.what}. It is done."
    else:
        because = f" “{said(request.note)}”" if request.note else ""
        text = f"{sign} {who} denied: {request.what}.{because}"
    return Reply(text, [section(text)])


def deny_form(request: Asked, *, key: str) -> Block:
    """Asks why, because a no without a reason helps nobody."""
    return modal(
        "request.deny",
        "Deny",
        [
            section(f"{said(request.requester)} asks to {request.what}."),
            field("reason", "Why not?", text_input("reason", multiline=True), hint=f"{request.requester} gets to read it."),
        ],
        submit="Deny",
        carried={"k": key, "request": request.id, "version": request.version},
    )
