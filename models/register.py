"""The register: what we keep and where it can be, added one at a time. Each addition is an entry, so that it can be undone."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session, SQLModel

from models import ledger
from models.assets import Asset, bare
from models.caches import Line
from models.catalog import Category, Item, ItemKind, Variant
from models.changes import Change
from models.columns import clean, key_of
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind, outside
from models.members import Permission, require
from models.quantities import ONE


def bring_to_life(row: SQLModel) -> Change:
    """The change that an addition is: a row is born archived, and the entry that adds it makes it count."""
    return Change(row.__tablename__, row.id, {"archived_at": row.archived_at}, {"archived_at": None})  # type: ignore[attr-defined, arg-type]


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
) -> Location:
    """A new location, below `parent` or at the top. Refuses a name that is taken there."""
    require(act.by, Permission.CATALOG, at=parent)
    name = clean(name, what="location", field="name")
    location = Location(
        name=name,
        name_key=key_of(name),
        kind=kind,
        parent_id=parent.id if parent else None,
        channel=channel,
        time_zone=time_zone,
        open_to_all=open_to_all,
        archived_at=act.now,
    )
    session.add(location)
    session.flush()
    location.path = f"{parent.path if parent else '/'}{location.id}/"
    ledger.post(session, act, EntryKind.ADDED, changed=[bring_to_life(location)])
    return location


def add_item(
    session: Session,
    act: Act,
    *,
    name: str,
    kind: ItemKind,
    unit: str = "each",
    fractions: bool = False,
    category: Category | None = None,
    sku: str | None = None,
    cost_minor: int | None = None,
    currency: str | None = None,
    variants: Sequence[Mapping[str, str]] = ({},),
) -> list[Variant]:
    """A new item with its variants (their attributes; one without any by default). Refuses a name or SKU that is taken."""
    require(act.by, Permission.CATALOG)
    name = clean(name, what="name", field="name")
    item = Item(
        name=name,
        name_key=key_of(name),
        kind=kind,
        unit=unit,
        fractions=fractions,
        category_id=category.id if category else None,
        archived_at=act.now,
    )
    session.add(item)
    session.flush()
    made = []
    for number, attributes in enumerate(variants, start=1):
        full = ", ".join([name, *attributes.values()]) if attributes else name
        code = (
            sku if sku and len(variants) == 1 else f"{sku or f'Q{item.id:05d}'}-{number}" if len(variants) > 1 else sku or f"Q{item.id:05d}"
        )
        made.append(
            Variant(
                item_id=item.id,
                name=full,
                name_key=key_of(full),
                sku=code,
                sku_key=key_of(code),
                attributes=dict(attributes),
                cost_minor=cost_minor,
                currency=currency,
                archived_at=act.now,
            )
        )
    session.add_all(made)
    session.flush()
    ledger.post(session, act, EntryKind.ADDED, changed=[bring_to_life(row) for row in (item, *made)])
    return made


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
    currency: str | None = None,
    replace_by_on: date | None = None,
) -> tuple[list[Asset], Posted]:
    """New assets of a variant, received at `target` in one entry. Refuses a serial that is taken, or has characters that can't be seen."""
    require(act.by, Permission.RECEIVE, at=target)
    source = source or outside(session, LocationKind.SUPPLIER)
    made = []
    for typed in serials:
        serial = clean(typed, what="serial", field="serials")
        made.append(
            Asset(
                serial=serial,
                serial_key=key_of(serial),
                serial_bare=bare(key_of(serial)),
                variant_id=variant.id,
                name=name,
                purchased_on=purchased_on,
                cost_minor=cost_minor,
                currency=currency,
                replace_by_on=replace_by_on,
                location_id=source.id,
                archived_at=act.now,
            )
        )
    session.add_all(made)
    session.flush()
    lines = [Line(variant.id, ONE, source.id, target.id, asset.id) for asset in made]
    posted = ledger.post(session, act, EntryKind.ADDED, lines=lines, changed=[bring_to_life(asset) for asset in made])
    return made, posted
