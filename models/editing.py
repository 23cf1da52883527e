"""Editing the register. Every verb changes the fields that are said and leaves the others; each is one entry with before and after."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlmodel import Session

from models import bills, codes, custom_values, ledger, naming, packs, search
from models.assets import Asset, bare
from models.catalog import VARIANTS, Category, Item, ItemKind, Variant
from models.changes import Change, changed
from models.columns import clean, key_of
from models.custom_fields import About, category_of, holding
from models.custom_values import Given
from models.entries import MOVEMENTS, EntryKind
from models.ledger import Act, Posted
from models.locations import LOCATIONS, OURS, OUTSIDE, Location, LocationKind
from models.members import Permission, require
from models.refusals import Conflict, Refusal
from models.search import Findable
from models.workspace import workspace


class ItemFields(TypedDict, total=False):
    """What can be edited of an item. `comes_in` are all its packs."""

    name: str
    kind: ItemKind
    unit: str
    fractions: bool
    lot_tracked: bool
    comes_in: Sequence[packs.Holding]
    category: Category | None
    note: str | None


class VariantFields(TypedDict, total=False):
    """What can be edited of a variant. `cost_minor` is per unit, in minor units of the workspace's currency."""

    attributes: Mapping[str, str]
    sku: str
    cost_minor: int | None


class AssetFields(TypedDict, total=False):
    """What can be edited of an asset; where it is only ever changes by moving it."""

    serial: str
    name: str | None
    purchased_on: date | None
    cost_minor: int | None
    replace_by_on: date | None
    warranty_until_on: date | None
    note: str | None


#: Every how many days each class is counted in a location.
COUNTED_EVERY = ("count_a_days", "count_b_days", "count_c_days")


class LocationFields(TypedDict, total=False):
    """What can be edited of a location."""

    name: str
    kind: LocationKind
    parent: Location | None
    channel: str | None
    time_zone: str | None
    open_to_all: bool
    names_late: bool
    contact: str | None
    lead_days: int | None
    count_a_days: int | None
    count_b_days: int | None
    count_c_days: int | None


class CategoryFields(TypedDict, total=False):
    """What can be edited of a category; its approval rule is a policy."""

    name: str
    parent: Category | None


def edit_item(session: Session, act: Act, item: Item, *, custom: Given | None = None, **said: Unpack[ItemFields]) -> Posted:
    """Changes an item; its variants follow its name. Unit, fractions and kind are fixed once something of it has moved.

    `custom` is what its custom fields say from now on: those of the category that it goes into.
    """
    require(act.by, Permission.CATALOG)
    fields: dict[str, Any] = {name: value for name, value in said.items() if name in {"kind", "fractions", "lot_tracked", "note"}}
    if "name" in said:
        fields |= _named(said["name"], "name")
        naming.require_free_item(session, fields["name"], but=item.id)
    if "unit" in said:
        fields["unit"] = clean(said["unit"], what="unit", field="unit")
    if "category" in said:
        fields["category_id"] = said["category"].id if said["category"] else None
    naming.require_countable(*(fields.get(name, getattr(item, name)) for name in ("kind", "fractions", "lot_tracked")))
    change = changed(item, **fields)
    _require_still_open(session, item, change)
    renamed = _renamed_variants(session, item, change)
    own = holding(session, About.ITEM, fields.get("category_id", item.category_id))
    more = custom_values.edited(session, act.by, own, item.id, custom)
    posted = _post(session, act, [change, *renamed, *_repacked(session, act, item, change, said.get("comes_in")), *more])
    search.remember(session, [(Findable.ITEM, item.id, str(change.after["name"]))] if "name" in change.after else [])
    search.remember(session, [(Findable.VARIANT, one.id, one.after["name"]) for one in renamed])
    return posted


def _require_still_open(session: Session, item: Item, change: Change) -> None:
    fixed = sorted({"kind", "unit", "fractions"} & change.after.keys())
    if not fixed:
        return
    own = list(session.scalars(select(VARIANTS.c.id).where(VARIANTS.c.item_id == item.id)))
    if (made := bills.naming_one_of(session, own)) is not None:
        stays = f"{item.name} is in the bill of materials of {made}: its kind and unit stay. Take it out of there first."
        raise Conflict(stays, field=fixed[0])
    if session.execute(select(MOVEMENTS.c.id).where(MOVEMENTS.c.variant_id.in_(own)).limit(1)).first() is not None:
        raise Conflict(f"{item.name} has moved already: its kind and unit are fixed. Add a new item instead.", field=fixed[0])


def _renamed_variants(session: Session, item: Item, change: Change) -> list[Change]:
    if "name" not in change.after:
        return []
    own = session.scalars(select(Variant).where(VARIANTS.c.item_id == item.id))
    named = [(one, naming.variant_name(str(change.after["name"]), one.attributes)) for one in own]
    return [changed(one, name=name, name_key=key_of(name)) for one, name in named]


def _repacked(session: Session, act: Act, item: Item, change: Change, comes_in: Sequence[packs.Holding] | None) -> list[Change]:
    """The changes of its packs. Refuses packs, those that it has included, that do not fit what it is counted in from now on."""
    wanted = [(pack.name, pack.quantity) for pack in packs.of_item(session, item.id)] if comes_in is None else comes_in
    terms = {name: change.after.get(name, getattr(item, name)) for name in ("kind", "unit", "fractions")}
    packs.require_sensible(wanted, **terms)
    return packs.changes_to(session, act.now, item.id, wanted)


def edit_variant(session: Session, act: Act, variant: Variant, **said: Unpack[VariantFields]) -> Posted:
    """Changes a variant's attributes, SKU or cost. Refuses attributes that another variant of the item has, and a SKU in use."""
    require(act.by, Permission.CATALOG)
    item = session.get_one(Item, variant.item_id)
    fields: dict[str, Any] = {}
    if "attributes" in said:
        plain = naming.clean_attributes(said["attributes"])
        name = naming.variant_name(item.name, plain)
        fields = {"attributes": plain, "name": name, "name_key": key_of(name)}
        naming.require_free_variant(session, item.id, fields["name"], but=variant.id)
    if "sku" in said:
        fields |= {"sku": (sku := clean(said["sku"], what="SKU", field="sku")), "sku_key": key_of(sku)}
    if "cost_minor" in said:
        fields |= _cost(session, said["cost_minor"])
    change = changed(variant, **fields)
    if "sku_key" in change.after:
        codes.require_free(session, [fields["sku_key"]], field="sku")
    former = variant.sku
    posted = _post(session, act, [change])
    names = [former] if "sku_key" in change.after else []
    names += [fields["name"]] if "name" in change.after else []
    search.remember(session, [(Findable.VARIANT, variant.id, name) for name in names])
    return posted


def edit_asset(session: Session, act: Act, asset: Asset, *, custom: Given | None = None, **said: Unpack[AssetFields]) -> Posted:
    """Changes what is known of an asset, by its custom fields, too. Refuses a serial in use; the former one still leads to it."""
    require(act.by, Permission.CATALOG)
    fields: dict[str, Any] = {
        name: value for name, value in said.items() if name in {"purchased_on", "replace_by_on", "warranty_until_on", "note"}
    }
    if "serial" in said:
        serial = clean(said["serial"], what="serial", field="serial")
        fields |= {"serial": serial, "serial_key": key_of(serial), "serial_bare": bare(key_of(serial))}
    if "name" in said:
        fields["name"] = clean(said["name"], what="name", field="name") if said["name"] else None
    if "cost_minor" in said:
        fields |= _cost(session, said["cost_minor"])
    change = changed(asset, **fields)
    if {"purchased_on", "replace_by_on"} & change.after.keys():
        naming.require_in_order(*(fields.get(name, getattr(asset, name)) for name in ("purchased_on", "replace_by_on")))
    if "serial_key" in change.after:
        codes.require_free(session, [fields["serial_key"]], field="serial")
    former = asset.serial
    own = holding(session, About.ASSET, category_of(session, About.ASSET, asset))
    posted = _post(session, act, [change, *custom_values.edited(session, act.by, own, asset.id, custom)])
    names = [former] if "serial_key" in change.after else []
    names += [fields["name"]] if change.after.get("name") else []
    search.remember(session, [(Findable.ASSET, asset.id, name) for name in names])
    return posted


def edit_location(session: Session, act: Act, location: Location, *, custom: Given | None = None, **said: Unpack[LocationFields]) -> Posted:
    """Changes a location. Moved below another one, it takes along what lies below it; below itself is refused."""
    require(act.by, Permission.CATALOG, at=location)
    _require_not_built_in(location, said)
    plain = {"kind", "channel", "time_zone", "open_to_all", "names_late", "lead_days", *COUNTED_EVERY}
    fields: dict[str, Any] = {name: value for name, value in said.items() if name in plain}
    if "contact" in said:
        fields["contact"] = naming.clean_contact(said["contact"])
    naming.require_days(said.get("lead_days"))
    naming.require_count_days([said.get("count_a_days"), said.get("count_b_days"), said.get("count_c_days")])
    if "name" in said:
        fields |= _named(said["name"], "location")
    parent = said["parent"] if "parent" in said else _parent_of(session, location)
    _require_may_lie_below(act, location, parent, said.get("kind", location.kind))
    fields["parent_id"] = parent.id if parent else None
    naming.require_zone(said.get("time_zone"))
    name = fields.get("name", location.name)
    if location.kind is not LocationKind.PERSON:
        naming.require_free_location(session, name, parent_id=fields["parent_id"], but=location.id)
    path = f"{parent.path if parent else '/'}{location.id}/"
    more = custom_values.edited(session, act.by, holding(session, About.LOCATION, None), location.id, custom)
    posted = _post(session, act, [changed(location, path=path, **fields), *_moved_along(session, location, path), *more])
    search.remember(session, [(Findable.LOCATION, location.id, name)])
    return posted


def _require_not_built_in(location: Location, said: LocationFields) -> None:
    """The outside ends keep their kind and name, people theirs: the ledger and Slack rely on them."""
    fixed = {"name", "kind", "parent"} & said.keys()
    if fixed and OUTSIDE.get(location.kind) == location.name:
        raise Refusal(f"{location.name} is built in and stays as it is.", field=min(fixed))
    if fixed and location.kind is LocationKind.PERSON:
        raise Refusal(f"{location.name} is a person: their name comes from Slack.", field=min(fixed))


def _require_may_lie_below(act: Act, location: Location, parent: Location | None, kind: LocationKind) -> None:
    if location.kind is not LocationKind.PERSON:
        naming.require_nests(kind, parent)
    if (kind in OURS) is not location.ours:
        raise Refusal(f"{location.name} can't become a {kind}: one is ours, and the other is not. Add a new one.", field="kind")
    if parent is None or parent.id == location.parent_id:
        return
    require(act.by, Permission.CATALOG, at=parent)
    if parent.path.startswith(location.path):
        raise Refusal(f"{parent.name} is {location.name} itself, or lies below it.", field="parent")


def _parent_of(session: Session, location: Location) -> Location | None:
    return session.get(Location, location.parent_id) if location.parent_id else None


def _moved_along(session: Session, location: Location, path: str) -> list[Change]:
    if path == location.path:
        return []
    below = select(Location).where(LOCATIONS.c.path.startswith(location.path, autoescape=True), LOCATIONS.c.id != location.id)
    return [changed(one, path=path + one.path.removeprefix(location.path)) for one in session.scalars(below)]


def edit_category(session: Session, act: Act, category: Category, **said: Unpack[CategoryFields]) -> Posted:
    """Renames a category or hangs it elsewhere on the tree; below itself is refused."""
    require(act.by, Permission.CATALOG)
    fields: dict[str, Any] = _named(said["name"], "category") if "name" in said else {}
    if "parent" in said:
        _require_no_circle(session, category, said["parent"])
        fields["parent_id"] = said["parent"].id if said["parent"] else None
    name, parent_id = fields.get("name", category.name), fields.get("parent_id", category.parent_id)
    naming.require_free_category(session, name, parent_id=parent_id, but=category.id)
    posted = _post(session, act, [changed(category, **fields)])
    search.remember(session, [(Findable.CATEGORY, category.id, name)])
    return posted


def _require_no_circle(session: Session, category: Category, parent: Category | None) -> None:
    above = parent
    while above is not None:
        if above.id == category.id:
            raise Refusal(f"A category can't hang on itself: {category.name} is on the way to the top.", field="parent")
        above = session.get(Category, above.parent_id) if above.parent_id else None


def _named(name: str, what: str) -> dict[str, Any]:
    cleaned = clean(name, what=what, field="name")
    return {"name": cleaned, "name_key": key_of(cleaned)}


def _cost(session: Session, cost_minor: int | None) -> dict[str, Any]:
    naming.require_cost(cost_minor)
    return {"cost_minor": cost_minor, "currency": None if cost_minor is None else workspace(session).currency}


def _post(session: Session, act: Act, edited: list[Change]) -> Posted:
    if not any(change.after for change in edited):
        raise Refusal("It stands like that already; nothing was changed.")
    return ledger.post(session, act, EntryKind.EDITED, changed=edited)
