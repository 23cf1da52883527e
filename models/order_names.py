"""Finding orders: by their number, or as the one that a supplier has open."""

from collections.abc import Sequence

from sqlmodel import Session

from models import orders
from models.location_names import locations_exactly
from models.locations import LocationKind
from models.matching import BEST, Sort, several, unknown
from models.orders import OrderState, PurchaseOrder, orders_exactly
from models.refusals import Choice
from models.search import Match


def order(session: Session, text: str, *, field: str = "order") -> PurchaseOrder:
    """The order of that number ("PO-1042", "1042"), or the only one that is open with the supplier of that name, but for drafts."""
    exact = orders_exactly(session, text) or orders_exactly(session, f"PO-{text}")
    if exact:
        return exact[0]
    called = [one for one in locations_exactly(session, text) if one.kind is LocationKind.SUPPLIER]
    there = [order for one in called for order in orders.open_orders(session, supplier_id=one.id)]
    open_there = [one for one in there if one.state is OrderState.ORDERED] or there
    if len(open_there) == 1:
        return open_there[0]
    if open_there:
        raise several(text, [_choice(session, one, field) for one in open_there])
    raise unknown(text, "an order", [_choice(session, one, field) for one in orders.open_orders(session)[:BEST]], field=field)


def _choice(session: Session, found: PurchaseOrder, field: str) -> Choice:  # noqa: ARG001
    return Choice(found.name, field, found.name)


def _load(session: Session, matches: Sequence[Match]) -> list[PurchaseOrder]:  # noqa: ARG001
    return []


def _like(session: Session, text: str) -> list[PurchaseOrder]:
    """What is open, for a number that no order has."""
    return orders.open_orders(session)[:BEST] if orders.is_number(text) else []


#: An order goes by its number alone; it has no name that could be looked for.
ORDER = Sort("an order", (), _load, _choice, _like)
