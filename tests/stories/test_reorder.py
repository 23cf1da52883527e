"""The reorder reminder: once per crossing, in the location's channel, until it has recovered."""

from tests.stories.conftest import Story


def test_a_reorder_card_comes_at_the_crossing_and_says_when_it_is_restocked(story: Story) -> None:
    story.has("25 M8 bolt in Van 3")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20, high=50)
    story.ana.types("/stock -5 M8 bolt at Van 3")
    story.beats()
    story.kim.sees("20 M8 bolts left in Van 3, reorder point 20.")
    story.kim.sees("Order 30 M8 bolts to reach 50.")
    story.ana.types("/stock -3 M8 bolt at Van 3")
    story.beats()
    story.kim.sees("17 M8 bolts left in Van 3, reorder point 20.")
    story.kim.types("/stock +40 M8 bolt at Van 3")
    story.beats()
    story.kim.sees("M8 bolt is restocked: 57 in Van 3.")


def test_a_van_is_filled_up_from_the_store_that_has_enough(story: Story) -> None:
    story.has("25 M8 bolt in Van 3", "90 M8 bolt in Warehouse")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20, high=50)
    story.ana.types("/stock -5 M8 bolt at Van 3")
    story.beats()
    story.kim.sees("Order 30 M8 bolts to reach 50, or move it: 90 in Warehouse.")
    story.kim.types("/stock -50 M8 bolt at Warehouse").sees("or move it: 40 in Warehouse.")
    story.kim.presses("Move", on="20 M8 bolts left").submits().sees("Moved 30 M8 bolts from Warehouse to Van 3")
    story.kim.closes()
    story.beats()
    story.kim.sees("M8 bolt is restocked: 50 in Van 3.")
