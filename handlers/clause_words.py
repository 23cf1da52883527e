"""The words that open the clauses of a sentence, where they are not said, or others are: "for 3 days" tells until when."""

from collections.abc import Iterator
from itertools import islice, product

from handlers.date_words import lasts, says_when
from handlers.typed import MENTION, Token

#: What a word stands for, where its verb has no clause that it opens itself: the first of them that the verb has.
_STANDS_FOR = {
    "at": ("to",),
    "because": ("note",),
    "by": ("until",),
    "from": ("at",),
    "in": ("at", "to"),
    "into": ("to", "at"),
    "onto": ("to", "at"),
    "til": ("until",),
    "till": ("until",),
    "to": ("at", "until"),
    "until": ("to",),
}
#: "For" may say for whom or for what, and "for friday" until when: all are meant, so far as they can be.
_MAY_STAND_FOR = {"for": ("to", "note")}
_LOOSE = _STANDS_FOR.keys() | _MAY_STAND_FOR.keys()
#: A sentence has few of them; so many ways to take them are enough.
MOST_WAYS = 16
#: How many words tell how long something lasts: "a couple of days".
MOST_WORDS = 4


def as_clauses(text: str, tokens: list[Token], reserved: frozenset[str]) -> list[Token]:
    """The words of a sentence with the openings that go without saying: those of "SN-1 <@U2>" and "for 3 days"."""
    return _with_unsaid_until(text, _with_unsaid_to(tokens, reserved), reserved)


def _with_unsaid_to(tokens: list[Token], reserved: frozenset[str]) -> list[Token]:
    """`out SN-1 <@U2>` means `out SN-1 to <@U2>`: one person named after something else, where nobody said `to`."""
    words = [token.word for token in tokens]
    if "to" not in reserved or "to" in words:
        return tokens
    before_note = words.index("note") if "note" in words else len(words)
    people = [
        position
        for position in range(1, before_note)
        if words[position].startswith("<@") and words[position - 1] not in reserved and MENTION.fullmatch(tokens[position].text)
    ]
    return _opened(tokens, people[0], "to") if len(people) == 1 else tokens


def _with_unsaid_until(text: str, tokens: list[Token], reserved: frozenset[str]) -> list[Token]:
    """`out SN-1 for 3 days` means `out SN-1 until "for 3 days"`; so with `by`, and with the end of a booking."""
    words = [token.word for token in tokens]
    wanted = "until" if "until" in reserved else "to" if {"from", "to", "for"} <= reserved else None
    if wanted is None or wanted in words or not {"for", "by"}.intersection(words):
        return tokens
    before_note = words.index("note") if "note" in words else len(words)
    for position in range(before_note):
        for last in range(position + 1, min(position + MOST_WORDS + 1, before_note)):
            said = text[tokens[position].start : tokens[last].end]
            ends = last + 1 == len(tokens) or words[last + 1] in reserved or words[last + 1] in _LOOSE
            if words[position] in {"for", "by"} and ends and lasts(said):
                own = tokens[position]._replace(word="")
                return _opened([*tokens[:position], own, *tokens[position + 1 :]], position, wanted)
    return tokens


def _opened(tokens: list[Token], position: int, word: str) -> list[Token]:
    """The words with one more that opens a clause, and takes no room in the text."""
    start = tokens[position].start
    return [*tokens[:position], Token(start, start, "", word, False), *tokens[position:]]


def standing_for(tokens: list[Token], reserved: frozenset[str]) -> Iterator[tuple[list[Token], list[str]]]:
    """Each way to let words that open no clause here stand for some that do, with those: "from van 3" where a verb has only `at`."""
    places = [place for place, token in enumerate(tokens) if token.word in _LOOSE and token.word not in reserved]
    if not places:
        return
    choices = [("", *_others(tokens, place, reserved)) for place in places]
    for way in islice(product(*choices), 1, MOST_WAYS):  # the first takes every word as it stands
        changed = list(tokens)
        for place, word in zip(places, way, strict=True):
            changed[place] = tokens[place]._replace(word=word or tokens[place].word)
        yield changed, [word for word in way if word]


def _others(tokens: list[Token], place: int, reserved: frozenset[str]) -> list[str]:
    word = tokens[place].word
    sure = [other for other in _STANDS_FOR.get(word, ()) if other in reserved]
    behind = tokens[place + 1].text if word in _MAY_STAND_FOR and place + 1 < len(tokens) else ""
    if behind[:1].isdigit() and "until" in reserved:
        return ["until"]  # so many days, mistyped: a note would make it open-ended
    perhaps = ["until"] if behind and says_when(behind) else []
    return sure[:1] or [other for other in (*_MAY_STAND_FOR.get(word, ()), *perhaps) if other in reserved]
