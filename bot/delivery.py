"""Delivery: sends the notices that are owed, each once, whatever happens to the connection on the way."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlmodel import Session

from bot.wiring import Wiring
from handlers import drawing, home
from handlers.routes import Reply, Request
from models import homes, members, notices, outbox
from models.ledger import Act
from models.notices import Receiver
from models.outbox import Leased

log = logging.getLogger("quartermaster")

#: The name under which a message carries its notice's number, so that it can be found again after a lost answer.
EVENT = "quartermaster_notice"

#: How long until something is tried again that Slack could not do just now.
PAUSE = timedelta(seconds=10)
#: How long one that could not be drawn is left alone: the fault is ours, and the others must not wait for it.
AFTER_A_FAULT = timedelta(minutes=10)
#: How long a sender goes through what it has leased. What it has not come to by then, because Slack is slow, is left to whoever leases it
#: next: another sender may have it already, and a message sent by both would stand there twice.
PROMPTLY = outbox.LEASE / 3
#: How much older than the first try a message may seem: clocks differ.
SLACK_IS_BEHIND = timedelta(seconds=60)

TOO_MANY = 429
#: Answers of Slack's after which trying again is of no use.
HOPELESS = frozenset(
    {
        "channel_not_found",
        "thread_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_found",
        "user_disabled",
        "users_not_found",
        "account_inactive",
        "messages_tab_disabled",
        "restricted_action",
        "missing_scope",
        "invalid_blocks",
        "invalid_arguments",
        "msg_too_long",
        "no_text",
    }
)
#: Answers after which the message is not there any more, so there is nothing to bring up to date.
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})


def deliver(wiring: Wiring) -> None:
    """Sends everything that is owed by now, and publishes the Homes that are out of date."""
    while leased := _lease(wiring):
        until, full = wiring.clock() + PROMPTLY, dict[Receiver, datetime]()
        for notice in leased:
            receiver = notice.channel, notice.member_id
            if receiver in full:
                _wait(wiring, notice, full[receiver])
            elif wiring.clock() < until and (at := _deliver(wiring, notice)):
                full[receiver] = at
    _publish_homes(wiring)


def _lease(wiring: Wiring) -> list[Leased]:
    with wiring.database.reading() as session:
        if not outbox.anything_owed(session, wiring.clock()):
            return []
    with wiring.database.transaction() as session:
        return outbox.lease(session, wiring.clock())


def _deliver(wiring: Wiring, notice: Leased) -> datetime | None:
    """Sends a notice, or keeps why not; where Slack takes no more there just now, from when on it does."""
    try:
        if notice.doubtful:
            _look(wiring, notice)
        else:
            _send(wiring, notice)
    except SlackApiError as refused:
        if refused.response.status_code == TOO_MANY:
            return _too_fast(wiring, notice, refused)
        _refused(wiring, notice, str(refused.response.get("error")))
    except (SlackClientError, OSError) as cut:
        _in_doubt(wiring, notice, type(cut).__name__)
    except Exception as fault:
        log.exception("notice %s could not be drawn", notice.id)
        problem = type(fault).__name__  # the name is gone when the block is left
        _settle(wiring, lambda session: outbox.later(session, notice, wiring.clock() + AFTER_A_FAULT, problem=problem))
    return None


def _too_fast(wiring: Wiring, notice: Leased, refused: SlackApiError) -> datetime:
    """It waits as long as Slack says, and is sent as soon as that is over."""
    seconds = int(refused.response.headers.get("Retry-After", 1))
    at = wiring.clock() + timedelta(seconds=seconds)
    _wait(wiring, notice, at)
    wiring.wake_in(seconds)
    return at


def _wait(wiring: Wiring, notice: Leased, until: datetime) -> None:
    _settle(wiring, lambda session: outbox.later(session, notice, until, problem="ratelimited"))


def _send(wiring: Wiring, notice: Leased) -> None:
    message = _drawn(wiring, notice)
    channel, ts = notice.sent_channel, notice.sent_ts
    if message is not None and channel and ts:
        wiring.client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
    elif message is not None and (morning := _asleep_until(wiring, notice)):
        _settle(wiring, lambda session: outbox.rest(session, notice, morning))
        return
    elif message is not None:
        posted = _post(wiring, notice, message)
        channel, ts = posted["channel"], posted["ts"]
    with wiring.database.transaction() as session:
        outbox.sent(session, notice, channel=channel, ts=ts)


def _asleep_until(wiring: Wiring, notice: Leased) -> datetime | None:
    """When the receiver is at work again; None where they are, and for a channel. What was delayed is not sent in the night either."""
    if notice.member_id is None or notice.kind in notices.AT_ANY_HOUR:
        return None
    now = wiring.clock()
    with wiring.database.reading() as session:
        starts = notices.working_hours(session, notice.member_id, now)
    return starts if starts > now else None


def _drawn(wiring: Wiring, notice: Leased) -> Reply | None:
    with wiring.database.reading() as session:
        return drawing.draw(session, notice, now=wiring.clock())


def _post(wiring: Wiring, notice: Leased, message: Reply) -> Mapping[str, Any]:
    body = {
        "channel": notice.channel or notice.slack_user_id,
        "text": message.text,
        "blocks": message.blocks,
        "metadata": {"event_type": EVENT, "event_payload": {"id": notice.id}},
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if notice.above_ts:
        body |= {"channel": notice.above_channel, "thread_ts": notice.above_ts}
    try:
        return wiring.client.chat_postMessage(**body).data  # type: ignore[arg-type, return-value]
    except SlackApiError as refused:
        if refused.response.get("error") != "not_in_channel":
            raise
        wiring.client.conversations_join(channel=str(notice.channel))
        return wiring.client.chat_postMessage(**body).data  # type: ignore[arg-type, return-value]


def _look(wiring: Wiring, notice: Leased) -> None:
    """Looks for a message that may have been accepted, before it is sent again."""
    channel = notice.above_channel or notice.channel
    channel = channel or str(wiring.client.conversations_open(users=str(notice.slack_user_id))["channel"]["id"])
    oldest = ((notice.tried_at or wiring.clock()) - SLACK_IS_BEHIND).timestamp()
    since: dict[str, Any] = {"channel": channel, "oldest": f"{oldest:.6f}", "limit": 200, "include_all_metadata": True}
    if notice.above_ts:
        history = wiring.client.conversations_replies(ts=notice.above_ts, **since)
    else:
        history = wiring.client.conversations_history(**since)
    ts = next((message["ts"] for message in history["messages"] if _is(message, notice)), None)
    with wiring.database.transaction() as session:
        if ts is not None:
            outbox.stands(session, notice, channel=channel, ts=ts)
        else:
            outbox.not_there(session, notice, wiring.clock())


def _is(message: Mapping[str, Any], notice: Leased) -> bool:
    told = message.get("metadata") or {}
    return bool(message.get("bot_id")) and told.get("event_type") == EVENT and told.get("event_payload", {}).get("id") == notice.id


def _refused(wiring: Wiring, notice: Leased, error: str) -> None:
    """What Slack's answer means for a notice: done, never, or nobody knows."""
    now = wiring.clock()
    if error in GONE:
        return _settle(wiring, lambda session: outbox.sent(session, notice, channel=None, ts=None))
    if error in HOPELESS:
        log.error("notice %s can't be delivered: %s", notice.id, error)
        return _settle(wiring, lambda session: outbox.dead(session, notice, now, problem=error))
    return _in_doubt(wiring, notice, error)


def _in_doubt(wiring: Wiring, notice: Leased, problem: str) -> None:
    """No clear answer. A message that was only brought up to date is simply sent again; a new one is looked for first."""
    now = wiring.clock()
    if notice.sent_ts:
        _settle(wiring, lambda session: outbox.later(session, notice, now + PAUSE, problem=problem))
    else:
        _settle(wiring, lambda session: outbox.uncertain(session, notice, now, problem=problem))


def _settle(wiring: Wiring, settle: Callable[[Session], None]) -> None:
    with wiring.database.transaction() as session:
        settle(session)


def _publish_homes(wiring: Wiring) -> None:
    with wiring.database.reading() as session:
        stale = homes.to_publish(session, now=wiring.clock())
    for member_id in stale:
        try:
            publish_home(wiring, member_id)
        except (SlackClientError, OSError) as problem:
            error = str(problem.response.get("error")) if isinstance(problem, SlackApiError) else type(problem).__name__
            log.warning("a Home could not be published: %s", error)
            if error not in HOPELESS:
                with wiring.database.transaction() as session:
                    homes.mark(session, [], members=[member_id], now=wiring.clock())
        except Exception:
            log.exception("the Home of member %s could not be drawn", member_id)


def publish_home(wiring: Wiring, member_id: int) -> None:
    """Shows a member their Home as things are now."""
    with wiring.database.transaction() as session:
        homes.published(session, member_id, now=wiring.clock())  # first, so that what changes meanwhile makes it out of date again
    with wiring.database.reading() as session:
        actor = members.actor(session, member_id, time_zone=wiring.settings.time_zone)
        view = home.view(Request(Act(actor, wiring.clock(), wiring.token), place="home"), session)
    wiring.client.views_publish(user_id=str(actor.slack_user_id), view=view)
