"""The catalog by forms: what is new, what is edited, what is archived, and who may."""

import pytest

from models import catalog, editing, finding, register, roles
from models.catalog import ItemKind
from models.members import Role
from tests.stories.conftest import Story


def test_a_new_item_is_added_by_its_form_and_can_be_undone(story: Story) -> None:
    story.kim.types("/stock new item M8 bolt")
    assert story.kim.form().values["Name"] == "M8 bolt"
    story.kim.fills({"Cost of one, in USD": "0.12", "SKU": "BOLT-8"}).presses("Add").sees("Added M8 bolt BOLT-8 to the catalog.")
    story.ana.types("/stock BOLT-8").sees("0.12 USD per piece")
    story.kim.presses("Undo").sees("Undone")
    story.ana.types("/stock M8 bolt").sees("M8 bolt was archived")


def test_a_new_item_in_variants_and_in_a_unit_of_its_own(story: Story) -> None:
    story.kim.types("/stock new item").fills({"Name": "Hose", "Counted in": ("drum", "drum, in parts too")})
    story.kim.fills({"Variants": "colour: red\ncolour: blue", "SKU": "H"}).submits()
    story.kim.sees("Added Hose in 2 variants: Hose, red H-1 and Hose, blue H-2.")
    story.has("1 cable in Warehouse")
    story.kim.closes()
    story.kim.types("/stock +2.5 H-2 at Warehouse").sees("Received 2.5 drums of Hose, blue at Warehouse.")


def test_a_form_says_what_is_wrong_under_the_field_that_it_is_about(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock new item").fills({"Name": "m8 BOLT"}).submits()
    assert story.kim.form().errors == {"name": "There is an item called M8 bolt already."}
    story.kim.fills({"Name": "M9 bolt", "Cost of one, in USD": "dear"}).submits()
    assert list(story.kim.form().errors) == ["cost"]
    story.kim.fills({"Cost of one, in USD": "1", "Variants": "red"}).submits()
    assert story.kim.form().errors == {"attributes": "I can't read red as an attribute. Write it like size: M."}
    story.kim.fills({"Variants": "", "Kind": "Serialised", "Counted in": ("m", "m, in parts too")}).submits()
    assert list(story.kim.form().errors) == ["unit"]


@pytest.mark.parametrize("thing", ["item", "location", "asset", "category"])
def test_only_keepers_open_the_forms(story: Story, thing: str) -> None:
    story.ana.types(f"/stock new {thing}").sees("you need the role keeper")
    assert not story.ana.has_form()


def test_a_new_item_that_is_sent_twice_is_added_once(story: Story) -> None:
    story.kim.types("/stock new item M8 bolt").form()
    story.office.fault("doubled_delivery")
    story.kim.submits().sees("Added M8 bolt")


def test_a_new_location_lies_where_it_was_put_and_has_its_channel(story: Story) -> None:
    story.has("20 M8 bolt in Warehouse")
    fields = {"Kind": "Van", "Lies in": "Warehouse", "Channel": "van-3", "Time zone": ("Berlin", "Europe/Berlin")}
    story.kim.types("/stock new location Drawer").fills(fields).submits().sees("Added Drawer, a van.")
    card = story.ana.types("/stock drawer").sees("Warehouse / Drawer")
    assert "#van-3" in card


def test_keepers_of_a_location_are_set_by_an_admin(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "5 nail in Warehouse")
    story.kim.types("/stock edit Van 3").presses("Keepers").sees("Who keeps Van 3?")
    story.kim.fills({"Keepers": ["ana", "dee"]}).submits()
    story.kim.sees("Ana Silva keeps Van 3 now. Dee Okafor keeps Van 3 now.")
    story.ana.types("/stock +5 M8 bolt at Van 3").sees("Received 5 M8 bolts")
    story.ana.types("/stock +5 M8 bolt at Warehouse").sees("you need the role keeper")
    story.kim.closes(everything=True)
    story.kim.types("/stock edit Van 3").presses("Keepers").sees("Who keeps Van 3?")
    story.kim.fills({"Keepers": ["dee"]}).submits().sees("Ana Silva no longer keeps Van 3.")
    story.ana.types("/stock +5 M8 bolt at Van 3").sees("you need the role keeper")


def test_a_keeper_of_one_location_edits_that_one_alone(story: Story) -> None:
    story.has("20 M8 bolt in Van 3", "5 nail in Warehouse")
    with story.world() as world:
        roles.grant(world.session, world.act(), member=world.member("Ana Silva"), role=Role.KEEPER, location=world.location("Van 3"))
    story.ana.types("/stock edit Van 3").fills({"Name": "Van Three"}).submits().sees("Saved Van Three.")
    story.ana.closes()
    story.ana.types("/stock edit Warehouse").sees("you need the role keeper")


def test_new_assets_come_as_a_range(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.kim.types("/stock new asset Canon R6").fills({"Serials": "SN-10..12, SN-20", "Where they are": "Warehouse"})
    story.kim.fills({"Purchased on": "2026-11-02", "Cost of each, in USD": "2,499"}).submits()
    story.kim.sees("Added Canon R6 SN-10, Canon R6 SN-11, Canon R6 SN-12 and Canon R6 SN-20 at Warehouse.")
    story.kim.sees("5 Canon R6 in Warehouse now.")
    story.kim.presses("Undo").sees("Undone")
    story.ana.types("/checkout SN-11").sees("I don't know")


def test_a_serial_that_is_taken_is_refused_under_its_field(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.kim.types("/stock new asset Canon R6").fills({"Serials": "SN-1", "Where they are": "Warehouse"}).submits()
    assert "SN-1 is in use already" in story.kim.form().errors["serials"]


def test_editing_an_item_keeps_what_was_not_touched(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock M8 bolt").presses("Edit")
    story.kim.fills({"Name": "M8 hex bolt", "Note": "zinc"}).submits().sees("Saved M8 hex bolt.")
    card = story.ana.types("/stock M8 hex bolt").sees("20 each on hand in Van 3.")
    assert "zinc" in card
    story.ana.types("/stock M8 bolt on today").sees("is called M8 hex bolt now")


def test_an_item_that_has_moved_keeps_its_unit(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock edit M8 bolt").fills({"Counted in": ("box", "box, in wholes")}).submits()
    assert "has moved already" in story.kim.form().errors["unit"]


def test_a_form_that_was_opened_before_somebody_else_saved_is_refused(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock edit M8 bolt").fills({"Note": "zinc"})
    with story.world() as world:
        editing.edit_item(world.session, world.act(), catalog.item(world.session, world.variant("M8 bolt").item_id), name="M8 hex bolt")
    story.kim.submits().sees("has changed this since you opened the form.")


def test_a_variant_gets_a_sku_and_a_cost(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock edit M8 bolt").presses("SKU, cost, attributes")
    story.kim.fills({"SKU": "BOLT-8", "Cost of one, in USD": "0.10"}).submits().sees("Saved M8 bolt BOLT-8.")
    story.kim.presses("Undo").sees("Undone")


def test_attributes_with_commas_in_them_are_edited_as_they_are(story: Story) -> None:
    finish = {"size": "M8, long", "finish": "zinc, matt: grey"}
    with story.world() as world:
        register.add_item(
            world.session, world.act(), name="Bolt", kind=ItemKind.CONSUMABLE, sku="B", variants=[finish, {"size": "M8, short"}]
        )
    story.kim.types("/stock edit B-1").fills({"SKU": "B-8"}).submits().sees("Saved Bolt, M8, long, zinc, matt: grey B-8.")
    story.kim.closes()
    story.kim.types("/stock edit B-2").fills({"SKU": "B-9"}).submits().sees("Saved Bolt, M8, short B-9.")
    with story.world() as world:
        assert [dict(finding.variant(world.session, sku).attributes) for sku in ("B-8", "B-9")] == [finish, {"size": "M8, short"}]
    story.kim.closes()
    story.kim.types("/stock edit B-9").fills({"Attributes": "size: M8, size: M9"}).submits()
    assert story.kim.form().errors == {"attributes": "size is said twice."}


def test_a_variant_is_added_and_edited(story: Story) -> None:
    with story.world() as world:
        sizes = [{"size": "M"}, {"size": "L"}]
        register.add_item(world.session, world.act(), name="Shirt", kind=ItemKind.CONSUMABLE, sku="SH", variants=sizes)
    story.kim.types("/stock edit shirt").presses("Add a variant").fills({"Attributes": "size: XL", "SKU": "SH-XL"}).submits()
    story.kim.sees("Added Shirt, XL SH-XL.")
    story.kim.closes()
    story.kim.types("/stock edit SH-XL").fills({"Attributes": "size: XXL"}).submits().sees("Saved Shirt, XXL SH-XL.")
    story.kim.closes()
    story.kim.types("/stock edit shirt").chooses("Edit a variant", "Shirt, L")
    story.kim.sees("Attributes")  # the variant's form has taken the item's place
    story.kim.presses("Archive").sees("Archived Shirt, L SH-2.")


def test_an_asset_is_edited(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse")
    story.kim.types("/stock edit SN-1").fills({"Name of its own": "Studio camera", "Replace by": "2029-01-01"}).submits()
    story.kim.sees("Saved Studio camera SN-1.")
    story.ana.types("/checkout studio camera").sees("SN-1")


def test_a_category_holds_when_its_items_need_approval(story: Story) -> None:
    story.kim.types("/stock new category Tools").submits().sees("Added the category Tools.")
    story.kim.presses("Approval").fills({"Needs approval": "Always"}).submits().sees("Tools needs approval: always.")
    story.kim.closes()
    with story.world() as world:
        tools = finding.category(world.session, "Tools")
        register.add_item(world.session, world.act(), name="drill", kind=ItemKind.CONSUMABLE, category=tools)
    story.has("5 drill in Warehouse")
    story.ana.types("/stock -1 drill").sees("drill always needs approval.")
    assert story.on_hand("drill", "Warehouse") == 5


def test_a_limit_is_asked_for_where_the_rule_needs_one(story: Story) -> None:
    story.kim.types("/stock new category Tools").submits().presses("Approval")
    story.kim.fills({"Needs approval": "Above a value or a number of days"}).submits()
    assert story.kim.form().errors == {"above": "Say above which value, or above how many days."}
    story.kim.fills({"Above a value, in USD": "500", "For more than so many days": "7"}).submits()
    story.kim.sees("Tools needs approval: above 500.00 USD or 7 days.")


def test_a_category_is_renamed_and_hung_elsewhere(story: Story) -> None:
    story.kim.types("/stock new category Tools").submits().sees("Added")
    story.kim.closes()
    story.kim.types("/stock new category Power tools").fills({"Part of": "Tools"}).submits().sees("Added the category Power tools.")
    story.kim.closes()
    story.kim.types("/stock edit Tools").fills({"Part of": "Power tools"}).submits()
    assert "A category can't hang on itself" in story.kim.form().errors["parent"]


def test_archiving_is_done_at_once_and_undone_at_a_press(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock archive M8 bolt").sees("Van 3 still holds 20 M8 bolts. Move, use or scrap that first.")
    story.kim.types("/stock scrap 20 M8 bolt at Van 3").sees("0 left")
    story.kim.types("/stock archive M8 bolt").sees("Archived M8 bolt.")
    story.ana.types("/stock M8 bolt").sees("was archived on Mon 23 Nov")
    story.kim.presses("Undo", on="Archived M8 bolt").sees("Undone")
    story.ana.types("/stock M8 bolt").sees("None on hand.")


def test_everything_else_is_archived_too(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3", "1 nail in Warehouse")
    story.kim.types("/stock new category Tools").submits().sees("Added")
    story.kim.closes()
    story.kim.types("/stock archive SN-1").sees("Retire it first")
    story.kim.types("/checkout retire SN-1").sees("Retired")
    for thing in ("SN-1", "Van 3", "Tools"):
        story.kim.types(f"/stock archive {thing}").sees("Archived")
    story.ana.types("/stock archive Warehouse").sees("you need the role keeper")


def test_what_comes_from_slack_or_is_built_in_is_not_edited(story: Story) -> None:
    story.kim.types("/stock edit @ana").sees("What I know of Ana Silva comes from Slack.")
    story.kim.types("/stock edit location Scrap").sees("Scrap is built in and stays as it is.")
    story.kim.types("/stock archive @ana").sees("stays as long as Slack knows them")


def test_a_form_asked_for_in_a_direct_message_opens_at_a_press(story: Story) -> None:
    story.kim.says("new item M8 bolt").presses("Open it")
    assert story.kim.form().values["Name"] == "M8 bolt"
