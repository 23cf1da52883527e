"""Tables as they stood at a past moment: their rows of today, with what entries have changed since taken back.

What follows from movements (stock, where an asset is) is no term of any row: `past` answers for that.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, Label, Table, exists, func, select, type_coerce
from sqlalchemy.sql.expression import FromClause
from sqlmodel import Session

from models import past
from models.changes import NONE
from models.entries import ENTRIES, SUBJECTS, WORDS

_LATER = ENTRIES.alias("later")

#: What rows said before, by row and field.
Before = Mapping[int, Mapping[str, Any]]


class Then:
    """`then(CHECKOUTS)` has that table's columns, with what its rows said after all that happened up to `at` (UTC), as is known now.

    A row that was not there yet is void, as every row is born; what was undone by now never was. Words that were erased since are
    left out. Without a moment it is the table itself. It has to be kept until what was asked of its tables has been read.
    """

    def __init__(self, session: Session, at: datetime | None) -> None:
        self.session = session
        self.at = at
        self.before: dict[str, Before] = {}
        self._made: dict[tuple[str, str | None], FromClause] = {}
        self._number = next(_NUMBERS)
        if at is not None:
            _THENS[self._number] = self
            session.connection().connection.driver_connection.create_function("stood", 5, _stood)  # type: ignore[union-attr]

    def __call__(self, table: Table, name: str | None = None) -> FromClause:
        """The table, under a name of its own where a query has it twice; asked for again it is the same."""
        if (table.name, name) not in self._made:
            self._made[table.name, name] = self._make(table, name)
        return self._made[table.name, name]

    def _make(self, table: Table, name: str | None) -> FromClause:
        if self.at is not None and table.name not in self.before:
            self.before[table.name] = self._read(table, self.at)
        changed = {field for fields in self.before.get(table.name, {}).values() for field in fields}
        if not changed:
            return table.alias(name) if name else table
        columns = [self._column(table, column) if column.name in changed else column for column in table.c]
        return select(*columns).subquery(name or f"{table.name}_then")

    def _column(self, table: Table, column: ColumnElement[Any]) -> Label[Any]:
        """Asked of us row by row: a join of what was before would lead SQLite to bad plans."""
        return type_coerce(func.stood(self._number, table.name, column.name, table.c.id, column), column.type).label(column.name)

    def _read(self, table: Table, at: datetime) -> Before:
        """What the rows that were changed since said before, as the database holds it."""
        subject = exists().where(SUBJECTS.c.entry_id == ENTRIES.c.id, SUBJECTS.c.subject == table.name)
        since = select(ENTRIES.c.changes, WORDS.c.changes.label("worded")).outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
        since = since.where(ENTRIES.c.id > past.last_known(self.session, at), ENTRIES.c.happened_at > at, subject)
        since = since.where(ENTRIES.c.reverses_id.is_(None), ~exists().where(_LATER.c.reverses_id == ENTRIES.c.id))
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        for entry in self.session.connection().execute(since.order_by(ENTRIES.c.id)):
            for told, row_id, before, _ in json.loads(entry.changes) + json.loads(entry.worded or NONE):
                if told == table.name:
                    found[row_id] = _held(before) | found[row_id]  # of several changes the first tells what was before
        return found


_NUMBERS = count(1)
_THENS: WeakValueDictionary[int, Then] = WeakValueDictionary()


def _stood(number: int, table: str, column: str, row_id: int, today: Any) -> Any:
    """What a row said in a column at the moment of a `Then`; SQLite's function of that name."""
    return _THENS[number].before[table].get(row_id, {}).get(column, today)


def _held(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in fields.items()}
