"""How the business names things and amounts in a sentence."""

import re

from models.quantities import ONE, InPacks, said_number

_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]*[a-rt-z]$")


def counted(quantity: int, name: str, unit: str) -> str:
    """So many of something: "1 M8 bolt", "3 M8 bolts", "12.5 m of copper cable", "3 boxes (600) of M8 bolt"."""
    if unit != "each" or isinstance(quantity, InPacks):
        return f"{measured(quantity, unit)} of {name}"
    return f"{said_number(quantity)} {name if quantity == ONE else plural(name)}"


def measured(quantity: int, unit: str) -> str:
    """So many units: "3,400 each", "12.5 m", "1 pair", "2 boxes"; what was said in packs as both: "2 boxes (400)"."""
    if isinstance(quantity, InPacks):
        return f"{measured(quantity.number, quantity.pack)} ({amount(int(quantity), unit)})"
    return f"{said_number(quantity)} {unit if quantity == ONE else several(unit)}"


def several(unit: str) -> str:
    """The unit of more than one: "pairs", "boxes"; what is short, like kg, is a symbol and has no plural."""
    return unit if unit == "each" or len(unit) < len("box") else plural(unit)


def amount(quantity: int, unit: str) -> str:
    """So many where it is clear of what: "17", "12.5 m", "2 boxes (400)"."""
    alone = unit == "each" and not isinstance(quantity, InPacks)
    return said_number(quantity) if alone else measured(quantity, unit)


def many(number: int, name: str) -> str:
    """So many of something, told by its plain word: "1 entry", "1,200 entries"."""
    return f"{number:,} {name if number == 1 else plural(name)}"


def plural(name: str) -> str:
    """The name for several of it: "bolts", and for a variant "Wall anchors, 6 mm".

    A name that doesn't end in a plain English word, or is plural already, stays as it is.
    """
    item, comma, attributes = name.partition(", ")
    return _plural(item) + comma + attributes


def _plural(name: str) -> str:
    last = name.rsplit(" ", 1)[-1]
    if not _PLAIN_WORD.match(last):
        return name
    if last.endswith(("x", "ch", "sh", "z")):
        return name + "es"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + "s"


def listed(names: list[str]) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"."""
    return _joined(names, "and")


def either(names: list[str]) -> str:
    """Names of which one will do: "a", "a or b", "a, b or c"."""
    return _joined(names, "or")


def _joined(names: list[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
