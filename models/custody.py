"""Custody of assets: who has one now, who had it, and the acts that send it another way than out and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session

from models import attachments, changes, checkouts, folds, ledger, locations, maintenance, notices, outstanding, recall_reads, receipts
from models.assets import Asset, AssetState, said, state
from models.caches import Line
from models.checkouts import Held
from models.entries import ENTRIES, MOVEMENTS, WORDS, EntryKind
from models.ledger import Act, Posted
from models.locations import LOCATIONS, Location, LocationKind, outside
from models.lotting import GIVEN_OUT
from models.members import MEMBERS, Permission, Role, require, require_not_left
from models.notices import NoticeKind
from models.quantities import ONE
from models.refusals import NotAllowed, Refusal


class Whereabouts(NamedTuple):
    """Where an asset is and since when (UTC; None for one whose arrival was undone), and the checkout that it is out on."""

    location_id: int
    location: str
    kind: LocationKind
    since_at: datetime | None
    checkout: Held | None
    #: Whether a keeper has taken it out of use.
    out_of_use: bool = False

    @property
    def state(self) -> AssetState:
        """How the asset stands, there."""
        return state(self.kind, checked_out=self.checkout is not None, out_of_use=self.out_of_use)


class Passage(NamedTuple):
    """One time that an asset changed hands."""

    entry_id: int
    kind: EntryKind
    happened_at: datetime
    source_id: int
    source: str
    target_id: int
    target: str
    target_kind: LocationKind
    member: str
    note: str | None


class Stay(NamedTuple):
    """An asset in one location, from a time until another (UTC); None while it is still there."""

    location_id: int
    location: str
    kind: LocationKind
    from_at: datetime
    until_at: datetime | None


_SOURCES = LOCATIONS.alias("sources")

#: Movements of assets with the names that go with them, newest first.
_PASSAGES: Select[Any] = (
    select(
        MOVEMENTS.c.entry_id,
        ENTRIES.c.kind,
        MOVEMENTS.c.happened_at,
        MOVEMENTS.c.source_id,
        _SOURCES.c.name,
        MOVEMENTS.c.target_id,
        LOCATIONS.c.name,
        LOCATIONS.c.kind,
        MEMBERS.c.name,
        WORDS.c.note,
    )
    .select_from(MOVEMENTS)
    .join(ENTRIES, ENTRIES.c.id == MOVEMENTS.c.entry_id)
    .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
    .join(_SOURCES, _SOURCES.c.id == MOVEMENTS.c.source_id)
    .join(LOCATIONS, LOCATIONS.c.id == MOVEMENTS.c.target_id)
    .outerjoin(WORDS, WORDS.c.entry_id == MOVEMENTS.c.entry_id)
    .where(folds.stands())
    .order_by(MOVEMENTS.c.happened_at.desc(), MOVEMENTS.c.id.desc())
)


def holder(session: Session, asset: Asset) -> Whereabouts:
    """Where the asset is now, since when, and on which checkout, if it is out."""
    checkout = checkouts.open_for_asset(session, asset.id)
    if checkout is not None:
        return Whereabouts(checkout.holder_id, checkout.holder, checkout.holder_kind, checkout.out_at, checkout)
    place = locations.get(session, asset.location_id)
    last = custody(session, asset, most=1)
    return Whereabouts(place.id, place.name, place.kind, last[0].happened_at if last else None, None, asset.out_of_use)


def state_of(session: Session, asset: Asset) -> AssetState:
    """How the asset stands: available, out, in repair, out of use, lost or retired."""
    return holder(session, asset).state


def custody(session: Session, asset: Asset, *, first: int = 0, most: int | None = None) -> list[Passage]:
    """Through whose hands the asset went, newest first; what was undone is left out. A page of `most` from `first`."""
    query = _PASSAGES.where(MOVEMENTS.c.asset_id == asset.id).offset(first)
    return _passages(session, query.limit(most) if most is not None else query)


def who_had(session: Session, asset: Asset, start: datetime, end: datetime) -> list[Stay]:
    """Everyone who had the asset at some moment from `start` until before `end` (UTC), in their order; the stores it lay in too."""
    of_asset = _PASSAGES.where(MOVEMENTS.c.asset_id == asset.id)
    during = _passages(session, of_asset.where(MOVEMENTS.c.happened_at > start, MOVEMENTS.c.happened_at < end))
    before = _passages(session, of_asset.where(MOVEMENTS.c.happened_at <= start).limit(1))
    after = _passages(session, of_asset.where(MOVEMENTS.c.happened_at >= end).order_by(None).order_by(*_OLDEST_FIRST).limit(1))
    return _stays([*before, *reversed(during)], after[0].happened_at if after else None)


_OLDEST_FIRST = (MOVEMENTS.c.happened_at, MOVEMENTS.c.id)


def _stays(passages: Sequence[Passage], until_at: datetime | None) -> list[Stay]:
    """Where each passage led, until the next one; what lasted no time at all is left out."""
    ends = [*(passage.happened_at for passage in passages[1:]), until_at]
    return [
        Stay(passage.target_id, passage.target, passage.target_kind, passage.happened_at, end)
        for passage, end in zip(passages, ends, strict=False)  # without a passage there is no stay, whenever the next one is
        if passage.happened_at != end
    ]


def asset_at(session: Session, asset: Asset, at: datetime) -> Location | None:
    """Where the asset was after everything that happened up to `at` (UTC); None before it came."""
    passages = _passages(session, _PASSAGES.where(MOVEMENTS.c.asset_id == asset.id, MOVEMENTS.c.happened_at <= at).limit(1))
    return locations.get(session, passages[0].target_id) if passages else None


def _passages(session: Session, query: Select[Any]) -> list[Passage]:
    return [Passage(*row) for row in session.connection().execute(query)]


def move_assets(session: Session, act: Act, *, assets: Sequence[Asset], target: Location, note: str | None = None) -> Posted:
    """Assets go from where each is to a location of ours, in one entry. One that was checked out is not any more.

    For a keeper of where each is, or left on checkout. Refuses what is lost or retired, or is there already, and to give out what was made
    of a recalled lot.
    """
    if not assets:
        raise Refusal("Say which one is moved.", field="assets")
    if not target.ours:
        raise Refusal(f"{target.name} is not one of our locations. Say lost or retire for what is gone.", field="target")
    require_not_left(session, target, field="target")
    chosen = list({asset.id: asset for asset in assets}.values())
    for asset in chosen:
        require(act.by, Permission.MOVE, at=answers_for(session, asset))
        _require_still_here(session, asset)
        if asset.location_id == target.id:
            raise Refusal(f"{said(session, asset)} is in {target.name} already.", field="target")
    if target.kind in GIVEN_OUT:
        recall_reads.require_not_recalled(session, chosen)
    posted = _send(session, act, EntryKind.MOVED, chosen, target=target, note=note)
    receipts.give(session, posted)
    return posted


def lost(session: Session, act: Act, *, asset: Asset, note: str | None = None) -> Posted:
    """Nobody knows where the asset is. For its holder, or a keeper of where it is or left; its checkout ends."""
    if asset.location_id != act.by.location_id and not act.by.may(Permission.MOVE, at=answers_for(session, asset)):
        raise NotAllowed("Only its holder, or a keeper, can say that it is lost.", field="assets")
    _require_still_here(session, asset)
    return _send(session, act, EntryKind.LOST, [asset], target=outside(session, LocationKind.LOST), note=note)


def found(session: Session, act: Act, *, asset: Asset, target: Location, note: str | None = None) -> Posted:
    """A lost asset has turned up at a location of ours. For a keeper there, or whoever has it in their hands: then its keepers are told.

    Refuses one that is not lost.
    """
    mine = target.id == act.by.location_id
    if not mine:
        require(act.by, Permission.MOVE, at=target)
    if not target.ours:
        raise Refusal(f"{target.name} is not one of our locations. Say where it is now.", field="target")
    where = holder(session, asset)
    if where.state is not AssetState.LOST:
        raise Refusal(f"{said(session, asset)} is not lost: it is in {where.location}.", field="assets")
    posted = _send(session, act, EntryKind.FOUND, [asset], target=target, note=note)
    if mine:
        notices.tell(session, NoticeKind.FOUND, posted.id, notices.audience(session, Role.KEEPER, at=None), now=posted.recorded_at)
    return posted


#: Where what is used no more goes.
_ENDS = {EntryKind.RETIRED: LocationKind.SCRAP, EntryKind.SOLD: LocationKind.CUSTOMER, EntryKind.DONATED: LocationKind.CUSTOMER}


def retire(
    session: Session,
    act: Act,
    *,
    asset: Asset,
    how: EntryKind = EntryKind.RETIRED,
    target: Location | None = None,
    note: str | None = None,
) -> Posted:
    """The asset is used no more: it goes to scrap, or is sold or donated to a customer, perhaps a certain one; its checkout ends.

    For a keeper of where it is or left.
    """
    require(act.by, Permission.SCRAP, at=answers_for(session, asset))
    if state_of(session, asset) is AssetState.RETIRED:
        raise Refusal(f"{said(session, asset)} is retired already.", field="assets")
    target = target or outside(session, _ENDS[how])
    if target.kind is not _ENDS[how]:
        raise Refusal(f'{target.name} is no customer. Leave "to" out, or add whoever gets it as a customer.', field="target")
    if target.kind in GIVEN_OUT:
        recall_reads.require_not_recalled(session, [asset])
    place = answers_for(session, asset)
    posted = _send(session, act, how, [asset], target=target, note=note)
    if act.files:
        attachments.tell(session, act.by, posted.id, at=place, now=posted.recorded_at)
    return posted


def answers_for(session: Session, asset: Asset) -> Location:
    """The location whose keepers answer for the asset: where its open checkout left, else where it is."""
    checkout = outstanding.of_asset(session, asset.id)
    return locations.get(session, checkout.source_id if checkout is not None else asset.location_id)


def _require_still_here(session: Session, asset: Asset) -> None:
    standing = state_of(session, asset)
    if standing in (AssetState.LOST, AssetState.RETIRED):
        raise Refusal(f"{said(session, asset)} is {standing}.", field="assets")


def _send(session: Session, act: Act, kind: EntryKind, sent: Sequence[Asset], *, target: Location, note: str | None) -> Posted:
    lines = [Line(asset.variant_id, ONE, asset.location_id, target.id, asset.id) for asset in sent]
    gone = [asset.id for asset in sent]
    changed = outstanding.ended(session, gone, act.now)
    if kind in _ENDS:
        changed += maintenance.ended(session, gone, by_id=act.by.id, at=act.now)
        changed += [changes.changed(asset, out_of_use=False) for asset in sent if asset.out_of_use]
    return ledger.post(session, act, kind, lines=lines, changed=changed, note=note)
