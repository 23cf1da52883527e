"""The whole database as an open file: a zip with the rows of each table as JSON, a line a row, and what they are in quartermaster.json.

The same database always gives the same bytes. What is read from such a file comes from outside: nothing in it is believed before it is
looked at, and nothing of it is unpacked to the disk.
"""

import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import IO, Any, NamedTuple

from sqlalchemy import Boolean, Connection, Integer, TableClause, column, func, insert, inspect, select, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import audit, database
from models.chain import canonical
from models.refusals import Refusal

#: What the file itself is called in it, and which form of file this program writes.
ABOUT, FORM = "quartermaster.json", 1
#: The database's own note of its schema: the file says that in its own words.
REVISION = "alembic_version"
#: The dates of what is in the file: it has none, so that it depends on nothing but the rows.
NEVER = (1980, 1, 1, 0, 0, 0)
#: Rows are written and heard of by so many.
AT_ONCE = 1_000
#: The longest row, in bytes, and by how much rows can be shorter in the file; what goes beyond is no export of ours.
LONGEST_ROW, LONGEST_ABOUT, TIGHTEST = 64_000_000, 1_000_000, 300

NEWER = "it was written by a newer Quartermaster. Install that version, or a later one"
#: What reading a file raises that is damaged, or was never one of ours.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)

Progress = Callable[[int], None]
Row = tuple[int | str | None, ...]


class About(NamedTuple):
    """What quartermaster.json says: the form of the file, the schema and head of its ledger, and how many rows each table has."""

    form: int
    revision: str
    entries: int
    head: str
    rows: dict[str, int]


class _Table(NamedTuple):
    """A table as the database has it: its columns, which of them hold whole numbers, and by which its rows are told apart."""

    name: str
    columns: tuple[str, ...]
    numbers: frozenset[str]
    key: tuple[str, ...]

    @property
    def clause(self) -> TableClause:
        return table(self.name, *map(column, self.columns))


def _tables(connection: Connection) -> list[_Table]:
    found = inspect(connection)
    tables = []
    for name in sorted(set(found.get_table_names()) - {REVISION}):
        columns = found.get_columns(name)
        numbers = frozenset(one["name"] for one in columns if isinstance(one["type"], Integer | Boolean))
        key = tuple(found.get_pk_constraint(name)["constrained_columns"])
        tables.append(_Table(name, tuple(one["name"] for one in columns), numbers, key))
    return tables


def count(session: Session) -> int:
    """How many rows there are in all."""
    return sum(_count(session, one) for one in _tables(session.connection()))


def _count(session: Session, of: _Table) -> int:
    return int(session.connection().execute(select(func.count()).select_from(of.clause)).scalar_one())


def write(session: Session, target: IO[bytes], *, revision: str, progress: Progress) -> None:
    """Writes all rows of all tables, those of each in the order of its key. `progress` hears how many are done."""
    tables, done = _tables(session.connection()), 0
    figures = audit.figures(session)
    rows = {one.name: _count(session, one) for one in tables}
    about = About(form=FORM, revision=revision, entries=figures.entries, head=figures.head, rows=rows)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(_member(ABOUT), json.dumps(about._asdict(), indent=2, sort_keys=True))
        for one in tables:
            clause = one.clause
            query = select(clause).order_by(*(clause.c[name] for name in one.key))
            with file.open(_member(_called(one.name)), "w", force_zip64=True) as lines:
                for row in session.connection().execute(query, execution_options={"yield_per": AT_ONCE}):
                    lines.write(f"{canonical(dict(zip(one.columns, row, strict=True)))}\n".encode())
                    done += 1
                    if done % AT_ONCE == 0:
                        progress(done)


def _called(name: str) -> str:
    return f"{name}.jsonl"


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, NEVER)
    member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return member


class Dump:
    """A file that says that it is such an export, to be read."""

    def __init__(self, source: IO[bytes]) -> None:
        """Refuses what is no whole export, or one of another form."""
        try:
            self._file = zipfile.ZipFile(source)
            self.about = self._about()
        except (*BROKEN, NotImplementedError, RuntimeError) as bad:
            raise Refusal(f"it is no export of Quartermaster ({_short(bad)})") from None
        self._require_only_what_is_told()

    @property
    def size(self) -> int:
        """How many bytes all of it has."""
        return sum(member.file_size for member in self._file.infolist())

    @property
    def total(self) -> int:
        """How many rows all of it has."""
        return sum(self.about.rows.values())

    def _about(self) -> About:
        if ABOUT not in self._file.namelist():
            raise ValueError(f"it has no {ABOUT}")
        with self._file.open(ABOUT) as told:
            said = json.loads(told.read(LONGEST_ABOUT))
        form = said.get("form") if isinstance(said, dict) else None
        if isinstance(form, int) and form > FORM:
            raise Refusal(NEWER)
        kinds = {"form": int, "revision": str, "entries": int, "head": str, "rows": dict}
        if form != FORM or {name: type(value) for name, value in said.items()} != kinds:
            raise ValueError(f"{ABOUT} says something else")
        if not all(type(number) is int and number >= 0 for number in said["rows"].values()):
            raise ValueError(f"{ABOUT} counts no rows")
        if not database.knows(said["revision"]):
            raise Refusal(NEWER)
        return About(**said)

    def _require_only_what_is_told(self) -> None:
        told = {ABOUT, *map(_called, self.about.rows)}
        names = [member.filename for member in self._file.infolist()]
        if sorted(names) != sorted(told):
            odd = next(iter({*names} ^ told), "the same twice")
            raise Refusal(f"it has {_short(odd)} in it, or lacks it: that is no whole export")
        for member in self._file.infolist():
            if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or member.flag_bits & 1:
                raise Refusal(f"{member.filename} is packed in a way that no export is")
            if member.file_size > LONGEST_ABOUT and member.file_size > TIGHTEST * member.compress_size:
                raise Refusal(f"{member.filename} would have {member.file_size:,} bytes: no export is packed as tightly as that")

    def load(self, session: Session, *, progress: Progress) -> None:
        """Puts all rows in the place of those that a new database is born with. Refuses what its tables can't hold.

        The ledger's own guards stay at work: each entry is followed by its movements. The session's connection looks at what refers to
        what only in the end.
        """
        connection = session.connection()
        tables = {one.name: one for one in _tables(connection)}
        if tables.keys() != self.about.rows.keys():
            raise Refusal(f"it has other tables than schema {self.about.revision} has")
        ledger = [tables.pop("entries"), tables.pop("movements")]
        for one in tables.values():
            connection.execute(one.clause.delete())
        done = 0
        for one in tables.values():
            for some in _batches(self._rows(one)):
                _put(connection, one, some)
                done += len(some)
                progress(done)
        for put, own in self._ledger(*ledger):
            _put(connection, put, own)
            done += len(own)
            if put is ledger[0] and done % AT_ONCE == 0:
                progress(done)

    def prove(self, session: Session, *, progress: Progress | None = None) -> None:
        """Refuses a restored database in which an invariant does not hold, or whose ledger is another than the file says."""
        figures, problems = audit.figures(session), audit.problems(session, progress)
        if (figures.entries, figures.head) != (self.about.entries, self.about.head):
            raise Refusal(f"its ledger ends with entry {figures.entries:,}, head {figures.head}, and not as {ABOUT} says")
        if problems:
            raise Refusal(f"its ledger does not hold. {problems[0].rstrip('.')}")

    def _ledger(self, entries: _Table, movements: _Table) -> Iterator[tuple[_Table, Sequence[Row]]]:
        at = movements.columns.index("entry_id")
        moved = groupby(self._rows(movements), key=lambda row: row[at])
        of, lines = next(moved, (None, ()))
        for entry in self._rows(entries):
            yield entries, [entry]
            if of == entry[entries.columns.index("id")]:
                yield movements, list(lines)
                of, lines = next(moved, (None, ()))
        if of is not None:
            raise Refusal(f"{_called('movements')} has movements of entry {of}, which is not there or comes earlier")

    def _rows(self, of: _Table) -> Iterator[Row]:
        name, number = _called(of.name), 0
        try:
            with self._file.open(name) as lines:
                while line := lines.readline(LONGEST_ROW + 1):
                    number += 1
                    yield _read(of, line)
        except (*BROKEN, RecursionError) as bad:
            raise Refusal(f"{name}, line {number}: {_short(bad)}") from None
        if number != self.about.rows[of.name]:
            raise Refusal(f"{name} has {number:,} rows; {ABOUT} says {self.about.rows[of.name]:,}")


def _read(of: _Table, line: bytes) -> Row:
    if len(line) > LONGEST_ROW:
        raise ValueError(f"a row of more than {LONGEST_ROW:,} bytes")
    row = json.loads(line)
    if not isinstance(row, dict) or sorted(row) != sorted(of.columns):
        raise ValueError(f"not a row of {of.name}")
    return tuple(_value(of, name, row[name]) for name in of.columns)


def _value(of: _Table, name: str, value: object) -> int | str | None:
    if value is None:
        return None
    if name in of.numbers:
        if type(value) is int and value.bit_length() < 64:
            return value
    elif isinstance(value, str):
        value.encode()  # half of a pair is no letter
        return value
    raise ValueError(f"{name} can't be {_short(value)}")


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    some = list[Row]()
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _put(connection: Connection, of: _Table, rows: Sequence[Row]) -> None:
    values: list[Mapping[str, Any]] = [dict(zip(of.columns, row, strict=True)) for row in rows]
    try:
        connection.execute(insert(of.clause), values)
    except IntegrityError as wrong:
        raise Refusal(f"{of.name} can't hold a row of it ({_short(wrong.orig)})") from None


def _short(what: object) -> str:
    """Something from outside in a message: one line, and not a long one."""
    text = " ".join(str(what).split())
    return text if len(text) <= 100 else f"{text[:100]}…"
