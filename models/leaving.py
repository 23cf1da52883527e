"""Leaving: when somebody's account is deactivated, what is promised to them is free again, and what they hold is to be settled."""

from sqlalchemy import select
from sqlmodel import Session

from models import attesting, deciding, handing_over, locations, members, notices, outstanding, possessions, reserved, sweep_reads, sweeping
from models.bookings import BOOKINGS, Booking
from models.changes import Change, changed
from models.entries import EntryKind
from models.hand_overs import HAND_OVERS, HandOver, HandOverState
from models.ledger import Act, Posted
from models.members import Member
from models.notices import NoticeKind
from models.reserved import Which
from models.sweeps import SWEEPS
from models.waits import WAITS, Wait, WaitState


def left(session: Session, act: Act, member: Member) -> Posted | None:
    """Somebody has left: offers to them are taken back, their bookings and places in line are free, what they asked for is withdrawn.

    A sweep of what they hold begins; what they reserved for a job stays, and its card tells of it. All of it is one entry. None where
    they have nothing, asked for nothing, and nothing was promised to them.
    """
    assert member.location_id is not None
    place = locations.get(session, member.location_id)
    offers = list(
        session.scalars(select(HandOver).where(HAND_OVERS.c.receiver_id == member.id, HAND_OVERS.c.state == HandOverState.OFFERED))
    )
    bookings = list(session.scalars(select(Booking).where(BOOKINGS.c.holder_id == place.id, BOOKINGS.c.closed_at.is_(None))))
    waits = list(session.scalars(select(Wait).where(WAITS.c.holder_id == place.id, WAITS.c.closed_at.is_(None))))
    things = possessions.of(session, place, most=sweeping.MOST)
    asked = deciding.withdrawn(session, act, member)
    if not (offers or bookings or waits or things or asked or reserved.count(session, Which(by_id=member.id))):
        return None
    freed = [changed(one, state=HandOverState.VOID) for one in offers]
    freed += [outstanding.reduced(one, one.quantity, act.now) for one in bookings]
    freed += [_passed(one, act) for one in waits]
    freed += [*asked, *attesting.over(session, place.id)]
    known = sweep_reads.open_of(session, place.id)
    freed += [sweeping.closed(act, known)] if known is not None else []
    _, posted = sweeping.opened(session, act, place, things, also=freed, kind=EntryKind.LEFT, whose=member.id)
    handing_over.tell(session, posted, [members.at_location(session, giver) for giver in dict.fromkeys(one.giver_id for one in offers)])
    for booker in dict.fromkeys(one.by_id for one in bookings if one.by_id != member.id):
        notices.tell(session, NoticeKind.FREED, posted.id, notices.directly(members.get(session, booker)), now=posted.recorded_at)
    return posted


def _passed(one: Wait, act: Act) -> Change:
    return changed(one, state=WaitState.PASSED, claim_by_at=None, closed_at=act.now)


def back(session: Session, member: Member) -> None:
    """Somebody is a member again: the messages of their sweep say so."""
    rows = session.connection().execute(select(SWEEPS.c.id).where(SWEEPS.c.location_id == member.location_id)).scalars().all()
    sweeping.redraw(session, list(rows))
