"""What questions about the past answer, and what history tells."""

from collections.abc import Callable
from datetime import timedelta

from models import history, moved_lines, past, paths, stock
from models.custody import move_assets
from models.entries import EntryKind
from models.extending import extend
from models.ledger import Posted
from models.quantities import whole
from models.register import add_assets
from models.undo import undo
from tests.world import MONDAY, World, due

Build = Callable[..., World]

DAY = timedelta(days=1)


def move(w: World, quantity: int, source: str, target: str) -> Posted:
    variant, source_at, target_at = w.variant("M8 bolt"), w.location(source), w.location(target)
    return stock.move(
        w.session, w.act(), variant=variant, quantity=whole(quantity), source=source_at, target=target_at, note="for the roof"
    )


def busy(world: Build) -> World:
    """Two months in which one bolt goes from the warehouse to the van every day."""
    w = world("90 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    for _ in range(60):
        w.later(days=1)
        move(w, 1, "Warehouse", "Van 3")
    return w


def test_stock_of_an_item_as_it_stood_on_a_day(world: Build) -> None:
    w = busy(world)
    levels = past.stock_at(w.session, MONDAY + 40 * DAY, variant_ids=[w.variant("M8 bolt").id])
    assert [(level.location, level.quantity) for level in levels] == [("Warehouse", whole(50)), ("Van 3", whole(41))]


def test_stock_in_a_location_as_it_lay_on_a_day(world: Build) -> None:
    w = busy(world)
    w.has("5 nut in Van 3")
    levels = past.stock_at(w.session, MONDAY + 8 * DAY, location_ids=[w.location("Van 3").id])
    assert [(level.variant_id, level.quantity) for level in levels] == [(w.variant("M8 bolt").id, whole(9))]


def test_what_lay_there_at_any_time_is_what_all_movements_add_up_to(world: Build) -> None:
    w = busy(world)
    place = (w.variant("M8 bolt").id, w.location("Warehouse").id)
    for hours in range(-12, 61 * 24, 12):
        at = MONDAY + timedelta(hours=hours)
        exactly = past.as_of(w.session, at).stock.get(place, 0)
        stood = [level.quantity for level in past.stock_at(w.session, at, variant_ids=place[:1]) if level.location_id == place[1]]
        assert (paths.on_hand_at(w.session, *place, at), sum(stood)) == (exactly, exactly), at


def test_there_was_nothing_before_the_beginning(world: Build) -> None:
    w = busy(world)
    assert past.stock_at(w.session, MONDAY - DAY, location_ids=[w.location("Van 3").id]) == []


def test_where_an_asset_was_by_what_was_known_before_an_undo(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=1)
    moved = move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Van 3"))
    w.later(days=1)
    undo(w.session, w.act(), entry_id=moved.id)
    places = [past.as_of(w.session, moved.happened_at, known_at=known_at).places for known_at in (moved.recorded_at, None)]
    assert places == [{w.asset("SN-1").id: w.location(name).id} for name in ("Van 3", "Warehouse")]


def test_history_tells_who_did_what_newest_first(world: Build) -> None:
    w = world("90 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=1)
    moved = move(w, 5, "Warehouse", "Van 3")
    newest, *older = history.of_variants(w.session, [w.variant("M8 bolt").id], limit=9)
    line = newest.lines[0]
    assert (newest.id, newest.member, newest.kind, newest.note) == (moved.id, "Kim", EntryKind.MOVED, "for the roof")
    assert (line.variant, line.quantity, line.source, line.target) == ("M8 bolt", whole(5), "Warehouse", "Van 3")
    assert [entry.kind for entry in older] == [EntryKind.RECEIVED, EntryKind.RECEIVED, EntryKind.ADDED]


def test_history_is_told_by_when_things_happened(world: Build) -> None:
    w = world("90 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=2)
    late = move(w, 1, "Warehouse", "Van 3")
    variant, source, target = w.variant("M8 bolt"), w.location("Warehouse"), w.location("Van 3")
    early = stock.move(w.session, w.act(), variant=variant, quantity=whole(1), source=source, target=target, happened_at=MONDAY + DAY)
    assert [entry.id for entry in history.of_location(w.session, target.id, limit=2)] == [late.id, early.id]


def test_history_is_paged_without_gap_or_repeat(world: Build) -> None:
    w = busy(world)
    variant = [w.variant("M8 bolt").id]
    first = history.of_variants(w.session, variant, limit=25)
    rest = history.of_variants(w.session, variant, limit=99, before=first[-1].id)
    assert [entry.id for entry in first + rest] == [entry.id for entry in history.of_variants(w.session, variant, limit=99)]


def test_history_of_an_item_in_one_location(world: Build) -> None:
    w = world("90 M8 bolt in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    moved = move(w, 5, "Warehouse", "Van 3")
    told = history.of_variants(w.session, [w.variant("M8 bolt").id], location_id=w.location("Van 3").id, limit=9)
    assert told[0].id == moved.id
    assert {line.target for entry in told for line in entry.lines} == {"Van 3"}


def test_history_of_an_asset_has_its_extensions_and_not_those_of_others(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    w.lend("SN-1", "SN-2", due=due("2026-11-27 17:00"))
    w.later(hours=1)
    extend(w.session, w.act("Ana"), assets=[w.asset("SN-2")], due=due("2026-11-28 17:00"))
    kinds = [[entry.kind for entry in history.of_asset(w.session, w.asset(serial).id, limit=2)] for serial in ("SN-1", "SN-2")]
    assert kinds == [[EntryKind.CHECKED_OUT, EntryKind.ADDED], [EntryKind.EXTENDED, EntryKind.CHECKED_OUT]]


def test_history_shows_an_undone_entry_and_its_undo(world: Build) -> None:
    w = world("90 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=1)
    moved = move(w, 5, "Warehouse", "Van 3")
    undone = undo(w.session, w.act(), entry_id=moved.id)
    newest, before = history.of_location(w.session, w.location("Van 3").id, limit=2)
    assert (newest.reverses_id, before.undone_by_id) == (moved.id, undone.id)


def test_history_of_a_member_is_what_they_did(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    lent = w.lend("SN-1")
    assert [entry.id for entry in history.of_member(w.session, w.member("Ana").id, limit=9)] == [lent.id]


def test_a_long_entry_is_told_in_part(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    serials = [f"SN-{number}" for number in range(2, 40)]
    add_assets(w.session, w.act(), variant=w.variant("Canon R6"), serials=serials, target=w.location("Warehouse"))
    told = history.of_member(w.session, w.member("Kim").id, limit=1)[0]
    assert (len(told.lines), told.lines[0].of) == (moved_lines.LINES, 38)
