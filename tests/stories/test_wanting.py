"""Wanting: anybody asks, keepers put it on an order or decline, once, and whoever asked hears of it."""

from models.members import Role
from tests.stories.conftest import Story


def a_want(story: Story) -> None:
    with story.world() as world:
        world.supplier("Acme")
    story.ana.types('/stock want "left-handed scissors"').sees("Asked the keepers for “left-handed scissors”.")
    story.beats()
    story.kim.sees("Ana Silva asks for “left-handed scissors”. It is not stocked.")


def test_a_want_goes_on_an_order_as_a_new_item(story: Story) -> None:
    a_want(story)
    story.kim.presses("Add to an order")
    assert story.kim.form().values["Or a new item called"] == "left-handed scissors"
    shown = story.kim.fills({"Supplier": "Acme", "How many": "2"}).submits().sees("Put 2 left-handed scissors on PO-1001 for Acme.")
    assert "It is not ordered yet. Ana Silva is told." in shown
    story.beats()
    story.ana.sees("You asked for “left-handed scissors”. Kim Berg put it on PO-1001.")
    assert "[Decline]" not in story.kim.sees("Kim Berg put it on PO-1001, ")


def test_a_want_goes_on_an_order_as_an_item_that_there_is(story: Story) -> None:
    story.has("1 scissors in Warehouse")
    a_want(story)
    story.kim.presses("Add to an order").fills({"Item": "scissors", "Supplier": "Acme"}).submits()
    story.kim.sees("Put 1 scissors on PO-1001 for Acme.")
    story.kim.presses("Undo").sees("Undone.")
    story.beats()
    assert "[Add to an order]" in story.kim.sees("asks for “left-handed scissors”. It is not stocked.")


def test_a_want_is_declined_with_a_reason(story: Story) -> None:
    a_want(story)
    story.kim.presses("Decline").fills({"Why not?": "there are some in the drawer"}).presses("Decline")
    story.kim.sees("Declined “left-handed scissors”.")
    story.beats()
    story.ana.sees("You asked for “left-handed scissors”. Kim Berg declined: “there are some in the drawer”")


def test_what_is_missing_in_the_form_is_told_under_its_field(story: Story) -> None:
    story.has("1 scissors in Warehouse")
    a_want(story)
    story.kim.presses("Add to an order").fills({"Or a new item called": "", "Supplier": "Acme"}).submits()
    assert story.kim.form().errors == {"item": "Choose an item, or name a new one below."}
    story.kim.fills({"Or a new item called": "scissors"}).submits()
    assert "There is an item called scissors already." in str(story.kim.form().errors)


def test_a_want_is_answered_once(story: Story) -> None:
    a_want(story)
    with story.world() as world:
        world.grant("UDEE", Role.KEEPER)
    story.dee.presses("Add to an order").fills({"Supplier": "Acme"})
    story.kim.presses("Decline").sees("Why not?")
    story.office.fault("doubled_delivery")
    story.kim.fills({"Why not?": "no"}).presses("Decline").sees("Declined")
    assert "Kim Berg declined this on" in str(story.dee.submits().form().errors)


def test_answering_is_for_keepers(story: Story) -> None:
    a_want(story)
    story.dee.presses("Decline", on="asks for “left-handed scissors”").sees("To order from suppliers you need the role keeper.")


def test_a_want_is_taken_back(story: Story) -> None:
    a_want(story)
    story.ana.presses("Undo", on="Asked the keepers").sees("Undone.")
    story.beats()
    story.kim.sees("Ana Silva asks for “left-handed scissors”, and has taken it back.")


def test_a_want_says_what(story: Story) -> None:
    story.ana.types("/stock want").sees("I read want, but not what you want. Try /stock want left-handed scissors.")
