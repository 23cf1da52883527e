"""Custom fields: what they may say, of what, who sees it, and that no entry or undo breaks it."""

from collections.abc import Sequence
from typing import Any

import pytest

from models import archiving, audit, catalog, custom_fields, custom_values, editing, lot_register, register, undo
from models.assets import Asset
from models.catalog import Category, ItemKind
from models.custom_fields import About, CustomField, FieldKind, SeenBy
from models.custom_kinds import Part, Raw, said
from models.custom_register import add_field, archive_field, edit_field
from models.members import Role
from models.refusals import Conflict, NotAllowed, Refusal
from tests.world import World


def defined(w: World, kind: FieldKind = FieldKind.TEXT, *, name: str = "Colour", about: About = About.ASSET, **terms: Any) -> CustomField:
    return add_field(w.session, w.act(), about=about, kind=kind, name=name, **terms)[0]


def says(w: World, field: CustomField, raw: Raw, serial: str = "SN-1", by: str | None = None) -> None:
    editing.edit_asset(w.session, w.act(by), w.asset(serial), custom={field.id: raw})


def told(w: World, field: CustomField, serial: str = "SN-1") -> str:
    return said(w.session, field.kind, custom_values.of(w.session, [field], w.asset(serial).id).get(field.id, []))


@pytest.mark.parametrize(
    ("kind", "raw", "reads"),
    [
        (FieldKind.TEXT, "  dark\tred ", "dark red"),
        (FieldKind.WHOLE, "-1,200", "-1,200"),
        (FieldKind.DECIMAL, "12.50", "12.5"),
        (FieldKind.DECIMAL, "-0.000001", "-0.000001"),
        (FieldKind.MONEY, "1,292.94", "1,292.94 USD"),
        (FieldKind.DATE, "2026-12-01", "Tue 1 Dec 2026"),
        (FieldKind.YES_NO, "Yes", "yes"),
        (FieldKind.YES_NO, "no", "no"),
        (FieldKind.CHOICE, "RED", "red"),
        (FieldKind.CHOICES, ["blue", "red"], "blue, red"),
        (FieldKind.PERSON, "Ana", "Ana"),
        (FieldKind.LOCATION, "Warehouse", "Warehouse"),
        (FieldKind.LINK, "https://example.com/a?b=1", "https://example.com/a?b=1"),
    ],
)
def test_each_kind_says_again_what_it_was_told(a_world: World, kind: FieldKind, raw: Raw, reads: str) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse").member("Ana")
    chosen = kind in {FieldKind.CHOICE, FieldKind.CHOICES}
    field = defined(a_world, kind, choices=["red", "blue"] if chosen else [])
    says(a_world, field, raw)
    assert told(a_world, field) == reads


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (FieldKind.WHOLE, "1.5"),
        (FieldKind.WHOLE, "9" * 30),
        (FieldKind.DECIMAL, "0.0000001"),
        (FieldKind.DECIMAL, "1e5"),
        (FieldKind.MONEY, "-5"),
        (FieldKind.DATE, "01/12/2026"),
        (FieldKind.YES_NO, "perhaps"),
        (FieldKind.PERSON, "Nobody"),
        (FieldKind.LOCATION, "Nowhere"),
        (FieldKind.LINK, "javascript:alert(1)"),
        (FieldKind.LINK, "https://[bad"),
        (FieldKind.TEXT, "x" * 501),
        (FieldKind.TEXT, "a\u202eb"),
    ],
)
def test_what_is_not_of_its_kind_is_refused_under_its_input(a_world: World, kind: FieldKind, raw: str) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world, kind)
    with pytest.raises(Refusal) as refused:
        says(a_world, field, raw)
    assert refused.value.field == custom_fields.input_of(field)
    assert told(a_world, field) == ""


def test_a_value_is_undone_with_the_entry_that_set_it(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world, FieldKind.CHOICES, choices=["red", "blue", "green"])
    says(a_world, field, ["red", "blue"])
    posted = editing.edit_asset(a_world.session, a_world.act(), a_world.asset("SN-1"), custom={field.id: ["green"]})
    assert told(a_world, field) == "green"
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert told(a_world, field) == "red, blue"


def test_a_value_that_was_changed_again_is_not_undone(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world)
    posted = editing.edit_asset(a_world.session, a_world.act(), a_world.asset("SN-1"), custom={field.id: "red"})
    says(a_world, field, "blue")
    with pytest.raises(Conflict, match="changed this again since"):
        undo.undo(a_world.session, a_world.act(), entry_id=posted.id)


def test_saving_what_stands_there_already_changes_nothing(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world)
    says(a_world, field, "red")
    with pytest.raises(Refusal, match="stands like that already"):
        says(a_world, field, "red")


def test_a_value_that_is_rewritten_behind_the_ledger_is_found(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world)
    says(a_world, field, "red")
    row = custom_values.rows(a_world.session, About.ASSET, a_world.asset("SN-1").id)[0]
    row.words = "blue"
    a_world.session.flush()
    assert audit.problems(a_world.session) == [f"Row {row.id} of custom_values has another words than its last entry gave it."]
    row.words = "red"


def test_what_is_required_is_not_left_empty(a_world: World) -> None:
    field = defined(a_world, required=True)
    with pytest.raises(Refusal, match="Colour is required"):
        new_asset(a_world, "SN-1", {})
    made = new_asset(a_world, "SN-1", {field.id: "red"})
    with pytest.raises(Refusal, match="Colour is required"):
        editing.edit_asset(a_world.session, a_world.act(), made, custom={field.id: " "})
    editing.edit_asset(a_world.session, a_world.act(), made, note="scratched")


def new_asset(w: World, serial: str, given: dict[int, Raw] | None = None, item: str = "Canon R6") -> Asset:
    variant = w.variant(item, ItemKind.SERIALISED)
    made, _ = register.add_assets(w.session, w.act(), variant=variant, serials=[serial], target=w.location("Warehouse"), custom=given)
    return made[0]


def test_a_new_thing_says_what_is_preset(a_world: World) -> None:
    field = defined(a_world, FieldKind.CHOICES, choices=["red", "blue"], preset="Red; blue")
    new_asset(a_world, "SN-1")
    assert told(a_world, field) == "red, blue"
    new_asset(a_world, "SN-2", {field.id: None})
    assert told(a_world, field, "SN-2") == ""


def test_no_two_things_say_the_same_in_a_field_that_is_unique(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    field = defined(a_world, is_unique=True)
    says(a_world, field, "Red")
    with pytest.raises(Conflict, match="Canon R6 SN-1 has Red as Colour already") as refused:
        says(a_world, field, "red", "SN-2")
    assert refused.value.field == custom_fields.input_of(field)


def test_a_field_does_not_become_unique_while_two_say_the_same(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    field = defined(a_world, FieldKind.WHOLE)
    says(a_world, field, "7")
    says(a_world, field, "7", "SN-2")
    with pytest.raises(Conflict, match="has 7 as Colour already"):
        edit_field(a_world.session, a_world.act(), field, is_unique=True)


def test_what_is_archived_frees_what_it_said_and_does_not_come_back_beside_another(a_world: World) -> None:
    field = defined(a_world, is_unique=True, about=About.LOCATION)
    a_world.location("Warehouse")
    van = register.add_location(a_world.session, a_world.act(), name="Van", kind=a_world.location("Warehouse").kind, custom={field.id: "7"})
    archived = archiving.archive_location(a_world.session, a_world.act(), van)
    editing.edit_location(a_world.session, a_world.act(), a_world.location("Warehouse"), custom={field.id: "7"})
    with pytest.raises(Conflict, match="has 7 as Colour already"):
        undo.undo(a_world.session, a_world.act(), entry_id=archived.id)


def category(w: World, name: str, parent: Category | None = None) -> Category:
    return register.add_category(w.session, w.act(), name=name, parent=parent)


def test_a_field_of_a_category_holds_for_what_hangs_on_it_and_below_it(a_world: World) -> None:
    tools = category(a_world, "Tools")
    power, paint = category(a_world, "Power tools", tools), category(a_world, "Paint")
    everything, own = defined(a_world, name="Tag"), defined(a_world, name="Wattage", category=tools)
    below = defined(a_world, name="Battery", category=power)

    def names(end: Category | None) -> list[str]:
        return [field.name for field in custom_fields.holding(a_world.session, About.ASSET, end.id if end else None)]

    assert names(power) == [everything.name, own.name, below.name]
    assert names(tools) == ["Tag", "Wattage"]
    assert names(paint) == names(None) == ["Tag"]


def test_a_category_with_a_field_of_its_own_is_not_archived(a_world: World) -> None:
    tools = category(a_world, "Tools")
    field = defined(a_world, name="Wattage", category=tools)
    with pytest.raises(Conflict, match="Wattage is a custom field of what is in Tools"):
        archiving.archive_category(a_world.session, a_world.act(), tools)
    archive_field(a_world.session, a_world.act(), field)
    archiving.archive_category(a_world.session, a_world.act(), tools)


def test_no_thing_has_two_fields_of_one_name(a_world: World) -> None:
    tools = category(a_world, "Tools")
    power, paint = category(a_world, "Power tools", tools), category(a_world, "Paint")
    defined(a_world, name="Colour", category=tools)
    for where in (power, tools, None):
        with pytest.raises(Conflict, match="There is a field Colour of these assets already"):
            defined(a_world, name="COLOUR", category=where)
    defined(a_world, name="Colour", category=paint)
    defined(a_world, name="Colour", about=About.ITEM)


@pytest.mark.parametrize(
    ("kind", "about", "terms", "where"),
    [
        (FieldKind.CHOICE, About.ASSET, {}, "choices"),
        (FieldKind.CHOICE, About.ASSET, {"choices": ["red", "RED"]}, "choices"),
        (FieldKind.CHOICE, About.ASSET, {"choices": [str(number) for number in range(51)]}, "choices"),
        (FieldKind.CHOICES, About.ASSET, {"choices": ["red; dark", "blue"]}, "choices"),
        (FieldKind.TEXT, About.ASSET, {"choices": ["red"]}, "choices"),
        (FieldKind.DATE, About.ASSET, {"pattern": "##"}, "pattern"),
        (FieldKind.TEXT, About.ASSET, {"pattern": "*a*"}, "pattern"),
        (FieldKind.DATE, About.ASSET, {"is_unique": True}, "is_unique"),
        (FieldKind.TEXT, About.ENTRY, {"is_unique": True}, "is_unique"),
        (FieldKind.TEXT, About.ASSET, {"remind_days": 14}, "remind_days"),
        (FieldKind.DATE, About.CHECKOUT, {"remind_days": 14}, "remind_days"),
        (FieldKind.DATE, About.ASSET, {"remind_days": 999}, "remind_days"),
        (FieldKind.WHOLE, About.ASSET, {"preset": "many"}, "preset"),
        (FieldKind.TEXT, About.ASSET, {"preset": "a", "is_unique": True}, "preset"),
        (FieldKind.TEXT, About.ASSET, {"name": " "}, "name"),
        (FieldKind.TEXT, About.ASSET, {"name": "Replace by"}, "name"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(a_world: World, kind: FieldKind, about: About, terms: dict[str, Any], where: str) -> None:
    with pytest.raises(Refusal) as refused:
        defined(a_world, kind, about=about, **terms)
    assert refused.value.field == where
    assert custom_fields.defined(a_world.session) == []


def test_locations_are_in_no_category(a_world: World) -> None:
    with pytest.raises(Refusal, match="Locations are in no category"):
        defined(a_world, about=About.LOCATION, category=category(a_world, "Tools"))


@pytest.mark.parametrize(
    ("pattern", "fits", "misses"),
    [
        ("@@-####", ["AB-1234", "äß-0000"], ["AB-123", "A1-1234", "AB-12345"]),
        ("SN*", ["SN", "SN-1 (old)"], ["sn-1", "XSN"]),
        ("(#.#)", ["(1.2)"], ["(1x2)"]),
    ],
)
def test_a_text_is_written_as_its_pattern_says(a_world: World, pattern: str, fits: Sequence[str], misses: Sequence[str]) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world, pattern=pattern)
    for text in fits:
        says(a_world, field, text)
        assert told(a_world, field) == text
    for text in misses:
        with pytest.raises(Refusal, match="is written like"):
            says(a_world, field, text)


def test_a_choice_that_is_not_offered_any_more_stays_where_it_was_chosen(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    field = defined(a_world, FieldKind.CHOICES, choices=["red", "blue"])
    says(a_world, field, ["red"])
    edit_field(a_world.session, a_world.act(), field, choices=["blue"])
    says(a_world, field, ["red", "blue"])
    assert told(a_world, field) == "red, blue"
    with pytest.raises(Refusal, match=r"Colour can't be red\. It is one of: blue\."):
        says(a_world, field, ["red"], "SN-2")


def test_whoever_may_not_see_a_field_neither_reads_nor_sets_it(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    a_world.member("Bo", Role.KEEPER)
    field = defined(a_world, seen_by=SeenBy.ADMINS, required=True)
    assert custom_fields.seen([field], a_world.act("Bo").by) == []
    assert custom_fields.seen([field], a_world.act("Kim").by) == [field]
    with pytest.raises(Refusal, match="stands like that already"):
        says(a_world, field, "red", by="Bo")


def test_fields_are_defined_by_admins_and_undone_by_them(a_world: World) -> None:
    a_world.member("Bo", Role.KEEPER)
    with pytest.raises(NotAllowed, match="To define custom fields you need the role admin"):
        add_field(a_world.session, a_world.act("Bo"), about=About.ASSET, kind=FieldKind.TEXT, name="Colour")
    _, posted = add_field(a_world.session, a_world.act(), about=About.ASSET, kind=FieldKind.TEXT, name="Colour")
    with pytest.raises(NotAllowed, match="define custom fields"):
        undo.undo(a_world.session, a_world.act("Bo"), entry_id=posted.id)
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert custom_fields.defined(a_world.session) == []


def test_an_archived_field_says_nothing_and_comes_back_with_what_it_said(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse")
    field = defined(a_world)
    says(a_world, field, "red")
    posted = archive_field(a_world.session, a_world.act(), field)
    assert custom_fields.holding(a_world.session, About.ASSET, None) == []
    defined(a_world, FieldKind.DATE)
    with pytest.raises(Conflict, match="has that name"):
        undo.undo(a_world.session, a_world.act(), entry_id=posted.id)


def test_more_fields_than_a_form_holds_are_refused(a_world: World) -> None:
    tools = category(a_world, "Tools")
    for number in range(20):
        defined(a_world, name=f"Field {number}", category=tools if number % 2 else None)
    with pytest.raises(Refusal, match="20 fields of assets are the most"):
        defined(a_world, name="One more")
    elsewhere = defined(a_world, name="Elsewhere", category=category(a_world, "Paint"))
    with pytest.raises(Refusal, match="20 fields of assets are the most"):
        edit_field(a_world.session, a_world.act(), elsewhere, category=tools)
    edit_field(a_world.session, a_world.act(), elsewhere, name="Somewhere")


def test_items_and_lots_say_things_too(a_world: World) -> None:
    a_world.in_lots("milk")
    lot = a_world.receive(5, "milk", "L-1")
    of_item, of_lot = defined(a_world, about=About.ITEM), defined(a_world, FieldKind.DATE, about=About.LOT)
    item = catalog.item(a_world.session, a_world.variant("milk").item_id)
    editing.edit_item(a_world.session, a_world.act(), item, custom={of_item.id: "white"})
    lot_register.edit_lot(a_world.session, a_world.act(), lot, custom={of_lot.id: "2026-12-01"})
    assert custom_values.of(a_world.session, [of_item], item.id) == {of_item.id: [Part(None, "white", "white")]}
    assert said(a_world.session, FieldKind.DATE, custom_values.of(a_world.session, [of_lot], lot.id)[of_lot.id]) == "Tue 1 Dec 2026"


def test_what_comes_in_without_a_form_says_what_is_preset_and_is_asked_for_the_rest_later(a_world: World) -> None:
    a_world.in_lots("milk")
    preset, required = defined(a_world, about=About.LOT, preset="white"), defined(a_world, about=About.LOT, name="Farm", required=True)
    lot = a_world.receive(5, "milk", "L-1")
    assert custom_values.of(a_world.session, [preset, required], lot.id) == {preset.id: [Part(None, "white", "white")]}
    with pytest.raises(Refusal, match="Farm is required"):
        lot_register.edit_lot(a_world.session, a_world.act(), lot, custom={required.id: None})
