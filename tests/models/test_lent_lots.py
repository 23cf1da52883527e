"""Lending what is tracked by lots: what comes back keeps them, and what is held back is not lent."""

import pytest

from models import stock
from models.catalog import ItemKind
from models.checking_in import check_in
from models.checking_out import check_out
from models.ledger import Posted
from models.lots import Lot
from models.merging import merge
from models.people import add_person
from models.quantities import whole
from models.refusals import Conflict, Shortage
from tests.models.test_lots import Build, quarantine, went
from tests.world import World


@pytest.fixture
def masks(world: Build) -> World:
    """Masks that come back, in two lots: 2 of M-1 that expires first, and 5 of M-2."""
    w = world()
    w.variant("mask", ItemKind.RETURNABLE)
    w.in_lots("mask")
    w.receive(2, "mask", "M-1", expires="2027-01-01")
    w.receive(5, "mask", "M-2", expires="2027-06-01")
    return w


def lend(w: World, quantity: int, lot: Lot | None = None) -> Posted:
    where = {"source": w.location("Warehouse"), "holder": w.person("Ana")}
    return check_out(w.session, w.act("Ana"), variant=w.variant("mask"), quantity=whole(quantity), lot=lot, **where)


def test_what_is_lent_and_comes_back_keeps_its_lots(masks: World) -> None:
    assert went(masks, lend(masks, 3)) == [("M-1", 2), ("M-2", 1)]
    back = check_in(masks.session, masks.act("Ana"), variant=masks.variant("mask"), quantity=whole(1))
    assert went(masks, back.posted) == [("M-1", 1)]
    rest = check_in(masks.session, masks.act("Ana"), variant=masks.variant("mask"))
    assert went(masks, rest.posted) == [("M-1", 1), ("M-2", 1)]


def test_a_return_may_name_its_lot_and_brings_back_even_what_is_quarantined(masks: World) -> None:
    lend(masks, 3)
    quarantine(masks, "M-2")
    back = check_in(masks.session, masks.act("Ana"), variant=masks.variant("mask"), quantity=whole(1), lot=masks.lot("M-2"))
    assert went(masks, back.posted) == [("M-2", 1)]
    with pytest.raises(Shortage, match="Ana holds no mask of lot M-2"):
        check_in(masks.session, masks.act("Ana"), variant=masks.variant("mask"), quantity=whole(1), lot=masks.lot("M-2"))


def test_several_lots_are_one_checkout_and_several_checkouts_come_back_lot_by_lot(masks: World) -> None:
    lend(masks, 3)
    lend(masks, 2, masks.lot("M-2"))
    back = check_in(masks.session, masks.act("Ana"), variant=masks.variant("mask"))
    assert (len(back.parts), went(masks, back.posted)) == (2, [("M-1", 2), ("M-2", 1), ("M-2", 2)])


def test_a_quarantined_lot_is_not_lent(masks: World) -> None:
    quarantine(masks, "M-2")
    with pytest.raises(Conflict, match="is quarantined"):
        lend(masks, 1, masks.lot("M-2"))


def test_what_two_entries_of_a_person_hold_is_put_together_lot_by_lot(masks: World) -> None:
    imported = add_person(masks.session, masks.act(), name="Old Ana", email="ana@example.com")
    stock.move(
        masks.session,
        masks.act(),
        variant=masks.variant("mask"),
        quantity=whole(3),
        source=masks.location("Warehouse"),
        target=masks.location("Old Ana"),
    )
    merge(masks.session, masks.act(), imported=imported, member=masks.member("Ana"))
    assert (masks.left("M-1", "Ana"), masks.left("M-2", "Ana")) == (2, 1)
