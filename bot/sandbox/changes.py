"""Who is looking learns what changed: one revision number for the whole workspace, and a stream of changes for each onlooker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any


class Changes:
    """The revision of the workspace. Everything but the constructor belongs to the server's event loop."""

    def __init__(self) -> None:
        self.revision = 0
        self.closed = False
        self.on_change: Callable[[], None] | None = None
        self._onlookers: set[asyncio.Queue[dict[str, Any] | None]] = set()

    def tell(self, what: str, *, channel: str | None = None, user: str | None = None) -> None:
        """Something changed; `user` is given when only that person can see it."""
        self.revision += 1
        change: dict[str, Any] = {"revision": self.revision, "what": what}
        if channel is not None:
            change["channel"] = channel
        if user is not None:
            change["user"] = user
        for onlooker in self._onlookers:
            onlooker.put_nowait(change)
        if self.on_change is not None:
            self.on_change()

    async def seen_by(self, user: str) -> AsyncIterator[dict[str, Any]]:
        """Each change that this person can see, as it happens, until the server stops; at first the state, whatever it was before."""
        onlooker = self._join()
        onlooker.put_nowait({"revision": self.revision, "what": "state"})
        try:
            while not self.closed and (change := await onlooker.get()) is not None:
                if change.get("user", user) == user:
                    yield change
        finally:
            self._onlookers.discard(onlooker)

    async def wait_past(self, revision: int, *, seconds: float) -> int:
        """The first revision after the given one, or the present one when nothing changes for so many seconds."""
        if self.revision > revision or self.closed:
            return self.revision
        onlooker = self._join()
        try:
            await asyncio.wait_for(onlooker.get(), seconds)
        except TimeoutError:
            pass
        finally:
            self._onlookers.discard(onlooker)
        return self.revision

    def close(self) -> None:
        """Sends every onlooker home, for the server is stopping."""
        self.closed = True
        for onlooker in self._onlookers:
            onlooker.put_nowait(None)

    def _join(self) -> asyncio.Queue[dict[str, Any] | None]:
        onlooker: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._onlookers.add(onlooker)
        return onlooker
