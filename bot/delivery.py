"""Delivery: sends the notices that are owed, each once, whatever happens to the connection on the way."""

from bot.wiring import Wiring


def deliver(wiring: Wiring) -> None:
    """Sends everything that is owed by now."""
