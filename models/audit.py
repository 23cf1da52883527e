"""Proof that the ledger is whole: `problems()` names every invariant that does not hold, `verify_chain()` the first bad entry."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, exists, func, or_, select, type_coerce, union_all
from sqlmodel import Session

from models import agreement, chain, changes, lot_paths
from models.agreement import Proofs, contradictions, proofs
from models.entries import ENTRIES, MOVEMENTS, WORDS, EntryKind
from models.folds import legs, running
from models.locations import LOCATIONS, OURS
from models.lots import LOTS
from models.paths import births, journeys, lows
from models.times import EPOCH

#: How many entries `verify_chain` reads before it tells how far it is.
PAGE = 5_000

_MOVED = MOVEMENTS.c


@dataclass(frozen=True, slots=True)
class Figures:
    """How large the ledger is, and its head: whoever keeps the head elsewhere notices when the newest entries are cut off."""

    entries: int
    movements: int
    recorded_at: datetime | None
    head: str


def figures(session: Session) -> Figures:
    """The ledger's size and head."""
    connection = session.connection()
    last = connection.execute(select(ENTRIES.c.recorded_at, ENTRIES.c.hash).order_by(ENTRIES.c.id.desc()).limit(1)).one_or_none()
    entries, movements = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (ENTRIES, MOVEMENTS))
    return Figures(entries, movements, last.recorded_at if last else None, last.hash if last else chain.GENESIS)


def problems(session: Session, progress: Callable[[int], None] | None = None) -> list[str]:
    """One sentence per invariant that is broken, its first bad entry or row named; empty when all hold. Reads everything.

    `progress` hears how many entries have been read, as from `verify_chain`.
    """
    session.flush()
    looks = [_entries_hold, _paths_are_whole, agreement.tables_agree]
    bad = verify_chain(session, progress)
    rewritten = [] if bad is None else [f"Entry {bad} is not as it was written."]
    if bad is None:  # else what entries say of rows proves nothing, where it can be read at all
        looks.append(agreement.rows_are_as_told)
    return rewritten + [problem for look in looks for problem in look(session)]


def verify_chain(session: Session, progress: Callable[[int], None] | None = None) -> int | None:
    """The first entry that is not as it was written, by its place in the ledger; None when all are.

    Reads a million entries in some ten seconds; `progress` hears how many are done. Entries cut off at the end leave a valid chain: see
    `Figures.head`.
    """
    previous = chain.GENESIS
    entries = session.connection().execute(_WRITTEN, execution_options={"yield_per": changes.READ_AT_ONCE})
    moved = session.connection().execute(_LINES, execution_options={"yield_per": PAGE})
    lines_of = groupby(moved, key=lambda line: line.entry_id)
    moving, lines = next(lines_of, _NO_MORE)
    for seq, entry in enumerate(entries, start=1):
        own = list(lines) if moving == entry.id else []
        if entry.id != seq or entry.previous_hash != previous or _rewritten(entry, own):
            return seq
        if moving == entry.id:
            moving, lines = next(lines_of, _NO_MORE)
        previous = entry.hash
        if progress is not None and seq % PAGE == 0:
            progress(seq)
    return session.connection().execute(_ORPHAN).scalar()


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as it is stored: converting every time and word would double the work."""
    kind = BigInteger if column.name.endswith("_at") else Text if column.name == "kind" else column.type
    return type_coerce(column, kind).label(column.name)


#: After the last movement: no entry has it.
_NO_MORE: tuple[int, Iterable[Any]] = (0, ())
_LINE = (_MOVED.variant_id, _MOVED.quantity, _MOVED.source_id, _MOVED.target_id, _MOVED.asset_id, _MOVED.lot_id)
_WRITTEN = (
    select(
        *(_raw(column) for column in ENTRIES.c),
        WORDS.c.salt,
        WORDS.c.note,
        WORDS.c.changes.label("worded"),
    )
    .select_from(ENTRIES)
    .outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
    .order_by(ENTRIES.c.id)
)
#: Read beside the entries and not with them: an import's changes have megabytes, and would be repeated for each of its movements.
_LINES = select(_MOVED.entry_id, type_coerce(_MOVED.happened_at, BigInteger).label("moved_at"), *_LINE)
_LINES = _LINES.order_by(_MOVED.entry_id, _MOVED.id)
_ORPHAN = select(func.min(_MOVED.entry_id)).where(~exists().where(ENTRIES.c.id == _MOVED.entry_id))


def _rewritten(entry: Any, lines: Sequence[Any]) -> bool:
    """Whether an entry and its movements are not what its hash says."""
    if entry.salt is not None and chain.words_digest(entry.salt, entry.note, entry.worded) != entry.words_digest:
        return True
    if any(line.moved_at != entry.happened_at for line in lines):
        return True
    hashed = chain.entry_hash(
        entry.previous_hash,
        seq=entry.id,
        kind=entry.kind,
        member_id=entry.member_id,
        on_behalf_of_id=entry.on_behalf_of_id,
        request_id=entry.request_id,
        recorded_at=entry.recorded_at,
        happened_at=entry.happened_at,
        key=entry.key,
        reverses_id=entry.reverses_id,
        changes=entry.changes,
        words_digest=entry.words_digest,
        movements=(line[-len(_LINE) :] for line in lines),
    )
    return bool(hashed != entry.hash)


def _in_order() -> Proofs:
    earlier = ENTRIES.alias("earlier")
    before = func.lag(ENTRIES.c.recorded_at).over(order_by=ENTRIES.c.id)
    each = select(ENTRIES.c.id, ENTRIES.c.recorded_at, before.label("before")).subquery("each")
    gap = select(ENTRIES.c.id).where(ENTRIES.c.id > 1, ~exists().where(earlier.c.id == ENTRIES.c.id - 1))
    copied = select(_MOVED.entry_id).join(ENTRIES, ENTRIES.c.id == _MOVED.entry_id).where(_MOVED.happened_at != ENTRIES.c.happened_at)
    return proofs(
        ("Entry {} has no predecessor.", gap.order_by(ENTRIES.c.id)),
        ("Entry {} was recorded before its predecessor.", select(each.c.id).where(each.c.recorded_at < each.c.before).order_by(each.c.id)),
        (
            "Entry {} was recorded before it happened.",
            select(ENTRIES.c.id).where(ENTRIES.c.happened_at > ENTRIES.c.recorded_at).order_by(ENTRIES.c.id),
        ),
        ("Entry {} has a movement that happened at another time.", copied.order_by(_MOVED.entry_id)),
    )


def _undos_mirror() -> Proofs:
    undo, done = ENTRIES.alias("undo"), ENTRIES.alias("done")
    untrue = or_(
        undo.c.kind != EntryKind.UNDID,
        undo.c.reverses_id >= undo.c.id,
        done.c.reverses_id.is_not(None),
        and_(done.c.happened_at != undo.c.happened_at, exists().where(_MOVED.entry_id == undo.c.id)),
    )
    wrong = select(undo.c.id).join(done, done.c.id == undo.c.reverses_id).where(untrue)
    pair = select(undo.c.id, undo.c.reverses_id).where(undo.c.reverses_id.is_not(None)).subquery("pair")
    key = (_MOVED.variant_id, _MOVED.asset_id, _MOVED.lot_id)
    there = select(pair.c.id, *key, _MOVED.source_id.label("a"), _MOVED.target_id.label("b"), _MOVED.quantity).join(
        pair, pair.c.reverses_id == _MOVED.entry_id
    )
    back = select(pair.c.id, *key, _MOVED.target_id, _MOVED.source_id, -_MOVED.quantity).join(pair, pair.c.id == _MOVED.entry_id)
    line = union_all(there, back).subquery("line")
    uneven = (
        select(line.c.id)
        .group_by(line.c.id, line.c.variant_id, line.c.asset_id, line.c.lot_id, line.c.a, line.c.b)
        .having(func.sum(line.c.quantity) != 0)
    )
    return proofs(
        ("Entry {} undoes another which it can't.", wrong.order_by(undo.c.id)),
        ("Entry {} does not move back what the entry moved that it undoes.", uneven.order_by(line.c.id)),
    )


def _never_below_zero() -> Proofs:
    live = running(legs(), "entry_id").subquery("live")
    recorded = select(live.c.entry_id, LOCATIONS.c.name).join(LOCATIONS, LOCATIONS.c.id == live.c.location_id)
    recorded = recorded.where(live.c.came < 0, LOCATIONS.c.kind.in_(OURS)).order_by(live.c.entry_id)
    of_lot = lot_paths.lows().add_columns(func.coalesce(LOTS.c.code, "none"))
    return proofs(
        ("Entry {} was recorded when {} had too little.", recorded),
        ("Entry {0} happened when {5} had too little.", lows(EPOCH)),
        ("Entry {0} happened when {4} had too little of lot {8}.", of_lot),
    )


#: Put together once, as all that is asked here: that takes longer than asking small stores.
_OF_ENTRIES = [*_in_order(), *_undos_mirror(), *_never_below_zero()]


def _entries_hold(session: Session) -> Iterator[str]:
    return contradictions(session, _OF_ENTRIES)


def _paths_are_whole(session: Session) -> Iterator[str]:
    places = births(session)
    for leg in journeys(session):
        if leg.source_id != places[leg.asset_id]:
            yield f"Entry {leg.entry_id} moved asset {leg.asset_id} from where it was not."
            return
        places[leg.asset_id] = leg.target_id
    yield from agreement.assets_are_at(session, places)
