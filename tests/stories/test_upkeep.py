"""What is done again and again: planned in a form, told to keepers, closed with an outcome; and what is to be replaced."""

import pytest

from models import roles
from models.members import Role
from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Two cameras in a store, and a drill."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Drill SN-9 in Warehouse", "5 M8 bolt in Warehouse")


def plan(story: Story, thing: str = "Canon R6", **more: str) -> None:
    """Kim plans a calibration of it every 30 days."""
    story.kim.types(f"/checkout schedule {thing}")
    story.kim.fills({"What": "Calibration", "Every": "30", "Counted in": "Days", "Told ahead": "7", **more}).submits()


def test_from_the_plan_to_the_reminder_to_the_outcome(story: Story) -> None:
    plan(story)
    story.kim.sees("Planned Calibration of Canon R6, every 30 days for the first time on Wed 23 Dec.")
    story.kim.closes(everything=True)
    story.ana.types("/checkout upkeep")
    story.ana.sees("Nothing is due.")
    story.moves_to("2026-12-16 09:30", "UTC")
    story.kim.sees("Calibration: 2 things are due soon.")
    story.kim.sees("Canon R6 SN-1 · Calibration, due Wed 23 Dec · Warehouse")
    story.kim.presses("Done", on="SN-1").fills({"Outcome": "passed", "Cost, in USD": "80"}).submits()
    story.kim.sees("Calibration of Canon R6 SN-1 is done: “passed”.\nDue again on Fri 15 Jan 2027.")
    story.kim.closes(everything=True)
    story.beats()
    story.kim.sees("Calibration: 1 thing is due soon.")
    story.moves_to("2026-12-23 09:30", "UTC")
    story.kim.sees("Calibration: 1 thing is due.")
    story.kim.types('/checkout serviced SN-2 note "drifts a little"')
    story.kim.sees("Calibration of Canon R6 SN-2 is done: “drifts a little”.")
    story.beats()
    story.kim.sees("Calibration is done.")


def test_the_page_of_an_asset_tells_what_was_done_and_what_it_cost(story: Story) -> None:
    plan(story, "SN-1")
    story.kim.closes(everything=True)
    story.kim.types("/checkout serviced SN-1 cost 80 note passed")
    story.ana.types("/checkout report SN-1 flash stays dark")
    story.has("3 cable in Workshop")
    story.kim.types("/checkout repair SN-1")
    story.kim.types("/checkout repaired SN-1 cost 40.50 note new flash")
    story.ana.types("/checkout SN-1")
    story.ana.presses("Upkeep")
    told = story.ana.sees("Upkeep of Canon R6 SN-1")
    assert "Calibration, every 30 days: due Wed 23 Dec" in told
    assert "2 records. All of it has cost 120.50 USD." in told
    assert "Mon 23 Nov · “flash stays dark”, at Workshop: “new flash”, 40.50 USD · Kim Berg" in told
    assert "Mon 23 Nov · Calibration: “passed”, 80.00 USD · Kim Berg" in told
    assert "[Done]" not in told


def test_several_schedules_ask_which_was_done(story: Story) -> None:
    plan(story)
    story.kim.closes(everything=True)
    plan(story, "SN-1", What="Sensor cleaning")
    story.kim.closes(everything=True)
    story.kim.types("/checkout serviced SN-1")
    story.kim.sees("Several things are done to Canon R6 SN-1. Which one?")
    story.kim.presses("Sensor cleaning")
    story.kim.sees("Sensor cleaning of Canon R6 SN-1 is done.")
    story.kim.types("/checkout serviced SN-1 for calibration")
    story.kim.sees("Calibration of Canon R6 SN-1 is done.")
    story.kim.types("/checkout serviced SN-9")
    story.kim.sees("Nothing is planned for Drill SN-9.")


def test_what_was_done_is_dated_by_the_day_of_whoever_says_so(story: Story) -> None:
    plan(story)
    story.dee.types("/checkout mine")
    with story.world() as world:
        roles.grant(world.session, world.act(), member=world.member("Dee Okafor"), role=Role.KEEPER)
    story.moves_to("2026-12-24 02:00", "UTC")
    story.dee.types("/checkout upkeep SN-1").presses("Done").submits()
    story.dee.sees("Calibration of Canon R6 SN-1 is done.\nDue again on Fri 22 Jan 2027.")


def test_all_that_is_planned_is_listed_and_stopped(story: Story) -> None:
    plan(story)
    story.kim.closes(everything=True)
    story.ana.types("/checkout schedules")
    assert "[Stop]" not in story.ana.sees("Calibration · Canon R6 · every 30 days, from Wed 23 Dec, told 7 days ahead")
    story.kim.types("/checkout schedules")
    story.kim.presses("Stop")
    story.kim.sees("Stopped Calibration.")
    story.kim.presses("Undo", on="Stopped Calibration")
    story.kim.presses("Stop", on="1 schedule").sees("That went through, and was undone since.")
    story.kim.types("/checkout schedules").presses("Stop")
    story.ana.types("/checkout schedules")
    story.ana.sees("Nothing is planned.")


def test_a_mistake_in_the_plan_stands_under_its_field(story: Story) -> None:
    plan(story, Every="often")
    assert story.kim.form().errors == {"every": "I can't read often as a number. Write it like 12."}
    story.kim.fills({"Every": "7"}).submits()
    assert "less than the interval" in str(story.kim.form().errors)
    story.ana.types("/checkout schedule Canon R6")
    story.ana.sees("you need the role keeper")
    story.kim.closes(everything=True)
    story.kim.types("/checkout schedule M8 bolt")
    story.kim.sees("M8 bolt is kept by number.")
    story.kim.types("/checkout schedule Warehouse")
    story.kim.sees("Upkeep is planned for an asset, an item or a category.")


def test_value_and_warranty_are_filled_in_and_said_on_any_day(story: Story) -> None:
    story.kim.types("/checkout upkeep SN-1")
    story.kim.presses("Value and warranty")
    story.kim.fills({"Cost, in USD": "1,460", "Useful life in months": "24"}).submits()
    assert "Say when it was purchased" in str(story.kim.form().errors)
    story.kim.fills({"Purchased on": "2026-01-01", "Under warranty until": "2027-12-31"}).submits()
    story.kim.sees("Replace by Sat 1 Jan 2028")
    story.kim.closes(everything=True)
    assert "Worth" not in story.ana.types("/checkout value SN-1").sees("Canon R6 SN-1 is worth")  # not twice
    story.ana.types("/checkout value SN-1 on 2027-01-01")
    story.ana.sees("Canon R6 SN-1 is worth 730.00 USD on Fri 1 Jan 2027.")
    story.ana.types("/checkout value SN-2")
    story.ana.sees("Nobody has said what it cost, when it was purchased and by when it is replaced")
    story.ana.types("/checkout value on 2026-12-31")
    story.ana.sees("All assets: 1 asset, worth 732.00 USD on Thu 31 Dec.")
    story.ana.types("/checkout value M8 bolt")
    story.ana.sees("M8 bolt is kept by number.")
    story.kim.types("/checkout sold SN-1")
    story.kim.types("/checkout value SN-1").sees("Canon R6 SN-1 is retired: it is worth nothing any more.\nCost 1,460.00 USD")
    page = story.kim.types("/checkout upkeep SN-1").sees("Upkeep of Canon R6 SN-1\nCost 1,460.00 USD, purchased Thu 1 Jan")
    assert "[Report]" not in page and "[Plan upkeep]" not in page
    story.kim.presses("Undo", on="Sold Canon R6")
    story.ana.types("/checkout report SN-1 loose")
    story.kim.sees("Under warranty until Fri 31 Dec 2027.")
    story.kim.types("/checkout upkeep SN-1").presses("Value and warranty").fills({"Useful life in months": "36"})
    story.kim.fills({"Replace by": "2030-01-01"}).submits()
    assert story.kim.form().errors == {
        "life": "After that life it is replaced by Mon 1 Jan 2029, and Replace by says another day. Leave one out."
    }
    story.kim.fills({"Replace by": "2028-01-01"}).submits()
    story.kim.sees("Replace by Mon 1 Jan 2029")


def test_what_is_to_be_replaced_is_told_and_listed(story: Story) -> None:
    story.ana.types("/checkout replacements")
    story.ana.sees("Nothing is to be replaced in the next 60 days.")
    story.kim.types("/checkout upkeep SN-1")
    story.kim.presses("Value and warranty").fills({"Replace by": "2026-12-30", "Cost, in USD": "900"}).submits()
    story.moves_to("2026-11-24 09:30", "UTC")
    story.kim.sees("1 asset is to be replaced in the next 60 days.")
    story.kim.sees("It cost 900.00 USD when it was bought.")
    story.ana.types("/checkout replacements")
    story.ana.sees("Canon R6 SN-1 · by Wed 30 Dec · Warehouse")
    story.moves_to("2026-12-30 09:00", "UTC")
    story.kim.sees("1 asset is to be replaced by now.")
