"""What people type, made plain: phones' typography, Slack's escapes, quotes, quantities and lists of serials."""

import re
from itertools import pairwise
from typing import NamedTuple

from handlers.views.parts import LOOK_ALIKES
from models.quantities import ONE
from models.refusals import Ambiguous, Choice, Refusal

#: A sentence names at most so many things, so that a slip of the finger in a range stays small.
MOST_SERIALS = 100
MOST_CHARACTERS = 4_000
MOST_UNITS = 9_000_000_000_000

# A quote opens at a word's start and closes at a word's end; inside, "" is one quote. Where that finds no end
# ("Monitor 13"" at van), a doubled quote is read as an inch mark and the end.
_QUOTED = r'"(?:[^"]|""|"(?![\s,"]|\Z))*+"(?=[\s,]|\Z)|"(?:[^"]|"(?![\s,]|\Z))*+"(?=[\s,]|\Z)'
_TOKEN = re.compile(rf"(?P<quoted>{_QUOTED})|(?P<sign>[@,])|[^\s,]+")
#: What is in quotes, which stays as it is, and whatever else than a single plain space lies between words.
_GAP = re.compile(rf"(?<![^\s,@])(?:{_QUOTED})|\s{{2,}}|[^\S ]")

_PLAIN = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "),
    **{ord(shown): typed for typed, shown in LOOK_ALIKES.items()},
    **dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)),
}
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
#: The signs that open a sentence, each with what phones make of it.
SIGNS = {**dict.fromkeys(_DASHES, "-"), "+": "+", "\uff0b": "+", "=": "=", "\uff1d": "="}
#: A number that opens a sentence's head, "3x" included, and a person as Slack writes one.
NUMBER = re.compile(r"([0-9][0-9.,]*|\.[0-9]+)[xX×]?(?=\s|\Z)")
MENTION = re.compile(r"<@[UW][A-Z0-9]+>")
_LINK = re.compile(r"<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")

_QUANTITY = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(?:\.([0-9]*))?")
#: What is a thousand where dots group the digits, and one where they open a fraction.
_GROUPED_BY_DOTS = re.compile(r"[1-9][0-9]{0,2}\.000")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+")
_MEASURE = re.compile(r"(?P<number>[0-9.,]*[0-9.])[xX×]?\s*(?P<unit>(?![0-9.,]).*)")
_RANGE = re.compile(r"(?P<prefix>.*?)(?P<first>[0-9]{1,18})\s?(?:\.{2,3}|\u2026)\s?(?P<again>.*?)(?P<last>[0-9]{1,18})")


class Token(NamedTuple):
    """One word of a sentence: where it stands, its text without quotes, and its folded form where a quote does not protect it."""

    start: int
    end: int
    text: str
    word: str
    quoted: bool


def normalise(text: str) -> str:
    """The sentence as a keyboard would have it: straight quotes, single plain spaces outside them, a plain sign in front, nothing hidden.

    Words copied from an answer become what they were. Slack's `<@U1|ana>` and `<#C1|van>` lose their names, its links become their
    labels, its `&amp;` is undone. Refuses what is too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise Refusal(f"That is {len(text):,} characters; I read {MOST_CHARACTERS:,} at most. Say it shorter, or use the form.")
    text = _LINK.sub(_unlinked, text if text.isascii() else text.translate(_PLAIN))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    text = _GAP.sub(lambda gap: gap[0] if gap[0].startswith('"') else " ", text).strip()
    return SIGNS.get(text[:1], text[:1]) + text[1:]


def tokenise(text: str, start: int = 0) -> list[Token]:
    """The words from `start` on. `@van` is two words, `at` and `van`; a comma stands for itself."""
    tokens = []
    for match in _TOKEN.finditer(text, start):
        raw, (begin, end) = match[0], match.span()
        if match["quoted"]:
            tokens.append(Token(begin, end, raw[1:-1].replace('""', '"'), "", True))
        elif raw == "@" and _opens_a_name(text, end):
            tokens.append(Token(begin, end, raw, "at", False))
        else:
            tokens.append(Token(begin, end, raw, raw.casefold(), False))
    return tokens


def unquoted(text: str, tokens: list[Token]) -> str:
    """What these words say, without the quotes around them. A list keeps its quotes: `expand_serials` reads them."""
    if len(tokens) == 1:
        return tokens[0].text
    whole = text[tokens[0].start : tokens[-1].end]
    if '"' not in whole or any(token.word == "," for token in tokens):
        return whole
    said = tokens[0].text
    for before, token in pairwise(tokens):
        said += text[before.end : token.start] + token.text
    return said


def quoted(name: str) -> str:
    """The name in quotes, so that it reads back as one."""
    return '"' + name.replace('"', '""') + '"'


def parse_quantity(text: str) -> int:
    """A quantity as typed ("1,200", "2.5", ".5") in millionths of a unit. Refuses what is not a number, is finer, or could mean two."""
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        meant = (text.strip().replace(",", "."),) if _DECIMAL_COMMA.fullmatch(text.strip()) else ()
        raise Refusal(
            f"I can't read {text.strip() or 'nothing'} as a quantity. Write it like 1,200 or 2.5.",
            field="quantity",
            choices=tuple(Choice(point, "quantity", point) for point in meant),
        )
    if _GROUPED_BY_DOTS.fullmatch(text.strip()):
        ways = (text.strip().replace(".", ","), text.strip().partition(".")[0])
        choices = tuple(Choice(way, "quantity", way) for way in ways)
        raise Ambiguous(f"{text.strip()} can mean {ways[0]} or {ways[1]}. Which one?", field="quantity", choices=choices)
    units, fraction = match[1].replace(",", ""), (match[2] or "").rstrip("0")
    if len(fraction) > 6:
        raise Refusal(f"{text.strip()} is finer than I count: six places after the point are the most.", field="quantity")
    if len(units.lstrip("0")) > 13 or int(units or 0) > MOST_UNITS:
        raise Refusal(f"{text.strip()} is more than I can count; the most is {MOST_UNITS:,}.", field="quantity")
    return int(units or 0) * ONE + int(fraction.ljust(6, "0"))


def parse_measure(text: str) -> tuple[int, str]:
    """A quantity with the unit that it counts, if one is said: "3 boxes" is three (in millionths) and "boxes". Refuses as above."""
    match = _MEASURE.fullmatch(" ".join(text.split()))
    return (parse_quantity(match["number"]), match["unit"].strip()) if match else (parse_quantity(text), "")


def expand_serials(text: str) -> list[str]:
    """The serials of a list: "SN-8, SN-130..132" -> SN-8, SN-130, SN-131, SN-132.

    Zeros in front are kept, quotes protect, a repeated one counts once. Refuses a range that runs backwards or mixes names, and more than
    MOST_SERIALS.
    """
    serials: dict[str, None] = {}
    for part in _parts(text):
        serials.update(dict.fromkeys(part))
        if len(serials) > MOST_SERIALS:
            raise Refusal(f"That is more than {MOST_SERIALS} at once. Say them in smaller ranges.", field="assets")
    return list(serials)


def _opens_a_name(text: str, position: int) -> bool:
    return position < len(text) and not text[position].isspace() and text[position] not in ",@"


def _unlinked(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if target[0] in "@#!":
        return f"<{target}>"
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def _parts(text: str) -> list[list[str]]:
    parts, part = [], list[Token]()
    for token in [*tokenise(text), Token(len(text), len(text), ",", ",", False)]:
        if token.word != ",":
            part.append(token)
        elif part:
            parts.append([part[0].text] if len(part) == 1 and part[0].quoted else _range(unquoted(text, part)))
            part = []
    return parts


def _range(text: str) -> list[str]:
    match = _RANGE.fullmatch(text)
    if match is None:
        return [text]
    first, last = int(match["first"]), int(match["last"])
    if match["again"].casefold() not in ("", match["prefix"].casefold()):
        raise Refusal(f"I can't read {text} as a range: both ends need the same letters, as in SN-130..134.", field="assets")
    if last < first:
        raise Refusal(f"{text} runs backwards. Write the smaller number first, both in full, as in SN-130..134.", field="assets")
    if last - first >= MOST_SERIALS:
        raise Refusal(f"{text} is {last - first + 1:,} at once; {MOST_SERIALS} are the most. Say them in smaller ranges.", field="assets")
    width = len(match["first"])
    return [f"{match['prefix']}{number:0{width}d}" for number in range(first, last + 1)]
