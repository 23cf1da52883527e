"""Importing a peer's files: small files of our own with its headers and its oddities."""

import pytest
from sqlalchemy import select

from models import assets, catalog, checkouts, finding, members, purchasing, register
from models.catalog import ItemKind
from models.entries import MOVEMENTS
from models.locations import LOCATIONS, LocationKind
from models.quantities import whole
from tests.models.test_importing import held_by, imported, planned, problems
from tests.world import World

ASSETS = (
    "\ufeffCompany,Name,Asset Tag,Serial,Category,Supplier,Location,Model,Model Number,Asset Notes,Purchase Date,Purchase Cost,"
    "Checkout Type,Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,Checked Out To: Email,"
    "Checked Out To: Location,Asset EOL Date\n"
    'Firm,Digger,T-1,,Machines,"Acme, Inc",Yard,"Laptop 13""",9X,shiny,1/23/23,2266.13,,,,,,,10/27/28\n'
    'Firm,Blue one,T-2,S-77,Screens,Acme LLC,Yard,"Laptop 13""",9X,,,,User,asilva,Ana,Silva,Ana@example.com,,\n'
    'Firm,,T-3,,Machines,,Yard,"Laptop 13""",,,,,Location,,,,,North site,\n'
    'Firm,,T-4,,Machines,,Yard,"Laptop 13""",,,,,Location,,,,,Yard,\n'
    'Firm,,T-5,,Machines,,,"Laptop 13""",,,,,User,bo,,,,,\n'
)
STOCK = "Name,Category,Supplier,QTY,Location,Min Amount,Model Number,{more}Notes,Purchase Date,Purchase Cost\n"
CONSUMABLES = STOCK.format(more="Item Number,") + "Tape,Office,Acme,50,Yard,100,55,IN-1,sticky,11/25/22,35.2\n"
ACCESSORIES = STOCK.format(more="") + "Tape,Office,Acme,14,Yard,0,3.01043E+13,,11/25/22,5\nMouse,Office,,,Yard,,,,,\n"
COMPONENTS = "Item Name,Purchase Date,Purchase Cost,Location,Serial number,Category,Quantity\nCard,2024-01-01,5000.00,Austin,123,GPU,10\n"
MODELS = "\ufeffName,Category,Manufacturer,Model Notes,Model Number,EOL,Min Qty\nPhone,Phones,Acme,good,8X,36,50\nPhone,Phones,Acme,,,12,\n"
USERS = (
    "\ufeffFirst Name,Last Name,Email,Username,Activated,Location\n"
    "Ana,Silva,ana@example.com,asilva,true,Yard\nJuan,,,jlow,false,\nChris,Smith,one@example.com,c1,true,\nChris,Smith,two@example.com,c2,true,\n"
    "Chris,Smith,three@example.com,c3,true,\n"
)
LOCATIONS_FILE = (
    "name,address,city,manager\nAirdrie,14 Summer Court,Poniatowa,Cle\nCalgary,3 Fieldstone,Iwanai,\nAirdrie,8 Lien Drive,Reims,\n"
)


def test_the_tag_is_the_serial_where_there_is_none_and_else_a_barcode(a_world: World) -> None:
    imported(a_world, ASSETS)
    assert a_world.asset("T-1").name == "Digger"
    assert finding.asset(a_world.session, "T-2").serial == "S-77"


def test_a_model_is_the_item_and_its_number_the_variant(a_world: World) -> None:
    imported(a_world, ASSETS)
    found = finding.item(a_world.session, 'Laptop 13"')
    assert found.item.kind is ItemKind.SERIALISED
    assert sorted(variant.name for variant in found.variants) == ['Laptop 13"', 'Laptop 13", 9X']
    assert catalog.variant(a_world.session, a_world.asset("T-3").variant_id).attributes == {}


def test_a_model_number_has_nothing_in_it_that_parts_two_attributes_in_our_own_form(a_world: World) -> None:
    imported(a_world, ASSETS.replace(",9X,", ",9;X,"))
    assert catalog.variant(a_world.session, a_world.asset("T-1").variant_id).attributes == {"model number": "9,X"}


def test_what_an_asset_cost_and_how_long_it_lasts_is_kept(a_world: World) -> None:
    imported(a_world, ASSETS)
    digger = a_world.asset("T-1")
    assert (str(digger.purchased_on), digger.cost_minor, digger.currency) == ("2023-01-23", 226613, "USD")
    assert (str(digger.replace_by_on), digger.note) == ("2028-10-27", "shiny")


def test_an_asset_is_in_the_hands_of_whom_it_is_checked_out_to(a_world: World) -> None:
    imported(a_world, ASSETS)
    assert held_by(a_world, "Ana Silva") == ["S-77"]
    assert held_by(a_world, "North site") == ["T-3"]
    held = checkouts.open_for_asset(a_world.session, a_world.asset("S-77").id)
    assert held is not None
    assert (held.source, held.due_at) == ("Yard", None)


def test_nothing_is_lent_to_what_is_not_ours(a_world: World) -> None:
    register.add_location(a_world.session, a_world.act(), name="North site", kind=LocationKind.CUSTOMER)
    told = "North site is not one of our locations: nothing is lent there."
    assert problems(a_world, ASSETS) == [(4, "Checked Out To: Location", told)]


def test_of_two_reorder_points_for_one_place_the_first_holds(a_world: World) -> None:
    again = CONSUMABLES.splitlines()[1].replace(",100,", ",20,")
    plan = planned(a_world, f"{CONSUMABLES}{again}\n")
    assert "Line 3: Tape, 55 has the reorder point of line 2." in plan.remarks


def test_what_is_checked_out_to_where_it_lies_is_not_checked_out(a_world: World) -> None:
    imported(a_world, ASSETS)
    asset = a_world.asset("T-4")
    assert asset.location_id == a_world.location("Yard").id
    assert checkouts.open_for_asset(a_world.session, asset.id) is None
    assert assets.state(LocationKind.WAREHOUSE) is assets.AssetState.AVAILABLE


def test_what_has_no_location_goes_back_to_unplaced(a_world: World) -> None:
    imported(a_world, ASSETS)
    held = checkouts.open_for_asset(a_world.session, a_world.asset("T-5").id)
    assert held is not None
    assert (held.holder, held.source) == ("bo", "Unplaced")


def test_suppliers_are_locations_that_things_are_received_from(a_world: World) -> None:
    imported(a_world, ASSETS)
    first = select(MOVEMENTS.c.source_id).where(MOVEMENTS.c.asset_id == a_world.asset("T-1").id)
    supplier = a_world.session.execute(select(LOCATIONS).where(LOCATIONS.c.id.in_(first))).one()
    assert (supplier.name, supplier.kind) == ("Acme, Inc", LocationKind.SUPPLIER)


def test_an_item_gets_the_first_of_several_categories_and_that_is_said(a_world: World) -> None:
    plan = planned(a_world, ASSETS)
    assert 'Laptop 13" has several categories in this file; it gets the first: Machines.' in plan.remarks
    assert "1 column is left out: Company." in plan.remarks


def test_a_firm_that_is_a_location_as_well_becomes_a_supplier_of_its_own(a_world: World) -> None:
    imported(a_world, LOCATIONS_FILE)
    imported(a_world, CONSUMABLES.replace("Acme", "Calgary"))
    assert finding.location(a_world.session, "Calgary (supplier)", a_world.act().by).kind is LocationKind.SUPPLIER


def test_min_amount_is_the_reorder_point_at_that_location(a_world: World) -> None:
    imported(a_world, CONSUMABLES)
    tape = finding.variant(a_world.session, "IN-1")
    point = purchasing.reorder_point(a_world.session, tape, location=a_world.location("Yard"))
    assert point is not None
    assert point.low == whole(100)
    assert tape.cost_minor == 3520


def test_a_min_amount_of_zero_warns_nobody(a_world: World) -> None:
    imported(a_world, ACCESSORIES)
    assert purchasing.low(a_world.session) == []


def test_accessories_come_back_and_consumables_do_not(a_world: World) -> None:
    imported(a_world, ACCESSORIES)
    imported(a_world, COMPONENTS)
    assert finding.item(a_world.session, "Mouse").item.kind is ItemKind.RETURNABLE
    assert finding.item(a_world.session, "Card").item.kind is ItemKind.CONSUMABLE
    assert finding.variant(a_world.session, "123").name == "Card"


def test_one_name_in_two_of_the_peers_lists_is_two_items(a_world: World) -> None:
    imported(a_world, CONSUMABLES)
    plan = planned(a_world, ACCESSORIES)
    assert "Line 2: Tape is consumable already; this one is called Tape (accessory)." in plan.remarks
    imported(a_world, ACCESSORIES)
    assert finding.item(a_world.session, "Tape (accessory)").item.kind is ItemKind.RETURNABLE
    assert not planned(a_world, ACCESSORIES + "\n").changes_something


def test_several_purchases_of_one_thing_add_up(a_world: World) -> None:
    imported(a_world, COMPONENTS + "Card,2024-02-01,5000.00,Austin,124,GPU,2\n")
    assert a_world.on_hand("Card", "Austin") == 12


def test_a_number_that_a_spreadsheet_shortened_is_told(a_world: World) -> None:
    assert any("3.01043E+13" in remark and remark.startswith("Line 2") for remark in planned(a_world, ACCESSORIES).remarks)


def test_models_become_items_without_anything_in_stock(a_world: World) -> None:
    posted = imported(a_world, MODELS)
    assert posted is not None
    assert posted.lines == ()
    assert len(finding.item(a_world.session, "Phone").variants) == 2


def test_users_become_members_without_slack(a_world: World) -> None:
    imported(a_world, USERS)
    ana = finding.member(a_world.session, "asilva")
    assert (ana.name, ana.email_key, ana.slack_user_id) == ("Ana Silva", "ana@example.com", None)
    assert finding.member(a_world.session, "jlow").name == "Juan"


def test_people_of_one_name_are_told_apart_by_e_mail(a_world: World) -> None:
    imported(a_world, USERS)
    assert len(members.named(a_world.session, "Chris Smith")) == 3


def test_assets_find_the_users_that_came_before_them(a_world: World) -> None:
    imported(a_world, USERS)
    imported(a_world, ASSETS)
    assert len(members.named(a_world.session, "Ana Silva")) == 1


def test_two_places_of_one_name_are_told_apart_by_their_address(a_world: World) -> None:
    imported(a_world, LOCATIONS_FILE)
    names = a_world.session.scalars(select(LOCATIONS.c.name).where(LOCATIONS.c.kind == LocationKind.WAREHOUSE)).all()
    assert sorted(names) == ["Airdrie", "Airdrie (8 Lien Drive)", "Calgary"]
    assert not planned(a_world, LOCATIONS_FILE + "\n").changes_something


@pytest.mark.parametrize("text", [ASSETS, CONSUMABLES, ACCESSORIES, COMPONENTS, MODELS, USERS, LOCATIONS_FILE])
def test_each_form_is_known_by_its_headers_and_imported_once(a_world: World, text: str) -> None:
    assert planned(a_world, text).form.startswith("Snipe-IT")
    assert imported(a_world, text) is not None
    assert imported(a_world, text) is None
    assert not planned(a_world, text + "\n").changes_something


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        (ASSETS + "Firm,,,,,,Yard,Laptop,,,,,,,,,,,\n", 7, "Asset Tag", "neither a serial nor an asset tag"),
        (ASSETS + "Firm,,T-9,,,,Yard,,,,,,,,,,,,\n", 7, "", "names no model"),
        (USERS + ",,,,true,\n", 7, "Username", "names nobody"),
        (USERS + "Bo,,no address,bo,true,\n", 7, "Email", "no e-mail address"),
        (CONSUMABLES + ",Office,,5,Yard,,,,,,\n", 3, "", "no name"),
    ],
)
def test_a_bad_row_of_a_peer_is_told_by_its_own_column(a_world: World, text: str, line: int, column: str, reason: str) -> None:
    assert [(at, where) for at, where, _ in problems(a_world, text)] == [(line, column)]
    assert reason in problems(a_world, text)[0][2]


def test_the_list_that_snipe_it_exports_is_read_and_what_it_does_not_tell_is_said(a_world: World) -> None:
    text = "Asset Name,Asset Tag,Model,Model No.,Checked Out To,Notes\nFront desk,T-1,Phone,P-9,Ana Silva,cracked\n"
    assert any(remark.startswith("Checked Out To may be a person, a place or another asset") for remark in planned(a_world, text).remarks)
    imported(a_world, text)
    phone = a_world.asset("T-1")
    assert (phone.name, phone.note, a_world.variant("Phone").attributes) == ("Front desk", "cracked", {"model number": "P-9"})
