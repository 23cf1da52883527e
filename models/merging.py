"""Merging: an imported person turns out to be somebody whom Slack knows. One entry moves everything that they hold over."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from models import ledger
from models.approvals import REQUESTS, ApprovalRequest, RequestState
from models.assets import ASSETS
from models.bookings import BOOKINGS, Booking
from models.caches import Line
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.changes import Change, changed
from models.checkouts import CHECKOUTS, Checkout
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.levels import LEVELS
from models.locations import Location
from models.lots import LOT_LEVELS
from models.members import Member
from models.quantities import ONE
from models.waits import WAITS, Wait


def merge(session: Session, act: Act, *, imported: Member, member: Member) -> Posted:
    """Makes the imported person one with the member: stock, assets, open checkouts and bookings move, and the imported one is archived."""
    if imported.location_id is None or member.location_id is None:
        raise LookupError("only people with a location are merged")
    old = session.get_one(Location, imported.location_id)
    changes = [
        changed(imported, archived_at=act.now, merged_into=member.id),
        changed(old, archived_at=act.now),
        *_checkouts(session, old.id, member.location_id),
        *_promised(session, old.id, member.location_id),
        *_requests(session, imported.id, member.id),
    ]
    lines = _all_held(session, old.id, member.location_id)
    return ledger.post(session, act, EntryKind.MERGED, lines=lines, changed=changes, on_behalf_of_id=member.id)


def _all_held(session: Session, source_id: int, target_id: int) -> Sequence[Line]:
    counted = (
        select(LEVELS.c.variant_id, (LEVELS.c.quantity - LEVELS.c.lotted).label("quantity"))
        .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(LEVELS.c.location_id == source_id, LEVELS.c.quantity > LEVELS.c.lotted, ITEMS.c.kind != ItemKind.SERIALISED)
    )
    in_lots = select(LOT_LEVELS).where(LOT_LEVELS.c.location_id == source_id, LOT_LEVELS.c.quantity > 0)
    own = select(ASSETS.c.variant_id, ASSETS.c.id).where(ASSETS.c.location_id == source_id)
    return [
        *(Line(row.variant_id, row.quantity, source_id, target_id) for row in session.execute(counted)),
        *(Line(row.variant_id, row.quantity, source_id, target_id, lot_id=row.lot_id) for row in session.execute(in_lots)),
        *(Line(row.variant_id, ONE, source_id, target_id, row.id) for row in session.execute(own)),
    ]


def _checkouts(session: Session, source_id: int, target_id: int) -> list[Change]:
    held = select(Checkout).where(CHECKOUTS.c.holder_id == source_id, CHECKOUTS.c.closed_at.is_(None))
    return [changed(checkout, holder_id=target_id) for checkout in session.scalars(held)]


def _promised(session: Session, source_id: int, target_id: int) -> list[Change]:
    """What is booked for the imported person, and where they wait."""
    bookings = select(Booking).where(BOOKINGS.c.holder_id == source_id, BOOKINGS.c.closed_at.is_(None))
    waits = select(Wait).where(WAITS.c.holder_id == source_id, WAITS.c.closed_at.is_(None))
    return [changed(one, holder_id=target_id) for one in [*session.scalars(bookings), *session.scalars(waits)]]


def _requests(session: Session, old_id: int, new_id: int) -> list[Change]:
    waiting = select(ApprovalRequest).where(REQUESTS.c.beneficiary_id == old_id, REQUESTS.c.state == RequestState.WAITING)
    return [changed(request, beneficiary_id=new_id) for request in session.scalars(waiting)]
