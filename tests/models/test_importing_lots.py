"""What importing promises of lots: each row is of one, they are there once, and undoing the import takes them along."""

from collections.abc import Callable

import pytest

from models import importing, lots
from models.importing.planning import Plan
from models.ledger import Posted
from models.undo import undo
from tests.world import World

Build = Callable[..., World]

HEAD = "item,lot tracked,location,quantity,lot,expires on,made on,supplier,serial"


def planned(w: World, *rows: str) -> Plan:
    content = "\n".join([HEAD, *rows]).encode()
    return importing.plan(w.session, name="lots.csv", content=content)


def imported(w: World, *rows: str) -> Posted | None:
    return importing.carry_out(w.session, w.act(), planned(w, *rows))


def problems(w: World, *rows: str) -> list[str]:
    return [f"{problem.line} {problem.reason}" for problem in planned(w, *rows).problems]


def test_rows_of_one_item_are_of_several_lots_in_several_places(a_world: World) -> None:
    imported(a_world, "milk,yes,Warehouse,5,L-1,2026-12-03,,Dairy,", "milk,,Warehouse,7,L-2,,,,", "milk,,Van 3,2,L-1,,,,")
    assert (a_world.left("L-1", "Warehouse"), a_world.left("L-1", "Van 3"), a_world.left("L-2", "Warehouse")) == (5, 2, 7)
    assert a_world.lot("L-1").supplier_id == a_world.supplier("Dairy").id


def test_a_row_with_a_lot_says_that_its_item_is_tracked(a_world: World) -> None:
    imported(a_world, "milk,,Warehouse,5,L-1,,,,")
    assert a_world.left("L-1", "Warehouse") == 5


def test_an_undone_import_takes_its_lots_along_and_may_come_again(a_world: World) -> None:
    posted = imported(a_world, "milk,yes,Warehouse,5,L-1,,,,")
    assert posted is not None
    undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert lots.called(a_world.session, "L-1") == []
    imported(a_world, "milk,yes,Warehouse,5,L-1,,,,")
    assert a_world.left("L-1", "Warehouse") == 5


def test_a_later_file_adds_lots_and_leaves_those_that_lie_there(world: Build) -> None:
    w = world()
    imported(w, "milk,yes,Warehouse,5,L-1,,,,")
    plan = planned(w, "milk,yes,Warehouse,9,L-1,,,,", "milk,yes,Warehouse,4,L-2,,,,")
    assert "Nothing is changed; count them to correct it." in plan.remarks[0]
    importing.carry_out(w.session, w.act(), plan)
    assert (w.left("L-1", "Warehouse"), w.left("L-2", "Warehouse")) == (5, 4)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("milk,yes,Warehouse,5,,,,,",), "2 milk is tracked by lots, and this row names none."),
        (("milk,,Warehouse,5,,,,,", "milk,,Van 3,5,L-1,,,,"), "3 milk is not tracked by lots: an earlier row has it otherwise."),
        (("milk,yes,Warehouse,5,L-1,,,,", "milk,no,Van 3,5,L-1,,,,"), "3 milk is tracked by lots, and this row has it otherwise."),
        (("milk,yes,Warehouse,5,L-1,,,,", "milk,,Warehouse,5,l-1,,,,"), "3 Line 2 has milk of lot L-1 in Warehouse already."),
        (
            ("milk,yes,Warehouse,5,L-1,2026-12-03,,,", "milk,,Van 3,5,L-1,2026-12-04,,,"),
            "3 An earlier row has it that lot L-1 expires on Thu 3 Dec 2026. Another lot needs a code of its own.",
        ),
        (("milk,yes,Warehouse,5,L-1,2026-12-03,2026-12-04,,",), "2 L-1 can't expire before it was made."),
        (
            ("milk,yes,Warehouse,5,L-1,,,Dairy,", "milk,,Van 3,5,L-1,,,Farm,"),
            "3 An earlier row has lot L-1 from another supplier. Another lot needs a code of its own.",
        ),
        (("milk,,Warehouse,5,,2026-12-03,,,",), "2 Say of which lot that is: its days belong to it."),
        (("milk,perhaps,Warehouse,5,L-1,,,,",), "2 I can't read perhaps as yes or no."),
        (("cam,yes,Warehouse,,,,,,SN-1",), "2 Things known by their serial are traced one by one, and need no lots."),
    ],
)
def test_what_can_not_be_is_told_by_its_line(a_world: World, rows: tuple[str, ...], told: str) -> None:
    assert any(problem.startswith(told) for problem in problems(a_world, *rows)), problems(a_world, *rows)


def test_an_item_that_is_there_without_lots_is_edited_first(world: Build) -> None:
    w = world("5 milk in Warehouse")
    assert problems(w, "milk,,Warehouse,5,L-1,,,,") == ["2 milk is not tracked by lots: edit the item first."]


def test_a_day_that_a_known_lot_does_not_have_is_not_given_to_it(world: Build) -> None:
    w = world()
    imported(w, "milk,yes,Warehouse,5,L-1,,,,")
    assert problems(w, "milk,,Van 3,5,L-1,2026-12-03,,,")[0].startswith(
        "2 The register has it that lot L-1 expires on no day that is known."
    )


def test_stock_of_no_lot_is_counted_before_a_file_names_its_lots(world: Build) -> None:
    w = world("5 milk in Warehouse")
    w.in_lots("milk")
    assert problems(w, "milk,,Warehouse,5,L-1,,,,") == ["2 Warehouse holds 5 milks of no lot. Count them by their lots."]


def test_many_lots_come_and_go_together(world: Build) -> None:
    w = world()
    posted = imported(w, *(f"milk,yes,Warehouse,{number},L-{number},2026-12-03,,," for number in range(1, 80)))
    assert posted is not None
    assert w.left("L-79", "Warehouse") == 79
    undo(w.session, w.act(), entry_id=posted.id)
    assert lots.called(w.session, "L-79") == []
