"""Reorder advice, tried on made-up use: what docs/advice.md says of it is what comes out."""

import pytest

from tests import backtest
from tests.backtest import CASES, SEEDS, Course, Tried


@pytest.fixture(scope="module")
def tried() -> dict[str, Tried]:
    """All cases, from the first seed."""
    return {case.name: backtest.tried(case, SEEDS[0]) for case in CASES}


def test_the_points_beside_it_have_no_less_stock(tried: dict[str, Tried]) -> None:
    assert [name for name, one in tried.items() if one.advised.stock > one.once.stock] == []


def test_the_advice_has_more_of_what_is_wanted_where_use_jumps_or_fades(tried: dict[str, Tried]) -> None:
    those = [case.name for case in CASES if case.course in {Course.JUMPING, Course.FADING}]
    assert len(those) == 5
    assert [name for name in those if tried[name].better <= 0] == []


def test_the_page_says_what_comes_out(tried: dict[str, Tried]) -> None:
    said = backtest.said_on_page()
    assert {name: found[0] for name, found in said.items()} == {name: backtest.said_better(one) for name, one in tried.items()}, (
        "make backtest"
    )
    assert {len(found) for found in said.values()} == {len(SEEDS)}
