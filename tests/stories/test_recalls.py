"""A recall from the first press to the file: nothing goes out, holders are asked and answer, and an approver closes it."""

import csv
import io

import pytest

from models import catalog, editing
from models.members import Role
from models.quantities import whole
from tests.stories.conftest import Story


@pytest.fixture
def dairy(story: Story) -> Story:
    """12 milks of L-1: 6 in Warehouse, 3 with Ana, 2 with Riverside, 1 used. Bo is an approver."""
    with story.world() as w:
        w.in_lots("milk")
        w.receive(12, "milk", "L-1", source="Dairy")
        w.receive(5, "milk", "L-2")
        w.customer("Riverside")
    for words in ("-3 milk at Warehouse to @ana lot L-1", "-2 milk at Warehouse to Riverside lot L-1", "-1 milk at Warehouse lot L-1"):
        story.kim.types(f"/stock {words}").sees("Took")
    return story


def recall(story: Story) -> None:
    story.bo.types('/stock recall L-1 note "glass splinters"').sees("Recalled lot L-1 of milk.")
    story.beats()


def test_a_recall_stops_the_lot_asks_its_holders_and_names_its_customers(dairy: Story) -> None:
    dairy.bo.types('/stock recall L-1 note "glass splinters"')
    dairy.bo.sees("Recalled lot L-1 of milk.\n2 answers are asked for. Customers got some: Riverside. None of it is given out.")
    dairy.beats()
    card = dairy.dee.sees("Recall of lot L-1 of milk")
    for line in ("Open: 0 of 2 answered.", "“glass splinters”", "Ana Silva: 3 milks of lot L-1", "Riverside: 2 milks of lot L-1"):
        assert line in card
    assert "Lot L-1 of milk is recalled. “glass splinters”" in dairy.ana.sees("3 milks of lot L-1, with Ana Silva")
    dairy.kim.sees("6 milks of lot L-1, in Warehouse")
    dairy.ana.types("/stock -1 milk at Warehouse lot L-1").sees("is recalled, and is not given out")


def test_from_the_card_of_the_lot_the_form_says_what_follows(dairy: Story) -> None:
    assert "[Recall]" not in dairy.kim.types("/stock L-1").sees("milk · lot L-1")
    dairy.bo.types("/stock L-1").presses("Recall").sees("Whoever has some is asked what became of it: 2 locations.")
    dairy.bo.fills({"Why?": "glass"}).submits().sees("Recalled lot L-1 of milk.")
    dairy.bo.closes()
    dairy.bo.types("/stock L-1").presses("Show the recall").sees("“glass”")


def test_recalling_is_for_approvers(dairy: Story) -> None:
    dairy.kim.types("/stock recall L-1").sees("you need the role approver")
    dairy.bo.types("/stock recall Z-9").sees("I don't know a lot called Z-9.")


def test_found_used_and_lost_are_noted_and_the_card_follows(dairy: Story) -> None:
    recall(dairy)
    dairy.ana.presses("Found it", on="with Ana Silva").fills({"How many did you find?": "1"}).submits()
    assert dairy.ana.form().errors == {"rest": "Of 3 milks you found 1. Say what became of the rest."}
    dairy.ana.fills({"And the rest": "It was used"}).submits().sees("Noted for Ana Silva: 1 found and 2 used of lot L-1 of milk.")
    dairy.ana.closes()
    dairy.beats()
    dairy.dee.sees("Ana Silva: 1 found, 2 used of lot L-1 of milk · Ana Silva")
    dairy.kim.presses("Cannot find it", on="in Warehouse").sees("Noted for Warehouse: 6 not found of lot L-1 of milk.")
    dairy.beats()
    dairy.dee.sees("Open: 2 of 2 answered.")
    assert dairy.on_hand("milk", "Warehouse") == 5


def test_all_of_it_is_found_at_a_press_and_used_at_another(dairy: Story) -> None:
    recall(dairy)
    dairy.kim.presses("Found it", on="in Warehouse").submits().sees("Noted for Warehouse: 6 found of lot L-1 of milk.")
    dairy.kim.sees("Keep what you found apart")
    dairy.kim.closes()
    dairy.ana.presses("Used it", on="with Ana Silva").sees("Noted for Ana Silva: 3 used of lot L-1 of milk.")
    dairy.beats()
    dairy.ana.sees("The recall of lot L-1 of milk:")


def test_what_was_found_is_said_like_any_other_quantity(dairy: Story) -> None:
    with dairy.world() as w:
        item = catalog.item(w.session, w.variant("milk").item_id)
        editing.edit_item(w.session, w.act(), item, comes_in=[("crate", whole(4))])
    recall(dairy)
    dairy.kim.presses("Found it", on="in Warehouse").fills({"How many did you find?": "5.5"}).submits()
    assert dairy.kim.form().errors == {"found": "5.5 is not a whole number, and this is counted in wholes. Try 5 or 6."}
    dairy.kim.fills({"How many did you find?": "2 crates"}).submits()
    assert dairy.kim.form().errors == {"found": "Warehouse should have 6 milks; you said 2 crates (8)."}
    dairy.kim.fills({"How many did you find?": "1 crate", "And the rest": "It cannot be found"}).submits()
    dairy.kim.sees("Noted for Warehouse: 1 crate (4) found and 2 not found of lot L-1 of milk.")


def test_who_answers_second_is_told_who_was_first(dairy: Story) -> None:
    recall(dairy)
    with dairy.world() as w:
        w.grant("UDEE", Role.KEEPER)
    dairy.kim.presses("Found it", on="in Warehouse").form()
    dairy.dee.presses("Used it", on="in Warehouse").sees("6 used")
    dairy.kim.submits().sees("Dee Okafor answered this already")
    assert dairy.on_hand("milk", "Warehouse") == 5


def test_an_answer_is_for_whoever_has_it(dairy: Story) -> None:
    recall(dairy)
    dairy.dee.presses("Found it", on="in Warehouse").sees("Only a keeper of Warehouse can answer this.")


def test_an_answer_pressed_twice_counts_once_and_after_undo_it_can_be_given_again(dairy: Story) -> None:
    recall(dairy)
    dairy.ana.presses("Used it", on="with Ana Silva", times=2).sees("Noted for Ana Silva: 3 used")
    dairy.ana.presses("Undo").sees("Undone")
    dairy.beats()
    dairy.ana.sees("3 milks of lot L-1, with Ana Silva")
    dairy.ana.presses("Used it", on="with Ana Silva").sees("Noted for Ana Silva: 3 used")


def test_a_recall_while_somebody_issues_is_consistent_and_each_is_told(dairy: Story) -> None:
    dairy.ana.types("/stock").fills({"Item": "milk", "From which location": "Warehouse", "How many": "2", "Lot": "L-1 · 6"})
    recall(dairy)
    dairy.ana.submits()
    assert "Lot L-1 of milk is recalled" in dairy.ana.form().errors[next(iter(dairy.ana.form().errors))]
    assert dairy.on_hand("milk", "Warehouse") == 11


def test_it_closes_when_all_have_answered(dairy: Story) -> None:
    recall(dairy)
    dairy.ana.presses("Used it", on="with Ana Silva").sees("3 used")
    dairy.kim.presses("Used it", on="in Warehouse").sees("6 used")
    dairy.beats()
    dairy.ana.presses("Close", on="Recall of lot L-1").sees("you need the role approver")
    dairy.bo.presses("Close", on="Recall of lot L-1").sees("Closed the recall of lot L-1 of milk.")
    dairy.beats()
    dairy.dee.sees("Everybody had answered.")
    dairy.bo.types("/stock release lot L-1").sees("Released lot L-1 of milk.")


def test_with_a_gap_it_closes_only_under_an_approvers_signature(dairy: Story) -> None:
    recall(dairy)
    dairy.bo.presses("Close", on="Recall of lot L-1").sees("Not answered yet:")
    dairy.bo.fills({"Why is it closed all the same?": "Ana is on leave"}).submits().sees("Closed the recall of lot L-1")
    dairy.beats()
    assert "Ana Silva: 3 milks of lot L-1 · not answered" in dairy.dee.sees("Not all had answered: “Ana is on leave”")
    assert "closed its recall “Ana is on leave”" in dairy.bo.types("/stock history lot L-1").sees("History of lot L-1")
    dairy.ana.sees("The recall of lot L-1 of milk is closed.")
    dairy.bo.presses("Undo").sees("Undone")
    dairy.beats()
    dairy.dee.sees("Open: 0 of 2 answered.")


def test_the_report_comes_as_a_file(dairy: Story) -> None:
    recall(dairy)
    dairy.ana.presses("Used it", on="with Ana Silva").sees("3 used")
    dairy.bo.types("/stock recalls").sees("1 recall")
    dairy.bo.presses("Show", on="1 recall").presses("As a file").sees("The recall of lot L-1 of milk comes as a CSV file")
    dairy.bo.sees("[file recall-L-1.csv")
    (file,) = [one for one in dairy.office.server.sandbox.workspace.files.values() if one.content]
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["part"], row["where"], row["quantity"], row["used"], row["by"]) for row in rows] == [
        ("recall", "", "", "", "Bo Chen"),
        ("holder", "Ana Silva", "0", "3", "Ana Silva"),
        ("holder", "Warehouse", "6", "", ""),
        ("customer", "Riverside", "2", "", ""),
    ]


def test_a_recall_taken_back_says_so_everywhere(dairy: Story) -> None:
    recall(dairy)
    dairy.bo.presses("Undo").sees("Undone")
    dairy.beats()
    dairy.dee.sees("Bo Chen took it back: lot L-1 of milk is not recalled after all.")
    dairy.ana.sees("Bo Chen took it back: lot L-1 of milk is not recalled after all.")
    dairy.ana.types("/stock -1 milk at Warehouse lot L-1").sees("Took 1 milk")


def test_without_any_the_list_says_how_to_begin(story: Story) -> None:
    story.ana.types("/stock recalls").sees("There has been no recall.")


def test_a_long_list_of_recalls_has_pages_the_open_ones_first(dairy: Story) -> None:
    with dairy.world() as w:
        for number in range(13):
            w.receive(1, "milk", f"R-{number}")
    for number in range(13):
        dairy.bo.types(f"/stock recall R-{number}")
    dairy.bo.presses("Show the recall").presses("Close", on="Recall of lot R-12").fills(
        {"Why is it closed all the same?": "Burnt"}
    ).submits()
    dairy.bo.closes()
    shown = dairy.ana.types("/stock recalls").sees("13 recalls")
    assert "1–12 of 13" in shown and "R-12" not in shown
    dairy.ana.presses("Next").sees("closed · lot R-12 of milk")
    dairy.ana.presses("Previous").sees("1–12 of 13")
