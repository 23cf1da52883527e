"""What people say in their own words works, or is refused with what they may have meant."""

from models import catalog, editing
from tests.stories.conftest import Story


def test_how_long_something_is_lent_is_its_due_date_and_what_it_is_for_is_noted(story: Story) -> None:
    story.has("Canon R6 SN-00483 in Warehouse", "10 returnable hard hat in Warehouse")
    story.ana.types("/checkout out SN-00483 for 3 days").sees("to you, due Thu 26 Nov, 17:00.")
    story.ana.types("/checkout extend SN-00483 by a week").sees("now due Thu 3 Dec, 17:00.")
    told = story.ana.types("/checkout out 2 hard hats for job 7 for the weekend").sees("due Mon 30 Nov, 09:00")
    assert "Noted: “job 7”" in told
    story.ana.types("/checkout out 1 hat for 3 dyas").sees("I can't read 3 dyas as a date.")
    story.ana.types("/checkout give me 3 hats for ana").sees("That can be meant in more than one way.")
    story.ana.presses('/checkout out 3 hats note "ana"').sees("Checked out 3 hard hats")
    story.ana.types("/checkout return 5 hats").sees("Returned 5 hard hats")
    story.ana.types("/checkout out 1 hat for friday").presses("/checkout out 1 hat until friday").sees("to you, due Fri 27 Nov, 17:00.")
    story.ana.types("/checkout out SN-00483 until tommorow").sees("I can't read tommorow as a date.")
    story.ana.presses("Tomorrow").sees("You have Canon R6 SN-00483 since Mon 23 Nov")
    story.ana.types("/checkout out SN-00483 for 2 days").presses("Extend it").sees("Extended Canon R6 SN-00483")
    story.ana.types("/checkout return 1 hat").sees("Returned 1 hard hat")
    story.ana.types("/checkout book SN-483 from 10 dec for 2 days").sees("Nearest: Canon R6 SN-00483.")
    story.ana.presses("Canon R6 SN-00483").sees("from Thu 10 Dec, 09:00 to Sat 12 Dec, 17:00")
    story.ana.types("/checkout what do I have").sees("You hold 1 thing")


def test_stock_is_said_with_other_little_words_and_missing_ones_are_asked_for(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "9 M8 bolt in Van 3", "5 salt from the earth in Van 3")
    with story.world() as world:
        item = catalog.item(world.session, world.variant("M8 bolt").item_id)
        editing.edit_item(world.session, world.act(), item, comes_in=[("box", 4_000_000)])
    kim = story.kim
    kim.types("/stock used 3 m8 bolts in van 3").sees("Took 3 M8 bolts from Van 3.")
    kim.types("/stock -1 salt from the earth from van 3").sees("Took 1 salt from the earth from Van 3.")
    kim.types("/stock move 5 bolts into van 3").sees("Moved 5 M8 bolts from Warehouse (the only other location that has it) to Van 3.")
    kim.types("/stock -2boxes m8 bolt from warehouse").sees("Took 2 boxes (8) of M8 bolt from Warehouse.")
    kim.types("/stock scrap 0,5 box m8 bolt in warehouse because torn").sees("I can't read 0,5 as a quantity.")
    kim.presses("0.5").sees("Noted: “torn”")
    kim.types("/stock =4 salt").sees("at Van 3 (the only location that has it).")
    kim.types("/stock =50 bolts").sees("Which one?")
    kim.presses("Warehouse (35)").sees("Counted 50 M8 bolts at Warehouse.")
    kim.types("/stock -5 bolts from vna 3").sees("I don't know a location called vna 3. Nearest: Van 3.")


def test_a_sentence_that_is_none_leads_to_what_may_be_meant(story: Story) -> None:
    story.has("Canon R6 SN-00483 in Warehouse", "50 M8 bolt in Warehouse", "9 M8 bolt in Van 3")
    story.ana.types("/checkout out SN-00483")
    assert "[/checkout SN-00483]" in story.ana.types("/checkout I lost SN-00483").sees("[/checkout lost SN-00483]")
    story.ana.types("/checkout is SN-00483 free?").presses("/checkout SN-00483").sees("With you, open-ended")
    story.ana.types("/checkout return SN-00483 lens scratched").presses('/checkout return SN-00483 note "lens scratched"')
    story.ana.sees("Noted: “lens scratched”")
    told = story.kim.types("/stock put 5 M8 bolt in Van 3").sees("but not what happens with it")
    assert "[/stock -5 M8 bolt in Van 3]" in told and "[/stock move 5 M8 bolt in Van 3]" in told
    assert (
        "[/stock -5 M8 bolt in Van 3]" in (mine := story.ana.types("/stock put 5 M8 bolt in Van 3").sees("[/stock -5 "))
        and "move" not in mine
    )
    story.kim.types("/stock m8 bolt +5 at van 3").presses("/stock +5 m8 bolt at van 3").sees("Received 5 M8 bolts at Van 3.")
    story.kim.types("/stock low van 3").presses("/stock low at van 3").sees("Nothing is low at Van 3.")
    story.kim.types("/stock count van 3").presses("/stock count at van 3").sees("Count of Van 3")
    story.kim.types("/stock what is low").presses("/stock low").sees("Nothing is low.")
    story.kim.types("/stock find bolt").presses("/stock bolt").sees("64 each on hand")
    story.ana.types("/checkout out SN-00483 friday").presses("/checkout out SN-00483 until friday").sees("due Fri 27 Nov, 17:00")
    story.ana.types("/checkout undo").sees(
        "The last thing you did:\nMon 23 Nov, 09:00 · Ana Silva checked out Canon R6 SN-00483 from Warehouse"
    )
    story.ana.presses("Undo", on="The last thing you did:").sees("Undone.")
    story.kim.types("/stock -1.000 bolts at warehouse").sees("1.000 can mean 1,000 or 1. Which one?")
    story.kim.presses("1", on="1.000 can mean").sees("Took 1 M8 bolt from Warehouse.")
    story.kim.types("/checkout out 2 bolts from van 3").presses("Take 2 M8 bolts").sees("Took 2 M8 bolts from Van 3.")
    story.dee.types("/checkout return SN-00483 from @bo").sees("SN-00483 is not with Bo Chen: Warehouse has it.")
    story.dee.types("/checkout undo").sees("You have done nothing lately that could be undone.")
    story.kim.types("/checkout cancel").presses("/checkout bookings").sees("Nothing is booked")


def test_what_is_kept_by_number_is_given_lost_and_returned_by_number(story: Story) -> None:
    story.has("10 returnable hard hat in Warehouse", "Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "5 glove in Warehouse")
    story.ana.types("/checkout out 4 hard hats until friday").sees("to you, due Fri 27 Nov")
    story.ana.types("/checkout out SN-1").sees("Checked out Canon R6 SN-1")
    story.ana.types("/checkout give hard hats to @bo").presses("/checkout give 1 hard hat to <@UBO>")
    story.ana.sees("Only a keeper hands 1 hard hat over at once. Return them, and Bo Chen checks them out.\n[Return 1 hard hat]")
    story.kim.types("/checkout give 1 hard hat to @bo from @ana").sees("Handed 1 hard hat over from Ana Silva to Bo Chen.")
    story.ana.types("/checkout lost hard hat").presses("/checkout lost 1 hard hat")
    story.ana.sees("1 hard hat is marked as lost.\n2 hard hats still out with you. When it turns up: /stock +1 hard hat at …")
    story.dee.types("/checkout lost 2 gloves").sees("You have no glove out. What a shelf lacks is counted.")
    story.dee.types("/checkout lost 1 hard hat").presses("What Ana Silva has").sees("Only whoever has them, or a keeper, can say that")
    story.ana.types("/checkout extend 1 canon r6 for a week").sees("Extended Canon R6 SN-1: now due Mon 30 Nov")
    story.ana.types("/checkout return 2 canon r6").sees("Each Canon R6 is known by its serial. Which one?\n[SN-1]")
    story.ana.types("/checkout return everything").sees(
        "Returned 2 hard hats and Canon R6 SN-1 to Warehouse.\nNothing else is out with you."
    )
    story.ana.presses("Undo").sees("Undone.")
    story.ana.types("/checkout return all hard hats").sees("Returned 2 hard hats to Warehouse.\n1 more thing is out with you.")
    story.dee.types("/checkout return all").sees("Nothing is out with you.")


def test_so_many_of_what_has_serials_leads_to_those_that_are_out(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    story.kim.types("/checkout lost 1 canon r6").sees("Each Canon R6 is known by its serial. None is out.\n[/checkout Canon R6]")
    story.ana.types("/checkout out SN-2").sees("to you")
    assert "SN-1" not in story.dee.types("/checkout return 1 canon r6").sees("known by its serial. Which one?\n[SN-2 (Ana Silva)]")
    story.dee.presses("SN-2 (Ana Silva)").sees("Returned Canon R6 SN-2")
