"""The lines of a bill of materials as people type them: "2 M8 bolt; scrap 2 %; or M8 bolt zinc"."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from sqlmodel import Session

from handlers.typed import parse_quantity, quoted
from models import bill_editing, bills, catalog, finding, packs
from models.bill_editing import Goes
from models.bills import PERCENT
from models.catalog import Variant
from models.catalog_names import items_exactly
from models.quantities import ONE, said_number
from models.refusals import FieldProblems, NotFound, Refusal

#: What a line looks like, where one can't be read.
LIKE = "2 M8 bolt; scrap 2 %; or M8 bolt zinc"
#: What people write between a number and a name: "4 x M8 bolt".
TIMES = ("x", "×")
#: So many mistakes of one field are told at once.
MOST_TOLD = 5

#: A part of a line: a number or a word in front, then a name, in quotes where it has a semicolon of its own.
_PART = re.compile(r'\s*(?:(?P<word>[\d.,]+[x×]?|or|scrap)\s+)?(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^;]*?))\s*(?:;|\Z)', re.IGNORECASE)
#: What stands in a name where somebody left the semicolons out.
_RUN_ON = re.compile(r",|\b(?:or|scrap)\b|%", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*%?")


def read(session: Session, made: Variant, texts: Mapping[str, str]) -> list[Goes]:
    """What the fields of the form say goes into something, one component a line. Refuses mistakes under their field, line by line."""
    goes, problems = list[Goes](), dict[str, list[str]]()
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                one = _line(session, line)
                bill_editing.require_goes(session, made, one, goes)
                goes.append(one)
            except Refusal as refusal:
                problems.setdefault(name, []).append(f"Line {number}: {refusal.text}")
    if problems:
        raise FieldProblems({name: " ".join(_first(told)) for name, told in problems.items()})
    return goes


def _first(told: list[str]) -> list[str]:
    more = len(told) - MOST_TOLD
    return told[:MOST_TOLD] + ([f"And {more} more {'line' if more == 1 else 'lines'} can't be read."] if more > 0 else [])


def _line(session: Session, typed: str) -> Goes:
    first, *rest = _parts(typed.strip())
    if not first[0][:1].isdigit() and first[0][:1] != ".":
        raise Refusal(f"I can't read how many go into one. Write it like {LIKE}.")
    quantity, variant = so_many(session, parse_quantity(first[0].rstrip("xX×")), first[1])
    scrap, substitutes = 0, list[Variant]()
    for word, name in rest:
        if word == "or" and name:
            substitutes.append(finding.variant(session, name))
        elif word == "scrap" and (share := _PERCENT.fullmatch(name)):
            scrap = _hundredths(share[1].replace(",", "."))
        else:
            raise Refusal(f"I can't read {f'{word} {name}'.strip()}. Write it like {LIKE}.")
    return Goes(variant, quantity, scrap, tuple(substitutes))


def so_many(session: Session, number: int, words: str) -> tuple[int, Variant]:
    """So many of what is named; the first words of it may be a unit, or a pack, that it comes in: "0.5 m of copper cable".

    What is named exactly comes before what only has the words: "0.5 kg resin" is no "Resin, 5 kg".
    """
    ways = [] if items_exactly(session, words) else list(_in_units(session, number, words.split()))
    if exact := next((way for way, name in ways if items_exactly(session, name)), None):
        return exact
    try:
        return number, finding.variant(session, words)
    except NotFound as unknown:
        if ways:
            return ways[0][0]
        if _RUN_ON.search(words):
            raise Refusal(f"{unknown.text} Write it like {LIKE}.") from None
        raise


def _in_units(session: Session, number: int, words: list[str]) -> Iterator[tuple[tuple[int, Variant], str]]:
    for length in range(1, min(packs.MOST_WORDS + 1, len(words))):
        name, counts = " ".join(words[length:]).removeprefix("of "), " ".join(words[:length])
        with suppress(Refusal):
            variant = finding.variant(session, name)
            item = catalog.item(session, variant.item_id)
            quantity = number if counts.casefold() in TIMES else packs.quantity_of(session, item, number, counts, field="components")
            yield (int(quantity), variant), name


def _parts(line: str) -> Iterable[tuple[str, str]]:
    """The parts between the semicolons, each as its first word and what follows; an empty one at the end is left out."""
    parts, start = list[tuple[str, str]](), 0
    while start < len(line) and (match := _PART.match(line, start)):
        name = match["quoted"].replace('""', '"') if match["quoted"] is not None else match["plain"]
        parts.append(((match["word"] or "").casefold(), name))
        start = max(match.end(), start + 1)
    return parts or [("", "")]


def _hundredths(percent: str) -> int:
    whole, _, part = percent.partition(".")
    if len(part.rstrip("0")) > 2:
        raise Refusal(f"Scrap of {percent} % is finer than I count: two places after the point are the most.")
    return int(whole) * PERCENT + int(part[:2].ljust(2, "0"))


def write(session: Session, made: Variant, *, by_sku: bool = False) -> list[str]:
    """The bill of something as it is typed: each line reads back as itself. By SKU it is shorter."""
    call = _sku if by_sku else _called
    lines = []
    for part in bills.parts_of(session, [made.id]).get(made.id, ()):
        said = [f"{said_number(part.quantity).replace(',', '')} {_counted(session, part.variant_id, call)}"]
        if part.scrap:
            said.append(f"scrap {said_percent(part.scrap)}")
        lines.append("; ".join([*said, *(f"or {call(session, one)}" for one in part.substitutes)]))
    return lines


def said_percent(hundredths: int) -> str:
    """A share as a person reads it: "2 %", "2.25 %"."""
    return f"{said_number(hundredths * ONE // PERCENT)} %"


def _counted(session: Session, variant_id: int, call: Callable[[Session, int], str]) -> str:
    """The name, and before it the unit that it is counted in where that reads back: "kg resin"."""
    name, unit = call(session, variant_id), catalog.item(session, catalog.variant(session, variant_id).item_id).unit
    with_unit = f"{unit} {name}"
    return name if unit == "each" or name.startswith('"') or items_exactly(session, with_unit) else with_unit


def _called(session: Session, variant_id: int) -> str:
    """The name where that finds exactly this, else the SKU; in quotes where it would not read back as one."""
    variant = catalog.variant(session, variant_id)
    found = items_exactly(session, variant.name)
    alone = len(found) == 1 and [one.id for one in found[0].variants] == [variant.id]
    return _as_one(variant.name) if alone else _sku(session, variant_id)


def _sku(session: Session, variant_id: int) -> str:
    return _as_one(catalog.variant(session, variant_id).sku)


def _as_one(name: str) -> str:
    return quoted(name) if ";" in name or name.startswith('"') else name
