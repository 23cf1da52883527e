"""Stock in packs: "3 boxes" in every sentence with a number, in forms and on cards, and what is said where packs mean something else."""

import pytest

from models import catalog, editing, register
from models.catalog import ApprovalRule, ItemKind
from models.policies import set_approval
from models.quantities import whole
from tests.stories.conftest import Story


def comes_in(story: Story, name: str, **holds: float) -> None:
    """Says what an item comes in."""
    with story.world() as world:
        item = catalog.item(world.session, world.variant(name).item_id)
        packs = [(pack, int(units * 1_000_000)) for pack, units in holds.items()]
        editing.edit_item(world.session, world.act(), item, comes_in=packs)


@pytest.fixture
def bolts(story: Story) -> Story:
    """1,000 bolts in the Warehouse and 30 in Van 3, in boxes of 200."""
    story.has("1000 M8 bolt in Warehouse", "30 M8 bolt in Van 3")
    comes_in(story, "M8 bolt", box=200)
    return story


@pytest.mark.parametrize(
    ("typed", "answer", "there"),
    [
        ("+3 box M8 bolt at warehouse", "Received 3 boxes (600) of M8 bolt at Warehouse.\n1,600 now in Warehouse.", 1600),
        ("+3 boxes M8 bolts at Warehouse", "Received 3 boxes (600) of M8 bolt at Warehouse.", 1600),
        ("+1 Box of M8 bolt at Warehouse", "Received 1 box (200) of M8 bolt at Warehouse.", 1200),
        ('+1 box "M8 bolt" at Warehouse', "Received 1 box (200) of M8 bolt at Warehouse.", 1200),
        ("-0.5 box M8 bolt at Warehouse", "Took 0.5 boxes (100) of M8 bolt from Warehouse.\n900 left in Warehouse.", 900),
        ("-5 each M8 bolt at Warehouse", "Took 5 M8 bolts from Warehouse.", 995),
        ("=4 boxes M8 bolt at Warehouse", "Counted 4 boxes (800) of M8 bolt at Warehouse.\n200 fewer than the ledger had.", 800),
        ("=5 boxes M8 bolt at Warehouse", "Counted 5 boxes (1,000) of M8 bolt at Warehouse.\nThat is what the ledger had.", 1000),
        ("=0 boxes M8 bolt at Warehouse", "Counted 0 boxes (0) of M8 bolt at Warehouse.", 0),
        ("move 2 boxes M8 bolt from Warehouse to Van 3", "Moved 2 boxes (400) of M8 bolt from Warehouse to Van 3.", 600),
        ("scrap 1 box M8 bolt at Warehouse note rusty", "Scrapped 1 box (200) of M8 bolt at Warehouse.", 800),
    ],
)
def test_every_sentence_with_a_number_takes_packs_and_says_both(bolts: Story, typed: str, answer: str, there: float) -> None:
    bolts.kim.types(f"/stock {typed}").sees(answer)
    assert bolts.on_hand("M8 bolt", "Warehouse") == there


def test_what_comes_back_is_lent_extended_and_returned_in_packs(story: Story) -> None:
    story.has("100 returnable hard hat in Warehouse")
    comes_in(story, "hard hat", crate=10)
    story.ana.types("/checkout out 2 crates hard hats until friday").sees("Checked out 2 crates (20) of hard hat from Warehouse")
    story.ana.types("/checkout extend 1 crate hard hat until 2026-12-04").sees("Extended 1 crate (10) of hard hat")
    story.ana.types("/checkout return 2 crates of hard hats").sees("Returned 2 crates (20) of hard hat to Warehouse")
    story.ana.types("/checkout return 1 crate hard hats").sees("You have no hard hat out.")
    story.ana.types("/checkout out 0.25 crates hard hats").sees("0.25 crate is 2.5, not a whole number, and this is counted in wholes.")


def test_a_unit_with_parts_is_said_by_its_name_and_in_packs(story: Story) -> None:
    with story.world() as world:
        (cable,) = register.add_item(world.session, world.act(), name="copper cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)
        editing.edit_item(world.session, world.act(), catalog.item(world.session, cable.item_id), comes_in=[("roll", whole(100))])
        world.location("Warehouse")
    story.kim.types("/stock +2 rolls copper cable at Warehouse").sees("Received 2 rolls (200 m) of copper cable at Warehouse.")
    story.ana.types("/stock -2.5 m copper cable").sees("Took 2.5 m of copper cable from Warehouse (the only location that has it).")
    story.ana.types("/stock -0.015 rolls copper cable").sees("Took 0.015 rolls (1.5 m) of copper cable")
    story.ana.types("/stock -0.0000001 roll copper cable").sees("finer than I count")
    assert story.on_hand("copper cable", "Warehouse") == 196


def test_a_part_of_a_pack_that_is_no_whole_unit_is_refused_and_the_nearest_taken_at_a_press(bolts: Story) -> None:
    bolts.ana.types("/stock -0.333 box M8 bolt at Warehouse")
    bolts.ana.sees("0.333 box is 66.6, not a whole number, and this is counted in wholes. Try 66 or 67.")
    assert bolts.on_hand("M8 bolt", "Warehouse") == 1000
    bolts.ana.presses("67").sees("Took 67 M8 bolts from Warehouse.")


def test_stock_is_reserved_and_released_in_packs(bolts: Story) -> None:
    bolts.ana.types("/stock reserve 2 boxes M8 bolt at Warehouse for job 7").sees("Reserved 2 boxes (400) of M8 bolt in Warehouse")
    bolts.ana.types("/stock release 3 boxes M8 bolt for job 7").sees("you said 3 boxes (600).")
    bolts.ana.types("/stock release 1 box M8 bolt for job 7").sees("Released 1 box (200) of M8 bolt in Warehouse")
    bolts.ana.sees("200 M8 bolts are still kept for job 7 in Warehouse.")


def test_lots_come_and_go_in_packs(story: Story) -> None:
    with story.world() as world:
        world.in_lots("M8 bolt")
        world.location("Warehouse")
    comes_in(story, "M8 bolt", box=200)
    story.kim.types("/stock +1 box M8 bolt at Warehouse lot L1").sees("Received 1 box (200) of M8 bolt")
    story.kim.types("/stock +2 boxes M8 bolt at Warehouse").presses("Name the lot")
    assert story.kim.form().values["How many"] == "2 box"
    story.kim.fills({"Lot": "L2"}).submits().sees("Received 2 boxes (400) of M8 bolt")
    story.ana.types("/stock -2 boxes M8 bolt at Warehouse lot L1").sees("of lot L1; you asked for 2 boxes (400).")
    story.ana.types("/stock -1.5 boxes M8 bolt at Warehouse").sees("Took 1.5 boxes (300) of M8 bolt from Warehouse")
    assert story.on_hand("M8 bolt", "Warehouse") == 300


def test_a_shortage_is_told_in_packs_and_taken_elsewhere_at_a_press(bolts: Story) -> None:
    bolts.ana.types("/stock -1 box M8 bolt at Van 3").sees(
        "Van 3 holds 30 M8 bolts; you asked for 1 box (200). Nearest: Warehouse (1,000)."
    )
    bolts.ana.presses("Take 1 box (200) from Warehouse").sees("Took 1 box (200) of M8 bolt from Warehouse.")
    assert bolts.on_hand("M8 bolt", "Warehouse") == 800


def test_where_is_asked_with_the_packs_kept(bolts: Story) -> None:
    bolts.ana.types("/stock -1 box M8 bolt").sees("Several locations have M8 bolt")
    bolts.ana.presses("Warehouse (1,000)").sees("Took 1 box (200) of M8 bolt from Warehouse.")


def test_a_command_in_packs_that_is_delivered_twice_takes_once_and_is_undone_whole(bolts: Story) -> None:
    bolts.office.fault("doubled_delivery")
    bolts.ana.types("/stock -2 boxes M8 bolt at Warehouse").sees("600 left in Warehouse.")
    assert bolts.on_hand("M8 bolt", "Warehouse") == 600
    bolts.ana.presses("Undo").sees("Undone")
    assert bolts.on_hand("M8 bolt", "Warehouse") == 1000


def test_an_item_whose_name_begins_like_a_pack_stays_within_reach(bolts: Story) -> None:
    bolts.has("9 Box M8 in Van 3", "5 M8 in Warehouse")
    bolts.ana.types("/stock -2 box M8 at Van 3").sees("Took 2 Box M8 from Van 3.")
    comes_in(bolts, "M8", box=2)
    bolts.ana.types("/stock -2 box M8").sees("That can be meant in more than one way. Which one?")
    bolts.ana.presses("2 Box M8").sees("Took 2 Box M8 from Van 3")
    bolts.ana.types("/stock -2 box M8").presses("2 boxes (4) of M8").sees("Took 2 boxes (4) of M8 from Warehouse")
    bolts.ana.types('/stock -1 "Box M8"').sees("Took 1 Box M8 from Van 3")
    assert (bolts.on_hand("Box M8", "Van 3"), bolts.on_hand("M8", "Warehouse")) == (4, 1)


def test_a_name_that_is_right_goes_before_a_pack_of_what_only_has_the_words(bolts: Story) -> None:
    bolts.has("9 Box M8 in Van 3")
    bolts.ana.types("/stock -2 box M8").sees("Took 2 Box M8 from Van 3")


def test_both_are_asked_about_where_neither_is_called_exactly_that(bolts: Story) -> None:
    bolts.has("9 Box spanner for M8 in Van 3", "9 spanner set in Van 3")
    comes_in(bolts, "spanner set", box=3)
    bolts.ana.types("/stock -1 box spanner at Van 3").sees("That can be meant in more than one way.")
    bolts.ana.presses("1 box (3) of spanner set").sees("Took 1 box (3) of spanner set from Van 3.")
    assert bolts.on_hand("Box spanner for M8", "Van 3") == 9


def test_several_that_come_in_that_pack_are_offered_with_it(bolts: Story) -> None:
    bolts.has("900 M8 nut in Warehouse", "900 M8 washer in Warehouse")
    comes_in(bolts, "M8 nut", box=300)
    bolts.kim.types("/stock -1 box M8 at Warehouse").sees("M8 could be one of several. Which one?")
    bolts.kim.presses("M8 nut").sees("Took 1 box (300) of M8 nut from Warehouse.")


def test_the_variants_of_an_item_are_offered_with_the_pack(story: Story) -> None:
    with story.world() as world:
        sizes = [{"size": "M"}, {"size": "L"}]
        register.add_item(
            world.session, world.act(), name="Glove", kind=ItemKind.CONSUMABLE, unit="pair", variants=sizes, comes_in=[("bag", whole(12))]
        )
        world.location("Warehouse")
    story.kim.types("/stock +2 bags gloves at Warehouse").sees("Glove comes in 2 variants. Which one?")
    story.kim.presses("Glove, L").sees("Received 2 bags (24 pairs) of Glove, L at Warehouse.")


def test_a_pack_that_the_item_does_not_have_is_told_with_those_that_it_has(bolts: Story) -> None:
    bolts.has("10 M8 nut in Warehouse")
    bolts.kim.types("/stock +3 crates M8 bolt at Warehouse")
    bolts.kim.sees("I know M8 bolt, but not crates of it. It is counted one by one and comes in box (200).")
    bolts.kim.presses("3 boxes").sees("Received 3 boxes (600) of M8 bolt at Warehouse.")
    bolts.kim.types("/stock +3 boxes M8 nut at Warehouse").sees(
        "I know M8 nut, but not boxes of it. It is counted one by one and has no packs."
    )
    bolts.kim.presses("3 each").sees("Received 3 M8 nuts at Warehouse.")


def test_what_else_is_wrong_is_told_of_the_pack_that_was_said(bolts: Story) -> None:
    bolts.ana.types("/stock -1 box M8 bolt at Warehouse to Atlantis").sees("I don't know a location called Atlantis.")


def test_a_word_that_is_no_unit_is_looked_for_in_names_as_ever(bolts: Story) -> None:
    bolts.has("5 blue M8 nut in Warehouse")
    bolts.ana.types("/stock -2 blue nuts").sees("Took 2 blue M8 nuts from Warehouse")
    bolts.ana.types("/stock -2 green M8 nuts").sees("I don't know an item called green M8 nuts.")


def test_reorder_points_are_set_in_packs(bolts: Story) -> None:
    bolts.kim.types("/stock reorder M8 bolt below 2 boxes to 5 boxes")
    bolts.kim.sees("Set the reorder point of M8 bolt: at 2 boxes (400), up to 5 boxes (1,000).")
    bolts.kim.types("/stock reorder M8 bolt at Van 3 below 1 box").sees("It is low already: 30 M8 bolts there.")
    bolts.kim.types("/stock low").sees("30 in Van 3 (reorder point 200, order 370, 1,000 in Warehouse)")
    bolts.kim.types("/stock reorder M8 bolt below 2 crates").sees("I know M8 bolt, but not crates of it.")
    bolts.kim.presses("2 boxes").sees("Set the reorder point of M8 bolt: at 2 boxes (400).")
    bolts.kim.types("/stock reorder M8 bolt below 0.333 boxes").sees("Try 66 or 67.")
    bolts.kim.presses("66").sees("Set the reorder point of M8 bolt: at 66.")


def test_what_needs_approval_is_asked_for_and_done_in_packs(bolts: Story) -> None:
    with bolts.world() as world:
        item = catalog.item(world.session, world.variant("M8 bolt").item_id)
        set_approval(world.session, world.act(), target=item, rule=ApprovalRule.ALWAYS)
    bolts.ana.types("/stock -2 boxes M8 bolt at Warehouse").sees("2 boxes (400) of M8 bolt")
    bolts.beats()
    bolts.bo.sees("Ana Silva asks to take 2 boxes (400) of M8 bolt")
    bolts.bo.presses("Approve").sees("Approved: take 2 boxes (400) of M8 bolt for Ana Silva.")
    assert bolts.on_hand("M8 bolt", "Warehouse") == 600


def test_the_forms_take_packs_and_say_which_there_are(bolts: Story) -> None:
    bolts.ana.types("/stock").fills({"Item": "M8 bolt", "From which location": "Warehouse"})
    bolts.ana.sees("Warehouse holds 1,000 M8 bolts. It comes in box (200).")
    bolts.ana.fills({"How many": "2 crates"}).submits()
    assert bolts.ana.form().errors["quantity"].startswith("I know M8 bolt, but not crates of it.")
    bolts.ana.fills({"How many": "2boxes"}).submits().sees("Took 2 boxes (400) of M8 bolt from Warehouse.")


def test_the_checkout_form_takes_packs(story: Story) -> None:
    story.has("100 returnable hard hat in Warehouse")
    comes_in(story, "hard hat", crate=10)
    story.ana.types("/checkout").fills({"What": ["hard hat"]}).sees("It comes in crate (10).")
    story.ana.fills({"How many": "3 crates"}).submits().sees("Checked out 3 crates (30) of hard hat")


def test_the_card_says_how_many_packs_that_is_where_it_comes_out_even(bolts: Story) -> None:
    comes_in(bolts, "M8 bolt", box=200, pallet=9000)
    card = bolts.kim.types("/stock M8 bolt").sees("1,030 each on hand in 2 locations.")
    assert "in pallet (9,000) and box (200)" in card
    bolts.kim.types("/stock move 30 M8 bolt from Van 3 to Warehouse")
    bolts.kim.types("/stock scrap 30 M8 bolt at Warehouse")
    bolts.kim.types("/stock M8 bolt").sees("1,000 each (5 boxes) on hand in Warehouse.")


def test_packs_are_edited_in_the_items_form_and_undone(bolts: Story) -> None:
    bolts.kim.types("/stock edit M8 bolt")
    assert bolts.kim.form().values["Packs"] == "box = 200"
    bolts.kim.fills({"Packs": "box = 100\ncarton = 1,000"}).submits().sees("Saved M8 bolt.")
    bolts.kim.types("/stock +1 carton M8 bolt at Warehouse").sees("Received 1 carton (1,000) of M8 bolt")
    bolts.kim.closes()
    bolts.kim.types("/stock history M8 bolt").sees("edited it")
    bolts.kim.types("/stock edit M8 bolt").fills({"Packs": ""}).submits().sees("Saved M8 bolt.")
    bolts.kim.presses("Undo").sees("Undone")
    bolts.kim.types("/stock -1 box M8 bolt at Warehouse").sees("Took 1 box (100) of M8 bolt")


def test_what_is_wrong_with_packs_stands_under_their_field(bolts: Story) -> None:
    bolts.kim.types("/stock edit M8 bolt").fills({"Packs": "box 200"}).submits()
    assert bolts.kim.form().errors == {"packs": "I can't read box 200 as a pack. Write it like box = 200."}
    bolts.kim.fills({"Packs": "box = many"}).submits()
    assert bolts.kim.form().errors == {"packs": "I can't read many as a quantity. Write it like 1,200 or 2.5."}
    bolts.kim.fills({"Packs": "box = 200\nBoxes = 100"}).submits()
    assert bolts.kim.form().errors == {"packs": "Boxes is there twice. Each pack needs a name of its own."}


def test_packs_that_somebody_else_took_away_meanwhile_do_not_come_back(story: Story) -> None:
    with story.world() as world:
        register.add_item(world.session, world.act(), name="M8 bolt", kind=ItemKind.CONSUMABLE, comes_in=[("box", whole(200))])
    story.kim.types("/stock edit M8 bolt").fills({"Note": "zinc"})
    comes_in(story, "M8 bolt")
    story.kim.submits().sees("has changed this since you opened the form.")


def test_a_new_item_gets_its_packs_in_the_next_step(story: Story) -> None:
    story.kim.types("/stock new item M8 bolt").submits().sees("Added M8 bolt")
    story.kim.presses("Add packs").fills({"Packs": "box = 200"}).submits().sees("Saved M8 bolt.")
    with story.world() as world:
        world.location("Warehouse")
    story.kim.types("/stock +2 boxes M8 bolt").sees("Received 2 boxes (400) of M8 bolt at Warehouse")


def test_a_hostile_pack_pings_nobody(bolts: Story) -> None:
    with bolts.world() as world:
        item = catalog.item(world.session, world.variant("M8 bolt").item_id)
        editing.edit_item(world.session, world.act(), item, comes_in=[("<!channel>", whole(10))])
    bolts.kim.types("/stock +1 <!channel> M8 bolt at Warehouse").sees("(10) of M8 bolt")
    bolts.kim.types("/stock M8 bolt").sees("<!channel> (10)")
    assert bolts.ana.pings() == 0


def test_history_and_undo_say_the_packs_that_somebody_said(bolts: Story) -> None:
    bolts.kim.types("/stock +3 boxes M8 bolt at Warehouse")
    comes_in(bolts, "M8 bolt", box=100)
    bolts.kim.types("/stock history M8 bolt").sees("received 3 boxes (600) of M8 bolt at Warehouse")
    bolts.kim.types("/stock M8 bolt").sees("received 3 boxes (600) at Warehouse")
    bolts.kim.types("/stock -200 M8 bolt at Warehouse")
    assert "took 200 M8 bolts from Warehouse" in bolts.kim.types("/stock history Warehouse").sees("received 3 boxes (600)")
    bolts.kim.presses("Undo", on="Took 200").sees("took 200 M8 bolts from Warehouse (undone)")
    bolts.kim.presses("Undo", on="Received 3 boxes").sees("received 3 boxes (600) of M8 bolt at Warehouse (undone)")
