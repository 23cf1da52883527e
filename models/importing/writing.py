"""Writing an import: the new rows are born void, many at a time, and the entry that follows brings all of them to life."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session

from models import bulk
from models.assets import ASSETS
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS
from models.changes import Change
from models.checkouts import CHECKOUTS
from models.importing.known import Thing
from models.importing.planning import Batch, Move, Plan
from models.kits import KIT_PARTS, KITS
from models.ledger import Act
from models.levels import LEVELS
from models.locations import LOCATIONS, LocationKind
from models.lots import LOTS
from models.members import MEMBERS
from models.packs import PACKS
from models.refusals import Conflict
from models.reorder import POINTS
from models.search import Findable

#: Rows are written table by table, what is referred to first.
_IN_ORDER = (CATEGORIES, LOCATIONS, MEMBERS, ITEMS, PACKS, VARIANTS, LOTS, ASSETS, BARCODES, POINTS, CHECKOUTS, KITS, KIT_PARTS)
#: What counts while it is active; the rest, while it is not archived.
_ACTIVE = (POINTS, KIT_PARTS)
_FINDABLE = {
    CATEGORIES: Findable.CATEGORY,
    LOCATIONS: Findable.LOCATION,
    MEMBERS: Findable.MEMBER,
    ITEMS: Findable.ITEM,
    VARIANTS: Findable.VARIANT,
    ASSETS: Findable.ASSET,
    KITS: Findable.KIT,
}
_SET_PATHS = "UPDATE locations SET path = placed.column2 FROM (VALUES {rows}) AS placed WHERE locations.id = placed.column1"


def require_still_there(session: Session, plan: Plan) -> None:
    """Refuses a plan that builds on something which was archived since it was made, or brings stock to where some has come since."""
    for table in _IN_ORDER:
        ids = [thing.id for thing in plan.used if thing.table is table]
        live = sum(session.connection().execute(_count(table, chunk)).scalar_one() for chunk in bulk.pages(ids))
        if live != len(ids):
            raise Conflict(f"Something that {plan.file} names was archived meanwhile. Import it once more.")
    brought = {(move.variant.id, move.target.id) for move in plan.moves if move.asset is None and move.lot is None and _comes_in(move)}
    for page in bulk.pages({variant_id for variant_id, _ in brought}):
        there = select(LEVELS.c.variant_id, LEVELS.c.location_id).where(LEVELS.c.variant_id.in_(page), LEVELS.c.ours)
        if any(tuple(row) in brought for row in session.connection().execute(there)):
            raise Conflict(f"Some of what {plan.file} brings lies there by now. Import it once more.")


def _comes_in(move: Move) -> bool:
    """Whether it brings something that is known to a place that is."""
    return bool(move.variant.id and move.target.id) and move.source["kind"] is LocationKind.SUPPLIER


def _count(table: Table, ids: Sequence[Any]) -> Any:
    return select(func.count()).select_from(table).where(table.c.id.in_(ids), table.c.archived_at.is_(None))


def batches(session: Session, things: Sequence[Thing]) -> list[Batch]:
    """The rows that an import adds, as they are written: what is referred to first."""
    of_table: dict[Table, list[Thing]] = {table: [] for table in _IN_ORDER}
    for thing in things:
        of_table[thing.table].append(thing)
    return [_batch(session, table, those) for table, every in of_table.items() for those in _generations(table, every)]


def _generations(table: Table, things: list[Thing]) -> Iterator[list[Thing]]:
    """What can be written at once: a location or category follows the one that it lies in."""
    if "parent_id" not in table.c:
        yield from [things] if things else []
        return
    waiting, later = things, set(things)
    while waiting:
        ready = [thing for thing in waiting if thing["parent_id"] not in later]
        yield ready
        later -= set(ready)
        waiting = [thing for thing in waiting if thing in later]


def _batch(session: Session, table: Table, things: list[Thing]) -> Batch:
    columns = {name: [thing.fields[name] for thing in things] for name in things[0].fields}
    columns |= {name: [value] * len(things) for name, value in _usual(table).items() if name not in columns}
    references = {name: columns.pop(name) for name in list(columns) if table.c[name].foreign_keys}
    return Batch(
        table, things, {name: bulk.for_driver(session, table.c[name].type, column) for name, column in columns.items()}, references
    )


def write_void(session: Session, act: Act, ready: Sequence[Batch]) -> list[Change]:
    """Writes the rows, void, so that each has its id; answers with the changes that bring them to life, for one entry."""
    new_items = {thing for batch in ready if batch.table is ITEMS for thing in batch.things}
    for batch in ready:
        _write(session, act, batch, new_items)
    return [change for batch in ready for change in _to_life(act, batch)]


def names(things: Iterable[Thing]) -> Iterator[tuple[Findable, int, str]]:
    """What the things are found by, for the index of names."""
    for thing in things:
        kind = _FINDABLE.get(thing.table)
        named = thing.fields.get("name")
        if kind is None or not named or thing.id is None or (kind is Findable.VARIANT and named == thing["item_id"]["name"]):
            continue
        if kind is not Findable.LOCATION or thing["kind"] != "person":  # people are found as members
            yield kind, thing.id, named


def _write(session: Session, act: Act, batch: Batch, new_items: Set[Thing]) -> None:
    table, things = batch.table, batch.things
    columns = batch.columns | {name: [one and one.id for one in others] for name, others in batch.references.items()}
    for name, value in _void(act, table).items():
        columns[name] = bulk.for_driver(session, table.c[name].type, [value] * len(things))
    if table is VARIANTS:
        columns |= _numbered(session, batch, new_items)
    for thing, thing_id in zip(things, bulk.add(session, table, columns), strict=True):
        thing.id = thing_id
    if table is LOCATIONS:
        _set_paths(session, things)


@cache
def _usual(table: Table) -> dict[str, Any]:
    """What a new row of the table holds where nobody says otherwise."""
    return {column.name: column.default.arg for column in table.c if isinstance(column.default, ScalarElementColumnDefault)}


def _void(act: Act, table: Table) -> dict[str, Any]:
    """What the rows of the table hold until the entry brings them to life."""
    if table in _ACTIVE:
        return {"active": False}
    if table is CHECKOUTS:
        return {"quantity": 0, "by_id": act.by.id, "out_at": act.now, "agreed_at": act.now, "closed_at": act.now}
    return {"archived_at": act.now}


def _to_life(act: Act, batch: Batch) -> list[Change]:
    name = str(batch.table.name)  # else the driver would have to find out, thousands of times, what kind of text it is
    if batch.table is CHECKOUTS:
        born: dict[str, Any] = {"quantity": 0, "closed_at": act.now}
        out = {quantity: {"quantity": quantity, "closed_at": None} for quantity in set(batch.columns["quantity"])}
        return [Change(name, thing.id, born, out[thing.fields["quantity"]]) for thing in batch.things]  # type: ignore[arg-type]
    born = _void(act, batch.table)
    alive = dict.fromkeys(born, batch.table in _ACTIVE or None)
    return [Change(name, thing.id, born, alive) for thing in batch.things]  # type: ignore[arg-type]


def _numbered(session: Session, batch: Batch, new_items: Set[Thing]) -> dict[str, list[str]]:
    """The SKUs of variants: one without an SKU of its own gets one from its item's number, as in the register."""
    items, skus, keys = batch.references["item_id"], list(batch.columns["sku"]), list(batch.columns["sku_key"])
    counts: dict[int | None, int] = defaultdict(int)
    for page in bulk.pages({item.id for item in items if item and item not in new_items}):
        query = select(VARIANTS.c.item_id, func.count().label("many")).where(VARIANTS.c.item_id.in_(page)).group_by(VARIANTS.c.item_id)
        counts.update({row.item_id: row.many for row in session.connection().execute(query)})
    for place, item in enumerate(items):
        if skus[place] is None and item:
            skus[place] = sku = f"Q{item.id:05d}-{counts[item.id] + 1}" if counts[item.id] else f"Q{item.id:05d}"
            keys[place] = sku.casefold()  # of plain letters and digits nothing else is folded
            counts[item.id] += 1
    return {"sku": skus, "sku_key": keys}


def _set_paths(session: Session, places: Sequence[Thing]) -> None:
    for place in places:
        place.fields["path"] = f"{place['parent_id']['path'] if place['parent_id'] else '/'}{place.id}/"
    bulk.execute_values(session, _SET_PATHS, [(place.id, place["path"]) for place in places], one="(?, ?)")
