"""A name alone only looks: the cards of items, locations and categories, today and on a day gone."""

from models import register, stock
from models.catalog import ItemKind
from models.quantities import ONE
from tests.stories.conftest import Story


def test_the_item_card_says_how_many_there_are_where_and_what_happened_last(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "10 M8 bolt in Van 3")
    story.kim.types("/stock -3 M8 bolt at Van 3")
    story.kim.types("/stock reorder M8 bolt below 50 to 200")
    card = story.kim.types("/stock M8 bolt").sees("207 each on hand in 2 locations.")
    assert "Warehouse: 200\nVan 3: 7" in card
    assert "all locations: at 50, up to 200" in card
    assert "Kim Berg took 3 from Van 3" in card


def test_a_name_alone_moves_nothing(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.kim.types("/stock M8 bolt").sees("200 each on hand in Warehouse.")
    assert story.on_hand("M8 bolt", "Warehouse") == 200


def test_a_teammate_sees_no_button_that_they_may_not_press(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    card = story.ana.types("/stock M8 bolt").sees("200 each on hand")
    assert "[Take]" in card and "[History]" in card
    assert "[Receive]" not in card and "[Count]" not in card and "[Edit]" not in card


def test_the_card_of_an_item_tells_its_variants_apart(story: Story) -> None:
    with story.world() as world:
        sizes = [{"size": "M"}, {"size": "L"}]
        register.add_item(world.session, world.act(), name="Shirt", kind=ItemKind.CONSUMABLE, sku="SH", variants=sizes)
    story.kim.types("/stock +5 SH-1 at Warehouse").sees("I don't know a location called Warehouse")
    story.has("1 cable in Warehouse")
    story.kim.types("/stock +5 SH-1 at Warehouse").sees("Received 5 Shirts, M")
    card = story.kim.types("/stock shirt").sees("5 each on hand in Warehouse.")
    assert "5 · Shirt, M SH-1" in card and "0 · Shirt, L SH-2" in card
    story.kim.types("/stock SH-1").sees("Shirt, M · SH-1\n5 each on hand in Warehouse.")


def test_the_card_of_a_serialised_item_lists_its_serials_with_their_state(story: Story) -> None:
    story.has(*(f"Canon R6 SN-{number} in Warehouse" for number in range(1, 8)))
    with story.world() as world:
        world.lend("SN-2", to="Ana Silva")
    card = story.dee.types("/stock Canon R6").sees("7 each on hand in 2 locations, 1 of them with people.")
    assert "Canon R6 SN-1 · available, in Warehouse" in card
    story.dee.presses("All 7 serials").sees(":large_blue_circle: Canon R6 SN-2 · out, with Ana Silva, open-ended")


def test_what_is_late_has_the_same_sign_and_words_wherever_it_is_shown(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.ana.types("/checkout out SN-1 until tomorrow")
    story.moves_to("2026-11-27 17:00", "Europe/Lisbon")
    late = "3 days late, due Tue 24 Nov, 17:00"
    story.ana.types("/checkout SN-1").sees(f":red_circle: With you, {late}")
    story.ana.types("/stock Canon R6").sees(f":red_circle: Canon R6 SN-1 · out, with Ana Silva, {late}")
    story.ana.opens_home().sees(f":red_circle: Canon R6 SN-1, {late}")
    story.kim.types("/stock Canon R6").sees("3 days late, due Tue 24 Nov, 17:00 WET")


def test_a_serial_on_the_card_is_checked_out_with_one_press(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.ana.types("/stock Canon R6").presses("Check out")
    assert "SN-1" in story.ana.form().text + str(story.ana.form().values)


def test_the_serials_are_paged(story: Story) -> None:
    story.has(*(f"Canon R6 SN-{number:02d} in Warehouse" for number in range(1, 16)))
    story.kim.types("/stock Canon R6").presses("All 15 serials").sees("serials 1–12 of 15")
    assert "SN-15" in story.kim.presses("Next").sees("serials 13–15 of 15")
    story.kim.presses("Previous").sees("serials 1–12 of 15")


def test_the_card_shows_how_it_stood_on_a_day_gone(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.office.moves_clock(forward=2 * 86_400)
    story.kim.types("/stock -50 M8 bolt").sees("150 left")
    shown = story.kim.types("/stock M8 bolt on monday").sees("At the end of Mon 23 Nov: 200 each on hand in Warehouse.")
    assert "[Take]" not in shown
    story.kim.presses("Today").sees("150 each on hand in Warehouse.")
    story.kim.types("/stock M8 bolt on 2026-11-20").sees("At the end of Fri 20 Nov: none on hand.")


def test_a_location_says_what_lies_there_the_most_first(story: Story) -> None:
    story.has("7 cable in Van 3", "40 safety glove in Van 3", "Canon R6 SN-1 in Van 3")
    card = story.kim.types("/stock @van 3").sees("3 different things lie here, the most first.")
    assert card.index("40 each · safety glove") < card.index("7 each · cable") < card.index("1 each · Canon R6")
    assert "Keepers\nKim Berg" in card
    assert story.kim.types("/stock at van 3").sees("3 different things lie here, the most first.") == card
    assert story.kim.types("/stock Van 3").sees("3 different things lie here, the most first.") == card


def test_what_is_low_in_a_location_is_marked(story: Story) -> None:
    story.has("7 cable in Van 3")
    story.kim.types("/stock reorder cable at Van 3 below 10")
    story.kim.types("/stock @van 3").sees("low · 7 each · cable Q00001 (reorder point 10)")


def test_a_location_says_what_lies_below_it(story: Story) -> None:
    story.has("7 cable in Van 3")
    with story.world() as world:
        van = world.location("Van 3")
        register.add_location(world.session, world.act(), name="Drawer", kind=van.kind, parent=van)
    story.kim.types("/stock move 5 cable from Van 3 to Drawer").sees("Moved 5 cables")
    card = story.kim.types("/stock Van 3").sees("1 thing lies here")
    assert "7 each · cable" in card and "Below it\nDrawer" in card
    assert "5 each · cable" in story.kim.types("/stock at Drawer").sees("Path\nVan 3 / Drawer")


def test_a_long_location_is_paged_today_and_in_the_past(story: Story) -> None:
    story.has(*(f"{number} bolt {number} in Van 3" for number in range(1, 15)))
    story.kim.types("/stock Van 3").sees("14 different things lie here, 1–12 of 14, the most first.")
    assert "2 each · bolt 2" in story.kim.presses("Next").sees("13–14 of 14")
    story.office.moves_clock(forward=86_400)
    story.kim.types("/stock Van 3 on yesterday").sees("14 different things lay here, 1–12 of 14")
    assert "2 each · bolt 2" in story.kim.presses("Next").sees("13–14 of 14")


def test_a_location_shows_what_lay_there_on_a_day_gone(story: Story) -> None:
    story.has("7 cable in Van 3")
    story.office.moves_clock(forward=2 * 86_400)
    story.kim.types("/stock -7 cable").sees("0 left")
    story.kim.types("/stock Van 3").sees("Nothing lies here.")
    assert "7 each · cable" in story.kim.types("/stock at van 3 on monday").sees("At the end of Mon 23 Nov: 1 thing lay here")
    story.kim.types("/stock at van 3 on 2026-11-20").sees("At the end of Fri 20 Nov: it was empty.")


def test_a_person_named_is_what_they_hold(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    with story.world() as world:
        world.lend("SN-1", to="Ana Silva")
    story.kim.types("/stock @ana").sees("SN-1")
    story.dee.types("/stock at @ana").sees("is for keepers and admins to see")
    story.dee.types("/stock at @ana on today").sees("you need the role keeper")


def test_a_category_lists_its_items_and_what_needs_approval(story: Story) -> None:
    with story.world() as world:
        tools = register.add_category(world.session, world.act(), name="Tools")
        register.add_item(world.session, world.act(), name="Drill", kind=ItemKind.RETURNABLE, category=tools)
    card = story.kim.types("/stock tools").sees("1 item in Tools.")
    assert "0 each · Drill" in card and "Approval\nnever" in card


def test_both_commands_look_alike(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse")
    story.kim.types("/checkout M8 bolt").sees("200 each on hand in Warehouse.")


def test_what_could_be_several_is_offered(story: Story) -> None:
    story.has("200 M8 bolt in Warehouse", "100 M8 nut in Warehouse")
    story.kim.types("/stock M8").sees("M8 could be one of several. Which one?")
    story.kim.presses("M8 nut").sees("100 each on hand in Warehouse.")


def test_fractions_and_thousands_are_said_in_full(story: Story) -> None:
    with story.world() as world:
        made = register.add_item(world.session, world.act(), name="Wire", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)
        stock.receive(world.session, world.act(), variant=made[0], quantity=3_400 * ONE + ONE // 2, target=world.location("Warehouse"))
    story.kim.types("/stock wire").sees("3,400.5 m on hand in Warehouse.")


def test_a_serial_may_be_said_by_its_number_and_is_offered_not_guessed(story: Story) -> None:
    story.has("Canon R6 SN-00485 in Warehouse")
    story.ana.types("/checkout out 485").sees("I don't know an asset called 485. Nearest: Canon R6 SN-00485.")
    story.ana.presses("Canon R6 SN-00485").sees("Checked out Canon R6 SN-00485 from Warehouse to you")
