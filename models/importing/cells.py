"""What stands in a cell of an imported file: numbers, money, days and attributes. Nothing is guessed."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from models.bills import PERCENT
from models.catalog import ItemKind
from models.columns import clean
from models.locations import LocationKind
from models.packs import Holding
from models.quantities import MINOR_DIGITS, MOST, ONE, minor_units
from models.refusals import Refusal

_NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
#: An amount with or without a currency before or behind it.
_PRICE = re.compile(r"[^\d.,-]*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)[^\d.,-]*")
#: Numbers with a decimal comma for certain, with a decimal point, and those that may be either: "1.200".
_COMMA = re.compile(r"\d+,(\d{1,2}|\d{4,})|(0|\d{4,}),\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}")
_POINT = re.compile(r"\d+\.(\d{1,2}|\d{4,})|(0|\d{4,})\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SWAPPED = str.maketrans(",.", ".,")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})([T ]\d{1,2}:\d{2}.*)?")
#: A slash that stands by itself in a name, and one that is doubled in a file, so that it does not part two names.
_SLASH, _DOUBLED = re.compile(r"(?<!\S)/(/*)(?!\S)"), re.compile(r"(?<!\S)/(/+)(?!\S)")
#: What a spreadsheet makes of a long number when it saves it: the digits are lost.
_SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
#: What a row's location may be. The other ends belong to the ledger.
LOCATION_KINDS = ("warehouse", "van", "site", "workshop", "person", "supplier", "customer")
#: A year in two digits from here on belongs to the last century.
_LAST_CENTURY = 69


class DateOrder(StrEnum):
    """How a file writes its days: 12/31/26 or 31/12/26."""

    MDY = "mdy"
    DMY = "dmy"


class UndecidedDates(Refusal):
    """Every day of the file reads both ways; somebody who knows must say which."""


class Numbers(NamedTuple):
    """How a file writes its numbers, told by those that can be read in one way only."""

    #: One of them, where it has a decimal comma; elsewhere numbers have a point.
    comma: str | None = None
    #: Whether one that can be read in both ways is refused.
    doubtful: bool = False

    def plain(self, text: str) -> str:
        """A number of the file with a decimal point."""
        if self.doubtful and _EITHER.fullmatch(_digits(text)):
            whole, part = re.split("[.,]", _digits(text))
            raise Refusal(f"{text} may be {whole}{part} or {whole}.{part.rstrip('0') or '0'} in this file. Write one of these.")
        return text.translate(_SWAPPED) if self.comma else text


def numbers(texts: Iterable[str], *, semicolons: bool) -> Numbers:
    """How these numbers are written: with a point, unless all that tell have a decimal comma.

    Semicolons part the cells where people write a decimal comma. So where nothing tells, "1.200" is in doubt in such a file; in another
    it is, where the others have a comma.
    """
    told = [digits for text in texts if (digits := _digits(text))]
    point = any(_POINT.fullmatch(text) for text in told)
    comma = next((text for text in told if _COMMA.fullmatch(text)), None) if not point else None
    return Numbers(comma, doubtful=not point and semicolons is (comma is None))


def _digits(text: str) -> str:
    """A number without what stands around it, such as a currency."""
    return re.sub(r"[^\d.,]", "", text)


def quantity(text: str) -> int:
    """How many, in millionths of a stock unit: "1,200" or "12.5". Nothing at all is a quantity, too."""
    if not _NUMBER.fullmatch(text):
        raise Refusal(f"I can't read {text} as a number. Write 1200 or 12.5.")
    exact = Decimal(text.replace(",", "")) * ONE
    if exact != exact.to_integral_value():
        raise Refusal(f"{text} is too fine: six decimal places are the most.")
    if exact > MOST:
        raise Refusal(f"{text} is more than can be kept.")
    return int(exact)


def percent(text: str) -> int:
    """A share in hundredths of a percent: "2" or "2.25 %"."""
    exact = quantity(text.removesuffix("%").strip()) * PERCENT
    if exact % ONE:
        raise Refusal(f"{text} is too fine: two decimal places of a percent are the most.")
    return exact // ONE


def names(text: str) -> list[str]:
    """Several names: "bolt zinc; bolt brass"."""
    return [clean(part, what="name", field="substitutes") for part in text.split(";") if part.strip()]


def money(text: str, currency: str) -> int:
    """An amount in minor units of the currency: "1,292.94"."""
    if not _NUMBER.fullmatch(text):
        raise Refusal(f"I can't read {text} as an amount. Write 1292.94, without the currency.")
    return minor_units(text, currency)


def priced(text: str, currency: str) -> int:
    """The same with its currency around it, as a peer writes it: "$2,500.00"; rounded where it has more places than there are coins."""
    found = _PRICE.fullmatch(text.strip())
    if found is None:
        raise Refusal(f"I can't read {text} as an amount. Write 1292.94.")
    exact = Decimal(found[1].replace(",", ""))
    return minor_units(str(exact.quantize(Decimal(1).scaleb(-MINOR_DIGITS.get(currency, 2)), ROUND_HALF_UP)), currency)


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
    """A day, written 2026-12-31, or as the whole file writes its days. Of a year in two digits, 69 is 1969 and 68 is 2068."""
    iso, local = _ISO_DAY.fullmatch(text), _DAY.fullmatch(text)
    if iso:
        year, month, number = int(iso[1]), int(iso[2]), int(iso[3])
    elif local:
        year = int(local[3]) if len(local[3]) == 4 else int(local[3]) + (1900 if int(local[3]) >= _LAST_CENTURY else 2000)
        month, number = (int(local[2]), int(local[1])) if order is DateOrder.DMY else (int(local[1]), int(local[2]))
    else:
        raise Refusal(f"I can't read {text} as a day. Write it like 2026-12-31.")
    try:
        return date(year, month, number)
    except ValueError:
        raise Refusal(f"There is no day {text}.") from None


def code(text: str, *, what: str) -> str:
    """A serial, SKU or barcode. Refuses what a spreadsheet has shortened, and characters that can't be seen."""
    if is_shortened(text):
        raise Refusal(f"{text} is what a spreadsheet made of a longer number. Format that column as text and put the {what} in again.")
    return clean(text, what=what, field=what)


def is_shortened(text: str) -> bool:
    """Whether a spreadsheet has cut a long number short: "3.01043E+13"."""
    return _SHORTENED.fullmatch(text) is not None


def attributes(text: str) -> dict[str, str]:
    """What sets a variant apart: "size: M8; length: 40 mm"."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, value = (side.strip() for side in part.partition(":"))
        if not (name and colon and value):
            raise Refusal(f"I can't read {part} as an attribute. Write them like size: M8; length: 40 mm.")
        if name in found:
            raise Refusal(f"{name} is said twice.")
        found[clean(name, what="attribute", field="attributes")] = clean(value, what="attribute", field="attributes")
    return found


def packs(text: str, numbers: Numbers) -> list[Holding]:
    """What an item comes in: "box = 200; carton = 1000"."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, holds = (side.strip() for side in part.rpartition("="))
        if not (name and equals and holds):
            raise Refusal(f"I can't read {part} as a pack. Write them like box = 200; carton = 1000.")
        found.append((name, quantity(numbers.plain(holds))))
    return found


def steps(text: str, *, what: str) -> tuple[str, ...]:
    """The names from the top down: "Warehouse / Shelf 2". A slash by itself in a name stands there doubled."""
    return tuple(_DOUBLED.sub(r"\1", clean(step, what=what, field=what)) for step in text.split(" / "))


def path(names: Iterable[str]) -> str:
    """Those names as `steps` reads them."""
    return " / ".join(_SLASH.sub(r"//\1", name) for name in names)


def yes(text: str) -> bool:
    """Yes or no."""
    answer = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(text.casefold())
    if answer is None:
        raise Refusal(f"I can't read {text} as yes or no.")
    return answer


def email(text: str) -> str:
    """An e-mail address."""
    if "@" not in text:
        raise Refusal(f"{text} is no e-mail address.")
    return clean(text, what="e-mail address", field="email", longest=254)


def kind(text: str) -> ItemKind:
    """What taking an item does."""
    try:
        return ItemKind(text.casefold())
    except ValueError:
        raise Refusal(f"I don't know the kind {text}. It is one of: {', '.join(ItemKind)}.") from None


def location_kind(text: str) -> LocationKind:
    """What kind of a location a row names."""
    if text.casefold() not in LOCATION_KINDS:
        raise Refusal(f"I don't know the location kind {text}. It is one of: {', '.join(LOCATION_KINDS)}.")
    return LocationKind(text.casefold())
