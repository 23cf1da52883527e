"""What the stores know already of the things that a file names. It is read in bulk, and nothing is locked for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session

from models import bulk, namesakes
from models.assets import ASSETS, bare
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS
from models.columns import key_of
from models.importing.forms import Said
from models.levels import LEVELS
from models.locations import LOCATIONS, OUTSIDE, LocationKind
from models.lots import LOT_LEVELS, LOTS
from models.members import MEMBERS
from models.packs import PACKS
from models.reorder import POINTS


@dataclass(eq=False, slots=True)
class Thing:
    """A row of a table: one that is there, with its id, or one that an import is to add.

    Where a field refers to another row, it holds that row's Thing, which may have no id yet.
    """

    table: Table
    fields: dict[str, Any]
    id: int | None = None

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


@dataclass(slots=True)
class Known:
    """The things that a file may mean, by what it may call them. Whatever a plan adds is known to the rows that follow."""

    #: (parent or None, key)
    categories: dict[tuple[Thing | None, str], Thing] = field(default_factory=dict)
    locations: dict[tuple[Thing | None, str], Thing] = field(default_factory=dict)
    locations_called: dict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))
    #: By "e-mail", "user name" and "name"
    people: dict[tuple[str, str], list[Thing]] = field(default_factory=lambda: defaultdict(list))
    #: The members' own locations.
    bodies: dict[int, Thing] = field(default_factory=dict)
    items: dict[str, Thing] = field(default_factory=dict)
    #: What each item comes in, by the folded names.
    packs: dict[Thing, dict[str, Thing]] = field(default_factory=lambda: defaultdict(dict))
    variants: dict[Thing, list[Thing]] = field(default_factory=lambda: defaultdict(list))
    skus: dict[str, Thing] = field(default_factory=dict)
    assets: dict[str, Thing] = field(default_factory=dict)
    barcodes: dict[str, Thing] = field(default_factory=dict)
    #: By their variant and the key of their code.
    lots: dict[tuple[Thing, str], Thing] = field(default_factory=dict)
    #: On hand, by ids of variant and location, and of lot and location; a place that was emptied is there with zero.
    levels: dict[tuple[int, int], int] = field(default_factory=dict)
    lot_levels: dict[tuple[int, int], int] = field(default_factory=dict)
    #: How much of what is on hand there is of no lot, by ids of variant and location.
    lotless: dict[tuple[int, int], int] = field(default_factory=dict)
    #: Reorder points by ids of variant and location (None: all locations), inactive ones too.
    points: dict[tuple[int, int | None], Thing] = field(default_factory=dict)
    #: What kits are called, which nothing else is: by the keys of their names, and by these as the keys of serials.
    kits: dict[str, str] = field(default_factory=dict)
    like_serials: dict[str, str] = field(default_factory=dict)
    supplier: Thing = field(default_factory=lambda: Thing(LOCATIONS, {}))


def known(session: Session, rows: Sequence[Said]) -> Known:
    """Reads what the stores know of what those rows name."""
    found = Known()
    _read_places(session, found)
    _read_people(session, found)
    _read_catalog(session, found, rows)
    _read_stock(session, found)
    found.kits = namesakes.called(session)
    found.like_serials = {bare(key): name for key, name in found.kits.items()}
    return found


def _read_places(session: Session, found: Known) -> None:
    by_id: dict[int, Thing] = {}
    for table, by_name in ((CATEGORIES, found.categories), (LOCATIONS, found.locations)):
        by_id = {thing.id: thing for thing in _things(session, table) if thing.id is not None}
        for thing in by_id.values():
            if table is CATEGORIES or thing["kind"] is not LocationKind.PERSON:
                by_name[by_id.get(thing["parent_id"]), thing["name_key"]] = thing
    for thing in found.locations.values():
        found.locations_called[thing["name_key"]].append(thing)
    found.bodies = {number: thing for number, thing in by_id.items() if thing["kind"] is LocationKind.PERSON}
    found.supplier = found.locations[None, key_of(OUTSIDE[LocationKind.SUPPLIER])]


def _read_people(session: Session, found: Known) -> None:
    for member in _things(session, MEMBERS, MEMBERS.c.location_id.is_not(None)):
        member.fields["location_id"] = found.bodies[member["location_id"]]
        remember_person(found, member)


def remember_person(found: Known, member: Thing) -> None:
    """Makes a member known by everything that a file may call them."""
    for what, value in (("e-mail", member["email_key"]), ("user name", member["username"]), ("name", member["name_key"])):
        if value:
            found.people[what, key_of(value)].append(member)


def _read_catalog(session: Session, found: Known, rows: Sequence[Said]) -> None:
    codes = {key_of(code) for row in rows for code in (row.barcode, row.sku, row.serial) if code}
    names = {key_of(name) for row in rows for name in (row.item, row.otherwise) if name}
    for item in _things_with(session, ITEMS, ITEMS.c.name_key, names):
        found.items[item["name_key"]] = item
    by_id = {item.id: item for item in found.items.values()}
    for barcode in _things_with(session, BARCODES, BARCODES.c.code_key, codes):
        found.barcodes[barcode["code_key"]] = barcode
    for asset in _things_with(session, ASSETS, ASSETS.c.serial_key, codes):
        found.assets[asset["serial_key"]] = asset
    wanted = {row["variant_id"] for row in (*found.barcodes.values(), *found.assets.values())} - {None}
    coded = [*_things_with(session, VARIANTS, VARIANTS.c.sku_key, codes), *_things_with(session, VARIANTS, VARIANTS.c.id, wanted)]
    for item in _things_with(session, ITEMS, ITEMS.c.id, {variant["item_id"] for variant in coded} - by_id.keys()):
        found.items[item["name_key"]] = by_id[item.id] = item
    for pack in _things_with(session, PACKS, PACKS.c.item_id, by_id.keys()):
        found.packs[by_id[pack["item_id"]]][pack["name_key"]] = pack
    variants = {variant.id: variant for variant in _things_with(session, VARIANTS, VARIANTS.c.item_id, by_id.keys())}
    for variant in variants.values():
        variant.fields["item_id"] = item = by_id[variant["item_id"]]
        found.variants[item].append(variant)
        found.skus[variant["sku_key"]] = variant
    for thing in (*found.assets.values(), *found.barcodes.values()):
        thing.fields["variant_id"] = variants.get(thing["variant_id"])


def _read_stock(session: Session, found: Known) -> None:
    variants = {variant.id: variant for own in found.variants.values() for variant in own}
    for lot in _things_with(session, LOTS, LOTS.c.variant_id, {one.id for one in variants.values() if one["item_id"]["lot_tracked"]}):
        found.lots[variants[lot["variant_id"]], lot["code_key"]] = lot
    for chunk in bulk.pages({lot.id for lot in found.lots.values()}):
        held = select(LOT_LEVELS.c.lot_id, LOT_LEVELS.c.location_id, LOT_LEVELS.c.quantity).where(LOT_LEVELS.c.lot_id.in_(chunk))
        for row in session.connection().execute(held.where(LOT_LEVELS.c.ours)):
            found.lot_levels[row.lot_id, row.location_id] = row.quantity
    for chunk in bulk.pages(variants):
        held = select(LEVELS.c.variant_id, LEVELS.c.location_id, LEVELS.c.quantity, LEVELS.c.lotted).where(LEVELS.c.variant_id.in_(chunk))
        for row in session.connection().execute(held.where(LEVELS.c.ours)):
            found.levels[row.variant_id, row.location_id] = row.quantity
            found.lotless[row.variant_id, row.location_id] = row.quantity - row.lotted
        for point in session.connection().execute(select(POINTS).where(POINTS.c.variant_id.in_(chunk))).mappings():
            found.points[point["variant_id"], point["location_id"]] = Thing(POINTS, dict(point), point["id"])


def _things_with(session: Session, table: Table, column: ColumnElement[Any], keys: Iterable[Any]) -> Iterator[Thing]:
    for chunk in bulk.pages(keys):
        yield from _things(session, table, column.in_(chunk))


def _things(session: Session, table: Table, *conditions: ColumnElement[bool]) -> Iterator[Thing]:
    """The rows of the table that are not archived."""
    query = select(table).where(table.c.archived_at.is_(None), *conditions)
    for row in session.connection().execute(query).mappings():
        yield Thing(table, dict(row), row["id"])
