"""Ordering: a draft is filled by sentences and from what is low, ordered, approved where policy wants it, and printed."""

from datetime import date

import pytest

from models import orders, suppliers
from models.quantities import whole
from tests.stories.conftest import Story


@pytest.fixture
def bolts(story: Story) -> Story:
    """40 bolts of 50 to 200; Acme sells them by the hundred, in five days."""
    story.has("40 M8 bolt in Warehouse")
    with story.world() as world:
        acme = world.supplier("Acme")
        acme.contact, acme.lead_days = "orders@acme.example", 5
        suppliers.set_terms(
            world.session,
            world.act(),
            variant=world.variant("M8 bolt"),
            supplier=acme,
            pack=whole(100),
            prices=[(0, 1250)],
            part_number="B-8",
        )
        world.reorder("M8 bolt", "Warehouse", low=50, high=200)
    return story


def test_a_sentence_puts_so_much_on_the_suppliers_draft(bolts: Story) -> None:
    shown = bolts.kim.types("/stock order 200 M8 bolt").sees("Put 200 M8 bolts on PO-1001 for Acme (who sells it).")
    assert "It is not ordered yet: 1 line, 25.00 USD." in shown
    bolts.kim.types("/stock order 100 M8 bolt from Acme").sees("Put 100 M8 bolts on PO-1001 for Acme.")
    bolts.kim.presses("Show PO-1001").sees("300 M8 bolts")


def test_without_a_number_it_is_what_is_missing_in_the_suppliers_packs(bolts: Story) -> None:
    bolts.kim.types("/stock order M8 bolt").sees("Put 200 M8 bolts on PO-1001 for Acme")
    bolts.kim.types("/stock order M8 bolt").sees("40 M8 bolts on hand, 200 on a draft: nothing is missing. Say how many to order.")
    bolts.kim.presses("Order more").fills({"How many": "100"}).submits().sees("Put 100 M8 bolts on PO-1001 for Acme.")


def test_what_is_missing_is_rounded_to_the_packs_of_whom_it_is_ordered_from(bolts: Story) -> None:
    with bolts.world() as world:
        lumen, bolt = world.supplier("Lumen"), world.variant("M8 bolt")
        suppliers.set_terms(world.session, world.act(), variant=bolt, supplier=lumen, pack=whole(60))
    bolts.kim.types("/stock order M8 bolt from Lumen").sees("Put 180 M8 bolts on PO-1001 for Lumen.")


def test_a_draft_that_goes_somewhere_else_than_was_said_says_so(bolts: Story) -> None:
    bolts.has("5 M8 nut in Van 3")
    bolts.kim.types("/stock order 200 M8 bolt at Warehouse").sees("Put 200 M8 bolts on PO-1001")
    bolts.kim.types("/stock order 5 M8 nut from Acme at Van 3").sees("It all goes to Warehouse, as was said before: its card has Edit.")


def test_what_the_supplier_does_not_sell_like_that_is_refused_with_ways_on(bolts: Story) -> None:
    bolts.kim.types("/stock order 250 M8 bolt").sees("Acme sells M8 bolts 100 at a time, and 250 is no multiple of that.")
    bolts.kim.presses("Order 300").sees("Put 300 M8 bolts on PO-1001")


def test_where_nobody_is_known_to_sell_it_the_suppliers_are_offered(bolts: Story) -> None:
    bolts.has("5 nail in Warehouse")
    bolts.kim.types("/stock order 20 nail").sees("Nobody is known to sell nail. Whom do you order it from?")
    bolts.kim.presses("Acme").sees("Put 20 nails on PO-1001 for Acme.")


def test_without_any_supplier_the_way_is_to_add_one(story: Story) -> None:
    story.has("5 nail in Warehouse")
    story.kim.types("/stock order 20 nail").sees("I know no supplier yet. Add one, a location of the kind supplier.")
    story.kim.presses("New supplier")
    assert story.kim.form().title == "New location"


def test_ordering_is_for_keepers(bolts: Story) -> None:
    bolts.ana.types("/stock order 200 M8 bolt").sees("To order from suppliers you need the role keeper. Ask Kim Berg.")


def test_one_does_not_order_from_a_store(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt from Warehouse").sees("Warehouse is no supplier. Name whom you buy from")


def test_putting_something_on_a_draft_is_undone(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").sees("Put 200").splitlines()
    bolts.kim.presses("Undo").sees("Undone.")
    bolts.kim.types("/stock PO-1001").sees("Nothing is on it. Put something on it with /stock order.")


def test_order_on_the_low_list_opens_the_form_with_the_suggestion(bolts: Story) -> None:
    bolts.kim.types("/stock low").sees("reorder point 50, order 200 to reach 200")
    bolts.kim.presses("Order")
    form = bolts.kim.form()
    assert (form.values["Supplier"], form.values["How many"], form.values["Deliver to"]) == ("Acme", "200", "Warehouse")
    assert "40 M8 bolts on hand. Acme sells it 100 at a time, at 12.50 USD per 100." in form.text
    bolts.kim.submits().sees("Put 200 M8 bolts on PO-1001 for Acme.")
    bolts.kim.closes()
    bolts.kim.types("/stock low").sees("200 on a draft")


def test_order_on_a_line_is_what_is_missing_there(bolts: Story) -> None:
    bolts.has("5 M8 bolt in Van 3")
    with bolts.world() as world:
        world.reorder("M8 bolt", "Van 3", low=10, high=105)
    bolts.kim.types("/stock order M8 bolt at Van 3").sees("Put 100 M8 bolts on PO-1001 for Acme")
    bolts.kim.types("/stock PO-1001").sees("Van 3")


def test_the_form_refuses_under_its_fields(bolts: Story) -> None:
    bolts.kim.types("/stock low").presses("Order").fills({"How many": "150"}).submits()
    assert "Acme sells M8 bolts 100 at a time" in bolts.kim.form().errors["quantity"]
    bolts.kim.fills({"How many": "200"}).submits().sees("Put 200 M8 bolts")


def test_the_form_sent_twice_orders_once(bolts: Story) -> None:
    bolts.kim.types("/stock low").presses("Order")
    bolts.office.fault("doubled_delivery")
    bolts.kim.submits().sees("Put 200 M8 bolts on PO-1001")
    with bolts.world() as world:
        assert [one.quantity for one in orders.lines_of(world.session, 1)] == [whole(200)]


def test_everything_low_from_a_supplier_at_one_press(bolts: Story) -> None:
    bolts.has("3 M8 nut in Warehouse")
    with bolts.world() as world:
        suppliers.set_terms(world.session, world.act(), variant=world.variant("M8 nut"), supplier=world.supplier("Acme"))
        world.reorder("M8 nut", None, low=10, high=30)
    bolts.kim.types("/stock order 200 M8 bolt").presses("Add everything low (1)").sees("Put 27 M8 nuts on PO-1001 for Acme.")
    bolts.kim.types("/stock PO-1001").sees("27 M8 nuts")
    bolts.kim.types("/stock order 100 M8 bolt").sees("Put 100 M8 bolts on PO-1001")
    assert "[Add everything low" not in bolts.kim.last()


def test_everything_low_that_somebody_else_has_ordered_meanwhile_is_not_ordered_again(bolts: Story) -> None:
    bolts.has("3 M8 nut in Warehouse")
    with bolts.world() as world:
        world.reorder("M8 nut", None, low=10, high=30)
        suppliers.set_terms(world.session, world.act(), variant=world.variant("M8 nut"), supplier=world.supplier("Acme"))
    bolts.kim.types("/stock order 200 M8 bolt").sees("[Add everything low (1)]")
    with bolts.world() as world:
        world.drafts("27 M8 nut")
    bolts.kim.presses("Add everything low (1)").sees("Nothing that is bought from Acme is low and not ordered yet.")


def test_the_reorder_card_offers_order_and_says_what_is_on_its_way(bolts: Story) -> None:
    bolts.beats()
    bolts.kim.sees("Order 200 M8 bolts to reach 200.")
    bolts.kim.presses("Order", on="left in Warehouse").submits().sees("Put 200 M8 bolts on PO-1001")
    bolts.kim.closes()
    bolts.beats()
    bolts.ana.sees("200 on a draft. Nothing more to order to reach 200.")
    bolts.kim.presses("Show PO-1001", on="left in Warehouse").presses("Order", on="PO-1001 · Acme").sees(
        "Ordered PO-1001 from Acme for 25.00 USD."
    )
    bolts.beats()
    bolts.ana.sees("200 on order for Sat 28 Nov. Nothing more to order to reach 200.")


def test_a_draft_is_ordered_from_its_card_and_that_is_undone(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001")
    card = bolts.kim.sees("PO-1001 · Acme")
    assert "Draft" in card
    assert "200 M8 bolts" in card
    assert "12.50 USD per 100, 25.00 USD in all" in card
    assert "orders@acme.example" in card
    shown = bolts.kim.presses("Order", on="PO-1001 · Acme").sees("Ordered PO-1001 from Acme for 25.00 USD.")
    assert "Expected Sat 28 Nov." in shown
    bolts.kim.types("/stock M8 bolt").sees("200 on Sat 28 Nov (PO-1001)")
    bolts.kim.presses("Undo", on="Ordered PO-1001").sees("Undone.")
    bolts.kim.types("/stock orders").sees("draft")


def test_a_card_that_is_not_up_to_date_orders_nothing(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001").sees("PO-1001 · Acme")
    with bolts.world() as world:
        world.drafts("100 M8 bolt")
    bolts.kim.presses("Order", on="PO-1001 · Acme").sees("Kim Berg has changed PO-1001 since you looked. Look again, then decide.")
    bolts.kim.presses("Show PO-1001", on="Look again").sees("300 M8 bolts")


def test_an_order_pressed_twice_is_ordered_once(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001").sees("PO-1001 · Acme")
    bolts.kim.presses("Order", on="PO-1001 · Acme").sees("Ordered PO-1001")
    bolts.kim.presses("Order", on="Draft").sees("Ordered PO-1001")
    bolts.kim.types("/stock history PO-1001").sees("Kim Berg ordered PO-1001")


def test_a_line_is_changed_and_taken_off_by_its_form(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001").presses("Change")
    bolts.kim.fills({"How many": "300", "Price of 100, in USD": "11.00", "Wanted for": "2026-12-24"}).submits()
    assert "1 line, 33.00 USD" in bolts.kim.sees("PO-1001 has 300 M8 bolts now.")
    bolts.kim.closes()
    bolts.kim.types("/stock PO-1001").presses("Change").fills({"How many": "0"}).submits().sees("Took M8 bolt off PO-1001.")
    bolts.kim.presses("Undo").sees("Undone.")
    bolts.kim.closes()
    bolts.kim.types("/stock PO-1001").presses("Change").fills({"How many": "250"}).submits()
    assert "100 at a time" in bolts.kim.form().errors["quantity"]


def test_where_it_goes_and_when_it_comes_is_edited(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001").presses("Edit")
    bolts.kim.fills({"Deliver to": "Warehouse", "Wanted for": "2026-12-24", "For the supplier to read": "Gate 4"}).submits()
    bolts.kim.sees("Saved PO-1001 from Acme.")
    bolts.kim.closes()
    card = bolts.kim.types("/stock PO-1001").sees("for Thu 24 Dec")
    assert "Warehouse" in card
    assert "Gate 4" in card
    bolts.kim.types("/stock edit PO-1001")
    assert bolts.kim.form().values["Wanted for"] == "2026-12-24"
    bolts.kim.submits()
    assert "It stands like that already" in str(bolts.kim.form().errors)
    with bolts.world() as world:
        world.drafts("100 M8 bolt")
    bolts.kim.fills({"For the supplier to read": "Gate 5"}).submits()
    assert "Kim Berg has changed PO-1001 since you looked." in str(bolts.kim.form().errors)


def test_an_order_is_cancelled_and_that_is_undone(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    bolts.kim.types("/stock PO-1001").presses("Cancel").sees("Tell Acme as well: nothing is sent from here.")
    bolts.kim.types("/stock orders").sees("No order is open.")
    bolts.kim.presses("Undo", on="Cancelled PO-1001").sees("Undone.")
    bolts.kim.types("/stock orders").sees("1 order open")
    bolts.kim.types("/stock PO-1001").sees("[Cancel]")
    with bolts.world() as world:
        world.receives(orders.get(world.session, 1), "100 M8 bolt")
    bolts.kim.presses("Cancel", on="PO-1001 · Acme").sees("Kim Berg has changed PO-1001 since you looked. Look again, then decide.")


def test_the_text_for_the_supplier_comes_as_a_file(bolts: Story) -> None:
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001").presses("Print")
    bolts.kim.sees("The text of PO-1001 for Acme comes as a file in our direct messages.")
    bolts.kim.sees("[file PO-1001.txt]")
    (file,) = [one for one in bolts.office.server.sandbox.workspace.files.values() if one.content]
    words = (file.content or b"").decode()
    assert "PURCHASE ORDER PO-1001\nDRAFT, not ordered yet" in words
    assert "From:       Kim Berg, kim@example.com" in words
    assert "200 each  M8 bolt (your number B-8)" in words
    assert "12.50 USD per 100, 25.00 USD in all" in words


def test_a_teammate_sees_an_order_and_may_do_nothing_with_it(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    card = bolts.ana.types("/stock PO-1001").sees("PO-1001 · Acme")
    assert "[Print]" in card
    assert "[Receive]" not in card
    assert "[Cancel]" not in card


def test_an_unknown_order_is_refused_with_those_that_are_open(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    bolts.kim.types("/stock receive PO-1042").sees("I don't know an order called PO-1042. Nearest: PO-1001.")
    bolts.kim.presses("PO-1001")
    assert bolts.kim.form().title == "Receive PO-1001"


def test_a_number_that_no_order_has_is_answered_with_those_that_are_open(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    bolts.kim.types("/stock PO-1042").sees("I don't know anything called PO-1042. Nearest: PO-1001.")


def test_packs_are_ordered_and_received_in_packs(bolts: Story) -> None:
    bolts.kim.types("/stock edit M8 bolt").fills({"Packs": "box = 100"}).submits().sees("Saved M8 bolt.")
    bolts.kim.closes()
    bolts.kim.types("/stock order 2 boxes M8 bolt").sees("Put 2 boxes (200) of M8 bolt on PO-1001 for Acme")
    bolts.kim.types("/stock order 0.5 box M8 bolt").sees("100 at a time, and 250 in all is no multiple of that.")
    bolts.kim.presses("Order 100").sees("Put 100 M8 bolts on PO-1001")
    bolts.kim.types("/stock PO-1001").presses("Order", on="PO-1001 · Acme").sees("Ordered PO-1001")
    bolts.kim.types("/stock receive PO-1001").fills({"M8 bolt": "1 box"}).submits().sees("Still to come: 200 M8 bolts.")


def test_orders_are_listed_the_late_ones_first(bolts: Story) -> None:
    bolts.kim.types("/stock orders").sees("No order is open. What is low is ordered from /stock low, anything else with /stock order.")
    bolts.kim.types("/stock orders late").sees("No order is late.")
    with bolts.world() as world:
        world.orders("200 M8 bolt")
        world.drafts("5 toner", supplier="Lumen")
    bolts.moves_to("2026-11-30 10:00", "UTC")
    shown = bolts.kim.types("/stock orders").sees("2 orders open")
    assert shown.index("PO-1001 · Acme · ordered, 2 days late, expected Sat 28 Nov") < shown.index("PO-1002 · Lumen · draft")
    bolts.kim.types("/stock orders open").sees("2 orders open")
    assert "PO-1002" not in bolts.kim.types("/stock orders late").sees("1 order late")
    assert "PO-1001" not in bolts.kim.types("/stock orders from Lumen").sees("1 order open with Lumen")
    bolts.kim.presses("Show PO-1002").sees("PO-1002 · Lumen")
    bolts.kim.types("/stock orders from Warehouse").sees("Warehouse is no supplier.")


def test_a_long_list_and_a_long_order_are_paged(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders(*(f"{number} bolt {number}" for number in range(1, 15)))
        for number in range(13):
            world.drafts("1 toner", supplier=f"Supplier {number}")
    bolts.kim.types("/stock orders").sees("14 orders open, 1–12 of 14")
    bolts.kim.presses("Next", on="14 orders open").sees("14 orders open, 13–14 of 14")
    bolts.kim.types("/stock PO-1001").sees("14 lines")
    bolts.kim.presses("Next", on="PO-1001 · Acme").sees("14 bolt 14")


# Approval


@pytest.fixture
def dear(bolts: Story) -> Story:
    """A draft of 25.00 USD, where orders above 10.00 need approval."""
    bolts.kim.opens_home()
    bolts.kim.presses("Order policy").fills({"Above, in USD": "10.00"}).submits().sees(
        "An order worth more than 10.00 USD needs approval now."
    )
    bolts.kim.closes()
    bolts.kim.types("/stock order 200 M8 bolt").presses("Show PO-1001").sees("PO-1001 · Acme")
    return bolts


def test_a_dear_order_is_sent_for_approval_and_approved(dear: Story) -> None:
    dear.kim.presses("Send for approval").sees("This needs approval, so I have asked: order PO-1001 from Acme (1 line).")
    dear.kim.types("/stock PO-1001").sees("Waiting for approval")
    dear.beats()
    card = dear.bo.sees("Kim Berg asks to order PO-1001 from Acme (1 line)")
    assert "25.00 USD" in card
    assert "Orders above 10.00 USD need approval, and PO-1001 is worth 25.00 USD." in card
    dear.bo.presses("Approve", on="asks to order PO-1001").sees("Approved")
    dear.kim.types("/stock PO-1001").sees("Ordered, expected Sat 28 Nov")


def test_a_dear_order_that_is_denied_is_a_draft_again(dear: Story) -> None:
    dear.kim.presses("Send for approval").sees("This needs approval")
    dear.beats()
    dear.bo.presses("Deny", on="asks to order PO-1001").fills({"Why not?": "too dear"}).submits()
    dear.kim.types("/stock PO-1001").sees("Draft")


def test_who_asked_withdraws_on_the_card_and_an_approver_decides_there(dear: Story) -> None:
    dear.kim.presses("Send for approval").sees("This needs approval")
    assert "[Approve]" in dear.bo.types("/stock PO-1001").sees("Waiting for approval")
    dear.kim.types("/stock PO-1001").presses("Withdraw", on="Waiting for approval").sees("Withdrew: order PO-1001")
    dear.kim.types("/stock PO-1001").sees("Draft")


def test_the_order_policy_is_for_admins_and_makes_sense(bolts: Story) -> None:
    bolts.kim.opens_home()
    bolts.kim.presses("Order policy").fills({"Tolerance, in percent": "200"}).submits()
    assert bolts.kim.form().errors == {"tolerance": "A tolerance is between 0 and 100 %."}
    bolts.kim.fills({"Tolerance, in percent": "5"}).submits().sees("More than 5 % above what was ordered is asked about.")


# Late orders


def test_a_late_order_is_told_of_in_the_channel_and_ends_there(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    bolts.moves_to("2026-11-30 12:00", "UTC")
    shown = bolts.ana.sees("PO-1001 from Acme is late: 200 M8 bolts, expected Sat 28 Nov.")
    assert "Ask orders@acme.example." in shown
    bolts.kim.presses("Receive", on="PO-1001 from Acme is late").submits().sees("Everything on PO-1001 has come.")
    bolts.kim.closes()
    bolts.beats()
    bolts.ana.sees("PO-1001 from Acme is received.")


def test_a_keeper_sees_late_orders_on_home(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    bolts.moves_to("2026-11-30 12:00", "UTC")
    bolts.kim.opens_home()
    bolts.kim.sees("1 order late")
    assert "PO-1001 from Acme, expected Sat 28 Nov" in bolts.kim.home()


def test_a_new_day_ends_the_reminder(bolts: Story) -> None:
    with bolts.world() as world:
        world.orders("200 M8 bolt")
    bolts.moves_to("2026-11-30 12:00", "UTC")
    bolts.kim.sees("PO-1001 from Acme is late")
    bolts.ana.types("/stock M8 bolt").sees("200 on Sat 28 Nov (PO-1001, late)")
    bolts.kim.presses("New date", on="PO-1001 from Acme is late").fills({"Expected on": "2026-11-29"}).submits()
    assert bolts.kim.form().errors == {"expected_on": "Sun 29 Nov 2026 is past. Say a day on which it can still come."}
    bolts.kim.fills({"Expected on": "2026-12-04"}).submits().sees("Saved PO-1001")
    bolts.beats()
    bolts.ana.sees("PO-1001 from Acme is ordered, expected Fri 4 Dec.")


def test_the_days_are_there(bolts: Story) -> None:
    with bolts.world() as world:
        order = world.orders("200 M8 bolt")
        assert orders.lines_of(world.session, order.id)[0].expected_on == date(2026, 11, 28)
