"""A kit goes by its name alone: nothing that is lent, and no code, comes to be called the same, by whichever door."""

from collections.abc import Callable

import pytest

from models import archiving, barcodes, editing, finding, history, importing, kit_register, register
from models.catalog import ItemKind
from models.kits import Kit
from models.refusals import Conflict
from models.undo import undo
from tests.models.test_kits import belongs
from tests.world import World

Build = Callable[..., World]


def kit_called(w: World, name: str) -> Kit:
    return kit_register.add_kit(w.session, w.act(), name=name, belongs=belongs(w, "SN-1"))


@pytest.fixture
def stocked(world: Build) -> World:
    w = world("Canon R6 SN-1 in Warehouse", "Lens SN-2 in Warehouse", "9 SD card in Warehouse")
    editing.edit_asset(w.session, w.act(), w.asset("SN-2"), name="Old lens")
    editing.edit_variant(w.session, w.act(), w.variant("SD card"), sku="CARD-1")
    barcodes.bind(w.session, w.act(), thing=w.variant("SD card"), code="4006381333931")
    barcodes.bind(w.session, w.act(), thing=w.asset("SN-2"), code="LENS/2")
    register.add_item(w.session, w.act(), name="Cable", kind=ItemKind.RETURNABLE, variants=({"m": "2"}, {"m": "5"}))
    return w


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("canon r6", "Canon R6 is an item"),
        ("Cable, 5", "Cable, 5 is an item"),
        ("card-1", "CARD-1 is the SKU of SD card"),
        ("4006381333931", "4006381333931 is a barcode of SD card"),
        ("Lens/2", "LENS/2 is a barcode of SN-2"),
        ("sn 2", "sn 2 is an asset, Old lens SN-2,"),
        ("OLD LENS", "OLD LENS is an asset, Old lens SN-2,"),
        ("QK0007M", "QK0007M is the short code of a label"),
    ],
)
def test_a_kit_is_not_called_like_anything_else(stocked: World, name: str, what: str) -> None:
    w = stocked
    with pytest.raises(Conflict) as added:
        kit_called(w, name)
    kit = kit_called(w, "Case 7")
    with pytest.raises(Conflict) as renamed:
        kit_register.edit_kit(w.session, w.act(), kit, name=name, belongs=belongs(w, "SN-1"))
    assert added.value.text == renamed.value.text == f"{what} already. Give the kit another name."


@pytest.mark.parametrize(
    "by",
    [
        lambda w: register.add_item(w.session, w.act(), name="case-7", kind=ItemKind.CONSUMABLE),
        lambda w: register.add_item(w.session, w.act(), name="Case", kind=ItemKind.CONSUMABLE, sku="CASE-7"),
        lambda w: register.add_assets(w.session, w.act(), variant=w.variant("Lens"), serials=["CASE7"], target=w.location("Warehouse")),
        lambda w: register.add_assets(
            w.session, w.act(), variant=w.variant("Lens"), serials=["SN-3"], target=w.location("Warehouse"), name="Case-7"
        ),
        lambda w: editing.edit_asset(w.session, w.act(), w.asset("SN-2"), name="Case-7"),
        lambda w: editing.edit_asset(w.session, w.act(), w.asset("SN-2"), serial="Case 7"),
        lambda w: editing.edit_item(w.session, w.act(), finding.item(w.session, "Lens").item, name="Case-7"),
        lambda w: barcodes.bind(w.session, w.act(), thing=w.asset("SN-2"), code="CASE-7"),
    ],
)
def test_nothing_comes_to_be_called_like_a_kit(stocked: World, by: Callable[[World], object]) -> None:
    kit_called(stocked, "Case-7")
    with pytest.raises(Conflict, match=r"There is a kit called Case-7 already\."):
        by(stocked)


def test_no_undo_brings_a_name_back_that_went_to_something_else(stocked: World) -> None:
    w = stocked
    kit = kit_called(w, "Case 7")
    archived = archiving.archive_kit(w.session, w.act(), kit)
    register.add_item(w.session, w.act(), name="case 7", kind=ItemKind.RETURNABLE)
    with pytest.raises(Conflict, match=r"^case 7 is an item by now\. Rename or archive one of the two first\.$"):
        undo(w.session, w.act(), entry_id=archived.id)
    renamed = editing.edit_asset(w.session, w.act(), w.asset("SN-2"), name="New lens")
    kit_called(w, "Old lens")
    with pytest.raises(Conflict, match=r"^There is a kit called Old lens by now\. Rename or archive one of the two first\.$"):
        undo(w.session, w.act(), entry_id=renamed.id)
    assert history.last_about(w.session, "assets", w.asset("SN-2").id) == renamed.id


def test_an_import_tells_by_line_what_would_be_called_like_a_kit_and_leaves_what_is_there(stocked: World) -> None:
    kit_called(stocked, "Case-7")
    heads = "item,attributes,sku,serial,name,barcode,location"
    rows = [
        "case-7,,,,,,",
        "Case,,CASE-7,,,,",
        "Lens,,,CASE7,,,Warehouse",
        "Lens,,,SN-4,Case-7,,Warehouse",
        "Lens,,,SN-5,,case-7,Warehouse",
        "Lens,,,SN-2,,,Warehouse",
    ]
    plan = importing.plan(stocked.session, name="stores.csv", content="\n".join([heads, *rows]).encode())
    assert [(problem.line, problem.column) for problem in plan.problems] == [
        (2, "item"),
        (3, "sku"),
        (4, "serial"),
        (5, "name"),
        (6, "barcode"),
    ]
    assert {problem.reason for problem in plan.problems} == {"There is a kit called Case-7 already."}
