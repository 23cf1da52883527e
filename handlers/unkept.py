"""Whom an act lets down that takes things out of use: said to whoever does it, while those who are let down get word themselves."""

from collections.abc import Sequence

from sqlmodel import Session

from handlers.checkout import reader
from handlers.routes import Request
from handlers.views import booking as views
from models import booked, unkept
from models.assets import Asset
from models.bookings import Booking
from models.ledger import Posted


def said(request: Request, session: Session, posted: Posted, things: Sequence[Asset]) -> str:
    """The bookings that can't be kept, and how many wait for those things, escaped; nothing where nobody is let down."""
    by = request.act.by
    found = unkept.let_down(session, things, entry_id=posted.id, by_id=by.id, now=request.act.now)
    mine = [one.holder_id == by.location_id for one, _ in found]
    bookings = [
        (booked.get(session, one.id, as_one=False), own) for (one, _), own in zip(found, mine, strict=True) if isinstance(one, Booking)
    ]
    waiting = sum(not isinstance(one, Booking) and not own for (one, _), own in zip(found, mine, strict=True))
    told = all(told or own for (_, told), own in zip(found, mine, strict=True))
    return views.let_down(bookings, waiting, told=told, reader=reader(request))
