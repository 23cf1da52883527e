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
