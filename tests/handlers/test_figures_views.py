"""What figures say in words: one is one, and what is late by minutes is not late by nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.views import findings
from handlers.views.due import Reader
from models.figures import IdleOf, Returns

READER = Reader(datetime(2026, 11, 26, 9, tzinfo=UTC), "UTC")


@pytest.mark.parametrize(("owned", "told"), [(1, "of the same items 1 is owned."), (2, "of the same items 2 are owned.")])
def test_one_is_one(owned: int, told: str) -> None:
    found = findings.idle("Idle", 90, [IdleOf("Drill", owned, 1)], lambda _first, _most: [], READER)
    assert found.headline == f"1 asset lies idle; {told}"


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=1), "1 minute"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=36), "1.5 days"),
    ],
)
def test_how_late_somebody_was_is_never_nothing(length: timedelta, told: str) -> None:
    found = findings.late("Late returns", [Returns(1, "Bo", 1, 1, length, length)])
    assert found.line(found.page(0, 1)[0]) == f"Bo: *1* of 1 late, by {told}"
