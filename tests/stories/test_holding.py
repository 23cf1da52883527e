"""Who has what: cards of assets, custody by day, what people hold, what is late, and what happened."""

import pytest

from models import roles
from models.members import Role
from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Three cameras; lamps that come back; bolts."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Van 3")
    story.has("10 returnable lamp in Warehouse", "30 M8 bolt in Warehouse")


def test_who_says_who_has_it_since_when_and_from_where(story: Story) -> None:
    story.ana.types('/checkout out SN-1 until friday note "birthday"')
    for command in ("/checkout", "/stock"):
        story.kim.types(f"{command} who SN-1")
        story.kim.sees("Canon R6 SN-1 is with Ana Silva since Mon 23 Nov, 10:00, due Fri 27 Nov, 17:00 WET.")
        story.kim.sees("Checked out from Warehouse. “birthday”")
    story.kim.types("/checkout who SN-2")
    story.kim.sees("Canon R6 SN-2 is available in Warehouse since Mon 23 Nov, 10:00.")
    story.kim.types("/checkout who SN-9")
    story.kim.sees("I don't know an asset called SN-9.")


def test_everyone_who_had_it_on_a_day_is_told_in_the_askers_zone(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.moves_to("2026-11-24 01:00", "Europe/Berlin")
    story.ana.types("/checkout return SN-1")
    story.moves_to("2026-11-24 15:00", "Europe/Berlin")
    story.dee.types("/checkout out SN-1")
    story.kim.types("/checkout who SN-1 on today")
    story.kim.sees("On Tue 24 Nov, Canon R6 SN-1 was:")
    story.kim.sees("• with Ana Silva until 01:00\n• in Warehouse from 01:00 until 15:00\n• with Dee Okafor from 15:00")
    story.dee.types("/checkout SN-1 on yesterday")
    story.dee.sees("• in Warehouse until 04:00\n• with Ana Silva from 04:00 until 19:00\n• in Warehouse from 19:00".partition("\n")[2])
    story.dee.sees("In your time, America/New_York.")
    story.dee.types("/checkout who SN-1 on 1 May")
    story.dee.sees("Canon R6 SN-1 was not with us yet on Fri 1 May.")


def test_the_card_has_the_one_right_button_for_each_viewer(story: Story) -> None:
    story.ana.types("/checkout SN-1")
    assert "[Check out]\n[Book]\n[Calendar]\n[Report]\n  Upkeep\n  History" in story.ana.sees("Available in Warehouse")
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout SN-1")
    shown = story.ana.sees("With you, due Fri 27 Nov, 17:00")
    assert "[Return]\n[Extend]\n[Give]\n[Book]\n  Calendar\n  Report\n  Upkeep\n  History" in shown
    story.dee.types("/stock SN-1")
    assert "[Bring back]\n[Wait for it]\n[Book]\n[Calendar]\n  Report\n  Upkeep\n  History" in story.dee.sees(
        "With Ana Silva, due Fri 27 Nov, 17:00 WET"
    )
    story.kim.types("/checkout SN-1")
    shown = story.kim.sees("With Ana Silva")
    assert "[Bring back]\n[Extend]\n[Give]\n[Wait for it]\n[Book]\n  Calendar\n  Report\n  Upkeep\n  Edit\n  History" in shown


def test_the_card_asks_for_leave_where_policy_says_so(story: Story) -> None:
    with story.world() as world:
        world.always_ask("Canon R6")
    story.ana.types("/checkout SN-1")
    story.ana.presses("Request").sees("Canon R6 always needs approval.")
    story.ana.submits()
    story.ana.sees("This needs approval, so I have asked: check out Canon R6 SN-1.")


def test_a_store_that_only_keepers_take_from_shows_no_check_out(story: Story) -> None:
    with story.world() as world:
        world.location("Warehouse").open_to_all = False
    story.ana.types("/checkout SN-1")
    assert "[Check out]" not in story.ana.sees("Available in Warehouse")
    story.kim.types("/checkout SN-1")
    assert "[Check out]" in story.kim.sees("Available in Warehouse")


def test_mine_lists_what_is_due_first_and_what_was_taken_to_use(story: Story) -> None:
    story.ana.types("/checkout mine")
    story.ana.sees("Nothing is checked out to you.")
    story.ana.types("/checkout out SN-1")
    story.ana.types("/checkout out 2 lamps until friday")
    story.ana.types("/stock -5 M8 bolt to me")
    story.ana.types("/checkout mine")
    seen = story.ana.sees("You hold 2 things")
    assert seen.index("2 lamps, due Fri 27 Nov, 17:00. Goes back to Warehouse.") < seen.index("Canon R6 SN-1, open-ended.")
    story.ana.sees("Also there, to be used: 5 M8 bolts.")


def test_what_others_hold_is_for_keepers(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.kim.types("/checkout @ana")
    story.kim.sees("Ana Silva holds 1 thing")
    story.dee.types("/checkout Ana Silva")
    story.dee.sees("What Ana Silva holds is for keepers and admins to see. Type /checkout mine for your own.")
    story.ana.types("/checkout @ana")
    story.ana.sees("You hold 1 thing")


def test_a_long_list_is_turned_page_by_page_in_place(story: Story) -> None:
    story.has(*(f"Tripod SN-{number} in Warehouse" for number in range(100, 115)))
    story.ana.types("/checkout out SN-100..114")
    story.ana.types("/checkout mine")
    story.ana.sees("You hold 15 things (1–12 of 15)")
    story.ana.presses("Next").sees("You hold 15 things (13–15 of 15)")
    story.ana.sees_no("1–12 of 15")
    story.ana.presses("Previous").sees("You hold 15 things (1–12 of 15)")


def test_overdue_shows_the_worst_first_to_keepers_and_to_others_their_own(story: Story) -> None:
    story.kim.types("/checkout overdue")
    story.kim.sees("Nothing is late.")
    story.ana.types("/checkout out SN-1 until thursday")
    story.dee.types("/checkout out SN-3 until tomorrow")
    story.moves_to("2026-11-30 10:00", "Europe/Berlin")
    story.kim.types("/checkout overdue")
    seen = story.kim.sees("2 are late")
    assert seen.index("Dee Okafor: Canon R6 SN-3, 5 days late") < seen.index(
        "Ana Silva: Canon R6 SN-1, 4 days late, due Thu 26 Nov, 17:00 WET"
    )
    story.kim.types("/checkout overdue at Van 3")
    assert "SN-1" not in story.kim.sees("1 is late from Van 3")
    story.ana.types("/checkout late")
    assert "SN-3" not in story.ana.sees("1 of yours is late")
    story.kim.presses("Bring back", on="2 are late")
    story.kim.sees("Returned Canon R6 SN-3 to Van 3.")


def test_a_keeper_of_one_place_sees_what_is_late_from_there(story: Story) -> None:
    with story.world() as world:
        roles.grant(world.session, world.act(), member=world.member("Dee Okafor"), role=Role.KEEPER, location=world.location("Van 3"))
    story.ana.types("/checkout out SN-1 until tomorrow")
    story.ana.types("/checkout out SN-3 until tomorrow")
    story.moves_to("2026-11-30 10:00", "Europe/Berlin")
    story.dee.types("/checkout overdue")
    assert "SN-1" not in story.dee.sees("1 in your stores is late")


def test_history_tells_an_assets_custody_newest_first(story: Story) -> None:
    story.ana.types("/checkout out SN-1")
    story.ana.types('/checkout return SN-1 note "dusty"')
    for command in ("/checkout", "/stock"):
        story.kim.types(f"{command} history SN-1")
        seen = story.kim.sees("History of Canon R6 SN-1")
        assert seen.index("Ana Silva brought back Canon R6 SN-1 to Warehouse “dusty”") < seen.index("Ana Silva checked out")
        assert seen.index("Ana Silva checked out") < seen.index("Kim Berg added Canon R6 SN-1 at Warehouse")


def test_history_of_an_item_can_be_told_for_one_location(story: Story) -> None:
    story.kim.types("/stock move 5 M8 bolt from Warehouse to Van 3")
    story.kim.types("/stock history M8 bolt at Van 3")
    assert "received" not in story.kim.sees("History of M8 bolt at Van 3")
    story.kim.types("/stock history SN-1 at Van 3")
    story.kim.sees("Only the history of an item can be told for one location.")


def test_history_turns_to_older_pages_and_back(story: Story) -> None:
    for _ in range(7):
        story.ana.types("/checkout out SN-1")
        story.ana.types("/checkout return SN-1")
    story.ana.types("/checkout SN-1")
    story.ana.presses("History").presses("Older").sees("That is where it begins.")
    story.ana.presses("Newest", on="That is where it begins.").sees("[Older]")
    story.ana.sees_no("That is where it begins.")


def test_what_others_did_is_for_keepers(story: Story) -> None:
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout extend SN-1 until 4 Dec").presses("Undo").types('/checkout report SN-1 "loose"')
    story.dee.types("/checkout history @ana")
    story.dee.sees("What other people did is for keepers and admins to see.")
    told = story.kim.types("/checkout history @ana").sees("History of Ana Silva")
    did = ("checked out {}", "extended {} (undone)", "undid “extended {}”", "reported {} “loose”")
    assert [one for one in did if f"Ana Silva {one.format('Canon R6 SN-1')}" not in told] == []
