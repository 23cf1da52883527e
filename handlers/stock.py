"""Typed sentences that change counted stock: receive, take, count, move and scrap."""

from datetime import datetime

from sqlmodel import Session

from handlers.dates import Moment
from handlers.defaults import source_of, store_of
from handlers.routes import Reply, Request, sentence
from handlers.views import requests
from handlers.views import stock as views
from models import approvals, catalog, levels, reorder, stock
from models.approvals import ApprovalRequest
from models.catalog import Variant
from models.ledger import Posted
from models.locations import Location
from models.members import Permission


@sentence(
    "/stock",
    says="+{quantity} {variant} [at {location}] [from {source}] [on {date}] [note {note}]",
    needs=Permission.RECEIVE,
    does="receives stock",
    examples=("+200 M8 hex bolt at Warehouse", "+40 safety gloves at Warehouse from Acme on 12 May"),
)
def receive(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    source: Location | None = None,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock comes in."""
    place = store_of(session, request, variant, location)
    posted = stock.receive(
        session,
        request.act,
        variant=variant,
        quantity=quantity,
        target=place.location,
        source=source,
        happened_at=_happened(date),
        note=note,
    )
    what = _moved(session, request, posted, variant, quantity)
    return views.received(what, left(session, variant, place.location), source=source.name if source else None, because=place.because)


@sentence(
    "/stock",
    says="-{quantity} {variant} [at {location}] [to {target}] [on {date}] [note {note}]",
    needs=Permission.TAKE,
    does="takes stock, to use it or for somebody",
    examples=("-3 M8 hex bolt at Van 3", "-2 safety gloves at Warehouse to me"),
)
def take(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    target: Location | None = None,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock is taken; policy may ask for somebody's yes first."""
    place = source_of(session, request, variant, location)
    done = approvals.ask_or_do(
        session,
        request.act,
        "take",
        variant=variant,
        quantity=quantity,
        source=place.location,
        target=target,
        happened_at=_happened(date),
        note=note,
    )
    if isinstance(done, ApprovalRequest):
        return requests.asked(done)
    what = _moved(session, request, done, variant, quantity)
    return views.took(what, left(session, variant, place.location), target=target.name if target else None, because=place.because)


@sentence(
    "/stock",
    says="={quantity} {variant} at {location} [on {date}] [note {note}]",
    needs=Permission.COUNT,
    does="counts stock: the difference is booked",
    examples=("=47 M8 hex bolt at Van 3",),
)
def count(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock was counted; a backdated count compares with that moment."""
    happened_at = _happened(date)
    before = stock.counted_before(session, variant, location, happened_at)
    done = approvals.ask_or_do(
        session, request.act, "count", variant=variant, quantity=quantity, location=location, happened_at=happened_at, note=note
    )
    if isinstance(done, ApprovalRequest):
        return requests.asked(done)
    what = _moved(session, request, done, variant, quantity)
    return views.counted_there(what, left(session, variant, location), difference=quantity - before)


@sentence(
    "/stock",
    says="move {quantity} {variant} from {source} to {target} [on {date}] [note {note}]",
    needs=Permission.MOVE,
    does="moves stock from one location to another",
    examples=("move 5 M8 hex bolt from Warehouse to Van 3",),
)
def move(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    source: Location,
    target: Location,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock goes from one location of ours to another."""
    posted = stock.move(
        session, request.act, variant=variant, quantity=quantity, source=source, target=target, happened_at=_happened(date), note=note
    )
    what = _moved(session, request, posted, variant, quantity)
    return views.moved(what, left(session, variant, source), left(session, variant, target))


@sentence(
    "/stock",
    says="scrap {quantity} {variant} at {location} [on {date}] [note {note}]",
    needs=Permission.SCRAP,
    does="throws stock away",
    examples=("scrap 2 safety gloves at Warehouse note torn",),
)
def scrap(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock is thrown away."""
    posted = stock.scrap(session, request.act, variant=variant, quantity=quantity, source=location, happened_at=_happened(date), note=note)
    return views.scrapped(_moved(session, request, posted, variant, quantity), left(session, variant, location))


def left(session: Session, variant: Variant, location: Location) -> views.Left:
    """What a location holds of a variant now, and its reorder point there."""
    return views.Left(location.name, levels.on_hand(session, variant.id, location.id), reorder.low_at(session, variant.id, location.id))


def _moved(session: Session, request: Request, posted: Posted, variant: Variant, quantity: int) -> views.Moved:
    unit = catalog.item(session, variant.item_id).unit
    return views.Moved(posted, variant.name, unit, quantity, request.act.by.time_zone)


def _happened(date: Moment | None) -> datetime | None:
    return date.at if date else None
