"""Writing an import: the new rows are born void, many at a time, and the entry that follows brings all of them to life."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session

from models import bulk
from models.assets import ASSETS
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS
from models.changes import Change
from models.checkouts import CHECKOUTS
from models.columns import key_of
from models.importing.known import Thing, chunks
from models.importing.planning import Plan
from models.ledger import Act
from models.locations import LOCATIONS
from models.members import MEMBERS
from models.refusals import Conflict
from models.reorder import POINTS
from models.search import Findable

#: Rows are written table by table, what is referred to first.
_IN_ORDER = (CATEGORIES, LOCATIONS, MEMBERS, ITEMS, VARIANTS, ASSETS, BARCODES, POINTS, CHECKOUTS)
_FINDABLE = {
    CATEGORIES: Findable.CATEGORY,
    LOCATIONS: Findable.LOCATION,
    MEMBERS: Findable.MEMBER,
    ITEMS: Findable.ITEM,
    VARIANTS: Findable.VARIANT,
    ASSETS: Findable.ASSET,
}
_SET_PATH = update(LOCATIONS).where(LOCATIONS.c.id == bindparam("place")).values(path=bindparam("steps"))


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
    for table in _IN_ORDER:
        waiting = [thing for thing in things if thing.table is table]
        while waiting:  # a location or category follows the one that it lies in
            ready = [thing for thing in waiting if not (parent := thing.fields.get("parent_id")) or parent.id is not None]
            _write(session, act, table, ready)
            waiting = [thing for thing in waiting if thing.id is None]
    return [_to_life(act, thing) for thing in things]


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
    if table is VARIANTS:
        _number(session, things)
    connection = session.connection()
    last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    bulk.execute(session, insert(table), [_row(act, thing) for thing in things])
    ids = connection.execute(select(table.c.id).where(table.c.id > last).order_by(table.c.id)).scalars()
    for thing, made in zip(things, ids, strict=True):  # nobody else writes meanwhile
        thing.id = made
    if table is LOCATIONS:
        _set_paths(session, things)


def _row(act: Act, thing: Thing) -> dict[str, Any]:
    row = dict(_usual(thing.table))
    for name, value in thing.fields.items():
        row[name] = value.id if type(value) is Thing else value
    if thing.table is POINTS:
        row["active"] = False
    elif thing.table is CHECKOUTS:
        row |= {"quantity": 0, "by_id": act.by.id, "out_at": act.now, "agreed_at": act.now, "closed_at": act.now}
    else:
        row["archived_at"] = act.now
    return row


@cache
def _usual(table: Table) -> dict[str, Any]:
    """What a new row of the table holds where nobody says otherwise."""
    return {column.name: column.default.arg for column in table.c if isinstance(column.default, ScalarElementColumnDefault)}


def _to_life(act: Act, thing: Thing) -> Change:
    assert thing.id is not None
    if thing.table is POINTS:
        return Change(thing.table.name, thing.id, {"active": False}, {"active": True})
    if thing.table is CHECKOUTS:
        born, alive = {"quantity": 0, "closed_at": act.now}, {"quantity": thing["quantity"], "closed_at": None}
        return Change(thing.table.name, thing.id, born, alive)
    return Change(thing.table.name, thing.id, {"archived_at": act.now}, {"archived_at": None})


def _number(session: Session, variants: Sequence[Thing]) -> None:
    """Gives variants without a SKU of their own one from their item's number, as the register does."""
    unnumbered = [variant for variant in variants if variant["sku"] is None]
    counts = Counter[int]()
    items = {variant["item_id"].id for variant in unnumbered}
    for chunk in chunks(items):
        query = select(VARIANTS.c.item_id, func.count().label("many")).where(VARIANTS.c.item_id.in_(chunk)).group_by(VARIANTS.c.item_id)
        counts.update({row.item_id: row.many for row in session.connection().execute(query)})
    for variant in unnumbered:
        item = variant["item_id"].id
        sku = f"Q{item:05d}" + (f"-{counts[item] + 1}" if counts[item] else "")
        variant.fields |= {"sku": sku, "sku_key": key_of(sku)}
        counts[item] += 1


def _set_paths(session: Session, places: Sequence[Thing]) -> None:
    for place in places:
        place.fields["path"] = f"{place['parent_id']['path'] if place['parent_id'] else '/'}{place.id}/"
    bulk.execute(session, _SET_PATH, [{"place": place.id, "steps": place["path"]} for place in places])
