"""Undo: one entry with all movements of another reversed, dated like it, so that the past reads as if it had never happened."""

from sqlalchemy import select
from sqlmodel import Session

from models import changes, ledger, locations
from models.caches import Line
from models.entries import ENTRIES, MOVEMENTS, WORDS, Entry, EntryKind, EntryWords
from models.ledger import Act, Posted
from models.members import MEMBERS, Permission
from models.refusals import Conflict, NotAllowed, NotFound
from models.times import said_time

#: A decision is taken back by undoing what it allowed, and an undo by doing the thing again.
NEVER_UNDONE = frozenset({EntryKind.UNDID, EntryKind.APPROVED, EntryKind.DENIED, EntryKind.WITHDREW, EntryKind.MERGED})


def undo(session: Session, act: Act, *, entry_id: int) -> Posted:
    """Takes an entry back: movements reversed as of when they happened, changed terms as they were before.

    For its author, or a keeper of everywhere that it moved something from or to. Refused when it was undone already, when the terms have
    been changed again, and when what it moved has moved on so that the past without it is impossible.
    """
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise NotFound(f"There is no entry {entry_id}.")
    lines = _lines(session, entry_id)
    _require_may_undo(session, act, entry, lines)
    _require_not_undone(session, act, entry)
    words = session.get(EntryWords, entry_id)
    changed = [change.reversed() for change in reversed(changes.loaded(entry.changes, words.changes if words else "[]"))]
    back = [line._replace(source_id=line.target_id, target_id=line.source_id) for line in reversed(lines)]
    happened_at = entry.happened_at if lines else None
    return ledger.post(session, act, EntryKind.UNDID, lines=back, changed=changed, happened_at=happened_at, reverses_id=entry_id)


def _lines(session: Session, entry_id: int) -> list[Line]:
    moved = MOVEMENTS.c
    query = select(moved.variant_id, moved.quantity, moved.source_id, moved.target_id, moved.asset_id)
    return [Line(*row) for row in session.connection().execute(query.where(moved.entry_id == entry_id).order_by(moved.id))]


def _require_may_undo(session: Session, act: Act, entry: Entry, lines: list[Line]) -> None:
    if entry.kind in NEVER_UNDONE:
        raise Conflict(f"Entry {entry.id} ({entry.kind}) can't be undone. Do the opposite instead.")
    if entry.member_id == act.by.id:
        return
    ends = [locations.get(session, place) for line in lines for place in (line.source_id, line.target_id)]
    ours = [end for end in ends if end.kind in locations.STORES]
    if not (all(act.by.may(Permission.MOVE, at=end) for end in ours) if ours else act.by.everywhere(Permission.MOVE)):
        raise NotAllowed("Only whoever did it, or a keeper there, can undo this.")


def _require_not_undone(session: Session, act: Act, entry: Entry) -> None:
    query = select(MEMBERS.c.name, ENTRIES.c.recorded_at).join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
    undone = session.execute(query.where(ENTRIES.c.reverses_id == entry.id)).one_or_none()
    if undone is not None:
        raise Conflict(f"{undone.name} undid this already, on {said_time(undone.recorded_at, act.by.time_zone)}.")


def note_of(session: Session, entry_id: int) -> str | None:
    """The note that was written with an entry, unless it has been erased."""
    return session.execute(select(WORDS.c.note).where(WORDS.c.entry_id == entry_id)).scalar()
