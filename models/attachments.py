"""Attachments: photos and files that somebody has added to what they did. The files lie with Slack; kept is only which they are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlmodel import Field, Session, SQLModel

from models import notices
from models.changes import Change, changed
from models.entries import SUBJECTS
from models.locations import Location
from models.members import Actor, Role
from models.notices import NoticeKind


class File(NamedTuple):
    """A file as it was given: Slack's id of it, its name and kind, and the address of the page that shows it, where that is known."""

    id: str
    name: str
    mimetype: str
    link: str | None


class Attachment(SQLModel, table=True):
    """A file of an entry. Who added it and when stands with the entry; where that was undone, nothing stands here."""

    __tablename__ = "attachments"

    id: int = Field(default=None, primary_key=True)
    file: str | None = None
    name: str | None = None
    mimetype: str | None = None
    link: str | None = None


ATTACHMENTS = Attachment.__table__  # type: ignore[attr-defined]


def added(session: Session, files: Sequence[File]) -> list[Change]:
    """The changes by which an entry has these files, each once."""
    given = list({file.id: file for file in files}.values())
    rows = [Attachment() for _ in given]
    session.add_all(rows)
    session.flush()
    return [
        changed(row, file=file.id, name=file.name, mimetype=file.mimetype, link=file.link) for row, file in zip(rows, given, strict=True)
    ]


def of_entries(session: Session, ids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
    """The files of those entries, in the order in which they were given."""
    return _by_entry(session, SUBJECTS.c.entry_id.in_(ids)) if ids else {}


_OWN = SUBJECTS.alias("own")


def of_row(session: Session, table: str, row_id: int) -> list[Attachment]:
    """The files of all entries that have changed that row, the oldest first."""
    entries = select(_OWN.c.entry_id).where(_OWN.c.subject == table, _OWN.c.subject_id == row_id)
    found = _by_entry(session, SUBJECTS.c.entry_id.in_(entries))
    return [one for entry_id in sorted(found) for one in found[entry_id]]


def _by_entry(session: Session, which: ColumnElement[bool]) -> dict[int, tuple[Attachment, ...]]:
    query = select(SUBJECTS.c.entry_id, Attachment).join(Attachment, ATTACHMENTS.c.id == SUBJECTS.c.subject_id)
    query = query.where(SUBJECTS.c.subject == ATTACHMENTS.name, which, ATTACHMENTS.c.file.is_not(None)).order_by(ATTACHMENTS.c.id)
    found: dict[int, tuple[Attachment, ...]] = defaultdict(tuple)
    for entry_id, one in session.execute(query):
        found[entry_id] += (one,)
    return found


def tell(session: Session, by: Actor, entry_id: int, *, at: Location, now: datetime) -> None:
    """The keepers of a location get the files of an entry that tells them nothing else: who has the message can open what it links to."""
    notices.tell(
        session, NoticeKind.FILES, entry_id, [one for one in notices.audience(session, Role.KEEPER, at=at) if one != (None, by.id)], now=now
    )
