"""Words for days and times ("fri", "in 3 days", "27 Nov, 17:00"), read as a local day and perhaps a time of day.

The common words are read here. The dateparser library reads the rest: a phrase costs it 0.3 to 0.9 ms (and its first use 160 ms), as much
as a whole command, and it takes "fri at 9" for the ninth of the month and "wed" said on a Wednesday for next week.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple

from models.refusals import Choice, Refusal
from models.times import said_day

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {name[:length]: number for number, name in enumerate(_MONTH_NAMES, 1) for length in (3, len(name))} | {"sept": 9}
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = {name[:length]: number for number, name in enumerate(_DAY_NAMES) for length in (3, len(name))} | {
    "tues": 1,
    "weds": 2,
    "thurs": 3,
}
_NEAR_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_YEARS = range(1970, 2200)
_UNITS = {"d": timedelta(days=1), "n": timedelta(days=1), "w": timedelta(weeks=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}

_CLOCK = re.compile(
    r"(?<![\w:./-])(?:(?:at )?(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?: ?(?P<half>am|pm))?|(?:at )?(?P<full>\d{1,2}) ?(?P<its_half>am|pm)"
    r"|at (?P<bare>\d{1,2})|(?:at )?(?P<word>noon|morning))(?![\w:./])",
    re.ASCII,
)
_WORD_HOURS = {"noon": 12, "morning": 9}
_WORD_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_COUNTED = re.compile(
    rf"(?:in |for |by )?(?P<count>\d{{1,4}}|{'|'.join(_WORD_COUNTS)}) ?(?P<unit>d|w|days?|nights?|wks?|weeks?|h|hrs?|hours?|mins?|minutes?)"
    r"(?P<ago> ago)?",
    re.ASCII,
)
#: How long something lasts, where it is not counted in units that are read here.
_MONTHS_LONG = re.compile(rf"(?:for|by) (?P<count>\d{{1,2}}|{'|'.join(_WORD_COUNTS)}) (?P<unit>months?|years?)", re.ASCII)
_SOME = re.compile(r"for (?:a few|few|some|several) (?:minutes|hours|days|nights|weeks|months)")
#: Until when somebody has something that they take for an occasion.
_OCCASIONS = {
    **dict.fromkeys(("end of day", "end of the day", "eod"), "today"),
    "for half an hour": "in 30 minutes",
    **dict.fromkeys(("for today", "for the day"), "today"),
    **dict.fromkeys(("for tonight", "for the night"), "tomorrow 9:00"),
    **dict.fromkeys(("for the weekend", "for this weekend"), "next monday 9:00"),
}
_WEEKDAY = re.compile(r"(?:(?P<which>next|this|last) )?(?P<weekday>[a-z]{3,9})")
_ISO = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})", re.ASCII)
_NUMERIC = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d\d)|\.)?", re.ASCII)
_MONTH_AND_YEAR = re.compile(
    r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})|(?P<its_year>\d{4})[-/.](?P<number>\d{1,2})"
    r"|(?P<name>[a-z]{3,9}) (?P<this_year>\d{4})",
    re.ASCII,
)
#: What the library would guess: which of two bare numbers is the month, and whether 3m are minutes or months.
_GUESSWORK = re.compile(r"\d{1,2} ?[-./ ] ?\d{1,2}(?![\d:])|\d ?m\b", re.ASCII)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED = [
    re.compile(rf"(?:(?P<weekday>[a-z]{{3,9}}) )?(?:the )?{_DAY}(?: of)? (?P<month>[a-z]{{3,9}})(?: (?P<year>\d{{4}}))?", re.ASCII),
    re.compile(rf"(?:(?P<weekday>[a-z]{{3,9}}) )?(?P<month>[a-z]{{3,9}})(?: the)? {_DAY}(?: (?P<year>\d{{4}}))?", re.ASCII),
]


def lasts(text: str) -> bool:
    """Whether that says how long something lasts: "for 3 days", "for the weekend"; also how much longer, "by 3 days"."""
    said = _plain(text)
    counted = said.startswith(("for ", "by ")) and any(way.fullmatch(said) for way in (_COUNTED, _MONTHS_LONG, _SOME))
    return counted or (said in _OCCASIONS and said.startswith("for "))


def says_when(text: str) -> bool:
    """Whether that is a day or a time in common words, and nothing else. Which one it is depends on who says it when."""
    reader = Reader(datetime(2024, 2, 28, 12, tzinfo=UTC), to_come=True, stands_for=time(17))
    try:
        return (_counted_hours(_plain(text), reader) or _day_and_clock(_plain(text), reader)) is not None
    except AmbiguousDate:
        return True
    except Refusal:
        return False


class AmbiguousDate(Refusal):
    """Digits that mean one day in one country and another elsewhere; the choices are the two, as ISO dates."""


class Words(NamedTuple):
    """A local day, and the time of day where one was said."""

    day: date
    clock: time | None


class Reader(NamedTuple):
    """Who says it: their local time (aware), whether days to come or days gone are meant, and the hour that a day stands for."""

    now: datetime
    to_come: bool
    stands_for: time

    @property
    def today(self) -> date:
        return self.now.date()

    def pick(self, candidates: Iterable[date]) -> date | None:
        """The first of the days that lies on the side that is meant; today lies on both."""
        return next((day for day in candidates if (day >= self.today if self.to_come else day <= self.today)), None)


def read_date(text: str, reader: Reader) -> Words:
    """The day and the time that the words mean. Refuses what it cannot read and days that do not exist; AmbiguousDate for 03/04."""
    said = _plain(text)
    said = _OCCASIONS.get(said, said)
    said = f"in {said.partition(' ')[2]}" if _MONTHS_LONG.fullmatch(said) else said
    words = _counted_hours(said, reader) or _day_and_clock(said, reader) or _by_library(said, reader)
    if words is None or words.day.year not in _YEARS:
        ways = "fri, tomorrow 17:00, in 3 days or 27 Nov" if reader.to_come else "yesterday, mon, 12 May or 2026-05-12"
        near = tuple(Choice(day.capitalize(), "date", day) for day in get_close_matches(said, [*_NEAR_DAYS, *_DAY_NAMES], n=2, cutoff=0.7))
        raise Refusal(f"I can't read {text.strip() or 'nothing'} as a date. Try {ways}.", field="date", choices=near)
    return words


def read_month(text: str) -> date | None:
    """The first day of a month that is said with its year and no day: "03/2027", "2027-03", "Mar 2027"; None for anything else."""
    said = _plain(text)
    if (match := _MONTH_AND_YEAR.fullmatch(said)) is not None:
        month = int(match["month"] or match["number"] or 0) or _MONTHS.get(match["name"], 0)
        year = int(match["year"] or match["its_year"] or match["this_year"])
        return date(year, month, 1) if 1 <= month <= 12 and year in _YEARS else None
    return None


def _plain(text: str) -> str:
    """Small letters, single spaces, no commas; the T of an ISO time and spaces around a slash gone."""
    said = re.sub(r"(?<=\d)t(?=\d)", " ", text.casefold().replace(",", " "))
    return " ".join(re.sub(r"\s*/\s*", "/", said).split()).removeprefix("on ")


def _day_and_clock(said: str, reader: Reader) -> Words | None:
    match = _CLOCK.search(said)
    clock = _clock(match) if match else None
    day_words = " ".join((said[: match.start()] + said[match.end() :]).split()) if match and clock else said
    day = _day(day_words, clock, reader)
    return Words(day, clock) if day else None


def _clock(match: re.Match[str]) -> time | None:
    if match["word"]:
        return time(_WORD_HOURS[match["word"]])
    hour, half = int(match["hour"] or match["full"] or match["bare"]), match["half"] or match["its_half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(match["minute"] or 0)) if hour <= 23 else None


def _day(said: str, clock: time | None, reader: Reader) -> date | None:
    """The day alone; None for words that are not known here."""
    readings: list[Callable[[], date | None]] = [
        lambda: _near(said, clock, reader),
        lambda: _counted_days(said, reader),
        lambda: _weekday(said, clock, reader),
        lambda: _iso(said),
        lambda: _named(said, reader),
        lambda: _numeric(said, clock, reader),
    ]
    return next((day for reading in readings if (day := reading()) is not None), None)


def _near(said: str, clock: time | None, reader: Reader) -> date | None:
    if said in _NEAR_DAYS:
        return reader.today + timedelta(days=_NEAR_DAYS[said])
    if said or clock is None:
        return None
    passed = clock <= reader.now.time()
    return reader.today + timedelta(days=1 if passed and reader.to_come else 0)


def _counted_days(said: str, reader: Reader) -> date | None:
    match = _COUNTED.fullmatch(said)
    if match is None or match["unit"][0] not in "dnw":
        return None
    return reader.today + _count(match) * _UNITS[match["unit"][0]] * (-1 if match["ago"] else 1)


def _counted_hours(said: str, reader: Reader) -> Words | None:
    """Hours are counted in UTC, so that a night when the clocks change does not shift them."""
    match = _COUNTED.fullmatch(said)
    if match is None or match["unit"][0] not in "hm":
        return None
    step = _count(match) * _UNITS[match["unit"][0]] * (-1 if match["ago"] else 1)
    there = (reader.now.astimezone(UTC) + step).astimezone(reader.now.tzinfo)
    return Words(there.date(), time(there.hour, there.minute))


def _count(match: re.Match[str]) -> int:
    return _WORD_COUNTS.get(match["count"]) or int(match["count"])


def _weekday(said: str, clock: time | None, reader: Reader) -> date | None:
    """The nearest such day on the side that is meant: today, too, until its hour has come; with next or last never today."""
    match = _WEEKDAY.fullmatch(said)
    if match is None or match["weekday"] not in _WEEKDAYS:
        return None
    which, ahead = match["which"], (_WEEKDAYS[match["weekday"]] - reader.today.weekday()) % 7
    has_come = (clock or reader.stands_for) <= reader.now.time()
    if which == "last" or (which is None and not reader.to_come):
        return reader.today - timedelta(days=-ahead % 7 or (0 if has_come and which is None else 7))
    return reader.today + timedelta(days=ahead or (7 if has_come or which == "next" else 0))


def _iso(said: str) -> date | None:
    match = _ISO.fullmatch(said)
    return _existing(int(match["year"]), int(match["month"]), int(match["day"])) if match else None


def _named(said: str, reader: Reader) -> date | None:
    match = next(filter(None, (pattern.fullmatch(said) for pattern in _NAMED)), None)
    if match is None or match["month"] not in _MONTHS or (match["weekday"] or "mon") not in _WEEKDAYS:
        return None
    day = _in_year(match["year"], _MONTHS[match["month"]], int(match["day"]), reader)
    if match["weekday"] and day.weekday() != _WEEKDAYS[match["weekday"]]:
        raise Refusal(
            f"{_full(day)} is not a {_DAY_NAMES[_WEEKDAYS[match['weekday']]].title()}. Which of the two do you mean?", field="date"
        )
    return day


def _numeric(said: str, clock: time | None, reader: Reader) -> date | None:
    """03/04 is asked about; 13/04 and 04/13 can only mean one day, and with dots the day comes first."""
    match = _NUMERIC.fullmatch(said)
    if match is None or (match["mark"] == "." and match["year"] is None and not said.endswith(".")):
        return None
    first, second = int(match["first"]), int(match["second"])
    if match["mark"] == "." or first > 12 or first == second:
        return _in_year(match["year"], second, first, reader)
    if second > 12:
        return _in_year(match["year"], first, second, reader)
    days = [_in_year(match["year"], second, first, reader), _in_year(match["year"], first, second, reader)]
    at = f" {clock:%H:%M}" if clock else ""
    choices = tuple(Choice(f"{_full(day)}{at}", "date", f"{day.isoformat()}{at}") for day in days)
    raise AmbiguousDate(f"{said} can mean {_full(days[0])} or {_full(days[1])}. Which one?", field="date", choices=choices)


def _in_year(year: str | None, month: int, day: int, reader: Reader) -> date:
    """The day in its year; without one, the nearest year on the side that is meant in which that day exists."""
    if year is not None:
        return _existing(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year, step = reader.today.year, 1 if reader.to_come else -1
    years = [this_year + step * count for count in range(9)]
    found = reader.pick(date(year, month, day) for year in years if _exists(year, month, day))
    return found or _existing(this_year, month, day)


def _existing(year: int, month: int, day: int) -> date:
    if not _exists(year, month, day):
        month_said = _MONTH_NAMES[month - 1][:3].title() if 1 <= month <= 12 else f"in month {month}"
        raise Refusal(f"There is no {day} {month_said} {year}.", field="date")
    return date(year, month, day)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _full(day: date) -> str:
    return f"{said_day(day)} {day.year}"


def _by_library(said: str, reader: Reader) -> Words | None:
    if _GUESSWORK.search(said):
        return None
    data = _library(reader.to_come, reader.now.replace(tzinfo=None)).get_date_data(said)
    if data.date_obj is None:
        return None
    found: datetime = data.date_obj.astimezone(reader.now.tzinfo) if data.date_obj.tzinfo else data.date_obj
    clock = time(found.hour, found.minute) if data.period in ("time", "part_of_day") else None
    return Words(found.date(), clock)


def _library(to_come: bool, now: datetime) -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"],
        settings={
            "RELATIVE_BASE": now,
            "PREFER_DATES_FROM": "future" if to_come else "past",
            "DATE_ORDER": "DMY",
            "REQUIRE_PARTS": ["day", "month"],
            "RETURN_TIME_AS_PERIOD": True,
            "PARSERS": ["relative-time", "absolute-time"],
        },
    )
