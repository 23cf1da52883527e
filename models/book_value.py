"""What assets are worth on the books on any day: in a straight line from what they cost to nothing by the day they are replaced."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from models import schedules
from models.assets import ASSETS, Asset, AssetState, state
from models.catalog import Category, Item
from models.entries import MOVEMENTS
from models.folds import stands
from models.locations import LOCATIONS
from models.times import local_day


class Worth(NamedTuple):
    """What assets are worth together on a day, for each currency; how many count, and how many lack a price or a day."""

    value: dict[str, int]
    cost: dict[str, int]
    counted: int
    unknown: int


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
    """What the assets of an item, of a category and below it, or all of them, are worth together: those that we had on that day.

    What was retired, sold, given away or lost by then does not count, nor what was bought later.
    """
    left = select(func.max(MOVEMENTS.c.happened_at)).where(MOVEMENTS.c.asset_id == ASSETS.c.id, stands()).scalar_subquery()
    query = (
        select(
            ASSETS.c.cost_minor, ASSETS.c.currency, ASSETS.c.purchased_on, ASSETS.c.replace_by_on, LOCATIONS.c.kind, left.label("left_at")
        )
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .where(ASSETS.c.id.in_(select(MOVEMENTS.c.asset_id).where(stands())))
    )
    if of is not None:
        query = query.where(schedules.scope(session, of))
    value, cost, counted, unknown = dict[str, int](), dict[str, int](), 0, 0
    for row in session.connection().execute(query):
        if _gone(row.kind, row.left_at, day, zone) or (row.purchased_on is not None and row.purchased_on > day):
            continue
        if None in (row.cost_minor, row.purchased_on, row.replace_by_on):
            unknown += 1
            continue
        counted += 1
        cost[row.currency] = cost.get(row.currency, 0) + row.cost_minor
        value[row.currency] = value.get(row.currency, 0) + on(row.cost_minor, row.purchased_on, row.replace_by_on, day)
    return Worth(value, cost, counted, unknown)


def _gone(kind: object, left_at: datetime | None, day: date, zone: str) -> bool:
    out = state(kind) in (AssetState.RETIRED, AssetState.LOST)  # type: ignore[arg-type]
    return out and left_at is not None and local_day(left_at, zone) <= day
