"""What is written by the thousand is as right as what is written one by one: files of every shape, long enough for that."""

import json
import tracemalloc

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from models import audit, bulk, chain, changes, checkouts, finding, importing, ledger, locations, purchasing, search, stock, undo
from models.assets import ASSETS
from models.caches import Line
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, EntryKind
from models.ledger import Posted
from models.levels import LEVELS
from models.locations import LocationKind
from models.quantities import ONE, whole
from models.refusals import Conflict, NotFound, Shortage
from tests.benchmarks import files
from tests.world import World

ROWS = 3 * bulk.MANY
every_shape = pytest.mark.parametrize("shape", files.SHAPES)


def imported(w: World, shape: str) -> Posted:
    plan = importing.plan(w.session, name="stores.csv", content=files.SHAPES[shape](ROWS).encode())
    posted = importing.carry_out(w.session, w.act(), plan)
    for names in importing.spelled(plan):
        search.enter(w.session, names)
    assert posted is not None
    return posted


def held(w: World) -> int:
    """How much lies in locations of ours, in millionths."""
    return int(w.session.scalar(select(func.coalesce(func.sum(LEVELS.c.quantity), 0)).where(LEVELS.c.ours)) or 0)


def lives(w: World, posted: Posted) -> list[bool]:
    """Of each row that the entry changed: whether it counts."""
    return [_lives(w, change) for change in posted.changes]


def _lives(w: World, change: changes.Change) -> bool:
    table = SQLModel.metadata.tables[change.table]
    row = w.session.execute(select(table).where(table.c.id == change.id)).one()
    return bool(row.active) if "active" in table.c else getattr(row, "archived_at" if "archived_at" in table.c else "closed_at") is None


@every_shape
def test_each_row_is_there_once_and_the_ledger_holds(a_world: World, shape: str) -> None:
    posted = imported(a_world, shape)
    assert audit.problems(a_world.session) == []
    assert all(lives(a_world, posted))
    counted = [a_world.session.scalar(select(func.count()).select_from(table)) for table in (ENTRIES, MOVEMENTS, SUBJECTS)]
    assert counted == [1, len(posted.lines), len(posted.changes)]
    assert len(posted.lines) == (2 if shape == "a peer's assets, lent" else 1) * ROWS


@every_shape
def test_undoing_it_leaves_nothing_and_it_can_be_imported_again(a_world: World, shape: str) -> None:
    posted = imported(a_world, shape)
    brought = held(a_world)
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert audit.problems(a_world.session) == []
    assert held(a_world) == 0
    assert not any(lives(a_world, posted))
    again = imported(a_world, shape)
    assert (held(a_world), len(again.lines), len(again.changes)) == (brought, len(posted.lines), len(posted.changes))


@every_shape
def test_it_is_refused_whole_where_one_name_was_taken_meanwhile(a_world: World, shape: str) -> None:
    plan = importing.plan(a_world.session, name="stores.csv", content=files.SHAPES[shape](ROWS).encode())
    name = next(thing["name"] for thing in reversed(plan.things) if thing.table.name == "items")
    a_world.has(f"1 {name} in Shed")
    before = held(a_world)
    with pytest.raises(Conflict, match="has that name or code by now"), a_world.session.begin_nested():
        importing.carry_out(a_world.session, a_world.act(), plan)
    assert held(a_world) == before


def test_assets_are_with_whoever_has_them(a_world: World) -> None:
    imported(a_world, "a peer's assets, lent")
    ana = finding.location(a_world.session, "user0003@example.com", a_world.act().by)
    assert [one.serial for one in checkouts.open_of(a_world.session, ana.id)] == [f"S{number:09d}" for number in range(30, 40)]
    assert a_world.session.scalars(select(ASSETS.c.id).where(ASSETS.c.location_id == ana.id)).all() == list(range(31, 41))
    assert finding.asset(a_world.session, "ICC-0000031").name == "Laptop of desk 00031"


def test_what_is_moved_on_is_not_undone(a_world: World) -> None:
    posted = imported(a_world, "new items with reorder points")
    variant = finding.variant(a_world.session, "Fitting size 00007")
    stock.take(a_world.session, a_world.act(), variant=variant, quantity=ONE, source=a_world.location("Warehouse"))
    with pytest.raises(Shortage, match="1 Fitting size 00007 short"):
        undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert a_world.on_hand("Fitting size 00007", "Warehouse") == 39


def test_every_reorder_point_watches_from_then_on(a_world: World) -> None:
    imported(a_world, "new items with reorder points")
    assert purchasing.low(a_world.session) == []
    variant = finding.variant(a_world.session, "Fitting size 00149")
    stock.take(a_world.session, a_world.act(), variant=variant, quantity=whole(30), source=a_world.location("Warehouse"))
    assert [(one.name, one.location, one.on_hand) for one in purchasing.low(a_world.session)] == [(variant.name, "Warehouse", whole(10))]


def test_names_that_look_alike_are_offered(a_world: World) -> None:
    imported(a_world, "a peer's assets, lent")
    with pytest.raises(NotFound) as refused:
        finding.item(a_world.session, "Makbook Pro 00001")
    assert refused.value.choices[0].label == "Macbook Pro 00001, A00001"


def test_changes_that_share_what_was_before_read_as_if_each_had_its_own(a_world: World) -> None:
    posted = imported(a_world, "new items with reorder points")
    own = [changes.Change(change.table, change.id, dict(change.before), dict(change.after)) for change in posted.changes]
    plain, worded = changes.dumped(posted.changes)
    assert (plain, worded) == changes.dumped(own)
    assert plain == chain.canonical(json.loads(plain))
    assert changes.loaded(plain, worded) == own


def test_proving_a_large_entry_takes_little_memory(a_world: World) -> None:
    plan = importing.plan(a_world.session, name="stores.csv", content=files.items(4 * ROWS).encode())
    importing.carry_out(a_world.session, a_world.act(), plan)
    a_world.session.expunge_all()
    tracemalloc.start()
    try:
        assert audit.problems(a_world.session) == []
        assert tracemalloc.get_traced_memory()[1] < 20_000_000  # its changes, once for each of its movements, would be four times that
    finally:
        tracemalloc.stop()


def test_much_that_is_moved_is_refused_whole_where_one_location_has_too_little(a_world: World) -> None:
    imported(a_world, "items in ten places")
    supplier = locations.outside(a_world.session, LocationKind.SUPPLIER).id
    placed = a_world.session.execute(select(LEVELS.c.variant_id, LEVELS.c.location_id, LEVELS.c.quantity).where(LEVELS.c.ours)).all()
    back = [Line(variant, quantity, place, supplier) for variant, place, quantity in placed]
    one_too_many = [*back[:70], back[70]._replace(quantity=back[70].quantity + ONE), *back[71:]]
    before = held(a_world)
    with pytest.raises(Shortage, match="this needs"):
        ledger.post(a_world.session, a_world.act(), EntryKind.MOVED, lines=one_too_many)
    assert held(a_world) == before
    ledger.post(a_world.session, a_world.act(), EntryKind.MOVED, lines=back)
    assert held(a_world) == 0
