"""The checker refuses what Slack refuses, in Slack's words, and takes the rest."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from bot.sandbox.blocks import VIEW_TOO_LARGE, check_message, check_suggestions, check_view, fill_ids

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str = "Warehouse") -> Json:
    return {"text": plain(text), "value": value}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Undo"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("Took *3* bolts."), **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Item"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Move"), "submit": plain("Move"), "blocks": list(blocks), **more}


def in_message(*blocks: Json) -> list[str]:
    return check_message({"text": "Took 3 bolts.", "blocks": list(blocks)})


TWO = [option("1"), option("2")]
CONFIRM = {"title": plain("Retire"), "text": plain("Retire SN-1?"), "confirm": plain("Retire"), "deny": plain("Keep")}
TEXT_INPUT = {"type": "plain_text_input"}

GOOD_BLOCKS = [
    section(),
    section(fields=[mrkdwn("*On hand*"), plain("17")], accessory=button(value="x", style="primary", confirm=CONFIRM), block_id="a"),
    section(accessory={"type": "overflow", "options": [{**option("1"), "url": "https://example.com"}]}),
    section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A camera"}),
    {"type": "section", "fields": [mrkdwn("x")]},
    {"type": "header", "text": plain("Late")},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("by Ana"), {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"}]},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x", "title": plain("Label")},
    actions(button(action_id="a"), button(action_id="b"), {"type": "datetimepicker", "initial_date_time": 1795000000}),
    actions({"type": "static_select", "options": TWO, "initial_option": option("2"), "placeholder": plain("Where")}),
    actions({"type": "static_select", "option_groups": [{"label": plain("Vans"), "options": TWO}], "initial_option": option("1")}),
    actions({"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 1}),
    actions({"type": "external_select", "min_query_length": 0}, {"type": "users_select"}, {"type": "channels_select"}),
    actions({"type": "conversations_select", "filter": {"include": ["im"]}, "default_to_current_conversation": True}),
    field({"type": "number_input", "is_decimal_allowed": True, "min_value": "0.5", "max_value": "10", "initial_value": "1"}),
    field({**TEXT_INPUT, "multiline": True, "max_length": 10, "initial_value": "ten chars!"}, optional=True, hint=plain("h")),
    field({"type": "email_text_input", "focus_on_load": True}),
    field({"type": "checkboxes", "options": [{"text": mrkdwn("*yes*"), "value": "y"}]}),
    field({"type": "datepicker", "initial_date": "2026-11-27"}, dispatch_action=True),
    field({"type": "timepicker", "initial_time": "17:00", "timezone": "Europe/Berlin"}),
    field({"type": "rich_text_input"}),
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}],
            },
            {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [{"type": "rich_text_section", "elements": []}]},
        ],
    },
]


@pytest.mark.parametrize("block", GOOD_BLOCKS, ids=lambda block: block["type"])
@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_a_good_block_is_taken_everywhere(block: Json, surface: str) -> None:
    views = {"modal": modal(block), "home": {"type": "home", "blocks": [block]}}
    assert (in_message(block) if surface == "message" else check_view(views[surface])) == []


BAD_BLOCKS: list[tuple[Json, str]] = [
    (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (section(text="words"), "must provide an object [json-pointer:/blocks/0/text]"),
    (section(txt="words"), "invalid additional property: txt [json-pointer:/blocks/0]"),
    (section(text={**mrkdwn("x"), "emoji": True}), "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
    (section(fields=[mrkdwn("x")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (section(fields=[mrkdwn("x" * 2001)]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    (section(block_id="x" * 256), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    (section(accessory=TEXT_INPUT), "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"),
    ({"type": "section"}, "must define either text or fields [json-pointer:/blocks/0]"),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "panel"}, "unsupported type: panel [json-pointer:/blocks/0/type]"),
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    (
        {"type": "image", "image_url": "https://a", "slack_file": {"id": "F1"}, "alt_text": "x"},
        "must define either image_url or slack_file",
    ),
    ({"type": "image", "image_url": "https://a"}, "missing required field: alt_text [json-pointer:/blocks/0]"),
    (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(*[button()] * 26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
    (actions(button(value=5)), "must provide a string [json-pointer:/blocks/0/elements/0/value]"),
    (actions(button(style="default")), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
    (actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})), "must be less than 301 characters"),
    (actions(button(confirm={**CONFIRM, "ok": plain("x")})), "invalid additional property: ok"),
    (actions(button(action_id="a"), button(action_id="a")), "`action_id` must be unique: a [json-pointer:/blocks/0]"),
    (actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]}), "no more than 5 items allowed"),
    (actions({"type": "static_select"}), "must define either options or option_groups [json-pointer:/blocks/0/elements/0]"),
    (actions({"type": "static_select", "options": []}), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (
        actions({"type": "static_select", "options": TWO, "option_groups": [{"label": plain("x"), "options": [option("3")]}]}),
        "must define either",
    ),
    (actions({"type": "static_select", "options": [option(str(n)) for n in range(101)]}), "no more than 100 items allowed"),
    (actions({"type": "static_select", "options": [option("1"), option("1")]}), "option values must be unique"),
    (actions({"type": "static_select", "options": [option("x" * 151)]}), "must be less than 151 characters"),
    (actions({"type": "static_select", "options": [option("1", "x" * 76)]}), "must be less than 76 characters"),
    (actions({"type": "static_select", "options": TWO, "initial_option": option("3")}), "must be one of the provided options"),
    (actions({"type": "static_select", "options": TWO, "initial_option": option("1", "Van 3")}), "must be one of the provided options"),
    (actions({"type": "multi_static_select", "options": TWO, "initial_options": TWO, "max_selected_items": 1}), "no more than 1 items"),
    (actions({"type": "users_select", "placeholder": plain("x" * 151)}), "must be less than 151 characters"),
    (actions({"type": "datepicker", "initial_date": "27.11.2026"}), "must be a date in the format YYYY-MM-DD"),
    (actions({"type": "datepicker", "initial_date": "2026-02-30"}), "must be a date in the format YYYY-MM-DD"),
    (actions({"type": "timepicker", "initial_time": "24:00"}), "must be a time in the format HH:mm"),
    (actions({"type": "datetimepicker", "initial_date_time": 17}), "must be more than 999999999"),
    (actions({"type": "conversations_select", "response_url_enabled": True}), "invalid additional property: response_url_enabled"),
    (field({"type": "number_input"}), "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]"),
    (field({"type": "number_input", "is_decimal_allowed": False, "min_value": 1}), "must be a number in a string"),
    (
        field({"type": "number_input", "is_decimal_allowed": False, "min_value": "9", "max_value": "10", "initial_value": "8"}),
        "initial_value",
    ),
    (field({"type": "number_input", "is_decimal_allowed": False, "min_value": "10", "max_value": "9"}), "less than or equal to max_value"),
    (field({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"}), "must be a whole number"),
    (field({**TEXT_INPUT, "max_length": 0}), "must be more than 0 [json-pointer:/blocks/0/element/max_length]"),
    (field({**TEXT_INPUT, "max_length": 3001}), "must be less than 3001 [json-pointer:/blocks/0/element/max_length]"),
    (field({**TEXT_INPUT, "max_length": 3, "initial_value": "four"}), "must be less than 4 characters"),
    (field({**TEXT_INPUT, "multiline": "yes"}), "must provide a boolean [json-pointer:/blocks/0/element/multiline]"),
    (field(button()), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
    (field({"type": "file_input"}), "unsupported type: file_input [json-pointer:/blocks/0/element/type]"),
    (field(TEXT_INPUT, label=mrkdwn("Item")), "unsupported type: mrkdwn [json-pointer:/blocks/0/label/type]"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters [json-pointer:/blocks/0/text]"),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 101}]] * 100}, "must be less than 10001 characters"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "user"}]}]}, "missing required field: user_id"),
]


@pytest.mark.parametrize(("block", "words"), BAD_BLOCKS)
def test_a_bad_block_is_refused_with_one_complaint_that_says_where(block: Json, words: str) -> None:
    (complaint,) = in_message(block)
    assert words in complaint


def confirmed(**texts: Json) -> Json:
    return actions(button(confirm={**CONFIRM, **texts}))


def choices(**more: Any) -> Json:
    return field({"type": "radio_buttons", "options": [{**option("1"), **more}]})


def rich(inline: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [inline]}]}


def picture(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x", **more}


TEXT_LIMITS: list[tuple[int, Callable[[str], Json]]] = [
    (100, lambda text: confirmed(title=plain(text))),
    (300, lambda text: confirmed(text=plain(text))),
    (30, lambda text: confirmed(confirm=plain(text))),
    (30, lambda text: confirmed(deny=plain(text))),
    (75, lambda text: choices(text=mrkdwn(text))),
    (75, lambda text: choices(description=mrkdwn(text))),
    (150, lambda text: choices(value=text)),
    (75, lambda text: actions({"type": "static_select", "options": [{**option("1"), "description": plain(text)}]})),
    (75, lambda text: actions({"type": "static_select", "option_groups": [{"label": plain(text), "options": TWO}]})),
    (3000, lambda text: actions({"type": "overflow", "options": [{**option("1"), "url": text}]})),
    (3000, lambda text: actions(button(url=text))),
    (75, lambda text: actions(button(accessibility_label=text))),
    (255, lambda text: actions(button(action_id=text))),
    (255, lambda text: actions({"type": "users_select", "initial_user": text})),
    (2000, lambda text: field(TEXT_INPUT, label=plain(text))),
    (2000, lambda text: field(TEXT_INPUT, hint=plain(text))),
    (150, lambda text: field({**TEXT_INPUT, "placeholder": plain(text)})),
    (3000, lambda text: field({**TEXT_INPUT, "initial_value": text})),
    (2000, lambda text: picture(alt_text=text)),
    (2000, lambda text: picture(title=plain(text))),
    (3000, lambda text: picture(image_url=text)),
    (3000, lambda text: {"type": "context", "elements": [plain(text)]}),
    (3000, lambda text: {"type": "context", "elements": [mrkdwn(text)]}),
    (12_000, lambda text: rich({"type": "text", "text": text})),
    (3000, lambda text: rich({"type": "link", "url": text})),
]


@pytest.mark.parametrize(("limit", "block"), TEXT_LIMITS)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(limit: int, block: Callable[[str], Json]) -> None:
    assert in_message(block("x" * limit)) == []
    (complaint,) = in_message(block("x" * (limit + 1)))
    assert f"must be less than {limit + 1} characters" in complaint


COUNT_LIMITS: list[tuple[int, Callable[[list[Json]], Json]]] = [
    (100, lambda options: actions({"type": "static_select", "options": options})),
    (100, lambda options: actions({"type": "static_select", "option_groups": [{"label": plain("Vans"), "options": options}]})),
    (10, lambda options: actions({"type": "checkboxes", "options": options})),
    (10, lambda options: actions({"type": "radio_buttons", "options": options})),
    (5, lambda options: actions({"type": "overflow", "options": options})),
]


@pytest.mark.parametrize(("limit", "block"), COUNT_LIMITS)
def test_there_may_be_as_many_options_as_the_limit_and_no_more(limit: int, block: Callable[[list[Json]], Json]) -> None:
    options = [option(str(number)) for number in range(limit + 1)]
    assert in_message(block(options[:limit])) == []
    (complaint,) = in_message(block(options))
    assert f"no more than {limit} items allowed" in complaint


def test_limits_themselves_are_still_allowed() -> None:
    assert in_message(section(text=mrkdwn("x" * 3000), block_id="x" * 255), *[{"type": "divider"}] * 49) == []


def test_a_message_takes_50_blocks_and_a_view_100() -> None:
    assert in_message(*[{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert check_view(modal(*[{"type": "divider"}] * 100)) == []
    assert check_view(modal(*[{"type": "divider"}] * 101)) == ["no more than 100 items allowed [json-pointer:/view/blocks]"]
    assert check_view({"type": "home", "blocks": [{"type": "divider"}] * 101}) == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


def test_an_ack_may_be_empty_and_a_text_may_stand_alone() -> None:
    assert check_message({}) == []
    assert check_message({"text": "x" * 5000}) == []
    assert check_message({"text": 5}) == ["must provide a string [json-pointer:/text]"]


def test_blocks_must_be_an_array() -> None:
    assert check_message({"blocks": "[]"}) == ["must provide an array [json-pointer:/blocks]"]


def test_a_block_id_stands_once_in_a_message() -> None:
    assert in_message(section(block_id="a"), section(block_id="a")) == ["`block_id` must be unique: a [json-pointer:/blocks]"]


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert in_message(actions(button(action_id="a")), actions(button(action_id="a"))) == []


def test_a_message_has_one_table_and_12000_characters_of_markdown() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    markdown = {"type": "markdown", "text": "x" * 7000}
    assert in_message(table) == []
    assert in_message(table, table) == ["only_one_table_allowed [json-pointer:/blocks]"]
    assert in_message(markdown, markdown) == ["must be less than 12001 characters [json-pointer:/blocks]"]


@pytest.mark.parametrize("block", [{"type": "markdown", "text": "x"}, {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}])
def test_markdown_and_tables_stand_in_messages_only(block: Json) -> None:
    assert check_view(modal(block)) == [f"unsupported type: {block['type']} [json-pointer:/view/blocks/0/type]"]


def test_a_modal_with_an_input_needs_a_submit_button() -> None:
    view = modal(field(TEXT_INPUT))
    del view["submit"]
    assert check_view(view) == ["missing required field: submit [json-pointer:/view]"]


def test_a_modal_without_inputs_needs_none() -> None:
    assert check_view({"type": "modal", "title": plain("Done"), "blocks": [section()]}) == []


@pytest.mark.parametrize("key", ["title", "submit", "close"])
def test_home_has_no_title_and_no_buttons_of_its_own(key: str) -> None:
    home = {"type": "home", "blocks": [section()], key: plain("Home")}
    assert check_view(home) == [f"invalid additional property: {key} [json-pointer:/view]"]


def test_a_modal_needs_a_title() -> None:
    assert check_view({"type": "modal", "blocks": [section()]}) == ["missing required field: title [json-pointer:/view]"]


def test_a_view_has_at_least_one_block() -> None:
    assert check_view({"type": "home", "blocks": []}) == ["no fewer than 1 items allowed [json-pointer:/view/blocks]"]


def test_a_view_is_at_most_250_kilobytes() -> None:
    assert check_view(modal(*[section(text=mrkdwn("x" * 2900))] * 90)) == [VIEW_TOO_LARGE]


@pytest.mark.parametrize("key", ["title", "submit", "close"])
def test_the_words_around_a_modal_have_at_most_24_characters(key: str) -> None:
    assert check_view(modal(section(), **{key: plain("x" * 24)})) == []
    assert check_view(modal(section(), **{key: plain("x" * 25)})) == [f"must be less than 25 characters [json-pointer:/view/{key}/text]"]


@pytest.mark.parametrize(("key", "limit"), [("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)])
def test_hidden_texts_of_a_view_have_limits(key: str, limit: int) -> None:
    assert check_view(modal(section(), **{key: "x" * limit})) == []
    assert check_view(modal(section(), **{key: "x" * (limit + 1)})) == [
        f"must be less than {limit + 1} characters [json-pointer:/view/{key}]"
    ]


def test_a_modal_takes_files_and_answers_for_a_conversation() -> None:
    picker = {"type": "conversations_select", "response_url_enabled": True}
    assert check_view(modal(field({"type": "file_input", "max_files": 1}), field(picker))) == []


def test_only_one_element_takes_the_focus() -> None:
    focused = field({**TEXT_INPUT, "focus_on_load": True})
    assert check_view(modal(focused, focused)) == ["only one element may have focus_on_load [json-pointer:/view/blocks]"]


def test_what_is_not_a_view_is_refused() -> None:
    assert check_view([]) == ["must provide an object [json-pointer:/view]"]
    assert check_view({"type": "workflow_step"}) == ["unsupported type: workflow_step [json-pointer:/view/type]"]


def test_suggestions_are_options_or_groups_and_may_be_none() -> None:
    assert check_suggestions({"options": []}) == []
    assert check_suggestions({"option_groups": [{"label": plain("Vans"), "options": TWO}]}) == []
    assert check_suggestions({}) == ["must define either options or option_groups [json-pointer:]"]
    assert check_suggestions({"options": [option(str(n)) for n in range(101)]}) == [
        "no more than 100 items allowed [json-pointer:/options]"
    ]


def numbered() -> Iterator[str]:
    return (f"id{number}" for number in count())


def test_missing_ids_are_filled_and_given_ones_kept() -> None:
    blocks = [section(accessory=button()), actions(button(action_id="undo"), button()), field(TEXT_INPUT, block_id="item")]
    filled = fill_ids(blocks, fresh=numbered().__next__)
    assert [block["block_id"] for block in filled] == ["id0", "id2", "item"]
    assert [element["action_id"] for element in filled[1]["elements"]] == ["undo", "id3"]
    assert filled[2]["element"]["action_id"] == "id4"
    assert "block_id" not in blocks[0]


def test_a_filled_id_never_repeats_a_given_one() -> None:
    filled = fill_ids([section(), section(block_id="id0")], fresh=numbered().__next__)
    assert [block["block_id"] for block in filled] == ["id1", "id0"]


def test_pictures_get_no_action_id() -> None:
    picture = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"}
    (block,) = fill_ids([section(accessory=picture)], fresh=numbered().__next__)
    assert check_message({"blocks": [block]}) == []
