"""The bare command opens the form; so do the Check out and Request buttons."""

import pytest

from tests.stories.conftest import Story


@pytest.fixture(autouse=True)
def stores(story: Story) -> None:
    """Two cameras, hard hats in two stores, lamps in one."""
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    story.has(
        "20 returnable hard hat in Warehouse",
        "5 returnable hard hat in Van 3",
        "10 returnable lamp in Warehouse",
        "30 M8 bolt in Warehouse",
    )


def test_several_assets_go_out_by_the_form(story: Story) -> None:
    story.ana.types("/checkout")
    story.ana.fills({"What": ["SN-1", "SN-2"], "Until": "2026-11-27", "What for": "birthday"})
    story.ana.sees("Canon R6 SN-1 is available in Warehouse.\nCanon R6 SN-2 is available in Warehouse.")
    story.ana.submits()
    story.ana.sees("Checked out Canon R6 SN-1 and Canon R6 SN-2 from Warehouse to you, due Fri 27 Nov, 17:00.")
    story.ana.presses("Undo").sees("Undone.")


def test_the_form_offers_what_can_be_lent_by_name_and_serial(story: Story) -> None:
    story.ana.types("/checkout")
    assert story.ana.suggests("What", "hard") == ["hard hat (Q00002)"]
    assert story.ana.suggests("What", "canon") == ["Canon R6 SN-1 (Warehouse)", "Canon R6 SN-2 (Warehouse)"]
    assert story.ana.suggests("What", "bolt") == []


def test_a_counted_item_asks_how_many_and_from_where(story: Story) -> None:
    story.ana.types("/checkout")
    story.ana.fills({"What": ["hard hat"]}).sees("hard hat: 20 in Warehouse and 5 in Van 3.")
    story.ana.fills({"From": "Van 3 (5)"}).submits()
    assert "fill this in" in str(story.ana.form()) or story.ana.form().errors
    story.ana.fills({"How many": "9"}).submits()
    assert "Van 3 holds 5 hard hats; you asked for 9." in str(story.ana.form().errors)
    story.ana.fills({"How many": "3"}).submits()
    story.ana.sees("Checked out 3 hard hats from Van 3 to you, open-ended.")


def test_from_where_is_not_asked_where_only_one_store_has_it(story: Story) -> None:
    story.ana.types("/checkout")
    story.ana.fills({"What": ["lamp"], "How many": "2"})
    assert "From" not in story.ana.form().values
    story.ana.submits()
    story.ana.sees("Checked out 2 lamps from Warehouse (the only location that has it) to you, open-ended.")


def test_counted_items_and_assets_go_out_one_kind_at_a_time(story: Story) -> None:
    story.ana.types("/checkout")
    story.ana.fills({"What": ["lamp", "SN-1"], "How many": "2"}).submits()
    assert "What is counted goes out one kind at a time." in str(story.ana.form().errors)


def test_only_who_may_lend_is_asked_to_whom(story: Story) -> None:
    story.ana.types("/checkout")
    assert "To whom" not in story.ana.form().values
    story.kim.types("/checkout")
    assert story.kim.form().values["To whom"] == "Kim Berg"
    story.kim.fills({"What": ["SN-1"], "To whom": ("dee", "Dee Okafor")}).submits()
    story.kim.sees("Checked out Canon R6 SN-1 from Warehouse to Dee Okafor, open-ended.")


def test_a_form_opened_before_things_changed_is_checked_again(story: Story) -> None:
    story.ana.types("/checkout").fills({"What": ["SN-1"]})
    story.dee.types("/checkout out SN-1")
    story.ana.submits()
    assert "Dee Okafor has Canon R6 SN-1 since Mon 23 Nov, 09:00." in str(story.ana.form().errors)


def test_a_due_time_that_is_past_stands_under_its_field(story: Story) -> None:
    story.ana.types("/checkout").fills({"What": ["SN-1"], "Until": "2026-11-20"}).submits()
    assert story.ana.form().errors == {"due": "Fri 20 Nov, 17:00 is past. Say a later time."}


def test_the_card_opens_the_form_for_its_asset(story: Story) -> None:
    story.ana.types("/checkout SN-1")
    story.ana.presses("Check out")
    assert story.ana.form().values["What"] == ["Canon R6 SN-1"]
    story.ana.fills({"Until": "2026-11-27", "At": "12:30"}).submits()
    story.ana.sees("Checked out Canon R6 SN-1 from Warehouse to you, due Fri 27 Nov, 12:30.")


def test_home_opens_the_form_too(story: Story) -> None:
    story.ana.opens_home().presses("Check something out")
    story.ana.fills({"What": ["SN-1"]}).submits()
    story.ana.sees("Checked out Canon R6 SN-1 from Warehouse to you, open-ended.")
