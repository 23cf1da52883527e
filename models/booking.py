"""Booking: a thing is promised to somebody for a time to come. It is picked up then, cancelled, or freed when nobody comes for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models import assets, booked, catalog, custody, kits, ledger, levels, locations, members, outstanding, sources
from models.assets import Asset, AssetState
from models.bookings import Booking, rules_of
from models.catalog import ItemKind, Variant
from models.changes import changed
from models.checking_out import require_can_hold
from models.checkouts import CHECKOUTS
from models.entries import EntryKind
from models.kits import Kit
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Actor, Permission, Role, Unprivileged, require
from models.quantities import ONE, require_fits
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import said_time


def book(
    session: Session,
    act: Act,
    *,
    chosen: Sequence[Asset] = (),
    variant: Variant | None = None,
    quantity: int = ONE,
    kit: Kit | None = None,
    holder: Location,
    start: datetime,
    end: datetime,
    zone: str,
    purpose: str | None = None,
) -> Posted:
    """Certain assets, so many of a variant, or a kit are booked for a holder from `start` until before `end` (UTC), agreed in that zone.

    One entry, whatever the number of assets. Refuses a time that is over, what can't be lent, what is promised to somebody else for that
    time, and booking for somebody else without the role for it.
    """
    require(act.by, Permission.CHECK_OUT)
    require_can_hold(session, act, holder)
    if end <= start:
        raise Refusal(f"{said_time(end, zone)} is not after {said_time(start, zone)}. Say a later end.", field="end")
    if end <= act.now:
        raise Refusal(f"{said_time(end, zone)} is past. Say a later time.", field="end")
    things: list[tuple[int, int | None, int]] = [(one.variant_id, one.id, ONE) for one in {asset.id: asset for asset in chosen}.values()]
    if variant is not None:
        things = [(variant.id, None, quantity)]
    if kit is not None:
        things = [(part.variant_id, part.asset_id, part.quantity) for part in kits.parts_of(session, kit.id)]
    for variant_id, asset_id, so_many in things:
        if asset_id is not None:
            _require_can_be_lent(session, act, assets.get(session, asset_id), holder)
        else:
            _require_can_be_booked(session, act, catalog.variant(session, variant_id), so_many, holder)
    if not things:
        raise Refusal("Say what is booked.", field="things")
    rows = [
        Booking(
            variant_id=variant_id,
            asset_id=asset_id,
            quantity=0,
            holder_id=holder.id,
            by_id=act.by.id,
            kit_id=kit.id if kit is not None else None,
            booked_at=act.now,
            from_at=start,
            until_at=end,
            free_at=end + rules_of(session, catalog.item(session, catalog.variant(session, variant_id).item_id)).buffer,
            zone=zone,
            purpose=purpose,
            closed_at=act.now,
        )
        for variant_id, asset_id, _ in things
    ]
    session.add_all(rows)
    session.flush()
    opened = [outstanding.opened(row, so_many) for row, (_, _, so_many) in zip(rows, things, strict=True)]
    other = members.other_at(session, act.by, holder.id)
    return ledger.post(session, act, EntryKind.BOOKED, changed=opened, on_behalf_of_id=other.id if other else None)


def _require_can_be_lent(session: Session, act: Act, asset: Asset, holder: Location) -> None:
    where = custody.holder(session, asset)
    if where.checkout is None and where.state is not AssetState.AVAILABLE:
        place = {AssetState.IN_REPAIR: f" in {where.location}", AssetState.OUT: f", with {where.location}"}.get(where.state, "")
        ends = "repaired" if where.state in (AssetState.IN_REPAIR, AssetState.OUT_OF_USE) else "back in a store"
        text = f"{assets.said(session, asset)} is {where.state}{place}: it can't be booked until it is {ends}."
        raise Conflict(text, field="things")
    _require_may_book(act, [custody.answers_for(session, asset)], holder)


def _require_can_be_booked(session: Session, act: Act, variant: Variant, quantity: int, holder: Location) -> None:
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.CONSUMABLE:
        raise Refusal(f"{item.name} is used up and does not come back. Reserve it instead.", field="item")
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    places = lent_from(session, variant)
    if not places:
        raise Conflict(f"No store has any {variant.name}, and none is out.", field="things")
    _require_may_book(act, places, holder)


def lent_from(session: Session, variant: Variant) -> list[Location]:
    """The stores that have a variant, else those that what is out has left."""
    there = [level.location_id for level in levels.in_stores(session, variant.id)]
    if not there:
        query = select(CHECKOUTS.c.source_id).where(CHECKOUTS.c.variant_id == variant.id, CHECKOUTS.c.closed_at.is_(None)).distinct()
        there = list(session.connection().execute(query).scalars())
    return [locations.get(session, place) for place in there]


def _require_may_book(act: Act, places: Sequence[Location], holder: Location) -> None:
    """Where one of the places would give it out, and for another than oneself a keeper of one."""
    for place in places[:-1]:
        try:
            sources.require_gives(act.by, place)
            break
        except NotAllowed:
            continue
    else:
        sources.require_gives(act.by, places[-1])
    if holder.id != act.by.location_id and not any(act.by.may(Permission.LEND, at=place) for place in places):
        text = "To book for somebody else you need the role keeper; for yourself you need none."
        raise Unprivileged(text, Role.KEEPER, places[0], field="holder")


def still_booked(session: Session, booking_id: int) -> Booking:
    """That booking, to be changed. Refuses one that was picked up, cancelled or freed."""
    booking = session.get_one(Booking, booking_id)
    if booking.closed_at is not None:
        raise Conflict("That booking is no more: it was picked up, cancelled or freed since.")
    return booking


def cancel(session: Session, act: Act, *, bookings: Sequence[Booking]) -> Posted:
    """What is booked is free again. For whoever has or made the booking, and a keeper of where it leaves."""
    require(act.by, Permission.CHECK_OUT)
    for booking in bookings:
        if not may_cancel(session, act.by, booking):
            who = locations.get(session, booking.holder_id).name
            raise NotAllowed(f"It is booked for {who}. Only they, or a keeper there, can cancel that.", field="things")
    return _closed(session, act, bookings)


def may_cancel(session: Session, by: Actor, booking: Booking) -> bool:
    """Whether a member may cancel that booking."""
    if by.id == booking.by_id or by.location_id == booking.holder_id:
        return True
    if booking.asset_id is not None:
        return by.may(Permission.LEND, at=custody.answers_for(session, assets.get(session, booking.asset_id)))
    return any(by.may(Permission.LEND, at=place) for place in lent_from(session, catalog.variant(session, booking.variant_id)))


def take_instead(session: Session, act: Act, *, booking: Booking, asset: Asset) -> Posted:
    """Another asset of the model is booked for the same time, in place of one that can't be had. For whoever may cancel the booking."""
    require(act.by, Permission.CHECK_OUT)
    if not may_cancel(session, act.by, booking):
        raise NotAllowed(
            f"It is booked for {locations.get(session, booking.holder_id).name}. Only they, or a keeper there, can change that."
        )
    if booking.asset_id is None or asset.variant_id != booking.variant_id:
        raise Refusal(f"{assets.said(session, asset)} is not what was booked.", field="things")
    if asset.id == booking.asset_id:
        raise Conflict(f"{assets.said(session, asset)} is booked already.", field="things")
    holder = locations.get(session, booking.holder_id)
    _require_can_be_lent(session, act, asset, holder)
    other = members.other_at(session, act.by, holder.id)
    return ledger.post(
        session, act, EntryKind.BOOKED, changed=[changed(booking, asset_id=asset.id)], on_behalf_of_id=other.id if other else None
    )


def free(session: Session, act: Act, *, booking: Booking) -> Posted:
    """Nobody has come for it in time: it is free for everybody, a kit as one. Only the schedule does this."""
    return _closed(session, act, booked.with_it(session, booking))


def _closed(session: Session, act: Act, bookings: Sequence[Booking]) -> Posted:
    holders = [members.at_location(session, booking.holder_id) for booking in bookings]
    others = {member.id for member in holders if member is not None} - {act.by.id}
    changes = [outstanding.reduced(booking, booking.quantity, act.now) for booking in bookings]
    behalf = others.pop() if len(others) == 1 else None
    return ledger.post(session, act, EntryKind.CANCELLED, changed=changes, on_behalf_of_id=behalf)
