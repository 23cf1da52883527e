"""What somebody asks of custom fields, in words: "calibrated before 1 Dec", "color:black and weight above 2"."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from sqlmodel import Session

from handlers import dates
from handlers.routes import Request
from models import custom_fields, custom_kinds
from models.columns import key_of
from models.custom_fields import CustomField, FieldKind
from models.custom_kinds import Part
from models.custom_search import Compare, Wanted
from models.refusals import Choice, NotFound, Refusal

#: A button to another page carries what was asked.
LONGEST = 300

_COMPARES = {
    ":": Compare.IS, "=": Compare.IS, "is": Compare.IS, "on": Compare.IS,
    "<": Compare.BELOW, "before": Compare.BELOW, "below": Compare.BELOW, "under": Compare.BELOW, "less than": Compare.BELOW,
    "<=": Compare.AT_MOST, "until": Compare.AT_MOST, "at most": Compare.AT_MOST,
    ">": Compare.ABOVE, "after": Compare.ABOVE, "above": Compare.ABOVE, "over": Compare.ABOVE, "more than": Compare.ABOVE,
    ">=": Compare.AT_LEAST, "since": Compare.AT_LEAST, "from": Compare.AT_LEAST, "at least": Compare.AT_LEAST,
}  # fmt: skip
_WORDS = "|".join(sorted((word for word in _COMPARES if word.isascii() and word[0].isalpha()), key=len, reverse=True))
_COMPARE = re.compile(rf"\s*(?P<sign><=|>=|[:=<>])\s*|\s+(?P<word>{_WORDS})\s+", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
#: What is compared as a number, and so has more and less.
_ORDERED = frozenset({FieldKind.WHOLE, FieldKind.DECIMAL, FieldKind.MONEY, FieldKind.DATE})
#: What is found by how it begins.
_BEGINS = frozenset({FieldKind.TEXT, FieldKind.LINK})
MOST_OFFERED = 5


def asked(request: Request, session: Session, text: str) -> list[Wanted]:
    """The conditions that somebody asks for. Refuses what names no field, and what can't be said of it."""
    if len(text) > LONGEST:
        raise Refusal(f"That is {len(text):,} characters; I look for {LONGEST} at most.", field="query")
    known = custom_fields.seen(custom_fields.defined(session), request.act.by)
    if not known:
        raise NotFound("No custom field is defined yet, so there is nothing to find by one. Name a thing to see it.", field="query")
    parts = list[str]()
    for part in _AND.split(text.strip()):  # "black and white" is one value
        if parts and not _readings(known, part):
            parts[-1] += f" and {part}"
        else:
            parts.append(part)
    return [_wanted(request, session, known, part) for part in parts]


def _readings(known: Sequence[CustomField], text: str) -> list[tuple[list[CustomField], str, str]]:
    """The ways to take a condition apart into fields, comparison and value: the longest name that is a field's comes first."""
    found = [(text[: one.start()], (one["sign"] or one["word"]).casefold(), text[one.end() :]) for one in _COMPARE.finditer(text)]
    ways = [(name, compare, value.strip()) for name, compare, value in reversed(found) if value.strip()] + [(text, "", "")]
    exact = [(_called(known, name), compare, value) for name, compare, value in ways]
    begun = [(_begun(known, name), compare, value) for name, compare, value in ways]
    return [way for way in [*exact, *begun] if way[0]]


def _called(known: Sequence[CustomField], name: str) -> list[CustomField]:
    return [field for field in known if field.name_key == key_of(name)]


def _begun(known: Sequence[CustomField], name: str) -> list[CustomField]:
    """The fields whose name begins with those words: "calibrated" for "Calibrated until"."""
    found = [field for field in known if key_of(name) and f"{field.name_key} ".startswith(f"{key_of(name)} ")]
    return found if len({field.name_key for field in found}) == 1 else []


def _wanted(request: Request, session: Session, known: Sequence[CustomField], text: str) -> Wanted:
    ways = _readings(known, text)
    if not ways:
        raise _unknown(known, text)
    fields, word, value = ways[0]
    if not word:
        return Wanted(fields, Compare.SAYS, {})
    compare = _COMPARES[word]
    parts, refused = dict[int, Part](), list[Refusal]()
    for field in fields:  # of one name they may be of several kinds
        try:
            parts[field.id] = _part(request, session, field, compare, value)
        except Refusal as refusal:
            refused.append(refusal)
    if not parts:
        raise refused[0]
    fitting = [field for field in fields if field.id in parts]
    begins = compare is Compare.IS and fitting[0].kind in _BEGINS
    return Wanted(fitting, Compare.BEGINS if begins else compare, parts)


def _part(request: Request, session: Session, field: CustomField, compare: Compare, value: str) -> Part:
    """What a field is compared with. Refuses what it can't say, and more or less of what has no order."""
    if compare is not Compare.IS and field.kind not in _ORDERED:
        raise Refusal(f"{field.name} has no more and no less: say {field.name}:{value}.", field="query")
    if field.kind is FieldKind.DATE:
        return Part(dates.printed(value, request.act.now, request.act.by.time_zone, last=True).toordinal())
    if field.kind in _BEGINS:
        return Part(None, value, key_of(value))
    try:
        return custom_kinds.read(session, request.act.by, field, [value])[0]
    except Refusal as refusal:
        refusal.field = "query"
        raise


def _unknown(known: Sequence[CustomField], text: str) -> NotFound:
    names = list(dict.fromkeys(field.name for field in known))
    first = _COMPARE.split(text, maxsplit=1)[0]
    near = get_close_matches(first, names, n=MOST_OFFERED, cutoff=0.5) or names[:MOST_OFFERED]
    offered = tuple(Choice(f"What says {name}", "query", name) for name in near)
    return NotFound(
        f"No custom field is called {first[:60]}. Say one and what it should say, as in {near[0]}:…", field="query", choices=offered
    )
