"""What a spreadsheet has beside its rows: totals and headers that come again are left out, and what may be a heading is told."""

import pytest

from models import importing
from tests.world import World

HEAD = "item,location,quantity,unit cost\n"
BOLT = "Bolt,Warehouse,1200,0.12\n"


def planned(w: World, text: str) -> importing.Plan:
    return importing.plan(w.session, name="stores.csv", content=text.encode())


@pytest.mark.parametrize(
    "row",
    [
        "Total,,1200,",
        'Total,,"1,200",$144.00',
        "TOTAL:,,1200,144",
        ",Grand total,1200,",
        "Subtotal 1,,1200,",
        "Summe,,1200,144 EUR",
        "Total,,=SUM(C2:C9),",
    ],
)
def test_a_totals_row_is_left_out_and_told(a_world: World, row: str) -> None:
    plan = planned(a_world, f"{HEAD}{BOLT}{row}\n")
    assert plan.problems == []
    assert [step.line for step in plan.steps] == [2]
    assert plan.remarks[0].startswith("Line 3 looks like a totals row and is left out: ")
    importing.carry_out(a_world.session, a_world.act(), plan)
    assert a_world.on_hand("Bolt", "Warehouse") == 1200


def test_several_are_told_at_once(a_world: World) -> None:
    assert planned(a_world, f"{HEAD}{BOLT}Subtotal,,1200,\nNut,Van,1,\nSubtotal,,1,\nTotal,,1201,\n").remarks == [
        "3 rows look like totals and are left out: lines 3, 5 and 6."
    ]


@pytest.mark.parametrize("row", ["Total,Warehouse,12,", "Total station,Warehouse,1,", "Summer hat,Warehouse,3,"])
def test_a_thing_that_is_called_so_and_lies_somewhere_is_none(a_world: World, row: str) -> None:
    plan = planned(a_world, f"{HEAD}{BOLT}{row}\n")
    assert [step.line for step in plan.steps] == [2, 3]
    assert plan.remarks == []


def test_a_sum_without_a_name_is_refused_with_what_to_do(a_world: World) -> None:
    assert planned(a_world, f"{HEAD}{BOLT},,1200,\n").problems == [(3, "item", "Say of which item, or delete the row where it is a total.")]


def test_headers_that_come_once_more_are_no_row(a_world: World) -> None:
    plan = planned(a_world, "item,location\nBolt,Warehouse\nItem,Location\nNut,Van\nitem,location\n")
    assert [step.line for step in plan.steps] == [2, 4]
    assert plan.remarks == ["Lines 3 and 5 are left out: they hold the headers once more."]


def test_what_may_be_a_heading_or_a_note_is_told(a_world: World) -> None:
    plan = planned(a_world, f"{HEAD}Fasteners,,,\n{BOLT}counted by Kim,,,\n")
    assert plan.remarks == ["2 rows hold nothing but a name, and become items without stock: Fasteners and counted by Kim."]
    importing.carry_out(a_world.session, a_world.act(), plan)
    assert planned(a_world, f"{HEAD}Fasteners,,,\n{BOLT}Nut,Van,1,\n").remarks == []


def test_a_list_of_names_alone_is_meant_so(a_world: World) -> None:
    assert planned(a_world, "item,location\nBolt,\nNut,\n").remarks == []
