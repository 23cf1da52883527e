"""The list of purchase orders that are open, those that are late first."""

from typing import Any

from sqlmodel import Session

from handlers.order_card import shown_each
from handlers.routes import Reply, Request, button, sentence
from handlers.views import orders as views
from handlers.views.paging import PAGE
from models import locations, orders, suppliers
from models.locations import Location
from models.members import Permission


@sentence(
    "/stock",
    says="orders [from {supplier}]",
    needs=Permission.LOOK,
    does="lists the purchase orders that are open, those that are late first",
    examples=("orders", "orders from Acme Fasteners"),
    aliases=("orders open",),
)
def open_orders(request: Request, session: Session, *, supplier: Location | None = None) -> Reply:
    """Drafts, what waits for approval, and what is ordered and has not all come."""
    return _page(request, session, supplier, late=False, first=0)


@sentence(
    "/stock",
    says="orders late",
    needs=Permission.LOOK,
    does="lists the purchase orders that are late, the latest first",
    examples=("orders late",),
)
def late_orders(request: Request, session: Session) -> Reply:
    """What a supplier was to deliver by now."""
    return _page(request, session, None, late=True, first=0)


@button("orders.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of the list."""
    supplier = locations.get(session, value["s"]) if value["s"] else None
    reply = _page(request, session, supplier, late=value["late"], first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, supplier: Location | None, *, late: bool, first: int) -> Reply:
    if supplier is not None:
        suppliers.require_supplier(supplier)
    found = orders.open_orders(session, supplier_id=supplier.id if supplier else None)
    told = shown_each(session, found, now=request.act.now)
    wanted = sorted(
        (one for one in told if one.late_since or not late), key=lambda one: (one.late_since is None, one.late_since or one.today)
    )
    if not wanted:
        return views.none_open(late=late, supplier=supplier.name if supplier else None)
    head = f"{len(wanted):,} {'order' if len(wanted) == 1 else 'orders'} {'late' if late else 'open'}"
    head += f" with {supplier.name}" if supplier else ""
    buttons = [views.show(one.id, one.name) for one in wanted[first : first + PAGE]]
    return views.listed(wanted, buttons, head=head, first=first, carried={"s": supplier.id if supplier else None, "late": late})
