"""The card of a dropped file, and the form that maps its columns."""

import json

import pytest

from bot.sandbox.blocks import check_message, check_view
from handlers.views import importing as views
from models.importing.dropped import DroppedFile, DropState
from models.importing.findings import Found
from tests.world import MONDAY


def shown(state: DropState, found: Found, **more: int) -> str:
    file = DroppedFile(id=1, name="a_b.csv", digest="f" * 64, channel="D1", state=state, dropped_at=MONDAY, **more)
    file.findings = found._asdict()
    reply = views.card(file, undone=False, zone="UTC")
    assert check_message({"text": reply.text, "blocks": reply.blocks}) == []
    return reply.text


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (DropState.CHECKING, "Checking: 4,200 of 20,000 rows read. Nothing is changed by that."),
        (DropState.IMPORTING, "Importing: 4,200 of 20,000 rows read. You can go on with other things."),
    ],
)
def test_a_card_tells_how_far_it_is(state: DropState, text: str) -> None:
    assert text in shown(state, Found(), done=4_200, rows=20_000)


@pytest.mark.parametrize(("many", "told"), [(1, "A file with it is"), (7, "And 6 more. A file with all of them is")])
def test_a_card_tells_what_follows_of_its_problems(many: int, told: str) -> None:
    file = DroppedFile(id=1, name="a.csv", digest="f" * 64, channel="D1", state=DropState.BAD, dropped_at=MONDAY)
    file.findings = Found(rows=9, problems=[(2, "quantity", "No.")], many_problems=many)._asdict()
    assert f"{told} in our direct messages." in json.dumps(views.card(file, undone=False, zone="UTC").blocks)


def test_a_card_of_a_file_without_a_row_says_so() -> None:
    assert "Nothing to import. There is no row in it to import." in shown(DropState.IMPORTED, Found())


def test_a_card_tells_that_only_names_are_left() -> None:
    assert "Importing: all of it is in, as entry 7. Its names are being made findable." in shown(DropState.IMPORTING, Found(), entry_id=7)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Found(rows=1, form="Homebox", added=[("item", 1)]), "1 row of Homebox. Importing it adds 1 item."),
        (
            Found(rows=3, form="Homebox", added=[("category", 2), ("person", 2), ("stock", 1)], already=1),
            "3 rows of Homebox. Importing it adds 2 categories, 2 people and stock in 1 place. 1 row is there already, and stays so.",
        ),
        (
            Found(rows=9, form="bills of materials", added=[("bill of materials", 2)], already=2),
            "Importing it adds 2 bills of materials. 2 rows are there already, and stay so.",
        ),
    ],
)
def test_a_card_tells_in_numbers_what_is_added(found: Found, text: str) -> None:
    assert text in shown(DropState.CHECKED, found)


def test_one_problem_is_one() -> None:
    assert "1 problem in 4 rows" in shown(DropState.BAD, Found(rows=4, many_problems=1, problems=[(2, "", "No.")]))


def test_a_form_for_the_widest_file_is_no_larger_than_slack_takes() -> None:
    columns = [(f"column {number}", f"<Column> {number} {'x' * 290}", "y" * 300) for number in range(64)]
    ours = {f"custom {number}": f"Custom {number} {'z' * 100}" for number in range(120)} | {"item": "item", "quantity": "quantity"}
    form = views.columns_form("a.csv", columns, {"column 3": "item", "column 4": "custom 9"}, ours, carried={"f": 1, "v": 1, "k": "x" * 16})
    assert check_view(form) == []
    assert len(json.dumps(form)) < 250_000
    assert [block["element"]["initial_option"]["value"] for block in form["blocks"][4:6]] == ["item", "-"]
