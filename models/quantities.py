"""Exact quantities and money: whole numbers of a millionth of the stock unit, and of a currency's minor unit."""

from decimal import Decimal, InvalidOperation

from models.refusals import Choice, Refusal

#: Millionths in one stock unit. One scale for every item; the item's unit says whether fractions are allowed.
ONE = 1_000_000

#: The largest quantity that one line may move: nine million million units stay far inside 64 bits, totals included.
MOST = 1_000_000_000 * ONE

#: Decimal places of currencies that do not have two (ISO 4217).
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "TND": 3, "OMR": 3, "JOD": 3}


class InPacks(int):
    """A quantity that somebody said in packs: the same number as any other, which remembers its words for the answer.

    Whatever is computed from it is a plain number again.
    """

    #: How many packs, in millionths, and what they are called.
    number: int
    pack: str

    def __new__(cls, quantity: int, *, number: int, pack: str) -> "InPacks":
        """So much (millionths of the stock unit), said as so many packs."""
        made = super().__new__(cls, quantity)
        made.number, made.pack = number, pack
        return made


def said_in(quantity: int) -> tuple[int, str] | tuple[None, None]:
    """How many packs a quantity was said in, in millionths, and what they are called; nothing where it was said in stock units."""
    return (quantity.number, quantity.pack) if isinstance(quantity, InPacks) else (None, None)


def whole(units: int) -> int:
    """`units` whole stock units in millionths."""
    return units * ONE


def said_number(quantity: int) -> str:
    """The number alone, with thousands separators and no trailing zeros: 3400000000 -> "3,400", 12500000 -> "12.5"."""
    units, rest = divmod(abs(quantity), ONE)
    sign = "-" if quantity < 0 else ""
    return f"{sign}{units:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def plain_number(quantity: int) -> str:
    """The number as a program reads it again: 3400000000 -> "3400"."""
    return said_number(quantity).replace(",", "")


def typed(quantity: int) -> str:
    """A quantity as it would be typed again: "600", or "3 box" where it was said in packs."""
    return f"{said_number(quantity.number)} {quantity.pack}" if isinstance(quantity, InPacks) else said_number(quantity)


def require_fits(quantity: int, *, fractions: bool, unit: str, field: str = "quantity") -> None:
    """Refuses nothing, less than nothing, more than one line may move, and a fraction of what is counted in wholes; offers the nearest."""
    if quantity <= 0:
        raise Refusal("A quantity is more than zero.", field=field)
    if quantity > MOST:
        raise Refusal(f"{said_number(quantity)} is more than one entry can move; the most is {said_number(MOST)}.", field=field)
    if quantity % ONE and not fractions:
        below = quantity // ONE
        near = [said_number(whole(units)) for units in (below, below + 1) if units]
        counted = "in wholes" if unit == "each" else f"by the whole {unit}"
        packs = f"{typed(quantity)} is " if isinstance(quantity, InPacks) else ""
        text = f"{packs}{said_number(quantity)}{',' if packs else ' is'} not a whole number, and this is counted {counted}."
        raise Refusal(f"{text} Try {' or '.join(near)}.", field=field, choices=tuple(Choice(one, field, one) for one in near))


def minor_units(amount: str, currency: str, *, field: str = "cost") -> int:
    """An amount as typed ("1,292.94") in the currency's minor unit. Refuses what is no amount, or is finer than the currency."""
    try:
        exact = Decimal(amount.replace(",", "").strip()).scaleb(MINOR_DIGITS.get(currency, 2))
    except InvalidOperation:
        raise Refusal(f"I can't read {amount} as an amount of money. Try 1292.94.", field=field) from None
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 <= exact <= MOST:
        raise Refusal(f"{amount} is not an amount in {currency}.", field=field)
    return int(exact)


def said_money(minor: int, currency: str) -> str:
    """Money as a person reads it: "2,266.13 USD"."""
    digits = MINOR_DIGITS.get(currency, 2)
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f} {currency}"


def plain_money(minor: int, currency: str) -> str:
    """Money as a program reads it again, without the currency: "2266.13"."""
    digits = MINOR_DIGITS.get(currency, 2)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"
