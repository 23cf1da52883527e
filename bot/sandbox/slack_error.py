"""How Slack says no to an app."""

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """An answer of `"ok": false`: the error code and whatever Slack adds to it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.extra}


def invalid_arguments(complaints: Sequence[str]) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {complaint}" for complaint in complaints]})


def invalid_blocks(complaints: Sequence[str]) -> SlackError:
    """A message's blocks were refused; the complaints are given twice, with and without their prefix."""
    messages = [f"[ERROR] {complaint}" for complaint in complaints]
    return SlackError("invalid_blocks", errors=list(complaints), response_metadata={"messages": messages})


class TooFast(Exception):  # noqa: N818 - it is no error of the program
    """Answered with HTTP 429 and Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
