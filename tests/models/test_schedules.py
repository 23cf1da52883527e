"""Upkeep by schedule: what is due when, who is told, and how it is closed; and what assets are worth until they are replaced."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models import audit, book_value, custody, editing, keeping_up, maintenance, register, schedules
from models.catalog import Item
from models.checking_in import check_in
from models.ledger import Posted
from models.maintenance import Interval, UpkeepSchedule
from models.notices import NOTICES, NoticeKind
from models.refusals import Conflict, NotAllowed, Refusal
from models.schedules import Upcoming
from models.undo import undo
from tests.world import MONDAY, World

Build = Callable[..., World]

#: The day on which every test begins.
TODAY = MONDAY.date()

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(days, st.integers(1, 500), st.sampled_from([Interval.DAYS, Interval.MONTHS]))
def test_a_day_earlier_by_an_interval_is_the_last_from_which_it_is_due_by_then(day: date, every: int, unit: Interval) -> None:
    start = schedules.earlier(day, every, unit)
    assert schedules.later(start, every, unit) <= day
    assert schedules.later(start + timedelta(days=1), every, unit) > day


def test_a_month_after_the_end_of_january_is_the_end_of_february() -> None:
    assert schedules.later(date(2027, 1, 31), 1, Interval.MONTHS) == date(2027, 2, 28)
    assert schedules.later(date(2027, 8, 31), 18, Interval.MONTHS) == date(2029, 2, 28)


@pytest.fixture
def w(world: Build) -> World:
    """Two cameras in a store."""
    return world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")


def camera(w: World) -> Item:
    return w.session.get_one(Item, w.variant("Canon R6").item_id)


def plan(
    w: World, every: int = 12, unit: Interval = Interval.MONTHS, *, ahead: int = 14, first_on: date | None = None, by: str | None = None
) -> UpkeepSchedule:
    """Calibration of all cameras."""
    return schedules.add(w.session, w.act(by), of=camera(w), name="Calibration", every=every, unit=unit, ahead=ahead, first_on=first_on)[0]


def due(w: World) -> list[tuple[str, date | None]]:
    return [(one.serial, one.due_on) for one in schedules.soon(w.session, w.now)]


def do(w: World, serial: str, schedule: UpkeepSchedule, **said: object) -> tuple[Upcoming, Posted]:
    return schedules.serviced(w.session, w.act(), schedule=schedule, asset=w.asset(serial), **said)  # type: ignore[arg-type]


def messages(w: World, kind: NoticeKind = NoticeKind.UPKEEP) -> list[str | None]:
    """What every message that was owed tells of, as far as it still counts."""
    query = select(NOTICES.c.told).where(NOTICES.c.kind == kind, ~NOTICES.c.superseded, NOTICES.c.wanted > 0)
    return list(w.session.execute(query).scalars())


def beat(w: World) -> None:
    while keeping_up.review(w.session, w.now, keeping_up.look(w.session, w.now)):
        pass


def test_what_we_have_is_due_one_interval_from_now_and_told_ahead(w: World) -> None:
    plan(w, 30, Interval.DAYS, ahead=7)
    w.later(days=22)
    assert due(w) == []
    w.later(days=1)
    assert due(w) == [("SN-1", TODAY + timedelta(days=30)), ("SN-2", TODAY + timedelta(days=30))]


def test_it_is_due_for_the_first_time_when_somebody_says(w: World) -> None:
    plan(w, first_on=TODAY + timedelta(days=3))
    assert due(w) == [("SN-1", date(2026, 11, 26)), ("SN-2", date(2026, 11, 26))]


def test_what_comes_later_counts_from_when_it_was_bought(w: World) -> None:
    plan(w, 2, Interval.MONTHS, ahead=0, first_on=TODAY)
    w.later(days=10)
    bought = {"purchased_on": TODAY - timedelta(days=50)}
    register.add_assets(w.session, w.act(), variant=w.variant("Canon R6"), serials=["SN-3"], target=w.location("Warehouse"), **bought)  # type: ignore[arg-type]
    w.has("Canon R6 SN-4 in Warehouse")
    found = {one.serial: one.due_on for name in ("SN-3", "SN-4") for one in schedules.of_asset(w.session, w.asset(name))}
    assert found == {"SN-3": date(2026, 12, 4), "SN-4": date(2027, 2, 3)}


def test_done_it_is_due_again_after_the_interval_or_when_somebody_says(w: World) -> None:
    one = plan(w, 6, Interval.MONTHS, first_on=TODAY)
    upcoming, posted = do(w, "SN-1", one, note="passed", cost_minor=8_000)
    assert upcoming.due_on == date(2027, 5, 23)
    assert due(w) == [("SN-2", TODAY)]
    upcoming, _ = do(w, "SN-2", one, next_on=date(2027, 1, 4))
    assert upcoming.due_on == date(2027, 1, 4)
    undo(w.session, w.act(), entry_id=posted.id)
    assert due(w) == [("SN-1", TODAY)]
    assert maintenance.costs_of(w.session, w.asset("SN-1").id) == []


def test_what_was_done_earlier_counts_from_that_day(w: World) -> None:
    one = plan(w, 30, Interval.DAYS, first_on=TODAY)
    assert do(w, "SN-1", one, done_on=TODAY - timedelta(days=20))[0].due_on == TODAY + timedelta(days=10)
    assert do(w, "SN-1", one, done_on=TODAY - timedelta(days=25))[0].due_on == TODAY + timedelta(days=10)
    with pytest.raises(Refusal, match="still to come"):
        do(w, "SN-1", one, done_on=TODAY + timedelta(days=1))
    with pytest.raises(Refusal, match="Next time is after this one"):
        do(w, "SN-1", one, next_on=TODAY)


def test_uses_are_counted_since_the_last_time_and_undone_ones_are_none(w: World) -> None:
    one = plan(w, 3, Interval.USES, ahead=1)
    for _ in range(2):
        w.later(hours=1)
        w.lend("SN-1")
        check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    (each,) = schedules.soon(w.session, w.now)
    assert (each.serial, each.uses, each.is_due(TODAY)) == ("SN-1", 2, False)
    lent = w.lend("SN-1")
    assert schedules.soon(w.session, w.now)[0].is_due(TODAY)
    undo(w.session, w.act("Ana"), entry_id=lent.id)
    assert not schedules.soon(w.session, w.now)[0].is_due(TODAY)
    do(w, "SN-1", one)
    assert schedules.soon(w.session, w.now) == []
    with pytest.raises(Refusal, match="counted in uses"):
        do(w, "SN-1", one, next_on=date(2027, 1, 1))


def test_a_category_covers_what_hangs_below_it_and_an_asset_only_itself(w: World) -> None:
    top = register.add_category(w.session, w.act(), name="Things")
    below = register.add_category(w.session, w.act(), name="Cameras", parent=top)
    editing.edit_item(w.session, w.act(), camera(w), category=below)
    ways = {"every": 1, "unit": Interval.DAYS, "ahead": 0}
    schedules.add(w.session, w.act(), of=top, name="Dusting", **ways)  # type: ignore[arg-type]
    schedules.add(w.session, w.act(), of=w.asset("SN-2"), name="Sensor", **ways)  # type: ignore[arg-type]
    w.later(days=1)
    assert [(one.schedule.name, one.serial) for one in schedules.soon(w.session, w.now)] == [
        ("Dusting", "SN-1"),
        ("Dusting", "SN-2"),
        ("Sensor", "SN-2"),
    ]
    assert [one.name for one in schedules.covering(w.session, w.asset("SN-2"))] == ["Dusting", "Sensor"]
    with pytest.raises(Conflict, match="Sensor is not done to Canon R6 SN-1"):
        do(w, "SN-1", schedules.in_force(w.session)[1])


def test_what_is_lost_or_retired_is_not_due_and_what_is_in_repair_is(w: World) -> None:
    plan(w, first_on=TODAY)
    custody.lost(w.session, w.act(), asset=w.asset("SN-1"))
    custody.move_assets(w.session, w.act(), assets=[w.asset("SN-2")], target=w.location("Workshop"))
    assert due(w) == [("SN-2", TODAY)]
    with pytest.raises(Conflict, match="Canon R6 SN-1 is lost: nothing is done to it any more"):
        do(w, "SN-1", schedules.in_force(w.session)[0])
    custody.retire(w.session, w.act(), asset=w.asset("SN-2"))
    assert due(w) == []


def test_stopped_nothing_is_due_and_undoing_that_brings_it_back(w: World) -> None:
    one = plan(w, first_on=TODAY)
    posted = schedules.stop(w.session, w.act(), one)
    assert due(w) == []
    with pytest.raises(Conflict, match="stopped already"):
        schedules.stop(w.session, w.act(), one)
    undo(w.session, w.act(), entry_id=posted.id)
    assert len(due(w)) == 2


@pytest.mark.parametrize(("every", "unit", "ahead"), [(0, Interval.DAYS, 0), (10_001, Interval.USES, 0), (5, Interval.DAYS, 5)])
def test_an_interval_is_longer_than_nothing_and_than_what_is_told_ahead(w: World, every: int, unit: Interval, ahead: int) -> None:
    with pytest.raises(Refusal):
        plan(w, every, unit, ahead=ahead)


def test_planning_and_closing_are_for_keepers(w: World) -> None:
    with pytest.raises(NotAllowed):
        plan(w, by="Ana")
    one = plan(w)
    with pytest.raises(NotAllowed):
        schedules.serviced(w.session, w.act("Ana"), schedule=one, asset=w.asset("SN-1"))


def test_keepers_get_one_message_ahead_and_one_on_the_day_and_none_for_what_was_done(w: World) -> None:

    one = plan(w, 30, Interval.DAYS, ahead=7)
    beat(w)
    assert messages(w) == []
    w.later(days=23)
    beat(w)
    ahead = messages(w)
    assert len(ahead) == 1
    beat(w)
    w.later(days=1)
    beat(w)
    assert messages(w) == ahead
    do(w, "SN-1", one)
    beat(w)
    assert (len(messages(w)), messages(w) == ahead) == (1, False)
    w.later(days=7)
    beat(w)
    assert len(messages(w)) == 1
    assert len(w.session.execute(select(NOTICES.c.id).where(NOTICES.c.kind == NoticeKind.UPKEEP)).all()) == 2
    do(w, "SN-2", one)
    beat(w)
    assert messages(w) == []  # nobody has seen it yet


def test_a_schedule_that_changed_since_the_look_is_told_of_by_the_next_one(w: World) -> None:
    one = plan(w, first_on=TODAY)
    looked = keeping_up.look(w.session, w.now)
    w.later(seconds=1)
    schedules.stop(w.session, w.act(), one)
    assert keeping_up.review(w.session, w.now, looked)
    beat(w)
    assert messages(w) == []


def test_the_database_finds_just_what_is_due(w: World) -> None:
    """What it reads with a day in mind is what is due by then among everything, whenever that is."""
    one = plan(w, 1, Interval.MONTHS, ahead=3, first_on=TODAY + timedelta(days=20))
    w.later(days=5)
    w.has("Canon R6 SN-3 in Warehouse")
    for _ in range(30):
        w.later(days=4)
        today = w.now.date()
        each = [upcoming for serial in ("SN-1", "SN-2", "SN-3") for upcoming in schedules.of_asset(w.session, w.asset(serial))]
        wanted = sorted((found.serial, found.due_on) for found in each if found.is_soon(today))
        assert sorted(due(w)) == wanted
        if wanted:
            do(w, wanted[0][0], one)


def test_a_value_falls_in_a_straight_line() -> None:
    assert book_value.on(100, date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 2)) == 67  # to the nearest cent
    bought, end = date(2024, 1, 1), date(2028, 1, 1)
    assert [book_value.on(146_100, bought, end, day) for day in (date(2023, 1, 1), bought, date(2024, 1, 2))] == [146_100, 146_100, 146_000]
    assert [book_value.on(146_100, bought, end, day) for day in (date(2026, 1, 1), end, date(2030, 1, 1))] == [73_000, 0, 0]


@given(st.integers(0, 10**12), days, days, days)
def test_a_value_is_between_nothing_and_the_cost_and_never_rises(cost: int, bought: date, end: date, day: date) -> None:
    worth, next_day = (book_value.on(cost, bought, end, one) for one in (day, day + timedelta(days=1)))
    assert 0 <= next_day <= worth <= cost


def test_it_is_replaced_after_it_was_bought(w: World) -> None:
    editing.edit_asset(w.session, w.act(), w.asset("SN-1"), purchased_on=TODAY)
    with pytest.raises(Refusal, match="replaced after it was purchased"):
        editing.edit_asset(w.session, w.act(), w.asset("SN-1"), replace_by_on=TODAY)
    editing.edit_asset(w.session, w.act(), w.asset("SN-1"), replace_by_on=TODAY + timedelta(days=1), note="as it is said")


def test_what_all_are_worth_counts_those_we_had_that_day(w: World) -> None:
    terms = {"purchased_on": TODAY - timedelta(days=100), "cost_minor": 10_000, "replace_by_on": TODAY + timedelta(days=100)}
    for serial in ("SN-1", "SN-2"):
        editing.edit_asset(w.session, w.act(), w.asset(serial), **terms)  # type: ignore[arg-type]
    w.has("Canon R6 SN-3 in Warehouse")
    worth = book_value.of_all(w.session, camera(w), TODAY, "UTC")
    assert (worth.value, worth.cost, worth.counted, worth.unknown) == ({"USD": 10_000}, {"USD": 20_000}, 2, 1)
    w.later(days=10)
    custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    assert book_value.of_all(w.session, None, TODAY + timedelta(days=10), "UTC").counted == 1
    assert book_value.of_all(w.session, None, TODAY, "UTC").value == {"USD": 10_000}
    assert book_value.of_all(w.session, None, TODAY - timedelta(days=101), "UTC").counted == 0


def test_what_is_to_be_replaced_is_told_ahead_and_on_the_day(w: World) -> None:

    editing.edit_asset(w.session, w.act(), w.asset("SN-1"), replace_by_on=TODAY + timedelta(days=90))
    beat(w)
    assert messages(w, NoticeKind.REPLACE) == []
    w.later(days=30)
    beat(w)
    assert [one.serial for one in keeping_up.to_replace(w.session, w.now)] == ["SN-1"]
    assert len(messages(w, NoticeKind.REPLACE)) == 1
    w.later(days=60)
    beat(w)
    beat(w)
    assert len(w.session.execute(select(NOTICES.c.id).where(NOTICES.c.kind == NoticeKind.REPLACE)).all()) == 2
    custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    assert keeping_up.to_replace(w.session, w.now) == []
    assert audit.problems(w.session) == []
