"""Files come in while the bot is at work: what they bring is there for everybody at once."""

from models import importing, members, search
from models.ledger import Act
from tests.stories.conftest import Story

STOCK = "item,location,quantity,reorder below,reorder to\nM8 bolt,Van 3,4,10,60\nM8 nut,Van 3,40,10,\n"
EQUIPMENT = "item,serial,location,location kind\nCanon R6,SN-00483,ana@example.com,person\nCanon R6,SN-00484,Warehouse,\n"


def comes_in(story: Story, text: str) -> None:
    """Imports a file as `quartermaster import` does."""
    with story.database.reading() as session:
        plan = importing.plan(session, name="stores.csv", content=text.encode())
    assert plan.problems == []
    with story.world() as world:
        program = members.actor(world.session, members.COMMAND_LINE)
        importing.carry_out(world.session, Act(program, world.now, lambda: "salt"), plan)
    with story.world() as world:
        for names in importing.spelled(plan):
            search.enter(world.session, names)


def test_what_a_file_brings_can_be_asked_for_and_taken(story: Story) -> None:
    comes_in(story, STOCK)
    story.ana.types("/stock m8 nuts").sees("40")
    story.ana.types("/stock -5 M8 nut at Van 3").sees("35")


def test_what_is_low_in_a_file_is_told_to_the_keepers(story: Story) -> None:
    comes_in(story, STOCK)
    story.beats()
    story.kim.sees("4 M8 bolts left in Van 3, reorder point 10.")


def test_what_somebody_holds_by_a_file_is_theirs_and_comes_back(story: Story) -> None:
    comes_in(story, EQUIPMENT)
    story.ana.types("/checkout mine").sees("SN-00483")
    story.ana.types("/checkout return SN-00483").sees("Unplaced")


def test_the_same_file_again_changes_nothing(story: Story) -> None:
    comes_in(story, STOCK)
    story.ana.types("/stock -5 M8 nut at Van 3")
    comes_in(story, STOCK)
    assert story.on_hand("M8 nut", "Van 3") == 35


def lows(many: int) -> str:
    """A file with so many items, each lower than its reorder point."""
    return "item,location,quantity,reorder below\n" + "".join(f"Size {n:02d} bolt,Van 3,{n},20\n" for n in range(1, many + 1))


def test_many_that_come_in_low_are_one_message_in_a_channel(story: Story) -> None:
    comes_in(story, lows(14))
    story.beats()
    assert in_stores(story) == 1
    story.kim.sees("14 items reached their reorder point at once.")
    story.kim.sees("Size 10 bolt")
    story.kim.sees("And 4 more: /stock low shows them all, the emptiest first.")


def test_a_few_that_come_in_low_have_a_card_each(story: Story) -> None:
    comes_in(story, lows(3))
    story.beats()
    assert in_stores(story) == 3


def test_the_one_message_says_what_is_low_still_until_nothing_is(story: Story) -> None:
    comes_in(story, lows(5))
    story.beats()
    for number in range(1, 5):
        story.kim.types(f"/stock +50 Size 0{number} bolt at Van 3")
    story.beats()
    story.kim.sees("5 items reached their reorder point at once. 1 is low still.")
    story.kim.types("/stock low").sees("1 low")
    story.kim.types("/stock +50 Size 05 bolt at Van 3")
    story.beats()
    story.kim.sees("5 items reached their reorder point at once. Nothing of that is low any more.")
    assert in_stores(story) == 1


def test_what_sinks_again_after_the_one_message_has_a_card(story: Story) -> None:
    comes_in(story, lows(5))
    story.kim.types("/stock +50 Size 02 bolt at Van 3")
    story.kim.types("/stock -45 Size 02 bolt at Van 3")
    story.beats()
    story.kim.sees("5 items reached their reorder point at once. 4 are low still.")
    story.kim.sees("7 Size 02 bolts left in Van 3, reorder point 20.")


def test_more_is_received_from_the_one_message(story: Story) -> None:
    comes_in(story, lows(5))
    story.beats()
    story.kim.presses("Receive", on="at once").submits().sees("Received 39 Size 01 bolts at Van 3.")


def in_stores(story: Story) -> int:
    """How many messages stand in the channel of the stores."""
    return len(story.office.server.sandbox.workspace.channels["CSTORES"].messages)
