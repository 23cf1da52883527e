"""Waiting lists: who is first when something comes back, how long it is held for them, and what the holder sees."""

from tests.stories.conftest import Story

MINUTE = 60


def lent(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.dee.types("/checkout out SN-1 until friday")


def test_the_first_in_line_can_claim_what_comes_back_and_nobody_else_takes_it(story: Story) -> None:
    lent(story)
    said = story.ana.types("/checkout queue SN-1")
    said.sees("You are number 1 in line for Canon R6 SN-1.")
    said.sees(
        "Dee Okafor has it, due Fri 27 Nov, 17:00 EST. When it comes back, the first in line has 30 minutes of working time to claim it."
    )
    story.bo.types("/checkout queue SN-1").sees("You are number 2 in line for Canon R6 SN-1.")
    story.bo.types("/checkout queue SN-1").sees("You are in line for Canon R6 SN-1 already, as number 2.")
    story.dee.types("/checkout SN-1").sees("2 people wait for it.")
    story.dee.types("/checkout mine").sees("Goes back to Warehouse. 2 people wait for it.")
    story.dee.types("/checkout return SN-1").sees("Returned Canon R6 SN-1")
    told = story.ana.sees("Canon R6 SN-1 is back, and you are the first in line.")
    assert "It is held for you until Mon 23 Nov, 09:30." in told
    story.kim.types("/checkout out SN-1 until tomorrow").sees(
        "Canon R6 SN-1 is held until Mon 23 Nov, 10:30 for Ana Silva, who waited for it."
    )
    story.kim.types("/checkout SN-1").sees("Held for Ana Silva until Mon 23 Nov, 10:30. 2 people wait for it.")
    assert "[Claim]" in story.ana.types("/checkout SN-1").sees("Held for you until Mon 23 Nov, 09:30. 2 people wait for it.")
    story.ana.presses("Claim")
    assert story.ana.form().values["What"] == ["Canon R6 SN-1"]
    story.ana.fills({"Until": "2026-11-24"}).submits().sees("Checked out Canon R6 SN-1 from Warehouse to you, due Tue 24 Nov")
    story.ana.closes(everything=True)
    story.ana.sees("You claimed Canon R6 SN-1.")
    story.bo.sees_no("you are the first in line")


def test_what_is_passed_or_not_claimed_in_time_goes_to_the_next(story: Story) -> None:
    lent(story)
    story.ana.types("/checkout queue SN-1")
    story.bo.types("/checkout wait SN-1")
    story.kim.types("/checkout queue SN-1")
    story.dee.types("/checkout return SN-1")
    story.ana.sees("you are the first in line")
    story.ana.presses("Pass").sees("You wait for Canon R6 SN-1 no more.")
    story.ana.sees("2 people wait for it.")
    story.ana.sees("Your turn for Canon R6 SN-1 is over: it is for whoever comes next.")
    story.bo.sees("It is held for you until Mon 23 Nov, 10:30.")
    story.moves_on(seconds=31 * MINUTE)
    story.bo.sees("Your turn for Canon R6 SN-1 is over")
    story.kim.sees("you are the first in line. It is held for you until Mon 23 Nov, 11:01.")
    story.moves_on(seconds=31 * MINUTE)
    story.bo.types("/checkout out SN-1 until tomorrow").sees("Checked out Canon R6 SN-1")


def test_the_window_is_working_time_of_whoever_waits(story: Story) -> None:
    lent(story)
    story.ana.types("/checkout queue SN-1")
    story.moves_to("2026-11-23 16:50", "Europe/Lisbon")
    story.dee.types("/checkout return SN-1")
    story.ana.sees("It is held for you until Tue 24 Nov, 09:20.")


def test_what_is_free_needs_no_waiting_and_who_has_it_does_not_wait(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.ana.types("/checkout queue SN-1").sees("Canon R6 SN-1 is free now: nobody has to wait for it.")
    story.bo.types("/checkout queue Canon R6").presses("Check one out").sees("Each Canon R6 is known by its serial. Which one?")
    story.ana.presses("Check it out").sees("Checked out Canon R6 SN-1")
    story.ana.types("/checkout queue SN-1").sees("You have Canon R6 SN-1 already.")
    story.bo.types("/checkout out SN-1").sees("Ana Silva has Canon R6 SN-1")
    story.bo.presses("Wait for it").sees("You are number 1 in line for Canon R6 SN-1.")
    story.bo.types("/checkout leave SN-1").sees("You wait for Canon R6 SN-1 no more.")
    story.bo.types("/checkout leave SN-1").sees("You are not in line for Canon R6 SN-1.")


def test_who_waits_for_any_gets_the_first_that_comes_back(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    story.dee.types("/checkout out SN-1, SN-2 until friday")
    story.ana.types("/checkout queue Canon R6").sees("You are number 1 in line for Canon R6.")
    story.dee.types("/checkout return SN-2")
    story.ana.sees("Canon R6 is back, and you are the first in line.")
    story.bo.types("/checkout out SN-2 until tomorrow").sees("None of 2 Canon R6 are free")
    story.ana.presses("Claim")
    assert story.ana.form().values["What"] == ["Canon R6 SN-2"]
    story.ana.submits().sees("Checked out Canon R6 SN-2 from Warehouse to you")


def test_joining_and_passing_are_undone(story: Story) -> None:
    lent(story)
    story.ana.types("/checkout SN-1").presses("Wait for it").sees("You are number 1 in line")
    story.ana.presses("Undo").sees("Undone.")
    story.dee.types("/checkout SN-1")
    story.dee.sees_no("waits for it")
    story.ana.types("/checkout queue SN-1")
    story.dee.types("/checkout return SN-1")
    story.ana.sees("you are the first in line")
    story.ana.presses("Pass").sees("Nobody else waits for it.")
    story.ana.presses("Undo", on="You wait for Canon R6").sees("Undone.")
    story.bo.types("/checkout out SN-1 until tomorrow").sees("is held until")


def test_what_comes_back_from_a_van_is_offered_too(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3")
    story.kim.types("/checkout out SN-1 to Van 3 until friday")
    story.ana.types("/checkout queue SN-1").sees("Van 3 has it")
    story.kim.types("/checkout return SN-1")
    story.ana.sees("you are the first in line")


def test_what_is_repaired_is_offered_to_who_waits(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.kim.types('/checkout report SN-1 "shutter sticks"')
    story.kim.presses("Take out of use")
    story.ana.types("/checkout SN-1").presses("Wait for it").sees("You are number 1 in line")
    story.kim.types("/checkout repaired SN-1")
    story.ana.sees("you are the first in line")
