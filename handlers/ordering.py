"""Ordering: what is put on a supplier's draft, by a sentence, from what is low, or by the form."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers import called, order_card
from handlers.defaults import MOST_OFFERED, bound_to
from handlers.forms import Form, told_under
from handlers.routes import Offer, Press, Reply, Request, button, form, sentence
from handlers.speaking import Declined
from handlers.suggesting import findable
from handlers.views import order_forms as forms
from handlers.views import orders as views
from handlers.views.low import on_its_way
from handlers.views.orders import Put
from handlers.views.parts import Block, said
from handlers.views.parts import button as pressed
from models import catalog, finding, levels, locations, ordering, orders, purchasing, suppliers
from models.catalog import Variant
from models.ledger import Posted
from models.locations import Location
from models.members import Permission
from models.orders import PurchaseOrder
from models.purchasing import Need
from models.quantities import said_number
from models.refusals import Choice, Refusal
from models.times import local_day
from models.wording import counted


class OrderForm(Form):
    """What is to be ordered, as it was filled in."""

    supplier: str
    quantity: str
    place: str | None = None


@sentence(
    "/stock",
    says="order {quantity} {variant} [from {supplier}] [at {location}]",
    needs=Permission.ORDER,
    does="puts so much on the supplier's draft order, or opens one",
    examples=("order 200 M8 hex bolt from Acme Fasteners", "order 200 M8 hex bolt"),
)
def order(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    supplier: Location | None = None,
    location: Location | None = None,
) -> Reply:
    """So much more is to be ordered, to be delivered at a location where that is said."""
    whom, because = _supplier_of(session, variant, supplier)
    return _add(request, session, variant, quantity, supplier=whom, place=location, because=because)


@sentence(
    "/stock",
    says="order {variant} [from {supplier}] [at {location}]",
    needs=Permission.ORDER,
    does="puts what is missing of something low on the supplier's draft order",
    examples=("order M8 hex bolt",),
)
def order_missing(
    request: Request, session: Session, *, variant: Variant, supplier: Location | None = None, location: Location | None = None
) -> Reply:
    """What is missing up to its target is to be ordered."""
    need = _need(request, session, variant, location)
    if need is None or not need.quantity:
        coming = f", {on_its_way(need)}" if need is not None and on_its_way(need) else ""
        nothing = Refusal(f"{_on_hand(session, variant)}{coming}: nothing is missing. Say how many to order.", field="quantity")
        raise Declined(nothing, [Press("Order more", "order.open", {"variant": variant.id})])
    whom, because = _supplier_of(session, variant, supplier)
    quantity = suppliers.in_packs(suppliers.terms_of(session, variant.id, whom.id), need.missing)
    return _add(request, session, variant, quantity, supplier=whom, place=location, because=because)


def _need(request: Request, session: Session, variant: Variant, at: Location | None) -> Need | None:
    """What is missing of a variant in that location, or else where it is needed most; None where it is not low."""
    today = local_day(request.act.now, request.act.by.time_zone)
    running_low = purchasing.low_of(session, variant.id)
    running_low = [one for one in running_low if at is not None and one.location_id == at.id] or running_low
    return max(purchasing.needs(session, running_low, on=today), key=lambda need: need.quantity, default=None)


def _on_hand(session: Session, variant: Variant) -> str:
    held = sum(level.quantity for level in levels.by_location(session, [variant.id]))
    return f"{counted(held, variant.name, catalog.item(session, variant.item_id).unit) if held else f'No {variant.name}'} on hand"


def _supplier_of(session: Session, variant: Variant, named: Location | None) -> tuple[Location, str | None]:
    """Whom a variant is ordered from, and why where nobody said. Refuses where nobody is known, with those who might sell it."""
    if named is not None:
        return named, None
    supplier_id = suppliers.preferred(session, [variant.id]).get(variant.id)
    if supplier_id is not None:
        known = suppliers.terms_of(session, variant.id, supplier_id) is not None
        return locations.get(session, supplier_id), "who sells it" if known else "where it last came from"
    sellers = suppliers.known(session, limit=MOST_OFFERED)
    if not sellers:
        new = Offer("New supplier", "/stock", "new location")
        raise Declined(Refusal("I know no supplier yet. Add one, a location of the kind supplier.", field="supplier"), [new])
    choices = tuple(Choice(one.name, "supplier", finding.path_of(session, one)) for one in sellers)
    raise Refusal(f"Nobody is known to sell {variant.name}. Whom do you order it from?", field="supplier", choices=choices)


def _add(
    request: Request,
    session: Session,
    variant: Variant,
    quantity: int,
    *,
    supplier: Location,
    place: Location | None,
    because: str | None = None,
) -> Reply:
    """So much goes on the supplier's draft; where that is delivered somewhere else than was said now, the answer tells."""
    draft, posted = ordering.add(session, request.act, variant=variant, quantity=quantity, supplier=supplier, place=place)
    goes_to = order_card.place_of(session, draft) if place is not None and draft.place_id != place.id else None
    return _put(request, session, draft, posted, [(variant, quantity)], because=because, goes_to=goes_to)


def _put(
    request: Request,
    session: Session,
    draft: PurchaseOrder,
    posted: Posted,
    things: Sequence[tuple[Variant, int]],
    *,
    because: str | None = None,
    goes_to: Location | None = None,
) -> Reply:
    told = [Put(variant.name, catalog.item(session, variant.item_id).unit, quantity) for variant, quantity in things]
    more = _everything_low(session, draft.supplier_id, request.act.token())
    shown = order_card.shown(session, draft, now=request.act.now)
    return views.put(
        posted, shown, told, because=because, goes_to=goes_to.name if goes_to else None, ways_on=[views.show(draft.id, draft.name), *more]
    )


def _everything_low(session: Session, supplier_id: int, key: str, *, besides: Variant | None = None) -> list[Block]:
    """The button that puts everything low on the supplier's draft, where there is anything, or anything `besides` one."""
    missing = purchasing.missing_from(session, supplier_id)
    if not any(besides is None or variant.id != besides.id for variant, _ in missing):
        return []
    return [pressed(f"Add everything low ({len(missing):,})", f"order.low:{supplier_id}", {"s": supplier_id, "k": key})]


@button("order.low", needs=Permission.ORDER)
def add_low(request: Request, session: Session, *, value: Any) -> Reply:
    """Everything that is low and bought from that supplier goes on its draft."""
    supplier = locations.get(session, value["s"])
    draft, posted = ordering.add_low(session, request.act, supplier=supplier)
    put = {change.id: change.after["quantity"] - change.before["quantity"] for change in posted.changes if "quantity" in change.after}
    things = [(catalog.variant(session, orders.line(session, line_id).variant_id), quantity) for line_id, quantity in put.items()]
    return _put(request, session, draft, posted, things)


@button("order.open", needs=Permission.ORDER)
def open_order(request: Request, session: Session, *, value: Any) -> Reply:
    """Order, on a card or a list: the form with the suggestion filled in."""
    variant = catalog.variant(session, value["variant"])
    at = locations.get(session, value["location"]) if value.get("location") else None
    need = _need(request, session, variant, at)
    supplier_id = suppliers.preferred(session, [variant.id]).get(variant.id)
    supplier = locations.get(session, supplier_id) if supplier_id is not None else None
    missing = need.quantity if need is not None else 0
    filled = forms.AddFilled(
        name=variant.name,
        told=f"{said(_on_hand(session, variant))}{_told(need)}. {_sold(session, variant, supplier)}".rstrip(),
        supplier=_chosen(session, supplier),
        quantity=said_number(missing) if missing else None,
        place=_chosen(session, at or bound_to(session, request.channel)),
    )
    more = _everything_low(session, supplier.id, request.act.token(), besides=variant) if supplier is not None else []
    return Reply(f"Order {variant.name}.", form=forms.add(filled, more=more, carried={"k": request.act.token(), "v": variant.id}))


def _told(need: Need | None) -> str:
    coming = on_its_way(need) if need is not None else ""
    return f", {coming}" if coming else ""


def _sold(session: Session, variant: Variant, supplier: Location | None) -> str:
    """What the supplier sells it at."""
    terms = suppliers.terms_of(session, variant.id, supplier.id) if supplier is not None else None
    if terms is None or supplier is None:
        return ""
    return forms.sells(supplier.name, terms, catalog.item(session, variant.item_id).unit)


def _chosen(session: Session, location: Location | None) -> tuple[str, str] | None:
    return (location.name, findable(called.found_as(session, location))) if location is not None else None


@form("order.add", needs=Permission.ORDER, fields=OrderForm)
def add(request: Request, session: Session, *, fields: OrderForm) -> Reply:
    """The form was sent: it goes on the supplier's draft."""
    with told_under({"source": "supplier"}):
        variant = catalog.variant(session, request.carried["v"])
        supplier = finding.location(session, fields.supplier, request.act.by, field="supplier")
        place = finding.location(session, fields.place, request.act.by, field="place") if fields.place else None
        quantity = called.quantity(session, variant, fields.quantity)
        return _add(request, session, variant, quantity, supplier=supplier, place=place)
