"""Attestation: members answer with one press whether what they have is right, keepers see who has, and settle what is not."""

from tests.stories.conftest import Story

DAY = 86_400


def test_once_a_quarter_somebody_confirms_what_they_have(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    story.ana.types("/checkout out SN-1, SN-2")
    story.moves_to("2027-02-23T10:00", "Europe/Lisbon")
    story.ana.sees("You hold these 2 things. Still right?")
    story.ana.sees("• Canon R6 SN-2\n")
    story.pauses_its_beat()
    story.ana.types("/checkout return SN-2")
    story.ana.presses("All right").sees("What you have has changed since this list was made.")
    story.beats()
    story.ana.sees("You hold this thing. Still right?")
    story.ana.presses("All right").sees("Confirmed: you hold this thing.")
    story.beats()
    story.ana.sees("You confirmed on Tue 23 Feb, 10:00 that you hold this thing.")
    story.kim.types("/checkout SN-1").sees("Ana Silva confirmed having it on Tue 23 Feb.")
    story.kim.types("/checkout history SN-1").sees("Ana Silva confirmed having it")
    story.ana.presses("Undo", on="Confirmed: you hold").sees("Undone.")
    story.beats()
    story.ana.sees("You hold this thing. Still right?")


def test_what_is_disputed_comes_to_the_keepers_with_the_ways_on(story: Story) -> None:
    story.has(*(f"Canon R6 SN-{number} in Warehouse" for number in range(1, 5)), "20 returnable hard hat in Warehouse")
    story.ana.types("/checkout out SN-1..4 until friday")
    story.ana.types("/checkout out 3 hard hats")
    story.kim.types("/checkout @ana").presses("Ask whether it is right")
    story.kim.sees("Asked Ana Silva whether what they have is right.")
    story.ana.sees("Kim Berg asks, so that what is written is what is there.")
    story.ana.presses("Something is wrong").fills(
        {"Which": ["Canon R6 SN-1", "Canon R6 SN-2", "3 hard hats"], "Note": "see <Bo>"}
    ).submits()
    story.ana.sees("Noted: you do not have Canon R6 SN-1, Canon R6 SN-2 and 3 hard hats.\nThe other 2 are confirmed.")
    story.kim.sees("Ana Silva does not have Canon R6 SN-1, which should be with them, due Fri 27 Nov, 17:00. “see <Bo>”")
    story.dee.presses("Return", on="Canon R6 SN-1").sees("you need the role keeper")
    story.kim.presses("Return", on="does not have Canon R6 SN-1").sees("Collected Canon R6 SN-1 from Ana Silva: in Warehouse now.")
    story.kim.sees("That is settled. It is in Warehouse now.")
    story.kim.presses("Dismiss", on="does not have Canon R6 SN-2").sees("Dismissed: Canon R6 SN-2 stays with Ana Silva.")
    story.kim.sees("Kim Berg dismissed it: it stays with Ana Silva.")
    story.kim.presses("Lost", on="does not have 3 hard hats").sees("Wrote off 3 hard hats of Ana Silva: they are booked as lost.")
    story.kim.types("/checkout attestations").sees("0 of 1 have not answered")
    story.kim.sees("Ana Silva answered on Mon 23 Nov, 10:00: Canon R6 SN-1, Canon R6 SN-2 and 3 hard hats not right")


def test_what_is_broken_is_reported_from_its_card(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.ana.types("/checkout out SN-1")
    story.kim.types("/checkout attest @ana")
    story.ana.presses("Something is wrong").fills({"Which": "Canon R6 SN-1", "What is wrong": "It is broken"}).submits()
    story.kim.sees("Ana Silva says that Canon R6 SN-1 is broken")
    story.kim.presses("Report", on="Ana Silva says that Canon R6 SN-1 is broken")
    assert story.kim.form().values["Which one"] == "Canon R6 SN-1"
    story.kim.closes()
    story.kim.types("/checkout give SN-1 to @bo").sees("Handed Canon R6 SN-1 over from Ana Silva to Bo Chen.")
    story.kim.sees("That is settled. It is with Bo Chen now.")


def test_keepers_see_who_has_not_answered_and_remind_them(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    story.kim.types("/checkout attestations").sees("Nobody was asked yet what they hold.")
    story.ana.types("/checkout out SN-1")
    story.bo.types("/checkout out SN-2")
    story.kim.types("/checkout attest").sees("Asked Ana Silva and Bo Chen whether what each has is right.")
    story.bo.presses("All right").sees("Confirmed: you hold this thing.")
    story.kim.presses("Who has answered").sees("1 of 2 has not answered")
    story.kim.presses("Remind", on="Ana Silva has 1 thing").sees("Ana Silva is asked once more")
    story.ana.sees("I asked what you hold. The question stands below once more.")
    story.kim.types("/checkout attest @ana").sees("Ana Silva was asked on Mon 23 Nov, 10:00, and has not answered yet.")
    story.ana.types("/checkout attest @bo").sees("you need the role keeper")


def test_admins_say_how_often(story: Story) -> None:
    story.kim.opens_home()
    story.kim.sees("Members are asked every 90 days whether what they hold is right.")
    story.kim.presses("Attestation").fills({"Every so many days": "7"}).submits()
    story.kim.sees("That is from 14 to 730 days.")
    story.kim.fills({"Every so many days": None}).submits()
    story.kim.sees("Members are asked what they hold only by keepers.")
