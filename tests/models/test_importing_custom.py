"""Importing what custom fields say: a column each, of the things that the file adds."""

from typing import Any

import pytest

from models import custom_values, finding, undo
from models.custom_fields import About, CustomField, FieldKind
from models.custom_kinds import said
from models.custom_register import add_field
from models.refusals import Conflict, Refusal
from tests.models.test_importing import imported, planned, problems
from tests.world import World


def defined(w: World, name: str, about: About = About.ASSET, kind: FieldKind = FieldKind.TEXT, **terms: Any) -> CustomField:
    return add_field(w.session, w.act(), about=about, kind=kind, name=name, **terms)[0]


def told(w: World, field: CustomField, subject_id: int) -> str:
    return said(w.session, field.kind, custom_values.of(w.session, [field], subject_id).get(field.id, []))


def test_columns_say_things_of_the_items_assets_lots_and_locations_that_are_new(a_world: World) -> None:
    colours = defined(a_world, "Colours", kind=FieldKind.CHOICES, choices=["red", "blue"])
    until = defined(a_world, "Calibrated until", kind=FieldKind.DATE)
    grade, phone, farm = (defined(a_world, *one) for one in (("Grade", About.ITEM), ("Phone", About.LOCATION), ("Farm", About.LOT)))
    posted = imported(
        a_world,
        "item,serial,quantity,lot,location,Calibrated until,COLOURS,Grade,Phone,Farm\n"
        "Meter,SN-1,,,Depot,2026-12-01,blue; red,A,555,\n"
        "Meter,SN-2,,,Depot,,,A,,\n"
        "milk,,5,L-1,Depot,,,,,Hill\n",
    )
    assert posted is not None
    meter = a_world.asset("SN-1")
    assert (told(a_world, until, meter.id), told(a_world, colours, meter.id)) == ("Tue 1 Dec 2026", "blue, red")
    assert told(a_world, until, a_world.asset("SN-2").id) == ""
    assert told(a_world, grade, a_world.variant("Meter").item_id) == "A"
    assert told(a_world, phone, a_world.location("Depot").id) == "555"
    assert told(a_world, farm, a_world.lot("L-1").id) == "Hill"
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert told(a_world, until, meter.id) == ""


def test_what_a_cell_says_wrongly_is_named_with_its_column(a_world: World) -> None:
    defined(a_world, "Calibrated until", kind=FieldKind.DATE)
    text = "item,serial,location,Calibrated until\nMeter,SN-1,Depot,soon\nbolt,,Depot,2026-12-01\n"
    assert problems(a_world, text) == [
        (2, "Calibrated until", "I can't read soon as a day. Write it like 2026-12-31."),
        (3, "Calibrated until", "calibrated until is no custom field of what this row names."),
    ]


def test_a_field_of_a_category_is_said_of_what_is_in_it(a_world: World) -> None:
    imported(a_world, "item,category\ndrill,Tools\n")
    tools = finding.category(a_world.session, "Tools")
    field = defined(a_world, "Wattage", kind=FieldKind.WHOLE, category=tools)
    imported(a_world, "item,category,serial,location,wattage\nsaw,Tools / Power,SN-1,Depot,650\n")
    assert told(a_world, field, a_world.asset("SN-1").id) == "650"
    text = "item,category,serial,location,wattage\nbrush,Paint,SN-2,Depot,650\n"
    assert problems(a_world, text) == [(2, "wattage", "wattage is no custom field of what this row names.")]


def custom_category() -> type:
    from models.catalog import Category

    return Category


def test_what_is_there_already_keeps_what_it_says(a_world: World) -> None:
    field = defined(a_world, "Colour")
    imported(a_world, "item,serial,location,colour\nMeter,SN-1,Depot,red\n")
    plan = planned(a_world, "item,serial,location,colour\nMeter,SN-1,Depot,blue\n")
    assert plan.remarks == ["Line 2: what is there already keeps its Colour."]
    assert not plan.changes_something
    assert told(a_world, field, a_world.asset("SN-1").id) == "red"


def test_two_rows_that_say_different_things_of_one_are_refused(a_world: World) -> None:
    defined(a_world, "Grade", About.ITEM)
    text = "item,serial,location,grade\nMeter,SN-1,Depot,A\nMeter,SN-2,Depot,B\n"
    assert problems(a_world, text) == [(3, "grade", "Line 2 says another Grade of it.")]


def test_what_nobody_says_is_preset(a_world: World) -> None:
    field = defined(a_world, "Colour", preset="grey")
    imported(a_world, "item,serial,location\nMeter,SN-1,Depot\n")
    assert told(a_world, field, a_world.asset("SN-1").id) == "grey"


def test_no_import_says_twice_what_is_unique(a_world: World) -> None:
    defined(a_world, "Tag", is_unique=True)
    with pytest.raises(Conflict, match="as Tag already"):
        imported(a_world, "item,serial,location,tag\nMeter,SN-1,Depot,A\nMeter,SN-2,Depot,a\n")


def test_a_column_that_is_no_field_is_refused_with_those_there_are(a_world: World) -> None:
    defined(a_world, "Colour")
    with pytest.raises(Refusal, match=r"I don't know the column hue .* note, Colour"):
        planned(a_world, "item,hue\nMeter,red\n")
