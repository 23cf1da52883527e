"""Messages, mentions, threads, unread marks and the App Home between people and a bot."""

from typing import Any

from slack_bolt import App, Say
from slack_sdk import WebClient

from tests.sandbox.conftest import MANIFEST, Opener, small_workspace, without_scope
from tests.sandbox.kit import Json, actions, button, home, section


class Listener:
    """A bot that remembers every event, and answers a message that says "echo"."""

    def __init__(self) -> None:
        self.events: list[Json] = []

    def __call__(self, app: App) -> None:
        for name in ("message", "app_mention", "user_change", "team_join", "member_joined_channel", "file_shared"):
            app.event(name)(self.hear)

        @app.event("app_home_opened")
        def show_home(event: Json, client: WebClient) -> None:
            self.events.append(event)
            client.views_publish(
                user_id=event["user"], view=home(section(f"Home of <@{event['user']}>"), actions(button("Knock", "knock")))
            )

    def hear(self, event: Json, say: Say) -> None:
        self.events.append(event)
        if event.get("text") == "echo":
            say("echo, echo")

    def of(self, kind: str) -> list[Json]:
        return [event for event in self.events if event["type"] == kind]


def test_what_someone_says_to_the_bot_arrives_as_a_direct_message(office: Opener) -> None:
    bot = Listener()
    office(bot).person("ana").says("5 < 6 & more")
    [event] = bot.events
    assert (event["text"], event["user"], event["channel_type"]) == ("5 &lt; 6 &amp; more", "UANA", "im")


def test_an_answer_in_direct_messages_is_seen_by_that_person_only(office: Opener) -> None:
    opened = office(Listener())
    opened.person("ana").says("echo").sees("echo, echo")
    opened.person("ben").sees_no("echo")


def test_a_mention_arrives_as_a_message_and_as_a_mention(office: Opener) -> None:
    bot = Listener()
    office(bot).person("ana").says("@parrot hello", to="general")
    assert sorted(event["type"] for event in bot.events) == ["app_mention", "message"]
    assert len({event["ts"] for event in bot.events}) == 1


def test_a_channel_without_the_bot_stays_between_people(office: Opener) -> None:
    bot = Listener()
    opened = office(bot)
    opened.person("ana").says("@parrot hello", to="quiet")
    opened.person("ana").says("just us", to="ben")
    opened.person("ben").sees("just us")
    assert bot.events == []


def test_an_event_without_its_scope_is_not_sent(office: Opener) -> None:
    bot = Listener()
    office(bot, small_workspace(without_scope("im:history"))).person("ana").says("hello")
    assert bot.events == []


def test_an_event_that_is_not_subscribed_is_not_sent(office: Opener) -> None:
    bot = Listener()
    settings = MANIFEST["settings"] | {"event_subscriptions": {"bot_events": ["message.im"]}}
    ana = office(bot, small_workspace(MANIFEST | {"settings": settings})).person("ana")
    ana.says("@parrot hello", to="general").says("hello")
    assert [event["channel_type"] for event in bot.events] == ["im"]


def test_a_reply_stays_in_its_thread(office: Opener) -> None:
    bot = Listener()
    opened = office(bot)
    ana = opened.person("ana").says("parent", to="general")
    parent = bot.events[0]["ts"]
    ana.says("child", to="general", thread_ts=parent)
    ana.sees_no("child")
    thread = opened.door.get("thread", **{"as": "UANA"}, channel="CGENERAL", ts=parent)["messages"]
    assert [message["text"] for message in thread] == ["parent", "child"]
    assert thread[0]["reply_count"] == 1


def test_unread_marks_and_pings_count_what_others_said(office: Opener) -> None:
    opened = office(Listener())
    opened.person("ana").says("hello @ben", to="general").says("again", to="general")
    ben = opened.person("ben")
    assert ben.pings() == 1
    opened.door.post("read", {"as": "UBEN", "channel": "CGENERAL"})
    assert ben.pings() == 0


def test_looking_at_home_tells_the_bot_and_shows_what_it_publishes(office: Opener) -> None:
    bot = Listener()
    ana = office(bot).person("ana").opens_home()
    assert "Home of @ana" in ana.home()
    ana.opens_home()
    assert "view" not in bot.events[0]
    assert bot.events[1]["view"]["type"] == "home"


def test_publishing_the_same_home_again_is_no_news(office: Opener) -> None:
    opened = office(Listener())
    opened.person("ana").opens_home()
    before = opened.server.sandbox.workspace.changes.revision
    opened.person("ana").opens_home()
    assert opened.server.sandbox.workspace.changes.revision == before


def test_a_changed_profile_and_a_new_colleague_are_told(office: Opener) -> None:
    bot = Listener()
    door = office(bot).door
    door.post("profile", {"user": "UBEN", "changes": {"tz": "Asia/Tokyo"}})
    door.post("join", {"name": "cid", "real_name": "Cid Ra"})
    door.post("profile", {"user": "UBEN", "changes": {"deleted": True}})
    told: list[Any] = [(event["type"], event["user"]["name"], event["user"]["deleted"]) for event in bot.events]
    assert told == [("user_change", "ben", False), ("team_join", "cid", False), ("user_change", "ben", True)]


def test_the_bots_own_posts_do_not_make_it_talk_to_itself(office: Opener) -> None:
    bot = Listener()
    ana = office(bot).person("ana").says("echo")
    ana.sees("echo, echo")
    ana.says("done")
    assert [event["text"] for event in bot.of("message")] == ["echo", "done"]


def test_an_edit_is_told_as_a_change_and_not_as_a_new_message(office: Opener) -> None:
    bot = Listener()
    ana = office(bot).person("ana").says("five bolts").edits("five bolts", "six bolts")
    ana.sees("six bolts")
    assert bot.events[1]["subtype"] == "message_changed"
    assert (bot.events[1]["previous_message"]["text"], bot.events[1]["message"]["text"]) == ("five bolts", "six bolts")


def test_a_bot_that_is_invited_hears_what_is_said(office: Opener) -> None:
    bot = Listener()
    ana = office(bot).person("ana").invites("bot", to="quiet")
    ana.says("welcome", to="quiet")
    assert [event["type"] for event in bot.events] == ["member_joined_channel", "message"]
    assert bot.events[0]["inviter"] == "UANA"
