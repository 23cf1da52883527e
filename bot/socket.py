"""The connection to Slack: requests come in over a WebSocket, stamped with the moment of their arrival."""

import logging
import re
import socket
from collections.abc import Callable
from contextlib import suppress

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.app import ARRIVED

log = logging.getLogger("quartermaster")

#: How often the client pings Slack, in seconds. It hangs up after four pings without a pong.
PING = 5.0
#: After so many seconds in which nothing at all was heard, not even a first pong, the connection is taken for dead.
DEAF = 30.0

_ENVELOPE = re.compile(r'"envelope_id"\s*:\s*"([^"]+)"')


class Socket(SocketModeHandler):
    """Bolt's handler, which also keeps how long a request has waited for a free worker: Slack has been waiting, too.

    It minds its connection as well: the client measures silence by the wall clock, and only once it has heard a first pong.
    """

    def __init__(self, app: App, app_token: str, *, stopwatch: Callable[[], float]) -> None:
        super().__init__(app, app_token, ping_interval=PING)
        self._stopwatch = stopwatch
        self._arrivals: dict[str, float] = {}
        self._heard = 0
        self._sign: tuple[str | None, float | None, int] | None = None
        self._silent_since = stopwatch()
        self.client.on_message_listeners.append(self._stamp)

    def _stamp(self, message: str) -> None:
        self._heard += 1
        if envelope := _ENVELOPE.search(message):
            self._arrivals[envelope[1]] = self._stopwatch()

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Passes a request to the app, and its answer back as the acknowledgement. One that can't be read is acknowledged all the same."""
        arrived = self._arrivals.pop(req.envelope_id, self._stopwatch())
        try:
            request = BoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req), context={ARRIVED: arrived})
            response = self.app.dispatch(request)
        except Exception as unread:  # noqa: BLE001 - Bolt itself raises on shapes that it does not expect
            log.error("a request of type %s could not be read (%s)", req.type, type(unread).__name__)  # noqa: TRY400 - no person's words
            response = BoltResponse(status=200, body="")
        send_response(client, req, response, arrived)

    def mind(self) -> None:
        """Connects anew where nothing has been heard for too long: no message, no pong, no other connection."""
        session = self.client.current_session
        sign = (self.client.session_id(), session.last_ping_pong_time if session else None, self._heard)
        if sign != self._sign:
            self._sign, self._silent_since = sign, self._stopwatch()
        elif self._stopwatch() - self._silent_since > DEAF and not self.client.closed:
            log.warning("nothing was heard from Slack for %d seconds; connecting anew", DEAF)
            self._silent_since = self._stopwatch()
            self.client.connect_to_new_endpoint(force=True)

    def close(self) -> None:
        """Ends the connection; what is under way is carried out first. The client's readers are woken: they would sleep it out."""
        self.client.auto_reconnect_enabled = self.client.default_auto_reconnect_enabled = False
        session = self.client.current_session
        if session is not None and session.sock is not None:
            with suppress(OSError):  # the other side may have hung up already
                session.sock.shutdown(socket.SHUT_RDWR)
        self._end_reader()
        self.client.closed = True
        self.client.message_processor.event.set()
        self.client.enqueue_message("{}")  # it waits for one, and looks only then whether to go on
        super().close()  # type: ignore[no-untyped-call]

    def _end_reader(self) -> None:
        """Waits for the client's reader. One that is only just starting forgets that it was told to end, so it is told until it has."""
        runner = self.client.current_session_runner
        runner.event.set()
        while runner.is_alive():
            self.client.current_session_state.terminated = True
            runner.thread.join(0.05)
