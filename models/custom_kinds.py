"""What is said in a custom field, by its kind: read from what was typed or chosen, refused where it is no such thing, and said again."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlmodel import Session

from models import location_names, locations, members
from models.columns import clean, key_of
from models.custom_fields import CustomField, FieldKind, input_of
from models.lots import said_full
from models.members import Actor
from models.quantities import MOST, ONE, minor_units, said_money, said_number
from models.refusals import Refusal
from models.workspace import workspace

#: What somebody typed or chose, as a form, a sentence or a file has it; several of several choices.
Raw = str | Sequence[str] | None

LONGEST_TEXT = 500
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_YES, _NO = frozenset({"yes", "y", "true", "1", "on"}), frozenset({"no", "n", "false", "0", "off"})
_PATTERN = {"#": r"\d", "@": r"[^\W\d_]", "*": ".*"}
PATTERN_HELP = "# is a digit, @ a letter, * anything"


class Part(NamedTuple):
    """One part of what a field says, as its row holds it."""

    number: int | None = None
    words: str | None = None
    words_key: str | None = None


def read(session: Session, by: Actor, field: CustomField, raw: Raw, *, kept: Sequence[Part] = ()) -> list[Part]:
    """What was said, as rows hold it; nothing for what is empty. Refuses, under the field's input, what is not of its kind.

    What is `kept` there already stays as it is where it is said again, although it may not be chosen any more.
    """
    texts = [text for text in ([raw] if isinstance(raw, str) else raw or []) if text.strip()]
    if field.kind is not FieldKind.CHOICES:
        texts = texts[:1]
    there = {typed(session, field.kind, part): part for part in kept}
    reader = _READERS[field.kind]
    return list(dict.fromkeys(there.get(text.strip()) or reader(session, by, field, text.strip()) for text in texts))


def preset(field: CustomField) -> Raw:
    """What is said in a field unless somebody says otherwise; several choices stand with ; between them."""
    return field.preset.split(";") if field.preset and field.kind is FieldKind.CHOICES else field.preset


def _refused(field: CustomField, text: str, want: str) -> Refusal:
    return Refusal(f"I can't read {text[:60]} as {want}.", field=input_of(field))


def _text(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    words = clean(text, what=field.name, field=input_of(field), longest=LONGEST_TEXT)
    if field.pattern and not matches(field.pattern, words):
        raise Refusal(f"{field.name} is written like {field.pattern} ({PATTERN_HELP}); {words[:60]} is not.", field=input_of(field))
    return Part(None, words, key_of(words))


def matches(pattern: str, words: str) -> bool:
    """Whether a text is written as the pattern says. With one `*` at most, no text takes long to tell."""
    return re.fullmatch("".join(_PATTERN.get(sign) or re.escape(sign) for sign in pattern), words) is not None


def _exact(field: CustomField, text: str, want: str) -> int:
    """A number in millionths."""
    if not _NUMBER.fullmatch(text):
        raise _refused(field, text, want)
    units, _, fraction = text.replace(",", "").lstrip("-").partition(".")
    if len(fraction.rstrip("0")) > 6:
        raise Refusal(f"{text[:60]} is too fine: six places after the point are the most.", field=input_of(field))
    exact = int(units[:20]) * ONE + int(fraction.rstrip("0").ljust(6, "0"))
    if exact > MOST or len(units) > 20:
        raise Refusal(f"{text[:60]} is more than can be kept.", field=input_of(field))
    return -exact if text.startswith("-") else exact


def _whole(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    exact = _exact(field, text, "a whole number")
    if exact % ONE:
        raise Refusal(f"{field.name} is a whole number; {text} is not.", field=input_of(field))
    return Part(exact // ONE)


def _decimal(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    return Part(_exact(field, text, "a number"))


def _money(session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    currency = workspace(session).currency
    return Part(minor_units(text.removesuffix(currency), currency, field=input_of(field)), currency)


def _date(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    try:
        return Part(date.fromisoformat(text).toordinal())
    except ValueError:
        raise _refused(field, text, "a day. Write it like 2026-12-31") from None


def _yes_no(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    if text.casefold() in _YES | _NO:
        return Part(int(text.casefold() in _YES))
    raise _refused(field, text, "yes or no")


def _choice(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    chosen = next((choice for choice in field.choices if key_of(choice) == key_of(text)), None)
    if chosen is None:
        raise Refusal(f"{field.name} can't be {text[:60]}. It is one of: {', '.join(field.choices[:10])}.", field=input_of(field))
    return Part(None, chosen, key_of(chosen))


def _person(session: Session, by: Actor, field: CustomField, text: str) -> Part:
    return Part(location_names.member(session, text, by, field=input_of(field)).id)


def _location(session: Session, by: Actor, field: CustomField, text: str) -> Part:
    return Part(location_names.location(session, text, by, field=input_of(field)).id)


def _link(_session: Session, _by: Actor, field: CustomField, text: str) -> Part:
    words = clean(text, what=field.name, field=input_of(field), longest=LONGEST_TEXT)
    try:
        address = urlsplit(words)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in {"http", "https"} or not address.netloc or " " in words:
        raise _refused(field, words, "a web address. It begins with https://")
    return Part(None, words, key_of(words))


_READERS: Mapping[FieldKind, Callable[[Session, Actor, CustomField, str], Part]] = {
    FieldKind.TEXT: _text,
    FieldKind.WHOLE: _whole,
    FieldKind.DECIMAL: _decimal,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choice,
    FieldKind.PERSON: _person,
    FieldKind.LOCATION: _location,
    FieldKind.LINK: _link,
}


def said(session: Session, kind: FieldKind, parts: Sequence[Part]) -> str:
    """What a field says, as a person reads it: "Fri 27 Nov 2026", "red, blue", "1,292.94 USD"."""
    return ", ".join(_said(session, kind, part) for part in parts)


def _said(session: Session, kind: FieldKind, part: Part) -> str:  # noqa: PLR0911 - one a kind
    number = part.number or 0
    match kind:
        case FieldKind.WHOLE:
            return f"{number:,}"
        case FieldKind.DECIMAL:
            return said_number(number)
        case FieldKind.MONEY:
            return said_money(number, part.words or "")
        case FieldKind.DATE:
            return said_full(date.fromordinal(number))
        case FieldKind.YES_NO:
            return "yes" if number else "no"
        case FieldKind.PERSON:
            return members.get(session, number).name
        case FieldKind.LOCATION:
            return locations.get(session, number).name
        case _:
            return part.words or ""


def typed(session: Session, kind: FieldKind, part: Part) -> str:
    """One part as it would be typed or chosen again, in a form or a file."""
    number = part.number or 0
    match kind:
        case FieldKind.DATE:
            return date.fromordinal(number).isoformat()
        case FieldKind.MONEY:
            return said_money(number, part.words or "").removesuffix(f" {part.words}")
        case FieldKind.PERSON:
            member = members.get(session, number)
            return f"<@{member.slack_user_id}>" if member.slack_user_id else member.email or member.username or member.name
        case FieldKind.LOCATION:
            return f"/ {location_names.path_of(session, locations.get(session, number))}"
        case _:
            return _said(session, kind, part)
