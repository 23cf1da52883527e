"""Any sequence of verbs, backdating and undo included, keeps every invariant, and the past is what was seen when it was the present.

QUARTERMASTER_PROPERTY_EXAMPLES=2000 runs that many random sequences instead of the few that are always the same.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from models import audit, building, custody, locations, past, production, reserving, settling, stock
from models.assets import ASSETS
from models.checking_in import check_in
from models.checking_out import check_out
from models.entries import ENTRIES
from models.extending import extend
from models.levels import LEVELS
from models.locations import LocationKind
from models.quantities import whole
from models.recalling import Rest
from models.refusals import Refusal
from models.register import add_assets
from models.times import due
from tests.models.steps import (
    LOTS,
    answer_a_recall,
    book,
    cancel,
    close_a_recall,
    count_lot,
    hold_back,
    let_lapse,
    look_at_promises,
    move_asset,
    queue,
    receive_lot,
    release,
    spend_lot,
    undo_one_of_the_last,
)
from tests.world import World, fresh_database, open_world

EXAMPLES = int(os.environ.get("QUARTERMASTER_PROPERTY_EXAMPLES", "0"))

COUNTED = st.sampled_from(["M8 bolt", "hard hat", "frame", "crate", "milk"])
CODES = st.sampled_from(sorted(LOTS))
INSISTED = st.tuples(CODES, st.none() | st.just("Tested"))
#: A frame is made of one bolt, a crate of one frame and two bolts.
MADE, BOLTS_IN = st.sampled_from(["frame", "crate"]), {"M8 bolt": 1, "frame": 1, "crate": 3}
PLACES = st.sampled_from(["Warehouse", "Van 3", "Site North", "Workshop", "Ana", "Ben"])
JOBS = st.sampled_from(["job 7", "Site North", "Ana"])
PEOPLE = st.sampled_from(["Kim", "Ana", "Ben"])
SERIALS = st.sampled_from(["SN-1", "SN-2"])
QUANTITIES = st.integers(1, 6)
#: In how many hours something is booked, and for how many.
HOURS = st.tuples(st.integers(0, 24 * 20), st.integers(1, 24 * 5))
#: How many minutes ago something is said to have happened; most things happen now.
AGO = st.one_of(st.none(), st.none(), st.integers(0, 60 * 24 * 45))


#: Only these leave less somewhere than is kept there: they say what is there.
MAY_LEAVE_SHORT = (stock.count, count_lot, answer_a_recall, undo_one_of_the_last)


class Stores(RuleBasedStateMachine):
    """The stores of a small team, at which everything is tried that the verbs allow, and much that they don't."""

    @initialize()
    def open(self) -> None:
        self.database = fresh_database()
        self.seen: dict[datetime, past.Picture] = {}
        with open_world(self.database) as w:
            w.has("9 M8 bolt in Warehouse", "9 returnable hard hat in Warehouse", "Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3")
            w.in_lots("milk")
            w.receive(9, "milk", "L-1", expires=str(LOTS["L-1"]))
            w.receive(9, "milk", "L-3")
            w.bill("frame", "1 M8 bolt")
            w.bill("crate", "1 frame", "2 M8 bolt")
            for name in ("Site North", "Workshop"):
                w.location(name)
            w.member("Ana")
            w.member("Ben")
            self.now = w.now

    def teardown(self) -> None:
        for at, picture in self.seen.items():
            with self.database.transaction() as session:
                assert past.as_of(session, at, known_at=at) == picture
        self.database.close()

    def does(self, name: str, verb: Callable[..., object], *, ago: int | None = None, **said: Any) -> None:
        """Somebody does something in a transaction of its own; a refusal must leave no trace."""
        before, short = self.state(), self.short()
        when = {} if ago is None else {"happened_at": self.now - timedelta(minutes=ago)}
        try:
            with self.database.transaction() as session:
                world = World(session, now=self.now)
                verb(session, world.act(name), **{argument: self.meant(world, argument, value) for argument, value in said.items()}, **when)
        except Refusal:
            assert self.state() == before
        assert verb in MAY_LEAVE_SHORT or all(missing <= short.get(place, 0) for place, missing in self.short().items())

    def short(self) -> dict[tuple[int, int], int]:
        """Where less is there than is kept for somebody, and how much less."""
        with self.database.transaction() as session:
            query = select(LEVELS.c.variant_id, LEVELS.c.location_id, LEVELS.c.reserved - LEVELS.c.quantity)
            rows = session.connection().execute(query.where(LEVELS.c.ours, LEVELS.c.reserved > LEVELS.c.quantity))
            return {(variant, location): missing for variant, location, missing in rows}

    def meant(self, world: World, argument: str, value: Any) -> Any:
        """What a name or number says, for an argument of that name."""
        meanings: dict[str, Callable[[Any], Any]] = {
            "variant": world.variant,
            "quantity": whole,
            "asset": world.asset,
            "assets": lambda serials: [world.asset(serial) for serial in sorted(serials)],
            **dict.fromkeys(("due", "until"), lambda days: due((self.now + timedelta(days=days)).replace(tzinfo=None), "UTC")),
            **dict.fromkeys(("source", "target", "location", "giver", "holder"), world.location),
        }
        return value if value is None or argument not in meanings else meanings[argument](value)

    def state(self) -> str:
        with self.database.engine.connect() as connection:
            dump = connection.connection.dbapi_connection.iterdump()  # type: ignore[union-attr]
            return hashlib.sha256("\n".join(dump).encode()).hexdigest()

    @rule(minutes=st.one_of(st.integers(1, 60 * 24 * 20), st.integers(-120, -1)))
    def time_passes_or_the_clock_steps_back(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(item=COUNTED, quantity=QUANTITIES, place=PLACES, ago=AGO)
    def receive(self, item: str, quantity: int, place: str, ago: int | None) -> None:
        self.does("Kim", stock.receive, variant=item, quantity=quantity, target=place, ago=ago)

    @rule(item=COUNTED, quantity=QUANTITIES, source=PLACES, to=PLACES, ago=AGO)
    def move(self, item: str, quantity: int, source: str, to: str, ago: int | None) -> None:
        self.does("Kim", stock.move, variant=item, quantity=quantity, source=source, target=to, ago=ago)

    @rule(who=PEOPLE, item=COUNTED, quantity=QUANTITIES, ends=st.tuples(PLACES, st.none() | PLACES), ago=AGO)
    def take(self, who: str, item: str, quantity: int, ends: tuple[str, str | None], ago: int | None) -> None:
        self.does(who, stock.take, variant=item, quantity=quantity, source=ends[0], target=ends[1], ago=ago)

    @rule(who=PEOPLE, item=COUNTED, quantity=QUANTITIES, whence=st.tuples(PLACES, JOBS), days=st.none() | st.integers(1, 20))
    def reserve(self, who: str, item: str, quantity: int, whence: tuple[str, str], days: int | None) -> None:
        self.does(who, reserving.reserve, variant=item, quantity=quantity, location=whence[0], purpose=whence[1], until=days)

    @rule(who=PEOPLE, item=COUNTED, quantity=st.none() | QUANTITIES, job=JOBS)
    def release(self, who: str, item: str, quantity: int | None, job: str) -> None:
        self.does(who, release, variant=item, quantity=quantity, job=job)

    @rule(who=PEOPLE, item=COUNTED, quantity=QUANTITIES, whence=st.tuples(PLACES, JOBS), ago=AGO)
    def take_for_a_job(self, who: str, item: str, quantity: int, whence: tuple[str, str], ago: int | None) -> None:
        self.does(who, stock.take, variant=item, quantity=quantity, source=whence[0], job=whence[1], ago=ago)

    @rule()
    def what_was_agreed_until_now_lapses(self) -> None:
        self.does("Kim", let_lapse)

    @rule(who=PEOPLE, serials=st.sets(SERIALS, min_size=1), hours=HOURS)
    def book_assets(self, who: str, serials: set[str], hours: tuple[int, int]) -> None:
        self.does(who, book, assets=serials, hours=hours)

    @rule(who=PEOPLE, item=st.sampled_from(["Canon R6", "hard hat"]), quantity=QUANTITIES, hours=HOURS)
    def book_any(self, who: str, item: str, quantity: int, hours: tuple[int, int]) -> None:
        self.does(who, book, variant=item, quantity=quantity, hours=hours)

    @rule(who=PEOPLE, number=st.integers(0, 3))
    def cancel_a_booking(self, who: str, number: int) -> None:
        self.does(who, cancel, number=number)

    @rule(who=PEOPLE, serial=SERIALS)
    def wait(self, who: str, serial: str) -> None:
        self.does(who, queue, asset=serial)

    @rule()
    def what_was_promised_is_looked_at(self) -> None:
        self.does("Kim", look_at_promises)

    @rule(made=MADE, quantity=QUANTITIES, place=PLACES, ago=AGO)
    def build(self, made: str, quantity: int, place: str, ago: int | None) -> None:
        covered, before = self.covered(made, quantity, place), self.levels()
        self.does("Kim", building.build, variant=made, quantity=quantity, location=place, ago=ago)
        assert ago is not None or (self.levels() != before) is covered

    @rule(made=MADE, quantity=QUANTITIES, place=PLACES)
    def build_and_undo(self, made: str, quantity: int, place: str) -> None:
        covered, before = self.covered(made, quantity, place), self.levels()
        self.does("Kim", building.build, variant=made, quantity=quantity, location=place)
        if covered:
            self.does("Kim", undo_one_of_the_last, back=0)
        assert self.levels() == before

    @rule(who=PEOPLE, made=MADE, quantity=QUANTITIES, place=PLACES)
    def reserve_for_a_run(self, who: str, made: str, quantity: int, place: str) -> None:
        self.does(who, building.reserve, variant=made, quantity=quantity, location=place)

    def covered(self, made: str, quantity: int, place: str) -> bool:
        """Whether the answer says that so many can be built there."""
        with self.database.transaction() as session:
            world = World(session, now=self.now)
            variant, location = world.variant(made), world.location(place)
            try:
                asked = production.feasibility(session, world.act("Kim"), variant=variant, quantity=whole(quantity), location=location)
            except Refusal:
                return False
            assert asked.run.covered is (whole(quantity) <= asked.most)
            return asked.run.covered

    def levels(self) -> set[tuple[int, ...]]:
        with self.database.transaction() as session:
            rows = session.connection().execute(select(LEVELS).where((LEVELS.c.quantity != 0) | (LEVELS.c.reserved != 0)))
            return {(row.variant_id, row.location_id, row.quantity, row.reserved) for row in rows}

    @rule(item=COUNTED, quantity=QUANTITIES, source=PLACES, ago=AGO)
    def scrap(self, item: str, quantity: int, source: str, ago: int | None) -> None:
        self.does("Kim", stock.scrap, variant=item, quantity=quantity, source=source, ago=ago)

    @rule(item=COUNTED, quantity=st.integers(0, 12), place=PLACES, ago=AGO)
    def count(self, item: str, quantity: int, place: str, ago: int | None) -> None:
        self.does("Kim", stock.count, variant=item, quantity=quantity, location=place, ago=ago)

    @rule(lot=CODES, quantity=QUANTITIES, place=PLACES, ago=AGO)
    def receive_a_lot(self, lot: str, quantity: int, place: str, ago: int | None) -> None:
        self.does("Kim", receive_lot, variant="milk", lot=lot, quantity=quantity, target=place, ago=ago)

    @rule(lot=CODES, quantity=st.integers(0, 12), place=PLACES, ago=AGO)
    def count_a_lot(self, lot: str, quantity: int, place: str, ago: int | None) -> None:
        self.does("Kim", count_lot, variant="milk", lot=lot, quantity=quantity, location=place, ago=ago)

    @rule(who=PEOPLE, of=INSISTED, quantity=QUANTITIES, ends=st.tuples(PLACES, st.none() | PLACES), ago=AGO)
    def take_of_a_lot(self, who: str, of: tuple[str, str | None], quantity: int, ends: tuple[str, str | None], ago: int | None) -> None:
        said = {"source": ends[0], "target": ends[1], "lot": of[0], "reason": of[1]}
        self.does(who, spend_lot, how="take", variant="milk", quantity=quantity, ago=ago, **said)

    @rule(lot=CODES, quantity=QUANTITIES, ends=st.tuples(PLACES, PLACES), ago=AGO)
    def move_a_lot(self, lot: str, quantity: int, ends: tuple[str, str], ago: int | None) -> None:
        said = {"source": ends[0], "target": ends[1], "reason": None}
        self.does("Kim", spend_lot, how="move", variant="milk", lot=lot, quantity=quantity, ago=ago, **said)

    @rule(lot=CODES, quantity=QUANTITIES, source=PLACES, ago=AGO)
    def scrap_of_a_lot(self, lot: str, quantity: int, source: str, ago: int | None) -> None:
        self.does("Kim", spend_lot, how="scrap", variant="milk", lot=lot, quantity=quantity, source=source, reason=None, ago=ago)

    @rule(who=PEOPLE, lot=CODES, verb=st.sampled_from(["quarantine", "release", "recall"]))
    def hold_a_lot_back_or_let_it_go(self, who: str, lot: str, verb: str) -> None:
        self.does(who, hold_back, how=verb, variant="milk", lot=lot)

    @rule(who=PEOPLE, number=st.integers(0, 5), quantity=st.integers(0, 6), rest=st.none() | st.sampled_from(Rest))
    def answer_what_a_recall_asks(self, who: str, number: int, quantity: int, rest: Rest | None) -> None:
        self.does(who, answer_a_recall, number=number, quantity=quantity, rest=rest)

    @rule(who=PEOPLE, note=st.none() | st.just("On leave"))
    def close_a_recall(self, who: str, note: str | None) -> None:
        self.does(who, close_a_recall, note=note)

    @rule(who=PEOPLE, quantity=QUANTITIES, ends=st.tuples(PLACES, PLACES), days=st.none() | st.integers(1, 30), ago=AGO)
    def lend_hats(self, who: str, quantity: int, ends: tuple[str, str], days: int | None, ago: int | None) -> None:
        self.does(who, check_out, variant="hard hat", quantity=quantity, source=ends[0], holder=ends[1], due=days, ago=ago)

    @rule(who=PEOPLE, quantity=st.none() | QUANTITIES, holder=st.none() | PLACES, to=st.none() | PLACES, ago=AGO)
    def return_hats(self, who: str, quantity: int | None, holder: str | None, to: str | None, ago: int | None) -> None:
        self.does(who, check_in, variant="hard hat", quantity=quantity, holder=holder, target=to, ago=ago)

    @rule(who=PEOPLE, quantity=st.none() | QUANTITIES, days=st.integers(1, 90))
    def extend_hats(self, who: str, quantity: int | None, days: int) -> None:
        self.does(who, extend, variant="hard hat", quantity=quantity, due=days)

    @rule(who=PEOPLE, quantity=QUANTITIES, holder=st.none() | PLACES)
    def lose_hats(self, who: str, quantity: int, holder: str | None) -> None:
        self.does(who, settling.lost, variant="hard hat", quantity=quantity, holder=holder)

    @rule(who=PEOPLE, quantity=QUANTITIES, giver=st.none() | PLACES, holder=PLACES)
    def hand_hats_over(self, who: str, quantity: int, giver: str | None, holder: str) -> None:
        self.does(who, settling.hand_over, variant="hard hat", quantity=quantity, giver=giver, holder=holder)

    @rule(who=PEOPLE, serials=st.sets(SERIALS, min_size=1), holder=PLACES, ago=AGO)
    def lend_assets(self, who: str, serials: set[str], holder: str, ago: int | None) -> None:
        self.does(who, check_out, assets=serials, holder=holder, ago=ago)

    @rule(who=PEOPLE, serials=st.sets(SERIALS, min_size=1), to=st.none() | PLACES, ago=AGO)
    def return_assets(self, who: str, serials: set[str], to: str | None, ago: int | None) -> None:
        self.does(who, check_in, assets=serials, target=to, ago=ago)

    @rule(who=PEOPLE, serials=st.sets(SERIALS, min_size=1), days=st.integers(1, 90))
    def extend_assets(self, who: str, serials: set[str], days: int) -> None:
        self.does(who, extend, assets=serials, due=days)

    @rule(serials=st.sets(SERIALS, min_size=1), to=PLACES)
    def move_assets(self, serials: set[str], to: str) -> None:
        self.does("Kim", custody.move_assets, assets=serials, target=to)

    @rule(serial=SERIALS, source=PLACES, to=PLACES, ago=st.integers(0, 60 * 24 * 45))
    def move_an_asset_in_the_past(self, serial: str, source: str, to: str, ago: int) -> None:
        self.does("Kim", move_asset, asset=serial, source=source, target=to, ago=ago)

    @rule(who=PEOPLE, serial=SERIALS)
    def lose(self, who: str, serial: str) -> None:
        self.does(who, custody.lost, asset=serial)

    @rule(serial=SERIALS, to=PLACES)
    def find(self, serial: str, to: str) -> None:
        self.does("Kim", custody.found, asset=serial, target=to)

    @rule(serial=SERIALS)
    def retire(self, serial: str) -> None:
        self.does("Kim", custody.retire, asset=serial)

    @rule(number=st.integers(3, 5), to=PLACES)
    def add_an_asset(self, number: int, to: str) -> None:
        self.does("Kim", add_assets, variant="Canon R6", serials=[f"SN-{number}"], target=to)

    @rule(who=PEOPLE, back=st.integers(0, 12))
    def undo(self, who: str, back: int) -> None:
        self.does(who, undo_one_of_the_last, back=back)

    @invariant()
    def nothing_is_wrong(self) -> None:
        with self.database.transaction() as session:
            assert audit.problems(session) == []

    @invariant()
    def production_gives_what_it_took(self) -> None:
        with self.database.transaction() as session:
            world, place = World(session, now=self.now), locations.outside(session, LocationKind.PRODUCTION).id
            rows = session.execute(select(LEVELS.c.variant_id, LEVELS.c.quantity).where(LEVELS.c.location_id == place))
            there = {row.variant_id: row.quantity for row in rows}
            assert sum(there.get(world.variant(name).id, 0) * bolts for name, bolts in BOLTS_IN.items()) == 0

    @invariant()
    def the_present_is_remembered(self) -> None:
        with self.database.transaction() as session:
            levels = session.connection().execute(select(LEVELS).where(LEVELS.c.quantity != 0))
            assets = session.connection().execute(select(ASSETS.c.id, ASSETS.c.location_id).where(ASSETS.c.archived_at.is_(None)))
            recorded_at = session.scalars(select(func.max(ENTRIES.c.recorded_at))).one()
            stock_now = {(row.variant_id, row.location_id): row.quantity for row in levels}
            self.seen[recorded_at] = past.Picture(stock_now, {row.id: row.location_id for row in assets})


def tried(few: int) -> settings:
    """So many sequences, always the same; or as many random ones as were asked for."""
    return settings(
        max_examples=EXAMPLES or few,
        stateful_step_count=30,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


Stores.TestCase.settings = tried(20)
TestStores = pytest.mark.long(Stores.TestCase)
