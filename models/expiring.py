"""Lots that expire: the channels of the stores where some of a lot lies are told 30 and 7 days before. It ends when none is left."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session

from models import filling, locations, lot_stock, notices
from models.locations import STORES
from models.lot_stock import Place
from models.lots import LOTS, Lot
from models.members import Role
from models.notices import NoticeKind, Receiver
from models.times import in_zone, micros, work_starts
from models.workspace import workspace

#: How many lots are looked at in one transaction: it lasts well below a second.
BATCH = 100
#: So long before the last good day the stores are told.
STAGES = (timedelta(days=30), timedelta(days=7))


class Stage(NamedTuple):
    """When a lot's stores are told, in UTC, and how many days of it are left then."""

    at: datetime
    days: int


def review(session: Session, now: datetime) -> bool:
    """Looks at lots that have moved or changed, or whose next reminder has come, and says whether there may be more of them.

    Whatever was missed, each channel is owed one message of the latest stage, and one of a lot that is used up in time is not sent at all.
    What is kept back can't be used up in time, so nobody is told of it. Once a lot has expired its message says so, and cards of what is
    low count on it no more. A second replica that does the same changes nothing.
    """
    lots = list(session.scalars(select(Lot).where(LOTS.c.review_at <= now).order_by(LOTS.c.id).limit(BATCH)))
    for lot in lots:
        stages = _stages(session, lot)
        _tell(session, lot, [stage for stage in stages if stage.at <= now], now)
        review_at = min((at for at in (*(stage.at for stage in stages), *_over_at(session, lot)) if at > now), default=None)
        session.connection().execute(update(LOTS).where(LOTS.c.id == lot.id).values(review_at=review_at))
    filling.look_again(session, {lot.variant_id for lot in lots}, now=now)
    return len(lots) == BATCH


def in_stores(session: Session, lot: Lot) -> list[Place]:
    """Where some of it lies to be given out, the most first."""
    return [place for place in lot_stock.places(session, lot.id) if place.kind in STORES and place.quantity > 0]


def _stages(session: Session, lot: Lot) -> list[Stage]:
    if lot.expires_on is None or lot.archived_at is not None:
        return []
    zone = workspace(session).time_zone
    return [Stage(work_starts(lot.expires_on - before, zone), before.days) for before in STAGES]


def _over_at(session: Session, lot: Lot) -> list[datetime]:
    """When it has expired, if it ever does: as the day after its last good one begins."""
    if lot.expires_on is None or lot.archived_at is not None:
        return []
    return [in_zone(datetime.combine(lot.expires_on + timedelta(days=1), time.min), workspace(session).time_zone)]


def _tell(session: Session, lot: Lot, begun: list[Stage], now: datetime) -> None:
    lying = in_stores(session, lot) if begun and not lot.blocked else []
    over = "!" if any(at <= now for at in _over_at(session, lot)) else ""
    told = ",".join(f"{place.id}x{place.quantity}@{lot.expires_on}{over}" for place in lying)
    notices.redraw_stage(session, NoticeKind.EXPIRY, subject="lots", subject_id=lot.id, told=told)
    if lying:
        key = f"expiry:lot {lot.id}:{lot.expires_on}:{micros(begun[-1].at)}"
        receivers = _receivers(session, lying)
        notices.owe_stage(session, NoticeKind.EXPIRY, key=key, subject="lots", subject_id=lot.id, receivers=receivers, now=now, told=told)


def _receivers(session: Session, lying: list[Place]) -> list[Receiver]:
    """The channels of those stores, each once; without one, the keepers there."""
    heard = [notices.audience(session, Role.KEEPER, at=locations.get(session, place.id)) for place in lying]
    return list(dict.fromkeys(receiver for readers in heard for receiver in readers))
