"""What Block Kit says of several keys of one object together."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sandbox.shapes import Check, complaint, string


def exactly_one(first: str, second: str) -> Check:
    """One of the two keys stands there, and not both."""

    def rule(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        if (first in value) == (second in value):
            yield complaint(f"must define either {first} or {second}", pointer)

    return rule


def at_least_one(first: str, second: str) -> Check:
    """One of the two keys stands there, or both."""

    def rule(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        if first not in value and second not in value:
            yield complaint(f"must define either {first} or {second}", pointer)

    return rule


def ordered(low: str, high: str, read: Callable[[Any], Any]) -> Check:
    """What stands under the one key is at most what stands under the other."""

    def rule(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        if low in value and high in value and read(value[low]) > read(value[high]):
            yield complaint(f"must be less than or equal to {high}", f"{pointer}/{low}")

    return rule


def _options(value: Mapping[str, Any]) -> list[Any]:
    return [*value.get("options", []), *(option for group in value.get("option_groups", []) for option in group["options"])]


def distinct_values(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """No two options have one value."""
    values = [option["value"] for option in _options(value)]
    if len(values) != len(set(values)):
        yield complaint("option values must be unique", pointer)


def initial_among_options(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """What is chosen from the start is among the options."""
    options = _options(value)
    if "initial_option" in value and value["initial_option"] not in options:
        yield complaint("must be one of the provided options", f"{pointer}/initial_option")
    for position, option in enumerate(value.get("initial_options", [])):
        if option not in options:
            yield complaint("must be one of the provided options", f"{pointer}/initial_options/{position}")


def not_too_many_chosen(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """No more is chosen from the start than may be chosen."""
    for key in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        if "max_selected_items" in value and len(value.get(key, [])) > value["max_selected_items"]:
            yield complaint(f"no more than {value['max_selected_items']} items allowed", f"{pointer}/{key}")


def decimals_only_where_allowed(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Numbers are whole where no decimals are allowed."""
    for key in ("min_value", "max_value", "initial_value"):
        if not value["is_decimal_allowed"] and "." in value.get(key, ""):
            yield complaint("must be a whole number", f"{pointer}/{key}")


def initial_within_lengths(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """What stands there from the start is as long as it may be."""
    if "initial_value" in value:
        lengths = string(value.get("max_length", 3000), at_least=value.get("min_length", 0))
        yield from lengths(value["initial_value"], f"{pointer}/initial_value")
