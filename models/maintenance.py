"""Maintenance records: what is reported of an asset, what was done about it, by whom, where, and what it cost."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, func, select, text
from sqlmodel import Field, Session, SQLModel

from models.changes import Change, changed
from models.columns import Word, among
from models.entries import SUBJECTS
from models.times import UtcTime


class MaintenanceState(StrEnum):
    """How a record stands. Whether the asset is in repair is not among it: that is where the asset lies."""

    VOID = "void"
    REPORTED = "reported"
    #: A keeper has looked: it may be used until it is repaired.
    IN_USE = "in use"
    OUT_OF_USE = "out of use"
    CLOSED = "closed"


#: Something about the asset is still to be done.
OPEN = frozenset({MaintenanceState.REPORTED, MaintenanceState.IN_USE, MaintenanceState.OUT_OF_USE})
_STILL_OPEN = "state IN ('reported', 'in use', 'out of use')"


class MaintenanceRecord(SQLModel, table=True):
    """One repair of an asset from its report to its end, or one service by a schedule. An asset has one open at a time."""

    __tablename__ = "maintenance_records"
    __table_args__ = (
        CheckConstraint(among("state", MaintenanceState), name="maintenance_state_is_known"),
        CheckConstraint("(closed_at IS NOT NULL) = (state = 'closed')", name="maintenance_is_closed_at_a_time"),
        Index("maintenance_is_open_once", "asset_id", unique=True, sqlite_where=text(_STILL_OPEN), postgresql_where=text(_STILL_OPEN)),
        Index("maintenance_by_asset", "asset_id", "id"),
        Index("maintenance_by_schedule", "schedule_id", "asset_id", "done_on", sqlite_where=text("schedule_id IS NOT NULL")),
        Index("maintenance_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL")),
    )

    id: int = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="assets.id")
    #: The schedule by which it was serviced; empty for a repair.
    schedule_id: int | None = Field(default=None, foreign_key="upkeep_schedules.id")
    state: MaintenanceState = Field(default=MaintenanceState.VOID, sa_type=Word(MaintenanceState))
    #: What is wrong, in the words of who reported it; what others add stands in lines of its own.
    problem: str | None = None
    by_id: int = Field(foreign_key="members.id")
    opened_at: datetime = Field(sa_type=UtcTime)
    #: The workshop or vendor that repairs it, where it goes back to, and when it is expected back.
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    home_id: int | None = Field(default=None, foreign_key="locations.id")
    expected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: What was done.
    outcome: str | None = None
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    done_on: date | None = None
    #: Of a service: when the next one is due, where that is not what the schedule says.
    next_on: date | None = None
    closed_by_id: int | None = Field(default=None, foreign_key="members.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN


class Interval(StrEnum):
    """What an interval of upkeep is counted in."""

    DAYS = "days"
    MONTHS = "months"
    #: How often the asset was checked out.
    USES = "uses"


class UpkeepSchedule(SQLModel, table=True):
    """Something that is done to assets again and again: to one, to all of an item, or of a category and what is below it."""

    __tablename__ = "upkeep_schedules"
    __table_args__ = (
        CheckConstraint(among("unit", Interval), name="upkeep_unit_is_known"),
        CheckConstraint("every > 0 AND ahead >= 0", name="upkeep_comes_again"),
        CheckConstraint(
            "(category_id IS NOT NULL) + (item_id IS NOT NULL) + (asset_id IS NOT NULL) = 1", name="upkeep_is_of_one_kind_of_thing"
        ),
        Index("upkeep_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL")),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    category_id: int | None = Field(default=None, foreign_key="categories.id")
    item_id: int | None = Field(default=None, foreign_key="items.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    every: int
    unit: Interval = Field(sa_type=Word(Interval))
    #: So many days, or uses, before it is due the keepers are told.
    ahead: int
    #: When it is due for what we have already; what comes later counts from when it was bought, and uses from `since_at`.
    first_on: date
    since_at: datetime = Field(sa_type=UtcTime)
    active: bool = False
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


RECORDS = MaintenanceRecord.__table__  # type: ignore[attr-defined]
SCHEDULES = UpkeepSchedule.__table__  # type: ignore[attr-defined]


def get(session: Session, record_id: int) -> MaintenanceRecord:
    """The record with that id, which is known to exist."""
    return session.get_one(MaintenanceRecord, record_id)


def open_of(session: Session, asset_id: int) -> MaintenanceRecord | None:
    """What is reported of an asset, or being repaired, if anything is."""
    query = select(MaintenanceRecord).where(RECORDS.c.asset_id == asset_id, RECORDS.c.state.in_(OPEN))
    return session.scalars(query).one_or_none()


def of_asset(session: Session, asset_id: int, *, first: int = 0, most: int) -> list[MaintenanceRecord]:
    """The records of an asset, the newest first: a page of `most` from `first`."""
    query = select(MaintenanceRecord).where(RECORDS.c.asset_id == asset_id, RECORDS.c.state != MaintenanceState.VOID)
    return list(session.scalars(query.order_by(RECORDS.c.id.desc()).offset(first).limit(most)))


def count_of(session: Session, asset_id: int) -> int:
    """How many records an asset has."""
    query = select(func.count()).where(RECORDS.c.asset_id == asset_id, RECORDS.c.state != MaintenanceState.VOID)
    return int(session.connection().execute(query).scalar_one())


def costs_of(session: Session, asset_id: int) -> list[tuple[int, str]]:
    """What all upkeep of an asset has cost, in minor units, for each currency."""
    query = select(func.sum(RECORDS.c.cost_minor), RECORDS.c.currency).where(RECORDS.c.asset_id == asset_id)
    query = query.where(RECORDS.c.state == MaintenanceState.CLOSED, RECORDS.c.cost_minor.is_not(None))
    return [(row[0], row[1]) for row in session.connection().execute(query.group_by(RECORDS.c.currency).order_by(RECORDS.c.currency))]


def closed_by(session: Session, entry_id: int) -> MaintenanceRecord:
    """The record that an entry closed."""
    query = select(SUBJECTS.c.subject_id).where(SUBJECTS.c.entry_id == entry_id, SUBJECTS.c.subject == RECORDS.name)
    return get(session, session.connection().execute(query).scalar_one())


def ended(session: Session, asset_ids: Sequence[int], *, by_id: int, at: datetime) -> list[Change]:
    """The changes that close what is open of assets which are used no more."""
    query = select(MaintenanceRecord).where(RECORDS.c.asset_id.in_(asset_ids), RECORDS.c.state.in_(OPEN))
    return [changed(one, state=MaintenanceState.CLOSED, closed_by_id=by_id, closed_at=at) for one in session.scalars(query)]
