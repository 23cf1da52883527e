"""The form that Homebox exports, and what its rows mean here: a thing with a serial is an asset, and any other comes back by number.

Its places stand among the things, and are known by their addresses only.
"""

import re
from typing import Any

from models.catalog import ItemKind
from models.columns import clean
from models.importing.forms import Form
from models.importing.peer_forms import item_of, placed, require, stocked

_STEP = re.compile(r"\s*/\s*")
#: What the address of a place has in it; that of a thing has /item/.
_PLACE = "/location/"


def _skipped(values: dict[str, Any]) -> str | None:
    if values.get("archived", "").casefold() == "true":
        return "archived there"
    if values.get("sold_to"):
        return "sold there"
    if values.get("serial") and values.get("quantity") == 0:
        return "there is none of it"
    return None


def _row(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "item", "This row has no name.")
    for name in ("archived", "sold_to"):
        values.pop(name, None)
    within = steps(path, what="location") if (path := values.pop("path", None)) else ()
    if _PLACE in values.pop("url", ""):
        return {"location": (*within, values["item"])}
    return _thing(values | ({"location": within} if within else {}))


def _thing(values: dict[str, Any]) -> dict[str, Any]:
    if tags := values.pop("tags", None):
        values["category"] = (clean(tags.split(";")[0], what="tag", field="category"),)
    if note := "\n".join(filter(None, (values.pop("description", None), values.pop("note", None)))):
        values["note"] = note
    values["cost_minor"] = values.pop("cost_minor", None) or None  # the peer's zero means that nobody knows
    number = values.pop("tag", None)
    if number and number.strip("0-"):  # 000-000 is no number
        values["barcode"] = number
    return placed(item_of(values, ItemKind.SERIALISED if values.get("serial") else ItemKind.RETURNABLE, "by number"))


def steps(path: str, *, what: str) -> tuple[str, ...]:
    """The names of a path, from the top down, however a peer spaces it: "Garage / Shelf" or "Office/Safe"."""
    return tuple(clean(step, what=what, field=what) for step in _STEP.split(path.strip(" /")))


def _field(header: str) -> str:
    """ "HB.field.Colour" is a custom field there; the others have names of one word: "HB.warranty_details"."""
    name = header[3:] if header.casefold().startswith("hb.") else header
    return name[6:] if name.casefold().startswith("field.") else name.replace("_", " ")


FORMS = (
    Form(
        "Homebox",
        frozenset({"hb.name"}),
        {
            "hb.name": "item",
            "hb.model_number": "model_number",
            "hb.serial_number": "serial",
            "hb.asset_id": "tag",
            "hb.location": "path",
            "hb.tags": "tags",
            "hb.labels": "tags",
            "hb.quantity": "quantity",
            "hb.low_stock_threshold": "low",
            "hb.purchase_price": "cost_minor",
            "hb.purchase_from": "supplier",
            "hb.purchase_date": "purchased_on",
            "hb.purchase_time": "purchased_on",
            "hb.description": "description",
            "hb.notes": "note",
            "hb.archived": "archived",
            "hb.sold_to": "sold_to",
            "hb.url": "url",
        },
        _row,
        stocked,
        skipped=_skipped,
        says={
            "hb.tags": "Of several tags the first is the category; the others are left out.",
            "hb.labels": "Of several labels the first is the category; the others are left out.",
            "hb.quantity": "What has no serial is kept by number, and comes back when it is lent.",
        },
        called=_field,
    ),
)
