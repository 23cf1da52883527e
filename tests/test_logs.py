"""Nothing that opens a door into Slack stands in the log."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import Redacting, redacted, start_logging

SECRETS = (
    "xoxb-123456-abcDEF",
    "xapp-1-A01-99-ffee",
    "xoxe.xoxp-1-Mi0yLTEyMzQ1",
    "https://hooks.slack.com/commands/T01/99/opensesame",
    "http://127.0.0.1:8080/response/opensesame",
    "wss://wss-primary.slack.com/link/?ticket=opensesame&app_id=A1",
    "{'token': 'opensesame', 'channel': 'C1'}",
    "Authorization: Bearer opensesame",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_blacked_out_wherever_it_stands(secret: str) -> None:
    said = redacted(f"calling {secret} failed")
    assert "…" in said
    assert not any(word in said for word in ("abcDEF", "ffee", "Mi0yLTEyMzQ1", "opensesame"))
    assert said.startswith("calling ")
    assert said.endswith(" failed")


def test_what_is_no_secret_stays() -> None:
    text = "took 5 M8 bolts from Van 3 (entry 12, https://example.com/response-times)"
    assert redacted(text) == text


def test_a_traceback_is_redacted_too() -> None:
    record = logging.LogRecord("quartermaster", logging.ERROR, __file__, 1, "failed with %s", ("xoxb-1-abcDEF",), None)
    try:
        int("xapp-1-ffee")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    written = Redacting("%(message)s").format(record)
    assert "Traceback" in written
    assert "abcDEF" not in written
    assert "ffee" not in written


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of a program that was just started at DEBUG."""
    handlers, level = list(logging.root.handlers), logging.root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    start_logging("DEBUG")
    yield written
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_libraries_write_no_requests_even_when_everything_is_asked_for(stderr: io.StringIO) -> None:
    logging.getLogger("slack_sdk.web.client").debug("Sending a request - body: hello")
    logging.getLogger("slack_bolt.App").info("A new session")
    logging.getLogger("slack_bolt.App").error("Failed")
    logging.getLogger("quartermaster").debug("ours")
    assert [line.rpartition(": ")[2] for line in stderr.getvalue().splitlines()] == ["Failed", "ours"]
