"""What the database promises: one writer at a time in the order of asking, snapshots for readers, and copies while it is at work."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import event, insert, select, text

from models import audit, ledger
from models.caches import Line
from models.database import HANDLED, MOST_FORGOTTEN, REMEMBERED, Database, FairLock, forget
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.quantities import ONE
from models.refusals import Busy, Refusal
from tests.world import World, fresh_database, open_world

BOUND = 20


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Database]:
    """A database file with 400 bolts in the warehouse and one in the van."""
    database = fresh_database(f"sqlite:///{tmp_path}/stores.db")
    with open_world(database) as w:
        w.has("400 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    yield database
    database.close()


def mover(database: Database) -> Callable[[], Posted]:
    """Moves one bolt from the warehouse to the van, in a transaction of its own."""
    with database.transaction() as session:
        w = World(session)
        line = Line(w.variant("M8 bolt").id, ONE, w.location("Warehouse").id, w.location("Van 3").id)
        act: Act = w.act()

    def move() -> Posted:
        with database.transaction(timeout=BOUND) as session:
            return ledger.post(session, act, EntryKind.MOVED, lines=[line])

    return move


def repeat(move: Callable[[], Posted], times: int) -> None:
    for _ in range(times):
        move()


def in_van(database: Database) -> float:
    with database.transaction() as session:
        return World(session).on_hand("M8 bolt", "Van 3")


def run_all(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
    assert not any(thread.is_alive() for thread in threads)


def test_no_update_is_lost_among_eight_writers(stores: Database) -> None:
    move = mover(stores)
    run_all([Thread(target=repeat, args=(move, 40)) for _ in range(8)])
    assert in_van(stores) == 321
    with stores.transaction() as session:
        assert audit.problems(session) == []


def test_no_update_is_lost_between_two_programs_on_one_file(stores: Database) -> None:
    other = Database(str(stores.url))
    movers = [mover(one) for one in (stores, other)]
    run_all([Thread(target=repeat, args=(move, 20)) for move in movers])
    other.close()
    assert in_van(stores) == 41


def test_the_last_one_goes_to_one_of_two_who_want_it(stores: Database) -> None:
    move = mover(stores)
    for _ in range(399):
        move()
    refused: list[Refusal] = []

    def try_it() -> None:
        try:
            move()
        except Refusal as refusal:
            refused.append(refusal)

    run_all([Thread(target=try_it) for _ in range(2)])
    assert (in_van(stores), len(refused)) == (401, 1)


def test_a_block_that_raises_changes_nothing(stores: Database) -> None:
    def fail() -> None:
        with stores.transaction() as session:
            session.execute(text("UPDATE members SET name = 'Nobody'"))
            raise Refusal("No.")

    with pytest.raises(Refusal):
        fail()
    with stores.reading() as session:
        assert session.scalars(text("SELECT count(*) FROM members WHERE name = 'Nobody'")).one() == 0


def test_what_is_read_is_one_moment_and_takes_no_turn(stores: Database) -> None:
    move = mover(stores)
    with stores.reading() as session:
        before = session.scalars(text("SELECT count(*) FROM movements")).one()
        move()
        assert session.scalars(text("SELECT count(*) FROM movements")).one() == before


def test_what_a_reader_does_is_not_kept(stores: Database) -> None:
    with stores.reading() as session:
        session.execute(text("UPDATE members SET name = 'Nobody'"))
    with stores.reading() as session:
        assert session.scalars(text("SELECT count(*) FROM members WHERE name = 'Nobody'")).one() == 0


def test_a_turn_that_does_not_come_in_time_is_refused(stores: Database) -> None:
    with stores.transaction(), pytest.raises(Busy, match="nothing was changed"), stores.transaction(timeout=0.01):
        pass


def test_another_program_that_holds_the_file_is_waited_for_and_then_refused(stores: Database) -> None:
    with closing(sqlite3.connect(stores.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="nothing was changed"), stores.transaction():
            pass
    assert in_van(stores) == 1


def test_a_full_disk_is_said_and_nothing_is_half_done(stores: Database) -> None:
    move = mover(stores)
    with stores.engine.connect() as connection:  # the pool hands the same one to whoever comes next
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    before = in_van(stores)
    with pytest.raises(Busy, match="no room left"):
        repeat(move, 500)
    with stores.transaction() as session:
        assert audit.problems(session) == []
    assert before < in_van(stores) < 400


def test_turns_come_in_the_order_of_asking() -> None:
    lock, order, threads = FairLock(), list[int](), list[Thread]()

    def take(number: int) -> None:
        with lock.turn(BOUND):
            order.append(number)

    with lock.turn(BOUND):
        for number in range(8):
            threads.append(Thread(target=take, args=(number,)))
            threads[-1].start()
            await_queue(lock, number + 1)
    for thread in threads:
        thread.join(BOUND)
    assert order == list(range(8))


def await_queue(lock: FairLock, length: int) -> None:
    """Waits until so many threads stand in the queue."""
    pause = Event()
    for _ in range(BOUND * 1000):
        if len(lock._waiting) == length:
            return
        pause.wait(0.001)
    raise AssertionError(f"{length} threads never queued")


def test_who_gave_up_waiting_is_passed_over() -> None:
    lock = FairLock()
    with lock.turn(BOUND), pytest.raises(Busy), lock.turn(0.01):
        pass
    with lock.turn(0.01):
        assert threading.active_count() >= 1


def test_a_new_an_old_and_a_newer_database_are_told_apart(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    states = [database.schema()]
    database.migrate()
    states.append(database.schema())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    states.append(database.schema())
    database.close()
    assert states == ["empty", "current", "newer"]


def test_what_was_said_a_month_ago_is_forgotten_in_small_steps_and_what_was_pressed_never(stores: Database) -> None:
    with stores.transaction() as session:
        w = World(session)
        keys = [*(f"message:C:{number}" for number in range(MOST_FORGOTTEN + 1)), "form:1", "command:1", "button:1"]
        rows = [{"key": key, "member_id": w.act().by.id, "content_hash": "", "reply": {}, "handled_at": w.now} for key in keys]
        session.execute(insert(HANDLED), [*rows, rows[0] | {"key": "command:2", "handled_at": w.now + timedelta(seconds=1)}])
        steps = list[str]()
        event.listen(session.connection(), "before_cursor_execute", lambda *told: steps.append(told[2]))
        for left in (5, 2, 2):
            forget(session, w.now + REMEMBERED + timedelta(seconds=1))
            assert len(session.execute(select(HANDLED.c.key)).all()) == left
        assert set(session.execute(select(HANDLED.c.key)).scalars()) == {"command:2", "button:1"}
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {steps[0]}".replace("?", "1"))).all()
    assert "USING COVERING INDEX handled_request_to_forget" in str(plan) or "USING INDEX handled_request_to_forget" in str(plan)


def test_migrating_twice_changes_nothing(stores: Database) -> None:
    stores.migrate()
    assert (stores.schema(), in_van(stores)) == ("current", 1)


def test_a_backup_is_whole_although_the_bot_goes_on(stores: Database, tmp_path: Path) -> None:
    move, done = mover(stores), Event()

    def work() -> None:
        while not done.is_set():
            move()

    worker = Thread(target=work)
    worker.start()
    copies = [tmp_path / f"copy-{number}.db" for number in range(3)]
    for copy in copies:
        stores.backup(copy)
    done.set()
    worker.join(BOUND)
    for copy in copies:
        restored = Database(f"sqlite:///{copy}")
        with restored.transaction() as session:
            assert audit.problems(session) == []
        restored.close()


def test_a_checkpoint_brings_what_was_committed_into_the_file_while_somebody_writes(stores: Database, tmp_path: Path) -> None:
    repeat(mover(stores), 20)
    copy = tmp_path / "the file alone.db"
    with stores.transaction() as session:
        session.connection().exec_driver_sql("UPDATE items SET note = 'not yet'")
        stores.checkpoint()
        copy.write_bytes((tmp_path / "stores.db").read_bytes())
    alone = Database(f"sqlite:///{copy}")
    assert in_van(alone) == 21
    alone.close()


def test_every_connection_is_durable_and_guarded(stores: Database) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
    with stores.reading() as session:
        assert [session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked] == ["wal", 2, 1, 1, 0]
