"""The ledger's one writer. Every act is an entry, everything that moves is a movement, and both are written here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, literal, select, text
from sqlmodel import Session, SQLModel

from models import (
    acceptances,
    archived,
    attachments,
    attestations,
    availability,
    bills,
    bulk,
    caches,
    chain,
    changes,
    custom_records,
    custom_values,
    filling,
    hand_overs,
    homes,
    locations,
    lot_paths,
    lots,
    namesakes,
    notices,
    orders,
    owed,
    paths,
    reorder,
    reservations,
    unkept,
    waiting_for,
)
from models.attachments import File
from models.caches import Line
from models.changes import ByTable, Change
from models.custom_values import Given
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, WORDS, EntryKind
from models.members import Actor
from models.quantities import InPacks, said_in
from models.refusals import Refusal
from models.times import micros


@dataclass(frozen=True, slots=True)
class Posted:
    """What `post()` wrote: enough to confirm it and to undo it."""

    id: int
    kind: EntryKind
    member_id: int
    recorded_at: datetime
    happened_at: datetime
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """A member doing something: who, when, and which intent of theirs it carries out. Every verb takes one."""

    by: Actor
    #: The time of the request, UTC.
    now: datetime
    #: Fresh random text, whenever one is needed: randomness is passed in like the time.
    token: Callable[[], str]
    #: The intent's idempotency key, where somebody outside asked for it.
    key: str | None = None
    #: The approval request that allows it; without one, policy may ask for one.
    request_id: int | None = None
    #: What a form said in the custom fields of the record that the act makes.
    custom: Given | None = None
    #: The photos and files that a form added to what it did.
    files: Sequence[File] = ()


#: These say what is there, whatever is kept for whom.
_CORRECTING = frozenset({EntryKind.COUNTED, EntryKind.LOST, EntryKind.ANSWERED})

_LAST = select(ENTRIES.c.id, ENTRIES.c.recorded_at, ENTRIES.c.hash, custom_records.ASKED.label("asked"))
_LAST = _LAST.order_by(ENTRIES.c.id.desc()).limit(1)
#: A refusal leaves nothing behind: whoever catches it may go on. SQLAlchemy's own savepoints cost three times as much.
_BEGIN, _TAKE_BACK, _KEEP = text("SAVEPOINT entry"), text("ROLLBACK TO SAVEPOINT entry"), text("RELEASE SAVEPOINT entry")
_INSERT_ENTRY, _INSERT_WORDS, _INSERT_SUBJECT, _INSERT_MOVEMENT = insert(ENTRIES), insert(WORDS), insert(SUBJECTS), insert(MOVEMENTS)


def post(
    session: Session,
    act: Act,
    kind: EntryKind,
    *,
    lines: Sequence[Line] = (),
    changed: Sequence[Change] = (),
    happened_at: datetime | None = None,
    note: str | None = None,
    on_behalf_of_id: int | None = None,
    reverses_id: int | None = None,
    asked: bool = False,
) -> Posted:
    """Writes one entry with its movements and changes, and carries them out in every cache, all or nothing.

    `asked`: whoever did it could say what custom fields want to know of it.
    `happened_at` (UTC) backdates it; without one it happens now. Refuses what would happen in the future, take a location of ours below
    zero at that or any later moment, move an asset from where it is not, or change a row that is no longer as `changed` says it was.
    The clock may step back: the ledger's own time does not.
    """
    session.flush()
    connection = session.connection()
    last = connection.execute(_LAST).first()
    recorded_at = max(act.now, last.recorded_at) if last else act.now
    happened_at = happened_at or recorded_at
    if happened_at > recorded_at:
        raise Refusal("That is in the future. A movement is recorded when it has happened.", field="date")
    seq, previous = (last.id + 1, last.hash) if last else (1, chain.GENESIS)
    connection.execute(_BEGIN)
    try:
        if kind in custom_records.MOVES and (act.custom or (last and last.asked)):
            moved = {line.variant_id for line in lines}
            said = custom_records.said(session, act.by, act.custom, entry_id=seq, variant_ids=moved, asked=asked)
            changed = [*changed, *said]
        if act.files:
            changed = [*changed, *attachments.added(session, act.files)]
        told = tuple(change for change in changed if change.after)
        posted = Posted(seq, kind, act.by.id, recorded_at, happened_at, tuple(lines), told, note)
        of_table = changes.by_table(told)
        _write(session, act, posted, of_table, on_behalf_of_id=on_behalf_of_id, reverses_id=reverses_id, previous=previous)
        _carry_out(session, act, posted, of_table, undoing=reverses_id is not None)
    except Refusal:
        connection.execute(_TAKE_BACK)
        session.expire_all()  # what was read meanwhile is not so
        raise
    connection.execute(_KEEP)
    notices.touch(session, {table: [change.id for change in those] for table, those in of_table.items()})
    places = {place for line in lines for place in (line.source_id, line.target_id)}
    concerned = [act.by.id, on_behalf_of_id, *reservations.owners(session, of_table)]
    homes.mark(session, list(places), members=concerned, now=recorded_at)
    return posted


def _write(
    session: Session,
    act: Act,
    posted: Posted,
    of_table: ByTable,
    *,
    on_behalf_of_id: int | None,
    reverses_id: int | None,
    previous: str,
) -> None:
    connection = session.connection()
    plain, worded = changes.dumped(posted.changes)
    salt = act.token() if posted.note or worded != changes.NONE else None
    entry: dict[str, Any] = {
        "kind": posted.kind,
        "member_id": posted.member_id,
        "on_behalf_of_id": on_behalf_of_id,
        "request_id": act.request_id,
        "recorded_at": posted.recorded_at,
        "happened_at": posted.happened_at,
        "key": act.key,
        "reverses_id": reverses_id,
        "changes": plain,
        "words_digest": chain.words_digest(salt, posted.note, worded) if salt else None,
    }
    exact = entry | {"recorded_at": micros(posted.recorded_at), "happened_at": micros(posted.happened_at)}
    linked = chain.entry_hash(previous, seq=posted.id, movements=posted.lines, **exact)
    connection.execute(_INSERT_ENTRY, entry | {"id": posted.id, "previous_hash": previous, "hash": linked})
    if salt:
        connection.execute(_INSERT_WORDS, {"entry_id": posted.id, "salt": salt, "note": posted.note, "changes": worded})
    if posted.changes:
        _write_subjects(session, posted, of_table)
    if posted.lines:
        _write_movements(session, posted)


def _write_movements(session: Session, posted: Posted) -> None:
    fields: tuple[str, ...] = ("entry_id", "happened_at", *Line._fields)
    rows = [(posted.id, posted.happened_at, *line) for line in posted.lines]
    if any(isinstance(line.quantity, InPacks) for line in posted.lines):  # of an import's forty thousand none is, and two columns cost
        rows, fields = [(*row, *said_in(line.quantity)) for row, line in zip(rows, posted.lines, strict=True)], (*fields, "packs", "pack")
    bulk.execute(session, _INSERT_MOVEMENT, fields, rows)


def _write_subjects(session: Session, posted: Posted, of_table: ByTable) -> None:
    if len(posted.changes) < bulk.MANY:
        subjects = [{"entry_id": posted.id, "subject": change.table, "subject_id": change.id} for change in posted.changes]
        session.connection().execute(_INSERT_SUBJECT, subjects)
        return
    for table, those in of_table.items():  # thousands of rows that follow one another are named where they are
        row = SQLModel.metadata.tables[table].c.id
        named = select(literal(posted.id), literal(table), row).where(row.between(bindparam("first"), bindparam("last")))
        spans = [{"first": first, "last": last} for first, last in bulk.spans(change.id for change in those)]
        session.connection().execute(insert(SUBJECTS).from_select(("entry_id", "subject", "subject_id"), named), spans)


def _carry_out(session: Session, act: Act, posted: Posted, of_table: ByTable, *, undoing: bool) -> None:
    lines = posted.lines
    opening = {change.id for change in of_table.get("locations", ()) if change.after.get("archived_at", 0) is None}
    at = caches.ends(session, lines, opening=opening) if lines else {}
    net = caches.deltas(lines)
    caches.move_nets(session, net, happened_at=posted.happened_at)
    if undoing or posted.happened_at < posted.recorded_at:
        caches.settle_assets(session, paths.of_assets(session, lines, entry_id=posted.id))
        paths.require_possible(session, net, at, since=posted.happened_at, entry_id=posted.id, zone=act.by.time_zone)
        lot_paths.require_possible(session, lines, at, since=posted.happened_at, zone=act.by.time_zone)
    else:
        caches.move_assets(session, lines, at, born=[change.id for change in of_table.get("assets", ()) if "archived_at" in change.after])
    reservations.free(session, of_table)
    lots.require_tracked(session, of_table)
    in_lots = caches.move_lots(session, lines, at, now=posted.recorded_at)
    correcting = undoing or posted.kind in _CORRECTING
    caches.move_levels(session, net, at, lots=in_lots, correcting=correcting)
    if posted.changes or undoing:
        _carry_changes_out(session, act, posted, of_table, undoing=undoing)
    if undoing:
        owed.require_held(session, net)
    low = reorder.watch(session, net, at, of_table, now=posted.recorded_at)
    filling.follow(session, low, of_table, now=posted.recorded_at)
    waiting_for.look_again(session, lines, at, of_table, now=posted.recorded_at)
    hand_overs.follow(session, of_table, lines, at)
    attestations.follow(session, at)
    unkept.follow(session, lines, at, of_table, by_id=act.by.id, entry_id=posted.id, now=posted.recorded_at)


def _carry_changes_out(session: Session, act: Act, posted: Posted, of_table: ByTable, *, undoing: bool) -> None:
    reservations.keep(session, of_table)
    changes.apply(session, posted.changes, now=posted.recorded_at)
    if undoing:
        locations.require_tree(session, changes.ids(of_table, locations.LOCATIONS))
    if undoing or archived.archives(of_table):
        archived.require_empty(session, of_table, posted.lines)
    bills.require_sound(session, of_table)
    namesakes.require_none(session, of_table, undoing=undoing)
    custom_values.follow(session, of_table, now=posted.recorded_at)
    availability.require_free(session, act.by, of_table, now=posted.recorded_at, undoing=undoing)
    orders.follow(session, of_table, now=posted.recorded_at)
    acceptances.follow(session, of_table, undoing=undoing)
