"""Writing a bill of materials: the whole of it at once, as one entry that can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from models import bills, catalog, ledger
from models.bills import ALL, COMPONENTS, SUBSTITUTES, Bill, Component, Substitute
from models.catalog import ItemKind, Variant
from models.changes import Change, changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.members import Permission, require
from models.quantities import MOST
from models.refusals import Conflict, Refusal

Row = TypeVar("Row", bound=SQLModel)

#: A bill has so many components at most, and each of them so many substitutes.
MOST_COMPONENTS, MOST_SUBSTITUTES = 200, 5


@dataclass(frozen=True, slots=True)
class Goes:
    """What goes into one unit of something: so much of a variant, what is spoilt on the way, and what may stand in for it."""

    variant: Variant
    #: Millionths of its unit.
    quantity: int
    #: Hundredths of a percent.
    scrap: int = 0
    #: The preferred first.
    substitutes: tuple[Variant, ...] = ()


def set_bill(session: Session, act: Act, *, variant: Variant, goes: Sequence[Goes]) -> Posted:
    """Says what a variant is made of; what was said before and is not said again goes in no more.

    Refuses what can't go in, what goes in twice, what would be made of itself, and a bill that stands like that already.
    """
    require(act.by, Permission.CATALOG)
    if not goes:
        raise Refusal("Say at least one component.", field="components")
    if len(goes) > MOST_COMPONENTS:
        raise Refusal(f"A bill has {MOST_COMPONENTS} components at most. Make some of them a sub-assembly.", field="components")
    for number, one in enumerate(goes):
        require_goes(session, variant, one, goes[:number])
    bill = bills.of_variant(session, variant.id) or _added(session, Bill(variant_id=variant.id))
    edited = [change for change in _edited(session, bill, goes) if change.after]
    if bill.active and not edited:
        raise Refusal(f"That is the bill of materials of {variant.name} already.", field="components")
    return ledger.post(session, act, EntryKind.SET_BILL, changed=[changed(bill, active=True, edition=bill.edition + 1), *edited])


def remove_bill(session: Session, act: Act, *, variant: Variant) -> Posted:
    """Takes the bill of a variant away: it is no longer made here."""
    require(act.by, Permission.CATALOG)
    bill = bills.of_variant(session, variant.id)
    if bill is None or not bill.active:
        raise Conflict(f"{variant.name} has no bill of materials.", field="item")
    return ledger.post(session, act, EntryKind.SET_BILL, changed=[taken_away(bill)])


def taken_away(bill: Bill) -> Change:
    """The change that takes a bill away."""
    return changed(bill, active=False, edition=bill.edition + 1)


def require_goes(session: Session, made: Variant, goes: Goes, before: Sequence[Goes] = ()) -> None:
    """Refuses what can't go into `made`, or is among the components `before` it already."""
    if not 0 < goes.quantity <= MOST:
        raise Refusal(f"Say how many {goes.variant.name} go into one.", field="components")
    if not 0 <= goes.scrap <= ALL:
        raise Refusal(f"Scrap of {goes.variant.name} is at most 100 %.", field="components")
    if goes.variant.id in {one.variant.id for one in before}:
        raise Refusal(f"{goes.variant.name} is there twice. Put both into one line.", field="components")
    if len(goes.substitutes) > MOST_SUBSTITUTES:
        raise Refusal(f"{MOST_SUBSTITUTES} substitutes are the most; {goes.variant.name} has {len(goes.substitutes)}.", field="components")
    if len({goes.variant.id, *(one.id for one in goes.substitutes)}) <= len(goes.substitutes):
        raise Refusal(f"A substitute of {goes.variant.name} is there twice.", field="components")
    unit = catalog.item(session, goes.variant.item_id).unit
    for one in (goes.variant, *goes.substitutes):
        _require_used_up(session, made, one)
        if (other := catalog.item(session, one.item_id).unit) != unit:
            raise Refusal(f"{one.name} can't stand in for {goes.variant.name}: it is counted in {other}, not {unit}.", field="components")


def _require_used_up(session: Session, made: Variant, variant: Variant) -> None:
    if variant.id == made.id:
        raise Refusal(f"{made.name} can't be made of itself.", field="components")
    item = catalog.item(session, variant.item_id)
    if item.kind is not ItemKind.CONSUMABLE:
        why = "comes back" if item.kind is ItemKind.RETURNABLE else "is known by its serial"
        raise Refusal(f"{variant.name} {why}, and only what is used up can go in.", field="components")


def _edited(session: Session, bill: Bill, goes: Sequence[Goes]) -> list[Change]:
    """The changes of lines and substitutes that bring the bill to what is said, those that are not said again put to rest."""
    known = {one.variant_id: one for one in session.scalars(select(Component).where(COMPONENTS.c.bill_id == bill.id))}
    lines, said = list[Change](), set[int]()
    standing_in = _substitutes(session, [one.id for one in known.values()])
    for position, one in enumerate(goes):
        line = known.get(one.variant.id) or _added(session, _born(bill, one, position))
        said.add(line.id)
        lines.append(changed(line, active=True, quantity=one.quantity, scrap=one.scrap, position=position))
        lines += _edited_substitutes(session, line, one.substitutes, standing_in.get(line.id, {}))
    return lines + [changed(line, active=False) for line in known.values() if line.id not in said and line.active]


def _born(bill: Bill, goes: Goes, position: int) -> Component:
    return Component(bill_id=bill.id, variant_id=goes.variant.id, quantity=goes.quantity, scrap=goes.scrap, position=position, active=False)


def _edited_substitutes(session: Session, line: Component, said: Sequence[Variant], known: Mapping[int, Substitute]) -> list[Change]:
    edited = []
    for position, variant in enumerate(said):
        one = known.get(variant.id) or _added(
            session, Substitute(component_id=line.id, variant_id=variant.id, position=position, active=False)
        )
        edited.append(changed(one, active=True, position=position))
    ids = {variant.id for variant in said}
    return edited + [changed(one, active=False) for one in known.values() if one.variant_id not in ids and one.active]


def _substitutes(session: Session, component_ids: Sequence[int]) -> dict[int, dict[int, Substitute]]:
    found: dict[int, dict[int, Substitute]] = {}
    for one in session.scalars(select(Substitute).where(SUBSTITUTES.c.component_id.in_(component_ids))):
        found.setdefault(one.component_id, {})[one.variant_id] = one
    return found


def _added(session: Session, row: Row) -> Row:
    """The row, with its id; it is not alive yet."""
    session.add(row)
    session.flush()
    return row
