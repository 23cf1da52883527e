"""Importing what custom fields say: a column each, of the things that the file adds."""

from datetime import date
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


def test_what_is_there_already_keeps_what_it_says(a_world: World) -> None:
    field = defined(a_world, "Colour")
    imported(a_world, "item,serial,location,colour\nMeter,SN-1,Depot,red\n")
    plan = planned(a_world, "item,serial,location,colour\nMeter,SN-1,Depot,blue\n")
    assert plan.remarks == ["What is there already keeps its Colour (1 row)."]
    assert not plan.changes_something
    assert told(a_world, field, a_world.asset("SN-1").id) == "red"


def test_two_rows_that_say_different_things_of_one_are_refused(a_world: World) -> None:
    defined(a_world, "Grade", About.ITEM)
    text = "item,serial,location,grade\nMeter,SN-1,Depot,A\nMeter,SN-2,Depot,B\n"
    assert problems(a_world, text) == [(3, "grade", "Line 2 says another Grade of it.")]


@pytest.mark.parametrize(("said", "day"), [("2/14/27", "2027-02-14"), ("14.2.2027", "2027-02-14"), ("2027-02-14T08:00:00Z", "2027-02-14")])
def test_days_of_fields_are_written_as_the_whole_file_writes_its_days(a_world: World, said: str, day: str) -> None:
    until = defined(a_world, "Calibrated until", kind=FieldKind.DATE)
    imported(a_world, f"item,serial,location,Calibrated until\nMeter,SN-1,Depot,{said}\nMeter,SN-2,Depot,3/3/27\n")
    parts = custom_values.of(a_world.session, [until], a_world.asset("SN-1").id)[until.id]
    assert str(date.fromordinal(parts[0].number or 0)) == day


def test_numbers_of_fields_are_written_as_the_whole_file_writes_its_numbers(a_world: World) -> None:
    weight = defined(a_world, "Weight", kind=FieldKind.DECIMAL)
    imported(a_world, "item;serial;location;unit cost;weight\nMeter;SN-1;Depot;99,5;1.200\nMeter;SN-2;Depot;;-2,5\n")
    assert [told(a_world, weight, a_world.asset(serial).id) for serial in ("SN-1", "SN-2")] == ["1,200", "-2.5"]
    text = "item;serial;location;weight\nMeter;SN-3;Depot;1.200\n"
    assert problems(a_world, text) == [(2, "weight", "1.200 may be 1200 or 1.2 in this file. Write one of these.")]


def test_a_column_of_bills_kits_and_people_is_no_custom_field(a_world: World) -> None:
    defined(a_world, "Remark")
    for header in ("made,component,remark", "what,kit,remark", "first name,username,remark"):
        assert planned(a_world, f"{header}\n").remarks == ["1 column is left out: remark."]


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


# The columns of a peer's custom fields


def test_each_peers_custom_fields_are_ours_of_the_same_name(a_world: World) -> None:
    """Homebox, both files of Shelf, Snipe-IT and InvenTree: each marks them otherwise, or not at all."""
    brand, part = defined(a_world, "Brand"), defined(a_world, "Brand", About.ITEM)
    city = defined(a_world, "City", About.LOCATION)
    imported(a_world, "HB.name,HB.serial_number,HB.location,HB.field.Brand\nDrill,SN-1,Garage,Acme\nScrew,,Garage,Bolt & Co\n")
    imported(a_world, 'title,custodian,barcode_Code128,"cf: Brand,type: OPTION"\nLaptop,,C-1,Dell\n')
    imported(a_world, '"Name","QR ID","Custody","Brand"\n"Camera","q-1","","Canon"\n')
    imported(a_world, "Asset Tag,Model,Location,BRAND\nT-1,Phone,Depot,Nokia\n")
    imported(a_world, "name,address,city\nHarbour,1 Quay,Faro\n")
    imported(a_world, "Name,IPN,Minimum Stock,Trackable,Brand\nTester,T-9,0,True,Fluke\n")
    assert [told(a_world, brand, a_world.asset(serial).id) for serial in ("SN-1", "C-1", "q-1", "T-1")] == [
        "Acme",
        "Dell",
        "Canon",
        "Nokia",
    ]
    assert [told(a_world, part, a_world.variant(name).item_id) for name in ("Screw", "Tester", "Phone")] == ["Bolt & Co", "Fluke", "Nokia"]
    assert told(a_world, city, a_world.location("Harbour").id) == "Faro"
    text = "Asset Tag,Model,Location,Brand\nT-2,Phone 2,Depot,Nokia\nT-3,Phone 2,Depot,Nokia\n"
    assert planned(a_world, text).remarks == ["Custom fields are filled: Brand 3 times."], "of two assets and their item"


def test_what_a_peer_says_of_a_thing_is_not_said_of_where_it_lies(a_world: World) -> None:
    field = defined(a_world, "Phone", About.LOCATION)
    plan = planned(a_world, "HB.name,HB.serial_number,HB.location,HB.field.Phone\nDrill,SN-1,Garage,555\nDrill,SN-2,Garage,556\n")
    assert "Phone is left out in 2 rows: it is no custom field of what they name." in plan.remarks
    assert (plan.problems, plan.custom) == ([], [])
    plan = planned(a_world, "HB.name,HB.url,HB.field.Phone\nGarage,https://h/location/1,555\n")
    assert [value.field_id for value in plan.custom] == [field.id]


def test_a_peers_column_of_no_field_is_left_out_with_what_to_do(a_world: World) -> None:
    text = "HB.name,HB.import_ref,HB.field.Colour,HB.field.Wattage\nDrill,r-1,red,650\n"
    way = "To keep what one says, add a custom field of its name before you import: /stock fields."
    assert planned(a_world, text).remarks == ["3 columns are left out: import ref, Colour, Wattage.", way]
    defined(a_world, "Colour", About.ITEM)
    assert planned(a_world, text).remarks == [
        "2 columns are left out: import ref, Wattage.",
        way,
        "Custom fields are filled: Colour 1 time.",
    ]


def test_a_peers_rows_that_differ_in_a_field_of_one_item_stop_nothing(a_world: World) -> None:
    field = defined(a_world, "Grade", About.ITEM)
    text = "Asset Tag,Model,Location,Grade\nT-1,Phone,Depot,A\nT-2,Phone,Depot,B\nT-3,Phone,Depot,A\n"
    assert "Rows differ in the Grade of a thing: its first counts (1 row left out)." in planned(a_world, text).remarks
    imported(a_world, text)
    assert told(a_world, field, a_world.variant("Phone").item_id) == "A"


def test_an_amount_of_a_peers_field_may_have_its_currency_around_it(a_world: World) -> None:
    fee = defined(a_world, "Fee", kind=FieldKind.MONEY)
    imported(a_world, '"Name","QR ID","Custody","Fee"\n"Camera","q-1","","$2,500.00"\n')
    assert told(a_world, fee, a_world.asset("q-1").id) == "2,500.00 USD"
