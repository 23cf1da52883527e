"""What reorder advice promises: it follows use, lead time and service level, says nothing too early, and finds what is badly off."""

from collections.abc import Callable

import pytest

from models import advice, editing, misfits, policies, purchasing, register, stock, suppliers
from models.advice import Advice, Suggestion
from models.catalog import ItemKind
from models.consumption import Stocked
from models.locations import LocationKind
from models.misfits import Misfit, Why
from models.quantities import ONE, whole
from models.refusals import Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def lives(w: World, *weeks: float, item: str = "bolt", source: str = "Warehouse") -> None:
    """Weeks go by in which so many are taken."""
    for used in weeks:
        w.later(days=6)
        if used:
            stock.take(w.session, w.act(), variant=w.variant(item), quantity=round(used * ONE), source=w.location(source))
        w.later(days=1)


def told(w: World, item: str = "bolt", location: str | None = None) -> Advice:
    at = Stocked(w.variant(item).id, w.location(location).id if location else None)
    return advice.of(w.session, [at], now=w.now)[at]


def suggested(w: World, item: str = "bolt") -> tuple[float, float]:
    found = told(w, item).suggested
    assert found is not None
    assert found.high is not None
    return found.low / ONE, found.high / ONE


def judged(w: World, at: str | None = None) -> list[Misfit]:
    return misfits.misfits(w.session, misfits.watched(w.session, w.location(at) if at else None, now=w.now), now=w.now)


def found(w: World, at: str | None = None) -> list[tuple[str, str | None, Why]]:
    return [(one.name, one.location, one.why) for one in judged(w, at)]


def test_even_use_is_covered_for_the_lead_time_and_the_day_of_the_order(world: Build) -> None:
    """Ten every week, all on one day, and seven days to deliver: 10, and 5 for the undershoot, and 1.64485 · √(100/12) = 4.7."""
    w = world("500 bolt in Warehouse")
    lives(w, *[10] * 8)
    assert suggested(w) == (20, 60)
    assert (told(w).per_week, told(w).cover_days, told(w).lately, told(w).trend) == (whole(10), 420 * 7 // 10, whole(50), None)


def test_what_is_counted_in_fractions_is_suggested_by_the_tenth(world: Build) -> None:
    w = world()
    cable = register.add_item(w.session, w.act(), name="cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)[0]
    stock.receive(w.session, w.act(), variant=cable, quantity=whole(50), target=w.location("Warehouse"))
    lives(w, *[0.5] * 8, item="cable")
    assert suggested(w, "cable") == (1.0, 3.0)


def test_a_longer_lead_time_of_whom_it_is_bought_from_wants_more(world: Build) -> None:
    """Four weeks to deliver: 40, and 5 for the undershoot, and the same 4.7."""
    w = world("500 bolt in Warehouse")
    lives(w, *[10] * 8)
    suppliers.set_terms(w.session, w.act(), variant=w.variant("bolt"), supplier=w.supplier())
    assert (told(w).lead_days, suggested(w)) == (advice.LEAD_DAYS, (20, 60))
    editing.edit_location(w.session, w.act(), w.supplier(), lead_days=28)
    assert (told(w).lead_days, suggested(w)) == (28, (50, 90))
    suppliers.set_terms(w.session, w.act(), variant=w.variant("bolt"), supplier=w.supplier(), lead_days=0)
    assert (told(w).lead_days, suggested(w)) == (0, (10, 50))


def test_a_higher_service_level_wants_more(world: Build) -> None:
    w = world("500 bolt in Warehouse")
    lives(w, 10, 14, 6, 10, 13, 7)
    low, _ = suggested(w)
    policies.set_service_level(w.session, w.act(), percent=99)
    higher, _ = suggested(w)
    assert higher > low
    policies.set_service_level(w.session, w.act(), percent=50)
    assert suggested(w)[0] < low


def test_too_little_is_no_ground_for_advice(world: Build) -> None:
    w = world("500 bolt in Warehouse", "500 nut in Warehouse")
    lives(w, 10, 10, 10)
    assert (told(w).suggested, told(w).per_week, told(w).lately) == (None, None, whole(30))
    lives(w, 10)
    assert told(w).suggested is not None
    lives(w, 3, item="nut")
    assert told(w, "nut").suggested is None


def test_a_shelf_that_was_empty_says_nothing_of_the_use(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    lives(w, 10, 10, 10, 10)
    before = suggested(w)
    lives(w, *[0] * 12)
    w.has("500 bolt in Warehouse")
    assert suggested(w) == before
    assert told(w).per_week == whole(10)


def test_half_a_year_without_use_suggests_to_wait_until_it_is_gone(world: Build) -> None:
    w = world("40 bolt in Warehouse", "1 nut in Warehouse")
    lives(w, 10, *[0] * 25)
    assert told(w, "nut").suggested == Suggestion(0, None)
    lives(w, 0)
    assert (told(w).suggested, told(w).per_week) == (Suggestion(0, None), 0)
    w.has("1 nail in Warehouse")
    assert told(w, "nail").suggested is None


def test_use_that_rises_is_told(world: Build) -> None:
    w = world("500 bolt in Warehouse")
    lives(w, 10, 11, 9, 10, 15, 16, 14, 15)
    assert told(w).trend == pytest.approx(0.5)


def test_a_place_is_advised_by_its_own_use(world: Build) -> None:
    w = world("500 bolt in Warehouse", "500 bolt in Van 3")
    for _ in range(6):
        lives(w, 10)
        stock.take(w.session, w.act(), variant=w.variant("bolt"), quantity=whole(2), source=w.location("Van 3"))
    assert [told(w, location=place).lately // ONE for place in ("Warehouse", "Van 3")] == [50, 10]
    assert told(w).lately == whole(60)


def test_points_far_from_what_is_used_are_found_the_worst_first(world: Build) -> None:
    """20 is right for each: below two thirds of that and above twice is badly off."""
    items = {"a": 13, "b": 2, "c": 14, "d": 40, "e": 41, "f": 400, "g": 0}
    w = world(*(f"500 {item} in Warehouse" for item in items))
    for item, low in items.items():
        w.reorder(item, "Warehouse", low=low)
    for _ in range(8):
        w.later(days=6)
        for item in items:
            stock.take(w.session, w.act(), variant=w.variant(item), quantity=whole(10), source=w.location("Warehouse"))
        w.later(days=1)
    assert found(w) == [
        ("g", "Warehouse", Why.TOO_LOW),
        ("b", "Warehouse", Why.TOO_LOW),
        ("a", "Warehouse", Why.TOO_LOW),
        ("f", "Warehouse", Why.TOO_HIGH),
        ("e", "Warehouse", Why.TOO_HIGH),
    ]


def test_what_is_used_without_a_point_is_found_by_how_long_it_lasts(world: Build) -> None:
    w = world("500 bolt in Warehouse", "120 nut in Warehouse", "500 nail in Warehouse", "500 returnable hat in Warehouse")
    w.reorder("nail", None, low=20)
    for _ in range(8):
        w.later(days=6)
        for item in ("bolt", "nut", "nail"):
            stock.take(w.session, w.act(), variant=w.variant(item), quantity=whole(10), source=w.location("Warehouse"))
        w.hands_out("1 hat", to="Ana")
        w.later(days=1)
    assert found(w) == [("nut", None, Why.MISSING), ("bolt", None, Why.MISSING)]


def test_what_only_people_are_handed_is_found_too(world: Build) -> None:
    w = world("500 glove in Warehouse")
    for _ in range(5):
        w.later(days=6)
        stock.take(
            w.session, w.act(), variant=w.variant("glove"), quantity=whole(2), source=w.location("Warehouse"), target=w.person("Ana")
        )
        w.later(days=1)
    assert found(w) == [("glove", None, Why.MISSING)]


def test_one_location_is_asked_for_what_is_set_and_used_there(world: Build) -> None:
    w = world("500 bolt in Warehouse", "500 bolt in Van 3", "500 nut in Van 3", "500 nail in Warehouse")
    w.reorder("bolt", "Warehouse", low=2)
    for _ in range(8):
        w.later(days=6)
        for item, place in (("bolt", "Warehouse"), ("bolt", "Van 3"), ("nut", "Van 3"), ("nail", "Warehouse")):
            stock.take(w.session, w.act(), variant=w.variant(item), quantity=whole(10), source=w.location(place))
        w.later(days=1)
    assert found(w, "Van 3") == [("bolt", "Van 3", Why.MISSING), ("nut", "Van 3", Why.MISSING)]
    assert found(w, "Warehouse") == [("bolt", "Warehouse", Why.TOO_LOW), ("nail", "Warehouse", Why.MISSING)]
    assert found(w) == [("bolt", "Warehouse", Why.TOO_LOW), ("nail", None, Why.MISSING), ("nut", None, Why.MISSING)]


def test_a_point_over_all_covers_a_location(world: Build) -> None:
    w = world("500 bolt in Van 3")
    w.reorder("bolt", None, low=20)
    lives(w, *[10] * 8, source="Van 3")
    assert found(w, "Van 3") == []


def test_a_point_above_or_below_covers_a_location(world: Build) -> None:
    w = world("1 saw in Warehouse", "1 saw in Yard")
    for place in ("Warehouse", "Yard"):
        register.add_location(w.session, w.act(), name=f"{place} shelf", kind=LocationKind.WAREHOUSE, parent=w.location(place))
        w.has(f"500 bolt in {place} shelf")
    w.reorder("bolt", "Warehouse", low=20)
    w.reorder("bolt", "Yard shelf", low=20)
    for _ in range(8):
        w.later(days=6)
        for place in ("Warehouse shelf", "Yard shelf"):
            stock.take(w.session, w.act(), variant=w.variant("bolt"), quantity=whole(10), source=w.location(place))
        w.later(days=1)
    assert [found(w, place) for place in ("Warehouse", "Warehouse shelf", "Yard", "Yard shelf")] == [[], [], [], []]


def test_a_suggestion_that_is_set_is_no_misfit_any_more_and_undone_it_is_again(world: Build) -> None:
    w = world("500 bolt in Warehouse")
    lives(w, *[10] * 8)
    (one,) = judged(w)
    posted = purchasing.set_reorder_point(w.session, w.act(), variant=w.variant("bolt"), low=one.suggested.low, high=one.suggested.high)
    assert found(w) == []
    undo(w.session, w.act(), entry_id=posted.id)
    assert found(w) == [("bolt", None, Why.MISSING)]


def test_a_point_on_what_is_not_used_is_too_high(world: Build) -> None:
    w = world("500 bolt in Warehouse")
    w.reorder("bolt", None, low=5)
    lives(w, *[0] * 26)
    assert found(w) == [("bolt", None, Why.TOO_HIGH)]
    w.reorder("bolt", None, low=0)
    assert found(w) == []


def test_an_empty_ledger_has_no_misfits(world: Build) -> None:
    assert found(world()) == []


@pytest.mark.parametrize("percent", [0, 49, 100, -5])
def test_a_service_level_that_makes_no_sense_is_refused(world: Build, percent: int) -> None:
    w = world()
    with pytest.raises(Refusal, match="from 50 to 99 percent"):
        policies.set_service_level(w.session, w.act(), percent=percent)
