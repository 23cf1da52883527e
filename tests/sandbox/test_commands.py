"""Slash commands: what the bot gets, and what the person sees of its answer."""

from typing import Any

import pytest
from slack_bolt import Ack, App

from tests.door import Door
from tests.sandbox.conftest import Opener
from tests.sandbox.kit import section


def parrot(app: App) -> None:
    @app.command("/say")
    @app.command("/raw")
    def say(ack: Ack, command: dict[str, Any]) -> None:
        ack(f"You said: `{command['text']}`")


def test_a_commands_answer_is_seen_by_who_typed_it_and_by_nobody_else(office: Opener) -> None:
    opened = office(parrot)
    opened.person("ana").types("/say hello").sees("You said: hello")
    opened.person("ben").sees_no("You said")


def test_mentions_arrive_as_ids_with_names_where_the_manifest_says_should_escape(office: Opener) -> None:
    heard: list[str] = []

    def listeners(app: App) -> None:
        @app.command("/say")
        @app.command("/raw")
        def say(ack: Ack, command: dict[str, Any]) -> None:
            heard.append(command["text"])
            ack()

    office(listeners).person("ana").types("/say hi @ben & <b>").types("/raw hi @ben & <b>")
    assert heard == ["hi <@UBEN|ben> &amp; &lt;b&gt;", "hi @ben & <b>"]


def test_a_command_tells_the_bot_where_it_was_typed(office: Opener) -> None:
    heard: list[tuple[str, str]] = []

    def listeners(app: App) -> None:
        @app.command("/say")
        def say(ack: Ack, command: dict[str, Any]) -> None:
            heard.append((command["channel_name"], command["user_id"]))
            ack()

    ana = office(listeners).person("ana")
    ana.types("/say x", channel="secret").types("/say x", channel="bot").types("/say x")
    assert heard == [("privategroup", "UANA"), ("directmessage", "UANA"), ("general", "UANA")]


def test_an_answer_in_the_channel_is_seen_by_everybody_with_what_was_typed(office: Opener) -> None:
    def listeners(app: App) -> None:
        @app.command("/say")
        def say(ack: Ack) -> None:
            ack(response_type="in_channel", text="Loud")

    opened = office(listeners)
    opened.person("ana").types("/say it")
    opened.person("ben").sees("Loud")
    opened.person("ben").sees("/say it")


def test_a_bot_without_a_listener_lets_the_command_time_out(office: Opener) -> None:
    def deaf(app: App) -> None:
        pass

    ana = office(deaf, ack_seconds=0.05).person("ana")
    ana.types("/say hello").sees('/say failed with the error "operation_timeout"')


def test_a_command_without_any_bot_at_work_fails_at_once(office: Opener) -> None:
    opened = office(parrot)
    opened.sends_bots_home()
    opened.person("ana").types("/say hello").sees('/say failed with the error "dispatch_failed"')


def test_an_answer_that_block_kit_forbids_is_an_error_for_the_person(office: Opener) -> None:
    def listeners(app: App) -> None:
        @app.command("/say")
        def say(ack: Ack) -> None:
            ack(text="x", blocks=[section("y" * 3001)])

    office(listeners).person("ana").types("/say it").sees('/say failed with the error "invalid_blocks"')


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        ({"text": "/unknown thing"}, "/unknown is not a valid command."),
        ({"text": "/say it", "thread_ts": "1.2"}, "/say is not supported in threads. Sorry."),
    ],
)
def test_what_slack_itself_refuses_never_reaches_the_bot(office: Opener, act: dict[str, Any], problem: str) -> None:
    door: Door = office(parrot).door
    assert door.post("say", {"as": "UANA", "channel": "CGENERAL", **act})["problem"] == problem
