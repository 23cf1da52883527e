"""What assets are worth on the books on any day: in a straight line from what they cost to nothing by the day they are replaced."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session

from models import schedules
from models.assets import ASSETS, OWNED, Asset
from models.catalog import ITEMS, VARIANTS, Category, Item
from models.entries import MOVEMENTS
from models.folds import stands
from models.locations import LOCATIONS
from models.times import in_zone


@dataclass(slots=True)
class Worth:
    """What assets are worth together on a day, for each currency; how many count, and how many lack a price or a day."""

    value: dict[str, int] = field(default_factory=dict)
    cost: dict[str, int] = field(default_factory=dict)
    counted: int = 0
    unknown: int = 0


def on(cost_minor: int, purchased_on: date, replace_by_on: date, day: date) -> int:
    """The value on a day, in minor units, rounded to the nearest: all of the cost when it is bought, nothing from its last day on."""
    life, left = (replace_by_on - purchased_on).days, (replace_by_on - day).days
    if left <= 0 or life <= 0:
        return 0
    return cost_minor if left >= life else (2 * cost_minor * left + life) // (2 * life)


def of_asset(asset: Asset, day: date) -> int | None:
    """The book value of an asset on a day; None where nobody knows what it cost, since when, or for how long it is good."""
    if asset.cost_minor is None or asset.purchased_on is None or asset.replace_by_on is None:
        return None
    return on(asset.cost_minor, asset.purchased_on, asset.replace_by_on, day)


def of_all(session: Session, of: Item | Category | None, day: date, zone: str) -> Worth:
    """What the assets of an item, of a category and below it, or all of them, are worth together: those that we had on that day."""
    total = Worth()
    for worth in by_category(session, of, day, zone).values():
        total.counted += worth.counted
        total.unknown += worth.unknown
        for currency, cost in worth.cost.items():
            total.cost[currency] = total.cost.get(currency, 0) + cost
            total.value[currency] = total.value.get(currency, 0) + worth.value[currency]
    return total


def by_category(session: Session, of: Item | Category | None, day: date, zone: str) -> dict[int | None, Worth]:
    """The same of each category by itself; of what is in none under None.

    What was retired, sold, given away or lost when that day ended does not count, nor what was bought later.
    """
    known = (ASSETS.c.cost_minor, ASSETS.c.currency, ASSETS.c.purchased_on, ASSETS.c.replace_by_on)
    there = (
        select(LOCATIONS.c.kind)
        .join(MOVEMENTS, MOVEMENTS.c.target_id == LOCATIONS.c.id)
        .where(MOVEMENTS.c.asset_id == ASSETS.c.id, MOVEMENTS.c.happened_at < _end_of(day, zone), stands())
        .order_by(MOVEMENTS.c.happened_at.desc(), MOVEMENTS.c.id.desc())
        .limit(1)
        .correlate(ASSETS)
        .scalar_subquery()
    )
    query = (
        select(*known, ITEMS.c.category_id)
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(ASSETS.c.id.in_(select(MOVEMENTS.c.asset_id).where(stands())))
        .where(or_(ASSETS.c.purchased_on.is_(None), ASSETS.c.purchased_on <= day), or_(there.is_(None), there.in_(OWNED)))
    )
    found: dict[int | None, Worth] = {}
    for row in session.connection().execute(query if of is None else query.where(schedules.scope(of))):
        worth = found.setdefault(row.category_id, Worth())
        if None in (row.cost_minor, row.purchased_on, row.replace_by_on):
            worth.unknown += 1
            continue
        worth.counted += 1
        worth.cost[row.currency] = worth.cost.get(row.currency, 0) + row.cost_minor
        value = on(row.cost_minor, row.purchased_on, row.replace_by_on, day)
        worth.value[row.currency] = worth.value.get(row.currency, 0) + value
    return found


def _end_of(day: date, zone: str) -> datetime:
    return in_zone(datetime.combine(day + timedelta(days=1), time()), zone)
