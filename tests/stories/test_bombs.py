"""Bombs: hostile files and payloads are refused in a sentence, within memory and time, while everybody else is served."""

import json
import subprocess
import sys
from pathlib import Path

from slack_sdk.socket_mode.request import SocketModeRequest

from bot import decoder
from models import audit
from tests import bombs
from tests.stories.conftest import Story
from tests.stories.test_malformed import WHOLE

#: One child takes them all, one after the other, with the memory of one and so many seconds of processor time for each.
_ALL = """
import json, sys
from time import process_time
sys.path.insert(0, {place!r})
import decoder
decoder.SECONDS *= 100
decoder._limit()
while size := sys.stdin.buffer.read(4):
    content, begun = sys.stdin.buffer.read(int.from_bytes(size, "big")), process_time()
    answer = decoder.decode(content)
    print(json.dumps([answer, process_time() - begun]), flush=True)
"""


def test_two_hundred_hostile_files_are_each_answered_within_memory_and_time() -> None:
    files = bombs.files()
    sent = b"".join(len(content).to_bytes(4, "big") + content for content in files.values())
    program = [sys.executable, "-I", "-c", _ALL.format(place=str(Path(decoder.__file__).parent))]
    done = subprocess.run(program, input=sent, capture_output=True, check=False, timeout=120, env={})
    answers = dict(zip(files, map(json.loads, done.stdout.splitlines()), strict=False))
    assert (len(answers), done.returncode) == (len(files), 0), f"it ended at {list(files)[len(answers)]}: {done.stderr[-300:]!r}"
    slow = {name: seconds for name, (_, seconds) in answers.items() if seconds > decoder.SECONDS}
    assert not slow
    odd = {name: answer for name, (answer, _) in answers.items() if answer.get("refused", "pixels") not in {"pixels", "picture"}}
    assert not odd
    read = {code for answer, _ in answers.values() for code in answer.get("codes", [])}
    assert read <= {"SN-00001"}


def test_others_are_served_while_bombs_are_read(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    worst = ("thirty thousand squared.png", "words that unpack.png", "a huge tiff.png")
    made = bombs.files()
    story.ana.uploads_together({name: made[name] for name in worst})
    story.dee.types("/checkout who SN-1").sees("Canon R6 SN-1 is available in Van 3")
    story.bots[0].wiring.scanner.submit(bool).result(timeout=60)
    story.ana.sees("thirty thousand squared.png is too large: I read pictures of up to 10 MB and 25 megapixels.")


#: Deeper than any parser follows, and larger than anything that a person says.
DEEP, LARGE = "[" * 50_000 + "]" * 50_000, "x" * 2_000_000


def _nested() -> list[object]:
    inner: list[object] = []
    for _ in range(50_000):
        inner = [inner]
    return inner


def test_json_that_is_too_deep_or_too_large_changes_nothing_and_the_next_request_is_answered(story: Story) -> None:
    story.has("10 M8 bolt in Warehouse")
    with story.database.reading() as session:
        before = audit.figures(session).entries
    socket = story.bots[0].socket
    for kind, (envelope, whole) in WHOLE.items():
        for number, bomb in enumerate((DEEP, LARGE, _nested(), {"a": _nested()})):
            socket.handle(socket.client, SocketModeRequest(type=envelope, envelope_id=f"{kind}-{number}", payload=_loaded(whole, bomb)))
    for raw in (DEEP, "{" + f'"type":"slash_commands","envelope_id":"e","payload":{DEEP}' + "}", '{"type":' + LARGE, "{}" * 100_000):
        socket.client.enqueue_message(raw)
    story.kim.types("/stock low").sees("Nothing is low.")
    with story.database.reading() as session:
        assert audit.figures(session).entries == before


def _loaded(whole: dict[str, object], bomb: object) -> dict[str, object]:
    """The payload with the bomb in every place where somebody's words, values or carried data stand."""
    made = json.loads(json.dumps(whole))
    for holder in (made, made.get("view") or {}, made.get("event") or {}, *(made.get("actions") or [])):
        for key in ("text", "value", "private_metadata", "state", "blocks", "message"):
            if key in holder:
                holder[key] = bomb
    return dict(made)
