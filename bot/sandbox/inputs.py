"""What is filled in: the value objects of inputs, their first values, and the checks that Slack's own client makes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.refused import Refused
from bot.sandbox.workspace import JSON, Workspace

Values = dict[str, dict[str, JSON]]

FIELDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "file_input": "files",
}
FORMS = {
    "selected_date": re.compile(r"\d{4}-\d\d-\d\d"),
    "selected_time": re.compile(r"\d\d:\d\d"),
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WEB_ADDRESS = re.compile(r"https?://\S+")


def elements(blocks: Sequence[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every element that a person can act on, with its block."""
    for block in blocks:
        found = [block[key] for key in ("accessory", "element") if block.get(key)]
        found += block["elements"] if block["type"] == "actions" else []
        for element in found:
            if "action_id" in element:
                yield block, element


def find_element(blocks: Sequence[JSON], asked: Mapping[str, Any]) -> tuple[JSON, JSON]:
    """The element that is meant by block_id and action_id; refuses when it is not there (any more)."""
    for block, element in elements(blocks):
        if block["block_id"] == asked.get("block_id") and element["action_id"] == asked.get("action_id"):
            return block, element
    raise Refused(f"There is nothing called {asked.get('action_id')!r} here any more.")


def values_of(blocks: Sequence[JSON], before: Values) -> Values:
    """`state.values` of these blocks: what was filled in before under the same ids, else the first values. Buttons have none."""
    values: Values = {}
    for block, element in elements(blocks):
        kind = element["type"]
        if kind not in FIELDS or kind == "overflow":
            continue
        kept = before.get(block["block_id"], {}).get(element["action_id"])
        fits = kept is not None and kept["type"] == kind
        values.setdefault(block["block_id"], {})[element["action_id"]] = kept if kept is not None and fits else _first_value(element)
    return values


def given_value(workspace: Workspace, element: JSON, given: Mapping[str, Any]) -> JSON:
    """What the person gave, as this element's value object; refuses an option, person or file that it does not have."""
    field = FIELDS[element["type"]]
    value = given.get(field)
    if value is None or value == "":
        return {"type": element["type"], field: _empty(field)}
    return {"type": element["type"], field: _recognised(workspace, element, field, value)}


def complaint(block: Mapping[str, Any], element: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    """What Slack's client says below a field before it sends the form; None when it is fine."""
    filled = value.get(FIELDS[element["type"]])
    if filled is None or filled in ("", []):
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "number_input":
        return _number_complaint(element, filled)
    if element["type"] == "email_text_input" and not EMAIL.fullmatch(filled):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not WEB_ADDRESS.fullmatch(filled):
        return "Please enter a valid URL."
    if element["type"] == "plain_text_input":
        return _length_complaint(element, filled)
    return None


def _first_value(element: JSON) -> JSON:
    field = FIELDS[element["type"]]
    initial = field.replace("selected", "initial") if field.startswith("selected") else "initial_value"
    return {"type": element["type"], field: element.get(initial, _empty(field))}


def _empty(field: str) -> Any:
    return [] if field == "files" or (field.startswith("selected") and field.endswith("s")) else None


def _recognised(workspace: Workspace, element: JSON, field: str, value: Any) -> Any:
    if field == "selected_option":
        return _option(element, value)
    if field == "selected_options":
        return [_option(element, one) for one in value]
    if field in {"selected_user", "selected_users"}:
        return _known(workspace.people, value)
    if field in {"selected_channel", "selected_channels", "selected_conversation", "selected_conversations"}:
        return _known(workspace.channels, value)
    if field == "files":
        ids = [one if isinstance(one, str) else one["id"] for one in value]
        return [workspace.files[file_id].details for file_id in _known(workspace.files, ids)]
    if field in FORMS and not FORMS[field].fullmatch(value):
        raise Refused(f"{value!r} is no {field.removeprefix('selected_')}.")
    return int(value) if field == "selected_date_time" else value


def _option(element: JSON, chosen: Any) -> Any:
    """The element's own option with the value that was chosen; a search-as-you-type select is trusted with what it offered."""
    if "external" in element["type"]:
        return chosen
    offered = element.get("options", []) + [option for group in element.get("option_groups", []) for option in group["options"]]
    found = next((option for option in offered if option["value"] == chosen.get("value")), None)
    if found is None:
        raise Refused(f"{chosen.get('value')!r} is not offered here.")
    return found


def _known(these: Mapping[str, Any], ids: Any) -> Any:
    for one in [ids] if isinstance(ids, str) else ids:
        if one not in these:
            raise Refused(f"There is no {one!r} here.")
    return ids


def _number_complaint(element: Mapping[str, Any], filled: str) -> str | None:
    try:
        number = Decimal(filled)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite() or (number != number.to_integral_value() and not element["is_decimal_allowed"]):
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None


def _length_complaint(element: Mapping[str, Any], filled: str) -> str | None:
    if len(filled) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(filled) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return None
