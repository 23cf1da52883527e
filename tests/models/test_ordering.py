"""What is promised about orders: one draft a supplier, numbers without gaps, prices and packs kept, and expected days told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from models import archiving, ordering, orders, purchasing, register, roles, suppliers
from models.catalog import ItemKind
from models.locations import LocationKind, outside
from models.members import Role
from models.orders import OrderState, Progress, PurchaseOrder
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import MONDAY, World

Build = Callable[..., World]


def on(w: World, order: PurchaseOrder) -> list[tuple[str, int]]:
    """What is on an order, in whole units."""
    return [(one.name, one.quantity // 1_000_000) for one in orders.lines_of(w.session, order.id)]


def stands(w: World, order: PurchaseOrder) -> Progress:
    return orders.progress(order, orders.lines_of(w.session, order.id), waiting=order.id in ordering.waiting(w.session))


def sells(w: World, item: str = "M8 bolt", by: str = "Acme", **terms: object) -> None:
    suppliers.set_terms(w.session, w.act(), variant=w.variant(item), supplier=w.supplier(by), **terms)  # type: ignore[arg-type]


def test_a_suppliers_things_gather_on_one_draft(a_world: World) -> None:
    w = a_world
    first, second, other = w.drafts("100 M8 bolt"), w.drafts("50 M8 nut", "20 M8 bolt"), w.drafts("5 toner", supplier="Lumen")
    assert (first.id, first.id == other.id) == (second.id, False)
    assert on(w, first) == [("M8 bolt", 120), ("M8 nut", 50)]
    assert stands(w, first) is Progress.DRAFT


def test_numbers_have_no_gaps_and_are_never_given_twice(a_world: World) -> None:
    w = a_world
    made = [w.orders("1 M8 bolt"), w.drafts("1 M8 bolt")]
    ordering.cancel(w.session, w.act(), order=made[1])
    made += [w.orders("1 M8 bolt"), w.drafts("1 M8 bolt", supplier="Lumen")]
    assert [one.name for one in made] == ["PO-1001", "PO-1002", "PO-1003", "PO-1004"]


def test_a_number_is_used_up_by_nothing_that_was_refused(a_world: World) -> None:
    w = a_world
    bolt, acme = w.variant("M8 bolt"), w.supplier()
    with pytest.raises(Refusal, match="not a whole number"), w.session.begin_nested():
        ordering.add(w.session, w.act(), variant=bolt, quantity=1, supplier=acme)
    assert w.drafts("1 M8 bolt").number == orders.FIRST_NUMBER


def test_a_draft_that_was_undone_is_empty_and_used_again(a_world: World) -> None:
    w = a_world
    draft, posted = ordering.add(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier())
    undo(w.session, w.act(), entry_id=posted.id)
    assert on(w, draft) == []
    assert orders.open_orders(w.session) == []
    assert w.drafts("7 M8 nut").id == draft.id


def test_additions_to_a_draft_are_undone_in_any_order(a_world: World) -> None:
    w = a_world
    _, first = ordering.add(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier())
    draft = w.drafts("7 M8 nut")
    undo(w.session, w.act(), entry_id=first.id)
    assert on(w, draft) == [("M8 nut", 7)]


def test_what_is_ordered_stays_as_it_is(a_world: World) -> None:
    w = a_world
    draft, put = ordering.add(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier())
    ordering.order(w.session, w.act(), order=draft)
    with pytest.raises(Conflict, match="PO-1001 is ordered by now"):
        undo(w.session, w.act(), entry_id=put.id)
    line = orders.line(w.session, orders.lines_of(w.session, draft.id)[0].id)
    with pytest.raises(Conflict, match="no draft any more"):
        ordering.change_line(w.session, w.act(), line=line, quantity=whole(9))
    with pytest.raises(Conflict, match="PO-1001 is ordered, and no draft any more"):
        ordering.order(w.session, w.act(), order=draft)
    assert w.drafts("1 M8 bolt").id != draft.id


def test_an_order_is_taken_back_by_undo_until_something_of_it_came(a_world: World) -> None:
    w = a_world
    draft = w.drafts("5 M8 bolt")
    ordered = ordering.order(w.session, w.act(), order=draft)
    undo(w.session, w.act(), entry_id=ordered.id)
    assert stands(w, draft) is Progress.DRAFT
    ordered = ordering.order(w.session, w.act(), order=draft)
    w.receives(draft, "2 M8 bolt")
    with pytest.raises(Conflict, match="has come in since"):
        undo(w.session, w.act(), entry_id=ordered.id)


def test_the_price_follows_the_quantity_unless_another_was_agreed(a_world: World) -> None:
    w = a_world
    sells(w, pack=whole(100), prices=[(0, 1250), (whole(1000), 1190)])
    draft = w.drafts("900 M8 bolt")
    assert orders.lines_of(w.session, draft.id)[0].value_minor == 9 * 1250
    w.drafts("100 M8 bolt")
    (line,) = orders.lines_of(w.session, draft.id)
    assert line.value_minor == 10 * 1190
    ordering.change_line(w.session, w.act(), line=orders.line(w.session, line.id), quantity=whole(1000), price_minor=1000)
    w.drafts("1000 M8 bolt")
    assert orders.totals(orders.lines_of(w.session, draft.id)) == {"USD": 20 * 1000}


def test_a_price_that_is_left_as_it_was_follows_the_quantity_of_its_line(a_world: World) -> None:
    w = a_world
    sells(w, pack=whole(100), prices=[(0, 1250), (whole(1000), 1190)])
    draft = w.drafts("100 M8 bolt")
    line = orders.line(w.session, orders.lines_of(w.session, draft.id)[0].id)

    def change(quantity: int, price: int | None) -> int | None:
        ordering.change_line(w.session, w.act(), line=line, quantity=whole(quantity), price_minor=price)
        return line.price_minor

    assert [change(1000, 1250), change(100, 1190), change(1000, 1200), change(100, 1200), change(200, None)] == [
        1190,
        1250,
        1200,
        1200,
        None,
    ]


def test_a_line_that_is_no_whole_pack_costs_its_part_to_the_nearest_cent(a_world: World) -> None:
    w = a_world
    draft = w.drafts("5 M8 bolt")
    row = orders.line(w.session, orders.lines_of(w.session, draft.id)[0].id)
    row.price_minor, row.per, row.currency = 1000, whole(3), "USD"
    assert orders.lines_of(w.session, draft.id)[0].value_minor == 1667
    row.price_minor = None
    row.currency = None


def test_what_the_supplier_does_not_sell_like_that_is_refused_with_what_it_does(a_world: World) -> None:
    w = a_world
    sells(w, pack=whole(100), minimum=whole(200))
    with pytest.raises(Refusal, match=r"Acme sells M8 bolts 100 at a time, and 250 is no multiple") as refused:
        w.drafts("250 M8 bolt")
    assert [one.value for one in refused.value.choices] == ["300", "200"]
    with pytest.raises(Refusal, match="from 200 on, and 100 is less") as refused:
        w.drafts("100 M8 bolt")
    assert [one.value for one in refused.value.choices] == ["200"]
    w.drafts("200 M8 bolt")
    with pytest.raises(Refusal, match="and 230 in all is no multiple") as refused:
        w.drafts("30 M8 bolt")
    assert [one.value for one in refused.value.choices] == ["100"]
    w.drafts("100 M8 bolt")


def test_what_is_measured_is_refused_with_its_unit(a_world: World) -> None:
    w = a_world
    cable = register.add_item(w.session, w.act(), name="copper cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)[0]
    sells(w, "copper cable", pack=whole(50), minimum=whole(100))
    with pytest.raises(Refusal, match=r"Acme sells copper cable from 100 m on, and 12\.5 m is less\.") as refused:
        ordering.add(w.session, w.act(), variant=cable, quantity=12_500_000, supplier=w.supplier())
    assert [(one.label, one.value) for one in refused.value.choices] == [("Order 100 m", "100")]
    with pytest.raises(Refusal, match=r"Acme sells copper cable 50 m at a time, and 130 m is no multiple of that\."):
        ordering.add(w.session, w.act(), variant=cable, quantity=whole(130), supplier=w.supplier())


def test_nothing_is_expected_on_a_day_that_is_past(a_world: World) -> None:
    w = a_world
    order, past = w.drafts("5 M8 bolt"), date(2026, 11, 22)
    line = orders.line(w.session, orders.lines_of(w.session, order.id)[0].id)
    with pytest.raises(Refusal, match=r"Sun 22 Nov 2026 is past\. Say a day on which it can still come\.") as refused:
        ordering.change_line(w.session, w.act(), line=line, quantity=whole(5), expected_on=past)
    assert refused.value.field == "expected_on"
    ordering.edit(w.session, w.act(), order=order, place=None, expected_on=date(2026, 11, 24))
    ordering.order(w.session, w.act(), order=order)
    w.later(days=3)
    with pytest.raises(Refusal, match="is past"):
        ordering.edit(w.session, w.act(), order=order, place=None, expected_on=date(2026, 11, 25))
    ordering.edit(w.session, w.act(), order=order, place=w.location("Warehouse"), expected_on=date(2026, 11, 24))
    assert line.expected_on == date(2026, 11, 24)


def test_a_line_is_changed_and_taken_off(a_world: World) -> None:
    w = a_world
    draft = w.drafts("5 M8 bolt", "7 M8 nut")
    bolt, nut = (orders.line(w.session, one.id) for one in orders.lines_of(w.session, draft.id))
    ordering.change_line(w.session, w.act(), line=bolt, quantity=whole(9), price_minor=12, expected_on=date(2026, 12, 24))
    off = ordering.change_line(w.session, w.act(), line=nut, quantity=0)
    assert on(w, draft) == [("M8 bolt", 9)]
    undo(w.session, w.act(), entry_id=off.id)
    assert on(w, draft) == [("M8 bolt", 9), ("M8 nut", 7)]
    with pytest.raises(Refusal, match="stands like that already"):
        ordering.change_line(w.session, w.act(), line=nut, quantity=whole(7))


def test_expected_days_come_from_the_lead_times_unless_they_were_said(a_world: World) -> None:
    w = a_world
    w.supplier().lead_days = 5
    sells(w, "M8 nut", lead_days=12)
    draft = w.drafts("5 M8 bolt", "7 M8 nut", "1 toner")
    toner = orders.line(w.session, orders.lines_of(w.session, draft.id)[2].id)
    ordering.change_line(w.session, w.act(), line=toner, quantity=whole(1), expected_on=date(2026, 12, 24))
    ordering.order(w.session, w.act(), order=draft)
    days = [one.expected_on for one in orders.lines_of(w.session, draft.id)]
    assert days == [MONDAY.date() + timedelta(days=5), MONDAY.date() + timedelta(days=12), date(2026, 12, 24)]


def test_a_day_that_has_passed_in_the_draft_is_reckoned_anew(a_world: World) -> None:
    w = a_world
    draft = w.drafts("5 M8 bolt")
    ordering.edit(w.session, w.act(), order=draft, place=None, expected_on=date(2026, 11, 24))
    w.later(days=30)
    ordering.order(w.session, w.act(), order=draft)
    assert orders.lines_of(w.session, draft.id)[0].expected_on is None


def test_what_is_to_come_is_known_with_its_days(a_world: World) -> None:
    w = a_world
    bolt = w.variant("M8 bolt")
    w.drafts("1000 M8 bolt", supplier="Lumen")
    w.supplier("Acme").lead_days = 5
    w.orders("200 M8 bolt")
    order = w.orders("100 M8 bolt", supplier="Bolts Ltd")
    w.receives(order, "40 M8 bolt")
    assert [(one.quantity // 1_000_000, one.expected_on, one.number) for one in purchasing.expected(w.session, [bolt.id])] == [
        (200, MONDAY.date() + timedelta(days=5), 1002),
        (60, None, 1003),
    ]


def test_cancelled_and_closed_orders_bring_nothing_more(a_world: World) -> None:
    w = a_world
    bolt = w.variant("M8 bolt")
    cancelled, short = w.orders("200 M8 bolt"), w.orders("100 M8 bolt")
    w.receives(short, "40 M8 bolt")
    ordering.cancel(w.session, w.act(), order=cancelled)
    closed = ordering.close_short(w.session, w.act(), order=short)
    assert purchasing.expected(w.session, [bolt.id]) == []
    assert (stands(w, cancelled), stands(w, short)) == (Progress.CANCELLED, Progress.CLOSED_SHORT)
    undo(w.session, w.act(), entry_id=closed.id)
    assert [one.quantity for one in purchasing.expected(w.session, [bolt.id])] == [whole(60)]


def test_only_what_nothing_came_of_is_cancelled_and_only_the_rest_closed_short(a_world: World) -> None:
    w = a_world
    order = w.orders("100 M8 bolt")
    with pytest.raises(Conflict, match="Cancel it instead"):
        ordering.close_short(w.session, w.act(), order=order)
    w.receives(order, "40 M8 bolt")
    with pytest.raises(Conflict, match="Close it short instead"):
        ordering.cancel(w.session, w.act(), order=order)
    w.receives(order, "60 M8 bolt")
    with pytest.raises(Conflict, match="PO-1001 is received: nothing is to come of it"):
        ordering.close_short(w.session, w.act(), order=order)


def test_an_empty_draft_is_not_ordered_and_a_cancelled_one_not_cancelled_again(a_world: World) -> None:
    w = a_world
    draft, put = ordering.add(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier())
    undo(w.session, w.act(), entry_id=put.id)
    with pytest.raises(Refusal, match="Nothing is on PO-1001 yet"):
        ordering.order(w.session, w.act(), order=draft)
    w.drafts("5 M8 bolt")
    ordering.cancel(w.session, w.act(), order=draft)
    with pytest.raises(Conflict, match="PO-1001 is cancelled already"):
        ordering.cancel(w.session, w.act(), order=draft)


def test_ordering_is_for_keepers_of_where_it_is_delivered(a_world: World) -> None:
    w = a_world
    with pytest.raises(NotAllowed, match="To order from suppliers you need the role keeper"):
        ordering.add(w.session, w.act("Ana"), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier())
    draft, _ = ordering.add(
        w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier(), place=w.location("Warehouse")
    )
    for verb in (ordering.order, ordering.cancel, ordering.close_short):
        with pytest.raises(NotAllowed, match="To order from suppliers at Warehouse"):
            verb(w.session, w.act("Ana"), order=draft)
    with pytest.raises(NotAllowed):
        ordering.edit(w.session, w.act("Ana"), order=draft, place=None)


def test_a_keeper_of_one_place_orders_for_it_on_a_draft_of_their_own(a_world: World) -> None:
    w = a_world
    van, ana = w.location("Van 3"), w.member("Ana")
    roles.grant(w.session, w.act(), member=ana, role=Role.KEEPER, location=van)

    def put(by: str | None, place: str | None) -> str:
        where = w.location(place) if place else None
        return ordering.add(w.session, w.act(by), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=w.supplier(), place=where)[
            0
        ].name

    assert [put(None, "Warehouse"), put("Ana", "Van 3"), put("Ana", None)] == ["PO-1001", "PO-1002", "PO-1002"]
    assert [put(None, "Warehouse"), put(None, "Van 3"), put(None, "Workshop")] == ["PO-1001", "PO-1002", "PO-1002"]


@pytest.mark.parametrize(("kind", "said"), [(LocationKind.CUSTOMER, "is no supplier"), (LocationKind.SUPPLIER, "stands for any of them")])
def test_one_orders_from_a_supplier_with_a_name(a_world: World, kind: LocationKind, said: str) -> None:
    w = a_world
    with pytest.raises(Refusal, match=said):
        ordering.add(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), supplier=outside(w.session, kind))


def test_what_has_an_open_order_is_not_archived(a_world: World) -> None:
    w = a_world
    draft = w.drafts("5 M8 bolt")
    bolt = w.variant("M8 bolt")
    item = w.session.get_one(register.Item, bolt.item_id)
    with pytest.raises(Conflict, match="M8 bolt is still on PO-1001"):
        archiving.archive_item(w.session, w.act(), item)
    with pytest.raises(Conflict, match="PO-1001 from Acme is still open"):
        archiving.archive_location(w.session, w.act(), w.supplier())
    ordering.cancel(w.session, w.act(), order=draft)
    archiving.archive_item(w.session, w.act(), item)
    with pytest.raises(Conflict, match="M8 bolt is archived"):
        ordering.add(w.session, w.act(), variant=bolt, quantity=whole(5), supplier=w.supplier())


def test_a_fraction_of_a_whole_item_is_not_ordered(a_world: World) -> None:
    w = a_world
    saw = register.add_item(w.session, w.act(), name="saw", kind=ItemKind.SERIALISED)[0]
    with pytest.raises(Refusal, match="not a whole number"):
        ordering.add(w.session, w.act(), variant=saw, quantity=1_500_000, supplier=w.supplier())


def test_where_it_goes_and_what_the_supplier_reads_can_be_changed_and_undone(a_world: World) -> None:
    w = a_world
    order = w.orders("5 M8 bolt")
    edited = ordering.edit(w.session, w.act(), order=order, place=w.location("Warehouse"), expected_on=date(2026, 12, 1), note="Gate 4")
    assert (order.place_id, order.note) == (w.location("Warehouse").id, "Gate 4")
    assert orders.lines_of(w.session, order.id)[0].expected_on == date(2026, 12, 1)
    undo(w.session, w.act(), entry_id=edited.id)
    assert (order.place_id, order.note, order.state) == (None, None, OrderState.ORDERED)
