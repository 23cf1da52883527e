"""Tracing: where a lot or an asset came from, and what became of it, through production over any number of levels.

What links one to another is an entry that stands and has both: lines into production, which consume, and lines out of it, which make.
Whatever it consumed went into whatever it made.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, WORDS
from models.folds import stands
from models.locations import LOCATIONS, OURS, STORES, LocationKind
from models.lots import LOT_LEVELS, LOTS
from models.members import MEMBERS
from models.quantities import ONE
from models.reservations import RESERVATIONS

_MOVED = MOVEMENTS.c
#: So many lots, assets or entries are looked at in one read.
CHUNK = 400

#: There something is kept. Wherever else it goes, it has gone to somebody or something.
KEPT = STORES | {LocationKind.WORKSHOP}
#: From there comes what was not ours before, or was not what it is.
ORIGINS = frozenset({LocationKind.SUPPLIER, LocationKind.ADJUSTMENT})


class Node(NamedTuple):
    """What can be traced: a lot, or an asset. Neither: what was counted, and is of no lot."""

    lot_id: int | None = None
    asset_id: int | None = None


class What(StrEnum):
    """What one line of a trace tells."""

    RECEIVED = "received from"
    COUNTED = "counted in at"
    WENT_IN = "built in from"
    BUILT = "built at"
    WENT = "went to"
    CAME_BACK = "came back from"
    LIES = "lies in"


class Step(NamedTuple):
    """One line of a trace: so much of something, so many builds away, came, went, or lies somewhere."""

    #: How many builds lie between; the traced one itself is 0.
    level: int
    what: What
    node: Node
    #: Its code or serial; empty for what is of no lot.
    code: str
    variant: str
    unit: str
    quantity: int
    #: Where it came from, went to, lies, or was built.
    place: str
    kind: LocationKind
    #: None: as it lies now.
    happened_at: datetime | None = None
    entry_id: int | None = None
    member: str = ""
    #: What was noted, or the job that it was kept for.
    note: str = ""
    #: Whether it is tracked: by lots, or by its serial.
    tracked: bool = True


class Trace(NamedTuple):
    """Both ways from one lot or asset: what it came from, and what became of it. The nearest first, then in their order."""

    back: list[Step]
    forward: list[Step]


class _Way(NamedTuple):
    """One way from a lot or asset: what was reached, how many builds away, and the builds, each with how far away what it adds is."""

    nodes: dict[Node, int]
    builds: dict[int, int]


def trace(session: Session, start: Node) -> Trace:
    """Everything that led to a lot or asset, and everything that it led to."""
    production = _production(session)
    before, after = _walk(session, start, production, forward=False), _walk(session, start, production, forward=True)
    back = [*_movements(session, before, _came), *_consumed(session, before, production)]
    forward = [*_movements(session, after, _went), *_made(session, after, production), *_lying(session, after)]
    return Trace(sorted(back, key=_nearest_first), sorted(forward, key=_nearest_first))


def _nearest_first(step: Step) -> tuple[int, bool, Any, int, int, str]:
    return step.level, step.happened_at is None, step.happened_at or 0, step.entry_id or 0, -step.quantity, step.place


def made_of(session: Session, start: Node) -> dict[Node, int]:
    """What a lot or asset was made of, with the fewest builds that lie between; itself included."""
    return _walk(session, start, _production(session), forward=False).nodes


def made_from(session: Session, start: Node) -> dict[Node, int]:
    """What was made from a lot or asset, with the fewest builds that lie between; itself included."""
    return _walk(session, start, _production(session), forward=True).nodes


def _production(session: Session) -> list[int]:
    query = select(LOCATIONS.c.id).where(LOCATIONS.c.kind == LocationKind.PRODUCTION)
    return list(session.connection().execute(query).scalars())


def _walk(session: Session, start: Node, production: Collection[int], *, forward: bool) -> _Way:
    """Build by build, until nothing new is reached."""
    into, out_of = _MOVED.target_id.in_(production), _MOVED.source_id.in_(production)
    mine, theirs = (into, out_of) if forward else (out_of, into)
    nodes, builds, edge = {start: 0}, dict[int, int](), [start]
    while edge:
        level = nodes[edge[0]] + 1
        begun = select(_MOVED.entry_id).distinct().where(mine, stands())
        entries = {row.entry_id for some in _chunks(edge) for row in session.connection().execute(begun.where(_of(some)))}
        entries -= builds.keys()
        builds |= dict.fromkeys(entries, level)
        ended = select(_MOVED.lot_id, _MOVED.asset_id).distinct().where(theirs)
        rows = [row for some in _chunks(entries) for row in session.connection().execute(ended.where(_MOVED.entry_id.in_(some)))]
        edge = list({node for row in rows for node in _nodes(row)} - nodes.keys())
        nodes |= dict.fromkeys(edge, level)
    return _Way(nodes, builds)


def _nodes(row: Any) -> list[Node]:
    """The lot and the asset that a line is of."""
    found = [Node(lot_id=row.lot_id)] if row.lot_id is not None else []
    return [*found, Node(asset_id=row.asset_id)] if row.asset_id is not None else found


def _of(nodes: Collection[Node]) -> ColumnElement[bool]:
    return or_(
        _MOVED.lot_id.in_([node.lot_id for node in nodes if node.lot_id is not None]),
        _MOVED.asset_id.in_([node.asset_id for node in nodes if node.asset_id is not None]),
    )


def _chunks(some: Collection[Any]) -> Iterator[list[Any]]:
    left = iter(some)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


_SOURCES, _TARGETS = LOCATIONS.alias("sources"), LOCATIONS.alias("targets")
#: The job that what an entry took was kept for.
_JOB = (
    select(RESERVATIONS.c.purpose)
    .join(SUBJECTS, (SUBJECTS.c.subject == RESERVATIONS.name) & (SUBJECTS.c.subject_id == RESERVATIONS.c.id))
    .where(SUBJECTS.c.entry_id == _MOVED.entry_id, RESERVATIONS.c.variant_id == _MOVED.variant_id)
    .limit(1)
    .scalar_subquery()
)
_LINES: Select[Any] = (
    select(
        _MOVED.lot_id,
        _MOVED.asset_id,
        LOTS.c.code,
        ASSETS.c.serial,
        VARIANTS.c.name.label("variant"),
        ITEMS.c.unit,
        ITEMS.c.lot_tracked,
        _MOVED.quantity,
        _SOURCES.c.name.label("source"),
        _SOURCES.c.kind.label("source_kind"),
        _TARGETS.c.name.label("target"),
        _TARGETS.c.kind.label("target_kind"),
        _MOVED.happened_at,
        _MOVED.entry_id,
        MEMBERS.c.name.label("member"),
        WORDS.c.note,
        _JOB.label("job"),
    )
    .join(VARIANTS, VARIANTS.c.id == _MOVED.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .join(_SOURCES, _SOURCES.c.id == _MOVED.source_id)
    .join(_TARGETS, _TARGETS.c.id == _MOVED.target_id)
    .join(ENTRIES, ENTRIES.c.id == _MOVED.entry_id)
    .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
    .outerjoin(WORDS, WORDS.c.entry_id == _MOVED.entry_id)
    .outerjoin(LOTS, LOTS.c.id == _MOVED.lot_id)
    .outerjoin(ASSETS, ASSETS.c.id == _MOVED.asset_id)
)


def _movements(session: Session, way: _Way, telling: Any) -> Iterator[Step]:
    """What moved of everything on that way, where `telling` has something to say of it."""
    for some in _chunks(way.nodes):
        for row in session.connection().execute(_LINES.where(_of(some), stands())):
            told = telling(row)
            if told is not None:
                yield _step(min(way.nodes[node] for node in _nodes(row) if node in way.nodes), row, *told)


def _came(row: Any) -> tuple[What, str, LocationKind] | None:
    """What came from outside: a receipt, or a count that found more."""
    if row.source_kind is LocationKind.SUPPLIER:
        return What.RECEIVED, row.source, row.source_kind
    if row.source_kind is LocationKind.ADJUSTMENT:
        return What.COUNTED, row.target, row.target_kind
    return None


def _went(row: Any) -> tuple[What, str, LocationKind] | None:
    """What went to somebody or something, and what came back from there. Between our stores it only moved, and a build is told apart."""
    if row.target_kind is LocationKind.PRODUCTION or row.source_kind is LocationKind.PRODUCTION:
        return None
    if row.target_kind not in KEPT:
        return What.WENT, row.target, row.target_kind
    if row.source_kind not in KEPT | ORIGINS:
        return What.CAME_BACK, row.source, row.source_kind
    return None


def _consumed(session: Session, way: _Way, production: Collection[int]) -> Iterator[Step]:
    """What went into the builds on the way back."""
    for some in _chunks(way.builds):
        for row in session.connection().execute(_LINES.where(_MOVED.entry_id.in_(some), _MOVED.target_id.in_(production))):
            yield _step(way.builds[row.entry_id], row, What.WENT_IN, row.source, row.source_kind)


def _made(session: Session, way: _Way, production: Collection[int]) -> Iterator[Step]:
    """What went into the builds on the way forward, of what is traced, and what they made."""
    for some in _chunks(way.builds):
        for row in session.connection().execute(_LINES.where(_MOVED.entry_id.in_(some), _MOVED.target_id.in_(production))):
            levels = [way.nodes[node] for node in _nodes(row) if node in way.nodes]
            if levels:
                yield _step(min(levels), row, What.WENT_IN, row.source, row.source_kind)
        for row in session.connection().execute(_LINES.where(_MOVED.entry_id.in_(some), _MOVED.source_id.in_(production))):
            yield _step(way.builds[row.entry_id], row, What.BUILT, row.target, row.target_kind)


def _step(level: int, row: Any, what: What, place: str, kind: LocationKind) -> Step:
    note = row.job if row.job and not (row.note and row.job in row.note) else row.note
    return Step(
        level,
        what,
        Node(row.lot_id, row.asset_id),
        row.serial or row.code or "",
        row.variant,
        row.unit,
        row.quantity,
        place,
        kind,
        row.happened_at,
        row.entry_id,
        row.member,
        note or "",
        tracked=row.lot_tracked or row.asset_id is not None,
    )


def _lying(session: Session, way: _Way) -> Iterator[Step]:
    """Where everything on that way lies now."""
    named = (VARIANTS.c.name.label("variant"), ITEMS.c.unit, LOCATIONS.c.name.label("location"), LOCATIONS.c.kind)
    in_lots = (
        select(LOT_LEVELS.c.lot_id, LOTS.c.code, LOT_LEVELS.c.quantity, *named)
        .join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
        .join(LOCATIONS, LOCATIONS.c.id == LOT_LEVELS.c.location_id)
        .where(LOT_LEVELS.c.ours, LOT_LEVELS.c.quantity > 0)
    )
    assets = (
        select(ASSETS.c.id.label("asset_id"), ASSETS.c.serial.label("code"), *named)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .where(LOCATIONS.c.kind.in_(OURS), ASSETS.c.archived_at.is_(None))
    )
    for some in _chunks(way.nodes):
        for query, of in ((in_lots, LOT_LEVELS.c.lot_id), (assets, ASSETS.c.id)):
            ids = [node.asset_id if query is assets else node.lot_id for node in some]
            variant = ASSETS.c.variant_id if query is assets else LOTS.c.variant_id
            found = query.join(VARIANTS, VARIANTS.c.id == variant).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
            for row in session.connection().execute(found.where(of.in_([one for one in ids if one is not None]))):
                node = Node(asset_id=row.asset_id) if query is assets else Node(lot_id=row.lot_id)
                quantity = ONE if query is assets else row.quantity
                yield Step(way.nodes[node], What.LIES, node, row.code, row.variant, row.unit, quantity, row.location, row.kind)
