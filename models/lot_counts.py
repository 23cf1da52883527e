"""Counting: what was found differs from the ledger by so much, and of what is tracked by lots, by so much of which lot."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from models import catalog, levels, lot_register, lot_stock, lots, lotting, paths
from models.caches import Line
from models.catalog import Variant
from models.changes import Change
from models.ledger import Act
from models.locations import Location, LocationKind, outside
from models.lot_register import LotSaid, LotWanted
from models.lot_stock import Share
from models.lots import Lot
from models.refusals import Choice, Refusal
from models.wording import amount, listed

MOST_NAMED = 3


class Counted(NamedTuple):
    """What a count comes to: its movements, and by how much all that lies there becomes more (or less, below zero)."""

    lines: list[Line]
    difference: int
    changes: Sequence[Change] = ()


def counted(
    session: Session, act: Act, variant: Variant, quantity: int, location: Location, *, lot: LotSaid | None, at: datetime | None
) -> Counted:
    """How a count differs from what the ledger held there, now or at a past moment (UTC).

    Counted by its lot, what lies there of no lot is named by it before anything more is booked. Refuses as LotWanted a count of
    what is tracked by lots that could be of several, and offers them.
    """
    if lot is not None:
        return _of_lot(session, act, variant=variant, quantity=quantity, location=location, lot=lot, at=at)
    outer = outside(session, LocationKind.ADJUSTMENT).id
    difference = quantity - before(session, variant, location, at)
    if not difference or not catalog.item(session, variant.item_id).lot_tracked:
        ends = (outer, location.id) if difference > 0 else (location.id, outer)
        return Counted([Line(variant.id, abs(difference), *ends)] if difference else [], difference)
    here = lot_stock.lay_there(session, variant, location.id, at)
    if difference > 0 and len(here) == 1 and here[0].lot is not None:
        more = [Share(here[0].lot, difference)]
        return Counted(lotting.lines_of(variant, more, source_id=outer, target_id=location.id), difference)
    if difference < 0 and (quantity == 0 or len(here) == 1 or lot_stock.of(here, None) >= -difference):
        missing = lot_stock.split(here, -difference)  # what is of no lot is the first of them
        return Counted(lotting.lines_of(variant, missing, source_id=location.id, target_id=outer), difference)
    raise _which_lot(session, variant, location, here, today=lotting.day_there(session, act, location, at))


def before(session: Session, variant: Variant, location: Location, at: datetime | None) -> int:
    """What the ledger holds of a variant there, now or at a past moment (UTC)."""
    if at is None:
        return levels.on_hand(session, variant.id, location.id)
    return paths.on_hand_at(session, variant.id, location.id, at)


def _of_lot(
    session: Session, act: Act, *, variant: Variant, quantity: int, location: Location, lot: LotSaid, at: datetime | None
) -> Counted:
    outer = outside(session, LocationKind.ADJUSTMENT).id
    if not quantity and lots.of_variant(session, variant.id, lot.code) is None:
        raise Refusal(f"There is no lot {lot.code} of {variant.name}.", field="lot")
    lot_id, changes = lot_register.into(session, act, variant, lot, source=None, on=lotting.day_there(session, act, location, at))
    row = lots.get(session, lot_id or 0)
    difference = quantity - lot_stock.of(lot_stock.lay_there(session, variant, location.id, at), row)
    if difference <= 0:
        taken = [Share(row, -difference)] if difference else []
        return Counted(lotting.lines_of(variant, taken, source_id=location.id, target_id=outer), difference, changes)
    unnamed = min(difference, lot_stock.of(lot_stock.lying(session, variant, location.id, at=at), None))
    away = [Line(variant.id, unnamed, location.id, outer)] if unnamed else []
    back = Line(variant.id, difference, outer, location.id, lot_id=row.id)
    return Counted([*away, back], difference - unnamed, changes)


def _which_lot(session: Session, variant: Variant, location: Location, here: Sequence[Share], *, today: date) -> LotWanted:
    """The refusal of a count that could be of several lots: those that lie there are offered."""
    item = catalog.item(session, variant.item_id)
    there: list[tuple[Lot, int]] = [(lot, held) for lot, held in here if lot is not None]
    if not there:
        return lot_register.wanted(session, variant, f"{item.name} is tracked by lots: say of which lot these are.", today=today)
    told = listed([f"{lot.code} ({amount(held, item.unit)})" for lot, held in there[:MOST_NAMED]])
    choices = tuple(Choice(f"It is lot {lots.said(lot, today)}", "lot", lot.code) for lot, _ in there[:MOST_NAMED])
    text = f"{location.name} holds {variant.name} of several lots: {told}. Count each by its lot."
    return LotWanted(text, field="lot", choices=choices)
