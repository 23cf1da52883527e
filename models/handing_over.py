"""Handing over: a holder offers an asset to a member, who has it once they accept; a keeper hands it over at once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select, update
from sqlmodel import Session

from models import (
    accepting_terms,
    approvals,
    assets,
    booked,
    catalog,
    checkouts,
    custody,
    custom_values,
    hand_overs,
    ledger,
    locations,
    lotting,
    members,
    notices,
    outstanding,
    recall_reads,
)
from models.assets import Asset, AssetState, said
from models.availability import LATE
from models.caches import Line
from models.changes import Change, changed
from models.checking_out import kept_promises
from models.checkouts import Checkout, Held
from models.custom_fields import About
from models.entries import EntryKind
from models.hand_overs import HAND_OVERS, HandOver, HandOverState
from models.kits import Kit
from models.ledger import Act, Posted
from models.locations import Location, LocationKind
from models.lotting import Going
from models.members import Member, Permission, Standing, require, require_not_left
from models.notices import NoticeKind
from models.outstanding import Share
from models.quantities import ONE
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import local_day, said_time

#: An offer that nobody answers for so long returns to the giver.
LASTS = timedelta(days=5)
#: How many offers are looked at in one transaction.
BATCH = 100


def give(
    session: Session, act: Act, *, assets: Sequence[Asset], holder: Location, note: str | None = None, kit: Kit | None = None
) -> Posted:
    """Assets go from who has them to another person: what is one's own is offered, and stays until it is accepted.

    A keeper of where it left hands over at once what others have. Refuses what is not with a person, and who is none. They are all that
    their holder has of a `kit`, where one is said: what of it is kept by number goes along.
    """
    require(act.by, Permission.CHECK_OUT)
    receiver = receiving(session, holder)
    chosen = list({asset.id: asset for asset in assets}.values())
    for asset in chosen:
        _require_with_a_person(session, asset, receiver, act)
    recall_reads.require_not_recalled(session, chosen)
    kit_id = kit.id if kit is not None else None
    if all(asset.location_id == act.by.location_id for asset in chosen):
        return _offer(session, act, chosen, receiver, note=note, kit_id=kit_id)
    for one in hand_overs.along(session, kit_id, chosen[0].location_id):
        require(act.by, Permission.LEND, at=locations.get(session, one.source_id))
    for asset in chosen:
        if asset.location_id != act.by.location_id and not act.by.may(Permission.LEND, at=custody.answers_for(session, asset)):
            name = locations.get(session, asset.location_id).name
            raise NotAllowed(f"{name} has {said(session, asset)}. Only they, or a keeper of where it left, can give it on.", field="assets")
    return _hand_over(session, act, chosen, receiver, note=note, kit_id=kit_id)


def hand_over(session: Session, act: Act, *, entry_id: int) -> Posted:
    """A keeper of where they left hands over at once what an entry offered, and does not wait for an answer."""
    offered, receiver = _standing(session, act, entry_id)
    chosen = [assets.get(session, one.asset_id) for one in offered]
    for asset in chosen:
        require(act.by, Permission.LEND, at=custody.answers_for(session, asset))
    for one in hand_overs.along(session, offered[0].kit_id, offered[0].giver_id):
        require(act.by, Permission.LEND, at=locations.get(session, one.source_id))
    recall_reads.require_not_recalled(session, chosen)
    return _hand_over(session, act, chosen, receiver, note=None, kit_id=offered[0].kit_id)


def accept(session: Session, act: Act, *, entry_id: int, note: str | None = None) -> Posted:
    """The receiver has what an entry offered, with its checkouts; what came back meanwhile is left out. `note` says its condition."""
    offered, receiver = _to_answer(session, act, entry_id)
    chosen = [assets.get(session, one.asset_id) for one in offered]
    recall_reads.require_not_recalled(session, chosen)
    return _hand_over(session, act, chosen, receiver, note=note, kit_id=offered[0].kit_id)


def refuse(session: Session, act: Act, *, entry_id: int, note: str | None = None) -> Posted:
    """The receiver does not take what an entry offered: it stays with whoever has it, and they are told. `note` says why."""
    offered, _ = _to_answer(session, act, entry_id)
    changes = [changed(one, state=HandOverState.REFUSED) for one in offered]
    posted = ledger.post(session, act, EntryKind.REFUSED, changed=changes, note=note)
    tell(session, posted, [members.other_at(session, act.by, offered[0].giver_id)])
    return posted


def to_answer(session: Session, act: Act, *, entry_id: int) -> list[HandOver]:
    """What an entry offered to whoever is about to answer. Refuses whatever answering it would."""
    return _to_answer(session, act, entry_id)[0]


def receiving(session: Session, holder: Location) -> Member:
    """The person who is to have something. Refuses a location that is none, and whoever is not with us any more."""
    member = members.at_location(session, holder.id)
    if holder.kind is not LocationKind.PERSON or member is None:
        raise Refusal(
            f"{holder.name} is not a person. Things are given from person to person; a keeper moves them elsewhere.", field="holder"
        )
    if holder.archived_at is not None or member.archived_at is not None:
        raise Refusal(f"{holder.name} is not with us any more.", field="holder")
    require_not_left(session, holder, field="holder")
    return member


def _require_with_a_person(session: Session, asset: Asset, receiver: Member, act: Act) -> None:
    where = custody.holder(session, asset)
    name = said(session, asset)
    if where.location_id == receiver.location_id:
        raise Conflict(f"{'You have' if receiver.id == act.by.id else f'{receiver.name} has'} {name} already.", field="holder")
    if where.kind is LocationKind.PERSON:
        return
    if where.state in (AssetState.LOST, AssetState.RETIRED):
        raise Conflict(f"{name} is {where.state}.", field="assets")
    raise Conflict(f"{name} is {where.state} in {where.location}, and not with a person: nobody can give it.", field="assets")


def _offer(session: Session, act: Act, chosen: Sequence[Asset], receiver: Member, *, note: str | None, kit_id: int | None) -> Posted:
    if not notices.directly(receiver):
        raise Refusal(f"{receiver.name} can't be asked in Slack. A keeper can hand it over.", field="holder")
    for asset in chosen:
        _require_not_offered(session, act, asset)
        held = checkouts.open_for_asset(session, asset.id)
        _require_no_leave(session, act, Line(asset.variant_id, ONE, asset.location_id, asset.location_id, asset.id), held)
    for one in hand_overs.along(session, kit_id, chosen[0].location_id):
        _require_no_leave(session, act, Line(one.variant_id, one.quantity, one.holder_id, one.holder_id), one)
    rows = [_born(session, act, asset, receiver, kit_id) for asset in chosen]
    session.add_all(rows)
    session.flush()
    changes = [changed(row, state=HandOverState.OFFERED) for row in rows]
    posted = ledger.post(session, act, EntryKind.GIVING, changed=changes, note=note, on_behalf_of_id=receiver.id)
    notices.tell(session, NoticeKind.OFFER, posted.id, notices.directly(receiver), now=posted.recorded_at)
    return posted


def _born(session: Session, act: Act, asset: Asset, receiver: Member, kit_id: int | None) -> HandOver:
    checkout = outstanding.of_asset(session, asset.id)
    return HandOver(
        asset_id=asset.id,
        giver_id=asset.location_id,
        checkout_id=checkout.id if checkout else None,
        receiver_id=receiver.id,
        kit_id=kit_id,
        until_at=act.now + LASTS,
    )


def _require_not_offered(session: Session, act: Act, asset: Asset) -> None:
    known = hand_overs.open_of(session, asset.id, act.now)
    if known is not None:
        whom, until = members.get(session, known.receiver_id).name, said_time(known.until_at, act.by.time_zone)
        raise Conflict(f"{said(session, asset)} is offered to {whom} already, until {until}. Withdraw that first.", field="assets")


def _require_no_leave(session: Session, act: Act, line: Line, held: Held | Checkout | None) -> None:
    """Refuses what needs somebody's yes to go out: being given it is no way round that."""
    days = None
    if held is not None and held.due_at is not None:
        zone = held.due_zone or act.by.time_zone
        days = max(0, (local_day(held.due_at, zone) - local_day(act.now, zone)).days)
    worth = approvals.value(session, [line])
    item = catalog.item(session, catalog.variant(session, line.variant_id).item_id)
    if (reason := approvals.policy_asks(session, item, value_minor=worth, days=days)) is not None:
        raise NotAllowed(f"{reason} So a keeper hands it over: ask one of them.", field="assets")


def _to_answer(session: Session, act: Act, entry_id: int) -> tuple[list[HandOver], Member]:
    require(act.by, Permission.CHECK_OUT)
    receiver_id = hand_overs.of_entry(session, entry_id)[0].receiver_id
    if receiver_id != act.by.id:
        raise NotAllowed(f"This was offered to {members.get(session, receiver_id).name}: only they answer.")
    return _standing(session, act, entry_id)


def _standing(session: Session, act: Act, entry_id: int) -> tuple[list[HandOver], Member]:
    """What of an offer can still be accepted, and by whom. Refuses where nothing can, and says why."""
    offered = hand_overs.of_entry(session, entry_id)
    standing = hand_overs.standing(session, offered, act.now)
    if not standing:
        raise Conflict(why_over(session, offered[0], to_id=act.by.id, now=act.now, zone=act.by.time_zone))
    return standing, members.get(session, offered[0].receiver_id)


def why_over(session: Session, one: HandOver, *, to_id: int | None, now: datetime, zone: str) -> str:
    """How an offer ended, and where the thing is now, told to a member in that zone."""
    asset = assets.get(session, one.asset_id)
    name, giver = said(session, asset), locations.get(session, one.giver_id).name
    where = custody.holder(session, asset)
    receiver = members.get(session, one.receiver_id)
    theirs = to_id == receiver.id and where.location_id == receiver.location_id
    stands = f"It is {'with' if where.kind is LocationKind.PERSON else 'in'} {'you' if theirs else where.location} now."
    match one.state:
        case HandOverState.VOID if receiver.standing is Standing.DEACTIVATED:
            return f"{receiver.name} has left, so the offer of {name} is over. {stands}"
        case HandOverState.VOID:
            return f"{giver} took the offer of {name} back. {stands}"
        case HandOverState.ACCEPTED:
            return f"{name} was handed over. {stands}"
        case HandOverState.REFUSED:
            return f"The offer of {name} was refused. {stands}"
        case HandOverState.OFFERED if one.until_at > now:
            return f"{giver} does not have {name} any more, so the offer is over. {stands}"
        case _:
            return f"The offer of {name} ended on {said_time(one.until_at, zone)}. {stands}"


def _hand_over(session: Session, act: Act, chosen: Sequence[Asset], receiver: Member, *, note: str | None, kit_id: int | None) -> Posted:
    """The one entry by which assets and their checkouts go from person to person, and what of their kit is kept by number."""
    assert receiver.location_id is not None
    lines = [Line(asset.variant_id, ONE, asset.location_id, receiver.location_id, asset.id) for asset in chosen]
    by_number = hand_overs.along(session, kit_id, chosen[0].location_id)
    lines += _in_lots(session, act, by_number, receiver.location_id)
    out = [*(held for asset in chosen if (held := outstanding.of_asset(session, asset.id)) is not None), *by_number]
    changes = passed_on(session, act, lines, [(one, one.quantity) for one in out], receiver.location_id)
    for asset in chosen:
        changes += _answered(session, act, asset, receiver)
    behalf = receiver.id if receiver.id != act.by.id else None
    posted = ledger.post(session, act, EntryKind.HANDED_OVER, lines=lines, changed=changes, note=note, on_behalf_of_id=behalf)
    givers = dict.fromkeys(line.source_id for line in lines)
    heard = givers if accepting_terms.ask(session, posted) else (*givers, receiver.location_id)
    tell(session, posted, [members.other_at(session, act.by, place) for place in heard])
    return posted


def _in_lots(session: Session, act: Act, by_number: Sequence[Checkout], target_id: int) -> list[Line]:
    """How what is kept by number goes from hand to hand: each variant once, lot by lot where it is tracked by lots."""
    much = Counter[tuple[int, int]]()
    for one in by_number:
        much[one.variant_id, one.holder_id] += one.quantity
    target = locations.get(session, target_id)
    going = [
        Going(EntryKind.HANDED_OVER, catalog.variant(session, variant_id), quantity, locations.get(session, giver_id), target)
        for (variant_id, giver_id), quantity in much.items()
    ]
    return [line for one in going for line in lotting.lines(session, act, one)]


def passed_on(session: Session, act: Act, lines: Sequence[Line], out: Sequence[Share], holder_id: int) -> list[Change]:
    """So much of the givers' checkouts ends, and another holder's begin with what was promised, and what custom fields say of it.

    What they had booked for that time, or waited for, they have now.
    """
    changes, dues = list[Change](), list[datetime | None]()
    for old, share in out:
        new = _taken_on(session, act, old, holder_id)
        said = custom_values.passed_on(session, About.CHECKOUT, old.id, new.id)
        changes += [outstanding.reduced(old, share, act.now), outstanding.opened(new, share), *said]
        dues.append(new.due_at)
    until = None if None in dues else max([act.now + LATE, *filter(None, dues)])
    return changes + kept_promises(session, lines, holder_id=holder_id, until=until, now=act.now)


def _taken_on(session: Session, act: Act, old: Checkout, holder_id: int) -> Checkout:
    """What another holder has on the same terms; of an asset that they have booked themself, until that booking ends."""
    own = booked.to_pick_up(session, variant_id=old.variant_id, asset_id=old.asset_id, holder_id=holder_id, now=act.now)
    new = Checkout(
        variant_id=old.variant_id,
        asset_id=old.asset_id,
        quantity=0,
        holder_id=holder_id,
        source_id=old.source_id,
        by_id=act.by.id,
        kit_id=old.kit_id,
        out_at=act.now,
        due_local=old.due_local,
        due_zone=old.due_zone,
        due_at=old.due_at,
        agreed_at=act.now,
        purpose=old.purpose,
        closed_at=act.now,
    )
    if old.due_at is not None and own is not None and own.asset_id is not None and own.until_at > old.due_at:
        for field, value in checkouts.due_fields(booked.due_of(own)).items():
            setattr(new, field, value)
    session.add(new)
    session.flush()
    return new


def _answered(session: Session, act: Act, asset: Asset, receiver: Member) -> list[Change]:
    known = hand_overs.open_of(session, asset.id, act.now)
    return [changed(known, state=HandOverState.ACCEPTED)] if known is not None and known.receiver_id == receiver.id else []


def review(session: Session, act: Act) -> bool:
    """Looks at offers that have changed, or whose time is over, and says whether there may be more of them.

    The schedule acts: what nobody has answered lapses, in one entry for each giver, who is told. A second replica changes nothing.
    """
    query = select(HandOver).where(HAND_OVERS.c.review_at <= act.now).order_by(HAND_OVERS.c.giver_id, HAND_OVERS.c.id)
    rows = list(session.scalars(query.limit(BATCH)))
    for giver_id, group in groupby(rows, key=lambda one: one.giver_id):
        mine = list(group)
        _lapse(session, act, giver_id, [one for one in mine if one.state is HandOverState.OFFERED and one.until_at <= act.now])
        for one in mine:
            review_at = one.until_at if one.state is HandOverState.OFFERED else None
            session.connection().execute(update(HAND_OVERS).where(HAND_OVERS.c.id == one.id).values(review_at=review_at))
    return len(rows) == BATCH


def _lapse(session: Session, act: Act, giver_id: int, over: Sequence[HandOver]) -> None:
    if not over:
        return
    giver = members.at_location(session, giver_id)
    told = any(hand_overs.still_there(session, one) for one in over)
    changes = [changed(one, state=HandOverState.LAPSED) for one in over]
    posted = ledger.post(session, act, EntryKind.OFFER_LAPSED, changed=changes, on_behalf_of_id=giver.id if giver else None)
    if told:
        tell(session, posted, [giver])


def tell(session: Session, posted: Posted, parties: Sequence[Member | None]) -> None:
    """Tells those of the parties to a hand-over who did not do it themselves."""
    for member in parties:
        if member is not None:
            notices.tell(session, NoticeKind.HAND_OVER, posted.id, notices.directly(member), now=posted.recorded_at)
