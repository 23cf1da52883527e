"""Checking out: assets, or a quantity of a returnable item, go to a holder for a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from models import (
    accepting_terms,
    approvals,
    booked,
    catalog,
    checkouts,
    custody,
    custom_values,
    ledger,
    locations,
    lotting,
    maintenance,
    members,
    notices,
    outstanding,
    recall_reads,
    reserved,
    sources,
    usable,
    waiting_for,
)
from models.assets import Asset, AssetState, said
from models.caches import Line
from models.catalog import ItemKind, Variant
from models.changes import Change
from models.checkouts import Checkout
from models.custom_fields import About
from models.entries import EntryKind
from models.kits import Kit
from models.ledger import Act, Posted
from models.locations import Location
from models.lots import Lot
from models.lotting import Going
from models.members import Member, Permission, Role, Unprivileged, require, require_not_left
from models.notices import NoticeKind
from models.quantities import ONE, require_fits
from models.refusals import Conflict, Kept, Refusal, Shortage
from models.times import Due, said_time


class Amount(NamedTuple):
    """So much of a variant that leaves a location."""

    variant: Variant
    quantity: int | None
    source: Location | None


def check_out(
    session: Session,
    act: Act,
    *,
    assets: Sequence[Asset] = (),
    variant: Variant | None = None,
    quantity: int | None = None,
    source: Location | None = None,
    counted: Sequence[Amount] = (),
    kit: Kit | None = None,
    holder: Location,
    lot: Lot | None = None,
    insisting: str | None = None,
    due: Due | None = None,
    job: str | None = None,
    purpose: str | None = None,
    happened_at: datetime | None = None,
) -> Posted:
    """Things go to a person or a location until `due`, or open-ended: assets from where each is, or a quantity of a variant from `source`.

    A `kit` goes out as its assets and what is `counted` of it. One entry, whatever the number of assets. What is kept there for that `job`,
    and then for the holder, is used up first, and so is what is booked for the holder in that time. Refuses what is out already, in repair,
    lost or retired, what is promised to somebody else for that time, more than lies there, a due date that is past, and checking out for
    somebody else without the role for it. A member who is lent something is told, and asked to accept its terms where there are any.
    """
    require(act.by, Permission.CHECK_OUT)
    require_can_hold(session, act, holder)
    require_to_come(act, due)
    amounts = counted if variant is None else [Amount(variant, quantity, source)]
    lines = _asset_lines(session, act, assets, holder) if assets or not amounts else []
    by_number = [_line(session, act, *one, holder=holder) for one in amounts]
    used = {line.variant_id: _used_up(session, act, one.variant, line, job) for one, line in zip(amounts, by_number, strict=True)}
    out_at = happened_at or act.now
    every = [*lines, *by_number]
    approvals.require_leave(session, act, every, days=approvals.days_out(out_at, due))
    born = [_born(act, line, due, purpose, out_at, kit=kit) for line in every]
    changed = _opened(session, born, every) + custom_values.new(session, act.by, About.CHECKOUT, born, act.custom or {})
    changed += [change for own in used.values() for change in own]
    changed += kept_promises(session, every, holder_id=holder.id, until=due.at if due else None, now=act.now)
    for line in by_number:
        variant_id, source_id = line.variant_id, line.source_id
        changed += outstanding.released(session, variant_id, source_id, line.quantity, act.now)  # what its holder hands on
        thing, place = catalog.variant(session, variant_id), locations.get(session, source_id)
        going = Going(EntryKind.CHECKED_OUT, thing, line.quantity, place, holder, lot, insisting, happened_at)
        lines += usable.lines_left(session, act, going, used=used[variant_id])
    borrower = members.other_at(session, act.by, holder.id)
    try:
        posted = ledger.post(
            session,
            act,
            EntryKind.CHECKED_OUT,
            lines=lines,
            changed=changed,
            happened_at=happened_at,
            note=lotting.with_reason(purpose, insisting),
            on_behalf_of_id=borrower.id if borrower else None,
        )
    except (Shortage, Kept) as refused:
        if variant is None or quantity is None or source is None or happened_at is not None or refused.field != "quantity":
            raise
        spent = used[variant.id]
        raise sources.too_little(session, act, EntryKind.CHECKED_OUT, variant=variant, asked=quantity, source=source, used=spent) from None
    if not accepting_terms.ask(session, posted):
        _tell(session, posted, borrower)
    return posted


def kept_promises(session: Session, lines: Sequence[Line], *, holder_id: int, until: datetime | None, now: datetime) -> list[Change]:
    """What is over now that its holder has it: their bookings for that time, and their places in the line."""
    booked_for = booked.picked_up(session, lines, holder_id=holder_id, until=until, now=now)
    return booked_for + waiting_for.claimed(session, lines, holder_id=holder_id, now=now)


def _used_up(session: Session, act: Act, variant: Variant, line: Line, job: str | None) -> list[Change]:
    source, holder = (locations.get(session, place) for place in (line.source_id, line.target_id))
    return reserved.used_up(session, variant=variant, source=source, quantity=line.quantity, job=job, target=holder, at=act.now)


def require_to_come(act: Act, due: Due | None) -> None:
    """Refuses a due time that is past."""
    if due is not None and due.at <= act.now:
        raise Refusal(f"{said_time(due.at, due.zone)} is past. Say a later time.", field="due")


def require_can_hold(session: Session, act: Act, holder: Location) -> None:
    """Refuses to promise something to what is not ours, or archived, and to who has left."""
    if not holder.ours:
        raise Refusal(f"{holder.name} is not one of our locations: nothing is lent there.", field="holder")
    if holder.archived_at is not None:
        raise Refusal(f"{holder.name} has been archived since {said_time(holder.archived_at, act.by.time_zone)}.", field="holder")
    require_not_left(session, holder, field="holder")


def _asset_lines(session: Session, act: Act, chosen: Sequence[Asset], holder: Location) -> list[Line]:
    if not chosen:
        raise Refusal("Say what is checked out.", field="assets")
    recall_reads.require_not_recalled(session, chosen)
    return [_asset_line(session, act, asset, holder) for asset in {asset.id: asset for asset in chosen}.values()]


def _asset_line(session: Session, act: Act, asset: Asset, holder: Location) -> Line:
    require_in_store(session, act, asset)
    source = locations.get(session, asset.location_id)
    _require_may_lend(act, source, holder)
    return Line(asset.variant_id, ONE, source.id, holder.id, asset.id)


def require_in_store(session: Session, act: Act, asset: Asset) -> None:
    """Refuses an asset that is not to be had: out, in repair, out of use, lost or retired, saying since when and with whom."""
    where = custody.holder(session, asset)
    state = where.state
    if state is AssetState.AVAILABLE:
        return
    name = said(session, asset)
    since = f" since {said_time(where.since_at, act.by.time_zone)}" if where.since_at else ""
    if state is AssetState.OUT:
        # What a request wanted is done as its requester, and told to its approver.
        mine = where.location_id == act.by.location_id and act.request_id is None
        who = "You have" if mine else f"{where.location} has"
        raise Conflict(f"{who} {name}{since}{_promised(act, where.checkout)}.", field="assets")
    if state is AssetState.OUT_OF_USE:
        raise Conflict(f"{name} is {state}{_because(session, asset)}.", field="assets")
    place = f", in {where.location}" if state is AssetState.IN_REPAIR else ""
    raise Conflict(f"{name} is {state}{since}{place}.", field="assets")


def _because(session: Session, asset: Asset) -> str:
    """What is reported of an asset, in its own words."""
    record = maintenance.open_of(session, asset.id)
    return f": {record.problem}" if record is not None and record.problem else ""


def _promised(act: Act, held: checkouts.Held | None) -> str:
    if held is None or held.due_at is None:
        return ""
    own = act.by.time_zone
    return f", due {said_time(held.due_at, held.due_zone or own, reader_zone=own)}"


def _line(session: Session, act: Act, variant: Variant, quantity: int | None, source: Location | None, *, holder: Location) -> Line:
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.SERIALISED:
        raise Refusal(f"Each {item.name} is known by its serial. Name the serials instead of a number.", field="item")
    if item.kind is ItemKind.CONSUMABLE:
        raise Refusal(f"{item.name} is used up and does not come back. Take it from stock instead.", field="item")
    if quantity is None:
        raise Refusal(f"Say how many of {variant.name}.", field="quantity")
    if source is None:
        raise Refusal(f"Say where {variant.name} leaves from.", field="source")
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    if not source.ours:
        raise Refusal(f"{source.name} is not one of our locations: nothing is stocked there.", field="source")
    _require_may_lend(act, source, holder)
    return Line(variant.id, quantity, source.id, holder.id)


def _require_may_lend(act: Act, source: Location, holder: Location) -> None:
    if source.id == holder.id:
        raise Refusal(f"It is in {holder.name} already.", field="holder")
    sources.require_gives(act.by, source)
    if holder.id != act.by.location_id and not act.by.may(Permission.LEND, at=source):
        text = "To check out for somebody else you need the role keeper; for yourself you need none."
        raise Unprivileged(text, Role.KEEPER, source, field="holder")


def _born(act: Act, line: Line, due: Due | None, purpose: str | None, out_at: datetime, *, kit: Kit | None) -> Checkout:
    return Checkout(
        variant_id=line.variant_id,
        asset_id=line.asset_id,
        quantity=0,
        holder_id=line.target_id,
        source_id=line.source_id,
        by_id=act.by.id,
        kit_id=kit.id if kit is not None else None,
        out_at=out_at,
        agreed_at=act.now,
        purpose=purpose,
        closed_at=act.now,
        **checkouts.due_fields(due),
    )


def _opened(session: Session, rows: Sequence[Checkout], lines: Sequence[Line]) -> list[Change]:
    session.add_all(rows)
    session.flush()
    return [outstanding.opened(row, line.quantity) for row, line in zip(rows, lines, strict=True)]


def _tell(session: Session, posted: Posted, borrower: Member | None) -> None:
    if borrower is not None:
        notices.tell(session, NoticeKind.LENT, posted.id, notices.directly(borrower), now=posted.recorded_at)
