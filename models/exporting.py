"""Exporting: all that is kept as rows of our own import form, as it lies now or lay on a past day.

Places come first, then what each thing is, its reorder points and codes, then how much lies where, and then each asset. What was exported
and imported into an empty database is exported from there the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from models import past
from models.assets import ASSETS
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS, ItemKind
from models.columns import key_of
from models.custom_fields import About
from models.exporting_custom import Columns
from models.importing.cells import path
from models.importing.forms import COLUMNS
from models.levels import LEVELS
from models.locations import LOCATIONS, OURS, OUTSIDE, Location, LocationKind
from models.lots import LOT_LEVELS, LOTS
from models.maintenance import OPEN, RECORDS
from models.members import MEMBERS
from models.packs import PACKS
from models.quantities import plain_money, plain_number
from models.reorder import POINTS
from models.then import Then
from models.workspace import workspace

Row = dict[str, str]


class _Place(NamedTuple):
    """A location as a file names it."""

    called: str
    kind: str

    @property
    def row(self) -> Row:
        return {"location": self.called, "location kind": self.kind}


def columns(own: Columns) -> list[str]:
    """The names of the columns: those of our own form, and those of custom fields."""
    return [*COLUMNS, *own.names]


def rows(then: Then, own: Columns, *, below: Location | None = None) -> Iterator[list[str]]:
    """The rows under `columns`: of everything that is kept, or of what lies in a location and below it, now or at a moment gone.

    Left out is when what is lent comes back. What is no more ours, as it was sold or used up, is told of only where somebody asks for the
    place that it went to: no import takes it in.
    """
    places = _places(then, below)
    stocked = {one: place for one, place in places.items() if place.kind in OURS} if below is None or below.ours else places
    told = _told(then, own) if below is None else iter(())
    where = (place.row | own.of(About.LOCATION, one) for one, place in places.items())
    for row in (*where, *told, *_points(then, places, below), *_lying(then, stocked, own)):
        yield _in_order(row, own)
    for row in _assets(then, stocked, own):
        yield _in_order(row, own)


def _in_order(row: Row, own: Columns) -> list[str]:
    return [row.get(column, "") for column in columns(own)]


def _places(then: Then, below: Location | None) -> dict[int, _Place]:
    """What lies in another place comes after it; a person is named with their e-mail address."""
    location, member = then(LOCATIONS).c, then(MEMBERS).c
    query = select(location.id, location.name, location.kind, location.parent_id, location.path, member.email)
    query = query.join(then(MEMBERS), member.location_id == location.id, isouter=True).where(location.archived_at.is_(None))
    known = {row.id: row for row in _read(then, query)}
    wanted = [row for row in known.values() if row.name != OUTSIDE.get(row.kind) and (below is None or row.path.startswith(below.path))]
    called = {row.id: _Place(f"{row.name} <{row.email}>" if row.email else _path(known, row.id), str(row.kind)) for row in wanted}
    return dict(sorted(called.items(), key=lambda place: place[1]))


def _path(known: Mapping[int, Any], id_: int | None) -> str:
    """The names from the top down, as an import reads them: "Warehouse / Shelf 2"."""
    names = []
    while id_ is not None:
        names.append(known[id_].name)
        id_ = known[id_].parent_id
    return path(reversed(names))


def _told(then: Then, own: Columns) -> Iterator[Row]:
    """What each thing is, and every code that is on it."""
    currency, packs = workspace(then.session).currency, _packs(then)
    categories = {row.id: row for row in _read(then, select(*then(CATEGORIES).c["id", "name", "parent_id"]))}
    columns = (
        *then(VARIANTS).c["sku", "attributes", "cost_minor", "currency"],
        *then(ITEMS).c["id", "category_id", "unit", "kind", "lot_tracked", "note"],
    )
    for thing in _read(then, _of_things(then, *columns)):
        yield {
            "item": thing.item,
            "category": _path(categories, thing.category_id),
            "attributes": "; ".join(f"{name}: {value}" for name, value in thing.attributes.items()),
            "sku": thing.sku,
            "unit": thing.unit,
            "packs": packs.get(thing.id, ""),
            "kind": str(thing.kind),
            "lot tracked": "yes" if thing.lot_tracked else "",
            "unit cost": plain_money(thing.cost_minor, currency) if thing.currency == currency else "",
            "note": thing.note or "",
        } | own.of(About.ITEM, thing.id)
    variant, barcode = then(VARIANTS).c, then(BARCODES).c
    codes = _of_things(then, variant.sku, barcode.code).join(then(BARCODES), barcode.variant_id == variant.id)
    for thing in _read(then, codes.where(barcode.archived_at.is_(None)).order_by(barcode.code_key)):
        yield {"item": thing.item, "sku": thing.sku, "barcode": thing.code}


def _of_things(then: Then, *columns: ColumnElement[Any]) -> Select[Any]:
    """Those columns of every thing that is in use, with its item's name, in an order that no import changes."""
    item, variant = then(ITEMS).c, then(VARIANTS).c
    query = select(item.name.label("item"), *columns).select_from(then(VARIANTS).join(then(ITEMS), item.id == variant.item_id))
    return query.where(variant.archived_at.is_(None), item.archived_at.is_(None)).order_by(item.name_key, variant.sku_key)


def _read(then: Then, query: Select[Any]) -> Iterator[Any]:
    return iter(then.session.connection().execute(query))


def _packs(then: Then) -> dict[int, str]:
    """What each item comes in: "box = 200; carton = 1000"."""
    found, pack = dict[int, str](), then(PACKS).c
    query = select(pack.item_id, pack.name, pack.quantity).where(pack.archived_at.is_(None))
    for item, name, quantity in _read(then, query.order_by(pack.quantity, pack.name_key)):
        found[item] = "; ".join(filter(None, [found.get(item), f"{name} = {plain_number(quantity)}"]))
    return found


def _points(then: Then, places: Mapping[int, _Place], below: Location | None) -> list[Row]:
    """Reorder points: of all places together first, then of each place."""
    variant, own = then(VARIANTS).c, then(POINTS).c
    query = _of_things(then, variant.sku, *own["location_id", "low", "high"]).join(then(POINTS), own.variant_id == variant.id)
    found = list[Row]()
    for point in _read(then, query.where(own.active)):
        high = plain_number(point.high) if point.high is not None else ""
        row = {"item": point.item, "sku": point.sku, "reorder below": plain_number(point.low), "reorder to": high}
        if point.location_id in places:
            found.append(row | places[point.location_id].row)
        elif point.location_id is None and below is None:
            found.append(row)
    return sorted(found, key=_order)


def _lying(then: Then, places: Mapping[int, _Place], own: Columns) -> list[Row]:
    """How much of which thing, and of which lot of it, lies where."""
    return sorted([*_in_lots(then, places, own), *_in_no_lot(then, places)], key=_order)


def _order(row: Row) -> tuple[str, str, str, str]:
    return key_of(row["item"]), key_of(row["sku"]), row.get("location", ""), row.get("lot", "")


def _in_lots(then: Then, places: Mapping[int, _Place], own: Columns) -> Iterator[Row]:
    held = LOT_LEVELS if then.at is None else past.lots_at(then.at).subquery("held")
    variant, lot, supplier = then(VARIANTS).c, then(LOTS).c, then(LOCATIONS).c
    of_lot = (lot.code, lot.expires_on, lot.made_on, lot.id.label("lot_id"), supplier.name.label("supplier"))
    query = _of_things(then, variant.sku, held.c.location_id, held.c.quantity, *of_lot)
    query = query.join(then(LOTS), lot.variant_id == variant.id).join(held, held.c.lot_id == lot.id)
    query = query.join(then(LOCATIONS), supplier.id == lot.supplier_id, isouter=True)
    for lying in _read(then, query.where(held.c.quantity > 0)):
        if lying.location_id in places:
            days = {"expires on": _day(lying.expires_on), "made on": _day(lying.made_on)}
            yield _so_much(lying, places) | days | {"lot": lying.code, "supplier": lying.supplier or ""} | own.of(About.LOT, lying.lot_id)


def _in_no_lot(then: Then, places: Mapping[int, _Place]) -> Iterator[Row]:
    held = select(LEVELS.c.variant_id, LEVELS.c.location_id, (LEVELS.c.quantity - LEVELS.c.lotted).label("quantity"))
    loose = (held if then.at is None else past.loose_at(then.at)).subquery("loose")
    variant = then(VARIANTS).c
    query = _of_things(then, variant.sku, loose.c.location_id, loose.c.quantity).join(loose, loose.c.variant_id == variant.id)
    for lying in _read(then, query.where(then(ITEMS).c.kind != ItemKind.SERIALISED, loose.c.quantity > 0)):
        if lying.location_id in places:
            yield _so_much(lying, places)


def _so_much(lying: Any, places: Mapping[int, _Place]) -> Row:
    return {"item": lying.item, "sku": lying.sku, "quantity": plain_number(lying.quantity)} | places[lying.location_id].row


def _assets(then: Then, places: Mapping[int, _Place], own: Columns) -> Iterator[Row]:
    """Each asset that is, or then was, in one of the places, and every code that is on it.

    What a vendor repairs stands where it comes back to.
    """
    currency, codes = workspace(then.session).currency, _codes_of_assets(then)
    there = past.as_of(then.session, then.at).places if then.at is not None else None
    homes = _homes(then)
    vendors = {row.id for row in _read(then, select(LOCATIONS.c.id).where(LOCATIONS.c.kind == LocationKind.SUPPLIER))}
    asset, variant = then(ASSETS).c, then(VARIANTS).c
    known = asset["id", "serial", "name", "location_id", "purchased_on", "cost_minor", "currency", "replace_by_on", "note"]
    query = _of_things(then, variant.sku, *known).join(then(ASSETS), asset.variant_id == variant.id)
    for one in _read(then, query.where(asset.archived_at.is_(None)).order_by(asset.serial_key)):
        here = one.location_id if there is None else there.get(one.id, 0)
        place = places.get(homes.get(one.id, here) if here in vendors else here)
        if place is None:
            continue
        yield (
            place.row
            | {
                "item": one.item,
                "sku": one.sku,
                "serial": one.serial,
                "name": one.name or "",
                "unit cost": plain_money(one.cost_minor, currency) if one.currency == currency else "",
                "purchased on": _day(one.purchased_on),
                "replace by": _day(one.replace_by_on),
                "note": one.note or "",
            }
            | own.of(About.ASSET, one.id)
        )
        yield from ({"item": one.item, "sku": one.sku, "serial": one.serial, "barcode": code} for code in codes.get(one.id, ()))


def _homes(then: Then) -> dict[int, int]:
    """Where each asset comes back to that is being repaired."""
    own = then(RECORDS).c
    query = select(own.asset_id, own.home_id).where(own.state.in_(OPEN), own.home_id.is_not(None))
    return {row.asset_id: row.home_id for row in _read(then, query)}


def _codes_of_assets(then: Then) -> dict[int, list[str]]:
    found, own = defaultdict[int, list[str]](list), then(BARCODES).c
    query = select(own.asset_id, own.code).where(own.asset_id.is_not(None), own.archived_at.is_(None)).order_by(own.code_key)
    for asset, code in _read(then, query):
        found[asset].append(code)
    return found


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
