"""Goods in lots: how they come in with one, which goes out, and what a keeper says where one has expired."""

import pytest

from models.catalog import ItemKind
from tests.stories.conftest import Story


@pytest.fixture
def dairy(story: Story) -> Story:
    """Milk in Warehouse: 3 of L-1 until Thu 3 Dec, 5 of L-2 until Wed 9 Dec."""
    with story.world() as w:
        w.in_lots("milk")
        w.receive(3, "milk", "L-1", expires="2026-12-03")
        w.receive(5, "milk", "L-2", expires="2026-12-09")
    return story


def left(story: Story, lot: str, location: str = "Warehouse") -> float:
    with story.world() as w:
        return w.left(lot, location)


def quarantine(story: Story, lot: str) -> None:
    with story.world() as w:
        w.quarantine(lot)


def test_a_delivery_names_its_lot_and_its_day(dairy: Story) -> None:
    dairy.kim.types("/stock +24 milk at Warehouse lot L-7 expires 2027-06-30 made 2026-11-20")
    dairy.kim.sees("Received 24 milks at Warehouse, lot L-7 (expires Wed 30 Jun 2027).")
    assert left(dairy, "L-7") == 24


def test_a_month_on_a_label_means_its_last_day(dairy: Story) -> None:
    dairy.kim.types("/stock +24 milk at Warehouse lot L-7 expires 02/2027").sees("lot L-7 (expires Sun 28 Feb 2027)")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("lot L-7 expires soonish", "I can't read soonish as a date"),
        ("lot L-7 made tomorrow", "nothing was made then"),
        ("expires 2027-06-30", "Say of which lot that is"),
        ("lot L-1 expires 2026-12-04", "Lot L-1 expires on Thu 3 Dec 2026, and you said Fri 4 Dec 2026."),
    ],
)
def test_what_can_not_be_printed_on_a_lot_is_refused(dairy: Story, words: str, told: str) -> None:
    dairy.kim.types(f"/stock +24 milk at Warehouse {words}").sees(told)
    assert dairy.on_hand("milk", "Warehouse") == 8


def test_a_delivery_without_its_lot_is_led_to_the_form_and_to_the_last_lots(dairy: Story) -> None:
    shown = dairy.kim.types("/stock +24 milk at Warehouse").sees("milk is tracked by lots: say which lot this is.")
    assert "[Lot L-2 (expires Wed 9 Dec)]" in shown
    form = dairy.kim.presses("Name the lot").form()
    assert (form.values["How many"], form.values["Lot"], len(form.values)) == ("24", None, 7)
    dairy.kim.fills({"Lot": "L-7", "Expires on": "2027-06-30"}).submits().sees("Received 24 milks at Warehouse, lot L-7")


def test_the_last_lot_is_one_press_away(dairy: Story) -> None:
    dairy.kim.types("/stock +4 milk at Warehouse").presses("Lot L-2 (expires Wed 9 Dec)").sees("Received 4 milks at Warehouse, lot L-2")
    assert left(dairy, "L-2") == 9


def test_a_lot_of_what_is_not_tracked_is_refused(story: Story) -> None:
    story.has("20 M8 bolt in Warehouse")
    story.kim.types("/stock +4 M8 bolt at Warehouse lot L-1").sees("M8 bolt is not tracked by lots.")
    story.kim.types("/stock -4 M8 bolt at Warehouse lot L-1").sees("M8 bolt is not tracked by lots.")


def test_the_first_to_expire_goes_first_and_the_answer_says_so(dairy: Story) -> None:
    dairy.ana.types("/stock -5 milk at Warehouse")
    dairy.ana.sees("Took 5 milks from Warehouse, the first to expire first: 3 of lot L-1 (expires Thu 3 Dec) and 2 of lot L-2")
    dairy.ana.presses("Undo").sees("Undone")
    assert (left(dairy, "L-1"), left(dairy, "L-2")) == (3, 5)


def test_a_named_lot_goes_and_an_unknown_one_offers_those_there_are(dairy: Story) -> None:
    dairy.ana.types("/stock -2 milk at Warehouse lot l-2").sees("Took 2 milks from Warehouse, lot L-2 (expires Wed 9 Dec).")
    dairy.ana.types("/stock -2 milk at Warehouse lot L-3").sees("I don't know a lot L-3 of milk.")
    dairy.ana.presses("Lot L-2 (expires Wed 9 Dec)").sees("4 left in Warehouse")


def test_a_move_and_a_scrap_say_their_lots_too(dairy: Story) -> None:
    dairy.has("1 cable in Van 3")
    dairy.kim.types("/stock move 2 milk from Warehouse to Van 3 lot L-2").sees("Moved 2 milks from Warehouse to Van 3, lot L-2")
    dairy.kim.types("/stock scrap 1 milk at Van 3").sees("Scrapped 1 milk at Van 3, the first to expire first: lot L-2")


def test_a_name_with_such_a_word_in_it_is_still_a_name(story: Story) -> None:
    story.has("5 hand made soap in Parking lot")
    story.ana.types("/stock -2 hand made soap at Parking lot").sees("Took 2 hand made soaps from Parking lot.")


def test_an_expired_lot_is_used_only_by_a_keeper_who_says_why(dairy: Story) -> None:
    dairy.office.moves_clock(forward=12 * 86_400)
    dairy.ana.types("/stock -1 milk at Warehouse lot L-1").sees("Lot L-1 of milk expired on Thu 3 Dec. A keeper can use it anyway")
    assert "[Use it anyway]" not in dairy.ana.last()
    dairy.kim.types("/stock -1 milk at Warehouse lot L-1 note for Tom's pigs").sees("You can use it anyway, if you say why.")
    dairy.kim.presses("Use it anyway").fills({"Why is it used anyway?": 'Tested "again"'}).submits()
    dairy.kim.sees("Took 1 milk from Warehouse, lot L-1 (expired Thu 3 Dec).")
    dairy.kim.closes()
    dairy.kim.types("/stock history milk").sees("used although expired: Tested")
    assert left(dairy, "L-1") == 2


def test_insisting_can_be_said_at_once(dairy: Story) -> None:
    dairy.office.moves_clock(forward=12 * 86_400)
    dairy.kim.types("/stock -1 milk at Warehouse lot L-1 anyway tested again").sees("Took 1 milk from Warehouse, lot L-1")
    dairy.ana.types("/stock -1 milk at Warehouse lot L-1 anyway I like it").sees("you need the role keeper")
    dairy.kim.types("/stock -1 milk at Warehouse lot L-1 anyway").sees("but not why anyway")


def test_of_the_form_it_is_asked_in_a_form(dairy: Story) -> None:
    dairy.office.moves_clock(forward=12 * 86_400)
    dairy.kim.types("/stock").fills({"Item": "milk", "From which location": "Warehouse", "How many": "1"})
    dairy.kim.fills({"Lot": "L-1 (expired Thu 3 Dec) · 3"}).submits().sees("Lot L-1 of milk expired")
    dairy.kim.fills({"Why is it used anyway?": "Tested"}).submits().sees("Took 1 milk from Warehouse, lot L-1")


def test_a_quarantined_lot_is_refused_with_what_else_there_is(dairy: Story) -> None:
    quarantine(dairy, "L-1")
    dairy.ana.types("/stock -2 milk at Warehouse lot L-1").sees("Lot L-1 of milk is quarantined, and is not given out.")
    dairy.ana.presses("Take it from lot L-2 (expires Wed 9 Dec)").sees("Took 2 milks from Warehouse, lot L-2")
    dairy.ana.types("/stock -6 milk at Warehouse").sees("But 3 of lot L-1 are quarantined; 3 can go.")


def test_two_people_at_the_last_of_a_lot_are_each_told_what_happened(dairy: Story) -> None:
    dairy.ana.types("/stock -3 milk at Warehouse lot L-1").sees("Took 3 milks")
    dairy.dee.types("/stock -3 milk at Warehouse lot L-1").sees("Warehouse holds no milk of lot L-1; you asked for 3.")


def test_a_count_that_names_a_lot_takes_in_what_was_there_before(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse")
    story.kim.types("/stock edit M8 bolt").fills({"Kind": "Consumable, in lots"}).submits().sees("Saved M8 bolt.")
    story.kim.closes()
    story.kim.types("/stock =40 M8 bolt at Warehouse lot L-1")
    story.kim.sees("Counted 40 M8 bolts at Warehouse, lot L-1.\n40 were of no lot before. That is what the ledger had.")
    assert left(story, "L-1") == 40
    story.kim.types("/stock =38 M8 bolt at Warehouse").sees("Counted 38 M8 bolts at Warehouse, lot L-1.\n2 fewer than the ledger had.")


def test_a_count_over_several_lots_asks_which(dairy: Story) -> None:
    shown = dairy.kim.types("/stock =7 milk at Warehouse").sees("Warehouse holds milk of several lots: L-1 (3) and L-2 (5).")
    assert "[Name the lot]" in shown
    dairy.kim.presses("It is lot L-2 (expires Wed 9 Dec)").sees("Counted 7 milks at Warehouse, lot L-2")
    assert left(dairy, "L-2") == 7


def test_the_form_of_a_receipt_keeps_its_note_and_has_seven_fields(dairy: Story) -> None:
    dairy.kim.types("/stock").fills({"What happened": "Received", "Note": "pallet 7", "Item": "milk"}).sees("Note: “pallet 7”")
    assert len(dairy.kim.form().values) == 7
    dairy.kim.fills({"How many": "2", "Lot": "L-1", "Expires on": "2027-01-01"}).submits()
    assert dairy.kim.form().errors["expires"].startswith("Lot L-1 expires on Thu 3 Dec 2026, and you said Fri 1 Jan 2027.")
    dairy.kim.fills({"Lot": "L-9"}).submits().sees("Received 2 milks at Warehouse")
    dairy.kim.closes()
    dairy.kim.types("/stock history milk").sees("pallet 7")


def test_the_form_chooses_among_the_lots_that_lie_there(dairy: Story) -> None:
    quarantine(dairy, "L-1")
    dairy.kim.types("/stock").fills({"What happened": "Scrapped", "Item": "milk", "Where": "Warehouse", "How many": "1"})
    dairy.kim.fills({"Lot": "L-1 (expires Thu 3 Dec) · 3 · quarantined"}).submits().sees("Scrapped 1 milk at Warehouse, lot L-1")


def test_what_is_lent_in_lots_says_so_and_comes_back(story: Story) -> None:
    with story.world() as w:
        w.variant("mask", ItemKind.RETURNABLE)
        w.in_lots("mask")
        w.receive(2, "mask", "M-1", expires="2027-01-31")
        w.receive(5, "mask", "M-2", expires="2027-06-30")
    story.ana.types("/checkout out 3 mask").sees("open-ended, the first to expire first: 2 of lot M-1")
    story.ana.types("/checkout return 1 mask lot M-2").sees("Returned 1 mask to Warehouse, lot M-2")
    story.ana.types("/checkout out 1 mask lot M-2").sees("lot M-2 (expires Wed 30 Jun 2027).")
    story.kim.types("/checkout out 1 mask from Warehouse lot M-9").sees("I don't know a lot M-9 of mask.")


def test_a_new_item_may_come_in_lots(story: Story) -> None:
    story.kim.types("/stock new item Cream").fills({"Kind": "Consumable, in lots"}).submits().sees("Added Cream")
    story.kim.closes()
    story.has("1 cable in Warehouse")
    story.kim.types("/stock +1 cream at Warehouse").sees("Cream is tracked by lots")
    story.ana.types("/stock cream").sees("consumable: used up, in lots")
