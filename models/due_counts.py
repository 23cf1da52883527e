"""Due counts: what lies in a location is counted every so many days, what is used for most money the most often; its keepers are reminded.

The classes are those of ABC analysis. By the value of what was used there in a year, the dearest first, A is what makes up the first 80 %
of it, B the next 15 %, C the rest. docs/stocktake.md says where the rule comes from.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select, update
from sqlmodel import Session

from models import catalog, consumption, locations, notices, stocktake_reads
from models.catalog import ItemKind
from models.consumption import Stocked
from models.locations import LOCATIONS, Location
from models.members import Role
from models.notices import NoticeKind
from models.stocktake_books import lying
from models.stocktakes import STOCKTAKE_LINES, STOCKTAKES, TALLIES, StocktakeState
from models.times import local_day, work_starts, working_days_after
from models.workspace import workspace

#: So many locations are looked at in one transaction.
BATCH = 20
#: Use is looked at so far back.
DAYS = 365
#: So much of the value of use, in percent, is class A, and so much A and B together.
A_SHARE, B_SHARE = 80, 95


class CountClass(StrEnum):
    """How often something is counted: A the most often."""

    A = "A"
    B = "B"
    C = "C"


class DueLine(NamedTuple):
    """A thing in a location that is to be counted by now."""

    location_id: int
    variant_id: int
    of: CountClass
    #: When it was counted last, in a count that was accepted (UTC).
    last_at: datetime | None


def intervals(location: Location) -> dict[CountClass, int]:
    """Every how many days each class is counted there; a class that isn't by schedule is left out."""
    days = {CountClass.A: location.count_a_days, CountClass.B: location.count_b_days, CountClass.C: location.count_c_days}
    return {one: every for one, every in days.items() if every is not None}


def planned(session: Session) -> list[Location]:
    """The locations that are counted by a schedule, by name."""
    query = select(Location).where(_HAS_PLAN, LOCATIONS.c.archived_at.is_(None)).order_by(LOCATIONS.c.name_key)
    return list(session.scalars(query))


_HAS_PLAN = or_(LOCATIONS.c.count_a_days.is_not(None), LOCATIONS.c.count_b_days.is_not(None), LOCATIONS.c.count_c_days.is_not(None))


def due(session: Session, location: Location, now: datetime) -> list[DueLine]:
    """What is to be counted in a location, and in what lies below it, by now; what was never counted is due at once."""
    every = intervals(location)
    if not every:
        return []
    places = stocktake_reads.places(session, location)
    there = sorted({(key.location_id, key.variant_id) for key in lying(session, places)})
    of = classes(session, location, {variant_id for _, variant_id in there}, now)
    last = _last_counted(session, places)
    today = local_day(now, _zone(session, location))
    found = []
    for place_id, variant_id in there:
        at, days = last.get((place_id, variant_id)), every.get(of[variant_id])
        if days is not None and (at is None or local_day(at, _zone(session, location)) + timedelta(days=days) <= today):
            found.append(DueLine(place_id, variant_id, of[variant_id], at))
    return found


def by_class(session: Session, location: Location, now: datetime) -> dict[CountClass, int]:
    """How many lines of each class are due."""
    return dict(sorted(Counter(line.of for line in due(session, location, now)).items()))


def classes(session: Session, location: Location, variant_ids: Collection[int], now: datetime) -> dict[int, CountClass]:
    """The class of each variant there. What has no known cost, was not used, or is known by its serial, is of class C."""
    known, currency = catalog.described(session, variant_ids), workspace(session).currency
    priced = [one for one in known.values() if one.cost_minor and one.currency in (None, currency) and one.kind is not ItemKind.SERIALISED]
    used = consumption.of(session, [Stocked(one.id, location.id) for one in priced], days=DAYS, now=now)
    worth = {one.id: max(sum(used[Stocked(one.id, location.id)].used), 0) * (one.cost_minor or 0) for one in priced}
    total, before, found = sum(worth.values()), 0, dict.fromkeys(variant_ids, CountClass.C)
    for variant_id, value in sorted(worth.items(), key=lambda one: (-one[1], one[0])):
        if value and before * 100 < total * B_SHARE:
            found[variant_id] = CountClass.A if before * 100 < total * A_SHARE else CountClass.B
        before += value
    return found


def _last_counted(session: Session, places: Sequence[int]) -> dict[tuple[int, int], datetime]:
    """When each thing was counted last in each of those locations: in a count that was accepted, by somebody."""
    line = STOCKTAKE_LINES.c
    counted = exists().where(TALLIES.c.line_id == line.id, TALLIES.c.active)
    query = select(line.location_id, line.variant_id, func.max(STOCKTAKES.c.ended_at)).join(
        STOCKTAKES, STOCKTAKES.c.id == line.stocktake_id
    )
    query = query.where(line.location_id.in_(places), line.active, counted, STOCKTAKES.c.state == StocktakeState.ACCEPTED)
    rows = session.connection().execute(query.group_by(line.location_id, line.variant_id))
    return {(row[0], row[1]): row[2] for row in rows}


def review(session: Session, now: datetime) -> bool:
    """Looks at the locations that have changed, and each morning at those with a schedule; says whether there may be more of them.

    While something is due their keepers are told once a week, and that message then says how it ended.
    """
    looked_at, has_none = LOCATIONS.c.review_at <= now, ~_HAS_PLAN | LOCATIONS.c.archived_at.is_not(None)
    session.connection().execute(update(LOCATIONS).where(looked_at, has_none).values(review_at=None))
    rows = list(session.scalars(select(Location).where(looked_at).order_by(LOCATIONS.c.id).limit(BATCH)))
    for location in rows:
        zone = _zone(session, location)
        _tell(session, location, now)
        review_at = work_starts(working_days_after(local_day(now, zone), 1)[0], zone)
        session.connection().execute(update(LOCATIONS).where(LOCATIONS.c.id == location.id).values(review_at=review_at))
    return len(rows) == BATCH


def _tell(session: Session, location: Location, now: datetime) -> None:
    lines, count = due(session, location, now), stocktake_reads.overlapping(session, location)
    told = f"{len(lines)} due, count {count.id if count else 0}" if lines else ""
    kind, subject = NoticeKind.COUNT_DUE, LOCATIONS.name
    notices.redraw_stage(session, kind, subject=subject, subject_id=location.id, told=told)
    if lines and count is None:
        today = local_day(now, _zone(session, location))
        key = f"count due:location {location.id}:week {today - timedelta(days=today.weekday())}"
        receivers = notices.audience(session, Role.KEEPER, at=location)
        notices.owe_stage(session, kind, key=key, subject=subject, subject_id=location.id, receivers=receivers, now=now, told=told)


def look_again(session: Session, location: Location, now: datetime) -> None:
    """A count began or ended there: the reminders of it, and of what lies above and below, are looked at."""
    near = LOCATIONS.c.path.startswith(location.path, autoescape=True) | LOCATIONS.c.id.in_(locations.ancestors(location.path))
    session.connection().execute(update(LOCATIONS).where(_HAS_PLAN, near).values(review_at=now))


def _zone(session: Session, location: Location) -> str:
    default = workspace(session).time_zone
    return locations.inherited(session, location, "time_zone", default) or default
