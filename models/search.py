"""The index of names: what things are, and were, called, and which names look like what somebody typed.

It only ever gains rows, so that an undo has nothing to put back: what a thing is called now, and whether it is archived, is read from the
thing itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, Integer, Text, bindparam, func, literal, select, text
from sqlmodel import Field, Session, SQLModel

from models import bulk
from models.assets import ASSETS
from models.catalog import CATEGORIES, ITEMS, VARIANTS
from models.columns import Word, key_of
from models.kits import KITS
from models.locations import LOCATIONS
from models.members import MEMBERS


class Findable(StrEnum):
    """What has a name to be found by."""

    ITEM = "item"
    VARIANT = "variant"
    ASSET = "asset"
    LOCATION = "location"
    MEMBER = "member"
    CATEGORY = "category"
    KIT = "kit"


class SearchName(SQLModel, table=True):
    """One name that a thing has or once had, folded to plain words."""

    __tablename__ = "search_names"
    __table_args__ = (Index("search_name_is_unique", "kind", "words", "thing_id", unique=True),)

    id: int = Field(default=None, primary_key=True)
    kind: Findable = Field(sa_type=Word(Findable))
    thing_id: int
    #: "Hex bolts, M8" -> "hex bolt m8"
    words: str


class SearchTrigram(SQLModel, table=True):
    """Three letters that stand beside one another in a name, a space standing for a word's start or end."""

    __tablename__ = "search_trigrams"
    # Without row ids the primary key is the table, and half as large; a foreign key would make each name dearer to add.
    __table_args__ = {"sqlite_with_rowid": False}

    kind: Findable = Field(sa_column=Column(Word(Findable), primary_key=True))
    trigram: str = Field(sa_column=Column(Text, primary_key=True))
    name_id: int = Field(sa_column=Column(Integer, primary_key=True))


NAMES = SearchName.__table__  # type: ignore[attr-defined]
TRIGRAMS = SearchTrigram.__table__  # type: ignore[attr-defined]

_THINGS = {
    Findable.ITEM: ITEMS,
    Findable.VARIANT: VARIANTS,
    Findable.ASSET: ASSETS,
    Findable.LOCATION: LOCATIONS,
    Findable.MEMBER: MEMBERS,
    Findable.CATEGORY: CATEGORIES,
    Findable.KIT: KITS,
}

#: A trigram that more names have than this says little: only so many of them are looked at, and so many in all.
MOST_OF_ONE, MOST_IN_ALL = 2_000, 6_000
#: How many names that share the most trigrams are compared letter by letter.
COMPARED = 40
#: Sorts after every letter: the end of a range of names that begin alike.
LAST = chr(0x10FFFF)

_WORD = re.compile(r"[^\W_]+[+#]*")
_ODD_PLURALS = {"lens": "lens", "lenses": "lens", "caches": "cache", "axes": "axe", "knives": "knife", "shelves": "shelf"}


class Match(NamedTuple):
    """A thing with a name that fits."""

    kind: Findable
    id: int
    #: What it is called now.
    name: str
    words: str
    archived_at: datetime | None

    @property
    def current(self) -> bool:
        """False for something archived, and for a name that it no longer has."""
        return self.archived_at is None and folded(self.name) == self.words


@lru_cache(maxsize=1_000)
def folded(text: str) -> str:
    """A name as plain words: case, punctuation and English plurals make no difference. "Hex bolts, M8" -> "hex bolt m8"."""
    key = key_of(text)
    return " ".join(_singular(word) for word in _WORD.findall(key)) or key


def _singular(word: str) -> str:
    if word in _ODD_PLURALS or len(word) <= 3:
        return _ODD_PLURALS.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def trigrams(words: str) -> set[str]:
    """Every three letters of each word, its start and end counted as a space: "m8" -> {" m8", "m8 "}."""
    return {f" {word} "[start : start + 3] for word in words.split() for start in range(len(word))}


def _prefix_trigrams(words: str) -> set[str]:
    """The trigrams of every name that has words starting like these."""
    return {f" {word}"[start : start + 3] for word in words.split() for start in range(len(word) - 1)}


_ADD_NAME = text("INSERT INTO search_names (kind, thing_id, words) VALUES (:kind, :thing_id, :words) ON CONFLICT DO NOTHING")
_SHARING = (
    select(TRIGRAMS.c.name_id).where(TRIGRAMS.c.kind == bindparam("kind"), TRIGRAMS.c.trigram == bindparam("trigram")).limit(MOST_OF_ONE)
)
_COUNT = select(func.count()).select_from(_SHARING.subquery())
_LAST_NAME = select(func.coalesce(func.max(NAMES.c.id), 0))
_SINCE = select(NAMES.c.id, NAMES.c.kind, NAMES.c.words).where(NAMES.c.id > bindparam("last"))


class Spelled(NamedTuple):
    """A name of a thing as the index keeps it."""

    kind: Findable
    thing_id: int
    words: str
    trigrams: set[str]


def remember(session: Session, names: Iterable[tuple[Findable, int, str]]) -> None:
    """Makes things findable by a (new) name: kind, id and name of each. A name that is known already costs nothing."""
    enter(session, spelled(names))


def spelled(names: Iterable[tuple[Findable, int, str]]) -> list[Spelled]:
    """The names as `enter` takes them: what takes its time with thousands, and needs no lock."""
    words = ((kind, thing_id, folded(name)) for kind, thing_id, name in names)
    return [Spelled(kind, thing_id, own, trigrams(own)) for kind, thing_id, own in words]


def enter(session: Session, names: Sequence[Spelled]) -> None:
    """The same as `remember`, for names that are spelled out already."""
    if not names:
        return
    connection = session.connection()
    last = connection.execute(_LAST_NAME).scalar_one()
    bulk.execute(session, _ADD_NAME, ("kind", "thing_id", "words"), [(str(one.kind), one.thing_id, one.words) for one in names])
    of_words = {one.words: one.trigrams for one in names}
    fresh = connection.execute(_SINCE, {"last": last})
    grams = sorted((str(kind), gram, name_id) for name_id, kind, words in fresh for gram in of_words[words])  # in the order of the table
    if grams:
        bulk.insert(session, TRIGRAMS, dict(zip(("kind", "trigram", "name_id"), zip(*grams, strict=True), strict=True)))


def called(session: Session, kinds: Iterable[Findable], typed: str) -> list[Match]:
    """Everything that is or was called that, whatever its case, punctuation or plural."""
    return [match for kind in kinds for match in _matches(session, kind, NAMES.c.kind == kind, NAMES.c.words == folded(typed))]


def names_now(session: Session, kinds: Iterable[Findable], words: Iterable[str]) -> dict[str, str]:
    """What is there now under those words, which are folded, by each of them: also where it was called so once."""
    pages, found = bulk.pages(words), dict[str, str]()
    for kind in kinds:
        for page in pages:
            matches = _matches(session, kind, NAMES.c.kind == kind, NAMES.c.words.in_(page))
            found |= {match.words: match.name for match in matches if match.archived_at is None}
    return found


def beginning(session: Session, kind: Findable, typed: str, *, limit: int) -> list[Match]:
    """Things whose present name begins with what was typed, in the order of the alphabet."""
    words = folded(typed)
    alike = (NAMES.c.kind == kind, NAMES.c.words >= words, NAMES.c.words < words + LAST)
    found = _matches(session, kind, *alike, in_order=True, limit=limit * 2)
    return [match for match in found if match.current][:limit]


def containing(session: Session, kind: Findable, typed: str, *, limit: int) -> tuple[list[Match], bool]:
    """Things whose present name has, for each word typed, a word that begins with it; and whether these are surely all.

    One letter alone is not looked for inside of names.
    """
    words = folded(typed)
    counted = _counted(session, kind, _prefix_trigrams(words))
    if not counted or counted[0][0] == 0:
        return [], bool(counted)
    count, rarest = counted[0]
    with_rarest = _SHARING.params(kind=kind, trigram=rarest)
    spaced = literal(" ") + NAMES.c.words
    fits = [spaced.like(f"% {word}%") for word in words.split()]
    found = _matches(session, kind, NAMES.c.id.in_(with_rarest), *fits, limit=limit + 1)
    return [match for match in found if match.current][:limit], count < MOST_OF_ONE and len(found) <= limit


def close(session: Session, kinds: Iterable[Findable], typed: str, *, limit: int = 5) -> list[Match]:
    """Things whose present name looks most like what was typed, the likest first; none that shares less than half of it."""
    words = folded(typed)
    alike = [match for kind in kinds for match in _alike(session, kind, words) if match.current]
    ranked = sorted((distance(words, match.words), len(match.words), match.name, match) for match in alike)
    return [match for apart, _, _, match in ranked if apart * 2 <= len(words)][:limit]


def _alike(session: Session, kind: Findable, words: str) -> list[Match]:
    """Names that share the most of the rarest trigrams. One wrong letter spoils three of them, so a few are looked at together."""
    shared = Counter[int]()
    looked_at = 0
    for count, trigram in _counted(session, kind, trigrams(words)):
        looked_at += count
        if shared and looked_at > MOST_IN_ALL:
            break
        shared.update(session.connection().execute(_SHARING, {"kind": kind, "trigram": trigram}).scalars())
    best = [name_id for name_id, _ in shared.most_common(COMPARED)]
    return _matches(session, kind, NAMES.c.id.in_(best)) if best else []


def _counted(session: Session, kind: Findable, wanted: set[str]) -> list[tuple[int, str]]:
    """How many names have each trigram, as far as it matters, the rarest first."""
    connection = session.connection()
    return sorted((connection.execute(_COUNT, {"kind": kind, "trigram": trigram}).scalar_one(), trigram) for trigram in wanted)


def _matches(session: Session, kind: Findable, *conditions: Any, in_order: bool = False, limit: int | None = None) -> list[Match]:
    thing = _THINGS[kind]
    name = func.coalesce(ASSETS.c.name, ASSETS.c.serial) if kind is Findable.ASSET else thing.c.name
    query = (
        select(NAMES.c.thing_id, name, NAMES.c.words, thing.c.archived_at)
        .join(thing, thing.c.id == NAMES.c.thing_id)
        .where(*conditions)
        .limit(limit)
    )
    rows = session.connection().execute(query.order_by(NAMES.c.words) if in_order else query)
    return [Match(kind, *row) for row in rows]


def distance(typed: str, name: str) -> int:
    """How many letters must be changed until each word typed is a word of the name."""
    others = name.split()
    return sum(0 if word in others else min(_apart(word, other) for other in others) for word in typed.split())


@lru_cache(maxsize=10_000)
def _apart(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]
