"""Forms: opened by a trigger, filled in, checked by Slack's client, submitted, and answered in each of the ways there are."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.person import Person
from tests.sandbox.conftest import MANIFEST, Opener, small_workspace
from tests.sandbox.kit import NAME, Json, actions, button, field, modal, option, section

Answer = Callable[[Json], Any]


class FormBot:
    """Opens a form on /say, answers its submission as it is told, and remembers what came."""

    def __init__(self, view: Json, answer: Json | None = None) -> None:
        self.view = view
        self.answer = answer or {}
        self.submitted: list[Json] = []
        self.closed: list[Json] = []

    def __call__(self, app: App) -> None:
        @app.command("/say")
        def show(ack: Ack, command: Json, client: WebClient) -> None:
            client.views_open(trigger_id=command["trigger_id"], view=self.view)
            ack()

        @app.view("form")
        def submit(ack: Ack, body: Json) -> None:
            self.submitted.append(body)
            ack(**self.answer)

        @app.view_closed("form")
        def close(ack: Ack, body: Json) -> None:
            self.closed.append(body)
            ack()

        @app.options("find")
        def find(ack: Ack, payload: Json) -> None:
            ack(options=[option(f"{payload['value']} {number}", str(number)) for number in (1, 2)])

        @app.action("check")
        def check(ack: Ack, body: Json, client: WebClient) -> None:
            checked = section("Checked", block_id="checked")
            client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(NAME, checked, callback_id="form"))
            ack()

    @property
    def values(self) -> Json:
        return dict(self.submitted[-1]["view"]["state"]["values"])


def form(*blocks: Json, **more: Any) -> Json:
    return modal(*(blocks or (NAME,)), callback_id="form", **more)


def opened_by_ana(office: Opener, bot: FormBot, **options: Any) -> Person:
    return office(bot, **options).person("ana").types("/say")


def test_a_submitted_form_brings_its_values_and_closes(office: Opener) -> None:
    bot = FormBot(form())
    ana = opened_by_ana(office, bot).fills({"Name": "Ana"}).submits()
    assert bot.values == {"name": {"value": {"type": "plain_text_input", "value": "Ana"}}}
    assert not ana.has_form()


@pytest.mark.parametrize(
    ("element", "given", "value"),
    [
        ({"type": "number_input", "is_decimal_allowed": True}, "12.5", {"value": "12.5"}),
        ({"type": "datepicker"}, "2026-12-01", {"selected_date": "2026-12-01"}),
        ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
        ({"type": "datetimepicker"}, 1_795_435_200, {"selected_date_time": 1_795_435_200}),
        ({"type": "users_select"}, "ben", {"selected_user": "UBEN"}),
        ({"type": "multi_users_select"}, ["ana", "ben"], {"selected_users": ["UANA", "UBEN"]}),
        ({"type": "conversations_select"}, "general", {"selected_conversation": "CGENERAL"}),
        ({"type": "email_text_input"}, "ana@example.com", {"value": "ana@example.com"}),
    ],
)
def test_every_kind_of_input_sends_its_own_kind_of_value(office: Opener, element: Json, given: Any, value: Json) -> None:
    bot = FormBot(form(field("It", element, "it")))
    opened_by_ana(office, bot).fills({"It": given}).submits()
    assert bot.values["it"]["value"] == {"type": element["type"], **value}


def test_options_are_chosen_by_their_words(office: Opener) -> None:
    boxes = field("Which", {"type": "checkboxes", "options": [option("Red", "r"), option("Blue", "b")]}, "which")
    bot = FormBot(form(boxes))
    opened_by_ana(office, bot).fills({"Which": ["Blue"]}).submits()
    assert [chosen["value"] for chosen in bot.values["which"]["value"]["selected_options"]] == ["b"]


def test_untouched_first_values_are_sent_too(office: Opener) -> None:
    bot = FormBot(form(field("Name", {"type": "plain_text_input", "initial_value": "Ben"}, "name")))
    opened_by_ana(office, bot).submits()
    assert bot.values["name"]["value"]["value"] == "Ben"


def test_a_search_as_you_type_field_asks_the_bot_once_enough_is_typed(office: Opener) -> None:
    bot = FormBot(form(field("Item", {"type": "external_select", "action_id": "find", "min_query_length": 2}, "item")))
    ana = opened_by_ana(office, bot)
    assert ana.suggests("Item", "b") == []
    assert ana.suggests("Item", "bolt") == ["bolt 1", "bolt 2"]
    ana.fills({"Item": ("bolt", "bolt 2")}).submits()
    assert bot.values["item"]["find"]["selected_option"]["value"] == "2"


def test_a_file_handed_in_arrives_as_a_whole_file_object(office: Opener) -> None:
    bot = FormBot(form(field("Photo", {"type": "file_input"}, "photo")))
    opened_by_ana(office, bot).fills({"Photo": {"drill.png": b"picture"}}).submits()
    [photo] = bot.values["photo"]["value"]["files"]
    assert (photo["name"], photo["mimetype"], photo["size"]) == ("drill.png", "image/png", 7)


@pytest.mark.parametrize(
    ("element", "given", "complaint"),
    [
        ({"type": "plain_text_input"}, None, "Please complete this required field."),
        ({"type": "plain_text_input", "max_length": 3}, "four", "Please enter at most 3 characters."),
        ({"type": "plain_text_input", "min_length": 3}, "no", "Please enter at least 3 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        ({"type": "number_input", "is_decimal_allowed": False}, "many", "Please enter a number."),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, "0", "Please enter a number of at least 1."),
        ({"type": "email_text_input"}, "ana", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "example", "Please enter a valid URL."),
    ],
)
def test_slacks_client_refuses_before_the_bot_is_asked(office: Opener, element: Json, given: Any, complaint: str) -> None:
    bot = FormBot(form(field("It", element, "it")))
    ana = opened_by_ana(office, bot).fills({"It": given}).submits()
    assert ana.form().errors == {"it": complaint}
    assert bot.submitted == []


def test_an_optional_field_may_stay_empty(office: Opener) -> None:
    bot = FormBot(form(field("Note", {"type": "plain_text_input"}, "note", optional=True)))
    opened_by_ana(office, bot).submits()
    assert bot.values["note"]["value"]["value"] is None


def test_errors_of_the_bot_stand_below_their_fields_and_go_with_the_next_try(office: Opener) -> None:
    bot = FormBot(form(), {"response_action": "errors", "errors": {"name": "Nobody is called so."}})
    ana = opened_by_ana(office, bot).fills({"Name": "Xyz"}).submits()
    ana.sees("Nobody is called so.")
    bot.answer = {}
    ana.submits().sees_no("Nobody is called so.")


def test_an_update_replaces_the_form(office: Opener) -> None:
    bot = FormBot(form(), {"response_action": "update", "view": form(section("Saved"), title="Result")})
    ana = opened_by_ana(office, bot).fills({"Name": "Ana"}).submits()
    ana.sees("Saved")
    assert ana.form().title == "Result"


def test_a_push_lies_on_top_and_closing_it_shows_the_form_below(office: Opener) -> None:
    bot = FormBot(form(title="Below"), {"response_action": "push", "view": form(section("More"), title="Above")})
    ana = opened_by_ana(office, bot).fills({"Name": "Ana"}).submits()
    assert ana.form().title == "Above"
    assert ana.closes().form().values == {"Name": "Ana"}


def test_clear_closes_every_form(office: Opener) -> None:
    bot = FormBot(form(), {"response_action": "push", "view": form(NAME, title="Above")})
    ana = opened_by_ana(office, bot).fills({"Name": "Ana"}).submits()
    bot.answer = {"response_action": "clear"}
    ana.fills({"Name": "Ana"}).submits()
    assert not ana.has_form()


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "No."}},
        {"response_action": "update", "view": {"type": "modal", "title": {"type": "plain_text", "text": "T" * 25}, "blocks": []}},
        {"response_action": "dance"},
    ],
)
def test_an_answer_that_slack_cannot_follow_is_trouble_for_the_person(office: Opener, answer: Json) -> None:
    ana = opened_by_ana(office, FormBot(form(), answer)).fills({"Name": "Ana"}).submits()
    ana.sees("We had some trouble connecting. Try again?")
    assert ana.form().values == {"Name": "Ana"}


def test_a_submission_without_an_ack_leaves_the_form_open_with_slacks_line(office: Opener) -> None:
    ana = opened_by_ana(office, FormBot(modal(NAME, callback_id="nobody")), ack_seconds=0.2)
    ana.fills({"Name": "Ana"}).submits().sees("We had some trouble connecting. Try again?")


def test_cancel_tells_the_bot_only_if_it_asked_to_be_told(office: Opener) -> None:
    silent, told = FormBot(form()), FormBot(form(notify_on_close=True))
    opened_by_ana(office, silent).closes()
    opened_by_ana(office, told).closes()
    assert silent.closed == []
    assert told.closed[0]["is_cleared"] is False
    assert "trigger_id" not in told.closed[0]


def test_the_x_closes_all_and_names_the_first_form(office: Opener) -> None:
    bot = FormBot(form(title="First", notify_on_close=True), {"response_action": "push", "view": form(NAME, title="Second")})
    ana = opened_by_ana(office, bot).fills({"Name": "Ana"}).submits().closes(everything=True)
    assert not ana.has_form()
    assert (bot.closed[0]["is_cleared"], bot.closed[0]["view"]["title"]["text"]) == (True, "First")


def test_an_update_while_open_keeps_what_was_filled_in_under_the_same_ids(office: Opener) -> None:
    bot = FormBot(form(NAME, actions(button("Check", "check"))))
    ana = opened_by_ana(office, bot).fills({"Name": "Ana"}).presses("Check")
    ana.sees("Checked")
    assert ana.form().values == {"Name": "Ana"}


def test_a_field_that_dispatches_tells_the_bot_while_the_form_is_open(office: Opener) -> None:
    asked = field("Name", {"type": "plain_text_input", "action_id": "check"}, "name", dispatch_action=True)
    ana = opened_by_ana(office, FormBot(form(asked)))
    ana.fills({"Name": "Ana"}).sees("Checked")


def test_a_form_that_was_replaced_cannot_be_submitted_any_more(office: Opener) -> None:
    ana = opened_by_ana(office, FormBot(form()))
    with pytest.raises(AssertionError, match="That form is closed"):
        ana.door.post("submit", {"as": "UANA", "view_id": "V0", "values": {}})


def test_leave_to_post_comes_with_a_conversation_field_that_asks_for_it(office: Opener) -> None:
    asks = {"type": "conversations_select", "response_url_enabled": True}
    bot = FormBot(form(field("Where", asks, "where")))
    opened_by_ana(office, bot).fills({"Where": "general"}).submits()
    [leave] = bot.submitted[0]["response_urls"]
    assert leave["channel_id"] == "CGENERAL"


def test_shortcuts_open_forms_from_anywhere_and_from_a_message(office: Opener) -> None:
    seen: list[Json] = []

    def listeners(app: App) -> None:
        app.event("message")(lambda: None)

        @app.shortcut("greet")
        @app.shortcut("quote")
        def open_form(ack: Ack, body: Json, client: WebClient) -> None:
            seen.append(body)
            client.views_open(trigger_id=body["trigger_id"], view=form(title=body["callback_id"]))
            ack()

    ana = office(listeners).person("ana")
    assert ana.runs("Greet").form().title == "greet"
    ana.closes().says("Bring 5 bolts", to="general")
    assert ana.runs("Quote", on="Bring 5 bolts").form().title == "quote"
    assert seen[0]["type"] == "shortcut"
    assert "channel" not in seen[0]
    assert seen[1]["message"]["text"] == "Bring 5 bolts"


def test_too_many_suggestions_are_an_empty_menu(office: Opener) -> None:
    def listeners(app: App) -> None:
        FormBot(form(field("Item", {"type": "external_select", "action_id": "many"}, "item")))(app)

        @app.options("many")
        def many(ack: Ack) -> None:
            ack(options=[option(f"Bolt {number}", str(number)) for number in range(101)])

    assert office(listeners).person("ana").types("/say").suggests("Item", "bolt") == []


def test_without_interactivity_in_the_manifest_nothing_is_sent(office: Opener) -> None:
    settings = MANIFEST["settings"] | {"interactivity": {"is_enabled": False}}
    bot = FormBot(form())
    opened = office(bot, small_workspace(MANIFEST | {"settings": settings}))
    with pytest.raises(AssertionError, match="not configured to handle interactive responses"):
        opened.person("ana").types("/say").fills({"Name": "Ana"}).submits()
    assert bot.submitted == []
