"""The forms of Shelf: what its list of assets is exported as, and what it takes in itself.

An asset is known by its Asset ID, else by its QR id or barcode. What is tracked by quantity is kept by number.
"""

import csv
import re
from typing import Any

from models.catalog import ItemKind
from models.importing import cells
from models.importing.forms import Form, Person
from models.importing.peer_forms import item_of, placed, require, stocked
from models.refusals import Refusal

#: "500 boxes"
_HELD = re.compile(r"([\d.,]+)\s*(.*)")
_NO_CATEGORY = "uncategorized"


def _asset(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "item", "This row has no name.")
    holder, tracking, consumed = (values.pop(name, "") for name in ("holder_name", "tracking", "consumption"))
    codes = [values.pop(name, None) for name in ("tag", "qr", "peer_id")]
    model, held, unit = (values.pop(name, None) for name in ("model", "held", "peer_unit"))
    if several := values.pop("barcodes", None):  # of one kind: the file that it takes in packs them into a cell
        values["barcode"] = cells.code(next(csv.reader([several], skipinitialspace=True))[0], what="barcode")
    if "category" in values and values["category"][0].casefold() == _NO_CATEGORY:
        del values["category"]
    if "quantity" in tracking.casefold():
        values |= _counted(held, unit)
        return placed(item_of(values, ItemKind.CONSUMABLE if consumed.casefold() == "one_way" else ItemKind.RETURNABLE, "by number"))
    values.pop("low", None)
    return placed(item_of(_known(values, codes, model) | {"holder": Person(holder) if holder else None}, ItemKind.SERIALISED, "model"))


def _known(values: dict[str, Any], codes: list[str | None], model: str | None) -> dict[str, Any]:
    """One thing: its code is its serial, and another code of it a barcode; its model is the item."""
    barcode = values.pop("barcode", None)
    known = [code for code in (*codes[:2], barcode, codes[2]) if code]
    if not known:
        raise Refusal("This row has no Asset ID, QR ID or barcode, and each asset needs a code. Show one of these columns in Shelf.")
    other = barcode or codes[1]
    if other and other != known[0]:
        values["barcode"] = other
    name = values["item"] if model and model != values["item"] else None
    return values | {"serial": known[0], "item": model or values["item"], "own_name": name}


def _counted(held: str | None, unit: str | None) -> dict[str, Any]:
    found = _HELD.fullmatch(held or "0")
    if found is None:
        raise Refusal(f"I can't read {held} as a quantity.")
    said = unit or found[2]
    return {"quantity": cells.quantity(found[1])} | ({"unit": said} if said else {})


_COLUMNS = {
    "asset model": "model",
    "assetmodel": "model",
    "asset id": "tag",
    "qr id": "qr",
    "id": "peer_id",
    "description": "note",
    "category": "category",
    "location": "location",
    "custody": "holder_name",
    "custodian": "holder_name",
    "value": "priced",
    "valuation": "priced",
    "tracking method": "tracking",
    "type": "tracking",
    "quantity": "held",
    "total quantity": "held",
    "unit of measure": "peer_unit",
    "unitofmeasure": "peer_unit",
    "min quantity": "low",
    "minquantity": "low",
    "consumptiontype": "consumption",
    **dict.fromkeys(("code128", "code39", "ean-13", "datamatrix", "external qr"), "barcode"),
    **dict.fromkeys(("barcode_code128", "barcode_code39", "barcode_ean13", "barcode_datamatrix", "barcode_externalqr"), "barcodes"),
}
_SAYS = {
    "value": "Values are taken as amounts in the currency of this workspace.",
    "custody": "Who has how many of what is tracked by quantity does not stand in the file: all of it is put where it belongs.",
    "tracking method": "What is tracked by quantity comes back when it is lent.",
}


def _meant(values: dict[str, Any]) -> dict[str, Any]:
    priced = values.pop("priced", None)
    return _asset(values | ({"cost_minor": priced} if priced is not None else {}))


def _field(header: str) -> str:
    """ "cf: Colour, type: text" in the file that it takes in itself; in its list the name alone."""
    parts = [part.strip() for part in header.split(",")]
    return next((part[3:].strip() for part in parts if part.casefold().startswith("cf:")), header)


FORMS = tuple(
    Form("Shelf assets", frozenset(signs), {name: "item"} | _COLUMNS, _meant, stocked, says=_SAYS, called=_field)
    for name, signs in (
        ("name", {"name", "qr id"}),
        ("name", {"name", "custody"}),
        ("name", {"name", "available to book"}),
        ("title", {"title", "custodian"}),
        ("title", {"title", "valuation"}),
    )
)
