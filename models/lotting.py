"""Which lots something is taken from: the one that is named, else the first to expire first, over several where one is not enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models import catalog, locations, lot_stock, lots, sources
from models.caches import Line
from models.catalog import Variant
from models.entries import EntryKind
from models.ledger import Act
from models.locations import Location, LocationKind
from models.lot_stock import Share
from models.lots import Lot
from models.members import Permission, require
from models.quantities import ONE
from models.refusals import Choice, Conflict, Expired, Refusal, Shortage
from models.times import local_day
from models.wording import amount, counted, listed

#: What goes there is given out. What is quarantined, recalled or expired does not go there.
GIVEN_OUT = frozenset({LocationKind.PERSON, LocationKind.SITE, LocationKind.USED, LocationKind.CUSTOMER, LocationKind.PRODUCTION})
#: A refusal names so many lots and stores.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Going:
    """What is to go from one location to another, before it is known which lots that takes. `quantity` is in millionths of the unit.

    Without a named `lot` those that expire first go first. A keeper who wants what has expired says why: that is `insisting`.
    """

    kind: EntryKind
    variant: Variant
    quantity: int
    source: Location
    target: Location
    lot: Lot | None = None
    insisting: str | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to go, by whom, on which day it is there, and what lies there."""

    session: Session
    act: Act
    going: Going
    today: date
    lying: list[Share]

    @property
    def given_out(self) -> bool:
        return self.going.target.kind in GIVEN_OUT

    def is_past(self, lot: Lot) -> bool:
        return lot.expires_on is not None and lot.expires_on < self.today

    def may_go(self, lot: Lot | None) -> bool:
        return lot is None or not (lot.blocked or (self.is_past(lot) and self.going.insisting is None))


def lines(session: Session, act: Act, going: Going) -> list[Line]:
    """The movements that take a quantity from one location to another, lot by lot where the item is tracked by lots.

    Without a named lot what is of none goes first, then the first to expire. What is quarantined or recalled is not given out, and goes
    to another store by a keeper's hand only; what has expired is given out where a keeper insists, with the reason.
    """
    variant, source, target = going.variant, going.source, going.target
    if not catalog.item(session, variant.item_id).lot_tracked:
        return [Line(variant.id, going.quantity, source.id, target.id)]
    if going.insisting is not None:
        require(act.by, Permission.QUARANTINE, at=source)
    today, lying = day_there(session, act, source, going.happened_at), lot_stock.lying(session, variant, source.id, at=going.happened_at)
    wanted = _Wanted(session, act, going, today, lying)
    return lines_of(variant, _named(wanted, going.lot) if going.lot else _chosen(wanted), source_id=source.id, target_id=target.id)


def lines_of(variant: Variant, shares: Iterable[Share], *, source_id: int, target_id: int) -> list[Line]:
    """The movements of those shares."""
    return [Line(variant.id, each, source_id, target_id, lot_id=lot.id if lot else None) for lot, each in shares]


def with_reason(note: str | None, insisting: str | None) -> str | None:
    """The note of an entry for which a keeper insisted: the reason is kept in it."""
    return "; ".join(filter(None, [insisting and f"used although expired: {insisting}", note])) or None


def day_there(session: Session, act: Act, place: Location, at: datetime | None) -> date:
    """Which day it is, or was, in a location: expiry is judged by its calendar."""
    zone = locations.inherited(session, place, "time_zone", act.by.time_zone) or act.by.time_zone
    return local_day(at or act.now, zone)


def returned(session: Session, variant: Variant, holder_id: int, quantity: int, *, lot: Lot | None = None) -> list[Share]:
    """What comes back of what somebody holds, whatever its state: of the named lot, else the first to expire first."""
    if not catalog.item(session, variant.item_id).lot_tracked:
        return [Share(None, quantity)]
    here = lot_stock.lying(session, variant, holder_id)
    if lot is None:
        return lot_stock.split(here, quantity)
    if lot_stock.of(here, lot) < quantity:
        raise _too_little_of(session, lot, quantity, locations.get(session, holder_id), here)
    return [Share(lot, quantity)]


def _named(wanted: _Wanted, lot: Lot) -> list[Share]:
    """All of it from the one lot that was named."""
    going = wanted.going
    if lot.variant_id != going.variant.id:
        raise Refusal(f"Lot {lot.code} is not of {going.variant.name}.", field="lot")
    if lot.blocked and wanted.given_out:
        text = f"Lot {lot.code} of {going.variant.name} is {lot.status}, and is not given out. `/stock lot {lot.code}` says more."
        raise Conflict(text, field="lot", choices=_other_lots(wanted))
    if lot.blocked and going.target.ours:
        require(wanted.act.by, Permission.MOVE, at=going.source)
    if wanted.given_out and not wanted.may_go(lot) and lot.expires_on:
        raise _insist(wanted, f"Lot {lot.code} of {going.variant.name} expired on {lots.said_on(lot.expires_on, wanted.today)}.")
    if lot_stock.of(wanted.lying, lot) < going.quantity:
        raise _too_little_of(wanted.session, lot, going.quantity, going.source, wanted.lying)
    return [Share(lot, going.quantity)]


def _chosen(wanted: _Wanted) -> list[Share]:
    """From as many lots as it takes. What is thrown away or sent back may be of any; what is blocked goes last."""
    if wanted.given_out or wanted.going.target.ours:
        usable = [share for share in wanted.lying if wanted.may_go(share.lot)]
    else:
        usable = sorted(wanted.lying, key=lambda share: share.lot is not None and share.lot.blocked)
    if sum(share.quantity for share in usable) < wanted.going.quantity:
        raise _too_little(wanted, usable)
    return lot_stock.split(usable, wanted.going.quantity)


def _insist(wanted: _Wanted, text: str) -> Refusal:
    """What has expired: a keeper may use it all the same."""
    if wanted.act.by.may(Permission.QUARANTINE, at=wanted.going.source):
        return Expired(f"{text} You can use it anyway, if you say why.", field="lot", choices=_other_lots(wanted))
    return Conflict(f"{text} A keeper can use it anyway, and says why.", field="lot", choices=_other_lots(wanted))


def _other_lots(wanted: _Wanted) -> tuple[Choice, ...]:
    enough = [lot for lot, there in wanted.lying if lot and there >= wanted.going.quantity and wanted.may_go(lot)]
    return tuple(Choice(f"Take it from lot {lots.said(lot, wanted.today)}", "lot", lot.code) for lot in enough[:MOST_NAMED])


def _too_little(wanted: _Wanted, usable: Sequence[Share]) -> Refusal:
    """Too little may go: because too little lies there, or because of what has expired or is blocked."""
    going = wanted.going
    kept_back = [share for share in wanted.lying if share not in usable]
    can_go, unit = sum(share.quantity for share in usable), catalog.item(wanted.session, going.variant.item_id).unit
    past = sum(share.quantity for share in kept_back if share.lot and not share.lot.blocked)
    but = f"{_reasons(wanted, kept_back, unit)}; {amount(can_go, unit) if can_go else 'none'} can go." if kept_back else ""
    if but and can_go + past >= going.quantity and wanted.given_out:
        held = counted(sum(share.quantity for share in wanted.lying), going.variant.name, unit)
        return _insist(wanted, f"{going.source.name} holds {held}, but {but}")
    if going.happened_at is not None:
        day, asked = lots.said_on(wanted.today, wanted.today), amount(going.quantity, unit)
        return Shortage(f"{amount(can_go, unit)} could have gone from {going.source.name} on {day}; you said {asked}.", field="quantity")
    if but and going.target.ours and not wanted.given_out:
        but += " Name the lot to move it all the same."
    return sources.too_little(
        wanted.session,
        wanted.act,
        going.kind,
        variant=going.variant,
        asked=going.quantity,
        source=going.source,
        but=but and f" But {but}",
    )


def _reasons(wanted: _Wanted, kept_back: Sequence[Share], unit: str) -> str:
    """Why some of it does not go: "6 of lot L-9 expired on Sun 1 Nov and 2 of lot Q-1 are quarantined"."""
    told = []
    for lot, there in kept_back[:MOST_NAMED]:
        assert lot is not None
        day = lots.said_on(lot.expires_on, wanted.today) if lot.expires_on else ""
        state = f"{'is' if there == ONE or unit != 'each' else 'are'} {lot.status}" if lot.blocked else f"expired on {day}"
        told.append(f"{amount(there, unit)} of lot {lot.code} {state}")
    more = len(kept_back) - len(told)
    return listed([*told, *([f"{more} more {'lot is' if more == 1 else 'lots are'} kept back"] if more else [])])


def _too_little_of(session: Session, lot: Lot, asked: int, source: Location, here: Sequence[Share]) -> Shortage:
    """Less of the named lot lies there than was asked for: where it has enough, and which other lots do here."""
    variant, there = catalog.variant(session, lot.variant_id), lot_stock.of(here, lot)
    unit = catalog.item(session, variant.item_id).unit
    has = counted(there, variant.name, unit) if there else f"no {variant.name}"
    stores = lot_stock.stores_with(session, lot, asked, but=source.id)[:MOST_NAMED]
    nearest = f" {listed(stores)} {'has' if len(stores) == 1 else 'have'} enough of it." if stores else ""
    others = [(one, held) for one, held in here if one and one.id != lot.id and held >= asked and not one.blocked]
    choices = [Choice(f"Take {amount(asked, unit)} from {name}", "source", name) for name in stores]
    choices += [Choice(f"Take it from lot {one.code} ({amount(held, unit)})", "lot", one.code) for one, held in others[:MOST_NAMED]]
    text = f"{source.name} holds {has} of lot {lot.code}; you asked for {amount(asked, unit)}.{nearest}"
    return Shortage(text, field="lot", choices=tuple(choices))
