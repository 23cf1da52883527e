"""An intent is applied once, however often it arrives, and nothing acknowledged is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from slack_bolt import BoltRequest

from tests.stories.conftest import Story


def test_a_doubled_delivery_moves_once(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.office.fault("doubled_delivery")
    story.ana.types("/stock -5 M8 bolt at Warehouse").sees("Took 5 M8 bolts from Warehouse.")
    assert story.on_hand("M8 bolt", "Warehouse") == 195


def test_a_doubled_delivery_to_two_replicas_moves_once(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.office.starts_a_bot()
    story.office.fault("doubled_delivery")
    for _ in range(5):
        story.ana.types("/stock -5 M8 bolt at Warehouse").sees("Took 5 M8 bolts from Warehouse.")
    assert story.on_hand("M8 bolt", "Warehouse") == 175


def test_undo_pressed_twice_undoes_once(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.office.fault("doubled_delivery")
    story.ana.types("/stock -5 M8 bolt at Warehouse").presses("Undo").sees("Undone.")
    assert story.on_hand("M8 bolt", "Warehouse") == 200


def test_twenty_clicks_at_once_on_two_replicas_decide_once(story: Story) -> None:
    story.has("40 sensor in Warehouse")
    with story.world() as world:
        world.always_ask("sensor")
    story.ana.types("/stock -5 sensor at Warehouse")
    story.office.starts_a_bot()
    apps = [bot.app for bot in story.bots]
    together = Barrier(20)

    def click(number: int) -> str:
        together.wait(timeout=30)
        return apps[number % 2].dispatch(_press("UBO", "request.approve:1", '{"request":1,"version":1}')).body

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(click, range(20)))
    assert story.on_hand("sensor", "Warehouse") == 35


def test_the_last_one_goes_to_one_of_two_and_the_other_is_told_who_was_first(story: Story) -> None:
    story.has("1 M8 bolt in Van 3")
    story.ana.types("/stock -1 M8 bolt at Van 3").sees("Took 1 M8 bolt from Van 3.")
    story.dee.types("/stock -1 M8 bolt at Van 3").sees("Van 3 holds no M8 bolt; you asked for 1. Ana Silva took 1 on Mon 23 Nov")
    assert story.on_hand("M8 bolt", "Van 3") == 0


def test_what_waited_too_long_changes_nothing_and_says_so(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.has_waited = 3
    story.ana.types("/stock -5 M8 bolt at Warehouse")
    story.ana.sees("That took too long, so nothing was changed. Try again.")
    assert story.on_hand("M8 bolt", "Warehouse") == 200


def test_a_late_answer_is_shown_again_instead_of_moving_twice(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.ana.types("/stock -5 M8 bolt at Warehouse")
    story.answer_was_late()
    story.ana.types("/stock -5 M8 bolt at Warehouse")
    story.ana.sees("The first time went through; its answer was late. Nothing more was done.")
    assert story.on_hand("M8 bolt", "Warehouse") == 195
    story.ana.presses("Do it again").sees("190 left in Warehouse")


def test_a_guest_is_refused_kindly(story: Story) -> None:
    story.gus.types("/stock M8 bolt").sees("Guests of this workspace can't use the stores.")


def test_a_deactivated_keeper_loses_their_say_at_once(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.office.door.post("profile", {"user": "UKIM", "changes": {"is_restricted": True}})
    story.kim.types("/stock +5 M8 bolt at Warehouse").sees("Guests of this workspace can't use the stores.")


def _press(user: str, action: str, value: str) -> BoltRequest:
    body = {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T0SANDBOX"},
        "team": {"id": "T0SANDBOX"},
        "trigger_id": "1.2.abc",
        "container": {"type": "message"},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return BoltRequest(mode="socket_mode", body=body)
