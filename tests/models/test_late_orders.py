"""Late orders: told once for each day that was missed, where it was to come, and how it ended."""

from datetime import UTC, date, datetime

from models import late_orders, ordering, orders
from models.notices import NOTICES, NoticeKind
from models.workspace import workspace
from tests.world import World


def told(w: World) -> list[tuple[str | None, bool]]:
    """The messages about late orders: the channel of each, and whether a newer one has taken its place."""
    rows = w.session.execute(NOTICES.select().where(NOTICES.c.kind == NoticeKind.ORDER_LATE).order_by(NOTICES.c.id))
    return [(row.channel, row.superseded) for row in rows]


def wanted(w: World) -> int:
    """How often the message was asked to be drawn."""
    return int(w.session.execute(NOTICES.select().where(NOTICES.c.kind == NoticeKind.ORDER_LATE)).one().wanted)


def reviews(w: World, at: datetime) -> None:
    w.now = at
    while late_orders.review(w.session, w.now):
        pass


def an_order_for_friday(w: World) -> orders.PurchaseOrder:
    """100 bolts that Acme is to deliver by Friday 27 November; messages go to one channel."""
    workspace(w.session).channel = "CSTORES"
    w.supplier().lead_days = 4
    return w.orders("100 M8 bolt")


MONDAY_MORNING = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_an_order_is_late_from_the_day_after_and_told_of_as_the_next_working_day_begins(a_world: World) -> None:
    w = a_world
    order = an_order_for_friday(w)
    reviews(w, datetime(2026, 11, 28, 12, tzinfo=UTC))
    late = late_orders.lateness(w.session, order, orders.lines_of(w.session, order.id), w.now)
    assert late is not None
    assert (late.since, told(w)) == (date(2026, 11, 27), [])
    reviews(w, MONDAY_MORNING)
    assert told(w) == [("CSTORES", False)]


def test_it_is_told_once_however_long_it_lasts(a_world: World) -> None:
    w = a_world
    an_order_for_friday(w)
    for day in (30, 30):
        reviews(w, datetime(2026, 11, day, 10, tzinfo=UTC))
    reviews(w, datetime(2026, 12, 9, 10, tzinfo=UTC))
    assert told(w) == [("CSTORES", False)]


def test_what_has_come_by_then_is_not_late(a_world: World) -> None:
    w = a_world
    order = an_order_for_friday(w)
    w.receives(order, "100 M8 bolt")
    reviews(w, MONDAY_MORNING)
    assert (told(w), late_orders.late(w.session, w.now)) == ([], [])


def test_the_message_is_drawn_again_when_something_of_it_comes_or_it_is_closed(a_world: World) -> None:
    w = a_world
    order = an_order_for_friday(w)
    reviews(w, MONDAY_MORNING)
    before = wanted(w)
    w.receives(order, "60 M8 bolt")
    assert wanted(w) == before + 1
    ordering.close_short(w.session, w.act(), order=order)
    assert wanted(w) == before + 2
    reviews(w, datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert late_orders.lateness(w.session, order, orders.lines_of(w.session, order.id), w.now) is None


def test_a_new_day_that_is_missed_as_well_is_another_message(a_world: World) -> None:
    w = a_world
    order = an_order_for_friday(w)
    reviews(w, MONDAY_MORNING)
    ordering.edit(w.session, w.act(), order=order, place=None, expected_on=date(2026, 12, 2))
    reviews(w, datetime(2026, 12, 2, 12, tzinfo=UTC))
    assert (late_orders.late(w.session, w.now), told(w)) == ([], [("CSTORES", False)])
    reviews(w, datetime(2026, 12, 3, 9, tzinfo=UTC))
    assert told(w) == [("CSTORES", True), ("CSTORES", False)]


def test_it_is_told_where_it_is_to_come_in_the_days_of_that_place(a_world: World) -> None:
    w = a_world
    order = an_order_for_friday(w)
    van = w.location("Van 3")
    van.channel, van.time_zone = "CVAN", "America/Los_Angeles"
    ordering.edit(w.session, w.act(), order=order, place=van, note="Gate 4")
    reviews(w, MONDAY_MORNING)
    assert told(w) == []
    reviews(w, datetime(2026, 11, 30, 17, tzinfo=UTC))
    assert told(w) == [("CVAN", False)]


def test_drafts_and_orders_without_a_day_are_never_late(a_world: World) -> None:
    w = a_world
    w.drafts("5 M8 bolt")
    w.orders("5 M8 nut", supplier="Lumen")
    reviews(w, datetime(2027, 11, 30, 9, tzinfo=UTC))
    assert late_orders.late(w.session, w.now) == []


def test_the_latest_of_them_comes_first(a_world: World) -> None:
    w = a_world
    second = an_order_for_friday(w)
    w.supplier("Lumen").lead_days = 1
    first = w.orders("5 M8 nut", supplier="Lumen")
    w.now = MONDAY_MORNING
    assert [one.order.id for one in late_orders.late(w.session, w.now)] == [first.id, second.id]


def test_many_orders_are_looked_at_in_turns(a_world: World) -> None:
    w = a_world
    for number in range(3):
        w.orders("5 M8 bolt", supplier=f"Supplier {number}")
    assert not late_orders.review(w.session, w.now)
    late_orders.BATCH, before = 2, late_orders.BATCH
    try:
        for one in w.session.scalars(orders.ORDERS.select()):
            ordering.edit(w.session, w.act(), order=orders.get(w.session, one), place=None, note="Gate 4")
        assert [late_orders.review(w.session, w.now), late_orders.review(w.session, w.now)] == [True, False]
    finally:
        late_orders.BATCH = before
