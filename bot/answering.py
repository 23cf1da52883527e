"""Where an answer goes: into the acknowledgement where it fits there, else after it, through the door that the request came by."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient
from sqlmodel import Session

from bot import listener
from bot.incoming import Incoming, Source
from bot.listener import TOO_OLD, Outcome
from bot.photos import MOST_PICTURES
from bot.wiring import Wiring
from handlers.routes import Attached, Offer, Reply
from handlers.views import answers
from handlers.views.parts import option, said
from models import notices
from models.refusals import Busy, Refusal

log = logging.getLogger("quartermaster")

#: The socket client of the SDK loses acknowledgements above 64 kB, and may cut them above 8 kB.
LARGEST_ACK = 8_000
#: So many seconds lie between two words on how far a file is.
TOLD_EVERY = 2.0
OK, TOO_FAST = 200, 429
#: How long an answer that is owed waits for its turn to be written: whoever asked waits for nothing else.
PATIENCE = 30.0


def answer(wiring: Wiring, incoming: Incoming, outcome: Outcome, *, arrived: float) -> BoltResponse:
    """Acknowledges a request with its answer, or acknowledges it and sends the answer after; a file always comes after."""
    if (attached := outcome.reply.attached) is not None:
        wiring.after.submit(_guarded(lambda: _send(wiring, incoming, attached)))
    match incoming.source:
        case Source.COMMAND:
            return _answer_command(wiring, incoming, outcome, arrived)
        case Source.FORM:
            return _answer_form(wiring, incoming, outcome)
        case Source.TYPING:
            offered = [option(label, value) for label, value in outcome.suggestions]
            return _ack({"options": list({one["value"]: one for one in offered}.values())})  # Slack refuses a value that comes twice
    follow = _FOLLOWS.get(incoming.source)
    return _after(wiring, lambda: _follow(wiring, incoming, outcome, follow)) if follow else _ack(None)


def _follow(wiring: Wiring, incoming: Incoming, outcome: Outcome, follow: "Follow") -> None:
    """Sends an answer by the door that its request came by; one that leaves something for later is followed by that."""
    later = outcome.reply.later
    if outcome.reply.is_silent:
        return
    if later is None or incoming.source in _SPOKEN:
        follow(wiring, incoming, outcome)
    if later is not None:
        _in_line(wiring, incoming, wiring.reckoner, lambda: follow(wiring, incoming, _finish(wiring, incoming, later)))


def _finish(wiring: Wiring, incoming: Incoming, later: Callable[[Session], Reply]) -> Outcome:
    """Works out what was left for later, and sends the file that it makes."""
    outcome = listener.finish(wiring, incoming, later)
    if outcome.reply.attached is not None:
        _send(wiring, incoming, outcome.reply.attached)
    return outcome


def read_later(wiring: Wiring, incoming: Incoming) -> BoltResponse:
    """Acknowledges photos and files at once. They are fetched and read in a thread of its own, and answered when that is done."""
    follow, count = _FOLLOWS[incoming.source], min(len(incoming.files or ()), MOST_PICTURES)
    try:
        wiring.line.join(incoming.user_id, count)
    except Refusal as refusal:
        full = listener.refused(wiring, refusal)
        return _after(wiring, lambda: follow(wiring, incoming, full))

    def read() -> None:
        outcome = listener.run(wiring, incoming, arrived=wiring.stopwatch())
        wiring.line.leave(incoming.user_id, count)
        _follow(wiring, incoming, outcome, follow)

    _in_line(wiring, incoming, wiring.scanner, read)
    return _ack(None)


def _in_line(wiring: Wiring, incoming: Incoming, line: Executor, work: Callable[[], object]) -> None:
    """Does something when its turn comes. Where the bot is sent home before that, whoever waits for it is told."""

    def told(turn: Future[None]) -> None:
        if turn.cancelled():
            _owe(wiring, incoming, answers.refused("I was started anew before I came to that. Ask again.", [], token=wiring.token))

    line.submit(_guarded(work)).add_done_callback(told)


def _answer_command(wiring: Wiring, incoming: Incoming, outcome: Outcome, arrived: float) -> BoltResponse:
    reply = outcome.reply
    if reply.form is not None:
        late = answers.refused("The form did not open.", [Offer("Open it", incoming.route, incoming.text)], token=wiring.token)
        if wiring.stopwatch() - arrived > TOO_OLD:
            return _ack(_message(late))
        return _after(wiring, lambda: _open_or_say(wiring, incoming, reply.form, _message(late)))
    if (later := reply.later) is not None:
        _in_line(wiring, incoming, wiring.reckoner, lambda: _respond(incoming, _message(_finish(wiring, incoming, later).reply)))
    message = _message(reply)
    text = json.dumps(message)
    if outcome.late or len(text) > LARGEST_ACK:
        return _after(wiring, lambda: _respond(incoming, message))
    return _ack(text)


def _answer_form(wiring: Wiring, incoming: Incoming, outcome: Outcome) -> BoltResponse:
    if outcome.problems:
        blocks = list(incoming.inputs.values())
        under = {incoming.inputs.get(name, blocks[0] if blocks else ""): text for name, text in outcome.problems.items()}
        if blocks:
            return _ack({"response_action": "errors", "errors": under})
    view = outcome.reply.form or answers.page(outcome.reply)
    if len(json.dumps(view)) <= LARGEST_ACK:
        return _ack({"response_action": "update", "view": view})
    small = answers.page(Reply("One moment."))
    wiring.after.submit(_guarded(lambda: wiring.client.views_update(view_id=incoming.view_id, view=view)))
    return _ack({"response_action": "update", "view": small})


def _change_form(wiring: Wiring, incoming: Incoming, outcome: Outcome) -> None:
    if outcome.reply.form is not None:
        wiring.client.views_update(view_id=incoming.view_id, view=outcome.reply.form)
    elif outcome.refused and incoming.inputs:
        wiring.client.views_push(trigger_id=incoming.trigger_id or "", view=answers.page(outcome.reply))
    else:
        wiring.client.views_update(view_id=incoming.view_id, view=answers.page(outcome.reply))


def _follow_up(wiring: Wiring, incoming: Incoming, outcome: Outcome) -> None:
    """Answers a button in a message, or a shortcut: beside the message, or in its place where the answer takes it."""
    reply = outcome.reply
    if reply.form is not None or not incoming.response_url:
        _open_page(wiring, incoming, outcome)
    else:
        _respond(incoming, _message(reply) | {"replace_original": reply.replace and not outcome.refused})


def _open_page(wiring: Wiring, incoming: Incoming, outcome: Outcome) -> None:
    again = answers.refused("That did not open. Press it once more.", [], token=wiring.token)
    view = outcome.reply.form or answers.page(outcome.reply)
    _open_or_say(wiring, incoming, view, _message(again) | {"replace_original": False})


def _open_or_say(wiring: Wiring, incoming: Incoming, view: Any, otherwise: dict[str, Any]) -> None:
    """Opens a form. Where Slack does not, whoever waits for it is told, so far as there is a way back to them."""
    try:
        wiring.client.views_open(trigger_id=incoming.trigger_id or "", view=view)
    except (SlackClientError, OSError):
        _respond(incoming, otherwise)
        raise


def _say(wiring: Wiring, incoming: Incoming, outcome: Outcome) -> None:
    """Answers in the conversation: openly in a direct message, for that person alone in a channel. A form needs a press to open."""
    reply, channel, thread_ts = outcome.reply, str(incoming.channel), incoming.thread_ts
    if reply.form is not None:
        reply = answers.refused("That is a form.", [Offer("Open it", incoming.route, incoming.text)], token=wiring.token)
    message: dict[str, Any] = {"channel": channel, "text": reply.text, "blocks": reply.blocks, "thread_ts": thread_ts}
    try:
        if incoming.source is Source.MENTION:
            wiring.client.chat_postEphemeral(user=incoming.user_id, **message)
        else:
            wiring.client.chat_postMessage(unfurl_links=False, **message)
    except SlackApiError as refused:
        if refused.response.status_code != TOO_FAST:
            raise
        _owe(wiring, incoming, reply)


def _owe(wiring: Wiring, incoming: Incoming, reply: Reply) -> None:
    """An answer that Slack did not take is owed, so no restart loses it. It comes in the direct messages of whoever asked."""
    with wiring.database.transaction(timeout=PATIENCE) as session:
        answer = json.dumps(reply.kept())
        notices.owe_answer(session, answer, key=wiring.token(), slack_user_id=incoming.user_id, now=wiring.clock())
    wiring.wake()


def _send(wiring: Wiring, incoming: Incoming, attached: Attached) -> None:
    """Sends a file to the person alone: a file can't be shown to one person in a channel. One that Slack does not take is told of."""
    try:
        conversation: dict[str, Any] = wiring.client.conversations_open(users=incoming.user_id).get("channel", {})
        channel = str(conversation["id"])
        content = _made_in_sight(wiring, channel, attached) if attached.pieces else attached.make()
        wiring.client.files_upload_v2(
            channel=channel, content=content, filename=attached.file_name, title=attached.title, alt_txt=attached.title
        )
    except (SlackClientError, OSError):
        log.warning("%s could not be sent", attached.file_name, exc_info=True)
        _owe(wiring, incoming, answers.refused(f"Slack did not take {said(attached.file_name)}. Ask for it again.", [], token=wiring.token))


def _made_in_sight(wiring: Wiring, channel: str, attached: Attached) -> bytes:
    """Makes a file while one message tells how far it is."""
    whole = f"{attached.file_name}: {{}} of {attached.pieces:,} done."
    posted = wiring.client.chat_postMessage(channel=channel, text=whole.format(0))
    told = wiring.stopwatch()

    def progress(done: int) -> None:
        nonlocal told
        if wiring.stopwatch() - told >= TOLD_EVERY or done == attached.pieces:
            told = wiring.stopwatch()
            wiring.client.chat_update(channel=channel, ts=str(posted["ts"]), text=whole.format(f"{done:,}"))

    return attached.make(progress=progress)


def _respond(incoming: Incoming, message: dict[str, Any]) -> None:
    if incoming.response_url:
        response = WebhookClient(incoming.response_url, retry_handlers=[]).send_dict(message)
        if response.status_code != OK:
            log.warning("Slack refused an answer: %s", response.body)


Follow = Callable[[Wiring, Incoming, Outcome], None]
_FOLLOWS: dict[Source, Follow] = {
    Source.MESSAGE_BUTTON: _follow_up,
    Source.SHORTCUT: _follow_up,
    Source.FORM_BUTTON: _change_form,
    Source.HOME_BUTTON: _open_page,
    Source.DIRECT: _say,
    Source.PHOTO: _say,
    Source.MENTION: _say,
}
#: Who said something is told at once that the answer takes a moment; who pressed a button sees the message change.
_SPOKEN = frozenset({Source.DIRECT, Source.MENTION})


def _message(reply: Reply) -> dict[str, Any]:
    return {"response_type": "ephemeral", "text": reply.text, "blocks": reply.blocks}


def _ack(body: dict[str, Any] | str | None) -> BoltResponse:
    if body is None:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body=body)


def _after(wiring: Wiring, follow: Callable[[], object]) -> BoltResponse:
    wiring.after.submit(_guarded(follow))
    return _ack(None)


def _guarded(follow: Callable[[], object]) -> Callable[[], None]:
    """What runs after the answer has nobody to raise to: a refusal of Slack's is logged, and the person can ask again."""

    def run() -> None:
        try:
            follow()
        except SlackApiError as refused:
            log.warning("Slack refused an answer: %s", refused.response.get("error"))
        except (SlackClientError, OSError, Busy):
            log.exception("an answer could not be sent")

    return run
