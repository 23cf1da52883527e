"""Codes read from a photo: the card of the one thing that has the code, or one list of several, with the one button that fits."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers import asset_card, checkin, look
from handlers.checkout import reader
from handlers.routes import Press, Reply, Request, button, photo
from handlers.speaking import Declined
from handlers.views import scanning as views
from handlers.views.asset import Shown
from handlers.views.parts import Block
from handlers.views.parts import button as pressed
from models import assets, catalog, finding, levels, locations, sources
from models.assets import Asset, AssetState
from models.catalog_names import Found
from models.finding import Coded
from models.locations import Location
from models.lots import Lot
from models.members import Permission
from models.orders import PurchaseOrder
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
    if len(things) == 1:
        return views.noted(look.look(request, session, thing=things[0]), notes)
    shown = [asset_card.shown(request, session, one) for one in things if isinstance(one, Asset)]
    lines = [views.asset_line(one, reader(request)) for one in shown]
    lines += [_line(session, one) for one in things if not isinstance(one, Asset)]
    return views.several(lines[:MOST_LISTED], len(things), _one_button(request, session, shown[:MOST_LISTED]), notes)


@button("scan.return", needs=Permission.CHECK_IN)
def return_all(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Everything in the photo that was out with whoever sent it, or else with others, comes back."""
    held = [checkin.still_out(request, session, checkout) for checkout in value["checkouts"]]
    return checkin.give_back(request, session, assets=[assets.get(session, one.asset_id) for one in held if one.asset_id is not None])


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


def _line(session: Session, thing: Found | Location | Lot | PurchaseOrder) -> str:
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


def _one_button(request: Request, session: Session, shown: Sequence[Shown]) -> Block | None:
    """What whoever sent the photo is likeliest to want: to return what they have, else to check out what is free, else to bring back."""
    mine = [one.where.checkout for one in shown if one.mine and one.where.checkout]
    if mine:
        return views.return_button("Return", [held.id for held in mine])
    free = [one.asset.id for one in shown if one.where.state is AssetState.AVAILABLE and _gives(request, session, one.asset)]
    if free:
        return pressed(f"Check out {len(free)}", "checkout.out", {"assets": free}, style="primary")
    out = [one.where.checkout.id for one in shown if one.where.checkout]
    return views.return_button("Bring back", out) if out else None


def _gives(request: Request, session: Session, asset: Asset) -> bool:
    try:
        sources.require_gives(request.act.by, locations.get(session, asset.location_id))
    except NotAllowed:
        return False
    return True
