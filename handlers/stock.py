"""Typed sentences that change counted stock: receive, take, count, move and scrap."""

from datetime import date as day
from datetime import datetime

from sqlmodel import Session

from handlers import approving, called, lot_words
from handlers.dates import Moment
from handlers.defaults import MOST_OFFERED, counted_at, source_of, store_of
from handlers.reserving import still_kept
from handlers.routes import Offer, Press, Reply, Request, sentence
from handlers.speaking import Declined
from handlers.typed import quoted
from handlers.views import stock as views
from handlers.views.parts import said
from models import asking, catalog, contents, levels, reorder, reserved, stock
from models.approvals import ApprovalRequest
from models.assets import AssetState
from models.catalog import ItemKind, Variant
from models.entries import EntryKind
from models.ledger import Posted
from models.locations import Location
from models.lot_register import LotWanted
from models.members import Permission
from models.quantities import ONE, typed
from models.refusals import Refusal
from models.wording import listed

#: How a lot is named when stock comes in or is counted.
LOT = "[lot {lot_code}] [expires {expires}] [made {made}]"


@sentence(
    "/stock",
    says=f"+{{quantity}} {{variant}} [at {{location}}] [from {{source}}] {LOT} [on {{date}}] [note {{note}}]",
    needs=Permission.RECEIVE,
    does="receives stock",
    examples=(
        "+200 M8 hex bolt at Warehouse",
        "+3 boxes M8 hex bolt at Warehouse",
        "+40 safety gloves at Warehouse from Acme on 12 May",
        "+24 silicone at Warehouse lot L-1042 expires 2027-06-30",
    ),
    aliases=("receive", "received", "add"),
)
def receive(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    source: Location | None = None,
    lot_code: str | None = None,
    expires: day | None = None,
    made: day | None = None,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock comes in. What is known by its serial is added by its serials, and what is tracked by lots comes with its lot."""
    if catalog.item(session, variant.item_id).kind is ItemKind.SERIALISED:
        add = Offer("Add with serials", "/stock", f"new asset {quoted(variant.sku)}")
        raise Declined(Refusal(f"Each {variant.name} is known by its serial, and is added with it.", field="quantity"), [add])
    place = store_of(session, request, variant, location)
    try:
        posted = stock.receive(
            session,
            request.act,
            variant=variant,
            quantity=quantity,
            target=place.location,
            source=source,
            lot=lot_words.named(lot_code, expires, made),
            happened_at=_happened(date),
            note=note,
        )
    except LotWanted as wanted:
        raise _name_the_lot(wanted, "stock.receive", variant, place.location, quantity) from wanted
    what = _moved(session, request, posted, variant, quantity, chosen=False)
    there = left(session, variant, place.location)
    warning = lot_words.kept_back(session, posted, lot_words.day_of(request))
    return views.received(what, there, source=source.name if source else None, because=place.because, warning=warning)


@sentence(
    "/stock",
    says="-{quantity} {variant} [at {location}] [lot {lot_code}] [to {target}] [for {job}] [on {date}] [anyway {reason}] [note {note}]",
    needs=Permission.TAKE,
    does="takes stock, to use it or for somebody; what is reserved for a job, for that job",
    examples=("-3 M8 hex bolt at Van 3", "-2 safety gloves at Warehouse to me", "-40 M8 hex bolt for job 7"),
    aliases=("take", "took", "use", "used", "remove"),
)
def take(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    target: Location | None = None,
    lot_code: str | None = None,
    job: str | None = None,
    date: Moment | None = None,
    reason: str | None = None,
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
        lot=lot_words.meant(session, variant, lot_code, lot_words.day_of(request)),
        insisting=reason,
        job=job,
        happened_at=_happened(date),
        note=note,
    )
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    what = _moved(session, request, done, variant, quantity, chosen=lot_code is None)
    receiver = _receiver(request, target, lent=done.kind is EntryKind.CHECKED_OUT)
    kept = still_kept(session, done) or (f"None of it was kept for {said(job)} there." if job else None)
    return views.took(what, left(session, variant, place.location), receiver=receiver, job=job, kept=kept, because=place.because)


@sentence(
    "/stock",
    says=f"={{quantity}} {{variant}} [at {{location}}] {LOT} [on {{date}}] [note {{note}}]",
    needs=Permission.COUNT,
    does="counts stock: the difference is booked; with a lot, what was of none is named by it first",
    examples=("=47 M8 hex bolt at Van 3", "=12 silicone at Warehouse lot L-1042"),
    aliases=("count",),
)
def count(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    lot_code: str | None = None,
    expires: day | None = None,
    made: day | None = None,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock was counted; a backdated count compares with that moment."""
    place = counted_at(session, request, variant, location)
    location = place.location
    lot = lot_words.named(lot_code, expires, made)
    happened_at = _happened(date)
    try:
        done = asking.ask_or_do(
            session,
            request.act,
            "count",
            variant=variant,
            quantity=quantity,
            location=location,
            lot=lot,
            happened_at=happened_at,
            note=note,
        )
    except LotWanted as wanted:
        raise _name_the_lot(wanted, "stock.count", variant, location, quantity) from wanted
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    unit, in_lots = catalog.item(session, variant.item_id).unit, lot_words.counted(request, session, done, lot_code)
    what = views.Moved(done, variant.name, unit, quantity, request.act.by.time_zone, in_lots)
    came = sum(line.quantity for line in done.lines if line.target_id == location.id)
    went = sum(line.quantity for line in done.lines if line.source_id == location.id)
    named = went if came else 0  # what was of no lot goes out and comes back with one
    short = reserved.short(session, variant.id, location.id)
    return views.counted_there(
        what, left(session, variant, location), difference=came - went, named=named, short=short, because=place.because
    )


@sentence(
    "/stock",
    says="move {quantity} {variant} [from {source}] to {target} [lot {lot_code}] [on {date}] [anyway {reason}] [note {note}]",
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
    source: Location | None = None,
    target: Location,
    lot_code: str | None = None,
    date: Moment | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> Reply:
    """Stock goes from one location of ours to another."""
    place = source_of(session, request, variant, source, target=target)
    posted = stock.move(
        session,
        request.act,
        variant=variant,
        quantity=quantity,
        source=place.location,
        target=target,
        lot=lot_words.meant(session, variant, lot_code, lot_words.day_of(request)),
        insisting=reason,
        happened_at=_happened(date),
        note=note,
    )
    what = _moved(session, request, posted, variant, quantity, chosen=lot_code is None)
    return views.moved(what, left(session, variant, place.location), left(session, variant, target), because=place.because)


@sentence(
    "/stock",
    says="scrap {quantity} {variant} [at {location}] [lot {lot_code}] [on {date}] [note {note}]",
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
    location: Location | None = None,
    lot_code: str | None = None,
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Stock is thrown away."""
    place = source_of(session, request, variant, location)
    posted = stock.scrap(
        session,
        request.act,
        variant=variant,
        quantity=quantity,
        source=place.location,
        lot=lot_words.meant(session, variant, lot_code, lot_words.day_of(request)),
        happened_at=_happened(date),
        note=note,
    )
    what = _moved(session, request, posted, variant, quantity, chosen=lot_code is None)
    return views.scrapped(what, left(session, variant, place.location), because=place.because)


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
    free = [one for one in contents.assets_among(session, there, first=0, most=MOST_OFFERED) if one.state is AssetState.AVAILABLE]
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


def _name_the_lot(wanted: LotWanted, form: str, variant: Variant, location: Location, quantity: int) -> Declined:
    """The way on from stock that names no lot: the form, filled in, besides the lots that it could be."""
    filled = {"variant": variant.id, "location": location.id, "quantity": typed(quantity)}
    return Declined(wanted, [Press("Name the lot", form, filled)], more=True)


def _moved(session: Session, request: Request, posted: Posted, variant: Variant, quantity: int, *, chosen: bool) -> views.Moved:
    unit = catalog.item(session, variant.item_id).unit
    in_lots = lot_words.moved(request, session, posted, chosen=chosen)
    return views.Moved(posted, variant.name, unit, quantity, request.act.by.time_zone, in_lots)


def _happened(date: Moment | None) -> datetime | None:
    return date.at if date else None
