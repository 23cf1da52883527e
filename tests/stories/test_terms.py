"""What is handed out under terms is accepted by whoever has it, and brought back with a receipt."""

import pytest

from models import editing, finding, policies, register
from models.catalog import Item
from tests.stories.conftest import Story

LONG = "\n".join(f"{number}. Bring it back clean, dry & charged." for number in range(1, 40))


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Three cameras in a category of their own, and a tripod in none."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Warehouse", "Tripod SN-9 in Warehouse")
    with story.world() as world:
        cameras = register.add_category(world.session, world.act(), name="Cameras")
        item = world.session.get_one(Item, world.variant("Canon R6").item_id)
        editing.edit_item(world.session, world.act(), item, category=cameras)


def has_terms(story: Story, words: str) -> None:
    with story.world() as world:
        policies.set_terms(world.session, world.act(), category=finding.category(world.session, "Cameras"), text=words)


def test_an_admin_writes_terms_and_whoever_borrows_accepts_them_and_gets_a_receipt(story: Story) -> None:
    story.kim.types("/stock edit category Cameras").presses("Terms")
    story.kim.fills({"To be accepted": "The terms below"}).submits()
    assert story.kim.form().errors == {"text": "Write the terms, or choose that nothing is to be accepted."}
    story.kim.fills({"Terms": "Bring it *back* clean.\n<!channel> & charged."}).submits()
    story.kim.sees("To be accepted for Cameras: Cameras, version 1.\nIt holds for what is handed out from now on")
    story.kim.closes(everything=True)
    story.kim.types("/checkout out SN-1, SN-2 to @ana until friday").sees("Ana Silva is asked to accept their terms.")
    story.ana.sees("Kim Berg gave you Canon R6 SN-1 and Canon R6 SN-2, due Fri 27 Nov, 17:00 CET. Please accept their terms.")
    story.ana.sees("Bring it *back* clean.\n<!channel> & charged.")
    story.dee.types("/checkout who SN-1").sees("with Ana Silva since Mon 23 Nov, 04:00, due Fri 27 Nov, 17:00 CET, terms not yet accepted.")
    story.ana.presses("Accept").sees("Accepted the terms of Cameras, version 1 for Canon R6 SN-1 and Canon R6 SN-2.")
    story.ana.sees("You accepted the terms of Cameras, version 1 for Canon R6 SN-1 and Canon R6 SN-2 on Mon 23 Nov, 09:00.")
    story.dee.types("/checkout history SN-1").sees("Ana Silva accepted the terms of Cameras, version 1")
    story.ana.presses("Undo", on="Accepted the terms")
    story.ana.sees("Please accept their terms.")
    story.ana.presses("Accept", on="Kim Berg gave you")
    story.ana.sees("You accepted the terms")
    story.kim.types('/checkout return SN-1, SN-2 note "lens scratched"').sees("Ana Silva is told.")
    story.ana.sees("Receipt: Canon R6 SN-1 and Canon R6 SN-2 went back from you to Warehouse on Mon 23 Nov, 09:00.")
    story.ana.sees("Recorded by Kim Berg. In which condition: “lens scratched”")
    story.kim.presses("Undo", on="Returned Canon R6 SN-1")
    story.ana.sees("Kim Berg took the return back: Canon R6 SN-1 and Canon R6 SN-2 are still checked out to you.")
    story.kim.types("/stock edit category Cameras").presses("Terms").presses("Read", on="Version 1, Kim Berg")
    assert "SHA-256 of this text: " in story.kim.form().text


def test_long_terms_are_read_before_they_are_accepted_and_what_is_declined_goes_back(story: Story) -> None:
    has_terms(story, LONG)
    story.ana.types("/checkout out SN-1").sees("Please accept its terms.")
    story.ana.sees("You have Canon R6 SN-1, open-ended. Please accept its terms.")
    story.ana.presses("Decline").sees("It stays with you until brought back; the keepers are told.")
    story.kim.sees("Ana Silva declined the terms of Cameras, version 1 for Canon R6 SN-1.")
    story.dee.types("/checkout SN-1").sees("With Ana Silva, open-ended, terms declined")
    story.ana.presses("Accept after all", on="You declined the terms")
    assert LONG in story.ana.form().text
    story.ana.submits().sees("Accepted the terms of Cameras, version 1 for Canon R6 SN-1.")
    story.ana.closes(everything=True)
    story.kim.sees("Ana Silva has accepted the terms of Cameras, version 1 for Canon R6 SN-1.")
    story.ana.types("/checkout give SN-1 to @bo")
    story.bo.presses("Accept").sees("Please accept its terms.")
    story.bo.presses("Decline", on="You have Canon R6 SN-1")
    story.kim.presses("Bring back", on="Bo Chen declined the terms")
    story.kim.sees("Canon R6 SN-1 is back.")
    story.bo.sees("Canon R6 SN-1 came back before its terms were accepted: there is nothing to answer any more.")
    story.bo.sees("Receipt: Canon R6 SN-1 went back from you to Warehouse")


def test_who_does_not_answer_is_reminded_and_listed(story: Story) -> None:
    has_terms(story, "Bring it back clean.")
    story.ana.types("/checkout out SN-1, SN-2").sees("Please accept their terms")
    story.ana.opens_home().sees("What I am to accept\n:hourglass_flowing_sand: Canon R6 SN-1, open-ended, terms not yet accepted\n[Terms]")
    story.kim.types("/checkout out SN-3, SN-9 to @dee").sees("Dee Okafor is asked to accept its terms.")
    story.kim.types("/checkout unaccepted").sees("2 checkouts with terms not accepted")
    story.kim.presses("Remind", on="Ana Silva has Canon R6 SN-1 and Canon R6 SN-2 since Mon 23 Nov, 10:00, asked once")
    story.kim.sees("Ana Silva was asked on Mon 23 Nov, 10:00. Ask again a day after that.")
    story.moves_to("2026-11-24 16:00", "Europe/Lisbon")
    assert "Without terms: Tripod SN-9." in story.dee.sees("Kim Berg gave you Canon R6 SN-3, open-ended. Please accept its terms.")
    story.kim.types("/checkout SN-1").presses("Remind").sees("Ana Silva is asked again.")
    story.ana.sees("Canon R6 SN-1 and Canon R6 SN-2 are with you since Mon 23 Nov, 09:00: their terms are not accepted yet.")
    story.ana.sees("The same terms are in a newer message below.")
    story.ana.types("/checkout unaccepted").sees("1 checkout with terms not accepted")
    story.ana.types("/checkout mine").presses("Terms", on="Canon R6 SN-2").submits().sees("Accepted the terms")
    story.ana.closes(everything=True)
    story.ana.types("/checkout unaccepted").sees("Nothing of yours is out with terms not accepted.")
    for _ in range(5):
        story.moves_on(seconds=5 * 24 * 3600)
    story.dee.sees("Canon R6 SN-3 is with you since Mon 23 Nov, 04:00: its terms are not accepted yet.")
    story.kim.sees("Dee Okafor has not answered the terms of Cameras, version 1 for Canon R6 SN-3.")
