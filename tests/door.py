"""The people's side of the sandbox, by the same door as the page."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.sandbox.rendering import Json

#: Seconds for something to appear: whoever waits goes on as soon as it is there, and a machine that does much else besides may need them.
PATIENCE = 30.0


class Gone(AssertionError):  # noqa: N818 - said by a test to itself
    """What somebody wanted to press is not there any more."""


class Door:
    """One kept-open connection to the people's side."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **query: Any) -> Json:
        return self._ask("GET", f"/people/{path}?{urlencode(query)}", None)

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        return self._ask("POST", f"/people/{path}", json.dumps(body).encode())

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, target: str, body: bytes | None) -> Json:
        self._connection.request(method, target, body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        words = answer.read().decode()
        if "here any more" in words and answer.status != 200:
            raise Gone(words)
        assert answer.status == 200, f"{method} {target}: {words}"
        return dict(json.loads(words))
