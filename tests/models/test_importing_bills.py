"""Importing bills of materials: whole or not at all, every reason named by its line, and twice is the same as once."""

from collections.abc import Callable

import pytest

from handlers.spreadsheet import as_csv
from models import bills, importing, lists
from models.importing.sheets import BadRows
from models.ledger import Posted
from models.lists import Listed
from models.quantities import ONE, plain_number
from models.refusals import Conflict, NotAllowed
from models.undo import undo
from tests.models.test_bills import parts
from tests.world import World

Build = Callable[..., World]

FILE = """made,component,quantity,scrap,substitutes
Widget,M8 bolt,4,2.5 %,zinc bolt; brass bolt
Widget,Frame,1,,
Frame,beam,0.25,3,
"""


def planned(w: World, text: str) -> importing.Plan:
    return importing.plan(w.session, name="bills.csv", content=text.encode())


def imported(w: World, text: str) -> Posted | None:
    return importing.carry_out(w.session, w.act(), planned(w, text))


def problems(w: World, *rows: str) -> list[tuple[int, str, str]]:
    text = "\n".join(["made,component,quantity,scrap,substitutes", *rows])
    return [tuple(problem) for problem in planned(w, text).problems]


@pytest.fixture
def stocked(world: Build) -> World:
    return world(*(f"9 {name} in Warehouse" for name in ("Widget", "M8 bolt", "zinc bolt", "brass bolt", "Frame", "beam")))


def test_a_file_of_bills_is_one_entry_over_all_levels(stocked: World) -> None:
    plan = planned(stocked, FILE)
    assert plan.form == "bills of materials"
    assert [(step.line, step.text) for step in plan.steps] == [
        (2, "4 M8 bolts into Widget."),
        (3, "1 Frame into Widget."),
        (4, "0.25 beams into Frame."),
    ]
    assert bills.parts_of(stocked.session, [stocked.variant("Widget").id]) == {}
    assert importing.carry_out(stocked.session, stocked.act(), plan) is not None
    assert parts(stocked, "Widget") == [("M8 bolt", 4, 2.5, ["zinc bolt", "brass bolt"]), ("Frame", 1, 0, [])]
    assert parts(stocked, "Frame") == [("beam", 0.25, 3, [])]


def test_twice_is_the_same_as_once_and_a_changed_file_leaves_what_is_there(stocked: World) -> None:
    first = imported(stocked, FILE)
    assert first is not None and imported(stocked, FILE) is None
    assert planned(stocked, FILE).imported_as == first.id
    again = planned(stocked, FILE.replace("beam,0.25", "beam,0.5") + "beam,zinc bolt,1,,\n")
    assert [step.text for step in again.steps] == ["already there.", "already there.", "already there.", "1 zinc bolt into beam."]
    assert again.remarks == ["Line 4: Frame has another bill of materials by now, and that stays. Edit it in Slack."]
    assert importing.carry_out(stocked.session, stocked.act(), again) is not None
    assert (parts(stocked, "Frame"), parts(stocked, "beam")) == ([("beam", 0.25, 3, [])], [("zinc bolt", 1, 0, [])])


def test_an_import_of_bills_is_undone_and_made_again(stocked: World) -> None:
    posted = imported(stocked, FILE)
    assert posted is not None
    undo(stocked.session, stocked.act(), entry_id=posted.id)
    assert parts(stocked, "Widget") == []
    assert imported(stocked, FILE) is not None
    assert parts(stocked, "Frame") == [("beam", 0.25, 3, [])]


def test_every_bad_row_is_told_by_line_and_column_and_nothing_is_imported(stocked: World) -> None:
    stocked.has("2 returnable hard hat in Warehouse")
    rows = [
        "Widget,M8 bolt,4,,",
        "Gizmo,M8 bolt,4,,",
        "Widget,M9 bolt,4,,",
        "Widget,Frame,,,",
        ",Frame,1,,",
        "Widget,M8 bolt,2,,",
        "Widget,hard hat,1,,",
        "Widget,beam,1,1.234,",
        "Widget,beam,some,,",
        "Widget,beam,1,,zinc bolt; tin bolt",
    ]
    assert problems(stocked, *rows) == [
        (3, "made", "There is no item Gizmo. Import it first."),
        (4, "component", "There is no item M9 bolt. Import it first."),
        (5, "quantity", "This row has no quantity."),
        (6, "made", "This row has no made."),
        (7, "component", "M8 bolt is there twice. Put both into one line."),
        (8, "component", "hard hat comes back, and only what is used up can go in."),
        (9, "scrap", "1.234 is too fine: two decimal places of a percent are the most."),
        (10, "quantity", "I can't read some as a number. Write 1200 or 12.5."),
        (11, "substitutes", "There is no item tin bolt. Import it first."),
    ]
    with pytest.raises(BadRows):
        imported(stocked, "made,component,quantity\nWidget,M8 bolt,4\nWidget,M9 bolt,4\n")
    assert parts(stocked, "Widget") == []


def test_a_circle_is_told_by_its_way_within_the_file_and_with_what_is_there(stocked: World) -> None:
    assert problems(stocked, "Widget,Frame,1,,", "Frame,beam,1,,", "beam,M8 bolt,1,,Widget") == [
        (2, "component", "Widget would be made of itself: Widget of Frame, Frame of beam and beam of Widget.")
    ]
    stocked.bill("Frame", "1 beam")
    assert problems(stocked, "beam,Frame,1,,") == [
        (2, "component", "beam would be made of itself: beam of Frame and Frame of beam."),
    ]


def test_a_bill_that_somebody_wrote_meanwhile_is_not_overwritten(stocked: World) -> None:
    plan = planned(stocked, FILE)
    stocked.bill("Frame", "7 beam")
    with pytest.raises(Conflict, match=r"A bill of materials in bills\.csv was written meanwhile"):
        importing.carry_out(stocked.session, stocked.act(), plan)
    assert parts(stocked, "Frame") == [("beam", 7, 0, [])]


def test_only_a_keeper_imports(stocked: World) -> None:
    with pytest.raises(NotAllowed):
        importing.carry_out(stocked.session, stocked.act("Ana"), planned(stocked, FILE))


def test_thousands_of_lines_take_few_statements(world: Build) -> None:
    from sqlalchemy import event

    w = world()
    names = [f"part {number}" for number in range(60)]
    w.has(*(f"9 {name} in Warehouse" for name in names))
    rows = [f"{made},{component},1,," for number, made in enumerate(names) for component in names[number + 1 :]]
    plan = planned(w, "\n".join(["made,component,quantity,scrap,substitutes", *rows]))
    statements = []
    event.listen(w.session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert importing.carry_out(w.session, w.act(), plan) is not None
    assert len(rows) == 1770 and len(statements) < 100
    assert bills.parts_of(w.session, [w.variant("part 0").id])[w.variant("part 58").id][0].quantity == ONE


def test_bills_are_exported_as_they_are_imported(stocked: World) -> None:
    first = imported(stocked, FILE)
    heads, rows = lists.read(stocked.session, Listed.BILLS)
    file = as_csv(heads, [[plain_number(cell) if isinstance(cell, int) else cell for cell in row] for row in rows])
    assert importing.plan(stocked.session, name="bills.csv", content=file).problems == []
    assert importing.carry_out(stocked.session, stocked.act(), importing.plan(stocked.session, name="bills.csv", content=file)) is None
    assert first is not None
    undo(stocked.session, stocked.act(), entry_id=first.id)
    assert lists.read(stocked.session, Listed.BILLS)[1] == []
    importing.carry_out(stocked.session, stocked.act(), importing.plan(stocked.session, name="bills.csv", content=file))
    assert lists.read(stocked.session, Listed.BILLS) == (heads, rows)
    assert parts(stocked, "Widget") == [("M8 bolt", 4, 2.5, ["zinc bolt", "brass bolt"]), ("Frame", 1, 0, [])]
