"""Names and codes that an import adds and that look like a slip: told before anything is done, and never put right unasked."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import barcodes, bulk, search
from models.assets import ASSETS
from models.catalog import BARCODES, CATEGORIES, ITEMS, Symbology
from models.importing.known import Thing
from models.importing.planning import Draft
from models.locations import LOCATIONS, OURS
from models.members import MEMBERS
from models.search import Findable, folded
from models.wording import many

#: One letter makes another name of a word that is shorter: "Shelf A" and "Shelf B". Items have more names, of which more are alike.
_LEAST, _LEAST_OF_AN_ITEM = 5, 7
#: One letter is not looked for in names longer than this, nor among more names than that: it would take longer than reading the file.
_LONGEST, _MANY = 40, 3_000
#: So many names are compared that differ in the same letter.
_MOST = 30

#: How long codes are that have lost the zero that they begin with, and what they are.
_SHORT = {7: Symbology.EAN8, 11: Symbology.UPCA}

#: What people write between a location and what lies in it, where it is not " / ".
_PARTED = re.compile(r"(?<=\w)(?: ?/|/ ?| ?[\\>]+ ?)(?=[^\W\d])")

_PARTS = re.compile(r"\d+|[^\W\d_]+")


class _Name(NamedTuple):
    """A name by what is compared of it: its words, the letters of all of them, and the numbers, which tell things apart."""

    thing: Thing
    words: Sequence[str]
    letters: str
    numbers: tuple[int, ...]


def remarks(session: Session, draft: Draft) -> list[str]:
    """Which of the added names look like others, known or in the same file, and the line that names each first."""
    known = draft.known
    lies_in = {thing: above for (above, _), thing in (*known.locations.items(), *known.categories.items())}
    pairs = [*_places(draft, lies_in), *_categories(draft, lies_in), *_people(draft), *_items(draft)]
    used = Counter(_used(draft, lies_in) if pairs else ())
    meant = _said_otherwise(session, draft) | _dashed_otherwise(session, draft)
    for pair in pairs:
        slip, other = sorted(pair, key=lambda one: (one.id is not None, used[one], -draft.first_said.get(one, 0)))
        as_in = "" if other.id is not None else f" (line {draft.first_said[other]})"
        meant.setdefault(slip, f"{_called(other, lies_in)}{as_in}")
    told = sorted((draft.first_said[slip], f"new {_what(slip)} {_called(slip, lies_in)}", other) for slip, other in meant.items())
    return [*(f"Line {line}: {new}; did you mean {other}?" for line, new, other in told), *_slashes(draft, lies_in), *_zeros_lost(draft)]


def _used(draft: Draft, lies_in: Mapping[Thing, Thing | None]) -> Iterator[Thing]:
    """What each row brings, and every location that it brings it into."""
    for move in draft.plan.moves:
        yield move.variant["item_id"]
        place: Thing | None = move.target
        while place is not None:
            yield place
            place = lies_in.get(place)


def _slashes(draft: Draft, lies_in: Mapping[Thing, Thing | None]) -> list[str]:
    """New locations whose one name seems to be two: what parts them has no spaces around it."""
    parted = (
        [one for one in draft.plan.things if one in lies_in and one.table is LOCATIONS and _PARTED.search(one["name"])]
        if draft.ours
        else []
    )
    if not parted:
        return []
    name, line = parted[0]["name"], draft.first_said[parted[0]]
    has = "1 new location has" if len(parted) == 1 else f"{len(parted):,} new locations have"
    way = f"Where one lies in another, write {_PARTED.sub(' / ', name)}"
    return [f"{has} two names in one, it seems, as in line {line}: {name}. {way}."]


def _zeros_lost(draft: Draft) -> list[str]:
    """Barcodes that a spreadsheet has taken a zero from, it seems: all of one digit too few are right with one."""
    short = [one for one in draft.plan.things if one.table is BARCODES and len(one["code"]) in _SHORT and one["code"].isdecimal()]
    if not short or not all(barcodes.guessed(f"0{one['code']}") in _SHORT.values() for one in short):
        return []
    lack, them = ("lacks", "it") if len(short) == 1 else ("lack", "them")
    first = f"{short[0]['code']} in line {draft.first_said[short[0]]}"
    return [f"{many(len(short), 'barcode')} {lack} a digit, and would be right with a 0 before {them}: {first}. Format the column as text."]


def _places(draft: Draft, lies_in: Mapping[Thing, Thing | None]) -> Iterator[tuple[Thing, Thing]]:
    """Locations beside one another. One that the file names alone may be any, for a single name means the one that has it."""
    for one, other in _alike(draft.known.locations.values(), least=_LEAST):
        alone = any(place.id is None and lies_in[place] is None for place in (one, other))
        if (alone or lies_in[one] is lies_in[other]) and (one["kind"] in OURS) is (other["kind"] in OURS):
            yield one, other


def _categories(draft: Draft, lies_in: Mapping[Thing, Thing | None]) -> Iterator[tuple[Thing, Thing]]:
    for one, other in _alike(draft.known.categories.values(), least=_LEAST):
        if lies_in[one] is lies_in[other]:
            yield one, other


def _people(draft: Draft) -> Iterator[tuple[Thing, Thing]]:
    """Two with e-mail addresses of their own are two."""
    for one, other in _alike((one for called in draft.known.people.values() for one in called), least=_LEAST, in_order=False):
        if not (one["email_key"] and other["email_key"]):
            yield one, other


def _items(draft: Draft) -> Iterator[tuple[Thing, Thing]]:
    return _alike(draft.known.items.values(), least=_LEAST_OF_AN_ITEM)


def _said_otherwise(session: Session, draft: Draft) -> dict[Thing, str]:
    """New items that are there by the same words in another form: "M8 bolts", "Hex bolt M8"; or were called so once."""
    new = {folded(thing["name"]): thing for thing in draft.plan.things if thing.table is ITEMS}
    return {new[words]: name for words, name in search.names_now(session, (Findable.ITEM, Findable.VARIANT), new).items()}


def _dashed_otherwise(session: Session, draft: Draft) -> dict[Thing, str]:
    """New assets whose serial is that of another but for dashes and spaces."""
    new, meant = dict[str, Thing](), dict[Thing, str]()
    for asset in draft.plan.things:
        if asset.table is ASSETS and (first := new.setdefault(asset["serial_bare"], asset)) is not asset:
            meant[asset] = f"{first['serial']} (line {draft.first_said[first]})"
    for page in bulk.pages(new):
        there = select(ASSETS.c.serial, ASSETS.c.serial_bare).where(ASSETS.c.serial_bare.in_(page), ASSETS.c.archived_at.is_(None))
        meant |= {new[row.serial_bare]: row.serial for row in session.connection().execute(there)}
    return meant


def _alike(things: Iterable[Thing], *, least: int, in_order: bool = True) -> Iterator[tuple[Thing, Thing]]:
    """Each two of these that are called nearly the same, at least one of them new."""
    every = list(dict.fromkeys(things))
    if all(thing.id is not None for thing in every):
        return
    with_numbers = defaultdict[tuple[int, ...], list[_Name]](list)
    for thing in every:
        name = _spelled(thing, in_order=in_order)
        with_numbers[name.numbers].append(name)
    for names in with_numbers.values():
        if len(names) > 1 and any(name.thing.id is None for name in names):
            yield from _close(names, least)


def _spelled(thing: Thing, *, in_order: bool) -> _Name:
    parts = _PARTS.findall(folded(thing["name"]))
    words = [part for part in parts if not part.isdecimal()]
    return _Name(thing, words, "".join(words if in_order else sorted(words)), tuple(int(part) for part in parts if part.isdecimal()))


def _close(names: Sequence[_Name], least: int) -> Iterator[tuple[Thing, Thing]]:
    """Those that are one slip apart: they share what is left of them without one letter."""
    left_of = defaultdict[str, list[_Name]](list)
    longest = _LONGEST if len(names) <= _MANY else 0
    for name in names:
        letters = name.letters
        cut = [letters[:at] + letters[at + 1 :] for at in range(len(letters))] if len(letters) <= longest else []
        for left in {letters, *cut}:
            for other in left_of[left][:_MOST]:
                if (name.thing.id is None or other.thing.id is None) and _one_slip(name, other, least):
                    yield other.thing, name.thing
            left_of[left].append(name)


def _one_slip(one: _Name, other: _Name, least: int) -> bool:
    """Whether they differ in nothing but spaces, punctuation and plurals, or in one letter too many, missing, wrong or misplaced."""
    if one.thing["name_key"] == other.thing["name_key"]:
        return False
    if one.letters == other.letters:
        return True
    if max(map(len, set(one.words) ^ set(other.words)), default=0) < least:
        return False
    mine, theirs = _middles(one.letters, other.letters)
    return max(len(mine), len(theirs)) <= 1 or (len(mine) == 2 and mine == theirs[::-1])


def _middles(one: str, other: str) -> tuple[str, str]:
    """What is left of two words without what they begin with alike, and end with alike."""
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    end = next((at for at in range(most - start) if one[-1 - at] != other[-1 - at]), most - start)
    return one[start : len(one) - end], other[start : len(other) - end]


def _what(thing: Thing) -> str:
    if thing.table is LOCATIONS:
        return str(thing["kind"])
    return {CATEGORIES: "category", MEMBERS: "person", ASSETS: "asset"}.get(thing.table, "item")


def _called(thing: Thing, lies_in: Mapping[Thing, Thing | None]) -> str:
    """Its serial, or its name with what it lies in before it."""
    above = lies_in.get(thing)
    own = thing["serial"] if thing.table is ASSETS else thing["name"]
    return f"{_called(above, lies_in)} / {own}" if above else str(own)
