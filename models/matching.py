"""The rules that all finding follows: one thing that fits is used, several are offered, something close is offered, nothing is guessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlmodel import Session

from models import search, short_codes
from models.refusals import Ambiguous, Choice, Former, Mistyped, NotFound
from models.search import Findable, Match
from models.times import said_day
from models.wording import listed

#: So many ways on are offered.
BEST = 5
#: So many names that fit are looked at, to see whether they are all of one thing.
FITTING = 20
#: A typed text is repeated up to so many characters.
REPEATED = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sort(Generic[T]):
    """One sort of thing that can be asked for."""

    #: What it is called in a sentence: "an item".
    what: str
    #: Whose names are looked through.
    kinds: tuple[Findable, ...]
    #: Reads the things that the names are of.
    load: Callable[[Session, Sequence[Match]], list[T]]
    #: Offers one of them as a way on.
    choice: Callable[[Session, T, str], Choice]
    #: Those with a code that looks like the text, where they have codes.
    coded_like: Callable[[Session, str], list[T]] = lambda session, text: []  # noqa: ARG005


def the_one(session: Session, sort: Sort[T], text: str, exact: Sequence[T], *, field: str) -> T:
    """The one thing that is called exactly that, or else the only one that has all the words typed. Refuses none and several."""
    found, sure = (exact, True) if exact else fitting(session, sort, text, field=field)
    if sure and len(found) == 1:
        return found[0]
    if found:
        raise several(text, [sort.choice(session, one, field) for one in found[:BEST]])
    raise unknown(text, sort.what, nearest(session, sort, text, field=field), field=field)


def fitting(session: Session, sort: Sort[T], text: str, *, field: str) -> tuple[list[T], bool]:
    """The things whose names have all words typed, as words or as beginnings of words; and whether these are surely all.

    Refuses a text that is what something was called before, saying so.
    """
    called = search.called(session, sort.kinds, text)
    current = [match for match in called if match.current]
    if called and not current:
        raise _former(session, sort, text, called[-1], field)
    if current:
        return sort.load(session, current), True
    pages = [search.containing(session, kind, text, limit=FITTING) for kind in sort.kinds]
    return sort.load(session, [match for page, _ in pages for match in page]), all(sure for _, sure in pages)


def nearest(session: Session, sort: Sort[T], text: str, *, field: str) -> list[Choice]:
    """The things whose codes or names look most like it, as ways on."""
    alike = sort.coded_like(session, text) + sort.load(session, search.close(session, sort.kinds, text, limit=BEST))
    return list(dict.fromkeys(sort.choice(session, one, field) for one in alike))[:BEST]


def several(text: str, choices: Sequence[Choice]) -> Ambiguous:
    """The refusal of a text that could mean several things."""
    return Ambiguous(f"{shortened(text)} could be one of several. Which one?", field=choices[0].field, choices=tuple(choices[:BEST]))


def unknown(text: str, what: str, choices: Sequence[Choice], *, field: str) -> NotFound:
    """The refusal of a text that nothing is called."""
    if short_codes.looks_mistyped(text):
        return Mistyped(
            f"{shortened(text)} is mistyped: its last letter checks the others, and is wrong. Read the label again.", field=field
        )
    near = f" Nearest: {listed([choice.label for choice in choices[:BEST]])}." if choices else " Try a part of its name."
    return NotFound(f"I don't know {what} called {shortened(text)}.{near}", field=field, choices=tuple(choices[:BEST]))


def _former(session: Session, sort: Sort[T], text: str, match: Match, field: str) -> Former:
    if match.archived_at is not None:
        choices = nearest(session, sort, text, field=field)
        return Former(f"{shortened(text)} was archived on {said_day(match.archived_at.date())}.", field=field, choices=tuple(choices))
    choices = [sort.choice(session, one, field) for one in sort.load(session, [match])]
    return Former(f"{shortened(text)} is called {match.name} now.", field=field, choices=tuple(choices))


def shortened(text: str) -> str:
    """The text as it is repeated to whoever typed it."""
    return text if len(text) <= REPEATED else text[: REPEATED - 1] + "…"
