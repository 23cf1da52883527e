"""Pick-ups: whoever booked is told the working day before, or that morning; what nobody has picked up in time is free again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from models import booked, booking, catalog, lapsing, notices
from models.bookings import BOOKINGS, Booking, rules_of
from models.entries import ENTRIES, SUBJECTS, EntryKind
from models.ledger import Act
from models.members import SCHEDULE
from models.notices import NoticeKind
from models.times import is_working_day, local_day, work_starts, working_day_before
from models.unkept import told_to
from models.workspace import workspace

#: How many bookings are looked at in one transaction: it lasts well below a second.
BATCH = 100


def review(session: Session, act: Act) -> bool:
    """Looks at bookings that have changed, or whose time to look has come, and says whether there may be more of them.

    The schedule acts: who is to pick something up is told, and what was not picked up in time is freed. A second replica that does the
    same changes nothing.
    """
    rows = list(session.scalars(select(Booking).where(BOOKINGS.c.review_at <= act.now).order_by(BOOKINGS.c.id).limit(BATCH)))
    for one in rows:
        moments = _moments(session, one) if one.closed_at is None else []
        if moments and frees_at(session, one) <= act.now:
            if one.until_at <= act.now or not lapsing.is_wanted_after_all(session, BOOKINGS.name, one.id):
                _free(session, act, one)
        elif moments and moments[0] <= act.now:
            _remind(session, one, act.now)
        again = min((moment for moment in moments if moment > act.now), default=None)
        session.connection().execute(update(BOOKINGS).where(BOOKINGS.c.id == one.id).values(review_at=again))
    return len(rows) == BATCH


def frees_at(session: Session, one: Booking) -> datetime:
    """Until when it waits for its pick-up: so long as its category says, and never beyond its own end."""
    item = catalog.item(session, catalog.variant(session, one.variant_id).item_id)
    return min(one.from_at + rules_of(session, item).no_show, one.until_at)


def was_freed(session: Session, booking_id: int) -> bool:
    """Whether nobody came for it in time: the schedule was the last to change it, and took it back."""
    query = select(ENTRIES.c.kind, ENTRIES.c.member_id).join(SUBJECTS, SUBJECTS.c.entry_id == ENTRIES.c.id)
    query = query.where(SUBJECTS.c.subject == BOOKINGS.name, SUBJECTS.c.subject_id == booking_id)
    last = session.connection().execute(query.order_by(ENTRIES.c.id.desc()).limit(1)).one()
    return (last.kind, last.member_id) == (EntryKind.CANCELLED, SCHEDULE)


def _moments(session: Session, one: Booking) -> list[datetime]:
    """When it has to be looked at, in UTC: when its holder is told, and when it is freed, at its end even if it was to be kept."""
    return [reminded_at(one, _zone(session, one)), frees_at(session, one), one.until_at]


def reminded_at(one: Booking, zone: str) -> datetime:
    """When the holder is told: as the working day begins, that of the pick-up, else the one before. Later where it was booked later."""
    day = local_day(one.from_at, zone)
    if not is_working_day(day) or work_starts(day, zone) >= one.from_at:
        day = working_day_before(day)
    return max(work_starts(day, zone), one.booked_at)


def _zone(session: Session, one: Booking) -> str:
    return told_to(session, one).time_zone or workspace(session).time_zone


def _remind(session: Session, one: Booking, now: datetime) -> None:
    if one.booked_at >= reminded_at(one, _zone(session, one)) and one.by_id == told_to(session, one).id:
        return  # booked on that very day: nobody is reminded on the day of a promise of their own
    if booked.with_it(session, one)[0].id != one.id:
        return  # a kit is told of once
    receivers, key = notices.directly(told_to(session, one)), f"pick up:booking {one.id}"
    notices.owe(session, NoticeKind.PICK_UP, key=key, subject=BOOKINGS.name, subject_id=one.id, receivers=receivers, now=now, patient=True)


def _free(session: Session, act: Act, one: Booking) -> None:
    posted = booking.free(session, act, booking=one)
    notices.tell(session, NoticeKind.FREED, posted.id, notices.directly(told_to(session, one)), now=posted.recorded_at)
