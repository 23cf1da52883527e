"""One statement for thousands of rows. Row by row each would cost several times more: SQLite keeps a journal for every statement."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import JSON, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

T = TypeVar("T")

#: From so many rows on, preparing the statement by hand pays.
MANY = 50
#: So many parameters go into one statement; SQLite takes 32,766.
MOST_PARAMETERS = 9_000

#: The values of one row, in a statement that writes rows.
_ONE = re.compile(r"VALUES (\([^()]*\))")


def execute(session: Session, statement: Executable, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Executes a statement for each of the rows, whose values have those names; answers how many rows of the database it met."""
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names)) if len(rows) >= MANY else None  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        return connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows]).rowcount
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    taken = list(zip(*(_column(compiled, name, columns, len(rows)) for name in compiled.positiontup), strict=True))
    written = str(compiled)
    one = _ONE.search(written)
    if one is None:
        return connection.exec_driver_sql(written, taken).rowcount
    return execute_values(session, f"{written[: one.start(1)]}{{rows}}{written[one.end(1) :]}", taken, one=one[1])


def execute_values(session: Session, statement: str, rows: Sequence[tuple[Any, ...]], *, one: str | None = None) -> int:
    """Executes a statement that names many rows at once, where it says {rows}; answers how many rows of the database it met."""
    one = one or f"({', '.join('?' * len(rows[0]))})"
    at_once = MOST_PARAMETERS // len(rows[0])
    met = 0
    for part in pages(rows, at_once):
        written = statement.replace("{rows}", ", ".join([one] * len(part)))
        met += session.connection().exec_driver_sql(written, tuple(chain.from_iterable(part))).rowcount
    return met


def pages(things: Iterable[T], most: int) -> Iterator[list[T]]:
    """The things in lists of at most so many: a statement takes only so many parameters."""
    left = iter(things)
    while page := list(islice(left, most)):
        yield page


def spans(ids: Iterable[int]) -> list[tuple[int, int]]:
    """The ids as ranges, by first and last: rows that were written together follow one another."""
    found: list[list[int]] = []
    for number in sorted(ids):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [(first, last) for first, last in found]


def _column(compiled: SQLCompiler, name: str, columns: Mapping[str, Sequence[Any]], many: int) -> Sequence[Any]:
    """The values of one parameter for all rows, as the driver wants them."""
    bind = compiled.binds[name]
    convert = bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    values = columns[name] if name in columns else [bind.value] * many  # else the statement brings it along
    if convert is None:
        return values
    return list(map(convert if isinstance(bind.type, JSON) else cache(convert), values))  # the same few words, days and times
