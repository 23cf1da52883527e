"""The stock form: opened bare, from cards, and from a message; filled in, refused under its fields, and sent twice."""

from tests.stories.conftest import Story


def test_the_bare_command_opens_the_form_and_taking_is_one_choice_away(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.types("/stock").fills({"Item": "M8 bolt", "From which location": "Van 3", "How many": "3"}).presses("Take")
    shown = story.ana.sees("Took 3 M8 bolts from Van 3.")
    assert "17 left in Van 3." in shown and "[Undo]" in shown
    assert story.on_hand("M8 bolt", "Van 3") == 17


def test_choosing_tells_what_lies_there_and_loses_nothing(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "200 M8 bolt in Warehouse")
    story.ana.types("/stock").fills({"How many": "3", "Note": "for the site", "Item": "M8 bolt"})
    story.ana.sees("220 M8 bolts on hand: Warehouse 200 and Van 3 20.")
    story.ana.fills({"From which location": "Van 3"}).sees("Van 3 holds 20 M8 bolts.")
    assert story.ana.form().values["How many"] == "3"
    assert story.ana.form().values["Note"] == "for the site"


def test_the_form_fits_what_happened(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "200 M8 bolt in Warehouse")
    assert "[Move]" in story.kim.types("/stock").fills({"What happened": "Moved"}).sees("To which location")
    story.kim.fills({"Item": "M8 bolt", "From which location": "Warehouse", "How many": "5", "To which location": "Van 3"}).submits()
    story.kim.sees("Moved 5 M8 bolts from Warehouse to Van 3.")


def test_receiving_counting_and_scrapping_by_form(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    fields = {"Item": "M8 bolt", "How many": "5"}
    story.kim.types("/stock").fills({"What happened": "Received", **fields}).submits().sees("Received 5 M8 bolts at Van 3")
    story.kim.closes()
    story.kim.types("/stock").fills({"What happened": "Scrapped", **fields, "Where": "Van 3"}).submits().sees("Scrapped 5 M8 bolts")
    story.kim.closes()
    story.kim.types("/stock").fills({"What happened": "Counted", **fields, "Where": "Van 3"}).submits().sees("15 fewer than")
    assert story.on_hand("M8 bolt", "Van 3") == 5


def test_a_teammate_is_offered_only_what_they_may_do(story: Story) -> None:
    assert "Received" not in story.ana.types("/stock").form().text


def test_the_form_is_checked_again_when_it_is_sent(story: Story) -> None:
    story.has("5 M8 bolt in Van 3")
    story.ana.types("/stock").fills({"Item": "M8 bolt", "From which location": "Van 3", "How many": "3"})
    story.dee.types("/stock -4 M8 bolt at Van 3").sees("1 left")
    errors = story.ana.submits().form().errors
    assert "Van 3 holds 1 M8 bolt; you asked for 3." in str(errors)


def test_mistakes_stand_under_their_fields(story: Story) -> None:
    story.has("5 M8 bolt in Van 3", "5 M8 bolt in Warehouse")
    story.kim.types("/stock").fills({"Item": "M8 bolt", "How many": "some"}).submits()
    assert story.kim.form().errors == {"quantity": "I can't read some as a quantity. Write it like 1,200 or 2.5."}
    story.kim.fills({"How many": "3"}).submits()
    assert "Several locations have M8 bolt" in story.kim.form().errors["location"]


def test_a_form_that_is_sent_twice_takes_once(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.types("/stock").fills({"Item": "M8 bolt", "From which location": "Van 3", "How many": "3"})
    story.office.fault("doubled_delivery")
    story.ana.submits().sees("17 left in Van 3.")
    assert story.on_hand("M8 bolt", "Van 3") == 17


def test_undo_stands_on_the_page_that_follows(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.types("/stock").fills({"Item": "M8 bolt", "How many": "3"}).submits().sees("17 left")
    story.ana.presses("Undo").sees("Undone")
    assert story.on_hand("M8 bolt", "Van 3") == 20


def test_the_channel_fills_the_location_in(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    with story.world() as world:
        world.location("Van 3").channel = "CVAN"
    assert story.ana.types("/stock", channel="van-3").form().values["From which location"] == "Van 3"


def test_the_buttons_of_a_card_open_the_form_filled_in(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock M8 bolt").presses("Count")
    form = story.kim.form()
    assert form.values["What happened"] == "Counted"
    assert str(form.values["Item"]).startswith("M8 bolt")


def test_log_this_opens_the_form_with_the_message_as_its_note(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.ana.says("Used 3 M8 bolts for @dee & co", to="general")
    form = story.ana.runs("Log this", on="Used 3 M8 bolts").form()
    assert form.values["Note"] == "Used 3 M8 bolts for Dee Okafor & co"
