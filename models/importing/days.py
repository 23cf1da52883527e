"""A day in a cell of an imported file: in one of the ways that read the same for everybody, or as all days of the file are written."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from models.refusals import Refusal

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(,? \d{1,2}:\d{2}.*)?")
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([T ]\d{1,2}:\d{2}.*)?")
#: "2 May 2024", "02-May-24", and "May 2, 2024".
_NAMED_DAY = re.compile(r"(?P<day>\d{1,2})[. /-]{1,2}(?P<month>[a-z]{3,9})[. ,/-]{1,2}(?P<year>\d{4}|\d{2})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})", re.IGNORECASE)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
#: A day as spreadsheets keep it: so many since this one.
_COUNTED_DAY, _DAY_NOUGHT = re.compile(r"[1-9]\d{4}(\.\d+)?"), date(1899, 12, 30)
#: A year in two digits from here on belongs to the last century.
_LAST_CENTURY = 69
#: No day is earlier: a digit of its year is missing.
_EARLIEST = 1000
#: So begins what a program writes for a day that it does not know.
_YEAR_1 = "0001-"


class DateOrder(StrEnum):
    """How a file writes its days: 12/31/26 or 31/12/26."""

    MDY = "mdy"
    DMY = "dmy"


class UndecidedDates(Refusal):
    """Every day of the file reads both ways; somebody who knows must say which."""


def date_order(texts: Iterable[str]) -> DateOrder | None:
    """How these days are written, decided by any value above 12; None where it makes no difference.

    Refuses days of which some can only be the one and some only the other, and, as UndecidedDates, days that all read both ways.
    """
    days = [match for text in texts if (match := _DAY.fullmatch(text))]
    month_last = next((match[0] for match in days if int(match[1]) > 12), None)
    month_first = next((match[0] for match in days if int(match[2]) > 12), None)
    if month_first and month_last:
        raise Refusal(f"Some days have the month first ({month_first}) and some last ({month_last}). Write all of them like 2026-12-31.")
    if month_first or month_last:
        return DateOrder.MDY if month_first else DateOrder.DMY
    undecided = next((match[0] for match in days if int(match[1]) != int(match[2])), None)
    if undecided:
        raise UndecidedDates(f"{undecided} could have the month first or the day first, like every day in this file.")
    return None


def day(text: str, order: DateOrder | None) -> date:
    """A day, written 2026-12-31 or 31 Dec 2026, or as the whole file does. Of a year in two digits, 69 is 1969 and 68 is 2068."""
    if iso := _ISO_DAY.fullmatch(text):
        year, month, number = iso[1], int(iso[2]), int(iso[3])
    elif local := _DAY.fullmatch(text):
        first, second, year = int(local[1]), int(local[2]), local[3]
        month, number = (second, first) if order is DateOrder.DMY else (first, second)
    elif named := _NAMED_DAY.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        year, month, number = named["year"], _month(named["month"]), int(named["day"])
    else:
        raise Refusal(f"I can't read {text} as a day.{_as_counted(text)} Write it like 2026-12-31.")
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _LAST_CENTURY else 2000)
    try:
        return date(full if full >= _EARLIEST else 0, month, number)
    except ValueError:
        raise Refusal(f"There is no day {text}. Write it like 2026-12-31, or leave the cell empty.") from None


def is_none(text: str) -> bool:
    """Whether a program has written it for a day that it does not know."""
    return text.startswith(_YEAR_1)


def _month(name: str) -> int:
    """The month of that English name, or of what it begins with; 0, which is none, for another."""
    return next((number for number, whole in enumerate(_MONTHS, 1) if whole.startswith(name.casefold())), 0)


def _as_counted(text: str) -> str:
    """What day a number would be to a spreadsheet."""
    return f" A spreadsheet means {_DAY_NOUGHT + timedelta(int(float(text)))} by that." if _COUNTED_DAY.fullmatch(text) else ""
