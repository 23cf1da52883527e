"""Counted stock: receive, move, take, scrap and count. Each is one entry, and each says no when a location would go below zero."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, ledger, levels, paths
from models.caches import Line
from models.catalog import Item, ItemKind, Variant
from models.entries import ENTRIES, MOVEMENTS, EntryKind
from models.ledger import Act, Posted
from models.locations import OURS, Location, LocationKind, outside
from models.members import MEMBERS, Permission, require
from models.quantities import require_fits, said_number
from models.refusals import Choice, NeedsApproval, NotAllowed, Refusal, Shortage
from models.times import said_time
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
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock comes in from a supplier (the nameless one unless said) to a location of ours. `quantity` is in millionths of the stock unit."""
    require(act.by, Permission.RECEIVE, at=target)
    source = source or outside(session, LocationKind.SUPPLIER)
    if source.ours:
        raise Refusal(f"{source.name} is one of our own locations. To bring stock from there, move it.", field="source")
    _require_ours(target, field="target")
    line = _line(session, variant, quantity, source, target)
    return ledger.post(session, act, EntryKind.RECEIVED, lines=[line], happened_at=happened_at, note=note)


def move(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    target: Location,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock goes from one location of ours to another. Refuses more than lies there, and a move to where it already is."""
    require(act.by, Permission.MOVE, at=source)
    _require_ours(source, field="source")
    _require_ours(target, field="target")
    return _spend(
        session, act, EntryKind.MOVED, variant=variant, quantity=quantity, source=source, target=target, happened_at=happened_at, note=note
    )


def take(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    target: Location | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock is taken to be used up, or, with a `target`, handed to a member, a site or a customer.

    What a member or a site has stays on hand there until it is used.
    """
    _require_may_take(act, source, target)
    _require_ours(source, field="source")
    target = target or outside(session, LocationKind.USED)
    return _spend(
        session, act, EntryKind.TOOK, variant=variant, quantity=quantity, source=source, target=target, happened_at=happened_at, note=note
    )


def scrap(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Stock is thrown away."""
    require(act.by, Permission.SCRAP, at=source)
    _require_ours(source, field="source")
    scrapped = outside(session, LocationKind.SCRAP)
    return _spend(
        session,
        act,
        EntryKind.SCRAPPED,
        variant=variant,
        quantity=quantity,
        source=source,
        target=scrapped,
        happened_at=happened_at,
        note=note,
    )


def count(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    location: Location,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """Somebody counted `quantity` there; the difference to what the ledger held at that moment becomes a movement. Zero is a count, too.

    A difference worth more than the workspace's policy allows needs approval.
    """
    require(act.by, Permission.COUNT, at=location)
    _require_ours(location, field="location")
    item = _require_counted(session, variant)
    if quantity:
        require_fits(quantity, fractions=item.fractions, unit=item.unit)
    difference = quantity - counted_before(session, variant, location, happened_at)
    _require_small_difference(session, act, variant, item, difference)
    adjustment = outside(session, LocationKind.ADJUSTMENT)
    ends = (adjustment.id, location.id) if difference > 0 else (location.id, adjustment.id)
    lines = [Line(variant.id, abs(difference), *ends)] if difference else []
    return ledger.post(session, act, EntryKind.COUNTED, lines=lines, happened_at=happened_at, note=note)


def counted_before(session: Session, variant: Variant, location: Location, happened_at: datetime | None) -> int:
    """What the ledger holds of a variant there, now or at a past moment (UTC)."""
    if happened_at is None:
        return levels.on_hand(session, variant.id, location.id)
    return paths.on_hand_at(session, variant.id, location.id, happened_at)


def _spend(
    session: Session,
    act: Act,
    kind: EntryKind,
    *,
    variant: Variant,
    quantity: int,
    source: Location,
    target: Location,
    happened_at: datetime | None,
    note: str | None,
) -> Posted:
    line = _line(session, variant, quantity, source, target)
    try:
        return ledger.post(session, act, kind, lines=[line], happened_at=happened_at, note=note)
    except Shortage:
        if happened_at is not None:
            raise
        raise shortage(session, act, variant, quantity, source) from None


def shortage(session: Session, act: Act, variant: Variant, asked: int, source: Location) -> Shortage:
    """The refusal for more than lies there: what does, who took some last, where the nearest is, and that as a way on."""
    unit = catalog.item(session, variant.item_id).unit
    held = levels.on_hand(session, variant.id, source.id)
    elsewhere = [level for level in levels.in_stores(session, variant.id) if level.location_id != source.id]
    enough = [level for level in elsewhere if level.quantity >= asked] or elsewhere
    text = f"{source.name} holds {counted(held, variant.name, unit) if held else f'no {variant.name}'}; you asked for {said_number(asked)}."
    text += _last_taken(session, act, variant.id, source.id)
    text += f" Nearest: {enough[0].location} ({said_number(enough[0].quantity)})." if enough else " No other store has any."
    choices = tuple(
        Choice(f"Take {said_number(min(asked, level.quantity))} from {level.location}", "source", level.location) for level in enough[:3]
    )
    return Shortage(text, field="quantity", choices=choices if enough and enough[0].quantity >= asked else ())


def _last_taken(session: Session, act: Act, variant_id: int, source_id: int) -> str:
    moved = MOVEMENTS.c
    query = (
        select(MEMBERS.c.id, MEMBERS.c.name, moved.quantity, moved.happened_at)
        .join(ENTRIES, ENTRIES.c.id == moved.entry_id)
        .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
        .where(moved.variant_id == variant_id, moved.source_id == source_id)
        .order_by(moved.happened_at.desc(), moved.id.desc())
        .limit(1)
    )
    last = session.connection().execute(query).one_or_none()
    if last is None or last.id == act.by.id:
        return ""
    return f" {last.name} took {said_number(last.quantity)} on {said_time(last.happened_at, act.by.time_zone)}."


def _line(session: Session, variant: Variant, quantity: int, source: Location, target: Location) -> Line:
    item = _require_counted(session, variant)
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    if source.id == target.id:
        raise Refusal(f"It is in {source.name} already.", field="target")
    return Line(variant.id, quantity, source.id, target.id)


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
    own = source.id == act.by.location_id
    if not own and (source.kind is LocationKind.PERSON or not source.open_to_all) and not act.by.may(Permission.MOVE, at=source):
        raise NotAllowed(f"Only its keepers take stock from {source.name}. Ask one of them, or take it from another store.", field="source")
    for_another = target is not None and target.kind is LocationKind.PERSON and target.id != act.by.location_id
    if for_another and not act.by.may(Permission.LEND, at=source):
        raise NotAllowed("Handing stock to somebody else is for keepers. Take it for yourself, or ask one of them.", field="target")


def _require_small_difference(session: Session, act: Act, variant: Variant, item: Item, difference: int) -> None:
    limit = workspace(session).count_approval_above_minor
    if limit is None or act.request_id is not None or not variant.cost_minor:
        return
    if abs(difference) * variant.cost_minor > limit * 1_000_000:
        raise NeedsApproval(
            f"The count differs by {counted(abs(difference), variant.name, item.unit)}, which is more than may be booked unseen."
        )
