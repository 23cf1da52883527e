"""What the ledger itself promises of lots, whoever posts: none goes below zero, now or in the past, and levels know what lies in them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models import catalog, ledger, locations
from models.audit import problems, verify_chain
from models.caches import Line
from models.changes import changed
from models.columns import key_of
from models.entries import EntryKind
from models.ledger import Posted
from models.levels import LEVELS
from models.locations import LocationKind
from models.lots import LOT_LEVELS, Lot
from models.quantities import ONE, whole
from models.refusals import Shortage
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def add_lot(w: World, code: str, item: str = "M8 bolt") -> Lot:
    if not catalog.item(w.session, w.variant(item).item_id).lot_tracked:
        w.in_lots(item)
    lot = Lot(variant_id=w.variant(item).id, code=code, code_key=key_of(code), archived_at=w.now)
    w.session.add(lot)
    w.session.flush()
    ledger.post(w.session, w.act(), EntryKind.ADDED, changed=[changed(lot, archived_at=None)])
    return lot


def post(w: World, kind: EntryKind, quantity: int, source: str, target: str, *, lot: Lot | None = None, days_ago: int = 0) -> Posted:
    ends = [
        locations.outside(w.session, LocationKind(name)) if name in list(LocationKind) else w.location(name) for name in (source, target)
    ]
    line = Line(w.variant("M8 bolt").id, whole(quantity), ends[0].id, ends[1].id, lot_id=lot.id if lot else None)
    at = w.now - timedelta(days=days_ago) if days_ago else None
    return ledger.post(w.session, w.act(), kind, lines=[line], happened_at=at)


def lying(w: World, lot: Lot, place: str) -> int:
    query = select(LOT_LEVELS.c.quantity).where(LOT_LEVELS.c.lot_id == lot.id, LOT_LEVELS.c.location_id == w.location(place).id)
    return (w.session.execute(query).scalar() or 0) // ONE


def in_lots(w: World, place: str) -> int:
    return int(w.session.execute(select(LEVELS.c.lotted).where(LEVELS.c.location_id == w.location(place).id)).scalar_one()) // ONE


def test_a_lot_lies_where_its_movements_took_it(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    lot = add_lot(w, "L-1")
    post(w, EntryKind.RECEIVED, 20, "supplier", "Warehouse", lot=lot)
    post(w, EntryKind.MOVED, 5, "Warehouse", "Van 3", lot=lot)
    assert (lying(w, lot, "Warehouse"), lying(w, lot, "Van 3"), in_lots(w, "Warehouse"), w.on_hand("M8 bolt", "Warehouse")) == (
        15,
        5,
        15,
        25,
    )


def test_no_more_of_a_lot_goes_than_lies_there_whatever_else_does(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    lot = add_lot(w, "L-1")
    post(w, EntryKind.RECEIVED, 2, "supplier", "Warehouse", lot=lot)
    with pytest.raises(Shortage, match=r"Warehouse holds 2 M8 bolts of lot L-1; this needs 3\."):
        post(w, EntryKind.TOOK, 3, "Warehouse", "used", lot=lot)


def test_what_is_in_lots_does_not_go_without_its_lot(world: Build) -> None:
    w = world("1 M8 bolt in Warehouse")
    post(w, EntryKind.RECEIVED, 9, "supplier", "Warehouse", lot=add_lot(w, "L-1"))
    with pytest.raises(Shortage, match=r"Warehouse holds 10 M8 bolts, and 9 of them lie in lots\. Name the lot\."):
        post(w, EntryKind.TOOK, 2, "Warehouse", "used")


def test_stock_from_before_gets_its_lot_when_both_moves_are_one_entry(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    lot, variant, place = add_lot(w, "L-1"), w.variant("M8 bolt").id, w.location("Warehouse").id
    outside = locations.outside(w.session, LocationKind.ADJUSTMENT).id
    out, back = Line(variant, whole(6), place, outside), Line(variant, whole(6), outside, place, lot_id=lot.id)
    named = ledger.post(w.session, w.act(), EntryKind.COUNTED, lines=[out, back])
    assert (lying(w, lot, "Warehouse"), in_lots(w, "Warehouse"), w.on_hand("M8 bolt", "Warehouse")) == (6, 6, 10)
    undo(w.session, w.act(), entry_id=named.id)
    assert (lying(w, lot, "Warehouse"), in_lots(w, "Warehouse")) == (0, 0)


def test_more_than_lies_there_cannot_be_named(world: Build) -> None:
    w = world("3 M8 bolt in Warehouse")
    lot, variant, place = add_lot(w, "L-1"), w.variant("M8 bolt").id, w.location("Warehouse").id
    outside = locations.outside(w.session, LocationKind.ADJUSTMENT).id
    out, back = Line(variant, whole(4), place, outside), Line(variant, whole(4), outside, place, lot_id=lot.id)
    with pytest.raises(Shortage):
        ledger.post(w.session, w.act(), EntryKind.COUNTED, lines=[out, back])


def test_a_backdated_take_leaves_every_later_moment_of_its_lot_possible(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    lot = add_lot(w, "L-1")
    w.later(days=10)
    post(w, EntryKind.RECEIVED, 20, "supplier", "Warehouse", lot=lot, days_ago=4)
    post(w, EntryKind.TOOK, 15, "Warehouse", "used", lot=lot, days_ago=2)
    post(w, EntryKind.RECEIVED, 20, "supplier", "Warehouse", lot=lot, days_ago=1)
    with pytest.raises(Shortage, match=r"Then Warehouse would have been 1 M8 bolt of lot L-1 short on Tue 1 Dec"):
        post(w, EntryKind.TOOK, 6, "Warehouse", "used", lot=lot, days_ago=3)


def test_a_receipt_is_not_undone_under_what_was_taken_of_its_lot(world: Build) -> None:
    w = world("50 M8 bolt in Warehouse")
    lot = add_lot(w, "L-1")
    received = post(w, EntryKind.RECEIVED, 20, "supplier", "Warehouse", lot=lot)
    post(w, EntryKind.TOOK, 15, "Warehouse", "used", lot=lot)
    with pytest.raises(Shortage, match="of lot L-1"):
        undo(w.session, w.act(), entry_id=received.id)


def test_the_chain_and_every_proof_know_the_lot(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    one, other = add_lot(w, "L-1"), add_lot(w, "L-2")
    received = post(w, EntryKind.RECEIVED, 20, "supplier", "Warehouse", lot=one)
    assert problems(w.session) == []
    w.session.execute(text("SAVEPOINT tampering"))
    w.session.execute(text("DROP TRIGGER movements_refuse_update"))
    w.session.execute(text(f"UPDATE movements SET lot_id = {other.id} WHERE entry_id = {received.id}"))
    assert verify_chain(w.session) == received.id
    assert any(f"Lot {one.id} in location" in problem or f"Lot {other.id} in location" in problem for problem in problems(w.session))
    w.session.execute(text("ROLLBACK TO tampering"))


@pytest.mark.parametrize(
    ("tamper", "problem"), [("ours = 0", "ours in one table and not in another"), ("variant_id = 2", "of something else")]
)
def test_what_is_kept_of_a_lot_beside_its_quantity_is_proved_too(world: Build, tamper: str, problem: str) -> None:
    w = world("10 M8 bolt in Warehouse", "5 washer in Warehouse")
    post(w, EntryKind.RECEIVED, 20, "supplier", "Warehouse", lot=add_lot(w, "L-1"))
    assert problems(w.session) == []
    w.session.execute(text("SAVEPOINT tampering"))
    w.session.execute(text(f"UPDATE lot_levels SET {tamper}"))
    assert any(problem in found for found in problems(w.session))
    w.session.execute(text("ROLLBACK TO tampering"))
