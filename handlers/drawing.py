"""Draws the messages that come by themselves, each from its subject as that stands at the moment of sending."""

import json
from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from handlers import (
    accepting_terms,
    approving,
    attaching,
    attesting,
    count_thread,
    counting,
    custom_due,
    due_counts,
    giving,
    importing,
    order_card,
    recalls,
    repairs,
    sweeping,
    upkeep,
    waiting,
    wanting,
)
from handlers import custody as asset_acts
from handlers.routes import Reply
from handlers.views import booking as booking_views
from handlers.views import low as low_views
from handlers.views import reminders as views
from handlers.views import reserving as reserving_views
from handlers.views.due import Reader
from models import (
    advice,
    assets,
    booked,
    catalog,
    checkouts,
    custody,
    expiring,
    history,
    lapsing,
    locations,
    lots,
    pickups,
    purchasing,
    reminders,
    reserved,
    unkept,
    waiting_for,
)
from models.bookings import Booking
from models.consumption import Stocked
from models.entries import Entry
from models.notices import Notice, NoticeKind
from models.outbox import Leased
from models.reorder import TOGETHER, Episode, ReorderPoint, together
from models.times import local_day
from models.waits import WAITS
from models.workspace import workspace


def draw(session: Session, notice: Leased, *, now: datetime) -> Reply | None:
    """The message of a notice as it should read now; None where there is nothing left to say."""
    return _DRAWN[notice.kind](session, notice, now)


def _zone(session: Session, notice: Leased) -> str:
    return notice.time_zone or workspace(session).time_zone


def _today(session: Session, now: datetime) -> date:
    """Which day it is for a channel's readers."""
    return local_day(now, workspace(session).time_zone)


def _reorder(session: Session, notice: Leased, now: datetime) -> Reply:
    if notice.subject == TOGETHER:
        return _low_together(session, notice.subject_id, int(notice.told or notice.subject_id), now)
    low = purchasing.low_since(session, notice.subject_id)
    closed = session.get_one(Episode, notice.subject_id).closed_at is not None
    gone = not session.get_one(ReorderPoint, low.reorder_point_id).active
    (need,) = purchasing.needs(session, [low], on=_today(session, now))
    at = Stocked(low.variant_id, low.location_id)
    return views.reorder(low, need, advice.of(session, [at], now=now)[at], closed=closed, gone=gone)


def _low_together(session: Session, first: int, last: int, now: datetime) -> Reply:
    running_low = purchasing.low(session, episodes=(first, last))
    shown = running_low[: low_views.MOST_TOGETHER]
    needed = list(zip(shown, purchasing.needs(session, shown, on=_today(session, now)), strict=True))
    return low_views.together(together(session, first, last), needed, total=len(running_low))


def _lent(session: Session, notice: Leased, now: datetime) -> Reply:
    entry = history.of_entries(session, [notice.subject_id])[0]
    holder = entry.lines[0].target_id
    assets = {line.asset_id for line in entry.lines}
    things = [one for one in checkouts.open_of(session, holder) if one.asset_id in assets and one.out_at == entry.happened_at]
    return views.lent(entry, things, now=now, zone=_zone(session, notice))


def _handed_back(session: Session, notice: Leased, _now: datetime) -> Reply:
    return views.handed_back(history.of_entries(session, [notice.subject_id])[0])


def _due(session: Session, notice: Leased, now: datetime) -> Reply:
    told = reminders.what_is_due(session, notice, now)
    waits = waiting_for.counts(session, [(one.variant_id, one.asset_id) for one in told.things])
    return views.due(told.things, waits, now=now, zone=_zone(session, notice), superseded=notice.superseded, for_keeper=told.for_keeper)


def _late(session: Session, notice: Leased, now: datetime) -> Reply:
    store = locations.get(session, notice.subject_id)
    things = reminders.what_is_late(session, store.id, now)
    return views.late_there(things, store=store.name, name_holders=store.names_late, superseded=notice.superseded)


def _reserved(session: Session, notice: Leased, now: datetime) -> Reply:
    kept = lapsing.what_lapses(session, notice.subject_id, now)
    return reserving_views.lapse_soon(kept, Reader(now, _zone(session, notice)), superseded=notice.superseded)


def _lapsed(session: Session, notice: Leased, now: datetime) -> Reply:
    (entry,) = history.of_entries(session, [notice.subject_id])
    kept = reserved.of_entry(session, notice.subject_id)
    return reserving_views.lapsed(entry, kept, Reader(now, _zone(session, notice)))


def _pick_up(session: Session, notice: Leased, now: datetime) -> Reply | None:
    one = booked.get(session, notice.subject_id)
    row = session.get_one(Booking, one.id)
    if notice.sent_ts is None and row.closed_at is not None:
        return None  # nobody was told of it, and there is nothing to pick up any more
    where = custody.holder(session, assets.get(session, one.asset_id)) if one.asset_id is not None else None
    freed = row.closed_at is not None and pickups.was_freed(session, row.id)
    told = booking_views.ToPickUp(one, row.closed_at is None, pickups.frees_at(session, row), where, freed)
    return booking_views.pick_up(told, Reader(now, _zone(session, notice)))


def _gone(session: Session, notice: Leased, now: datetime) -> Reply:
    if notice.subject == WAITS.name:
        return waiting.gone_of(session, notice, now)
    one, row = booked.get(session, notice.subject_id, as_one=False), session.get_one(Booking, notice.subject_id)
    lost = row.closed_at is None and unkept.is_unkept(session, row, now)
    others = [(other.id, other.serial) for other in unkept.instead(session, row, now)] if lost else []
    freed = row.closed_at is not None and pickups.was_freed(session, row.id)
    told = booking_views.ToPickUp(one, row.closed_at is None, row.until_at, None, freed)
    return booking_views.gone(told, others, unkept=lost, superseded=notice.superseded, reader=Reader(now, _zone(session, notice)))


def _freed(session: Session, notice: Leased, now: datetime) -> Reply:
    (entry,) = history.of_entries(session, [notice.subject_id])
    return booking_views.freed(entry, Reader(now, _zone(session, notice)))


def _expiry(session: Session, notice: Leased, now: datetime) -> Reply:
    lot = lots.get(session, notice.subject_id)
    variant, lying = catalog.variant(session, lot.variant_id), expiring.in_stores(session, lot)
    days = (lot.expires_on - _today(session, now)).days if lot.expires_on else 0
    expiry = views.Expiry(lot, variant.name, catalog.item(session, variant.item_id).unit, days, lying)
    return views.expires(expiry, superseded=notice.superseded)


def _undelivered(session: Session, notice: Leased, _now: datetime) -> Reply:
    lost = session.get_one(Notice, notice.subject_id)
    where = f"<#{lost.channel}>" if lost.channel else "a member"
    return views.undelivered(where, lost.problem or "no reason")


def _answer(_session: Session, notice: Leased, _now: datetime) -> Reply:
    return Reply(**json.loads(str(notice.told)))


def _anchor(session: Session, notice: Leased, now: datetime) -> Reply:
    entry = session.get_one(Entry, notice.subject_id)
    return views.anchor(entry.id, entry.hash, entry.recorded_at, Reader(now, _zone(session, notice)))


_DRAWN: dict[NoticeKind, Callable[[Session, Leased, datetime], Reply | None]] = {
    NoticeKind.REQUEST: approving.card_of,
    NoticeKind.DECISION: approving.decision_of,
    NoticeKind.LENT: _lent,
    NoticeKind.HANDED_BACK: _handed_back,
    NoticeKind.DUE: _due,
    NoticeKind.LATE: _late,
    NoticeKind.REORDER: _reorder,
    NoticeKind.UNDELIVERED: _undelivered,
    NoticeKind.RESERVED: _reserved,
    NoticeKind.LAPSED: _lapsed,
    NoticeKind.ORDER_LATE: order_card.late_of,
    NoticeKind.WANT: wanting.card_of,
    NoticeKind.ANSWERED: wanting.answer_of,
    NoticeKind.EXPIRY: _expiry,
    NoticeKind.FIELD_DUE: custom_due.due_of,
    NoticeKind.RECALL: recalls.card_of,
    NoticeKind.ASKED_BACK: recalls.asked_of,
    NoticeKind.COUNT: counting.card_of,
    NoticeKind.COUNT_AGAIN: count_thread.again_of,
    NoticeKind.COUNT_JOINED: count_thread.joined_of,
    NoticeKind.COUNT_SAID: count_thread.said_of,
    NoticeKind.REPORT: repairs.card_of,
    NoticeKind.OUT_OF_USE: repairs.ended_of,
    NoticeKind.REPAIRED: repairs.whole_of,
    NoticeKind.PICK_UP: _pick_up,
    NoticeKind.FREED: _freed,
    NoticeKind.GONE: _gone,
    NoticeKind.CLAIM: waiting.claim_of,
    NoticeKind.FOUND: asset_acts.found_of,
    NoticeKind.UPKEEP: upkeep.reminder_of,
    NoticeKind.REPLACE: upkeep.replacements_of,
    NoticeKind.COUNT_DUE: due_counts.due_of,
    NoticeKind.OFFER: giving.card_of,
    NoticeKind.HAND_OVER: giving.told_of,
    NoticeKind.FILES: attaching.card_of,
    NoticeKind.IMPORT: importing.card_of,
    NoticeKind.TERMS: accepting_terms.card_of,
    NoticeKind.UNACCEPTED: accepting_terms.unaccepted_of,
    NoticeKind.RECEIPT: accepting_terms.receipt_of,
    NoticeKind.SWEEP: sweeping.card_of,
    NoticeKind.SWEEP_PAGE: sweeping.page_of,
    NoticeKind.ATTEST: attesting.question_of,
    NoticeKind.DISPUTE: attesting.dispute_of,
    NoticeKind.ANSWER: _answer,
    NoticeKind.ANCHOR: _anchor,
}
