"""Bills of materials: looked at, written in a form, refused line by line, and taken away again."""

from models import catalog, editing, register
from models.bill_editing import remove_bill
from models.catalog import ItemKind
from models.members import Role
from models.quantities import whole
from models.roles import revoke
from tests.stories.conftest import Story


def test_what_nobody_makes_says_so_and_only_a_keeper_may_write_it(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    assert "[Write it]" in story.kim.types("/stock bom M8 bolt").sees("M8 bolt has no bill of materials")
    assert "[Write it]" not in story.ana.types("/stock bom M8 bolt").sees("M8 bolt has no bill of materials")


def test_a_bill_is_written_in_a_form_and_its_card_shows_what_it_is_made_of_and_costs(story: Story) -> None:
    story.has("1 Widget in Van 3", "20 M8 bolt in Van 3", "20 M8 bolt zinc in Van 3", "5 oil in Van 3")
    story.kim.types("/stock bom Widget").presses("Write it")
    story.kim.fills({"Components": "4 M8 bolt; scrap 2.5 %; or M8 bolt zinc\n\n 0.25 oil "}).presses("Save")
    shown = story.kim.sees("Saved the bill of materials of Widget: 2 components.")
    assert "[Undo]" in shown
    story.kim.closes()
    card = story.ana.types("/stock bom widgets").sees("is made of 2 components:")
    assert "4 M8 bolts, scrap 2.5 %, or M8 bolt zinc" in card and "0.25 oil" in card
    assert "without 2 components whose cost is not known" in card and "[Edit]" not in card
    assert "Widget" in story.ana.types("/stock bom M8 bolt zinc").sees("It goes into")


def test_the_card_of_what_is_made_leads_to_its_bill_and_that_to_the_question(story: Story) -> None:
    story.has("9 Widget in Van 3", "20 M8 bolt in Van 3")
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
    story.ana.types("/stock Widget").presses("Made of").sees("is made of 1 component:")
    story.ana.presses("How many can be built?").sees("At most 5 can be built now: M8 bolt runs out first.")
    assert "[Made of]" not in story.ana.types("/stock M8 bolt").sees("20 each")


def test_the_form_opens_with_what_is_written_and_saving_that_changes_nothing(story: Story) -> None:
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt; scrap 2.5 %; or M8 bolt zinc", "1 Frame", '2 13" pipe; or a-b')
        world.bill("Frame", "3 beam")
    form = story.kim.types("/stock bom Widget").presses("Edit").form()
    assert form.values["Components"] == '4 M8 bolt; scrap 2.5 %; or M8 bolt zinc\n1 Frame\n2 13" pipe; or a-b'
    errors = story.kim.presses("Save").form().errors
    assert errors == {"components1": "That is the bill of materials of Widget already."}


def test_a_line_may_be_said_in_the_units_and_packs_that_the_component_comes_in(story: Story) -> None:
    with story.world() as world:
        world.variant("Widget")
        register.add_item(world.session, world.act(), name="Copper cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)
        bolt = catalog.item(world.session, world.variant("M8 bolt").item_id)
        editing.edit_item(world.session, world.act(), bolt, comes_in=[("half box", whole(100))])
    lines = "0.5 m of Copper cable\n2 half boxes M8 bolt\n1 crate M8 bolt"
    errors = story.kim.types("/stock bom Widget").presses("Write it").fills({"Components": lines}).presses("Save").form().errors
    assert errors["components1"].startswith("Line 3: ") and "crate M8 bolt" in errors["components1"]
    story.kim.fills({"Components": lines.rpartition("\n")[0]}).presses("Save").sees("2 components.")
    story.kim.closes()
    assert story.kim.types("/stock bom Widget").presses("Edit").form().values["Components"] == "0.5 m Copper cable\n200 M8 bolt"


def test_what_is_named_exactly_comes_before_what_only_has_the_words(story: Story) -> None:
    with story.world() as world:
        for name in ("Widget", "Resin, 5 kg", "kg of nothing"):
            world.variant(name)
        for name in ("Resin", "nothing"):
            register.add_item(world.session, world.act(), name=name, kind=ItemKind.CONSUMABLE, unit="kg", fractions=True)
    lines = "0.5 kg Resin\n2 Resin, 5 kg\n3 kg of nothing\n4 nothing"
    story.kim.types("/stock bom Widget").presses("Write it").fills({"Components": lines}).presses("Save").sees("4 components.")
    story.kim.closes()
    form = story.kim.types("/stock bom Widget").presses("Edit").form()
    assert form.values["Components"] == "0.5 kg Resin\n2 Resin, 5 kg\n3 kg of nothing\n4 kg nothing"


def test_an_x_between_the_number_and_the_name_is_read_over_unless_the_name_begins_with_it(story: Story) -> None:
    with story.world() as world:
        for name in ("Widget", "M8 bolt", "profile", "x profile"):
            world.variant(name)
    lines = "4 x M8 bolt\n2x profile\n3 × x profile"
    story.kim.types("/stock bom Widget").presses("Write it").fills({"Components": lines}).presses("Save").sees("3 components.")
    story.kim.closes()
    assert story.kim.types("/stock bom Widget").presses("Edit").form().values["Components"] == "4 M8 bolt\n2 profile\n3 x profile"


def test_a_name_with_a_semicolon_reads_back_as_itself(story: Story) -> None:
    with story.world() as world:
        world.variant("Widget")
        for name in ("bolt; or nut", '"quoted" nut'):
            world.variant(name)
    text = '2 "bolt; or nut"; scrap 1 %; or """quoted"" nut"'
    story.kim.types("/stock bom Widget").presses("Write it").fills({"Components": text}).presses("Save").sees("1 component.")
    story.kim.closes()
    assert story.kim.types("/stock bom Widget").presses("Edit").form().values["Components"] == text


def test_every_mistake_is_told_by_its_line_and_nothing_is_written(story: Story) -> None:
    story.has("1 Widget in Van 3", "20 M8 bolt in Van 3", "2 returnable hard hat in Van 3")
    story.kim.types("/stock bom Widget").presses("Write it")
    lines = "4 M8 bolt\nM8 bolt\n4 M9 bolt\n1 Widget\n2 hard hat\n1 M8 bolt\n3 M8 bolt; scrap lots\n1 M8 bolt; scrap 1.234 %"
    errors = story.kim.fills({"Components": lines}).presses("Save").form().errors
    assert list(errors) == ["components1"]
    told = errors["components1"]
    assert "Line 2: I can't read how many go into one. Write it like 2 M8 bolt; scrap 2 %; or M8 bolt zinc." in told
    assert "Line 3: " in told and "M9 bolt" in told
    assert "Line 4: Widget can't be made of itself." in told
    assert "Line 5: hard hat comes back, and only what is used up can go in." in told
    assert "Line 6: M8 bolt is there twice." in told
    assert "And 2 more lines can't be read." in told
    story.kim.fills({"Components": "4 M8 bolt; scrap lots"}).presses("Save")
    assert "Line 1: I can't read scrap lots." in story.kim.form().errors["components1"]
    story.kim.fills({"Components": "4 M8 bolt; scrap 1.234 %"}).presses("Save")
    assert "finer than I count" in story.kim.form().errors["components1"]
    for run_on in ("4 M8 bolt, scrap 2 %", "4 M8 bolt or hard hat", "4 M8 bolt scrap 2"):
        story.kim.fills({"Components": run_on}).presses("Save")
        told = story.kim.form().errors["components1"]
        assert f"called {run_on[2:]}." in told and told.endswith("Write it like 2 M8 bolt; scrap 2 %; or M8 bolt zinc.")
    story.kim.closes()
    story.kim.types("/stock bom Widget").sees("Widget has no bill of materials")


def test_a_circle_names_the_way(story: Story) -> None:
    with story.world() as world:
        world.bill("Frame", "2 beam")
        world.bill("Widget", "1 Frame")
    story.kim.types("/stock bom beam").presses("Write it").fills({"Components": "1 Widget"}).presses("Save")
    told = story.kim.form().errors["components1"]
    assert told == "beam would be made of itself: beam of Widget, Widget of Frame and Frame of beam."


def test_a_form_that_somebody_else_was_quicker_with_is_refused(story: Story) -> None:
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
    story.kim.types("/stock bom Widget").presses("Edit")
    with story.world() as world:
        world.keeper = "Kim Berg"
        world.bill("Widget", "5 M8 bolt")
    errors = story.kim.fills({"Components": "6 M8 bolt"}).presses("Save").form().errors
    assert "Kim Berg has changed this since you opened the form." in str(errors)


def test_a_form_that_is_sent_twice_writes_once_and_undo_takes_it_back(story: Story) -> None:
    story.has("1 Widget in Van 3", "20 M8 bolt in Van 3")
    story.kim.types("/stock bom Widget").presses("Write it").fills({"Components": "4 M8 bolt"})
    story.office.fault("doubled_delivery")
    story.kim.presses("Save").sees("Saved the bill of materials of Widget: 1 component.")
    story.kim.presses("Undo").sees("Undone")
    story.kim.closes()
    story.kim.types("/stock bom Widget").sees("Widget has no bill of materials")


def test_a_bill_is_removed_from_its_form_and_history_knows(story: Story) -> None:
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
    story.kim.types("/stock bom Widget").presses("Edit").presses("Remove")
    story.kim.sees("Removed the bill of materials of Widget.")
    story.kim.presses("Undo").sees("Undone")
    story.kim.closes()
    assert "changed its bill of materials" in story.kim.types("/stock history Widget").sees("History of Widget")


def test_what_was_removed_meanwhile_is_neither_removed_nor_built(story: Story) -> None:
    story.has("40 M8 bolt in Van 3")
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
    story.kim.types("/stock can build 3 Widget").sees("Yes: 3 Widgets")
    story.kim.types("/stock bom Widget").presses("Edit")
    with story.world() as world:
        remove_bill(world.session, world.act(), variant=world.variant("Widget"))
    story.kim.presses("Remove").sees("Widget has no bill of materials.")
    story.kim.closes()
    story.kim.closes()
    for button in ("Build", "Reserve the parts"):
        story.kim.presses(button, on="Yes: 3 Widgets").sees("Widget has no bill of materials: nothing says what it is made of.")
    assert story.on_hand("M8 bolt", "Van 3") == 40


def test_who_is_no_keeper_any_more_writes_no_bill(story: Story) -> None:
    with story.world() as world:
        world.bill("Widget", "4 M8 bolt")
        world.variant("nut")
    story.kim.types("/stock bom Widget").sees("[Edit]")
    story.kim.types("/stock bom nut").presses("Write it").fills({"Components": "4 M8 bolt"})
    with story.world() as world:
        kim = world.member("Kim Berg")
        revoke(world.session, world.act("Kim Berg"), member=kim, role=Role.KEEPER)
    told = "you need the role keeper"
    assert told in str(story.kim.presses("Save").form().errors)
    story.kim.closes()
    story.kim.presses("Edit").sees(told)
    story.ana.types("/stock bom nut").sees("nut has no bill of materials")


def test_a_long_bill_is_paged_and_goes_on_in_a_second_field(story: Story) -> None:
    with story.world() as world:
        names = [f"a component with a long name, number {number}" for number in range(1, 61)]
        world.bill("Widget", *(f"1 {name}" for name in names))
    shown = story.kim.types("/stock bom Widget").sees("60 components, 1–12 of 60")
    assert "number 12" in shown and "number 13" not in shown
    assert "number 13" in story.kim.presses("Next").sees("60 components, 13–24 of 60")
    form = story.kim.presses("Edit").form()
    assert str(form.values["Components"]).splitlines() == [f"1 {name}" for name in names]
    story.kim.fills({"Components, part 2": "nonsense"}).presses("Save")
    assert story.kim.form().errors.keys() == {"components2"}
    more = [f"a component with a long name, number {number}" for number in range(61, 100)]
    with story.world() as world:
        for name in more:
            world.variant(name)
    story.kim.fills({"Components, part 2": "\n".join(f"1 {name}" for name in more)}).presses("Save").sees("99 components.")
    story.kim.closes()
    form = story.kim.types("/stock bom Widget").presses("Edit").form()
    texts = [str(form.values[label]) for label in ("Components", "Components, part 2")]
    assert [line for text in texts for line in text.splitlines()] == [f"1 {name}" for name in [*names, *more]]


def test_a_bill_too_long_for_its_names_is_written_by_skus(story: Story) -> None:
    with story.world() as world:
        names = [f"{number} {'a very long name ' * 6}"[:100].strip() for number in range(200)]
        world.bill("Widget", *(f"1 {name}" for name in names))
        sku = world.variant(names[0]).sku
    form = story.kim.types("/stock bom Widget").presses("Edit").form()
    lines = str(form.values["Components"]).splitlines()
    assert lines[0] == f"1 {sku}"
    story.kim.fills({"Components": "\n".join(["2" + lines[0][1:], *lines[1:]])}).presses("Save").sees("200 components.")
    story.kim.closes()
    story.kim.types("/stock bom Widget").sees(f"• 2 {names[0]}")
