"""What is where, a page at a time: what lies in a location, which assets there are of a variant, and what hangs on a category."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session

from models import past
from models.assets import ASSETS, AssetState, state
from models.catalog import CATEGORIES, ITEMS, VARIANTS, Category, ItemKind
from models.checkouts import CHECKOUTS
from models.levels import LEVELS, Level
from models.locations import LOCATIONS, STORES, Location
from models.reorder import POINTS


class Lying(NamedTuple):
    """How many of a variant lie in a location and below it, and its reorder point there."""

    variant_id: int
    name: str
    sku: str
    unit: str
    kind: ItemKind
    quantity: int
    low: int | None = None
    #: How many of them are kept for somebody.
    reserved: int = 0


class Standing(NamedTuple):
    """An asset in a list: where it is, and when it is due where it is checked out."""

    asset_id: int
    serial: str
    name: str
    location: Level
    checked_out: bool
    due_at: datetime | None
    due_zone: str | None
    out_of_use: bool

    @property
    def state(self) -> AssetState:
        """How it stands, there."""
        return state(self.location.kind, checked_out=self.checked_out, out_of_use=self.out_of_use)


class Kept(NamedTuple):
    """An item in a list, with how many we have of all its variants together."""

    item_id: int
    name: str
    unit: str
    on_hand: int


_NAMES: Select[Any] = select(VARIANTS.c.id, VARIANTS.c.name, VARIANTS.c.sku, ITEMS.c.unit, ITEMS.c.kind).join(
    ITEMS, ITEMS.c.id == VARIANTS.c.item_id
)


def lying_at(session: Session, location: Location, *, first: int, most: int) -> list[Lying]:
    """What lies in a location and below it, the most first."""
    held = _held_below(location).subquery("held")
    here = (POINTS.c.variant_id == held.c.variant_id) & (POINTS.c.location_id == location.id) & POINTS.c.active
    query = (
        select(held.c.variant_id, VARIANTS.c.name, VARIANTS.c.sku, ITEMS.c.unit, ITEMS.c.kind, held.c.quantity, POINTS.c.low)
        .add_columns(held.c.reserved)
        .select_from(held)
        .join(VARIANTS, VARIANTS.c.id == held.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .outerjoin(POINTS, here)
        .order_by(held.c.quantity.desc(), VARIANTS.c.name_key)
    )
    return [Lying(*row) for row in session.connection().execute(query.offset(first).limit(most))]


def count_lying_at(session: Session, location: Location) -> int:
    """How many variants lie in a location and below it."""
    return int(session.connection().execute(select(func.count()).select_from(_held_below(location).subquery())).scalar_one())


def lay_at(session: Session, location: Location, at: datetime) -> list[Lying]:
    """What lay in a location, and in what is below it today, after everything that happened up to `at` (UTC); the most first."""
    ids = list(session.connection().execute(select(LOCATIONS.c.id).where(_below(location))).scalars())
    held: dict[int, int] = {}
    for level in past.stock_at(session, at, location_ids=ids):
        held[level.variant_id] = held.get(level.variant_id, 0) + level.quantity
    rows = {row.id: row for row in session.connection().execute(_NAMES.where(VARIANTS.c.id.in_(held)))}
    lying = [Lying(one, rows[one].name, rows[one].sku, rows[one].unit, rows[one].kind, quantity) for one, quantity in held.items()]
    return sorted(lying, key=lambda one: (-one.quantity, one.name.casefold()))


def directly_below(session: Session, location: Location) -> list[str]:
    """The names of the locations directly below it."""
    query = select(LOCATIONS.c.name).where(LOCATIONS.c.parent_id == location.id, LOCATIONS.c.archived_at.is_(None))
    return list(session.connection().execute(query.order_by(LOCATIONS.c.name_key)).scalars())


def _held_below(location: Location) -> Select[Any]:
    return (
        select(LEVELS.c.variant_id, func.sum(LEVELS.c.quantity).label("quantity"), func.sum(LEVELS.c.reserved).label("reserved"))
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .where(_below(location), LEVELS.c.quantity > 0)
        .group_by(LEVELS.c.variant_id)
    )


def _below(location: Location) -> Any:
    return LOCATIONS.c.path.startswith(location.path, autoescape=True)


def assets_among(session: Session, levels: Sequence[Level], *, first: int, most: int) -> list[Standing]:
    """The assets that these levels count, those in stores first: a page of `most` from `first`."""
    found: list[Standing] = []
    for level in sorted(levels, key=lambda one: one.kind not in STORES):
        there = level.quantity // 1_000_000
        if first < there and len(found) < most:
            found += _assets_at(session, level, first=first, most=most - len(found))
        first = max(first - there, 0)
    return found


def _assets_at(session: Session, level: Level, *, first: int, most: int) -> list[Standing]:
    query = (
        select(
            ASSETS.c.id,
            ASSETS.c.serial,
            func.coalesce(ASSETS.c.name, VARIANTS.c.name),
            CHECKOUTS.c.id.is_not(None),
            CHECKOUTS.c.due_at,
            CHECKOUTS.c.due_zone,
            ASSETS.c.out_of_use,
        )
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .outerjoin(CHECKOUTS, (CHECKOUTS.c.asset_id == ASSETS.c.id) & CHECKOUTS.c.closed_at.is_(None))
        .where(ASSETS.c.variant_id == level.variant_id, ASSETS.c.location_id == level.location_id)
        .order_by(ASSETS.c.id)
    )
    rows = session.connection().execute(query.offset(first).limit(most))
    return [Standing(*row[:3], level, *row[3:]) for row in rows]


def items_in(session: Session, category: Category, *, first: int, most: int) -> list[Kept]:
    """The items of a category, by name."""
    on_hand = (
        select(func.coalesce(func.sum(LEVELS.c.quantity), 0))
        .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
        .where(VARIANTS.c.item_id == ITEMS.c.id, LEVELS.c.ours)
        .scalar_subquery()
    )
    query = select(ITEMS.c.id, ITEMS.c.name, ITEMS.c.unit, on_hand).where(_in(category)).order_by(ITEMS.c.name_key)
    return [Kept(*row) for row in session.connection().execute(query.offset(first).limit(most))]


def count_items_in(session: Session, category: Category) -> int:
    """How many items a category has."""
    return int(session.connection().execute(select(func.count()).select_from(ITEMS).where(_in(category))).scalar_one())


def categories_below(session: Session, category: Category) -> list[str]:
    """The names of the categories directly below it."""
    query = select(CATEGORIES.c.name).where(CATEGORIES.c.parent_id == category.id, CATEGORIES.c.archived_at.is_(None))
    return list(session.connection().execute(query.order_by(CATEGORIES.c.name_key)).scalars())


def _in(category: Category) -> Any:
    return (ITEMS.c.category_id == category.id) & ITEMS.c.archived_at.is_(None)


def path_of(session: Session, category: Category) -> str:
    """The names from the top down to a category: "Tools / Power tools"."""
    names = [category.name]
    while category.parent_id is not None:
        category = session.get_one(Category, category.parent_id)
        names.append(category.name)
    return " / ".join(reversed(names))
