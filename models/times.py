"""Times: stored in UTC, said in the reader's zone, and the working hours that reminders keep."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

#: The hour of the day that "until friday" means, and the hours in which a person is reminded (Monday to Friday).
DUE_TIME = time(17)
WORK_STARTS, WORK_ENDS = time(9), time(17)
SATURDAY = 5


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 in UTC: exact, sortable and the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else from_micros(value)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970. A time without a zone is a mistake of the program and raises ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return (at - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """The UTC time of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; UTC for a name that this machine's zone data does not have."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def in_zone(local: datetime, zone_name: str) -> datetime:
    """The UTC time of a local time of day: a time that comes twice is the first, one that the clocks skip is as much later."""
    return local.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """When something is promised back: local time (without zone) and IANA zone as agreed, and the UTC time computed from them."""

    local: datetime
    zone: str
    at: datetime


def due(local: datetime, zone_name: str) -> Due:
    """The promise to bring something back at that local time of that zone."""
    return Due(local, zone_name, in_zone(local, zone_name))


def local_day(at: datetime, zone_name: str) -> date:
    """The calendar day of a time, there."""
    return at.astimezone(zone(zone_name)).date()


def is_working_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < SATURDAY


def working_day_before(day: date) -> date:
    """The last Monday-to-Friday before that day."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_days_after(day: date, count: int) -> list[date]:
    """The next so many Monday-to-Fridays after that day."""
    days: list[date] = []
    while len(days) < count:
        day += timedelta(days=1)
        if is_working_day(day):
            days.append(day)
    return days


def work_starts(day: date, zone_name: str) -> datetime:
    """When the working hours of that day begin in that zone, in UTC."""
    return in_zone(datetime.combine(day, WORK_STARTS), zone_name)


def next_working_moment(at: datetime, zone_name: str) -> datetime:
    """`at` where it lies in working hours of that zone, else the start of the next ones, in UTC."""
    there = at.astimezone(zone(zone_name))
    if is_working_day(there.date()) and there.time() < WORK_ENDS:
        return max(at, work_starts(there.date(), zone_name))
    return work_starts(working_days_after(there.date(), 1)[0], zone_name)


def working_time_after(at: datetime, length: timedelta, zone_name: str) -> datetime:
    """The end of so much working time from `at` on in that zone, in UTC: what one day leaves over falls into the next."""
    at = next_working_moment(at, zone_name)
    day = local_day(at, zone_name)
    ends = in_zone(datetime.combine(day, WORK_ENDS), zone_name)
    if at + length <= ends:
        return at + length
    return working_time_after(work_starts(working_days_after(day, 1)[0], zone_name), length - (ends - at), zone_name)


def said_time(at: datetime, zone_name: str, *, reader_zone: str | None = None) -> str:
    """A time as a colleague says it in that zone: "Fri 27 Nov, 17:00", and "17:00 CET" where the reader's clock differs."""
    there = at.astimezone(zone(zone_name))
    return f"{said_day(there.date())}, {there:%H:%M}{said_zone(at, zone_name, reader_zone or zone_name)}"


def said_span(start: datetime, end: datetime, zone_name: str) -> str:
    """From when to when, in that zone: "from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00"; on one day "from Fri 27 Nov, 09:00 to 12:00"."""
    begins, ends = (said_time(at, zone_name) for at in (start, end))
    if local_day(start, zone_name) == local_day(end, zone_name):
        ends = ends.rpartition(", ")[2]
    return f"from {begins} to {ends}"


def said_zone(at: datetime, zone_name: str, reader_zone: str) -> str:
    """The short name of a zone behind a time of day, " CET" or " UTC+03"; nothing where the reader's clock shows the same."""
    there = at.astimezone(zone(zone_name))
    if there.utcoffset() == at.astimezone(zone(reader_zone)).utcoffset():
        return ""
    name = there.tzname() or "UTC"
    return f" UTC{name}" if name[0] in "+-" else f" {name}"


def said_day(day: date) -> str:
    """A day in English, whatever the machine's language: "Fri 27 Nov"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
