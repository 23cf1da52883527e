"""Production: whether a run is covered, building it, and keeping its parts until then."""

from models import catalog, editing, register
from models.catalog import ItemKind
from models.locations import LocationKind
from models.members import Role
from tests.stories.conftest import Story


def makes_widgets(story: Story) -> None:
    """The worked example: 3,400 bolts, a reorder point of 1,000, and four bolts in a widget."""
    story.has("3400 M8 bolt in Warehouse")
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
        world.reorder("M8 bolt", "Warehouse", low=1000)


def test_the_worked_example(story: Story) -> None:
    makes_widgets(story)
    shown = story.ana.types("/stock can build 500 Widget at Warehouse").sees("Yes: 500 Widgets can be built at Warehouse.")
    assert "M8 bolt: 2,000 of 3,400; 1,400 remain, still above the reorder point of 1,000." in shown
    assert "At most 850 can be built now: M8 bolt runs out first. A second run of 500 is short by 600 M8 bolts." in shown
    assert "[Build]" not in shown
    story.kim.types("/stock can build 500 Widget").sees("(where its parts are)")
    built = story.kim.presses("Build").sees("Built 500 Widgets at Warehouse.")
    assert "500 now in Warehouse. What went in: 2,000 M8 bolts (1,400 left, reorder point 1,000)." in built
    shown = story.ana.types("/stock can build 500 Widget at Warehouse").sees("No: Warehouse lacks 600 M8 bolts for 500 Widgets.")
    assert "short · M8 bolt: needs 2,000, 1,400 in stock; 600 short. No other location has any. None is on order." in shown
    assert "At most 350 can be built now: M8 bolt runs out first." in shown
    story.kim.types("/stock build 500 Widget at Warehouse").sees("350 Widgets can be built now.")
    story.kim.presses("Build 350").sees("Built 350 Widgets at Warehouse.")
    assert (story.on_hand("M8 bolt", "Warehouse"), story.on_hand("Widget", "Warehouse")) == (0, 850)


def test_asking_moves_nothing(story: Story) -> None:
    makes_widgets(story)
    before = story.kim.types("/stock history M8 bolt").last()
    for quantity in (1, 850, 851, 5000):
        story.kim.types(f"/stock can build {quantity} Widget").sees(" can be built now")
    assert story.kim.types("/stock history M8 bolt").last() == before


def test_building_is_undone_while_nothing_made_has_left(story: Story) -> None:
    makes_widgets(story)
    story.kim.types("/stock build 10 Widget").sees("Built 10 Widgets at Warehouse (where its parts are).")
    story.ana.types("/stock -1 Widget at Warehouse").sees("9 left")
    story.kim.presses("Undo", on="Built 10").sees("Then Warehouse would have been 1 Widget short")
    story.kim.presses("Undo", on="Built 10")
    story.ana.presses("Undo", on="9 left").sees("Undone")
    shown = story.kim.presses("Undo", on="Built 10").sees("Undone")
    assert "built 10 Widgets at Warehouse from 40 M8 bolts (undone)" in shown
    assert story.on_hand("M8 bolt", "Warehouse") == 3400


def test_history_tells_of_a_build_wherever_it_is_asked(story: Story) -> None:
    makes_widgets(story)
    story.kim.types("/stock build 10 Widget").sees("Built 10")
    for thing in ("Widget", "M8 bolt", "Warehouse"):
        assert "built 10 Widgets at Warehouse from 40 M8 bolts" in story.kim.types(f"/stock history {thing}").sees(f"History of {thing}")


def test_build_on_the_answer_pressed_twice_builds_once(story: Story) -> None:
    makes_widgets(story)
    story.kim.types("/stock can build 10 Widget").sees("Yes")
    story.office.fault("doubled_delivery")
    story.kim.presses("Build").sees("Built 10 Widgets")
    story.kim.presses("Build", on="Yes: 10 Widgets")
    assert story.on_hand("Widget", "Warehouse") == 10


def test_only_a_keeper_builds(story: Story) -> None:
    makes_widgets(story)
    story.ana.types("/stock build 10 Widget").sees("you need the role keeper")
    assert story.on_hand("M8 bolt", "Warehouse") == 3400


def test_parts_are_reserved_for_a_run_and_used_up_by_building_it(story: Story) -> None:
    makes_widgets(story)
    story.ana.types("/stock can build 500 Widget").presses("Reserve the parts")
    assert "Building them uses it up." in story.ana.sees("Reserved 2,000 M8 bolts at Warehouse for 500 Widgets.")
    story.ana.presses("Reserve the parts").sees("Reserved 2,000 M8 bolts")
    assert "500 x Widget" in story.ana.types("/stock M8 bolt").sees("1,400 each available")
    shown = story.ana.types("/stock can build 500 Widget").sees("What it takes is kept for it.")
    assert "A second run of 500 is short by 600 M8 bolts." in shown and "[Reserve the parts]" not in shown
    story.ana.types("/stock -1500 M8 bolt at Warehouse").sees("kept for 500 x Widget")
    story.kim.types("/stock build 200 Widget").sees("Built 200")
    assert "1,200" in story.ana.types("/stock M8 bolt").sees("500 x Widget")
    story.kim.presses("Undo", on="Built 200").sees("Undone")
    assert "2,000" in story.ana.types("/stock M8 bolt").sees("500 x Widget")


def test_the_card_of_a_part_tells_only_what_of_it_was_kept_for_a_run(story: Story) -> None:
    makes_widgets(story)
    story.has("500 frame in Warehouse")
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt", "1 frame")
    story.ana.types("/stock can build 20 Widget").presses("Reserve the parts").sees("Reserved 80 M8 bolts and 20 frames at Warehouse")
    assert "Ana Silva reserved 80 in Warehouse for 20 x Widget\n" in story.kim.types("/stock M8 bolt").sees("3,320 each available") + "\n"
    shown = story.kim.types("/stock history Warehouse").sees("History of Warehouse")
    assert "reserved 80 M8 bolts and 20 frames in Warehouse for 20 x Widget" in shown


def test_a_run_that_is_not_covered_is_not_reserved(story: Story) -> None:
    makes_widgets(story)
    story.ana.types("/stock can build 500 Widget").sees("[Reserve the parts]")
    story.ana.types("/stock -2000 M8 bolt at Warehouse").sees("1,400 left")
    story.ana.presses("Reserve the parts").sees("Warehouse lacks 600 M8 bolts for 500 Widgets.")


def test_what_is_kept_for_others_is_told_apart_from_what_is_free(story: Story) -> None:
    makes_widgets(story)
    story.ana.types("/stock reserve 400 M8 bolt at Warehouse for job 7").sees("Reserved 400 M8 bolts")
    shown = story.kim.types("/stock can build 500 Widget").sees("Yes: 500 Widgets")
    assert "M8 bolt: 2,000 of 3,000 that are free; 1,000 remain, still above the reorder point of 1,000 (1,400 on hand)." in shown
    shown = story.kim.types("/stock can build 800 Widget at Warehouse").sees("No: Warehouse lacks 200 M8 bolts for 800 Widgets.")
    assert "M8 bolt: needs 3,200, 3,000 free of 3,400 in stock; 200 short." in shown
    story.kim.types("/stock reserve 2999 M8 bolt at Warehouse for job 8")
    assert "needs 4, 1 free of 3,400 in stock; 3 short" in story.kim.types("/stock can build 1 Widget").sees("No: ")


def test_parts_that_were_kept_for_a_run_are_released_in_a_sentence(story: Story) -> None:
    makes_widgets(story)
    story.has("500 frame in Warehouse")
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt", "1 frame")
    story.kim.types("/stock can build 20 Widget").presses("Reserve the parts")
    told = "Released 80 M8 bolts and 20 frames in Warehouse, kept for 20 x Widget.\nNothing more is kept for 20 x Widget in Warehouse."
    assert story.kim.types("/stock release for 20 x Widget").sees("Released 80").startswith(told)
    shown = story.kim.types("/stock can build 499 Widget").sees("Yes: 499 Widgets")
    assert "frame: 499 of 500; 1 remains." in shown


def test_substitutes_sub_assemblies_and_stock_elsewhere_are_told(story: Story) -> None:
    story.has("30 M8 bolt in Warehouse", "6 M8 bolt zinc in Warehouse", "5 Frame in Warehouse", "20 beam in Warehouse", "70 beam in Van 3")
    with story.world() as world:
        world.bill("Frame", "3 beam; scrap 10 %")
        world.bill("Widget", "4 M8 bolt; or M8 bolt zinc", "1 Frame")
    shown = story.kim.types("/stock can build 9 Widget at Warehouse").sees("Yes: 9 Widgets")
    assert "M8 bolt: needs 36: 30 in stock and 6 M8 bolt zincs instead; none remain." in shown
    assert "Frame: needs 9: 5 in stock and 4 made on the way" in shown
    assert "beam: 14 of 20; 6 remain." in shown
    shown = story.kim.types("/stock can build 20 Widget at Warehouse").sees("No: Warehouse lacks")
    assert "beam: needs 50, 20 in stock; 30 short. Elsewhere: Van 3 70. None is on order." in shown
    assert "[Build 9]" in shown
    story.kim.presses("Bring 30 beams").sees("Moved 30 beams from Van 3 to Warehouse.")
    built = story.kim.types("/stock build 9 Widget at Warehouse").sees("Built 9 Widgets")
    assert "Made on the way: 4 Frames." in built and "went in instead of M8 bolt." in built


def test_of_what_must_be_made_for_want_of_it_what_lies_elsewhere_is_told_and_can_be_fetched(story: Story) -> None:
    story.has("80 M8 bolt in Warehouse", "2 Frame in Warehouse", "30 Frame in Van 3", "9 beam in Warehouse")
    with story.world() as world:
        world.bill("Frame", "3 beam")
        world.bill("Widget", "4 M8 bolt", "1 Frame")
    shown = story.kim.types("/stock can build 5 Widget at Warehouse").sees("Yes: 5 Widgets")
    assert "Frame: needs 5: 2 in stock and 3 made on the way; none remain." in shown and "Van 3" not in shown
    shown = story.kim.types("/stock can build 20 Widget at Warehouse").sees("No: Warehouse lacks 45 beams for 20 Widgets.")
    assert "Frame: needs 20: 2 in stock and 18 made on the way; none remain. Elsewhere: Van 3 30." in shown
    story.kim.presses("Bring 18 Frames").sees("Moved 18 Frames from Van 3 to Warehouse.")
    story.kim.types("/stock can build 20 Widget at Warehouse").sees("Yes: 20 Widgets can be built at Warehouse.")


def test_parts_are_kept_by_who_may_take_them(story: Story) -> None:
    makes_widgets(story)
    story.ana.types("/stock can build 10 Widget").sees("[Reserve the parts]")
    with story.world() as world:
        editing.edit_location(world.session, world.act("Kim Berg"), world.location("Warehouse"), open_to_all=False)
    assert "[Reserve the parts]" not in story.ana.types("/stock can build 10 Widget").last()
    story.ana.presses("Reserve the parts").sees("To take stock from Warehouse you need the role keeper. Ask Kim Berg.")
    story.kim.types("/stock can build 10 Widget").presses("Reserve the parts").sees("Reserved 40 M8 bolts at Warehouse for 10 Widgets.")
    story.kim.presses("Undo").sees("Undone")
    story.kim.types("/stock can build 850 Widget").sees("Yes: 850 Widgets")


def test_what_is_on_order_is_told_and_what_is_not_can_be_ordered(story: Story) -> None:
    makes_widgets(story)
    with story.world() as world:
        world.supplier("Acme").lead_days = 9
        world.orders("400 M8 bolt")
    shown = story.kim.types("/stock can build 1000 Widget").sees("No: Warehouse")
    assert "600 short. No other location has any. On order: 400 on Wed 2 Dec (PO-1001)." in shown
    story.kim.presses("Order 200 M8 bolts").sees("Nobody is known to sell M8 bolt.")
    story.kim.presses("Acme").sees("Put 200 M8 bolts on PO-1002 for Acme")


def test_of_two_who_build_the_last_parts_one_is_told_what_is_missing(story: Story) -> None:
    makes_widgets(story)
    with story.world() as world:
        world.grant("UBO", Role.KEEPER)
    for person in (story.kim, story.bo):
        person.types("/stock can build 850 Widget").sees("Yes: 850 Widgets")
    story.bo.presses("Build").sees("Built 850 Widgets")
    story.kim.presses("Build").sees("Warehouse lacks 3,400 M8 bolts for 850 Widgets. Not one can be built now.")
    assert story.on_hand("Widget", "Warehouse") == 850


def test_where_several_places_have_parts_it_is_asked(story: Story) -> None:
    story.has("30 M8 bolt in Warehouse", "30 M8 bolt in Van 3")
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
    story.kim.types("/stock build 2 Widget").sees("Parts of Widget lie in several locations")
    story.kim.presses("Van 3").sees("Built 2 Widgets at Van 3.")


def test_serials_are_asked_for_in_a_form(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse")
    with story.world() as world:
        world.variant("Robot", ItemKind.SERIALISED)
        world.bill("Robot", "4 M8 bolt")
    story.kim.types("/stock build 11 Robot").sees("Warehouse lacks 4 M8 bolts for 11 Robots.")
    story.kim.types("/stock build 2 Robot").fills({"Serials": "R-1"}).presses("Build")
    assert story.kim.form().errors == {"serials": "Each Robot is known by its serial: 2 are needed, and 1 is named."}
    story.kim.fills({"Serials": "R-1..2"})
    story.office.fault("doubled_delivery")
    story.kim.presses("Build").sees("Built 2 Robots at Warehouse.")
    story.kim.closes()
    assert "built Robot R-2 and Robot R-1 at Warehouse from 8 M8 bolts" in story.kim.types("/checkout history R-2").sees(
        "History of Robot R-2"
    )
    assert story.on_hand("M8 bolt", "Warehouse") == 32


def test_a_lot_is_asked_for_in_a_form_and_what_is_made_ships_to_a_customer(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse")
    with story.world() as world:
        catalog.item(world.session, world.variant("Widget").item_id).lot_tracked = True
        world.bill("Widget", "4 M8 bolt")
        register.add_location(world.session, world.act(), name="Harbour Ltd", kind=LocationKind.CUSTOMER)
    form = {"Lot": "W-1", "Good until": "2027-01-31"}
    story.kim.types("/stock build 2 Widget").fills(form).presses("Build")
    story.kim.sees("Built 2 Widgets at Warehouse, lot W-1 (expires Sun 31 Jan 2027).")
    story.kim.closes()
    story.kim.types("/stock build 3 Widget at Warehouse lot W-2 expires 2027-03-31").sees("Built 3 Widgets at Warehouse, lot W-2")
    story.kim.types("/stock build 3 M8 bolt at Warehouse lot W-1").sees("M8 bolt has no bill of materials")
    story.ana.types("/stock -4 Widget at Warehouse to Harbour Ltd").sees("the first to expire first: 2 of lot W-1")
    assert story.on_hand("Widget", "Harbour Ltd") == 4


def test_component_lots_go_in_by_first_expiry_and_the_answer_says_which(story: Story) -> None:
    with story.world() as world:
        world.in_lots("M8 bolt")
        for quantity, lot, expires in ((40, "L-1", "2027-06-01"), (8, "L-2", "2027-01-01"), (90, "L-3", "2026-11-22")):
            world.receive(quantity, "M8 bolt", lot, expires=expires)
        world.bill("Widget", "4 M8 bolt")
    story.kim.types("/stock can build 20 Widget at Warehouse").sees("At most 12 can be built now")
    shown = story.kim.types("/stock build 3 Widget at Warehouse").sees("Built 3 Widgets")
    assert "12 M8 bolts (8 of lot L-2 (expires Fri 1 Jan 2027), 4 of lot L-1 (expires Tue 1 Jun 2027); 126 left)" in shown
    story.kim.types("/stock build 1 Widget at Warehouse using L-3").sees("Lot L-3 expired on Sun 22 Nov: nothing of it is built in.")
    story.kim.types("/stock build 1 Widget at Warehouse using L-9").sees("Nothing that goes into Widget has a lot L-9.")
    with story.world() as world:
        world.in_lots("nut")
        world.receive(9, "nut", "N-1")
        world.bill("Widget", "4 M8 bolt; or nut")
    story.kim.types("/stock build 1 Widget at Warehouse using N-1").sees("This run takes no nut, so nothing of lot N-1.")
    story.kim.types("/stock build 9 Widget at Warehouse using L-1").sees("36 M8 bolts (lot L-1 (expires Tue 1 Jun 2027); 90 left)")


def test_what_nobody_makes_says_so_and_leads_who_may_write_it_to_its_bill(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse", "40 M8 bolt in Van 3")
    shown = story.ana.types("/stock can build 3 M8 bolt").sees("M8 bolt has no bill of materials: nothing says what it is made of.")
    assert "[Bill of materials]" not in shown
    story.kim.types("/stock build 3 M8 bolt at Warehouse").sees("M8 bolt has no bill of materials")
    story.kim.presses("Bill of materials").presses("Write it").fills({"Components": "1 rod"})


def test_a_long_run_is_paged_the_short_ones_first(story: Story) -> None:
    story.has(*(f"{number * 10} part {number} in Warehouse" for number in range(1, 31)))
    with story.world() as world:
        world.bill("Widget", *(f"1 part {number}" for number in range(30, 0, -1)))
    shown = story.kim.types("/stock can build 15 Widget").sees("Components 1–12 of 30")
    assert "short · part 1: needs 15, 10 in stock; 5 short." in shown.split("\n")[2]
    assert "part 1" in story.kim.presses("Next").sees("Components 13–24 of 30")
