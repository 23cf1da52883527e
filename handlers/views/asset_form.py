"""The forms of assets: several new ones at once, and one that is there."""

from datetime import date
from typing import Any, NamedTuple

from handlers.views.parts import Block, actions, field, modal, option, search, text_input
from handlers.views.pickers import day

_SERIALS = "One or many: SN-130..134, SN-200."


class NewFilled(NamedTuple):
    """What is filled in of new assets, besides what they are and where."""

    serials: str | None = None
    purchased_on: date | None = None
    cost: str | None = None
    replace_by_on: date | None = None
    note: str | None = None


def new(filled: NewFilled, *, item: tuple[str, str] | None, location: tuple[str, str] | None, currency: str, carried: Any) -> Block:
    """The form of new assets; what is known is filled in, as (label, value). Another item may ask for other custom fields."""
    serials = text_input("asset.serials", initial=filled.serials, multiline=True, most=3000, placeholder="SN-130..134")
    return modal(
        "asset.add",
        "New assets",
        [
            field("item", "What they are", search("serialised.suggest", chosen=option(*item) if item else None), tells=True),
            field("serials", "Serials", serials, hint=_SERIALS),
            field("location", "Where they are", search("location.suggest", chosen=option(*location) if location else None)),
            *_facts(filled.purchased_on, filled.cost, filled.replace_by_on, currency),
            field("note", "Note", text_input("asset.note", initial=filled.note, most=1000), optional=True),
        ],
        submit="Add",
        carried=carried,
    )


class AssetFilled(NamedTuple):
    """What is filled in of an asset."""

    serial: str
    name: str | None
    purchased_on: date | None
    cost: str | None
    replace_by_on: date | None
    note: str | None


def edit(filled: AssetFilled, *, archive: Block, currency: str, carried: Any) -> Block:
    """The form that changes what is known of an asset."""
    name = text_input("asset.name", initial=filled.name, most=120)
    return modal(
        "asset.edit",
        "Edit asset",
        [
            actions(archive),
            field("serial", "Serial", text_input("asset.serial", initial=filled.serial, most=120)),
            field("name", "Name of its own", name, optional=True, hint="Where it has one, as in Blue van."),
            *_facts(filled.purchased_on, filled.cost, filled.replace_by_on, currency),
            field("note", "Note", text_input("asset.note", initial=filled.note, most=1000), optional=True),
        ],
        submit="Save",
        carried=carried,
    )


def _facts(purchased_on: date | None, cost: str | None, replace_by_on: date | None, currency: str) -> list[Block]:
    amount = text_input("asset.cost", initial=cost, most=20, placeholder="1,292.94")
    return [
        field("purchased_on", "Purchased on", day("asset.purchased_on", chosen=purchased_on), optional=True),
        field("cost", f"Cost of each, in {currency}", amount, optional=True),
        field("replace_by_on", "Replace by", day("asset.replace_by_on", chosen=replace_by_on), optional=True),
    ]
