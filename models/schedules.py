"""Schedules of upkeep: what is done to assets again and again, what is due by now, and closing it with an outcome."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlmodel import Session

from models import attachments, catalog, custody, custom_values, ledger
from models.assets import ASSETS, Asset, AssetState, said
from models.catalog import ITEMS, VARIANTS, Category, Item
from models.changes import changed
from models.columns import clean
from models.custom_fields import About
from models.entries import ENTRIES, MOVEMENTS, EntryKind
from models.folds import stands
from models.ledger import Act, Posted
from models.locations import LOCATIONS, OURS, LocationKind
from models.maintenance import RECORDS, SCHEDULES, Interval, MaintenanceRecord, MaintenanceState, UpkeepSchedule
from models.members import Permission, require
from models.refusals import Conflict, Refusal
from models.times import in_zone, local_day
from models.workspace import workspace

MOST = 10_000
LONGEST_WORDS = 1_000
#: A month has at least so many days.
SHORTEST_MONTH = 28
#: A day after that is a slip of the finger, and nothing is counted from it.
LAST_YEAR = 9_000


class Upcoming(NamedTuple):
    """One asset of one schedule: when it is due next, or how often it was used since the last time."""

    schedule: UpkeepSchedule
    asset_id: int
    serial: str
    name: str
    location_id: int
    location: str
    #: The last time it was done; None where it never was.
    last_id: int | None
    last_on: date | None
    due_on: date | None
    uses: int

    def is_due(self, today: date) -> bool:
        """Whether it is to be done by now."""
        return self.uses >= self.schedule.every if self.due_on is None else self.due_on <= today

    def is_soon(self, today: date) -> bool:
        """Whether its keepers are told by now."""
        ahead = self.schedule.ahead
        return self.uses >= self.schedule.every - ahead if self.due_on is None else self.due_on <= today + timedelta(days=ahead)


def add(
    session: Session,
    act: Act,
    *,
    of: Asset | Item | Category,
    name: str,
    every: int,
    unit: Interval,
    ahead: int,
    first_on: date | None = None,
) -> tuple[UpkeepSchedule, Posted]:
    """From now on something is done to an asset, to all of an item, or of a category and below it: every so many days, months or uses.

    What we have is due on `first_on` (one interval from now, unless said); what comes later counts from when it was bought.
    """
    require(act.by, Permission.MAINTAIN, at=custody.answers_for(session, of) if isinstance(of, Asset) else None)
    name = clean(name, what="name", field="name")
    _require_sensible(every, unit, ahead)
    today = local_day(act.now, workspace(session).time_zone)
    schedule = UpkeepSchedule(
        name=name,
        category_id=of.id if isinstance(of, Category) else None,
        item_id=of.id if isinstance(of, Item) else None,
        asset_id=of.id if isinstance(of, Asset) else None,
        every=every,
        unit=unit,
        ahead=ahead,
        first_on=first_on or later(today, every, unit),
        since_at=act.now,
    )
    session.add(schedule)
    session.flush()
    return schedule, ledger.post(session, act, EntryKind.SET_UPKEEP, changed=[changed(schedule, active=True)])


def _require_sensible(every: int, unit: Interval, ahead: int) -> None:
    if not 0 < every <= MOST:
        raise Refusal(f"Say a number from 1 to {MOST:,}.", field="every")
    least = every * SHORTEST_MONTH if unit is Interval.MONTHS else every
    if not 0 <= ahead < least:
        raise Refusal("Its keepers are told later than the time before: say less than the interval.", field="ahead")


def stop(session: Session, act: Act, schedule: UpkeepSchedule) -> Posted:
    """It is not done any more; what was done stays known."""
    asset = session.get_one(Asset, schedule.asset_id) if schedule.asset_id is not None else None
    require(act.by, Permission.MAINTAIN, at=custody.answers_for(session, asset) if asset is not None else None)
    if not schedule.active:
        raise Conflict(f"{schedule.name} was stopped already.")
    return ledger.post(session, act, EntryKind.SET_UPKEEP, changed=[changed(schedule, active=False)])


def serviced(
    session: Session,
    act: Act,
    *,
    schedule: UpkeepSchedule,
    asset: Asset,
    note: str | None = None,
    cost_minor: int | None = None,
    done_on: date | None = None,
    next_on: date | None = None,
) -> tuple[Upcoming, Posted]:
    """It was done to an asset, today or on `done_on`; next time by the schedule, or on `next_on`. For a keeper of where it is or left."""
    require(act.by, Permission.MAINTAIN, at=custody.answers_for(session, asset))
    _require_done_to(session, schedule, asset)
    today = local_day(act.now, act.by.time_zone)
    done_on = done_on or today
    if done_on > today:
        raise Refusal("That is still to come. Say when it was done, or leave it out for today.", field="done_on")
    if next_on is not None and schedule.unit is Interval.USES:
        raise Refusal("It is counted in uses: leave the day out.", field="next_on")
    if next_on is not None and next_on <= done_on:
        raise Refusal("Next time is after this one.", field="next_on")
    record = MaintenanceRecord(asset_id=asset.id, schedule_id=schedule.id, by_id=act.by.id, opened_at=act.now)
    session.add(record)
    session.flush()
    closing = {
        "state": MaintenanceState.CLOSED,
        "outcome": clean(note, what="note", field="note", longest=LONGEST_WORDS) if note else None,
        "cost_minor": cost_minor,
        "currency": workspace(session).currency if cost_minor is not None else None,
        "done_on": done_on,
        "next_on": next_on,
        "closed_by_id": act.by.id,
        "closed_at": act.now,
    }
    changes = [changed(record, **closing), *custom_values.new(session, act.by, About.MAINTENANCE, [record], act.custom or {})]
    posted = ledger.post(session, act, EntryKind.SERVICED, changed=changes, note=note)
    if act.files:
        attachments.tell(session, act.by, posted.id, at=custody.answers_for(session, asset), now=posted.recorded_at)
    return next(one for one in of_asset(session, asset) if one.schedule.id == schedule.id), posted


def _require_done_to(session: Session, schedule: UpkeepSchedule, asset: Asset) -> None:
    """Refuses an asset to which it is not done, or nothing is done any more."""
    if not schedule.active or not covering(session, asset, [schedule.id]):
        raise Conflict(f"{schedule.name} is not done to {said(session, asset)} any more.")
    state = custody.state_of(session, asset)
    if state in (AssetState.LOST, AssetState.RETIRED):
        raise Conflict(f"{said(session, asset)} is {state}: nothing is done to it any more.", field="asset")


def get(session: Session, schedule_id: int) -> UpkeepSchedule:
    """The schedule with that id, which is known to exist."""
    return session.get_one(UpkeepSchedule, schedule_id)


def in_force(session: Session) -> list[UpkeepSchedule]:
    """Every schedule that is not stopped, by name."""
    return list(session.scalars(select(UpkeepSchedule).where(SCHEDULES.c.active).order_by(SCHEDULES.c.name, SCHEDULES.c.id)))


def covering(session: Session, asset: Asset, among: Sequence[int] | None = None) -> list[UpkeepSchedule]:
    """The schedules in force by which something is done to an asset: its own, its item's, and those of the categories above."""
    item_id, category_id = (
        session.connection()
        .execute(
            select(ITEMS.c.id, ITEMS.c.category_id)
            .join(VARIANTS, VARIANTS.c.item_id == ITEMS.c.id)
            .where(VARIANTS.c.id == asset.variant_id)
        )
        .one()
    )
    above = list[int]()
    while category_id is not None and category_id not in above:
        above.append(category_id)
        category_id = session.get_one(Category, category_id).parent_id
    whose = or_(SCHEDULES.c.asset_id == asset.id, SCHEDULES.c.item_id == item_id, SCHEDULES.c.category_id.in_(above))
    query = select(UpkeepSchedule).where(SCHEDULES.c.active, whose)
    query = query.where(SCHEDULES.c.id.in_(among)) if among is not None else query
    return list(session.scalars(query.order_by(SCHEDULES.c.name, SCHEDULES.c.id)))


def of_asset(session: Session, asset: Asset) -> list[Upcoming]:
    """What is done to an asset, and when next, what is due first first."""
    found = [_read(session, one, ASSETS.c.id == asset.id) for one in covering(session, asset)]
    return sorted((one for some in found for one in some), key=_urgency)


def soon(session: Session, now: datetime, *, schedule: UpkeepSchedule | None = None) -> list[Upcoming]:
    """What is due, or near enough that its keepers are told, by all schedules or by one; what has waited longest first."""
    today = local_day(now, workspace(session).time_zone)
    found = list[Upcoming]()
    for one in [schedule] if schedule is not None else in_force(session):
        if one.active:
            found += [each for each in _read(session, one, scope(subject(session, one)), until=_until(one, today)) if each.is_soon(today)]
    return sorted(found, key=_urgency)


def _until(schedule: UpkeepSchedule, today: date) -> date:
    return today + timedelta(days=schedule.ahead if schedule.unit is not Interval.USES else 0)


def _urgency(one: Upcoming) -> tuple[date, int, int]:
    return one.due_on or date.min, -one.uses, one.asset_id


def subject(session: Session, schedule: UpkeepSchedule) -> Asset | Item | Category:
    """What a schedule is about."""
    if schedule.asset_id is not None:
        return session.get_one(Asset, schedule.asset_id)
    if schedule.item_id is not None:
        return session.get_one(Item, schedule.item_id)
    return session.get_one(Category, schedule.category_id)


def scope(of: Asset | Item | Category) -> ColumnElement[bool]:
    """The assets that are meant: one, all of an item, or those of a category and of what is below it."""
    if isinstance(of, Asset):
        return and_(ASSETS.c.id == of.id)
    meant = ITEMS.c.id == of.id if isinstance(of, Item) else ITEMS.c.category_id.in_(catalog.branch(of))
    return and_(ASSETS.c.variant_id.in_(select(VARIANTS.c.id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(meant)))


_LAST = RECORDS.alias("last_time")


def _read(session: Session, schedule: UpkeepSchedule, scope: ColumnElement[bool], *, until: date | None = None) -> list[Upcoming]:
    """The assets of a schedule which are still with us, or with who repairs them; with `until` those that are due by then."""
    done = RECORDS.c
    last = (
        select(done.id)
        .where(done.schedule_id == schedule.id, done.asset_id == ASSETS.c.id, done.state == MaintenanceState.CLOSED)
        .order_by(done.done_on.desc(), done.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    came = select(func.min(MOVEMENTS.c.happened_at)).where(MOVEMENTS.c.asset_id == ASSETS.c.id).scalar_subquery()
    query = (
        select(ASSETS.c.id, ASSETS.c.serial, func.coalesce(ASSETS.c.name, VARIANTS.c.name).label("name"), ASSETS.c.purchased_on)
        .add_columns(ASSETS.c.location_id, LOCATIONS.c.name.label("location"), came.label("came_at"))
        .add_columns(_LAST.c.id.label("last_id"), _LAST.c.done_on, _LAST.c.next_on, _uses(schedule).label("uses"))
        .select_from(ASSETS)
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .outerjoin(_LAST, _LAST.c.id == last)
        .where(scope, ASSETS.c.archived_at.is_(None), LOCATIONS.c.kind.in_([*OURS, LocationKind.SUPPLIER]))
    )
    if until is not None:
        query = query.where(_due_by(session, schedule, until, came))
    zone = workspace(session).time_zone
    return [_upcoming(schedule, row, zone) for row in session.connection().execute(query)]


def _uses(schedule: UpkeepSchedule) -> Any:
    """How often an asset was checked out since the last time; nothing where it is not counted."""
    if schedule.unit is not Interval.USES:
        return literal(0)
    since = func.coalesce(_LAST.c.closed_at, literal(schedule.since_at, RECORDS.c.closed_at.type))
    return (
        select(func.count())
        .select_from(MOVEMENTS)
        .join(ENTRIES, ENTRIES.c.id == MOVEMENTS.c.entry_id)
        .where(MOVEMENTS.c.asset_id == ASSETS.c.id, ENTRIES.c.kind == EntryKind.CHECKED_OUT, MOVEMENTS.c.happened_at > since, stands())
        .correlate(ASSETS, _LAST)
        .scalar_subquery()
    )


def _due_by(session: Session, schedule: UpkeepSchedule, until: date, came: Any) -> ColumnElement[bool]:
    """What is due by a day: so the database reads no more than that."""
    if schedule.unit is Interval.USES:
        enough: ColumnElement[bool] = _uses(schedule) >= schedule.every - schedule.ahead
        return enough
    start = earlier(until, schedule.every, schedule.unit)
    came_by = in_zone(datetime.combine(start + timedelta(days=1), time(0)), workspace(session).time_zone)
    new = and_(came > schedule.since_at, or_(ASSETS.c.purchased_on <= start, and_(ASSETS.c.purchased_on.is_(None), came < came_by)))
    never = or_(new, came <= schedule.since_at) if schedule.first_on <= until else new
    return or_(_LAST.c.next_on <= until, and_(_LAST.c.next_on.is_(None), _LAST.c.done_on <= start), and_(_LAST.c.id.is_(None), never))


def _upcoming(schedule: UpkeepSchedule, row: Any, zone: str) -> Upcoming:
    due_on = None
    if schedule.unit is not Interval.USES:
        if row.last_id is not None:
            due_on = row.next_on or later(row.done_on, schedule.every, schedule.unit)
        elif row.came_at <= schedule.since_at:
            due_on = schedule.first_on
        else:
            due_on = later(row.purchased_on or local_day(row.came_at, zone), schedule.every, schedule.unit)
    place = (row.location_id, row.location)
    return Upcoming(schedule, row.id, row.serial, row.name, *place, row.last_id, row.done_on, due_on, row.uses)


def later(day: date, every: int, unit: Interval) -> date:
    """One interval after a day: a month after 31 January is the last of February. Of uses nobody knows: the day itself."""
    if unit is Interval.USES or day.year > LAST_YEAR:
        return day
    return day + timedelta(days=every) if unit is Interval.DAYS else _months_after(day, every)


def earlier(day: date, every: int, unit: Interval) -> date:
    """The last day of which one interval later is not after `day`."""
    if unit is Interval.DAYS:
        return day - timedelta(days=every)
    start = _months_after(day, -every)
    while later(start + timedelta(days=1), every, unit) <= day:
        start += timedelta(days=1)
    return start


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
