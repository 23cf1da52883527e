"""The forms that InvenTree exports: its stock items and its parts.

A stock item with a serial is an asset, any other lies by number, in the lot of its batch. InvenTree counts serials anew for each part.
"""

from collections.abc import Sequence
from typing import Any

from models.catalog import ItemKind
from models.columns import key_of
from models.importing.forms import Form, Said
from models.importing.homebox import steps
from models.importing.peer_forms import item_of, placed, require, stocked, unparted

#: The lot of stock that no batch is said of, of a part whose other stock has one.
_NO_BATCH = "no batch"
_NO, _YES = frozenset({"false", "no", "0"}), frozenset({"true", "yes", "1"})


def _gone(values: dict[str, Any]) -> str | None:
    return "not in stock there (sold, used up or built in)" if values.get("in_stock", "").casefold() in _NO else None


def _inactive(values: dict[str, Any]) -> str | None:
    return "inactive there" if values.get("active", "").casefold() in _NO else None


def _stock_item(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "item", "This row names no part.")
    values.pop("in_stock", None)
    name, path, priced = (values.pop(each, None) for each in ("place", "path", "priced"))
    description, revision = values.pop("description", None), values.pop("revision", None)
    if path or name:
        values["location"] = steps(path or name, what="location")
    if priced:
        values["cost_minor"] = priced
    serial = values.get("serial")
    if serial is None and description:
        values["note"] = description
    if serial is not None:
        values.pop("lot", None)
        values.pop("expires_on", None)
        if serial.isdecimal():
            values["serial"] = f"{values.get('sku') or values['item']} #{serial}"
    told = item_of(values, ItemKind.SERIALISED if serial else ItemKind.CONSUMABLE, "by number")
    return placed(told | {"attributes": {"revision": unparted(revision)} if revision else {}})


def _part(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "item", "This part has no name.")
    values.pop("active", None)
    path, tracked = values.pop("category_path", None), values.pop("tracked", "")
    if path:
        values["category"] = steps(path, what="category")
    return item_of(values, ItemKind.SERIALISED if tracked.casefold() in _YES else ItemKind.CONSUMABLE, "by number")


def _in_lots(rows: Sequence[Said]) -> list[str]:
    """Here an item is tracked by lots or is not: stock of no batch gets a lot of its own, where other stock of the part has one."""
    tracked = {key_of(row.item or "") for row in rows if row.lot}
    lotless = dict[str, None]()
    for row in rows:
        if key_of(row.item or "") in tracked and row.serial is None:
            row.lot_tracked = True
            if row.lot is None:
                row.lot = _NO_BATCH
                lotless[row.item or ""] = None
    return [f"{item} has stock of no batch: it is kept as the lot “{_NO_BATCH}”." for item in lotless] + stocked(rows)


FORMS = (
    Form(
        "InvenTree stock items",
        frozenset({"part.name", "quantity"}),
        {
            "part.name": "item",
            "part.ipn": "sku",
            "part.revision": "revision",
            "part.description": "description",
            "location.path": "path",
            "location.name": "place",
            "quantity": "quantity",
            "serial number": "serial",
            "batch code": "lot",
            "expiry date": "expires_on",
            "purchase price": "priced",
            "notes": "note",
            "in stock": "in_stock",
        },
        _stock_item,
        _in_lots,
        skipped=_gone,
        says={
            "purchase price": "Purchase prices are taken as amounts in the currency of this workspace, rounded to its smallest coin.",
            "serial number": "A serial that is a bare number is kept with the part's IPN or name before it, because parts share numbers.",
            "batch code": "Batch codes are kept as lots; of what has a serial they are left out.",
        },
    ),
    Form(
        "InvenTree parts",
        frozenset({"name", "ipn", "minimum stock"}),
        {
            "name": "item",
            "ipn": "sku",
            "description": "note",
            "category.path": "category_path",
            "category name": "category",
            "units": "unit",
            "minimum stock": "low",
            "trackable": "tracked",
            "active": "active",
        },
        _part,
        stocked,
        skipped=_inactive,
    ),
)
