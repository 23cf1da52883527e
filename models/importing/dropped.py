"""Files that somebody dropped to have them imported: kept with their bytes until they decide, or for a day."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Select, delete, exists, select, text, update
from sqlmodel import Field, Session, SQLModel

from models import notices
from models.columns import Word, among
from models.entries import ENTRIES
from models.importing.days import DateOrder
from models.importing.findings import Found
from models.ledger import Act
from models.members import Permission, require
from models.notices import NoticeKind
from models.refusals import Conflict
from models.times import UtcTime

#: How long a file waits for whoever dropped it.
LASTS = timedelta(days=1)
#: How long nothing may be heard of whoever works at a file, before another begins anew. They are heard of every few seconds.
LEASE = timedelta(seconds=60)
#: So often is it begun, where whoever works at it was not heard of again: some file may be what ends them.
MOST_ATTEMPTS = 3
#: So many files are looked at in one transaction.
BATCH = 20


class DropState(StrEnum):
    """How far a dropped file has come. Asked: whoever dropped it has to say something first. Bad: it can't be imported as it is."""

    CHECKING = "checking"
    ASKED = "asked"
    BAD = "bad"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


#: Somebody is at work at it, or should be.
AT_WORK = (DropState.CHECKING, DropState.IMPORTING)
#: It waits for whoever dropped it.
WAITING = (DropState.ASKED, DropState.BAD, DropState.CHECKED)

_TOO_MUCH = (
    f"I began {MOST_ATTEMPTS} times and was stopped each time before I was through; nothing of it is in. "
    "Split it into smaller files and drop them one by one, or have somebody look into my log."
)
_AT_WORK = text("state IN ('checking', 'importing')")


class DroppedFile(SQLModel, table=True):
    """A file that a member dropped in their direct messages with the bot, and what was found in it."""

    __tablename__ = "dropped_files"
    __table_args__ = (
        CheckConstraint(among("state", DropState), name="dropped_file_state_is_known"),
        Index("dropped_file_at_work", "leased_until_at", sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),
        Index("dropped_file_by_entry", "entry_id"),
    )

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="members.id")
    #: Slack's id of the direct messages that it was dropped in, where its card stands.
    channel: str
    name: str
    #: SHA-256 of its bytes: what is imported is what was shown.
    digest: str
    state: DropState = Field(default=DropState.CHECKING, sa_type=Word(DropState))
    dropped_at: datetime = Field(sa_type=UtcTime)
    #: How often it was checked: a button of an older card decides nothing.
    checks: int = 0
    #: What whoever dropped it has said: how days are written, and what each of its columns fills.
    dates: DateOrder | None = Field(default=None, sa_type=Word(DateOrder))
    mapping: dict[str, str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: What the last check has found; see `Found`.
    findings: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: How many rows have been gone through, of how many.
    done: int = 0
    rows: int = 0
    #: Until when whoever works at it is believed to be at it.
    leased_until_at: datetime = Field(sa_type=UtcTime)
    #: How often it was begun since somebody decided about it.
    attempt: int = 0
    entry_id: int | None = Field(default=None, foreign_key="entries.id")

    @property
    def found(self) -> Found:
        """What the last check has found; nothing yet before the first."""
        return Found(**self.findings or {})


class DroppedContent(SQLModel, table=True):
    """The bytes of a dropped file, apart from it: its card is drawn without them. They go when it is decided."""

    __tablename__ = "dropped_contents"
    __table_args__ = (Index("dropped_content_by_age", "dropped_at"),)

    file_id: int = Field(primary_key=True, foreign_key="dropped_files.id")
    dropped_at: datetime = Field(sa_type=UtcTime)
    #: In base64: like every other table it can be exported as plain text.
    content: str


FILES = DroppedFile.__table__  # type: ignore[attr-defined]
CONTENTS = DroppedContent.__table__  # type: ignore[attr-defined]


def drop(session: Session, act: Act, *, name: str, digest: str, content: bytes, channel: str) -> DroppedFile:
    """Keeps a file that somebody dropped, to be checked; its card is owed to where it was dropped."""
    require(act.by, Permission.IMPORT)
    file = DroppedFile(member_id=act.by.id, channel=channel, name=name, digest=digest, dropped_at=act.now, leased_until_at=act.now)
    session.add(file)
    session.flush()
    session.add(DroppedContent(file_id=file.id, dropped_at=act.now, content=b64encode(content).decode()))
    session.flush()
    notices.owe(
        session,
        NoticeKind.IMPORT,
        key=f"import:{file.id}",
        subject=FILES.name,
        subject_id=file.id,
        receivers=[(channel, None)],
        now=act.now,
    )
    return file


def get(session: Session, file_id: int) -> DroppedFile:
    """The dropped file with that id."""
    return session.get_one(DroppedFile, file_id)


def content_of(session: Session, file: DroppedFile) -> bytes:
    """Its bytes, which are kept while it waits or is worked at."""
    return b64decode(session.get_one(DroppedContent, file.id).content)


def is_kept(session: Session, file: DroppedFile) -> bool:
    """Whether its bytes are there still."""
    return session.connection().execute(select(CONTENTS.c.file_id).where(CONTENTS.c.file_id == file.id)).first() is not None


def undone(session: Session, file: DroppedFile) -> bool:
    """Whether the entry that it was imported as was taken back."""
    found = select(exists().where(ENTRIES.c.reverses_id == file.entry_id))
    return file.entry_id is not None and bool(session.connection().execute(found).scalar_one())


# What whoever dropped it decides


def decide(session: Session, act: Act, *, file_id: int, checks: int) -> DroppedFile:
    """Import it. Refuses a file that is not ready, and one that was checked again since the card was read."""
    file = _waiting(session, act, file_id, checks)
    if file.state is not DropState.CHECKED:
        raise Conflict(f"{file.name} can't be imported as it is: its card says why.")
    _set_to_work(session, act.now, file, DropState.IMPORTING)
    return file


def say(
    session: Session, act: Act, *, file_id: int, checks: int, dates: DateOrder | None = None, mapping: Mapping[str, str] | None = None
) -> DroppedFile:
    """Says how its days are written, or what its columns fill; then it is checked once more."""
    file = _waiting(session, act, file_id, checks)
    file.dates = dates or file.dates
    file.mapping = dict(mapping) if mapping is not None else file.mapping
    _set_to_work(session, act.now, file, DropState.CHECKING)
    return file


def cancel(session: Session, act: Act, *, file_id: int) -> DroppedFile:
    """Lets it go. Refuses where it is imported by now, or about to be."""
    require(act.by, Permission.IMPORT)
    file = get(session, file_id)
    if file.state not in {*WAITING, DropState.CHECKING}:
        raise Conflict(_over(file))
    _end(session, file, DropState.CANCELLED)
    return file


def to_map(session: Session, act: Act, *, file_id: int, checks: int) -> DroppedFile:
    """A file whose columns somebody is about to say. Refuses whatever saying them would."""
    return _waiting(session, act, file_id, checks)


def _waiting(session: Session, act: Act, file_id: int, checks: int) -> DroppedFile:
    require(act.by, Permission.IMPORT)
    file = get(session, file_id)
    if file.state not in WAITING or not is_kept(session, file):
        raise Conflict(_over(file))
    if file.checks != checks:
        raise Conflict(f"{file.name} was checked again since. Look at its card, then press.")
    return file


def _over(file: DroppedFile) -> str:
    """Why nothing can be said to it any more."""
    match file.state:
        case DropState.CHECKING:
            return f"{file.name} is being checked again. Look at its card in a moment."
        case DropState.IMPORTING:
            return f"{file.name} is being imported already: its card tells how far it is."
        case DropState.IMPORTED:
            return f"{file.name} was imported already."
        case _:
            return f"{file.name} is not kept any more. Drop it once more, if you want it imported."


# What whoever works at it does


def anything_waits(session: Session, now: datetime) -> bool:
    """Whether some file should be worked at, and nobody does."""
    return session.connection().execute(_free(now).limit(1)).first() is not None


def lease(session: Session, now: datetime) -> list[int]:
    """The files that nobody works at and somebody should; they are the caller's until the lease is over."""
    ids: list[int] = list(session.connection().execute(_free(now).order_by(FILES.c.id).limit(BATCH)).scalars())
    for file_id in ids:
        get(session, file_id).leased_until_at = now + LEASE
    session.flush()
    return ids


def begin(session: Session, file_id: int, now: datetime) -> DroppedFile | None:
    """Begins to work at a file, where there is still something to do about it; it may have waited its turn for long.

    One that was begun often enough is given up, and its card says so.
    """
    file = get(session, file_id)
    if file.state not in AT_WORK or _given_up(session, file):
        return None
    file.attempt, file.leased_until_at = file.attempt + 1, now + LEASE
    session.flush()
    return file


def _given_up(session: Session, file: DroppedFile) -> bool:
    if file.attempt < MOST_ATTEMPTS:
        return False
    if file.entry_id is not None:  # all of it is in; what is not entered of its names is found by them whole
        imported(session, file.id)
    else:
        file.mapping = None  # nothing that could be said of its columns would help
        checked(session, file.id, Found(refused=_TOO_MUCH))
    return True


def _free(now: datetime) -> Select[Any]:
    return select(FILES.c.id).where(_AT_WORK, FILES.c.leased_until_at <= now)


def progressed(session: Session, file_id: int, *, done: int, rows: int, now: datetime) -> None:
    """So many of its rows have been gone through: its card says so."""
    values = {"done": done, "rows": rows, "leased_until_at": now + LEASE}
    session.connection().execute(update(FILES).where(FILES.c.id == file_id).values(values))
    notices.touch(session, {FILES.name: [file_id]})


def checked(session: Session, file_id: int, found: Found) -> bool:
    """A check has found that; false where the file was let go meanwhile, or is in the ledger by now and not done with."""
    file = get(session, file_id)
    if file.state not in AT_WORK or file.entry_id is not None:
        return False
    file.findings, file.done, file.rows = _kept(file, found), 0, 0
    file.checks += 1
    file.state = _state(found)
    if file.state is DropState.IMPORTED or (file.state is DropState.BAD and file.mapping is None):  # nothing is left to be said of it
        _forget(session, file)
    _redraw(session, file)
    return True


def _kept(file: DroppedFile, found: Found) -> dict[str, Any]:
    return found._replace(columns=found.columns or file.found.columns)._asdict()  # they can be mapped once more


def _state(found: Found) -> DropState:
    """Where there is nothing that importing it would change, that is done already."""
    if found.asks:
        return DropState.ASKED
    if found.is_bad:
        return DropState.BAD
    return DropState.CHECKED if found.changes_something else DropState.IMPORTED


def posted(session: Session, file_id: int, entry_id: int, found: Found) -> None:
    """It was imported as that entry, as things were then; what it brings can't be found by every name yet."""
    file = get(session, file_id)
    file.entry_id, file.findings = entry_id, _kept(file, found)
    _redraw(session, file)


def imported(session: Session, file_id: int) -> None:
    """All of it is done."""
    _end(session, get(session, file_id), DropState.IMPORTED)


def review(session: Session, now: datetime) -> bool:
    """Lets go of what nobody has decided within a day, and says whether there may be more of it."""
    old = select(CONTENTS.c.file_id).where(CONTENTS.c.dropped_at <= now - LASTS).order_by(CONTENTS.c.dropped_at).limit(BATCH)
    ids = list(session.connection().execute(old).scalars())
    for file_id in ids:
        file = get(session, file_id)
        if file.state in WAITING:
            _end(session, file, DropState.LAPSED)
        else:  # it is worked at, and looked at again when that is done
            session.connection().execute(update(CONTENTS).where(CONTENTS.c.file_id == file_id).values(dropped_at=now))
    return len(ids) == BATCH


def _set_to_work(session: Session, now: datetime, file: DroppedFile, state: DropState) -> None:
    file.state, file.done, file.rows, file.attempt, file.leased_until_at = state, 0, 0, 0, now
    _redraw(session, file)


def _end(session: Session, file: DroppedFile, state: DropState) -> None:
    file.state = state
    _forget(session, file)
    _redraw(session, file)


def _forget(session: Session, file: DroppedFile) -> None:
    session.connection().execute(delete(CONTENTS).where(CONTENTS.c.file_id == file.id))


def _redraw(session: Session, file: DroppedFile) -> None:
    session.flush()
    notices.touch(session, {FILES.name: [file.id]})


def of_entry(session: Session, entry_id: int) -> list[int]:
    """The dropped files that were imported as that entry."""
    return list(session.connection().execute(select(FILES.c.id).where(FILES.c.entry_id == entry_id)).scalars())
