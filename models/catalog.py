"""The catalog: categories, items, their variants, and the barcodes that stand on them."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Select, select, text
from sqlmodel import Field, Session, SQLModel

from models.columns import Word, among
from models.times import UtcTime


class ItemKind(StrEnum):
    """What taking it does: used up, comes back, or each one known by its serial."""

    CONSUMABLE = "consumable"
    RETURNABLE = "returnable"
    SERIALISED = "serialised"


class ApprovalRule(StrEnum):
    """When taking or checking out needs somebody's yes. Inherit: as the category says, and a category as the one above it."""

    INHERIT = "inherit"
    NEVER = "never"
    ALWAYS = "always"
    ABOVE = "above"


class Category(SQLModel, table=True):
    """A branch of the catalog's tree. It holds the policies for what hangs on it."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint(among("approval", ApprovalRule), name="category_approval_is_known"),
        Index(
            "category_name_is_unique",
            text("coalesce(parent_id, 0)"),
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    name_key: str
    parent_id: int | None = Field(default=None, foreign_key="categories.id")
    approval: ApprovalRule = Field(default=ApprovalRule.INHERIT, sa_type=Word(ApprovalRule))
    #: With rule "above": a value in minor units of the workspace's currency, a number of days out, or both.
    approval_above_minor: int | None = Field(default=None, sa_type=BigInteger)
    approval_above_days: int | None = None
    #: How many minutes a thing stays free after each booking and checkout, and how many a booking waits for its pick-up. Empty: as above.
    buffer_minutes: int | None = None
    no_show_minutes: int | None = None
    #: The version of its lending terms that holds for its things. Empty: as above.
    terms_id: int | None = None
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Item(SQLModel, table=True):
    """What we stock or own. Unit and kind are fixed once something has moved."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint(among("kind", ItemKind), name="item_kind_is_known"),
        CheckConstraint(among("approval", ApprovalRule), name="item_approval_is_known"),
        CheckConstraint("kind <> 'serialised' OR NOT fractions", name="item_with_serials_is_counted_in_wholes"),
        Index(
            "item_name_is_unique",
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("item_by_name", "name_key"),
        Index("item_by_category", "category_id"),
        Index("item_by_unit", text("lower(unit)")),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    name_key: str
    kind: ItemKind = Field(sa_type=Word(ItemKind))
    category_id: int | None = Field(default=None, foreign_key="categories.id")
    unit: str = "each"
    #: Whether a part of a unit can be stocked (12.5 m of cable); the unit of a serialised item never can.
    fractions: bool = False
    #: Whether each receipt names its lot; the items within a lot stay interchangeable.
    lot_tracked: bool = False
    note: str | None = None
    approval: ApprovalRule = Field(default=ApprovalRule.INHERIT, sa_type=Word(ApprovalRule))
    approval_above_minor: int | None = Field(default=None, sa_type=BigInteger)
    approval_above_days: int | None = None
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Variant(SQLModel, table=True):
    """An item with chosen attributes. Stock is always per variant; its code is the SKU."""

    __tablename__ = "variants"
    __table_args__ = (
        Index(
            "variant_sku_is_unique",
            "sku_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("variant_by_sku", "sku_key"),
        Index("variant_by_name", "name_key"),
        Index("variant_by_item", "item_id"),
    )

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="items.id")
    #: The item's name and the attributes' values: "Hex bolt M8, 40 mm".
    name: str
    name_key: str
    sku: str
    sku_key: str
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    #: What one stock unit costs, in minor units of `currency`.
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Symbology(StrEnum):
    """How a code is printed. Any other maker's code is bound as `other` and not checked."""

    CODE128 = "code128"
    CODE39 = "code39"
    EAN13 = "ean13"
    EAN8 = "ean8"
    UPCA = "upca"
    ISBN = "isbn"
    ITF = "itf"
    OTHER = "other"


class Barcode(SQLModel, table=True):
    """A code printed on something, ours or the maker's; unique across everything that is not archived."""

    __tablename__ = "barcodes"
    __table_args__ = (
        CheckConstraint(among("symbology", Symbology), name="barcode_symbology_is_known"),
        CheckConstraint(
            "(CASE WHEN variant_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN asset_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN location_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="barcode_is_on_one_thing",
        ),
        Index(
            "barcode_is_unique",
            "code_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("barcode_by_variant", "variant_id"),
        Index("barcode_by_asset", "asset_id"),
        Index("barcode_by_location", "location_id"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str
    code_key: str
    symbology: Symbology = Field(default=Symbology.CODE128, sa_type=Word(Symbology))
    variant_id: int | None = Field(default=None, foreign_key="variants.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


CATEGORIES = Category.__table__  # type: ignore[attr-defined]
ITEMS = Item.__table__  # type: ignore[attr-defined]
VARIANTS = Variant.__table__  # type: ignore[attr-defined]
BARCODES = Barcode.__table__  # type: ignore[attr-defined]


def variant(session: Session, variant_id: int) -> Variant:
    """The variant with that id, which is known to exist."""
    found = session.get(Variant, variant_id)
    if found is None:
        raise LookupError(f"no variant {variant_id}")
    return found


def item(session: Session, item_id: int) -> Item:
    """The item with that id, which is known to exist."""
    found = session.get(Item, item_id)
    if found is None:
        raise LookupError(f"no item {item_id}")
    return found


class Described(NamedTuple):
    """What has to be known of a variant to count it, call it and cost it."""

    id: int
    name: str
    sku: str
    unit: str
    fractions: bool
    kind: ItemKind
    lot_tracked: bool
    cost_minor: int | None
    currency: str | None


def described(session: Session, variant_ids: Collection[int]) -> dict[int, Described]:
    """Those variants by their ids, in one read."""
    item = (ITEMS.c.unit, ITEMS.c.fractions, ITEMS.c.kind, ITEMS.c.lot_tracked)
    query = select(VARIANTS.c.id, VARIANTS.c.name, VARIANTS.c.sku, *item, VARIANTS.c.cost_minor, VARIANTS.c.currency)
    query = query.join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(VARIANTS.c.id.in_(variant_ids))
    return {row.id: Described._make(row) for row in session.connection().execute(query)}


def branch(category: Category) -> Select[Any]:
    """The ids of a category and of those below it."""
    found = select(CATEGORIES.c.id).where(CATEGORIES.c.id == category.id).cte("branch", recursive=True)
    return select(found.union_all(select(CATEGORIES.c.id).join(found, CATEGORIES.c.parent_id == found.c.id)).c.id)


def variants_of(session: Session, item_id: int) -> list[Variant]:
    """The item's variants that are not archived, by name."""
    query = select(Variant).where(VARIANTS.c.item_id == item_id, VARIANTS.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(VARIANTS.c.name_key, VARIANTS.c.id)))
