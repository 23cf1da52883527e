"""Suppliers: their contact and days on their location, and what they sell at in a form of its own."""

from models import suppliers
from tests.stories.conftest import Story


def test_a_supplier_is_added_with_its_contact_and_days(story: Story) -> None:
    story.kim.types("/stock new location Acme").fills({"Kind": "Supplier"}).sees("Days until it comes")
    assert "Channel" not in story.kim.form().values
    assert story.kim.form().values["Name"] == "Acme"
    story.kim.fills({"Contact": "Jo, jo@acme.example", "Days until it comes": "5"}).submits().sees("Added Acme, a supplier.")
    story.kim.closes()
    card = story.ana.types("/stock Acme").sees("Acme · supplier")
    assert "Jo, jo@acme.example" in card
    assert "5 days" in card


def test_a_supplier_is_edited_and_another_kind_asks_for_other_things(story: Story) -> None:
    with story.world() as world:
        world.supplier("Acme").lead_days = 5
    story.kim.types("/stock edit Acme")
    assert story.kim.form().values["Days until it comes"] == "5"
    story.kim.fills({"Days until it comes": "-1"}).submits()
    assert story.kim.form().errors == {"lead_days": "A lead time is between 0 and 3,650 days."}
    story.kim.fills({"Days until it comes": "7"}).submits().sees("Saved Acme.")
    story.kim.presses("Undo").sees("Undone.")
    story.kim.closes()
    assert "Channel" in story.kim.types("/stock new location").form().values
    assert "Channel" not in story.kim.fills({"Kind": "Customer"}).form().values


def test_terms_are_set_by_a_form_and_undone(story: Story) -> None:
    story.has("5 M8 bolt in Warehouse")
    with story.world() as world:
        world.supplier("Acme")
    story.kim.types("/stock terms M8 bolt from Acme")
    fields = {"Their number": "B-8", "Sold at a time": "100", "Sold from": "200", "Prices": "12.50\nfrom 1,000: 11.90"}
    story.kim.fills(fields).submits().sees("Saved the terms of Acme for M8 bolt.")
    story.kim.sees("Acme sells it 100 at a time, 200 at least, at 12.50 USD per 100, from 1,000 on at 11.90 USD.")
    story.kim.closes()
    story.kim.types("/stock terms M8 bolt")
    assert story.kim.form().values["Prices"] == "12.50\nfrom 1,000: 11.90"
    story.kim.closes()
    story.kim.types("/stock order 1000 M8 bolt").sees("It is not ordered yet: 1 line, 119.00 USD.")


def test_terms_ask_for_the_supplier_where_nobody_is_known(story: Story) -> None:
    story.has("5 M8 bolt in Warehouse")
    with story.world() as world:
        world.supplier("Acme")
    story.kim.types("/stock terms M8 bolt").fills({"Supplier": "Acme", "Prices": "a lot"}).submits()
    assert "I can't read a lot as a price. Write it like 12.50, or from 1,000: 11.90." in story.kim.form().errors["prices"]
    story.kim.fills({"Prices": "0.12", "Currency": "euros"})
    story.kim.fills({"Currency": "xx"}).submits()
    assert "XX is not an ISO currency code" in story.kim.form().errors["currency"]
    story.kim.fills({"Currency": "eur"}).submits().sees("Saved the terms of Acme for M8 bolt.")


def test_a_supplier_that_sells_it_no_more_is_taken_away(story: Story) -> None:
    story.has("5 M8 bolt in Warehouse")
    with story.world() as world:
        world.supplier("Acme")
    story.kim.types("/stock terms M8 bolt from Acme").submits().sees("Saved the terms of Acme")
    story.kim.closes()
    story.kim.types("/stock terms M8 bolt").presses("Not sold there any more").sees("Acme sells M8 bolt no more.")
    story.kim.presses("Undo").sees("Undone.")
    story.kim.closes()
    story.kim.types("/stock terms M8 bolt from Acme")
    with story.world() as world:
        terms = suppliers.terms_of(world.session, world.variant("M8 bolt").id, world.supplier("Acme").id)
        assert terms is not None
        suppliers.drop_terms(world.session, world.act(), terms=terms)
    story.kim.presses("Not sold there any more").sees("That was taken away already.")


def test_terms_are_reached_from_the_items_form_and_from_a_line(story: Story) -> None:
    story.has("5 M8 bolt in Warehouse")
    with story.world() as world:
        world.drafts("5 M8 bolt")
    story.kim.types("/stock edit M8 bolt").presses("Supplier").sees("Sold at a time")
    story.kim.closes()
    story.kim.types("/stock PO-1001").presses("Change").presses("Supplier's terms").sees("M8 bolt, from Acme")


def test_a_suppliers_card_leads_to_its_orders(story: Story) -> None:
    with story.world() as world:
        world.drafts("5 M8 bolt")
    story.kim.types("/stock Acme").presses("Orders").sees("1 order open with Acme")


def test_terms_are_for_keepers_and_of_suppliers(story: Story) -> None:
    story.has("5 M8 bolt in Warehouse")
    story.ana.types("/stock terms M8 bolt").sees("you need the role keeper")
    story.kim.types("/stock terms M8 bolt from Warehouse").sees("Warehouse is no supplier.")


def test_what_has_an_open_order_is_not_archived(story: Story) -> None:
    with story.world() as world:
        world.drafts("5 M8 bolt")
    story.kim.types("/stock archive Acme").sees("PO-1001 from Acme is still open. Receive, close or cancel it first.")
    story.kim.types("/stock archive M8 bolt").sees("M8 bolt is still on PO-1001.")
    story.kim.types("/stock archive PO-1001").sees("PO-1001 is an order: it is cancelled, or closed short, on its card.")
    story.kim.types("/stock label PO-1001").sees("PO-1001 is nothing to put a code on.")
