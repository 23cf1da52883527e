"""The fault switches: what goes wrong on demand, as the bot and the person meet it."""

import threading
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_bolt import Ack, App, Say
from slack_sdk.errors import SlackApiError

from tests.door import PATIENCE
from tests.sandbox.conftest import Opener, Slack
from tests.sandbox.kit import Json


class Counter:
    """A bot that counts what reaches it, and can be waited for."""

    def __init__(self) -> None:
        self.came: list[Json] = []
        self._some = threading.Condition()

    def __call__(self, app: App) -> None:
        @app.command("/say")
        def say(ack: Ack, command: Json) -> None:
            self.note(command)
            ack(f"Heard {len(self.came)}")

        @app.event("message")
        def hear(body: Json, say: Say, request: Any) -> None:
            self.note(body | {"retry": request.headers["x-slack-retry-num"][0]})

    def note(self, body: Json) -> None:
        with self._some:
            self.came.append(body)
            self._some.notify_all()

    def waits_for(self, number: int) -> list[Json]:
        with self._some:
            assert self._some.wait_for(lambda: len(self.came) >= number, timeout=PATIENCE)
            return list(self.came)


TIMED_OUT = '/say failed with the error "operation_timeout"'


def test_a_lost_command_never_reaches_the_bot_and_times_out(office: Opener) -> None:
    bot = Counter()
    opened = office(bot)
    opened.fault("lost_delivery", 1)
    opened.person("ana").types("/say 1").sees(TIMED_OUT)
    opened.person("ana").types("/say 2").sees("Heard 1")


def test_a_lost_ack_is_a_timeout_for_the_person_though_the_bot_did_its_work(office: Opener) -> None:
    bot = Counter()
    opened = office(bot)
    opened.fault("lost_ack", 1)
    opened.person("ana").types("/say 1").sees(TIMED_OUT)
    assert len(bot.came) == 1


def test_a_late_command_arrives_after_the_person_was_told_that_it_failed(office: Opener) -> None:
    bot = Counter()
    opened = office(bot, ack_seconds=0.05)
    opened.fault("late_delivery", 1)
    opened.person("ana").types("/say 1").sees(TIMED_OUT)
    assert bot.came == []
    assert len(bot.waits_for(1)) == 1


def test_a_doubled_command_arrives_twice_and_is_answered_once(office: Opener) -> None:
    bot = Counter()
    opened = office(bot)
    opened.fault("doubled_delivery")
    opened.person("ana").types("/say 1")
    first, second = bot.came
    assert first["trigger_id"] == second["trigger_id"]
    door = opened.person("ana").door
    assert len(door.get("messages", **{"as": "UANA"}, channel="CGENERAL")["ephemerals"]) == 1


def test_a_doubled_event_has_one_id_and_says_that_it_is_a_retry(office: Opener) -> None:
    bot = Counter()
    opened = office(bot)
    opened.fault("doubled_delivery")
    opened.person("ana").says("hello")
    assert len({event["event_id"] for event in bot.came}) == 1
    assert sorted(event["retry"] for event in bot.came) == ["0", "1"]


@pytest.mark.parametrize("fault", ["lost_ack", "lost_delivery"])
def test_an_event_without_an_ack_comes_again(office: Opener, fault: str) -> None:
    bot = Counter()
    opened = office(bot)
    opened.fault(fault, 1)
    opened.person("ana").says("hello")
    assert bot.waits_for(2 if fault == "lost_ack" else 1)[-1]["retry"] == "1"


def test_later_attempts_at_an_event_follow_the_workspaces_clock(office: Opener) -> None:
    bot = Counter()
    opened = office(bot)
    opened.fault("lost_ack", 2)
    opened.person("ana").says("hello")
    opened.waits_for(lambda state: state["faults"] == {})
    opened.moves_clock(forward=60)
    assert [event["retry"] for event in bot.waits_for(3)] == ["0", "1", "2"]


def test_a_cut_socket_is_opened_again_and_misses_nothing_of_what_was_said(office: Opener) -> None:
    bot = Counter()
    opened = office(bot, ping_seconds=0.2)
    opened.fault("cut_socket")
    opened.person("ana").says("hello")
    assert bot.waits_for(1)[0]["event"]["text"] == "hello"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
def test_a_disconnect_frame_makes_the_bot_connect_anew(office: Opener, reason: str) -> None:
    opened = office(Counter())
    before = list(opened.server.sandbox.sockets.lines)
    opened.fault("disconnect", reason)
    opened.waits_for(lambda state: state["connected"] == 1 and opened.server.sandbox.sockets.lines != before)
    opened.person("ana").types("/say 1").sees("Heard 1")


def test_a_rate_limit_on_demand_names_its_wait(slack: Slack) -> None:
    slack.door.post("fault", {"name": "api_429", "value": 1, "method": "chat.postMessage"})
    slack.api.auth_test()
    with pytest.raises(SlackApiError) as refused:
        slack.api.chat_postMessage(channel="CGENERAL", text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (429, "1")
    assert slack.api.chat_postMessage(channel="CGENERAL", text="x")["ok"]


def test_a_server_error_on_demand(slack: Slack) -> None:
    slack.door.post("fault", {"name": "api_500", "value": 1})
    with pytest.raises(SlackApiError):
        slack.api.auth_test()
    assert slack.api.auth_test()["ok"]


def test_a_lost_reply_leaves_the_message_in_the_channel(slack: Slack) -> None:
    slack.door.post("fault", {"name": "lost_reply", "value": 1})
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        slack.api.chat_postMessage(channel="CGENERAL", text="Did it arrive?")
    assert [message["text"] for message in slack.api.conversations_history(channel="CGENERAL")["messages"]] == ["Did it arrive?"]


def test_a_fault_is_shown_until_it_is_used_up_or_switched_off(slack: Slack) -> None:
    def shown() -> Any:
        return slack.door.get("state", **{"as": "UANA"})["faults"]

    slack.door.post("fault", {"name": "slow_api", "value": 0.01})
    slack.door.post("fault", {"name": "api_500", "value": 2})
    assert shown() == {"slow_api": 0.01, "api_500": 2}
    slack.door.post("fault", {"name": "slow_api", "value": None})
    slack.door.post("fault", {"name": "api_500", "value": 0})
    assert shown() == {}


def test_an_unknown_fault_is_refused(slack: Slack) -> None:
    with pytest.raises(AssertionError, match="There is no fault 'earthquake'"):
        slack.door.post("fault", {"name": "earthquake", "value": 1})


def test_several_sockets_share_the_work(office: Opener) -> None:
    one, two = Counter(), Counter()
    bots = [two, one]

    def next_bot(app: App) -> None:
        bots.pop()(app)

    opened = office(next_bot)
    opened.starts_a_bot()
    ana = opened.person("ana")
    for number in range(6):
        ana.types(f"/say {number}")
    assert (len(one.came), len(two.came)) == (3, 3)
    opened.fault("doubled_delivery")
    ana.types("/say twice")
    assert one.came[-1]["trigger_id"] == two.came[-1]["trigger_id"]


def test_what_was_said_while_no_bot_was_at_work_comes_when_one_is(office: Opener) -> None:
    bot = Counter()
    opened = office(bot)
    opened.sends_bots_home()
    opened.person("ana").says("anybody there?")
    opened.starts_a_bot()
    [event] = bot.waits_for(1)
    assert (event["event"]["text"], event["retry"]) == ("anybody there?", "1")
