"""Building: one entry takes the components and brings what is made of them, all or nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, ledger, locations, lot_register, lots, lotting, outstanding, production
from models.caches import Line
from models.catalog import ItemKind, Variant
from models.changes import Change
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind, outside
from models.lot_register import LotSaid
from models.lots import Lot
from models.lotting import Going
from models.members import Permission, require
from models.production import Feasibility
from models.quantities import ONE, said_number
from models.refusals import Choice, Conflict, NotFound, Refusal, Shortage
from models.register import born_assets, bring_assets_to_life
from models.reservations import RESERVATIONS, Reservation
from models.reserved import EARLIEST
from models.reserving import LONGEST_PURPOSE, keeps
from models.wording import counted, listed


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the entry, what could be said before it, and the lines by which its components went in."""

    posted: Posted
    before: Feasibility
    went_in: Sequence[Line]


def build(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    quantity: int,
    location: Location,
    serials: Sequence[str] = (),
    lot: LotSaid | None = None,
    using: Sequence[str] = (),
    happened_at: datetime | None = None,
    note: str | None = None,
) -> Built:
    """Takes what the bill of materials says from a location and what lies below it, and puts what is made there.

    Sub-assemblies of which too few lie there are made on the way. Components that are tracked by lots go in by first expiry, or, of those
    that `using` names a lot of, from these lots alone. What is made needs its `lot`, or a serial each, where it is tracked so.
    """
    require(act.by, Permission.BUILD, at=location)
    before = production.feasibility(session, act, variant=variant, quantity=quantity, location=location, happened_at=happened_at)
    if not before.run.covered:
        raise short(before)
    in_production = outside(session, LocationKind.PRODUCTION)
    went_in = _went_in(session, act, before, in_production, using=using, happened_at=happened_at)
    made, alive = _made(session, act, before, in_production, serials=serials, lot=lot, happened_at=happened_at)
    used = _kept_used(session, act, variant, went_in)
    posted = ledger.post(
        session, act, EntryKind.BUILT, lines=[*went_in, *made], changed=[*alive, *used], happened_at=happened_at, note=note
    )
    return Built(posted, before, went_in)


def reserve(session: Session, act: Act, *, variant: Variant, quantity: int, location: Location) -> tuple[Posted, Feasibility]:
    """Keeps what a run takes for it, as one entry: building it uses that up. Refuses a run that is not covered, or is kept already."""
    before = production.feasibility(session, act, variant=variant, quantity=quantity, location=location)
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


def _went_in(
    session: Session, act: Act, before: Feasibility, target: Location, *, using: Sequence[str], happened_at: datetime | None
) -> list[Line]:
    """Where each component comes from: in each location the first lots to expire, or wherever they lie there the lots that were named."""
    named = _named(session, act, before, using, happened_at)
    lines = list[Line]()
    for lying, quantity in before.taken():
        if lying.variant_id not in named:
            variant, source = catalog.variant(session, lying.variant_id), locations.get(session, lying.location_id)
            lines += lotting.lines(session, act, Going(EntryKind.BUILT, variant, quantity, source, target, happened_at=happened_at))
    return lines + [line for variant_id, those in named.items() for line in _of_lots(session, before, variant_id, those, target)]


def _named(session: Session, act: Act, before: Feasibility, codes: Sequence[str], happened_at: datetime | None) -> dict[int, list[Lot]]:
    """The lots of those codes, by what they are of. Refuses one that may not be used, and one of what does not go in."""
    found = defaultdict[int, list[Lot]](list)
    today = lotting.day_there(session, act, before.location, happened_at)
    for code in codes:
        known = lots.called(session, code)
        those = [lot for lot in known if lot.variant_id in before.run.takes]
        if not those:
            other = next((before.goods[lot.variant_id].name for lot in known if lot.variant_id in before.goods), None)
            none = (
                f"This run takes no {other}, so nothing of lot {code}"
                if other
                else f"Nothing that goes into {before.variant.name} has a lot {code}"
            )
            raise NotFound(f"{none}.", field="using")
        for lot in those:
            if lot.blocked:
                raise Refusal(f"Lot {lot.code} is {lot.status}: nothing of it is built in.", field="using")
            if lot.expires_on is not None and lot.expires_on < today:
                raise Refusal(f"Lot {lot.code} expired on {lots.said_on(lot.expires_on, today)}: nothing of it is built in.", field="using")
            found[lot.variant_id].append(lot)
    return found


def _of_lots(session: Session, before: Feasibility, variant_id: int, named: Sequence[Lot], target: Location) -> Iterator[Line]:
    """What goes in of those lots alone, wherever they lie there. Refuses too little."""
    left = before.run.takes[variant_id]
    free = {lying.location_id: lying.free for lying in before.there if lying.variant_id == variant_id}
    for lying in lots.where(session, [lot.id for lot in named]):
        part = min(left, lying.quantity, free.get(lying.location_id, 0))
        if part:
            yield Line(variant_id, part, lying.location_id, target.id, lot_id=lying.lot_id)
            left, free[lying.location_id] = left - part, free[lying.location_id] - part
    if left:
        goods, quantity = before.goods[variant_id], before.run.takes[variant_id]
        what = counted(quantity - left, goods.name, goods.unit) if left < quantity else f"no {goods.name}"
        raise Shortage(f"The lots that you named have {what}; this takes {said_number(quantity)}. Name one more.", field="using")


def _made(
    session: Session,
    act: Act,
    before: Feasibility,
    source: Location,
    *,
    serials: Sequence[str],
    lot: LotSaid | None,
    happened_at: datetime | None,
) -> tuple[list[Line], list[Change]]:
    """The lines that bring what is made, and the changes that bring its assets or its lot to life."""
    variant, quantity, place = before.variant, before.quantity, before.location
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.SERIALISED:
        if lot is not None:
            raise Refusal(f"Each {item.name} is known by its serial, and not tracked by lots. Leave the lot out.", field="lot")
        if len(serials) * ONE != quantity:
            said = f"{len(serials)} are named" if len(serials) > 1 else "1 is named" if serials else "none is named"
            raise Refusal(f"Each {item.name} is known by its serial: {said_number(quantity)} are needed, and {said}.", field="serials")
        assets = born_assets(session, act, variant, serials, source=source)
        return [Line(variant.id, ONE, source.id, place.id, one.id) for one in assets], bring_assets_to_life(session, act, assets)
    day = lotting.day_there(session, act, place, happened_at)
    if lot is not None and lot.made_on is None and lots.of_variant(session, variant.id, lot.code) is None:
        lot = replace(lot, made_on=day)
    lot_id, alive = lot_register.into(session, act, variant, lot, source=None, on=day)
    return [Line(variant.id, quantity, source.id, place.id, lot_id=lot_id)], alive


def _kept_used(session: Session, act: Act, variant: Variant, went_in: Sequence[Line]) -> list[Change]:
    """What is not kept any more for runs of a variant, because this run takes it: what lapses first first."""
    took: dict[tuple[int, int], int] = defaultdict(int)
    for line in went_in:
        took[line.variant_id, line.source_id] += line.quantity
    query = select(Reservation).where(RESERVATIONS.c.made_id == variant.id, RESERVATIONS.c.closed_at.is_(None))
    query = query.where(RESERVATIONS.c.variant_id.in_({variant_id for variant_id, _ in took})).order_by(*EARLIEST)
    kept = defaultdict[tuple[int, int], list[Reservation]](list)
    for row in session.scalars(query):
        kept[row.variant_id, row.location_id].append(row)
    shares = [share for there, rows in kept.items() for share in outstanding.allotted(rows, took[there])]
    return [outstanding.reduced(one, share, act.now) for one, share in shares]
