"""Messages that come by themselves arrive once, whatever happens to the connection on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.stories.conftest import Story


@pytest.fixture
def low(story: Story) -> Story:
    """Bolts in Van 3 are one above their reorder point; the next one taken owes a card in #stores."""
    story.has("21 M8 bolt in Van 3")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20)
    story.pauses_its_beat()
    return story


def test_what_is_said_faster_than_slack_lets_the_bot_answer_is_answered_as_soon_as_it_does(open_story: Callable[..., Story]) -> None:
    hasty = open_story(message_burst=1)
    hasty.has("1 bolt M1 in Warehouse", "2 bolt M2 in Warehouse")
    hasty.kim.says("bolt M1").says("bolt M2")

    def answered(_: object) -> bool:
        hasty.office.server.sandbox.workspace.move_clock(0.1)  # time passes, and nobody but the bot itself makes it beat
        return "bolt M2 ·" in hasty.kim.last()

    hasty.office.waits_for(answered)
    hasty.kim.sees("bolt M1 ·")


def test_an_answer_that_slack_found_too_fast_is_not_lost_in_a_restart(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.pauses_its_beat()
    for method, say in (("chat.postMessage", "bot"), ("chat.postEphemeral", "general")):
        story.office.fault("api_429", 1, method=method)
        story.kim.says("@quartermaster -5 M8 bolt at Warehouse", to=say)
        story.office.waits_for(lambda state: not state["faults"])
    story.office.sends_bots_home()
    story.kim.sees_no("Took 5 M8 bolts")
    story.office.starts_a_bot()
    story.beats(bot=1)
    story.kim.sees("195 left in Warehouse")
    story.kim.sees("190 left in Warehouse")
    assert story.messages_to("kim") == 3, "one that was said there, and both answers: nobody in #general sees the other"
    story.kim.presses("Undo", on="190 left").sees("Undone.")


def test_who_waits_for_a_photo_to_be_read_when_the_bot_is_sent_home_is_told(story: Story) -> None:
    told = Event()
    story.bots[0].wiring.scanner.submit(told.wait, 60)
    story.kim.uploads("label.png", b"")
    with ThreadPoolExecutor(1) as beside:
        gone = beside.submit(story.office.sends_bots_home)
        story.kim.sees("I was started anew before I came to that. Ask again.")
        told.set()
        gone.result()
    story.office.starts_a_bot()


def test_a_file_that_slack_does_not_take_and_a_form_that_it_does_not_open_are_told_of(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.office.fault("api_429", 1, method="files.getUploadURLExternal")
    story.kim.types("/stock label SN-1").sees("Slack did not take label-SN-1.png. Ask for it again.")
    story.office.fault("api_429", 1, method="views.open")
    story.kim.types("/stock edit SN-1").sees("The form did not open.")
    story.office.fault("api_429", 1, method="views.open")
    story.kim.presses("Open it").sees("That did not open. Press it once more.")
    story.kim.presses("Open it")
    assert story.kim.form().title == "Edit asset"


def test_a_long_wait_puts_off_no_shorter_one(story: Story) -> None:
    with story.world() as world:
        world.has("20 M8 bolt in Van 3")
        world.reorder("M8 bolt", "Van 3", low=20)
    for seconds in (0.2, 3600):
        story.bots[0].wiring.wake_in(seconds)
    story.kim.sees("20 M8 bolts left in Van 3")


def cards(story: Story) -> int:
    """How many reorder cards stand in #stores."""
    messages = story.office.server.sandbox.workspace.channels["CSTORES"].messages
    return sum("reorder point 20" in message["text"] for message in messages)


def test_a_card_whose_answer_was_lost_is_found_and_not_sent_again(low: Story) -> None:
    low.ana.types("/stock -1 M8 bolt at Van 3")
    low.office.fault("lost_reply", 1)
    low.beats()
    assert cards(low) == 1
    low.office.fault("api_429", 1, method="conversations.history")  # where it is looked for
    for _ in range(4):
        low.moves_on(seconds=11)
    assert cards(low) == 1
    low.ana.types("/stock -1 M8 bolt at Van 3")
    low.beats()
    low.kim.sees("19 M8 bolts left in Van 3, reorder point 20.")
    assert cards(low) == 1


@pytest.mark.parametrize("fault", ["api_500", "api_429"])
def test_a_card_that_slack_could_not_take_comes_later_and_once(low: Story, fault: str) -> None:
    low.ana.types("/stock -1 M8 bolt at Van 3")
    low.office.fault(fault, 1)
    low.beats()
    assert cards(low) == 0
    for _ in range(5):
        low.moves_on(seconds=11)
    assert cards(low) == 1


def test_a_bot_that_died_while_sending_is_made_good_by_the_next(low: Story) -> None:
    low.ana.types("/stock -1 M8 bolt at Van 3")
    low.dies_while_sending()
    assert cards(low) == 0
    for _ in range(4):
        low.moves_on(seconds=61)
    assert cards(low) == 1


def test_a_sender_that_was_held_up_leaves_the_rest_to_the_next(low: Story) -> None:
    with low.world() as world:
        for name in ("M6 bolt", "M8 nut"):
            world.has(f"1 {name} in Van 3")
            world.reorder(name, "Van 3", low=20)
    low.first_message_takes = 30
    low.beats()
    assert cards(low) == 1
    for _ in range(4):
        low.moves_on(seconds=61)
    assert cards(low) == 2, "each of the two stands there once"


def test_two_replicas_send_one_card(low: Story) -> None:
    low.office.starts_a_bot()
    low.pauses_its_beat()
    low.ana.types("/stock -1 M8 bolt at Van 3")
    low.beats(bot=0)
    low.beats(bot=1)
    assert cards(low) == 1


def test_an_admin_hears_of_a_channel_that_takes_no_messages(open_story: Callable[..., Story]) -> None:
    story = open_story(channel="CGONE")
    story.has("21 M8 bolt in Van 3")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20)
    story.ana.types("/stock -1 M8 bolt at Van 3")
    story.beats()
    story.kim.sees("could not be delivered: Slack says channel_not_found")


def test_without_a_channel_keepers_hear_of_it_directly(open_story: Callable[..., Story]) -> None:
    story = open_story(channel=None)
    story.has("21 M8 bolt in Van 3")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20)
    story.ana.types("/stock -1 M8 bolt at Van 3")
    story.beats()
    story.kim.sees("20 M8 bolts left in Van 3, reorder point 20.")
    story.dee.sees_no("reorder point")
