"""Long lists, a page at a time: how many there are stands in the head, the buttons to the other pages at the foot."""

from collections.abc import Mapping
from typing import Any

from handlers.views.parts import Block, actions, button

#: So many lines are a page.
PAGE = 12


def counted(first: int, shown: int, total: int) -> str:
    """Which of how many a page shows: "1–12 of 41"; nothing where it shows them all."""
    return "" if shown >= total else f"{first + 1:,}–{first + shown:,} of {total:,}"


def pager(action: str, carried: Mapping[str, Any], *, first: int, shown: int, total: int, whole: Block | None = None) -> list[Block]:
    """The buttons to the page before and the page after, where there are such; the route `action` gets `carried` and the first as "f".

    `whole` is the button that sends all of it as a file.
    """
    before = button("Previous", f"{action}:previous", {**carried, "f": max(first - PAGE, 0)}) if first > 0 else None
    after = button("Next", f"{action}:next", {**carried, "f": first + shown}) if first + shown < total else None
    return [actions(before, after, whole)] if before or after or whole else []


def as_file(listed: str) -> Block:
    """The button that sends a list as a file."""
    return button("As CSV", "export.list", {"l": listed})
