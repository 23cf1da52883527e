"""The workspace over time: its clock, its file, and its door for people."""

import json
import threading
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.server import start
from tests.door import PATIENCE
from tests.sandbox.conftest import NOON, Clock, Slack, small_workspace
from tests.sandbox.kit import home, section

DAY = 24 * 3600


def test_the_clock_moves_forward_and_the_bot_ticks_before_the_mover_is_answered(new_slack: Any) -> None:
    ticks: list[float] = []
    slack: Slack = new_slack(on_clock_moved=lambda: ticks.append(slack.workspace.now()))
    slack.door.post("clock", {"forward": DAY})
    assert ticks == [NOON + DAY]
    assert slack.door.get("state", **{"as": "UANA"})["clock"] == {"now": NOON + DAY, "offset": DAY}


def test_the_tick_may_call_the_web_api(new_slack: Any) -> None:
    slack: Slack = new_slack(on_clock_moved=lambda: slack.api.chat_postMessage(channel="UANA", text="Good morning"))
    slack.door.post("clock", {"forward": DAY})
    channel = slack.workspace.app_channel("UANA").id
    assert [message["text"] for message in slack.door.get("messages", **{"as": "UANA"}, channel=channel)["messages"]] == ["Good morning"]


def test_the_next_working_day_begins_at_nine_where_the_person_is(slack: Slack) -> None:
    slack.door.post("profile", {"user": "UANA", "changes": {"tz": "Asia/Tokyo"}})
    nine_in_tokyo = NOON + 12 * 3600  # it is 21:00 there; the next nine is Tuesday's
    slack.door.post("clock", {"to": "next working day 9:00", "as": "UANA"})
    assert slack.workspace.now() == nine_in_tokyo
    for _ in range(4):
        slack.door.post("clock", {"to": "next working day 9:00", "as": "UANA"})
    assert slack.workspace.now() == nine_in_tokyo + 6 * DAY  # over the weekend to Monday


@pytest.mark.parametrize("forward", [0, -1, 401 * DAY])
def test_the_clock_moves_neither_back_nor_out_of_reach(slack: Slack, forward: int) -> None:
    with pytest.raises(AssertionError, match="The clock moves forward only"):
        slack.door.post("clock", {"forward": forward})


def test_people_messages_files_home_and_clock_survive_a_restart(new_slack: Any, tmp_path: Path) -> None:
    path = tmp_path / "world.sandbox.json"
    before: Slack = new_slack(keep_in=path)
    before.door.post("join", {"id": "UCID", "name": "cid", "tz": "Asia/Tokyo"})
    before.door.post("say", {"as": "UANA", "channel": "CGENERAL", "text": "still here?"})
    file = before.door.post("upload", {"as": "UANA", "channel": "CGENERAL", "name": "a.txt", "content_base64": "aGk="})["file"]
    before.api.views_publish(user_id="UANA", view=home(section("My things")))
    before.door.post("clock", {"forward": DAY})
    before.server.stop()

    after: Slack = new_slack(keep_in=path)
    texts = [message["text"] for message in after.door.get("messages", **{"as": "UCID"}, channel="CGENERAL")["messages"]]
    assert texts == ["still here?", ""]
    assert after.workspace.now() == NOON + DAY
    assert after.workspace.people["UCID"].tz == "Asia/Tokyo"
    assert after.door.get("home", **{"as": "UANA"}, quiet=1)["view"]["blocks"][0]["text"]["text"] == "My things"
    assert after.api.files_info(file=file["id"])["file"]["name"] == "a.txt"
    assert after.workspace.files[file["id"]].content == b"hi"


def test_a_file_that_is_no_workspace_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.sandbox.json"
    path.write_text("[]")
    with pytest.raises(ValueError, match=r"broken\.sandbox\.json is no workspace file"):
        start(small_workspace(), keep_in=path)


def test_ids_of_messages_are_unique_and_in_order_while_the_clock_stands_still() -> None:
    workspace = small_workspace(clock=Clock())
    given = [workspace.fresh_ts() for _ in range(1000)]
    assert given == sorted(set(given))


def test_the_port_answers_on_this_machine_only(slack: Slack) -> None:
    assert slack.server.url == f"http://127.0.0.1:{slack.server.port}/"


def test_a_port_that_is_taken_is_an_error_at_once(slack: Slack) -> None:
    with pytest.raises(OSError, match="in use"):
        start(small_workspace(), slack.server.port)


def test_changes_are_told_to_who_can_see_them_until_the_server_stops(slack: Slack) -> None:
    with closing(HTTPConnection("127.0.0.1", slack.server.port, timeout=PATIENCE)) as stream:
        stream.request("GET", "/people/events?as=UBEN")
        answer = stream.getresponse()
        slack.api.chat_postEphemeral(channel="CGENERAL", user="UANA", text="for Ana")
        slack.api.chat_postMessage(channel="CGENERAL", text="for all")
        slack.server.stop()
        lines = answer.read().decode().split("data: ")
    told = [json.loads(line)["what"] for line in lines if line]
    assert told == ["state", "message"]
    assert all(thread.name != "sandbox" for thread in threading.enumerate())


@pytest.mark.parametrize(
    ("act", "asked", "sentence"),
    [
        ("say", {"as": "UNOBODY", "channel": "CGENERAL", "text": "x"}, "`as` is not the id of anybody here"),
        ("say", {"as": "UBEN", "channel": "CSECRET", "text": "x"}, "There is no conversation 'CSECRET' for Ben Okri"),
        ("say", {"as": "UBEN", "channel": "CQUIET", "text": "x"}, "Ben Okri is not in #quiet"),
        ("say", {"as": "UBEN", "channel": "CGENERAL", "text": " "}, "A message needs a text or a file"),
        ("press", {"as": "UBEN", "where": {"channel": "CGENERAL", "ts": "1.2"}}, "That message is gone"),
        ("submit", {"as": "UBEN", "view_id": "V1"}, "That form is closed"),
        ("shortcut", {"as": "UBEN", "callback_id": "none"}, "There is no shortcut 'none'"),
        ("upload", {"as": "UBEN", "name": "a", "content_base64": "?"}, "The content is not base64"),
        ("profile", {"user": "UBEN", "changes": {"tz": "Mars/Base"}}, "There is no time zone 'Mars/Base'"),
        ("profile", {"user": "UBEN", "changes": {"shoe_size": 43}}, "A profile has no shoe_size to change"),
        ("join", {"name": "ana"}, "A new person needs a handle that nobody has"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(slack: Slack, act: str, asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        slack.door.post(act, asked)


def test_without_a_name_the_first_person_looks(slack: Slack) -> None:
    assert slack.door.get("state")["me"]["id"] == "UANA"
