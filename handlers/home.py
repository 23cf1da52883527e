"""App Home: gathers what one member's Home shows. How it looks is in views/home.py."""

from typing import Any

from sqlmodel import Session

from handlers import approving, counting
from handlers.routes import Request
from handlers.views import home as views
from handlers.views.counting import CountCard
from handlers.views.requests import Asked
from models import approvals, booked, checkouts, late_orders, locations, purchasing, reserved, roles, stocktake_reads
from models.approvals import ApprovalRequest, RequestState
from models.booked import Which as BookedFor
from models.members import Actor, Permission
from models.quantities import said_money
from models.reserved import Which
from models.workspace import workspace


def view(request: Request, session: Session) -> dict[str, Any]:
    """A member's Home as things are now."""
    by, now = request.act.by, request.act.now
    mine = [one for one in approvals.of_requester(session, by.id, most=views.MOST) if one.state is RequestState.WAITING]
    admin = by.may(Permission.ROLES)
    shown = views.Home(
        now=now,
        zone=by.time_zone,
        mine=checkouts.open_of(session, by.location_id) if by.location_id else [],
        reserved=reserved.those(session, Which(by_id=by.id), most=views.MOST + 1),
        booked=booked.those(session, BookedFor(holder_id=by.location_id), most=views.MOST + 1) if by.location_id else [],
        asked=_told(request, session, mine),
        waiting=_told(request, session, _waiting_for(session, by)) if by.may(Permission.APPROVE) else None,
        counts=_counts(session, by),
        stores=_stores(request, session) if by.may(Permission.COUNT) else None,
        granted=[views.Granted(*one) for one in roles.granted(session)] if admin else None,
        count_policy=_count_policy(session) if admin else "",
        order_policy=_order_policy(session) if admin else "",
        service_level=workspace(session).service_level,
        attest_days=workspace(session).attest_days,
        key=request.act.token(),
    )
    return views.home(shown)


def _counts(session: Session, by: Actor) -> list[CountCard]:
    """The open counts in which this member takes part or keeps the place, or about which they can decide."""
    opened, found = stocktake_reads.open_ones(session), []
    mine = stocktake_reads.open_with(session, by.id) if opened else set[int]()
    for one in opened:
        place = locations.get(session, one.location_id)
        counts, decides = one.id in mine or by.may(Permission.COUNT, at=place), by.may(Permission.APPROVE, at=place)
        if counts or decides:
            count = counting.told(session, one)
            found += [count] if (decides if count.complete else counts) else []
    return found


def _stores(request: Request, session: Session) -> views.Stores:
    """What is low and late in the stores that this member keeps."""
    by, now = request.act.by, request.act.now
    if by.everywhere(Permission.COUNT):
        late = checkouts.overdue(session, now, most=views.MOST)
        return views.Stores(purchasing.low(session), late, checkouts.count_overdue(session, now), _late_orders(request, session))
    low = [one for one in purchasing.low(session) if one.location_id is not None and _keeps(session, by, one.location_id)]
    late = [one for one in checkouts.overdue(session, now) if _keeps(session, by, one.source_id)]
    return views.Stores(low, late, len(late), _late_orders(request, session))


def _late_orders(request: Request, session: Session) -> list[views.LateOrder]:
    """The orders that are late: all of them, or for a keeper of some places those that go there."""
    by = request.act.by
    late = late_orders.late(session, request.act.now)
    if not by.everywhere(Permission.COUNT):
        late = [one for one in late if one.order.place_id is not None and _keeps(session, by, one.order.place_id)]
    names = locations.names(session, [one.order.supplier_id for one in late])
    return [views.LateOrder(one.order.name, names[one.order.supplier_id], one.since) for one in late]


def _keeps(session: Session, by: Actor, location_id: int) -> bool:
    return by.may(Permission.COUNT, at=locations.get(session, location_id))


def _waiting_for(session: Session, by: Actor) -> list[ApprovalRequest]:
    """The requests that this member may decide: not their own, nor those that are for them."""
    return [one for one in approvals.waiting(session) if by.id not in {one.requester_id, one.beneficiary_id} and _covers(session, by, one)]


def _covers(session: Session, by: Actor, request: ApprovalRequest) -> bool:
    if request.location_id is None:
        return by.everywhere(Permission.APPROVE)
    return by.may(Permission.APPROVE, at=locations.get(session, request.location_id))


def _told(request: Request, session: Session, found: list[ApprovalRequest]) -> list[Asked]:
    return [approving.told(session, one, now=request.act.now, zone=request.act.by.time_zone) for one in found]


def _order_policy(session: Session) -> str:
    ours = workspace(session)
    limit = ours.order_approval_above_minor
    asks = "none needs approval" if limit is None else f"those above {said_money(limit, ours.currency)} need approval"
    return f"{asks}; {ours.order_tolerance_percent} % more than ordered may come in unasked."


def _count_policy(session: Session) -> str:
    ours = workspace(session)
    if ours.count_approval_above_minor is None:
        return "no difference needs approval."
    return f"a difference worth more than {said_money(ours.count_approval_above_minor, ours.currency)} needs approval."
