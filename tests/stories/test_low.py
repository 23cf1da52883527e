"""What runs low, and the reorder points that say so."""

from tests.stories.conftest import Story


def test_nothing_low_says_how_to_set_a_reorder_point(story: Story) -> None:
    story.ana.types("/stock low").sees("Nothing is low. Set a reorder point with /stock reorder item below 20 to 100.")
    story.has("10 cable in Van 3")
    story.ana.types("/stock low at Van 3").sees("Nothing is low at Van 3. Set")


def test_what_is_low_is_listed_the_emptiest_first(story: Story) -> None:
    story.has("10 cable in Van 3", "2 M8 bolt in Van 3", "500 nail in Van 3")
    for sentence in ("reorder cable below 20 to 100", "reorder M8 bolt at Van 3 below 20", "reorder nail below 20"):
        story.kim.types(f"/stock {sentence}").sees("Set the reorder point")
    shown = story.kim.types("/stock low").sees("2 low")
    assert shown.index("2 in Van 3 (reorder point 20, order 38)") < shown.index(
        "10 in all locations (reorder point 20, order 90 to reach 100)"
    )
    assert "nail" not in shown


def test_low_at_a_location_tells_of_that_one_alone(story: Story) -> None:
    story.has("10 cable in Van 3", "2 M8 bolt in Warehouse")
    story.kim.types("/stock reorder cable at Van 3 below 20").sees("Set the reorder point")
    story.kim.types("/stock reorder M8 bolt at Warehouse below 20").sees("Set the reorder point of M8 bolt")
    assert "M8 bolt" not in story.kim.types("/stock low at Van 3").sees("1 low at Van 3")


def test_receive_on_the_list_opens_the_form_with_what_is_missing(story: Story) -> None:
    story.has("10 cable in Van 3")
    story.kim.types("/stock reorder cable at Van 3 below 20 to 100").sees("Set")
    story.kim.types("/stock low").presses("Receive").submits().sees("Received 90 cables at Van 3.")
    story.kim.types("/stock low").sees("Nothing is low.")


def test_a_long_list_is_paged(story: Story) -> None:
    story.has(*(f"{number} bolt {number} in Van 3" for number in range(1, 15)))
    for number in range(1, 15):
        story.kim.types(f"/stock reorder bolt {number} below 20").sees(f"Set the reorder point of bolt {number}:")
    story.kim.types("/stock low").sees("14 low, 1–12 of 14")
    assert "bolt 14" in story.kim.presses("Next").sees("14 low, 13–14 of 14")


def test_a_reorder_point_that_is_reached_already_says_so_and_can_be_undone(story: Story) -> None:
    story.has("10 cable in Van 3")
    shown = story.kim.types("/stock reorder cable at Van 3 below 20 to 100").sees(
        "Set the reorder point of cable at Van 3: at 20, up to 100."
    )
    assert "It is low already: 10 cables there." in shown
    story.kim.presses("Undo").sees("Undone")
    story.kim.types("/stock low").sees("Nothing is low.")


def test_a_reorder_point_needs_a_keeper_and_a_target_above_it(story: Story) -> None:
    story.has("10 cable in Van 3")
    story.ana.types("/stock reorder cable below 20").sees("you need the role keeper")
    story.kim.types("/stock reorder cable below 20 to 10").sees("The target has to be above the reorder point of 20.")


def test_a_reorder_point_is_taken_away_and_history_tells_each_step(story: Story) -> None:
    story.has("10 cable in Van 3")
    story.kim.types("/stock reorder cable at Van 3 below 20 to 100").sees("It is low already")
    story.kim.types("/stock reorder cable at Van 3 below 20 to 60").sees("up to 60")
    story.kim.types("/stock no reorder cable").sees("cable has no reorder point over all locations.")
    story.kim.presses("The one at Van 3").sees("Took away the reorder point of cable at Van 3.")
    story.kim.types("/stock low").sees("Nothing is low.")
    history = story.kim.types("/stock history cable").sees("took its reorder point at Van 3 away")
    assert "set its reorder point at Van 3 to 20, up to 100" in history
    assert "set its reorder point at Van 3 up to 60" in history
    story.kim.types("/stock no reorder cable at Van 3").sees("cable has no reorder point at Van 3.")
