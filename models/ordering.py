"""Ordering: things are put on a supplier's draft, which is ordered, closed short or cancelled. What comes is received in receiving.py."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from models import approvals, catalog, ledger, locations, naming, orders, purchasing, suppliers
from models.approvals import ApprovalRequest
from models.catalog import Variant
from models.changes import Change, changed
from models.columns import clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Permission, require
from models.orders import LINES, ORDERS, Ordered, OrderLine, OrderState, PurchaseOrder
from models.quantities import require_fits, said_money, said_number
from models.refusals import Choice, Conflict, NeedsApproval, Refusal
from models.suppliers import SupplierTerms
from models.times import local_day, said_day
from models.wording import amount, plural
from models.workspace import workspace

#: What an approval request keeps of the verb `order`.
VERB = "order"
#: The longest note to a supplier.
LONGEST_NOTE = 1_000


def add(
    session: Session, act: Act, *, variant: Variant, quantity: int, supplier: Location, place: Location | None = None
) -> tuple[PurchaseOrder, Posted]:
    """Puts so much more of a variant on the supplier's draft, or opens one. `place`: where it is to be delivered, where nobody said yet.

    Refuses less than the supplier's minimum, and what is no whole number of its packs.
    """
    order, put = onto_draft(session, act, [(variant, quantity)], supplier=supplier, place=place)
    return order, ledger.post(session, act, EntryKind.DRAFTED, changed=put)


def add_low(session: Session, act: Act, *, supplier: Location) -> tuple[PurchaseOrder, Posted]:
    """Puts everything on the supplier's draft that is low, is bought there, and is not on its way in full already."""
    suppliers.require_supplier(supplier)
    missing = purchasing.missing_from(session, supplier.id)
    if not missing:
        raise Refusal(f"Nothing that is bought from {supplier.name} is low and not ordered yet.")
    order, put = onto_draft(session, act, missing, supplier=supplier, place=None)
    return order, ledger.post(session, act, EntryKind.DRAFTED, changed=put)


def onto_draft(
    session: Session, act: Act, wanted: Sequence[tuple[Variant, int]], *, supplier: Location, place: Location | None
) -> tuple[PurchaseOrder, list[Change]]:
    """The supplier's draft, and the changes that put those quantities on it, for the entry of whoever asked."""
    require(act.by, Permission.ORDER, at=place)
    suppliers.require_supplier(supplier)
    draft = _draft(session, act, supplier, place)
    if draft is None:
        draft = PurchaseOrder(number=orders.next_number(session), supplier_id=supplier.id)
        session.add(draft)
        session.flush()
    placed = [changed(draft, place_id=place.id)] if place is not None and draft.place_id is None else []
    return draft, [*placed, *(_more(session, draft, supplier, variant, quantity) for variant, quantity in wanted)]


def _draft(session: Session, act: Act, supplier: Location, place: Location | None) -> PurchaseOrder | None:
    """The draft that gathers what this member orders from a supplier: the one that goes to that place, else the newest one."""
    held_up = waiting(session)
    theirs = [one for one in orders.drafts_for(session, supplier.id) if one.id not in held_up]
    theirs = [one for one in theirs if act.by.may(Permission.ORDER, at=_place(session, one))]
    there = [one for one in theirs if place is not None and one.place_id == place.id]
    return next(iter([*there, *theirs]), None)


def _more(session: Session, draft: PurchaseOrder, supplier: Location, variant: Variant, quantity: int) -> Change:
    _require_countable(session, variant, quantity)
    row = orders.line_for(session, draft.id, variant.id)
    if row is None:
        row = OrderLine(order_id=draft.id, variant_id=variant.id)
        session.add(row)
        session.flush()
    terms = suppliers.terms_of(session, variant.id, supplier.id)
    total = row.quantity + quantity
    _require_packs(session, terms, variant, total, before=row.quantity)
    return changed(row, quantity=total, **_priced(terms, row, total))


def _priced(terms: SupplierTerms | None, row: OrderLine, total: int) -> dict[str, Any]:
    """What a line costs when so much is ordered, as the supplier sells it; nothing where another price stands there."""
    price = suppliers.price_of(terms, total)
    if terms is None or price is None:
        return {}
    listed = (suppliers.price_of(terms, row.quantity), terms.pack)
    agreed = row.quantity > 0 and row.price_minor is not None and (row.price_minor, row.per) != listed
    return {} if agreed else {"price_minor": price, "per": terms.pack, "currency": terms.currency}


def _require_countable(session: Session, variant: Variant, quantity: int) -> None:
    item = catalog.item(session, variant.item_id)
    if variant.archived_at is not None:
        raise Conflict(f"{variant.name} is archived, and is not ordered any more.", field="item")
    require_fits(quantity, fractions=item.fractions, unit=item.unit)


def _require_packs(session: Session, terms: SupplierTerms | None, variant: Variant, total: int, *, before: int) -> None:
    """Refuses what the supplier does not sell like that, with the nearest quantities that it does."""
    up = suppliers.in_packs(terms, total)
    if terms is None or up == total:
        return
    supplier, unit = locations.get(session, terms.supplier_id), catalog.item(session, variant.item_id).unit
    down = max(total, terms.minimum) // terms.pack * terms.pack
    near = [one - before for one in (up, down) if one >= terms.minimum and one > before]
    choices = tuple(Choice(f"Order {amount(one, unit)}", "quantity", said_number(one)) for one in dict.fromkeys(near))
    sells = f"{supplier.name} sells {plural(variant.name) if unit == 'each' else variant.name}"
    asked = f"{amount(total, unit)} {'in all ' if before else ''}"
    if total < terms.minimum:
        raise Refusal(f"{sells} from {amount(terms.minimum, unit)} on, and {asked}is less.", field="quantity", choices=choices)
    raise Refusal(f"{sells} {amount(terms.pack, unit)} at a time, and {asked}is no multiple of that.", field="quantity", choices=choices)


def change_line(
    session: Session, act: Act, *, line: OrderLine, quantity: int, price_minor: int | None = None, expected_on: date | None = None
) -> Posted:
    """Says how much of a draft's line is ordered, at which price of `line.per`, for when. With a quantity of nothing it comes off.

    A price that is left as it was follows the quantity, where it is the supplier's and not another.
    """
    order = orders.get(session, line.order_id)
    _require_may_order(session, act, order)
    _require_draft(session, act, order)
    variant, terms = catalog.variant(session, line.variant_id), suppliers.terms_of(session, line.variant_id, order.supplier_id)
    if quantity:
        _require_countable(session, variant, quantity)
        _require_packs(session, terms, variant, quantity, before=0)
    if expected_on != line.expected_on:
        _require_can_come(session, act, order, expected_on)
    naming.require_cost(price_minor)
    currency = line.currency or workspace(session).currency if price_minor is not None else line.currency
    costs = {"price_minor": price_minor, "currency": currency}
    if quantity and price_minor == line.price_minor:
        costs |= _priced(terms, line, quantity)
    change = changed(line, quantity=quantity, expected_on=expected_on, **costs)
    if not change.after:
        raise Refusal("It stands like that already; nothing was changed.")
    return ledger.post(session, act, EntryKind.DRAFTED, changed=[change])


def edit(
    session: Session, act: Act, *, order: PurchaseOrder, place: Location | None, expected_on: date | None = None, note: str | None = None
) -> Posted:
    """Says where an order goes, when what is still to come of it is expected (without a day: as before), and what the supplier reads."""
    _require_may_order(session, act, order)
    if place is not None:
        require(act.by, Permission.ORDER, at=place)
    if order.state is not OrderState.ORDERED:
        _require_draft(session, act, order)
    note = clean(note, what="note", field="note", longest=LONGEST_NOTE) if note else None
    changes = [changed(order, place_id=place.id if place else None, note=note)]
    if expected_on is not None:
        still_to_come = [one for one in orders.lines_of(session, order.id) if one.open]
        if any(one.expected_on != expected_on for one in still_to_come):
            _require_can_come(session, act, order, expected_on)
        changes += [changed(orders.line(session, one.id), expected_on=expected_on) for one in still_to_come]
    if not any(change.after for change in changes):
        raise Refusal("It stands like that already; nothing was changed.")
    return ledger.post(session, act, EntryKind.DRAFTED, changed=changes)


def _require_can_come(session: Session, act: Act, order: PurchaseOrder, day: date | None) -> None:
    """Refuses a day that has passed already where it is to be delivered."""
    if day is not None and day < local_day(act.now, zone_of(session, order)):
        raise Refusal(f"{said_day(day)} {day.year} is past. Say a day on which it can still come.", field="expected_on")


def order(session: Session, act: Act, *, order: PurchaseOrder) -> Posted:
    """Orders what is on a draft, for the days that the suppliers' lead times give. Policy may want somebody's yes first."""
    _require_may_order(session, act, order)
    _require_draft(session, act, order)
    lines = orders.lines_of(session, order.id)
    if not lines:
        raise Refusal(f"Nothing is on {order.name} yet. Put something on it with `/stock order`.")
    if act.request_id is None and (reason := asks(session, order, lines)):
        raise NeedsApproval(reason)
    today = local_day(act.now, zone_of(session, order))
    days = [_expected(session, order, one, today) for one in lines]
    return ledger.post(session, act, EntryKind.ORDERED, changed=[changed(order, state=OrderState.ORDERED, ordered_at=act.now), *days])


def _expected(session: Session, order: PurchaseOrder, line: Ordered, today: date) -> Change:
    """When a line is expected: as was said, else after the lead time; a day that has passed meanwhile is none."""
    day = line.expected_on if line.expected_on is not None and line.expected_on >= today else None
    lead = suppliers.lead_days(session, line.variant_id, order.supplier_id)
    if day is None and lead is not None:
        day = today + timedelta(days=lead)
    return changed(orders.line(session, line.id), expected_on=day)


def asks(session: Session, order: PurchaseOrder, lines: Sequence[Ordered]) -> str | None:
    """Why an order needs approval; None where it doesn't. What can't be valued in the workspace's currency is not waved through."""
    ours = workspace(session)
    if ours.order_approval_above_minor is None:
        return None
    limit = said_money(ours.order_approval_above_minor, ours.currency)
    worth = orders.totals(lines).get(ours.currency, 0)
    if worth > ours.order_approval_above_minor:
        return f"Orders above {limit} need approval, and {order.name} is worth {said_money(worth, ours.currency)}."
    unknown = next((one for one in lines if one.price_minor is None or one.currency != ours.currency), None)
    if unknown is not None:
        return f"Orders above {limit} need approval, and {unknown.name} has no price in {ours.currency} on {order.name}."
    return None


def close_short(session: Session, act: Act, *, order: PurchaseOrder) -> Posted:
    """Says that what is missing of an order does not come any more. Refuses one of which nothing has come: that is cancelled."""
    _require_may_order(session, act, order)
    lines = orders.lines_of(session, order.id)
    if order.state is not OrderState.ORDERED or not any(one.open for one in lines):
        raise Conflict(f"{order.name} is {orders.progress(order, lines)}: nothing is to come of it.")
    if not any(one.received for one in lines):
        raise Conflict(f"Nothing of {order.name} has come yet. Cancel it instead.")
    return ledger.post(session, act, EntryKind.CLOSED, changed=[changed(order, state=OrderState.CLOSED_SHORT)])


def cancel(session: Session, act: Act, *, order: PurchaseOrder) -> Posted:
    """Takes an order back, while nothing of it has come. One that waits for approval is withdrawn first."""
    _require_may_order(session, act, order)
    lines = orders.lines_of(session, order.id)
    if order.state is OrderState.DRAFT:
        _require_draft(session, act, order)
    elif order.state is not OrderState.ORDERED:
        raise Conflict(f"{order.name} is {order.state} already.")
    if any(one.received for one in lines):
        raise Conflict(f"Some of {order.name} has come in. Close it short instead.")
    return ledger.post(session, act, EntryKind.CANCELLED, changed=[changed(order, state=OrderState.CANCELLED)])


def _require_may_order(session: Session, act: Act, order: PurchaseOrder) -> None:
    require(act.by, Permission.ORDER, at=_place(session, order))


def _place(session: Session, order: PurchaseOrder) -> Location | None:
    """Where an order is to be delivered, where somebody said."""
    return locations.get(session, order.place_id) if order.place_id is not None else None


def _require_draft(session: Session, act: Act, order: PurchaseOrder) -> None:
    """Refuses an order that is decided, and one that somebody is just asked about: what they say yes to stays as they saw it."""
    if order.state is not OrderState.DRAFT:
        raise Conflict(f"{order.name} is {orders.progress(order, orders.lines_of(session, order.id))}, and no draft any more.")
    asked = waiting(session).get(order.id)
    if asked is not None and asked.id != act.request_id:
        raise Conflict(f"{order.name} waits for approval, and stays as it is until then. Whoever asked can withdraw that.")


def waiting(session: Session) -> Mapping[int, ApprovalRequest]:
    """The orders that somebody has been asked about and has not decided, each with the request."""
    return {request.payload["order"]: request for request in approvals.waiting(session) if request.verb == VERB}


def zone_of(session: Session, order: PurchaseOrder) -> str:
    """In whose days an order is expected: of where it is delivered, else the workspace's."""
    default = workspace(session).time_zone
    if order.place_id is None:
        return default
    return locations.inherited(session, locations.get(session, order.place_id), "time_zone", default) or default


def require_can_take_back(session: Session, back: Sequence[Change]) -> None:
    """Refuses an undo that would change what was ordered, or take back an order of which something has come."""
    for change in back:
        if change.table == LINES.name and "quantity" in change.after:
            of = orders.get(session, orders.line(session, change.id).order_id)
            if of.state is not OrderState.DRAFT:
                raise Conflict(f"{of.name} is {of.state} by now, so what is on it stays. Undo that first.")
            if of.id in waiting(session):
                raise Conflict(f"{of.name} waits for approval by now, so what is on it stays. Whoever asked can withdraw that.")
        if change.table == ORDERS.name and change.after.get("state") is OrderState.DRAFT:
            of = orders.get(session, change.id)
            if any(one.received for one in orders.lines_of(session, of.id)):
                raise Conflict(f"Some of {of.name} has come in since. Undo that first.")
