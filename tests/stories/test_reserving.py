"""Reserving by sentences and buttons: what is kept, who gets it, how it is let go, and how it ends by itself."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from slack_bolt import BoltRequest

from models import register
from models.locations import LocationKind
from tests.stories.conftest import Story


def customer(story: Story, name: str) -> None:
    with story.world() as world:
        register.add_location(world.session, world.act(), name=name, kind=LocationKind.CUSTOMER)


def test_stock_is_kept_for_a_job_where_it_lies_and_the_answer_says_what_is_free(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    said = story.ana.types("/stock reserve 40 M8 bolt for job 7 until friday")
    said.sees("Reserved 40 M8 bolts in Warehouse (the only location that has it) for job 7, until Fri 27 Nov, 17:00.")
    said.sees("160 of 200 each are free in Warehouse.")
    story.ana.presses("Undo").sees("Undone.")
    story.ana.types("/stock reserved").sees("Nothing is reserved.")


def test_where_several_have_it_the_ones_that_can_give_are_asked_for(story: Story) -> None:
    story.has("20 M8 bolt in Warehouse", "50 M8 bolt in Van 3", "5 M8 bolt in Van 4")
    story.ana.types("/stock reserve 20 M8 bolt at Warehouse for job 7")
    story.ana.types("/stock reserve 4 M8 bolt for job 9").sees("Several locations have M8 bolt: Van 3 (50) and Van 4 (5). Which one?")
    story.ana.presses("Van 4 (5)").sees("Reserved 4 M8 bolts in Van 4 for job 9.")
    story.ana.types("/stock reserve 50 M8 bolt at Van 3 for job 9")
    story.ana.types("/stock -1 M8 bolt").sees("Took 1 M8 bolt from Van 4 (the only location that has some to give).")


def test_no_more_is_reserved_than_is_free_and_the_ways_on_reserve_what_is(story: Story) -> None:
    story.has("20 M8 bolt in Warehouse", "50 M8 bolt in Van 3")
    story.kim.types("/stock reserve 15 M8 bolt at Warehouse for job 7")
    story.ana.types("/stock reserve 10 M8 bolt at Warehouse for job 9")
    story.ana.sees("Warehouse holds 20 M8 bolts, and 15 of them are kept for job 7; you asked for 10. Nearest: Van 3 (50).")
    story.ana.presses("Reserve 10 from Van 3").sees("Reserved 10 M8 bolts in Van 3 for job 9.")


def test_what_is_wrong_is_said_in_a_sentence(story: Story) -> None:
    story.has("20 M8 bolt in Warehouse", "Canon R6 SN-1 in Warehouse")
    story.ana.types("/stock reserve 5 M8 bolt").sees("but not for whom. Try /stock reserve 5 M8 bolt for job 7")
    story.ana.types("/stock reserve 5.5 M8 bolt for job 7").sees("5.5 is not a whole number")
    story.ana.types("/stock reserve 1 Canon R6 for job 7").sees("only what is counted is reserved")
    story.ana.types("/stock reserve 5 M8 bolt for job 7 until yesterday").sees("is past")
    story.ana.types("/stock reserve 5 M8 bolt at Ana Silva for job 7").sees(
        "Stock is reserved where it is kept, and Ana Silva is no such place."
    )
    story.gus.types("/stock reserve 5 M8 bolt for job 7").sees("Guests of this workspace can't use the stores.")


def test_taking_for_the_job_uses_it_up_and_says_what_is_still_kept(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "90 M8 bolt in Van 3")
    story.ana.types("/stock reserve 40 M8 bolt at Warehouse for Job 7")
    took = story.dee.types("/stock -15 M8 bolt for job 7")
    took.sees("Took 15 M8 bolts from Warehouse (where it is kept for Job 7) for Job 7.")
    took.sees("35 left in Warehouse. 25 M8 bolts are still kept for Job 7 in Warehouse.")
    story.dee.types("/stock -35 M8 bolt at Warehouse for job 7").sees("Nothing more is kept for Job 7 in Warehouse.")
    story.dee.presses("Undo").sees("Undone.")
    story.dee.types("/stock reserved for job 7").sees("25 M8 bolts")
    story.dee.types("/stock -5 M8 bolt at Van 3 for job 7").sees("85 left in Van 3. None of it was kept for Job 7 there.")


def test_what_is_kept_for_a_customer_goes_to_them(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    customer(story, "Riverside Homes")
    story.ana.types("/stock reserve 40 M8 bolt for riverside homes").sees("for Riverside Homes.")
    story.ana.types("/stock -30 M8 bolt to Riverside Homes").sees("10 M8 bolts are still kept for Riverside Homes in Warehouse.")


def test_nobody_else_takes_what_is_kept_and_a_keeper_may_let_it_go(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "90 M8 bolt in Van 3")
    story.ana.types("/stock reserve 40 M8 bolt at Warehouse for job 7")
    story.dee.types("/stock -15 M8 bolt at Warehouse")
    refused = story.dee.sees("Warehouse holds 50 M8 bolts, and 40 of them are kept for job 7; you asked for 15. Nearest: Van 3 (90).")
    assert "[Take 10 from Warehouse]" in refused and "[Take 15 from Van 3]" in refused and "Release" not in refused
    story.dee.presses("Take 10 from Warehouse").sees("Took 10 M8 bolts from Warehouse.")
    story.kim.types("/stock -15 M8 bolt at Warehouse").sees("all of them are kept for job 7; you asked for 15.")
    story.kim.presses("Release 15 of job 7").sees("Released 15 M8 bolts in Warehouse, kept for job 7.")
    story.kim.sees("25 M8 bolts are still kept for job 7 in Warehouse. 15 of 40 each are free in Warehouse.")
    story.kim.types("/stock -15 M8 bolt at Warehouse").sees("25 left in Warehouse.")


def test_moves_scrap_and_loans_leave_alone_what_is_kept(story: Story) -> None:
    story.has("5 returnable hard hat in Warehouse", "5 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    story.ana.types("/stock reserve 5 M8 bolt at Warehouse for job 7")
    story.ana.types("/stock reserve 4 hard hat for job 7")
    story.kim.types("/stock move 1 M8 bolt from Warehouse to Van 3").sees("all of them are kept for job 7; you asked for 1.")
    story.kim.types("/stock scrap 1 M8 bolt at Warehouse").sees("all of them are kept for job 7; you asked for 1.")
    story.dee.types("/checkout out 2 hard hat").sees("4 of them are kept for job 7; you asked for 2.")
    story.dee.presses("Check out 1 from Warehouse").sees("Checked out 1 hard hat from Warehouse")
    story.dee.types("/stock -2 hard hat for job 7").sees("2 hard hats are still kept for job 7 in Warehouse.")


def test_a_count_that_finds_less_is_booked_and_says_whose_reservation_is_short(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 40 M8 bolt for job 7")
    story.kim.types("/stock =30 M8 bolt at Warehouse").sees("30 now in Warehouse. Short of what is kept there: 10 for job 7.")
    story.kim.types("/stock M8 bolt").sees("30 each on hand in Warehouse. 0 each available.")


def test_a_part_and_then_everything_of_a_job_is_released(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "20 M8 nut in Van 3")
    story.ana.types("/stock reserve 40 M8 bolt for job 7")
    story.ana.types("/stock reserve 20 M8 nut for job 7")
    story.ana.types("/stock release 10 M8 bolt for job 7").sees("30 M8 bolts are still kept for job 7 in Warehouse.")
    story.ana.types("/stock release for job 7")
    story.ana.sees("Released 30 M8 bolts in Warehouse and 20 M8 nuts in Van 3, kept for job 7.")
    story.ana.types("/stock release for job 7").sees("Nothing is reserved for job 7.")
    story.ana.presses("Undo").sees("Undone.")
    story.ana.types("/stock reserved for job 7").sees("2 reservations for job 7")


def test_what_somebody_else_reserved_is_not_released_by_a_teammate(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 40 M8 bolt for job 7")
    story.dee.types("/stock release for job 7").sees("Ana Silva reserved 40 M8 bolts in Warehouse for job 7.")
    assert "[Release]" not in story.dee.types("/stock reserved").sees("1 reservation")
    story.kim.types("/stock reserved").presses("Release").sees("Released 40 M8 bolts in Warehouse, kept for job 7.")


def test_a_button_that_was_pressed_already_releases_nothing_more(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 40 M8 bolt for job 7")
    story.kim.types("/stock reserved").sees("1 reservation")
    story.ana.types("/stock release 30 M8 bolt for job 7").types("/stock release for job 7").sees("50 of 50 each are free in Warehouse.")
    story.kim.presses("Release").sees("Nothing more is kept for job 7 in Warehouse: it was taken or released since.")


def test_a_job_that_nothing_is_kept_for_leads_on_to_those_that_are(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 40 M8 bolt for job 7")
    story.dee.types("/stock -5 M8 bolt for job 77").sees("Nothing is reserved for job 77. Something is reserved for job 7.")
    story.dee.presses("Leave it out").sees("Took 5 M8 bolts from Warehouse")
    assert "[Leave it out]" not in story.ana.types("/stock release 5 M8 bolt for job 77").sees("Nothing is reserved for job 77.")
    story.ana.presses("job 7").sees("Released 5 M8 bolts")


def test_a_name_with_for_in_it_is_read_as_a_name(story: Story) -> None:
    story.has("9 Bracket for TV in Warehouse", "9 M8 bolt in Warehouse")
    story.ana.types("/stock -2 bracket for tv").sees("Took 2 Bracket for TV from Warehouse")
    story.ana.types("/stock reserve 2 bracket for tv").sees("I read Bracket for TV as the item, but not for whom.")
    story.ana.types('/stock reserve 2 "Bracket for TV" for job 7').sees("Reserved 2 Bracket for TV in Warehouse")
    story.ana.types("/stock reserve 1 bracket for tv for job 7").sees("That can be meant in more than one way.")
    story.ana.types("/stock -1 M8 bolt note spare for the van").sees("Took 1 M8 bolt from Warehouse")


def test_the_list_is_narrowed_and_paged(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "20 M8 nut in Van 3")
    for number in range(14):
        story.ana.types(f"/stock reserve 1 M8 bolt for job {number}")
    story.kim.types("/stock reserve 5 M8 nut for job 3 until friday")
    first = story.dee.types("/stock reserved").sees("15 reservations (1–12 of 15)")
    assert first.index("5 M8 nuts") < first.index("1 M8 bolt")
    story.dee.presses("Next").sees("15 reservations (13–15 of 15)")
    story.dee.types("/stock reserved M8 nut").sees("1 reservation of M8 nut")
    story.dee.types("/stock reserved at Van 3 for job 3").sees("1 reservation at Van 3 for job 3")
    story.dee.types("/stock reserved M8 nut for job 5").sees("Nothing is reserved of M8 nut for job 5.")


def test_the_card_says_what_is_reserved_available_and_when_more_will_be(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "7 M8 bolt in Van 3")
    story.ana.types("/stock reserve 40 M8 bolt at Warehouse for job 7 until friday")
    card = story.dee.types("/stock M8 bolt").sees("57 each on hand in 2 locations. 17 each available.")
    assert "Warehouse: 50 (10 free)\nVan 3: 7" in card
    assert "Reserved\njob 7: 40 until Fri 27 Nov" in card and "On order\nnothing" in card
    assert "Available later\nFri 27 Nov: 57 (job 7 lapses)" in card
    assert "Ana Silva reserved 40 in Warehouse for job 7" in card
    assert "[Reserve]" not in card
    story.dee.presses("Reserved").sees("1 reservation of M8 bolt")
    story.dee.presses("Reserve more")
    story.dee.fills({"How many": "2", "For which job or customer": "job 8", "Where": "Van 3"}).submits().sees("5 of 7 each are free")
    story.dee.closes()
    story.dee.types("/stock Warehouse").sees("50 each · M8 bolt Q00001 · 40 reserved")


def test_what_customers_get_says_first_what_can_be_sold(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    customer(story, "Riverside Homes")
    story.kim.types("/stock -5 M8 bolt to Riverside Homes")
    story.kim.types("/stock reserve 40 M8 bolt for job 7")
    story.dee.types("/stock M8 bolt").sees("5 each available to sell. 45 each on hand in Warehouse.")


def test_a_form_reserves_from_the_card(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock M8 bolt").presses("Reserve")
    story.ana.fills({"How many": "60", "For which job or customer": "job 7"}).submits().sees("Warehouse holds 50 M8 bolts")
    story.ana.fills({"How many": "6", "Until": "2026-11-27"}).submits().sees("for job 7, until Fri 27 Nov, 17:00")


def test_home_shows_what_one_has_reserved(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 6 M8 bolt for job 7")
    story.ana.opens_home().sees("What I reserved")
    story.ana.presses("Release", on="What I reserved").sees("Released 6 M8 bolts in Warehouse, kept for job 7.")
    story.moves_on(seconds=11)
    story.ana.sees_no("What I reserved")


def test_whoever_reserved_is_told_the_working_day_before_and_keeps_it_longer(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse", "20 M8 nut in Van 3")
    story.ana.types("/stock reserve 40 M8 bolt for job 7 until friday")
    story.ana.types("/stock reserve 20 M8 nut for job 7 until friday")
    story.moves_to("2026-11-26T09:00", "Europe/Lisbon")
    story.ana.sees("What you reserved lapses soon, and is free for everybody then.")
    assert story.messages_to("ana") == 1
    story.ana.presses("Keep longer", on="40 M8 bolts").fills({"Keep until": "2026-11-25"}).submits()
    assert "is past" in story.ana.form().errors["due"]
    story.ana.fills({"Keep until": "2026-12-04"}).submits()
    story.ana.sees("Keeping 40 M8 bolts in Warehouse for job 7, until Fri 4 Dec, 17:00.")
    story.ana.sees("Before, until Fri 27 Nov, 17:00.")
    story.beats()
    story.ana.sees("A reservation of yours lapses soon.")
    story.ana.closes()
    story.ana.presses("Keep longer", on="20 M8 nuts").sees("Keep until")
    story.kim.types("/stock release M8 nut for job 7").sees("Released 20 M8 nuts in Van 3")
    assert "Nothing more is kept for job 7 in Van 3: it was taken or released since." in str(story.ana.submits().form().errors)
    story.beats()
    story.ana.sees("Nothing of that is about to lapse any more.")


def test_a_reservation_lapses_by_itself_once_and_its_owner_is_told(story: Story) -> None:
    story.has("50 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 40 M8 bolt for job 7 until friday")
    story.office.starts_a_bot()
    story.moves_to("2026-11-27T17:00", "Europe/Lisbon")
    story.beats(bot=1)
    story.dee.types("/stock -50 M8 bolt at Warehouse").sees("0 left in Warehouse")
    story.dee.presses("Undo").sees("Undone.")
    story.moves_to("2026-11-30T09:00", "Europe/Lisbon")
    story.ana.sees("40 M8 bolts in Warehouse kept for job 7 until Fri 27 Nov, 17:00: released, and free for everybody.")
    assert story.messages_to("ana") == 1
    story.dee.types("/stock history M8 bolt").sees("Schedule released 40 M8 bolts in Warehouse for job 7 for Ana Silva")
    story.ana.presses("Keep it after all")
    story.beats()
    story.ana.sees("40 M8 bolts in Warehouse: kept for job 7 after all.")
    story.dee.types("/stock -50 M8 bolt at Warehouse").sees("40 of them are kept for job 7; you asked for 50.")


def test_of_two_who_reserve_the_last_at_once_one_gets_them_and_the_other_is_told_for_whom_they_are_kept(story: Story) -> None:
    story.has("10 M8 bolt in Warehouse")
    story.office.starts_a_bot()
    together = Barrier(2)

    def say(bot: int, user: str, job: str) -> str:
        together.wait(timeout=30)
        return str(story.bots[bot].app.dispatch(_command(user, f"reserve 8 M8 bolt for {job}")).body)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(say, (0, 1), ("UANA", "UDEE"), ("job 7", "job 9")))
    assert sorted("Reserved 8 M8 bolts" in answer for answer in answers) == [False, True]
    assert sum("8 of them are kept for job" in answer for answer in answers) == 1
    story.kim.types("/stock reserved").sees("1 reservation")


def test_of_two_who_take_the_last_kept_for_a_job_at_once_one_gets_them_and_the_other_is_told(story: Story) -> None:
    story.has("10 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 10 M8 bolt for job 7")
    story.office.starts_a_bot()
    together = Barrier(2)

    def say(bot: int, user: str) -> str:
        together.wait(timeout=30)
        return str(story.bots[bot].app.dispatch(_command(user, "-6 M8 bolt at Warehouse for job 7")).body)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(say, (0, 1), ("UANA", "UDEE")))
    assert sorted("Took 6 M8 bolts" in answer for answer in answers) == [False, True]
    assert sum("Warehouse holds 4 M8 bolts; you asked for 6." in answer for answer in answers) == 1
    assert "4 M8 bolts" in story.kim.types("/stock reserved").sees("1 reservation")


def test_an_undo_that_leaves_less_than_is_kept_says_so(story: Story) -> None:
    story.has("10 M8 bolt in Warehouse")
    story.kim.types("/stock +20 M8 bolt at Warehouse").sees("Received 20 M8 bolts")
    story.ana.types("/stock reserve 25 M8 bolt for job 7")
    story.kim.presses("Undo").sees("Undone. Everything is as it was before. Short of what is kept there: 15 for job 7.")


def test_a_request_says_for_which_job_it_is(story: Story) -> None:
    story.has("10 M8 bolt in Warehouse")
    story.ana.types("/stock reserve 6 M8 bolt for job 7")
    with story.world() as world:
        world.always_ask("M8 bolt")
    story.ana.types("/stock -6 M8 bolt for job 7")
    assert "For\njob 7" in story.bo.sees("asks to take 6 M8 bolts")
    story.bo.presses("Approve").sees("approved")
    story.kim.types("/stock reserved").sees("Nothing is reserved.")


def _command(user: str, text: str) -> BoltRequest:
    body = {
        "command": "/stock",
        "text": text,
        "user_id": user,
        "team_id": "T0SANDBOX",
        "channel_id": "CGENERAL",
        "trigger_id": f"1.2.{user}",
        "response_url": "http://127.0.0.1:1/none",
    }
    return BoltRequest(mode="socket_mode", body=body)
