"""Booking by sentences: what somebody will have, from when to when; what is booked; and cancelling it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import called, dates
from handlers.calendar_file import calendar_file, file_name
from handlers.checkout import myself, reader, zone_of
from handlers.routes import Attached, Offer, Reply, Request, button, sentence
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from handlers.views import booking as views
from handlers.views import paging
from models import approvals, assets, availability, booked, booking, catalog, custody, kits, pickups
from models.assets import Asset
from models.availability import Wanted
from models.booked import Booked, Which
from models.bookings import Booking
from models.caches import Line
from models.catalog import Category, ItemKind, Variant
from models.catalog_names import Found
from models.diary import Window
from models.finding import Thing
from models.kits import Kit
from models.locations import Location
from models.members import Member, Permission
from models.quantities import ONE, typed
from models.refusals import Ambiguous, Conflict, Refusal, Taken
from models.times import said_span, zone

#: So many bookings are offered where several may be meant.
MOST_OFFERED = 5

BOOK = "book {things} from {start} to {end} [for {holder}] [note {note}]"
BOOK_ANY = "book {quantity} {variant} from {start} to {end} [for {holder}] [note {note}]"


#: What can be booked: certain assets, any of a variant, or a kit.
Things = Sequence[Asset] | Variant | Kit


class Wish(NamedTuple):
    """What somebody wants booked, and how many of a variant; when, in the zone in which that was said; for whom."""

    things: Things
    quantity: int
    window: Window
    zone_name: str
    holder: Location
    note: str | None = None


@sentence(
    "/checkout",
    says=BOOK,
    needs=Permission.CHECK_OUT,
    does="books things for a time to come, a whole kit, or any one of an item, for you unless you name somebody",
    examples=("book SN-1042 from friday to monday", 'book Canon R6 from 27 Nov 12:00 to 27 Nov 17:00 note "fair"'),
)
def book(
    request: Request,
    session: Session,
    *,
    things: Things,
    start: str,
    end: str,
    holder: Location | None = None,
    note: str | None = None,
) -> Reply:
    """Certain assets, a kit, or any one of an item."""
    return keep(request, session, Wish(things, ONE, *_when(request, session, things, start, end), holder or myself(request, session), note))


@sentence(
    "/checkout",
    says=BOOK_ANY,
    needs=Permission.CHECK_OUT,
    does="books so many of an item for a time to come; which ones is chosen at the pick-up",
    examples=("book 2 Canon R6 from friday to monday", "book 3 hard hats from tomorrow 9:00 to tomorrow noon"),
)
def book_any(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    start: str,
    end: str,
    holder: Location | None = None,
    note: str | None = None,
) -> Reply:
    """So many of an item."""
    return keep(
        request, session, Wish(variant, quantity, *_when(request, session, variant, start, end), holder or myself(request, session), note)
    )


def _when(request: Request, session: Session, things: Things, start: str, end: str) -> tuple[Window, str]:
    """When that is, and in which zone it was said."""
    zone_name, now = zone_for(session, request, things), request.act.now
    begins = dates.begins(start, now, zone_name)
    return Window(begins, dates.ends(end, begins, now, zone_name)), zone_name


def zone_for(session: Session, request: Request, things: Things) -> str:
    """The zone of where it leaves, else the asker's; of a kit, that of its first part."""
    if isinstance(things, Kit):
        first = next(iter(kits.parts_of(session, things.id)), None)
        if first is None:
            return request.act.by.time_zone
        things = catalog.variant(session, first.variant_id) if first.asset_id is None else [assets.get(session, first.asset_id)]
    places = booking.lent_from(session, things) if isinstance(things, Variant) else [custody.answers_for(session, things[0])]
    return zone_of(session, request, places[0].id) if places else request.act.by.time_zone


def keep(request: Request, session: Session, wish: Wish) -> Reply:
    """Books it, and says until when it waits to be picked up. What is taken is refused with the nearest free times."""
    match wish.things:
        case Kit():
            what: dict[str, Any] = {"kit": wish.things}
        case Variant():
            what = {"variant": wish.things, "quantity": wish.quantity}
        case _:
            what = {"chosen": wish.things}
    start, end = wish.window
    try:
        posted = booking.book(
            session, request.act, **what, holder=wish.holder, start=start, end=end, zone=wish.zone_name, purpose=wish.note
        )
    except Taken as taken:
        raise Declined(taken, _instead(request, session, wish)) from taken
    every = [session.get_one(Booking, change.id) for change in posted.changes]
    rows = [booked.get(session, one.id) for one in every]
    rows = rows[:1] if rows[0].kit_id is not None else rows
    frees_at = pickups.frees_at(session, every[0])
    other = None if wish.holder.id == request.act.by.location_id else wish.holder.name
    kind = catalog.item(session, catalog.variant(session, rows[0].variant_id).item_id).kind
    return views.booked(
        posted,
        rows,
        serialised=kind is ItemKind.SERIALISED,
        holder=other,
        frees_at=frees_at,
        asks=_asks(session, every),
        reader=reader(request),
    )


def _asks(session: Session, every: Sequence[Booking]) -> str | None:
    """Why picking them up needs somebody's yes."""
    lines = [Line(one.variant_id, one.quantity, 0, 0, one.asset_id) for one in every]
    return approvals.asks(session, lines, days=approvals.days_out(every[0].from_at, booked.due_of(every[0])))


def _instead(request: Request, session: Session, wish: Wish) -> list[Offer]:
    """What can be booked instead: another one at that time, fewer, or all of the same at the nearest free times."""
    if isinstance(wish.things, Kit):
        parts = [(part.variant_id, part.asset_id, part.quantity) for part in kits.parts_of(session, wish.things.id)]
    elif isinstance(wish.things, Variant):
        parts = [(wish.things.id, None, wish.quantity)]
    else:
        parts = [(asset.variant_id, asset.id, ONE) for asset in wish.things]
    wanted = [_wanted(request, session, *part) for part in parts]
    offers = [] if isinstance(wish.things, Kit) or len(parts) > 1 else _others_then(request, session, wish, parts[0][0], wanted[0])
    for slot in availability.nearest(wanted, *wish.window, zone_name=wish.zone_name):
        label = said_span(slot.start, slot.end, request.act.by.time_zone).removeprefix("from ")  # on the clock of the refusal above it
        offers.append(_offer(session, request, label, wish._replace(window=slot)))
    return offers


def _wanted(request: Request, session: Session, variant_id: int, asset_id: int | None, quantity: int) -> Wanted:
    known = [asset_id] if asset_id is not None else []
    diary = availability.diary_of(session, catalog.variant(session, variant_id), now=request.act.now, asset_ids=known)
    return Wanted(variant_id, diary, asset_id, quantity)


def _others_then(request: Request, session: Session, wish: Wish, variant_id: int, wanted: Wanted) -> list[Offer]:
    """Another serial of the same at that time, or as many as there are then."""
    variant, any_then = catalog.variant(session, variant_id), wanted.diary.free(*wish.window, most=wanted.quantity)
    if not any_then or (wanted.asset_id is None and any_then == wanted.quantity):
        return []
    label = f"Any {variant.name} then" if wanted.asset_id is not None else f"Book {typed(any_then)} then"
    return [_offer(session, request, label, wish._replace(things=variant, quantity=any_then))]


def _offer(session: Session, request: Request, label: str, wish: Wish) -> Offer:
    """A button that books that."""
    said = {"start": as_typed(wish.window.start, wish.zone_name), "end": as_typed(wish.window.end, wish.zone_name), "note": wish.note or ""}
    if wish.holder.id != request.act.by.location_id:
        said["holder"] = called.found_as(session, wish.holder)
    if isinstance(wish.things, Variant):
        sentence = render(compile_template(BOOK_ANY), {**said, "quantity": typed(wish.quantity), "variant": wish.things.sku})
    else:
        things = f"kit {wish.things.name}" if isinstance(wish.things, Kit) else ", ".join(one.serial for one in wish.things)
        sentence = render(compile_template(BOOK), {**said, "things": things})
    return Offer(label, "/checkout", sentence)


def as_typed(at: datetime, zone_name: str) -> str:
    """A time as it is typed, in that zone: "2026-11-27 09:00"."""
    return f"{at.astimezone(zone(zone_name)):%Y-%m-%d %H:%M}"


@sentence(
    "/checkout",
    says="bookings [{thing}]",
    needs=Permission.LOOK,
    does="lists what is booked, the earliest first: all of it, or of an item, asset, kit, category or person",
    examples=("bookings", "bookings Canon R6"),
)
def listed(request: Request, session: Session, *, thing: Thing | None = None) -> Reply:
    """What is booked."""
    return _page(request, session, _which(thing), first=0)


#: What a list is narrowed to, as its pager carries it: an asset, variants or a holder; and how it is said.
Narrowed = dict[str, Any]


def _which(thing: Thing | None) -> Narrowed:  # noqa: PLR0911 - one a kind
    match thing:
        case None:
            return {}
        case Asset():
            return {"a": thing.id, "n": f"of {thing.serial}"}
        case Found():
            return {"v": [one.id for one in thing.variants], "n": f"of {thing.item.name}"}
        case Kit():
            return {"k": thing.id, "n": f"of {thing.name}"}
        case Category():
            return {"c": thing.id, "n": f"of {thing.name}"}
        case Member():
            return {"h": thing.location_id, "n": f"for {thing.name}"}
        case Location():
            return {"h": thing.id, "n": f"for {thing.name}"}
    raise Refusal("Only what is lent is booked. Say a serial, an item, a kit, a category or a person.", field="thing")


@button("booking.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of what is booked."""
    return replace(_page(request, session, value, first=int(value["f"])), replace=True)


def _page(request: Request, session: Session, narrowed: Narrowed, *, first: int) -> Reply:
    variants = booked.variants_in(session, session.get_one(Category, narrowed["c"])) if "c" in narrowed else narrowed.get("v")
    which = Which(asset_id=narrowed.get("a"), variant_ids=variants, holder_id=narrowed.get("h"), kit_id=narrowed.get("k"))
    shown = booked.those(session, which, first=first, most=paging.PAGE)
    page = views.Page(
        shown=[(one, booking.may_cancel(session, request.act.by, session.get_one(Booking, one.id))) for one in shown],
        first=first,
        total=booked.count(session, which),
        narrowed=narrowed.get("n", ""),
        carried={key: value for key, value in narrowed.items() if key != "f"},
    )
    return views.listed(page, reader(request))


@sentence(
    "/checkout",
    says="cancel {things}",
    needs=Permission.CHECK_OUT,
    does="cancels a booking: yours, or for keepers anybody's",
    examples=("cancel SN-1042", "cancel Canon R6"),
)
def cancel(request: Request, session: Session, *, things: Things) -> Reply:
    """The one booking that is meant; asks where there are several."""
    name, found = _meant(session, things)
    by = request.act.by
    mine = [one for one in found if by.location_id == one.holder_id or by.id == one.by_id]
    may = mine or [one for one in found if booking.may_cancel(session, by, session.get_one(Booking, one.id))]
    if not may:
        who = f"You have no booking of {name}. {found[0].holder} has one." if found else f"Nothing is booked of {name}."
        raise Conflict(who, field="things")
    if len(may) > 1:
        text = f"{'You have' if mine else 'There are'} {len(may)} bookings of {name}. Which one do you cancel?"
        raise Declined(Ambiguous(text, field="things"), [views.cancel_this(one, reader(request)) for one in may[:MOST_OFFERED]])
    return _cancelled(request, session, may[0].id)


def _meant(session: Session, things: Things) -> tuple[str, list[Booked]]:
    """What is booked of a kit, of a variant, or of those assets, else of any of their variant."""
    if isinstance(things, Kit):
        return things.name, booked.those(session, Which(kit_id=things.id))
    if isinstance(things, Variant):
        return things.name, booked.those(session, Which(variant_ids=[things.id]))
    own = [one for asset in things for one in booked.those(session, Which(asset_id=asset.id))]
    any_of = [one for one in booked.those(session, Which(variant_ids=[asset.variant_id for asset in things])) if one.asset_id is None]
    return things[0].serial, own or any_of


@button("booking.cancel", needs=Permission.CHECK_OUT)
def press_cancel(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Cancel, on a list or a reminder."""
    return _cancelled(request, session, value["booking"])


def _cancelled(request: Request, session: Session, booking_id: int) -> Reply:
    was = booked.get(session, booking_id)
    together = booked.with_it(session, booking.still_booked(session, booking_id))
    posted = booking.cancel(session, request.act, bookings=together)
    return views.cancelled(posted, was, mine=was.holder_id == request.act.by.location_id, reader=reader(request))


@button("booking.instead", needs=Permission.CHECK_OUT)
def press_instead(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Book another one, under the message that what was booked can't be had."""
    was, one = booked.get(session, value["booking"], as_one=False), booking.still_booked(session, value["booking"])
    posted = booking.take_instead(session, request.act, booking=one, asset=assets.get(session, value["asset"]))
    return views.taken_instead(posted, booked.get(session, one.id, as_one=False), was, reader(request))


@button("booking.file", needs=Permission.LOOK)
def send_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """A booking as a file that calendars take in."""
    shown = [booked.get(session, booking_id) for booking_id in value["b"]]
    made = calendar_file(shown, now=request.act.now)
    name = f"booking-{shown[0].serial or shown[0].sku}"
    title = f"Bookings of {shown[0].what}" if len(shown) > 1 else f"Booking of {shown[0].what}"
    return Reply("The calendar file is on its way.", [], attached=Attached(file_name(name), title, lambda: made))
