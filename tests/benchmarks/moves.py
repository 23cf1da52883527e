"""A whole `/stock move`, against the least that it could cost: Bolt doing nothing, and the statements that this very move executes."""

import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import event

from models.database import Database
from tests.benchmarks.counter import CounterBuilder, open_counters
from tests.benchmarks.stores import BOLT, SOURCE, TARGET

SENTENCE = f"move 1 {BOLT} from {SOURCE} to {TARGET}"

WARM, MEASURED = 50, 400


#: A statement as SQLAlchemy Core gets it, and its parameters.
Statement = tuple[Any, Any]


class Moved(NamedTuple):
    """What a move costs in milliseconds (medians), what Bolt and the statements alone do, and how many statements there are."""

    whole: float
    idle: float
    bare: float
    statements: int

    @property
    def ratio(self) -> float:
        """How many times the least that it could cost."""
        return self.whole / (self.idle + self.bare)


def measure(path: Path) -> Moved:
    """Moves bolts in that database, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_in_this_process, path).result()


def _in_this_process(path: Path) -> Moved:
    database = Database(f"sqlite:///{path}")
    with open_counters() as build:
        moved = _moves(build, database)
    database.close()
    return moved


def _moves(build: CounterBuilder, database: Database) -> Moved:
    """Moves bolts in that database; right after each move, its statements are executed once more in a copy, which so stays equal."""
    bot, idle = build(database), build(None)
    copy = _copy(database)
    statements, executed = _captured(database), _captured(copy)  # which costs both the same
    taken: list[tuple[float, float, float, int]] = []
    for _ in range(WARM + MEASURED):
        statements.clear()
        executed.clear()
        moved = bot.hears("/stock", SENTENCE)
        assert f"Moved 1 {BOLT} from {SOURCE} to {TARGET}." in moved.acknowledged, moved
        taken.append((moved.took, idle.hears("/stock", SENTENCE).took, _execute(copy, statements), len(statements)))
    copy.close()
    wholes, nothings, bares, counts = zip(*taken[WARM:], strict=True)
    return Moved(median(wholes), median(nothings), median(bares), int(median(counts)))


def _copy(database: Database) -> Database:
    path = Path(str(database.url.database))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")  # a checkpoint needs to stand alone
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    beside = path.with_name(f"copy of {path.name}")
    shutil.copyfile(path, beside)
    return Database(f"sqlite:///{beside}")


def _captured(database: Database) -> list[Statement]:
    """Every statement that is executed from now on is added to the list, but for those that begin and end a transaction."""
    statements: list[Statement] = []

    @event.listens_for(database.engine, "before_execute", retval=True)  # an answer costs less than none
    def _capture(_connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> tuple[Any, Any, Any]:
        if not isinstance(statement, str):
            statements.append((statement, many or one))
        return statement, many, one

    return statements


def _execute(database: Database, statements: list[Statement]) -> float:
    """Executes statements in one transaction, reading whatever they return; how long that took, in milliseconds."""
    began = time.perf_counter()
    with database.engine.begin() as connection:
        for statement, parameters in statements:
            result = connection.execute(statement, parameters or None)
            if result.returns_rows:
                result.all()
    return (time.perf_counter() - began) * 1_000
