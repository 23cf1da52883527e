"""What forecasts promise, in numbers worked by hand from the formulas of the papers that models/demand.py names."""

from random import Random
from statistics import fmean

import pytest

from models import demand
from models.demand import Outlook, Pattern

#: Used three times in ten periods: after three, two and four of them.
TEN = [0, 0, 3, 0, 4, 0, 0, 0, 2, 0]


def week(*used: float) -> list[float]:
    """Seven days that begin with these."""
    return [*used, *[0.0] * (demand.WEEK - len(used))]


def series(weeks: list[float]) -> list[float]:
    """Days whose weeks are those, all of it used on a Monday."""
    return [day for used in weeks for day in week(used)]


def test_croston_smooths_sizes_and_intervals_apart() -> None:
    """With half of each new one: sizes 3, 3.5, 2.75 by intervals 3, 2.5, 3.25."""
    expected = demand.croston(TEN, size=3, interval=3, alpha=0.5)
    assert expected == pytest.approx([1, 1, 1, 1, 1, 1.4, 1.4, 1.4, 1.4, 2.75 / 3.25, 2.75 / 3.25])


def test_croston_is_exact_for_the_same_size_after_the_same_interval() -> None:
    """Croston's own case, whatever alpha: simple smoothing would say more just after each use, and less before it."""
    assert demand.croston([0, 0, 0, 8] * 20, size=8, interval=4, alpha=0.3) == pytest.approx([2.0] * 81)


def test_sba_is_croston_less_half_of_alpha() -> None:
    expected = demand.sba(TEN, size=3, interval=3, alpha=0.5)
    assert expected == pytest.approx([0.75, 0.75, 0.75, 0.75, 0.75, 1.05, 1.05, 1.05, 1.05, 0.634615, 0.634615], abs=1e-6)


def test_sba_takes_the_bias_of_croston_off() -> None:
    """By chance every fifth period: Croston says alpha / (2 - alpha) · (1 - 1/5) = 4/45 too much, and SBA a tenth less than that."""
    chance = Random(5)
    used = [1.0 if chance.random() < 0.2 else 0.0 for _ in range(50_000)]
    assert fmean(demand.croston(used, size=1, interval=5, alpha=0.2)) / fmean(used) == pytest.approx(1 + 4 / 45, abs=0.01)
    assert fmean(demand.sba(used, size=1, interval=5, alpha=0.2)) / fmean(used) == pytest.approx(0.9 * (1 + 4 / 45), abs=0.01)


def test_tsb_smooths_the_chance_of_use_in_every_period() -> None:
    """Chances 1/3, 1/6, 1/12, 13/24, 13/48, 61/96, 61/192, 61/384, 61/768, 829/1536 and half of that; sizes as above."""
    expected = demand.tsb(TEN, size=3, chance=1 / 3, alpha=0.5, beta=0.5)
    assert expected == pytest.approx([1, 0.5, 0.25, 1.625, 0.8125, 2.223958, 1.111979, 0.55599, 0.277995, 1.484212, 0.742106], abs=1e-6)


def test_what_is_used_no_more_fades_by_tsb_and_stays_by_croston() -> None:
    """Teunter, Syntetos and Babai: each empty period takes beta of the forecast; Croston does not notice."""
    silent = [4.0] * 4 + [0.0] * 6
    assert demand.tsb(silent, size=4, chance=1, alpha=0.1, beta=0.2)[-1] == pytest.approx(4 * 0.8**6)
    assert demand.croston(silent, size=4, interval=1, alpha=0.1)[-1] == pytest.approx(4)


@pytest.mark.parametrize(
    ("weeks", "pattern"),
    [
        ([10, 12, 9, 11] * 6, Pattern.SMOOTH),
        ([2, 3, 30, 1] * 6, Pattern.ERRATIC),
        ([0, 4, 0, 5] * 6, Pattern.INTERMITTENT),
        ([0, 1, 0, 40, 0, 2] * 4, Pattern.LUMPY),
        ([5, 6, 4, 5] * 4 + [5, 0, 0, 0, 0, 0, 0, 0], Pattern.FADING),
        ([0, 7] + [0, 7] * 9 + [0, 0], Pattern.INTERMITTENT),
    ],
)
def test_patterns_are_told_apart_by_interval_and_variation(weeks: list[float], pattern: Pattern) -> None:
    """Syntetos, Boylan and Croston: 1.32 periods between uses, and a squared variation of 0.49; a short silence is not the end."""
    assert demand.pattern(weeks) is pattern


def test_the_limits_between_patterns_are_those_of_the_paper() -> None:
    """Used in 25 of 33 weeks is an interval of exactly 1.32; sizes 3 and 17 have a squared variation of exactly 0.49."""
    assert demand.pattern([1, 1, 1, 0] * 8 + [1]) is Pattern.INTERMITTENT
    assert demand.pattern([1, 1, 1, 0] * 7 + [1, 1, 1, 1]) is Pattern.SMOOTH
    assert demand.pattern([3, 17] * 10) is Pattern.ERRATIC
    assert demand.pattern([3.1, 16.9] * 10) is Pattern.SMOOTH


def test_a_week_is_seven_days_up_to_the_last_and_never_below_nothing() -> None:
    assert demand.weekly([99, 99, *week(1, 2), *week(-4), *week(0, 0, 5)]) == [3, 0, 5]


def test_less_than_a_week_or_no_use_says_nothing() -> None:
    assert demand.outlook([3] * 6) is None
    assert demand.outlook([0] * 182) is None
    assert demand.outlook(week(5, -5) * 4) is None


def test_even_use_is_expected_to_go_on() -> None:
    expected = demand.outlook([2, 2, 2, 2, 2, 0, 0] * 26)
    assert expected is not None
    assert (expected.pattern, expected.per_week, expected.variance, expected.trend) == (Pattern.SMOOTH, 10, 0, None)


def test_on_the_day_of_the_crossing_more_is_used_than_takes_it_to_the_point() -> None:
    """Tens: 100/20 = 5 on average, with a variance of 1000/30 - 25."""
    expected = demand.outlook([10, 0, 0, 10, 0, 0, 0] * 8)
    assert expected is not None
    assert (expected.undershoot, expected.undershoot_variance) == pytest.approx((5, 25 / 3))


def test_a_trend_is_told_where_it_is_not_chance() -> None:
    assert demand.trend([10, 11, 9, 10, 15, 16, 14, 15]) == pytest.approx(0.5)
    assert demand.trend([10, 20, 0, 30, 15, 0, 40, 10]) is None
    assert demand.trend([8, 8, 8, 8, 0, 0, 0, 0]) == -1
    assert demand.trend([0, 0, 0, 0, 5, 5, 5, 5]) is None


EVEN = Outlook(Pattern.SMOOTH, per_week=14, variance=16, undershoot=0, undershoot_variance=0, trend=None)


@pytest.mark.parametrize(
    ("lead_days", "service_level", "point"),
    [
        (7, 0.5, 14),  # half of the times: what is expected, and no safety stock
        (7, 0.95, 20.750),  # 14 + 1.64485 · 4 · √(1 + 1/19)
        (28, 0.95, 70.478),  # 56 + 1.64485 · 4 · √(4 + 16/19)
        (28, 0.99, 76.477),  # 56 + 2.32635 · 4 · √(4 + 16/19)
    ],
)
def test_the_safety_stock_covers_the_error_of_the_forecast_over_the_lead_time(lead_days: int, service_level: float, point: float) -> None:
    """Prak, Teunter and Syntetos: s² (L + L² alpha / (2 - alpha)), which is 1/19 for an alpha of 0.1."""
    assert demand.reorder_point(EVEN, lead_days=lead_days, service_level=service_level) == pytest.approx(point, abs=0.001)


def test_large_takings_raise_the_point() -> None:
    """14 + 5 + 1.64485 · √(16 · 20/19 + 25/3)."""
    lumps = EVEN._replace(undershoot=5, undershoot_variance=25 / 3)
    assert demand.reorder_point(lumps, lead_days=7, service_level=0.95) == pytest.approx(27.253, abs=0.001)


def test_the_unit_does_not_matter() -> None:
    used = [3, 0, 0, 7, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0] * 6
    one, millionths = demand.outlook(used), demand.outlook([day * 1_000_000 for day in used])
    assert one is not None
    assert millionths is not None
    point = demand.reorder_point(one, lead_days=14, service_level=0.95)
    assert demand.reorder_point(millionths, lead_days=14, service_level=0.95) == pytest.approx(point * 1_000_000)
