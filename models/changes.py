"""Changes of terms: what an entry changes without moving anything, with before and after, so that it can be undone."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, BindParameter, Date, Table, Update, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from models import bulk
from models.chain import canonical
from models.columns import Word
from models.entries import ENTRIES
from models.refusals import Conflict
from models.times import UtcTime, from_micros, micros

#: Columns that hold people's words. The hash chain knows them only by a salted digest, because words can be erased.
WORDED = frozenset(
    {
        "name",
        "name_key",
        "note",
        "purpose",
        "reason",
        "email",
        "email_key",
        "username",
        "attributes",
        "payload",
        "contact",
        "wanted",
        "words",
        "words_key",
        "preset",
        "pattern",
        "help",
        "choices",
        "problem",
        "outcome",
        "link",
    }
)

#: So many entries are read at once where their changes are read as well: an import's have megabytes.
READ_AT_ONCE = 100

#: What an entry that changes nothing says.
NONE = "[]"

#: What can be so once at a time, by its table, and why it can't be so again; of everything else it is a name or code that is taken.
_ONCE = {
    "attestations": "The same was asked again since: the new question stands.",
    "kit_parts": "It belongs to a kit again by now. Take it out of that first.",
    "maintenance_records": "Something is reported of it again by now. Settle that first.",
    "recalls": "The lot is recalled again by now. Close that first.",
    "sweeps": "Another sweep of the same is open by now. Close that first.",
}
_TAKEN = "Something else has that name or code by now. Rename or archive one of the two first."

#: Where a row asks the reminders to look at it again; every change of such a row sets it, nothing compares it.
REVIEW = "review_at"


class Change(NamedTuple):
    """One row's fields before and after. A new row is born void (archived, closed, inactive) and its first change brings it to life."""

    table: str
    id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def reversed(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.table, self.id, self.after, self.before)


#: The changes of an entry, by the table whose rows they change: whoever follows them asks for its own.
ByTable = Mapping[str, Sequence[Change]]


def changed(row: SQLModel, **after: Any) -> Change:
    """The change that gives those fields of a row new values; fields that have them already are left out."""
    before = {name: getattr(row, name) for name in after}
    differing = {name: value for name, value in after.items() if before[name] != value}
    return Change(_table_of(row).name, row.id, {name: before[name] for name in differing}, differing)  # type: ignore[attr-defined]


def apply(session: Session, changes: Sequence[Change], *, now: datetime) -> None:
    """Writes the changes into their rows.

    Refuses where a row is no longer as it was before, because somebody changed it in between, and a name or code that is taken.
    """
    alike: dict[tuple[str, tuple[str, ...]], list[list[Change]]] = defaultdict(list)
    for shared in _sharing(changes):
        alike[shared[0].table, tuple(shared[0].after)].append(shared)
    for (table, fields), groups in alike.items():
        _apply_alike(session, SQLModel.metadata.tables[table], fields, groups, now)


def _sharing(changes: Sequence[Change]) -> Collection[list[Change]]:
    """The changes together that were made with the very same before and after, as an import makes thousands."""
    groups: dict[tuple[str, int, int], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.table, id(change.before), id(change.after)].append(change)
    return groups.values()


def _apply_alike(session: Session, table: Table, fields: tuple[str, ...], groups: Sequence[list[Change]], now: datetime) -> None:
    compared = _compared(table, fields)
    names = ["first", "last", *(f"before_{name}" for name in compared), *(f"after_{name}" for name in fields)]
    review = [now] if REVIEW in table.c else []
    those = [
        (*span, *(group[0].before[name] for name in compared), *(group[0].after[name] for name in fields), *review)
        for group in groups
        for span in bulk.spans(change.id for change in group)
    ]
    try:
        found = bulk.execute(session, _rewriting(table, fields), [*names, *["now" for _ in review]], those)
    except IntegrityError as error:
        if "unique" not in str(error.orig).lower():
            raise
        raise Conflict(_ONCE.get(table.name, _TAKEN)) from error
    if found != sum(len(group) for group in groups):
        raise Conflict("This has changed since you looked. Look again, then decide.")
    _refresh(session, table, {change.id for group in groups for change in group})


def _compared(table: Table, fields: tuple[str, ...]) -> list[str]:
    return [name for name in fields if not isinstance(table.c[name].type, JSON)]


@cache
def _rewriting(table: Table, fields: tuple[str, ...]) -> Update:
    """The statement that gives those fields other values, in rows that still have the ones before."""

    def given(name: str, of: str) -> BindParameter[Any]:
        return bindparam(name, type_=table.c[of].type)

    same = (table.c[name].is_not_distinct_from(given(f"before_{name}", name)) for name in _compared(table, fields))
    values = {name: given(f"after_{name}", name) for name in fields} | ({REVIEW: given("now", REVIEW)} if REVIEW in table.c else {})
    return update(table).where(table.c.id.between(bindparam("first"), bindparam("last")), *same).values(values)


def by_table(changes: Sequence[Change]) -> ByTable:
    """The changes of each table. An entry may change a row once: its fields go into one change."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.table, []).append(change)
    if any(len({change.id for change in those}) < len(those) for those in found.values()):
        raise ValueError("an entry changes a row once: put its fields into one change")
    return found


def ids(changed: ByTable, table: Table) -> list[int]:
    """The rows of that table that they change."""
    return [change.id for change in changed.get(table.name, ())]


def _refresh(session: Session, table: Table, ids: set[int]) -> None:
    for row in list(session):
        if _table_of(row) is table and getattr(row, "id", None) in ids:
            session.expire(row)


def _table_of(row: Any) -> Table:
    return row.__table__  # type: ignore[no-any-return]


def dumped(changes: Sequence[Change]) -> tuple[str, str]:
    """The changes as two canonical JSON texts: what enters the chain, and people's words, which do not."""
    if not changes:
        return NONE, NONE
    plain, worded = list[str](), list[str]()
    alike, exact, words = None, "", ""
    for change in changes:
        if alike is None or change.before is not alike.before or change.after is not alike.after:  # thousands may have the very same ones
            exact, words = _sides(change, worded=False), "" if WORDED.isdisjoint(change.after) else _sides(change, worded=True)
            alike = change
        plain.append(f'["{change.table}",{change.id},{exact}')
        if words:
            worded.append(f'["{change.table}",{change.id},{words}')
    return f"[{','.join(plain)}]", f"[{','.join(worded)}]"


def _sides(change: Change, *, worded: bool) -> str:
    """Before and after, as they end the JSON of a change."""
    sides = [
        {name: plain_value(value) for name, value in side.items() if (name in WORDED) is worded} for side in (change.before, change.after)
    ]
    return canonical(sides)[1:]


def loaded(plain: str, worded: str) -> list[Change]:
    """The changes that `dumped` wrote, with their values as the rows hold them."""
    words = {(table, row_id): (before, after) for table, row_id, before, after in json.loads(worded)}
    held: dict[tuple[str, str], dict[str, Any]] = {}

    def stored(table: str, fields: dict[str, Any]) -> dict[str, Any]:
        alike = table, repr(fields)  # an import's rows share what was before and after, and do so again
        if alike not in held:
            held[alike] = _stored(SQLModel.metadata.tables[table], fields)
        return held[alike]

    found = []
    for table, row_id, before, after in json.loads(plain):
        words_before, words_after = words.get((table, row_id), ({}, {}))
        found.append(Change(table, row_id, stored(table, before | words_before), stored(table, after | words_after)))
    return found


def of_entries(session: Session, ids: Sequence[int]) -> dict[int, list[Change]]:
    """What those entries changed, without people's words."""
    if not ids:
        return {}
    rows = session.connection().execute(select(ENTRIES.c.id, ENTRIES.c.changes).where(ENTRIES.c.id.in_(ids)))
    return {row.id: loaded(row.changes, NONE) for row in rows}


def fields_changed(plain: str, worded: str) -> dict[tuple[str, int], set[str]]:
    """Which fields of which rows an entry changed, by what `dumped` wrote."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for table, row_id, _, after in json.loads(plain) + json.loads(worded):
        found[table, row_id].update(after)
    return found


def plain_value(value: Any) -> Any:
    """A field's value as JSON can say it: times in microseconds since 1970, days in ISO form."""
    if isinstance(value, datetime):
        return micros(value)
    return value.isoformat() if isinstance(value, date) else value


def _stored(table: Table, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_held(table.c[name].type, value) for name, value in fields.items()}


def _as_held(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcTime):
        return from_micros(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return kind.vocabulary(value) if isinstance(kind, Word) else value
