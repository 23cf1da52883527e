"""Names that look like a slip of the pen are told before anything is imported, and nothing that people mean to be two things is."""

from collections.abc import Callable

import pytest

from models import catalog, importing
from models.editing import edit_item
from tests.world import World


def remarks(w: World, text: str) -> list[str]:
    return importing.plan(w.session, name="stores.csv", content=text.encode()).remarks


def stock(*places: str) -> str:
    return "item,location,quantity\n" + "".join(f"Bolt {number},{place},4\n" for number, place in enumerate(places))


@pytest.mark.parametrize("written", ["Warehose", "Warehousse", "Warehuose", "Warehouze", "Ware house", "ware-house", "Warehouses"])
def test_a_location_that_looks_like_a_known_one_is_told(world: Callable[..., World], written: str) -> None:
    w = world("1 Bolt in Warehouse")
    assert remarks(w, stock(written)) == [f"Line 2: new warehouse {written}; did you mean Warehouse?"]


def test_it_is_added_all_the_same(world: Callable[..., World]) -> None:
    w = world("1 Bolt in Warehouse")
    plan = importing.plan(w.session, name="stores.csv", content=stock("Warehose").encode())
    importing.carry_out(w.session, w.act(), plan)
    assert w.on_hand("Bolt 0", "Warehose") == 4


def test_of_two_in_one_file_the_one_is_told_that_fewer_rows_name(a_world: World) -> None:
    said = ["Line 2: new warehouse Warehose; did you mean Warehouse (line 3)?"]
    assert remarks(a_world, stock("Warehose", "Warehouse", "Warehouse")) == said


def test_of_two_that_are_named_as_often_the_later_is_told(a_world: World) -> None:
    assert remarks(a_world, stock("Van 3", "Van-3")) == ["Line 3: new warehouse Van-3; did you mean Van 3 (line 2)?"]


@pytest.mark.parametrize(
    "places",
    [
        ("Van 3", "Van 4"),
        ("Shelf A", "Shelf B"),
        ("Shelf A1", "Shelf A2"),
        ("Shelf 1-12", "Shelf 11-2"),
        ("Shelf", "Shelf B"),
        ("North", "South"),
        ("Hall II", "Hall III"),
        ("Depot", "depot"),
        ("Warehouse / Upper shelf", "Depot / Uper shelf"),
    ],
)
def test_what_is_meant_to_be_two_is_not_told(a_world: World, places: tuple[str, ...]) -> None:
    assert remarks(a_world, stock(*places)) == []


def test_a_location_is_named_with_what_it_lies_in(a_world: World) -> None:
    said = ["Line 3: new warehouse Depot / Uper shelf; did you mean Depot / Upper shelf (line 2)?"]
    assert remarks(a_world, stock("Depot / Upper shelf", "Depot / Uper shelf")) == said
    said = ["Line 3: new warehouse Uper shelf; did you mean Depot / Upper shelf (line 2)?"]
    assert remarks(a_world, stock("Depot / Upper shelf", "Uper shelf")) == said


def test_a_firm_is_not_taken_for_a_location_of_ours(a_world: World) -> None:
    assert remarks(a_world, "item,location,quantity,supplier\nBolt,Merlin,4,Berlin\n") == []


def test_categories_are_told_beside_one_another(a_world: World) -> None:
    said = ["Line 3: new category Fastners; did you mean Fasteners (line 2)?"]
    assert remarks(a_world, "item,category\nBolt,Fasteners\nNut,Fastners\n") == said


def test_people_are_told_unless_their_addresses_tell_them_apart(a_world: World) -> None:
    head = "item,serial,location,location kind\n"
    apart = f"{head}Camera,SN-1,Ana Silva <ana@example.com>,person\nCamera,SN-2,Anna Silva <anna@example.com>,person\n"
    assert remarks(a_world, apart) == []
    alike = f'{head}Camera,SN-1,Ana Silva,person\nCamera,SN-2,"Silva, Ana",person\nCamera,SN-3,Ana Sliva,person\n'
    assert remarks(a_world, alike) == [
        "Line 3: new person Silva, Ana; did you mean Ana Silva (line 2)?",
        "Line 4: new person Ana Sliva; did you mean Ana Silva (line 2)?",
    ]


def test_items_are_told_that_are_there_in_other_words_or_were_once(world: Callable[..., World]) -> None:
    w = world("1 M8 bolt in Warehouse", "1 Hex key in Warehouse")
    edit_item(w.session, w.act(), catalog.item(w.session, w.variant("Hex key").item_id), name="Allen key")
    said = ["Line 2: new item M8 bolts; did you mean M8 bolt?", "Line 3: new item Hex-key; did you mean Allen key?"]
    assert remarks(w, "item\nM8 bolts\nHex-key\nM6 bolt\n") == said


@pytest.mark.parametrize(
    ("one", "other", "told"), [("Adapter 5 V", "Adaptor 5 V", True), ("Bolt M8", "Bolt M6", False), ("Cable", "Table", False)]
)
def test_items_of_one_file_are_told_where_a_long_word_has_a_slip(a_world: World, one: str, other: str, told: bool) -> None:
    assert remarks(a_world, f"item\n{one}\n{other}\n") == ([f"Line 3: new item {other}; did you mean {one} (line 2)?"] if told else [])


def test_what_is_known_is_told_no_more(a_world: World) -> None:
    text = stock("Warehouse", "Warehose").encode()
    importing.carry_out(a_world.session, a_world.act(), importing.plan(a_world.session, name="stores.csv", content=text))
    assert remarks(a_world, stock("Warehose", "Warehouse") + "Nut,Van,1\n") == []


def test_barcodes_that_have_lost_their_zero_are_told(a_world: World) -> None:
    text = "item,barcode\nBolt,36000291452\nNut,4006381333931\nCog,12345678905\n"
    said = "barcode lacks a digit, and would be right with a 0 before it: 36000291452 in line 2. Format the column as text."
    assert remarks(a_world, text.replace("Cog,12345678905\n", "")) == [f"1 {said}"]
    assert remarks(a_world, text.replace("12345678905", "12345678904")) == [], "one of that length is another code"


def test_a_location_that_seems_to_be_two_is_told(a_world: World) -> None:
    said = [
        "2 new locations have two names in one, it seems, as in line 2: Depot/Shelf 2. Where one lies in another, write Depot / Shelf 2."
    ]
    assert remarks(a_world, stock("Depot/Shelf 2", "Van 3 > Box")) == said
    assert remarks(a_world, stock("Depot / Shelf 2", "Bay 1/2", "Hall // North")) == []


def test_serials_are_told_that_only_dashes_tell_apart(world: Callable[..., World]) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    text = "item,serial,location\nCanon R6,SN1,Warehouse\nCanon R6,SN-2,Warehouse\nCanon R6,SN 2,Warehouse\nCanon R6,SN-22,Warehouse\n"
    assert remarks(w, text) == ["Line 2: new asset SN1; did you mean SN-1?", "Line 4: new asset SN 2; did you mean SN-2 (line 3)?"]
