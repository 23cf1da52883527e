"""Attesting: members say whether what they should have is still right; what they dispute is for its keepers to settle."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session

from models import attestation_reads, ledger, locations, members, notices, possessions, settling
from models.attestation_reads import fingerprint
from models.attestations import ATTESTATIONS, ATTESTED, Attestation, AttestationState, AttestedThing, Verdict
from models.changes import Change, changed
from models.columns import clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind
from models.members import Member, Permission, Role, require
from models.notices import NoticeKind, Receiver
from models.possessions import Possession
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import local_day, said_time, work_starts, working_days_after
from models.workspace import WORKSPACE, workspace

#: Who has not answered is reminded once, after so long.
REMINDED = timedelta(days=7)
#: So many members are asked, or reminded, in one transaction; and a keeper asks so many at once.
BATCH, MOST_ASKED = 50, 500
LONGEST_NOTE = 500


def attest(session: Session, act: Act, *, place: Location | None) -> tuple[Posted, list[Attestation]]:
    """A keeper asks now: a member, or all who have something out that left a location, or without one everybody.

    Refuses where nobody is left to ask.
    """
    require(act.by, Permission.LEND, at=None if place is not None and place.kind is LocationKind.PERSON else place)
    if place is None and not act.by.everywhere(Permission.LEND):
        raise NotAllowed("To ask everybody you need the role keeper everywhere. Name a member, or a location of yours.", field="holder")
    if place is not None and place.kind is LocationKind.PERSON:
        asked = [_one(session, act, place)]
    else:
        asked = attestation_reads.holders(session, left=place, most=MOST_ASKED)
    if not asked:
        left = f" that left {place.name}" if place is not None else ""
        raise Refusal(f"Nobody has anything out{left} who is not asked already.", field="holder")
    return _ask(session, act, asked)


def _one(session: Session, act: Act, place: Location) -> Member:
    member = members.at_location(session, place.id)
    if member is None or not notices.directly(member):
        raise Refusal(f"{place.name} can't be asked in Slack. A keeper can sweep what they have.", field="holder")
    known = attestation_reads.open_of(session, place.id)
    if known is not None:
        when = said_time(known.asked_at, act.by.time_zone)
        raise Conflict(f"{place.name} was asked on {when}, and has not answered yet.", field="holder")
    if not possessions.of(session, place, most=1):
        raise Refusal(f"{place.name} has nothing, so there is nothing to ask about.", field="holder")
    return member


def _ask(session: Session, act: Act, asked: Sequence[Member]) -> tuple[Posted, list[Attestation]]:
    """One entry by which those members are asked; what they have not answered before is over."""
    over = [known for member in asked if (known := attestation_reads.open_of(session, member.location_id or 0)) is not None]
    made = [Attestation(member_id=one.id, location_id=one.location_id or 0, by_id=act.by.id, asked_at=act.now) for one in asked]
    session.add_all(made)
    session.flush()
    changes = [changed(one, state=AttestationState.OVER) for one in over] + [changed(one, state=AttestationState.ASKED) for one in made]
    behalf = made[0].member_id if len(made) == 1 else None
    posted = ledger.post(session, act, EntryKind.ASKED_TO_CONFIRM, changed=changes, on_behalf_of_id=behalf)
    for one in made:
        _tell(session, one, now=posted.recorded_at)
        _look_at(session, one, posted.recorded_at + REMINDED)
    return posted, made


def _tell(session: Session, one: Attestation, *, now: datetime) -> None:
    """Owes the question, or the next time that it is asked."""
    notices.owe_stage(
        session,
        NoticeKind.ATTEST,
        key=f"attest:attestation {one.id}:{one.reminded}",
        subject=ATTESTATIONS.name,
        subject_id=one.id,
        receivers=notices.directly(members.get(session, one.member_id)),
        now=now,
        told="",
    )


def _look_at(session: Session, one: Attestation, at: datetime | None, **more: int) -> None:
    session.connection().execute(update(ATTESTATIONS).where(ATTESTATIONS.c.id == one.id).values(review_at=at, **more))
    session.expire(one)


def remind(session: Session, act: Act, attestation_id: int) -> Attestation:
    """A keeper asks once more, where somebody has not answered yet."""
    one = attestation_reads.get(session, attestation_id)
    require(act.by, Permission.LEND)
    if one.state is not AttestationState.ASKED:
        raise Conflict(f"{members.get(session, one.member_id).name} {_ended(one)}.")
    _remind(session, one, act.now)
    return one


def _remind(session: Session, one: Attestation, now: datetime) -> None:
    _look_at(session, one, None, reminded=one.reminded + 1)
    _tell(session, one, now=now)


def _ended(one: Attestation) -> str:
    ways = {AttestationState.ANSWERED: "has answered already", AttestationState.VOID: "is not asked any more: it was taken back"}
    return ways.get(one.state, "was asked again since, or has left")


def to_answer(session: Session, act: Act, attestation_id: int, *, of: str) -> tuple[Attestation, list[Possession]]:
    """What somebody is about to answer. Refuses whom it is not for, what is answered, and a list that is not so any more."""
    require(act.by, Permission.CHECK_IN)
    one = attestation_reads.get(session, attestation_id)
    if one.member_id != act.by.id:
        raise NotAllowed(f"{members.get(session, one.member_id).name} is asked this: only they answer.")
    if one.state is AttestationState.ANSWERED:
        raise Conflict(f"You answered this on {said_time(one.answered_at or act.now, act.by.time_zone)}. To change that, undo the answer.")
    if one.state is not AttestationState.ASKED:
        raise Conflict("This is not asked any more.")
    things = attestation_reads.things(session, one)
    if not things:
        raise Conflict("You have nothing any more, so there is nothing to confirm.")
    if fingerprint(things) != of:
        notices.touch(session, {ATTESTATIONS.name: [one.id]})
        raise Conflict("What you have has changed since this list was made. The message shows the new one: look at that, then answer.")
    return one, things


def answer(
    session: Session,
    act: Act,
    attestation_id: int,
    *,
    of: str,
    wrong: Mapping[tuple[int, int, int | None, bool], Verdict] | None = None,
    note: str | None = None,
) -> Posted:
    """A member confirms what they have, but for what is `wrong`, by its key: that goes to its keepers, with their note.

    Nothing moves: what becomes of what is disputed is for a keeper to say.
    """
    one, things = to_answer(session, act, attestation_id, of=of)
    note = clean(note, what="note", field="note", longest=LONGEST_NOTE) if note and note.strip() else None
    rows = [_said(one, thing, (wrong or {}).get(thing.key, Verdict.RIGHT), note) for thing in things]
    session.add_all(rows)
    session.flush()
    disputed = [row for row in rows if row.verdict is not Verdict.RIGHT]
    answered = changed(one, state=AttestationState.ANSWERED, answered_at=act.now)
    changes = [answered, *(changed(row, active=True) for row in rows)]
    kind = EntryKind.DISPUTED if disputed else EntryKind.CONFIRMED
    posted = ledger.post(session, act, kind, changed=changes, note=note)
    for row in disputed:
        notices.owe(
            session,
            NoticeKind.DISPUTE,
            key=f"dispute:thing {row.id}",
            subject=ATTESTED.name,
            subject_id=row.id,
            receivers=_keepers(session, row),
            now=posted.recorded_at,
        )
    return posted


def _said(one: Attestation, thing: Possession, verdict: Verdict, note: str | None) -> AttestedThing:
    return AttestedThing(
        attestation_id=one.id,
        location_id=thing.location_id,
        variant_id=thing.variant_id,
        asset_id=thing.asset_id,
        checked_out=thing.checked_out,
        quantity=thing.quantity,
        verdict=verdict,
        note=note if verdict is not Verdict.RIGHT else None,
    )


def _keepers(session: Session, row: AttestedThing) -> list[Receiver]:
    """Who hears of a dispute: the keepers of where it left, else of everywhere; admins where there are none."""
    homes = settling.answering(session, attestation_reads.named(session, row))
    stores = [home if home.kind is not LocationKind.PERSON else None for home in homes]
    heard = [receiver for home in stores for receiver in notices.audience(session, Role.KEEPER, at=home)]
    return list(dict.fromkeys(heard)) or notices.audience(session, Role.ADMIN, at=None)


def to_settle(session: Session, thing_id: int) -> Possession:
    """What somebody still has, by the ledger, of what they dispute. Refuses where it is settled."""
    row = session.get_one(AttestedThing, thing_id)
    name = locations.get(session, row.location_id).name
    if not row.active:
        raise Conflict(f"{name} took that back.")
    if row.dismissed_by_id is not None:
        raise Conflict(f"{members.get(session, row.dismissed_by_id).name} dismissed it already.")
    left = attestation_reads.left_of(session, row)
    if left is None:
        raise Conflict(f"It is settled: what {name} had of it then has gone back, or elsewhere.")
    return left


def dismiss(session: Session, act: Act, thing_id: int) -> Posted:
    """A keeper says that there is nothing to do about what somebody disputes: it stays with them."""
    left = to_settle(session, thing_id)
    for place in settling.answering(session, left):
        require(act.by, Permission.MOVE, at=place)
    row = session.get_one(AttestedThing, thing_id)
    return ledger.post(session, act, EntryKind.DISMISSED, changed=[changed(row, dismissed_by_id=act.by.id, dismissed_at=act.now)])


def review(session: Session, act: Act) -> bool:
    """Reminds who has not answered, and once a day asks those whose time has come again; says whether there may be more of them.

    The schedule acts. A second replica that does the same changes nothing.
    """
    query = select(Attestation).where(ATTESTATIONS.c.review_at <= act.now).order_by(ATTESTATIONS.c.id).limit(BATCH)
    rows = list(session.scalars(query))
    for one in rows:
        due = notices.working_hours(session, one.member_id, one.asked_at + REMINDED)
        waits = one.state is AttestationState.ASKED and not one.reminded
        if waits and due <= act.now and attestation_reads.things(session, one):
            _remind(session, one, act.now)
        else:
            _look_at(session, one, due if waits and due > act.now else None)
    return len(rows) == BATCH or _ask_those_due(session, act)


def _ask_those_due(session: Session, act: Act) -> bool:
    ours = workspace(session)
    if ours.attest_days is None or (ours.attest_at is not None and ours.attest_at > act.now):
        return False
    due = attestation_reads.holders(session, since=act.now - timedelta(days=ours.attest_days), most=BATCH)
    if due:
        _ask(session, act, due)
    if len(due) < BATCH:
        morning = _next_morning(session, act.now)
        session.connection().execute(update(WORKSPACE).values(attest_at=morning))
        session.expire(ours)
    return len(due) == BATCH


def _next_morning(session: Session, now: datetime) -> datetime:
    zone = workspace(session).time_zone
    mornings = (work_starts(day, zone) for day in working_days_after(local_day(now, zone) - timedelta(days=1), 2))
    return next(morning for morning in mornings if morning > now)


def over(session: Session, location_id: int) -> list[Change]:
    """The change by which somebody who has left is not asked any more."""
    known = attestation_reads.open_of(session, location_id)
    return [changed(known, state=AttestationState.OVER)] if known is not None else []
