"""Receiving an order: the form proposes what is still to come; part of it, all of it, more than was ordered, and serials."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models import ordering, orders
from models.catalog import ItemKind
from models.members import Role
from models.orders import PurchaseOrder
from tests.person import Person
from tests.stories.conftest import Story
from tests.world import World


@pytest.fixture
def ordered(story: Story) -> Story:
    """100 bolts and 7 nuts are ordered from Acme."""
    story.has("1 M8 bolt in Warehouse")
    with story.world() as world:
        world.orders("100 M8 bolt", "7 M8 nut")
    return story


def order_of(world: World) -> PurchaseOrder:
    return orders.get(world.session, 1)


def came(story: Story) -> list[int]:
    with story.world() as world:
        return [one.received // 1_000_000 for one in orders.lines_of(world.session, 1)]


def test_the_form_proposes_what_is_still_to_come(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001")
    form = ordered.kim.form()
    assert form.title == "Receive PO-1001"
    assert (form.values["M8 bolt"], form.values["M8 nut"], form.values["Where it is now"]) == ("100", "7", "Warehouse")
    shown = ordered.kim.presses("Receive").sees("Received 100 M8 bolts and 7 M8 nuts of PO-1001 at Warehouse.")
    assert "Everything on PO-1001 has come." in shown
    assert ordered.on_hand("M8 bolt", "Warehouse") == 101


def test_a_part_comes_and_then_the_rest(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 bolt": "60", "M8 nut": ""}).submits()
    assert "Still to come: 40 M8 bolts and 7 M8 nuts." in ordered.kim.sees("Received 60 M8 bolts of PO-1001 at Warehouse.")
    ordered.kim.presses("Receive the rest").sees("100 ordered, 60 came.")
    assert (ordered.kim.form().values["M8 bolt"], ordered.kim.form().values["M8 nut"]) == ("40", "7")
    ordered.kim.submits().sees("Everything on PO-1001 has come.")
    assert came(ordered) == [100, 7]


def test_a_receipt_is_undone_and_is_still_to_come(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").submits().sees("Everything on PO-1001 has come.")
    ordered.kim.presses("Undo").sees("Undone.")
    ordered.kim.closes()
    assert (came(ordered), ordered.on_hand("M8 bolt", "Warehouse")) == ([0, 0], 1)
    ordered.kim.types("/stock PO-1001").sees("Ordered")


def test_everything_at_one_press_where_the_order_says_where(ordered: Story) -> None:
    assert "[Receive all]" not in ordered.kim.types("/stock PO-1001").sees("PO-1001 · Acme")
    ordered.kim.presses("Edit").fills({"Deliver to": "Warehouse"}).submits().sees("Saved PO-1001")
    ordered.kim.closes()
    ordered.kim.types("/stock PO-1001").presses("Receive all").sees("Received 100 M8 bolts and 7 M8 nuts of PO-1001 at Warehouse.")
    ordered.kim.presses("Receive all", on="PO-1001 · Acme").sees("Received 100 M8 bolts")
    assert came(ordered) == [100, 7]


def test_far_more_than_was_ordered_is_asked_about_once_more(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 bolt": "150", "M8 nut": ""}).submits()
    ordered.kim.sees("100 M8 bolts were ordered, and with this 50 more have come. Is that right?")
    assert ordered.kim.form().values["M8 bolt"] == "150"
    assert came(ordered) == [0, 0]
    ordered.kim.fills({"M8 bolt": "140"}).submits().sees("with this 40 more have come. Is that right?")
    ordered.kim.fills({"M8 bolt": "150", "More than ordered": ["Yes, so many came"]}).submits().sees(
        "Received 150 M8 bolts of PO-1001 at Warehouse."
    )
    ordered.kim.closes()
    ordered.kim.types("/stock PO-1001").sees("50 more than ordered")


def test_a_little_more_is_simply_received(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 bolt": "110", "M8 nut": ""}).submits().sees("Received 110 M8 bolts")


def test_what_is_missing_is_closed_short(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 nut": ""}).submits().sees("Still to come: 7 M8 nuts.")
    ordered.kim.presses("Close short").sees("Closed PO-1001 short.")
    ordered.kim.sees("Not to come any more: 7 M8 nuts.")
    ordered.kim.closes()
    ordered.kim.types("/stock PO-1001").sees("Closed short")
    ordered.kim.types("/stock receive PO-1001").sees("PO-1001 is closed short: nothing is to come of it.")


def test_what_is_missing_within_the_tolerance_is_told_as_such(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 bolt": "95"}).submits()
    ordered.kim.sees("Still to come: 5 M8 bolts. That is within the tolerance of 10 %: close the order short if no more will come.")
    ordered.kim.presses("Close short").sees("Closed PO-1001 short.")


def test_two_who_send_the_same_delivery_at_once_receive_it_once_and_the_other_is_told(ordered: Story) -> None:
    with ordered.world() as world:
        world.grant("UDEE", Role.KEEPER)
    ordered.office.starts_a_bot()
    both, together = (ordered.kim, ordered.dee), Barrier(2)
    for one in both:
        one.types("/stock receive PO-1001").form()

    def send(one: Person) -> str:
        together.wait(timeout=30)
        form = one.submits().form()
        return f"{form.text} {form.errors}"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(send, both))
    assert sorted("Received 100 M8 bolts and 7 M8 nuts of PO-1001" in one for one in told) == [False, True]
    assert sum("has changed PO-1001 since you looked. Look again, then decide." in one for one in told) == 1
    assert (came(ordered), ordered.on_hand("M8 bolt", "Warehouse")) == ([100, 7], 101)


def test_two_people_receive_the_same_delivery_and_the_second_is_told(ordered: Story) -> None:
    with ordered.world() as world:
        world.grant("UDEE", Role.KEEPER)
    ordered.kim.types("/stock receive PO-1001")
    ordered.dee.types("/stock receive PO-1001").submits().sees("Everything on PO-1001 has come.")
    errors = ordered.kim.submits().form().errors
    assert "Dee Okafor has changed PO-1001 since you looked. Look again, then decide." in str(errors)
    assert came(ordered) == [100, 7]


def test_a_form_sent_twice_receives_once(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 bolt": "60", "M8 nut": ""})
    ordered.office.fault("doubled_delivery")
    ordered.kim.submits().sees("Received 60 M8 bolts")
    assert came(ordered) == [60, 0]


def test_mistakes_stand_under_their_lines(ordered: Story) -> None:
    ordered.kim.types("/stock receive PO-1001").fills({"M8 bolt": "some", "M8 nut": ""}).submits()
    assert "I can't read some as a quantity" in ordered.kim.form().errors["line_1"]
    ordered.kim.fills({"M8 bolt": "1.5"}).submits()
    assert "not a whole number" in ordered.kim.form().errors["line_1"]
    ordered.kim.fills({"M8 bolt": ""}).submits()
    assert ordered.kim.form().errors == {"line_1": "Say how many came."}
    ordered.kim.fills({"M8 bolt": "5", "Where it is now": None}).submits()
    assert ordered.kim.form().problem or ordered.kim.form().errors


def test_receiving_is_for_keepers_and_of_what_is_ordered(ordered: Story) -> None:
    ordered.ana.types("/stock receive PO-1001").sees("To receive stock you need the role keeper.")
    with ordered.world() as world:
        world.drafts("5 toner", supplier="Lumen")
    ordered.kim.types("/stock receive PO-1002").sees("PO-1002 has not been ordered yet.")
    ordered.kim.presses("Show PO-1002").sees("PO-1002 · Lumen")
    ordered.kim.types("/stock receive PO-1001").submits().sees("Everything")
    ordered.kim.closes()
    ordered.kim.types("/stock receive PO-1001").sees("Everything on PO-1001 has come.")


def test_a_suppliers_name_stands_for_its_only_open_order(ordered: Story) -> None:
    with ordered.world() as world:
        world.drafts("5 toner")
    ordered.kim.types("/stock receive Acme")
    assert ordered.kim.form().title == "Receive PO-1001"
    ordered.kim.closes()
    with ordered.world() as world:
        ordering.order(world.session, world.act(), order=orders.get(world.session, 2))
    ordered.kim.types("/stock receive Acme").sees("Acme could be one of several. Which one?")
    ordered.kim.presses("PO-1002").sees("Receive PO-1002")


def test_it_can_be_received_elsewhere_and_later_than_it_came(ordered: Story) -> None:
    ordered.has("1 cable in Van 3")
    ordered.moves_on(seconds=3 * 24 * 3600)
    ordered.kim.types("/stock receive PO-1001 at Van 3 on yesterday").submits().sees("at Van 3.")
    ordered.kim.closes()
    ordered.kim.types("/stock history PO-1001").sees("Wed 25 Nov")


def test_serialised_things_come_by_their_serials(story: Story) -> None:
    story.has("Canon R6 SN-9 in Warehouse")
    with story.world() as world:
        world.variant("Canon R6", ItemKind.SERIALISED)
        world.orders("3 Canon R6")
    story.kim.types("/stock receive PO-1001").fills({"Canon R6": "SN-1, SN-9"}).submits()
    assert "SN-9 is in use already" in story.kim.form().errors["line_1"]
    story.kim.fills({"Canon R6": "SN-1..2"}).submits().sees("Still to come: 1 Canon R6.")
    story.kim.closes()
    story.ana.types("/checkout who SN-2").sees("Warehouse")


def test_what_is_tracked_by_lots_comes_in_a_lot(story: Story) -> None:
    with story.world() as world:
        world.variant("epoxy")
        world.in_lots("epoxy")
        world.location("Warehouse")
        world.orders("10 epoxy", "5 M8 bolt", "5 M8 nut", "5 washer")
    story.kim.types("/stock receive PO-1001")
    assert "washer" not in story.kim.form().values
    story.kim.fills({"M8 bolt": "", "M8 nut": ""}).submits()
    assert "epoxy is tracked by lots: say which lot this is." in story.kim.form().errors["lot_1"]
    story.kim.fills({"Lot of epoxy": "L-1", "Which expires on": "2027-01-31"}).submits().sees(
        "Received 10 epoxies of PO-1001 at Warehouse."
    )
    story.kim.closes()
    assert story.on_hand("epoxy", "Warehouse") == 10


def test_a_long_order_is_received_a_handful_of_lines_at_a_time(story: Story) -> None:
    story.has("1 cable in Warehouse")
    with story.world() as world:
        world.orders(*(f"{number} bolt {number}" for number in range(1, 13)))
    story.kim.types("/stock receive PO-1001").presses("Other lines (7)")
    story.kim.sees("bolt 6")
    assert [label for label in story.kim.form().values if label.startswith("bolt")] == [f"bolt {number}" for number in range(6, 11)]
    story.kim.submits().sees("Received 6 bolt 6")
    story.kim.presses("Receive the rest").sees("Put what came")
    story.kim.submits().sees("Received 1 bolt 1")
    story.kim.presses("Receive the rest").sees("Put what came")
    story.kim.submits().sees("Everything on PO-1001 has come.")
    assert came(story) == list(range(1, 13))


def test_receive_on_what_is_low_receives_what_is_on_order(story: Story) -> None:
    story.has("4 M8 bolt in Warehouse")
    with story.world() as world:
        world.reorder("M8 bolt", "Warehouse", low=10, high=50)
        world.orders("46 M8 bolt")
    story.kim.types("/stock low").sees("46 on order")
    story.kim.presses("Receive", on="46 on order").submits().sees("Received 46 M8 bolts of PO-1001 at Warehouse.")
