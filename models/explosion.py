"""Exploding a run: what it takes of every component, over all levels, from what is free. Numbers only: nothing is read or moved here.

What lies there is used first: of the component itself, then of its substitutes in their order. What is still missing of something that
has a bill of its own is made on the way, of its own components. Components that nobody makes take theirs before anybody's substitutes do.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.bills import ALL, Part, Parts
from models.quantities import MOST, ONE

#: By variant, in millionths of its unit
Amounts = Mapping[int, int]


class Instead(NamedTuple):
    """So much of one variant is used where another is short."""

    variant_id: int
    of_id: int
    quantity: int


@dataclass(slots=True)
class Run:
    """What a run takes, by variant; what it takes nothing of is not there."""

    #: What it needs of each component, on whatever level.
    needs: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    #: What it takes of what lies there, also as a substitute.
    takes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    #: The sub-assemblies that are made on the way, because too few lie there.
    makes: dict[int, int] = field(default_factory=dict)
    instead: list[Instead] = field(default_factory=list)
    short: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    #: What is free after it.
    left: dict[int, int] = field(default_factory=dict)

    @property
    def covered(self) -> bool:
        """Whether it can be built."""
        return not self.short


@dataclass(frozen=True, slots=True)
class Recipe:
    """How something is made: all bills from the top down, and which variants are counted in whole units."""

    made_id: int
    #: What is made stands before what it is made of.
    parts: Parts
    wholes: Collection[int]

    @property
    def grain(self) -> int:
        """The least of it that can be made."""
        return ONE if self.made_id in self.wholes else 1


def needed(amount: int, part: Part, *, whole: bool) -> int:
    """What so much takes of a component, scrap on top; rounded up, to a whole unit where it is counted in such."""
    grain = ONE if whole else 1
    return -(-amount * part.quantity * (ALL + part.scrap) // (ONE * ALL * grain)) * grain


def explode(recipe: Recipe, quantity: int, free: Amounts) -> Run:
    """What it takes to make so much, from what is free."""
    run = Run(left=dict(free))
    wanted = defaultdict[int, list[tuple[Part, int]]](list)
    for made_id, parts in recipe.parts.items():
        amount = quantity if made_id == recipe.made_id else _made(run, wanted.pop(made_id, []))
        for part in parts if amount else ():
            need = needed(amount, part, whole=part.variant_id in recipe.wholes)
            run.needs[part.variant_id] += need
            wanted[part.variant_id].append((part, need))
    lines = [line for lines in wanted.values() for line in lines]
    missing = [need - _take(run, part.variant_id, need) for part, need in lines]
    for (part, _), short in zip(lines, missing, strict=True):
        if short and (short := short - _stand_in(run, part, short)):
            run.short[part.variant_id] += short
    return run


def _made(run: Run, lines: Sequence[tuple[Part, int]]) -> int:
    """How much of a sub-assembly is made on the way: what neither it nor its substitutes cover."""
    amount = 0
    for part, need in lines:
        missing = need - _take(run, part.variant_id, need)
        amount += missing - _stand_in(run, part, missing)
    if amount:
        run.makes[lines[0][0].variant_id] = amount
    return amount


def _stand_in(run: Run, part: Part, missing: int) -> int:
    """Lets substitutes stand in for what is missing of a component, in their order; how much they cover."""
    covered = 0
    for variant_id in part.substitutes:
        taken = _take(run, variant_id, missing - covered)
        if taken:
            run.instead.append(Instead(variant_id, part.variant_id, taken))
            covered += taken
    return covered


def _take(run: Run, variant_id: int, quantity: int) -> int:
    """Takes of what is free, at most so much; how much that was."""
    taken = min(quantity, run.left.get(variant_id, 0))
    if taken:
        run.takes[variant_id] += taken
        run.left[variant_id] -= taken
    return taken


def most(recipe: Recipe, free: Amounts) -> int:
    """How much can be made at most: making more lacks no less, so that halving finds it. What one entry can move is the end."""
    low, high = 0, recipe.grain
    while explode(recipe, high, free).covered:
        if high == MOST:
            return MOST
        low, high = high, min(2 * high, MOST)
    while high - low > recipe.grain:
        middle = (low + high) // 2 // recipe.grain * recipe.grain
        if explode(recipe, middle, free).covered:
            low = middle
        else:
            high = middle
    return low
