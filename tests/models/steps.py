"""Steps of a walk through the stores at random: what verbs need is looked up first, and what the schedule does is done."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models import (
    booking,
    checkouts,
    lapsing,
    ledger,
    locations,
    lots,
    members,
    pickups,
    recall_reads,
    recalling,
    reserving,
    stock,
    waiting,
)
from models.assets import Asset
from models.bookings import BOOKINGS, Booking
from models.caches import Line
from models.catalog import Variant
from models.entries import ENTRIES, EntryKind
from models.ledger import Act
from models.locations import Location
from models.lot_register import LotSaid, quarantine
from models.lot_register import release as release_lot
from models.quantities import ONE
from models.recalling import Rest
from models.undo import undo

#: Milk comes in lots, each with its last good day.
LOTS: dict[str, date | None] = {"L-1": date(2026, 12, 1), "L-2": date(2027, 1, 20), "L-3": None}


def move_asset(session: Session, act: Act, *, asset: Asset, source: Location, target: Location, happened_at: datetime) -> None:
    """What an import may do and no verb does: an asset that nobody has on checkout was moved in the past."""
    if checkouts.open_for_asset(session, asset.id) is None and source.id != target.id:
        line = Line(asset.variant_id, ONE, source.id, target.id, asset.id)
        ledger.post(session, act, EntryKind.MOVED, lines=[line], happened_at=happened_at)


def undo_one_of_the_last(session: Session, act: Act, *, back: int) -> None:
    undo(session, act, entry_id=session.scalars(select(func.max(ENTRIES.c.id))).one() - back)


def release(session: Session, act: Act, *, job: str, variant: Variant, quantity: int | None) -> None:
    reserving.release(session, act, shares=reserving.meant(session, job=job, variant=variant, quantity=quantity))


def let_lapse(session: Session, act: Act) -> None:
    lapsing.review(session, replace(act, by=members.actor(session, members.SCHEDULE)))


def receive_lot(session: Session, act: Act, *, lot: str, **said: Any) -> None:
    stock.receive(session, act, lot=LotSaid(lot, LOTS[lot]), **said)


def count_lot(session: Session, act: Act, *, lot: str, **said: Any) -> None:
    stock.count(session, act, lot=LotSaid(lot), **said)


def spend_lot(session: Session, act: Act, *, how: str, variant: Variant, lot: str, reason: str | None, **said: Any) -> None:
    found = lots.of_variant(session, variant.id, lot)
    insisting = {} if how == "scrap" else {"insisting": reason}
    if found is not None:
        {"take": stock.take, "move": stock.move, "scrap": stock.scrap}[how](session, act, variant=variant, lot=found, **insisting, **said)


def hold_back(session: Session, act: Act, *, how: str, variant: Variant, lot: str) -> None:
    found = lots.of_variant(session, variant.id, lot)
    if found is not None:
        {"quarantine": quarantine, "release": release_lot, "recall": recalling.recall}[how](session, act, found)


def answer_a_recall(session: Session, act: Act, *, number: int, quantity: int, rest: Rest | None) -> None:
    for recall in recall_reads.open_ones(session)[:1]:
        asked = [question.holding for question in recall_reads.questions(session, recall)]
        if asked:
            held = asked[number % len(asked)]
            where = {"location_id": held.location_id, "node": held.node}
            recalling.answer(session, act, recall_id=recall.id, found=min(quantity, held.quantity), rest=rest, **where)


def close_a_recall(session: Session, act: Act, *, note: str | None) -> None:
    for recall in recall_reads.open_ones(session)[:1]:
        recalling.close(session, act, recall_id=recall.id, note=note)


def book(session: Session, act: Act, *, hours: tuple[int, int], **what: Any) -> None:
    """Books it for whoever acts, so many hours from now, for so many hours."""
    start = act.now + timedelta(hours=hours[0])
    times = {"start": start, "end": start + timedelta(hours=hours[1]), "zone": "UTC"}
    chosen = {"chosen": what["assets"]} if "assets" in what else what
    booking.book(session, act, holder=locations.get(session, act.by.location_id or 0), **times, **chosen)


def cancel(session: Session, act: Act, *, number: int) -> None:
    found = session.scalars(select(Booking).where(BOOKINGS.c.closed_at.is_(None)).offset(number).limit(1)).all()
    booking.cancel(session, act, bookings=found) if found else None


def queue(session: Session, act: Act, *, asset: Asset) -> None:
    variant = session.get_one(Variant, asset.variant_id)
    waiting.queue(session, act, variant=variant, asset=asset, holder=locations.get(session, act.by.location_id or 0))


def look_at_promises(session: Session, act: Act) -> None:
    schedule = replace(act, by=members.actor(session, members.SCHEDULE))
    pickups.review(session, schedule)
    waiting.review(session, schedule)
