"""One statement for thousands of rows. Row by row each would cost several times more: SQLite keeps a journal for every statement."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Executable, Insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

#: From so many rows on, preparing the statement by hand pays.
MANY = 50
#: So many parameters go into one statement; SQLite takes 32,766.
MOST_PARAMETERS = 9_000


def execute(session: Session, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
    """Executes a statement for each of the rows, which all have the same keys; answers how many rows of the database it met."""
    connection = session.connection()
    if len(rows) < MANY:
        return connection.execute(statement, rows).rowcount
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    if compiled.positiontup is None:
        return connection.execute(statement, rows).rowcount
    taken = list(zip(*(_column(compiled, name, rows) for name in compiled.positiontup), strict=True))
    if isinstance(statement, Insert):
        return execute_values(session, str(compiled).rpartition("VALUES ")[0] + "VALUES {rows}", taken)
    return connection.exec_driver_sql(str(compiled), taken).rowcount


def execute_values(session: Session, statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Executes a statement that names many rows at once, where it says {rows}; answers how many rows of the database it met."""
    one = f"({', '.join('?' * len(rows[0]))})"
    at_once = MOST_PARAMETERS // len(rows[0])
    met = 0
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        written = statement.format(rows=", ".join([one] * len(part)))
        met += session.connection().exec_driver_sql(written, tuple(chain.from_iterable(part))).rowcount
    return met


def _column(compiled: SQLCompiler, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The values of one parameter for all rows, as the driver wants them."""
    bind = compiled.binds[name]
    convert = bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    values = [row[name] for row in rows] if name in rows[0] else [bind.value] * len(rows)  # else the statement brings it along
    return [convert(value) for value in values] if convert else values
