"""Ordering what is low: how much is missing, and everything that is low from a supplier at once."""

from datetime import date

import pytest

from models import ordering, purchasing
from models.quantities import ONE, whole
from models.refusals import Refusal
from models.undo import undo
from tests.models.test_ordering import on, sells
from tests.world import World


def a_low_bolt(w: World) -> World:
    w.has("40 M8 bolt in Warehouse")
    w.reorder("M8 bolt", "Warehouse", low=50, high=200)
    return w


def missing(w: World) -> list[int]:
    return [need.quantity // 1_000_000 for need in purchasing.needs(w.session, purchasing.low(w.session))]


def test_what_is_missing_is_up_to_the_target_less_what_is_to_come(a_world: World) -> None:
    w = a_low_bolt(a_world)
    assert missing(w) == [160]
    order = w.orders("100 M8 bolt")
    assert missing(w) == [60]
    w.drafts("20 M8 bolt")
    assert missing(w) == [40]
    ordering.cancel(w.session, w.act(), order=order)
    assert missing(w) == [140]
    w.reserve("30 M8 bolt in Warehouse", job="job 7")
    assert missing(w) == [170]


def elsewhere(w: World) -> list[tuple[str, int] | None]:
    """Which other store has how much to give of what is low today, the emptiest first."""
    stores = [need.elsewhere for need in purchasing.needs(w.session, purchasing.low(w.session), on=w.now.date())]
    return [(store.location, store.free // ONE) if store is not None else None for store in stores]


def test_what_is_held_back_or_expired_fills_no_van(a_world: World) -> None:
    w = a_world
    w.in_lots("milk")
    w.receive(30, "milk", "L-1")
    w.receive(5, "milk", "L-2", expires="2026-11-24")
    w.receive(2, "milk", "L-3", "Van 3")
    w.reorder("milk", "Van 3", low=5, high=20)
    assert elsewhere(w) == [("Warehouse", 35)]
    w.quarantine("L-1")
    assert elsewhere(w) == [("Warehouse", 5)]
    w.later(days=2)
    assert elsewhere(w) == [None]


def test_what_should_have_come_is_told_as_late(a_world: World) -> None:
    w = a_low_bolt(a_world)
    w.supplier().lead_days = 4
    w.orders("20 M8 bolt")
    running_low = purchasing.low(w.session)
    assert [purchasing.needs(w.session, running_low, on=date(2026, 11, day))[0].late for day in (27, 28)] == [False, True]
    assert not purchasing.needs(w.session, running_low)[0].late


def test_what_is_delivered_elsewhere_ends_no_lack_of_a_location(a_world: World) -> None:
    w = a_world.has("2 M8 bolt in Van 3", "90 M8 bolt in Warehouse", "95 M8 bolt in Site North")
    w.reorder("M8 bolt", "Van 3", low=5, high=20)
    order = w.orders("100 M8 bolt")
    assert missing(w) == [0]
    ordering.edit(w.session, w.act(), order=order, place=w.location("Warehouse"))
    assert missing(w) == [18]
    assert elsewhere(w) == [("Warehouse", 90)]
    w.reorder("M8 bolt", "Warehouse", low=90, high=200)
    assert elsewhere(w) == [None, None]  # low itself, it has none to give
    ordering.edit(w.session, w.act(), order=order, place=w.location("Van 3"))
    assert sorted(missing(w)) == [0, 110]


def test_what_is_missing_is_told_in_the_suppliers_packs(a_world: World) -> None:
    w = a_low_bolt(a_world)
    sells(w, pack=whole(100))
    assert missing(w) == [200]


def test_everything_low_from_a_supplier_goes_on_its_draft_at_once(a_world: World) -> None:
    w = a_low_bolt(a_world)
    w.has("3 M8 nut in Warehouse", "1 toner in Warehouse")
    w.reorder("M8 nut", None, low=10, high=30)
    w.reorder("toner", None, low=10, high=30)
    for item, by in (("M8 bolt", "Acme"), ("M8 nut", "Acme"), ("toner", "Lumen")):
        sells(w, item, by)
    draft, put = ordering.add_low(w.session, w.act(), supplier=w.supplier())
    assert sorted(on(w, draft)) == [("M8 bolt", 160), ("M8 nut", 27)]
    with pytest.raises(Refusal, match="Nothing that is bought from Acme is low and not ordered yet"):
        ordering.add_low(w.session, w.act(), supplier=w.supplier())
    undo(w.session, w.act(), entry_id=put.id)
    assert missing(w) == [29, 27, 160]


def test_of_something_low_in_two_places_the_neediest_counts(a_world: World) -> None:
    w = a_low_bolt(a_world)
    w.reorder("M8 bolt", None, low=50, high=400)
    sells(w)
    draft, _ = ordering.add_low(w.session, w.act(), supplier=w.supplier())
    assert on(w, draft) == [("M8 bolt", 360)]
