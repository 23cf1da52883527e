"""Receiving an order: a form that proposes what is still to come, a handful of lines at a time; or everything at one press."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called, custom_inputs, lot_words, order_card
from handlers.dates import Moment
from handlers.defaults import Place, bound_to
from handlers.forms import Form, told_under
from handlers.routes import Press, Reply, Request, button, form, sentence
from handlers.speaking import Declined
from handlers.suggesting import findable
from handlers.typed import expand_serials
from handlers.views import orders as order_views
from handlers.views import receiving as views
from handlers.views.parts import Block
from handlers.views.parts import button as pressed
from models import catalog, finding, locations, orders, receiving
from models.catalog import ItemKind
from models.custom_fields import About
from models.ledger import Posted
from models.locations import Location
from models.lot_register import LotSaid
from models.members import Permission
from models.orders import Ordered, PurchaseOrder
from models.quantities import ONE, said_number
from models.receiving import Arrival, TooMany, field_of
from models.refusals import Conflict
from models.times import from_micros, micros

#: A form has at most seven inputs: so many for the lines, the place, and a box to confirm.
INPUTS = 5
#: A line of what is tracked by lots has three: how much, the lot, and when that expires.
_INPUTS_OF_A_LOT = 3


#: What the form asks of a line, as its fields are called.
WHAT = ("line", "lot", "expires")


class ReceiveForm(Form):
    """Where a delivery came in, and whether more than was ordered is right; what came stands in the fields of the lines."""

    place: str
    confirmed: tuple[str, ...] = ()


@sentence(
    "/stock",
    says="receive {order} [at {location}] [on {date}]",
    needs=Permission.RECEIVE,
    does="opens the form for what has come of an order, with what is still to come filled in",
    examples=("receive PO-1042", "receive PO-1042 at Warehouse"),
    aliases=("received",),
)
def receive(
    request: Request, session: Session, *, order: PurchaseOrder, location: Location | None = None, date: Moment | None = None
) -> Reply:
    """Something of an order has come; said late, it is booked for when it came."""
    place = location or _usual_location(request, session, order)
    return _form(request, session, order, place, carried={"at": micros(date.at) if date is not None else None})


@button("order.receive", needs=Permission.RECEIVE)
def open_receive(request: Request, session: Session, *, value: Any) -> Reply:
    """Receive, on a card or a message."""
    order = orders.get(session, value["o"])
    return _form(request, session, order, _usual_location(request, session, order))


@button("order.lines", needs=Permission.RECEIVE)
def other_lines(request: Request, session: Session, *, value: Any) -> Reply:
    """Other lines of a long order, in the form that is open."""
    place = request.values.get("place")
    location = finding.location(session, place, request.act.by, field="place") if place else None
    return _form(request, session, orders.get(session, value["o"]), location, carried={"at": request.carried.get("at"), "f": value["f"]})


def _usual_place(request: Request, session: Session, order: PurchaseOrder) -> Place | None:
    """Where a delivery goes where nobody says: as the order says, else this channel's location, else the only store."""
    if (place := order_card.place_of(session, order)) is not None:
        return Place(place)
    if (bound := bound_to(session, request.channel)) is not None:
        return Place(bound, "this channel's location")
    stores = locations.stores(session, limit=2)
    return Place(stores[0], "the only store") if len(stores) == 1 else None


def _usual_location(request: Request, session: Session, order: PurchaseOrder) -> Location | None:
    usual = _usual_place(request, session, order)
    return usual.location if usual is not None else None


def _to_come(session: Session, order: PurchaseOrder) -> list[Ordered]:
    """The lines of which something is still to come. Refuses an order without any, and leads back to it."""
    show = Press(f"Show {order.name}", "order.show", {"o": order.id})
    try:
        receiving.require_to_come(order)
    except Conflict as nothing:
        raise Declined(nothing, [show]) from nothing
    to_come = [one for one in orders.lines_of(session, order.id) if one.open]
    if not to_come:
        raise Declined(Conflict(f"Everything on {order.name} has come."), [show])
    return to_come


def _form(
    request: Request,
    session: Session,
    order: PurchaseOrder,
    place: Location | None,
    *,
    carried: Mapping[str, Any] | None = None,
    typed: Mapping[str, str | None] | None = None,
    confirm: str | None = None,
) -> Reply:
    """The form with what is still to come filled in, or, to be confirmed, what somebody has typed."""
    to_come = _to_come(session, order)
    kept: dict[str, Any] = {"k": request.act.token(), "o": order.id, "s": order_card.last_seen(session, order), "f": 0, **(carried or {})}
    first = kept["f"] if kept["f"] < len(to_come) else 0
    page = _fitting(to_come[first:])
    kept["l"] = [one.id for one in page]
    proposed: dict[str, str | None] = {field_of(one.id): said_number(one.open) for one in page if one.kind is not ItemKind.SERIALISED}
    filled = typed or proposed
    after = first + len(page) if first + len(page) < len(to_come) else 0
    others = pressed(f"Other lines ({len(to_come) - len(page):,})", "order.lines", {"o": order.id, "f": after})
    form = views.form(
        order.name,
        locations.get(session, order.supplier_id).name,
        [views.Asked(one, {what: (name := field_of(one.id, what), filled.get(name)) for what in WHAT}) for one in page],
        place=(place.name, findable(called.found_as(session, place))) if place is not None else None,
        others=others if len(page) < len(to_come) else None,
        confirm=confirm,
        carried=kept,
    )
    categories = {catalog.item(session, catalog.variant(session, one.variant_id).item_id).category_id for one in page}
    asking = custom_inputs.asking(request, session, form, About.ENTRY, category=categories)
    return Reply(f"Receive {order.name}.", form=asking)


def _fitting(lines: Sequence[Ordered]) -> list[Ordered]:
    """As many of the lines as a form has room for: one at least."""
    page, inputs = list[Ordered](), 0
    for one in lines:
        inputs += _INPUTS_OF_A_LOT if one.lot_tracked else 1
        if page and inputs > INPUTS:
            break
        page.append(one)
    return page


@form("order.receive", needs=Permission.RECEIVE, fields=ReceiveForm)
def record(request: Request, session: Session, *, fields: ReceiveForm) -> Reply:
    """The form was sent. More than was ordered is asked about once more; what others have received meanwhile is told."""
    request, carried = custom_inputs.saying(request), request.carried
    order = orders.get(session, carried["o"])
    order_card.require_seen(session, order, carried["s"])
    place = finding.location(session, fields.place, request.act.by, field="place")
    fields_of_lines = [field_of(line_id, what) for line_id in carried["l"] for what in WHAT]
    typed = {name: request.values.get(name) for name in fields_of_lines}
    arrivals = [_arrival(session, line_id, typed) for line_id in carried["l"]]
    try:
        with told_under({"target": "place"}):
            posted = receiving.receive(
                session,
                request.act,
                order=order,
                arrivals=arrivals,
                target=place,
                confirmed=views.CONFIRMED in fields.confirmed,
                happened_at=from_micros(carried["at"]) if carried.get("at") is not None else None,
            )
    except TooMany as too_many:
        return _form(request, session, order, place, carried=carried, typed=typed, confirm=too_many.text)
    return _received(request, session, order, posted, Place(place))


def _arrival(session: Session, line_id: int, filled: Mapping[str, str | None]) -> Arrival:
    """What came of a line, as it was typed: a number, perhaps of a lot, or serials; nothing for an empty field."""
    line, typed = orders.line(session, line_id), (filled[field_of(line_id)] or "").strip()
    variant = catalog.variant(session, line.variant_id)
    with told_under(dict.fromkeys(("quantity", "assets"), field_of(line_id))):
        if catalog.item(session, variant.item_id).kind is not ItemKind.SERIALISED:
            return Arrival(line, called.quantity(session, variant, typed) if typed else 0, lot=_lot(line_id, filled))
        serials = tuple(expand_serials(typed)) if typed not in {"", "0"} else ()
        return Arrival(line, len(serials) * ONE, serials)


def _lot(line_id: int, filled: Mapping[str, str | None]) -> LotSaid | None:
    code, expires = ((filled[field_of(line_id, what)] or "").strip() for what in ("lot", "expires"))
    return lot_words.named(code or None, date.fromisoformat(expires) if expires else None, None) if code else None


@button("order.all", needs=Permission.RECEIVE)
def receive_all(request: Request, session: Session, *, value: Any) -> Reply:
    """Everything that was still to come has come, where the order says."""
    order = orders.get(session, value["o"])
    order_card.require_seen(session, order, value["s"])
    usual = _usual_place(request, session, order)
    if usual is None:
        return _form(request, session, order, None)
    posted = receiving.receive_all(session, request.act, order=order, target=usual.location)
    return _received(request, session, order, posted, usual)


def _received(request: Request, session: Session, order: PurchaseOrder, posted: Posted, place: Place) -> Reply:
    told = order_card.shown(session, order, now=request.act.now)
    came = {change.id: change.after["received"] - change.before["received"] for change in posted.changes if "received" in change.after}
    return views.received(
        posted,
        told,
        came,
        place=place.location.name,
        because=place.because,
        tolerated=receiving.tolerated(session, told.open),
        ways_on=_ways_on(request, session, order, told),
    )


def _ways_on(request: Request, session: Session, order: PurchaseOrder, told: order_views.Shown) -> list[Block]:
    """The rest is received, or does not come."""
    if not told.open:
        return []
    rest = [pressed("Receive the rest", "order.receive", {"o": order.id})]
    if request.act.by.may(Permission.ORDER, at=order_card.place_of(session, order)):
        rest.append(order_card.end(told, {"o": order.id, "s": order_card.last_seen(session, order)}))
    return rest
