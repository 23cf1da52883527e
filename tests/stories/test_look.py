"""A name alone only looks: the cards of items, locations and categories, today and on a day gone."""

from tests.stories.conftest import Story


def test_the_item_card_says_how_many_there_are_where_and_what_happened_last(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "10 M8 bolt in Van 3")
    story.kim.types("/stock -3 M8 bolt at Van 3")
    story.kim.types("/stock reorder M8 bolt below 50 to 200")
    card = story.kim.types("/stock M8 bolt").sees("207 each on hand in 2 locations.")
    assert "Warehouse: 200\nVan 3: 7" in card
    assert "all locations: at 50, up to 200" in card
    assert "Kim Berg took 3 from Van 3" in card


def test_a_name_alone_moves_nothing(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.kim.types("/stock M8 bolt")
    assert story.on_hand("M8 bolt", "Warehouse") == 200


def test_a_location_says_what_lies_there(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "7 cable in Van 3", "40 safety glove in Van 3", "Canon R6 SN-1 in Van 3")
    print(story.kim.types("/stock @van 3").sees("3 different things lie here, the most first."))
    print(story.kim.types("/stock Canon R6").sees("on hand"))
    print(story.kim.types("/stock").form())
    print(story.kim.types("/stock low").last())
