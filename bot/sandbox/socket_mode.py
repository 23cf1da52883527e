"""Socket Mode: tickets, open sockets, envelopes and their acknowledgements.

Each payload goes to one of the open sockets, in turn. An event that nobody acknowledged is delivered again; nothing else is.
"""

import asyncio
import json
import secrets
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.faults import Faults
from bot.sandbox.workspace import JSON, Workspace

T = TypeVar("T")

MOST_SOCKETS = 10
RETRIES_AFTER = (0.0, 60.0, 300.0)  # seconds from one attempt at an event to the next


@dataclass(frozen=True)
class Ack:
    """What came back for an envelope: a payload (or none), or the reason why nothing came, as Slack tells it to the person."""

    payload: Any = None
    failure: str | None = None


DISPATCH_FAILED = Ack(failure="dispatch_failed")
TIMED_OUT = Ack(failure="operation_timeout")


@dataclass(frozen=True)
class Envelope:
    """One payload to deliver. An echo is an event of the bot's own doing: the fault switches leave it alone."""

    type: str
    payload: JSON
    accepts: bool = False
    attempt: int | None = None
    echo: bool = False


@dataclass(eq=False)
class Line:
    """One open socket and the envelopes on it that wait for their acks."""

    websocket: WebSocket
    waiting: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)
    retiring: bool = False

    async def send(self, frame: JSON) -> None:
        await self.websocket.send_text(json.dumps(frame, ensure_ascii=False))

    async def ask(self, frame: JSON, *, seconds: float) -> Ack:
        """Sends an envelope and waits so many seconds for its ack."""
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.waiting[frame["envelope_id"]] = answer
        try:
            await self.send(frame)
            return await asyncio.wait_for(answer, seconds)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):  # the latter two: the socket went while we wrote
            return TIMED_OUT
        finally:
            self.waiting.pop(frame["envelope_id"], None)

    def heard(self, text: str) -> None:
        """An ack came in; one that nobody waits for any more is dropped, as Slack drops it."""
        frame = json.loads(text)
        answer = self.waiting.get(frame.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(Ack(frame.get("payload")))

    def lost(self) -> None:
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_result(TIMED_OUT)


@dataclass(eq=False)
class Missed:
    """An event that waits for its next attempt, due at a time of the workspace's clock."""

    envelope: Envelope
    due: float
    timer: asyncio.TimerHandle | None = None

    def forget(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


class SocketMode:
    """The open sockets of the app. Everything here belongs to the server's event loop."""

    def __init__(self, workspace: Workspace, faults: Faults, *, ack_seconds: float) -> None:
        self.workspace = workspace
        self.faults = faults
        self.ack_seconds = ack_seconds
        self.lines: list[Line] = []
        self.missed: list[Missed] = []
        self._tickets: set[str] = set()
        self._turn = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def fresh_ticket(self) -> str:
        """A ticket for one connection."""
        ticket = secrets.token_hex(12)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """One connection from hello to its end."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close()
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        line = Line(websocket)
        if len(self.lines) >= MOST_SOCKETS:
            await line.send(_disconnect("too_many_websockets"))
            await websocket.close()
            return
        self.lines.append(line)
        try:
            await line.send(_hello(len(self.lines), self.workspace.app.id))
            self.workspace.changes.tell("state")
            self._deliver_missed(self.missed)
            await self._dismiss_retiring()
            async for text in websocket.iter_text():
                line.heard(text)
        finally:
            self.lines.remove(line)
            line.lost()
            self.workspace.changes.tell("state")

    async def deliver(self, envelope: Envelope) -> Ack:
        """Delivers a payload and waits for the ack as long as a person would. A later ack counts for nothing."""
        if not self.lines:
            return DISPATCH_FAILED
        if not envelope.echo and self.faults.take("lost_delivery"):
            return TIMED_OUT
        sending = self.spawn(self._send(envelope))
        done, _ = await asyncio.wait({sending}, timeout=self.ack_seconds)
        if not done or sending.cancelled() or (not envelope.echo and self.faults.take("lost_ack")):
            return TIMED_OUT
        return sending.result()

    async def deliver_event(self, body: JSON, *, echo: bool = False) -> None:
        """Delivers an event; what stays without an ack is delivered again, up to three times."""
        await self._attempt(Envelope("events_api", body, attempt=0, echo=echo))

    def deliver_due(self) -> None:
        """Delivers the events whose next attempt is due by the workspace's clock, which may have been moved."""
        now = self.workspace.now()
        self._deliver_missed([missed for missed in self.missed if missed.due <= now])

    async def disconnect(self, reason: str) -> None:
        """Asks every open socket to go and connect anew; no new payload goes to it unless there is no other."""
        for line in list(self.lines):
            line.retiring = True
            await line.send(_disconnect(reason))

    def cut(self) -> None:
        """Cuts every open connection without a word, as a broken network does."""
        for line in self.lines:
            line.websocket.state.transport.abort()

    def close(self) -> None:
        """Forgets what was still to be delivered, for the server is stopping."""
        for missed in self.missed:
            missed.forget()
        for task in self._tasks:
            task.cancel()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Runs something beside what the person waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _attempt(self, envelope: Envelope) -> None:
        ack = await self.deliver(envelope)
        attempt = envelope.attempt or 0
        if ack.failure and attempt < len(RETRIES_AFTER):
            self._put_off(Envelope(envelope.type, envelope.payload, attempt=attempt + 1, echo=envelope.echo), RETRIES_AFTER[attempt])

    def _put_off(self, envelope: Envelope, seconds: float) -> None:
        if not self.lines:
            seconds = max(seconds, RETRIES_AFTER[1])  # a socket that opens meanwhile gets it at once
        missed = Missed(envelope, self.workspace.now() + seconds)
        missed.timer = asyncio.get_running_loop().call_later(seconds, self._deliver_missed, [missed])
        self.missed.append(missed)

    def _deliver_missed(self, batch: list[Missed]) -> None:
        for missed in list(batch):
            missed.forget()
            self.missed.remove(missed)
            self.spawn(self._attempt(missed.envelope))

    async def _dismiss_retiring(self) -> None:
        """Closes the sockets that were asked to go, now that another has come; what they still work on, they finish."""
        for line in list(self.lines):
            if line.retiring and not line.waiting:
                await line.websocket.close()

    async def _send(self, envelope: Envelope) -> Ack:
        if self.faults.late_delivery and not envelope.echo:
            await asyncio.sleep(self.faults.late_delivery)
        if not self.lines:
            return DISPATCH_FAILED
        frame = _frame(envelope)
        if not self.faults.doubled_delivery or envelope.echo:
            return await self._next_line().ask(frame, seconds=self.ack_seconds)
        copies = (self._next_line().ask(copy, seconds=self.ack_seconds) for copy in (frame, _second_copy(frame)))
        ack, _ = await asyncio.gather(*copies)
        return ack

    def _next_line(self) -> Line:
        """The socket whose turn it is; one that was asked to go is used only if there is no other."""
        staying = [line for line in self.lines if not line.retiring] or self.lines
        self._turn += 1
        return staying[self._turn % len(staying)]


def _frame(envelope: Envelope) -> JSON:
    frame: JSON = {
        "envelope_id": str(uuid.uuid4()),
        "type": envelope.type,
        "accepts_response_payload": envelope.accepts,
        "payload": envelope.payload,
    }
    if envelope.attempt is not None:
        frame |= {"retry_attempt": envelope.attempt, "retry_reason": "timeout" if envelope.attempt else ""}
    return frame


def _second_copy(frame: JSON) -> JSON:
    """The same delivery again. An event says that it is a retry, and keeps its event_id."""
    retry = {"retry_attempt": frame["retry_attempt"] + 1, "retry_reason": "timeout"} if "retry_attempt" in frame else {}
    return {**frame, **retry, "envelope_id": str(uuid.uuid4())}


def _hello(connections: int, app_id: str) -> JSON:
    debug = {"host": "sandbox", "started": "", "build_number": 1, "approximate_connection_time": 18060}
    return {"type": "hello", "num_connections": connections, "debug_info": debug, "connection_info": {"app_id": app_id}}


def _disconnect(reason: str) -> JSON:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
