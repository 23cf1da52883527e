"""Lots that expire: the store's channel is told 30 and 7 days before, once each, and the message says how it ended."""

import pytest

from tests.stories.conftest import Story

MONTH_AHEAD = "30 milks of lot L-1 expire in 30 days, on Sun 31 Jan 2027."


@pytest.fixture
def dairy(story: Story) -> Story:
    """30 milk of lot L-1 in Warehouse, good until 31 January; today is 23 November."""
    with story.world() as w:
        w.in_lots("milk")
        w.receive(30, "milk", "L-1", expires="2027-01-31")
    return story


def told(story: Story) -> list[str]:
    """What stands in #stores about expiring lots."""
    messages = story.office.server.sandbox.workspace.channels["CSTORES"].messages
    return [message["text"] for message in messages if "L-1" in message["text"]]


def test_the_stores_are_told_a_month_and_a_week_before_and_never_twice(dairy: Story) -> None:
    dairy.moves_to("2027-01-01 08:30", "UTC")
    assert told(dairy) == []
    dairy.moves_to("2027-01-01 09:00", "UTC")
    assert told(dairy) == [f":large_orange_circle: {MONTH_AHEAD}"]
    dairy.moves_to("2027-01-20 09:00", "UTC")
    dairy.beats()
    assert len(told(dairy)) == 1
    dairy.moves_to("2027-01-24 09:00", "UTC")
    assert told(dairy) == [
        "A newer reminder of lot L-1 of milk follows below.",
        ":large_orange_circle: 30 milks of lot L-1 expire in 7 days, on Sun 31 Jan 2027.",
    ]
    dairy.moves_to("2027-02-01 00:00", "UTC")
    assert told(dairy)[1:] == [":large_orange_circle: 30 milks of lot L-1 expired on Sun 31 Jan 2027."]


def test_the_reminder_shows_the_lot_follows_what_is_taken_and_ends_when_none_is_left(dairy: Story) -> None:
    dairy.moves_to("2027-01-01 09:00", "UTC")
    dairy.kim.sees("Warehouse: 30")
    dairy.kim.presses("Show lot", on=MONTH_AHEAD).sees("milk · lot L-1")
    dairy.kim.types("/stock -10 milk at Warehouse").sees("20 milks of lot L-1 expire in 30 days, on Sun 31 Jan 2027.")
    assert len(told(dairy)) == 1
    dairy.kim.types("/stock -20 milk at Warehouse").sees("None of lot L-1 of milk is left to expire.")
    dairy.moves_to("2027-01-24 09:00", "UTC")
    assert len(told(dairy)) == 1


def test_a_bot_that_was_down_tells_once_in_the_latest_state(dairy: Story) -> None:
    dairy.moves_to("2027-01-28 09:00", "UTC")
    assert told(dairy) == [":large_orange_circle: 30 milks of lot L-1 expire in 3 days, on Sun 31 Jan 2027."]


def test_what_is_kept_back_is_not_told_of_until_it_is_released(dairy: Story) -> None:
    dairy.moves_to("2027-01-01 09:00", "UTC")
    dairy.kim.types("/stock quarantine L-1").sees("Lot L-1 of milk is quarantined: nothing of it is given out.")
    dairy.moves_to("2027-01-24 09:00", "UTC")
    assert told(dairy) == ["Lot L-1 of milk is quarantined: nothing of it is given out."]
    dairy.kim.types("/stock release lot L-1").sees("30 milks of lot L-1 expire in 7 days, on Sun 31 Jan 2027.")


def test_what_is_used_up_in_time_is_never_told_of(dairy: Story) -> None:
    dairy.kim.types("/stock -30 milk at Warehouse").sees("Took 30 milks")
    dairy.moves_to("2027-01-24 09:00", "UTC")
    assert told(dairy) == []
