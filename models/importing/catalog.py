"""Planning an import: the categories, items, variants and barcodes that its rows name."""

from collections.abc import Mapping
from typing import Any

from models import barcodes, naming, packs
from models.assets import bare
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS, ItemKind
from models.columns import clean, key_of
from models.importing.forms import Said
from models.importing.known import Thing
from models.importing.planning import Draft
from models.packs import PACKS
from models.quantities import ONE
from models.refusals import Refusal
from models.search import folded
from models.wording import amount

#: The unit of what is simply counted, of which there are no fractions.
EACH = "each"


def category(draft: Draft, path: tuple[str, ...] | None) -> Thing | None:
    """The category of that path, added where it is missing; none for a row without one."""
    found: Thing | None = None
    for name in path or ():
        parent, key = found, key_of(name)
        found = draft.known.categories.get((parent, key))
        if found is None:
            fields = {"name": name, "name_key": key, "parent_id": parent}
            found = draft.known.categories[parent, key] = draft.add(CATEGORIES, fields, f"new category {name}")
        draft.use(found)
    return found


def variant(draft: Draft, said: Said) -> Thing:
    """The variant that a row names, by SKU, by item and attributes, or by a code that is known; added where it is new."""
    item = _item(draft, said)
    coded = draft.known.skus.get(key_of(said.sku)) if said.sku else None
    if coded is not None:
        if item not in {None, coded["item_id"]}:
            raise Refusal(f"{said.sku} is the SKU of {coded['name']} already.", field="sku")
        return _on_its_terms(draft, said, coded)
    if item is None:
        return _on_its_terms(draft, said, _coded(draft, said))
    own = draft.known.variants[item]
    if said.attributes is None and not said.sku and len(own) == 1:
        return draft.use(own[0])
    alike = next((one for one in own if _folded(one["attributes"]) == _folded(said.attributes or {})), None)
    if alike is None and said.attributes is None and not said.sku and own:
        raise Refusal(f"{item['name']} comes in {len(own)} variants. Say which by attributes or SKU.", field="attributes")
    if alike is not None and said.sku:
        raise Refusal(f"{alike['name']} has another SKU already.", field="sku")
    return draft.use(alike) if alike is not None else _add_variant(draft, said, item)


def _on_its_terms(draft: Draft, said: Said, variant: Thing) -> Thing:
    """A variant that is known by its code: what the row says besides must be so of its item."""
    if said.item is None:
        _require_same_terms(draft, said, variant["item_id"])
    return draft.use(variant)


def comes_in(draft: Draft, said: Said, item: Thing) -> None:
    """The packs that a row says an item comes in, added where they are new. One that is known stays as it is."""
    if not said.packs:
        return
    if item.id is None and item["unit"] != EACH and any(quantity % ONE for _, quantity in said.packs):
        item.fields["fractions"] = True
    terms = {"kind": item["kind"], "unit": item["unit"], "fractions": item["fractions"]}
    packs.require_sensible(said.packs, **terms)
    own = draft.known.packs[item]
    new = [(name, quantity) for name, quantity in said.packs if not _is_known(draft, said, item, name, quantity)]
    packs.require_sensible([*((pack["name"], pack["quantity"]) for pack in own.values()), *new], **terms)
    for name, quantity in new:
        key, holds = folded(name), amount(quantity, item["unit"])
        fields = {"item_id": item, "name": clean(name, what="pack", field="packs"), "name_key": key, "quantity": quantity}
        own[key] = draft.add(PACKS, fields, f"pack {name} ({holds})")


def _is_known(draft: Draft, said: Said, item: Thing, name: str, quantity: int) -> bool:
    known = draft.known.packs[item].get(folded(name))
    if known is None or known["quantity"] == quantity:
        return known is not None
    holds = f"{known['name']} of {item['name']} holds {amount(known['quantity'], item['unit'])}"
    if known.id is None:
        raise Refusal(f"An earlier row says that a {holds}.", field="packs")
    draft.remark(said.line, f"a {holds}, and stays so.")
    return True


def bind(draft: Draft, said: Said, thing: Thing, *, to: str) -> None:
    """Puts the row's barcode, where it has one, on a variant or asset. Refuses one that is on something else."""
    if said.barcode is None:
        return
    key = key_of(said.barcode)
    found = draft.known.barcodes.get(key)
    if found is None:
        require_free(draft, said.barcode, field="barcode")
        ends = {"variant_id": None, "asset_id": None, "location_id": None} | {to: thing}
        fields = {"code": said.barcode, "code_key": key, "symbology": barcodes.guessed(said.barcode)} | ends
        draft.known.barcodes[key] = draft.add(BARCODES, fields, f"barcode {said.barcode}")
    elif found[to] is not thing and (found[to] is None or found[to] != thing.id):
        raise Refusal(f"{said.barcode} is the barcode of something else already.", field="barcode")


def require_free(draft: Draft, code: str, *, field: str) -> None:
    """Refuses a serial, SKU or barcode that something has already: one code means one thing."""
    key = key_of(code)
    known = draft.known
    require_no_kit(draft, code, field=field)
    if key in known.assets:
        raise Refusal(f"{code} is a serial already.", field=field)
    if key in known.skus:
        raise Refusal(f"{code} is the SKU of {known.skus[key]['name']} already.", field=field)
    if key in known.barcodes:
        raise Refusal(f"{code} is a barcode already.", field=field)


def require_no_kit(draft: Draft, name: str, *, field: str) -> None:
    """Refuses what a kit is called, for anything that is new."""
    kit = draft.known.like_serials.get(bare(key_of(name))) if field == "serial" else draft.known.kits.get(key_of(name))
    if kit is not None:
        raise Refusal(f"There is a kit called {kit} already.", field=field)


def _item(draft: Draft, said: Said) -> Thing | None:
    """The item that a row names. A peer's item whose name something of another kind has gets the other name that the row offers."""
    if said.item is None:
        return None
    found = draft.known.items.get(key_of(said.item))
    if found is not None and said.otherwise and said.kind is not found["kind"]:
        draft.remark(said.line, f"{said.item} is {found['kind']} already; this one is called {said.otherwise}.")
        said.item = said.otherwise
        found = draft.known.items.get(key_of(said.item))
    if found is None:
        return _add_item(draft, said)
    _require_same_terms(draft, said, found)
    if found.id is None and found["unit"] != EACH and _in_parts(said):
        found.fields["fractions"] = True
    return draft.use(found)


def _require_same_terms(draft: Draft, said: Said, item: Thing) -> None:
    """What a row says of an item must be what is known of it: a file adds, and changes nothing."""
    kind = said.kind or (ItemKind.SERIALISED if said.serial else item["kind"])
    if kind is not item["kind"]:
        raise Refusal(f"{item['name']} is {item['kind']}, and this row has it as {kind}.", field="kind")
    if said.unit and key_of(said.unit) != key_of(item["unit"]):
        raise Refusal(f"{item['name']} is counted in {item['unit']}, and this row has {said.unit}.", field="unit")
    _require_same_tracking(said, item)
    if draft.ours and item.id is None and said.category and category(draft, said.category) is not item["category_id"]:
        raise Refusal(f"An earlier row has {item['name']} in another category.", field="category")


def _require_same_tracking(said: Said, item: Thing) -> None:
    """Whether an item is tracked by lots is said in its first row, or known: stock of no lot may have come before."""
    if (said.lot_tracked or said.lot) and not item["lot_tracked"]:
        where = "an earlier row has it otherwise" if item.id is None else "edit the item first"
        raise Refusal(f"{item['name']} is not tracked by lots: {where}.", field="lot" if said.lot else "lot_tracked")
    if said.lot_tracked is False and item["lot_tracked"]:
        raise Refusal(f"{item['name']} is tracked by lots, and this row has it otherwise.", field="lot_tracked")


def _add_item(draft: Draft, said: Said) -> Thing:
    assert said.item is not None
    require_no_kit(draft, said.item, field="item")
    kind = said.kind or (ItemKind.SERIALISED if said.serial else ItemKind.CONSUMABLE)
    unit = said.unit or EACH
    if kind is ItemKind.SERIALISED and unit != EACH:
        raise Refusal(f"What has serials is counted in {EACH}, and not in {unit}.", field="unit")
    lot_tracked = bool(said.lot_tracked or said.lot)
    naming.require_countable(kind, fractions=False, lot_tracked=lot_tracked)
    fields = {
        "name": said.item,
        "name_key": key_of(said.item),
        "kind": kind,
        "lot_tracked": lot_tracked,
        "category_id": category(draft, said.category),
        "unit": unit,
        "fractions": unit != EACH and _in_parts(said),
        "note": None if said.serial else said.note,
    }
    item = draft.known.items[key_of(said.item)] = draft.add(ITEMS, fields, f"new {kind} item {said.item}")
    return item


def _in_parts(said: Said) -> bool:
    """Whether a row counts by less than a whole unit."""
    return any((amount or 0) % ONE for amount in (said.quantity, said.low, said.high))


def _add_variant(draft: Draft, said: Said, item: Thing) -> Thing:
    attributes = said.attributes or {}
    name = naming.variant_name(item["name"], attributes)
    require_no_kit(draft, name, field="attributes")
    if said.sku:
        require_free(draft, said.sku, field="sku")
    cost = None if said.serial else said.cost_minor  # that of an asset is its own
    fields = {
        "item_id": item,
        "name": name,
        "name_key": key_of(name),
        "sku": said.sku,
        "sku_key": key_of(said.sku) if said.sku else None,
        "attributes": attributes,
        "cost_minor": cost,
        "currency": draft.currency if cost is not None else None,
    }
    added = draft.add(VARIANTS, fields, f"new variant {name}" if attributes else None)
    draft.known.variants[item].append(added)
    if said.sku:
        draft.known.skus[key_of(said.sku)] = added
    return added


def _coded(draft: Draft, said: Said) -> Thing:
    asset = draft.known.assets.get(key_of(said.serial)) if said.serial else None
    barcode = draft.known.barcodes.get(key_of(said.barcode)) if said.barcode else None
    found: Thing | None = asset["variant_id"] if asset else barcode["variant_id"] if barcode else None
    if found is None:
        raise Refusal("This row names no item, and its codes are not known.", field="item")
    return found


def _folded(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {key_of(name): key_of(str(value)) for name, value in attributes.items()}
