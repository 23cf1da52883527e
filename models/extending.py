"""Extending: what is out is promised back at a later time."""

from collections.abc import Sequence

from sqlmodel import Session

from models import acceptances, approvals, booked, checkouts, ledger, locations, members, outstanding
from models.assets import Asset
from models.caches import Line
from models.catalog import Variant
from models.changes import Change, changed
from models.checking_out import require_to_come
from models.checkouts import Checkout
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Permission, require
from models.outstanding import Share
from models.refusals import NotAllowed, Refusal
from models.times import Due, said_time


def extend(
    session: Session,
    act: Act,
    *,
    assets: Sequence[Asset] = (),
    variant: Variant | None = None,
    quantity: int | None = None,
    holder: Location | None = None,
    first: Checkout | None = None,
    lent: Sequence[Checkout] = (),
    due: Due,
) -> Posted:
    """What is out becomes due at a later time: assets, or a quantity of a variant that `holder` (the member, unless said) has.

    Or all of what is `lent` on certain checkouts, as with a kit.

    Without a quantity, all of it; a part of a checkout is split off. `first` comes first, then the earliest due. For the holder, or a
    keeper of where it left. What is booked for the holder in that time is used up.
    Refuses a time that is past or not later than the one agreed. Policy looks at the days in all.
    """
    require(act.by, Permission.CHECK_OUT)
    require_to_come(act, due)
    if variant is not None:
        shares = outstanding.of_quantity(session, act, variant=variant, quantity=quantity, holder=holder, first=first)
    else:
        shares = [(one, one.quantity) for one in lent] or outstanding.of_assets(session, assets)
    for checkout, _ in shares:
        _require_may_extend(session, act, checkout, due)
    _require_leave(session, act, shares, due)
    changes = [change for checkout, share in shares for change in _extended(session, act, checkout, share, due)]
    lines = [_line(checkout, share) for checkout, share in shares]
    changes += booked.picked_up(session, lines, holder_id=shares[0][0].holder_id, until=due.at, now=act.now)
    other = members.other_at(session, act.by, shares[0][0].holder_id)
    return ledger.post(session, act, EntryKind.EXTENDED, changed=changes, on_behalf_of_id=other.id if other else None)


def _require_may_extend(session: Session, act: Act, checkout: Checkout, due: Due) -> None:
    own = checkout.holder_id == act.by.location_id
    if not own and not act.by.may(Permission.LEND, at=locations.get(session, checkout.source_id)):
        name = locations.get(session, checkout.holder_id).name
        raise NotAllowed(f"{name} has it. Only they, or a keeper of where it left, can extend it.", field="assets")
    if checkout.due_at is not None and due.at <= checkout.due_at:
        reader = act.by.time_zone
        until = said_time(checkout.due_at, checkout.due_zone or reader, reader_zone=reader)
        raise Refusal(f"It is due {until} already. Say a later time.", field="due")


def _require_leave(session: Session, act: Act, shares: Sequence[Share], due: Due) -> None:
    for checkout, share in shares:
        approvals.require_leave(session, act, [_line(checkout, share)], days=approvals.days_out(checkout.out_at, due))


def _line(checkout: Checkout, share: int) -> Line:
    """So much of it, as it once went out."""
    return Line(checkout.variant_id, share, checkout.source_id, checkout.holder_id, checkout.asset_id)


def _extended(session: Session, act: Act, checkout: Checkout, share: int, due: Due) -> list[Change]:
    promise = checkouts.due_fields(due) | {"agreed_at": act.now}
    if share == checkout.quantity:
        return [changed(checkout, **promise)]
    rest = Checkout(
        variant_id=checkout.variant_id,
        quantity=0,
        holder_id=checkout.holder_id,
        source_id=checkout.source_id,
        by_id=checkout.by_id,
        kit_id=checkout.kit_id,
        out_at=checkout.out_at,
        purpose=checkout.purpose,
        closed_at=act.now,
        **promise,
    )
    session.add(rest)
    session.flush()
    acceptances.divided(session, checkout.id, rest.id)
    return [outstanding.reduced(checkout, share, act.now), outstanding.opened(rest, share)]
