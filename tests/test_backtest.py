"""Reorder advice, tried on made-up use: never worse than points that nobody touches where use changes, and docs/advice.md says how much."""

import pytest

from tests import backtest
from tests.backtest import Compared

#: Where nothing ever changes, one estimate for good can be better than one that is made again and again; by so much at most.
LOST_TO_ESTIMATES = 0.005


@pytest.fixture(scope="module")
def lines() -> list[Compared]:
    return [backtest.compared(case) for case in backtest.CHANGING + backtest.STEADY]


def test_with_no_more_stock_the_advice_serves_at_least_as_much_where_use_changes(lines: list[Compared]) -> None:
    changing = [line for line in lines if line.case.changes]
    assert [line.case for line in changing] == backtest.CHANGING
    assert [line.case.name for line in changing if line.advised.stock > line.once.stock] == []
    assert [line.case.name for line in changing if line.advised.fill_rate < line.once.fill_rate] == []


def test_where_nothing_changes_it_serves_nearly_as_much(lines: list[Compared]) -> None:
    steady = [line for line in lines if not line.case.changes]
    assert [line.case.name for line in steady if line.advised.stock > line.once.stock] == []
    assert [line.case.name for line in steady if line.advised.fill_rate < line.once.fill_rate - LOST_TO_ESTIMATES] == []


def test_the_page_has_the_table_as_it_comes_out(lines: list[Compared]) -> None:
    text = backtest.PAGE.read_text(encoding="utf-8")
    assert backtest.page(text, lines) == text, "make backtest"
    assert "<!-- backtest -->" in text
