"""A small server in the form of the people's side: canned answers, and a list of what the page asked for."""

import json
import queue
import threading
from collections.abc import Callable
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.door import PATIENCE
from tests.page.gallery import FRIDAY, HOME

JSON = dict[str, Any]
PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "page"
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def person(user: str, name: str, real_name: str, title: str, role_note: str, *, tz: str = "UTC", color: str = "#8a5a2b") -> JSON:
    return {
        "id": user, "name": name, "real_name": real_name, "title": title, "role_note": role_note, "tz": tz, "tz_label": tz,
        "color": color, "is_bot": False, "deleted": False, "is_restricted": False, "avatar": "".join(word[0] for word in real_name.split()),
    }  # fmt: skip


def channel(where: str, name: str, kind: str = "channel", **more: Any) -> JSON:
    return {"id": where, "name": name, "kind": kind, "topic": "", "unread": 0, "mentions": 0, "member": True, "latest": None} | more


PEOPLE = [
    person("U1", "ana", "Ana Pereira", "Storekeeper", "keeper of the Warehouse", tz="Europe/Lisbon", color="#1f6f8b"),
    person("U2", "ben", "Ben Okafor", "Site engineer", "teammate", tz="America/New_York", color="#c2603a"),
    person("U3", "chiyo", "Chiyo Tanaka", "Operations lead", "approver and admin", tz="Asia/Tokyo", color="#5b4b9a"),
]
CHANNELS = [
    channel("C1", "stores", topic="Stock, tools and who has them"),
    channel("C2", "site-hill-street", unread=3, mentions=1),
    channel("C3", "purchasing", "private"),
    channel("D1", "", "im", **{"with": "U2"}),
    channel("D9", "", "app_im", unread=2),
]
COMMANDS = [
    {"command": "/checkout", "description": "Check equipment out and in", "usage_hint": "[serial] · out SN-1042 to @ana until fri"},
    {"command": "/stock", "description": "Look up and move stock", "usage_hint": "[item] · +20 m8 bolt at van 3"},
]
SHORTCUTS = [
    {"name": "Log this", "type": "message", "callback_id": "log", "description": "Opens the stock form"},
    {"name": "New item", "type": "global", "callback_id": "new_item", "description": ""},
]
APP = {"name": "Quartermaster", "bot_user_id": "UB", "app_id": "A1", "home_tab": True, "color": "#0a6b58"}


class FakeWorkspace:
    """Answers as the sandbox's server does, for three people and one app; tests change its data and `tell` the page."""

    def __init__(self) -> None:
        self.messages: dict[str, list[JSON]] = {}
        self.ephemerals: dict[str, list[JSON]] = {}
        self.channels = deepcopy(CHANNELS)
        self.people = deepcopy(PEOPLE)
        self.hints: list[JSON] = []
        self.home: JSON | None = deepcopy(HOME)
        self.view: JSON = {"stack": [], "errors": {}, "problem": None}
        self.faults: JSON = {}
        self.now = float(FRIDAY - 4 * 86400)
        #: Answers to a question ("state", "home") are on their way until that is set, but for what is asked quietly.
        self.held: dict[str, threading.Event] = {}
        self.asked: list[tuple[str, JSON]] = []
        self.answers: dict[str, Callable[[JSON], JSON]] = {}
        self._heard = threading.Condition()
        self._streams: list[queue.Queue[JSON | None]] = []
        self._server = _Server(("127.0.0.1", 0), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        for stream in self._streams:
            stream.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def say(self, where: str, user: str, text: str, **more: Any) -> JSON:
        """Puts a message into a channel, a minute after the one before."""
        self.now += 60
        message = {"ts": f"{self.now:.6f}", "user": user, "text": text} | more
        (self.ephemerals if more.get("ephemeral") else self.messages).setdefault(where, []).append(message)
        self.tell("message", where)
        return message

    def show(self, *stack: JSON, errors: JSON | None = None, problem: str | None = None) -> None:
        """Puts these views on the person's stack."""
        self.view = {"stack": list(stack), "errors": errors or {}, "problem": problem}
        self.tell("view")

    def tell(self, what: str, where: str | None = None) -> None:
        """Sends a change to every open page."""
        for stream in self._streams:
            stream.put({"revision": 1, "what": what} | ({"channel": where} if where else {}))

    def posts(self, path: str, count: int = 0) -> list[JSON]:
        """What the page sent to this path, in order, once there are so many."""
        with self._heard:
            self._heard.wait_for(lambda: len(self._sent(path)) >= count, PATIENCE)
        return self._sent(path)

    def read(self, path: str, query: dict[str, str]) -> JSON:
        answer = self._known(path, query)
        if path in self.held and "quiet" not in query:
            self.held[path].wait(PATIENCE)
        return answer

    def _known(self, path: str, query: dict[str, str]) -> JSON:
        where = query.get("channel", "")
        match path:
            case "state":
                return self._state(query.get("as", "U1"))
            case "messages":
                parents = [message for message in self.messages.get(where, []) if message.get("thread_ts") in (None, message["ts"])]
                return {"messages": parents, "ephemerals": self.ephemerals.get(where, [])}
            case "thread":
                mine = [message for message in self.messages[where] if query["ts"] in (message["ts"], message.get("thread_ts"))]
                return {"messages": mine}
            case "home":
                return {"view": self.home}
            case _:
                return self.view

    def act(self, path: str, body: JSON) -> JSON:
        with self._heard:
            self.asked.append((path, body))
            self._heard.notify_all()
        answer: JSON = self.answers[path](body) if path in self.answers else {"ok": True}
        if path == "say" and not body["text"].startswith("/"):
            self.say(body["channel"], body["as"], body["text"], **({"thread_ts": body["thread_ts"]} if "thread_ts" in body else {}))
        if path == "read":
            next(one for one in self.channels if one["id"] == body["channel"]).update(unread=0, mentions=0)
            self.tell("state")
        if path == "submit":
            errors = answer.get("errors", {})
            self.show(*self.view["stack"] if errors else (), errors=errors)
        if path == "close":
            self.show(*([] if body["clear"] else self.view["stack"][:-1]))
        if path == "clock":
            self.now += body.get("forward", 86400)
            self.tell("clock")
        if path == "fault":
            self.faults[body["name"]] = body["value"]
            self.tell("faults")
        return answer

    def stream(self) -> "queue.Queue[JSON | None]":
        stream: queue.Queue[JSON | None] = queue.Queue()
        self._streams.append(stream)
        return stream

    def _sent(self, path: str) -> list[JSON]:
        return [body for where, body in self.asked if where == path]

    def _state(self, me: str) -> JSON:
        return {
            "me": next(one for one in self.people if one["id"] == me),
            "people": self.people,
            "channels": self.channels,
            "commands": COMMANDS,
            "shortcuts": SHORTCUTS,
            "app": APP,
            "clock": {"now": self.now, "offset": 0},
            "faults": self.faults,
            "revision": 1,
            "connected": 1,
            "hints": self.hints,
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], workspace: FakeWorkspace) -> None:
        super().__init__(address, handler)
        self.workspace = workspace


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/people/events":
            self._stream()
        elif url.path.startswith("/people/"):
            self._answer(self.server.workspace.read(url.path.removeprefix("/people/"), dict(parse_qsl(url.query))))
        elif url.path.startswith("/files/"):
            self._send("image/png", ONE_PIXEL)
        else:
            file = PAGE / (url.path.strip("/") or "index.html")
            self._send(KINDS[file.suffix], file.read_bytes())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(self.server.workspace.act(self.path.removeprefix("/people/"), body))

    def log_message(self, *_: Any) -> None:
        """Says nothing: a test's output is the test's."""

    def _answer(self, body: JSON) -> None:
        self._send("application/json", json.dumps(body).encode())

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        stream = self.server.workspace.stream()  # before the page hears that it is open: it looks anew then, and is told of the rest
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b": open\n\n")
        while (change := stream.get()) is not None:
            try:
                self.wfile.write(f"data: {json.dumps(change)}\n\n".encode())
                self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                return
