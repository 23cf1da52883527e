"""Misfits: reorder points that are badly off by what is used, and what is used and has none."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import and_, exists, literal, or_, select
from sqlmodel import Session

from models import advice
from models.advice import Advice, Suggestion
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.consumption import DAY, USERS, Stocked
from models.levels import LEVELS, NETS, month_of
from models.locations import LOCATIONS, Location, LocationKind
from models.reorder import POINTS


class Why(StrEnum):
    """What is wrong; what may run out comes first."""

    TOO_LOW = "too low"
    MISSING = "missing"
    TOO_HIGH = "too high"


class Misfit(NamedTuple):
    """A reorder point to set, or to set otherwise. Quantities in millionths of the unit."""

    at: Stocked
    name: str
    sku: str
    unit: str
    #: None: over all locations together.
    location: str | None
    why: Why
    #: As it is set now; None where there is none.
    low: int | None
    advice: Advice
    suggested: Suggestion


class Watched(NamedTuple):
    """What may be a misfit."""

    variant_id: int
    name: str
    sku: str
    unit: str
    location_id: int | None
    location: str | None
    low: int | None

    @property
    def at(self) -> Stocked:
        return Stocked(self.variant_id, self.location_id)


def watched(session: Session, at: Location | None = None, *, now: datetime) -> list[Watched]:
    """What is to be judged; with a location, what is set there or below it, and what is used there."""
    return [*_points(session, at), *_without_point(session, at, now)]


def misfits(session: Session, among: Sequence[Watched], *, now: datetime) -> list[Misfit]:
    """What of that is to be set otherwise, the worst first."""
    advised = advice.of(session, [one.at for one in among], now=now)
    return sorted((found for one in among if (found := _misfit(one, advised[one.at]))), key=_gravity)


def _misfit(one: Watched, told: Advice) -> Misfit | None:
    suggested = told.suggested
    why = _why(one.low, suggested.low) if suggested is not None else None
    if suggested is None or why is None:
        return None
    return Misfit(one.at, one.name, one.sku, one.unit, one.location, why, one.low, told, suggested)


def _why(low: int | None, suggested: int) -> Why | None:
    """Badly off is below two thirds of what is suggested, and above twice that."""
    if low is None:
        return Why.MISSING if suggested else None
    if 3 * low < 2 * suggested:
        return Why.TOO_LOW
    return Why.TOO_HIGH if low > 2 * suggested else None


def _gravity(one: Misfit) -> tuple[int, float, str, str]:
    """Points by how many times they are off, and what has none by how long it lasts."""
    low, suggested = max(one.low or 0, 1), max(one.suggested.low, 1)
    by = {Why.TOO_LOW: low / suggested, Why.MISSING: float(one.advice.cover_days or 0), Why.TOO_HIGH: suggested / low}
    return list(Why).index(one.why), by[one.why], one.name, one.location or ""


def _points(session: Session, at: Location | None) -> list[Watched]:
    """The reorder points that are set."""
    query = (
        select(VARIANTS.c.id, VARIANTS.c.name, VARIANTS.c.sku, ITEMS.c.unit, POINTS.c.location_id, LOCATIONS.c.name, POINTS.c.low)
        .select_from(POINTS)
        .join(VARIANTS, VARIANTS.c.id == POINTS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
        .where(POINTS.c.active)
    )
    if at is not None:
        query = query.where(LOCATIONS.c.path.startswith(at.path))  # steps of digits and slashes: nothing to escape
    return [Watched._make(row) for row in session.connection().execute(query)]


def _without_point(session: Session, at: Location | None, now: datetime) -> list[Watched]:
    """What was used up lately, by the monthly nets of those who use it, and has no reorder point there."""
    since = month_of(now - advice.HALF_A_YEAR * DAY)
    handed = and_(LOCATIONS.c.kind == LocationKind.PERSON, ITEMS.c.kind == ItemKind.CONSUMABLE)
    query = (
        select(VARIANTS.c.id, VARIANTS.c.name, VARIANTS.c.sku, ITEMS.c.unit)
        .distinct()
        .select_from(LOCATIONS)
        .join(NETS, and_(NETS.c.location_id == LOCATIONS.c.id, NETS.c.month >= since, NETS.c.quantity > 0))
        .join(VARIANTS, VARIANTS.c.id == NETS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(or_(LOCATIONS.c.kind.in_(USERS), handed), VARIANTS.c.archived_at.is_(None), ITEMS.c.archived_at.is_(None))
    )
    above, below = LOCATIONS.alias("above"), LOCATIONS.alias("below")
    point = exists().where(POINTS.c.variant_id == VARIANTS.c.id, POINTS.c.active)
    if at is not None:
        reaches = or_(literal(at.path).startswith(above.c.path), above.c.path.startswith(at.path))
        point = point.where(or_(POINTS.c.location_id.is_(None), exists().where(above.c.id == POINTS.c.location_id, reaches)))
        kept = LEVELS.c.variant_id == VARIANTS.c.id, below.c.id == LEVELS.c.location_id, below.c.path.startswith(at.path)
        query = query.where(exists().where(*kept))
    rows = session.connection().execute(query.where(~point)).all()
    return [Watched._make([*row, at.id if at else None, at.name if at else None, None]) for row in rows]
