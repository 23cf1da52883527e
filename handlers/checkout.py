"""Typed sentences by which things go out to a holder, and what other ways out share with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers import approving, called, dates, lot_words, terms_owed
from handlers.defaults import Place, source_of
from handlers.routes import Offer, Press, Reply, Request, WayOn, sentence
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from handlers.typed import quoted
from handlers.views import checkout as views
from handlers.views.checkout import Left
from handlers.views.due import Reader
from models import asking, availability, booked, catalog, checkouts, contents, finding, levels, locations
from models.approvals import ApprovalRequest
from models.assets import Asset, AssetState
from models.catalog import ItemKind, Variant
from models.diary import Window
from models.locations import Location
from models.lots import Lot
from models.members import Permission
from models.quantities import typed
from models.refusals import Ambiguous, Conflict, Refusal, Taken
from models.times import Due
from models.wording import counted

OUT = "out {assets} [to {holder}] [until {until}] [note {note}]"
#: How many others are offered where the one that was named can't go out.
MOST_OFFERED = 3
#: So many of the same kind are looked at for them.
MOST_LOOKED_AT = 20


@sentence(
    "/checkout",
    says=OUT,
    needs=Permission.CHECK_OUT,
    does="checks things out, to you unless you name somebody",
    examples=("out SN-1042 until friday", "out SN-1042 for 3 days", 'out SN-130..134 to Van 3 until 27 Nov note "site survey"'),
    aliases=("borrow", "take", "give me"),
)
def out(
    request: Request,
    session: Session,
    *,
    assets: list[Asset],
    holder: Location | None = None,
    until: str | None = None,
    note: str | None = None,
) -> Reply:
    """Assets go out; policy may ask for somebody's yes first."""
    due = promised(request, until, zone_of(session, request, assets[0].location_id))
    try:
        return lend_assets(request, session, assets, holder=holder or myself(request, session), due=due, purpose=note)
    except Conflict as taken:
        clauses = _clauses(session, holder=holder, until=until, note=note)
        raise Declined(
            taken, [*_another(session, assets, clauses, request.act.now), *_or_else(request, session, assets, taken, until)], more=True
        ) from taken


@sentence(
    "/checkout",
    says="out {quantity} {variant} [from {source}] [lot {lot_code}] [to {holder}] [until {until}] [anyway {reason}] [note {note}]",
    needs=Permission.CHECK_OUT,
    does="checks out so many of an item that comes back",
    examples=("out 3 hard hats until friday", "out 2 hard hats from Warehouse to Van 3"),
    aliases=("borrow", "take", "give me"),
)
def out_quantity(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    source: Location | None = None,
    lot_code: str | None = None,
    holder: Location | None = None,
    until: str | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> Reply:
    """So many of a returnable item go out; what is used up, or known by its serial, is led to its own sentence."""
    _require_comes_back(session, quantity, variant, source, _clauses(session, holder=holder, until=until, note=note))
    place = source_of(session, request, variant, source)
    due = promised(request, until, zone_of(session, request, place.location.id))
    holder = holder or myself(request, session)
    lot = lot_words.meant(session, variant, lot_code, lot_words.day_of(request))
    return lend_quantity(request, session, variant, quantity, source=place, holder=holder, lot=lot, insisting=reason, due=due, purpose=note)


def lend_assets(
    request: Request, session: Session, chosen: Sequence[Asset], *, holder: Location, due: Due | None, purpose: str | None
) -> Reply:
    """Checks assets out, or asks for it, and says what remains where they left."""
    left_from = list(dict.fromkeys((asset.variant_id, asset.location_id) for asset in chosen))
    booked_until = None if due else _as_booked(session, request, [(asset.variant_id, asset.id) for asset in chosen], holder)
    due = due or booked_until
    done = asking.ask_or_do(session, request.act, "check_out", assets=chosen, holder=holder, due=due, purpose=purpose)
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    return views.out(
        done,
        [called.asset(session, asset) for asset in chosen],
        [_left(session, *pair) for pair in left_from],
        sources=list(locations.names(session, [place for _, place in left_from]).values()),
        because=None,
        holder=_other(request, holder),
        until=reader(request).promised(due) + (", as booked" if booked_until else ""),
        terms=terms_owed.by_entry(session, done, _other(request, holder)),
    )


def lend_quantity(
    request: Request,
    session: Session,
    variant: Variant,
    quantity: int,
    *,
    source: Place,
    holder: Location,
    due: Due | None,
    purpose: str | None,
    lot: Lot | None = None,
    insisting: str | None = None,
) -> Reply:
    """Checks out so many of a returnable item, or asks for it, and says what remains where they left."""
    booked_until = None if due else _as_booked(session, request, [(variant.id, None)], holder)
    due = due or booked_until
    done = asking.ask_or_do(
        session,
        request.act,
        "check_out",
        variant=variant,
        quantity=quantity,
        source=source.location,
        holder=holder,
        lot=lot,
        insisting=insisting,
        due=due,
        purpose=purpose,
    )
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    return views.out(
        done,
        [called.amount(session, variant, quantity)],
        [_left(session, variant.id, source.location.id)],
        sources=[source.location.name],
        because=source.because,
        holder=_other(request, holder),
        until=reader(request).promised(due) + (", as booked" if booked_until else ""),
        terms=terms_owed.by_entry(session, done, _other(request, holder)),
        lots=lot_words.moved(request, session, done, chosen=lot is None),
    )


def _as_booked(session: Session, request: Request, things: Sequence[tuple[int, int | None]], holder: Location) -> Due | None:
    """Until when all of it is booked for its holder, who picks it up now."""
    now = request.act.now
    found = [booked.to_pick_up(session, variant_id=one, asset_id=asset, holder_id=holder.id, now=now) for one, asset in things]
    ends = {(one.until_at, one.zone) if one is not None else None for one in found}
    return booked.due_of(found[0]) if len(ends) == 1 and found[0] is not None else None


def promised(request: Request, until: str | None, zone: str) -> Due | None:
    """When "until fri" is, in that zone; None where nobody said."""
    return dates.due(until, request.act.now, zone) if until else None


def zone_of(session: Session, request: Request, location_id: int) -> str:
    """The zone in which what leaves a location is promised back: the location's, else the member's."""
    own = request.act.by.time_zone
    return locations.inherited(session, locations.get(session, location_id), "time_zone", own) or own


def myself(request: Request, session: Session) -> Location:
    """The location that whoever asks is."""
    if request.act.by.location_id is None:
        raise Refusal("Say to whom.", field="holder")
    return locations.get(session, request.act.by.location_id)


def reader(request: Request) -> Reader:
    """From whose point of view the answer says its times."""
    return Reader(request.act.now, request.act.by.time_zone)


def _require_comes_back(session: Session, quantity: int, variant: Variant, source: Location | None, clauses: Mapping[str, str]) -> None:
    """Refuses what is used up and what is known by its serial, with the sentence that each wants instead."""
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.CONSUMABLE:
        to = f" to {quoted(clauses['holder'])}" if "holder" in clauses else ""
        at = f" at {quoted(called.found_as(session, source))}" if source is not None else ""
        take = Offer(f"Take {counted(quantity, variant.name, item.unit)}", "/stock", f"-{typed(quantity)} {quoted(variant.sku)}{at}{to}")
        raise Declined(Refusal(f"{item.name} is used up and does not come back. Take it from stock instead.", field="item"), [take])
    if item.kind is ItemKind.SERIALISED:
        raise _by_serial(session, variant, clauses)


def _by_serial(session: Session, variant: Variant, clauses: Mapping[str, str]) -> Refusal:
    """Somebody asked for so many of what is known by its serial: the serials as ways on, those in a store first."""
    try:
        finding.asset(session, variant.sku)
    except Ambiguous as which:
        return Declined(which, [_out_offer(choice.label, choice.value, clauses) for choice in which.choices])
    raise LookupError(f"{variant.sku} is a serial and a SKU at once")


def _another(session: Session, chosen: Sequence[Asset], clauses: Mapping[str, str], now: datetime) -> list[Offer]:
    """Others of the same kind that could go out instead of the one that can't."""
    if len(chosen) > 1:
        return []
    stores = levels.in_stores(session, chosen[0].variant_id)
    others = contents.assets_among(session, stores, first=0, most=MOST_LOOKED_AT)
    diary = availability.diary_of(session, catalog.variant(session, chosen[0].variant_id), now=now)
    soon = Window(now, now + timedelta(days=1))
    likely = [one for one in others if one.state is AssetState.AVAILABLE and one.asset_id != chosen[0].id]
    free = [one for one in likely if not diary.met_by(soon, asset_id=one.asset_id)][:MOST_OFFERED]
    return [_out_offer(f"Check out {one.serial} ({one.location.location})", one.serial, clauses) for one in free]


def _or_else(request: Request, session: Session, chosen: Sequence[Asset], taken: Conflict, until: str | None) -> list[WayOn]:
    """To wait for the one that somebody has; to keep longer what one has already."""
    if len(chosen) > 1 or isinstance(taken, Taken):
        return []
    held = checkouts.open_for_asset(session, chosen[0].id)
    if held is not None and held.holder_id == request.act.by.location_id:
        longer = Offer("Extend it", "/checkout", f"extend {quoted(chosen[0].serial)} until {quoted(until)}") if until else None
        return [longer or Press("Extend it", "checkout.extend", {"checkout": held.id})]
    return [Offer("Wait for it", "/checkout", f"queue {quoted(chosen[0].serial)}")]


def _out_offer(label: str, serial: str, clauses: Mapping[str, str]) -> Offer:
    return Offer(label, "/checkout", render(compile_template(OUT), {"assets": serial, **clauses}))


def _clauses(session: Session, *, holder: Location | None, until: str | None, note: str | None) -> dict[str, str]:
    """What else was said, as it would be said again."""
    said = {"holder": called.found_as(session, holder) if holder else None, "until": until, "note": note}
    return {slot: text for slot, text in said.items() if text}


def _left(session: Session, variant_id: int, location_id: int) -> Left:
    variant = catalog.variant(session, variant_id)
    unit = catalog.item(session, variant.item_id).unit
    return Left(variant.name, unit, levels.on_hand(session, variant_id, location_id), locations.get(session, location_id).name)


def _other(request: Request, holder: Location) -> str | None:
    return None if holder.id == request.act.by.location_id else holder.name
