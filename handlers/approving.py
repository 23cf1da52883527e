"""Approval requests: the card in people's words, and the buttons that decide it once."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.dates import say_due
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form
from handlers.views import naming
from handlers.views import orders as order_views
from handlers.views import requests as views
from handlers.views.parts import said
from models import approvals, asking, assets, catalog, checkouts, deciding, kits, levels, locations, members, orders
from models.approvals import ApprovalRequest, RequestState
from models.assets import Asset
from models.caches import Line
from models.catalog import Variant
from models.locations import Location
from models.members import Permission
from models.orders import PurchaseOrder
from models.outbox import Leased
from models.quantities import ONE, said_money, said_number
from models.times import Due
from models.wording import counted, many
from models.workspace import workspace


class DenyForm(Form):
    """Why something is denied."""

    reason: str


@button("request.approve", needs=Permission.APPROVE)
def approve(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Allows what was asked, and does it. The card itself is redrawn for everybody."""
    decided = deciding.approve(session, request.act, request_id=value["request"], version=value["version"])
    return views.decided(told(session, decided.request, now=request.act.now, zone=request.act.by.time_zone), to_decider=True)


@button("request.deny", needs=Permission.LOOK)
def ask_why(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Opens the form that asks for the reason; whether one may deny it is checked before, so that nobody types in vain."""
    found = deciding.to_decide(session, request.act, request_id=value["request"], version=value["version"])
    asked = told(session, found, now=request.act.now, zone=request.act.by.time_zone)
    return Reply("", form=views.deny_form(asked, key=request.act.token()))


@form("request.deny", needs=Permission.APPROVE, fields=DenyForm)
def deny(request: Request, session: Session, *, fields: DenyForm) -> Reply:
    """Refuses what was asked, with the reason."""
    asked = request.carried
    decided = deciding.deny(session, request.act, request_id=asked["request"], version=asked["version"], reason=fields.reason)
    return views.decided(told(session, decided.request, now=request.act.now, zone=request.act.by.time_zone), to_decider=True)


@button("request.withdraw", needs=Permission.CHECK_OUT)
def withdraw(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Takes back what one has asked oneself."""
    decided = deciding.withdraw(session, request.act, request_id=value["request"], version=value["version"])
    asked = told(session, decided.request, now=request.act.now, zone=request.act.by.time_zone)
    return Reply(f"Withdrawn: {asked.what}.", [*views.decided(asked, to_decider=True).blocks], replace=True)


def asked(request: Request, session: Session, found: ApprovalRequest) -> Reply:
    """The requester is told that what they wanted waits for somebody else."""
    return views.asked(told(session, found, now=request.act.now, zone=request.act.by.time_zone))


def card_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The card of a request, as it stands now."""
    zone = notice.time_zone or workspace(session).time_zone
    return views.card(told(session, approvals.get(session, notice.subject_id), now=now, zone=zone), zone=zone)


def decision_of(session: Session, notice: Leased, now: datetime) -> Reply | None:
    """What the requester is told; nothing, where the request is open again."""
    request = approvals.get(session, notice.subject_id)
    if request.state not in {RequestState.APPROVED, RequestState.DENIED}:
        return None
    return views.decided(told(session, request, now=now, zone=notice.time_zone or workspace(session).time_zone))


def told(session: Session, request: ApprovalRequest, *, now: datetime, zone: str) -> views.Asked:
    """A request in people's words, for a reader in that zone."""
    arguments = asking.arguments_of(session, request)
    return views.Asked(
        id=request.id,
        version=request.version,
        state=request.state,
        requester=members.get(session, request.requester_id).name,
        what=_what(session, request.verb, arguments),
        facts=tuple(_facts(session, request, arguments, now=now, zone=zone)),
        reason=request.reason,
        purpose=arguments.get("purpose") or arguments.get("note"),
        asked_at=request.asked_at,
        decider=members.get(session, request.decided_by_id).name if request.decided_by_id not in {None, members.SCHEDULE} else None,
        decided_at=request.decided_at,
        note=request.note,
    )


_VERBS = {"check_out": "check out", "check_out_kit": "check out", "extend": "keep", "take": "take", "count": "book a count of"}


def _what(session: Session, verb: str, arguments: dict[str, Any]) -> str:
    if (order := arguments.get("order")) is not None:
        count = len(orders.lines_of(session, order.id))
        lines = many(count, "line")
        return f"order {order.name} from {said(locations.get(session, order.supplier_id).name)} ({lines})"
    if (kit := arguments.get("kit")) is not None:
        left_out = [part.found_as for part in kits.parts_of(session, kit.id) if part.id in {one.id for one in arguments["without"]}]
        return f"{_VERBS[verb]} {said(kit.name)}" + (f" without {said(', '.join(left_out))}" if left_out else "")
    if lent := arguments.get("lent"):
        return f"{_VERBS[verb]} {naming.things([naming.held(held) for one in lent if (held := checkouts.held(session, one.id))] or ['it'])}"
    chosen: list[Asset] = arguments.get("assets", [])
    if chosen:
        named = [naming.asset(asset.name or catalog.variant(session, asset.variant_id).name, asset.serial) for asset in chosen]
        return f"{_VERBS[verb]} {naming.things(named)}"
    variant: Variant = arguments["variant"]
    unit = catalog.item(session, variant.item_id).unit
    quantity = arguments.get("quantity")
    return f"{_VERBS[verb]} {said(counted(quantity, variant.name, unit)) if quantity is not None else said(variant.name)}"


def _facts(session: Session, request: ApprovalRequest, arguments: dict[str, Any], *, now: datetime, zone: str) -> list[tuple[str, str]]:
    if (order := arguments.get("order")) is not None:
        return _facts_of(session, order)
    source: Location | None = arguments.get("source") or arguments.get("location")
    holder: Location | None = arguments.get("holder") or arguments.get("target")
    due: Due | None = arguments.get("due")
    facts = [("From" if request.verb != "count" else "At", said(source.name) if source else _sources(session, arguments))]
    whom = [said(one) for one in (holder.name if holder else None, arguments.get("job")) if one]
    facts.append(("For", ", ".join(whom)))
    lends = request.verb in ("check_out", "check_out_kit")
    facts.append(("Until", say_due(due.at, due.zone, now=now, reader_zone=zone) if due else "open-ended" if lends else ""))
    facts.append(("Worth", _worth(session, arguments)))
    if source and "variant" in arguments and request.verb != "count":
        left = levels.on_hand(session, arguments["variant"].id, source.id)
        facts.append(("On hand there", said_number(left)))
    return [(label, value) for label, value in facts if value]


def _facts_of(session: Session, order: PurchaseOrder) -> list[tuple[str, str]]:
    """What an order is about: where it goes, what it costs, and the first of what is on it."""
    lines = orders.lines_of(session, order.id)
    named = [order_views.amount(one, one.quantity) for one in lines]
    place = locations.get(session, order.place_id).name if order.place_id is not None else ""
    facts = [("Deliver to", said(place)), ("Worth", order_views.worth(orders.totals(lines))), ("What", naming.things(named, most=5))]
    return [(label, value) for label, value in facts if value]


def _sources(session: Session, arguments: dict[str, Any]) -> str:
    chosen: list[Asset] = arguments.get("assets", [])
    if (kit := arguments.get("kit")) is not None:
        parts = kits.parts_of(session, kit.id)
        chosen = [assets.get(session, part.asset_id) for part in parts if part.asset_id is not None]
    out = [checkouts.open_for_asset(session, asset.id) for asset in chosen]
    out += [checkouts.held(session, one.id) for one in arguments.get("lent", [])]
    places = {held.source for held in out if held} or {locations.get(session, asset.location_id).name for asset in chosen}
    return ", ".join(said(place) for place in sorted(places))


def _worth(session: Session, arguments: dict[str, Any]) -> str:
    lines = [Line(asset.variant_id, ONE, 0, 0, asset.id) for asset in arguments.get("assets", [])]
    lines += [Line(one.variant_id, one.quantity, 0, 0, one.asset_id) for one in arguments.get("lent", [])]
    if (kit := arguments.get("kit")) is not None:
        lines += [Line(part.variant_id, part.quantity, 0, 0, part.asset_id) for part in kits.parts_of(session, kit.id)]
    if not lines and arguments.get("quantity"):
        lines = [Line(arguments["variant"].id, arguments["quantity"], 0, 0)]
    worth = approvals.value(session, lines)
    return said_money(worth, workspace(session).currency) if worth else ""
