"""What the parts of the running sandbox share: the workspace, the faults, the sockets and the leave that was given."""

from collections.abc import Callable

from bot.sandbox.faults import Faults
from bot.sandbox.interactivity import Leave
from bot.sandbox.pace import Pace
from bot.sandbox.socket_mode import Ack, Envelope, SocketMode
from bot.sandbox.workspace import JSON, Workspace


class Sandbox:
    """One running workspace. `url` ends with a slash; `ack_seconds` is how long people wait for the bot, in real seconds."""

    def __init__(
        self, workspace: Workspace, *, url: str, ack_seconds: float, message_burst: int, on_clock_moved: Callable[[], None]
    ) -> None:
        self.workspace = workspace
        self.url = url
        self.on_clock_moved = on_clock_moved
        self.faults = Faults(workspace.changes)
        self.leave = Leave(workspace)
        self.pace = Pace(message_burst)
        self.sockets = SocketMode(workspace, self.faults, ack_seconds=ack_seconds)

    async def ask_bot(self, kind: str, payload: JSON, *, accepts: bool) -> Ack:
        """Brings a command or an interaction to the bot and waits for its ack."""
        return await self.sockets.deliver(Envelope(kind, payload, accepts=accepts))
