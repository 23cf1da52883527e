"""Stores of any size to measure in. The ledger itself posts what is in them, twenty thousand assets an entry."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

from sqlalchemy import Table, insert, select
from sqlmodel import Session

from models import ledger, search
from models.assets import ASSETS, bare
from models.caches import Line
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.columns import key_of
from models.database import Database
from models.entries import EntryKind
from models.locations import LOCATIONS, LocationKind, outside
from models.members import Role
from models.quantities import ONE
from models.search import Findable
from tests.world import MONDAY, World, fresh_database

#: So many assets are of one item, lie in one store, and are posted at once; one in so many is lent.
OF_AN_ITEM, IN_A_STORE, AT_ONCE, LENT = 100, 1_000, 20_000, 1_000

#: What `/stock move` moves, and between which locations.
BOLT, SOURCE, TARGET = "M8 hex bolt", "Warehouse", "Van 3"

#: What can be built: so many components, in so many bills of which each is a component of the one above.
PRODUCT, COMPONENTS, LEVELS = "Pump", 200, 4


def serial(number: int) -> str:
    """The serial of an asset by its number, from 0."""
    return f"SN-{number:07d}"


def item(number: int) -> str:
    """The item of an asset by its number, from 0."""
    return f"Camera model {number // OF_AN_ITEM:05d}"


def furnish(path: Path, assets: int) -> Database:
    """A database with so many assets, each received at a store, one in a thousand lent; and what is moved and built in it."""
    database = fresh_database(f"sqlite:///{path}")
    with database.transaction(timeout=600) as session:
        world = World(session, MONDAY - timedelta(days=30))
        world.member("Kim", Role.KEEPER, Role.ADMIN)
        world.has(f"1000000 {BOLT} in {SOURCE}", f"10 {BOLT} in {TARGET}")
        _bills(world)
        variants = _catalog(session, assets)
        stores = _stores(session, assets)
        _receive(world, assets, variants, stores)
        world.now = MONDAY - timedelta(days=3)
        for number in range(0, assets, LENT):
            world.lend(serial(number), to="Ana", by="Kim")
    return database


def _bills(world: World) -> None:
    """The product with all its components, of each of which there are enough."""
    each = COMPONENTS // LEVELS
    for level in range(LEVELS):
        parts = [f"{PRODUCT} part {level}-{number}" for number in range(each)]
        world.has(*(f"100000 {name} in {SOURCE}" for name in (parts if level == LEVELS - 1 else parts[1:])))
        world.bill(PRODUCT if level == 0 else f"{PRODUCT} part {level - 1}-0", *(f"2 {name}" for name in parts))


def _catalog(session: Session, assets: int) -> list[int]:
    names = [item(number) for number in range(0, assets, OF_AN_ITEM)]
    items = _written(session, ITEMS, [{"name": name, "name_key": key_of(name), "kind": ItemKind.SERIALISED} for name in names])
    described = [
        {"item_id": item_id, "name": name, "name_key": key_of(name), "sku": f"CAM-{item_id}", "sku_key": key_of(f"CAM-{item_id}")}
        for item_id, name in zip(items, names, strict=True)
    ]
    search.remember(session, [(Findable.ITEM, item_id, name) for item_id, name in zip(items, names, strict=True)])
    return _written(session, VARIANTS, [row | {"attributes": {}} for row in described])


def _stores(session: Session, assets: int) -> list[int]:
    names = [f"Store {number:04d}" for number in range(0, assets, IN_A_STORE)]
    stores = _written(session, LOCATIONS, [{"name": name, "name_key": key_of(name), "kind": LocationKind.WAREHOUSE} for name in names])
    for store in stores:
        session.connection().execute(LOCATIONS.update().where(LOCATIONS.c.id == store).values(path=f"/{store}/"))
    search.remember(session, [(Findable.LOCATION, store, name) for store, name in zip(stores, names, strict=True)])
    return stores


def _receive(world: World, assets: int, variants: Sequence[int], stores: Sequence[int]) -> None:
    supplier = outside(world.session, LocationKind.SUPPLIER).id
    numbers: Iterator[int] = iter(range(assets))
    while some := list(islice(numbers, AT_ONCE)):
        made = _written(
            world.session,
            ASSETS,
            [
                {
                    "serial": serial(number),
                    "serial_key": key_of(serial(number)),
                    "serial_bare": bare(key_of(serial(number))),
                    "variant_id": variants[number // OF_AN_ITEM],
                    "location_id": supplier,
                }
                for number in some
            ],
        )
        lines = [
            Line(variants[number // OF_AN_ITEM], ONE, supplier, stores[number // IN_A_STORE], asset)
            for number, asset in zip(some, made, strict=True)
        ]
        ledger.post(world.session, world.act(), EntryKind.RECEIVED, lines=lines)


def _written(session: Session, table: Table, rows: Sequence[dict[str, object]]) -> list[int]:
    """Writes rows of a table that had none of them, and answers with their ids."""
    last = session.connection().execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar() or 0
    ids = list(islice(count(last + 1), len(rows)))
    session.connection().execute(insert(table), [row | {"id": row_id} for row_id, row in zip(ids, rows, strict=True)])
    return ids
