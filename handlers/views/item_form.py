"""The forms of an item and of a variant."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from handlers.views.parts import (
    Block,
    actions,
    button,
    confirm,
    context,
    field,
    modal,
    option,
    said,
    search,
    select,
    text_input,
)
from models.catalog import ItemKind


class KindSaid(StrEnum):
    """What an item is, and whether it is tracked by lots: one choice of a form."""

    CONSUMABLE = "consumable"
    CONSUMABLE_IN_LOTS = "consumable in lots"
    RETURNABLE = "returnable"
    RETURNABLE_IN_LOTS = "returnable in lots"
    SERIALISED = "serialised"

    @property
    def kind(self) -> ItemKind:
        """What it is."""
        return ItemKind(self.removesuffix(" in lots"))

    @property
    def lot_tracked(self) -> bool:
        """Whether each delivery names its lot."""
        return self.endswith(" in lots")


_KINDS = {
    KindSaid.CONSUMABLE: ("Consumable", "Used up when it is taken"),
    KindSaid.CONSUMABLE_IN_LOTS: ("Consumable, in lots", "Used up; every delivery names its lot"),
    KindSaid.RETURNABLE: ("Returnable", "Lent by number, and comes back"),
    KindSaid.RETURNABLE_IN_LOTS: ("Returnable, in lots", "Comes back; every delivery names its lot"),
    KindSaid.SERIALISED: ("Serialised", "Each one is known by its serial"),
}
ONE_PACK_A_LINE = "What it also comes in, one a line: box = 200. Then people can say 3 boxes."
ONE_A_LINE = "One variant a line: size: M, colour: red. Left empty, there is just one."


class ItemFilled(NamedTuple):
    """What is filled in of an item; options as (label, value)."""

    name: str | None = None
    kind: KindSaid = KindSaid.CONSUMABLE
    unit: tuple[str, str] = ("each, in wholes", "wholes:each")
    category: str | None = None
    note: str | None = None
    packs: str | None = None
    #: Of a new one, what its first variant is.
    sku: str | None = None
    cost: str | None = None
    attributes: str | None = None


def new(filled: ItemFilled, *, currency: str, carried: Any) -> Block:
    """The form of an item that is new. Another category may ask for other custom fields."""
    variants = text_input("item.attributes", initial=filled.attributes, multiline=True, most=3000)
    return modal(
        "item.add",
        "New item",
        [
            *_item_fields(filled),
            field("sku", "SKU", text_input("item.sku", initial=filled.sku, most=70), optional=True, hint="Left empty, one is made."),
            _cost(filled.cost, currency),
            field("attributes", "Variants", variants, optional=True, hint=ONE_A_LINE),
        ],
        submit="Add",
        carried=carried,
    )


def edit(filled: ItemFilled, *, more: Sequence[Block], carried: Any) -> Block:
    """The form that changes an item; `more` are the buttons to its other forms."""
    packs = text_input("item.packs", initial=filled.packs, multiline=True, most=1500, placeholder="box = 200")
    note = text_input("item.note", initial=filled.note, multiline=True, most=1000)
    blocks = [
        actions(*more),
        *_item_fields(filled),
        field("packs", "Packs", packs, optional=True, hint=ONE_PACK_A_LINE),
        field("note", "Note", note, optional=True),
    ]
    return modal("item.edit", "Edit item", blocks, submit="Save", carried=carried)


def _item_fields(filled: ItemFilled) -> list[Block]:
    kinds = [option(label, kind, description=what) for kind, (label, what) in _KINDS.items()]
    category = option(filled.category, filled.category) if filled.category else None
    return [
        field("name", "Name", text_input("item.name", initial=filled.name, most=120, placeholder="Hex bolt M8")),
        field("kind", "Kind", select("item.kind", kinds, chosen=filled.kind)),
        field("unit", "Counted in", search("unit.suggest", chosen=option(*filled.unit), placeholder="each, box, m, kg")),
        field(
            "category", "Category", search("category.suggest", chosen=category, placeholder="Type a category"), optional=True, tells=True
        ),
    ]


def ways_on(item_id: int, name: str, variants: Sequence[tuple[int, str]], *, may_set_policy: bool) -> list[Block]:
    """The buttons from an item's form to its other forms, and Archive last."""
    if len(variants) == 1:
        shown = [
            button("SKU, cost, attributes", "variant.open", {"v": variants[0][0]}),
            button("Supplier", "terms.open", {"v": variants[0][0]}),
        ]
    else:
        shown = [select("variant.open", [option(label, str(one)) for one, label in variants], placeholder="Edit a variant")]
    shown.append(button("Add a variant", "variant.new", {"i": item_id}))
    if may_set_policy:
        shown.append(button("Approval", "approval.open", {"item": item_id}))
    question = confirm(f"Archive {name}?", f"{name} leaves the catalog. Its history stays, and you can undo it.", "Archive")
    return [*shown, button("Archive", "item.archive", {"i": item_id}, style="danger", confirm=question)]


class VariantFilled(NamedTuple):
    """What is filled in of a variant."""

    attributes: str | None = None
    sku: str | None = None
    cost: str | None = None


def variant(item: str, filled: VariantFilled, *, currency: str, carried: Any, several: bool, archive: Block | None) -> Block:
    """The form of a variant; a new one carries its item instead of itself."""
    is_new = filled.sku is None
    hint = "As in size: M, colour: red. Where one has a comma in it, put a semicolon after each."
    sku_hint = "Left empty, one is made." if is_new else None
    attributes = text_input("variant.attributes", initial=filled.attributes, most=3000)
    blocks = [
        context(f"A variant of {said(item)}."),
        *([actions(archive)] if archive else []),
        field("attributes", "Attributes", attributes, hint=hint, optional=not several),
        field("sku", "SKU", text_input("variant.sku", initial=filled.sku, most=70), optional=is_new, hint=sku_hint),
        _cost(filled.cost, currency),
    ]
    title, callback, submit = ("New variant", "variant.add", "Add") if is_new else ("Edit variant", "variant.edit", "Save")
    return modal(callback, title, blocks, submit=submit, carried=carried)


def _cost(amount: str | None, currency: str) -> Block:
    element = text_input("item.cost", initial=amount, most=20, placeholder="12.50")
    return field("cost", f"Cost of one, in {currency}", element, optional=True)
