"""Counting what is tracked by lots: a difference is of the lot that it was found in."""

import pytest

from models import lots, stock
from models.ledger import Posted
from models.lot_register import LotSaid, LotWanted
from models.quantities import whole
from models.refusals import Refusal
from models.undo import undo
from tests.models.test_lots import Build
from tests.world import World


def count(w: World, quantity: int, lot: str | None = None, *, location: str = "Warehouse", item: str = "milk") -> Posted:
    named = LotSaid(lot) if lot else None
    return stock.count(w.session, w.act(), variant=w.variant(item), quantity=whole(quantity), location=w.location(location), lot=named)


def test_a_count_by_lot_names_what_was_of_none_before_it_books_more(world: Build) -> None:
    w = world("6 milk in Warehouse")
    w.in_lots("milk")
    count(w, 4, "L-1")
    assert (w.left("L-1", "Warehouse"), w.on_hand("milk", "Warehouse")) == (4, 6)
    count(w, 9, "L-1")
    assert (w.left("L-1", "Warehouse"), w.on_hand("milk", "Warehouse")) == (9, 9)


def test_a_count_by_lot_books_what_is_missing_of_it_only(dairy: World) -> None:
    count(dairy, 1, "L-2")
    assert (dairy.left("L-2", "Warehouse"), dairy.on_hand("milk", "Warehouse")) == (1, 8)


def test_a_count_of_all_lots_together_is_asked_which_one_unless_it_is_clear(dairy: World) -> None:
    with pytest.raises(LotWanted, match=r"Warehouse holds milk of several lots: L-1 \(3\), L-2 \(5\) and L-3 \(4\)\."):
        count(dairy, 11)
    count(dairy, 12)
    count(dairy, 0)
    assert dairy.on_hand("milk", "Warehouse") == 0
    with pytest.raises(LotWanted, match="say of which lot these are"):
        count(dairy, 1)


def test_a_count_where_one_lot_lies_is_of_that_lot(world: Build) -> None:
    w = world()
    w.in_lots("milk")
    w.receive(3, "milk", "L-1")
    count(w, 5)
    count(w, 4)
    assert w.left("L-1", "Warehouse") == 4


def test_what_is_missing_is_of_no_lot_where_enough_of_that_lies_there(world: Build) -> None:
    w = world("6 milk in Warehouse")
    w.in_lots("milk")
    w.receive(3, "milk", "L-1")
    count(w, 7)
    assert (w.left("L-1", "Warehouse"), w.on_hand("milk", "Warehouse")) == (3, 7)
    with pytest.raises(LotWanted):
        count(w, 2)


def test_counting_nothing_of_a_lot_that_never_was_is_refused(dairy: World) -> None:
    with pytest.raises(Refusal, match="There is no lot L-77 of milk"):
        count(dairy, 0, "L-77")


def test_a_count_by_lot_is_undone_whole(world: Build) -> None:
    w = world("6 milk in Warehouse")
    w.in_lots("milk")
    posted = count(w, 8, "L-1")
    undo(w.session, w.act(), entry_id=posted.id)
    assert (lots.called(w.session, "L-1"), w.on_hand("milk", "Warehouse")) == ([], 6)
