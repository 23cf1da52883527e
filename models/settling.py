"""Settling what a location has, or so many of it: it is collected, given on, or written off. Each is an ordinary entry, with its undo."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models import (
    accepting_terms,
    assets,
    catalog,
    custody,
    handing_over,
    ledger,
    locations,
    lotting,
    members,
    outstanding,
    recall_reads,
    stock,
)
from models.caches import Line
from models.catalog import Variant
from models.checking_in import check_in, require_can_take_back
from models.checking_out import check_out, require_can_hold
from models.columns import clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind, outside
from models.lotting import Going
from models.members import Permission, require
from models.outstanding import Share
from models.possessions import Possession
from models.quantities import ONE
from models.refusals import NotAllowed, Refusal

LONGEST_REASON = 500


def answering(session: Session, thing: Possession) -> list[Location]:
    """The locations whose keepers answer for a thing: those that it left on checkout, else where it lies."""
    if thing.asset_id is not None:
        return [custody.answers_for(session, assets.get(session, thing.asset_id))]
    if thing.checked_out:
        out = outstanding.of_variant(session, thing.variant_id, thing.location_id)
        return [locations.get(session, place) for place in dict.fromkeys(checkout.source_id for checkout in out)]
    return [locations.get(session, thing.location_id)]


def _require(session: Session, act: Act, permission: Permission, thing: Possession) -> None:
    for place in answering(session, thing):
        require(act.by, permission, at=place)


def collect(session: Session, act: Act, thing: Possession, *, target: Location | None = None, note: str | None = None) -> Posted:
    """All of it goes back to where it left, or to another store. For a keeper of where it left, or lies."""
    _require(session, act, Permission.MOVE, thing)
    place = locations.get(session, thing.location_id)
    if target is None and thing.home_id is None:
        raise Refusal(f"{thing.what} was not checked out of a store. Say where it goes.", field="target")
    if thing.checked_out:
        return check_in(session, act, **_meant(session, thing), holder=place, target=target, note=note).posted
    assert target is not None
    require_can_take_back(target)
    return _move(session, act, thing, target, note)


def reassign(session: Session, act: Act, thing: Possession, *, receiver: Location, note: str | None = None) -> Posted:
    """All of it goes to another person or location at once, with what was promised. For a keeper of where it left, or lies."""
    _require(session, act, Permission.LEND, thing)
    require_can_hold(session, act, receiver)
    place = locations.get(session, thing.location_id)
    if receiver.id == place.id:
        raise Refusal(f"{place.name} has it already. Name somebody else.", field="holder")
    person = receiver.kind is LocationKind.PERSON
    if thing.checked_out or (person and place.kind is LocationKind.PERSON):
        return _pass_on(session, act, thing, receiver, note)
    if not person:
        return _move(session, act, thing, receiver, note)
    if thing.asset_id is not None:
        return check_out(session, act, assets=[assets.get(session, thing.asset_id)], holder=receiver, purpose=note)
    variant = catalog.variant(session, thing.variant_id)
    return stock.take(session, act, variant=variant, quantity=thing.quantity, source=place, target=receiver, note=note)


def write_off(session: Session, act: Act, thing: Possession, *, reason: str) -> Posted:
    """Nobody knows where it is: it is booked as lost, and nobody owes it any more. For a keeper of where it left, or lies."""
    _require(session, act, Permission.MOVE, thing)
    reason = clean(reason, what="reason", field="reason", longest=LONGEST_REASON)
    if thing.asset_id is not None:
        return custody.lost(session, act, asset=assets.get(session, thing.asset_id), note=reason)
    variant = catalog.variant(session, thing.variant_id)
    out = outstanding.of_variant(session, variant.id, thing.location_id) if thing.checked_out else []
    owed = [(one, one.quantity) for one in out]
    return _lose(session, act, variant, thing.quantity, place_id=thing.location_id, out=owed, note=reason)


def lost(session: Session, act: Act, *, variant: Variant, quantity: int, holder: Location | None = None, note: str | None = None) -> Posted:
    """So many of what `holder` (the member, unless said) has out are lost, the earliest due first, and owed no more.

    For whoever has them, or a keeper of where they left.
    """
    require(act.by, Permission.CHECK_IN)
    shares = outstanding.of_quantity(session, act, variant=variant, quantity=quantity, holder=holder)
    place_id = shares[0][0].holder_id
    for checkout, _ in shares:
        if place_id != act.by.location_id and not act.by.may(Permission.MOVE, at=locations.get(session, checkout.source_id)):
            raise NotAllowed("Only whoever has them, or a keeper, can say that they are lost.", field="holder")
    return _lose(session, act, variant, quantity, place_id=place_id, out=shares, note=note)


def hand_over(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    holder: Location,
    giver: Location | None = None,
    note: str | None = None,
) -> Posted:
    """So many of what `giver` (the member, unless said) has out go to another person, with what was promised, the earliest due first.

    For keepers of where they left: what has no serial can't be offered, so that the other would accept it.
    """
    require(act.by, Permission.CHECK_OUT)
    handing_over.receiving(session, holder)
    shares = outstanding.of_quantity(session, act, variant=variant, quantity=quantity, holder=giver)
    place = locations.get(session, shares[0][0].holder_id)
    if holder.id == place.id:
        raise Refusal(f"{place.name} has them already. Name somebody else.", field="holder")
    for checkout, _ in shares:
        require(act.by, Permission.LEND, at=locations.get(session, checkout.source_id))
    lines = lotting.lines(session, act, Going(EntryKind.HANDED_OVER, variant, quantity, place, holder))
    return _passed_on(session, act, lines, shares, receiver=holder, note=note)


def _lose(session: Session, act: Act, variant: Variant, quantity: int, *, place_id: int, out: Sequence[Share], note: str | None) -> Posted:
    lots = lotting.returned(session, variant, place_id, quantity)
    lines = lotting.lines_of(variant, lots, source_id=place_id, target_id=outside(session, LocationKind.LOST).id)
    ended = [outstanding.reduced(checkout, share, act.now) for checkout, share in out]
    return ledger.post(session, act, EntryKind.LOST, lines=lines, changed=ended, note=note)


def _meant(session: Session, thing: Possession) -> dict[str, Any]:
    """The thing as the argument by which a return is told what is meant."""
    if thing.asset_id is not None:
        return {"assets": [assets.get(session, thing.asset_id)]}
    return {"variant": catalog.variant(session, thing.variant_id)}


def _move(session: Session, act: Act, thing: Possession, target: Location, note: str | None) -> Posted:
    if thing.asset_id is not None:
        return custody.move_assets(session, act, assets=[assets.get(session, thing.asset_id)], target=target, note=note)
    variant, place = catalog.variant(session, thing.variant_id), locations.get(session, thing.location_id)
    return stock.move(session, act, variant=variant, quantity=thing.quantity, source=place, target=target, note=note)


def _pass_on(session: Session, act: Act, thing: Possession, receiver: Location, note: str | None) -> Posted:
    """From hand to hand, with its checkouts."""
    if thing.asset_id is not None:
        recall_reads.require_not_recalled(session, [assets.get(session, thing.asset_id)])
        lines = [Line(thing.variant_id, ONE, thing.location_id, receiver.id, thing.asset_id)]
        held = outstanding.of_asset(session, thing.asset_id)
        out = [held] if held is not None else []
    else:
        variant, place = catalog.variant(session, thing.variant_id), locations.get(session, thing.location_id)
        lines = lotting.lines(session, act, Going(EntryKind.HANDED_OVER, variant, thing.quantity, place, receiver))
        out = outstanding.of_variant(session, variant.id, place.id) if thing.checked_out else []
    return _passed_on(session, act, lines, [(one, one.quantity) for one in out], receiver=receiver, note=note)


def _passed_on(session: Session, act: Act, lines: Sequence[Line], out: Sequence[Share], *, receiver: Location, note: str | None) -> Posted:
    giver_id, changes = lines[0].source_id, handing_over.passed_on(session, act, lines, out, receiver.id)
    behalf = members.other_at(session, act.by, receiver.id)
    posted = ledger.post(
        session, act, EntryKind.HANDED_OVER, lines=lines, changed=changes, note=note, on_behalf_of_id=behalf.id if behalf else None
    )
    heard = [giver_id] if accepting_terms.ask(session, posted) else [giver_id, receiver.id]
    handing_over.tell(session, posted, _others(session, act, heard))
    return posted


def _others(session: Session, act: Act, places: Sequence[int]) -> list[members.Member | None]:
    return [members.other_at(session, act.by, place) for place in places]
