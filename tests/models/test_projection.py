"""What will be available: what lapses and what is ordered, day by day; and what is sold."""

from datetime import date

from models import lapsing, ordering, projection, register, reserved, stock
from models.bill_editing import Goes, remove_bill, set_bill
from models.locations import LocationKind
from models.quantities import ONE, whole
from models.reserved import Which
from tests.models.test_reserving import Build, free, schedule
from tests.world import due


def test_what_will_be_available_is_what_lapses_day_by_day(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("1 M8 bolt in Warehouse", job="job 7", until=due("2026-11-27 17:00"))
    w.reserve("2 M8 bolt in Warehouse", job="job 8", until=due("2026-11-27 09:00"))
    w.reserve("3 M8 bolt in Warehouse", job="job 9", until=due("2026-12-04 17:00"))
    w.reserve("4 M8 bolt in Warehouse", job="job 10")
    steps = projection.available_by_date(w.session, {w.variant("M8 bolt").id: 0}, now=w.now, zone="UTC")
    assert [(step.on.isoformat(), step.available // ONE) for step in steps] == [("2026-11-27", 3), ("2026-12-04", 6)]
    w.now = due("2026-12-04 17:00").at
    lapsing.review(w.session, schedule(w))
    assert free(w) == 6


def test_what_is_ordered_adds_to_what_lapses_and_first_makes_good_what_is_missing(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("8 M8 bolt in Warehouse", job="job 7", until=due("2026-11-27 17:00"))
    w.reserve("2 M8 bolt in Warehouse", job="job 8")
    order = w.drafts("50 M8 bolt")
    ordering.edit(w.session, w.act(), order=order, place=w.location("Warehouse"), expected_on=date(2026, 11, 27))
    ordering.order(w.session, w.act(), order=order)
    bolts, there = w.variant("M8 bolt"), w.location("Warehouse")
    stock.count(w.session, w.act(), variant=bolts, quantity=whole(7), location=there)
    missing = projection.available(w.session, [bolts.id], reserved.those(w.session, Which()), on=w.now.date())
    (step,) = projection.available_by_date(w.session, missing, now=w.now, zone="UTC")
    assert (missing, step.available // ONE, step.why) == ({bolts.id: -3 * ONE}, 55, ("job 7 lapses", order.name))


def test_what_is_missing_of_one_variant_is_no_less_of_another(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "20 M8 nut in Warehouse")
    w.reserve("8 M8 bolt in Warehouse", job="job 7", until=due("2026-11-27 17:00"))
    stock.count(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), location=w.location("Warehouse"))
    ids = [w.variant("M8 bolt").id, w.variant("M8 nut").id]
    available = projection.available(w.session, ids, reserved.those(w.session, Which(ids)), on=w.now.date())
    (step,) = projection.available_by_date(w.session, available, now=w.now, zone="UTC")
    assert (projection.in_all(available) // ONE, step.available // ONE) == (20, 25)


def test_what_is_made_or_sold_and_is_no_part_of_another_is_a_finished_good(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "2 rack in Warehouse", "2 frame in Warehouse", "5 label in Warehouse")
    for made, part in (("rack", "frame"), ("frame", "M8 bolt")):
        set_bill(w.session, w.act(), variant=w.variant(made), goes=[Goes(w.variant(part), whole(1))])
    register.add_location(w.session, w.act(), name="Riverside", kind=LocationKind.CUSTOMER)
    w_label = {"variant": w.variant("label"), "quantity": whole(1), "source": w.location("Warehouse"), "target": w.location("Riverside")}
    stock.take(w.session, w.act(), **w_label)
    assert [name for name in ("rack", "frame", "M8 bolt", "label") if projection.is_sold(w.session, [w.variant(name).id])] == [
        "rack",
        "label",
    ]
    remove_bill(w.session, w.act(), variant=w.variant("rack"))
    assert [name for name in ("rack", "frame") if projection.is_sold(w.session, [w.variant(name).id])] == ["frame"]
