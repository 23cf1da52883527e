"""What reorder points promise: one card per crossing, and a list of what is low with the emptiest first."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from models import archiving, editing, expiring, finding, importing, late_orders, purchasing, register, reorder, stock
from models.ledger import Posted
from models.locations import LocationKind
from models.notices import NOTICES
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def set_point(w: World, item: str, low: int, high: int | None = None, location: str | None = None) -> int:
    """Sets a reorder point in whole units."""
    where = w.location(location) if location else None
    to = whole(high) if high is not None else None
    return purchasing.set_reorder_point(w.session, w.act(), variant=w.variant(item), low=whole(low), high=to, location=where).id


def low(w: World, at: str | None = None) -> list[tuple[str, str | None]]:
    return [(row.name, row.location) for row in purchasing.low(w.session, w.location(at) if at else None)]


def take(w: World, quantity: int, item: str, location: str) -> None:
    stock.take(w.session, w.act(), variant=w.variant(item), quantity=whole(quantity), source=w.location(location))


def cards(w: World) -> int:
    return int(w.session.execute(select(func.count()).select_from(NOTICES).where(NOTICES.c.kind == "reorder")).scalar_one())


def test_what_is_low_is_listed_with_the_emptiest_first(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M6 nut in Warehouse", "50 Saw in Warehouse")
    for item in ("M8 bolt", "M6 nut", "Saw"):
        set_point(w, item, 10)
    assert low(w) == [("M6 nut", None), ("M8 bolt", None)]


def test_at_the_reorder_point_is_low_and_above_it_is_not(world: Build) -> None:
    w = world("11 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 10)
    assert low(w) == []
    take(w, 1, "M8 bolt", "Warehouse")
    assert low(w) == [("M8 bolt", None)]


def test_a_point_at_a_location_counts_what_lies_there_and_below(world: Build) -> None:
    w = world("50 M8 bolt in Warehouse", "3 M8 bolt in Van 3")
    shelf = register.add_location(w.session, w.act(), name="Shelf", kind=LocationKind.VAN, parent=w.location("Van 3"))
    set_point(w, "M8 bolt", 5, location="Van 3")
    assert low(w, at="Van 3") == [("M8 bolt", "Van 3")]
    stock.receive(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(3), target=shelf)
    assert low(w) == []


def test_the_list_of_one_location_leaves_out_the_others(world: Build) -> None:
    w = world("1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    set_point(w, "M8 bolt", 5, location="Van 3")
    set_point(w, "M8 bolt", 5, location="Van 4")
    assert low(w, at="Van 4") == [("M8 bolt", "Van 4")]


def test_the_suggestion_fills_up_to_the_target_or_to_twice_the_point(world: Build) -> None:
    w = world("4 M8 bolt in Warehouse", "1 Saw in Warehouse")
    set_point(w, "M8 bolt", 10, 50)
    set_point(w, "Saw", 2)
    running_low = purchasing.low(w.session)
    missing = [need.quantity for need in purchasing.needs(w.session, running_low)]
    assert dict(zip([row.name for row in running_low], missing, strict=True)) == {"M8 bolt": whole(46), "Saw": whole(3)}


def test_one_crossing_is_one_card_however_many_movements(world: Build) -> None:
    w = world("12 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 10)
    for _ in range(3):
        take(w, 2, "M8 bolt", "Warehouse")
    assert cards(w) == 1
    w.has("50 M8 bolt in Warehouse")
    take(w, 50, "M8 bolt", "Warehouse")
    assert cards(w) == 2


def test_a_point_set_over_what_is_low_already_says_so_at_once(world: Build) -> None:
    w = world("4 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 10)
    assert (low(w), cards(w)) == ([("M8 bolt", None)], 1)


def test_undoing_or_removing_a_point_ends_being_low(world: Build) -> None:
    w = world("4 M8 bolt in Warehouse")
    undo(w.session, w.act(), entry_id=set_point(w, "M8 bolt", 10))
    assert low(w) == []
    set_point(w, "M8 bolt", 10)
    purchasing.remove_reorder_point(w.session, w.act(), variant=w.variant("M8 bolt"))
    assert low(w) == []
    with pytest.raises(Conflict, match="M8 bolt has no reorder point"):
        purchasing.remove_reorder_point(w.session, w.act(), variant=w.variant("M8 bolt"))


def test_a_changed_point_can_be_undone_to_the_one_before(world: Build) -> None:
    w = world("7 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 5, 20)
    changed = set_point(w, "M8 bolt", 10)
    assert low(w) == [("M8 bolt", None)]
    undo(w.session, w.act(), entry_id=changed)
    point = purchasing.reorder_point(w.session, w.variant("M8 bolt"))
    assert point is not None
    assert (point.low, point.high, low(w)) == (whole(5), whole(20), [])


def test_an_archived_item_is_not_low(world: Build) -> None:
    w = world()
    set_point(w, "M8 bolt", 10)
    archiving.archive_item(w.session, w.act(), finding.item(w.session, "M8 bolt").item)
    assert low(w) == []


def test_a_location_put_below_another_one_counts_there(world: Build) -> None:
    w = world("9 M8 bolt in Shed")
    w.location("Yard")
    set_point(w, "M8 bolt", 5, location="Yard")
    assert low(w) == [("M8 bolt", "Yard")]
    editing.edit_location(w.session, w.act(), w.location("Shed"), parent=w.location("Yard"))
    assert low(w) == []


def test_what_people_hold_is_not_counted_over_all_locations(world: Build) -> None:
    w = world("20 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 10)
    kim = finding.location(w.session, "Kim", w.act().by)
    stock.take(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(15), source=w.location("Warehouse"), target=kim)
    assert low(w) == [("M8 bolt", None)]


@pytest.mark.parametrize(("below", "to", "field"), [(-1, None, "low"), (10, 10, "high"), (10, 5, "high")])
def test_a_point_that_makes_no_sense_is_refused(world: Build, below: int, to: int | None, field: str) -> None:
    w = world("1 M8 bolt in Warehouse")
    with pytest.raises(Refusal) as refused:
        set_point(w, "M8 bolt", below, to)
    assert refused.value.field == field


def test_a_keeper_elsewhere_sets_no_point_here(world: Build) -> None:
    w = world("1 M8 bolt in Warehouse")
    with pytest.raises(NotAllowed):
        purchasing.set_reorder_point(w.session, w.act("Ana"), variant=w.variant("M8 bolt"), low=whole(1), location=w.location("Warehouse"))


def told(w: World) -> list[tuple[str, int, str | None]]:
    """Each message about what is low: its subject, the row it begins at, and how far it goes."""
    query = select(NOTICES.c.subject, NOTICES.c.subject_id, NOTICES.c.told).where(NOTICES.c.kind == "reorder").order_by(NOTICES.c.id)
    return [tuple(row) for row in w.session.execute(query)]


def wanted(w: World) -> list[int]:
    """How often each of those messages is to have been drawn by now."""
    return list(w.session.scalars(select(NOTICES.c.wanted).where(NOTICES.c.kind == "reorder").order_by(NOTICES.c.id)))


def brought(w: World, *rows: str) -> Posted:
    """Imports rows of item, location, quantity and reorder point."""
    content = "\n".join(["item,location,quantity,reorder below", *rows]).encode()
    posted = importing.carry_out(w.session, w.act(), importing.plan(w.session, name="stores.csv", content=content))
    assert posted is not None
    return posted


def test_a_card_is_drawn_again_when_another_store_has_more_or_less_to_give(world: Build) -> None:
    w = world("20 milk in Van 4", "3 milk in Van 3")
    w.in_lots("milk")
    w.receive(90, "milk", "L-1")
    set_point(w, "milk", 5, 20, "Van 3")
    assert wanted(w) == [1]
    take(w, 1, "milk", "Van 4")
    assert wanted(w) == [1]  # its card names the warehouse, which has most
    take(w, 1, "milk", "Warehouse")
    w.reserve("4 milk in Warehouse", job="job 7")
    assert wanted(w) == [3]
    w.quarantine("L-1")
    take(w, 1, "milk", "Van 4")
    assert wanted(w) == [5]
    set_point(w, "milk", 30, 50, "Van 4")
    assert wanted(w) == [6, 1]  # low itself, it has none to give
    take(w, 1, "milk", "Van 3")
    assert wanted(w) == [7, 1]


def test_a_card_is_drawn_again_once_what_it_counts_on_elsewhere_has_expired(world: Build) -> None:
    w = world("3 milk in Van 3")
    w.in_lots("milk")
    w.receive(90, "milk", "L-1", expires="2026-11-24")
    set_point(w, "milk", 5, 20, "Van 3")
    for days, drawn in ((0, 1), (1, 1), (1, 2), (1, 2)):
        w.later(days=days)
        expiring.review(w.session, w.now)
        assert wanted(w) == [drawn]


def test_a_card_that_tells_of_an_order_is_drawn_again_when_that_is_late(world: Build) -> None:
    w = world("4 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 10)
    w.supplier().lead_days = 4
    w.orders("100 M8 bolt")
    drawn = wanted(w)[0]
    for days, more in ((4, 0), (3, 1), (1, 1)):
        w.later(days=days)
        late_orders.review(w.session, w.now)
        assert wanted(w) == [drawn + more]


LOW = [f"Bolt {number},Van 3,{number},20" for number in range(1, 6)]


def test_many_that_one_entry_makes_low_are_told_together(world: Build) -> None:
    w = world()
    brought(w, *LOW)
    assert told(w) == [(reorder.TOGETHER, 1, "5")]
    assert len(low(w)) == 5
    assert reorder.together(w.session, 1, 5) == reorder.Together(items=5, points=5)


def test_a_few_are_told_one_by_one(world: Build) -> None:
    w = world()
    brought(w, *LOW[: reorder.FEW])
    assert told(w) == [("episodes", number, None) for number in (1, 2, 3)]


def test_each_channel_is_told_of_what_is_its_own(world: Build) -> None:
    w = world("1 nut in Van 3", "1 nut in Van 4", "1 nut in Shed")
    for name, channel in (("Van 3", "CVAN"), ("Van 4", "CVAN"), ("Shed", "CSHED")):
        editing.edit_location(w.session, w.act(), w.location(name), channel=channel)
    brought(w, *LOW[:2], "Bolt 3,Van 4,3,20", "Bolt 4,Van 4,4,20", "Bolt 5,Shed,5,20")
    channels = w.session.execute(select(NOTICES.c.channel, NOTICES.c.subject).where(NOTICES.c.kind == "reorder")).all()
    assert sorted(channels) == [("CSHED", "episodes"), ("CVAN", reorder.TOGETHER)]


def test_what_was_told_together_is_drawn_again_when_any_of_it_changes(world: Build) -> None:
    w = world()
    brought(w, *LOW)
    w.has("50 Bolt 3 in Van 3")
    assert wanted(w) == [2]
    take(w, 1, "Bolt 5", "Van 3")
    assert wanted(w) == [3]
    assert [row.name for row in purchasing.low(w.session, episodes=(1, 5))] == ["Bolt 1", "Bolt 2", "Bolt 4", "Bolt 5"]


def test_what_becomes_low_later_redraws_no_older_message(world: Build) -> None:
    w = world()
    brought(w, *LOW)
    brought(w, "Nut 1,Van 3,1,20")
    w.has("50 Nut 1 in Van 3")
    assert wanted(w) == [1, 2]


def test_undoing_what_came_in_low_ends_all_of_it(world: Build) -> None:
    w = world()
    posted = brought(w, *LOW)
    undo(w.session, w.act(), entry_id=posted.id)
    assert (low(w), wanted(w)) == ([], [2])
    assert w.session.scalars(select(reorder.EPISODES.c.closed_at)).all() == [w.now] * 5


def test_a_reorder_point_that_is_taken_away_ends_its_card(world: Build) -> None:
    w = world("4 M8 bolt in Warehouse")
    set_point(w, "M8 bolt", 10)
    purchasing.remove_reorder_point(w.session, w.act(), variant=w.variant("M8 bolt"))
    assert wanted(w) == [2]
