"""Buttons, menus and pickers in messages, and the response_url that comes with them."""

from typing import Any

import pytest
from slack_bolt import Ack, App, Respond, Say

from tests.sandbox.conftest import Opener
from tests.sandbox.kit import Json, actions, button, option, section

BOARD = [
    section("Drill", accessory=button("Take", "take", value="drill")),
    section("Saw", accessory=button("Take", "take", value="saw")),
    actions(
        {"type": "static_select", "action_id": "size", "placeholder": {"type": "plain_text", "text": "Size"},
         "options": [option("Small", "s"), option("Large", "l")]},
        {"type": "overflow", "action_id": "more", "options": [option("Edit", "edit"), option("Archive", "archive")]},
        {"type": "datepicker", "action_id": "due"},
        {"type": "users_select", "action_id": "who"},
    ),
]  # fmt: skip


class Board:
    """A bot that shows the board and remembers what was done to it."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []

    def __call__(self, app: App) -> None:
        @app.command("/say")
        def show(ack: Ack, command: Json) -> None:
            ack(blocks=BOARD, text="Board", response_type=command["text"] or "ephemeral")

        @app.action({"action_id": "take"})
        def take(ack: Ack, body: Json, respond: Respond) -> None:
            self.bodies.append(body)
            respond(text=f"Taken: {body['actions'][0]['value']}", replace_original=True)
            ack()

        for name in ("size", "more", "due", "who"):
            app.action(name)(self.remember)

    def remember(self, ack: Ack, body: Json) -> None:
        self.bodies.append(body)
        ack()

    @property
    def size_by_then(self) -> str | None:
        chosen = self.bodies[-1]["state"]["values"]["buttons"]["size"]["selected_option"]
        return str(chosen["value"]) if chosen else None

    @property
    def action(self) -> Json:
        return dict(self.bodies[-1]["actions"][0])


def test_the_button_beside_the_words_is_pressed_and_the_message_replaced(office: Opener) -> None:
    ana = office(Board()).person("ana")
    ana.types("/say").presses("Take", on="Saw").sees("Taken: saw")
    ana.sees_no("Drill")


def test_a_message_for_all_is_replaced_for_all(office: Opener) -> None:
    opened = office(Board())
    opened.person("ana").types("/say in_channel")
    opened.person("ben").presses("Take", on="Drill")
    opened.person("ana").sees("Taken: drill")


def test_an_ephemeral_message_is_not_handed_back_to_the_bot(office: Opener) -> None:
    board = Board()
    office(board).person("ana").types("/say").presses("Take", on="Saw")
    assert "message" not in board.bodies[0]
    assert board.bodies[0]["container"]["is_ephemeral"] is True


def test_a_message_for_all_is_handed_back_with_its_blocks(office: Opener) -> None:
    board = Board()
    office(board).person("ana").types("/say in_channel").presses("Take", on="Saw")
    assert board.bodies[0]["message"]["blocks"][0]["text"]["text"] == "Drill"
    assert board.bodies[0]["channel"] == {"id": "CGENERAL", "name": "general"}


@pytest.mark.parametrize(
    ("label", "choice", "field", "value"),
    [
        ("Size", "Large", "selected_option", {"text": {"type": "plain_text", "text": "Large", "emoji": True}, "value": "l"}),
        ("more", "Archive", "selected_option", {"text": {"type": "plain_text", "text": "Archive", "emoji": True}, "value": "archive"}),
        ("due", "2026-11-27", "selected_date", "2026-11-27"),
        ("who", "@ben", "selected_user", "UBEN"),
    ],
)
def test_what_was_chosen_comes_as_slack_sends_it(office: Opener, label: str, choice: str, field: str, value: Any) -> None:
    board = Board()
    office(board).person("ana").types("/say").chooses(label, choice)
    assert board.action[field] == value


def test_a_messages_state_tells_what_each_person_chose(office: Opener) -> None:
    board = Board()
    opened = office(board)
    opened.person("ana").types("/say in_channel").chooses("Size", "Large")
    opened.person("ben").chooses("due", "2026-11-27")
    assert board.size_by_then is None
    opened.person("ana").chooses("due", "2026-11-27")
    assert board.size_by_then == "l"


def test_an_option_that_is_not_offered_cannot_be_chosen(office: Opener) -> None:
    opened = office(Board())
    opened.person("ana").types("/say in_channel")
    message = opened.server.sandbox.workspace.channels["CGENERAL"].messages[-1]
    act = {"as": "UANA", "where": {"channel": "CGENERAL", "ts": message["ts"]}, "block_id": "buttons", "action_id": "size"}
    with pytest.raises(AssertionError, match="'xl' is not offered here"):
        opened.door.post("press", act | {"selected_option": option("Extra large", "xl")})


def test_a_press_that_nobody_acknowledges_is_told_to_the_person(office: Opener) -> None:
    def deaf(app: App) -> None:
        @app.event("message")
        def hear(say: Say) -> None:
            say(blocks=[actions(button("Knock", "knock"))], text="Door")

    ana = office(deaf, ack_seconds=0.2).person("ana")
    ana.says("hello").presses("Knock").sees('That action failed with the error "operation_timeout"')


def test_a_response_url_serves_five_answers_and_no_sixth(office: Opener) -> None:
    codes: list[int] = []

    def listeners(app: App) -> None:
        @app.command("/say")
        def say(ack: Ack, respond: Respond) -> None:
            codes.extend(respond(f"Answer {number}").status_code for number in range(6))
            ack()

    ana = office(listeners).person("ana")
    ana.types("/say").sees("Answer 4")
    ana.sees_no("Answer 5")
    assert codes == [200, 200, 200, 200, 200, 404]
