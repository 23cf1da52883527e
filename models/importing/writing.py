"""Writing an import: the new rows are born void, many at a time, and the entry that follows brings all of them to life."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session

from models import bulk
from models.assets import ASSETS
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS
from models.changes import Change
from models.checkouts import CHECKOUTS
from models.importing.known import Thing, chunks
from models.importing.planning import Plan
from models.ledger import Act
from models.locations import LOCATIONS
from models.members import MEMBERS
from models.packs import PACKS
from models.refusals import Conflict
from models.reorder import POINTS
from models.search import Findable

#: Rows are written table by table, what is referred to first.
_IN_ORDER = (CATEGORIES, LOCATIONS, MEMBERS, ITEMS, PACKS, VARIANTS, ASSETS, BARCODES, POINTS, CHECKOUTS)
_FINDABLE = {
    CATEGORIES: Findable.CATEGORY,
    LOCATIONS: Findable.LOCATION,
    MEMBERS: Findable.MEMBER,
    ITEMS: Findable.ITEM,
    VARIANTS: Findable.VARIANT,
    ASSETS: Findable.ASSET,
}
_SET_PATHS = "UPDATE locations SET path = placed.column2 FROM (VALUES {rows}) AS placed WHERE locations.id = placed.column1"


def require_still_there(session: Session, plan: Plan) -> None:
    """Refuses a plan that builds on something which was archived since it was made."""
    for table in _IN_ORDER:
        ids = [thing.id for thing in plan.used if thing.table is table]
        live = sum(session.connection().execute(_count(table, chunk)).scalar_one() for chunk in chunks(ids))
        if live != len(ids):
            raise Conflict(f"Something that {plan.file} names was archived meanwhile. Import it once more.")


def _count(table: Table, ids: Sequence[Any]) -> Any:
    return select(func.count()).select_from(table).where(table.c.id.in_(ids), table.c.archived_at.is_(None))


def write_void(session: Session, act: Act, things: Sequence[Thing]) -> list[Change]:
    """Writes the rows, void, so that each has its id; answers with the changes that bring them to life, for one entry."""
    of_table: dict[Table, list[Thing]] = {table: [] for table in _IN_ORDER}
    for thing in things:
        of_table[thing.table].append(thing)
    for table, those in of_table.items():
        if table is VARIANTS:
            _number(session, those, new=set(of_table[ITEMS]))
        for generation in _generations(table, those):
            _write(session, act, table, generation)
    return [change for table, those in of_table.items() for change in _to_life(act, table, those)]


def _generations(table: Table, things: list[Thing]) -> Iterator[list[Thing]]:
    """What can be written at once: a location or category follows the one that it lies in."""
    waiting = things
    while waiting and "parent_id" in table.c:
        yield [thing for thing in waiting if thing["parent_id"] is None or thing["parent_id"].id is not None]
        waiting = [thing for thing in waiting if thing.id is None]
    if waiting:
        yield waiting


def names(things: Iterable[Thing]) -> Iterator[tuple[Findable, int, str]]:
    """What the things are found by, for the index of names."""
    for thing in things:
        kind = _FINDABLE.get(thing.table)
        named = thing.fields.get("name")
        if kind is None or not named or thing.id is None or (kind is Findable.VARIANT and named == thing["item_id"]["name"]):
            continue
        if kind is not Findable.LOCATION or thing["kind"] != "person":  # people are found as members
            yield kind, thing.id, named


def _write(session: Session, act: Act, table: Table, things: Sequence[Thing]) -> None:
    connection = session.connection()
    last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    columns = {name: _column(table, name, things) for name in things[0].fields}
    columns |= {name: [value] * len(things) for name, value in (_usual(table, *columns) | _void(act, table)).items()}
    bulk.execute(session, insert(table), list(columns), list(zip(*columns.values(), strict=True)))
    made = connection.execute(select(func.min(table.c.id), func.max(table.c.id)).where(table.c.id > last)).one()
    for thing, made_id in zip(things, range(made[0], made[1] + 1), strict=True):  # nobody else writes meanwhile
        thing.id = made_id
    if table is LOCATIONS:
        _set_paths(session, things)


def _column(table: Table, name: str, things: Sequence[Thing]) -> list[Any]:
    values = [thing.fields[name] for thing in things]
    return [value and value.id for value in values] if table.c[name].foreign_keys else values


@cache
def _usual(table: Table, *named: str) -> dict[str, Any]:
    """What a new row of the table holds where nobody says otherwise, in the columns that are not named."""
    usual = {column.name: column.default.arg for column in table.c if isinstance(column.default, ScalarElementColumnDefault)}
    return {name: value for name, value in usual.items() if name not in named}


def _void(act: Act, table: Table) -> dict[str, Any]:
    """What the rows of the table hold until the entry brings them to life."""
    if table is POINTS:
        return {"active": False}
    if table is CHECKOUTS:
        return {"quantity": 0, "by_id": act.by.id, "out_at": act.now, "agreed_at": act.now, "closed_at": act.now}
    return {"archived_at": act.now}


def _to_life(act: Act, table: Table, things: Sequence[Thing]) -> list[Change]:
    name = str(table.name)  # else the driver would have to find out, thousands of times, what kind of text it is
    if table is CHECKOUTS:
        born: dict[str, Any] = {"quantity": 0, "closed_at": act.now}
        out = {quantity: {"quantity": quantity, "closed_at": None} for quantity in {thing["quantity"] for thing in things}}
        return [Change(name, thing.id, born, out[thing["quantity"]]) for thing in things]  # type: ignore[arg-type]
    born = _void(act, table)
    alive = dict.fromkeys(born, table is POINTS or None)
    return [Change(name, thing.id, born, alive) for thing in things]  # type: ignore[arg-type]


def _number(session: Session, variants: Sequence[Thing], *, new: Set[Thing]) -> None:
    """Gives variants without a SKU of their own one from their item's number, as the register does. `new` items have no others."""
    unnumbered = [variant for variant in variants if variant.fields["sku"] is None]
    counts: dict[int | None, int] = defaultdict(int)
    for chunk in chunks({variant["item_id"].id for variant in unnumbered if variant["item_id"] not in new}):
        query = select(VARIANTS.c.item_id, func.count().label("many")).where(VARIANTS.c.item_id.in_(chunk)).group_by(VARIANTS.c.item_id)
        counts.update({row.item_id: row.many for row in session.connection().execute(query)})
    for variant in unnumbered:
        item = variant.fields["item_id"].id
        sku = f"Q{item:05d}-{counts[item] + 1}" if counts[item] else f"Q{item:05d}"
        variant.fields["sku"], variant.fields["sku_key"] = sku, sku.casefold()  # of plain letters and digits nothing else is folded
        counts[item] += 1


def _set_paths(session: Session, places: Sequence[Thing]) -> None:
    for place in places:
        place.fields["path"] = f"{place['parent_id']['path'] if place['parent_id'] else '/'}{place.id}/"
    bulk.execute_values(session, _SET_PATHS, [(place.id, place["path"]) for place in places])
