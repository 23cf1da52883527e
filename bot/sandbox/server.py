"""The sandbox's server: Slack's side and the people's side on one port of this machine only, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.sandbox import web_chat, web_conversations, web_files, web_users, web_views
from bot.sandbox.people import PeopleDoor
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.saving import Keeper, restore
from bot.sandbox.web_api import Method, WebApi, auth_test, connections_open
from bot.sandbox.web_files import FileStore
from bot.sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"
METHODS: dict[str, Method] = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, token="app", post_only=True),
    **web_chat.METHODS,
    **web_views.METHODS,
    **web_conversations.METHODS,
    **web_users.METHODS,
    **web_files.METHODS,
}


class Connection(H11Protocol):
    """An HTTP connection that hands its transport on, so that a fault can cut it: `request.state.transport`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in H11Protocol
        super().connection_made(transport)
        self.app_state = {"transport": transport}


class RunningServer:
    """A workspace at work. `stop()` ends every connection, the thread, and saves."""

    def __init__(self, sandbox: Sandbox, listener: socket.socket, *, keeper: Keeper | None = None) -> None:
        self.sandbox = sandbox
        self._keeper = keeper
        self.port: int = listener.getsockname()[1]
        self.url = sandbox.url
        self.api_url = f"{sandbox.url}api/"
        self._listener = listener
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        config = uvicorn.Config(
            build(self.sandbox),
            http=Connection,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_keep_alive=3600,
        )
        config.load()
        if self._keeper is not None:
            self._keeper.watch()
        state = ServerState()
        server = await self._loop.create_server(lambda: Connection(config=config, server_state=state, app_state={}), sock=self._listener)
        await self._stopping.wait()
        server.close()
        self.sandbox.workspace.changes.close()
        self.sandbox.sockets.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=1)
        await asyncio.sleep(0)  # lets the closed transports say that they are
        if self._keeper is not None:
            self._keeper.stop()


def build(sandbox: Sandbox) -> Starlette:
    """The web application of a sandbox: /api/, /socket, /response/, /upload/, /files/, /people/ and the page."""
    routes: list[BaseRoute] = [
        Route("/api/{method}", WebApi(sandbox, METHODS).answer, methods=["GET", "POST"]),
        WebSocketRoute("/socket", sandbox.sockets.serve),
        Route("/response/{token}", ResponseUrls(sandbox).answer, methods=["POST"]),
        Route("/upload/{file_id}", FileStore(sandbox).upload, methods=["POST"]),
        Route("/files/{file_id}/{name}", FileStore(sandbox).download, methods=["GET"]),
        *PeopleDoor(sandbox).routes(),
    ]
    if PAGE.is_dir():
        routes.append(Mount("/", StaticFiles(directory=PAGE, html=True)))
    only_from_here = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])  # no name on the web may point here
    return Starlette(routes=routes, middleware=[only_from_here])


def start(
    workspace: Workspace,
    port: int = 0,
    *,
    keep_in: Path | None = None,
    ack_seconds: float = 3.0,
    message_burst: int = 100,
    on_clock_moved: Callable[[], None] = lambda: None,
) -> RunningServer:
    """Opens the workspace on 127.0.0.1; port 0 takes a free one. Raises OSError where the port is taken.

    With `keep_in` it begins where that file left it and is saved there; a file that is no workspace raises ValueError.

    `on_clock_moved` is called, in a thread of its own, each time the clock was moved and before the mover is answered.
    `message_burst` is how many messages the bot may post in a channel at once before one a second is enforced.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # with its protocol named, asyncio sends without delay
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()  # from here on callers wait in line until the loop is ready for them
    except OSError:
        listener.close()
        raise
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    if keep_in is not None and keep_in.exists():
        try:
            restore(workspace, keep_in, url=url)
        except ValueError:
            listener.close()
            raise
    keeper = None if keep_in is None else Keeper(workspace, keep_in, url=url)
    sandbox = Sandbox(workspace, url=url, ack_seconds=ack_seconds, message_burst=message_burst, on_clock_moved=on_clock_moved)
    return RunningServer(sandbox, listener, keeper=keeper)
