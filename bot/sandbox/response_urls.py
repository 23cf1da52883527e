"""What a bot posts to a response_url: an answer for one person or the channel, or a change to the message that was acted upon."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.sandbox import events, messages
from bot.sandbox.interactivity import ResponseUrl
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import JSON, Channel


class ResponseUrls:
    """Answers /response/<token>. It needs no token of the app; the address is the leave."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def answer(self, request: Request) -> Response:
        try:
            given = self.sandbox.leave.use_response_url(request.path_params["token"])
        except SlackError as error:
            return PlainTextResponse(error.code, status_code=404)
        try:
            self._post(given, json.loads(await request.body()))
        except SlackError as error:
            return PlainTextResponse(error.code, status_code=400)
        except ValueError:
            return PlainTextResponse("invalid_payload", status_code=400)
        return PlainTextResponse("ok")

    def _post(self, given: ResponseUrl, body: Any) -> None:
        workspace = self.sandbox.workspace
        channel = workspace.channels[given.channel]
        if body.get("delete_original"):
            self._delete(given, channel)
            return
        kept = messages.content(body.get("text"), body.get("blocks"))
        original = self._original(given, channel)
        if body.get("replace_original") and original is not None:
            self._replace(given, channel, original, kept)
        elif body.get("response_type") == "in_channel":
            message = messages.from_bot(workspace, kept, thread_ts=body.get("thread_ts", given.thread_ts))
            messages.add(workspace, channel, message)
            events.bot_posted(self.sandbox, channel, message)
        else:
            messages.show(workspace, channel, given.user, kept, thread_ts=body.get("thread_ts", given.thread_ts))

    def _original(self, given: ResponseUrl, channel: Channel) -> JSON | None:
        """The message that was acted upon, if it still stands and is the bot's."""
        if given.ts is None:
            return None
        message = channel.ephemeral(given.ts, given.user) if given.ephemeral else channel.message(given.ts)
        return message if message is not None and message["user"] == self.sandbox.workspace.app.bot_user_id else None

    def _replace(self, given: ResponseUrl, channel: Channel, original: JSON, kept: JSON) -> None:
        if given.ephemeral:
            messages.change_shown(self.sandbox.workspace, channel, original, kept)
            return
        before = dict(original)
        messages.change(self.sandbox.workspace, channel, original, kept)
        events.bot_altered(self.sandbox, channel, "message_changed", message=original, previous_message=before)

    def _delete(self, given: ResponseUrl, channel: Channel) -> None:
        original = self._original(given, channel)
        if original is None:
            return
        if given.ephemeral:
            messages.take_away(self.sandbox.workspace, channel, original)
            return
        messages.remove(self.sandbox.workspace, channel, original)
        events.bot_altered(self.sandbox, channel, "message_deleted", deleted_ts=original["ts"], previous_message=original)
