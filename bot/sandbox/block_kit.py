"""Every block, element and small object of Block Kit that the sandbox accepts, as one table: keys, limits and where each may stand.

Slack has more blocks (cards, carousels, data tables, video); what is not in this table is refused.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.sandbox.key_rules import (
    at_least_one,
    decimals_only_where_allowed,
    distinct_values,
    exactly_one,
    initial_among_options,
    initial_within_lengths,
    not_too_many_chosen,
    ordered,
)
from bot.sandbox.shapes import Check, Shape, clock, complaint, day, flag, listed, number, numeric, one_of, string, typed

Keys = Mapping[str, Check]

ID = string(255)
SLACK_ID = string(255)
EPOCH = number(1_000_000_000, 9_999_999_999)

# --- texts, options and other small objects


def plain(at_most: int) -> Check:
    """A text object that must be plain_text."""
    return typed({"plain_text": Shape({"text": string(at_most)}, {"emoji": flag})})


def words(at_most: int) -> Check:
    """A text object, plain_text or mrkdwn."""
    return typed(
        {
            "plain_text": Shape({"text": string(at_most)}, {"emoji": flag}),
            "mrkdwn": Shape({"text": string(at_most)}, {"verbatim": flag}),
        }
    )


CONFIRM = Shape(
    {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
OVERFLOW_OPTION = Shape(OPTION.required, {**OPTION.optional, "url": string(3000)})
CHOICE = Shape({"text": words(75), "value": string(150)}, {"description": words(75)})
OPTION_GROUP = Shape({"label": plain(75), "options": listed(OPTION, at_most=100)}, {})
DISPATCH = Shape({"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"))}, {})
FILTER = Shape(
    {},
    {
        "include": listed(one_of("im", "mpim", "private", "public")),
        "exclude_bot_users": flag,
        "exclude_external_shared_channels": flag,
    },
)
SLACK_FILE = Shape({}, {"id": SLACK_ID, "url": string(3000)})

# --- rich text and tables

_STYLE = Shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
_BORDER = number(0, 1)
_INLINE = typed(
    {
        "text": Shape({"text": string(12_000)}, {"style": _STYLE}),
        "link": Shape({"url": string(3000)}, {"text": string(12_000), "unsafe": flag, "style": _STYLE}),
        "user": Shape({"user_id": SLACK_ID}, {"style": _STYLE}),
        "channel": Shape({"channel_id": SLACK_ID}, {"style": _STYLE}),
        "usergroup": Shape({"usergroup_id": SLACK_ID}, {"style": _STYLE}),
        "emoji": Shape({"name": string(255)}, {"unicode": string(255), "style": _STYLE}),
        "date": Shape({"timestamp": EPOCH, "format": string(255)}, {"url": string(3000), "fallback": string(255), "style": _STYLE}),
        "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, {"style": _STYLE}),
        "color": Shape({"value": string(255)}, {"style": _STYLE}),
    }
)
_RICH_SECTION = Shape({"elements": listed(_INLINE, at_least=0)}, {})
_RICH_PARTS = typed(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_list": Shape(
            {"style": one_of("bullet", "ordered"), "elements": listed(typed({"rich_text_section": _RICH_SECTION}))},
            {"indent": number(0, 8), "offset": number(0, 1_000_000), "border": _BORDER},
        ),
        "rich_text_preformatted": Shape({"elements": listed(_INLINE, at_least=0)}, {"border": _BORDER}),
        "rich_text_quote": Shape({"elements": listed(_INLINE, at_least=0)}, {"border": _BORDER}),
    }
)
_RICH_TEXT: Keys = {"elements": listed(_RICH_PARTS)}
_CELL = typed({"raw_text": Shape({"text": string(10_000)}, {}), "rich_text": Shape(_RICH_TEXT, {})})
_COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key == "text" and isinstance(part, str):
                yield part
            else:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _table_is_short(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if sum(map(len, _texts(value["rows"]))) > 10_000:
        yield complaint("must be less than 10001 characters", f"{pointer}/rows")


# --- elements

_ACTION: Keys = {"action_id": ID}
_CONFIRMED: Keys = {**_ACTION, "confirm": CONFIRM}
_FOCUSED: Keys = {**_ACTION, "focus_on_load": flag}
_PICKED: Keys = {**_CONFIRMED, "focus_on_load": flag, "placeholder": plain(150)}
_MULTI: Keys = {**_PICKED, "max_selected_items": number(1, 100)}
_TYPED: Keys = {**_FOCUSED, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
_OPTION_LISTS: Keys = {"options": listed(OPTION, at_most=100), "option_groups": listed(OPTION_GROUP, at_most=100)}
_OPTION_RULES = (exactly_one("options", "option_groups"), distinct_values, initial_among_options)
_SLACK_IDS = listed(SLACK_ID)


def _conversation_keys(initial: str, check: Check) -> dict[str, Check]:
    return {initial: check, "default_to_current_conversation": flag, "filter": FILTER}


IMAGE = Shape(
    {"alt_text": string(2000)},
    {"image_url": string(3000), "slack_file": SLACK_FILE},
    (exactly_one("image_url", "slack_file"),),
)
ELEMENTS: dict[str, Shape] = {
    "image": IMAGE,
    "button": Shape(
        {"text": plain(75)},
        {
            **_CONFIRMED,
            "value": string(2000, at_least=0),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "overflow": Shape({"options": listed(OVERFLOW_OPTION, at_most=5)}, _CONFIRMED, (distinct_values,)),
    "static_select": Shape({}, {**_PICKED, **_OPTION_LISTS, "initial_option": OPTION}, _OPTION_RULES),
    "multi_static_select": Shape({}, {**_MULTI, **_OPTION_LISTS, "initial_options": listed(OPTION)}, (*_OPTION_RULES, not_too_many_chosen)),
    "external_select": Shape({}, {**_PICKED, "min_query_length": number(0, 3000), "initial_option": OPTION}),
    "multi_external_select": Shape(
        {}, {**_MULTI, "min_query_length": number(0, 3000), "initial_options": listed(OPTION)}, (not_too_many_chosen,)
    ),
    "users_select": Shape({}, {**_PICKED, "initial_user": SLACK_ID}),
    "multi_users_select": Shape({}, {**_MULTI, "initial_users": _SLACK_IDS}, (not_too_many_chosen,)),
    "conversations_select": Shape({}, {**_PICKED, **_conversation_keys("initial_conversation", SLACK_ID), "response_url_enabled": flag}),
    "multi_conversations_select": Shape({}, {**_MULTI, **_conversation_keys("initial_conversations", _SLACK_IDS)}, (not_too_many_chosen,)),
    "channels_select": Shape({}, {**_PICKED, "initial_channel": SLACK_ID, "response_url_enabled": flag}),
    "multi_channels_select": Shape({}, {**_MULTI, "initial_channels": _SLACK_IDS}, (not_too_many_chosen,)),
    "checkboxes": Shape(
        {"options": listed(CHOICE, at_most=10)},
        {**_CONFIRMED, "focus_on_load": flag, "initial_options": listed(CHOICE)},
        (distinct_values, initial_among_options),
    ),
    "radio_buttons": Shape(
        {"options": listed(CHOICE, at_most=10)},
        {**_CONFIRMED, "focus_on_load": flag, "initial_option": CHOICE},
        (distinct_values, initial_among_options),
    ),
    "datepicker": Shape({}, {**_PICKED, "initial_date": day}),
    "timepicker": Shape({}, {**_PICKED, "initial_time": clock, "timezone": string(255)}),
    "datetimepicker": Shape({}, {**_CONFIRMED, "focus_on_load": flag, "initial_date_time": EPOCH}),
    "plain_text_input": Shape(
        {},
        {
            **_TYPED,
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
            "initial_value": string(3000, at_least=0),
        },
        (ordered("min_length", "max_length", int), initial_within_lengths),
    ),
    "number_input": Shape(
        {"is_decimal_allowed": flag},
        {**_TYPED, "min_value": numeric, "max_value": numeric, "initial_value": numeric},
        (
            ordered("min_value", "max_value", Decimal),
            ordered("min_value", "initial_value", Decimal),
            ordered("initial_value", "max_value", Decimal),
            decimals_only_where_allowed,
        ),
    ),
    "email_text_input": Shape({}, {**_TYPED, "initial_value": string(3000, at_least=0)}),
    "url_text_input": Shape({}, {**_TYPED, "initial_value": string(3000, at_least=0)}),
    "file_input": Shape({}, {**_ACTION, "filetypes": listed(string(255)), "max_files": number(1, 10)}),
    "rich_text_input": Shape(
        {},
        {
            **_TYPED,
            "initial_value": typed({"rich_text": Shape(_RICH_TEXT, {})}),
            "min_lines": number(1, 100),
            "max_lines": number(1, 100),
        },
        (ordered("min_lines", "max_lines", int),),
    ),
}
INPUT_ONLY = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input"}
ACTIONS = set(ELEMENTS) - INPUT_ONLY - {"image"}
ACCESSORIES = ACTIONS - {"datetimepicker", "rich_text_input"} | {"image"}
INPUTS = set(ELEMENTS) - {"button", "overflow", "image"}


def _elements(types: set[str]) -> Check:
    return typed({name: ELEMENTS[name] for name in types})


# --- blocks

_BLOCK: Keys = {"block_id": ID}
BLOCKS: dict[str, Shape] = {
    "section": Shape(
        {},
        {
            **_BLOCK,
            "text": words(3000),
            "fields": listed(words(2000), at_most=10),
            "accessory": _elements(ACCESSORIES),
            "expand": flag,
        },
        (at_least_one("text", "fields"),),
    ),
    "header": Shape({"text": plain(150)}, _BLOCK),
    "divider": Shape({}, _BLOCK),
    "context": Shape(
        {
            "elements": listed(
                typed(
                    {
                        "image": IMAGE,
                        "plain_text": Shape({"text": string(3000)}, {"emoji": flag}),
                        "mrkdwn": Shape({"text": string(3000)}, {"verbatim": flag}),
                    }
                ),
                at_most=10,
            )
        },
        _BLOCK,
    ),
    "actions": Shape({"elements": listed(_elements(ACTIONS), at_most=25)}, _BLOCK),
    "input": Shape(
        {"label": plain(2000), "element": _elements(INPUTS)},
        {**_BLOCK, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "image": Shape(IMAGE.required, {**_BLOCK, **IMAGE.optional, "title": plain(2000)}, IMAGE.rules),
    "rich_text": Shape(_RICH_TEXT, _BLOCK),
    "markdown": Shape({"text": string(12_000)}, _BLOCK),
    "table": Shape(
        {"rows": listed(listed(_CELL, at_most=20), at_most=100)},
        {**_BLOCK, "column_settings": listed(_COLUMN, at_most=20)},
        (_table_is_short,),
    ),
}
MESSAGES_ONLY = {"markdown", "table"}
MODALS_ONLY = {"file_input"}

# --- views

_VIEW: Keys = {"private_metadata": string(3000, at_least=0), "callback_id": string(255, at_least=0), "external_id": string(255, at_least=0)}


def _submit_for_inputs(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if "submit" not in value and any(block["type"] == "input" for block in value["blocks"]):
        yield complaint("missing required field: submit", pointer)


def _blocks_of(surface: str) -> dict[str, Check]:
    return {name: shape for name, shape in BLOCKS.items() if surface == "message" or name not in MESSAGES_ONLY}


MESSAGE_BLOCKS = listed(typed(_blocks_of("message")), at_least=0, at_most=50)
VIEWS = typed(
    {
        "modal": Shape(
            {"title": plain(24), "blocks": listed(typed(_blocks_of("modal")), at_most=100)},
            {**_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": flag, "notify_on_close": flag},
            (_submit_for_inputs,),
        ),
        "home": Shape({"blocks": listed(typed(_blocks_of("home")), at_most=100)}, _VIEW),
    }
)
SUGGESTIONS = Shape(
    {},
    {"options": listed(OPTION, at_least=0, at_most=100), "option_groups": listed(OPTION_GROUP, at_least=0, at_most=100)},
    (exactly_one("options", "option_groups"), distinct_values),
)
