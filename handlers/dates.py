"""Due dates and days gone: from a person's words to exact times, and back to words."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.date_words import AmbiguousDate, Reader, lasts, read_date, read_month
from models.refusals import Refusal
from models.times import DUE_TIME, WORK_STARTS, Due, in_zone, local_day, said_day, said_zone, zone

__all__ = [
    "AmbiguousDate",
    "Due",
    "Moment",
    "begins",
    "due",
    "ends",
    "longer",
    "past",
    "printed",
    "say_day",
    "say_due",
    "say_late",
    "told_as",
]

NOON = time(12)


class Moment(NamedTuple):
    """A day gone or a minute of it, in UTC: half-open from start to end, `at` for what needs one time."""

    start: datetime
    end: datetime
    at: datetime
    whole_day: bool


def due(text: str, now: datetime, zone_name: str) -> Due:
    """When "until fri" is, in that zone: 17:00 unless a time is said. Refuses what is past.

    Friday said on a Friday means today until 17:00, and then next week. A local time that the clocks skip is as much later; one that comes
    twice is the first.
    """
    said = read_date(text, Reader(now.astimezone(zone(zone_name)), to_come=True, stands_for=DUE_TIME))
    at = in_zone(datetime.combine(said.day, said.clock or DUE_TIME), zone_name)
    if at <= now:
        raise Refusal(
            f"{say_due(at, zone_name, now=now, reader_zone=zone_name)} is past. Say a later time, like tomorrow or fri.", field="date"
        )
    return Due(at.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0), zone_name, at)


def longer(text: str, dues: Iterable[datetime | None], now: datetime, zone_name: str) -> Due:
    """Until when something stays out that is due already: "for 3 days" counts from the last of its dues, anything else from now."""
    return due(text, max([now, *filter(None, dues)]) if lasts(text) else now, zone_name)


def begins(text: str, now: datetime, zone_name: str) -> datetime:
    """When something begins, in UTC: at 9:00 of that day unless a time is said, and now where that has passed today.

    Refuses what is past.
    """
    if text.casefold() in {"now", "today"}:
        return now
    with told_as("start"):
        said = read_date(text, Reader(now.astimezone(zone(zone_name)), to_come=True, stands_for=DUE_TIME))
        at = in_zone(datetime.combine(said.day, said.clock or WORK_STARTS), zone_name)
        if at < now and said.clock is None and said.day == local_day(now, zone_name):
            return now
        if at < now:
            raise Refusal(f"{say_due(at, zone_name, now=now, reader_zone=zone_name)} is past. Say a later time, like tomorrow or fri.")
    return at


def ends(text: str, start: datetime, now: datetime, zone_name: str) -> datetime:
    """When something ends that begins at `start`, in UTC: at 17:00 of that day unless a time is said. Refuses what is not after it.

    "For 3 days" counts from the start, like the name of a day.
    """
    with told_as("end"):
        said = read_date(text, Reader(start.astimezone(zone(zone_name)), to_come=True, stands_for=DUE_TIME))
        at = in_zone(datetime.combine(said.day, said.clock or DUE_TIME), zone_name)
        if at <= start:
            told = [say_due(one, zone_name, now=now, reader_zone=zone_name) for one in (at, start)]
            raise Refusal(f"{told[0]} is not after {told[1]}. Say a later end.")
    return at


@contextmanager
def told_as(field: str) -> Iterator[None]:
    """Where a sentence has several dates: a refusal in here, and its ways on, say which of them is meant."""
    try:
        yield
    except Refusal as refusal:
        refusal.field, refusal.choices = field, tuple(replace(choice, field=field) for choice in refusal.choices)
        raise


def past(text: str, now: datetime, zone_name: str) -> Moment:
    """What "on 12 May" is, in that zone: the whole day, or the minute where a time is said; the latest such day without a year.

    `at` is now for today, and noon for a day gone. Refuses what is still to come.
    """
    said = read_date(text, Reader(now.astimezone(zone(zone_name)), to_come=False, stands_for=time(0)))
    today = local_day(now, zone_name)
    if said.clock is None:
        start, end = (
            in_zone(datetime.combine(said.day, time(0)), zone_name),
            in_zone(datetime.combine(_after(said.day), time(0)), zone_name),
        )
        at = now if said.day == today else in_zone(datetime.combine(said.day, NOON), zone_name)
    else:
        start = at = in_zone(datetime.combine(said.day, said.clock), zone_name)
        end = start + timedelta(minutes=1)
    if start > now:
        told = say_day(said.day, today=today) + (f", {said.clock:%H:%M}" if said.clock else "")
        raise Refusal(f"{told} is still to come. Say a day up to today, like yesterday or mon.", field="date")
    return Moment(start, end, at, said.clock is None)


def printed(text: str, now: datetime, zone_name: str, *, last: bool) -> date:
    """A day as it is printed on goods: of "03/2027" the `last` day that is meant, or the first; else like any day, to come or gone."""
    month = read_month(text)
    if month is not None:
        return month.replace(day=monthrange(month.year, month.month)[1]) if last else month
    return read_date(text, Reader(now.astimezone(zone(zone_name)), to_come=last, stands_for=time(0))).day


def say_due(at: datetime, zone_name: str, *, now: datetime, reader_zone: str) -> str:
    """A due time in its zone: "Fri 27 Nov, 17:00"; with the year when it is another, with the zone when the reader's clock differs."""
    there = at.astimezone(zone(zone_name))
    return f"{say_day(there.date(), today=local_day(now, zone_name))}, {there:%H:%M}{said_zone(at, zone_name, reader_zone)}"


def say_day(day: date, *, today: date) -> str:
    """A day: "Fri 27 Nov", or "Fri 26 Nov 2027" when it is not this year."""
    return said_day(day) if day.year == today.year else f"{said_day(day)} {day.year}"


def say_late(due_at: datetime, now: datetime) -> str:
    """How late something is, to the nearest day ("3 days late"), below a day in hours and below an hour in minutes."""
    minutes = max(0, (now - due_at) // timedelta(minutes=1))
    for unit, length in (("day", 24 * 60), ("hour", 60)):
        if minutes >= length:
            return _late(round(minutes / length), unit)
    return _late(minutes, "minute") if minutes else "due now"


def _late(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'} late"


def _after(day: date) -> date:
    return day + timedelta(days=1)
