"""Reorder advice tried on two years of made-up use, beside reorder points that stay as they are; `make backtest` writes the table.

Each item has half a year of life before. Then its advice is accepted every four weeks. When what is on hand and on order has sunk to the
reorder point, it is filled up to the target, which comes after the lead time. What is not there when it is wanted is lost, and the ledger
does not learn of it: the advice has only what really went out. It stands beside:

- points that are set once: for the lead time and so many days more, by the average use of the half year before. The days are the same
  for all items of a case, and as many as make their stock on average the same as with the advice.
- points that are set with hindsight: for every item that one point with which its stock is on average the same as with the advice.
  Nobody could have known it.

All of them order four weeks' use. Quantities are in millionths of a unit, as everywhere. Chance begins from fixed seeds. The method was
made with the first seed, and with use that is steady, changing or fading, in view; the other seeds, jumps, seasons and what is taken by
Poisson's law were added afterwards, each once, and nothing was changed because of what came out.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from math import ceil, exp, log, pi, sin
from random import Random
from statistics import NormalDist, fmean
from typing import NamedTuple

from models import advice, demand
from models.advice import Suggestion
from models.demand import WEEK, Pattern
from models.quantities import ONE, whole
from tests import generated

PAGE = generated.ROOT / "docs" / "advice.md"

SEEDS, ITEMS, SERVICE = (2026, 1, 2, 3, 4), 60, 0.95
KNOWN, RUN, REVIEW = advice.HALF_A_YEAR, 104 * WEEK, 4 * WEEK
WORKING_DAYS, LEADS, SIZES = 5, (7, 14, 28), (2, 5, 10, 20)
YEAR = 52 * WEEK

SetPoint = Callable[[Sequence[int]], Suggestion]


class Course(StrEnum):
    """How the use of an item goes on after the half year that is known."""

    CHANGING = "changing"
    FADING = "fading"
    STEADY = "steady"
    JUMPING = "jumping"
    SEASONAL = "seasonal"


class Case(NamedTuple):
    """How items are used: the chance of use on a working day and the spread of its sizes (lognormal), for each item one from a range.

    Where use changes, each item's sizes end the two years between half and twice of what they were; where it jumps, they are half or
    twice from some day on; a season makes them half more, and half a year later half less. Without a spread, as many times a day as
    Poisson's law says something is taken, each time of a geometric size.
    """

    pattern: Pattern
    chance: tuple[float, float]
    spread: tuple[float, float] | None
    course: Course

    @property
    def name(self) -> str:
        """As the table calls it."""
        if self.spread is None:
            return f"{'often' if self.chance == OFTEN else 'rarely'}, by Poisson's law"
        return f"{self.pattern}, {self.course}" if self.course is not Course.FADING else "fading"


OFTEN, RARELY = (0.7, 1.0), (0.03, 0.15)
_USED = {
    Pattern.SMOOTH: (OFTEN, (0.2, 0.6)),
    Pattern.ERRATIC: (OFTEN, (1.1, 1.4)),
    Pattern.INTERMITTENT: (RARELY, (0.2, 0.5)),
    Pattern.LUMPY: (RARELY, (0.8, 1.2)),
}
FADING = Case(Pattern.FADING, (0.2, 0.9), (0.2, 0.6), Course.FADING)
POISSON = [Case(Pattern.ERRATIC, OFTEN, None, Course.STEADY), Case(Pattern.LUMPY, RARELY, None, Course.STEADY)]


def _taking(course: Course) -> list[Case]:
    return [Case(pattern, *used, course) for pattern, used in _USED.items()]


CASES = [
    *_taking(Course.CHANGING),
    FADING,
    *_taking(Course.JUMPING),
    *_taking(Course.SEASONAL),
    *_taking(Course.STEADY),
    *POISSON,
]


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


class Tried(NamedTuple):
    """What came of a case, from one seed."""

    items: Sequence[Item]
    ours: Sequence[Lived]
    advised: Outcome
    once: Outcome

    @property
    def better(self) -> float:
        """By how many in a hundred the advice had more of what was wanted than points that were set once."""
        return 100 * (self.advised.fill_rate - self.once.fill_rate)


def items(case: Case, seed: int) -> Iterator[Item]:
    """The items of a case. What fades is used ever less often after the first half year, and no more a year later."""
    chance = Random(f"{seed} {case.pattern}")
    turns = Random(f"{seed} {case.name}")
    for _ in range(ITEMS):
        use, spread = chance.uniform(*case.chance), chance.uniform(*(case.spread or (0, 0)))
        change = 2 ** chance.uniform(-1, 1)
        size, lead = chance.choice(SIZES), chance.choice(LEADS)
        turn, up = turns.random(), turns.choice((0.5, 2.0))
        wanted = []
        for day in range(KNOWN + RUN):
            passed = max(0, day - KNOWN) / RUN
            usual = size * _times(case.course, day, passed, change=change, turn=turn, up=up)
            often = use * max(0.0, 1 - 2 * passed) if case.course is Course.FADING else use
            taken = _lognormal(chance, often, usual, spread) if case.spread else _poisson(chance, often, usual)
            wanted.append(whole(taken) if day % WEEK < WORKING_DAYS else 0)
        yield Item(wanted, lead)


def _times(course: Course, day: int, passed: float, *, change: float, turn: float, up: float) -> float:
    """How many times what it was at first the size of a taking is."""
    match course:
        case Course.CHANGING:
            return change**passed
        case Course.JUMPING:
            return up if passed > turn else 1
        case Course.SEASONAL:
            return 1 + sin(2 * pi * (day / YEAR + turn)) / 2
        case _:
            return 1


def _lognormal(chance: Random, often: float, usual: float, spread: float) -> int:
    taken = chance.random() < often
    sized = usual * exp(spread * NormalDist().inv_cdf(chance.random()))
    return max(1, round(sized)) if taken else 0


def _poisson(chance: Random, often: float, usual: float) -> int:
    taken, left = 0, exp(-often)
    while (left := left / chance.random()) < 1:
        taken += ceil(log(chance.random()) / log(1 - 1 / max(usual, 1.01)))
    return taken


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


def tried(case: Case, seed: int) -> Tried:
    """A case from one seed. Points that stay never have less stock than the advice."""
    made = list(items(case, seed))
    ours = [lived(item, advised(item)) for item in made]
    stock = sum(one.stock for one in ours)

    def once(tenths: int) -> list[Lived]:
        """With points for the lead time and so many tenths of a day more; from thirty days less on."""
        return [lived(item, fixed(item, _average(item) * (item.lead_days + tenths / 10 - 30))) for item in made]

    days = _least(3_000, lambda tenths: sum(one.stock for one in once(tenths)) >= stock)
    return Tried(made, ours, _outcome(ours), _outcome(once(days)))


def hindsight(one: Tried) -> Outcome:
    """With the one point for each item that has no less stock than the advice."""

    def at(item: Item, low: int) -> Lived:
        return lived(item, fixed(item, whole(low)))

    found = []
    for item, mine in zip(one.items, one.ours, strict=True):
        least = _least(5_000, lambda low: at(item, low).stock >= mine.stock)  # noqa: B023 - called at once
        found.append(at(item, least))
    return _outcome(found)


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


BETTER = "advice less set once, seed by seed"
HEADS = ("use", "with advice", "set once", "with hindsight", BETTER, "average stock", "delivered in time")


def row(case: Case, seeds: Sequence[Tried], known: Sequence[Outcome]) -> tuple[str, ...]:
    """The line of a case: means over the seeds, and what the advice gained or lost with each of them."""
    ours, once = [one.advised for one in seeds], [one.once for one in seeds]
    return (
        case.name,
        f"**{_mean_fill(ours):.1%}**",
        f"{_mean_fill(once):.1%}",
        f"{_mean_fill(known):.1%}",
        " · ".join(said_better(one) for one in seeds),
        " · ".join(f"{fmean(one.stock for one in some):.1f}" for some in (ours, once, known)),
        f"{fmean(one.in_time for one in ours):.0%}",
    )


def said_better(one: Tried) -> str:
    """ "+1.4", "-0.2": points of a hundred."""
    return f"{one.better:+.1f}".replace("-0.0", "+0.0")


def _mean_fill(some: Sequence[Outcome]) -> float:
    return fmean(one.fill_rate for one in some)


def page(text: str, table: str) -> str:
    """The page with that table."""
    return re.sub(r"(<!-- backtest -->\n).*?(<!-- end -->)", lambda found: f"{found[1]}{table}\n{found[2]}", text, flags=re.DOTALL)


def said_on_page() -> dict[str, list[str]]:
    """What the advice gained or lost by the page, for each case seed by seed."""
    table = PAGE.read_text(encoding="utf-8").partition("<!-- backtest -->")[2].partition("<!-- end -->")[0]
    lines = [line.strip("| ").split(" | ") for line in table.strip().splitlines()[2:]]
    return {cells[0]: cells[HEADS.index(BETTER)].split(" · ") for cells in lines}


if __name__ == "__main__":
    rows = []
    for case in CASES:
        from_seeds = [tried(case, seed) for seed in SEEDS]
        rows.append(row(case, from_seeds, [hindsight(one) for one in from_seeds]))
        print(*rows[-1], sep=" | ", flush=True)  # noqa: T201
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), generated.table(HEADS, rows)), encoding="utf-8")
