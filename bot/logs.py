"""The log: lines on stderr, in which nothing stands that would let its reader into Slack."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

#: Tokens, the addresses that answers are posted to, and the tickets with which a socket is opened.
_SECRETS = (
    re.compile(r"\b(xox[a-z]|xapp|xwfp)-[\w.%-]+"),
    re.compile(r"(https?://hooks\.slack\.com/)[^\s\"'<>]+"),
    re.compile(r"(https?://[\w.:\[\]-]+/response/)[^\s\"'<>]+"),
    re.compile(r"(\b(?:ticket|token|client_secret|signing_secret)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,}]+", re.IGNORECASE),
    re.compile(r"(\bBearer\s+)\S+", re.IGNORECASE),
)

#: These say much that is only for their makers, and write whole requests when they are asked for details.
_CHATTY = ("slack_sdk", "slack_bolt", "apscheduler", "alembic", "uvicorn", "websockets", "asyncio")
#: Whatever this one logs, it raises as well.
_TWICE = "slack_sdk.web.base_client"


def redacted(text: str) -> str:
    """The text with every secret blacked out."""
    for secret in _SECRETS:
        text = secret.sub(r"\1…", text)
    return text


class Redacting(logging.Formatter):
    """Writes a record as one line (and its traceback), and blacks out secrets wherever in it they stand."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, without secrets."""
        return redacted(super().format(record))


def start_logging(level: str) -> None:
    """Logs to stderr from that level on; the libraries below only what is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_worth_saying)
    logging.basicConfig(level=level, handlers=[handler], force=True)


@contextmanager
def bolt_is_silent() -> Iterator[None]:
    """While a bot starts: what goes wrong then is raised, and said once, by whoever starts it."""
    handlers = list(logging.root.handlers)
    for handler in handlers:
        handler.addFilter(_not_bolt)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(_not_bolt)


def _not_bolt(record: logging.LogRecord) -> bool:
    return not record.name.startswith("slack_bolt")


def _worth_saying(record: logging.LogRecord) -> bool:
    """Leaves out what libraries below only remark; their loggers' own levels can't do that, because Bolt sets its own anew."""
    if record.name == _TWICE:
        return False
    return record.levelno >= logging.WARNING or not record.name.startswith(_CHATTY)
