"""Booking by sentences, forms and buttons: what is promised for a time, picked up, cancelled, and free again when nobody comes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from slack_bolt import BoltRequest

from models import catalog, policies, register
from models.catalog import ApprovalRule
from tests.stories.conftest import Story

HOUR = 3600


def categorise(story: Story, item: str, name: str, *, buffer: int | None = None, no_show: int | None = None) -> None:
    with story.world() as world:
        category = register.add_category(world.session, world.act(), name=name)
        catalog.item(world.session, world.variant(item).item_id).category_id = category.id
        if buffer is not None or no_show is not None:
            policies.set_booking_rules(world.session, world.act(), category=category, buffer_minutes=buffer, no_show_minutes=no_show)


def cameras(story: Story, count: int = 1) -> None:
    story.has(*(f"Canon R6 SN-{number} in Warehouse" for number in range(1, count + 1)))


def test_something_is_booked_and_the_answer_says_how_long_it_waits(story: Story) -> None:
    cameras(story)
    said = story.ana.types("/checkout book SN-1 from friday to monday note fair")
    said.sees("Booked Canon R6 SN-1 for you from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00.")
    said.sees("Pick it up with /checkout out SN-1. If nobody has by Fri 27 Nov, 11:00, it is free again.")
    story.ana.types("/checkout SN-1").sees("Booked for Ana Silva from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00 “fair”")
    story.dee.types("/checkout SN-1").sees("Ana Silva booked Canon R6 SN-1 from Fri 27 Nov, 09:00 WET")  # hers is another clock
    story.ana.types("/checkout bookings").sees("1 booking")
    story.ana.presses("Undo", on="Booked Canon R6").sees("Undone.")
    story.ana.types("/checkout bookings").sees("Nothing is booked.")
    with story.world() as world:
        camera = catalog.item(world.session, world.variant("Canon R6").item_id)
        policies.set_approval(world.session, world.act(), target=camera, rule=ApprovalRule.ABOVE, above_days=3)
    told = story.ana.types("/checkout book SN-1 from fri 17:00 to tue 9:00")
    told.sees("Canon R6 needs approval for more than 3 days, and this is 4 days.")  # as it is counted when it goes out


def test_the_times_are_those_of_where_it_leaves_and_end_after_they_begin(story: Story) -> None:
    cameras(story)
    story.dee.types("/checkout book SN-1 from 27 Nov 12:00 to 13:30").sees("from Fri 27 Nov, 12:00 to 13:30.")
    story.dee.types("/checkout book SN-1 from 28 Nov 12:00 to 28 Nov 11:00").sees("Sat 28 Nov, 11:00 is not after Sat 28 Nov, 12:00.")
    story.dee.types("/checkout book SN-1 from yesterday to friday").sees("is past. Say a later time")
    story.dee.types("/checkout book SN-1 from friday").sees("but not until when. Try /checkout book SN-1 from friday to monday")
    story.dee.types("/checkout book SN-1 from 03/12 to 5 Dec").sees("03/12 can mean")
    story.dee.presses("Thu 3 Dec 2026").sees("Booked Canon R6 SN-1 for you from Thu 3 Dec, 09:00 to Sat 5 Dec, 17:00.")


def test_what_is_taken_is_refused_with_the_nearest_free_times_and_another_one(story: Story) -> None:
    cameras(story, 2)
    story.ana.types("/checkout book SN-1 from wed to thu")
    story.bo.types("/checkout book SN-1 from thu to fri")
    refused = story.bo.sees("Ana Silva has booked Canon R6 SN-1 from Wed 25 Nov, 10:00 to Thu 26 Nov, 18:00.")
    assert "[Any Canon R6 then]" in refused and "[Fri 27 Nov, 09:00 to Sat 28 Nov, 17:00]" in refused
    story.bo.presses("Fri 27 Nov, 09:00 to Sat 28 Nov, 17:00").sees("Booked Canon R6 SN-1 for you from Fri 27 Nov, 09:00")
    story.bo.types("/checkout book SN-1 from thu to fri")
    story.bo.presses("Any Canon R6 then").sees("Booked 1 Canon R6 for you from Thu 26 Nov, 09:00 to Fri 27 Nov, 17:00.")


def test_so_many_of_a_model_are_booked_and_the_serials_chosen_at_the_pick_up(story: Story) -> None:
    cameras(story, 3)
    said = story.ana.types("/checkout book 2 Canon R6 from today to tomorrow")
    said.sees("Booked 2 Canon R6 for you from Mon 23 Nov, 09:00 to Tue 24 Nov, 17:00.")
    said.sees("Serials are chosen at the pick-up")
    story.bo.types("/checkout book 2 Canon R6 from tomorrow to wed").sees("1 of 3 Canon R6 is free from Tue 24 Nov")
    story.bo.presses("Book 1 then").sees("Booked 1 Canon R6 for you")
    story.dee.types("/checkout out SN-2 until wed").sees("None of 3 Canon R6 are free")
    story.ana.types("/checkout out SN-1, SN-3").sees(
        "Checked out Canon R6 SN-1 and Canon R6 SN-3 from Warehouse to you, due Tue 24 Nov, 17:00, as booked."
    )
    story.ana.types("/checkout bookings @ana").sees("Nothing is booked for Ana Silva.")


def test_what_is_counted_is_booked_and_picked_up(story: Story) -> None:
    story.has("5 returnable hard hat in Warehouse")
    story.ana.types("/checkout book 4 hard hats from today to tomorrow").sees("Pick them up with /checkout out 4 hard hat.")
    story.bo.types("/checkout out 2 hard hats until friday").sees("1 of 5 hard hats is free")
    story.ana.types("/checkout out 4 hard hats").sees("to you, due Tue 24 Nov, 17:00, as booked.")
    story.bo.types("/checkout out 1 hard hat until friday").sees("Checked out 1 hard hat")


def test_a_checkout_that_runs_into_a_booking_can_go_until_then(story: Story) -> None:
    cameras(story, 2)
    story.ana.types("/checkout book SN-1 from wed to thu")
    story.bo.types("/checkout out SN-1 until friday").sees("It is free until Wed 25 Nov, 10:00.")  # nine o'clock in Lisbon
    story.bo.presses("Until Wed 25 Nov, 10:00").sees("Checked out Canon R6 SN-1 from Warehouse to you, due Wed 25 Nov, 10:00.")
    story.bo.types("/checkout extend SN-1 until friday").sees("Ana Silva has booked Canon R6 SN-1")
    story.bo.types("/checkout return SN-1").sees("Returned")
    story.bo.types("/checkout out SN-1").sees("It is free until")
    story.bo.presses("Check out SN-2 (Warehouse)").sees("Checked out Canon R6 SN-2")


def test_a_booking_is_cancelled_by_name_or_button_and_of_several_the_one_that_is_meant(story: Story) -> None:
    cameras(story)
    story.ana.types("/checkout book SN-1 from wed to thu")
    story.bo.types("/checkout cancel SN-1").sees("You have no booking of SN-1. Ana Silva has one.")
    story.ana.types("/checkout cancel SN-1").sees("Cancelled your booking of Canon R6 SN-1 from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00.")
    story.ana.presses("Undo", on="Cancelled your booking").sees("Undone.")
    story.ana.types("/checkout book SN-1 from 1 Dec to 2 Dec")
    story.ana.types("/checkout cancel SN-1").sees("You have 2 bookings of SN-1. Which one do you cancel?")
    story.ana.presses("Tue 1 Dec, 09:00, Ana Silva").sees("Cancelled your booking of Canon R6 SN-1 from Tue 1 Dec")
    story.kim.types("/checkout bookings Canon R6").sees("1 booking of Canon R6")
    story.kim.presses("Cancel").sees("Cancelled Ana Silva's booking of Canon R6 SN-1")


def test_whoever_booked_is_reminded_the_day_before_and_picks_it_up_with_a_press(story: Story) -> None:
    cameras(story)
    story.ana.types("/checkout book SN-1 from wed to thu note fair")
    story.moves_to("2026-11-24 09:00", "Europe/Lisbon")
    told = story.ana.sees("You booked Canon R6 SN-1 from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00.")
    assert "It is available in Warehouse. If nobody picks it up by Wed 25 Nov, 11:00, it is free again." in told
    story.ana.presses("Pick up").sees("Checked out Canon R6 SN-1 from Warehouse to you, due Thu 26 Nov, 17:00.")
    story.ana.sees("Your booking of Canon R6 from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00 is settled.")


def test_whoever_has_it_already_keeps_it_when_their_booking_begins(story: Story) -> None:
    cameras(story)
    story.ana.types("/checkout out SN-1 until wed 9:00")
    story.ana.types("/checkout book SN-1 from wed 9:00 to thu")
    story.moves_to("2026-11-24 09:00", "Europe/Lisbon")
    story.ana.sees("It is with Ana Silva, due Wed 25 Nov, 09:00.")
    story.ana.presses("Pick up").sees("Extended Canon R6 SN-1: now due Thu 26 Nov, 17:00.")
    story.ana.types("/checkout bookings").sees("Nothing is booked.")


def test_who_is_booked_for_by_another_hears_of_it_on_the_same_day_too(story: Story) -> None:
    cameras(story)
    story.kim.types("/checkout book SN-1 from 14:00 to 17:00 for @bo")
    story.bo.sees("You booked Canon R6 SN-1 from Mon 23 Nov, 14:00 to 17:00.")


def test_any_of_a_model_is_picked_up_with_a_form_that_proposes_serials_that_are_free(story: Story) -> None:
    cameras(story, 3)
    story.bo.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout book 2 Canon R6 from wed to thu")
    story.moves_to("2026-11-24 09:00", "Europe/Lisbon")
    assert "If nobody picks them up by Wed 25 Nov, 11:00, they are free again." in story.ana.sees("You booked 2 Canon R6 from Wed 25 Nov")
    story.ana.presses("Pick up", on="You booked 2 Canon R6")
    assert story.ana.form().values["What"] == ["Canon R6 SN-2", "Canon R6 SN-3"]
    story.ana.submits().sees("Checked out Canon R6 SN-2 and Canon R6 SN-3 from Warehouse to you, due Thu 26 Nov, 17:00.")
    story.ana.types("/checkout bookings").sees("Nothing is booked.")


def test_nobody_is_reminded_of_what_they_have_picked_up_before(story: Story) -> None:
    cameras(story)
    story.moves_to("2026-11-23 22:00", "Europe/Lisbon")
    story.kim.types("/checkout book SN-1 from tue 8:30 to wed for @ana").sees("Booked Canon R6 SN-1 for Ana Silva from Tue 24 Nov, 08:30")
    story.moves_to("2026-11-24 08:00", "Europe/Lisbon")
    story.ana.types("/checkout out SN-1 until wed").sees("Checked out Canon R6 SN-1")
    story.moves_to("2026-11-24 09:30", "Europe/Lisbon")
    assert story.messages_to("ana") == 0


def test_what_nobody_picks_up_is_free_again_and_can_be_kept_after_all(story: Story) -> None:
    cameras(story)
    story.ana.types("/checkout book SN-1 from wed to thu")
    story.moves_to("2026-11-24 09:00", "Europe/Lisbon")
    story.ana.sees("You booked Canon R6 SN-1 from Wed 25 Nov, 09:00")
    story.moves_to("2026-11-25 11:01", "Europe/Lisbon")
    story.ana.sees("Your booking of Canon R6 from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00 is over: nobody came in time.")
    story.ana.sees("Nobody picked up Canon R6 SN-1, booked from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00: free for everybody again.")
    story.ana.presses("Keep it booked").sees("is booked from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00 after all.")
    story.moves_on(seconds=HOUR)
    story.bo.types("/checkout out SN-1 until friday").sees("Ana Silva has booked Canon R6 SN-1")
    story.moves_to("2026-11-26 17:00", "Europe/Lisbon")
    story.bo.types("/checkout bookings").sees("Nothing is booked.")
    story.moves_to("2026-11-27 09:00", "Europe/Lisbon")
    story.ana.sees("Nobody picked up Canon R6 SN-1, booked from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00.")


def test_a_category_says_how_long_things_stay_free_and_one_waits(story: Story) -> None:
    cameras(story)
    categorise(story, "Canon R6", "Cameras")
    story.kim.types("/stock edit category Cameras").presses("Bookings")
    story.kim.fills({"Minutes that stay free after each": "sixty"}).submits()
    story.kim.sees("I can't read sixty as a number of minutes.")
    story.kim.fills({"Minutes that stay free after each": "60", "Minutes that one waits for its pick-up": "30"}).submits()
    story.kim.sees("Bookings of Cameras: 60 minutes free after each, and one waits 30 minutes for its pick-up.")
    story.kim.closes(everything=True)
    story.ana.types("/checkout book SN-1 from wed 9:00 to wed 12:00").sees("If nobody has by Wed 25 Nov, 09:30, it is free again.")
    story.bo.types("/checkout book SN-1 from wed 12:00 to wed 14:00").sees("and it is free again from Wed 25 Nov, 14:00")
    story.bo.presses("Wed 25 Nov, 14:00 to 16:00").sees("Booked Canon R6 SN-1 for you")


def test_only_keepers_book_for_others_who_can_pick_it_up(story: Story) -> None:
    cameras(story)
    story.ana.types("/checkout book SN-1 from wed to thu for @bo").sees("To book for somebody else you need the role")
    story.kim.types("/checkout book SN-1 from today to thu for @bo").sees("Booked Canon R6 SN-1 for Bo Chen")
    story.bo.types("/checkout out SN-1").sees("to you, due Thu 26 Nov, 17:00, as booked.")


def test_the_form_books_what_is_chosen_and_says_what_is_wrong_under_its_field(story: Story) -> None:
    cameras(story)
    story.has("9 M8 bolt in Warehouse")
    story.ana.types("/checkout SN-1").presses("Book")
    assert story.ana.form().values["What"] == "Canon R6 SN-1"
    story.ana.fills({"How many": "2"}).submits()
    assert story.ana.form().errors != {}
    story.ana.fills({"How many": "1"}).submits().sees("Booked Canon R6 SN-1 for you from Wed 25 Nov, 09:00 to 17:00.")
    story.ana.closes(everything=True)
    story.bo.types("/checkout Canon R6").presses("Book")
    story.bo.submits()
    assert "None of 1 Canon R6 are free" in str(story.bo.form().errors) + str(story.bo.form().problem)
    story.bo.fills({"From": 1_798_761_600, "To": 1_798_761_000}).submits()
    assert "is not after" in str(story.bo.form().errors)


def test_a_booking_is_sent_as_a_file_for_calendars(story: Story) -> None:
    cameras(story)
    story.ana.types("/checkout book SN-1 from wed to thu note fair; hall 3").presses("Calendar file")
    story.ana.sees("[file booking-SN-1.ics")
    (file,) = [one for one in story.office.server.sandbox.workspace.files.values() if one.content]
    lines = file.content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert {"DTSTART:20261125T090000Z", "DTEND:20261126T170000Z", "SUMMARY:Canon R6 SN-1: Ana Silva", "DESCRIPTION:fair\\; hall 3"} <= set(
        lines
    )


def test_the_calendar_of_a_week_comes_as_a_picture_and_in_words(story: Story) -> None:
    cameras(story, 3)
    categorise(story, "Canon R6", "Cameras")
    story.ana.types("/checkout book SN-1 from wed to thu")
    story.dee.types("/checkout out SN-2 until friday")
    said = story.bo.types("/checkout calendar category Cameras")
    told = said.sees("Cameras: week of Mon 23 Nov")
    assert "Canon R6 SN-1: Ana Silva, booked from Wed 25 Nov, 10:00 to Thu 26 Nov, 18:00" in told
    assert "Canon R6 SN-2: Dee Okafor, out until Fri 27 Nov, 23:00" in told
    story.bo.sees("[file week-2026-11-23.png")
    story.bo.presses("Next week").sees("Cameras: week of Mon 30 Nov")
    story.bo.types("/checkout calendar SN-1 from 7 Dec").sees("Nothing is promised in this week.")
    story.bo.types("/checkout calendar Warehouse").sees("A calendar is of what is lent.")


def test_a_calendar_of_more_than_fits_says_so(story: Story) -> None:
    cameras(story, 31)
    categorise(story, "Canon R6", "Cameras")
    story.bo.types("/checkout calendar category Cameras").sees("Only the first 30 are shown: name an item for the others.")


def test_of_two_who_book_the_last_at_once_one_gets_it_and_the_other_is_told_who(story: Story) -> None:
    cameras(story)
    story.office.starts_a_bot()
    together = Barrier(2)

    def books(bot: int, user: str) -> str:
        together.wait(timeout=30)
        return str(story.bots[bot].app.dispatch(_command(user, "book SN-1 from wed to thu")).body)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(books, (0, 1), ("UANA", "UBO")))
    assert sum("Booked Canon R6" in answer for answer in answers) == 1
    assert sum("has booked Canon R6 `SN-1`" in answer or "has booked Canon R6 SN-1" in answer for answer in answers) == 1


def _command(user: str, text: str) -> BoltRequest:
    body = {
        "command": "/checkout",
        "text": text,
        "user_id": user,
        "team_id": "T0SANDBOX",
        "channel_id": "CGENERAL",
        "trigger_id": f"1.2.{user}",
        "response_url": "http://127.0.0.1:1/none",
    }
    return BoltRequest(mode="socket_mode", body=body)


def test_whoever_booked_what_is_lost_takes_another_one(story: Story) -> None:
    cameras(story, 3)
    story.ana.types("/checkout book SN-1 from friday to monday")
    story.bo.types("/checkout book SN-2 from friday to monday")
    story.kim.types("/checkout lost SN-1").sees(
        "1 booking can't be kept: Ana Silva's from Fri 27 Nov, 09:00 WET to Mon 30 Nov, 17:00 WET. Whoever booked it is told."
    )
    story.ana.sees("You booked Canon R6 SN-1 from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00, and it is lost.")
    story.ana.types("/checkout bookings").sees("Canon R6 SN-1: Ana Silva, from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00 · it is lost")
    story.ana.presses("Book SN-3").sees(
        "Booked Canon R6 SN-3 from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00.\nIt takes the place of Canon R6 SN-1."
    )
    story.ana.sees("Your booking of Canon R6 SN-3 from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00 stands.")
    story.kim.types("/checkout out SN-3 to @ana")
    story.dee.types("/checkout queue SN-3")
    story.kim.types("/checkout lost SN-3").sees("1 person waits for it. They are told.")
    story.moves_to("2026-11-23 09:30", "America/New_York")
    story.dee.sees("Canon R6 SN-3, which you wait for, is lost.")
    story.dee.presses("Stop waiting").sees("You wait for Canon R6 SN-3 no more.")
