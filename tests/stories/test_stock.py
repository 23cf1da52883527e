"""Storekeepers and technicians at work with counted stock."""

from tests.stories.conftest import Story


def test_a_keeper_moves_bolts_to_a_van(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "3 cable in Van 3")
    story.kim.types("/stock move 5 M8 bolt from Warehouse to Van 3")
    story.kim.sees("Moved 5 M8 bolts from Warehouse to Van 3.")
    story.kim.sees("195 left in Warehouse. 5 in Van 3.")
    assert story.on_hand("M8 bolt", "Van 3") == 5
