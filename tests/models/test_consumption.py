"""What counts as consumption: what leaves our stores to be used, on the day it happened, less what came back or was undone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models import consumption, ledger, register, stock
from models.caches import Line
from models.consumption import Stocked, Use
from models.entries import EntryKind
from models.locations import Location, LocationKind, outside
from models.quantities import ONE, whole
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def use(w: World, location: str | None = None, *, item: str = "bolt", days: int = 10) -> Use:
    at = Stocked(w.variant(item).id, w.location(location).id if location else None)
    return consumption.of(w.session, [at], days=days, now=w.now)[at]


def used(w: World, location: str | None = None, *, item: str = "bolt") -> list[float]:
    """In whole units, without the days before the first on which something was."""
    days = [day / ONE for day in use(w, location, item=item).used]
    return days[next((number for number, day in enumerate(days) if day), len(days)) :]


def take(w: World, quantity: int, source: str = "Warehouse", *, to: Location | None = None, ago: float = 0, item: str = "bolt") -> int:
    happened = w.now - timedelta(days=ago) if ago else None
    variant, place = w.variant(item), w.location(source)
    taken = stock.take(w.session, w.act(), variant=variant, quantity=whole(quantity), source=place, target=to, happened_at=happened)
    return taken.id


@pytest.fixture
def stocked(world: Build) -> World:
    """Bolts in a warehouse and a van, for ten days."""
    w = world("100 bolt in Warehouse", "50 bolt in Van 3")
    w.later(days=10)
    return w


def test_each_day_has_what_was_used_on_it_and_what_was_left(stocked: World) -> None:
    take(stocked, 3)
    stocked.later(days=2)
    take(stocked, 4)
    take(stocked, 1, "Van 3")
    found = use(stocked, days=4)
    assert [day // ONE for day in found.used] == [0, 3, 0, 5]
    assert [day // ONE for day in found.left] == [150, 147, 147, 142]
    assert found.on_hand == whole(142)


def test_a_backdated_taking_counts_when_it_happened(stocked: World) -> None:
    take(stocked, 3, ago=2.5)
    assert used(stocked) == [3, 0, 0]


def test_a_day_is_24_hours_back_from_now(stocked: World) -> None:
    take(stocked, 3)
    stocked.later(hours=23)
    assert used(stocked) == [3]
    stocked.later(hours=1)
    assert used(stocked) == [3, 0]


def test_it_is_known_from_when_it_was_first_stocked_there(world: Build) -> None:
    w = world("100 bolt in Warehouse")
    w.later(days=3)
    assert len(use(w).used) == 4
    stock.move(w.session, w.act(), variant=w.variant("bolt"), quantity=whole(5), source=w.location("Warehouse"), target=w.location("Van 3"))
    w.later(days=1)
    assert (len(use(w, "Van 3").used), len(use(w, "Warehouse").used), len(use(w, "Van 4").used)) == (2, 5, 0)
    w.later(days=20)
    assert len(use(w).used) == 10


def test_what_goes_to_customers_and_production_is_used_and_what_is_lost_or_thrown_away_is_not(stocked: World) -> None:
    take(stocked, 2, to=outside(stocked.session, LocationKind.CUSTOMER))
    bolt, warehouse = stocked.variant("bolt"), stocked.location("Warehouse")
    consumed = Line(bolt.id, whole(4), warehouse.id, outside(stocked.session, LocationKind.PRODUCTION).id)
    ledger.post(stocked.session, stocked.act(), EntryKind.MOVED, lines=[consumed])
    assert used(stocked) == [6]
    stock.scrap(stocked.session, stocked.act(), variant=bolt, quantity=whole(7), source=warehouse)
    stock.count(stocked.session, stocked.act(), variant=bolt, quantity=whole(80), location=warehouse)
    assert used(stocked) == [6]


def test_what_is_undone_was_never_used(stocked: World) -> None:
    entry = take(stocked, 3)
    stocked.later(days=2)
    undo(stocked.session, stocked.act(), entry_id=entry)
    assert used(stocked) == []


def test_making_something_is_no_return_of_it_and_undone_making_is_no_use(stocked: World) -> None:
    bolt, warehouse = stocked.variant("bolt"), stocked.location("Warehouse")
    production = outside(stocked.session, LocationKind.PRODUCTION)
    take(stocked, 3)
    made = ledger.post(stocked.session, stocked.act(), EntryKind.RECEIVED, lines=[Line(bolt.id, whole(20), production.id, warehouse.id)])
    assert used(stocked) == [3]
    undo(stocked.session, stocked.act(), entry_id=made.id)
    assert used(stocked) == [3]


def test_a_consumable_is_used_when_a_person_is_handed_it_and_not_again_when_they_use_it(stocked: World) -> None:
    ana = stocked.person("Ana")
    take(stocked, 5, to=ana)
    assert used(stocked) == [5]
    bolt = stocked.variant("bolt")
    stock.take(stocked.session, stocked.act("Ana"), variant=bolt, quantity=whole(2), source=ana)
    assert used(stocked) == [5]
    stock.move(stocked.session, stocked.act(), variant=bolt, quantity=whole(1), source=ana, target=stocked.location("Warehouse"))
    assert used(stocked) == [4]


def test_what_is_lent_is_not_used(world: Build) -> None:
    w = world("20 returnable hat in Warehouse", "Canon SN-1 in Warehouse")
    w.hands_out("2 hat", to="Ana")
    w.hands_out("SN-1", to="Ana")
    assert (used(w, item="hat"), used(w, item="Canon")) == ([], [])


def test_what_a_store_passes_on_is_use_of_that_store_alone(stocked: World) -> None:
    def move(quantity: int, source: str, target: str) -> None:
        ends = {"source": stocked.location(source), "target": stocked.location(target)}
        stock.move(stocked.session, stocked.act(), variant=stocked.variant("bolt"), quantity=whole(quantity), **ends)

    move(10, "Warehouse", "Van 3")
    move(2, "Van 3", "Warehouse")
    take(stocked, 4, "Van 3")
    assert (used(stocked, "Warehouse"), used(stocked, "Van 3"), used(stocked)) == ([8], [4], [4])
    stocked.later(days=3)
    move(30, "Van 3", "Warehouse")
    assert (used(stocked, "Warehouse"), used(stocked, "Van 3")) == ([], [4 - 8, 0, 0, 30])


def test_what_lies_below_a_location_belongs_to_it(stocked: World) -> None:
    shelf = register.add_location(
        stocked.session, stocked.act(), name="Shelf", kind=LocationKind.WAREHOUSE, parent=stocked.location("Warehouse")
    )
    bolt = stocked.variant("bolt")
    stock.move(stocked.session, stocked.act(), variant=bolt, quantity=whole(30), source=stocked.location("Warehouse"), target=shelf)
    take(stocked, 6, "Shelf")
    assert (used(stocked, "Warehouse"), use(stocked, "Warehouse").on_hand) == ([6], whole(94))


def test_many_are_read_at_once(stocked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked.has("10 nut in Warehouse", "10 nail in Warehouse")
    monkeypatch.setattr(consumption, "AT_ONCE", 2)
    wanted = [Stocked(stocked.variant(item).id, None) for item in ("bolt", "nut", "nail")]
    assert [found.on_hand // ONE for found in consumption.of(stocked.session, wanted, days=3, now=stocked.now).values()] == [150, 10, 10]


def test_nothing_wanted_is_nothing_found(world: Build) -> None:
    w = world()
    assert consumption.of(w.session, [], days=3, now=w.now) == {}
