"""Custom fields: defined by an admin in a form, filled in with the thing, shown on its card, and kept with who and when."""

from models import register, roles
from models.catalog import ItemKind
from models.members import Role
from tests.stories.conftest import Story


def defines(story: Story, name: str, of: str = "Assets", kind: str = "Text", **more: object) -> None:
    """Kim defines a field in its form."""
    story.kim.types("/stock fields").presses("Add field").sees("Who may see it")
    story.kim.fills({"Of": of}).sees("New field")
    story.kim.fills({"Kind": kind, "Name": name} | {label.replace("_", " "): value for label, value in more.items()})
    story.kim.submits().sees(f"Added the field {name}.")
    story.kim.closes()


def test_a_field_is_defined_filled_in_shown_and_undone(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.kim.types("/stock fields").sees("No custom field is defined yet.")
    defines(story, "Colour")
    story.kim.types("/stock fields").sees("Colour · text, of assets")
    story.kim.types("/stock edit SN-1").fills({"Colour": "  dark   red <!here> "}).submits().sees("Saved Canon R6 SN-1.")
    story.ana.types("/checkout SN-1").sees("Colour\ndark red <!here>")
    story.kim.presses("Undo").sees("Undone.")
    assert "Colour\n" not in story.ana.types("/checkout SN-1").sees("Kim Berg undid “set Colour to dark red <!here>”")


def test_what_a_field_said_before_is_kept_with_who_and_when(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Colour")
    for colour in ("red", "blue"):
        story.kim.types("/stock edit SN-1").fills({"Colour": colour}).submits().sees("Saved Canon R6 SN-1.")
        story.kim.closes()
    told = story.ana.types("/checkout history SN-1").sees("Kim Berg set Colour to blue (was red)")
    assert "Kim Berg set Colour to red" in told


def test_history_tells_which_of_several_choices_came_and_went(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Colours", kind="Several choices", Choices="red\nblue\npink")
    for colours in (["red", "blue", "pink"], ["blue"]):
        story.kim.types("/stock edit SN-1").fills({"Colours": colours}).submits().sees("Saved Canon R6 SN-1.")
        story.kim.closes()
    told = story.ana.types("/checkout history SN-1").sees("Kim Berg took red, pink out of Colours")
    assert "Kim Berg added red, blue, pink to Colours" in told


def test_only_admins_define_fields(story: Story) -> None:
    story.ana.types("/stock fields").sees("To define custom fields you need the role admin.")


def test_a_field_in_use_is_archived_and_comes_back_with_what_it_said(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Colour")
    story.kim.types("/stock edit SN-1").fills({"Colour": "red"}).submits().sees("Saved")
    story.kim.closes()
    story.kim.types("/stock fields").presses("Edit").presses("Archive").sees("Archived the field Colour.")
    story.ana.types("/checkout SN-1")
    assert "Colour\nred" not in story.ana.last()
    story.kim.presses("Undo").sees("Undone.")
    story.ana.types("/checkout SN-1").sees("Colour\nred")
    story.kim.closes(everything=True)
    story.kim.types("/stock fields").presses("Edit").presses("Archive").sees("Archived the field Colour.")


def test_a_field_is_edited_and_refuses_under_its_input(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Tag")
    story.kim.types("/stock fields").presses("Edit").fills({"Pattern": "@@-##", "Rules": ["It must be filled in"]})
    story.kim.fills({"Help": "On the left side."}).submits().sees("Saved the field Tag.")
    story.kim.closes()
    story.kim.types("/stock edit SN-1").sees("On the left side. Written like @@-##")
    story.kim.fills({"Tag": "AB-1"}).submits()
    (refused,) = story.kim.form().errors.values()
    assert refused == "Tag is written like @@-## (# is a digit, @ a letter, * anything); AB-1 is not."
    story.kim.fills({"Tag": "AB-12"}).submits().sees("Saved Canon R6 SN-1.")


def test_all_mistakes_in_a_form_are_told_each_under_its_field(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Shots", kind="Whole number")
    defines(story, "Weight", kind="Decimal number")
    story.kim.types("/stock edit SN-1").fills({"Shots": "3.5", "Weight": "heavy"}).submits()
    assert list(story.kim.form().errors.values()) == ["Shots is a whole number; 3.5 is not.", "I can't read heavy as a number."]


def test_a_field_that_somebody_else_filled_in_meanwhile_is_not_overwritten(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Colour")
    with story.world() as world:
        roles.grant(world.session, world.act(), member=world.member("Ana Silva"), role=Role.KEEPER)
    story.ana.types("/stock edit SN-1").fills({"Colour": "red"})
    story.kim.types("/stock edit SN-1").fills({"Colour": "blue"}).submits().sees("Saved")
    story.ana.submits().sees("Kim Berg has changed this since you opened the form.")


def test_a_new_asset_is_asked_for_the_fields_of_its_category(story: Story) -> None:
    with story.world() as world:
        tools = register.add_category(world.session, world.act(), name="Tools")
        power = register.add_category(world.session, world.act(), name="Power tools", parent=tools)
        register.add_item(world.session, world.act(), name="Drill", kind=ItemKind.SERIALISED, category=power)
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Wattage", kind="Whole number", Category="Tools", Default="650")
    story.kim.types("/stock new asset Canon R6")
    assert "Wattage" not in story.kim.form().values
    story.kim.fills({"Serials": "SN-7", "What they are": "Drill"}).sees("Wattage")
    assert story.kim.form().values["Wattage"] == "650"
    assert story.kim.form().values["Serials"] == "SN-7"
    story.kim.fills({"Where they are": "Warehouse", "Wattage": "a lot"}).submits()
    assert list(story.kim.form().errors.values()) == ["I can't read a lot as a whole number."]
    story.kim.fills({"Wattage": "1,200"}).submits().sees("Added Drill SN-7")
    assert "1,200" in story.ana.types("/checkout SN-7").sees("Wattage")


def test_items_locations_and_lots_are_asked_for_theirs(story: Story) -> None:
    story.has("5 M8 bolt in Warehouse")
    with story.world() as world:
        world.in_lots("milk")
        world.receive(5, "milk", "L-1")
    defines(story, "Grade", of="Items")
    defines(story, "Phone", of="Locations")
    defines(story, "Tested on", of="Lots", kind="Date")
    story.kim.types("/stock edit M8 bolt").fills({"Grade": "8.8"}).submits().sees("Saved M8 bolt.")
    story.kim.closes()
    story.ana.types("/stock M8 bolt").sees("Grade\n8.8")
    story.kim.types("/stock edit Warehouse").fills({"Phone": "+44 20"}).submits().sees("Saved Warehouse.")
    story.kim.closes()
    story.ana.types("/stock at Warehouse").sees("Phone\n+44 20")
    story.kim.types("/stock edit lot L-1").fills({"Tested on": "2026-11-20"}).submits().sees("Saved lot L-1 of milk.")
    story.ana.types("/stock lot L-1").sees("Tested on\nFri 20 Nov 2026")


def test_a_new_item_or_location_is_asked_and_what_was_filled_in_stays(story: Story) -> None:
    with story.world() as world:
        register.add_category(world.session, world.act(), name="Bolts")
    defines(story, "Grade", of="Items", Category="Bolts", Rules=["It must be filled in"])
    story.kim.types("/stock new item M8 bolt").fills({"SKU": "B-8", "Cost of one, in USD": "0.12", "Category": "Bolts"}).sees("Grade")
    assert story.kim.form().values["SKU"] == "B-8"
    assert story.kim.form().values["Cost of one, in USD"] == "0.12"
    story.kim.fills({"Grade": "8.8"}).submits().sees("Added M8 bolt B-8 to the catalog.")
    story.kim.closes()
    story.ana.types("/stock M8 bolt").sees("Grade\n8.8")
    defines(story, "Phone", of="Locations")
    story.kim.types("/stock new location Yard").fills({"Phone": "555", "Kind": "Supplier"}).sees("Contact")
    story.kim.submits().sees("Added Yard, a supplier.")
    story.kim.closes()
    story.ana.types("/stock Yard").sees("Phone\n555")


def test_what_only_keepers_may_see_is_shown_to_nobody_else(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Insured for", kind="Money", **{"Who may see it": "Keepers only"})
    story.kim.types("/stock edit SN-1").fills({"Insured for, in USD": "2,000"}).submits().sees("Saved")
    story.kim.types("/checkout SN-1").sees("2,000.00 USD")
    story.ana.types("/checkout SN-1").sees("Kim Berg edited it")
    story.ana.sees_no("2,000.00 USD")
    story.ana.sees_no("Insured for")


def test_an_entry_is_asked_for_in_the_form_of_stock_and_told_in_history(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    defines(story, "Cost centre", of="Entries", kind="Whole number", Rules=["It must be filled in"])
    story.ana.types("/stock -3 M8 bolt at Van 3").sees("Cost centre is required.")
    assert story.on_hand("M8 bolt", "Van 3") == 20
    story.ana.presses("Fill it in").sees("Van 3 holds 20 M8 bolts")
    assert story.ana.form().values["How many"] == "3"
    story.ana.fills({"Cost centre": "12"}).submits().sees("Took 3 M8 bolts")
    story.ana.closes()
    story.ana.types("/stock history M8 bolt").sees("Ana Silva took 3 M8 bolts from Van 3 · Cost centre: 12")


def test_a_sentence_that_lacks_what_is_required_leads_to_its_form(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "1 nail in Warehouse", "Canon R6 SN-1 in Warehouse", "5 returnable hat in Warehouse")
    defines(story, "Why", of="Entries", Rules=["It must be filled in"])
    defines(story, "Project", of="Checkouts", Rules=["It must be filled in"])
    for sentence, sees in (
        ("+3 M8 bolt at Van 3", "Received"),
        ("=3 M8 bolt at Van 3", "Counted"),
        ("scrap 3 M8 bolt at Van 3", "Scrapped"),
        ("move 3 M8 bolt from Van 3 to Warehouse", "Moved"),
    ):
        story.kim.types(f"/stock {sentence}").sees("Why is required.")
        story.kim.presses("Fill it in").fills({"Why": "so"}).submits().sees(sees)
        story.kim.closes()
    story.ana.types("/checkout out SN-1").sees("Project is required.")
    story.ana.presses("Fill it in").fills({"Project": "Film"}).submits().sees("Checked out Canon R6 SN-1")
    story.ana.closes()
    story.ana.types("/checkout SN-1").sees("Project\nFilm")
    story.ana.types("/checkout out 2 hat").sees("Project is required.")
    story.ana.presses("Fill it in").fills({"Project": "Film", "How many": "2"}).submits().sees("Checked out 2 hats")


def test_what_was_repaired_or_serviced_says_what_its_forms_ask(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    defines(story, "Invoice", of="Upkeep", Rules=["It must be filled in"])
    story.ana.types("/checkout report SN-1 scratched")
    story.kim.types("/checkout repaired SN-1 cost 20").sees("Invoice is required.")
    story.kim.presses("Fill it in").submits()
    assert story.kim.form().errors
    story.kim.fills({"Invoice": "R-17"}).submits().sees("Canon R6 SN-1 is repaired")
    story.kim.closes()
    story.ana.types("/checkout upkeep SN-1").sees("in order again · Kim Berg · Invoice: R-17")
    story.ana.types("/stock find invoice:R-17").sees("upkeep of Canon R6 SN-1 · Invoice: R-17")
    story.kim.types("/checkout schedule SN-1").fills({"What": "Calibration", "Every": "30", "Counted in": "Days"}).submits()
    story.kim.sees("Planned Calibration")
    story.kim.closes()
    story.kim.types("/checkout serviced SN-1").sees("Invoice is required.")
    story.kim.presses("Open its upkeep").presses("Done").fills({"Invoice": "R-18"}).submits().sees("Calibration of Canon R6 SN-1 is done")


def filled(story: Story, name: str, kind: str = "Text", **values: str) -> None:
    """A field of assets, and what it says of each: SN_1="red"."""
    defines(story, name, kind=kind)
    for serial, value in values.items():
        story.kim.types(f"/stock edit {serial.replace('_', '-')}").fills({name: value}).submits().sees("Saved")
        story.kim.closes(everything=True)


def test_things_are_found_by_what_their_fields_say(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Van 3")
    filled(story, "Calibrated until", "Date", SN_1="2026-11-30", SN_2="2026-12-01", SN_3="2026-02-01")
    filled(story, "Colour", SN_1="black and white", SN_3="Black")
    found = story.ana.types("/stock find calibrated before 1 Dec").sees("2 found: calibrated before 1 Dec")
    assert found.index("SN-3, Van 3 · Calibrated until: Sun 1 Feb 2026") < found.index(
        "SN-1, Warehouse · Calibrated until: Mon 30 Nov 2026"
    )
    story.ana.types("/checkout find colour:black").sees("2 found: colour:black")
    story.ana.presses("As CSV", on="2 found: colour:black").sees("found-2026-11-23.csv is in our direct messages, with 2 rows.")
    story.ana.types("/checkout find Colour: black and white").sees("1 found: Colour: black and white")
    story.ana.types("/stock find colour:black and calibrated until before 2026-03-01").sees("1 found:")
    story.ana.types("/stock find calibrated until").sees("3 found: calibrated until")
    story.ana.presses("Show", on="3 found").sees("Canon R6 · SN-3")
    story.ana.types("/stock find colour:green").sees("Nothing is found where colour:green.")


def test_what_cannot_be_found_says_why_and_leads_on(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.ana.types("/stock find colour:red").sees("No custom field is defined yet")
    filled(story, "Colour", SN_1="red")
    defines(story, "Cost", kind="Money", **{"Who may see it": "Keepers only"})
    story.ana.types("/stock find color:red").sees("No custom field is called color.")
    story.ana.presses("What says Colour").sees("1 found: Colour")
    story.ana.types("/stock find colour above 5").sees("Colour has no more and no less: say Colour:5.")
    story.ana.types("/stock find cost above 5").sees("No custom field is called cost.")
    story.kim.types("/stock find cost above many").sees("I can't read many as an amount of money.")


def test_checkouts_and_entries_are_found_too(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "Canon R6 SN-1 in Warehouse")
    defines(story, "Project", of="Entries")
    defines(story, "Project", of="Checkouts")
    story.ana.types("/stock -3 M8 bolt at Van 3")
    story.ana.types("/stock").fills({"Item": "M8 bolt", "How many": "2", "Project": "Film"}).submits().sees("Took 2 M8 bolts")
    story.ana.closes()
    story.ana.types("/checkout SN-1").presses("Check out").fills({"Project": "Film"}).submits().sees("Checked out")
    story.ana.closes()
    found = story.ana.types("/checkout find project:film").sees("2 found: project:film")
    assert "Canon R6 SN-1, checked out to Ana Silva" in found
    assert "Ana Silva took 2 M8 bolts from Van 3" in found


def test_a_date_is_reminded_of_ahead_and_settled_by_the_next(story: Story) -> None:
    story.has("Meter SN-1 in Warehouse")
    defines(story, "Calibrated until", kind="Date", **{"Remind so many days before": "14"})
    story.kim.types("/stock fields").sees("Calibrated until · date, of assets · reminded of 14 days before")
    story.kim.types("/stock edit SN-1").fills({"Calibrated until": "2026-12-15"}).submits().sees("Saved")
    story.kim.closes()
    story.moves_to("2026-12-01 08:30", "UTC")
    story.ana.sees_no("is in 14 days")
    story.moves_to("2026-12-01 09:00", "UTC")
    reminder = "Calibrated until of Meter SN-1 is in 14 days, on Tue 15 Dec 2026."
    story.ana.sees(reminder)
    story.ana.presses("Show", on=reminder).sees("Meter · SN-1")
    story.kim.presses("Set the next date", on=reminder).fills({"Calibrated until": "2027-12-15"}).submits().sees("Saved")
    story.beats()
    story.ana.sees("Calibrated until of Meter SN-1 is Wed 15 Dec 2027 now.")


def test_the_form_that_receives_an_order_asks_too(story: Story) -> None:
    with story.world() as world:
        world.location("Warehouse")
        world.orders("40 M8 bolt")
    defines(story, "Checked by", of="Entries", kind="Person", Rules=["It must be filled in"])
    story.kim.types("/stock receive PO-1001 at Warehouse").sees("Checked by")
    story.kim.fills({"Checked by": ("Ana", "Ana Silva")}).submits().sees("Received")
    story.kim.closes()
    story.kim.types("/stock history M8 bolt").sees("· Checked by: Ana Silva")
    story.kim.types("/stock find checked by: Ana Silva").sees("1 found: checked by: Ana Silva")
