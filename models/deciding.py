"""Deciding: an approval request is approved, denied or withdrawn, once, and what was approved is done in the same transaction."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from models import approvals, homes, ledger, locations, members, notices
from models.approvals import ApprovalRequest, RequestState
from models.asking import VERBS, arguments_of, custom_of
from models.changes import Change, changed
from models.columns import clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.members import Member, Permission, require
from models.notices import NoticeKind
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import said_time
from models.workspace import workspace

#: The longest reason that somebody may give with a decision.
LONGEST_REASON = 500

_DID = {RequestState.APPROVED: "approved", RequestState.DENIED: "denied", RequestState.WITHDRAWN: "withdrew"}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: its entry, the request as it stands now, and the entry of what was done because of it."""

    posted: Posted
    request: ApprovalRequest
    done: Posted | None = None


def approve(session: Session, act: Act, *, request_id: int, version: int) -> Decided:
    """Allows what was asked and does it, as the requester, all or nothing. `version` is that of the card that was looked at.

    For an approver of where it leaves, at this moment; never for the requester nor for whom it is. Refuses what is decided already, with
    who did, and what has become impossible since: then the request stays as it is.
    """
    request = _open(session, act, request_id, version)
    _require_may_decide(session, act, request)
    try:
        with session.begin_nested():
            done = _carry_out(session, act, request)
            return _settle(session, act, request, RequestState.APPROVED, EntryKind.APPROVED, done=done)
    except Refusal as refused:
        session.expire_all()
        raise Conflict(f"This can't be done any more as it was asked: {refused.text} The request stays open.") from refused


def deny(session: Session, act: Act, *, request_id: int, version: int, reason: str) -> Decided:
    """Refuses what was asked, with the reason. For those who may approve it."""
    request = _open(session, act, request_id, version)
    _require_may_decide(session, act, request)
    reason = clean(reason, what="reason", field="reason", longest=LONGEST_REASON)
    return _settle(session, act, request, RequestState.DENIED, EntryKind.DENIED, note=reason)


def withdraw(session: Session, act: Act, *, request_id: int, version: int | None = None) -> Decided:
    """Takes back what one has asked oneself, while it is not decided; without a version, however it stands."""
    request = _open(session, act, request_id, version)
    require(act.by, Permission.LOOK)
    if request.requester_id != act.by.id:
        raise NotAllowed("Only whoever asked can withdraw this.")
    return _settle(session, act, request, RequestState.WITHDRAWN, EntryKind.WITHDREW)


def withdrawn(session: Session, act: Act, requester: Member) -> list[Change]:
    """What somebody has asked for and nobody has decided yet is asked no more, because they have left."""
    decision = {"state": RequestState.WITHDRAWN, "decided_by_id": act.by.id, "decided_at": act.now, "note": f"{requester.name} has left"}
    asked = approvals.open_of_requester(session, requester.id)
    if asked:
        homes.mark_with_roles(session, now=act.now)
    return [changed(request, version=request.version + 1, **decision) for request in asked]


def _open(session: Session, act: Act, request_id: int, version: int | None) -> ApprovalRequest:
    request = approvals.get(session, request_id)
    session.refresh(request)
    if request.state is not RequestState.WAITING:
        raise Conflict(said_decision(session, request, time_zone=act.by.time_zone))
    if version not in (None, request.version):
        raise Conflict("This has changed since you looked. Look again, then decide.")
    return request


def said_decision(session: Session, request: ApprovalRequest, *, time_zone: str) -> str:
    """Who decided a request, and when, for a reader in that zone: "Bo approved this on Mon 23 Nov, 10:02."."""
    if request.decided_by_id is None or request.decided_at is None:
        return "Nobody has decided this yet."
    when = said_time(request.decided_at, time_zone)
    if request.decided_by_id == members.SCHEDULE:
        return f"This was withdrawn on {when}: {request.note}."
    return f"{members.get(session, request.decided_by_id).name} {_DID[request.state]} this on {when}."


def _require_may_decide(session: Session, act: Act, request: ApprovalRequest) -> None:
    if act.by.id == request.requester_id:
        raise NotAllowed("You asked for this yourself, so somebody else decides.")
    if act.by.id == request.beneficiary_id:
        raise NotAllowed("This is for you, so somebody else decides.")
    at = locations.get(session, request.location_id) if request.location_id is not None else None
    require(act.by, Permission.APPROVE, at=at)
    if at is None and not act.by.everywhere(Permission.APPROVE):
        raise NotAllowed("This is not about one location alone, so an approver for all of them decides.")


def _carry_out(session: Session, act: Act, request: ApprovalRequest) -> Posted:
    requester = members.actor(session, request.requester_id, time_zone=workspace(session).time_zone)
    # A refusal is told to whoever decides, so its times are said in their zone.
    asked = Act(replace(requester, time_zone=act.by.time_zone), act.now, act.token, request_id=request.id, custom=custom_of(request))
    return VERBS[request.verb](session, asked, **arguments_of(session, request))


def _settle(
    session: Session,
    act: Act,
    request: ApprovalRequest,
    state: RequestState,
    kind: EntryKind,
    *,
    note: str | None = None,
    done: Posted | None = None,
) -> Decided:
    decision: dict[str, Any] = {"state": state, "version": request.version + 1, "decided_by_id": act.by.id, "decided_at": act.now}
    decision |= {"note": note, "entry_id": done.id if done else None}
    posted = ledger.post(session, act, kind, changed=[changed(request, **decision)], note=note)
    homes.mark(session, [], members=[request.requester_id, request.beneficiary_id], now=act.now)
    homes.mark_with_roles(session, now=act.now)
    if state is not RequestState.WITHDRAWN:
        _tell(session, act, request)
    return Decided(posted, request, done)


def _tell(session: Session, act: Act, request: ApprovalRequest) -> None:
    notices.owe(
        session,
        NoticeKind.DECISION,
        key=f"decision:request {request.id}",
        subject="approval_requests",
        subject_id=request.id,
        receivers=notices.directly(members.get(session, request.requester_id)),
        now=act.now,
        patient=True,
    )


def to_decide(session: Session, act: Act, *, request_id: int, version: int) -> ApprovalRequest:
    """The request that somebody is about to decide. Refuses whatever deciding it would."""
    request = _open(session, act, request_id, version)
    _require_may_decide(session, act, request)
    return request
