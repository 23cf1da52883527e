"""Typed sentences that change counted stock: receive, take, count, move and scrap."""

from datetime import datetime

from sqlmodel import Session

from handlers import approving, called
from handlers.dates import Moment
from handlers.defaults import MOST_OFFERED, source_of, store_of
from handlers.reserving import still_kept
from handlers.routes import Offer, Reply, Request, sentence
from handlers.speaking import Declined
from handlers.typed import quoted
from handlers.views import stock as views
from handlers.views.parts import said
from models import asking, catalog, contents, levels, reorder, reserved, stock
from models.approvals import ApprovalRequest
from models.catalog import ItemKind, Variant
from models.entries import EntryKind
from models.ledger import Posted
from models.locations import Location
from models.members import Permission
from models.quantities import ONE
from models.refusals import Refusal
from models.wording import listed


@sentence(
    "/stock",
    says="+{quantity} {variant} [at {location}] [from {source}] [on {date}] [note {note}]",
    needs=Permission.RECEIVE,
    does="receives stock",
    examples=(
        "+200 M8 hex bolt at Warehouse",
        "+3 boxes M8 hex bolt at Warehouse",
        "+40 safety gloves at Warehouse from Acme on 12 May",
    ),
    aliases=("receive",),
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
    """Stock comes in. What is known by its serial is added by its serials."""
    if catalog.item(session, variant.item_id).kind is ItemKind.SERIALISED:
        add = Offer("Add with serials", "/stock", f"new asset {quoted(variant.sku)}")
        raise Declined(Refusal(f"Each {variant.name} is known by its serial, and is added with it.", field="quantity"), [add])
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
    says="-{quantity} {variant} [at {location}] [to {target}] [for {job}] [on {date}] [note {note}]",
    needs=Permission.TAKE,
    does="takes stock, to use it or for somebody; what is reserved for a job, for that job",
    examples=("-3 M8 hex bolt at Van 3", "-2 safety gloves at Warehouse to me", "-40 M8 hex bolt for job 7"),
    aliases=("take", "use"),
)
def take(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    target: Location | None = None,
    job: str | None = None,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock is taken; policy may ask for somebody's yes first. Of what is known by its serial, the serials are offered."""
    if catalog.item(session, variant.item_id).kind is ItemKind.SERIALISED:
        raise _by_serial(session, quantity, variant, location, target)
    place = source_of(session, request, variant, location, job=job)
    done = asking.ask_or_do(
        session,
        request.act,
        "take",
        variant=variant,
        quantity=quantity,
        source=place.location,
        target=target,
        job=job,
        happened_at=_happened(date),
        note=note,
    )
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    what = _moved(session, request, done, variant, quantity)
    receiver = _receiver(request, target, lent=done.kind is EntryKind.CHECKED_OUT)
    kept = still_kept(session, done) or (f"None of it was kept for {said(job)} there." if job else None)
    return views.took(what, left(session, variant, place.location), receiver=receiver, job=job, kept=kept, because=place.because)


@sentence(
    "/stock",
    says="={quantity} {variant} at {location} [on {date}] [note {note}]",
    needs=Permission.COUNT,
    does="counts stock: the difference is booked",
    examples=("=47 M8 hex bolt at Van 3",),
    aliases=("count",),
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
    done = asking.ask_or_do(
        session, request.act, "count", variant=variant, quantity=quantity, location=location, happened_at=happened_at, note=note
    )
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    what = _moved(session, request, done, variant, quantity)
    short = reserved.short(session, variant.id, location.id)
    return views.counted_there(what, left(session, variant, location), difference=quantity - before, short=short)


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
    unit = catalog.item(session, variant.item_id).unit
    on_hand, low = levels.on_hand(session, variant.id, location.id), reorder.low_at(session, variant.id, location.id)
    return views.Left(location.name, location.kind, on_hand, unit, low)


def _receiver(request: Request, target: Location | None, *, lent: bool) -> str | None:
    """Who has it now, as whoever reads the answer says it; nobody, where it is used up."""
    if target is None:
        return "you" if lent else None
    return "you" if target.id == request.act.by.location_id else target.name


def _by_serial(session: Session, quantity: int, variant: Variant, location: Location | None, target: Location | None) -> Declined:
    """So many of a serialised item: which ones are there to be checked out, as many at once as were asked for and each alone."""
    there = [level for level in levels.in_stores(session, variant.id) if location is None or level.location_id == location.id]
    free = [one for one in contents.assets_among(session, there, first=0, most=MOST_OFFERED) if not one.checked_out]
    asked = quantity // ONE
    together = [free[:asked]] if 1 < asked <= len(free) else []
    to = f" to {quoted(called.found_as(session, target))}" if target else ""
    offers = [_check_out([one.serial for one in some], to) for some in [*together, *([one] for one in free)]]
    where = f" in {location.name}" if location else " in a store"
    told = (
        f"There to be checked out: {listed([f'{one.serial} ({one.location.location})' for one in free])}."
        if free
        else f"None is{where} now."
    )
    return Declined(Refusal(f"Each {variant.name} is known by its serial. {told}", field="quantity"), offers[:MOST_OFFERED])


def _check_out(serials: list[str], to: str) -> Offer:
    return Offer(f"Check out {listed(serials)}", "/checkout", f"out {', '.join(quoted(serial) for serial in serials)}{to}")


def _moved(session: Session, request: Request, posted: Posted, variant: Variant, quantity: int) -> views.Moved:
    unit = catalog.item(session, variant.item_id).unit
    return views.Moved(posted, variant.name, unit, quantity, request.act.by.time_zone)


def _happened(date: Moment | None) -> datetime | None:
    return date.at if date else None
