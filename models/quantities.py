"""Exact quantities and money: whole numbers of a millionth of the stock unit, and of a currency's minor unit."""

from decimal import Decimal, InvalidOperation

from models.refusals import Refusal

#: Millionths in one stock unit. One scale for every item; the item's unit says whether fractions are allowed.
ONE = 1_000_000

#: The largest quantity that one line may move: nine million million units stay far inside 64 bits, totals included.
MOST = 1_000_000_000 * ONE

#: Decimal places of currencies that do not have two (ISO 4217).
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "TND": 3, "OMR": 3, "JOD": 3}


def whole(units: int) -> int:
    """`units` whole stock units in millionths."""
    return units * ONE


def said_number(quantity: int) -> str:
    """The number alone, with thousands separators and no trailing zeros: 3400000000 -> "3,400", 12500000 -> "12.5"."""
    units, rest = divmod(abs(quantity), ONE)
    sign = "-" if quantity < 0 else ""
    return f"{sign}{units:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def said(quantity: int, unit: str) -> str:
    """A quantity as a person reads it, with its unit: "3,400 each", "12.5 m"."""
    return f"{said_number(quantity)} {unit}"


def require_fits(quantity: int, *, fractions: bool, unit: str) -> None:
    """Refuses nothing, less than nothing, more than one line may move, and a fraction of an item counted in wholes."""
    if quantity <= 0:
        raise Refusal("A quantity is more than zero.", field="quantity")
    if quantity > MOST:
        raise Refusal(f"{said_number(quantity)} is more than one entry can move; the most is {said_number(MOST)}.", field="quantity")
    if quantity % ONE and not fractions:
        below = quantity // ONE
        near = f"{below:,} or {below + 1:,}" if below else "1"
        counted = "in wholes" if unit == "each" else f"by the whole {unit}"
        raise Refusal(f"{said_number(quantity)} is not a whole number, and this is counted {counted}. Try {near}.", field="quantity")


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
