"""Photos and files in forms: they stay with Slack, and cards, histories and messages lead to them."""

from urllib.request import urlopen

import pytest
from sqlmodel import select

from models.attachments import Attachment
from tests.photos import photo
from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Two cameras in a store, and a workshop."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "3 cable in Workshop")


def test_what_is_broken_is_shown_to_keepers_and_its_repair_is_proved(story: Story) -> None:
    story.ana.types("/checkout report SN-1")
    story.ana.fills({"What is wrong": "scratched", "Photos and files": {"scratch.jpg": photo("SN-1"), "<b>|*.txt": b"as I found it"}})
    story.ana.submits().sees("Reported Canon R6 SN-1: “scratched”.")
    story.kim.sees("Ana Silva reported Canon R6 SN-1: “scratched”\nscratch.jpg and <b>|∗.txt\nIt is available in Warehouse")
    story.dee.types("/checkout SN-1").sees("Reported by Ana Silva, Mon 23 Nov, 04:00: “scratched” · scratch.jpg and <b>|∗.txt")
    with story.world() as world, urlopen(world.session.scalars(select(Attachment.link).order_by(Attachment.id)).first() or "") as shown:
        assert shown.read() == photo("SN-1")
    story.kim.presses("Repaired", on="Ana Silva reported")
    story.kim.fills({"What was done": "polished", "Photos and files": {"bill.pdf": b"%PDF 20 EUR"}}).submits()
    story.kim.sees("Canon R6 SN-1 is repaired: “polished”.")
    story.kim.closes(everything=True)
    story.bo.sees("Kim Berg repaired Canon R6 SN-1 “polished” · bill.pdf")
    story.dee.types("/checkout upkeep SN-1").sees("“scratched”: “polished” · Kim Berg · scratch.jpg, <b>|∗.txt and bill.pdf")
    story.dee.types("/checkout history SN-1").sees("Ana Silva reported it “scratched” · scratch.jpg and <b>|∗.txt")


def test_what_leaves_for_good_leaves_with_its_proof(story: Story) -> None:
    with story.world() as world:
        world.customer("Riverside Homes")
    story.kim.types("/checkout upkeep SN-1")
    story.kim.presses("Retire").fills({"What becomes of it": "Sold", "To whom": "Riverside Homes", "Why, or for how much": "for 300"})
    story.kim.fills({"Proof: photos and files": {"receipt.pdf": b"%PDF 300"}}).submits()
    story.kim.sees("Sold Canon R6 SN-1 to Riverside Homes.")
    story.bo.sees("Kim Berg sold Canon R6 SN-1 to Riverside Homes “for 300” · receipt.pdf")
    story.kim.presses("Undo")
    story.bo.sees("Kim Berg sold Canon R6 SN-1 to Riverside Homes (undone) “for 300”")
    story.ana.types("/checkout upkeep SN-2")
    assert "[Retire]" not in story.ana.sees("Upkeep of Canon R6")


def test_what_is_handed_over_is_accepted_or_refused_with_photos(story: Story) -> None:
    story.ana.types("/checkout out SN-1, SN-2 until friday")
    story.ana.types("/checkout mine").sees("You hold 2 things")
    story.ana.presses("Give", on="Canon R6 SN-1").fills({"To whom": ("Bo", "Bo Chen"), "Photos and files": {"before.jpg": photo("SN-1")}})
    story.ana.submits().sees("Offered Canon R6 SN-1 to Bo Chen.")
    story.ana.closes(everything=True)
    story.bo.sees("Ana Silva offers you Canon R6 SN-1, due Fri 27 Nov, 17:00 WET.\nbefore.jpg")
    story.bo.presses("Accept with a note")
    story.bo.fills({"In which condition is it": "cap missing", "Photos and files": {"front.jpg": photo("SN-1")}}).submits()
    story.ana.sees("Bo Chen has accepted Canon R6 SN-1. You do not have it any more.\n“cap missing” · front.jpg")
    story.bo.closes(everything=True)
    story.ana.presses("Give", on="Canon R6 SN-2").fills({"To whom": ("Ana", "Ana Silva")}).submits()
    story.ana.sees("You have Canon R6 SN-2 already.")
    story.ana.fills({"To whom": ("Bo", "Bo Chen")}).submits().sees("Offered Canon R6 SN-2 to Bo Chen.")
    story.ana.closes(everything=True)
    assert "[Give]" not in story.ana.types("/checkout SN-2").sees("Offered to Bo Chen, who can accept")
    story.bo.presses("Refuse with a note", on="offers you Canon R6 SN-2")
    story.bo.fills({"Why not": "scratched", "Photos and files": {"lens.jpg": photo("SN-2")}}).submits()
    story.bo.sees("Refused Canon R6 SN-2 from Ana Silva.\nIt stays with Ana Silva, who is told. Noted: “scratched”")
    story.ana.sees("Bo Chen did not accept Canon R6 SN-2: it stays with you.\n“scratched” · lens.jpg")
    story.kim.types("/checkout SN-2").presses("Give").fills({"To whom": ("Dee", "Dee Okafor")}).submits()
    story.kim.sees("Handed Canon R6 SN-2 over from Ana Silva to Dee Okafor.")
