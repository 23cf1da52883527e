"""Photos that people send: fetched from Slack's file host alone, and read by a child with little memory and little time."""

import json
import logging
import subprocess
import sys
from collections.abc import Container, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.wiring import Wiring
from models.refusals import Refusal

log = logging.getLogger("quartermaster")

#: The one host that a picture and the bot's token may travel to and from.
FILE_HOST = "https://files.slack.com/"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

MOST_BYTES = 10_000_000
#: So many pictures of one message are read: Slack takes no more in one.
MOST_PICTURES = 10
#: Seconds for a step of the download, and for the child.
PATIENCE, DECODING = 10, 15
KINDS = {"image/png", "image/jpeg", "image/webp"}
#: The pictures that Slack makes smaller itself, the largest first: of what we don't unpack, as phones send it (HEIC), such a one is read.
THUMBNAILS = ("thumb_1024", "thumb_960", "thumb_800", "thumb_720", "thumb_480", "thumb_360")

_DECODER = Path(__file__).with_name("decoder.py")


def codes_in(wiring: Wiring, file_ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """The codes in these pictures, each once, and why others of them could not be read. Refuses where none of them could."""
    if not file_ids:
        raise Refusal("There is no photo in that message.")
    codes, unread, read = dict[str, None](), list[Refusal](), 0
    for file_id in file_ids[:MOST_PICTURES]:
        try:
            codes |= dict.fromkeys(_codes(*fetched(wiring, file_id)))
            read += 1
        except Refusal as refusal:
            unread.append(refusal)
    if unread and not read:
        raise unread[0]
    return list(codes), [refusal.text for refusal in unread]


def fetched(wiring: Wiring, file_id: str) -> tuple[str, bytes]:
    """A picture's name and its bytes. Refuses what is no picture, what is too large, and an address that is not Slack's."""
    details = details_of(wiring, file_id)
    name = str(details.get("name") or "That file")
    address = str(details.get("url_private_download") or details.get("url_private") or "")
    if details.get("mimetype") not in KINDS:
        address = _thumbnail(details)
        if not address:
            raise _unreadable(name, picture=str(details.get("mimetype") or "").startswith("image/"))
    elif int(details.get("size") or 0) > MOST_BYTES:
        raise _too_large(name)
    require_slacks(wiring, name, details, address)
    return name, downloaded(name, address, token=wiring.client.token)


def require_slacks(wiring: Wiring, name: str, details: Mapping[str, Any], address: str) -> None:
    """Refuses a file that does not lie with Slack."""
    if details.get("is_external") or not is_slacks(address, api_url=wiring.settings.slack_api_url):
        raise Refusal(f"{name} does not lie with Slack, so I don't fetch it. Send the file itself.")


def _thumbnail(details: Mapping[str, Any]) -> str:
    """Where Slack's own largest picture of another kind of picture is; nothing where it made none, and of what is no picture at all."""
    is_picture = str(details.get("mimetype") or "").startswith("image/")
    return next((str(details[size]) for size in THUMBNAILS if is_picture and details.get(size)), "")


def is_slacks(address: str, *, api_url: str) -> bool:
    """Whether an address is on Slack's file host; where the API is a server on this machine, on that very server."""
    api = urlsplit(api_url)
    host = f"{api.scheme}://{api.netloc}/" if api.hostname in LOOPBACK else FILE_HOST
    return address.startswith(host)


def details_of(wiring: Wiring, file_id: str) -> Mapping[str, Any]:
    """What Slack says of a file."""
    try:
        found: Mapping[str, Any] = wiring.client.files_info(file=file_id)["file"]
    except SlackApiError as refused:
        log.warning("Slack does not show file %s: %s", file_id, refused.response.get("error"))
        raise Refusal("Slack does not show me that file. Send it to me directly.") from refused
    except (SlackClientError, OSError) as lost:
        raise _unreachable() from lost
    return found


def downloaded(name: str, address: str, *, token: str | None, kinds: Container[str] = KINDS) -> bytes:
    """The bytes at an address that is Slack's. Refuses too many, and what is of another kind; follows no redirection."""
    opener = OpenerDirector()  # put together by hand: it follows no redirection
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    asking = Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        with opener.open(asking, timeout=PATIENCE) as answer:
            return _read(answer, name, kinds)
    except HTTPError as refused:
        log.warning("Slack's file host answered %s", refused.code)
        raise _unreachable() from refused
    except (URLError, OSError, HTTPException) as lost:
        raise _unreachable() from lost


def _read(answer: HTTPResponse, name: str, kinds: Container[str]) -> bytes:
    if answer.headers.get_content_type() not in kinds:
        log.warning("Slack's file host gave %s: does the app have files:read?", answer.headers.get_content_type())
        raise Refusal("Slack does not let me read files. Ask an admin to install the app again, with the scope files:read.")
    content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _too_large(name)
    return content


def _codes(name: str, content: bytes) -> list[str]:
    """What the child finds in it. The child gets no environment, and nothing that is ours but the picture."""
    run = [sys.executable, "-I", str(_DECODER)]
    try:
        done = subprocess.run(run, input=content, capture_output=True, env={}, timeout=DECODING, check=False)
    except subprocess.TimeoutExpired as late:
        raise _too_hard(name) from late
    if done.returncode:
        log.warning("the decoder ended with %s: %s", done.returncode, done.stderr[-500:].decode(errors="replace"))
        raise _too_hard(name)
    said = json.loads(done.stdout)
    match said.get("refused"):
        case "pixels":
            raise _too_large(name)
        case "picture":
            raise _unreadable(name, picture=True)
    return [str(code) for code in said["codes"]]


def _unreadable(name: str, *, picture: bool) -> Refusal:
    if picture:
        return Refusal(f"{name} is no picture that I can read. Send a photo as JPEG, PNG or WebP.")
    return Refusal(
        f"I can't read {name}. I read photos (JPEG, PNG or WebP) for their codes, and CSV files to import them: "
        'if it holds a table, save that as "CSV UTF-8" and drop it here.'
    )


def _too_large(name: str) -> Refusal:
    return Refusal(f"{name} is too large: I read pictures of up to 10 MB and 25 megapixels. Send a smaller one.")


def _too_hard(name: str) -> Refusal:
    return Refusal(f"{name} takes me too long to read. Take the photo again, closer to the codes.")


def _unreachable() -> Refusal:
    return Refusal("I could not fetch that file from Slack. Send it once more.")
