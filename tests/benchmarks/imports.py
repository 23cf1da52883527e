"""How long an import keeps others from writing: the command line's own import of a file as large as may be, into empty stores."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from bot.importing import bring_in
from models import members
from models.database import TURN, Database
from models.importing.sheets import MOST_ROWS
from models.ledger import Act
from tests.benchmarks import files
from tests.world import MONDAY, fresh_database

#: Each file is imported so often, and the quickest counts: what else the machine does only ever adds to it.
TIMES = 3


class Imported(NamedTuple):
    """How long the lock was held at once, in seconds: for the entry, and at most for a step that makes its names findable."""

    entry: float
    names: float
    rows: int

    @property
    def longest(self) -> float:
        """What somebody else has to wait at most."""
        return max(self.entry, self.names)


class Timed(Database):
    """A database that keeps how long each transaction has held the lock."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.held: list[float] = []

    @contextmanager
    def transaction(self, *, timeout: float = TURN) -> Iterator[Session]:
        """A transaction as everybody opens it; it ends when it is committed."""
        began = 0.0
        with super().transaction(timeout=timeout) as session:
            began = time.perf_counter()
            yield session
        self.held.append(time.perf_counter() - began)


def measure(folder: Path, shape: str) -> Imported:
    """Imports a file of that shape."""
    runs = [_run(folder / f"import {number} of {shape}.db", shape) for number in range(TIMES)]
    return min(runs, key=lambda run: run.longest)


def _run(path: Path, shape: str) -> Imported:
    fresh_database(f"sqlite:///{path}").close()
    database = Timed(f"sqlite:///{path}")
    content = files.SHAPES[shape](MOST_ROWS).encode()
    with redirect_stdout(io.StringIO()) as said:
        assert bring_in(database, path.with_suffix(".csv"), content, _act, dates=None, dry_run=False)
    assert f"{MOST_ROWS:,} rows" in said.getvalue(), said.getvalue()
    database.close()
    return Imported(database.held[0], max(database.held[1:]), MOST_ROWS)


def _act(session: Session) -> Act:
    return Act(members.actor(session, members.COMMAND_LINE), MONDAY, lambda: "salt")
