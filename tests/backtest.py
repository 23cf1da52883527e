"""Reorder advice tried on two years of made-up use, beside reorder points that stay as they are; `make backtest` writes the table.

Each item has half a year of life before. Then its advice is accepted every four weeks. When what is on hand and on order has sunk to the
reorder point, it is filled up to the target, which comes after the lead time. What is not there when it is wanted is lost, and the ledger
does not learn of it: the advice has only what really went out. It stands beside:

- points that are set once: for the lead time and so many days more, by the average use of the half year before. The days are the same
  for all items of a case, and as many as make their stock on average the same as with the advice.
- points that are set with hindsight: for every item that one point with which its stock is on average the same as with the advice.
  Nobody could have known it.

All of them order four weeks' use. Quantities are in millionths of a unit, as everywhere; chance begins from a fixed seed.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from math import ceil, exp
from random import Random
from statistics import NormalDist, fmean
from typing import NamedTuple

from models import advice, demand
from models.advice import Suggestion
from models.demand import WEEK, Pattern
from models.quantities import ONE, whole
from tests import generated

PAGE = generated.ROOT / "docs" / "advice.md"

SEED, ITEMS, SERVICE = 2026, 60, 0.95
KNOWN, RUN, REVIEW = advice.HALF_A_YEAR, 104 * WEEK, 4 * WEEK
WORKING_DAYS, LEADS, SIZES = 5, (7, 14, 28), (2, 5, 10, 20)

SetPoint = Callable[[Sequence[int]], Suggestion]


class Case(NamedTuple):
    """How items are used: the chance of use on a working day and the spread of its sizes (lognormal), for each item one from a range.

    Where use changes, each item's sizes end the two years between half and twice of what they were.
    """

    pattern: Pattern
    chance: tuple[float, float]
    spread: tuple[float, float]
    changes: bool

    @property
    def name(self) -> str:
        """As the table calls it."""
        return f"{self.pattern}, {'changing' if self.changes else 'steady'}" if self.pattern is not Pattern.FADING else "fading"


_USED = {
    Pattern.SMOOTH: ((0.7, 1.0), (0.2, 0.6)),
    Pattern.ERRATIC: ((0.7, 1.0), (1.1, 1.4)),
    Pattern.INTERMITTENT: ((0.03, 0.15), (0.2, 0.5)),
    Pattern.LUMPY: ((0.03, 0.15), (0.8, 1.2)),
}
CHANGING = [*(Case(pattern, *used, True) for pattern, used in _USED.items()), Case(Pattern.FADING, (0.2, 0.9), (0.2, 0.6), True)]
STEADY = [Case(pattern, *used, False) for pattern, used in _USED.items()]


class Item(NamedTuple):
    """What is wanted of it every day, and how long its supplier takes."""

    wanted: Sequence[int]
    lead_days: int


class Lived(NamedTuple):
    """Of two years: what was wanted and what was there, deliveries and those before which nobody was sent away, average stock."""

    wanted: int
    served: int
    deliveries: int
    in_time: int
    stock: float


class Outcome(NamedTuple):
    """Of all items of a case: the share of what was wanted that was there, of deliveries in time, and an item's average stock."""

    fill_rate: float
    in_time: float
    stock: float


class Compared(NamedTuple):
    """A line of the table."""

    case: Case
    advised: Outcome
    once: Outcome
    hindsight: Outcome


def items(case: Case) -> Iterator[Item]:
    """The items of a case. What fades is used ever less often after the first half year, and no more a year later."""
    chance = Random(f"{SEED} {case.pattern}")
    for _ in range(ITEMS):
        use, spread, change = chance.uniform(*case.chance), chance.uniform(*case.spread), 2 ** chance.uniform(-1, 1)
        size, lead = chance.choice(SIZES), chance.choice(LEADS)
        wanted = []
        for day in range(KNOWN + RUN):
            passed = max(0, day - KNOWN) / RUN
            often = use * max(0.0, 1 - 2 * passed) if case.pattern is Pattern.FADING else use
            usual = size * change**passed if case.changes else size
            taken = chance.random() < often and day % WEEK < WORKING_DAYS
            sized = usual * exp(spread * NormalDist().inv_cdf(chance.random()))
            wanted.append(whole(max(1, round(sized))) if taken else 0)
        yield Item(wanted, lead)


def lived(item: Item, set_point: SetPoint) -> Lived:
    """Two years with a reorder point that is set every four weeks, by what was used in the half year before."""
    used = list(item.wanted[:KNOWN])
    low, high = set_point(used)
    on_hand = to_come = high or low
    served = stock = deliveries = in_time = missed = 0
    ordered = deque[tuple[int, int]]()
    for day, wanted in enumerate(item.wanted[KNOWN:]):
        if day % REVIEW == 0:
            low, high = set_point(used[-KNOWN:])
        if ordered and ordered[0][0] == day:
            on_hand += ordered.popleft()[1]
            deliveries, in_time, missed = deliveries + 1, in_time + (not missed), 0
        taken = min(wanted, on_hand)
        missed += wanted - taken
        on_hand, to_come, served, stock = on_hand - taken, to_come - taken, served + taken, stock + on_hand - taken
        used.append(taken)
        if to_come <= low and high is not None:
            ordered.append((day + item.lead_days, high - to_come))
            to_come = high
    return Lived(sum(item.wanted[KNOWN:]), served, deliveries, in_time, stock / RUN)


def advised(item: Item) -> SetPoint:
    """The advice as it would be given, whenever it is asked for."""

    def suggested(used: Sequence[int]) -> Suggestion:
        expected = demand.outlook(used)
        if expected is None:
            return Suggestion(0, None)
        return advice.suggest(expected, lead_days=item.lead_days, service_level=SERVICE, fractions=False)

    return suggested


def fixed(item: Item, low: float) -> SetPoint:
    """A point that stays, with a target four weeks' use above it by the average of the first half year."""
    point = max(ceil(low / ONE), 0) * ONE
    order = max(ceil(advice.ORDER_WEEKS * WEEK * _average(item) / ONE), 1) * ONE
    return lambda _: Suggestion(point, point + order)


def _average(item: Item) -> float:
    return sum(item.wanted[:KNOWN]) / KNOWN


def compared(case: Case) -> Compared:
    """The line of a case. Points that stay never have less stock than the advice."""
    made = list(items(case))
    ours = [lived(item, advised(item)) for item in made]
    stock = sum(one.stock for one in ours)

    def once(tenths: int) -> list[Lived]:
        """With points for the lead time and so many tenths of a day more; from thirty days less on."""
        return [lived(item, fixed(item, _average(item) * (item.lead_days + tenths / 10 - 30))) for item in made]

    def hindsight(item: Item, low: int) -> Lived:
        return lived(item, fixed(item, whole(low)))

    days = _least(3_000, lambda tenths: sum(one.stock for one in once(tenths)) >= stock)
    known = [
        hindsight(item, _least(5_000, lambda low: hindsight(item, low).stock >= mine.stock))  # noqa: B023 - called at once
        for item, mine in zip(made, ours, strict=True)
    ]
    return Compared(case, _outcome(ours), _outcome(once(days)), _outcome(known))


def _least(most: int, enough: Callable[[int], bool]) -> int:
    """The smallest whole number up to `most` that is enough."""
    least = 0
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if enough(middle) else (middle + 1, most)
    return least


def _outcome(some: Sequence[Lived]) -> Outcome:
    fill_rate = sum(one.served for one in some) / sum(one.wanted for one in some)
    in_time = sum(one.in_time for one in some) / sum(one.deliveries for one in some)
    return Outcome(fill_rate, in_time, fmean(one.stock for one in some) / ONE)


def table(lines: Sequence[Compared]) -> str:
    """The table of docs/advice.md."""
    heads = ("use", "with advice", "set once, same stock", "with hindsight, same stock", "average stock", "delivered in time with advice")
    rows = (
        (
            one.case.name,
            f"**{one.advised.fill_rate:.1%}**",
            f"{one.once.fill_rate:.1%}",
            f"{one.hindsight.fill_rate:.1%}",
            f"{one.advised.stock:.1f} · {one.once.stock:.1f} · {one.hindsight.stock:.1f}",
            f"{one.advised.in_time:.0%}",
        )
        for one in lines
    )
    return generated.table(heads, rows)


def page(text: str, lines: Sequence[Compared]) -> str:
    """The page with the table as it must be."""
    return re.sub(r"(<!-- backtest -->\n).*?(<!-- end -->)", lambda found: f"{found[1]}{table(lines)}\n{found[2]}", text, flags=re.DOTALL)


if __name__ == "__main__":
    found = [compared(case) for case in CHANGING + STEADY]
    print(table(found))  # noqa: T201
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
