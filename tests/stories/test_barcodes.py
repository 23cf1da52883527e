"""Barcodes: what is printed on a thing finds it, and a label is a picture of its own."""

from tests.stories.conftest import Story


def test_a_bound_barcode_finds_the_thing(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock bind 4006381333931 to M8 bolt").sees("Bound 4006381333931 to M8 bolt.")
    story.ana.types("/stock 4006381333931").sees("20 each on hand in Van 3.")


def test_a_wrong_check_digit_is_no_ean_and_a_code_in_use_is_refused(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "20 cable in Van 3")
    story.kim.types("/stock bind 4006381333931 to M8 bolt").sees("Bound")
    story.kim.types("/stock bind 4006381333931 to cable").sees("4006381333931 is in use already: it is on M8 bolt.")
    story.ana.types("/stock bind 7 to cable").sees("you need the role keeper")


def test_binding_can_be_undone(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock bind BIN-7 to Van 3").sees("Bound BIN-7 to Van 3.")
    story.kim.presses("Undo").sees("Undone")
    story.kim.types("/stock at BIN-7").sees("I don't know a location called BIN-7.")


def test_a_product_code_with_a_wrong_check_digit_is_bound_and_doubted(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock bind 4006381333931 to M8 bolt").sees("Whoever scans or types it finds this.")
    story.kim.sees_no("check digit")
    story.kim.types("/stock bind 4006381333932 to M8 bolt").sees("Its last digit is not the check digit that an EAN or UPC would have")
