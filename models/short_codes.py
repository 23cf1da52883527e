"""Short codes: what is printed on a label to be typed, for everything that can have a label. None is stored: each is told from its thing.

QA00F3K is an asset: a Q, a letter for the sort of thing, its number in 32 letters of which none looks like a digit, and one that checks.
"""

import re
from typing import TypeVar

from sqlmodel import Session

from models.assets import Asset
from models.catalog import Variant
from models.kits import Kit
from models.locations import Location
from models.lots import Lot

#: What carries a label.
Coded = Asset | Variant | Location | Lot | Kit
T = TypeVar("T", Asset, Variant, Location, Lot, Kit)

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SORTS: dict[str, type[Coded]] = {"A": Asset, "T": Variant, "P": Location, "B": Lot, "K": Kit}
_LETTER_OF = {sort: letter for letter, sort in _SORTS.items()}
#: A number has so many letters at least: the codes of the first million things are of one length.
_WIDTH = 4
#: What people read or type for a letter that is not among ours.
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_FORM = re.compile(rf"Q[{''.join(_SORTS)}][{LETTERS}]{{{_WIDTH},12}}[{LETTERS}]")


def of(thing: Coded) -> str:
    """The short code of a thing: QA00F3K."""
    number, digits = thing.id, ""
    while number:
        number, digit = divmod(number, len(LETTERS))
        digits = LETTERS[digit] + digits
    code = f"Q{_LETTER_OF[type(thing)]}{digits.rjust(_WIDTH, '0')}"
    return code + check_letter(code)


def thing_of(session: Session, text: str, sort: type[T]) -> T | None:
    """The thing of that sort that a text is the short code of; None where it is none, is mistyped, or its thing is archived."""
    code = _folded(text)
    if not is_one(code) or _SORTS[code[1]] is not sort:
        return None
    number = 0
    for digit in code[2:-1]:
        number = number * len(LETTERS) + LETTERS.index(digit)
    found = session.get(sort, number)
    return found if found is not None and found.archived_at is None else None


def is_one(text: str) -> bool:
    """Whether a text is the short code of anything, now or later."""
    code = _folded(text)
    return bool(_FORM.fullmatch(code)) and code[-1] == check_letter(code[:-1])


def looks_mistyped(text: str) -> bool:
    """Whether a text has the form of a short code, but not the letter that checks it."""
    code = _folded(text)
    return bool(_FORM.fullmatch(code)) and code[-1] != check_letter(code[:-1])


def check_letter(code: str) -> str:
    """The letter that ends a code of ours, so that a slip of the finger is not another thing's code (Luhn, over our 32 letters)."""
    size, total = len(LETTERS), 0
    for place, letter in enumerate(reversed(code)):
        doubled = LETTERS.index(letter) * (1 if place % 2 else 2)
        total += doubled // size + doubled % size
    return LETTERS[-total % size]


def _folded(text: str) -> str:
    return "".join(text.upper().split()).replace("-", "").translate(_LOOK_ALIKE)
