"""Something breaks: it is reported by whoever notices, keepers decide on a card, and it goes to repair and comes back."""

import pytest

from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Two cameras in a store, a workshop and a vendor."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "3 cable in Workshop")
    with story.world() as world:
        world.supplier("Acme Repairs")


def test_a_holder_reports_and_a_keeper_ends_the_checkout_from_the_card(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types('/checkout report SN-1 "flash stays dark"')
    story.ana.sees("Its keepers are told and decide what happens. Until then it stays with you.")
    story.kim.sees("Ana Silva reported Canon R6 SN-1: “flash stays dark”\nIt is with Ana Silva, due Fri 27 Nov, 17:00")
    story.kim.presses("Take out of use")
    story.kim.sees("Took Canon R6 SN-1 out of use.\nNobody is lent it until it is repaired. The checkout to Ana Silva")
    story.ana.sees("Kim Berg took Canon R6 SN-1 out of use: your checkout has ended. Bring it to Warehouse.")
    story.dee.types("/checkout out SN-1")
    story.dee.sees("Canon R6 SN-1 is out of use: flash stays dark.")
    story.dee.sees("[Check out SN-2 (Warehouse)]")


def test_a_keeper_keeps_it_in_use_and_its_card_goes_on_telling(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout report SN-1 lens cap, missing")
    story.kim.presses("Keep in use")
    story.kim.sees("Canon R6 SN-1 is kept in use.\nIt stays with Ana Silva. Its report stays open.")
    story.dee.types("/checkout SN-1")
    story.dee.sees("Reported by Ana Silva, Mon 23 Nov, 04:00: “lens cap, missing” · Kim Berg keeps it in use until it is repaired.")
    story.dee.types("/checkout report SN-1 and the lens is scratched")
    story.kim.sees("“lens cap, missing · Dee Okafor: and the lens is scratched”")


def test_it_goes_to_the_only_workshop_and_back_with_what_it_cost(story: Story) -> None:
    story.ana.types('/checkout report SN-1 "flash stays dark"')
    story.kim.types("/checkout repair SN-1 until friday")
    story.kim.sees("Sent Canon R6 SN-1 to Workshop for repair (the only workshop), expected back Fri 27 Nov, 17:00.")
    story.ana.types("/checkout out SN-1")
    story.ana.sees("Canon R6 SN-1 is in repair since Mon 23 Nov, 09:00, in Workshop.")
    story.ana.types("/checkout repaired SN-1")
    story.ana.sees("you need the role keeper")
    story.kim.types("/checkout repaired SN-1 cost many").sees("I can't read many as an amount of money.")
    story.kim.types('/checkout repaired SN-1 cost 120.50 usd note "new flash"')
    story.kim.sees("Canon R6 SN-1 is repaired: “new flash”, 120.50 USD.\nIt is back in Warehouse, from Workshop. It is available there.")
    story.ana.sees("Canon R6 SN-1, which you reported, is repaired: “new flash”, 120.50 USD, said Kim Berg.")
    story.kim.presses("Undo", on="is repaired")
    story.kim.types("/checkout who SN-1")
    story.kim.sees("Canon R6 SN-1 is in repair in Workshop")


def test_from_the_card_to_a_vendor_and_back_by_forms(story: Story) -> None:
    story.ana.types("/checkout SN-1")
    story.ana.presses("Report").fills({"What is wrong": "flash stays dark"}).submits()
    story.ana.sees("Reported Canon R6 SN-1")
    story.kim.presses("Send to repair")
    story.kim.fills({"Where is it repaired": ("acme", "Acme Repairs"), "What is to be done": "new flash"}).submits()
    story.kim.sees("Sent Canon R6 SN-1 to Acme Repairs for repair.")
    story.kim.closes(everything=True)
    story.kim.types("/checkout SN-1")
    story.kim.presses("Repaired", on="In repair in Acme Repairs").fills({"Cost": "80", "Goes back to": ("ware", "Warehouse")}).submits()
    story.kim.sees("Canon R6 SN-1 is repaired: in order again, 80.00 USD.\nIt is back in Warehouse, from Acme Repairs.")


def test_where_several_workshops_are_it_asks_which(story: Story) -> None:
    story.has("1 cable in Workshop 2")
    story.kim.types("/checkout repair SN-1")
    story.kim.sees("Say which workshop or vendor repairs it.")
    story.kim.presses("At Workshop 2")
    story.kim.sees("Sent Canon R6 SN-1 to Workshop 2 for repair.")


def test_report_alone_asks_what_is_wrong_with_what(story: Story) -> None:
    story.ana.types("/checkout report")
    story.ana.fills({"Which one": ("SN-2", "Canon R6 SN-2 (Warehouse)"), "What is wrong": "sticky"}).submits()
    story.ana.sees("Reported Canon R6 SN-2: “sticky”.\nIts keepers are told and decide what happens.")


def test_an_undone_report_says_so_on_its_card(story: Story) -> None:
    story.ana.types("/checkout report SN-1 wrong one")
    story.kim.sees("Ana Silva reported Canon R6 SN-1")
    story.ana.presses("Undo")
    story.kim.sees("Ana Silva took it back: nothing is reported of Canon R6 SN-1.")
