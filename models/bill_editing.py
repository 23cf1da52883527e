"""Writing a bill of materials: the whole of it at once, as one entry that can be undone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlmodel import Session

from models import bills, bulk, catalog, ledger
from models.bills import ALL, BILLS, COMPONENTS, SUBSTITUTES, Bill, Part, Parts
from models.catalog import ItemKind, Variant
from models.changes import Change, changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.members import Permission, require
from models.quantities import MOST
from models.refusals import Conflict, Refusal

#: A row of a table, by its columns
Row = dict[str, Any]

#: So many ids are asked for at once.
AT_ONCE = 900
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
    for number, one in enumerate(goes):
        require_goes(session, variant, one, goes[:number])
    parts = [part_of(one) for one in goes]
    if bills.parts_of(session, [variant.id]).get(variant.id) == parts:
        raise Refusal(f"That is the bill of materials of {variant.name} already.", field="components")
    return ledger.post(session, act, EntryKind.SET_BILL, changed=changes_to(session, {variant.id: parts}))


def part_of(goes: Goes) -> Part:
    """A line as a bill holds it."""
    return Part(goes.variant.id, goes.quantity, goes.scrap, tuple(one.id for one in goes.substitutes))


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
    if len(before) == MOST_COMPONENTS:
        raise Refusal(f"A bill has {MOST_COMPONENTS} components at most. Make some of them a sub-assembly.", field="components")
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
    item = catalog.item(session, goes.variant.item_id)
    for one in (goes.variant, *goes.substitutes):
        _require_used_up(session, made, one)
        other = catalog.item(session, one.item_id)
        why = f"it is counted in {other.unit}, not {item.unit}" if other.unit != item.unit else ""
        if not why and other.fractions is not item.fractions:
            why = "one of them is counted in whole numbers, the other in fractions"
        if why:
            raise Refusal(f"{one.name} can't stand in for {goes.variant.name}: {why}.", field="components")


def _require_used_up(session: Session, made: Variant, variant: Variant) -> None:
    if variant.id == made.id:
        raise Refusal(f"{made.name} can't be made of itself.", field="components")
    item = catalog.item(session, variant.item_id)
    if item.kind is not ItemKind.CONSUMABLE:
        why = "comes back" if item.kind is ItemKind.RETURNABLE else "is known by its serial"
        raise Refusal(f"{variant.name} {why}, and only what is used up can go in.", field="components")


def changes_to(session: Session, parts: Parts) -> list[Change]:
    """The changes that make exactly these the bills of what they are of: what is not said again is put to rest."""
    own = _rows(session, BILLS, ("variant_id",), parts)
    _add(session, BILLS, own, {(made_id,): {"variant_id": made_id, "edition": 0} for made_id in parts})
    bill_ids = {made_id: own[made_id,]["id"] for made_id in parts}
    lines = _rows(session, COMPONENTS, ("bill_id", "variant_id"), bill_ids.values())
    said: dict[tuple[int, ...], Row] = {
        (bill_ids[made_id], part.variant_id): {"quantity": part.quantity, "scrap": part.scrap, "position": place}
        for made_id, of in parts.items()
        for place, part in enumerate(of)
    }
    _add(session, COMPONENTS, lines, {key: {"bill_id": key[0], "variant_id": key[1]} | terms for key, terms in said.items()})
    others: dict[tuple[int, ...], Row] = {
        (lines[bill_ids[made_id], part.variant_id]["id"], one): {"position": place}
        for made_id, of in parts.items()
        for part in of
        for place, one in enumerate(part.substitutes)
    }
    standing_in = _rows(session, SUBSTITUTES, ("component_id", "variant_id"), [line["id"] for line in lines.values()])
    _add(session, SUBSTITUTES, standing_in, {key: {"component_id": key[0], "variant_id": key[1]} | terms for key, terms in others.items()})
    written = [_change(BILLS, row, active=True, edition=row["edition"] + 1) for row in own.values()]
    for table, rows, wanted in ((COMPONENTS, lines, said), (SUBSTITUTES, standing_in, others)):
        written += [_change(table, row, active=key in wanted, **wanted.get(key, {})) for key, row in rows.items()]
    return [change for change in written if change.after]


def _rows(session: Session, table: Table, key: Sequence[str], ids: Iterable[int]) -> dict[tuple[int, ...], Row]:
    """The rows whose first column of the key has one of those ids, by their keys."""
    pages = (select(table).where(table.c[key[0]].in_(page)) for page in bulk.pages(ids, AT_ONCE))
    found = (dict(row) for page in pages for row in session.connection().execute(page).mappings())
    return {tuple(row[name] for name in key): row for row in found}


def _add(session: Session, table: Table, known: dict[tuple[int, ...], Row], wanted: Mapping[tuple[int, ...], Row]) -> None:
    """Writes those rows that are not known yet. They are not alive."""
    new = [key for key in wanted if key not in known]
    if not new:
        return
    last = session.connection().execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    for row_id, key in enumerate(new, start=last + 1):  # nobody else writes meanwhile
        known[key] = {"id": row_id, "active": False} | wanted[key]
    names = list(known[new[0]])
    bulk.execute(session, insert(table), names, [tuple(known[key][name] for name in names) for key in new])


def _change(table: Table, row: Row, **after: Any) -> Change:
    differing = {name: value for name, value in after.items() if row[name] != value}
    return Change(table.name, row["id"], {name: row[name] for name in differing}, differing)
