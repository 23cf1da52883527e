"""Sweeping: what a person or a location has is listed in a thread, and settled thing by thing until nothing is left."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models import ledger, locations, members, notices, possessions, settling, sweep_reads
from models.changes import Change, changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind
from models.members import Permission, Role, Standing, require
from models.notices import NoticeKind, Receiver
from models.possessions import Possession
from models.refusals import Conflict, Refusal
from models.sweep_reads import Line
from models.sweeps import SWEEP_LINES, SWEEPS, Sweep, SweepLine, SweepState

#: A thread lists so many things at most.
MOST = 200


def sweep(session: Session, act: Act, place: Location) -> tuple[Sweep, Posted]:
    """A keeper has all listed that a person or one of our locations has, to settle it. Refuses while another sweep of it is under way."""
    _require_keeper(act, place)
    if not place.ours:
        raise Refusal(f"{place.name} is not one of our locations: there is nothing to collect.", field="holder")
    known = sweep_reads.open_of(session, place.id)
    if known is not None and not is_back(session, known) and not all(line.settled for line in sweep_reads.lines(session, known)):
        raise Conflict(f"{place.name} is being swept already.", field="holder")
    things = possessions.of(session, place, most=MOST + 1)
    if not things:
        raise Refusal(f"{place.name} has nothing.", field="holder")
    if len(things) > MOST:
        raise Refusal(f"{place.name} has more than {MOST} things, too many to settle one by one. Sweep a part of it.", field="holder")
    ended = [] if known is None else [closed(act, known)]
    return opened(session, act, place, things, also=ended, kind=EntryKind.OPENED_SWEEP)


def _require_keeper(act: Act, place: Location) -> None:
    """A keeper of the location; of a person, any keeper: each thing is settled by those who answer for it."""
    require(act.by, Permission.MOVE, at=None if place.kind is LocationKind.PERSON else place)


def opened(
    session: Session, act: Act, place: Location, things: list[Possession], *, also: list[Change], kind: EntryKind, whose: int | None = None
) -> tuple[Sweep, Posted]:
    """The entry that begins a sweep, with what else it changes; its card and its thread are owed. `whose` person left, if so."""
    made = Sweep(location_id=place.id, by_id=act.by.id, because_left=whose is not None, opened_at=act.now)
    session.add(made)
    session.flush()
    for one in things[:MOST]:
        row = SweepLine(
            sweep_id=made.id,
            location_id=one.location_id,
            variant_id=one.variant_id,
            asset_id=one.asset_id,
            checked_out=one.checked_out,
            quantity=one.quantity,
        )
        session.add(row)
    session.flush()
    posted = ledger.post(session, act, kind, changed=[*also, changed(made, state=SweepState.OPEN)], on_behalf_of_id=whose)
    made.reviewed_to = posted.id
    _owe(session, made, _receivers(session, place, things), now=posted.recorded_at)
    return made, posted


def _receivers(session: Session, place: Location, things: list[Possession]) -> list[Receiver]:
    """The keepers' channel, else the keepers: of the location, or for a person of everywhere, and of where their things came from."""
    if place.kind is not LocationKind.PERSON:
        return notices.audience(session, Role.KEEPER, at=place)
    heard = notices.audience(session, Role.KEEPER, at=None)
    if any(channel for channel, _ in heard):
        return heard
    homes = {one.id: one for thing in things for one in settling.answering(session, thing)}
    return list(dict.fromkeys([*heard, *(each for home in homes.values() for each in notices.audience(session, Role.KEEPER, at=home))]))


def _owe(session: Session, made: Sweep, receivers: list[Receiver], *, now: datetime) -> None:
    key = f"sweep:sweep {made.id}"
    every = sweep_reads.lines(session, made)
    notices.owe(
        session,
        NoticeKind.SWEEP,
        key=key,
        subject=SWEEPS.name,
        subject_id=made.id,
        receivers=receivers,
        now=now,
        told=_whole(session, made, every),
    )
    for page in sweep_reads.pages(every):
        first = page[0].id
        notices.owe(
            session,
            NoticeKind.SWEEP_PAGE,
            key=f"sweep page:line {first}",
            subject=SWEEP_LINES.name,
            subject_id=first,
            receivers=receivers,
            now=now,
            told=_told(page),
            under=key,
        )


def _whole(session: Session, one: Sweep, lines: Sequence[Line]) -> str:
    """What its card tells of: its things, and what is kept in the name of whoever left."""
    return f"{_told(lines)};{','.join(f'{kept.id}x{kept.quantity}' for kept in sweep_reads.kept_of(session, one))}"


def _told(lines: Sequence[Line]) -> str:
    return ",".join(f"{line.left.quantity if line.left else 0}:{line.times}" for line in lines)


def review(session: Session) -> None:
    """Draws the messages of sweeps anew of which something has been settled, or has come back."""
    for one in sweep_reads.open_ones(session):
        last, moved = sweep_reads.moved_since(session, one)
        if moved:
            every = sweep_reads.lines(session, one)
            notices.redraw_stage(session, NoticeKind.SWEEP, subject=SWEEPS.name, subject_id=one.id, told=_whole(session, one, every))
            for page in sweep_reads.pages(every):
                notices.redraw_stage(session, NoticeKind.SWEEP_PAGE, subject=SWEEP_LINES.name, subject_id=page[0].id, told=_told(page))
        one.reviewed_to = last


def redraw(session: Session, sweep_ids: Sequence[int]) -> None:
    """Asks for all messages of those sweeps to be drawn again."""
    if not sweep_ids:
        return
    rows = session.connection().execute(select(SWEEP_LINES.c.id).where(SWEEP_LINES.c.sweep_id.in_(sweep_ids))).scalars()
    notices.touch(session, {SWEEPS.name: sweep_ids, SWEEP_LINES.name: rows})


def to_settle(session: Session, line_id: int) -> Possession:
    """What is left of a thing that somebody is about to settle. Refuses what is settled already, and where its sweep is over."""
    row = session.get_one(SweepLine, line_id)
    one = sweep_reads.get(session, row.sweep_id)
    place = locations.get(session, one.location_id)
    if one.state is not SweepState.OPEN:
        raise Conflict(f"The sweep of {place.name} is {'closed' if one.state is SweepState.CLOSED else 'taken back'}.")
    if is_back(session, one):
        raise Conflict(f"{place.name} is back and keeps it. To settle it all the same, say so: `/checkout sweep {place.name}`.")
    line = next(each for each in sweep_reads.lines(session, one) if each.id == line_id)
    if line.left is None:
        last = line.went[-1] if line.went else None
        where = f" {last.member} settled it: it went to {last.target}." if last else ""
        raise Conflict(f"{place.name} has none of it any more.{where}")
    return line.left


def is_back(session: Session, one: Sweep) -> bool:
    """Whether whoever it began for, because they left, is a member again."""
    member = members.at_location(session, one.location_id) if one.because_left else None
    return member is not None and member.standing is Standing.MEMBER


def close(session: Session, act: Act, sweep_id: int) -> Posted:
    """A keeper ends a sweep: what is not settled stays where it is."""
    one = sweep_reads.get(session, sweep_id)
    place = locations.get(session, one.location_id)
    _require_keeper(act, place)
    if one.state is not SweepState.OPEN:
        who = members.get(session, one.closed_by_id).name if one.closed_by_id else "Somebody"
        raise Conflict(f"{who} closed the sweep of {place.name} already.")
    posted = ledger.post(session, act, EntryKind.CLOSED_SWEEP, changed=[closed(act, one)])
    redraw(session, [one.id])
    return posted


def closed(act: Act, one: Sweep) -> Change:
    """The change that ends a sweep."""
    return changed(one, state=SweepState.CLOSED, closed_by_id=act.by.id, closed_at=act.now)
