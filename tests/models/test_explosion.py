"""Exploding a run, in numbers: what lies there first, then substitutes, then made on the way; rounding up once per run; and no luck."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from models.bills import Part, from_the_top
from models.explosion import Instead, Recipe, Run, explode, most, needed
from models.quantities import MOST, ONE

WIDGET, FRAME, BEAM, BOLT, ZINC, BRASS = range(1, 7)


def part(variant_id: int, quantity: float, *substitutes: int, scrap: float = 0) -> Part:
    return Part(variant_id, round(quantity * ONE), round(scrap * 100), substitutes)


def recipe(bills: dict[int, list[Part]], *, fractions: tuple[int, ...] = ()) -> Recipe:
    return Recipe(WIDGET, from_the_top(bills), frozenset(range(1, 20)) - set(fractions))


def run_of(how: Recipe, quantity: float, **free: float) -> Run:
    names = {"frame": FRAME, "beam": BEAM, "bolt": BOLT, "zinc": ZINC, "brass": BRASS}
    return explode(how, round(quantity * ONE), {names[name]: round(amount * ONE) for name, amount in free.items()})


def units(amounts: dict[int, int]) -> dict[int, float]:
    return {variant_id: amount / ONE for variant_id, amount in amounts.items()}


def test_the_worked_example() -> None:
    how = recipe({WIDGET: [part(BOLT, 4)]})
    first = run_of(how, 500, bolt=3400)
    assert first.covered and units(first.takes) == {BOLT: 2000} and units(first.left) == {BOLT: 1400}
    assert units(explode(how, 500 * ONE, first.left).short) == {BOLT: 600}
    assert most(how, {BOLT: 3400 * ONE}) == 850 * ONE


def test_scrap_comes_on_top_and_is_rounded_up_once_for_the_run() -> None:
    line = part(BOLT, 3, scrap=2.5)
    assert needed(1 * ONE, line, whole=True) == 4 * ONE
    assert needed(100 * ONE, line, whole=True) == 308 * ONE
    assert needed(100 * ONE, line, whole=False) == 307_500_000
    assert needed(1, part(BOLT, 0.000001, scrap=1), whole=False) == 1


def test_a_sub_assembly_is_used_from_stock_first_and_the_rest_made_on_the_way() -> None:
    how = recipe({WIDGET: [part(FRAME, 2)], FRAME: [part(BEAM, 3)]})
    run = run_of(how, 10, frame=5, beam=100)
    assert units(run.takes) == {FRAME: 5, BEAM: 45} and units(run.makes) == {FRAME: 15}
    assert units(run.needs) == {FRAME: 20, BEAM: 45}


def test_what_two_lines_need_of_one_sub_assembly_is_made_in_one_go() -> None:
    how = recipe({WIDGET: [part(FRAME, 1), part(BEAM, 1)], BEAM: [part(FRAME, 1)], FRAME: [part(BOLT, 0.5)]})
    assert units(run_of(how, 3, bolt=3).takes) == {BOLT: 3}
    assert units(run_of(how, 3, bolt=2).short) == {BOLT: 1}


def test_substitutes_stand_in_in_their_order_for_what_is_short() -> None:
    how = recipe({WIDGET: [part(BOLT, 4, ZINC, BRASS)]})
    run = run_of(how, 10, bolt=30, zinc=6, brass=50)
    assert run.instead == [Instead(ZINC, BOLT, 6 * ONE), Instead(BRASS, BOLT, 4 * ONE)]
    assert units(run.takes) == {BOLT: 30, ZINC: 6, BRASS: 4} and run.covered
    assert units(run_of(how, 10, bolt=30, zinc=6).short) == {BOLT: 4}


def test_a_component_has_its_own_before_it_stands_in_for_another() -> None:
    how = recipe({WIDGET: [part(BOLT, 1, ZINC), part(ZINC, 1)]})
    run = run_of(how, 10, zinc=15)
    assert units(run.short) == {BOLT: 5} and units(run.takes) == {ZINC: 15}


def test_what_is_counted_in_parts_is_made_in_parts() -> None:
    how = recipe({WIDGET: [part(BEAM, 0.3)]}, fractions=(WIDGET, BEAM))
    assert most(how, {BEAM: ONE}) == 3_333_333
    assert most(how, {}) == 0


#: What each may be made of: nothing that it is itself a part of.
BELOW = {WIDGET: [FRAME, BEAM, BOLT, ZINC], FRAME: [BEAM, BOLT, ZINC], BEAM: [BOLT, ZINC]}
BILLS = st.fixed_dictionaries({made: st.lists(st.sampled_from(below), min_size=1, unique=True) for made, below in BELOW.items()})
LINES = st.tuples(
    st.integers(1, 3_000_000), st.integers(0, 2_000), st.lists(st.sampled_from([BEAM, BOLT, ZINC, BRASS]), max_size=3, unique=True)
)
FREE = st.dictionaries(st.sampled_from([FRAME, BEAM, BOLT, ZINC, BRASS]), st.integers(0, 60).map(lambda units: units * ONE))


@settings(deadline=None)
@given(of=BILLS, lines=st.lists(LINES, min_size=9, max_size=9), free=FREE, quantity=st.integers(1, 40))
def test_whatever_is_made_of_whatever(
    of: dict[int, list[int]], lines: list[tuple[int, int, list[int]]], free: dict[int, int], quantity: int
) -> None:
    drawn = iter(lines)
    bills = {}
    for made, components in of.items():
        said = [(one, *next(drawn)) for one in components]
        allowed = {one: {BRASS, *BELOW[made]} - {one} for one in components}
        bills[made] = [Part(one, much, scrap, tuple(sorted(allowed[one].intersection(others)))) for one, much, scrap, others in said]
    how = recipe(bills)
    run = explode(how, quantity * ONE, free)
    # Nothing comes from nowhere, and nothing is taken twice.
    assert all(run.left.get(one, 0) >= 0 for one in run.left)
    assert {one: run.takes.get(one, 0) + run.left.get(one, 0) for one in free} == free
    # Of each component: what is needed is taken, stood in for, made, or short.
    stood_in = {of_id: sum(one.quantity for one in run.instead if one.of_id == of_id) for of_id in run.needs}
    own = {one: run.takes.get(one, 0) - sum(other.quantity for other in run.instead if other.variant_id == one) for one in run.needs}
    assert {one: own[one] + stood_in[one] + run.makes.get(one, 0) + run.short.get(one, 0) for one in run.needs} == run.needs
    # So many can be built at most: as many as are said, and not one more.
    at_most = most(how, free)
    assert at_most == 0 or explode(how, at_most, free).covered
    assert at_most == MOST or not explode(how, at_most + ONE, free).covered
    assert run.covered == (quantity * ONE <= at_most)
    # It needs no less than its exact amounts.
    for line in bills[WIDGET]:
        exact = Fraction(quantity * line.quantity) * (10_000 + line.scrap) / 10_000
        assert exact <= needed(quantity * ONE, line, whole=True) < exact + ONE
