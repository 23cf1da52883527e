"""Slack's pages: a limit, and a cursor that says where the next page begins."""

import base64
import binascii
from collections.abc import Sequence

from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api import Call
from bot.sandbox.workspace import JSON


def limit_of(call: Call, *, otherwise: int, most: int) -> int:
    """The page's length that was asked for."""
    asked = call.get("limit")
    if asked is None:
        return otherwise
    if not asked.isdigit() or int(asked) < 1:
        raise SlackError("invalid_limit")
    return min(int(asked), most)


def page(call: Call, everything: Sequence[JSON | str], *, limit: int) -> tuple[list[JSON | str], str]:
    """One page, and the cursor of the next: empty on the last."""
    start = _start(call.get("cursor"))
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(everything) else ""
    return list(everything[start:end]), cursor


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if word != "next" or not number.isdigit():
        raise SlackError("invalid_cursor")
    return int(number)
