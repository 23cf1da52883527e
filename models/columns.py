"""Columns that several tables share: words of a fixed vocabulary, and the keys that names are compared by."""

import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from models.refusals import Refusal

#: Unicode categories that a name, serial or code may not contain: control, invisible and direction-changing characters, lone surrogates.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
LONGEST_NAME = 120


class Word(TypeDecorator[StrEnum]):
    """One word of a fixed vocabulary, stored as text and read back as its StrEnum."""

    impl = Text
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(self.vocabulary(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        return None if value is None else self.vocabulary(value)


def among(column: str, vocabulary: type[StrEnum]) -> str:
    """The SQL condition that a column holds a word of that vocabulary."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in vocabulary)})"


@lru_cache(maxsize=1_000)
def key_of(text: str) -> str:
    """What two names, serials or codes are compared by: compatibility forms and letter case folded, spaces squeezed, dashes kept."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def clean(text: str, *, what: str, field: str, longest: int = LONGEST_NAME) -> str:
    """A name, serial or code fit to keep: trimmed and composed. Refuses an empty, over-long or partly invisible one."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not text:
        raise Refusal(f"{_any(what)} can't be empty.", field=field)
    if len(text) > longest:
        raise Refusal(f"{_any(what)} has at most {longest} characters; this one has {len(text)}.", field=field)
    if not text.isprintable() and any(unicodedata.category(character) in HIDDEN for character in text):
        raise Refusal(f"This {what} contains a character that can't be seen. Type it again by hand.", field=field)
    return text


def _any(what: str) -> str:
    return f"{'An' if what[:1].casefold() in 'aeio' else 'A'} {what}"
