"""What production promises: the answer agrees with the building, one entry does it all or nothing, and undo while nothing made has left."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models import audit, catalog, history, ledger, locations, production, register, stock
from models.assets import ASSETS
from models.building import Built, build
from models.caches import Line
from models.catalog import ItemKind
from models.changes import changed
from models.columns import key_of
from models.entries import ENTRIES, EntryKind
from models.levels import LEVELS
from models.locations import LocationKind
from models.lot_register import LotSaid
from models.lots import LOT_LEVELS, Lot, LotStatus
from models.production import Feasibility
from models.quantities import ONE, whole
from models.refusals import Conflict, NotAllowed, NotFound, Refusal, Shortage
from models.reservations import RESERVATIONS, Reservation
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def asks(w: World, quantity: float, made: str = "Widget", at: str = "Warehouse") -> Feasibility:
    return production.feasibility(w.session, w.act(), variant=w.variant(made), quantity=int(quantity * ONE), location=w.location(at))


def builds(w: World, quantity: float, made: str = "Widget", at: str = "Warehouse", by: str | None = None, **said: object) -> Built:
    return build(w.session, w.act(by), variant=w.variant(made), quantity=int(quantity * ONE), location=w.location(at), **said)  # type: ignore[arg-type]


def named(w: World, amounts: dict[int, int]) -> dict[str, float]:
    return {catalog.variant(w.session, one).name: amount / ONE for one, amount in amounts.items()}


def levels(w: World) -> list[tuple[int, int, int, int, int]]:
    rows = w.session.execute(select(LEVELS).where((LEVELS.c.quantity != 0) | (LEVELS.c.reserved != 0)))
    return sorted((row.variant_id, row.location_id, row.quantity, row.lotted, row.reserved) for row in rows)


def lot_of(w: World, item: str, code: str, quantity: float, at: str = "Warehouse", **fields: object) -> Lot:
    """So much of an item in a lot of that code."""
    variant = w.variant(item)
    catalog.item(w.session, variant.item_id).lot_tracked = True
    lot = Lot(variant_id=variant.id, code=code, code_key=key_of(code), archived_at=w.now, **fields)
    w.session.add(lot)
    w.session.flush()
    supplier = locations.outside(w.session, LocationKind.SUPPLIER).id
    line = Line(variant.id, int(quantity * ONE), supplier, w.location(at).id, lot_id=lot.id)
    ledger.post(w.session, w.act(), EntryKind.RECEIVED, lines=[line], changed=[changed(lot, archived_at=None)])
    return lot


def in_lot(w: World, lot: Lot, at: str = "Warehouse") -> float:
    query = select(LOT_LEVELS.c.quantity).where(LOT_LEVELS.c.lot_id == lot.id, LOT_LEVELS.c.location_id == w.location(at).id)
    return (w.session.execute(query).scalar() or 0) / ONE


def keep(w: World, item: str, quantity: float, *, made: str | None = None) -> Reservation:
    """So much is reserved in the warehouse: for a job, or for a run of something."""
    row = Reservation(
        variant_id=w.variant(item).id,
        location_id=w.location("Warehouse").id,
        quantity=0,
        purpose="job 7",
        purpose_key="job 7",
        made_id=w.variant(made).id if made else None,
        by_id=w.member("Kim").id,
        reserved_at=w.now,
        closed_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changed(row, quantity=int(quantity * ONE), closed_at=None)])
    return row


def test_the_worked_example(world: Build) -> None:
    w = world("3400 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    w.reorder("bolt", "Warehouse", low=1000)
    before = asks(w, 500)
    bolt = w.variant("bolt").id
    assert before.run.covered and named(w, before.run.takes) == {"bolt": 2000}
    assert before.points[bolt].on_hand - before.run.takes[bolt] == whole(1400) > before.points[bolt].low == whole(1000)
    assert named(w, before.second.short) == {"bolt": 600}
    assert before.most == whole(850) and named(w, dict.fromkeys(before.limiting, 0)) == {"bolt": 0}
    builds(w, 500)
    assert (w.on_hand("bolt", "Warehouse"), w.on_hand("Widget", "Warehouse")) == (1400, 500)
    again = asks(w, 500)
    assert named(w, again.run.short) == {"bolt": 600} and again.most == whole(350)
    with pytest.raises(Shortage, match=r"^Warehouse lacks 600 bolts for 500 Widgets\. 350 Widgets can be built now\.$"):
        builds(w, 500)


def test_a_question_moves_nothing(world: Build) -> None:
    w = world("10 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    before = w.session.scalars(select(func.count()).select_from(ENTRIES)).one(), levels(w)
    asks(w, 2)
    asks(w, 200)
    assert (w.session.scalars(select(func.count()).select_from(ENTRIES)).one(), levels(w)) == before


def test_one_entry_takes_everything_and_brings_what_is_made_and_undo_leaves_every_level_as_before(world: Build) -> None:
    w = world("100 bolt in Warehouse", "5 frame in Warehouse", "90 beam in Warehouse")
    w.bill("frame", "3 beam; scrap 10 %")
    w.bill("Widget", "4 bolt", "1 frame")
    before = levels(w)
    built = builds(w, 20)
    assert (built.posted.kind, len(built.posted.lines)) == (EntryKind.BUILT, 4)
    assert named(w, built.before.run.makes) == {"frame": 15}
    assert [w.on_hand(name, "Warehouse") for name in ("bolt", "frame", "beam", "Widget")] == [20, 0, 40, 20]
    undo(w.session, w.act(), entry_id=built.posted.id)
    assert levels(w) == before


def test_it_is_not_undone_once_something_made_has_left(world: Build) -> None:
    w = world("100 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    built = builds(w, 20)
    sold = stock.take(w.session, w.act(), variant=w.variant("Widget"), quantity=ONE, source=w.location("Warehouse"))
    with pytest.raises(Shortage, match="Then Warehouse would have been 1 Widget short"):
        undo(w.session, w.act(), entry_id=built.posted.id)
    undo(w.session, w.act(), entry_id=sold.id)
    undo(w.session, w.act(), entry_id=built.posted.id)
    assert w.on_hand("bolt", "Warehouse") == 100


def test_what_lies_below_the_location_is_used_too_the_location_itself_first(world: Build) -> None:
    w = world("10 bolt in Warehouse")
    shelf = register.add_location(w.session, w.act(), name="Shelf", kind=LocationKind.WAREHOUSE, parent=w.location("Warehouse"))
    stock.receive(w.session, w.act(), variant=w.variant("bolt"), quantity=whole(8), target=shelf)
    w.has("50 bolt in Van 3")
    w.bill("Widget", "4 bolt")
    assert asks(w, 1).most == whole(4)
    builds(w, 4)
    assert (w.on_hand("bolt", "Warehouse"), w.on_hand("bolt", "Shelf"), w.on_hand("bolt", "Van 3")) == (0, 2, 50)
    short = asks(w, 2)
    assert [(one.location, one.free) for one in short.elsewhere[w.variant("bolt").id]] == [("Van 3", whole(50))]


def test_a_substitute_goes_in_where_the_first_is_short(world: Build) -> None:
    w = world("30 bolt in Warehouse", "50 zinc bolt in Warehouse")
    w.bill("Widget", "4 bolt; or zinc bolt")
    builds(w, 10)
    assert (w.on_hand("bolt", "Warehouse"), w.on_hand("zinc bolt", "Warehouse")) == (0, 40)


def test_what_is_kept_for_somebody_is_not_built_in(world: Build) -> None:
    w = world("100 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    keep(w, "bolt", 40)
    assert asks(w, 1).most == whole(15)
    with pytest.raises(Shortage):
        builds(w, 16)
    builds(w, 15)
    assert w.on_hand("bolt", "Warehouse") == 40


def test_what_is_kept_for_runs_of_it_is_used_up_by_building_it(world: Build) -> None:
    w = world("100 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    w.bill("Gadget", "1 bolt")
    kept = keep(w, "bolt", 80, made="Widget")
    assert asks(w, 1).most == whole(25) and asks(w, 1, "Gadget").most == whole(20)
    before = levels(w)
    built = builds(w, 15)
    assert kept.quantity == whole(20) and kept.closed_at is None
    rest = builds(w, 10)
    assert (kept.quantity, kept.closed_at) == (0, w.now)
    undo(w.session, w.act(), entry_id=rest.posted.id)
    undo(w.session, w.act(), entry_id=built.posted.id)
    assert kept.quantity == whole(80) and levels(w) == before
    assert w.session.scalars(select(RESERVATIONS.c.closed_at)).all() == [None]


def test_lots_go_in_by_first_expiry_and_bad_ones_not_at_all(world: Build) -> None:
    w = world("10 bolt in Warehouse")
    late = lot_of(w, "bolt", "L-1", 100, expires_on=date(2027, 6, 1))
    soon = lot_of(w, "bolt", "L-2", 20, expires_on=date(2027, 1, 1))
    lot_of(w, "bolt", "L-3", 100, expires_on=date(2026, 11, 22))
    lot_of(w, "bolt", "L-4", 100, status=LotStatus.QUARANTINED)
    w.bill("Widget", "4 bolt")
    assert asks(w, 1).most == whole(32)
    before = levels(w), in_lot(w, late), in_lot(w, soon)
    built = builds(w, 10)
    codes = {late.id: "L-1", soon.id: "L-2"}
    assert [(codes.get(line.lot_id or 0), line.quantity // ONE) for line in built.went_in] == [(None, 10), ("L-2", 20), ("L-1", 10)]
    assert (in_lot(w, soon), in_lot(w, late)) == (0, 90)
    undo(w.session, w.act(), entry_id=built.posted.id)
    assert (levels(w), in_lot(w, late), in_lot(w, soon)) == before


def test_named_lots_go_in_alone(world: Build) -> None:
    w = world("10 bolt in Warehouse")
    late = lot_of(w, "bolt", "L-1", 30, expires_on=date(2027, 6, 1))
    soon = lot_of(w, "bolt", "L-2", 20, expires_on=date(2027, 1, 1))
    lot_of(w, "bolt", "L-4", 100, status=LotStatus.RECALLED)
    w.bill("Widget", "4 bolt")
    builds(w, 5, using=["l-1"])
    assert in_lot(w, late) == 10
    with pytest.raises(Shortage, match=r"The lots that you named have 10 bolts; this takes 20\. Name one more\."):
        builds(w, 5, using=["L-1"])
    with pytest.raises(Refusal, match="Lot L-4 is recalled"):
        builds(w, 1, using=["L-4"])
    builds(w, 6, using=["L-1", "L-2"])
    assert (in_lot(w, soon), in_lot(w, late)) == (0, 6)
    with pytest.raises(NotFound, match="Nothing that goes into Widget has a lot L-9"):
        builds(w, 1, using=["L-9"])


def test_what_is_made_gets_its_lot_and_undo_takes_it_along(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    catalog.item(w.session, w.variant("Widget").item_id).lot_tracked = True
    w.bill("Widget", "4 bolt")
    with pytest.raises(Refusal, match="Widget is tracked by lots"):
        builds(w, 5)
    built = builds(w, 5, lot=LotSaid("W-1"))
    lot = w.session.scalars(select(Lot)).one()
    assert (lot.code, lot.made_on, in_lot(w, lot)) == ("W-1", date(2026, 11, 23), 5)
    builds(w, 1, lot=LotSaid("w-1"))
    assert in_lot(w, lot) == 6
    undo(w.session, w.act(), entry_id=w.session.scalars(select(func.max(ENTRIES.c.id))).one())
    undo(w.session, w.act(), entry_id=built.posted.id)
    assert lot.archived_at is not None and w.on_hand("Widget", "Warehouse") == 0


def test_a_lot_of_what_has_none_is_refused(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    with pytest.raises(Refusal, match="Widget is not tracked by lots"):
        builds(w, 1, lot=LotSaid("W-1"))


def test_each_serialised_thing_that_is_made_gets_its_serial_and_its_path_begins_in_production(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    w.variant("Robot", ItemKind.SERIALISED)
    w.bill("Robot", "4 bolt")
    with pytest.raises(Refusal, match=r"Each Robot is known by its serial: 2 are needed, and none is named\."):
        builds(w, 2, "Robot")
    with pytest.raises(Conflict, match="r-1 is there twice"):
        builds(w, 2, "Robot", serials=["R-1", "r-1"])
    built = builds(w, 2, "Robot", serials=["R-1", "R-2"])
    assert w.asset("R-1").location_id == w.location("Warehouse").id
    w.lend("R-1")
    with pytest.raises(Conflict, match="stands in the way"):
        undo(w.session, w.act(), entry_id=built.posted.id)
    undo(w.session, w.act(), entry_id=built.posted.id + 1)
    undo(w.session, w.act(), entry_id=built.posted.id)
    assert w.session.scalars(select(ASSETS.c.id).where(ASSETS.c.archived_at.is_(None))).all() == []
    assert w.on_hand("bolt", "Warehouse") == 40
    builds(w, 2, "Robot", serials=["R-1", "R-2"])


def test_production_keeps_what_it_took_less_what_it_gave(world: Build) -> None:
    w = world("40 bolt in Warehouse", "9 frame in Warehouse")
    w.bill("Widget", "4 bolt", "1 frame")
    builds(w, 3)
    made_by = locations.outside(w.session, LocationKind.PRODUCTION).id
    rows = w.session.execute(select(LEVELS.c.variant_id, LEVELS.c.quantity).where(LEVELS.c.location_id == made_by))
    assert named(w, {row.variant_id: row.quantity for row in rows}) == {"bolt": 12, "frame": 3, "Widget": -3}


def test_what_was_built_earlier_is_dated_so_where_it_was_possible(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    w.later(days=3)
    built = builds(w, 2, happened_at=w.now - timedelta(days=1))
    assert built.posted.happened_at == w.now - timedelta(days=1)
    with pytest.raises(Shortage):
        builds(w, 2, happened_at=w.now - timedelta(days=30))


def test_what_has_expired_since_was_good_on_the_day_of_building(world: Build) -> None:
    w = world()
    w.in_lots("bolt")
    w.receive(40, "bolt", "L-1", expires="2026-11-24")
    w.bill("Widget", "4 bolt")
    w.later(days=3)
    with pytest.raises(Shortage, match="Not one can be built now"):
        builds(w, 2)
    builds(w, 2, happened_at=w.now - timedelta(days=2))
    assert w.on_hand("bolt", "Warehouse") == 32


def test_only_a_keeper_of_the_place_builds(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    with pytest.raises(NotAllowed, match="To build what has a bill of materials at Warehouse you need the role keeper"):
        builds(w, 1, by="Ana")


def test_what_nobody_makes_and_where_nobody_builds_are_refused(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    with pytest.raises(Conflict, match="Widget has no bill of materials"):
        builds(w, 1)
    w.bill("Widget", "4 bolt")
    for place in ("Supplier", "Ana"):
        w.member("Ana")
        with pytest.raises(Refusal, match="is not a place where we build"):
            builds(w, 1, at=place)
    with pytest.raises(Refusal, match="not a whole number"):
        builds(w, 1.5)


def test_it_goes_to_the_customer_who_buys_it_with_its_lot(world: Build) -> None:
    w = world("40 bolt in Warehouse")
    w.bill("Widget", "4 bolt")
    builds(w, 5)
    customer = register.add_location(w.session, w.act(), name="Harbour Ltd", kind=LocationKind.CUSTOMER)
    sold = stock.take(w.session, w.act(), variant=w.variant("Widget"), quantity=whole(2), source=w.location("Warehouse"), target=customer)
    assert sold.kind is EntryKind.TOOK and w.on_hand("Widget", "Harbour Ltd") == 2
    undo(w.session, w.act(), entry_id=sold.id)


def test_history_tells_a_build_as_one_act_wherever_it_is_read(world: Build) -> None:
    w = world("40 bolt in Warehouse", "9 frame in Warehouse")
    w.bill("Widget", "4 bolt", "1 frame")
    built = builds(w, 3)
    for name, first in (("Widget", "Widget"), ("bolt", "bolt"), ("frame", "frame")):
        (told, *_) = history.of_variants(w.session, [w.variant(name).id], limit=5)
        assert told.id == built.posted.id and told.kind is EntryKind.BUILT
        assert {line.variant for line in told.lines} == {"Widget", "bolt", "frame"}
        assert told.lines[0].variant == first


def test_a_bill_of_hundreds_over_four_levels_takes_a_handful_of_statements(world: Build) -> None:
    w = world()
    for level in range(3):
        below = [f"part {level}.{number}" for number in range(60)]
        w.has(*(f"5000 {name} in Warehouse" for name in below[1:]))
        w.bill("Widget" if level == 0 else f"part {level - 1}.0", *(f"1 {name}" for name in below))
    w.has("5000 last in Warehouse")
    w.bill("part 2.0", "2 last")
    statements = []
    from sqlalchemy import event

    connection = w.session.connection()
    event.listen(connection, "before_execute", lambda *args: statements.append(args[1]))
    before = asks(w, 100)
    assert before.run.covered and len(before.run.needs) == 181
    assert len(statements) <= 12
    assert audit.problems(w.session) == []
