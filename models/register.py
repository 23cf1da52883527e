"""The register: what we keep and where it can be, added one at a time. Each addition is an entry, so that it can be undone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from models import codes, custom_values, ledger, naming, packs, search
from models.assets import Asset, bare
from models.caches import Line
from models.catalog import VARIANTS, Category, Item, ItemKind, Variant
from models.changes import Change, changed
from models.columns import clean, key_of
from models.custom_fields import About
from models.custom_values import Given
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import OURS, Location, LocationKind, outside
from models.members import Permission, require
from models.quantities import ONE
from models.refusals import Conflict, Refusal
from models.search import Findable
from models.workspace import workspace


def bring_to_life(row: SQLModel) -> Change:
    """The change that an addition is: a row is born archived, and the entry that adds it makes it count."""
    return changed(row, archived_at=None)


def add_category(session: Session, act: Act, *, name: str, parent: Category | None = None) -> Category:
    """A new branch of the catalog's tree, below `parent` or at the top. Refuses a name that is taken there."""
    require(act.by, Permission.CATALOG)
    name = clean(name, what="category", field="name")
    naming.require_free_category(session, name, parent_id=parent.id if parent else None)
    category = Category(name=name, name_key=key_of(name), parent_id=parent.id if parent else None, archived_at=act.now)
    session.add(category)
    session.flush()
    ledger.post(session, act, EntryKind.ADDED, changed=[bring_to_life(category)])
    search.remember(session, [(Findable.CATEGORY, category.id, name)])
    return category


def add_location(
    session: Session,
    act: Act,
    *,
    name: str,
    kind: LocationKind,
    parent: Location | None = None,
    channel: str | None = None,
    time_zone: str | None = None,
    open_to_all: bool = True,
    names_late: bool = False,
    contact: str | None = None,
    lead_days: int | None = None,
    count_a_days: int | None = None,
    count_b_days: int | None = None,
    count_c_days: int | None = None,
    custom: Given | None = None,
) -> Location:
    """A new location, below `parent` or at the top. Refuses a name that is taken there, and a person: members are met, not added.

    `contact` and `lead_days` are of a supplier: whom to ask, and how long it takes.
    """
    require(act.by, Permission.CATALOG, at=parent)
    name = clean(name, what="location", field="name")
    naming.require_nests(kind, parent)
    naming.require_free_location(session, name, parent_id=parent.id if parent else None)
    naming.require_zone(time_zone)
    naming.require_days(lead_days)
    naming.require_count_days([count_a_days, count_b_days, count_c_days])
    location = Location(
        name=name,
        name_key=key_of(name),
        kind=kind,
        parent_id=parent.id if parent else None,
        channel=channel,
        time_zone=time_zone,
        open_to_all=open_to_all,
        names_late=names_late,
        contact=naming.clean_contact(contact),
        lead_days=lead_days,
        count_a_days=count_a_days,
        count_b_days=count_b_days,
        count_c_days=count_c_days,
        archived_at=act.now,
    )
    session.add(location)
    session.flush()
    location.path = f"{parent.path if parent else '/'}{location.id}/"
    more = custom_values.new(session, act.by, About.LOCATION, [location], custom)
    ledger.post(session, act, EntryKind.ADDED, changed=[bring_to_life(location), *more])
    search.remember(session, [(Findable.LOCATION, location.id, name)])
    return location


def add_item(
    session: Session,
    act: Act,
    *,
    name: str,
    kind: ItemKind,
    unit: str = "each",
    fractions: bool = False,
    lot_tracked: bool = False,
    category: Category | None = None,
    sku: str | None = None,
    cost_minor: int | None = None,
    note: str | None = None,
    variants: Sequence[Mapping[str, str]] = ({},),
    comes_in: Sequence[packs.Holding] = (),
    custom: Given | None = None,
) -> list[Variant]:
    """A new item with its variants (their attributes; one without any by default). Refuses a name or SKU that is taken.

    `cost_minor` is what one unit costs, in minor units of the workspace's currency; `comes_in` are its packs.
    """
    require(act.by, Permission.CATALOG)
    name = clean(name, what="name", field="name")
    naming.require_free_item(session, name)
    naming.require_countable(kind, fractions, lot_tracked)
    packs.require_sensible(comes_in, kind=kind, unit=unit, fractions=fractions)
    item = Item(
        name=name,
        name_key=key_of(name),
        kind=kind,
        unit=clean(unit, what="unit", field="unit"),
        fractions=fractions,
        lot_tracked=lot_tracked,
        category_id=category.id if category else None,
        note=note,
        archived_at=act.now,
    )
    session.add(item)
    session.flush()
    skus = [sku] if len(variants) == 1 else [sku and f"{sku}-{number}" for number in range(1, len(variants) + 1)]
    made = [
        _born_variant(session, act, item, attributes, sku=code, number=number, cost_minor=cost_minor)
        for number, (attributes, code) in enumerate(zip(variants, skus, strict=True))
    ]
    _require_different(made)
    session.flush()
    packed = packs.changes_to(session, act.now, item.id, comes_in) if comes_in else []
    more = custom_values.new(session, act.by, About.ITEM, [item], custom)
    ledger.post(session, act, EntryKind.ADDED, changed=[*(bring_to_life(row) for row in (item, *made)), *packed, *more])
    search.remember(session, [(Findable.ITEM, item.id, name), *naming.findable_variants(item, made)])
    return made


def add_variant(
    session: Session, act: Act, *, item: Item, attributes: Mapping[str, str], sku: str | None = None, cost_minor: int | None = None
) -> Variant:
    """Another variant of an item. Refuses attributes that a variant of it has already, and a SKU that is taken."""
    require(act.by, Permission.CATALOG)
    number = session.scalar(select(func.count()).where(VARIANTS.c.item_id == item.id)) or 0
    variant = _born_variant(session, act, item, attributes, sku=sku, number=number, cost_minor=cost_minor)
    naming.require_free_variant(session, item.id, variant.name)
    session.flush()
    ledger.post(session, act, EntryKind.ADDED, changed=[bring_to_life(variant)])
    search.remember(session, naming.findable_variants(item, [variant]))
    return variant


def _born_variant(
    session: Session, act: Act, item: Item, attributes: Mapping[str, str], *, sku: str | None, number: int, cost_minor: int | None
) -> Variant:
    """A variant that is not alive yet. Without a SKU of its own it gets one from the item's number."""
    plain = naming.clean_attributes(attributes)
    name = naming.variant_name(item.name, plain)
    code = clean(sku, what="SKU", field="sku") if sku else f"Q{item.id:05d}" + (f"-{number + 1}" if number else "")
    codes.require_free(session, [key_of(code)], field="sku")
    naming.require_cost(cost_minor)
    variant = Variant(
        item_id=item.id,
        name=name,
        name_key=key_of(name),
        sku=code,
        sku_key=key_of(code),
        attributes=plain,
        cost_minor=cost_minor,
        currency=workspace(session).currency if cost_minor is not None else None,
        archived_at=act.now,
    )
    session.add(variant)
    return variant


def _require_different(made: Sequence[Variant]) -> None:
    if len({variant.name_key for variant in made}) < len(made):
        raise Refusal("Two of these variants have the same attributes. Each needs something of its own.", field="variants")


def add_assets(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    serials: Sequence[str],
    target: Location,
    source: Location | None = None,
    name: str | None = None,
    purchased_on: date | None = None,
    cost_minor: int | None = None,
    replace_by_on: date | None = None,
    note: str | None = None,
    custom: Given | None = None,
) -> tuple[list[Asset], Posted]:
    """New assets of a variant, received at `target` in one entry; `custom` is what their custom fields say.

    Refuses a serial that is taken, or has characters that can't be seen.
    """
    require(act.by, Permission.RECEIVE, at=target)
    if target.kind not in OURS:
        raise Refusal(f"{target.name} is not one of our locations.", field="target")
    source = source or outside(session, LocationKind.SUPPLIER)
    naming.require_cost(cost_minor)
    naming.require_in_order(purchased_on, replace_by_on)
    known = {
        "name": clean(name, what="name", field="name") if name else None,
        "purchased_on": purchased_on,
        "cost_minor": cost_minor,
        "currency": workspace(session).currency if cost_minor is not None else None,
        "replace_by_on": replace_by_on,
        "note": note,
    }
    made = born_assets(session, act, variant, serials, source=source, **known)
    lines = [Line(variant.id, ONE, source.id, target.id, asset.id) for asset in made]
    posted = ledger.post(session, act, EntryKind.ADDED, lines=lines, changed=bring_assets_to_life(session, act, made, custom))
    search.remember(session, [(Findable.ASSET, asset.id, asset.name) for asset in made if asset.name])
    return made, posted


def bring_assets_to_life(session: Session, act: Act, made: Sequence[Asset], custom: Given | None = None) -> list[Change]:
    """The changes that new assets of a variant are, with what their custom fields say."""
    return [*(bring_to_life(asset) for asset in made), *custom_values.new(session, act.by, About.ASSET, made, custom)]


def born_assets(session: Session, act: Act, variant: Variant, serials: Sequence[str], *, source: Location, **known: Any) -> list[Asset]:
    """New assets where they come from, not alive yet. Refuses what is kept by number, and a serial that can't be had."""
    if session.get_one(Item, variant.item_id).kind is not ItemKind.SERIALISED:
        raise Refusal(f"{variant.name} is kept by number, not by serial.", field="item")
    made = [
        Asset(
            serial=serial,
            serial_key=key,
            serial_bare=bare(key),
            variant_id=variant.id,
            location_id=source.id,
            archived_at=act.now,
            **known,
        )
        for key, serial in _clean_serials(session, serials).items()
    ]
    session.add_all(made)
    session.flush()
    return made


def _clean_serials(session: Session, serials: Sequence[str]) -> dict[str, str]:
    """The serials by their keys. Refuses one that is there twice or in use."""
    keyed: dict[str, str] = {}
    for typed in serials:
        serial = clean(typed, what="serial", field="serials")
        if key_of(serial) in keyed:
            raise Conflict(f"{serial} is there twice. Each asset has a serial of its own.", field="serials")
        keyed[key_of(serial)] = serial
    if not keyed:
        raise Refusal("Say at least one serial.", field="serials")
    codes.require_free(session, list(keyed), field="serials")
    return keyed
