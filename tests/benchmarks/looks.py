"""What a look-up costs as a whole command, warm: it must not grow with the number of assets."""

from statistics import median
from typing import NamedTuple

from tests.benchmarks.counter import Counter
from tests.benchmarks.stores import COMPONENTS, LENT, LEVELS, PRODUCT, SOURCE, item, serial

#: So many things are looked up in turn, again and again; the first rounds only warm.
THINGS, WARM_ROUNDS, ROUNDS = 50, 2, 10


class Look(NamedTuple):
    """A look-up: what it is called, and the command of the n-th time, so that each time another thing is meant."""

    name: str
    command: str
    #: A command's words for the number of an asset.
    words: str
    #: Only assets whose number divides by this are asked for.
    every: int = 1
    #: What stands in the answer; where nothing is said, what was asked for.
    shows: str = ""


LOOKS = (
    Look("`/checkout who`, of one that is lent", "/checkout", "who {serial}", LENT),
    Look("`/checkout who`, of one in a store", "/checkout", "who {serial}"),
    Look("the asset card", "/checkout", "{serial}"),
    Look("the item card", "/stock", "{item}"),
    Look(
        f"`/stock can build`, {COMPONENTS} components over {LEVELS} levels",
        "/stock",
        f"can build 10 {PRODUCT} at {SOURCE}",
        shows=f"of {COMPONENTS}",
    ),
)


def measure(counters: dict[int, Counter], look: Look) -> dict[int, float]:
    """The median of a look-up in each of the stores, in milliseconds, by the number of assets; taken in turns."""
    taken: dict[int, list[float]] = {assets: [] for assets in counters}
    for turn in range(THINGS * ROUNDS):
        for assets, counter in counters.items():
            number = _number(turn % THINGS, assets, look.every)
            named = look.words.format(serial=serial(number), item=item(number))
            taken[assets].append(_look(counter, look, named))
    return {assets: median(times[THINGS * WARM_ROUNDS :]) for assets, times in taken.items()}


def _number(turn: int, assets: int, every: int) -> int:
    """Numbers spread all over the assets, always the same ones."""
    return turn * 7_919 * every % assets


def _look(counter: Counter, look: Look, words: str) -> float:
    heard = counter.hears(look.command, words)
    assert (look.shows or words.removeprefix("who ")) in heard.acknowledged, heard
    return heard.took
