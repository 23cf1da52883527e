"""What is promised about receiving orders: in part, in full and more; the lines say what has come, and so does the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import update

from models import archiving, audit, catalog, history, ordering, orders, policies, purchasing, receiving, suppliers
from models.assets import Asset
from models.catalog import ItemKind
from models.lot_register import LotSaid
from models.orders import LINES, Progress, PurchaseOrder
from models.quantities import whole
from models.receiving import Arrival, TooMany
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World, fresh_database, open_world


def stands(w: World, order: PurchaseOrder) -> Progress:
    return orders.progress(order, orders.lines_of(w.session, order.id))


def came(w: World, order: PurchaseOrder) -> list[int]:
    return [one.received // 1_000_000 for one in orders.lines_of(w.session, order.id)]


def test_an_order_comes_in_parts(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt", "7 M8 nut")
    w.receives(order, "60 M8 bolt")
    assert (stands(w, order), came(w, order)) == (Progress.PARTLY_RECEIVED, [60, 0])
    w.receives(order, "40 M8 bolt", "7 M8 nut")
    assert (stands(w, order), came(w, order)) == (Progress.RECEIVED, [100, 7])
    assert (w.on_hand("M8 bolt", "Warehouse"), w.on_hand("M8 nut", "Warehouse")) == (100, 7)


def test_each_delivery_may_go_to_another_place(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt")
    w.receives(order, "60 M8 bolt")
    w.receives(order, "40 M8 bolt", at="Van 3")
    assert (w.on_hand("M8 bolt", "Warehouse"), w.on_hand("M8 bolt", "Van 3")) == (60, 40)


def test_it_comes_from_the_supplier(a_world: World) -> None:
    w = a_world
    w.receives(w.orders("100 M8 bolt"), "60 M8 bolt")
    assert w.on_hand("M8 bolt", "Acme") == -60
    assert history.of_location(w.session, w.supplier().id, limit=1)[0].lines[0].target == "Warehouse"


def test_undoing_a_delivery_leaves_it_to_come(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt", "7 M8 nut")
    first = w.receives(order, "60 M8 bolt")
    w.receives(order, "7 M8 nut")
    undo(w.session, w.act(), entry_id=first.id)
    assert (stands(w, order), came(w, order), w.on_hand("M8 bolt", "Warehouse")) == (Progress.PARTLY_RECEIVED, [0, 7], 0)


def test_a_delivery_that_another_followed_on_the_same_line_is_undone_after_it(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt")
    first, second = w.receives(order, "60 M8 bolt"), w.receives(order, "30 M8 bolt")
    with pytest.raises(Conflict, match="changed this again since"):
        undo(w.session, w.act(), entry_id=first.id)
    undo(w.session, w.act(), entry_id=second.id)
    undo(w.session, w.act(), entry_id=first.id)
    assert stands(w, order) is Progress.ORDERED


def test_more_than_the_tolerance_wants_to_be_confirmed(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt")
    w.receives(order, "110 M8 bolt")
    with pytest.raises(TooMany, match="100 M8 bolts were ordered, and with this 11 more have come") as refused:
        w.receives(order, "1 M8 bolt")
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    assert refused.value.field == f"line_{line.id}"
    receiving.receive(w.session, w.act(), order=order, arrivals=[Arrival(line, whole(1))], target=w.location("Warehouse"), confirmed=True)
    assert came(w, order) == [111]


def test_everything_beyond_the_tolerance_is_asked_about_at_once(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt", "1 M8 nut", "5 washer")
    with pytest.raises(TooMany) as refused:
        w.receives(order, "101 M8 bolt", "2 M8 nut", "7 washer")
    assert refused.value.text == (
        "1 M8 nut was ordered, and with this 1 more has come. 5 washers were ordered, and with this 2 more have come. Is that right?"
    )
    assert came(w, order) == [0, 0, 0]


def test_what_is_missing_is_tolerated_up_to_the_same_percentage(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt", "20 M8 nut")
    w.receives(order, "90 M8 bolt", "17 M8 nut")
    assert receiving.tolerated(w.session, orders.lines_of(w.session, order.id)) is None
    w.receives(order, "1 M8 nut")
    assert receiving.tolerated(w.session, orders.lines_of(w.session, order.id)) == 10


def test_the_tolerance_is_a_policy(a_world: World) -> None:
    w = a_world
    policies.set_order_rules(w.session, w.act(), above_minor=None, tolerance_percent=0)
    order = w.orders("100 M8 bolt")
    with pytest.raises(TooMany):
        w.receives(order, "101 M8 bolt")
    with pytest.raises(Refusal, match="between 0 and 100 %"):
        policies.set_order_rules(w.session, w.act(), above_minor=None, tolerance_percent=101)
    with pytest.raises(Refusal, match="the rules for orders already"):
        policies.set_order_rules(w.session, w.act(), above_minor=None, tolerance_percent=0)
    with pytest.raises(NotAllowed):
        policies.set_order_rules(w.session, w.act("Ana"), above_minor=None, tolerance_percent=5)


def test_everything_open_comes_at_once(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt", "7 M8 nut")
    w.receives(order, "60 M8 bolt")
    receiving.receive_all(w.session, w.act(), order=order, target=w.location("Warehouse"))
    assert (stands(w, order), came(w, order)) == (Progress.RECEIVED, [100, 7])


def test_only_what_is_ordered_is_received(a_world: World) -> None:
    w = a_world
    draft = w.drafts("5 M8 bolt")
    with pytest.raises(Conflict, match="PO-1001 has not been ordered yet"):
        w.receives(draft, "5 M8 bolt")
    ordering.cancel(w.session, w.act(), order=draft)
    with pytest.raises(Conflict, match="PO-1001 is cancelled: nothing is to come of it"):
        receiving.receive_all(w.session, w.act(), order=draft, target=w.location("Warehouse"))


def test_nothing_comes_of_nothing_nor_to_nowhere_nor_by_anybody(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt")
    with pytest.raises(Refusal, match="Say how many came"):
        w.receives(order, "0 M8 bolt")
    with pytest.raises(Refusal, match="Acme is not one of our locations"):
        w.receives(order, "5 M8 bolt", at="Acme")
    with pytest.raises(NotAllowed, match="To receive stock at Warehouse"):
        w.receives(order, "5 M8 bolt", by="Ana")


def test_a_delivery_may_be_recorded_later_than_it_came(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt")
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    arrived = w.now
    w.later(days=3)
    receiving.receive(
        w.session, w.act(), order=order, arrivals=[Arrival(line, whole(5))], target=w.location("Warehouse"), happened_at=arrived
    )
    assert history.of_variants(w.session, [w.variant("M8 bolt").id], limit=1)[0].happened_at == arrived


def test_serialised_things_come_by_their_serials(a_world: World) -> None:
    w = a_world
    camera = w.variant("Canon R6", ItemKind.SERIALISED)
    suppliers.set_terms(w.session, w.act(), variant=camera, supplier=w.supplier(), prices=[(0, 229_900)])
    order = w.orders("2 Canon R6")
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    with pytest.raises(Refusal, match="Canon R6 is received by its serial"):
        receiving.receive_all(w.session, w.act(), order=order, target=w.location("Warehouse"))
    with pytest.raises(Refusal, match="Say the serials instead of a number"):
        w.receives(order, "2 Canon R6")
    posted = receiving.receive(
        w.session, w.act(), order=order, arrivals=[Arrival(line, whole(2), ("SN-1", "SN-2"))], target=w.location("Warehouse")
    )
    asset: Asset = w.asset("SN-2")
    assert (asset.location_id, asset.cost_minor, asset.purchased_on) == (w.location("Warehouse").id, 229_900, w.now.date())
    assert stands(w, order) is Progress.RECEIVED
    undo(w.session, w.act(), entry_id=posted.id)
    w.session.refresh(asset)
    assert (asset.archived_at is None, stands(w, order)) == (False, Progress.ORDERED)


def test_what_is_tracked_by_lots_comes_in_a_lot(a_world: World) -> None:
    w = a_world
    w.variant("epoxy")
    w.in_lots("epoxy")
    order = w.orders("10 epoxy")
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    with pytest.raises(Refusal, match="epoxy is received in a lot"):
        receiving.receive_all(w.session, w.act(), order=order, target=w.location("Warehouse"))
    with pytest.raises(Refusal, match="say which lot this is") as refused:
        w.receives(order, "4 epoxy")
    assert refused.value.field == f"lot_{line.id}"
    lot = LotSaid("L-1", expires_on=date(2027, 1, 31))
    receiving.receive(w.session, w.act(), order=order, arrivals=[Arrival(line, whole(4), lot=lot)], target=w.location("Warehouse"))
    assert (w.lot("L-1").supplier_id, w.lot("L-1").expires_on, w.left("L-1", "Warehouse")) == (w.supplier().id, date(2027, 1, 31), 4)
    posted = receiving.receive(w.session, w.act(), order=order, arrivals=[Arrival(line, whole(6), lot=lot)], target=w.location("Warehouse"))
    undo(w.session, w.act(), entry_id=posted.id)
    assert (came(w, order), w.left("L-1", "Warehouse")) == ([4], 4)
    again = [Arrival(line, whole(1), lot=LotSaid("L-1", expires_on=date(2027, 2, 28)))]
    with pytest.raises(Conflict, match="Lot L-1 expires on") as refused:
        receiving.receive(w.session, w.act(), order=order, arrivals=again, target=w.location("Warehouse"))
    assert refused.value.field == f"expires_{line.id}"


def test_a_serial_in_use_is_refused_under_its_line(a_world: World) -> None:
    w = a_world.has("Canon R6 SN-1 in Warehouse")
    order = w.orders("2 Canon R6")
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    with pytest.raises(Conflict, match="SN-1 is in use already") as refused:
        receiving.receive(w.session, w.act(), order=order, arrivals=[Arrival(line, whole(1), ("SN-1",))], target=w.location("Warehouse"))
    assert refused.value.field == f"line_{line.id}"


def test_a_restocking_delivery_ends_what_was_low(a_world: World) -> None:
    w = a_world.has("4 M8 bolt in Warehouse")
    w.reorder("M8 bolt", "Warehouse", low=10, high=50)
    w.receives(w.orders("46 M8 bolt"), "46 M8 bolt")
    assert purchasing.low(w.session) == []


def test_a_fraction_of_a_whole_item_does_not_come(a_world: World) -> None:
    w = a_world
    order = w.orders("2 M8 bolt")
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    with pytest.raises(Refusal, match="not a whole number"):
        receiving.receive(w.session, w.act(), order=order, arrivals=[Arrival(line, 1_500_000)], target=w.location("Warehouse"))


def test_what_was_archived_meanwhile_does_not_come(a_world: World) -> None:
    w = a_world
    order = w.orders("2 M8 bolt")
    cancelled = ordering.cancel(w.session, w.act(), order=order)
    bolt = w.variant("M8 bolt")
    archiving.archive_item(w.session, w.act(), catalog.item(w.session, bolt.item_id))
    undo(w.session, w.act(), entry_id=cancelled.id)
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    with pytest.raises(Conflict, match="M8 bolt is archived"):
        receiving.receive(w.session, w.act(), order=order, arrivals=[Arrival(line, whole(1))], target=w.location("Warehouse"))


# What check finds


@contextmanager
def spoilt() -> Iterator[World]:
    """A world that a test spoils by hand."""
    database = fresh_database()
    with open_world(database) as w:
        yield w
    database.close()


def test_check_finds_a_line_that_says_another_quantity_came_than_its_receipts_brought() -> None:
    with spoilt() as w:
        w.receives(w.orders("100 M8 bolt"), "60 M8 bolt")
        w.session.execute(update(LINES).values(received=whole(61)))
        found = audit.problems(w.session)
        assert any("PO-1001 says that 61000000 millionths of line 1 have come; its receipts brought 60000000." in one for one in found)


def test_check_finds_a_missing_number() -> None:
    with spoilt() as w:
        w.orders("1 M8 bolt")
        w.session.add(PurchaseOrder(number=1003, supplier_id=w.supplier().id))
        assert "2 orders are numbered up to 1003: numbers are missing." in audit.problems(w.session)
