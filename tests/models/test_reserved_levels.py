"""What the ledger itself promises of reserved stock, whoever posts: nothing else takes it, and what is there is told as it is."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models import ledger, stock
from models.changes import changed
from models.entries import EntryKind
from models.ledger import Posted
from models.levels import LEVELS
from models.quantities import ONE, whole
from models.refusals import Kept
from models.reservations import Reservation
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def reserve(w: World, quantity: int, purpose: str) -> tuple[Reservation, Posted]:
    kept = Reservation(
        variant_id=w.variant("M8 bolt").id,
        location_id=w.location("Warehouse").id,
        quantity=0,
        purpose=purpose,
        purpose_key=purpose,
        by_id=w.act().by.id,
        reserved_at=w.now,
        closed_at=w.now,
    )
    w.session.add(kept)
    w.session.flush()
    return kept, ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changed(kept, quantity=whole(quantity), closed_at=None)])


def take(w: World, quantity: int) -> Posted:
    return stock.take(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(quantity), source=w.location("Warehouse"))


def reserved(w: World) -> int:
    return int(w.session.execute(select(LEVELS.c.reserved).where(LEVELS.c.location_id == w.location("Warehouse").id)).scalar_one()) // ONE


def test_nothing_else_takes_what_is_reserved_and_the_refusal_says_for_whom(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    reserve(w, 8, "job 7")
    take(w, 2)
    with pytest.raises(Kept, match=r"Warehouse holds 8 M8 bolts, and all of them are kept for job 7; you asked for 1\."):
        take(w, 1)


def test_no_more_is_reserved_than_is_free(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    reserve(w, 8, "job 7")
    with pytest.raises(Kept, match=r"Warehouse holds 10 M8 bolts, and 8 of them are kept for job 7; you asked for 3\."):
        reserve(w, 3, "job 9")


def test_an_entry_that_uses_a_reservation_up_may_take_what_it_kept(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    kept, _ = reserve(w, 10, "job 7")
    line = ledger.Line(w.variant("M8 bolt").id, whole(4), w.location("Warehouse").id, 2)
    used = ledger.post(w.session, w.act(), EntryKind.TOOK, lines=[line], changed=[changed(kept, quantity=whole(6))])
    assert (reserved(w), w.on_hand("M8 bolt", "Warehouse")) == (6, 6)
    undo(w.session, w.act(), entry_id=used.id)
    assert (reserved(w), w.on_hand("M8 bolt", "Warehouse")) == (10, 10)


def test_a_count_tells_what_is_there_even_where_more_was_reserved(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    reserve(w, 8, "job 7")
    stock.count(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), location=w.location("Warehouse"))
    assert (reserved(w), w.on_hand("M8 bolt", "Warehouse")) == (8, 5)


def test_a_reservation_is_undone_and_its_stock_is_free_again(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    _, posted = reserve(w, 8, "job 7")
    undo(w.session, w.act(), entry_id=posted.id)
    take(w, 10)
    assert reserved(w) == 0
