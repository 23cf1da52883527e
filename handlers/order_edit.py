"""The forms that change a line of a draft, and what holds for a whole order."""

from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called, order_card
from handlers.forms import Form, told_under
from handlers.item_form import cost
from handlers.routes import Reply, Request, button, form
from handlers.suggesting import findable
from handlers.views import order_forms as forms
from handlers.views import orders as views
from handlers.views.parts import said
from models import catalog, finding, locations, members, ordering, orders
from models.members import Permission
from models.orders import OrderState, PurchaseOrder
from models.quantities import said_money
from models.wording import counted
from models.workspace import workspace


class LineForm(Form):
    """A line as it was filled in."""

    quantity: str
    price: str | None = None
    expected_on: date | None = None


class OrderForm(Form):
    """What holds for a whole order, as it was filled in."""

    place: str | None = None
    expected_on: date | None = None
    note: str | None = None


@button("order.line", needs=Permission.ORDER)
def open_line(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form of a line."""
    row = orders.line(session, value["l"])
    order = orders.get(session, row.order_id)
    line = next((one for one in orders.lines_of(session, order.id) if one.id == row.id), None)
    if line is None:
        return order_card.card(request, session, order)
    currency = line.currency or workspace(session).currency
    price = said_money(line.price_minor, currency).split(" ")[0] if line.price_minor is not None else None
    carried = {"k": request.act.token(), "l": line.id, "s": order_card.last_seen(session, order)}
    return Reply(f"Change {line.name}.", form=forms.line(line, price=price, currency=currency, carried=carried))


@form("order.line", needs=Permission.ORDER, fields=LineForm)
def change_line(request: Request, session: Session, *, fields: LineForm) -> Reply:
    """A line of a draft is changed, or comes off it."""
    row = orders.line(session, request.carried["l"])
    order = orders.get(session, row.order_id)
    order_card.require_seen(session, order, request.carried["s"])
    variant = catalog.variant(session, row.variant_id)
    quantity = called.quantity(session, variant, fields.quantity)
    with told_under({"cost": "price"}):
        posted = ordering.change_line(
            session,
            request.act,
            line=row,
            quantity=quantity,
            price_minor=cost(session, fields.price),
            expected_on=fields.expected_on,
        )
    name = said(counted(quantity, variant.name, catalog.item(session, variant.item_id).unit)) if quantity else said(variant.name)
    what = f"{order.name} has {name} now." if quantity else f"Took {name} off {order.name}."
    told = order_card.shown(session, order, now=request.act.now)
    return views.changed(posted, what, told, ways_on=[views.show(order.id, order.name)])


@button("order.edit", needs=Permission.ORDER)
def open_edit(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form of what holds for a whole order."""
    return edit(request, session, orders.get(session, value["o"]))


def edit(request: Request, session: Session, order: PurchaseOrder) -> Reply:
    """The same of an order that was named."""
    place = order_card.place_of(session, order)
    members.require(request.act.by, Permission.ORDER, at=place)
    days = [one.expected_on for one in orders.lines_of(session, order.id) if one.open and one.expected_on]
    shown = forms.edit(
        order.name,
        place=(place.name, findable(called.found_as(session, place))) if place is not None else None,
        expected_on=min(days) if days and len(set(days)) == 1 else None,
        note=order.note,
        ordered=order.state is OrderState.ORDERED,
        carried={"k": request.act.token(), "o": order.id, "s": order_card.last_seen(session, order)},
    )
    return Reply(f"Edit {order.name}.", form=shown)


@form("order.edit", needs=Permission.ORDER, fields=OrderForm)
def save(request: Request, session: Session, *, fields: OrderForm) -> Reply:
    """What holds for a whole order is changed."""
    order = orders.get(session, request.carried["o"])
    order_card.require_seen(session, order, request.carried["s"])
    place = finding.location(session, fields.place, request.act.by, field="place") if fields.place else None
    posted = ordering.edit(session, request.act, order=order, place=place, expected_on=fields.expected_on, note=fields.note)
    told = order_card.shown(session, order, now=request.act.now)
    whom = said(locations.get(session, order.supplier_id).name)
    return views.changed(posted, f"Saved {order.name} from {whom}.", told, ways_on=[views.show(order.id, order.name)])
