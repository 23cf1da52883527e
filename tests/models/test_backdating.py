"""What an entry for a past day promises: it counts from then on, unless a later moment would become impossible."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models import custody, ledger, paths, stock
from models.caches import Line
from models.entries import ENTRIES, EntryKind
from models.ledger import Posted
from models.quantities import ONE, whole
from models.refusals import Conflict, Shortage
from models.undo import undo
from tests.world import MONDAY, World

Build = Callable[..., World]

BERLIN = ZoneInfo("Europe/Berlin")


def move(w: World, quantity: int, source: str, target: str, at: datetime | None = None) -> Posted:
    source_at, target_at = w.location(source), w.location(target)
    variant = w.variant("M8 bolt")
    return stock.move(w.session, w.act(), variant=variant, quantity=whole(quantity), source=source_at, target=target_at, happened_at=at)


def bring(w: World, serial: str, source: str, target: str, at: datetime | None = None) -> Posted:
    asset = w.asset(serial)
    line = Line(asset.variant_id, ONE, w.location(source).id, w.location(target).id, asset.id)
    return ledger.post(w.session, w.act(), EntryKind.MOVED, lines=[line], happened_at=at)


def count(w: World, quantity: int, location: str, at: datetime | None = None) -> Posted:
    variant = w.variant("M8 bolt")
    return stock.count(w.session, w.act(), variant=variant, quantity=whole(quantity), location=w.location(location), happened_at=at)


def held_at(w: World, location: str, at: datetime) -> float:
    return paths.on_hand_at(w.session, w.variant("M8 bolt").id, w.location(location).id, at) / ONE


def test_a_backdated_move_counts_from_the_day_that_it_happened(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=3)
    move(w, 4, "Warehouse", "Van 3", at=MONDAY + timedelta(days=1))
    assert [held_at(w, "Van 3", MONDAY + timedelta(days=day)) for day in (0, 1, 2)] == [1, 5, 5]


def test_what_was_not_there_yet_is_refused_for_that_day(world: Build) -> None:
    w = world("3 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=3)
    w.has("200 M8 bolt in Warehouse")
    with pytest.raises(Shortage, match=r"Warehouse held 3 M8 bolts on Tue 24 Nov; this needs 5\."):
        move(w, 5, "Warehouse", "Van 3", at=MONDAY + timedelta(days=1))


def test_what_left_in_the_next_month_is_not_taken_away_beneath_it(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    received = w.session.scalars(select(ENTRIES.c.id).where(ENTRIES.c.kind == EntryKind.RECEIVED).order_by(ENTRIES.c.id)).first()
    w.later(days=10)  # it is December
    move(w, 8, "Warehouse", "Van 3")
    w.later(days=2)
    w.has("20 M8 bolt in Warehouse")
    with pytest.raises(Shortage, match=r"Warehouse would have been 4 M8 bolts short on Thu 3 Dec"):
        move(w, 5, "Warehouse", "Van 3", at=MONDAY + timedelta(days=1))
    with pytest.raises(Shortage, match=r"Warehouse would have been 8 M8 bolts short on Thu 3 Dec"):
        undo(w.session, w.act(), entry_id=received or 0)


def test_what_left_later_is_not_taken_away_beneath_it(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=2)
    last = move(w, 8, "Warehouse", "Van 3")
    w.later(days=1)
    w.has("200 M8 bolt in Warehouse")
    with pytest.raises(Shortage, match=rf"Then Warehouse would have been 3 M8 bolts short on Wed 25 Nov, at entry {last.id} \(moved\)\."):
        move(w, 4, "Warehouse", "Van 3", at=MONDAY + timedelta(days=1))


def test_a_day_on_which_as_much_came_as_went_hides_no_later_shortage(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=1)
    w.has("20 M8 bolt in Warehouse")
    move(w, 25, "Warehouse", "Van 3")
    w.later(days=2)
    last = move(w, 3, "Warehouse", "Van 3")
    w.later(days=1)
    move(w, 2, "Warehouse", "Van 3", at=MONDAY + timedelta(hours=1))
    with pytest.raises(Shortage, match=rf"Then Warehouse would have been 1 M8 bolt short on Thu 26 Nov, at entry {last.id} \(moved\)\."):
        move(w, 1, "Warehouse", "Van 3", at=MONDAY + timedelta(hours=2))


def test_the_day_of_a_conflict_is_told_in_the_readers_zone(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(hours=14, minutes=30)
    move(w, 8, "Warehouse", "Van 3")
    w.member("Kim").time_zone = "Europe/Berlin"
    w.later(days=1)
    with pytest.raises(Shortage, match="on Tue 24 Nov"):
        move(w, 4, "Warehouse", "Van 3", at=MONDAY + timedelta(hours=1))


def test_entries_of_one_moment_follow_each_other_as_recorded(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    day = MONDAY + timedelta(days=1)
    w.later(days=2)
    move(w, 9, "Warehouse", "Van 3", at=day)
    move(w, 10, "Van 3", "Warehouse", at=day)
    assert held_at(w, "Warehouse", day) == 10


def test_an_entry_cannot_come_before_what_it_needs_even_at_the_same_moment(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    day = MONDAY + timedelta(days=1)
    w.later(days=2)
    first = move(w, 9, "Warehouse", "Van 3", at=day)
    used = move(w, 10, "Van 3", "Warehouse", at=day)
    with pytest.raises(Shortage, match=rf"at entry {used.id} "):
        undo(w.session, w.act(), entry_id=first.id)


def test_an_undone_pair_is_no_obstacle(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=2)
    undo(w.session, w.act(), entry_id=move(w, 9, "Warehouse", "Van 3").id)
    w.later(days=1)
    move(w, 5, "Warehouse", "Van 3", at=MONDAY + timedelta(days=1))
    assert w.on_hand("M8 bolt", "Warehouse") == 4


def test_a_backdated_count_compares_with_that_moment(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=2)
    move(w, 4, "Warehouse", "Van 3")
    counted = count(w, 7, "Warehouse", at=MONDAY + timedelta(days=1))
    assert (counted.lines[0].quantity, w.on_hand("M8 bolt", "Warehouse")) == (whole(2), 3)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
        datetime(2026, 11, 1, 0, 30, tzinfo=BERLIN),
    ],
)
def test_the_edge_of_a_month_and_of_summer_time_is_exact(world: Build, at: datetime) -> None:
    w = world()
    w.now = datetime(2026, 10, 1, tzinfo=UTC)
    w.has("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.now = MONDAY
    move(w, 4, "Warehouse", "Van 3", at=at)
    before, after = (held_at(w, "Van 3", at.astimezone(UTC) + timedelta(microseconds=step)) for step in (-1, 0))
    assert (before, after) == (1, 5)


def test_an_asset_goes_where_its_whole_path_leads(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    w.later(days=3)
    bring(w, "SN-1", "Warehouse", "Van 3", at=MONDAY + timedelta(days=1))
    bring(w, "SN-1", "Van 3", "Van 4", at=MONDAY + timedelta(days=2))
    place = custody.asset_at(w.session, w.asset("SN-1"), MONDAY + timedelta(days=1))
    assert place is not None
    assert (place.name, w.asset("SN-1").location_id) == ("Van 3", w.location("Van 4").id)


def test_an_asset_that_was_elsewhere_that_day_is_refused(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    w.later(days=3)
    with pytest.raises(Conflict, match=r"SN-1 was not in Van 3 then: it was with Warehouse\."):
        bring(w, "SN-1", "Van 3", "Van 4", at=MONDAY + timedelta(days=1))


def test_a_path_that_would_break_later_names_the_first_entry_in_the_way(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    w.later(days=2)
    moved = bring(w, "SN-1", "Warehouse", "Van 3")
    w.later(days=1)
    with pytest.raises(Conflict, match=rf"Entry {moved.id} \(moved\) stands in the way: it moved SN-1 on from Warehouse"):
        bring(w, "SN-1", "Warehouse", "Van 4", at=MONDAY + timedelta(days=1))


def test_an_asset_does_not_move_before_it_came(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3")
    with pytest.raises(Conflict, match="was not in Warehouse then: it was with Supplier"):
        bring(w, "SN-1", "Warehouse", "Van 3", at=MONDAY - timedelta(days=1))
