"""The fault switches: what goes wrong between Slack and a bot, on demand."""

from dataclasses import dataclass, fields
from typing import Any

from bot.sandbox.changes import Changes

NO_FAULTS = {"changes", "api_429_method"}


@dataclass
class Faults:
    """All off at first. Numbers count down with each use; seconds and yes/no stay until switched off."""

    changes: Changes
    late_delivery: float = 0.0
    lost_delivery: int = 0
    doubled_delivery: bool = False
    lost_ack: int = 0
    api_429: int = 0
    api_429_method: str = ""
    api_500: int = 0
    lost_reply: int = 0
    slow_api: float = 0.0

    def switch(self, name: str, value: Any, *, method: str = "") -> None:
        """Sets a fault; null, 0 or false is off. Raises KeyError for a name that is no fault."""
        if name not in self._names():
            raise KeyError(name)
        setattr(self, name, type(getattr(self, name))(value or 0))
        if name == "api_429":
            self.api_429_method = method
        self.changes.tell("faults")

    def take(self, name: str) -> bool:
        """Uses one of a counted fault up; says whether there was one."""
        left: int = getattr(self, name)
        if left:
            setattr(self, name, left - 1)
            self.changes.tell("faults")
        return left > 0

    def shown(self) -> dict[str, Any]:
        """The faults that are on, by name."""
        return {name: value for name in self._names() if (value := getattr(self, name))}

    def _names(self) -> list[str]:
        return [field.name for field in fields(self) if field.name not in NO_FAULTS]
