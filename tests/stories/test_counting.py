"""A stocktake from the first press to the file: lines are dealt, who disagrees is asked again, and an approver books what differs."""

import csv
import io
from collections.abc import Mapping

import pytest

from models import catalog
from models.editing import edit_item, edit_variant
from models.members import Role
from models.register import add_category, add_location
from tests.person import Person
from tests.stories.conftest import Story


@pytest.fixture
def shelf(story: Story) -> Story:
    """20 bolts at 0.50, 8 nuts and a camera in Warehouse; 5 washers on Shelf A below it. Kim, Ana and Dee keep it; Bo approves."""
    story.has("20 bolt in Warehouse", "8 nut in Warehouse", "Canon R6 SN-1 in Warehouse")
    with story.world() as w:
        warehouse = w.location("Warehouse")
        add_location(w.session, w.act(), name="Shelf A", kind=warehouse.kind, parent=warehouse)
        w.has("5 washer in Shelf A")
        edit_variant(w.session, w.act(), w.variant("bolt"), cost_minor=50)
        for user in ("UANA", "UDEE"):
            w.grant(user, Role.KEEPER)
    story.moves_on(seconds=60)
    return story


AS_IT_IS = {"bolt": "20", "nut": "8", "washer": "5"}


def opens(story: Story, *joining: Person) -> None:
    """Kim opens the count, and some join it."""
    story.kim.types("/stock count at Warehouse").sees("Opened the count of Warehouse")
    story.beats()
    for who in joining:
        who.presses("Count", on="Count of Warehouse").form()
        who.closes()


def finds_all(story: Story, who: Person, found: Mapping[str, str] = AS_IT_IS, *, camera: bool = True) -> None:
    """Counts page after page until nothing is left for them."""
    who.presses("Count", on="Count of Warehouse")
    while "[Counted]" in (text := who.sees("Count\n")):  # the title of what is dealt, and not of the answer that it takes the place of
        if "tick what is here" in text:
            who.fills({"Here": ["Canon R6 SN-1"]} if camera else {"Those that I did not tick": "are not here"})
            who.submits().sees("Counted 1 line")
        else:
            labels = [what for what in found if what in who.form().values]
            who.fills({what: found[what] for what in labels}).submits().sees("Counted")
        who.presses("Next lines")
    who.closes()
    story.beats()


def test_from_opening_to_booking(shelf: Story) -> None:
    shelf.kim.types("/stock count at Warehouse").sees("Opened the count of Warehouse: 4 lines.\nIts card and its thread are in #stores.")
    shelf.beats()
    assert "Open: 0 of 4 lines counted. Press Count, and you are dealt some." in shelf.dee.sees("Count of Warehouse")
    shelf.ana.presses("Count", on="Count of Warehouse")
    page = shelf.ana.form().text
    assert "bolt" in page
    assert "20" not in page  # nobody is told what the ledger has
    shelf.ana.closes()
    shelf.dee.presses("Count", on="Count of Warehouse").sees("tick what is here")
    shelf.dee.closes()
    finds_all(shelf, shelf.ana, AS_IT_IS | {"bolt": "18"})
    shelf.dee.sees("Open: 2 of 4 lines counted, 1 to be counted again.")
    finds_all(shelf, shelf.dee, {"bolt": "18"})
    card = shelf.bo.sees("Counted: 1 of 4 lines differs. An approver who has not counted decides.")
    assert "Counters: Ana Silva (3) and Dee Okafor (2)" in card
    shelf.bo.presses("Decide", on="Count of Warehouse")
    shelf.bo.sees("bolt in Warehouse: 18 found, the ledger had 20: 2 fewer, −1.00 USD")
    shelf.bo.submits().sees("Accepted the count of Warehouse.\n1 line booked.")
    assert shelf.on_hand("bolt", "Warehouse") == 18
    shelf.beats()
    shelf.dee.sees("Accepted by Bo Chen")
    shelf.bo.presses("Undo").sees("Undone")
    shelf.bo.closes()
    assert shelf.on_hand("bolt", "Warehouse") == 20
    shelf.beats()
    shelf.bo.presses("Decide", on="Counted: 1 of 4 lines differs").submits().sees("Accepted the count")


def test_three_count_while_stock_moves_and_two_who_disagree_are_asked_again(shelf: Story) -> None:
    shelf.has(*(f"{number + 3} part {number} in Warehouse" for number in range(9)))
    with shelf.world() as w:
        w.grant("UBO", Role.KEEPER)
    opens(shelf)
    parts = {f"part {number}": str(number + 3) for number in range(9)}
    everybody = (shelf.ana, shelf.dee, shelf.kim)
    for who in everybody:
        who.presses("Count", on="Count of Warehouse").form()
    dealt = [set(who.form().values) & (parts.keys() | AS_IT_IS.keys()) for who in everybody]
    assert [len(page) for page in dealt] == [6, 6, 0]
    assert not dealt[0] & dealt[1]
    shelf.kim.fills({"Here": ["Canon R6 SN-1"], "Those that I did not tick": "are not here"}).submits().sees("Counted 1 line")
    shelf.bo.types("/stock -3 bolt at Warehouse").sees("Took 3 bolts")  # 17 lie there now
    found = AS_IT_IS | parts | {"bolt": "16"}
    first, second = (shelf.ana, shelf.dee) if "bolt" in dealt[0] else (shelf.dee, shelf.ana)
    first.fills({what: found[what] for what in found if what in first.form().values}).submits().sees("Counted 6 lines")
    shelf.bo.types("/stock +10 bolt at Warehouse").sees("Received 10 bolts")
    second.fills({what: found[what] for what in found if what in second.form().values}).submits().sees("Counted 6 lines")
    second.presses("Next lines").fills({"bolt": "25"}).submits().sees("Counted 1 line")  # two fewer, and the first found one fewer
    shelf.beats()
    first.closes()
    first.sees("Somebody's count differs from yours: bolt in Warehouse. Please count again.")
    shelf.kim.closes()
    shelf.kim.presses("Count", on="Count of Warehouse").form()
    first.sees("Somebody else counts what you were asked to count again in Warehouse.")
    shelf.kim.presses("Give these back").closes(everything=True)
    first.sees("Somebody's count differs from yours: bolt in Warehouse. Please count again.")
    first.presses("Count", on="differs from yours").fills({"bolt": "25"}).submits().sees("Counted 1 line")
    shelf.beats()
    first.sees("What you were asked to count again in Warehouse is counted.")
    shelf.bo.sees("Counted: 1 of 13 lines differs.")
    shelf.bo.types("/stock -5 bolt at Warehouse").sees("Took 5 bolts")
    shelf.bo.presses("Decide", on="Count of Warehouse").sees("25 found, the ledger had 27: 2 fewer")
    shelf.bo.submits().sees("1 line booked.")
    assert shelf.on_hand("bolt", "Warehouse") == 20  # 20 − 3 + 10 − 5, less the 2 that were missing


def test_a_count_of_a_category_has_only_its_lines(shelf: Story) -> None:
    with shelf.world() as w:
        fasteners = add_category(w.session, w.act(), name="Fasteners")
        edit_item(w.session, w.act(), catalog.item(w.session, w.variant("bolt").item_id), category=fasteners)
    shelf.kim.types("/stock count at Warehouse category Fasteners").sees("Opened the count of Warehouse, Fasteners: 1 line.")
    shelf.kim.types("/stock count at Warehouse").sees("A count of Warehouse is open already")
    shelf.kim.presses("Show it").sees("Count of Warehouse, Fasteners\n")
    shelf.kim.types("/stock count at Warehouse category Nonsense").sees("I don't know a category called Nonsense")


def test_said_again_an_open_count_is_shown(shelf: Story) -> None:
    opens(shelf)
    shelf.kim.types("/stock count at Warehouse").sees("Open: 0 of 4 lines counted")
    shelf.ana.types("/stock counts").sees("1 count is open.")
    shelf.ana.presses("Show", on="1 count is open").sees("Open: 0 of 4 lines counted")


def test_without_one_the_list_says_how_to_begin(story: Story) -> None:
    story.ana.types("/stock counts").sees("No count is open, and none is due. A keeper opens one with")


def test_from_the_card_of_a_location(shelf: Story) -> None:
    shelf.kim.types("/stock Warehouse").presses("Count everything").sees("Opened the count of Warehouse: 4 lines.")
    assert "Count everything" not in shelf.bo.types("/stock Warehouse").sees("different things")


def test_any_member_counts_in_what_a_keeper_opened_and_the_thread_tells_how_it_goes(story: Story) -> None:
    story.has("20 bolt in Warehouse", "8 nut in Warehouse", "Canon R6 SN-1 in Warehouse")
    story.moves_on(seconds=60)
    story.bo.types("/stock count at Warehouse").sees("To count stock you need the role keeper. Ask Kim Berg.")
    story.kim.types("/stock count at Warehouse").sees("Opened the count of Warehouse: 3 lines.")
    story.beats()
    for who in (story.gus, story.bo):
        who.opens_thread("Count of Warehouse")
    story.gus.presses("Count", on="Count of Warehouse").sees("Guests of this workspace can't use the stores.")
    story.ana.presses("Cancel", on="Count of Warehouse").sees("you need the role keeper")
    story.ana.presses("Differences", on="Count of Warehouse").sees("you need the role approver")
    story.ana.presses("Count", on="Count of Warehouse").fills({"bolt": "18", "nut": "8"}).submits().sees("Counted 2 lines")
    story.dee.presses("Count", on="Count of Warehouse").fills({"bolt": "17"}).submits().sees("Counted 1 line")
    story.bo.sees("Ana Silva joined: 2 lines to count.")
    story.bo.sees("Dee Okafor joined: 1 line to count.")
    differ = story.bo.sees("Two counts of bolt in Warehouse differ: it is to be counted again.")
    assert not any(number in differ for number in ("18", "17", "20"))
    story.dee.types("/stock counts").presses("Show", on="1 count is open")
    own = story.dee.sees(
        "Press Count, and you are dealt some.\nCounters: Ana Silva (2) and Dee Okafor (1)\nOpened by Kim Berg · Mon 23 Nov, 04:"
    )
    assert "[Count]" in own and "[Differences]" not in own and "[Cancel]" not in own  # unlike the card in the channel
    story.ana.opens_home().sees("Count of Warehouse: 1 of 3 lines counted")
    story.ana.presses("Count", on="What I hold").fills({"bolt": "17"}).submits().sees("Counted 1 line")
    story.ana.presses("Count", on="Count of Warehouse").fills({"Here": ["Canon R6 SN-1"]})
    story.ana.fills({"Those that I did not tick": "are not here"}).submits().sees("Counted 1 line")
    story.bo.sees("Everything is counted. An approver who has not counted decides.")
    story.bo.presses("Decide", on="Counted: 1 of 3 lines differs").presses("Count again", on="bolt in Warehouse").closes()
    story.bo.sees("Bo Chen has bolt in Warehouse counted again.")
    for who in (story.ana, story.dee):
        who.presses("Count", on="Count of Warehouse").fills({"bolt": "17"}).submits().sees("Counted 1 line")
    story.bo.presses("Decide", on="Counted: 1 of 3 lines differs").submits().sees("1 line booked.")
    story.bo.sees("Bo Chen accepted the count: 1 difference booked.")
    assert story.on_hand("bolt", "Warehouse") == 17
    story.bo.presses("Undo", on="1 line booked").sees("Bo Chen accepted the count, and took that back: it is open again.")
    story.kim.presses("Cancel", on="Count of Warehouse").sees("Cancelled the count of Warehouse.")
    story.bo.sees("Kim Berg cancelled the count.")


def test_what_is_left_empty_stays_to_be_counted_and_a_slip_is_told_under_its_field(shelf: Story) -> None:
    opens(shelf)
    shelf.ana.presses("Count", on="Count of Warehouse").fills({"bolt": "many", "nut": "2.5"}).submits()
    errors = list(shelf.ana.form().errors.values())
    assert errors == [
        "I can't read many as a quantity. Write it like 1,200 or 2.5.",
        "2.5 is not a whole number, and this is counted in wholes. Try 2 or 3.",
    ]
    shelf.ana.fills({"bolt": "", "nut": "8"}).submits().sees("Counted 1 line in Warehouse.")
    shelf.ana.presses("Undo").sees("Undone")
    shelf.ana.closes()
    shelf.ana.presses("Count", on="Count of Warehouse").submits()
    assert list(shelf.ana.form().errors.values()) == ["Fill in what you have counted; 0 where there is none."]
    shelf.ana.fills({"bolt": "20", "nut": "8", "washer": "5"}).submits().sees("Counted 3 lines")


def test_a_page_sent_from_a_second_device_counts_once_and_after_the_end_nothing_counts(shelf: Story) -> None:
    opens(shelf)
    shelf.ana.presses("Count", on="Count of Warehouse").fills({"bolt": "18"}).submits().sees("Counted 1 line")
    shelf.ana.closes()
    shelf.dee.presses("Count", on="Count of Warehouse").fills({"bolt": "18"}).form()
    shelf.kim.presses("Cancel", on="Count of Warehouse").sees("Cancelled the count of Warehouse.\nNothing was booked.")
    shelf.beats()
    shelf.dee.submits().sees("The count of Warehouse is over since Mon 23 Nov")
    shelf.dee.closes()
    shelf.dee.sees("Cancelled by Kim Berg")
    assert shelf.on_hand("bolt", "Warehouse") == 20
    shelf.kim.presses("Undo").sees("Undone")
    shelf.beats()
    shelf.dee.sees("Open: 0 of 4 lines counted, 1 to be counted again.")
    shelf.kim.presses("Cancel", on="Count of Warehouse").sees("Cancelled the count of Warehouse.")


def test_lines_are_given_back_and_taken_over(shelf: Story) -> None:
    opens(shelf)
    shelf.ana.presses("Count", on="Count of Warehouse").presses("Give these back").sees("3 lines are for others again.")
    shelf.ana.presses("Count").form()
    shelf.dee.presses("Count", on="Count of Warehouse").sees("tick what is here")
    shelf.kim.presses("Count", on="Count of Warehouse").sees("Nothing is left for you. Ana Silva has 3 lines and Dee Okafor has 1 line")
    shelf.kim.presses("Take them over").fills({"bolt": "20"}).submits().sees("Counted 1 line")
    shelf.ana.fills({"bolt": "19"}).submits()
    assert list(shelf.ana.form().errors.values()) == [
        "These have been counted already, or somebody else has them now. Press Count for the next ones."
    ]


def test_when_the_others_have_gone_home_a_counter_looks_once_more_alone(shelf: Story) -> None:
    opens(shelf, shelf.ana, shelf.dee)
    finds_all(shelf, shelf.dee)
    finds_all(shelf, shelf.ana, AS_IT_IS | {"bolt": "18"})
    shelf.ana.presses("Count", on="Count of Warehouse").sees("you have counted it last")
    shelf.ana.presses("Count it once more").fills({"bolt": "18"}).submits().sees("Counted 1 line")
    shelf.ana.closes()
    shelf.beats()
    shelf.bo.sees("Counted: 1 of 4 lines differs.")


def test_assets_are_here_or_not_or_extra_by_their_serials(shelf: Story) -> None:
    shelf.has("Canon R6 SN-2 in Van 3")
    opens(shelf, shelf.ana, shelf.dee)
    for who in (shelf.ana, shelf.dee):
        finds_all(shelf, who, camera=False)
    finds_all(shelf, shelf.ana, camera=False)
    shelf.ana.presses("Something extra", on="Count of Warehouse").fills({"Where": "Shelf A", "Or its serials": "SN-9"}).submits()
    assert "SN-9" in next(iter(shelf.ana.form().errors.values()))
    shelf.ana.fills({"Or its serials": "SN-2"}).submits().sees("Counted 1 line")
    shelf.ana.closes()
    shelf.beats()
    shelf.dee.presses("Count", on="Open: 4 of 5 lines counted").submits()
    assert list(shelf.dee.form().errors.values()) == ["1 is not ticked: is it not here, or have you not looked yet?"]
    shelf.dee.fills({"Here": ["Canon R6 SN-2"]}).submits().sees("Counted 1 line")
    shelf.beats()
    shelf.bo.presses("Decide", on="Counted: 2 of 5 lines differ").sees("Canon R6 SN-1 in Warehouse: not found")
    shelf.bo.sees("Canon R6 SN-2 in Shelf A: found there, where the ledger does not have it")
    shelf.bo.submits().sees("2 lines booked.")
    told = shelf.kim.types("/stock history location Shelf A").sees("History of Shelf A")
    assert "Bo Chen booked what a count found: Canon R6 SN-2 at Shelf A" in told
    shelf.kim.types("/checkout who SN-1").sees("lost")
    shelf.kim.types("/checkout who SN-2").sees("Shelf A")


def test_something_extra_by_number_and_of_a_lot(shelf: Story) -> None:
    with shelf.world() as w:
        w.in_lots("milk")
    opens(shelf)
    shelf.ana.presses("Something extra", on="Count of Warehouse").fills({"Where": "Warehouse"}).submits()
    assert shelf.ana.form().errors == {"variant": "Please fill this in.", "quantity": "Please fill this in."}
    shelf.ana.fills({"What": "milk", "How many": "6"}).submits()
    assert shelf.ana.form().errors == {"lot": "milk is tracked by lots: say which lot this is."}
    shelf.ana.fills({"Lot": "L-7"}).submits().sees("Counted 1 line")
    shelf.ana.closes()
    shelf.dee.presses("Count", on="Count of Warehouse").fills({"milk of lot L-7": "6"}).submits().sees("Counted 1 line")
    shelf.dee.closes()
    shelf.bo.presses("Differences", on="Count of Warehouse").sees("milk of lot L-7 in Warehouse: 6 found, the ledger had 0: 6 more")
    shelf.bo.submits()
    assert list(shelf.bo.form().errors) == ["note"]
    shelf.bo.fills({"Why is it accepted all the same?": "The rest tomorrow"}).submits().sees("1 line booked.")
    assert shelf.on_hand("milk", "Warehouse") == 6
    shelf.beats()
    shelf.dee.sees("1 of 1 line differs. 4 lines were not agreed: “The rest tomorrow”")


def test_an_approver_has_a_line_counted_again_and_gets_everything_as_a_file(shelf: Story) -> None:
    opens(shelf, shelf.ana, shelf.dee)
    for who in (shelf.ana, shelf.dee):
        finds_all(shelf, who, AS_IT_IS | {"bolt": "0"})
    shelf.ana.presses("Decide", on="Counted: 1 of 4 lines differs").sees("you need the role approver")
    shelf.bo.presses("Decide", on="Counted: 1 of 4 lines differs").presses("Count again", on="bolt in Warehouse")
    shelf.bo.sees("nothing that is agreed differs")
    shelf.bo.presses("As a file").sees("The count of Warehouse comes as a CSV file")
    shelf.bo.sees("[file count-Warehouse.csv")
    (file,) = [one for one in shelf.office.server.sandbox.workspace.files.values() if one.content]
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["what"], row["location"], row["ledger"], row["found"], row["state"]) for row in rows] == [
        ("washer", "Shelf A", "5", "5", "agreed"),
        ("bolt", "Warehouse", "20", "", "not counted"),
        ("nut", "Warehouse", "8", "8", "agreed"),
        ("Canon R6", "Warehouse", "1", "1", "agreed"),
    ]
    shelf.bo.closes()
    shelf.beats()
    finds_all(shelf, shelf.ana)
    shelf.bo.presses("Decide", on="Counted: none of 4 lines differs").submits().sees("Nothing differed.")


def test_who_counted_does_not_accept(shelf: Story) -> None:
    opens(shelf)
    shelf.bo.presses("Count", on="Count of Warehouse").sees("Where you find a difference, another approver has to accept it.")
    shelf.bo.closes()
    shelf.dee.presses("Count", on="Count of Warehouse").closes()
    for who in (shelf.bo, shelf.dee):
        finds_all(shelf, who, AS_IT_IS | {"bolt": "18"})
    shelf.bo.presses("Decide", on="Counted: 1 of 4 lines differs").submits()
    shelf.bo.sees("so another approver accepts this count. Or have it counted again by somebody else.")


def test_without_a_channel_keepers_count_and_approvers_decide_directly(open_story: object) -> None:
    story = open_story(channel=None)  # type: ignore[operator]
    story.has("20 bolt in Warehouse")
    story.moves_on(seconds=60)
    story.kim.types("/stock count at Warehouse").sees("Its card goes to the keepers there, and /stock counts shows it to everybody.")
    story.beats()
    story.kim.sees("Open: 0 of 1 line counted")
    story.ana.types("/stock counts").presses("Show", on="1 count is open")
    story.ana.presses("Count", on="Open: 0 of 1 line counted").fills({"bolt": "20"}).submits().sees("Counted 1 line")
    story.ana.closes()
    story.beats()
    story.bo.presses("Decide", on="Counted: the one line does not differ").submits().sees("Nothing differed.")


def test_a_schedule_reminds_the_keepers_until_it_is_counted(shelf: Story) -> None:
    shelf.kim.types("/stock edit location Warehouse").fills({"Counted every so many days": "often"}).submits()
    assert shelf.kim.form().errors == {"counts": "I can't read often as days. Write one number, or three like 90, 180, 365."}
    shelf.kim.fills({"Counted every so many days": "30, 90, 5000"}).submits()
    assert shelf.kim.form().errors == {"counts": "Counts are between 1 and 3,650 days apart."}
    shelf.kim.fills({"Counted every so many days": "30, 90, 365"}).submits().sees("Saved Warehouse.")
    shelf.kim.closes()
    shelf.beats()
    shelf.dee.sees("4 things are due to be counted in Warehouse: 4 of class C.")
    shelf.bo.types("/stock Warehouse").sees("every 30, 90, 365 days (A, B, C)")
    shelf.bo.presses("Start the count").sees("you need the role keeper")
    shelf.ana.presses("Start the count").sees("Opened the count of Warehouse, what is due: 4 lines.")
    shelf.ana.types("/stock count due at Warehouse").sees("Open: 0 of 4 lines counted")
    shelf.beats()
    shelf.dee.sees("4 things are due to be counted in Warehouse: a count is open.")
    finds_all(shelf, shelf.ana)
    shelf.bo.presses("Decide", on="Counted: none of 4 lines differs").submits().sees("Nothing differed.")
    shelf.beats()
    shelf.dee.sees("Nothing is due to be counted in Warehouse any more.")
    shelf.kim.types("/stock count due at Warehouse").sees("Nothing is due in Warehouse: there is nothing to count.")
    shelf.kim.types("/stock edit location Warehouse").fills({"Counted every so many days": "365"}).submits().sees("Saved Warehouse.")
    shelf.kim.closes()
    shelf.kim.types("/stock Warehouse").sees("every 365 days")


def test_what_is_due_stands_in_the_list_and_starts_from_there(shelf: Story) -> None:
    shelf.kim.types("/stock edit location Warehouse").fills({"Counted every so many days": "30"}).submits().sees("Saved Warehouse.")
    shelf.kim.closes()
    shelf.kim.types("/stock counts").sees("Warehouse: 4 things are due")
    shelf.kim.presses("Start").sees("Opened the count of Warehouse, what is due: 4 lines.")
    shelf.kim.presses("Undo").sees("Undone")
    shelf.kim.types("/stock counts").presses("Start").sees("Opened the count of Warehouse, what is due: 4 lines.")


def test_home_leads_to_what_is_to_be_counted_and_decided(shelf: Story) -> None:
    opens(shelf, shelf.ana, shelf.dee)
    shelf.ana.opens_home().sees("Count of Warehouse: 0 of 4 lines counted")
    shelf.ana.presses("Count", on="What I hold").sees("Put what you find")
    shelf.ana.closes()
    for who in (shelf.ana, shelf.dee):
        finds_all(shelf, who)
    shelf.bo.opens_home().sees("Count of Warehouse: 4 of 4 lines counted")
    shelf.bo.presses("Decide", on="What I hold").sees("nothing that is agreed differs")
    shelf.bo.submits().sees("Nothing differed.")
    shelf.moves_on(seconds=60)
    shelf.office.waits_for(lambda _: "Count of Warehouse" not in shelf.bo.home())
