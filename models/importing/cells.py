"""What stands in a cell of an imported file: numbers, money, codes and attributes. Nothing is guessed."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from models.bills import PERCENT
from models.catalog import ItemKind
from models.columns import clean
from models.locations import LocationKind
from models.packs import Holding
from models.quantities import MINOR_DIGITS, MOST, ONE, minor_units
from models.refusals import Refusal
from models.wording import many

_NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d+)?")
#: A number with what stands around it.
_AMOUNT = re.compile(r"(\D*)(\d(?:.*\d)?)(\D*)", re.DOTALL)
#: Less than nothing, as spreadsheets and bookkeepers write it.
_NEGATIVE = re.compile(r"[-−–]\s?[^\d-]{0,4}\d.*|\(.*\d.*\)|.*\d\s?[-−]")
#: Thousands with a space or an apostrophe between them: there is one way to read them.
_APART = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)")
#: What people write where there is none. A file that leaves the cell empty says so without a doubt.
_NOTHING = {"-", "–", "—", "--", "n/a", "na", "none", "nil", "?"}
#: The signs of currencies, and which have them.
_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "US$": ("USD",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "Rs.": ("INR",),
    "₩": ("KRW",),
    "R$": ("BRL",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK",),
    "Fr.": ("CHF",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
}
#: Numbers with a decimal comma for certain, with a decimal point, and those that may be either: "1.200".
_COMMA = re.compile(r"\d+,(\d{1,2}|\d{4,})|(0|\d{4,}),\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}")
_POINT = re.compile(r"\d+\.(\d{1,2}|\d{4,})|(0|\d{4,})\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SWAPPED = str.maketrans(",.", ".,")
#: Dashes that a spreadsheet or a phone puts for the plain one: whoever types the code has that.
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-")
#: A slash that stands by itself in a name, and one that is doubled in a file, so that it does not part two names.
_SLASH, _DOUBLED = re.compile(r"(?<!\S)/(/*)(?!\S)"), re.compile(r"(?<!\S)/(/+)(?!\S)")
#: What a spreadsheet makes of a long number when it saves it: the digits are lost.
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
#: What a program makes of a long whole number that it took for any number.
_WITH_A_POINT = re.compile(r"\d{5,}\.0+")
#: What a spreadsheet shows where it could not reckon, or where a column is too narrow; and what that begins with.
_ERRORS = ("#", "Err:")
_ERROR = re.compile(r"#(?:[¡¿]?(?:[^\W\d_]+|DIV/0)[!?]|N/A|N/D|NV|#+)|Err:\d{3}")
#: What a row's location may be. The other ends belong to the ledger.
LOCATION_KINDS = ("warehouse", "van", "site", "workshop", "person", "supplier", "customer")


class Numbers(NamedTuple):
    """How a file writes its numbers, told by those that can be read in one way only."""

    #: One of them, where it has a decimal comma; elsewhere numbers have a point.
    comma: str | None = None
    #: Whether one that can be read in both ways is refused.
    doubtful: bool = False

    def plain(self, text: str) -> str:
        """A number of the file with a decimal point, and its thousands not parted by spaces."""
        if text.isdecimal():
            return text
        if self.doubtful and _EITHER.fullmatch(_digits(text)):
            whole, part = re.split("[.,]", _digits(text))
            raise Refusal(f"{text} may be {whole}{part} or {whole}.{part.rstrip('0') or '0'} in this file. Write one of these.")
        joined = _APART.sub(lambda found: re.sub(r"\D", "", found[0]), text)
        return joined.translate(_SWAPPED) if self.comma else joined


#: Numbers with a point, as wherever a file does not tell.
POINT = Numbers()


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


#: What is said of an amount that can't be read.
_NO_AMOUNT = "I can't read {} as an amount. Write 1292.94, or leave the cell empty where none is known."


def quantity(text: str, numbers: Numbers = POINT) -> int:
    """How many, in millionths of a stock unit: "1,200" or "12.5". Nothing at all is a quantity, too."""
    number = numbers.plain(text)
    if not _NUMBER.fullmatch(number):
        _require_not_negative(text)
        nothing = ", or leave the cell empty" if text.casefold() in _NOTHING else ""
        raise Refusal(f"I can't read {text} as a number. Write 1200 or 12.5{nothing}.")
    exact = Decimal(number.replace(",", "")) * ONE
    if exact != exact.to_integral_value():
        raise Refusal(f"{text} is too fine: six decimal places are the most.")
    if exact > MOST:
        raise Refusal(f"{text} is more than can be kept.")
    return int(exact)


def _require_not_negative(text: str) -> None:
    if _NEGATIVE.fullmatch(text):
        raise Refusal(f"{text} is less than nothing. Write how much there is, or leave the cell empty where none is.")


def percent(text: str, numbers: Numbers = POINT) -> int:
    """A share in hundredths of a percent: "2" or "2.25 %"."""
    exact = quantity(text.removesuffix("%").strip(), numbers) * PERCENT
    if exact % ONE:
        raise Refusal(f"{text} is too fine: two decimal places of a percent are the most.")
    return exact // ONE


def names(text: str) -> list[str]:
    """Several names: "bolt zinc; bolt brass"."""
    return [clean(part, what="name", field="substitutes") for part in text.split(";") if part.strip()]


def money(text: str, currency: str, numbers: Numbers = POINT) -> int:
    """An amount in minor units of the currency: "1,292.94", with its sign or code or without. Refuses one in another currency."""
    before, number, behind = _amount(text, numbers)
    for sign in filter(None, (before, behind)):
        if sign not in _SIGNS and not (len(sign) == 3 and sign.isalpha()):
            raise Refusal(_NO_AMOUNT.format(text))
        if sign.upper() != currency and currency not in _SIGNS.get(sign, ()):
            raise Refusal(f"{text} is in another currency than {currency}, which costs are kept in. Write it in {currency}, like 1292.94.")
    places = MINOR_DIGITS.get(currency, 2)
    if Decimal(number).scaleb(places) % 1:
        raise Refusal(f"{text} is finer than an amount in {currency}, which has {many(places, 'decimal place')}. Round it.")
    return minor_units(number, currency)


def priced(text: str, currency: str, numbers: Numbers = POINT) -> int:
    """The same in whatever currency, as a peer writes it: "$2,500.00"; rounded where it has more places than there are coins."""
    exact = Decimal(_amount(text, numbers)[1])
    return minor_units(str(exact.quantize(Decimal(1).scaleb(-MINOR_DIGITS.get(currency, 2)), ROUND_HALF_UP)), currency)


def _amount(text: str, numbers: Numbers) -> tuple[str, str, str]:
    """The number, and what stands before and behind it. What is no digit stays as it was written, so "Fr." keeps its point."""
    found = _AMOUNT.fullmatch(text)
    before, number, behind = found.groups() if found else (text, "", "")
    number = numbers.plain(number)
    if not _NUMBER.fullmatch(number) or any(mark in before or mark in behind for mark in ",-−–("):
        _require_not_negative(text)
        raise Refusal(_NO_AMOUNT.format(text))
    return before.strip(), number.replace(",", ""), behind.strip()


def code(text: str, *, what: str) -> str:
    """A serial, SKU or barcode, its dashes as people type them. Refuses what a spreadsheet has spoilt, and what can't be seen."""
    return named(text if text.isascii() else text.translate(_DASHES), what=what)


def named(text: str, *, what: str) -> str:
    """The same of a name, which keeps its dashes."""
    if ("+" in text or ".0" in text) and (is_shortened(text) or _WITH_A_POINT.fullmatch(text)):
        longer = "longer number" if is_shortened(text) else "whole number"
        raise Refusal(f"{text} is what a spreadsheet made of a {longer}. Format that column as text and put the {what} in again.")
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
        found.append((name, quantity(holds, numbers)))
    return found


def require_no_error(text: str) -> None:
    """Refuses what a spreadsheet shows in place of a value: "#REF!", "#N/A"."""
    if text.startswith(_ERRORS) and _ERROR.fullmatch(text):
        raise Refusal(f"{text} is what a spreadsheet shows where it has no value. Mend it there, or leave the cell empty.")


def steps(text: str, *, what: str) -> tuple[str, ...]:
    """The names from the top down: "Warehouse / Shelf 2". A slash by itself in a name stands there doubled."""
    return tuple(_DOUBLED.sub(r"\1", clean(step, what=what, field=what)) for step in text.split(" / "))


def path(names: Iterable[str]) -> str:
    """Those names as `steps` reads them."""
    return " / ".join(_SLASH.sub(r"//\1", name) for name in names)


def yes(text: str) -> bool:
    """Yes or no."""
    word = text.casefold()
    if word in {"yes", "y", "true", "1"}:
        return True
    if word in {"no", "n", "false", "0"}:
        return False
    raise Refusal(f"I can't read {text} as yes or no. Write one of these.")


def email(text: str) -> str:
    """An e-mail address."""
    if "@" not in text:
        raise Refusal(f"{text} is no e-mail address.")
    return clean(text, what="e-mail address", field="email", longest=254)


def kind(text: str) -> ItemKind:
    """What taking an item does."""
    try:
        return ItemKind(text.casefold().replace("serialized", "serialised"))
    except ValueError:
        raise Refusal(f"I don't know the kind {text}. It is one of: {', '.join(ItemKind)}.") from None


def location_kind(text: str) -> LocationKind:
    """What kind of a location a row names."""
    if text.casefold() not in LOCATION_KINDS:
        raise Refusal(f"I don't know the location kind {text}. It is one of: {', '.join(LOCATION_KINDS)}.")
    return LocationKind(text.casefold())
