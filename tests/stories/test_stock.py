"""Storekeepers and technicians at work with counted stock: every sentence of /stock that changes some."""

import pytest

from models import locations, register
from models.catalog import ItemKind
from models.locations import LocationKind
from tests.stories.conftest import Story


def test_a_keeper_moves_bolts_to_a_van(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "3 cable in Van 3")
    story.kim.types("/stock move 5 M8 bolt from Warehouse to Van 3")
    story.kim.sees("Moved 5 M8 bolts from Warehouse to Van 3.")
    story.kim.sees("195 left in Warehouse. 5 in Van 3.")
    assert story.on_hand("M8 bolt", "Van 3") == 5


def test_a_move_needs_a_keeper(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "3 cable in Van 3")
    story.ana.types("/stock move 5 M8 bolt from Warehouse to Van 3").sees("you need the role keeper")
    assert story.on_hand("M8 bolt", "Van 3") == 0


def test_receiving_says_where_it_went_when_nobody_said_where(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.kim.types("/stock +50 M8 bolt").sees("Received 50 M8 bolts at Warehouse (where the rest of it is).")
    story.kim.sees("250 now in Warehouse.")


def test_receiving_from_a_supplier_with_a_date_and_a_note(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    with story.world() as world:
        supplier = world.location("Acme")
        supplier.kind = LocationKind.SUPPLIER
        world.session.flush()
    story.kim.types('/stock +50 M8 bolt at Warehouse from Acme on 2026-11-20 note "order 7"')
    story.kim.sees("Received 50 M8 bolts from Acme at Warehouse on Fri 20 Nov.")


def test_receiving_needs_a_keeper(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.ana.types("/stock +50 M8 bolt").sees("To receive stock you need the role keeper. Ask Kim Berg. An admin can grant it.")
    assert story.on_hand("M8 bolt", "Warehouse") == 200


def test_anybody_takes_and_hears_what_is_left(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.types("/stock -3 M8 bolt")
    story.ana.sees("Took 3 M8 bolts from Van 3 (the only location that has it).")
    story.ana.sees("17 left in Van 3.")


def test_what_is_left_names_the_reorder_point(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock reorder M8 bolt at Van 3 below 18")
    story.ana.types("/stock -3 M8 bolt").sees("17 left in Van 3 (reorder point 18).")


def test_several_locations_are_offered_as_buttons(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "20 M8 bolt in Van 3")
    story.ana.types("/stock -3 M8 bolt").sees("Several locations have M8 bolt: Warehouse (200) and Van 3 (20). Which one?")
    story.ana.presses("Van 3 (20)").sees("Took 3 M8 bolts from Van 3.")
    assert story.on_hand("M8 bolt", "Van 3") == 17


def test_a_channel_that_belongs_to_a_location_means_it(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "20 M8 bolt in Van 3")
    with story.world() as world:
        world.location("Van 3").channel = "CVAN"
    story.ana.types("/stock -3 M8 bolt", channel="van-3").sees("Took 3 M8 bolts from Van 3 (this channel's location).")


def test_a_shortage_names_the_nearest_and_takes_it_from_there_at_a_press(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "3 M8 bolt in Van 3")
    story.ana.types("/stock -5 M8 bolt at Van 3").sees("Van 3 holds 3 M8 bolts; you asked for 5. Nearest: Warehouse (200).")
    story.ana.presses("Take 5 from Warehouse").sees("Took 5 M8 bolts from Warehouse.")
    assert story.on_hand("M8 bolt", "Van 3") == 3


def test_an_offered_button_pressed_twice_takes_once(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "3 M8 bolt in Van 3")
    story.ana.types("/stock -5 M8 bolt at Van 3")
    story.ana.presses("Take 5 from Warehouse", times=2)
    story.ana.sees("195 left in Warehouse.")
    assert story.on_hand("M8 bolt", "Warehouse") == 195


def test_who_took_the_last_is_named_to_who_comes_after(story: Story) -> None:
    story.has("1 M8 bolt in Van 3")
    story.ana.types("/stock -1 M8 bolt at Van 3").sees("Took 1 M8 bolt from Van 3.")
    story.dee.types("/stock -1 M8 bolt at Van 3").sees("Van 3 holds no M8 bolt; you asked for 1. Ana Silva took 1")


def test_undo_brings_it_back_and_leaves_no_button_to_press_again(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.types("/stock -3 M8 bolt").sees("17 left")
    story.ana.presses("Undo").sees("Undone")
    story.ana.sees_no("[Undo]")
    assert story.on_hand("M8 bolt", "Van 3") == 20


def test_taking_for_somebody_says_for_whom(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock -3 M8 bolt at Van 3 to @ana").sees("Took 3 M8 bolts from Van 3 to Ana Silva.")
    assert story.on_hand("M8 bolt", "Van 3") == 17


def test_taking_a_serialised_item_offers_its_serials(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Van 3")
    story.ana.types("/stock -2 Canon R6").sees("Each Canon R6 is known by its serial.")
    story.ana.presses("Check out SN-1 and SN-2").sees("SN-2")
    with story.world() as world:
        assert locations.get(world.session, world.asset("SN-2").location_id).name == "Ana Silva"


def test_taking_a_serialised_item_that_is_nowhere_says_so(story: Story) -> None:
    story.has("Canon R6 SN-1 in Site North")
    story.ana.types("/stock -1 Canon R6").sees("Each Canon R6 is known by its serial. None is in a store now.")


@pytest.mark.parametrize(("counted", "told"), [(47, "47 M8 bolts"), (20, "That is what the ledger had.")])
def test_a_count_books_the_difference(story: Story, counted: int, told: str) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types(f"/stock ={counted} M8 bolt at Van 3").sees(told)
    assert story.on_hand("M8 bolt", "Van 3") == counted


def test_a_backdated_count_compares_with_that_moment(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.office.moves_clock(forward=86_400)
    story.kim.types("/stock -5 M8 bolt at Van 3").sees("15 left")
    story.kim.types("/stock =18 M8 bolt at Van 3 on yesterday 18:00").sees("2 fewer than the ledger had.")
    assert story.on_hand("M8 bolt", "Van 3") == 13


def test_a_backdated_taking_that_the_past_forbids_names_what_is_in_its_way(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock -5 M8 bolt at Van 3 on 2026-11-20").sees("Van 3")
    assert story.on_hand("M8 bolt", "Van 3") == 20


def test_scrapping_says_what_is_left(story: Story) -> None:
    story.has("20 safety glove in Van 3")
    story.kim.types("/stock scrap 2 safety gloves at Van 3 note torn").sees("Scrapped 2 safety gloves at Van 3.")
    story.kim.sees("18 left in Van 3.")


def test_the_same_sentences_work_in_a_direct_message_and_after_a_mention(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.says("-3 M8 bolt").sees("17 left in Van 3.")
    story.ana.says("stock -2 M8 bolt").sees("15 left in Van 3.")
    story.ana.types("@quartermaster -1 M8 bolt").sees("14 left in Van 3.")


def test_a_command_that_is_delivered_twice_takes_once(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.office.fault("doubled_delivery")
    story.ana.types("/stock -3 M8 bolt").sees("17 left in Van 3.")
    assert story.on_hand("M8 bolt", "Van 3") == 17


def test_half_a_bolt_is_refused_and_half_a_metre_is_not(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.types("/stock -2.5 M8 bolt").sees("2.5 is not a whole number, and this is counted in wholes. Try 2 or 3.")


def test_a_hostile_name_pings_nobody(story: Story) -> None:
    story.has("20 <!channel> in Van 3")
    story.kim.types("/stock -1 <!channel>")
    story.kim.types("/stock @van 3").sees("<!channel>")
    assert story.ana.pings() == 0


def test_what_comes_back_is_checked_out_to_whoever_takes_it(story: Story) -> None:
    story.has("20 returnable hard hat in Warehouse")
    story.ana.types("/stock -2 hard hats at Warehouse").sees("Checked out 2 hard hats from Warehouse to you, open-ended.")
    story.ana.types("/checkout mine").sees("2 hard hats, open-ended")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("take 5 M8 bolts at Van 3", "Took 5 M8 bolts from Van 3."),
        ("--5 M8 bolts at Van 3", "Took 5 M8 bolts from Van 3."),
        ("receive 5 M8 bolts at Van 3", "Received 5 M8 bolts at Van 3."),
        ("count 25 M8 bolts at Van 3", "Counted 25 M8 bolts at Van 3."),
        ("-", "I read -, but not how many and what. Try /stock -5 M8 bolt."),
        ("scrap", "but not how many and what. Try /stock scrap 5 M8 bolt."),
        ("history", "I read history, but not what. Try /stock history M8 bolt."),
        ("bind", "but not which code and what. Try /stock bind 4006381333931 to M8 bolt."),
    ],
)
def test_the_words_for_the_signs_are_read_too_and_gaps_are_told_with_an_example(story: Story, typed: str, answer: str) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types(f"/stock {typed}").sees(answer)


def test_what_remains_is_told_in_its_unit_and_with_whom_it_is(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    with story.world() as world:
        register.add_item(world.session, world.act(), name="Copper cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)
    story.kim.types("/stock +20 Copper cable at Van 3").sees("20 m now in Van 3.")
    story.kim.types("/stock =2.5 Copper cable at Van 3").sees("17.5 m less than the ledger had. 2.5 m now in Van 3.")
    story.kim.types("/stock move 5 M8 bolts from Van 3 to @dee").sees("15 left in Van 3. 5 with Dee Okafor.")


def test_receiving_so_many_of_what_is_known_by_its_serial_opens_its_form(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.kim.types("/stock +2 Canon R6 at Warehouse").sees("Each Canon R6 is known by its serial, and is added with it.")
    story.kim.presses("Add with serials")
    assert "Canon R6" in str(story.kim.form().values["What they are"])
