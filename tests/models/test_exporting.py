"""Exporting: what is kept comes out as rows of our own form, and an empty database that takes them in gives out the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from handlers.spreadsheet import as_csv
from models import custody, exporting, exporting_custom, register, repairs
from models.custom_fields import About, FieldKind, SeenBy
from models.custom_register import add_field
from models.entries import EntryKind
from models.importing.forms import COLUMNS
from models.locations import Location, LocationKind
from models.members import Role
from models.then import Then
from tests.models.test_importing import EXAMPLE, imported
from tests.world import World, fresh_database, open_world


@pytest.fixture
def another_world() -> Iterator[World]:
    """An empty world besides."""
    database = fresh_database()
    with open_world(database) as world:
        yield world
    database.close()


def exported(w: World) -> bytes:
    then = Then(w.session, None)
    own = exporting_custom.columns(then, w.act().by)
    return as_csv(exporting.columns(own), exporting.rows(then, own))


def said(w: World, *, below: Location | None = None, at: datetime | None = None) -> list[dict[str, str]]:
    """The rows that say how many lie where, each with what it fills."""
    then = Then(w.session, at)
    own = exporting_custom.columns(then, w.act().by)
    found = [dict(zip(COLUMNS, row, strict=True)) for row in exporting.rows(then, own, below=below)]
    kept = ("item", "location", "quantity", "lot", "serial")
    return [{name: row[name] for name in kept if row[name]} for row in found if row["quantity"] or row["serial"]]


def test_what_was_exported_and_imported_is_exported_the_same(a_world: World, another_world: World) -> None:
    imported(a_world, EXAMPLE.read_bytes())
    a_world.has("3 =SUM(A1) in Warehouse", "4 '=x in Warehouse", "5 ''-1 in Warehouse", "6 'tis in Warehouse", "Drill SN-7 in Warehouse")
    depot = register.add_location(a_world.session, a_world.act(), name="Depot / North", kind=LocationKind.WAREHOUSE)
    for name in ("/", "a //", "b/c"):
        register.add_location(a_world.session, a_world.act(), name=name, kind=LocationKind.WAREHOUSE, parent=depot)
    a_world.has("1 M8 bolt in Depot / North")
    file = exported(a_world)
    assert b"Depot // North / //," in file
    imported(another_world, file)
    assert exported(another_world) == file
    assert imported(a_world, file) is None


def test_what_is_sold_or_used_up_is_not_in_it_and_what_a_vendor_repairs_stands_where_it_comes_back_to(
    a_world: World, another_world: World
) -> None:
    a_world.has("9 bolt in Warehouse", "Drill SN-1 in Warehouse", "Drill SN-2 in Warehouse")
    customer = a_world.customer("Riverside Homes")
    a_world.take(4, "bolt", "Warehouse", to=customer)
    custody.retire(a_world.session, a_world.act(), asset=a_world.asset("SN-1"), how=EntryKind.SOLD, target=customer)
    repairs.send_to_repair(a_world.session, a_world.act(), asset=a_world.asset("SN-2"), target=a_world.supplier("Fixit"))
    ours = [{"item": "bolt", "location": "Warehouse", "quantity": "5"}, {"item": "Drill", "location": "Warehouse", "serial": "SN-2"}]
    assert said(a_world) == ours
    sold = [
        {"item": "bolt", "location": "Riverside Homes", "quantity": "4"},
        {"item": "Drill", "location": "Riverside Homes", "serial": "SN-1"},
    ]
    assert said(a_world, below=customer) == sold
    file = exported(a_world)
    imported(another_world, file)
    assert exported(another_world) == file


def test_importing_it_where_it_came_from_changes_nothing(a_world: World) -> None:
    imported(a_world, EXAMPLE.read_bytes())
    assert imported(a_world, exported(a_world)) is None


def test_a_location_is_exported_with_what_lies_in_it_and_below(a_world: World) -> None:
    a_world.has("5 bolt in Warehouse", "7 bolt in Van 3", "Drill SN-7 in Van 3")
    van = a_world.location("Van 3")
    there = [{"item": "bolt", "location": "Van 3", "quantity": "7"}, {"item": "Drill", "location": "Van 3", "serial": "SN-7"}]
    assert said(a_world, below=van) == there


def test_it_lies_where_it_lay_on_a_day_gone(a_world: World) -> None:
    a_world.has("5 bolt in Warehouse", "Drill SN-7 in Warehouse")
    before = a_world.now
    a_world.now += timedelta(days=1)
    a_world.has("7 bolt in Van 3")
    now = said(a_world)
    assert said(a_world, at=before) == [one for one in now if one["location"] == "Warehouse"]
    assert len(now) == 3


def test_what_custom_fields_say_is_exported_and_comes_back(a_world: World, another_world: World) -> None:
    for w in (a_world, another_world):
        for about, kind, name in (
            (About.ASSET, FieldKind.DATE, "Calibrated until"),
            (About.ASSET, FieldKind.CHOICES, "Colours"),
            (About.ITEM, FieldKind.MONEY, "Insured for"),
            (About.LOCATION, FieldKind.TEXT, "Phone"),
            (About.LOCATION, FieldKind.TEXT, "=Area"),
            (About.LOT, FieldKind.YES_NO, "Tested"),
        ):
            choices = ["red", "blue"] if kind is FieldKind.CHOICES else []
            add_field(w.session, w.act(), about=about, kind=kind, name=name, choices=choices)
    heads = "item,serial,location,quantity,lot,calibrated until,colours,insured for,phone,'=area,tested"
    imported(a_world, f"{heads}\nMeter,SN-1,Depot,,,2026-12-01,blue; red,1200.50,+44 20,'=west,\nmilk,,Depot,5,L-1,,,,,,yes\n")
    file = exported(a_world)
    assert b"2026-12-01" in file and b"blue; red" in file and b"'=Area" in file
    imported(another_world, file)
    assert exported(another_world) == file


def test_what_somebody_may_not_see_is_not_exported(a_world: World) -> None:
    add_field(a_world.session, a_world.act(), about=About.ASSET, kind=FieldKind.TEXT, name="Secret", seen_by=SeenBy.ADMINS)
    a_world.member("Bo", Role.KEEPER)
    assert exporting_custom.columns(Then(a_world.session, None), a_world.act("Bo").by).names == []
    assert exporting_custom.columns(Then(a_world.session, None), a_world.act().by).names == ["Secret"]
