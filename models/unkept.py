"""Promises that can't be kept: whoever booked what is lost, retired or broken, or waits for it, is told, with what is free instead."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models import assets, availability, bulk, catalog, members, notices
from models.assets import ASSETS, Asset, AssetState
from models.bookings import BOOKINGS, Booking
from models.caches import End, Line
from models.catalog import Variant
from models.changes import ByTable
from models.diary import Diary, Why
from models.locations import LOCATIONS, STORES
from models.members import Member
from models.notices import NOTICES, NoticeKind
from models.waits import WAITS, Wait

#: How an asset stands that nobody can be lent.
GONE = frozenset({AssetState.LOST, AssetState.RETIRED, AssetState.IN_REPAIR, AssetState.OUT_OF_USE})
#: So many other assets are looked at for one that is free, and so many are offered.
MOST_LOOKED_AT, MOST_OFFERED = 50, 2

#: What somebody was told of what can't be had, as long as that goes on.
_TOLD = (NOTICES.c.kind == NoticeKind.GONE) & (NOTICES.c.told != "") & ~NOTICES.c.superseded
_ANY_BOOKING = select(BOOKINGS.c.id).where(BOOKINGS.c.closed_at.is_(None)).limit(1)
_ANY_WAIT = select(WAITS.c.id).where(WAITS.c.closed_at.is_(None), WAITS.c.asset_id.is_not(None)).limit(1)


def told_to(session: Session, one: Booking | Wait) -> Member:
    """Who is told of a booking, or a place in line: its holder, or for what is no person whoever made it."""
    return members.at_location(session, one.holder_id) or members.get(session, one.by_id)


def follow(
    session: Session, lines: Sequence[Line], at: Mapping[int, End], of_table: ByTable, *, by_id: int, entry_id: int, now: datetime
) -> None:
    """Tells whom an entry lets down, and has earlier messages drawn again where it brings something back.

    Only `ledger.post()` calls this.
    """
    gone = {place for place, end in at.items() if assets.state(end.kind) in GONE}
    crossing = [line for line in lines if (line.source_id in gone) != (line.target_id in gone)]
    passed = [line.asset_id for line in crossing if line.asset_id is not None]
    passed += [change.id for change in of_table.get(ASSETS.name, ()) if "out_of_use" in change.after]
    if not passed:
        return
    if session.connection().execute(_ANY_BOOKING).first() is not None:
        for variant_id in _variants(session, passed):
            _tell_bookers(session, catalog.variant(session, variant_id), set(passed), by_id=by_id, entry_id=entry_id, now=now)
    if session.connection().execute(_ANY_WAIT).first() is not None:
        _tell_waiting(session, passed, by_id=by_id, entry_id=entry_id, now=now)


def _variants(session: Session, asset_ids: Sequence[int]) -> list[int]:
    """The variants of those assets of which something is booked."""
    query = select(BOOKINGS.c.variant_id).distinct().where(BOOKINGS.c.closed_at.is_(None))
    own = [
        query.where(BOOKINGS.c.variant_id.in_(select(ASSETS.c.variant_id).where(ASSETS.c.id.in_(page)))) for page in bulk.pages(asset_ids)
    ]
    return list(dict.fromkeys(found for page in own for found in session.connection().execute(page).scalars()))


def _tell_bookers(session: Session, variant: Variant, passed: AbstractSet[int], *, by_id: int, entry_id: int, now: datetime) -> None:
    diary = availability.diary_of(session, variant, now=now)
    unkept = _unkept(diary)
    for booking_id in unkept:
        one = session.get_one(Booking, booking_id)
        _owe(session, told_to(session, one), BOOKINGS.name, one.id, by_id=by_id, entry_id=entry_id, now=now)
    kept = [span for span in diary.spans if span.why is Why.BOOKED and span.row_id not in unkept]
    told = set[int]()
    for page in bulk.pages([span.row_id for span in kept]):
        query = select(NOTICES.c.subject_id).where(NOTICES.c.subject == BOOKINGS.name, NOTICES.c.subject_id.in_(page), _TOLD)
        told |= set(session.connection().execute(query).scalars())
    for span in kept:
        if span.row_id in told or span.asset_id in passed:
            _settle(session, BOOKINGS.name, span.row_id)


def _unkept(diary: Diary) -> list[int]:
    """The bookings that can't be kept: those of assets that can't be had, and of any those for which the earlier ones leave none."""
    booked = [span for span in diary.spans if span.why is Why.BOOKED]
    unkept = [one.row_id for one in booked if one.asset_id in diary.gone]
    of_any = sorted((one for one in booked if one.asset_id is None), key=lambda one: one.row_id)
    kept = [span for span in diary.spans if span not in of_any]
    for one in of_any:
        if diary._replace(spans=[*kept, one]).holds(one):
            kept.append(one)
        else:
            unkept.append(one.row_id)
    return unkept


def is_unkept(session: Session, booking: Booking, now: datetime) -> bool:
    """Whether a booking can't be kept, as things are now."""
    diary = availability.diary_of(session, catalog.variant(session, booking.variant_id), now=now)
    return booking.id in _unkept(diary)


def let_down(session: Session, gone: Sequence[Asset], *, entry_id: int, by_id: int, now: datetime) -> list[tuple[Booking | Wait, bool]]:
    """Whom that entry, just written, lets down about those assets, and whether they are told; of any that are booked only whom it does."""
    if not any(session.connection().execute(query).first() for query in (_ANY_BOOKING, _ANY_WAIT)):
        return []
    ids = [one.id for one in gone if state_of(session, one.id) in GONE]
    diaries = [availability.diary_of(session, catalog.variant(session, one), now=now) for one in _variants(session, ids)]
    found = list[tuple[Booking | Wait, bool]]()
    for row_id in [row_id for diary in diaries for row_id in _unkept(diary)]:
        one = session.get_one(Booking, row_id)
        told = _told_of(session, BOOKINGS.name, row_id)
        if one.asset_id in ids or (one.asset_id is None and (told == str(entry_id) or told_to(session, one).id == by_id)):
            found.append((one, told is not None))
    waiting = session.scalars(select(Wait).where(WAITS.c.asset_id.in_(ids), WAITS.c.closed_at.is_(None)).order_by(WAITS.c.id))
    return found + [(one, _told_of(session, WAITS.name, one.id) is not None) for one in waiting]


def _told_of(session: Session, table: str, row_id: int) -> str | None:
    """The entry that somebody was told of because of a booking or a place in line, as long as that goes on."""
    of_it = (NOTICES.c.subject == table) & (NOTICES.c.subject_id == row_id)
    return session.connection().execute(select(NOTICES.c.told).where(of_it, _TOLD)).scalar()


def _tell_waiting(session: Session, asset_ids: Sequence[int], *, by_id: int, entry_id: int, now: datetime) -> None:
    for page in bulk.pages(asset_ids):
        query = select(Wait).where(WAITS.c.asset_id.in_(page), WAITS.c.closed_at.is_(None))
        for one in session.scalars(query):
            if state_of(session, one.asset_id or 0) in GONE:
                _owe(session, told_to(session, one), WAITS.name, one.id, by_id=by_id, entry_id=entry_id, now=now)
            else:
                _settle(session, WAITS.name, one.id)


def state_of(session: Session, asset_id: int) -> AssetState:
    """How an asset stands, whoever has it."""
    query = select(LOCATIONS.c.kind, ASSETS.c.out_of_use).join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
    kind, out_of_use = session.connection().execute(query.where(ASSETS.c.id == asset_id)).one()
    return assets.state(kind, out_of_use=out_of_use)


def _owe(session: Session, member: Member, table: str, row_id: int, *, by_id: int, entry_id: int, now: datetime) -> None:
    """The message to a member, once while it goes on; whoever did it themself knows."""
    notices.touch(session, {table: [row_id]})
    if member.id == by_id or _told_of(session, table, row_id) is not None:
        return
    notices.owe_stage(
        session,
        NoticeKind.GONE,
        key=f"gone:{table} {row_id}:entry {entry_id}",
        subject=table,
        subject_id=row_id,
        receivers=notices.directly(member),
        now=now,
        told=str(entry_id),
    )


def _settle(session: Session, table: str, row_id: int) -> None:
    """It can be had again: what was told of it says so, and what was not sent yet never is."""
    notices.touch(session, {table: [row_id]})
    notices.redraw_stage(session, NoticeKind.GONE, subject=table, subject_id=row_id, told="")


def instead(session: Session, booking: Booking, now: datetime) -> list[Asset]:
    """Other assets of the model that are free for all of a booking's time; none for what is booked of any."""
    if booking.asset_id is None:
        return []
    query = select(Asset).join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
    query = query.where(ASSETS.c.variant_id == booking.variant_id, ASSETS.c.id != booking.asset_id, LOCATIONS.c.kind.in_(STORES))
    there = list(
        session.scalars(query.where(~ASSETS.c.out_of_use, ASSETS.c.archived_at.is_(None)).order_by(ASSETS.c.id).limit(MOST_LOOKED_AT))
    )
    variant = catalog.variant(session, booking.variant_id)
    diary = availability.diary_of(session, variant, now=now, asset_ids=[one.id for one in there])
    diary = diary._replace(spans=[span for span in diary.spans if (span.why, span.row_id) != (Why.BOOKED, booking.id)])
    start = max(booking.from_at, now)
    return [one for one in there if diary.free(start, booking.until_at, asset_id=one.id)][:MOST_OFFERED]
