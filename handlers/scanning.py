"""Codes read from a photo: the card of the one thing that has the code, or one list of several, with the one button that fits."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers import asset_card, checkin, checkout_form, counting, look
from handlers import custody as custody_acts
from handlers.checkout import reader
from handlers.routes import Press, Reply, Request, button, photo
from handlers.speaking import Declined
from handlers.views import scanning as views
from handlers.views.asset import Shown
from handlers.views.parts import Block
from handlers.views.parts import button as pressed
from models import (
    assets,
    availability,
    booked,
    catalog,
    custody,
    finding,
    kits,
    levels,
    locations,
    sources,
    stocktake_reads,
    stocktaking,
    waiting_for,
)
from models.assets import Asset, AssetState
from models.bookings import Booking
from models.catalog_names import Found
from models.finding import Coded
from models.kits import Kit
from models.locations import Location, LocationKind
from models.lots import Lot
from models.members import Permission
from models.orders import PurchaseOrder
from models.quantities import ONE
from models.refusals import NotAllowed, Refusal

#: A list tells of so many things; a photo seldom shows more.
MOST_LISTED = 20


@photo("scan.this", needs=Permission.LOOK)
def scanned(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """What the codes in somebody's photos are on. Nothing moves before a button is pressed, whatever a code says."""
    found = {code: finding.by_code(session, code) for code in value["codes"]}
    things = list({_key(one): one for them in found.values() for one in them}.values())
    unknown = [code for code, them in found.items() if not them]
    if not things:
        raise _nothing(request, unknown)
    notes = [*views.unknown(unknown), *views.unread(value["unread"]), *views.beside(value["beside"])]
    places = [one for one in things if isinstance(one, Location)]
    place = places[0] if len(places) == 1 else None
    to_count = _to_count(request, session, [one for one in things if isinstance(one, Asset)][:MOST_LISTED], place)
    if len(things) == 1:
        return views.noted(views.with_button(look.look(request, session, thing=things[0]), to_count), notes)
    shown = [asset_card.shown(request, session, one) for one in things if isinstance(one, Asset)]
    lines = [views.asset_line(one, reader(request)) for one in shown]
    lines += [_line(session, one) for one in things if not isinstance(one, Asset)]
    to_move = _to_move(request, session, shown[:MOST_LISTED], place) if place is not None else None
    one_button = to_count or to_move or _one_button(request, session, shown[:MOST_LISTED])
    return views.several(lines[:MOST_LISTED], len(things), one_button, notes)


@button("scan.return", needs=Permission.CHECK_IN)
def return_all(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Everything in the photo that was out with whoever sent it, or else with others, comes back."""
    held = [checkin.still_out(request, session, checkout) for checkout in value["checkouts"]]
    return checkin.give_back(request, session, assets=[assets.get(session, one.asset_id) for one in held if one.asset_id is not None])


@button("scan.out", needs=Permission.LOOK)
def check_out_all(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Check out, Pick up or Claim: the form with all that is free for whoever sent it, until their first booking ends."""
    chosen = [assets.get(session, one) for one in value["assets"]]
    ends = [booked.due_of(one) for one in (_booking_of(request, session, asset) for asset in chosen) if one is not None]
    until = min(ends, key=lambda end: end.at).local if ends else None
    return checkout_form.proposed(request, session, checkout_form.Things(chosen), quantity=ONE, until=until)


@button("scan.move", needs=Permission.MOVE)
def move_all(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Move here: what lies elsewhere goes to the location in the same photo."""
    chosen = [assets.get(session, one) for one in value["assets"]]
    elsewhere = [asset for asset in chosen if asset.location_id != value["place"]]
    return custody_acts.move(request, session, assets=elsewhere or chosen, target=locations.get(session, value["place"]))


@button("scan.count", needs=Permission.TALLY)
def count_all(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Count: what is in the photo lies where the count is."""
    stocktake, seen = stocktake_reads.get(session, value["c"]), [assets.get(session, one) for one in value["assets"]]
    at = locations.get(session, value["at"])
    posted, left_out = stocktaking.tally(session, request.act, stocktake, [], seen=seen, at=at)
    return counting.counted(session, stocktake, posted, left_out)


def _key(thing: Coded) -> tuple[object, ...]:
    return (Found, thing.item.id, *(one.id for one in thing.variants)) if isinstance(thing, Found) else (type(thing), thing.id)


def _nothing(request: Request, unknown: Sequence[str]) -> Refusal:
    """Where no code is known: how to take a better photo, or what to do with a code that is on nothing yet."""
    if not unknown:
        return Refusal("I find no code in that photo. Go closer, hold still and mind the light, or type what is printed under the bars.")
    refusal = Refusal(views.on_nothing(unknown))
    if len(unknown) > 1 or not request.act.by.may(Permission.CATALOG):
        return refusal
    return Declined(refusal, [Press("Bind it", "barcode.bind", {"code": unknown[0]})])


def _line(session: Session, thing: Found | Location | Lot | PurchaseOrder | Kit) -> str:
    """One thing that is no asset, as a line of the list."""
    match thing:
        case Found():
            ids = [one.id for one in thing.variants]
            free = sum(level.free for level in levels.by_location(session, ids))
            return views.item_line(thing.variants[0].name if len(ids) == 1 else thing.item.name, free, thing.item.unit)
        case Location():
            return views.place_line(finding.path_of(session, thing), thing.kind)
        case Lot():
            return views.lot_line(thing, catalog.variant(session, thing.variant_id).name)
        case PurchaseOrder():
            return views.order_line(thing.name, locations.get(session, thing.supplier_id).name)
        case Kit():
            return views.kit_line(thing.name, len(kits.parts_of(session, thing.id)))


def _one_button(request: Request, session: Session, shown: Sequence[Shown]) -> Block | None:
    """What whoever sent the photo is likeliest to want: to return what they have, else to check out what is free, else to bring back."""
    mine = [one.where.checkout for one in shown if one.mine and one.where.checkout]
    if mine:
        return views.return_button("Return", [held.id for held in mine])
    free = [one.asset for one in shown if one.where.state is AssetState.AVAILABLE and _gives(request, session, one.asset)]
    if free:
        claimed = [asset for asset in free if _is_held(request, session, asset)]
        booked_ones = [asset for asset in free if _booking_of(request, session, asset) is not None]
        verb = "Claim" if len(claimed) == len(free) else "Pick up" if len(booked_ones) == len(free) else "Check out"
        return pressed(f"{verb} {len(free)}", "scan.out", {"assets": [asset.id for asset in free]}, style="primary")
    out = [one.where.checkout.id for one in shown if one.where.checkout]
    return views.return_button("Bring back", out) if out else None


def _gives(request: Request, session: Session, asset: Asset) -> bool:
    """Whether whoever sent the photo can have it now: its store gives it out, and it is promised to nobody else."""
    try:
        sources.require_gives(request.act.by, locations.get(session, asset.location_id))
    except NotAllowed:
        return False
    return availability.is_free_for(session, asset, holder_id=request.act.by.location_id, now=request.act.now)


def _is_held(request: Request, session: Session, asset: Asset) -> bool:
    """Whether it is held for whoever sent the photo, who has waited for it."""
    line = waiting_for.line_for(session, asset.variant_id, asset.id)
    now, me = request.act.now, request.act.by.location_id
    return any(one.holder_id == me and one.claim_by_at is not None and one.claim_by_at > now for one in line)


def _booking_of(request: Request, session: Session, asset: Asset) -> Booking | None:
    """The booking that whoever sent the photo picks up with it."""
    me = request.act.by.location_id
    if me is None:
        return None
    return booked.to_pick_up(session, variant_id=asset.variant_id, asset_id=asset.id, holder_id=me, now=request.act.now)


def _to_move(request: Request, session: Session, shown: Sequence[Shown], place: Location) -> Block | None:
    """For a keeper who has a location in the photo: to move there what lies elsewhere."""
    by = request.act.by
    if not place.ours or place.kind is LocationKind.PERSON or not by.may(Permission.MOVE, at=place):
        return None
    there = [one.asset for one in shown if one.where.state not in (AssetState.LOST, AssetState.RETIRED)]
    moved = [one.id for one in there if one.location_id != place.id and by.may(Permission.MOVE, at=custody.answers_for(session, one))]
    label = f"Move {len(moved)} to {place.name}"
    return pressed(label, "scan.move", {"place": place.id, "assets": moved}, style="primary") if moved else None


def _to_count(request: Request, session: Session, there: Sequence[Asset], place: Location | None) -> Block | None:
    """For whoever takes part in a count: to say that those lie at the location in the photo, else where most of them are to lie."""
    for count_id in sorted(stocktake_reads.open_with(session, request.act.by.id)) if there else []:
        part = stocktake_reads.places(session, locations.get(session, stocktake_reads.get(session, count_id).location_id))
        to_lie = Counter(one.location_id for one in there if one.location_id in part).most_common(1)
        at = place.id if place is not None else to_lie[0][0] if to_lie else None
        if at is None or at not in part:
            continue
        seen = [one.id for one in there if place is not None or one.location_id == at]
        label = f"Count {len(seen)} in {locations.get(session, at).name}"
        return pressed(label, "scan.count", {"c": count_id, "at": at, "assets": seen}, style="primary")
    return None
