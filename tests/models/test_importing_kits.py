"""Importing kits, as the list of them is exported: whole or not at all, every reason named by its line, and twice is the same as once."""

from collections.abc import Callable

import pytest

from handlers.spreadsheet import as_csv
from models import archiving, assets, finding, importing, kits, lists, register, search
from models.catalog import ItemKind
from models.kit_lending import check_out_kit
from models.ledger import Posted
from models.lists import Listed
from models.quantities import plain_number
from models.refusals import Conflict, NotAllowed
from models.undo import undo
from tests.models.test_kits import kit_of
from tests.world import World

Build = Callable[..., World]

HEADS = "what,sku,serial,quantity,unit,kit"
FILE = "\n".join(
    [
        HEADS,
        "Canon R6,,SN-1,1,each,Interview kit",
        "SD card,,,2,each,interview kit",
        "Lens,,sn-2,,,Interview kit",
        "Canon R6,,,1,each,Template",
        "SD card,,,,,Template",
    ]
)


@pytest.fixture
def stocked(world: Build) -> World:
    assets = ("Canon R6 SN-1 in Warehouse", "Canon R6 SN-3 in Warehouse", "Lens SN-2 in Warehouse")
    return world(*assets, "6 returnable SD card in Warehouse", "9 M8 bolt in Warehouse")


def planned(w: World, file: str | bytes) -> importing.Plan:
    return importing.plan(w.session, name="kits.csv", content=file.encode() if isinstance(file, str) else file)


def imported(w: World, file: str | bytes) -> Posted | None:
    plan = planned(w, file)
    posted = importing.carry_out(w.session, w.act(), plan)
    for names in importing.spelled(plan):
        search.enter(w.session, names)
    return posted


def exported(w: World) -> bytes:
    heads, rows = lists.read(w.session, Listed.KITS)
    at = heads.index("quantity")
    return as_csv(heads, [[plain_number(cell) if number == at else cell for number, cell in enumerate(row)] for row in rows])


def parts(w: World, name: str) -> list[tuple[str, int]]:
    return [(part.serial or part.what, part.quantity // 1_000_000) for part in kits.parts_of(w.session, finding.kit(w.session, name).id)]


def test_a_file_of_kits_is_one_entry_twice_the_same_as_once_and_undone_as_one(stocked: World) -> None:
    w = stocked
    plan = planned(w, FILE)
    assert plan.form == "kits" and not plan.problems and kits.count(w.session) == 0
    assert [step.text for step in plan.steps] == [
        "Canon R6 SN-1 into Interview kit.",
        "2 SD cards into Interview kit.",
        "Lens SN-2 into Interview kit.",
        "1 Canon R6 into Template.",
        "1 SD card into Template.",
    ]
    posted = imported(w, FILE)
    assert posted is not None
    assert parts(w, "interview kit") == [("SN-1", 1), ("SD card", 2), ("SN-2", 1)]
    assert parts(w, "Template") == [("Canon R6", 1), ("SD card", 1)]
    assert [match.name for match in search.containing(w.session, search.Findable.KIT, "inter", limit=3)[0]] == ["Interview kit"]
    again = planned(w, FILE + "\n")
    assert not again.changes_something and {step.text for step in again.steps} == {"already there."} and again.remarks == []
    assert imported(w, FILE) is None
    undo(w.session, w.act(), entry_id=posted.id)
    assert kits.count(w.session) == 0 and kits.with_asset(w.session, w.asset("SN-1").id) is None
    assert imported(w, FILE) is not None
    check_out_kit(w.session, w.act("Ana"), kit=finding.kit(w.session, "Template"), holder=w.person("Ana"), without=[])


def test_kits_that_are_exported_are_imported_into_other_stores_the_same(stocked: World, world: Build) -> None:
    w = stocked
    kit_of(w, "SN-2", "SN-1", "2 SD card", name="'=Case, 7")
    kit_of(w, "1 Canon R6", name="Template")
    made = exported(w)
    assert planned(w, made).problems == [] and not planned(w, made).changes_something
    for name in ("'=Case, 7", "Template"):
        archiving.archive_kit(w.session, w.act(), finding.kit(w.session, name))
    assert imported(w, made) is not None
    assert parts(w, "'=Case, 7") == [("SN-2", 1), ("SN-1", 1), ("SD card", 2)]
    assert made == exported(w)


def test_a_kit_that_is_there_with_other_parts_stays_and_that_is_said(stocked: World) -> None:
    kit_of(stocked, "SN-1", "1 SD card")
    plan = planned(stocked, FILE)
    assert plan.problems == []
    assert plan.remarks == ["Line 2: Interview kit has other parts by now, and they stay. Edit it in Slack."]
    imported(stocked, FILE)
    assert parts(stocked, "Interview kit") == [("SN-1", 1), ("SD card", 1)]
    assert parts(stocked, "Template") == [("Canon R6", 1), ("SD card", 1)]


def test_every_bad_row_of_a_kit_is_told_by_line_and_column_and_nothing_is_imported(stocked: World) -> None:
    w = stocked
    kit_of(w, "SN-1", name="Other kit")
    card = w.variant("SD card").sku
    rows = [
        ",,SN-1,,,Case",
        ",,SN-2,,,Case",
        ",,SN-2,,,Case",
        ",,SN-2,,,Case 2",
        ",,SN-9,,,Case",
        f",{card},SN-2,,,Case 3",
        ",,SN-2,2,,Case 3",
        ",Q99999,,1,,Case",
        "Tripod,,,1,,Case",
        "M8 bolt,,,1,,Case",
        f",{card},,1,box,Case",
        f",{card},,1.5,,Case",
        f",{card},,0,,Case",
        f",{card},,some,,Case",
        f",{card},,1,,",
        ",,,1,,Case",
        f",{card},,1,,Canon R6",
    ]
    plan = planned(w, "\n".join([HEADS, *rows]))
    assert [tuple(problem) for problem in plan.problems] == [
        (2, "serial", "Canon R6 SN-1 belongs to Other kit already. Take it out of there first."),
        (4, "serial", "Lens SN-2 is there twice. Put both into one line."),
        (5, "serial", "Line 3 has Lens SN-2 in Case already."),
        (6, "serial", "There is no asset SN-9. Import it first."),
        (7, "sku", f"{card} is the SKU of SD card, and SN-2 is Lens SN-2."),
        (8, "quantity", "SN-2 is one thing, and the quantity is 2."),
        (9, "sku", "There is no item with the SKU Q99999. Import it first."),
        (10, "what", "There is no item Tripod. Import it first."),
        (11, "what", "M8 bolt is used up and does not come back, and all of a kit does."),
        (12, "unit", "SD card is counted in each, and this row has box."),
        (13, "quantity", "1.5 is not a whole number, and this is counted in wholes. Try 1 or 2."),
        (14, "quantity", "A quantity is more than zero."),
        (15, "quantity", "I can't read some as a number. Write 1200 or 12.5."),
        (16, "kit", "This row names no kit."),
        (17, "what", "This row names nothing that belongs to it: no serial, SKU or item."),
        (18, "kit", "Canon R6 is an item already. Give the kit another name."),
    ]
    with pytest.raises(importing.BadRows):
        imported(w, "\n".join([HEADS, *rows]))
    assert kits.count(w.session) == 1


def test_what_somebody_did_meanwhile_stops_an_import_of_kits(stocked: World) -> None:
    w = stocked
    for done in (
        lambda: kit_of(w, "SN-1", name="Other kit"),
        lambda: kit_of(w, "1 SD card", name="interview KIT"),
        lambda: register.add_item(w.session, w.act(), name="Template", kind=ItemKind.RETURNABLE),
    ):
        plan = planned(w, FILE)
        before = w.session.begin_nested()
        done()
        with pytest.raises(Conflict):
            importing.carry_out(w.session, w.act(), plan)
        before.rollback()
    with pytest.raises(NotAllowed):
        importing.carry_out(w.session, w.act("Ana"), planned(w, FILE))
    assert [assets.said(w.session, w.asset("SN-1")), kits.count(w.session)] == ["Canon R6 SN-1", 0]
