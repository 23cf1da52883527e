"""Importing what Homebox, Shelf and InvenTree export: small files of our own with their headers and their oddities."""

from datetime import date

from sqlalchemy import select

from models import catalog, finding, purchasing
from models.catalog import ItemKind
from models.quantities import whole
from tests.models.test_importing import held_by, imported, planned
from tests.world import World

HOMEBOX = (
    "HB.purchase_date,HB.import_ref,HB.name,HB.description,HB.notes,HB.purchase_from,HB.manufacturer,HB.model_number,HB.serial_number,"
    "HB.sold_to,HB.location,HB.tags,HB.asset_id,HB.quantity,HB.low_stock_threshold,HB.purchase_price,HB.archived,HB.field.Colour\n"
    "2024-03-01,r-1,Cordless drill,makes holes,for walls,Tool shop,Acme,D-18,SN-12345,,Garage / Shelf,Tools; Valuable,000-012,1,,149.99,"
    "false,red\n"
    ",r-2,Wood screw,,,,,,,,Garage / Shelf,Tools,000-000,300,50,0,false,\n"
    ",r-3,Wood screw,,,,,,,,Cellar,,,20,,0,false,\n"
    ",r-4,Old radio,,,,,,,,Cellar,,,1,,0,true,\n"
    ",r-5,Bicycle,,,,,,,Bo,Garage,,,1,,0,false,\n"
)
SHELF = (
    '"Name","Asset ID","QR ID","Status","Description","Value","Available to book","Category","Tags","Location","Kit","Custody",'
    '"Code128","Tracking method","Total quantity","Unit of measure","Min quantity","Asset model"\n'
    '"Cam A","SAM-0001","qr1","AVAILABLE","scratched","$2,500.00","Yes","Cameras","","Studio","","","","Individual","","","","Canon R6"\n'
    '"Cam B","SAM-0002","qr2","IN_CUSTODY","","","Yes","Cameras","","Studio","","Ana Silva","C-77","Individual","","","","Canon R6"\n'
    '"Pens","SAM-0003","qr3","IN_USE","","$2.00","No","Uncategorized","","Studio","","","","Tracked by quantity","500 boxes","","50",""\n'
)
SHELF_TEMPLATE = (
    "title,description,kit,category,tags,location,valuation,custodian,bookable,barcode_Code128,barcode_EAN13,assetModel,type,quantity,"
    'minQuantity,unitOfMeasure,consumptionType,"cf: Serial number,type:text"\n'
    "Laptop,New,,Laptops,small,Sofia,2500,Thea,no,MBP001,,,INDIVIDUAL,,,,,43w\n"
    "Office pens,Black,,Supplies,,Sofia,2,,yes,,,,QUANTITY_TRACKED,500,50,boxes,ONE_WAY,\n"
)
INVENTREE = (
    "ID,Part,Quantity,Serial Number,Batch Code,Stock Location,Expiry Date,In Stock,Notes,Purchase Price,Currency,Status,Status,"
    "Part.Name,Part.Description,Part.IPN,Part.Revision,Location.Name,Location.Path,Supplier Part.SKU\n"
    "1,10,4000.0,,B-1,3,2027-06-30,True,,0.0123,USD,10,OK,Capacitor 10uF,0805,CAP-10,,Reel 2,Factory/Store/Reel 2,SUP-1\n"
    "2,10,150.0,,,3,,True,,,,10,OK,Capacitor 10uF,0805,CAP-10,,Reel 2,Factory/Store/Reel 2,\n"
    "3,11,1.0,7,X-9,4,,True,works,99.50,USD,10,OK,Tester,bench tester,T-1,B,Lab,Factory/Lab,\n"
    "4,12,1.0,7,,4,,True,,,,10,OK,Probe,,,,Lab,Factory/Lab,\n"
    "5,11,1.0,8,,4,,False,,,,10,OK,Tester,bench tester,T-1,B,,,\n"
)
PARTS = (
    "ID,Name,IPN,Description,Category,Category Name,Units,Minimum Stock,Trackable,Active\n"
    "10,Capacitor 10uF,CAP-10,0805,2,Capacitors,,500.0,False,True\n"
    "13,Copper wire,W-1,,3,Wire,m,0.0,False,True\n"
    "14,Old thing,O-1,,3,Wire,,0.0,False,False\n"
    "11,Tester,T-1,bench tester,4,Instruments,,0.0,True,True\n"
)


def test_a_homebox_thing_with_a_serial_is_an_asset_and_others_come_back_by_number(a_world: World) -> None:
    imported(a_world, HOMEBOX)
    drill = finding.asset(a_world.session, "000-012")
    assert (drill.serial, drill.cost_minor, drill.note) == ("SN-12345", 14999, "makes holes\nfor walls")
    assert finding.variant(a_world.session, "Cordless drill").attributes == {"model number": "D-18"}
    screw = finding.item(a_world.session, "Wood screw")
    assert screw.item.kind is ItemKind.RETURNABLE
    assert (a_world.on_hand("Wood screw", "Shelf"), a_world.on_hand("Wood screw", "Cellar")) == (300, 20)
    point = purchasing.reorder_point(a_world.session, screw.variants[0], location=a_world.location("Shelf"))
    assert point is not None
    assert point.low == whole(50)
    assert screw.item.category_id is not None
    assert a_world.session.get_one(catalog.Category, screw.item.category_id).name == "Tools"


def test_what_homebox_has_and_we_have_not_is_said(a_world: World) -> None:
    remarks = planned(a_world, HOMEBOX).remarks
    assert "3 columns are left out: import ref, manufacturer, Colour." in remarks
    assert "1 row is left out: archived there." in remarks
    assert "1 row is left out: sold there." in remarks
    assert "Of several tags the first is the category; the others are left out." in remarks


def test_a_day_of_the_year_1_is_none_to_homebox(a_world: World) -> None:
    imported(a_world, "HB.name,HB.serial_number,HB.purchase_time\nDrill,SN-1,0001-11-08\nDrill,SN-2,2024-03-01\n")
    assert [a_world.asset(serial).purchased_on for serial in ("SN-1", "SN-2")] == [None, date(2024, 3, 1)]


def test_a_place_that_homebox_has_among_its_things_is_a_location(a_world: World) -> None:
    header = "HB.url,HB.name,HB.location,HB.quantity\n"
    imported(
        a_world, f"{header}https://h/item/1,Screw,Garage / Shelf,5\nhttps://h/location/2,Shelf,Garage,1\nhttps://h/location/3,Attic,,1\n"
    )
    assert a_world.on_hand("Screw", "Shelf") == 5
    assert a_world.location("Attic").parent_id is None
    assert [row.name for row in a_world.session.scalars(select(catalog.Item))] == ["Screw"]


def test_an_asset_of_shelf_is_known_by_its_id_and_is_of_its_model(a_world: World) -> None:
    imported(a_world, SHELF)
    camera = a_world.asset("SAM-0001")
    assert (camera.name, camera.cost_minor, camera.note) == ("Cam A", 250_000, "scratched")
    assert finding.asset(a_world.session, "qr1") == camera
    assert finding.asset(a_world.session, "C-77").serial == "SAM-0002"
    assert held_by(a_world, "Ana Silva") == ["SAM-0002"]
    assert [one.name for one in finding.item(a_world.session, "Canon R6").variants] == ["Canon R6"]


def test_what_shelf_tracks_by_quantity_is_kept_by_number(a_world: World) -> None:
    imported(a_world, SHELF)
    pens = finding.item(a_world.session, "Pens")
    assert (pens.item.kind, pens.item.unit, pens.item.category_id) == (ItemKind.RETURNABLE, "boxes", None)
    assert a_world.on_hand("Pens", "Studio") == 500


def test_the_file_that_shelf_takes_in_is_read_as_well(a_world: World) -> None:
    imported(a_world, SHELF_TEMPLATE)
    assert held_by(a_world, "Thea") == ["MBP001"]
    pens = finding.item(a_world.session, "Office pens")
    assert (pens.item.kind, pens.item.unit) == (ItemKind.CONSUMABLE, "boxes")
    assert a_world.on_hand("Office pens", "Sofia") == 500


def test_of_several_barcodes_in_a_cell_of_shelf_the_first_is_the_code(a_world: World) -> None:
    imported(
        a_world, 'title,custodian,type,quantity,barcode_Code128\nLamp,,INDIVIDUAL,,"A-1,A-2"\nPens,,QUANTITY_TRACKED,5,"""B,1"",B-2"\n'
    )
    assert a_world.asset("A-1").serial == "A-1"
    assert finding.variant(a_world.session, "B,1").name == "Pens"


def test_an_individual_of_shelf_without_any_code_is_told(a_world: World) -> None:
    plan = planned(a_world, SHELF_TEMPLATE.replace("MBP001", ""))
    assert [problem.reason.partition(",")[0] for problem in plan.problems] == ["This row has no Asset ID"]


def test_stock_of_inventree_lies_in_the_lots_of_its_batches(a_world: World) -> None:
    imported(a_world, INVENTREE)
    assert (a_world.left("B-1", "Reel 2"), a_world.left("no batch", "Reel 2")) == (4000, 150)
    assert str(a_world.lot("B-1").expires_on) == "2027-06-30"
    capacitor = finding.variant(a_world.session, "CAP-10")
    assert (capacitor.name, capacitor.cost_minor) == ("Capacitor 10uF", 1)


def test_serials_that_inventree_counts_anew_for_each_part_are_told_apart(a_world: World) -> None:
    imported(a_world, INVENTREE)
    tester = a_world.asset("T-1 #7")
    assert (tester.cost_minor, tester.note, a_world.asset("Probe #7").serial) == (9950, "works", "Probe #7")
    assert tester.location_id == a_world.location("Lab").id


def test_what_inventree_has_and_we_have_not_is_said(a_world: World) -> None:
    remarks = planned(a_world, INVENTREE).remarks
    assert "7 columns are left out: ID, Part, Stock Location, Currency, Status, Status (13), Supplier Part.SKU." in remarks
    assert "1 row is left out: not in stock there (sold, used up or built in)." in remarks
    assert "Capacitor 10uF has stock of no batch: it is kept as the lot “no batch”." in remarks


def test_parts_of_inventree_come_after_its_stock(a_world: World) -> None:
    for text in (INVENTREE, PARTS):
        assert imported(a_world, text) is not None
        assert imported(a_world, text) is None
    capacitor = finding.variant(a_world.session, "CAP-10")
    point = purchasing.reorder_point(a_world.session, capacitor, location=None)
    assert point is not None
    assert point.low == whole(500)
    assert finding.item(a_world.session, "Copper wire").item.unit == "m"


def test_stock_in_batches_that_comes_after_its_part_is_told_what_to_do(a_world: World) -> None:
    imported(a_world, PARTS)
    reasons = {problem.reason for problem in planned(a_world, INVENTREE).problems}
    assert reasons == {"Capacitor 10uF is not tracked by lots: edit the item first."}
