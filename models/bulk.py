"""One statement for thousands of rows. Row by row each would cost several times more: SQLite keeps a journal for every statement."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import JSON, Dialect, Executable, Table, func, select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

T = TypeVar("T")

#: From so many rows on, preparing the statement by hand pays.
MANY = 50
#: So many parameters go into one statement that is prepared by hand; SQLite takes 32,766.
MOST_PARAMETERS = 9_000
#: So many keys are asked for in one statement that SQLAlchemy prepares: naming more of them takes longer than asking again.
AT_ONCE = 900

#: The values of one row, in a statement that writes rows.
_ONE = re.compile(r"VALUES (\([^()]*\))")


def execute(session: Session, statement: Executable, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Executes a statement for each of the rows, whose values have those names; answers how many rows of the database it met."""
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names)) if len(rows) >= MANY else None  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        return connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows]).rowcount
    taken = [compiled.binds[name] for name in compiled.positiontup]
    if list(names) == compiled.positiontup and not any(_converter(session, bind.type) for bind in taken):
        return _execute(session, str(compiled), rows)
    given: dict[str, Sequence[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True))
    columns = (given.get(bind.key) or [bind.value] * len(rows) for bind in taken)  # some values the statement brings along
    converted = (for_driver(session, bind.type, column) for bind, column in zip(taken, columns, strict=True))
    return _execute(session, str(compiled), zip(*converted, strict=True))


def insert(session: Session, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Inserts rows that are given column by column, as the driver takes them."""
    written, names = _insertion(table, session.connection().dialect, tuple(columns))
    _execute(session, written, zip(*(columns[name] for name in names), strict=True))


@cache
def _insertion(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> tuple[str, list[str]]:
    """The statement that inserts a row, and the columns in the order in which it takes them."""
    compiled = table.insert().compile(dialect=dialect, column_keys=list(columns))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    return str(compiled), compiled.positiontup


def add(session: Session, table: Table, columns: Mapping[str, Sequence[Any]]) -> range:
    """The same for a table whose rows get ids; answers with them. Nobody else writes meanwhile, so they follow one another."""
    last = session.connection().execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    insert(session, table, columns)
    first, newest = session.connection().execute(select(func.min(table.c.id), func.max(table.c.id)).where(table.c.id > last)).one()
    return range(first, newest + 1)


def for_driver(session: Session, kind: TypeEngine[Any], values: Sequence[Any]) -> Sequence[Any]:
    """Values of that type as the driver takes them."""
    convert = _converter(session, kind)
    if convert is None:
        return values
    return list(map(convert if isinstance(kind, JSON) else cache(convert), values))  # the same few words, days and times


def _converter(session: Session, kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    dialect = session.connection().dialect
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _execute(session: Session, written: str, rows: Iterable[tuple[Any, ...]]) -> int:
    """Executes what was compiled for one row: many times, or once with the values of many rows."""
    one = _ONE.search(written)
    if one is None:
        return session.connection().exec_driver_sql(written, list(rows)).rowcount
    return execute_values(session, f"{written[: one.start(1)]}{{rows}}{written[one.end(1) :]}", rows, one=one[1])


def execute_values(session: Session, statement: str, rows: Iterable[tuple[Any, ...]], *, one: str) -> int:
    """Executes a statement that names many rows at once, where it says {rows}, each as `one`; answers how many of the database it met."""
    values = tuple(chain.from_iterable(rows))
    wide = one.count("?")
    at_once = MOST_PARAMETERS // wide * wide
    met = 0
    for start in range(0, len(values), at_once):
        part = values[start : start + at_once]
        written = statement.replace("{rows}", ", ".join([one] * (len(part) // wide)))
        met += session.connection().exec_driver_sql(written, part).rowcount
    return met


def pages(things: Iterable[T], most: int = AT_ONCE) -> list[list[T]]:
    """The things in lists that are short enough for one statement."""
    left = list(things)
    return [left[start : start + most] for start in range(0, len(left), most)]


def spans(ids: Iterable[int]) -> list[tuple[int, int]]:
    """The ids as ranges, by first and last: rows that were written together follow one another."""
    numbers = sorted(set(ids))
    if numbers and numbers[-1] - numbers[0] + 1 == len(numbers):
        return [(numbers[0], numbers[-1])]
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [(first, last) for first, last in found]
