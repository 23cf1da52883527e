"""Reserving: stock is kept for a job or a customer until it is taken for them, let go, or the time agreed has come."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models import catalog, ledger, levels, locations, lotting, members, outstanding, reserved, sources, usable
from models.catalog import ItemKind, Variant
from models.changes import Change, changed
from models.checking_out import require_to_come
from models.columns import clean, key_of
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.location_names import locations_exactly
from models.locations import Location, LocationKind
from models.members import Permission, require
from models.quantities import require_fits, said_number
from models.refusals import Choice, Conflict, Kept, NotAllowed, Refusal
from models.reservations import Reservation
from models.reserved import Which
from models.times import Due, said_time
from models.wording import amount, counted

#: A job or customer is named in so many characters.
LONGEST_PURPOSE = 80

#: A reservation, and how much of it is meant.
Share = tuple[Reservation, int]


def still_kept(session: Session, reservation_id: int) -> Reservation:
    """That reservation, to be changed. Refuses one that is used up or released."""
    kept = session.get_one(Reservation, reservation_id)
    if kept.closed_at is not None:
        where = locations.get(session, kept.location_id).name
        raise Conflict(f"Nothing more is kept for {kept.purpose} in {where}: it was taken or released since.")
    return kept


def reserve(
    session: Session, act: Act, *, variant: Variant, quantity: int, location: Location, purpose: str, until: Due | None = None
) -> Posted:
    """So many are kept in a location for a job or a customer: until that time, or until they are released.

    For whoever may take them there. A customer that we know is kept as such. Refuses more than is free.
    """
    kept = keeps(session, act, variant=variant, quantity=quantity, location=location, purpose=purpose, until=until)
    _require_good(session, act, variant, quantity, location)
    try:
        return ledger.post(session, act, EntryKind.RESERVED, changed=[kept])
    except Kept:
        raise sources.too_little(session, act, EntryKind.RESERVED, variant=variant, asked=quantity, source=location) from None


def keeps(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    location: Location,
    purpose: str,
    until: Due | None = None,
    made: Variant | None = None,
) -> Change:
    """The change by which so many are kept, for an entry that may keep more. `made`: what is to be built of it in a run of production."""
    require(act.by, Permission.RESERVE)
    if not location.ours or location.kind is LocationKind.PERSON:
        raise Refusal(f"Stock is reserved where it is kept, and {location.name} is no such place.", field="location")
    sources.require_gives(act.by, location)
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.SERIALISED:
        raise Refusal(f"Each {item.name} is known by its serial, and only what is counted is reserved. Check one out.", field="item")
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    require_to_come(act, until)
    purpose = clean(purpose, what="job or customer", field="purpose", longest=LONGEST_PURPOSE)
    customer = next((one for one in locations_exactly(session, purpose) if one.kind is LocationKind.CUSTOMER), None)
    if customer is not None:
        purpose = customer.name
    kept = Reservation(
        variant_id=variant.id,
        location_id=location.id,
        quantity=0,
        purpose=purpose,
        purpose_key=key_of(purpose),
        customer_id=customer.id if customer else None,
        made_id=made.id if made else None,
        by_id=act.by.id,
        reserved_at=act.now,
        closed_at=act.now,
        **_until(until),
    )
    session.add(kept)
    session.flush()
    return outstanding.opened(kept, quantity)


def _require_good(session: Session, act: Act, variant: Variant, quantity: int, location: Location) -> None:
    """Of what is tracked by lots only what could be given out is kept for somebody."""
    if not catalog.item(session, variant.item_id).lot_tracked:
        return
    good = usable.free_at(session, variant.id, location, on=lotting.day_there(session, act, location, None))
    there = next((one for one in levels.by_location(session, [variant.id]) if one.location_id == location.id), None)
    if there is not None and good < quantity <= there.free:
        can = f" But {said_number(good) if good else 'none'} of it can be given out: the rest has expired or is held back."
        raise sources.too_little(session, act, EntryKind.RESERVED, variant=variant, asked=quantity, source=location, but=can)


def meant(
    session: Session, *, job: str, variant: Variant | None = None, quantity: int | None = None, at: Location | None = None
) -> list[Share]:
    """How a quantity falls on what is kept for a job, of a variant, in a location or below it; without one, all of it.

    What lapses first is meant first. Refuses more than is kept.
    """
    open_now = reserved.rows(session, Which(variant_ids=[variant.id] if variant else None, at=at, job=job))
    there = f" in {at.name}" if at is not None else ""
    if not open_now:
        raise Refusal(f"{f'No {variant.name} is' if variant else 'Nothing is'} reserved for {job}{there}.", field="job")
    kept = sum(one.quantity for one in open_now)
    if variant is None or quantity is None:
        return [(one, one.quantity) for one in open_now]
    item = catalog.item(session, variant.item_id)
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    if quantity > kept:
        all_of_it = Choice(f"Release {said_number(kept)}", "quantity", said_number(kept))
        text = f"{counted(kept, variant.name, item.unit)} are kept for {job}{there}; you said {amount(quantity, item.unit)}."
        raise Refusal(text, field="quantity", choices=(all_of_it,))
    return outstanding.allotted(open_now, quantity)


def release(session: Session, act: Act, *, shares: Sequence[Share]) -> Posted:
    """So much of those reservations is free again. For whoever reserved it, or a keeper of where it lies."""
    require(act.by, Permission.RESERVE)
    for kept, _ in shares:
        _require_may_release(session, act, kept)
    return _let_go(session, act, shares)


def lapse(session: Session, act: Act, *, kept: Sequence[Reservation]) -> Posted:
    """All of one member's reservations whose time has come is free again. Only the schedule does this."""
    return _let_go(session, act, [(one, one.quantity) for one in kept])


def _let_go(session: Session, act: Act, shares: Sequence[Share]) -> Posted:
    others = {kept.by_id for kept, _ in shares} - {act.by.id}
    changes = [outstanding.reduced(kept, share, act.now) for kept, share in shares]
    behalf = others.pop() if len(others) == 1 else None
    return ledger.post(session, act, EntryKind.RELEASED, changed=changes, on_behalf_of_id=behalf)


def extend(session: Session, act: Act, *, kept: Reservation, until: Due | None) -> Posted:
    """An open reservation is kept until another time, or without an end. For whoever may release it."""
    require(act.by, Permission.RESERVE)
    _require_may_release(session, act, kept)
    require_to_come(act, until)
    change = changed(kept, **_until(until))
    if not change.after:
        raise Refusal(f"It is kept until {said_time(until.at, until.zone) if until else 'it is released'} already.", field="due")
    return ledger.post(session, act, EntryKind.EXTENDED, changed=[change], on_behalf_of_id=kept.by_id if kept.by_id != act.by.id else None)


def may_release(session: Session, by: members.Actor, *, by_id: int, location_id: int) -> bool:
    """Whether a member may let go what somebody reserved there."""
    return by_id == by.id or by.may(Permission.RELEASE, at=locations.get(session, location_id))


def _require_may_release(session: Session, act: Act, kept: Reservation) -> None:
    if not may_release(session, act.by, by_id=kept.by_id, location_id=kept.location_id):
        variant = catalog.variant(session, kept.variant_id)
        what = counted(kept.quantity, variant.name, catalog.item(session, variant.item_id).unit)
        who, where = members.get(session, kept.by_id).name, locations.get(session, kept.location_id).name
        raise NotAllowed(
            f"{who} reserved {what} in {where} for {kept.purpose}. Only they, or a keeper there, can change that.", field="job"
        )


def _until(due: Due | None) -> dict[str, Any]:
    """A promise as a reservation keeps it."""
    if due is None:
        return {"until_local": None, "until_zone": None, "until_at": None}
    return {"until_local": due.local.isoformat(timespec="minutes"), "until_zone": due.zone, "until_at": due.at}
