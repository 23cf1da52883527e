"""How fast the bot may post: one message a second in a channel, with a burst."""

import time
from dataclasses import dataclass, field

from bot.sandbox.slack_error import TooFast

MESSAGES_PER_SECOND = 1.0


@dataclass
class Pace:
    """Refuses posts beyond the burst, in real time: the workspace's clock may stand still or leap."""

    burst: int
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def post(self, channel: str) -> None:
        """Counts one post in the channel; raises TooFast when there were too many."""
        now = time.monotonic()
        left, since = self._left.get(channel, (float(self.burst), now))
        left = min(self.burst, left + (now - since) * MESSAGES_PER_SECOND)
        if left < 1:
            raise TooFast(retry_after=1)
        self._left[channel] = (left - 1, now)
