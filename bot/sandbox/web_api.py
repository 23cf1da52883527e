"""The Web API: one address per method, Slack's three ways of passing arguments, tokens, scopes and error answers."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.slack_error import SlackError, TooFast, invalid_arguments
from bot.sandbox.workspace import JSON, TEAM_DOMAIN, TEAM_ID, Workspace


@dataclass(frozen=True)
class Call:
    """One call of a method: who is asked, and with what."""

    sandbox: Sandbox
    arguments: Mapping[str, Any]
    is_json: bool

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    def get(self, name: str) -> str | None:
        """An argument as text; None when it is missing or empty."""
        value = self.arguments.get(name)
        return None if value is None or value == "" else str(value)

    def need(self, name: str) -> str:
        """An argument as text; refuses to go on without it."""
        value = self.get(name)
        if value is None:
            raise invalid_arguments([f"missing required field: {name}"])
        return value

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        """A yes or no: true, 1 or "true" and their opposites."""
        value = self.get(name)
        return otherwise if value is None else value.lower() in {"1", "true"}

    def structure(self, name: str) -> Any:
        """An argument that is a list or an object. In forms and queries it comes as JSON text; in a JSON body it must not."""
        value = self.arguments.get(name)
        if self.is_json or not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise invalid_arguments([f"must be valid JSON [json-pointer:/{name}]"]) from None


@dataclass(frozen=True)
class Method:
    """A method of the Web API. Several scopes stand for any one of them; what depends on the channel is asked in `run`."""

    run: Callable[[Call], JSON]
    scopes: tuple[str, ...] = ()
    token: Literal["bot", "app"] = "bot"
    post_only: bool = False


def auth_test(call: Call) -> JSON:
    app = call.workspace.app
    bot = call.workspace.people[app.bot_user_id]
    return {
        "url": call.sandbox.url,
        "team": TEAM_DOMAIN,
        "user": bot.name,
        "team_id": TEAM_ID,
        "user_id": bot.id,
        "bot_id": app.bot_id,
        "app_id": app.id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> JSON:
    ticket = call.sandbox.sockets.fresh_ticket()
    address = call.sandbox.url.replace("http://", "ws://", 1)
    return {"url": f"{address}socket?ticket={ticket}&app_id={call.workspace.app.id}"}


def require_scope(workspace: Workspace, *scopes: str) -> None:
    """Refuses when the manifest asks for none of these scopes."""
    provided = workspace.app.manifest.scopes
    if scopes and not any(scope in provided for scope in scopes):
        raise SlackError("missing_scope", needed=scopes[0], provided=",".join(provided))


class WebApi:
    """Answers /api/<method> from a table of methods."""

    def __init__(self, sandbox: Sandbox, methods: Mapping[str, Method]) -> None:
        self.sandbox = sandbox
        self.methods = methods

    async def answer(self, request: Request) -> Response:
        """One call, as Slack would answer it, faults included."""
        name = request.path_params["method"]
        faults = self.sandbox.faults
        if faults.slow_api:
            await asyncio.sleep(faults.slow_api)
        if faults.api_429_method in {"", name} and faults.take("api_429"):
            return _too_fast(1)
        if faults.take("api_500"):
            return Response("Internal Server Error", status_code=500)
        try:
            body = {"ok": True, **await self._run(name, request)}
        except SlackError as error:
            body = error.body()
        except TooFast as too_fast:
            return _too_fast(too_fast.retry_after)
        if body["ok"] and name.startswith("chat.") and faults.take("lost_reply"):
            request.state.transport.abort()
        return JSONResponse(body, headers={"X-OAuth-Scopes": ",".join(self.sandbox.workspace.app.manifest.scopes)})

    async def _run(self, name: str, request: Request) -> JSON:
        method = self.methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if method.post_only and request.method != "POST":
            raise SlackError("insecure_request")
        arguments, is_json = await _arguments(request)
        self._check_token(_token(request, arguments, is_json=is_json), method)
        require_scope(self.sandbox.workspace, *method.scopes)
        return method.run(Call(self.sandbox, arguments, is_json))

    def _check_token(self, token: str, method: Method) -> None:
        app = self.sandbox.workspace.app
        if not token:
            raise SlackError("not_authed")
        if token not in {app.bot_token, app.app_token}:
            raise SlackError("invalid_auth")
        if token != (app.bot_token if method.token == "bot" else app.app_token):
            raise SlackError("not_allowed_token_type")


async def _arguments(request: Request) -> tuple[dict[str, Any], bool]:
    content_type = request.headers.get("content-type", "")
    if request.method == "GET":
        return dict(request.query_params), False
    if content_type.startswith("application/json"):
        try:
            arguments = json.loads(await request.body() or "{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(arguments, dict):
            raise SlackError("json_not_object")
        return arguments, True
    async with request.form() as form:
        return {**request.query_params, **{name: value for name, value in form.items() if isinstance(value, str)}}, False


def _token(request: Request, arguments: Mapping[str, Any], *, is_json: bool) -> str:
    """The token from the header or, except with a JSON body, from the arguments."""
    header = request.headers.get("authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    return "" if is_json else str(arguments.get("token", ""))


def _too_fast(seconds: int) -> JSONResponse:
    return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers={"Retry-After": str(seconds)})
