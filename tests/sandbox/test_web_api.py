"""What Slack refuses, the sandbox refuses: the calls that a mock would take."""

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.conftest import MANIFEST, Slack, without_scope
from tests.sandbox.kit import NAME, Json, actions, button, home, modal, section

NewSlack = Callable[..., Slack]


def refusal(call: Callable[..., Any], **arguments: Any) -> Json:
    """The answer to a call that must be refused."""
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return dict(refused.value.response.data)


def post(slack: Slack, **more: Any) -> str:
    return str(slack.api.chat_postMessage(**{"channel": "CGENERAL", "text": "Hello"} | more)["ts"])


# Arguments and tokens


@pytest.mark.parametrize("form", ["json", "form", "query"])
def test_arguments_come_in_three_forms(slack: Slack, form: str) -> None:
    arguments = {"channel": "CGENERAL", "text": "Hello", "blocks": [section("Hi")]}
    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}
    address, body, kind = f"{slack.server.api_url}chat.postMessage", None, "text/plain"
    if form == "json":
        body, kind = json.dumps(arguments).encode(), "application/json; charset=utf-8"
    elif form == "form":
        body, kind = urllib.parse.urlencode(flat).encode(), "application/x-www-form-urlencoded"
    else:
        address += "?" + urllib.parse.urlencode(flat)
    headers = {"Authorization": f"Bearer {slack.api.token}", "Content-Type": kind}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
        assert json.load(answer)["message"]["blocks"][0]["text"]["text"] == "Hi"


def test_auth_test_tells_who_the_bot_is_and_what_it_may(slack: Slack) -> None:
    answer = slack.api.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == ("U0SANDBOXBOT", "B0SANDBOX")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-sandbox-app", "not_allowed_token_type")]
)
def test_a_wrong_token_is_refused(slack: Slack, token: str, error: str) -> None:
    client = WebClient(token=token, base_url=slack.server.api_url, retry_handlers=[])
    assert refusal(client.auth_test)["error"] == error


def test_sockets_take_the_apps_token_only(slack: Slack) -> None:
    assert refusal(slack.api.apps_connections_open, app_token=slack.api.token)["error"] == "not_allowed_token_type"
    assert slack.api.apps_connections_open(app_token="xapp-sandbox-app")["url"].startswith("ws://127.0.0.1:")


def test_a_scope_that_the_manifest_lacks_is_named(new_slack: NewSlack) -> None:
    answer = refusal(new_slack(without_scope("chat:write")).api.chat_postMessage, channel="CGENERAL", text="Hello")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "chat:write" not in answer["provided"].split(",")


def test_an_unknown_method_is_unknown(slack: Slack) -> None:
    assert refusal(slack.api.api_call, api_method="chat.shout")["error"] == "unknown_method"


def test_a_missing_argument_is_named(slack: Slack) -> None:
    answer = refusal(slack.api.api_call, api_method="chat.postMessage", json={"text": "Hello"})
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


# Posting


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "CNOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "CSECRET", "text": "x"}, "channel_not_found"),
        ({"channel": "CQUIET", "text": "x"}, "not_in_channel"),
        ({"channel": "CGENERAL"}, "no_text"),
        ({"channel": "CGENERAL", "blocks": "[]]"}, "invalid_blocks_format"),
        ({"channel": "CGENERAL", "blocks": [section("y" * 3001)]}, "invalid_blocks"),
        ({"channel": "CGENERAL", "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": "CGENERAL", "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)
def test_a_post_that_slack_refuses(slack: Slack, arguments: Json, error: str) -> None:
    assert refusal(slack.api.api_call, api_method="chat.postMessage", json=arguments)["error"] == error


def test_bad_blocks_are_told_with_and_without_their_prefix(slack: Slack) -> None:
    answer = refusal(slack.api.chat_postMessage, channel="CGENERAL", text="x", blocks=[{"type": "divider"}] * 51)
    assert answer["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert answer["response_metadata"]["messages"] == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_public_channels_are_open_with_the_scope_for_it(new_slack: NewSlack) -> None:
    scopes = [*MANIFEST["oauth_config"]["scopes"]["bot"], "chat:write.public"]
    slack = new_slack(MANIFEST | {"oauth_config": {"scopes": {"bot": scopes}}})
    assert post(slack, channel="CQUIET")


def test_a_post_to_a_person_lands_in_their_direct_messages(slack: Slack) -> None:
    answer = slack.api.chat_postMessage(channel="UANA", text="Hello")
    assert answer["channel"].startswith("D")
    assert answer["channel"] == slack.api.conversations_open(users="UANA")["channel"]["id"]


def test_bare_signs_come_back_escaped_and_entities_as_they_are(slack: Slack) -> None:
    answer = slack.api.chat_postMessage(channel="CGENERAL", text="a & b &amp; 1 < 2 <@UANA>")
    assert answer["message"]["text"] == "a &amp; b &amp; 1 &lt; 2 <@UANA>"


def test_too_many_messages_at_once_are_put_off(new_slack: NewSlack) -> None:
    slack = new_slack(message_burst=2)
    post(slack)
    post(slack)
    with pytest.raises(SlackApiError) as refused:
        post(slack)
    assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (429, "1")
    assert post(slack, channel="UANA")


def test_an_ephemeral_message_needs_a_member_to_see_it(slack: Slack) -> None:
    slack.door.post("join", {"id": "UCID", "name": "cid"})
    slack.door.post("profile", {"user": "UCID", "changes": {"deleted": True}})
    assert refusal(slack.api.chat_postEphemeral, channel="CGENERAL", user="UCID", text="x")["error"] == "user_not_in_channel"
    assert slack.api.chat_postEphemeral(channel="CGENERAL", user="UANA", text="x")["message_ts"]


# Changing what was posted


def test_text_without_blocks_removes_the_blocks_and_marks_the_message_edited(slack: Slack) -> None:
    ts = post(slack, blocks=[section("Hi")])
    slack.api.chat_update(channel="CGENERAL", ts=ts, text="Bye")
    [message] = slack.api.conversations_history(channel="CGENERAL")["messages"]
    assert "blocks" not in message
    assert "edited" in message


def test_metadata_stays_until_it_is_taken_away_and_is_told_only_when_asked_for(slack: Slack) -> None:
    ts = post(slack, metadata={"event_type": "notice", "event_payload": {"id": 7}})
    slack.api.chat_update(channel="CGENERAL", ts=ts, text="Bye")
    [short] = slack.api.conversations_history(channel="CGENERAL")["messages"]
    [whole] = slack.api.conversations_history(channel="CGENERAL", include_all_metadata=True)["messages"]
    assert short["metadata"] == {"event_type": "notice"}
    assert whole["metadata"]["event_payload"] == {"id": 7}
    slack.api.chat_update(channel="CGENERAL", ts=ts, text="Bye", metadata={})
    assert "metadata" not in slack.api.conversations_history(channel="CGENERAL")["messages"][0]


def test_only_the_bots_own_lasting_messages_can_be_changed(slack: Slack) -> None:
    slack.door.post("say", {"as": "UANA", "channel": "CGENERAL", "text": "mine"})
    theirs = slack.api.conversations_history(channel="CGENERAL")["messages"][0]["ts"]
    fleeting = slack.api.chat_postEphemeral(channel="CGENERAL", user="UANA", text="x")["message_ts"]
    assert refusal(slack.api.chat_update, channel="CGENERAL", ts=theirs, text="x")["error"] == "cant_update_message"
    assert refusal(slack.api.chat_delete, channel="CGENERAL", ts=theirs)["error"] == "cant_delete_message"
    assert refusal(slack.api.chat_update, channel="CGENERAL", ts=fleeting, text="x")["error"] == "message_not_found"


@pytest.mark.parametrize(("change", "error"), [({"text": "x" * 4001}, "msg_too_long"), ({"channel": "UANA"}, "channel_not_found")])
def test_an_update_that_slack_refuses(slack: Slack, change: Json, error: str) -> None:
    assert refusal(slack.api.chat_update, **{"channel": "CGENERAL", "ts": post(slack), "text": "x"} | change)["error"] == error


def test_a_deleted_message_is_gone(slack: Slack) -> None:
    ts = post(slack)
    assert slack.api.chat_getPermalink(channel="CGENERAL", message_ts=ts)["permalink"].endswith(ts.replace(".", ""))
    slack.api.chat_delete(channel="CGENERAL", ts=ts)
    assert refusal(slack.api.chat_getPermalink, channel="CGENERAL", message_ts=ts)["error"] == "message_not_found"


def test_a_reaction_is_given_once(slack: Slack) -> None:
    mark = {"channel": "CGENERAL", "timestamp": post(slack), "name": "eyes"}
    slack.api.reactions_add(**mark)
    assert refusal(slack.api.reactions_add, **mark)["error"] == "already_reacted"


# Views


def test_a_trigger_is_good_once_and_for_three_seconds(slack: Slack) -> None:
    used, old = slack.fresh_trigger(), slack.fresh_trigger()
    slack.api.views_open(trigger_id=used, view=modal(NAME))
    assert refusal(slack.api.views_open, trigger_id=used, view=modal(NAME))["error"] == "exchanged_trigger_id"
    slack.clock.now += 4
    assert refusal(slack.api.views_open, trigger_id=old, view=modal(NAME))["error"] == "expired_trigger_id"
    assert refusal(slack.api.views_open, trigger_id="12.34.ab", view=modal(NAME))["error"] == "invalid_trigger_id"


def test_three_forms_lie_on_each_other_and_no_fourth(slack: Slack) -> None:
    view = slack.api.views_open(trigger_id=slack.fresh_trigger(), view=modal(NAME))["view"]
    for _ in range(2):
        view = slack.api.views_push(trigger_id=slack.fresh_trigger(view_id=view["id"]), view=modal(NAME))["view"]
    fourth = slack.fresh_trigger(view_id=view["id"])
    assert refusal(slack.api.views_push, trigger_id=fourth, view=modal(NAME))["error"] == "push_limit_reached"
    assert refusal(slack.api.views_push, trigger_id=slack.fresh_trigger(), view=modal(NAME))["error"] == "not_found"


def test_a_view_is_updated_by_the_version_that_was_read(slack: Slack) -> None:
    first = slack.api.views_open(trigger_id=slack.fresh_trigger(), view=modal(NAME, external_id="x"))["view"]
    second = slack.api.views_update(external_id="x", hash=first["hash"], view=modal(NAME, external_id="x", title="New"))["view"]
    assert second["hash"] != first["hash"]
    assert refusal(slack.api.views_update, view_id=first["id"], hash=first["hash"], view=modal(NAME))["error"] == "hash_conflict"


def test_a_closed_view_is_not_found(slack: Slack) -> None:
    view = slack.api.views_open(trigger_id=slack.fresh_trigger(), view=modal(NAME))["view"]
    slack.door.post("close", {"as": "UANA", "view_id": view["id"]})
    assert refusal(slack.api.views_update, view_id=view["id"], view=modal(NAME))["error"] == "not_found"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (modal(NAME, title="T" * 25), "invalid_arguments"),
        (home(section("x")), "invalid_arguments"),
        (modal(NAME, NAME), "invalid_arguments"),
        ({"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [NAME]}, "invalid_arguments"),
        (modal(*(section("x" * 3000) for _ in range(90))), "view_too_large"),
        (modal(NAME, external_id="taken"), "duplicate_external_id"),
    ],
)
def test_a_view_that_slack_refuses(slack: Slack, view: Json, error: str) -> None:
    slack.api.views_open(trigger_id=slack.fresh_trigger("UBEN"), view=modal(NAME, external_id="taken"))
    assert refusal(slack.api.views_open, trigger_id=slack.fresh_trigger(), view=view)["error"] == error


def test_what_is_wrong_with_a_view_is_told_with_its_place(slack: Slack) -> None:
    answer = refusal(slack.api.views_open, trigger_id=slack.fresh_trigger(), view=modal(NAME, title="T" * 25))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
    ]


def test_home_needs_its_tab_in_the_manifest(new_slack: NewSlack) -> None:
    off = MANIFEST | {"features": MANIFEST["features"] | {"app_home": {"home_tab_enabled": False}}}
    assert refusal(new_slack(off).api.views_publish, user_id="UANA", view=home(section("x")))["error"] == "not_enabled"


def test_ids_that_were_left_out_come_back_made_up(slack: Slack) -> None:
    view = slack.api.views_publish(user_id="UANA", view=home(section("x"), actions(button("A", "a"))))["view"]
    assert view["blocks"][0]["block_id"]
    assert view["blocks"][1]["elements"][0]["text"]["emoji"] is True


# Response urls


def told_by(address: str, body: Json) -> tuple[int, str]:
    asked = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_response_url_is_good_for_thirty_minutes(slack: Slack) -> None:
    address = slack.fresh_response_url()
    assert told_by(address, {"text": "Now"}) == (200, "ok")
    slack.clock.now += 31 * 60
    assert told_by(address, {"text": "Late"}) == (404, "expired_url")


def test_a_response_url_says_plainly_that_blocks_are_wrong(slack: Slack) -> None:
    assert told_by(slack.fresh_response_url(), {"blocks": [section("y" * 3001)]}) == (400, "invalid_blocks")


def test_an_ephemeral_message_can_be_removed_by_its_response_url(slack: Slack) -> None:
    ts = slack.api.chat_postEphemeral(channel="CGENERAL", user="UANA", text="Shh")["message_ts"]
    told_by(slack.fresh_response_url(ts=ts, ephemeral=True), {"delete_original": True})
    assert slack.door.get("messages", **{"as": "UANA"}, channel="CGENERAL")["ephemerals"] == []


# Conversations and people


def test_history_comes_newest_first_in_pages_without_replies(slack: Slack) -> None:
    first = post(slack, text="1")
    post(slack, text="reply", thread_ts=first)
    post(slack, text="2")
    post(slack, text="3")
    page = slack.api.conversations_history(channel="CGENERAL", limit=2)
    rest = slack.api.conversations_history(channel="CGENERAL", limit=2, cursor=page["response_metadata"]["next_cursor"])
    assert [message["text"] for message in page["messages"] + rest["messages"]] == ["3", "2", "1"]
    assert [message["text"] for message in slack.api.conversations_replies(channel="CGENERAL", ts=first)["messages"]] == ["1", "reply"]


def test_history_begins_after_the_oldest_that_was_named(slack: Slack) -> None:
    first, second = post(slack, text="1"), post(slack, text="2")
    after = slack.api.conversations_history(channel="CGENERAL", oldest=first)["messages"]
    since = slack.api.conversations_history(channel="CGENERAL", oldest=first, inclusive=True)["messages"]
    assert [message["ts"] for message in after] == [second]
    assert [message["ts"] for message in since] == [second, first]


def test_history_is_for_members_and_joining_makes_one(slack: Slack) -> None:
    assert refusal(slack.api.conversations_history, channel="CQUIET")["error"] == "not_in_channel"
    slack.api.conversations_join(channel="CQUIET")
    assert slack.api.conversations_history(channel="CQUIET")["messages"] == []
    assert slack.api.conversations_join(channel="CQUIET")["warning"] == "already_in_channel"
    assert refusal(slack.api.conversations_join, channel="CSECRET")["error"] == "channel_not_found"


def test_channels_and_their_members_are_listed(slack: Slack) -> None:
    listed = slack.api.conversations_list(types="public_channel,private_channel")["channels"]
    assert [(channel["name"], channel["is_member"]) for channel in listed] == [("general", True), ("quiet", False)]
    assert slack.api.conversations_members(channel="CGENERAL")["members"] == ["UANA", "UBEN", "U0SANDBOXBOT"]
    assert slack.api.conversations_info(channel="CGENERAL", include_num_members=True)["channel"]["num_members"] == 3


def test_direct_messages_open_with_people_who_are_there(slack: Slack) -> None:
    slack.door.post("profile", {"user": "UBEN", "changes": {"deleted": True}})
    assert refusal(slack.api.conversations_open, users="UBEN")["error"] == "user_disabled"
    assert refusal(slack.api.conversations_open, users="UNOBODY")["error"] == "user_not_found"
    assert refusal(slack.api.chat_postMessage, channel="UBEN", text="x")["error"] == "channel_not_found"


def test_people_are_told_with_their_zone_and_without_an_address_that_was_not_asked_for(slack: Slack) -> None:
    user = slack.api.users_info(user="UANA")["user"]
    assert (user["tz"], user["tz_offset"], user["profile"]["real_name"]) == ("Europe/Lisbon", 0, "Ana Silva")
    assert "email" not in user["profile"]
    assert refusal(slack.api.users_lookupByEmail, email="ana@example.com")["error"] == "missing_scope"
    assert refusal(slack.api.users_info, user="UNOBODY")["error"] == "user_not_found"


def test_everybody_is_listed_bots_and_slackbot_included(slack: Slack) -> None:
    first = slack.api.users_list(limit=3)
    rest = slack.api.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert {user["id"] for user in first["members"] + rest["members"]} == {"UANA", "UBEN", "USLACKBOT", "U0SANDBOXBOT"}


def test_an_address_finds_its_person_with_the_scope_for_it(new_slack: NewSlack) -> None:
    scopes = [*MANIFEST["oauth_config"]["scopes"]["bot"], "users:read.email"]
    slack = new_slack(MANIFEST | {"oauth_config": {"scopes": {"bot": scopes}}})
    assert slack.api.users_lookupByEmail(email="ANA@example.com")["user"]["id"] == "UANA"
    assert refusal(slack.api.users_lookupByEmail, email="x@example.com")["error"] == "users_not_found"


def test_user_groups_are_told_with_their_people_on_request(new_slack: NewSlack) -> None:
    scopes = [*MANIFEST["oauth_config"]["scopes"]["bot"], "usergroups:read"]
    slack = new_slack(MANIFEST | {"oauth_config": {"scopes": {"bot": scopes}}})
    slack.workspace.usergroups.append({"id": "S1", "handle": "keepers", "name": "Keepers", "users": ["UANA"]})
    assert "users" not in slack.api.usergroups_list()["usergroups"][0]
    assert slack.api.usergroups_users_list(usergroup="S1")["users"] == ["UANA"]
    assert refusal(slack.api.usergroups_users_list, usergroup="S2")["error"] == "no_such_subteam"


def test_an_archived_channel_takes_no_messages(slack: Slack) -> None:
    slack.workspace.channels["CGENERAL"].is_archived = True
    assert refusal(slack.api.chat_postMessage, channel="CGENERAL", text="x")["error"] == "is_archived"
    assert slack.api.conversations_list(exclude_archived=True)["channels"][0]["id"] == "CQUIET"
