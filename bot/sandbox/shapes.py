"""A small language for the shape of Slack's JSON objects: which keys, how long, how many. Spoken by blocks.py.

A check takes a value and the JSON pointer to it, and yields Slack's complaints about it, in Slack's words.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def complaint(words: str, pointer: str) -> str:
    """One complaint as Slack writes it."""
    return f"{words} [json-pointer:{pointer}]"


@dataclass(frozen=True)
class Shape:
    """An object with these keys and no others; its rules are looked at once every key is right by itself."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]
    rules: tuple[Check, ...] = ()

    def __call__(self, value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield complaint("must provide an object", pointer)
            return
        complaints = [*self._keys(value, pointer), *self._values(value, pointer)]
        yield from complaints
        if not complaints:
            for rule in self.rules:
                yield from rule(value, pointer)

    def _keys(self, value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        for key in self.required:
            if key not in value:
                yield complaint(f"missing required field: {key}", pointer)
        for key in value:
            if key not in self.required and key not in self.optional:
                yield complaint(f"invalid additional property: {key}", pointer)

    def _values(self, value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        for key, check in {**self.required, **self.optional}.items():
            if key in value:
                yield from check(value[key], f"{pointer}/{key}")


def typed(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` picks its shape; a type that is not listed is refused."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield complaint("must provide an object", pointer)
        elif "type" not in value:
            yield complaint("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            yield complaint(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from shapes[value["type"]]({key: part for key, part in value.items() if key != "type"}, pointer)

    return check


def listed(check: Check, *, at_least: int = 1, at_most: int | None = None) -> Check:
    """An array whose every member passes the check."""

    def check_all(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            yield complaint("must provide an array", pointer)
            return
        if at_most is not None and len(value) > at_most:
            yield complaint(f"no more than {at_most} items allowed", pointer)
        if len(value) < at_least:
            yield complaint(f"no fewer than {at_least} items allowed", pointer)
        for position, member in enumerate(value):
            yield from check(member, f"{pointer}/{position}")

    return check_all


def string(at_most: int, *, at_least: int = 1) -> Check:
    """A string of so many characters. Slack tells an upper limit as one more than it is."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must provide a string", pointer)
        elif len(value) < at_least:
            yield complaint(f"must be more than {at_least - 1} characters", pointer)
        elif len(value) > at_most:
            yield complaint(f"must be less than {at_most + 1} characters", pointer)

    return check


def number(at_least: int, at_most: int) -> Check:
    """A whole number between two limits."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield complaint("must provide a number", pointer)
        elif value < at_least:
            yield complaint(f"must be more than {at_least - 1}", pointer)
        elif value > at_most:
            yield complaint(f"must be less than {at_most + 1}", pointer)

    return check


def one_of(*values: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in values:
            yield complaint("must be a valid enum value", pointer)

    return check


def flag(value: Any, pointer: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield complaint("must provide a boolean", pointer)


def day(value: Any, pointer: str) -> Iterator[str]:
    """A date that exists, as YYYY-MM-DD."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) or not _is_day(value):
        yield complaint("must be a date in the format YYYY-MM-DD", pointer)


def clock(value: Any, pointer: str) -> Iterator[str]:
    """A time of day, as HH:mm."""
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        yield complaint("must be a time in the format HH:mm", pointer)


def numeric(value: Any, pointer: str) -> Iterator[str]:
    """A number written as a string, which is how a number input takes its limits."""
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII):
        yield complaint("must be a number in a string", pointer)


def _is_day(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True
