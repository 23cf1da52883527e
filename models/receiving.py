"""Receiving what was ordered: in part, in full or more, into a place of ours. Each delivery is one entry, and fills lines of the order."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session

from models import catalog, ledger, locations, lot_register, lotting, orders, register
from models.assets import Asset
from models.caches import Line
from models.catalog import ItemKind, Variant
from models.changes import Change, changed
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, EntryKind
from models.folds import stands
from models.ledger import Act, Posted
from models.locations import Location
from models.lot_register import LotSaid
from models.members import Permission, require
from models.orders import LINES, ORDERS, Ordered, OrderLine, OrderState, PurchaseOrder
from models.quantities import ONE, require_fits
from models.refusals import Conflict, Refusal
from models.wording import amount, counted
from models.workspace import workspace


class Arrival(NamedTuple):
    """What has come of one line: so much, or those serials; of what is tracked by lots, in which lot."""

    line: OrderLine
    quantity: int
    serials: tuple[str, ...] = ()
    lot: LotSaid | None = None


class TooMany(Refusal):
    """More came than was ordered, by more than the workspace tolerates: somebody has to say that it is right."""


def receive(
    session: Session,
    act: Act,
    *,
    order: PurchaseOrder,
    arrivals: Sequence[Arrival],
    target: Location,
    confirmed: bool = False,
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Posted:
    """A delivery comes in at `target`, in one entry. What is known by its serial comes by its serials, what is tracked by lots in a lot.

    Refuses as TooMany what is more than was ordered, beyond the tolerance, unless that is `confirmed`; a refusal about one line names its
    field by the line's id: "line_17", "lot_17".
    """
    require(act.by, Permission.RECEIVE, at=target)
    if not target.ours:
        raise Refusal(f"{target.name} is not one of our locations: nothing is stocked there.", field="target")
    require_to_come(order)
    come = [one for one in arrivals if one.quantity]
    if not come:
        raise Refusal("Say how many came.", field=field_of(arrivals[0].line.id) if arrivals else "quantity")
    supplier = locations.get(session, order.supplier_id)
    on = lotting.day_there(session, act, target, happened_at)
    for one in come:
        _require_fits(session, catalog.variant(session, one.line.variant_id), one)
    if not confirmed:
        _require_ordered(session, come)
    moved, changes = list[Line](), list[Change]()
    for one in come:
        variant = catalog.variant(session, one.line.variant_id)
        assets = _assets(session, act, variant, one, source=supplier, on=on)
        lot_id, known = _lot(session, act, variant, one, source=supplier, on=on)
        whole = [] if assets else [Line(variant.id, one.quantity, supplier.id, target.id, lot_id=lot_id)]
        moved += whole + [Line(variant.id, ONE, supplier.id, target.id, asset.id) for asset in assets]
        changes += [changed(one.line, received=one.line.received + one.quantity), *known]
        changes += register.bring_assets_to_life(session, act, assets)
    asked = act.custom is not None  # by the form; whoever says that all of it came is not
    return ledger.post(session, act, EntryKind.RECEIVED, lines=moved, changed=changes, happened_at=happened_at, note=note, asked=asked)


def receive_all(session: Session, act: Act, *, order: PurchaseOrder, target: Location) -> Posted:
    """Everything that was still to come has come. Refuses where some of it has to be named: by its serials, or by its lot."""
    require_to_come(order)
    lines = [one for one in orders.lines_of(session, order.id) if one.open]
    named = next((one for one in lines if one.named), None)
    if named is not None:
        by = "in a lot" if named.lot_tracked else "by its serial"
        raise Refusal(f"{named.name} is received {by}: say which came.", field=field_of(named.id))
    arrivals = [Arrival(orders.line(session, one.id), one.open) for one in lines]
    return receive(session, act, order=order, arrivals=arrivals, target=target)


def tolerated(session: Session, missing: Sequence[Ordered]) -> int | None:
    """The workspace's tolerance in percent, where of none of those lines more than that is missing; None where of one it is."""
    tolerance = workspace(session).order_tolerance_percent
    return tolerance if all(one.open * 100 <= one.quantity * tolerance for one in missing) else None


def field_of(line_id: int, what: str = "line") -> str:
    """What a refusal calls a field of one line: how much of it came, the lot, or when that expires."""
    return f"{what}_{line_id}"


def require_to_come(order: PurchaseOrder) -> None:
    """Refuses an order of which nothing is to come: a draft, and one that is closed or cancelled."""
    if order.state is OrderState.DRAFT:
        raise Conflict(f"{order.name} has not been ordered yet.")
    if order.state is not OrderState.ORDERED:
        raise Conflict(f"{order.name} is {order.state}: nothing is to come of it. Undo that first, or receive it without the order.")


def _require_fits(session: Session, variant: Variant, come: Arrival) -> None:
    item, field = catalog.item(session, variant.item_id), field_of(come.line.id)
    if variant.archived_at is not None:
        raise Conflict(f"{variant.name} is archived, and is not received any more.", field=field)
    if item.kind is ItemKind.SERIALISED and come.quantity != len(come.serials) * ONE:
        raise Refusal(f"Each {variant.name} is known by its serial. Say the serials instead of a number.", field=field)
    require_fits(come.quantity, fractions=item.fractions, unit=item.unit, field=field)


def _require_ordered(session: Session, come: Sequence[Arrival]) -> None:
    """Refuses what is more than was ordered, beyond the tolerance: all of it at once, so that whoever says that it is right has read it."""
    tolerance = workspace(session).order_tolerance_percent
    beyond = [one for one in come if (one.line.received + one.quantity) * 100 > one.line.quantity * (100 + tolerance)]
    if beyond:
        told = " ".join(_too_many(session, one) for one in beyond)
        raise TooMany(f"{told} Is that right?", field=field_of(beyond[0].line.id))


def _too_many(session: Session, come: Arrival) -> str:
    line, variant = come.line, catalog.variant(session, come.line.variant_id)
    unit, more = catalog.item(session, variant.item_id).unit, line.received + come.quantity - line.quantity
    was = "were" if unit == "each" and line.quantity > ONE else "was"
    has = "have" if unit == "each" and more > ONE else "has"
    return f"{counted(line.quantity, variant.name, unit)} {was} ordered, and with this {amount(more, unit)} more {has} come."


def _assets(session: Session, act: Act, variant: Variant, come: Arrival, *, source: Location, on: date) -> list[Asset]:
    """The assets that come by their serials, known from now on by what they cost and when they came."""
    if not come.serials:
        return []
    priced = come.line.price_minor is not None and come.line.per == ONE and come.line.currency == workspace(session).currency
    try:
        return register.born_assets(
            session,
            act,
            variant,
            come.serials,
            source=source,
            purchased_on=on,
            cost_minor=come.line.price_minor if priced else None,
            currency=come.line.currency if priced else None,
        )
    except Refusal as refused:
        refused.field = field_of(come.line.id)
        raise


def _lot(session: Session, act: Act, variant: Variant, come: Arrival, *, source: Location, on: date) -> tuple[int | None, list[Change]]:
    """The lot that it comes in with."""
    try:
        return lot_register.into(session, act, variant, come.lot, source=source, on=on)
    except Refusal as refused:
        refused.field = field_of(come.line.id, refused.field or "lot")
        raise


def untrue_lines() -> Select[Any]:
    """Lines of orders that say another quantity has come than their receipts brought in: none, ever."""
    moved = MOVEMENTS.c
    came = (
        select(func.coalesce(func.sum(moved.quantity), 0))
        .select_from(SUBJECTS)
        .join(ENTRIES, ENTRIES.c.id == SUBJECTS.c.entry_id)
        .join(MOVEMENTS, moved.entry_id == ENTRIES.c.id)
        .where(SUBJECTS.c.subject == LINES.name, SUBJECTS.c.subject_id == LINES.c.id, moved.variant_id == LINES.c.variant_id)
        .where(ENTRIES.c.kind == EntryKind.RECEIVED, stands())
        .correlate(LINES)
        .scalar_subquery()
    )
    return (
        select(ORDERS.c.number, LINES.c.id, LINES.c.received, came.label("came"))
        .join(ORDERS, ORDERS.c.id == LINES.c.order_id)
        .where(LINES.c.received != came)
    )
