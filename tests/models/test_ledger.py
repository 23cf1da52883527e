"""What `post()` promises: one entry, all of it or nothing, in an order that never goes back."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from models import audit, changes, ledger, levels, stock
from models.assets import ASSETS
from models.caches import Line
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, EntryKind
from models.ledger import Posted
from models.locations import LocationKind, outside
from models.quantities import ONE, whole
from models.refusals import Conflict, Refusal, Shortage
from tests.world import MONDAY, World

Build = Callable[..., World]


def move(w: World, *, quantity: int, source: str, target: str, item: str = "M8 bolt") -> Posted:
    source_at, target_at = w.location(source), w.location(target)
    return stock.move(w.session, w.act(), variant=w.variant(item), quantity=whole(quantity), source=source_at, target=target_at)


def line(w: World, quantity: int, source: str, target: str, item: str = "M8 bolt") -> Line:
    return Line(w.variant(item).id, whole(quantity), w.location(source).id, w.location(target).id)


def sizes(w: World) -> list[int]:
    return [w.session.scalar(select(func.count()).select_from(table)) or 0 for table in (ENTRIES, MOVEMENTS, SUBJECTS)]


def test_entries_are_numbered_without_gaps(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    first = move(w, quantity=1, source="Warehouse", target="Van 3")
    assert move(w, quantity=1, source="Warehouse", target="Van 3").id == first.id + 1


def test_a_clock_that_steps_back_does_not_take_the_ledger_along(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(hours=-3)
    assert move(w, quantity=1, source="Warehouse", target="Van 3").recorded_at == MONDAY


def test_nothing_happens_in_the_future(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    with pytest.raises(Refusal, match="in the future"):
        ledger.post(
            w.session, w.act(), EntryKind.MOVED, lines=[line(w, 1, "Warehouse", "Van 3")], happened_at=w.now + timedelta(microseconds=1)
        )


def test_a_refusal_leaves_nothing_behind(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3", "5 nut in Warehouse")
    before = sizes(w)
    lines = [line(w, 5, "Warehouse", "Van 3", "nut"), line(w, 10, "Warehouse", "Van 3")]
    renamed = changes.changed(w.location("Van 3"), channel="C1")
    with pytest.raises(Shortage, match=r"Warehouse holds 9 M8 bolts; this needs 10\."):
        ledger.post(w.session, w.act(), EntryKind.MOVED, lines=lines, changed=[renamed])
    assert (sizes(w), w.on_hand("nut", "Warehouse"), w.location("Van 3").channel) == (before, 5, None)


def test_lines_of_one_entry_happen_at_once(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    lines = [line(w, 6, "Van 3", "Van 4"), line(w, 5, "Warehouse", "Van 3")]
    ledger.post(w.session, w.act(), EntryKind.MOVED, lines=lines)
    assert [w.on_hand("M8 bolt", place) for place in ("Warehouse", "Van 3", "Van 4")] == [0, 0, 7]


def test_an_outside_location_may_go_below_zero(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    assert levels.on_hand(w.session, w.variant("M8 bolt").id, outside(w.session, LocationKind.SUPPLIER).id) == -whole(5)


def test_an_asset_moves_only_from_where_it_is(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3")
    asset = w.asset("SN-1")
    wrong = Line(asset.variant_id, ONE, w.location("Van 3").id, w.location("Van 4").id, asset.id)
    with pytest.raises(Conflict, match=r"SN-1 is not in Van 3: it is with Warehouse now\."):
        ledger.post(w.session, w.act(), EntryKind.MOVED, lines=[wrong])


def test_an_asset_may_pass_through_several_places_in_one_entry(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    asset, ends = w.asset("SN-1"), [w.location(name).id for name in ("Warehouse", "Van 3", "Van 4")]
    legs = [Line(asset.variant_id, ONE, source, target, asset.id) for source, target in pairwise(ends)]
    ledger.post(w.session, w.act(), EntryKind.MOVED, lines=legs)
    assert w.session.scalar(select(ASSETS.c.location_id).where(ASSETS.c.id == asset.id)) == ends[-1]


def test_a_row_that_changed_in_between_is_not_overwritten(world: Build) -> None:
    w = world("1 M8 bolt in Van 3")
    van = w.location("Van 3")
    stale = changes.changed(van, channel="C1")
    ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changes.changed(van, channel="C2")])
    with pytest.raises(Conflict, match="changed since you looked"):
        ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[stale])


def test_a_name_that_is_taken_is_refused_by_the_database_itself(world: Build) -> None:
    w = world("1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    with pytest.raises(Conflict, match="has that name or code by now"):
        ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changes.changed(w.location("Van 4"), name="Van 3", name_key="van 3")])


def test_a_row_is_changed_once_in_an_entry(world: Build) -> None:
    w = world("1 M8 bolt in Van 3")
    twice = [changes.changed(w.location("Van 3"), channel="C1"), changes.changed(w.location("Van 3"), time_zone="UTC")]
    with pytest.raises(ValueError, match="changes a row once"):
        ledger.post(w.session, w.act(), EntryKind.EDITED, changed=twice)


def test_nothing_is_put_into_an_archived_location(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 nut in Van 3")
    van = w.location("Van 3")
    move(w, quantity=1, source="Van 3", target="Warehouse", item="nut")
    into_it = line(w, 1, "Warehouse", "Van 3")
    ledger.post(w.session, w.act(), EntryKind.ARCHIVED, changed=[changes.changed(van, archived_at=w.now)])
    with pytest.raises(Conflict, match=r"Van 3 is archived: nothing can be put there\."):
        ledger.post(w.session, w.act(), EntryKind.MOVED, lines=[into_it])


@pytest.mark.parametrize("what", ["location", "variant", "asset"])
def test_what_still_holds_or_is_held_is_not_archived(world: Build, what: str) -> None:
    w = world("9 M8 bolt in Van 3", "Canon R6 SN-1 in Van 3")
    row = {"location": w.location("Van 3"), "variant": w.variant("M8 bolt"), "asset": w.asset("SN-1")}[what]
    with pytest.raises(Conflict, match="archived"):
        ledger.post(w.session, w.act(), EntryKind.ARCHIVED, changed=[changes.changed(row, archived_at=w.now)])


def test_a_local_time_lands_in_its_utc_month(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=10)
    local = datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))  # still November in UTC
    ledger.post(w.session, w.act(), EntryKind.MOVED, lines=[line(w, 1, "Warehouse", "Van 3")], happened_at=local)
    assert audit.problems(w.session) == []
