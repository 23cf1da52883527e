"""Undo: one entry with all movements of another reversed, dated like it, so that the past reads as if it had never happened."""

from sqlalchemy import exists, select
from sqlmodel import Session

from models import (
    archiving,
    changes,
    custom_records,
    deciding,
    ledger,
    locations,
    notices,
    ordering,
    recall_reads,
    recalling,
    reservations,
    stocktaking,
    sweeping,
)
from models.caches import Line
from models.changes import Change
from models.custom_fields import VALUES
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, WORDS, Entry, EntryKind, EntryWords
from models.importing import dropped
from models.ledger import Act, Posted
from models.members import MEMBERS, SCHEDULE, Permission, require
from models.refusals import Conflict, NotAllowed, NotFound
from models.times import said_time

#: What is taken back by its opposite instead, which is a decision or an act of its own and is checked as one.
NEVER_UNDONE = frozenset(
    {
        EntryKind.UNDID,
        EntryKind.APPROVED,
        EntryKind.DENIED,
        EntryKind.WITHDREW,
        EntryKind.MERGED,
        EntryKind.GRANTED,
        EntryKind.REVOKED,
        EntryKind.OFFERED,
        EntryKind.OFFER_LAPSED,
    }
)


def undo(session: Session, act: Act, *, entry_id: int) -> Posted:
    """Takes an entry back: movements reversed as of when they happened, changed terms as they were before.

    For its author, for whom the schedule did it, or a keeper of everywhere that it moved something or kept something.
    Refused when it was undone already, when the terms have
    been changed again, and when what it moved has moved on so that the past without it is impossible. To undo an ask is to withdraw it.
    """
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise NotFound(f"There is no entry {entry_id}.")
    lines = _lines(session, entry_id)
    _require_may_undo(session, act, entry, lines)
    _require_not_undone(session, act, entry)
    if entry.kind is EntryKind.ASKED:
        return deciding.withdraw(session, act, request_id=_changes(session, entry)[0].id).posted
    if entry.kind is EntryKind.RECALLED:
        recalling.require_unanswered(session, _recall_of(session, entry))
    _require_last_word(session, act, entry)
    changed = _changes(session, entry)
    stays = custom_records.of_entries(session, changed)
    taken_back = [change.reversed() for change in reversed(changed) if change.table != VALUES.name or change.id not in stays]
    taken_back += archiving.hanging_on_gone(session, act.now, taken_back)
    ordering.require_can_take_back(session, taken_back)
    stocktaking.require_can_take_back(session, act, taken_back)
    back = [line._replace(source_id=line.target_id, target_id=line.source_id) for line in reversed(lines)]
    posted = ledger.post(
        session,
        act,
        EntryKind.UNDID,
        lines=back,
        changed=taken_back,
        happened_at=entry.happened_at if lines else None,
        reverses_id=entry_id,
    )
    notices.touch(session, {"entries": [entry_id], "approval_requests": [entry.request_id or 0]})
    if entry.kind is EntryKind.ANSWERED:
        notices.touch(session, {"recalls": recalling.answered_by(session, taken_back)})
    notices.touch(session, {"stocktakes": stocktaking.concerned(session, taken_back)})
    if entry.kind is EntryKind.IMPORTED:
        notices.touch(session, {"dropped_files": dropped.of_entry(session, entry_id)})
    sweeping.redraw(session, [change.id for change in taken_back if change.table == "sweeps"])
    return posted


def _lines(session: Session, entry_id: int) -> list[Line]:
    moved = MOVEMENTS.c
    query = select(moved.variant_id, moved.quantity, moved.source_id, moved.target_id, moved.asset_id, moved.lot_id)
    return [Line(*row) for row in session.connection().execute(query.where(moved.entry_id == entry_id).order_by(moved.id))]


def _changes(session: Session, entry: Entry) -> list[Change]:
    words = session.get(EntryWords, entry.id)
    if words is None and entry.words_digest is not None and entry.changes != changes.NONE:
        raise Conflict(f"The words of entry {entry.id} have been erased, and it can't be undone without them.")
    return changes.loaded(entry.changes, words.changes if words else changes.NONE)


def _require_may_undo(session: Session, act: Act, entry: Entry, lines: list[Line]) -> None:
    require(act.by, Permission.LOOK)
    if entry.kind in NEVER_UNDONE:
        raise Conflict(f"Entry {entry.id} ({entry.kind}) can't be undone. Do the opposite instead.")
    if entry.kind is EntryKind.SET_POLICY:
        require(act.by, Permission.POLICIES)
        return
    if entry.kind is EntryKind.SET_FIELD:
        require(act.by, Permission.FIELDS)
        return
    if entry.kind in {EntryKind.RECALLED, EntryKind.CLOSED_RECALL}:
        recalling.require_may_end(session, act.by, recall_reads.get(session, _recall_of(session, entry)))
        return
    if entry.kind in {EntryKind.ACCEPTED_TERMS, EntryKind.DECLINED_TERMS} and entry.member_id != act.by.id:
        raise NotAllowed("What somebody has answered to terms, only they can take back.")
    if entry.member_id == act.by.id or (entry.member_id == SCHEDULE and entry.on_behalf_of_id == act.by.id):
        return
    places = {place for line in lines for place in (line.source_id, line.target_id)} | reservations.places_of(session, entry.id)
    ends = [locations.get(session, place) for place in places]
    ours = [end for end in ends if end.kind in locations.STORES]
    if not (all(act.by.may(Permission.MOVE, at=end) for end in ours) if ours else act.by.everywhere(Permission.MOVE)):
        raise NotAllowed("Only whoever did it, or a keeper there, can undo this.")


def _recall_of(session: Session, entry: Entry) -> int:
    return next(change.id for change in _changes(session, entry) if change.table == "recalls")


def _require_not_undone(session: Session, act: Act, entry: Entry) -> None:
    query = select(MEMBERS.c.name, ENTRIES.c.recorded_at).join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
    undone = session.execute(query.where(ENTRIES.c.reverses_id == entry.id)).one_or_none()
    if undone is not None:
        raise Conflict(f"{undone.name} undid this already, on {said_time(undone.recorded_at, act.by.time_zone)}.")


def _require_last_word(session: Session, act: Act, entry: Entry) -> None:
    """Refuses where a later entry, which was not undone, has changed the same field of the same row; names the first of them."""
    mine, later, undoing = SUBJECTS.alias("mine"), SUBJECTS.alias("later"), ENTRIES.alias("undoing")
    same_row = (later.c.subject == mine.c.subject) & (later.c.subject_id == mine.c.subject_id) & (later.c.entry_id > entry.id)
    query = (
        select(
            ENTRIES.c.id,
            ENTRIES.c.kind,
            ENTRIES.c.recorded_at,
            ENTRIES.c.changes,
            ENTRIES.c.member_id,
            WORDS.c.changes.label("worded"),
            MEMBERS.c.name,
        )
        .select_from(ENTRIES)
        .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
        .outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
        .where(ENTRIES.c.id.in_(select(later.c.entry_id).select_from(mine).join(later, same_row).where(mine.c.entry_id == entry.id)))
        .where(ENTRIES.c.reverses_id.is_(None), ~exists().where(undoing.c.reverses_id == ENTRIES.c.id))
        .order_by(ENTRIES.c.id)
    )
    rows = session.connection().execute(query).all()
    if not rows:
        return
    words = session.get(EntryWords, entry.id)
    own = changes.fields_changed(entry.changes, words.changes if words else changes.NONE)
    for row in rows:
        changed = changes.fields_changed(row.changes, row.worded or changes.NONE)
        if any(fields & changed[subject] for subject, fields in own.items()):
            when = said_time(row.recorded_at, act.by.time_zone)
            who = "You have" if row.member_id == act.by.id else f"{row.name} has"
            raise Conflict(f"{who} changed this again since, on {when} (entry {row.id}, {row.kind}). Undo that first.")


_UNDOING = ENTRIES.alias("undoing")


def undone_since(session: Session, key: str) -> bool:
    """Whether what was done under that intent's key has been taken back since."""
    query = select(_UNDOING.c.id).join(ENTRIES, _UNDOING.c.reverses_id == ENTRIES.c.id).where(ENTRIES.c.key == key)
    return session.connection().execute(query.limit(1)).first() is not None
