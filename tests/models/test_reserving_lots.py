"""Reserving what comes in lots: what has expired or is held back is no substitute for what is good."""

import pytest

from models import (
    projection,
    reserved,
    stock,
)
from models.ledger import Posted
from models.quantities import whole
from models.refusals import Shortage
from models.reserved import Which
from tests.models.test_reserving import Build, kept, release
from tests.world import World


@pytest.fixture
def milk(world: Build) -> World:
    """Ten of milk in Warehouse: 6 of a lot that is quarantined, and 4 of a good one that are kept for job 7."""
    w = world()
    w.in_lots("milk")
    w.receive(6, "milk", "BAD")
    w.receive(4, "milk", "GOOD")
    w.quarantine("BAD")
    w.reserve("4 milk in Warehouse", job="job 7")
    return w


def take_milk(w: World, quantity: int, *, job: str | None = None) -> Posted:
    return stock.take(w.session, w.act(), variant=w.variant("milk"), quantity=whole(quantity), source=w.location("Warehouse"), job=job)


def test_what_is_good_of_a_lot_is_kept_and_what_is_blocked_is_no_substitute(milk: World) -> None:
    with pytest.raises(Shortage, match=r"Warehouse holds 10 milks; you asked for 1\. But what is good of it is kept for job 7\."):
        take_milk(milk, 1)
    milk.receive(9, "milk", "WORSE", "Van 3")
    milk.quarantine("WORSE")
    with pytest.raises(Shortage, match=r"No other store has any that is free\."):
        take_milk(milk, 1)
    take_milk(milk, 3, job="job 7")
    assert kept(milk) == [("job 7", 1)]


def test_no_more_is_reserved_than_what_is_good(milk: World) -> None:
    with pytest.raises(Shortage, match=r"you asked for 2\. But none of it can be given out: the rest has expired or is held back\."):
        milk.reserve("2 milk in Warehouse", job="job 8")


def test_what_is_blocked_is_thrown_away_though_what_is_good_is_kept(milk: World) -> None:
    milk_variant, there = milk.variant("milk"), milk.location("Warehouse")
    stock.scrap(milk.session, milk.act(), variant=milk_variant, quantity=whole(6), source=there, lot=milk.lot("BAD"))
    assert milk.on_hand("milk", "Warehouse") == 4


def test_what_is_blocked_is_not_available(milk: World) -> None:
    ids = [milk.variant("milk").id]
    assert projection.available(milk.session, ids, reserved.those(milk.session, Which(ids)), on=milk.now.date()) == {ids[0]: 0}
    release(milk, job="job 7")
    assert projection.available(milk.session, ids, [], on=milk.now.date()) == {ids[0]: whole(4)}
