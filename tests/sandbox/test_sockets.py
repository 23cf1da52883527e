"""Socket Mode on the wire: tickets, hello, envelopes, and how many sockets there may be."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.door import PATIENCE
from tests.sandbox.conftest import Slack
from tests.sandbox.kit import Json

SAY = {"as": "UANA", "channel": "CGENERAL", "text": "/say it"}


class Line:
    """A raw socket of the app."""

    def __init__(self, url: str, socket: ClientConnection) -> None:
        self.url = url
        self.socket = socket

    def hears(self) -> Json:
        return dict(json.loads(self.socket.recv(timeout=PATIENCE)))

    def acks(self, envelope: Json, payload: Any = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]} | ({} if payload is None else {"payload": payload})
        self.socket.send(json.dumps(answer))


@pytest.fixture
def lines(slack: Slack) -> Iterator[Any]:
    with ExitStack() as stack:

        def open_line() -> Line:
            url = slack.api.apps_connections_open(app_token=slack.workspace.app.app_token)["url"]
            return Line(url, stack.enter_context(connect(url, compression=None)))

        yield open_line


@pytest.fixture
def typing() -> Iterator[ThreadPoolExecutor]:
    """For people who type while the test plays the bot."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_hello_tells_the_app_and_how_many_sockets_are_open(lines: Any) -> None:
    first, second = lines(), lines()
    assert first.hears()["num_connections"] == 1
    hello = second.hears()
    assert (hello["type"], hello["num_connections"], hello["connection_info"]) == ("hello", 2, {"app_id": "A0SANDBOX"})


def test_a_ticket_is_good_for_one_connection(lines: Any) -> None:
    used = lines().url
    with pytest.raises(InvalidStatus, match="403"), connect(used):
        pass


def test_an_eleventh_socket_is_sent_away(lines: Any) -> None:
    for _ in range(10):
        assert lines().hears()["type"] == "hello"
    assert lines().hears()["reason"] == "too_many_websockets"


def test_an_envelope_is_acknowledged_by_its_id_with_a_message(slack: Slack, lines: Any, typing: ThreadPoolExecutor) -> None:
    line = lines()
    line.hears()
    typed = typing.submit(slack.door.post, "say", SAY)
    envelope = line.hears()
    assert (envelope["type"], envelope["accepts_response_payload"], envelope["payload"]["text"]) == ("slash_commands", True, "it")
    line.acks(envelope, {"text": "Heard"})
    assert typed.result(timeout=PATIENCE) == {"ok": True}


def test_an_ack_for_nothing_is_ignored(slack: Slack, lines: Any, typing: ThreadPoolExecutor) -> None:
    line = lines()
    line.hears()
    typed = typing.submit(slack.door.post, "say", SAY)
    envelope = line.hears()
    line.acks({"envelope_id": "unknown"})
    line.acks(envelope)
    assert typed.result(timeout=PATIENCE) == {"ok": True}


def test_a_socket_that_closes_with_work_in_hand_loses_that_work(slack: Slack, lines: Any, typing: ThreadPoolExecutor) -> None:
    line = lines()
    line.hears()
    typed = typing.submit(slack.door.post, "say", SAY)
    line.hears()
    line.socket.close()
    assert typed.result(timeout=PATIENCE)["problem"] == '/say failed with the error "operation_timeout"'


def test_an_event_tells_its_attempt_and_a_command_does_not(slack: Slack, lines: Any, typing: ThreadPoolExecutor) -> None:
    line = lines()
    line.hears()
    typed = typing.submit(slack.door.post, "say", SAY | {"text": "hello"})
    event = line.hears()
    line.acks(event)
    typed.result(timeout=PATIENCE)
    assert (event["type"], event["retry_attempt"], event["retry_reason"]) == ("events_api", 0, "")
    typed = typing.submit(slack.door.post, "say", SAY)
    command = line.hears()
    line.acks(command)
    typed.result(timeout=PATIENCE)
    assert "retry_attempt" not in command
