"""The Bolt app: one catch-all listener per kind of request. Which function answers is looked up in our own table of routes."""

import re
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot import answering, listener
from bot.incoming import Incoming, read_action, read_command, read_event, read_form, read_shortcut, read_typing
from bot.wiring import Wiring

#: Where the socket puts the moment at which a request arrived, on the stopwatch.
ARRIVED = "arrived"

_ANY = re.compile(".*")
#: The events that are listened to.
EVENTS = ("message", "app_mention", "app_home_opened", "user_change", "team_join")

Reader = Callable[[Mapping[str, Any]], Incoming | None]


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust. Without it the client reads every certificate of the machine again for every call."""
    return ssl.create_default_context()


def slack_client(token: str, base_url: str) -> WebClient:
    """A client that never repeats a call by itself: Slack may have accepted one whose answer was lost."""
    return WebClient(token=token, base_url=base_url, retry_handlers=[], timeout=10, ssl=_trusted())


def build_app(wiring: Wiring, *, signing_secret: str | None = None) -> App:
    """The app of one running bot. Requests are verified where a signing secret is given; a socket needs none."""
    app = App(
        name="slack_bolt.quartermaster",  # else it looks for one in the source of its caller; the logger of that name is Bolt's to set
        client=wiring.client,
        signing_secret=signing_secret,
        process_before_response=True,
        request_verification_enabled=signing_secret is not None,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )

    def answers(read: Reader) -> Callable[[BoltRequest], BoltResponse]:
        def listen(req: BoltRequest) -> BoltResponse:
            arrived = req.context.get(ARRIVED, wiring.stopwatch())
            incoming = read(req.body)
            if incoming is None:
                return BoltResponse(status=200, body="")
            if incoming.files is not None:
                return answering.read_later(wiring, incoming)
            return answering.answer(wiring, incoming, listener.run(wiring, incoming, arrived=arrived), arrived=arrived)

        return listen

    app.command(_ANY)(answers(read_command))
    app.action(_ANY)(answers(read_action))
    app.view_submission(_ANY)(answers(read_form))
    app.view_closed(_ANY)(answers(lambda body: None))  # noqa: ARG005
    app.options(_ANY)(answers(read_typing))
    app.shortcut(_ANY)(answers(read_shortcut))
    for event in EVENTS:
        app.event(event)(answers(read_event))
    app.error(_answer_anyway)
    return app


def _answer_anyway(error: Exception) -> BoltResponse:  # noqa: ARG001 - Bolt passes it by this name
    """Bolt sends nothing at all for another status, and Slack would deliver the event again."""
    return BoltResponse(status=200, body="")
