"""Assets go other ways than out and back: moved, lost, found, retired."""

import pytest

from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """A camera in each of two stores, and a workshop."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3", "3 cable in Workshop", "30 M8 bolt in Warehouse")


def test_a_keeper_moves_several_at_once(story: Story) -> None:
    story.kim.types("/stock move SN-1..2 to Workshop")
    story.kim.sees("Moved Canon R6 SN-1 and Canon R6 SN-2 from Warehouse and Van 3 to Workshop.")
    story.kim.sees("They are in repair there.")
    story.kim.types("/stock move SN-1 to Workshop")
    story.kim.sees("Canon R6 SN-1 is in Workshop already.")


def test_a_teammate_moves_nothing(story: Story) -> None:
    story.ana.types("/stock move SN-1 to Van 3")
    story.ana.sees("To move stock and assets you need the role keeper.")


def test_moving_what_is_out_ends_its_checkout_and_says_so(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.kim.types("/stock move SN-1 to Workshop")
    story.kim.sees("It is in repair there. The checkout to Ana Silva, due Fri 27 Nov, 17:00 WET, has ended.")
    story.kim.presses("Undo")
    story.kim.types("/checkout who SN-1")
    story.kim.sees("Canon R6 SN-1 is with Ana Silva")


def test_counted_stock_still_moves_with_its_own_sentence(story: Story) -> None:
    story.kim.types("/stock move 5 M8 bolt from Warehouse to Van 3")
    story.kim.sees("Moved 5 M8 bolts from Warehouse to Van 3.")
    story.kim.types("/stock move 5 M8 bolt to Van 3")
    story.kim.sees("Moved 5 M8 bolts from Warehouse (the only other location that has it) to Van 3.")


def test_its_holder_says_that_it_is_lost_and_a_keeper_finds_it(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.dee.types("/checkout lost SN-1")
    story.dee.sees("Only its holder, or a keeper, can say that it is lost.")
    story.ana.types('/checkout lost SN-1 note "left on the train"')
    story.ana.sees("Canon R6 SN-1 is marked as lost.")
    story.ana.sees("The checkout to Ana Silva, due Fri 27 Nov, 17:00, has ended.")
    story.ana.types("/checkout lost SN-1")
    story.ana.sees("Only its holder, or a keeper, can say that it is lost.")
    story.ana.types("/checkout found SN-1 at Warehouse")
    story.ana.sees("To move stock and assets you need the role keeper.")
    story.kim.types("/checkout found SN-1 at Van 3")
    story.kim.sees("Canon R6 SN-1 was found and is in Van 3 now.")
    story.kim.types("/checkout found SN-1 at Van 3")
    story.kim.sees("Canon R6 SN-1 is not lost: it is in Van 3.")


def test_the_card_of_a_lost_one_asks_a_keeper_where_it_was_found(story: Story) -> None:
    story.kim.types("/checkout lost SN-1")
    story.ana.types("/checkout SN-1")
    assert "[Found]" not in story.ana.sees("Lost")
    story.kim.types("/checkout SN-1")
    story.kim.presses("Found").submits()
    assert story.kim.form().errors
    story.kim.fills({"Where is it now": ("van", "Van 3")}).submits()
    story.kim.sees("Canon R6 SN-1 was found and is in Van 3 now.")


def test_the_card_of_one_in_repair_leads_back(story: Story) -> None:
    story.kim.types("/stock move SN-1 to Workshop")
    story.kim.types("/checkout SN-1")
    story.kim.presses("Move").fills({"Where to": ("ware", "Warehouse")}).submits()
    story.kim.sees("Moved Canon R6 SN-1 from Workshop to Warehouse.")


def test_a_keeper_retires_at_once_and_can_undo_it(story: Story) -> None:
    story.ana.types("/checkout retire SN-1")
    story.ana.sees("you need the role keeper")
    story.kim.types('/checkout retire SN-1 note "beyond repair"')
    story.kim.sees("Retired Canon R6 SN-1.")
    story.kim.types("/checkout retire SN-1")
    story.kim.sees("Canon R6 SN-1 is retired already.")
    story.kim.presses("Undo", on="Retired")
    story.kim.types("/checkout who SN-1")
    story.kim.sees("Canon R6 SN-1 is available in Warehouse")


def test_sold_and_donated_are_said_with_whom_and_undone(story: Story) -> None:
    with story.world() as world:
        world.customer("Riverside Homes")
    story.ana.types("/checkout sold SN-1")
    story.ana.sees("you need the role keeper")
    story.kim.types('/checkout sold SN-1 to Riverside Homes note "for 300"')
    story.kim.sees("Sold Canon R6 SN-1 to Riverside Homes.\nIt left Warehouse and counts no more. Its history stays.")
    story.kim.types("/checkout donated SN-2")
    story.kim.sees("Gave Canon R6 SN-2 away.")
    story.kim.types("/checkout history SN-1")
    story.kim.sees("Kim Berg sold Canon R6 SN-1 to Riverside Homes “for 300”")
    story.kim.presses("Undo", on="Sold Canon R6")
    story.kim.types("/checkout who SN-1")
    story.kim.sees("Canon R6 SN-1 is available in Warehouse")


def test_whoever_holds_a_lost_one_says_so_and_a_keeper_says_where_it_goes(story: Story) -> None:
    story.kim.types("/checkout lost SN-1")
    story.ana.types("/checkout SN-1")
    story.ana.presses("I have it")
    story.ana.sees("Canon R6 SN-1 is found and with you.")
    story.kim.sees("Ana Silva has found Canon R6 SN-1, which was lost, and has it.")
    story.kim.presses("Move", on="Ana Silva has found").fills({"Where to": ("ware", "Warehouse")}).submits()
    story.kim.sees("Moved Canon R6 SN-1 from Ana Silva to Warehouse.")
    story.kim.types("/checkout lost SN-1")
    story.ana.types("/checkout SN-1").presses("I have it")  # another time, and no repeat of the first
    story.ana.types("/checkout who SN-1").sees("Canon R6 SN-1 is with you")
