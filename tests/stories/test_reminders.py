"""Overdue returns, over simulated days: one message a stage, all things in it, in working hours, until everything is back."""

import pytest

from tests.stories.conftest import Story


@pytest.fixture
def lent(story: Story) -> Story:
    """Ana, in Lisbon, has a camera until Wednesday 17:00 in Berlin, and two hard hats until Thursday."""
    story.has("Canon R6 SN-1 in Warehouse", "20 returnable hard hat in Warehouse")
    with story.world() as world:
        world.hands_out("SN-1", to="Ana Silva", until="2026-11-25T17:00", zone="Europe/Berlin")
        world.hands_out("2 hard hat", to="Ana Silva", until="2026-11-26T17:00", zone="Europe/Berlin")
    return story


def test_the_holder_is_told_the_working_day_before(lent: Story) -> None:
    lent.ana.sees_no("due soon")
    lent.moves_to("2026-11-24T09:00", "Europe/Lisbon")
    lent.ana.sees("One thing you have is due soon.")
    lent.ana.sees("Canon R6 SN-1, due Wed 25 Nov, 17:00 CET")


def test_each_stage_is_one_new_message_and_the_one_before_shrinks(lent: Story) -> None:
    lent.moves_to("2026-11-24T09:00", "Europe/Lisbon")
    lent.moves_to("2026-11-25T09:00", "Europe/Lisbon")
    lent.ana.sees("2 things you have are due soon.")
    lent.ana.sees("A newer reminder follows below.")
    lent.moves_to("2026-11-26T09:00", "Europe/Lisbon")
    lent.ana.sees("2 things you have are due, 1 of them late.")


def test_a_week_of_silence_brings_each_reminder_once_in_its_latest_state(lent: Story) -> None:
    lent.moves_to("2026-12-04T09:00", "Europe/Lisbon")
    lent.ana.sees("2 things you have are late.")
    assert lent.messages_to("ana") == 1


def test_what_comes_back_ends_the_reminder_in_its_place(lent: Story) -> None:
    lent.moves_to("2026-11-26T09:00", "Europe/Lisbon")
    with lent.world() as world:
        world.bring_back("SN-1", by="Ana Silva")
        world.bring_back("2 hard hat", by="Ana Silva")
    lent.beats()
    lent.ana.sees("Nothing of that is due any more.")


def test_in_the_end_the_stores_channel_is_told_without_a_name(lent: Story) -> None:
    for day in ("2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"):
        lent.moves_to(f"{day}T09:00", "Europe/Lisbon")
    line = lent.bo.sees("Long overdue at Warehouse")
    assert "Ana" not in line
    lent.bo.sees("A newer line on what is long overdue at Warehouse follows below.")


def test_nobody_is_reminded_at_night(lent: Story) -> None:
    lent.moves_to("2026-11-25T03:00", "Europe/Lisbon")
    lent.ana.sees_no("due")
