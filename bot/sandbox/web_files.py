"""files.*: an upload in three steps, and the download."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.sandbox import events, messages
from bot.sandbox.files import file_object
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.slack_error import SlackError, invalid_arguments
from bot.sandbox.web_api import Call, Method
from bot.sandbox.web_chat import visible_channel
from bot.sandbox.workspace import JSON, Channel, StoredFile

SHARED_IN = {"channel": "channels", "private": "groups", "im": "ims", "app_im": "ims"}


def get_upload_url(call: Call) -> JSON:
    """Step one: the address to send the bytes to."""
    name, length = call.need("filename"), call.need("length")
    if not length.isdigit() or length == "0":
        raise SlackError("missing_argument")
    file_id = call.workspace.fresh_id("F")
    details = file_object(call.sandbox, file_id, name=name, user=call.workspace.app.bot_user_id, size=int(length))
    if call.get("alt_txt") is not None:
        details["alt_txt"] = call.get("alt_txt")
    call.workspace.files[file_id] = StoredFile(details)
    return {"upload_url": f"{call.sandbox.url}upload/{file_id}", "file_id": file_id}


def complete_upload(call: Call) -> JSON:
    """Step three: the files are named and shared. What was not sent, or was completed before, is not found."""
    asked: Any = call.structure("files")
    if not isinstance(asked, list) or not asked:
        raise invalid_arguments(["missing required field: files"])
    stored = [_uploaded(call, entry) for entry in asked]
    channels = [_shareable(call, name) for name in _channel_names(call)]
    if len(channels) > 1 and call.get("thread_ts") is not None:
        raise SlackError("invalid_arguments")
    for one, entry in zip(stored, asked, strict=True):
        one.completed = True
        one.details["title"] = entry.get("title") or one.details["name"]
    for channel in channels:
        _share(call, channel, [one.details for one in stored])
    return {"files": [one.details for one in stored]}


def info(call: Call) -> JSON:
    stored = call.workspace.files.get(call.need("file"))
    if stored is None or not stored.completed:
        raise SlackError("file_not_found")
    return {"file": stored.details, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: Call) -> JSON:
    stored = call.workspace.files.get(call.need("file"))
    if stored is None or not stored.completed:
        raise SlackError("file_not_found")
    if stored.details["user"] != call.workspace.app.bot_user_id:
        raise SlackError("cant_delete_file")
    del call.workspace.files[stored.details["id"]]
    for channel in call.workspace.channels.values():
        _unshare(call, channel, stored.details["id"])
    return {}


class FileStore:
    """The addresses that bytes go to and come from."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def upload(self, request: Request) -> Response:
        """Step two: the raw bytes, whatever their content type says; a real form is taken, too."""
        stored = self.sandbox.workspace.files.get(request.path_params["file_id"])
        if stored is None or stored.completed:
            return PlainTextResponse("not found", status_code=404)
        content = await _bytes_of(request)
        if len(content) != stored.details["size"]:
            return PlainTextResponse("the length differs from what was announced", status_code=400)
        stored.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """The bytes, for the bot's token. Without it Slack shows its sign-in page and says 200."""
        app = self.sandbox.workspace.app
        may_read = request.headers.get("authorization") == f"Bearer {app.bot_token}" and "files:read" in app.manifest.scopes
        if not may_read:
            return HTMLResponse("<!DOCTYPE html><title>Sign in</title><p>Sign in to the sandbox to see this file.</p>")
        stored = self.sandbox.workspace.files.get(request.path_params["file_id"])
        if stored is None or stored.content is None:
            return PlainTextResponse("not found", status_code=404)
        return Response(stored.content, media_type=stored.details["mimetype"])


async def _bytes_of(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    return b""


def _uploaded(call: Call, entry: Any) -> StoredFile:
    stored = call.workspace.files.get(entry.get("id", "")) if isinstance(entry, dict) else None
    if stored is None or stored.completed or stored.content is None:
        raise SlackError("file_not_found")
    return stored


def _channel_names(call: Call) -> list[str]:
    several = call.get("channels")
    if several is not None:
        return several.split(",")
    one = call.get("channel_id")
    return [] if one is None else [one]


def _shareable(call: Call, name: str) -> Channel:
    """Files go only where the bot is a member; a person's id means their direct messages."""
    if name in call.workspace.people:
        return call.workspace.app_channel(name)
    channel = visible_channel(call, name)
    if call.workspace.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _share(call: Call, channel: Channel, files: list[JSON]) -> None:
    kept = messages.content(call.get("initial_comment") or " ", None)
    message = messages.from_bot(call.workspace, kept, thread_ts=call.get("thread_ts"), files=files, subtype="file_share")
    messages.add(call.workspace, channel, message)
    for details in files:
        details[SHARED_IN[channel.kind]].append(channel.id)
        visibility = "public" if channel.kind == "channel" else "private"
        details["shares"].setdefault(visibility, {}).setdefault(channel.id, []).append({"ts": message["ts"]})
    events.bot_posted(call.sandbox, channel, message)


def _unshare(call: Call, channel: Channel, file_id: str) -> None:
    for message in channel.messages:
        if any(shared["id"] == file_id for shared in message.get("files", [])):
            message["files"] = [shared for shared in message["files"] if shared["id"] != file_id]
            call.workspace.changes.tell("message", channel=channel.id)


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
    "files.info": Method(info, ("files:read",)),
    "files.delete": Method(delete, ("files:write",)),
}
