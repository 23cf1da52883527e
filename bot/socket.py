"""The connection to Slack: requests come in over a WebSocket, stamped with the moment of their arrival."""

import re
import socket
from collections.abc import Callable
from contextlib import suppress

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.app import ARRIVED

_ENVELOPE = re.compile(r'"envelope_id"\s*:\s*"([^"]+)"')


class Socket(SocketModeHandler):
    """Bolt's handler, which also keeps how long a request has waited for a free worker: Slack has been waiting, too."""

    def __init__(self, app: App, app_token: str, *, stopwatch: Callable[[], float]) -> None:
        super().__init__(app, app_token)
        self._stopwatch = stopwatch
        self._arrivals: dict[str, float] = {}
        self.client.on_message_listeners.append(self._stamp)

    def _stamp(self, message: str) -> None:
        if envelope := _ENVELOPE.search(message):
            self._arrivals[envelope[1]] = self._stopwatch()

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Passes a request to the app, and its answer back as the acknowledgement."""
        arrived = self._arrivals.pop(req.envelope_id, self._stopwatch())
        request = BoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req), context={ARRIVED: arrived})
        send_response(client, req, self.app.dispatch(request), arrived)

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
