"""The database: its engine, the one way to open a transaction, and all SQL that knows a dialect."""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, Engine, Index, StaticPool, create_engine, delete, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Field, Session, SQLModel

from models.refusals import Busy, Refusal
from models.sessions import Keeping
from models.times import UtcTime

#: How long a request waits for its turn to write, in seconds. The person is told to press again long before Slack gives up.
TURN = 2.0

#: How much of the file a connection keeps in memory, in KiB; and while it writes an entry of tens of thousands of rows.
_USUAL, _ROOMY = "PRAGMA cache_size = -16000", "PRAGMA cache_size = -64000"

_PRAGMAS = (
    "PRAGMA busy_timeout = 2000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE would rewrite a ledger row behind the triggers
    "PRAGMA trusted_schema = OFF",
    _USUAL,
    "PRAGMA wal_autocheckpoint = 16000",  # pages: `checkpoint()` is there long before, and no request has to do it
)

_PATIENCE = "PRAGMA busy_timeout = 60000"

_BUSY = "The stores are busy just now; nothing was changed. Try again."
_SAID = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_FULL: "There is no room left on the disk; nothing was changed. Tell an admin, then try again.",
}


#: How long the answer to what was said, typed or sent is kept for a repeat. Slack delivers nothing again after a day.
REMEMBERED = timedelta(days=30)
#: So many are forgotten at once.
MOST_FORGOTTEN = 200
#: A button can be pressed as long as its message stands, and that it was pressed is never forgotten.
_PASSING = text("substr(key, 1, 7) <> 'button:'")


class HandledRequest(SQLModel, table=True):
    """An intent that was applied, and what was answered: a repeat gets the first answer."""

    __tablename__ = "handled_requests"
    __table_args__ = (
        Index(
            "handled_request_was_late",
            "member_id",
            "content_hash",
            "handled_at",
            sqlite_where=text("late = 1"),
            postgresql_where=text("late"),
        ),
        Index("handled_request_to_forget", "handled_at", sqlite_where=_PASSING, postgresql_where=_PASSING),
    )

    key: str = Field(primary_key=True)
    member_id: int = Field(foreign_key="members.id")
    #: SHA-256 of what was asked, so that the same key with other content is noticed.
    content_hash: str
    reply: dict[str, Any] = Field(sa_type=JSON)
    entry_id: int | None = None
    handled_at: datetime = Field(sa_type=UtcTime)
    #: The answer left after Slack had given up waiting, so the person may not have seen it.
    late: bool = False


HANDLED = HandledRequest.__table__  # type: ignore[attr-defined]


def forget(session: Session, now: datetime) -> None:
    """Forgets some of the intents that nothing can repeat any more, the oldest first."""
    old = select(HANDLED.c.key).where(_PASSING, HANDLED.c.handled_at < now - REMEMBERED).order_by(HANDLED.c.handled_at)
    session.connection().execute(delete(HANDLED).where(HANDLED.c.key.in_(old.limit(MOST_FORGOTTEN))))


class FairLock:
    """A lock that is handed on in the order of asking, so that no request starves behind quicker ones."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, timeout: float) -> Iterator[None]:
        """Holds the lock. Refuses, changing nothing, when the turn has not come within `timeout` seconds."""
        mine: threading.Event | None = None
        with self._guard:
            if self._held:
                mine = threading.Event()
                self._waiting.append(mine)
            self._held = True
        if mine and not mine.wait(timeout) and not self._withdrawn(mine):
            raise Busy(_BUSY)
        try:
            yield
        finally:
            self._hand_on()

    def _withdrawn(self, mine: threading.Event) -> bool:
        """Leaves the queue; true where the turn came at the last moment after all."""
        with self._guard:
            if mine.is_set():
                return True
            self._waiting.remove(mine)
            return False

    def _hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class Database:
    """One database: `transaction()` to write, one writer at a time, and `reading()` for a snapshot that takes no lock."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        self._writer = FairLock()

    @contextmanager
    def transaction(self, *, timeout: float = TURN) -> Iterator[Session]:
        """A session that commits at the end of the block, or changes nothing at all when the block raises.

        Refuses as Busy when its turn has not come within `timeout` seconds, another program holds the file, or the disk is full.
        """
        try:
            with self._writer.turn(timeout), self._session(writing=True) as session:
                yield session
                session.flush()
        except OperationalError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the primary code: the rest says how exactly
            if code not in _SAID:
                raise
            raise Busy(_SAID[code]) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on a snapshot of the database; nothing it does is kept."""
        with self._session(writing=False) as session:
            yield session

    @contextmanager
    def _session(self, *, writing: bool) -> Iterator[Session]:
        with self.engine.connect() as connection:
            if not writing:
                connection.execution_options(writing=False)
            with connection.begin() as transaction, Keeping(connection) as session:
                yield session
                if not writing:
                    transaction.rollback()

    def checkpoint(self) -> None:
        """Brings what was committed lately from the log beside the file into the file. It takes no turn: nobody has to wait for it."""
        with self.engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def migrate(self, revision: str = "head") -> None:
        """Brings the database to this program's schema, or on the way there to an older `revision`; a new file gets all of it."""
        with self.engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.execute(_PATIENCE)  # another program that starts may be at it just now, and is not done in two seconds
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            driver.execute(_PRAGMAS[0])

    def schema(self) -> str:
        """Whether the schema is "empty", "old", "current", or "newer" than this program knows."""
        script = ScriptDirectory.from_config(_alembic())
        with self.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            return "empty"
        if revision == script.get_current_head():
            return "current"
        return "old" if knows(revision) else "newer"

    def revision(self) -> str:
        """The revision of its schema."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""

    @contextmanager
    def loading(self) -> Iterator[Session]:
        """A transaction in which a new database gets all its rows: whether what they refer to is there is looked at in the end."""
        try:
            with self.transaction() as session:
                session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                yield session
        except IntegrityError:
            raise Refusal("something in it refers to what is not there") from None

    def backup(self, target: Path) -> None:
        """Writes a consistent copy of the database to a new file while the bot goes on."""
        with self.engine.connect() as connection, sqlite3.connect(target) as copy:
            source: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
            source.backup(copy)
        copy.close()

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def knows(revision: str) -> bool:
    """Whether this program knows that revision of the schema, its own or one before."""
    return revision in {step.revision for step in ScriptDirectory.from_config(_alembic()).walk_revisions()}


@contextmanager
def roomy(session: Session) -> Iterator[None]:
    """All that an import writes has room in memory meanwhile: else pages go to the disk and come back, under the lock."""
    connection = session.connection()
    connection.exec_driver_sql(_ROOMY)
    try:
        yield
    finally:
        connection.exec_driver_sql(_USUAL)


def _engine(url: str) -> Engine:
    in_memory = make_url(url).database in {None, "", ":memory:"}
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": 16, "max_overflow": 16}
    engine = create_engine(url, connect_args={"check_same_thread": False}, **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:  # noqa: ARG001
        connection.isolation_level = None  # else sqlite3 begins transactions by itself, too late and deferred
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
