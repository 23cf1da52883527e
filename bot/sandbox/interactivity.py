"""The short-lived leave that an act of a person gives the bot: trigger ids and response urls."""

import secrets
from dataclasses import dataclass, field

from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Workspace

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass
class Trigger:
    """Leave to open a form before this person; `view_id` is the modal it came from, if it came from one."""

    user: str
    given_at: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Leave to answer in a channel: five times within thirty minutes. `ts` is the message that was acted upon, if any."""

    user: str
    channel: str
    given_at: float
    ts: str | None = None
    ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0


@dataclass
class Leave:
    """All leave given so far. Ages are measured by the workspace's clock."""

    workspace: Workspace
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def fresh_trigger(self, user: str, *, view_id: str | None = None) -> str:
        trigger_id = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user, self.workspace.now(), view_id)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """The trigger, used up by this; refuses an unknown, used or old one as Slack does."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.workspace.now() - trigger.given_at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def fresh_response_url(
        self, user: str, channel: str, *, ts: str | None = None, ephemeral: bool = False, thread_ts: str | None = None
    ) -> str:
        """The path of a new response url, to be put behind the server's address."""
        token = secrets.token_urlsafe(16)
        self.response_urls[token] = ResponseUrl(user, channel, self.workspace.now(), ts, ephemeral, thread_ts)
        return f"response/{token}"

    def use_response_url(self, token: str) -> ResponseUrl:
        """Counts one use; refuses the sixth, and any after thirty minutes."""
        given = self.response_urls.get(token)
        if given is None or self.workspace.now() - given.given_at > RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if given.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        given.uses += 1
        return given
