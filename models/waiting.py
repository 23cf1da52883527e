"""Waiting in line: when something comes back, the first has a time to claim it; then the next one has."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session

from models import assets, availability, booking, catalog, checkouts, custody, ledger, locations, members, notices, waiting_for
from models.assets import Asset
from models.catalog import ItemKind, Variant
from models.changes import changed
from models.checking_out import require_can_hold
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Actor, Permission, Role, Unprivileged, require
from models.notices import NoticeKind
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import working_time_after
from models.waits import WAITS, Wait, WaitState
from models.workspace import workspace

#: How much working time the first in line has to claim what came back.
CLAIM = timedelta(minutes=30)
#: How many places in line are looked at in one transaction: it lasts well below a second.
BATCH = 100


class Free(Conflict):
    """Nobody has to wait for it."""


def queue(session: Session, act: Act, *, variant: Variant, asset: Asset | None, holder: Location) -> Posted:
    """A holder gets in line for an asset, or for any of a variant.

    Refuses what is free, or used up, and whoever waits for it or has it already.
    """
    require(act.by, Permission.CHECK_OUT)
    require_can_hold(session, act, holder)
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.CONSUMABLE:
        raise Refusal(f"{item.name} is used up and does not come back. Reserve it instead.", field="things")
    places = [custody.answers_for(session, asset)] if asset is not None else booking.lent_from(session, variant)
    _require_may_wait(act, places, holder)
    _require_has_to_wait(session, act, variant, asset, holder)
    wait = Wait(
        variant_id=variant.id,
        asset_id=asset.id if asset else None,
        holder_id=holder.id,
        by_id=act.by.id,
        joined_at=act.now,
        closed_at=act.now,
    )
    session.add(wait)
    session.flush()
    other = members.other_at(session, act.by, holder.id)
    joined = changed(wait, state=WaitState.WAITING, closed_at=None)
    return ledger.post(session, act, EntryKind.QUEUED, changed=[joined], on_behalf_of_id=other.id if other else None)


def _require_has_to_wait(session: Session, act: Act, variant: Variant, asset: Asset | None, holder: Location) -> None:
    """Refuses whoever has it or waits for it already, and what is free."""
    name = assets.said(session, asset) if asset is not None else variant.name
    if asset is not None and (held := checkouts.open_for_asset(session, asset.id)) is not None and held.holder_id == holder.id:
        raise Conflict(f"{'You have' if holder.id == act.by.location_id else f'{holder.name} has'} {name} already.", field="things")
    line = waiting_for.line_for(session, variant.id, asset.id if asset else None)
    number = next((number for number, one in enumerate(line, start=1) if one.holder_id == holder.id), None)
    if number is not None:
        who = "You are" if holder.id == act.by.location_id else f"{holder.name} is"
        raise Conflict(f"{who} in line for {name} already, as number {number}.", field="things")
    diary = availability.diary_of(session, variant, now=act.now, asset_ids=[asset.id] if asset else [])
    if diary.free(act.now, act.now + CLAIM, asset_id=asset.id if asset else None):
        raise Free(f"{name} is free now: nobody has to wait for it.", field="things")


def _require_may_wait(act: Act, places: Sequence[Location], holder: Location) -> None:
    if holder.id != act.by.location_id and not any(act.by.may(Permission.LEND, at=place) for place in places):
        text = "To put somebody else in line you need the role keeper; for yourself you need none."
        raise Unprivileged(text, Role.KEEPER, places[0] if places else None, field="holder")


def own_wait(session: Session, *, variant: Variant, asset: Asset | None, holder_id: int | None) -> Wait:
    """A holder's place in line for that, to be changed. Refuses whoever does not wait for it."""
    query = select(Wait).where(WAITS.c.variant_id == variant.id, WAITS.c.holder_id == holder_id, WAITS.c.closed_at.is_(None))
    waits = [one for one in session.scalars(query.order_by(WAITS.c.joined_at)) if asset is None or one.asset_id in (None, asset.id)]
    if not waits:
        raise Conflict(f"You are not in line for {assets.said(session, asset) if asset else variant.name}.", field="things")
    return waits[0]


def still_in_line(session: Session, wait_id: int) -> Wait:
    """That place in line, to be changed. Refuses one that was given up, or has passed."""
    wait = session.get_one(Wait, wait_id)
    if wait.closed_at is not None:
        told = "you have it" if wait.state is WaitState.CLAIMED else "it has passed to the next"
        raise Conflict(f"This place in line is over: {told}.")
    return wait


def give_up(session: Session, act: Act, *, wait: Wait) -> Posted:
    """A place in line is given up; what was held goes to the next. For whoever waits or put them there, and a keeper."""
    require(act.by, Permission.CHECK_OUT)
    if not _may_give_up(session, act.by, wait):
        raise NotAllowed(f"{locations.get(session, wait.holder_id).name} waits for it. Only they, or a keeper, can give that up.")
    return _passed(session, act, wait)


def _may_give_up(session: Session, by: Actor, wait: Wait) -> bool:
    if by.location_id == wait.holder_id or by.id == wait.by_id:
        return True
    return any(by.may(Permission.LEND, at=place) for place in booking.lent_from(session, catalog.variant(session, wait.variant_id)))


def _passed(session: Session, act: Act, wait: Wait) -> Posted:
    gone = changed(wait, state=WaitState.PASSED, claim_by_at=None, closed_at=act.now)
    return ledger.post(session, act, EntryKind.PASSED, changed=[gone], on_behalf_of_id=_member_id(session, wait, but=act.by.id))


def _member_id(session: Session, wait: Wait, *, but: int) -> int | None:
    member = members.at_location(session, wait.holder_id) or members.get(session, wait.by_id)
    return member.id if member.id != but else None


def review(session: Session, act: Act) -> bool:
    """Looks at the lines for what has come back, or is not claimed in time, and says whether there may be more of them.

    The schedule acts: each thing that is free is offered to the first who waits for it, who is told. A second replica that does the same
    changes nothing.
    """
    query = select(Wait).where(WAITS.c.review_at <= act.now).order_by(WAITS.c.joined_at, WAITS.c.id).limit(BATCH)
    rows = list(session.scalars(query))
    for variant_id in dict.fromkeys(one.variant_id for one in rows):
        _serve(session, act, catalog.variant(session, variant_id))
    for one in rows:
        again = one.claim_by_at if one.state is WaitState.OFFERED else None
        session.connection().execute(update(WAITS).where(WAITS.c.id == one.id).values(review_at=again))
    return len(rows) == BATCH


def _serve(session: Session, act: Act, variant: Variant) -> None:
    in_line = list(
        session.scalars(
            select(Wait).where(WAITS.c.variant_id == variant.id, WAITS.c.closed_at.is_(None)).order_by(WAITS.c.joined_at, WAITS.c.id)
        )
    )
    for one in in_line:
        if one.claim_by_at is not None and one.claim_by_at <= act.now:
            _passed(session, act, one)
    for one in in_line:
        if one.state is WaitState.WAITING:
            until = working_time_after(act.now, CLAIM, _zone(session, one))
            diary = availability.diary_of(session, variant, now=act.now, asset_ids=[one.asset_id] if one.asset_id else [])
            if diary.free(act.now, until, asset_id=one.asset_id):
                _offer(session, act, one, until)


def _offer(session: Session, act: Act, wait: Wait, until: datetime) -> None:
    offered = changed(wait, state=WaitState.OFFERED, offered_at=act.now, claim_by_at=until)
    posted = ledger.post(session, act, EntryKind.OFFERED, changed=[offered], on_behalf_of_id=_member_id(session, wait, but=act.by.id))
    member = members.at_location(session, wait.holder_id) or members.get(session, wait.by_id)
    notices.owe(
        session,
        NoticeKind.CLAIM,
        key=f"claim:entry {posted.id}",
        subject="waits",
        subject_id=wait.id,
        receivers=notices.directly(member),
        now=posted.recorded_at,
        patient=True,
    )
    session.connection().execute(update(WAITS).where(WAITS.c.id == wait.id).values(review_at=until))


def _zone(session: Session, wait: Wait) -> str:
    member = members.at_location(session, wait.holder_id) or members.get(session, wait.by_id)
    return member.time_zone or workspace(session).time_zone
