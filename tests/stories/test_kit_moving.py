"""Kits in the sandbox on other ways than out and back: given on, and moved; what is not there is named."""

from tests.stories.conftest import Story
from tests.stories.test_kits import furnished


def test_what_somebody_has_of_a_kit_is_given_on_as_one(story: Story) -> None:
    furnished(story)
    story.ana.types("/checkout give interview kit to bo").sees("Nothing of Interview kit is out, so nobody can give it.")
    story.kim.types("/checkout give interview kit to ana").presses("Check it out to Ana Silva").sees("Checked out Interview kit")
    story.bo.types("/checkout return interview kit without SN-1, SD card").sees("Interview kit is not whole")
    story.ana.types("/checkout give interview kit to dee note both caps are on")
    story.ana.sees("Offered Interview kit (Canon R6 SN-1 and 2 SD cards) to Dee Okafor.")
    story.ana.sees("Not with it: Lens SN-2 (in Warehouse).")
    story.dee.sees("Ana Silva offers you Canon R6 SN-1, open-ended and 2 SD cards, open-ended.")
    again = story.ana.types("/checkout give interview kit to bo").sees("Canon R6 SN-1 is offered to Dee Okafor already")
    assert "[Withdraw]" in again
    story.dee.presses("Accept", on="Ana Silva offers you").sees("Accepted Canon R6 SN-1 and 2 SD cards from Ana Silva.")
    story.ana.types("/checkout out SN-2 until friday").sees("Checked out Lens SN-2")
    story.kim.types("/checkout give interview kit to bo").sees("Several people have something of Interview kit. Whose is it?")
    story.kim.presses("What Dee Okafor has")
    story.kim.sees(
        "Handed Interview kit (Canon R6 SN-1 and 2 SD cards) over from Dee Okafor to Bo Chen.\nNot with it: Lens SN-2 (with Ana Silva)."
    )
    story.bo.types("/checkout interview kit").sees("Out in parts: with you and with Ana Silva.")
    story.bo.presses("Give", on="Out in parts").fills({"To whom": "Ana Silva"}).submits()
    story.bo.sees("Offered Interview kit (Canon R6 SN-1 and 2 SD cards) to Ana Silva.")
    story.ana.presses("Refuse", on="Bo Chen offers you").sees("They stay with Bo Chen")
    story.bo.types("/checkout return SN-1").sees("Returned Canon R6 SN-1")
    story.bo.types("/checkout give interview kit to ana").sees("What you have of Interview kit is kept by number")


def test_what_of_a_kit_lies_in_a_store_is_moved_as_one(story: Story) -> None:
    furnished(story)
    story.has("1 M8 bolt in Van 3")
    story.dee.types("/checkout out SN-2 until wed").sees("Checked out Lens SN-2")
    story.kim.types("/stock move interview kit to Van 3 note for the fair")
    story.kim.sees("Moved Interview kit (Canon R6 SN-1) from Warehouse to Van 3.")
    story.kim.sees("It is available there. Not with it: Lens SN-2 (with Dee Okafor). Chosen at the pick-up, and so not moved: 2 SD cards.")
    nothing = story.kim.types("/stock move interview kit to Van 3")
    nothing.sees("Nothing of Interview kit can be moved to Van 3: Canon R6 SN-1 is in Van 3 already and Lens SN-2 is with Dee Okafor.")
    story.kim.presses("Bring it back to Van 3").sees("Returned Interview kit (Lens SN-2) to Van 3.")
    story.kim.types("/stock move interview kit to Warehouse").sees(
        "Moved Interview kit (Canon R6 SN-1 and Lens SN-2) from Van 3 to Warehouse."
    )
    story.kim.presses("Undo", on="from Van 3 to Warehouse").sees("Undone.")
    story.ana.types("/stock move interview kit to Warehouse").sees("you need the role")
    story.kim.types("/stock interview kit").sees("Whole, in Van 3.")
