"""Building: one entry takes the components and brings what is made of them, all or nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, ledger, locations, outstanding, production
from models.caches import Line
from models.catalog import ItemKind, Variant
from models.changes import Change
from models.columns import clean, key_of
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind, outside
from models.lots import LOT_LEVELS, LOTS, Lot, LotStatus
from models.members import Permission, require
from models.production import Feasibility
from models.quantities import ONE, said_number
from models.refusals import Choice, Conflict, NotFound, Refusal, Shortage
from models.register import born_assets, bring_to_life
from models.reservations import RESERVATIONS, Reservation
from models.reserved import EARLIEST
from models.reserving import LONGEST_PURPOSE, keeps
from models.times import said_day
from models.wording import counted, listed


class Taken(NamedTuple):
    """So much of a component goes in, from a location and perhaps a lot of it."""

    variant_id: int
    location_id: int
    quantity: int
    lot_id: int | None = None
    lot: str | None = None


#: What lies in lots, by variant and location
Lots = Mapping[tuple[int, int], Sequence[Taken]]


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the entry, what could be said before it, and what went in."""

    posted: Posted
    before: Feasibility
    taken: Sequence[Taken]
    lot: str | None


def build(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    location: Location,
    serials: Sequence[str] = (),
    lot: str | None = None,
    using: Sequence[str] = (),
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Built:
    """Takes what the bill of materials says from a location and what lies below it, and puts what is made there.

    Sub-assemblies of which too few lie there are made on the way. Components that are tracked by lots go in by first expiry, or, of those
    that `using` names a lot of, from these lots alone. What is made needs its `lot`, or a serial each, where it is tracked so.
    """
    require(act.by, Permission.BUILD, at=location)
    before = production.feasibility(session, variant=variant, quantity=quantity, location=location, now=act.now)
    if not before.run.covered:
        raise short(before)
    on = production.day_there(session, location, happened_at or act.now)
    taken = _taken(session, before, on, using)
    made_by = outside(session, LocationKind.PRODUCTION).id
    lines = [Line(one.variant_id, one.quantity, one.location_id, made_by, lot_id=one.lot_id) for one in taken]
    made, alive = _made(session, act, before, serials=serials, lot=lot, on=on)
    posted = ledger.post(
        session,
        act,
        EntryKind.BUILT,
        lines=[*lines, *made],
        changed=[*alive, *_kept_used(session, act, variant, taken)],
        happened_at=happened_at,
        note=note,
    )
    return Built(posted, before, taken, lot)


def reserve(session: Session, act: Act, *, variant: Variant, quantity: int, location: Location) -> tuple[Posted, Feasibility]:
    """Keeps what a run takes for it, as one entry: building it uses that up. Refuses a run that is not covered, or is kept already."""
    before = production.feasibility(session, variant=variant, quantity=quantity, location=location, now=act.now)
    if not before.run.covered:
        raise short(before)
    purpose = f"{said_number(quantity)} x {variant.name}"[:LONGEST_PURPOSE]
    changes = []
    for variant_id, place_id, more in before.unkept():
        component, place = catalog.variant(session, variant_id), locations.get(session, place_id)
        changes.append(keeps(session, act, variant=component, quantity=more, location=place, purpose=purpose, made=variant))
    if not changes:
        run = counted(quantity, variant.name, before.goods[variant.id].unit)
        raise Conflict(f"What {run} take is kept for it already.", field="quantity")
    return ledger.post(session, act, EntryKind.RESERVED, changed=changes), before


def short(before: Feasibility) -> Shortage:
    """The refusal of a run that is not covered: what is short, and how many can be built instead."""
    missing = [counted(quantity, before.goods[one].name, before.goods[one].unit) for one, quantity in before.run.short.items()]
    told = listed([*missing[:3], f"{len(missing) - 3} more"] if len(missing) > 3 else missing)
    name, unit = before.variant.name, before.goods[before.variant.id].unit
    text = f"{before.location.name} lacks {told} for {counted(before.quantity, name, unit)}."
    if not before.most:
        return Shortage(f"{text} Not one can be built now.", field="quantity")
    instead = said_number(before.most)
    way_on = Choice(f"Build {instead}", "quantity", instead)
    return Shortage(f"{text} {counted(before.most, name, unit)} can be built now.", field="quantity", choices=(way_on,))


def _taken(session: Session, before: Feasibility, on: date, using: Sequence[str]) -> list[Taken]:
    """What goes in from where: of what is tracked by lots the first to expire in each location, or the lots that were named."""
    named, lots = _named(session, before, using, on), _lots(session, before, on)
    taken = list[Taken]()
    for lying, quantity in before.taken():
        left, loose = quantity, Taken(lying.variant_id, lying.location_id, lying.on_hand - lying.lotted)
        if lying.variant_id in named:
            continue
        for one in (loose, *lots[lying.variant_id, lying.location_id]):
            if part := min(left, one.quantity):
                taken.append(one._replace(quantity=part))
                left -= part
    return taken + [one for variant_id, ids in named.items() for one in _of_named(before, variant_id, ids, lots)]


def _of_named(before: Feasibility, variant_id: int, lot_ids: Collection[int], lots: Lots) -> Iterator[Taken]:
    """What goes in of those lots alone, wherever they lie there. Refuses too little."""
    left = before.run.takes[variant_id]
    for lying in before.there:
        free = lying.free if lying.variant_id == variant_id else 0
        for one in lots[variant_id, lying.location_id] if free else ():
            if one.lot_id in lot_ids and (part := min(left, free, one.quantity)):
                yield one._replace(quantity=part)
                left, free = left - part, free - part
    if left:
        goods, quantity = before.goods[variant_id], before.run.takes[variant_id]
        what = counted(quantity - left, goods.name, goods.unit) if left < quantity else f"no {goods.name}"
        raise Shortage(f"The lots that you named have {what}; this takes {said_number(quantity)}. Name one more.", field="lots")


def _lots(session: Session, before: Feasibility, on: date) -> Lots:
    """What lies there in lots that may be used on that day, by variant and location, the first to expire first."""
    query = (
        select(LOTS.c.variant_id, LOT_LEVELS.c.location_id, LOT_LEVELS.c.quantity, LOTS.c.id, LOTS.c.code)
        .join(LOT_LEVELS, LOT_LEVELS.c.lot_id == LOTS.c.id)
        .where(LOTS.c.variant_id.in_(before.run.takes), LOTS.c.archived_at.is_(None), LOTS.c.status == LotStatus.OK)
        .where(LOTS.c.expires_on.is_(None) | (LOTS.c.expires_on >= on), LOT_LEVELS.c.quantity > 0)
        .where(LOT_LEVELS.c.location_id.in_({one.location_id for one in before.there if one.lotted}))
        .order_by(LOTS.c.expires_on.is_(None), LOTS.c.expires_on, LOTS.c.received_on, LOTS.c.id)
    )
    found = defaultdict[tuple[int, int], list[Taken]](list)
    for row in session.connection().execute(query) if any(one.lotted for one in before.there) else ():
        found[row.variant_id, row.location_id].append(Taken._make(row))
    return found


def _named(session: Session, before: Feasibility, codes: Sequence[str], on: date) -> dict[int, set[int]]:
    """The lots of those codes, by what they are of. Refuses one that may not be used, and one of what does not go in."""
    found = defaultdict[int, set[int]](set)
    for code in codes:
        query = select(Lot).where(LOTS.c.code_key == key_of(code), LOTS.c.archived_at.is_(None), LOTS.c.variant_id.in_(before.run.takes))
        lots = list(session.scalars(query))
        if not lots:
            raise NotFound(f"Nothing that goes into {before.variant.name} has a lot {code}.", field="lots")
        for lot in lots:
            _require_good(lot, on)
            found[lot.variant_id].add(lot.id)
    return found


def _require_good(lot: Lot, on: date) -> None:
    if lot.status is not LotStatus.OK:
        raise Refusal(f"Lot {lot.code} is {lot.status}: nothing of it is built in.", field="lots")
    if lot.expires_on is not None and lot.expires_on < on:
        raise Refusal(f"Lot {lot.code} expired on {said_day(lot.expires_on)}: nothing of it is built in.", field="lots")


def _made(
    session: Session, act: Act, before: Feasibility, *, serials: Sequence[str], lot: str | None, on: date
) -> tuple[list[Line], list[Change]]:
    """The lines that bring what is made, and the changes that bring its assets or its lot to life."""
    variant, quantity, place = before.variant, before.quantity, before.location.id
    item, source = catalog.item(session, variant.item_id), outside(session, LocationKind.PRODUCTION)
    if lot is not None and not item.lot_tracked:
        raise Refusal(f"{item.name} is not tracked by lots. Leave the lot out.", field="lot")
    if item.kind is ItemKind.SERIALISED:
        if len(serials) * ONE != quantity:
            said = f"{len(serials)} are named" if len(serials) > 1 else "1 is named" if serials else "none is named"
            raise Refusal(f"Each {item.name} is known by its serial: {said_number(quantity)} are needed, and {said}.", field="serials")
        assets = born_assets(session, act, variant, serials, source=source)
        return [Line(variant.id, ONE, source.id, place, one.id) for one in assets], [bring_to_life(one) for one in assets]
    if not item.lot_tracked:
        return [Line(variant.id, quantity, source.id, place)], []
    if lot is None:
        raise Refusal(f"{item.name} is tracked by lots. Say which lot this is, as in lot {variant.sku}-1.", field="lot")
    made, alive = _lot(session, act, variant, lot, on)
    return [Line(variant.id, quantity, source.id, place, lot_id=made.id)], alive


def _lot(session: Session, act: Act, variant: Variant, code: str, on: date) -> tuple[Lot, list[Change]]:
    """The lot of that code, and the change that brings a new one to life."""
    code = clean(code, what="lot code", field="lot")
    query = select(Lot).where(LOTS.c.variant_id == variant.id, LOTS.c.code_key == key_of(code), LOTS.c.archived_at.is_(None))
    known = session.scalars(query).one_or_none()
    if known is not None:
        _require_good(known, on)
        return known, []
    made = Lot(variant_id=variant.id, code=code, code_key=key_of(code), made_on=on, archived_at=act.now)
    session.add(made)
    session.flush()
    return made, [bring_to_life(made)]


def _kept_used(session: Session, act: Act, variant: Variant, taken: Sequence[Taken]) -> list[Change]:
    """What is not kept any more for runs of a variant, because this run takes it: what lapses first first."""
    took: dict[tuple[int, int], int] = defaultdict(int)
    for one in taken:
        took[one.variant_id, one.location_id] += one.quantity
    query = select(Reservation).where(RESERVATIONS.c.made_id == variant.id, RESERVATIONS.c.closed_at.is_(None))
    query = query.where(RESERVATIONS.c.variant_id.in_({variant_id for variant_id, _ in took})).order_by(*EARLIEST)
    kept = defaultdict[tuple[int, int], list[Reservation]](list)
    for row in session.scalars(query):
        kept[row.variant_id, row.location_id].append(row)
    shares = [share for there, rows in kept.items() for share in outstanding.allotted(rows, took[there])]
    return [outstanding.reduced(one, share, act.now) for one, share in shares]
