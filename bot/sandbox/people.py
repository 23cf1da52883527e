"""The people's door: the HTTP side that the page and the test driver use. It is a sandbox: whoever is named in `as` acts."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import acts, controls, events, interactions, seen
from bot.sandbox.refused import Refused
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import JSON

LONGEST_WAIT = 30.0

Act = Callable[[Sandbox, Mapping[str, Any]], Awaitable[JSON]]

ACTS: dict[str, Act] = {
    "say": acts.say,
    "edit": acts.edit,
    "upload": acts.upload,
    "invite": acts.invite,
    "read": acts.read,
    "press": interactions.press,
    "input": interactions.fill,
    "suggest": interactions.suggest,
    "submit": interactions.submit,
    "close": interactions.close,
    "shortcut": interactions.shortcut,
    "clock": controls.clock,
    "fault": controls.fault,
    "profile": controls.profile,
    "join": controls.join,
}


class PeopleDoor:
    """The routes under /people/."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def routes(self) -> list[Route]:
        reads = {
            "state": self.state,
            "messages": self.messages,
            "thread": self.thread,
            "home": self.home,
            "view": self.view,
            "screen": self.screen,
        }
        return [
            *(Route(f"/people/{name}", _answered(read), methods=["GET"]) for name, read in reads.items()),
            *(Route(f"/people/{name}", self._acting(act), methods=["POST"]) for name, act in ACTS.items()),
            Route("/people/events", self.changes, methods=["GET"]),
            Route("/people/file/{file_id}", self.file, methods=["GET"]),
        ]

    async def state(self, query: Mapping[str, Any]) -> JSON:
        """What stands around the conversations, for the person named or else for the first one there is."""
        first = next(person.id for person in self.sandbox.workspace.people.values() if not person.deleted)
        return seen.state(self.sandbox, acts.actor(self.sandbox, {"as": query.get("as") or first}))

    async def messages(self, query: Mapping[str, Any]) -> JSON:
        person = acts.actor(self.sandbox, query)
        return seen.conversation(self.sandbox, person, acts.place(self.sandbox, person, query))

    async def thread(self, query: Mapping[str, Any]) -> JSON:
        channel = acts.place(self.sandbox, acts.actor(self.sandbox, query), query)
        return seen.thread(self.sandbox, channel, str(query.get("ts", "")))

    async def home(self, query: Mapping[str, Any]) -> JSON:
        """The person's Home. Looking at it is told to the bot first, unless the page only wants to paint it again (`quiet=1`)."""
        person = acts.actor(self.sandbox, query)
        if not query.get("quiet"):
            await events.home_opened(self.sandbox, person.id)
        return {"view": seen.home(self.sandbox, person)}

    async def view(self, query: Mapping[str, Any]) -> JSON:
        return seen.modals(self.sandbox, acts.actor(self.sandbox, query))

    async def screen(self, query: Mapping[str, Any]) -> JSON:
        """All that the person can see. With `after=REVISION` it waits until there is something newer, or for `seconds`."""
        person = acts.actor(self.sandbox, query)
        if "after" in query:
            seconds = min(float(query.get("seconds", LONGEST_WAIT)), LONGEST_WAIT)
            await self.sandbox.workspace.changes.wait_past(int(query["after"]), seconds=seconds)
        return seen.everything(self.sandbox, person)

    async def changes(self, request: Request) -> Response:
        """Server-sent events: what changed that this person can see."""
        try:
            person = acts.actor(self.sandbox, request.query_params)
        except Refused as refused:
            return _refusal(refused)
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._stream(person.id), media_type="text/event-stream", headers=headers)

    async def file(self, request: Request) -> Response:
        stored = self.sandbox.workspace.files.get(request.path_params["file_id"])
        if stored is None or stored.content is None:
            return _refusal(Refused("That file is gone."), status=404)
        return Response(stored.content, media_type=stored.details["mimetype"])

    async def _stream(self, user: str) -> AsyncIterator[str]:
        async for change in self.sandbox.workspace.changes.seen_by(user):
            yield f"data: {json.dumps(change)}\n\n"

    def _acting(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                asked = await request.json()
                return JSONResponse(await act(self.sandbox, asked))
            except Refused as refused:
                return _refusal(refused)
            except ValueError as error:
                return _refusal(Refused(f"This was not understood: {error}"))

        return answer


def _answered(read: Callable[[Mapping[str, Any]], Awaitable[JSON]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await read(request.query_params))
        except Refused as refused:
            return _refusal(refused)

    return answer


def _refusal(refused: Refused, *, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": str(refused)}, status_code=status)
