"""Counted stock: receive, move, take, scrap and count. Each is one entry, and each says no when a location would go below zero."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models import approvals, catalog, ledger, locations, lot_counts, lot_register, lotting, outstanding, reserved, sources, usable
from models.caches import Line
from models.catalog import Item, ItemKind, Variant
from models.changes import Change
from models.checking_out import check_out
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import OURS, STORES, Location, LocationKind, outside
from models.lot_register import LotSaid
from models.lots import Lot
from models.lotting import Going
from models.members import Permission, Role, Unprivileged, require, require_not_left
from models.quantities import require_fits
from models.refusals import Kept, NeedsApproval, Refusal, Shortage
from models.wording import counted
from models.workspace import workspace


def receive(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    target: Location,
    source: Location | None = None,
    lot: LotSaid | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock comes in from a supplier (the nameless one unless said) to a location of ours. `quantity` is in millionths of a unit.

    What is tracked by lots names its `lot`.
    """
    require(act.by, Permission.RECEIVE, at=target)
    source = source or outside(session, LocationKind.SUPPLIER)
    if source.ours:
        raise Refusal(f"{source.name} is one of our own locations. To bring stock from there, move it.", field="source")
    _require_ours(target, field="target")
    _require_moves(session, variant, quantity, source, target)
    day = lotting.day_there(session, act, target, happened_at)
    lot_id, changes = lot_register.into(session, act, variant, lot, source=source, on=day)
    line = Line(variant.id, quantity, source.id, target.id, lot_id=lot_id)
    return ledger.post(session, act, EntryKind.RECEIVED, lines=[line], changed=changes, happened_at=happened_at, note=note, asked=True)


def move(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    target: Location,
    lot: Lot | None = None,
    insisting: str | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock goes from one location of ours to another. What is kept for a site or a person whom it goes to is used up first.

    Refuses more than lies there, and a move to where it already is.
    """
    require(act.by, Permission.MOVE, at=source)
    _require_ours(source, field="source")
    _require_ours(target, field="target")
    require_not_left(session, target, field="target")
    used: list[Change] = []
    if target.kind not in STORES:  # there it is given out
        used = reserved.used_up(session, variant=variant, source=source, quantity=quantity, job=None, target=target, at=act.now)
    return _spend(
        session, act, Going(EntryKind.MOVED, variant, quantity, source, target, lot, insisting, happened_at), used=used, note=note
    )


def take(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    target: Location | None = None,
    lot: Lot | None = None,
    insisting: str | None = None,
    job: str | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock is taken to be used up, or, with a `target`, handed to a member, a site or a customer.

    What is kept there for that `job`, and then for the target, is used up first; the rest comes from what is free.
    What a member or a site has stays on hand there until it is used. A returnable item that a member takes, or is handed, comes back: that
    is an open-ended checkout. Policy may want approval first.
    """
    note = _noted(job, note)
    borrower = _borrower(session, act, variant, target)
    if borrower is not None:
        return check_out(
            session,
            act,
            variant=variant,
            quantity=quantity,
            source=source,
            holder=borrower,
            lot=lot,
            insisting=insisting,
            job=job,
            purpose=note,
            happened_at=happened_at,
        )
    _require_may_take(act, source, target)
    _require_ours(source, field="source")
    if target is not None:
        require_not_left(session, target, field="target")
    used = reserved.used_up(session, variant=variant, source=source, quantity=quantity, job=job, target=target, at=act.now)
    target = target or outside(session, LocationKind.USED)
    approvals.require_leave(session, act, [Line(variant.id, quantity, source.id, target.id)], days=0)
    going = Going(EntryKind.TOOK, variant, quantity, source, target, lot, insisting, happened_at)
    return _spend(session, act, going, used=used, note=note)


def _noted(job: str | None, note: str | None) -> str | None:
    """What the entry says: for which job it was taken is a part of it."""
    return f"for {job}" + (f": {note}" if note else "") if job else note


def scrap(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    lot: Lot | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock is thrown away, whatever the state of its lot."""
    require(act.by, Permission.SCRAP, at=source)
    _require_ours(source, field="source")
    scrapped = outside(session, LocationKind.SCRAP)
    going = Going(EntryKind.SCRAPPED, variant, quantity, source, scrapped, lot, happened_at=happened_at)
    return _spend(session, act, going, note=note)


def count(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    location: Location,
    lot: LotSaid | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Somebody counted `quantity` there; the difference to what the ledger held at that moment becomes a movement. Zero is a count, too.

    With a `lot` so much of that lot was counted: what lay there of no lot is named by it first. A difference worth more than the
    workspace's policy allows needs approval.
    """
    require(act.by, Permission.COUNT, at=location)
    _require_ours(location, field="location")
    item = _require_counted(session, variant)
    if quantity:
        require_fits(quantity, fractions=item.fractions, unit=item.unit)
    counted = lot_counts.counted(session, act, variant, quantity, location, lot=lot, at=happened_at)
    _require_small_difference(session, act, variant, item, counted.difference)
    changed = [*counted.changes, *(_released(session, act, variant, location, -counted.difference) if counted.difference < 0 else [])]
    return ledger.post(
        session, act, EntryKind.COUNTED, lines=counted.lines, changed=changed, happened_at=happened_at, note=note, asked=True
    )


def _spend(session: Session, act: Act, going: Going, *, note: str | None, used: Sequence[Change] = ()) -> Posted:
    variant, quantity, source = going.variant, going.quantity, going.source
    _require_moves(session, variant, quantity, source, going.target)
    lines = usable.lines_left(session, act, going, used=used)
    changed = [*_released(session, act, variant, source, quantity), *used]
    note = lotting.with_reason(note, going.insisting)
    try:
        return ledger.post(session, act, going.kind, lines=lines, changed=changed, happened_at=going.happened_at, note=note, asked=True)
    except (Shortage, Kept) as refused:
        if going.happened_at is not None or refused.field != "quantity":
            raise
        raise sources.too_little(session, act, going.kind, variant=variant, asked=quantity, source=source, used=used) from None


def _require_moves(session: Session, variant: Variant, quantity: int, source: Location, target: Location) -> None:
    item = _require_counted(session, variant)
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    if source.id == target.id:
        raise Refusal(f"It is in {source.name} already.", field="target")


def _require_counted(session: Session, variant: Variant) -> Item:
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.SERIALISED:
        raise Refusal(f"Each {item.name} is known by its serial. Name the serials instead of a number.", field="item")
    return item


def _require_ours(location: Location, *, field: str) -> None:
    if location.kind not in OURS:
        raise Refusal(f"{location.name} is not one of our locations: nothing is stocked there.", field=field)


def _require_may_take(act: Act, source: Location, target: Location | None) -> None:
    require(act.by, Permission.TAKE)
    sources.require_gives(act.by, source)
    for_another = target is not None and target.kind is LocationKind.PERSON and target.id != act.by.location_id
    if for_another and not act.by.may(Permission.LEND, at=source):
        text = "To hand stock to somebody else you need the role keeper; to take it yourself you need none."
        raise Unprivileged(text, Role.KEEPER, source, field="target")


def _released(session: Session, act: Act, variant: Variant, source: Location, leaving: int) -> list[Change]:
    """What a holder owes no more, when some of a returnable item leaves them without being returned."""
    if catalog.item(session, variant.item_id).kind is not ItemKind.RETURNABLE:
        return []
    return outstanding.released(session, variant.id, source.id, leaving, act.now)


def _borrower(session: Session, act: Act, variant: Variant, target: Location | None) -> Location | None:
    """Who is lent what is taken, where it is a returnable item and goes to a member: the one named, else the member themself."""
    if catalog.item(session, variant.item_id).kind is not ItemKind.RETURNABLE:
        return None
    if target is not None:
        return target if target.kind is LocationKind.PERSON else None
    return locations.get(session, act.by.location_id) if act.by.location_id is not None else None


def _require_small_difference(session: Session, act: Act, variant: Variant, item: Item, difference: int) -> None:
    limit = workspace(session).count_approval_above_minor
    if limit is None or act.request_id is not None or not variant.cost_minor:
        return
    if abs(difference) * variant.cost_minor > limit * 1_000_000:
        raise NeedsApproval(
            f"The count differs by {counted(abs(difference), variant.name, item.unit)}, which is more than may be booked unseen."
        )
