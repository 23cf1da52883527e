"""What the columns of a file in no form that we know seem to hold: by their names, and never without being asked."""

from collections.abc import Mapping
from difflib import SequenceMatcher

#: What our columns are called elsewhere.
_ALSO = {
    "item": ("item name", "product", "product name", "article", "part", "part name", "description", "title", "model"),
    "category": ("group", "type", "class", "family"),
    "sku": ("item number", "article number", "part number", "product code", "item code", "code", "ipn"),
    "unit": ("uom", "unit of measure", "units"),
    "kind": ("item kind", "tracking"),
    "location": ("place", "where", "store", "warehouse", "room", "shelf", "bin", "storage location", "stored in"),
    "quantity": ("qty", "count", "stock", "on hand", "in stock", "amount", "pieces", "pcs", "available"),
    "lot": ("batch", "batch code", "batch number", "lot number", "lot code"),
    "expires on": ("expiry", "expiry date", "expiration date", "best before", "use by"),
    "made on": ("production date", "manufactured on", "date of manufacture"),
    "supplier": ("vendor", "purchased from", "bought from", "seller"),
    "serial": ("serial number", "serial no", "s/n", "sn", "asset tag", "asset id"),
    "barcode": ("ean", "upc", "gtin", "qr code", "code128"),
    "reorder below": ("minimum", "min", "min stock", "minimum stock", "min amount", "min quantity", "reorder point", "reorder level"),
    "reorder to": ("maximum", "max", "max stock", "maximum stock", "target stock"),
    "unit cost": ("cost", "price", "unit price", "purchase price", "purchase cost", "value"),
    "purchased on": ("purchase date", "bought on", "date of purchase", "purchased"),
    "replace by": ("end of life", "eol", "eol date", "replacement date"),
    "note": ("notes", "comment", "comments", "remark", "remarks"),
}
#: How alike two names are at least, of which one is taken for a slip of the other.
_ALIKE = 0.8


def guessed(headers: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """Which of our columns each of the file's seems to fill, both by their keys; each of ours once, and where nothing speaks for it, none.

    A column without anything that names the item, but with a name, names the item by that.
    """
    likely = sorted(
        ((_alike(key, ours, label), key, ours) for key in headers for ours, label in columns.items()),
        key=lambda one: -one[0],
    )
    found: dict[str, str] = {}
    for alike, key, ours in likely:
        if alike >= _ALIKE and key not in found and ours not in found.values():
            found[key] = ours
    if "item" not in found.values() and found.get("name") == "name":
        found["name"] = "item"
    return {key: found[key] for key in headers if key in found}


def _alike(key: str, ours: str, label: str) -> float:
    """How much a header is like a column of ours: 1 for its very name, and a little less for what it is called elsewhere."""
    if key in {ours, label.casefold()}:
        return 1.0
    plain = key.replace("_", " ").replace(".", " ").strip()
    names = (ours, *_ALSO.get(ours, ()))
    return max(0.99 if plain == name else SequenceMatcher(None, plain, name).ratio() * 0.95 for name in names)
