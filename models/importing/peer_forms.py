"""The forms that Snipe-IT exports and imports, and what their rows mean here.

Its models are our items and their model numbers the variants; its assets are known by serial, else by asset tag; its consumables and
components are used up, its accessories come back. Everything is told by the headers alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

from models.catalog import ItemKind
from models.columns import key_of
from models.importing import cells
from models.importing.forms import Form, Person, Said
from models.refusals import Refusal

#: Where things are put whose row names no place: each must be somewhere.
UNPLACED = "Unplaced"

_CATALOG = {"category": "category", "model number": "model_number", "notes": "note"}
_STOCK = _CATALOG | {
    "qty": "quantity",
    "quantity": "quantity",
    "location": "location",
    "min amount": "low",
    "supplier": "supplier",
    "purchase cost": "cost_minor",
}
_PERSON = {
    "first name": "first_name",
    "last name": "last_name",
    "email": "email",
    "e-mail": "email",
    "username": "username",
}


def _stock(kind: ItemKind, word: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What a row of counted things means; `word` tells its item from one of the same name in another of the peer's lists."""

    def meant(values: dict[str, Any]) -> dict[str, Any]:
        require(values, "item", "This row has no name.")
        return placed(item_of(values, kind, word))

    return meant


def _asset(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "item", "This row names no model.")
    tag, serial = values.pop("tag", None), values.get("serial")
    if not (serial or tag):
        raise Refusal("This row has neither a serial nor an asset tag.", field="Asset Tag")
    values["serial"] = serial or tag
    if serial and tag and key_of(serial) != key_of(tag):
        values["barcode"] = tag
    values["holder"] = _holder(values)
    return placed(item_of(values, ItemKind.SERIALISED, "model"))


def _holder(values: dict[str, Any]) -> Person | tuple[str, ...] | None:
    """Who has it: the person, or the place, that the row says it is checked out to."""
    place, kind, person = values.pop("holder_location", None), values.pop("holder_kind", ""), _taken_person(values)
    if person is not None and kind.casefold() != "location":
        return person
    return (place,) if place else None


def _model(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "item", "This model has no name.")
    return item_of(values, ItemKind.SERIALISED, "model")


def item_of(values: dict[str, Any], kind: ItemKind, word: str) -> dict[str, Any]:
    """A row that names an item of that kind; `word` tells it from one of another kind with the same name."""
    number = values.pop("model_number", None)
    attributes = {"model number": unparted(number)} if number else {}
    low = values.pop("low", None) or None  # the peer's zero means that nobody is warned
    return values | {"kind": kind, "attributes": attributes, "low": low, "otherwise": f"{values['item']} ({word})"}


def unparted(value: str) -> str:
    """An attribute without the sign that parts two of them in a file of ours."""
    return value.replace(";", ",")


def placed(values: dict[str, Any]) -> dict[str, Any]:
    """A row whose thing is somewhere, whether it says so or not."""
    return {"location": (UNPLACED,)} | values


def _user(values: dict[str, Any]) -> dict[str, Any]:
    person = _taken_person(values)
    if person is None:
        raise Refusal("This row names nobody.", field="Username")
    return {"person": person}


def _taken_person(values: dict[str, Any]) -> Person | None:
    """The person that the cells name, which are taken out; None where they name nobody."""
    first, last, email, username = (values.pop(name, None) for name in ("first_name", "last_name", "email", "username"))
    name = " ".join(part for part in (first, last) if part) or username or email
    return Person(name, email, username) if name else None


def _location(values: dict[str, Any]) -> dict[str, Any]:
    require(values, "location", "This location has no name.")
    parent, address = values.pop("parent", None), values.pop("address", None)
    return {"location": (parent, *values["location"]) if parent else values["location"], "note": address}


def require(values: dict[str, Any], name: str, reason: str) -> None:
    """Refuses a row without it."""
    if name not in values:
        raise Refusal(reason)


def _one_category(rows: Sequence[Said]) -> list[str]:
    """The peer lets the rows of a model differ in their category. Here an item has one: the first."""
    first: dict[str, tuple[str, ...] | None] = {}
    several = dict[str, None]()
    for row in rows:
        kept = first.setdefault(key_of(row.item or ""), row.category)
        if row.category != kept:
            several[row.item or ""] = None
            row.category = kept
    names = {item: " / ".join(first[key_of(item)] or ("none",)) for item in several}
    return [f"{item} has several categories in this file; it gets the first: {name}." for item, name in names.items()]


def stocked(rows: Sequence[Said]) -> list[str]:
    """Mends what rows of things have that can't be so here."""
    odd = [row for row in rows for value in (row.attributes or {}).values() if cells.is_shortened(value)]
    shortened = [
        f"Line {row.line}: the model number {(row.attributes or {})['model number']} is what a spreadsheet made of a longer one."
        for row in odd
    ]
    return _one_category(rows) + shortened


def _distinct(rows: Sequence[Said]) -> list[str]:
    """Two places of one name but with two addresses are two places: the second is told apart by its address."""
    addresses: dict[tuple[str, ...], str | None] = {}
    remarks = []
    for row in rows:
        name, address = row.location or (), row.note
        row.note = None
        if addresses.setdefault(tuple(map(key_of, name)), address) != address and address:
            row.location = (*name[:-1], f"{name[-1]} ({address})")
            remarks.append(f"Line {row.line}: there is another {name[-1]}; this one is called {row.location[-1]}.")
    return remarks


FORMS = (
    Form(
        "Snipe-IT assets",
        frozenset({"asset tag"}),
        {
            "asset tag": "tag",
            "serial": "serial",
            "serial number": "serial",
            "name": "own_name",
            "item name": "own_name",
            "asset name": "own_name",
            "model": "item",
            "model name": "item",
            "model number": "model_number",
            "model no.": "model_number",
            "category": "category",
            "supplier": "supplier",
            "location": "location",
            "asset notes": "note",
            "notes": "note",
            "purchase date": "purchased_on",
            "purchase cost": "cost_minor",
            "asset eol date": "replace_by_on",
            "checkout type": "holder_kind",
            "checked out to: location": "holder_location",
            **{f"checked out to: {header}": filled for header, filled in _PERSON.items()},
        },
        _asset,
        stocked,
        says={
            "checked out to": "Checked Out To may be a person, a place or another asset, so nobody is taken to have what it says. "
            "The importer's own columns tell, such as Checked Out To: Email.",
        },
    ),
    Form(
        "Snipe-IT components",
        frozenset({"item name", "quantity"}),
        _STOCK | {"item name": "item", "serial number": "barcode", "serial": "barcode"},
        _stock(ItemKind.CONSUMABLE, "component"),
        stocked,
    ),
    Form(
        "Snipe-IT consumables",
        frozenset({"name", "qty", "item number"}),
        _STOCK | {"name": "item", "item number": "sku"},
        _stock(ItemKind.CONSUMABLE, "consumable"),
        stocked,
    ),
    Form(
        "Snipe-IT accessories",
        frozenset({"name", "qty"}),
        _STOCK | {"name": "item"},
        _stock(ItemKind.RETURNABLE, "accessory"),
        stocked,
    ),
    Form(
        "Snipe-IT models",
        frozenset({"name", "model number", "eol"}),
        _CATALOG | {"name": "item", "model notes": "note"},
        _model,
        stocked,
    ),
    Form("Snipe-IT users", frozenset({"first name", "username"}), _PERSON, _user, called=None),
    Form(
        "Snipe-IT locations",
        frozenset({"name", "address"}),
        {"name": "location", "address": "address", "parent location": "parent"},
        _location,
        _distinct,
    ),
)
