"""The ledger's one writer. Every act is an entry, everything that moves is a movement, and both are written here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models import caches, chain, changes, homes, notices, paths, reorder
from models.caches import Line
from models.changes import Change
from models.entries import ENTRIES, MOVEMENTS, WORDS, EntryKind
from models.members import Actor
from models.refusals import Refusal


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


_LAST = select(ENTRIES.c.id, ENTRIES.c.recorded_at, ENTRIES.c.hash).order_by(ENTRIES.c.id.desc()).limit(1)
_INSERT_ENTRY, _INSERT_WORDS, _INSERT_MOVEMENT = insert(ENTRIES), insert(WORDS), insert(MOVEMENTS)


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
) -> Posted:
    """Writes one entry with its movements and changes, and carries them out in every cache, all or nothing.

    `happened_at` (UTC) backdates it; without one it happens now. Refuses what would happen in the future, take a location of ours below
    zero at that or any later moment, move an asset from where it is not, or change a row that is no longer as `changed` says it was.
    The clock may step back: the ledger's own time does not.
    """
    session.flush()
    last = session.connection().execute(_LAST).one_or_none()
    recorded_at = max(act.now, last.recorded_at) if last else act.now
    happened_at = happened_at or recorded_at
    if happened_at > recorded_at:
        raise Refusal("That is in the future. A movement is recorded when it has happened.", field="date")
    changes.apply(session, changed, now=recorded_at)
    seq = last.id + 1 if last else 1
    entry = {
        "kind": kind,
        "member_id": act.by.id,
        "on_behalf_of_id": on_behalf_of_id,
        "request_id": act.request_id,
        "recorded_at": recorded_at,
        "happened_at": happened_at,
        "key": act.key,
        "reverses_id": reverses_id,
    }
    _write(session, seq, entry, lines, changed, note=note, salt=act.token, previous=last.hash if last else chain.GENESIS)
    _carry_out(session, lines, happened_at=happened_at, recorded_at=recorded_at)
    notices.touch(session, [(change.table, change.id) for change in changed])
    homes.mark(
        session,
        [line.source_id for line in lines] + [line.target_id for line in lines],
        members=[act.by.id, on_behalf_of_id],
        now=recorded_at,
    )
    return Posted(seq, kind, act.by.id, recorded_at, happened_at, tuple(lines), tuple(changed), note)


def _write(
    session: Session,
    seq: int,
    entry: dict[str, Any],
    lines: Sequence[Line],
    changed: Sequence[Change],
    *,
    note: str | None,
    salt: Callable[[], str],
    previous: str,
) -> None:
    connection = session.connection()
    plain, worded = changes.dumped(changed)
    secret = salt() if note or worded != "[]" else None
    digest = chain.words_digest(secret, note, worded) if secret else None
    fields = entry | {"changes": plain, "words_digest": digest}
    linked = chain.entry_hash(previous, seq=seq, movements=lines, **fields)
    connection.execute(_INSERT_ENTRY, fields | {"id": seq, "previous_hash": previous, "hash": linked})
    if secret:
        connection.execute(_INSERT_WORDS, {"entry_id": seq, "salt": secret, "note": note, "changes": worded})
    if lines:
        moved = {"entry_id": seq, "happened_at": entry["happened_at"]}
        connection.execute(_INSERT_MOVEMENT, [moved | line._asdict() for line in lines])


def _carry_out(session: Session, lines: Sequence[Line], *, happened_at: datetime, recorded_at: datetime) -> None:
    if not lines:
        return
    at = caches.ends(session, lines)
    net = caches.deltas(lines)
    caches.move_levels(session, net, at, happened_at=happened_at)
    if happened_at < recorded_at:
        paths.require_possible(session, net, at, since=happened_at)
        caches.settle_assets(session, paths.of_assets(session, lines))
    else:
        caches.move_assets(session, lines, at)
    reorder.watch(session, {variant for variant, _ in net}, {place for _, place in net}, at, now=recorded_at)
