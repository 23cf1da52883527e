"""Exporting: all that is kept as rows of our own import form, as it lies now or lay on a past day.

Places come first, then what each thing is, its reorder points and codes, then how much lies where, and then each asset. What was exported
and imported into an empty database is exported from there the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session

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
from models.workspace import workspace

Row = dict[str, str]

#: What is in use, of a thing and of the item that it belongs to.
_IN_USE = (VARIANTS.c.archived_at.is_(None), ITEMS.c.archived_at.is_(None))
_BY_NAME = (ITEMS.c.name_key, VARIANTS.c.sku_key)


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


def rows(session: Session, own: Columns, *, below: Location | None = None, at: datetime | None = None) -> Iterator[list[str]]:
    """The rows under `columns`: of everything that is kept, or of what lies in a location and below it.

    With a moment (UTC) things lie where they lay then by what is known now, and lots are not told apart; what things are is as it is
    today. What was archived since is left out, and so is when what is lent comes back. What is no more ours, as it was sold or used up, is
    told of only where somebody asks for the place that it went to: no import takes it in.
    """
    places = _places(session, below)
    stocked = {one: place for one, place in places.items() if place.kind in OURS} if below is None or below.ours else places
    told = _told(session, own) if below is None else iter(())
    where = (place.row | own.of(About.LOCATION, one) for one, place in places.items())
    for row in (*where, *told, *_points(session, places, below), *_lying(session, stocked, own, at)):
        yield _in_order(row, own)
    for row in _assets(session, stocked, own, at):
        yield _in_order(row, own)


def _in_order(row: Row, own: Columns) -> list[str]:
    return [row.get(column, "") for column in columns(own)]


def _places(session: Session, below: Location | None) -> dict[int, _Place]:
    """What lies in another place comes after it; a person is named with their e-mail address."""
    columns = (LOCATIONS.c.id, LOCATIONS.c.name, LOCATIONS.c.kind, LOCATIONS.c.parent_id, LOCATIONS.c.path, MEMBERS.c.email)
    query = select(*columns).join(MEMBERS, MEMBERS.c.location_id == LOCATIONS.c.id, isouter=True).where(LOCATIONS.c.archived_at.is_(None))
    known = {row.id: row for row in session.connection().execute(query)}
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


def _told(session: Session, own: Columns) -> Iterator[Row]:
    """What each thing is, and every code that is on it."""
    currency, packs = workspace(session).currency, _packs(session)
    categories = {row.id: row for row in session.connection().execute(select(CATEGORIES.c.id, CATEGORIES.c.name, CATEGORIES.c.parent_id))}
    columns = (
        *VARIANTS.c["sku", "attributes", "cost_minor", "currency"],
        *ITEMS.c["id", "category_id", "unit", "kind", "lot_tracked", "note"],
    )
    for thing in session.connection().execute(_of_things(*columns)):
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
    codes = _of_things(VARIANTS.c.sku, BARCODES.c.code).join(BARCODES, BARCODES.c.variant_id == VARIANTS.c.id)
    codes = codes.where(BARCODES.c.archived_at.is_(None)).order_by(BARCODES.c.code_key)
    for thing in session.connection().execute(codes):
        yield {"item": thing.item, "sku": thing.sku, "barcode": thing.code}


def _of_things(*columns: ColumnElement[Any]) -> Select[Any]:
    """Those columns of every thing that is in use, with its item's name, in an order that no import changes."""
    query = select(ITEMS.c.name.label("item"), *columns).select_from(VARIANTS.join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id))
    return query.where(*_IN_USE).order_by(*_BY_NAME)


def _packs(session: Session) -> dict[int, str]:
    """What each item comes in: "box = 200; carton = 1000"."""
    found = dict[int, str]()
    query = select(PACKS.c.item_id, PACKS.c.name, PACKS.c.quantity).where(PACKS.c.archived_at.is_(None))
    for item, name, quantity in session.connection().execute(query.order_by(PACKS.c.quantity, PACKS.c.name_key)):
        found[item] = "; ".join(filter(None, [found.get(item), f"{name} = {plain_number(quantity)}"]))
    return found


def _points(session: Session, places: Mapping[int, _Place], below: Location | None) -> list[Row]:
    """Reorder points: of all places together first, then of each place."""
    query = _of_things(VARIANTS.c.sku, *POINTS.c["location_id", "low", "high"]).join(POINTS, POINTS.c.variant_id == VARIANTS.c.id)
    found = list[Row]()
    for point in session.connection().execute(query.where(POINTS.c.active)):
        high = plain_number(point.high) if point.high is not None else ""
        row = {"item": point.item, "sku": point.sku, "reorder below": plain_number(point.low), "reorder to": high}
        if point.location_id in places:
            found.append(row | places[point.location_id].row)
        elif point.location_id is None and below is None:
            found.append(row)
    return sorted(found, key=_order)


def _lying(session: Session, places: Mapping[int, _Place], own: Columns, at: datetime | None) -> list[Row]:
    """How much of which thing, and of which lot of it, lies where."""
    found = [*_in_lots(session, places, own), *_in_no_lot(session, places)] if at is None else _lay(session, places, at)
    return sorted(found, key=_order)


def _order(row: Row) -> tuple[str, str, str, str]:
    return key_of(row["item"]), key_of(row["sku"]), row.get("location", ""), row.get("lot", "")


def _in_lots(session: Session, places: Mapping[int, _Place], own: Columns) -> Iterator[Row]:
    of_lot = (*LOTS.c["code", "expires_on", "made_on"], LOTS.c.id.label("lot_id"), LOCATIONS.c.name.label("supplier"))
    query = _of_things(VARIANTS.c.sku, *LOT_LEVELS.c["location_id", "quantity"], *of_lot)
    query = query.join(LOT_LEVELS, LOT_LEVELS.c.variant_id == VARIANTS.c.id).join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
    query = query.join(LOCATIONS, LOCATIONS.c.id == LOTS.c.supplier_id, isouter=True).where(LOT_LEVELS.c.quantity > 0)
    for lying in session.connection().execute(query):
        if lying.location_id in places:
            days = {"expires on": _day(lying.expires_on), "made on": _day(lying.made_on)}
            yield _so_much(lying, places) | days | {"lot": lying.code, "supplier": lying.supplier or ""} | own.of(About.LOT, lying.lot_id)


def _in_no_lot(session: Session, places: Mapping[int, _Place]) -> Iterator[Row]:
    loose = (LEVELS.c.quantity - LEVELS.c.lotted).label("quantity")
    query = _of_things(VARIANTS.c.sku, LEVELS.c.location_id, loose).join(LEVELS, LEVELS.c.variant_id == VARIANTS.c.id)
    for lying in session.connection().execute(query.where(ITEMS.c.kind != ItemKind.SERIALISED, loose > 0)):
        if lying.location_id in places:
            yield _so_much(lying, places)


def _lay(session: Session, places: Mapping[int, _Place], at: datetime) -> Iterator[Row]:
    things = {
        thing.id: thing
        for thing in session.connection().execute(_of_things(*VARIANTS.c["id", "sku"]).where(ITEMS.c.kind != ItemKind.SERIALISED))
    }
    for level in past.stock_at(session, at):
        if level.variant_id in things and level.location_id in places:
            thing, quantity = things[level.variant_id], plain_number(level.quantity)
            yield {"item": thing.item, "sku": thing.sku, "quantity": quantity} | places[level.location_id].row


def _so_much(lying: Any, places: Mapping[int, _Place]) -> Row:
    return {"item": lying.item, "sku": lying.sku, "quantity": plain_number(lying.quantity)} | places[lying.location_id].row


def _assets(session: Session, places: Mapping[int, _Place], own: Columns, at: datetime | None) -> Iterator[Row]:
    """Each asset that is, or then was, in one of the places, and every code that is on it.

    What a vendor repairs now stands where it comes back to.
    """
    currency, codes = workspace(session).currency, _codes_of_assets(session)
    there = past.as_of(session, at).places if at is not None else None
    homes = _homes(session) if at is None else {}
    known = ("id", "serial", "name", "location_id", "purchased_on", "cost_minor", "currency", "replace_by_on", "note")
    query = _of_things(VARIANTS.c.sku, *ASSETS.c[known]).join(ASSETS, ASSETS.c.variant_id == VARIANTS.c.id)
    for asset in session.connection().execute(query.where(ASSETS.c.archived_at.is_(None)).order_by(ASSETS.c.serial_key)):
        here = asset.location_id if there is None else there.get(asset.id, 0)
        place = places.get(here) or places.get(homes.get(asset.id, 0))
        if place is None:
            continue
        yield (
            place.row
            | {
                "item": asset.item,
                "sku": asset.sku,
                "serial": asset.serial,
                "name": asset.name or "",
                "unit cost": plain_money(asset.cost_minor, currency) if asset.currency == currency else "",
                "purchased on": _day(asset.purchased_on),
                "replace by": _day(asset.replace_by_on),
                "note": asset.note or "",
            }
            | own.of(About.ASSET, asset.id)
        )
        yield from ({"item": asset.item, "sku": asset.sku, "serial": asset.serial, "barcode": code} for code in codes.get(asset.id, ()))


def _homes(session: Session) -> dict[int, int]:
    """Where each asset comes back to that a vendor repairs."""
    query = select(ASSETS.c.id, RECORDS.c.home_id).join(RECORDS, RECORDS.c.asset_id == ASSETS.c.id)
    query = query.join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id).where(LOCATIONS.c.kind == LocationKind.SUPPLIER)
    found = session.connection().execute(query.where(RECORDS.c.state.in_(OPEN), RECORDS.c.home_id.is_not(None)))
    return {row.id: row.home_id for row in found}


def _codes_of_assets(session: Session) -> dict[int, list[str]]:
    found = defaultdict[int, list[str]](list)
    query = select(BARCODES.c.asset_id, BARCODES.c.code).where(BARCODES.c.asset_id.is_not(None), BARCODES.c.archived_at.is_(None))
    for asset, code in session.connection().execute(query.order_by(BARCODES.c.code_key)):
        found[asset].append(code)
    return found


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
