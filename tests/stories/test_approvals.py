"""Approvals: asked by policy, decided once, by somebody else, on what was looked at."""

import pytest

from models import policies
from models.catalog import ApprovalRule, Item
from models.members import Role
from tests.stories.conftest import Story


@pytest.fixture
def guarded(story: Story) -> Story:
    """Thermal cameras always need approval; one lies in the Warehouse, and 40 sensors that need it too."""
    story.has("Thermal camera SN-7 in Warehouse", "40 sensor in Warehouse")
    with story.world() as world:
        for name in ("Thermal camera", "sensor"):
            item = world.session.get_one(Item, world.variant(name).item_id)
            policies.set_approval(world.session, world.act(), target=item, rule=ApprovalRule.ALWAYS)
    return story


def test_a_request_is_approved_with_a_button_and_done(guarded: Story) -> None:
    guarded.ana.types("/stock -5 sensor at Warehouse")
    guarded.ana.sees("This needs approval, so I have asked: take 5 sensors.")
    guarded.beats()
    guarded.bo.sees("Ana Silva asks to take 5 sensors")
    guarded.bo.presses("Approve")
    guarded.bo.sees("Approved: take 5 sensors for Ana Silva.")
    guarded.beats()
    guarded.kim.sees("Bo Chen approved this")
    guarded.ana.sees("Bo Chen approved: take 5 sensors. It is done.")
    assert guarded.on_hand("sensor", "Warehouse") == 35


def test_a_denial_gives_its_reason_to_the_requester(guarded: Story) -> None:
    guarded.ana.types("/stock -5 sensor at Warehouse")
    guarded.beats()
    guarded.bo.presses("Deny").fills({"Why not?": "We need them on Friday"}).submits()
    guarded.beats()
    guarded.ana.sees("Bo Chen denied: take 5 sensors. “We need them on Friday”")
    assert guarded.on_hand("sensor", "Warehouse") == 40


def test_nobody_decides_their_own_request(guarded: Story) -> None:
    with guarded.world() as world:
        world.grant("UANA", Role.APPROVER)
    guarded.ana.types("/stock -5 sensor at Warehouse")
    guarded.beats()
    guarded.ana.presses("Approve")
    guarded.ana.sees("You asked for this yourself, so somebody else decides.")
    assert guarded.on_hand("sensor", "Warehouse") == 40


def test_the_second_of_two_approvers_is_told_who_decided(guarded: Story) -> None:
    with guarded.world() as world:
        world.grant("UDEE", Role.APPROVER)
    guarded.ana.types("/stock -5 sensor at Warehouse")
    guarded.beats()
    guarded.dee.sees("Ana Silva asks to take 5 sensors")
    guarded.pauses_its_beat()  # so the card is not drawn again before both have pressed
    guarded.bo.presses("Approve")
    guarded.dee.presses("Approve")
    guarded.dee.sees("Bo Chen approved this on")
    assert guarded.on_hand("sensor", "Warehouse") == 35


def test_what_became_impossible_is_told_to_the_approver_and_stays_open(guarded: Story) -> None:
    guarded.ana.types("/stock -30 sensor at Warehouse")
    guarded.beats()
    guarded.kim.types("/stock scrap 20 sensor at Warehouse")
    guarded.bo.presses("Approve")
    guarded.bo.sees("This can't be done any more as it was asked")
    guarded.bo.sees("Kim Berg scrapped 20 on Mon 23 Nov, 10:00")  # the approver's time, and not Ana's
    assert guarded.on_hand("sensor", "Warehouse") == 20


def test_the_same_is_not_asked_twice_while_it_waits(guarded: Story) -> None:
    guarded.ana.types("/stock -5 sensor at Warehouse").sees("This needs approval, so I have asked: take 5 sensors.")
    guarded.ana.types("/stock -5 sensor at Warehouse").sees("You asked for this already on Mon 23 Nov, 09:00. It waits for an approver")


def test_a_decision_that_was_held_up_all_day_waits_for_the_next_morning(guarded: Story) -> None:
    guarded.pauses_its_beat()  # else a beat that began before the clock moved may put it off after the last one looked
    guarded.ana.types("/stock -5 sensor at Warehouse")
    guarded.beats()
    guarded.moves_to("2026-11-23T20:00", "Europe/Lisbon")
    guarded.bo.presses("Approve").sees("Approved: take 5 sensors")
    guarded.moves_to("2026-11-24T22:00", "Europe/Lisbon")  # the bot looks again only now
    assert guarded.messages_to("ana") == 0
    guarded.moves_to("2026-11-25T09:00", "Europe/Lisbon")
    guarded.ana.sees("Bo Chen approved: take 5 sensors.")
