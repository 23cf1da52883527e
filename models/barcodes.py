"""Barcodes: codes printed on things, ours or the maker's. One code means one thing."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session

from models import bulk, codes, ledger, short_codes
from models.assets import Asset
from models.catalog import BARCODES, Barcode, Symbology, Variant
from models.changes import changed
from models.columns import clean, key_of
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Permission, require
from models.refusals import Refusal

#: What a barcode can stand on.
Labelled = Variant | Asset | Location

#: Symbologies of digits alone whose last one checks the others, by how many digits they have.
_CHECKED = {13: Symbology.EAN13, 8: Symbology.EAN8, 12: Symbology.UPCA, 14: Symbology.ITF}
_LENGTHS = {symbology: length for length, symbology in _CHECKED.items()}
_BOOKS = ("978", "979")
_CODE39 = re.compile(r"[0-9A-Z \-.$/+%]+")
_PRINTABLE = re.compile(r"[ -~]+")


def bind(session: Session, act: Act, *, code: str, thing: Labelled, symbology: Symbology | None = None) -> Posted:
    """Binds a code that is printed on something to it. Refuses a wrong check digit, and a code, serial or SKU in use.

    Without a symbology it is told from the code: digits with a right check digit are EAN-13 and the like, anything printable Code 128.
    """
    require(act.by, Permission.CATALOG, at=thing if isinstance(thing, Location) else None)
    code = clean(code, what="code", field="code")
    symbology = symbology or guessed(code)
    require_valid(code, symbology)
    codes.require_free(session, [key_of(code)], field="code")
    barcode = Barcode(code=code, code_key=key_of(code), symbology=symbology, archived_at=act.now, **{_column(thing): thing.id})
    session.add(barcode)
    session.flush()
    return ledger.post(session, act, EntryKind.BOUND, changed=[changed(barcode, archived_at=None)])


def printed(session: Session, things: Sequence[Labelled]) -> list[tuple[str, Symbology]]:
    """The code that a label for each shows as bars: one that it has (an asset: its serial), if it can be printed, else its short code."""
    bound = _bound(session, things)
    return [_printed(thing, bound[_column(thing), thing.id]) for thing in things]


def _printed(thing: Labelled, bound: Sequence[tuple[str, Symbology]]) -> tuple[str, Symbology]:
    has = list(bound)
    if isinstance(thing, Asset):
        has.append((thing.serial, Symbology.CODE128 if _PRINTABLE.fullmatch(thing.serial) else Symbology.OTHER))
    printable = [(code, symbology) for code, symbology in has if symbology is not Symbology.OTHER]
    return printable[0] if printable else (short_codes.of(thing), Symbology.CODE128)


def _column(thing: Labelled) -> str:
    if isinstance(thing, Variant):
        return "variant_id"
    return "asset_id" if isinstance(thing, Asset) else "location_id"


def _bound(session: Session, things: Sequence[Labelled]) -> Mapping[tuple[str, int], list[tuple[str, Symbology]]]:
    """The barcodes that stand on each of those, the oldest first: by the column that says so, and its id."""
    ids, found = defaultdict[str, set[int]](set), defaultdict[tuple[str, int], list[tuple[str, Symbology]]](list)
    for thing in things:
        ids[_column(thing)].add(thing.id)
    for column, those in ids.items():
        on_it = select(BARCODES.c[column], BARCODES.c.code, BARCODES.c.symbology).where(BARCODES.c.archived_at.is_(None))
        for page in bulk.pages(those):
            rows = session.connection().execute(on_it.where(BARCODES.c[column].in_(page)).order_by(BARCODES.c.id))
            for thing_id, code, symbology in rows:
                found[column, thing_id].append((code, symbology))
    return found


def looks_mistyped(code: str) -> bool:
    """Whether a code has the length of a product code (EAN, UPC), but not the check digit of one."""
    return code.isascii() and code.isdigit() and len(code) in _CHECKED and code[-1] != check_digit(code[:-1])


def spellings(code: str) -> list[str]:
    """A code as it was read, and as it may have been bound: a UPC is an EAN with a zero in front, an ISBN of ten digits one of thirteen."""
    found = [code]
    if code.isascii() and code.isdigit() and len(code) in _CHECKED:
        digits = code.lstrip("0")
        found += [digits.rjust(length, "0") for length in (12, 13, 14) if len(digits) <= length]
    if len(code) == 13 and code.startswith(_BOOKS[0]) and code.isdigit():
        found.append(code[3:12] + isbn_check(code[3:12]))
    return list(dict.fromkeys(found))


def guessed(code: str) -> Symbology:
    """The symbology that a code looks like."""
    symbology = _CHECKED.get(len(code)) if code.isascii() and code.isdigit() else None
    if symbology is not None and code[-1] == check_digit(code[:-1]):
        return Symbology.ISBN if symbology is Symbology.EAN13 and code.startswith(_BOOKS) else symbology
    return Symbology.CODE128 if _PRINTABLE.fullmatch(code) else Symbology.OTHER


def require_valid(code: str, symbology: Symbology) -> None:
    """Refuses what that symbology can't print: wrong characters, a wrong length or a wrong check digit."""
    if symbology is Symbology.CODE39 and not _CODE39.fullmatch(code):
        raise Refusal(f"{code} has a character that Code 39 doesn't have: it prints A-Z, 0-9 and - . $ / + % only.", field="code")
    if symbology is Symbology.CODE128 and not _PRINTABLE.fullmatch(code):
        raise Refusal(
            f"{code} has a character that Code 128 doesn't have: it prints plain English letters, digits and signs.", field="code"
        )
    if symbology is Symbology.ISBN:
        _require_isbn(code.replace("-", "").replace(" ", ""))
    elif symbology in _LENGTHS:
        _require_digits(code, _LENGTHS[symbology], str(symbology).upper())


def _require_digits(code: str, length: int, what: str) -> None:
    if not (code.isascii() and code.isdigit() and len(code) == length):
        raise Refusal(f"A code of kind {what} has {length} digits; {code} doesn't.", field="code")
    right = check_digit(code[:-1])
    if code[-1] != right:
        raise Refusal(f"The last digit of {code} checks the others and should be {right}. Read the code again.", field="code")


def _require_isbn(code: str) -> None:
    if len(code) != 10:
        _require_digits(code, 13, "ISBN")
        return
    if not code[:-1].isdigit() or not code.isascii():
        raise Refusal(f"{code} is not an ISBN.", field="code")
    right = isbn_check(code[:-1])
    if code[-1].upper() != right:
        raise Refusal(f"The last character of {code} checks the others and should be {right}. Read the code again.", field="code")


def isbn_check(digits: str) -> str:
    """The character that ends an ISBN of ten, after these nine digits."""
    remainder = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def check_digit(digits: str) -> str:
    """The check digit that follows these digits in EAN-13, EAN-8, UPC-A and ITF-14: every other one counts three times."""
    weighed = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-weighed % 10)
