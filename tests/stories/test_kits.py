"""Kits in the sandbox: put together in a form, lent and brought back as one, booked as one, counted by the label on their case."""

from models import finding, short_codes
from tests.photos import photo
from tests.stories.conftest import Story
from tests.stories.test_scanning import drops

MADE = ("Canon R6 SN-1 in Warehouse", "Lens SN-2 in Warehouse", "6 returnable SD card in Warehouse")


def furnished(story: Story) -> None:
    """The stores with an interview kit: a camera, a lens and two cards."""
    story.has(*MADE)
    story.kim.types("/stock new kit Interview kit")
    story.kim.fills({"Serials in its case": ["SN-1", "SN-2"], "And of items, one a line": "2 SD card"}).submits()
    story.kim.sees("Added the kit Interview kit: 3 parts.")


def code_of(story: Story, name: str) -> str:
    with story.world() as world:
        return short_codes.of(finding.kit(world.session, name))


def test_a_kit_is_put_together_shown_changed_and_archived(story: Story) -> None:
    furnished(story)
    card = story.kim.presses("Show it").sees("Whole, in Warehouse.")
    for part in (
        "Canon R6 SN-1: available in Warehouse",
        "Lens SN-2: available",
        "2 SD cards: 6 free in the stores",
        "[Check out]",
        "[Book]",
    ):
        assert part in card
    story.ana.types("/stock SN-1").sees("Belongs to the kit Interview kit.")
    story.kim.types("/stock new kit Other kit").fills(
        {"Serials in its case": ["SN-2"], "And of items, one a line": "2 chairs\n3 pens"}
    ).submits()
    story.kim.sees("Line 1: I don't know an item called chairs.")
    story.kim.fills({"And of items, one a line": ""}).submits().sees(
        "Lens SN-2 belongs to Interview kit already. Take it out of there first."
    )
    story.kim.closes()
    story.kim.types("/stock edit interview kit").fills({"Name": "Case 7", "And of items, one a line": "1 SD card"}).submits().sees(
        "Saved Case 7."
    )
    story.kim.types("/stock interview kit").sees("interview kit is called Case 7 now.")
    story.kim.types("/stock history Case 7").sees("Kim Berg edited it")
    story.kim.types("/stock label kit Case 7").sees(f"The label of Case 7 with the code {code_of(story, 'Case 7')}")
    story.kim.types("/stock edit Case 7").presses("Archive").sees("Archived Case 7.\nIts parts stay where they are.")
    story.kim.presses("Undo", on="Archived Case 7").sees("Undone.")
    story.ana.types("/stock new kit Mine").sees("To change the catalog and locations you need the role")


def test_kits_are_listed_with_how_each_stands_and_asked_for_where_a_part_needs_approval(story: Story) -> None:
    story.ana.types("/checkout kits").sees("There are no kits yet.\nA keeper puts one together with /stock new kit.")
    furnished(story)
    with story.world() as world:
        world.always_ask("Lens")
    story.ana.types("/checkout out interview kit until friday").sees("Lens always needs approval.")
    story.ana.types("/checkout kits").sees("1 kit\n:large_green_circle: Interview kit · Whole, in Warehouse.")
    asked = story.bo.sees("Ana Silva asks to check out Interview kit")
    assert "From\nWarehouse" in asked and "Fri 27 Nov, 17:00" in asked
    story.bo.presses("Approve", on="Ana Silva asks to check out Interview kit")
    story.bo.sees("Approved")
    story.ana.types("/stock kits").presses("Show", on="1 kit").sees("Out with you, due Fri 27 Nov, 17:00")


def test_a_kit_goes_out_as_one_comes_back_in_part_and_is_completed(story: Story) -> None:
    furnished(story)
    story.ana.types("/checkout out interview kit until friday note fair")
    story.ana.sees("Checked out Interview kit (Canon R6 SN-1, Lens SN-2 and 2 SD cards) from Warehouse to you, due Fri 27 Nov, 17:00.")
    mine = story.ana.types("/checkout mine").sees("You hold 3 things")
    assert "Interview kit\n• Canon R6 SN-1, due Fri 27 Nov, 17:00" in mine
    story.ana.opens_home().sees("Interview kit (Canon R6 SN-1, Lens SN-2 and 2 SD cards), due Fri 27 Nov")
    story.bo.types("/checkout out intervew kit").sees("I don't know a kit called intervew kit. Nearest: Interview kit.")
    story.bo.presses("Interview kit", on="Nearest").sees("Ana Silva has Interview kit, due Fri 27 Nov")
    story.bo.types("/checkout who SN-2").sees("with Ana Silva")
    story.bo.types("/checkout who interview kit").sees("Interview kit is a kit. Which of its serials?\n[Canon R6 SN-1]")
    story.ana.types("/checkout extend interview kit until 30 Nov").sees("now due Mon 30 Nov, 17:00")
    story.ana.types("/checkout interview kit").presses("Something is missing", on="Out with you")
    story.ana.fills({"Missing": ["Lens SN-2"], "Note": "left on site"}).submits()
    story.ana.sees("Returned Interview kit (Canon R6 SN-1 and 2 SD cards) to Warehouse.")
    story.ana.sees("Interview kit is not whole: Lens SN-2 (due Mon 30 Nov, 17:00) stays with you.")
    card = story.bo.types("/checkout interview kit").sees("Not whole: 1 of 3 is not there.")
    assert "Lens SN-2: with Ana Silva, due Mon 30 Nov" in card
    story.bo.presses("Complete", on="Not whole").sees("Returned Interview kit (Lens SN-2) to Warehouse.\nInterview kit is all back.")
    told = story.ana.types("/checkout history interview kit").sees("checked out Canon R6 SN-1, Lens SN-2 and 2 SD cards from Warehouse")
    assert "to Ana Silva" not in told  # who took it says so
    story.ana.types("/checkout return interview kit").sees("Nothing of Interview kit is out.")
    story.bo.presses("Undo", on="Returned Interview kit (Lens SN-2)").sees("Undone.")
    story.ana.types("/checkout complete interview kit").sees("Interview kit is all back.")


def test_what_is_lacking_is_named_and_the_rest_goes_without_it(story: Story) -> None:
    furnished(story)
    story.dee.types("/checkout out SN-2 until wed").sees("Checked out Lens SN-2")
    story.ana.types("/checkout out interview kit to me until friday")
    story.ana.sees("Interview kit can't go out whole. Dee Okafor has Lens SN-2 since Mon 23 Nov")
    story.ana.types("/checkout").fills({"What": ["Interview kit"]}).submits().sees("Interview kit can't go out whole. Dee Okafor has")
    story.ana.presses("Check out without it").sees("Checked out Interview kit (Canon R6 SN-1 and 2 SD cards)")
    story.bo.types("/checkout return interview kit from ana without SN-2").sees("SN-2 is nothing that could be left out of Interview kit.")
    story.bo.types("/checkout return interview kit").sees("Several people have something of Interview kit. Whose is it?")
    story.bo.presses("What Ana Silva has").sees("Interview kit is not whole: Dee Okafor still has a part of it.")
    story.has("Canon R6 SN-9 in Van 3")
    story.kim.types("/stock new kit Template").fills({"And of items, one a line": "1 Canon R6\n4 SD cards"}).submits().sees(
        "Added the kit Template"
    )
    story.kim.presses("Show it").sees("A template: which serials go is chosen at the pick-up. 1 can go out now.")
    story.kim.presses("Make a kit of it").fills({"Name": "Kit B"}).submits().sees("Added the kit Kit B: 2 parts.")


def test_the_name_of_two_parts_does_not_say_which_is_left_out(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "6 returnable SD card in Warehouse")
    story.kim.types("/stock new kit Twins").fills({"Serials in its case": ["SN-1", "SN-2"], "And of items, one a line": "2 SD card"})
    story.kim.submits().sees("Added the kit Twins: 3 parts.")
    story.ana.types("/checkout out Twins without canon r6").sees("There are 2 of Canon R6 in Twins. Say which: SN-1 or SN-2.")
    story.ana.types("/checkout out Twins without SD card").sees("Checked out Twins (Canon R6 SN-1 and Canon R6 SN-2)")
    story.ana.types("/checkout return Twins without canon r6").sees("There are 2 of Canon R6 in Twins. Say which: SN-1 or SN-2.")
    story.ana.types("/checkout return Twins without sn-2").sees("Twins is not whole: Canon R6 SN-2 (open-ended) stays with you.")


def test_a_kit_is_booked_with_what_is_free_picked_up_and_cancelled_as_one(story: Story) -> None:
    furnished(story)
    story.ana.types("/checkout book interview kit from wed to thu")
    story.ana.sees("Booked Interview kit for you from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00.")
    refused = story.bo.types("/checkout book interview kit from thu to fri").sees("Ana Silva has booked Canon R6 SN-1")
    assert "[Fri 27 Nov, 09:00 to Sat 28 Nov, 17:00]" in refused
    story.bo.presses("Fri 27 Nov, 09:00 to Sat 28 Nov, 17:00").sees("Booked Interview kit for you from Fri 27 Nov, 09:00")
    story.bo.types("/checkout bookings").sees("2 bookings")
    week = story.bo.types("/checkout calendar interview kit").sees("Interview kit: week of Mon 23 Nov")
    assert "Lens SN-2: Ana Silva, booked from Wed 25 Nov, 10:00 to Thu 26 Nov, 18:00" in week
    story.bo.types("/checkout history SN-2").sees("Bo Chen booked Interview kit from Fri 27 Nov, 09:00\n")
    story.bo.types("/checkout cancel interview kit").sees("Cancelled your booking of Interview kit from Fri 27 Nov")
    story.kim.types("/checkout bookings interview kit").sees("Interview kit: Ana Silva, from Wed 25 Nov")
    story.moves_to("2026-11-25 09:30", "Europe/Lisbon")
    story.ana.sees("You booked Interview kit from Wed 25 Nov")
    story.ana.presses("Pick up").sees("Checked out Interview kit (Canon R6 SN-1, Lens SN-2 and 2 SD cards)")
    story.kim.types("/checkout bookings").sees("Nothing is booked.")


def test_the_label_on_its_case_is_scanned_and_counted_as_one(story: Story) -> None:
    furnished(story)
    drops(story, story.ana, "case.jpg", photo(code_of(story, "Interview kit")))
    story.ana.presses("Check out", on="Whole, in Warehouse.")
    assert "Interview kit: Canon R6 SN-1, Lens SN-2 and 2 SD cards." in story.ana.form().text.replace("`", "")
    story.ana.submits().sees("Checked out Interview kit")
    drops(story, story.dee, "case.jpg", photo(code_of(story, "Interview kit")))
    story.dee.presses("Bring back", on="Out with Ana Silva").sees("Interview kit is all back.")
    story.kim.types("/stock count at Warehouse").sees("Opened the count of Warehouse: 3 lines.")
    story.kim.types("/stock interview kit").presses("Count all 2", on="Whole, in Warehouse.").sees("Counted 2 lines in Warehouse.")
    story.kim.presses("Undo", on="Counted 2 lines").sees("Undone.")
    story.kim.presses("Something extra").fills({"Or its serials": code_of(story, "Interview kit")}).submits().sees(
        "Counted 2 lines in Warehouse."
    )


def test_a_list_of_kits_is_dropped_again_and_makes_them_as_they_were(story: Story) -> None:
    furnished(story)
    story.kim.types("/stock export kits").sees("kits-2026-11-23.csv is in our direct messages")
    (made,) = [one.content for one in story.office.server.sandbox.workspace.files.values() if one.details["name"] == "kits-2026-11-23.csv"]
    story.kim.types("/stock archive interview kit").sees("Archived Interview kit.")
    story.kim.uploads("kits.csv", made or b"").sees("3 rows of kits. Importing it adds 1 kit.")
    story.kim.presses("Import", on="Checked").sees("Imported as entry")
    story.kim.types("/checkout interview kit").sees("Whole, in Warehouse.")
    story.kim.presses("History", on="Whole, in Warehouse.").sees("Kim Berg imported")
    story.kim.uploads("twice.csv", made or b"").sees("Nothing to import.")
    story.kim.presses("Undo", on="Imported as entry").sees("Imported and undone")
    story.kim.types("/checkout interview kit").sees("interview kit was archived")
