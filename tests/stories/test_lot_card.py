"""A lot on its card: found by its code, kept back and released, edited, listed, labelled, and told as it stood."""

import pytest

from models.members import Role
from tests.stories.conftest import Story


@pytest.fixture
def dairy(story: Story) -> Story:
    """12 milks of lot L-1 from Dairy until Thu 3 Dec: 7 in Warehouse, 2 in Van 3, 1 used, 2 with a customer; and 5 of L-2."""
    with story.world() as w:
        w.in_lots("milk")
        w.receive(12, "milk", "L-1", expires="2026-12-03", source="Dairy")
        w.receive(5, "milk", "L-2", expires="2026-12-09")
        w.customer("Riverside")
        w.location("Van 3")
    story.kim.types("/stock move 2 milk from Warehouse to Van 3 lot L-1").sees("Moved 2 milks")
    story.kim.types("/stock -1 milk at Warehouse lot L-1").sees("Took 1 milk")
    story.kim.types("/stock -2 milk at Warehouse to Riverside lot L-1").sees("Took 2 milks")
    return story


@pytest.mark.parametrize("words", ["lot L-1", "L-1", "lot l-1 of milk", "l-1 of MILK"])
def test_a_lot_is_found_by_its_code(dairy: Story, words: str) -> None:
    shown = dairy.ana.types(f"/stock {words}").sees("milk · lot L-1")
    for fact in ("9 milks in 2 locations", "Warehouse: 7", "Van 3: 2", "Thu 3 Dec 2026", "Dairy: 12", "used: 1", "Riverside: 2"):
        assert fact in shown


def test_a_lot_that_is_not_known_names_the_nearest(dairy: Story) -> None:
    dairy.ana.types("/stock lot L").sees("I don't know a lot called L. Nearest: Lot L-1 of milk and Lot L-2 of milk.")
    dairy.ana.presses("Lot L-2 of milk").sees("milk · lot L-2")
    dairy.ana.types("/stock trace lot L-2").sees("Trace of lot L-2 of milk")
    dairy.ana.types("/stock L-").sees("Lot L-1 of milk")


def test_a_code_of_two_items_offers_both(dairy: Story) -> None:
    with dairy.world() as w:
        w.in_lots("cheese")
    dairy.kim.types("/stock +3 cheese at Warehouse lot L-1").sees("Received 3 cheeses")
    dairy.ana.types("/stock lot L-1").sees("L-1 could be one of several. Which one?")
    dairy.ana.presses("Lot L-1 of cheese").sees("cheese · lot L-1")
    dairy.ana.types("/stock L-1").presses("Lot L-1 of milk").sees("milk · lot L-1")


def test_a_code_that_is_something_elses_name_too_asks_which(dairy: Story) -> None:
    with dairy.world() as w:
        w.location("L-1")
    dairy.ana.types("/stock L-1").presses("the lot L-1").sees("milk · lot L-1")


def test_the_card_on_a_day_gone_shows_where_it_lay(dairy: Story) -> None:
    dairy.office.moves_clock(forward=3 * 86_400)
    dairy.kim.types("/stock move 7 milk from Warehouse to Van 3 lot L-1").sees("Moved 7 milks")
    shown = dairy.kim.types("/stock lot L-1 on 2026-11-24").sees("At the end of Tue 24 Nov: 9 milks in 2 locations.")
    assert "Warehouse: 7" in shown
    dairy.kim.types("/stock lot L-1 on 2026-11-20").sees("none of it was here")
    dairy.kim.presses("Today").sees("9 milks in Van 3")


def test_a_keeper_keeps_a_lot_back_and_releases_it(dairy: Story) -> None:
    assert "[Quarantine]" not in dairy.ana.types("/stock L-1").sees("milk · lot L-1")
    dairy.kim.types("/stock L-1").presses("Quarantine")
    dairy.kim.sees("Quarantined lot L-1 of milk.\n9 milks lie in Warehouse and Van 3. It is not given out until somebody releases it.")
    dairy.ana.types("/stock L-1").sees("Quarantined: it is not given out.")
    dairy.ana.types("/stock -1 milk at Warehouse lot L-1").sees("is quarantined, and is not given out")
    dairy.kim.types("/stock L-1").presses("Release").sees("Released lot L-1 of milk.")
    dairy.ana.types("/stock -1 milk at Warehouse lot L-1").sees("Took 1 milk")


def test_it_can_be_said_and_undone_and_said_twice(dairy: Story) -> None:
    dairy.kim.types('/stock quarantine L-1 note "smells odd"').sees("Quarantined lot L-1 of milk.")
    dairy.kim.types("/stock quarantine L-1").sees("Lot L-1 is quarantined already.")
    dairy.kim.types('/stock release lot L-1 note "tested"').sees("Released lot L-1 of milk.")
    dairy.kim.presses("Undo").sees("Undone")
    dairy.kim.types("/stock history lot L-1").sees("released it (undone) “tested”")
    dairy.kim.presses("Undo", on="Quarantined lot L-1").sees("Undone")
    dairy.kim.types("/stock release lot L-1").sees("Lot L-1 may be given out already.")
    dairy.ana.types("/stock quarantine L-1").sees("you need the role keeper")
    dairy.kim.types("/stock history lot L-1").sees("Kim Berg undid “quarantined it”")
    dairy.kim.sees("quarantined it (undone) “smells odd”")
    dairy.kim.types("/stock edit milk")
    dairy.kim.fills({"Name": "cow's milk"}).submits()
    dairy.kim.types("/stock history @kim").sees("Kim Berg edited cow's milk")
    dairy.kim.sees("Kim Berg undid “quarantined lot L-1”")


def test_release_is_for_keepers(dairy: Story) -> None:
    dairy.kim.types("/stock quarantine L-1").sees("Quarantined")
    dairy.ana.types("/stock release lot L-1").sees("you need the role keeper")
    with dairy.world() as w:
        w.grant("UANA", Role.APPROVER)
    dairy.ana.types("/stock release lot L-1").sees("you need the role keeper")


def test_history_names_the_lot_and_the_lot_has_its_own(dairy: Story) -> None:
    dairy.ana.types("/stock history milk").sees("took 2 milks of lot L-1 from Warehouse to Riverside")
    shown = dairy.ana.types("/stock lot L-1").presses("History").sees("History of lot L-1 of milk")
    assert "L-2" not in shown


def test_a_lot_is_edited_and_what_cannot_be_is_told_under_its_field(dairy: Story) -> None:
    dairy.kim.types("/stock edit lot L-1").fills({"Code": "l-2"}).submits()
    assert dairy.kim.form().errors == {"code": "There is a lot L-2 of it already."}
    dairy.kim.fills({"Code": "L-01", "Made on": "2026-12-24"}).submits()
    assert list(dairy.kim.form().errors) == ["made_on"]
    dairy.kim.fills({"Made on": "2026-11-20", "Note": "Relabelled"}).submits().sees("Saved lot L-01 of milk.")
    dairy.kim.closes()
    assert "Relabelled" in dairy.ana.types("/stock L-01").sees("Fri 20 Nov 2026")
    dairy.ana.types("/stock edit lot L-01").sees("you need the role keeper")


def test_a_form_that_was_opened_before_somebody_else_saved_is_refused(dairy: Story) -> None:
    dairy.kim.types("/stock edit lot L-1").form()
    dairy.kim.types("/stock quarantine L-1").sees("Quarantined")
    dairy.kim.fills({"Note": "x"}).submits().sees("has changed this since you opened the form")


def test_the_lots_of_an_item_are_listed_from_its_card(dairy: Story) -> None:
    shown = dairy.ana.types("/stock milk").presses("Lots").sees("2 lots of milk")
    assert shown.index("L-1 (expires Thu 3 Dec) · 9") < shown.index("L-2")
    dairy.ana.presses("Show", on="L-2").sees("milk · lot L-2")


def test_a_long_list_has_pages(dairy: Story) -> None:
    with dairy.world() as w:
        for number in range(14):
            w.receive(1, "milk", f"N-{number}")
    dairy.ana.types("/stock milk").presses("Lots").sees("1–12 of 16")
    dairy.ana.presses("Next").sees("13–16 of 16")


def test_what_has_expired_is_scrapped_from_its_card(dairy: Story) -> None:
    dairy.office.moves_clock(forward=12 * 86_400)
    dairy.kim.types("/stock L-1").sees("Expired: it is not given out unless a keeper insists.")
    form = dairy.kim.presses("Scrap").form()
    assert (form.values["How many"], form.values["Lot"]) == ("7", "L-1 (expired Thu 3 Dec) · 7")
    dairy.kim.submits().sees("Scrapped 7 milks at Warehouse, lot L-1")


def test_a_lot_gets_a_label_and_is_nothing_to_archive_or_to_bind(dairy: Story) -> None:
    dairy.kim.types("/stock label lot L-1").sees("The label of milk, lot L-1 with the code L-1 comes as a picture")
    dairy.kim.types("/stock archive lot L-1").sees("Lot L-1 stays known, so that it can be traced.")
    dairy.kim.types("/stock bind 4006381333931 to lot L-1").sees("Lot L-1 is found by its own code already.")


def test_a_lot_of_which_nothing_is_left_says_so(story: Story) -> None:
    with story.world() as w:
        w.in_lots("milk")
        w.receive(1, "milk", "L-1")
    story.kim.types("/stock -1 milk at Warehouse").sees("Took 1 milk")
    story.kim.types("/stock L-1").sees("None of it is left.")
    story.kim.types("/stock milk").presses("Lots").sees("None of milk lies in a lot now.")
