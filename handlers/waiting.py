"""Waiting lists: to get in line for what somebody has, to leave it, and to claim what has come back or pass it on."""

from typing import Any

from sqlmodel import Session

from handlers import booking_form, called, checkout_form
from handlers.checkout import myself, reader
from handlers.routes import Offer, Reply, Request, button, sentence
from handlers.speaking import Declined
from handlers.typed import quoted
from handlers.views import waiting as views
from handlers.views.due import Reader
from handlers.views.parts import said
from models import assets, catalog, checkouts, kits, members, unkept, waiting, waiting_for
from models.assets import Asset
from models.catalog import Variant
from models.kits import Kit
from models.locations import Location
from models.members import Permission
from models.outbox import Leased
from models.quantities import ONE
from models.refusals import Choice, Conflict, Refusal
from models.waits import Wait
from models.workspace import workspace


@sentence(
    "/checkout",
    says="queue {things} [for {holder}]",
    needs=Permission.CHECK_OUT,
    does="gets you in line: when it comes back, the first in line can claim it",
    examples=("queue SN-1042", "queue Canon R6"),
    aliases=("wait",),
)
def queue(request: Request, session: Session, *, things: list[Asset] | Variant | Kit, holder: Location | None = None) -> Reply:
    """Somebody waits for an asset, or for any of an item."""
    variant, asset = _one(session, things)
    holder = holder or myself(request, session)
    try:
        posted = waiting.queue(session, request.act, variant=variant, asset=asset, holder=holder)
    except waiting.Free as free:
        what = quoted(asset.serial) if asset else f"1 {quoted(variant.sku)}"
        raise Declined(free, [Offer("Check it out" if asset else "Check one out", "/checkout", f"out {what}")]) from free
    line = waiting_for.line_for(session, variant.id, asset.id if asset else None)
    other = None if holder.id == request.act.by.location_id else holder.name
    held = checkouts.open_for_asset(session, asset.id) if asset else None
    return views.queued(posted, _named(session, variant, asset), len(line), held, holder=other, reader=reader(request))


@button("wait.join", needs=Permission.CHECK_OUT)
def press_join(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Wait for it, on a card."""
    return queue(request, session, things=[assets.get(session, value["asset"])])


@sentence(
    "/checkout",
    says="leave {things}",
    needs=Permission.CHECK_OUT,
    does="takes you out of the line for something",
    examples=("leave SN-1042",),
)
def leave(request: Request, session: Session, *, things: list[Asset] | Variant | Kit) -> Reply:
    """Somebody waits no more."""
    variant, asset = _one(session, things)
    wait = waiting.own_wait(session, variant=variant, asset=asset, holder_id=request.act.by.location_id)
    return _gave_up(request, session, wait)


@button("wait.pass", needs=Permission.CHECK_OUT)
def press_pass(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Pass: the next in line can have it."""
    return _gave_up(request, session, waiting.still_in_line(session, value["wait"]))


def _gave_up(request: Request, session: Session, wait: Wait) -> Reply:
    posted = waiting.give_up(session, request.act, wait=wait)
    left = waiting_for.how_many(session, wait.variant_id, wait.asset_id)
    return views.gave_up(posted, name_of(session, wait), left)


@button("wait.claim", needs=Permission.CHECK_OUT)
def claim(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Claim: the checkout form with what is held filled in. It is held until it is sent, or the time to claim is over."""
    wait = waiting.still_in_line(session, value["wait"])
    if wait.claim_by_at is None or wait.claim_by_at <= request.act.now:
        raise Conflict("The time to claim it is over.")
    if wait.holder_id != request.act.by.location_id:
        raise Conflict(f"It is held for {value['for']}, who waits for it.")
    if wait.asset_id is not None:
        things = checkout_form.Things(assets=[assets.get(session, wait.asset_id)])
    else:
        variant = catalog.variant(session, wait.variant_id)
        things = booking_form.free_now(request, session, variant, quantity=ONE, until=wait.claim_by_at)
    return checkout_form.proposed(request, session, things, quantity=ONE, until=None)


def claim_of(session: Session, notice: Leased, now: Any) -> Reply:
    """The message to the first in line, as things are now."""
    wait = session.get_one(Wait, notice.subject_id)
    zone = notice.time_zone or workspace(session).time_zone
    shown = views.Claim(
        wait_id=wait.id,
        name=name_of(session, wait),
        holder=_holder(session, wait),
        state=wait.state,
        until=wait.claim_by_at if wait.claim_by_at is not None and wait.claim_by_at > now else None,
    )
    return views.claim(shown, Reader(now, zone))


def gone_of(session: Session, notice: Leased, _now: Any) -> Reply:
    """Whoever waits for an asset is told that it can't be had; or how that ended."""
    wait = session.get_one(Wait, notice.subject_id)
    state = unkept.state_of(session, wait.asset_id or 0)
    item = catalog.variant(session, wait.variant_id).name
    still = wait.closed_at is None and state in unkept.GONE
    return views.gone(wait.id, name_of(session, wait), state if still else None, item=item, superseded=notice.superseded)


def _holder(session: Session, wait: Wait) -> str:
    member = members.at_location(session, wait.holder_id)
    return member.name if member is not None else ""


def name_of(session: Session, wait: Wait) -> str:
    """What somebody waits for, escaped."""
    asset = assets.get(session, wait.asset_id) if wait.asset_id is not None else None
    return _named(session, catalog.variant(session, wait.variant_id), asset)


def _named(session: Session, variant: Variant, asset: Asset | None) -> str:
    return called.asset(session, asset) if asset is not None else said(variant.name)


def _one(session: Session, things: list[Asset] | Variant | Kit) -> tuple[Variant, Asset | None]:
    if isinstance(things, Kit):
        parts = kits.parts_of(session, things.id)
        ways_on = tuple(Choice(f"{part.what} {part.serial or ''}".strip(), "things", part.found_as) for part in parts[:5])
        raise Refusal(f"{things.name} is waited for part by part. Which one?", field="things", choices=ways_on)
    if isinstance(things, Variant):
        return things, None
    if len(things) > 1:
        raise Refusal("Say one thing at a time: each has a line of its own.", field="things")
    return catalog.variant(session, things[0].variant_id), things[0]
