"""Typed sentences and the button by which what is out comes back, from its holder's hands or another's."""

from typing import Any

from sqlmodel import Session

from handlers import called, lot_words
from handlers.by_serial import out_with
from handlers.checkout import myself, reader
from handlers.routes import Reply, Request, button, sentence
from handlers.views import checkout as views
from handlers.views import naming
from handlers.views.checkout import Part
from handlers.views.parts import said
from models import assets, catalog, checking_in, checkouts, custody, locations, members
from models.assets import Asset
from models.catalog import Variant
from models.checking_in import CheckedIn
from models.checkouts import Held
from models.locations import Location
from models.members import Permission
from models.refusals import Conflict, Refusal
from models.times import said_time

RETURN = "return {assets} [from {holder}] [to {target}] [note {note}]"
#: So many things that came back at once are named; more are counted.
MOST_NAMED = 10


@sentence(
    "/checkout",
    says=RETURN,
    needs=Permission.CHECK_IN,
    does="brings things back to where they left, whoever had them",
    examples=("return SN-1042", 'return SN-130..134 to Warehouse note "lens scratched"'),
    aliases=("in", "checkin", "check in", "bring back", "give back", "returned"),
)
def give_back(
    request: Request,
    session: Session,
    *,
    assets: list[Asset],
    holder: Location | None = None,
    target: Location | None = None,
    note: str | None = None,
) -> Reply:
    """Assets come back; from somebody else than was said, they do not."""
    elsewhere = next((asset for asset in assets if holder is not None and asset.location_id != holder.id), None)
    if holder is not None and elsewhere is not None:
        where = locations.get(session, elsewhere.location_id).name
        raise Refusal(f"{elsewhere.serial} is not with {holder.name}: {where} has it. Leave the name out to bring it back.", field="holder")
    done = checking_in.check_in(session, request.act, assets=assets, target=target, note=note)
    return returned(request, session, done, [called.asset(session, asset) for asset in assets])


@sentence(
    "/checkout",
    says="return {quantity} {variant} [from {holder}] [to {target}] [lot {lot_code}] [note {note}]",
    needs=Permission.CHECK_IN,
    does="brings so many of an item back, the earliest due first",
    examples=("return 2 hard hats", "return 2 hard hats from Ana to Warehouse"),
    aliases=("in", "checkin", "check in", "bring back", "give back", "returned"),
)
def give_back_quantity(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    holder: Location | None = None,
    target: Location | None = None,
    lot_code: str | None = None,
    note: str | None = None,
) -> Reply:
    """So many of a returnable item come back; of what is known by its serial, all of it that is out."""
    said_else = {"target": called.found_as(session, target) if target else None, "note": note}
    if serials := out_with(request, session, variant, quantity, holder=holder, one=RETURN, said=said_else):
        return give_back(request, session, assets=serials, target=target, note=note)
    lot = lot_words.meant(session, variant, lot_code, lot_words.day_of(request))
    done = checking_in.check_in(session, request.act, variant=variant, quantity=quantity, holder=holder, target=target, lot=lot, note=note)
    return returned(request, session, done, [called.amount(session, variant, quantity)])


@sentence(
    "/checkout",
    says="return all [{variant}] [from {holder}] [to {target}] [note {note}]",
    needs=Permission.CHECK_IN,
    does="brings back all that is out with you, or all of an item",
    examples=("return all", "return all hard hats"),
    aliases=("return everything", "give back all", "give back everything", "bring back all", "bring back everything"),
)
def give_back_all(
    request: Request,
    session: Session,
    *,
    variant: Variant | None = None,
    holder: Location | None = None,
    target: Location | None = None,
    note: str | None = None,
) -> Reply:
    """Everything that somebody has out comes back at once."""
    place = holder or myself(request, session)
    out = [one for one in checkouts.open_of(session, place.id) if variant is None or one.variant_id == variant.id]
    if not out:
        of_it = f"No {variant.name}" if variant is not None else "Nothing"
        raise Refusal(f"{of_it} is out with {'you' if place.id == request.act.by.location_id else place.name}.", field="holder")
    lent = [checkouts.get(session, one.id) for one in out]
    done = checking_in.check_in(session, request.act, lent=lent, target=target, note=note)
    things = [naming.held(one) for one in out] if len(out) <= MOST_NAMED else [f"{len(out):,} things"]
    return returned(request, session, done, things, apart=True)


@button("checkout.return", needs=Permission.CHECK_IN)
def press_return(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """All of one checkout comes back, from the button beside it."""
    held = still_out(request, session, value["checkout"])
    done = checking_in.check_in(session, request.act, **meant(session, held))
    return returned(request, session, done, [naming.held(held)])


def still_out(request: Request, session: Session, checkout_id: int) -> Held:
    """The checkout that a button stands beside. Refuses one that has ended since, and says where the thing is."""
    held = checkouts.held(session, checkout_id)
    if held is not None:
        return held
    row = checkouts.get(session, checkout_id)
    if row.asset_id is None:
        raise Conflict("That is not out any more: all of it has come back since.")
    asset = assets.get(session, row.asset_id)
    where = custody.holder(session, asset)
    since = f" since {said_time(where.since_at, request.act.by.time_zone)}" if where.since_at else ""
    raise Conflict(f"That has ended: {assets.said(session, asset)} is in {where.location}{since}.")


def meant(session: Session, held: Held) -> dict[str, Any]:
    """A checkout as the arguments by which the verbs are told what is meant."""
    if held.asset_id is not None:
        return {"assets": [assets.get(session, held.asset_id)]}
    holder = locations.get(session, held.holder_id)
    first = checkouts.get(session, held.id)
    return {"variant": catalog.variant(session, held.variant_id), "quantity": held.quantity, "holder": holder, "first": first}


def returned(
    request: Request, session: Session, done: CheckedIn, things: list[str], *, remains: str | None = None, apart: bool = False
) -> Reply:
    """What came back, and what remains: what its holder still has, unless said. `apart`: each is named with its own due already."""
    by = request.act.by
    holders = locations.names(session, done.holder_ids)
    targets = locations.names(session, [part.target_id for part in done.parts])
    told = [holders[place] for place in done.holder_ids if members.other_at(session, by, place)]
    return views.returned(
        done.posted,
        things,
        targets=list(targets.values()),
        parts=[] if apart else _settled(request, session, done),
        remains=remains or _still_out(session, request, done, holders),
        told=told,
        lots=lot_words.moved(request, session, done.posted, chosen=False),
    )


def _settled(request: Request, session: Session, done: CheckedIn) -> list[Part]:
    """Which dues a counted return has settled, where there was a choice: it fell on several, or left one open."""
    counted_parts = [part for part in done.parts if part.asset_id is None]
    if len(counted_parts) == 1 and counted_parts[0].remains == done.remains:
        return []
    zones = {part.checkout_id: checkouts.get(session, part.checkout_id).due_zone for part in counted_parts}
    return [Part(part.quantity, reader(request).due(part.due_at, zones[part.checkout_id])) for part in counted_parts]


def _still_out(session: Session, request: Request, done: CheckedIn, holders: dict[int, str]) -> str:
    """What their holder still has: of that item where it is counted, else of anything."""
    holder_id = done.holder_ids[0]
    who = "you" if holder_id == request.act.by.location_id else said(holders[holder_id])
    if done.remains:
        variant = catalog.variant(session, done.parts[0].variant_id)
        return f"{called.amount(session, variant, done.remains)} still out with {who}."
    if len(done.holder_ids) > 1 or who != "you":
        return ""
    others = len(checkouts.open_of(session, holder_id))
    return f"{others:,} more {'thing is' if others == 1 else 'things are'} out with you." if others else "Nothing else is out with you."
