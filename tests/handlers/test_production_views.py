"""The cards of bills and runs hold what they are given, however long its names are, and Slack takes them."""

import json

import pytest

from bot.sandbox.blocks import check_message
from handlers.routes import Reply
from handlers.views import bom, production
from handlers.views.bom import BillCard, Line
from handlers.views.paging import PAGE
from handlers.views.production import Answer, Need, Some
from models.columns import LONGEST_NAME
from models.quantities import MOST, ONE

NAMES = ("x", "M8 bolt", "<!channel> *b* `c` _d_ ~e~ <@U1> & <http://x|y>", "\u202eright to left")


def named(name: str, number: int) -> str:
    return f"{number} {name * LONGEST_NAME}"[:LONGEST_NAME]


def taken_by_slack(reply: Reply) -> list[str]:
    return check_message({"text": reply.text[:3000], "blocks": reply.blocks})


def bill(name: str) -> Reply:
    lines = [Line(named(name, number), "each", MOST, "100 %", [named(name, other) for other in range(5)], 7) for number in range(PAGE)]
    card = BillCard(1, named(name, 0), "SKU-1", "each", lines, 0, 200, ["1.00 EUR", "2.00 USD"], 3, [named(name, 1)] * 40)
    return bom.card(card, [])


def run(name: str, *, short: int) -> Reply:
    some = [Some(named(name, number), "kg", MOST) for number in range(20)]
    places = [(named(name, number), MOST) for number in range(9)]
    needs = [
        Need(
            named(name, number),
            "each",
            MOST,
            MOST,
            MOST,
            ONE,
            ONE,
            some,
            short,
            7,
            6,
            "all locations",
            places,
            ["1 on Fri 4 Dec (PO-7)"] * 9,
        )
        for number in range(PAGE)
    ]
    lacking = some if short else []
    names = [one.name for one in some]
    return production.can_build(
        Answer(some[0], named(name, 0), "the only store", needs, 0, 200, lacking, some[1], names, some, True, {"v": 1, "q": 1, "l": 1}), []
    )


@pytest.mark.parametrize("name", NAMES)
def test_slack_takes_every_bill_and_every_answer(name: str) -> None:
    assert [taken_by_slack(reply) for reply in (bill(name), run(name, short=0), run(name, short=ONE))] == [[], [], []]


@pytest.mark.parametrize("reply", [bill("a long name "), run("a long name ", short=ONE)], ids=["bill", "run"])
def test_no_component_of_a_page_is_cut_off(reply: Reply) -> None:
    shown = json.dumps(reply.blocks)
    assert [number for number in range(PAGE) if f"{number} a long name" not in shown] == []
    assert "…" not in shown.replace("\\u2026", "…")
