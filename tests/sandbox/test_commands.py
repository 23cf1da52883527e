"""Slash commands: what the bot gets, and what the person sees of its answer."""

from typing import Any

from slack_bolt import Ack, App

from tests.sandbox.conftest import Opener


def parrot(app: App) -> None:
    @app.command("/say")
    def say(ack: Ack, command: dict[str, Any]) -> None:
        ack(f"You said: {command['text']}")


def test_a_commands_answer_is_seen_by_who_typed_it_and_by_nobody_else(office: Opener) -> None:
    opened = office(parrot)
    opened.person("ana").types("/say hello").sees("You said: hello")
    opened.person("ben").sees_no("You said")
