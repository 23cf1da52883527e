"""Things go out and come back by typed sentences and by the buttons beside them."""

import pytest

from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Two cameras, one of them in the van; hard hats and lamps that come back; bolts that don't."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Van 3")
    story.has(
        "20 returnable hard hat in Warehouse",
        "5 returnable hard hat in Van 3",
        "10 returnable lamp in Warehouse",
        "30 M8 bolt in Warehouse",
    )


def test_a_teammate_checks_a_camera_out_and_is_told_the_due_time_in_full(story: Story) -> None:
    story.ana.types('/checkout out SN-1 until friday note "birthday"')
    story.ana.sees("Checked out Canon R6 SN-1 from Warehouse to you, due Fri 27 Nov, 17:00.")
    story.ana.sees("1 Canon R6 left in Warehouse.")


def test_what_somebody_has_is_refused_with_another_to_take(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.dee.types("/checkout out SN-1 until thursday")
    story.dee.sees("Ana Silva has Canon R6 SN-1 since Mon 23 Nov, 04:00, due Fri 27 Nov, 17:00 WET.")
    story.dee.presses("Check out SN-2 (Warehouse)")
    story.dee.sees("Checked out Canon R6 SN-2 from Warehouse to you, due Thu 26 Nov, 17:00.")


def test_several_go_out_at_once_and_one_that_cannot_keeps_them_all(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.dee.types("/checkout out SN-1..2")
    story.dee.sees("Ana Silva has Canon R6 SN-1")
    story.dee.types("/checkout out SN-2, SN-3")
    story.dee.sees("Checked out Canon R6 SN-2 and Canon R6 SN-3 from Warehouse and Van 3 to you, open-ended.")


def test_undo_brings_it_back(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.ana.presses("Undo").sees("Undone.")
    story.ana.types("/checkout who SN-1")
    story.ana.sees("Canon R6 SN-1 is available in Warehouse")


def test_the_name_of_an_item_offers_its_serials(story: Story) -> None:
    story.ana.types("/checkout borrow Canon R6 until friday")
    story.ana.sees("Each Canon R6 is known by its serial. Which one?")
    story.dee.types("/checkout out Cannon R6 until friday").sees("I don't know an asset called Cannon R6. Nearest: Canon R6.")
    story.dee.presses("Canon R6").sees("Each Canon R6 is known by its serial. Which one?")
    story.ana.presses("Canon R6 SN-2")
    story.ana.sees("Checked out Canon R6 SN-2 from Warehouse to you, due Fri 27 Nov, 17:00.")


def test_so_many_of_what_is_known_by_its_serial_offers_the_serials_too(story: Story) -> None:
    story.ana.types("/checkout out 2 Canon R6 until friday")
    story.ana.presses("Canon R6 SN-3")
    story.ana.sees("Checked out Canon R6 SN-3 from Van 3 to you, due Fri 27 Nov, 17:00.")


def test_what_is_used_up_is_taken_from_stock_instead(story: Story) -> None:
    story.ana.types("/checkout out 3 M8 bolt")
    story.ana.sees("M8 bolt is used up and does not come back.")
    story.ana.presses("Take 3 M8 bolts").sees("27 left in Warehouse")


def test_a_date_that_is_past_or_has_two_meanings_is_refused(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until yesterday")
    story.ana.sees("Sun 22 Nov, 17:00 is past.")
    story.ana.types("/checkout out SN-1 until 03/04")
    story.ana.presses("Thu 4 Mar 2027")
    story.ana.sees("to you, due Thu 4 Mar 2027, 17:00.")


def test_only_a_keeper_checks_out_for_somebody_else_who_is_told(story: Story) -> None:
    story.ana.types("/checkout out SN-1 to @dee")
    story.ana.sees("To check out for somebody else you need the role keeper; for yourself you need none. Ask Kim Berg.")
    story.ana.types("/checkout out SN-1 to Nobody").sees("I don't know a person or location called Nobody.")
    story.kim.types("/checkout out SN-1 to @dee until friday")
    story.kim.sees("Checked out Canon R6 SN-1 from Warehouse to Dee Okafor, due Fri 27 Nov, 17:00.")


def test_several_stores_are_offered_and_the_only_one_is_used_and_said(story: Story) -> None:
    story.ana.types("/checkout out 3 hard hats until friday")
    story.ana.sees("Several locations have hard hat: Warehouse (20) and Van 3 (5). Which one?")
    story.ana.presses("Van 3 (5)").sees("Checked out 3 hard hats from Van 3 to you, due Fri 27 Nov, 17:00.")
    story.ana.types("/checkout out 2 lamps")
    story.ana.sees("Checked out 2 lamps from Warehouse (the only location that has it) to you, open-ended.")
    story.ana.sees("8 lamps left in Warehouse.")


def test_more_than_lies_there_is_refused_with_the_nearest(story: Story) -> None:
    story.ana.types("/checkout out 6 hard hats from Van 3")
    story.ana.sees("Van 3 holds 5 hard hats; you asked for 6. Nearest: Warehouse (20).")
    story.ana.presses("Check out 6 from Warehouse").sees("14 hard hats left in Warehouse.")


def test_an_item_without_a_number_is_asked_how_many(story: Story) -> None:
    story.ana.types("/checkout out lamp")
    story.ana.sees("lamp is kept by number and has no serials. Say how many, like 2 lamps.")


def test_the_same_button_pressed_twice_checks_out_once(story: Story) -> None:
    story.ana.types("/checkout out 3 hard hats")
    story.ana.presses("Van 3 (5)").sees("2 hard hats left in Van 3.")
    story.ana.presses("Van 3 (5)").sees("2 hard hats left in Van 3.")
    assert story.on_hand("hard hat", "Van 3") == 2


def test_what_needs_approval_becomes_a_request_that_another_decides(story: Story) -> None:
    with story.world() as world:
        world.always_ask("Canon R6")
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.sees("This needs approval, so I have asked: check out Canon R6 SN-1.")
    story.bo.presses("Approve", on="Ana Silva asks to check out Canon R6 SN-1")
    story.ana.types("/checkout who SN-1")
    story.ana.sees("Canon R6 SN-1 is with you since")


def test_a_return_goes_to_where_it_left_and_keeps_the_note(story: Story) -> None:
    story.ana.types("/checkout out SN-3")
    story.ana.types('/checkout return SN-3 note "lens scratched"')
    story.ana.sees("Returned Canon R6 SN-3 to Van 3.")
    story.ana.sees("Nothing else is out with you. Noted: “lens scratched”")
    story.ana.types("/checkout return SN-3")
    story.ana.sees("Canon R6 SN-3 is not checked out: it is in Van 3.")


def test_a_part_comes_back_earliest_due_first_and_it_says_so(story: Story) -> None:
    story.ana.types("/checkout out 2 lamps until thursday")
    story.ana.types("/checkout out 2 lamps until tomorrow")
    story.ana.types("/checkout return 3 lamps")
    story.ana.sees("Returned 3 lamps to Warehouse, earliest due first: 2 due Tue 24 Nov, 17:00 and 1 due Thu 26 Nov, 17:00.")
    story.ana.sees("1 lamp still out with you.")
    story.ana.types("/checkout return 3 lamps")
    story.ana.sees("You have 1 lamp out; you said 3.")


def test_anyone_brings_back_anothers_thing_and_the_holder_is_told(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.dee.types("/checkout in SN-1")
    story.dee.sees("Returned Canon R6 SN-1 to Warehouse.")
    story.dee.sees("Ana Silva is told.")
    story.moves_to("2026-11-23 12:00", "Europe/Lisbon")
    story.ana.sees("Dee Okafor brought Canon R6 SN-1 back for you, to Warehouse.")


def test_somebody_who_has_none_is_offered_those_who_have(story: Story) -> None:
    story.ana.types("/checkout out 2 lamps")
    story.dee.types("/checkout return 1 lamp to Van 3")
    story.dee.sees("You have no lamp out.")
    story.dee.presses("What Ana Silva has")
    story.dee.sees("Returned 1 lamp to Van 3.")
    story.dee.sees("1 lamp still out with Ana Silva. Ana Silva is told.")


def test_a_return_goes_to_a_store_and_to_no_person(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.ana.types("/checkout return SN-1 to @dee")
    story.ana.sees("Things come back to a warehouse, a van, a site or a workshop, and Dee Okafor is none.")


def test_the_return_button_ends_the_one_checkout_that_it_stands_beside(story: Story) -> None:
    story.ana.types("/checkout out 2 lamps until tomorrow")
    story.ana.types("/checkout out 3 lamps until thursday")
    story.ana.types("/checkout mine")
    story.ana.presses("Return", on="3 lamps, due Thu 26 Nov")
    story.ana.sees("Returned 3 lamps to Warehouse, of those due Thu 26 Nov, 17:00.")
    story.ana.sees("2 lamps still out with you.")


def test_what_was_returned_and_undone_can_be_returned_again(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    for _ in range(2):
        story.ana.types("/checkout mine")
        story.ana.presses("Return").sees("Returned Canon R6 SN-1")
        story.ana.presses("Undo", on="Returned Canon R6 SN-1")
        story.ana.sees("Undone.")
    story.ana.types("/checkout mine")
    story.ana.presses("Return")
    story.ana.types("/checkout who SN-1")
    story.ana.sees("Canon R6 SN-1 is available in Warehouse")


def test_a_return_button_that_came_too_late_says_where_the_thing_is(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.ana.types("/checkout mine")
    story.kim.types("/checkout SN-1")
    story.kim.presses("Bring back").sees("Returned Canon R6 SN-1 to Warehouse.")
    story.ana.presses("Return")
    story.ana.sees("That has ended: Canon R6 SN-1 is in Warehouse since Mon 23 Nov, 09:00.")


def test_extending_says_the_due_time_before_and_after(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout extend SN-1 until 4 Dec")
    story.ana.sees("Extended Canon R6 SN-1: now due Fri 4 Dec, 17:00.")
    story.ana.sees("Before: due Fri 27 Nov, 17:00.")
    story.ana.types("/checkout extend SN-1 until thursday")
    story.ana.sees("It is due Fri 4 Dec, 17:00 already. Say a later time.")


def test_what_is_not_out_or_anothers_is_not_extended(story: Story) -> None:
    story.ana.types("/checkout extend SN-1 until friday")
    story.ana.sees("Canon R6 SN-1 is not checked out: it is in Warehouse.")
    story.ana.types("/checkout out SN-1")
    story.dee.types("/checkout extend SN-1 until friday")
    story.dee.sees("Ana Silva has it. Only they, or a keeper of where it left, can extend it.")


def test_a_part_of_a_counted_item_is_extended(story: Story) -> None:
    story.ana.types("/checkout out 3 lamps until tomorrow")
    story.ana.types("/checkout extend 1 lamp until friday")
    story.ana.sees("Extended 1 lamp: now due Fri 27 Nov, 17:00.")
    story.ana.types("/checkout mine")
    story.ana.sees("2 lamps, due Tue 24 Nov, 17:00")
    story.ana.sees("1 lamp, due Fri 27 Nov, 17:00")


def test_extending_beyond_what_policy_allows_asks(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    with story.world() as world:
        world.always_ask("Canon R6")
    story.ana.types("/checkout extend SN-1 until 4 Dec")
    story.ana.sees("This needs approval, so I have asked: keep Canon R6 SN-1.")


def test_the_extend_button_asks_until_when(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout mine")
    story.ana.presses("Extend")
    assert story.ana.form().values["Until"] == "2026-12-04"
    story.ana.fills({"Until": "2026-11-20"}).submits()
    assert "Fri 20 Nov, 17:00 is past" in str(story.ana.form().errors)
    story.ana.fills({"Until": "2026-12-01", "At": "09:30"}).submits()
    story.ana.sees("Extended Canon R6 SN-1: now due Tue 1 Dec, 09:30.")


def test_the_same_sentences_work_in_a_direct_message_and_after_a_mention(story: Story) -> None:
    story.ana.says("out SN-1 until friday")
    story.ana.sees("Checked out Canon R6 SN-1 from Warehouse to you, due Fri 27 Nov, 17:00.")
    story.ana.says("checkout extend SN-1 until 4 Dec")
    story.ana.sees("Extended Canon R6 SN-1: now due Fri 4 Dec, 17:00.")
    story.ana.says("return SN-1")
    story.ana.sees("Returned Canon R6 SN-1 to Warehouse.")


def test_the_buttons_work_on_home(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.moves_on(seconds=11)
    story.ana.opens_home().presses("Extend", on="Canon R6 SN-1")
    story.ana.fills({"Until": "2026-12-01"}).submits()
    story.ana.sees("Extended Canon R6 SN-1: now due Tue 1 Dec, 17:00.")
    story.ana.closes()
    story.moves_on(seconds=11)
    story.ana.presses("Return", on="due Tue 1 Dec")
    story.ana.sees("Returned Canon R6 SN-1 to Warehouse.")


def test_the_buttons_work_in_a_reminder(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until tomorrow")
    story.moves_to("2026-11-24 10:00", "Europe/Lisbon")
    story.ana.presses("Return", on="Canon R6 SN-1, due Tue 24 Nov")
    story.ana.sees("Returned Canon R6 SN-1 to Warehouse.")


def test_the_extend_button_extends_the_one_checkout_that_it_stands_beside(story: Story) -> None:
    story.ana.types("/checkout out 2 lamps until tomorrow")
    story.ana.types("/checkout out 3 lamps until thursday")
    story.ana.types("/checkout mine")
    story.ana.presses("Extend", on="3 lamps, due Thu 26 Nov").fills({"Until": "2026-11-27"}).submits()
    story.ana.sees("Extended 3 lamps: now due Fri 27 Nov, 17:00.")
    story.ana.sees("Before: due Thu 26 Nov, 17:00.")
    story.ana.closes()
    story.ana.types("/checkout mine")
    assert "2 lamps, due Tue 24 Nov, 17:00." in story.ana.last()
    assert "3 lamps, due Fri 27 Nov, 17:00." in story.ana.last()


def test_a_due_time_is_that_of_the_store_it_leaves(story: Story) -> None:
    with story.world() as world:
        world.location("Warehouse").time_zone = "Asia/Tokyo"
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.sees("to you, due Fri 27 Nov, 17:00 JST.")
    story.ana.types("/checkout")
    story.ana.fills({"What": ["SN-2"], "Until": "2026-11-27"}).sees("In the time of Asia/Tokyo.")
    story.ana.submits()
    story.ana.sees("Checked out Canon R6 SN-2 from Warehouse to you, due Fri 27 Nov, 17:00 JST.")


def test_a_location_holds_things_too(story: Story) -> None:
    story.kim.types("/checkout out SN-1 to Van 3 until friday")
    story.kim.sees("Checked out Canon R6 SN-1 from Warehouse to Van 3, due Fri 27 Nov, 17:00.")
    story.kim.types("/checkout who SN-1")
    story.kim.sees("Canon R6 SN-1 is out in Van 3 since Mon 23 Nov, 10:00, due Fri 27 Nov, 17:00.")


def test_a_guest_is_refused(story: Story) -> None:
    story.gus.types("/checkout out SN-1")
    story.gus.sees("Guests of this workspace can't use the stores.")


def test_one_wrong_serial_of_several_is_replaced_and_the_others_stay(story: Story) -> None:
    story.ana.types("/checkout out SN-1, SN-33").sees("I don't know an asset called SN-33.")
    story.ana.presses("Canon R6 SN-3")
    story.ana.sees("Checked out Canon R6 SN-1 and Canon R6 SN-3 from Warehouse and Van 3 to you, open-ended.")


def test_extending_without_a_date_shows_how_it_is_said(story: Story) -> None:
    story.ana.types("/checkout extend SN-1").sees("but not until when. Try /checkout extend SN-1 until friday.")


def test_who_has_it_may_be_asked_as_people_ask(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.dee.types("/checkout who has SN-1").sees("Canon R6 SN-1 is with Ana Silva since")
