"""Tables as they stood at a past moment: their rows of today, with what entries have changed since taken back.

What follows from movements (stock, where an asset is) is no term of any row: `past` answers for that.
"""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Label, Table, case, cast, exists, func, literal, select, type_coerce
from sqlalchemy.sql.expression import CTE, FromClause
from sqlmodel import Session

from models import past
from models.changes import NONE
from models.entries import ENTRIES, SUBJECTS, WORDS

_LATER = ENTRIES.alias("later")


class Then:
    """`then(CHECKOUTS)` has that table's columns, with what its rows said after all that happened up to `at` (UTC), as is known now.

    A row that was not there yet is void, as every row is born; what was undone by now never was. Words that were erased since are
    left out. Without a moment it is the table itself.
    """

    def __init__(self, session: Session, at: datetime | None) -> None:
        self.session = session
        self.at = at
        self._made: dict[tuple[str, str | None], FromClause] = {}

    def __call__(self, table: Table, name: str | None = None) -> FromClause:
        """The table, under a name of its own where a query has it twice; asked for again it is the same."""
        if (table.name, name) not in self._made:
            self._made[table.name, name] = self._make(table, name)
        return self._made[table.name, name]

    def _make(self, table: Table, name: str | None) -> FromClause:
        before = self._before(table, self.at) if self.at is not None else {}
        if not before:
            return table.alias(name) if name else table
        changed = {field for fields in before.values() for field in fields}
        known = func.json_each(literal(json.dumps(before))).table_valued("key", "value")
        those = select(cast(known.c.key, Integer).label("row_id"), known.c.value)
        held = those.cte(f"{name or table.name}_before").prefix_with("MATERIALIZED")
        columns = [_stood(column, held) if column.name in changed else column for column in table.c]
        stood = select(*columns).select_from(table.outerjoin(held, held.c.row_id == table.c.id))
        return stood.subquery(name or f"{table.name}_then")

    def _before(self, table: Table, at: datetime) -> dict[int, dict[str, Any]]:
        """What the rows that were changed since said before, as the database holds it: by row and field."""
        subject = exists().where(SUBJECTS.c.entry_id == ENTRIES.c.id, SUBJECTS.c.subject == table.name)
        since = select(ENTRIES.c.changes, WORDS.c.changes.label("worded")).outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
        since = since.where(ENTRIES.c.id > past.last_known(self.session, at), ENTRIES.c.happened_at > at, subject)
        since = since.where(ENTRIES.c.reverses_id.is_(None), ~exists().where(_LATER.c.reverses_id == ENTRIES.c.id))
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        for entry in self.session.connection().execute(since.order_by(ENTRIES.c.id)):
            for told, row_id, before, _ in json.loads(entry.changes) + json.loads(entry.worded or NONE):
                if told == table.name:
                    found[row_id] = before | found[row_id]  # of several changes the first tells what was before
        return found


def _stood(column: ColumnElement[Any], held: CTE) -> Label[Any]:
    path = f"$.{column.name}"
    before = type_coerce(func.json_extract(held.c.value, path), column.type)
    return case((func.json_type(held.c.value, path).is_not(None), before), else_=column).label(column.name)
