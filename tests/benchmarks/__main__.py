"""Measures everything, prints the table, and with `--readme` writes it into README. Exit code 1 where a budget is missed."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress

from models.database import Database
from tests import generated
from tests.benchmarks import files, imports, looks, moves, program
from tests.benchmarks.counter import open_counters
from tests.benchmarks.moves import Moved
from tests.benchmarks.stores import furnish

FEW, MANY = 1_000, 1_000_000

#: Times what must be, times longer than with few assets, MB, seconds.
MOST_OF_A_MOVE, MOST_GROWTH, MOST_MEMORY, MOST_START = 1.5, 1.2, 150, 2
#: How long an import may keep others from writing, in seconds.
MOST_OF_A_LOCK = 1


class Row(NamedTuple):
    """One line of the table, and whether it keeps its budget."""

    what: str
    measured: str
    result: str
    budget: str
    kept: bool


def main() -> int:
    """Builds stores of both sizes, measures in them, prints the table."""
    with tempfile.TemporaryDirectory() as folder, Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Building the stores", total=4 + len(files.SHAPES))
        paths = {assets: Path(folder) / f"{assets}.db" for assets in (FEW, MANY)}
        for assets, path in paths.items():
            furnish(path, assets).close()
            progress.advance(task)
        moved: dict[int, list[Moved]] = {assets: [] for assets in paths}

        def measure(what: str, rows: Callable[[], list[Row]]) -> list[Row]:
            """Some of the rows, and the moves once more."""
            progress.update(task, description=what)
            found = rows()
            for assets, path in paths.items():
                moved[assets].append(moves.measure(path))
            progress.advance(task)
            return found

        rows = measure("Looking things up", lambda: _looks(paths))
        rows += measure("Running the program", lambda: _program(paths[MANY]))
        for shape in files.SHAPES:
            rows += measure("Importing", lambda: [_import_row(shape, imports.measure(Path(folder), shape))])  # noqa: B023 - called at once
    rows = [*(_move_row(assets, those) for assets, those in moved.items()), *rows]
    table = generated.table(
        ("what", "measured", "result", "budget"), [(row.what, row.measured, f"**{row.result}**", row.budget) for row in rows]
    )
    print(table)  # noqa: T201
    if "--readme" in sys.argv:
        generated.README.write_text(generated.with_speed(generated.README.read_text(encoding="utf-8"), table), encoding="utf-8")
    return 0 if all(row.kept for row in rows) else 1


def _looks(paths: dict[int, Path]) -> list[Row]:
    databases = {assets: Database(f"sqlite:///{path}") for assets, path in paths.items()}
    with open_counters() as build:
        counters = {assets: build(database) for assets, database in databases.items()}
        rows = [_look_row(look, looks.measure(counters, look)) for look in looks.LOOKS]
    for database in databases.values():
        database.close()
    return rows


def _move_row(assets: int, measured_then: Sequence[Moved]) -> Row:
    """The quickest of several moments counts: what else the machine does only ever adds to it."""
    moved = min(measured_then, key=lambda each: each.whole)
    least, most = (of(each.ratio for each in measured_then) for of in (min, max))
    measured = f"{moved.whole:.2f} ms; Bolt alone {moved.idle:.2f} ms, its {moved.statements} statements alone {moved.bare:.2f} ms"
    measured += f" (at {len(measured_then)} moments {least:.2f} to {most:.2f} times)"
    what = f"a whole `/stock move`, {assets:,} assets"
    return Row(what, measured, f"{moved.ratio:.2f} times", f"at most {MOST_OF_A_MOVE} times", moved.ratio <= MOST_OF_A_MOVE)


def _look_row(look: looks.Look, taken: dict[int, float]) -> Row:
    growth = taken[MANY] / taken[FEW]
    measured = f"{taken[FEW]:.2f} ms with {FEW:,} assets, {taken[MANY]:.2f} ms with {MANY:,}"
    return Row(look.name, measured, f"{growth:.2f} times", f"at most {MOST_GROWTH} times", growth <= MOST_GROWTH)


def _import_row(shape: str, imported: imports.Imported) -> Row:
    what = f"the lock, importing {imported.rows:,} rows: {shape}"
    measured = f"{imported.entry:.2f} s for the entry, {imported.names:.2f} s at most for a step of its names"
    return Row(what, measured, f"{imported.longest:.2f} s", f"under {MOST_OF_A_LOCK} s", imported.longest < MOST_OF_A_LOCK)


def _program(path: Path) -> list[Row]:
    ran = program.measure(path, MANY)
    work = f"{MANY:,} assets, after {3 * program.AT_WORK} commands"
    return [
        Row("memory of the running bot", work, f"{ran.memory:.0f} MB", f"under {MOST_MEMORY} MB", ran.memory < MOST_MEMORY),
        Row("from start to connected", f"{MANY:,} assets", f"{ran.connected:.2f} s", f"under {MOST_START} s", ran.connected < MOST_START),
    ]


if __name__ == "__main__":
    sys.exit(main())
