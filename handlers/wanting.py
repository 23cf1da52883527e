"""Wanting: anybody asks for something that is not stocked, and keepers put it on an order or say why not."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.defaults import bound_to
from handlers.forms import Form, told_under
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import orders as order_views
from handlers.views import wants as views
from models import catalog, finding, members, orders, register, wants
from models.catalog import ItemKind, Variant
from models.members import Permission
from models.outbox import Leased
from models.refusals import FieldProblems
from models.wants import Want
from models.workspace import workspace


class WantForm(Form):
    """What is put on an order because somebody wants it: an item that there is, or the name of a new one."""

    item: str | None = None
    name: str | None = None
    supplier: str
    quantity: str


class DeclineForm(Form):
    """Why something will not be had."""

    reason: str


@sentence(
    "/stock",
    says="want {wanted}",
    needs=Permission.WANT,
    does="asks the keepers for something that is not stocked",
    examples=('want "left-handed scissors"',),
)
def want(request: Request, session: Session, *, wanted: str) -> Reply:
    """Somebody would like to have something here; its keepers get a card."""
    found, posted = wants.ask(session, request.act, wanted=wanted, location=bound_to(session, request.channel))
    return views.asked(posted, found.wanted)


@button("want.order", needs=Permission.ORDER)
def open_order(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form that puts it on an order; that nobody has answered is checked before, so that nobody types in vain."""
    found = wants.get(session, value["w"])
    wants.require_open(session, request.act, found)
    return Reply("", form=views.order_form(_told(session, found), carried={"k": request.act.token(), "w": found.id}))


@form("want.order", needs=Permission.ORDER, fields=WantForm)
def put_on_order(request: Request, session: Session, *, fields: WantForm) -> Reply:
    """What somebody wants goes on the supplier's draft; what is new is added to the catalog first."""
    found = wants.get(session, request.carried["w"])
    wants.require_open(session, request.act, found)
    with told_under({"source": "supplier"}):
        supplier = finding.location(session, fields.supplier, request.act.by, field="supplier")
        variant = _variant(request, session, fields)
        quantity = called.quantity(session, variant, fields.quantity)
        order, posted = wants.put_on_order(session, request.act, want=found, variant=variant, quantity=quantity, supplier=supplier)
    unit = catalog.item(session, variant.item_id).unit
    put = order_views.Put(variant.name, unit, quantity)
    show = order_views.show(order.id, order.name)
    return views.put_on_order(posted, put, order.name, supplier.name, _told(session, found).requester, ways_on=[show])


def _variant(request: Request, session: Session, fields: WantForm) -> Variant:
    if fields.item:
        return finding.variant(session, fields.item)
    if not fields.name:
        raise FieldProblems({"item": "Choose an item, or name a new one below."})
    once = replace(request.act, key=None)  # one intent, two entries: the request as a whole is kept as handled
    return register.add_item(session, once, name=fields.name, kind=ItemKind.CONSUMABLE)[0]


@button("want.decline", needs=Permission.ORDER)
def ask_why(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form that asks for the reason."""
    found = wants.get(session, value["w"])
    wants.require_open(session, request.act, found)
    return Reply("", form=views.decline_form(_told(session, found), carried={"k": request.act.token(), "w": found.id}))


@form("want.decline", needs=Permission.ORDER, fields=DeclineForm)
def decline(request: Request, session: Session, *, fields: DeclineForm) -> Reply:
    """It will not be had, and why."""
    found = wants.get(session, request.carried["w"])
    posted = wants.decline(session, request.act, want=found, reason=fields.reason)
    return views.declined(posted, _told(session, found))


def card_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """The card of a want, as it stands now."""
    return views.card(_told(session, wants.get(session, notice.subject_id)), zone=notice.time_zone or workspace(session).time_zone)


def answer_of(session: Session, notice: Leased, _now: datetime) -> Reply | None:
    """What whoever asked is told; nothing, where it is open again before they could read it."""
    told = _told(session, wants.get(session, notice.subject_id))
    return views.answer(told, sent=notice.sent_ts is not None)


def _told(session: Session, found: Want) -> views.Wanted:
    decider = members.get(session, found.decided_by_id).name if found.decided_by_id is not None else None
    order = orders.get(session, found.order_id).name if found.order_id is not None else None
    requester = members.get(session, found.requester_id).name
    return views.Wanted(found.id, found.wanted, requester, found.state, decider, found.decided_at, found.reason, order)
