"""Asking: what policy wants somebody else's yes for becomes an approval request, with the verb and its arguments as they were said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models import approvals, assets, checkouts, homes, kits, ledger, locations, members, notices, ordering, stock, times
from models.approvals import ApprovalRequest, RequestState
from models.assets import Asset
from models.catalog import Variant
from models.changes import changed
from models.checking_out import check_out
from models.checkouts import Checkout
from models.custom_values import Given
from models.entries import EntryKind
from models.extending import extend
from models.kit_lending import check_out_kit
from models.kits import Kit, KitPart
from models.ledger import Act, Posted
from models.locations import Location
from models.lot_register import LotSaid
from models.lots import Lot
from models.members import Role
from models.notices import NoticeKind, Receiver
from models.orders import PurchaseOrder
from models.quantities import InPacks
from models.refusals import Conflict, NeedsApproval, NotAllowed
from models.times import Due, from_micros, micros

#: The verbs that policy may want approval for, by the name that a request keeps.
VERBS: Mapping[str, Callable[..., Posted]] = {
    "check_out": check_out,
    "check_out_kit": check_out_kit,
    "extend": extend,
    "take": stock.take,
    "count": stock.count,
    ordering.VERB: ordering.order,
}

_ROWS: Mapping[str, type[Variant] | type[Location] | type[Checkout] | type[PurchaseOrder] | type[Kit]] = {
    "kit": Kit,
    "first": Checkout,
    "variant": Variant,
    "holder": Location,
    "source": Location,
    "target": Location,
    "location": Location,
    "order": PurchaseOrder,
}

_LISTS: Mapping[str, type[Asset] | type[KitPart] | type[Checkout]] = {"assets": Asset, "without": KitPart, "lent": Checkout}


def ask_or_do(session: Session, act: Act, verb: str, **arguments: Any) -> Posted | ApprovalRequest:
    """Does what the verb says, or, where policy wants somebody else's yes first, asks for it.

    `verb` is one of VERBS. Refuses to ask for what would not be possible now even with that yes, and where nobody could give it.
    """
    try:
        return VERBS[verb](session, act, **arguments)
    except NeedsApproval as needed:
        return _ask(session, act, verb, arguments, needed.text)


def _ask(session: Session, act: Act, verb: str, arguments: Mapping[str, Any], reason: str) -> ApprovalRequest:
    out = _out(session, act, arguments) if verb == "extend" else []
    at = _leaves(session, arguments, out)
    beneficiary_id = _beneficiary(session, act, arguments, out)
    receivers = _deciders(session, at, {act.by.id, beneficiary_id}, reason)
    _require_new(session, act, verb, arguments)
    request = ApprovalRequest(
        verb=verb,
        payload=_payload(act, arguments),
        reason=reason,
        requester_id=act.by.id,
        beneficiary_id=beneficiary_id,
        location_id=at.id if at is not None else None,
        asked_at=act.now,
    )
    session.add(request)
    session.flush()
    _try(session, act, request, arguments)
    asked = changed(request, state=RequestState.WAITING, version=1)
    ledger.post(session, act, EntryKind.ASKED, changed=[asked], on_behalf_of_id=beneficiary_id)
    notices.owe(
        session,
        NoticeKind.REQUEST,
        key=f"request:{request.id}",
        subject="approval_requests",
        subject_id=request.id,
        receivers=receivers,
        now=act.now,
        patient=True,
    )
    homes.mark_with_roles(session, now=act.now)
    return request


def _require_new(session: Session, act: Act, verb: str, arguments: Mapping[str, Any]) -> None:
    """Refuses what the same member has asked for in the same words and nobody has decided yet."""
    payload = _payload(act, arguments)
    for asked in approvals.open_of_requester(session, act.by.id):
        if (asked.verb, asked.payload) == (verb, payload):
            when = times.said_time(asked.asked_at, act.by.time_zone)
            raise Conflict(f"You asked for this already on {when}. It waits for an approver; you can withdraw it on my Home tab.")


def _out(session: Session, act: Act, arguments: Mapping[str, Any]) -> list[checkouts.Held]:
    """What is out of the things that an extension names."""
    if "lent" in arguments:
        return [held for one in arguments["lent"] if (held := checkouts.held(session, one.id)) is not None]
    if "assets" in arguments:
        found = [checkouts.open_for_asset(session, asset.id) for asset in arguments["assets"]]
        return [held for held in found if held is not None]
    holder: Location | None = arguments.get("holder")
    holder_id = holder.id if holder is not None else act.by.location_id
    return [held for held in checkouts.open_for_variant(session, arguments["variant"].id) if held.holder_id == holder_id]


def _leaves(session: Session, arguments: Mapping[str, Any], out: Sequence[checkouts.Held]) -> Location | None:
    """The one location whose approvers decide: where it leaves, or left when it is extended; None when that is more than one.

    Of an order it is where that is delivered; None where nobody has said.
    """
    if (order := arguments.get("order")) is not None:
        return locations.get(session, order.place_id) if order.place_id is not None else None
    if source := arguments.get("source") or arguments.get("location"):
        return source  # type: ignore[no-any-return]
    if (kit := arguments.get("kit")) is not None:
        fixed = [part.asset_id for part in kits.parts_of(session, kit.id) if part.asset_id is not None]
        places = {assets.get(session, asset_id).location_id for asset_id in fixed}
    else:
        places = {held.source_id for held in out} or {asset.location_id for asset in arguments["assets"]}
    return locations.get(session, places.pop()) if len(places) == 1 else None


def _beneficiary(session: Session, act: Act, arguments: Mapping[str, Any], out: Sequence[checkouts.Held]) -> int | None:
    """Who gets it, or keeps it, where that is not the requester."""
    place: Location | None = arguments.get("holder") or arguments.get("target")
    holder_ids = [place.id] if place is not None else [held.holder_id for held in out]
    found = [members.other_at(session, act.by, holder_id) for holder_id in holder_ids]
    return next((member.id for member in found if member is not None), None)


def _deciders(session: Session, at: Location | None, apart: set[int | None], reason: str) -> list[Receiver]:
    """Who hears of the request: never only those whom it is from or for."""
    if all(member.id in apart for member in members.with_role(session, Role.APPROVER, at=at)):
        where = f" for {at.name}" if at is not None else ""
        raise NotAllowed(f"{reason} There is no other approver{where}. An admin can grant the role.")
    return [receiver for receiver in notices.audience(session, Role.APPROVER, at=at) if receiver[1] not in apart or receiver[0]]


def _try(session: Session, act: Act, request: ApprovalRequest, arguments: Mapping[str, Any]) -> None:
    """Does it as if it were allowed and takes that back: what is refused with everybody's leave is not worth asking for."""
    with session.begin_nested() as trial:
        VERBS[request.verb](session, replace(act, key=None, request_id=request.id), **arguments)
        trial.rollback()
    session.expire_all()


def _payload(act: Act, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The verb's arguments, and what was said in custom fields, by their ids as texts."""
    return kept(arguments) | ({_CUSTOM: {str(one): raw for one, raw in act.custom.items()}} if act.custom else {})


#: Where a request keeps what was said in custom fields.
_CUSTOM = "custom"


def custom_of(request: ApprovalRequest) -> Given | None:
    """What was said in the custom fields of the record that the request would make."""
    said = request.payload.get(_CUSTOM)
    return {int(one): raw for one, raw in said.items()} if said else None


def kept(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A verb's arguments as a request keeps them: rows by their ids, times exactly."""
    return {name: _kept(value) for name, value in arguments.items() if value is not None}


def _kept(value: Any) -> Any:
    match value:
        case Due():
            return {"local": value.local.isoformat(), "zone": value.zone}
        case datetime():
            return micros(value)
        case Variant() | Location() | Checkout() | Lot() | PurchaseOrder() | Kit():
            return value.id
        case InPacks() | LotSaid():
            return _spelt(value)
        case [*rows]:
            return [row.id for row in rows]
    return value


def _spelt(value: InPacks | LotSaid) -> Any:
    if isinstance(value, InPacks):
        return {"quantity": int(value), "number": value.number, "pack": value.pack}
    return [value.code, *(day and day.isoformat() for day in (value.expires_on, value.made_on))]


def arguments_of(session: Session, request: ApprovalRequest) -> dict[str, Any]:
    """What the request asks the verb to be done with. A due time is computed anew from the local time that was said."""
    return {name: _as_said(session, name, value) for name, value in request.payload.items() if name != _CUSTOM}


def _as_said(session: Session, name: str, value: Any) -> Any:
    if name in _ROWS:
        return session.get_one(_ROWS[name], value)
    if name in _LISTS:
        return [session.get_one(_LISTS[name], row_id) for row_id in value]
    if name == "lot":
        return session.get_one(Lot, value) if isinstance(value, int) else _lot(*value)
    if name == "due":
        return times.due(datetime.fromisoformat(value["local"]), value["zone"])
    if name == "quantity" and isinstance(value, dict):
        return InPacks(value["quantity"], number=value["number"], pack=value["pack"])
    return from_micros(value) if name == "happened_at" else value


def _lot(code: str, expires: str | None, made: str | None) -> LotSaid:
    return LotSaid(code, *(date.fromisoformat(day) if day else None for day in (expires, made)))
