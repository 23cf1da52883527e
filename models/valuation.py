"""What everything that we have is worth on a day, category by category: assets on the books, and stock at what it costs."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from models import book_value, catalog, contents
from models.catalog import ITEMS, VARIANTS, Category, ItemKind
from models.folds import balances
from models.locations import LOCATIONS, OURS
from models.quantities import ONE


class Valued(NamedTuple):
    """What is in a category (None: in none) and has a price in a currency, in minor units."""

    category: str | None
    currency: str
    assets: int
    stock: int

    @property
    def together(self) -> int:
        """Assets and stock."""
        return self.assets + self.stock


class Valuation(NamedTuple):
    """What every category is worth, the most first; of how many assets nobody knows the value, and of how many kinds of stock the cost."""

    each: list[Valued]
    unknown_assets: int
    unknown_things: int


def by_category(session: Session, at: datetime, *, day: date, zone: str, category: Category | None = None) -> Valuation:
    """What we had at a time (UTC), which lies on that day of that zone: in each category, or in one and what is below it."""
    assets = book_value.by_category(session, category, day, zone)
    stock, unknown_things = _stock(session, at, category)
    found = list[Valued]()
    for id_ in {*assets, *(of for of, _ in stock)}:
        worth = assets.get(id_, book_value.Worth())
        name = contents.path_of(session, session.get_one(Category, id_)) if id_ is not None else None
        for currency in {*worth.value, *(currency for of, currency in stock if of == id_)}:
            lies = stock.get((id_, currency), 0)
            found.append(Valued(name, currency, worth.value.get(currency, 0), (2 * lies + ONE) // (2 * ONE)))
    found.sort(key=lambda one: (-one.together, one.category or "", one.currency))
    return Valuation(found, sum(worth.unknown for worth in assets.values()), unknown_things)


def _stock(session: Session, at: datetime, category: Category | None) -> tuple[dict[tuple[int | None, str], int], int]:
    """What lay in our locations at what it costs, in millionths of a minor unit; and of how many things nobody knows what they cost."""
    held = balances(at).subquery("held")
    query = (
        select(ITEMS.c.category_id, VARIANTS.c.cost_minor, VARIANTS.c.currency, func.sum(held.c.quantity).label("quantity"))
        .select_from(held)
        .join(LOCATIONS, LOCATIONS.c.id == held.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == held.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(LOCATIONS.c.kind.in_(OURS), ITEMS.c.kind != ItemKind.SERIALISED)
        .group_by(VARIANTS.c.id, ITEMS.c.category_id, VARIANTS.c.cost_minor, VARIANTS.c.currency)
    )
    if category is not None:
        query = query.where(ITEMS.c.category_id.in_(catalog.branch(category)))
    total, unknown = defaultdict[tuple[int | None, str], int](int), 0
    for row in session.connection().execute(query):
        if row.quantity and (row.cost_minor is None or row.currency is None):
            unknown += 1
        elif row.quantity:
            total[row.category_id, row.currency] += row.quantity * row.cost_minor
    return total, unknown
