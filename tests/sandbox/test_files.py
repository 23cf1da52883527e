"""Files: sent by people, sent by the bot in three steps, and fetched with the bot's token."""

import urllib.request

import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from tests.sandbox.conftest import Opener, Slack
from tests.sandbox.kit import Json


def fetched(address: str, token: str | None = None) -> tuple[str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        return answer.headers["content-type"], answer.read()


def test_a_persons_file_reaches_the_bot_which_can_fetch_it(office: Opener) -> None:
    events: list[Json] = []

    def listeners(app: App) -> None:
        @app.event("message")
        @app.event("file_shared")
        def hear(event: Json) -> None:
            events.append(event)

    opened = office(listeners)
    opened.person("ana").uploads("list.csv", b"a,b\n1,2\n", text="the list").sees("[file list.csv]")
    message = next(event for event in events if event["type"] == "message")
    assert (message["subtype"], message["files"][0]["filetype"]) == ("file_share", "csv")
    assert {event["type"] for event in events} == {"message", "file_shared"}
    token = opened.server.sandbox.workspace.app.bot_token
    assert fetched(message["files"][0]["url_private"], token) == ("text/csv; charset=utf-8", b"a,b\n1,2\n")


def test_a_file_without_a_token_is_a_sign_in_page(slack: Slack) -> None:
    file = slack.door.post("upload", {"as": "UANA", "name": "a.png", "content_base64": "aGk="})["file"]
    private = slack.api.files_info(file=file["id"])["file"]["url_private"]
    kind, body = fetched(private)
    assert kind.startswith("text/html")
    assert b"Sign in" in body


def test_the_bots_upload_appears_where_it_was_shared(slack: Slack) -> None:
    slack.api.files_upload_v2(channel="CGENERAL", filename="label.png", content=b"picture", initial_comment="The label")
    [message] = slack.door.get("messages", **{"as": "UBEN"}, channel="CGENERAL")["messages"]
    assert (message["text"], message["files"][0]["name"]) == ("The label", "label.png")
    assert fetched(message["files"][0]["url"])[1] == b"picture"


def test_an_upload_is_completed_once_and_only_with_its_bytes(slack: Slack) -> None:
    begun = slack.api.files_getUploadURLExternal(filename="a.txt", length=2)
    files = [{"id": begun["file_id"], "title": "A"}]
    with pytest.raises(SlackApiError, match="file_not_found"):
        slack.api.files_completeUploadExternal(files=files)
    urllib.request.urlopen(begun["upload_url"], b"hi").close()
    slack.api.files_completeUploadExternal(files=files)
    with pytest.raises(SlackApiError, match="file_not_found"):
        slack.api.files_completeUploadExternal(files=files)


def test_a_file_is_not_shared_where_the_bot_is_not(slack: Slack) -> None:
    with pytest.raises(SlackApiError, match="not_in_channel"):
        slack.api.files_upload_v2(channel="CQUIET", filename="a.txt", content=b"hi")
    with pytest.raises(SlackApiError, match="missing_argument"):
        slack.api.files_getUploadURLExternal(filename="a.txt", length=0)
