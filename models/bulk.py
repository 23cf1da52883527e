"""One statement for thousands of rows: prepared once and handed to the driver, which costs a tenth of doing it row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

#: From so many rows on, preparing the statement by hand pays.
MANY = 50


def execute(session: Session, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
    """Executes a statement for each of the rows, which all have the same keys; answers how many rows of the database it met."""
    connection = session.connection()
    if len(rows) < MANY:
        return connection.execute(statement, rows).rowcount
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    if compiled.positiontup is None:
        return connection.execute(statement, rows).rowcount
    columns = [_column(compiled, name, rows) for name in compiled.positiontup]
    return connection.exec_driver_sql(str(compiled), list(zip(*columns, strict=True))).rowcount


def _column(compiled: SQLCompiler, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The values of one parameter for all rows, as the driver wants them."""
    bind = compiled.binds[name]
    convert = bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    values = [row[name] for row in rows] if name in rows[0] else [bind.value] * len(rows)  # else the statement brings it along
    return [convert(value) for value in values] if convert else values
