"""Things go from person to person: offered, accepted or refused, or handed over by a keeper."""

import pytest

from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def lent(story: Story) -> None:
    """Ana has two cameras until Friday; a third lies in the store."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Warehouse")
    story.ana.types("/checkout out SN-1, SN-2 until friday")


def test_what_is_offered_is_the_others_once_they_accept(story: Story) -> None:
    story.ana.types('/checkout give SN-1 to @bo note "with both chargers"')
    story.ana.sees("Offered Canon R6 SN-1 to Bo Chen.\nBo Chen is asked. Until it is accepted it stays with you; without an answer")
    story.bo.sees("Ana Silva offers you Canon R6 SN-1, due Fri 27 Nov, 17:00 WET")
    story.bo.sees("“with both chargers”")
    story.dee.types("/checkout SN-1")
    story.dee.sees("Offered to Bo Chen, who can accept until Sat 28 Nov")
    story.bo.presses("Accept")
    story.bo.sees("Canon R6 SN-1 was handed over. It is with you now.")
    story.bo.sees("Accepted Canon R6 SN-1 from Ana Silva.\nIt is with you now, due Fri 27 Nov, 17:00 WET. Ana Silva is told.")
    story.ana.sees("Bo Chen has accepted Canon R6 SN-1. You do not have it any more.")
    story.dee.types("/checkout who SN-1").sees("Canon R6 SN-1 is with Bo Chen")
    story.bo.presses("Undo", on="Accepted Canon R6 SN-1")
    story.ana.sees("Bo Chen took back what I told you of Canon R6 SN-1.")
    story.bo.sees("Ana Silva offers you Canon R6 SN-1")
    story.bo.presses("Accept", on="Ana Silva offers you").sees("It is with you now")
    story.dee.types("/checkout who SN-1").sees("Canon R6 SN-1 is with Bo Chen")


def test_it_is_accepted_in_the_condition_that_a_note_says(story: Story) -> None:
    story.ana.types("/checkout give SN-1, SN-2 to @bo")
    story.bo.sees("Ana Silva offers you Canon R6 SN-1, due Fri 27 Nov, 17:00 WET and Canon R6 SN-2, due")
    story.bo.presses("Accept with a note").fills({"In which condition is it": "lens cap missing"}).submits()
    story.bo.sees("They are with you now")
    story.ana.sees("Bo Chen has accepted Canon R6 SN-1 and Canon R6 SN-2. You do not have them any more.\n“lens cap missing”")
    story.dee.types("/checkout history SN-1").sees("Bo Chen handed over Canon R6 SN-1 from Ana Silva to Bo Chen “lens cap missing”")
    story.dee.sees("Ana Silva offered it to Bo Chen")


def test_an_offer_comes_at_once_even_in_the_evening(story: Story) -> None:
    story.moves_to("2026-11-23T20:30", "Europe/Lisbon")
    story.ana.types("/checkout give SN-1 to @bo")
    story.bo.presses("Accept").sees("Accepted Canon R6 SN-1 from Ana Silva.")


def test_who_accepts_what_is_late_is_told_that_it_is(story: Story) -> None:
    story.moves_to("2026-11-30T10:00", "Europe/Lisbon")
    story.ana.types("/checkout give SN-1 to @bo")
    story.bo.presses("Accept").sees("It is with you now, 3 days late, due Fri 27 Nov, 17:00 WET.")


def test_a_refusal_is_told_to_the_giver(story: Story) -> None:
    story.ana.types("/checkout give SN-1 to @bo")
    story.bo.presses("Refuse")
    story.bo.sees("Refused Canon R6 SN-1 from Ana Silva.\nIt stays with Ana Silva, who is told.")
    story.ana.sees("Bo Chen did not accept Canon R6 SN-1: it stays with you.")


def test_what_the_giver_withdraws_is_not_accepted(story: Story) -> None:
    story.pauses_its_beat()
    story.ana.types("/checkout give SN-1 to @bo")
    story.beats()
    story.ana.types("/checkout give SN-1 to @dee")
    story.ana.sees("Canon R6 SN-1 is offered to Bo Chen already")
    story.ana.presses("Withdraw")
    story.ana.sees("Undone. Everything is as it was before.")
    story.bo.presses("Accept").sees("Ana Silva took the offer of Canon R6 SN-1 back. It is with Ana Silva now.")
    story.beats()
    story.bo.sees("Ana Silva took the offer of Canon R6 SN-1 back.")


def test_what_came_back_meanwhile_is_not_offered_any_more(story: Story) -> None:
    story.ana.types("/checkout give SN-1, SN-2 to @bo")
    story.ana.types("/checkout return SN-1")
    story.bo.sees("Ana Silva offers you Canon R6 SN-2, due Fri 27 Nov, 17:00 WET.")
    story.bo.sees("Not offered any more: Canon R6 SN-1.")
    story.ana.types("/checkout return SN-2")
    story.bo.sees("Ana Silva does not have Canon R6 SN-1 any more, so the offer is over. It is in Warehouse now.")


def test_an_offer_without_an_answer_returns(story: Story) -> None:
    story.ana.types("/checkout give SN-1 to @bo")
    story.moves_to("2026-11-30T10:00", "Europe/Lisbon")
    story.ana.sees("Nobody has answered your offer of Canon R6 SN-1: it stays with you.")
    story.bo.sees("The offer of Canon R6 SN-1 ended on Sat 28 Nov, 10:00.")


def test_a_keeper_hands_over_what_is_offered_and_what_others_have(story: Story) -> None:
    story.ana.types("/checkout give SN-1 to @bo")
    story.kim.types("/checkout SN-1").presses("Hand over now")
    story.kim.sees("Handed Canon R6 SN-1 over from Ana Silva to Bo Chen.\nAna Silva and Bo Chen are told.")
    story.ana.sees("Kim Berg handed Canon R6 SN-1 over from you to Bo Chen.")
    story.kim.types("/checkout hand over SN-2 to @dee").sees("Handed Canon R6 SN-2 over from Ana Silva to Dee Okafor.")
    story.kim.presses("Undo", on="Handed Canon R6 SN-2 over")
    story.dee.types("/checkout who SN-2").sees("Canon R6 SN-2 is with Ana Silva")


def test_what_lies_in_a_store_is_checked_out_instead(story: Story) -> None:
    story.kim.types("/checkout give SN-3 to @dee")
    story.kim.sees("Canon R6 SN-3 is available in Warehouse, and not with a person: nobody can give it.")
    story.kim.presses("Check it out to Dee Okafor").sees("Checked out Canon R6 SN-3 from Warehouse to Dee Okafor")
    story.ana.types("/checkout give SN-3 to @bo")
    story.ana.sees("Dee Okafor has Canon R6 SN-3. Only they, or a keeper of where it left, can give it on.")
