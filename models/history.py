"""History: what happened to a thing, and what a member did, newest first, with who, when and what. An undone entry shows, with its undo."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union
from sqlmodel import Session

from models import acceptances, attachments, changes, custom_history, moved_lines, subjects
from models.acceptances import ACCEPTANCES
from models.attachments import Attachment
from models.attestations import ATTESTED
from models.bills import BILLS
from models.booking_history import BOOKING, OnBooking, on_bookings
from models.booking_history import about as about_bookings
from models.bookings import BOOKINGS
from models.catalog import ITEMS, VARIANTS
from models.checkouts import CHECKOUTS
from models.custom_history import SaidNow, concerning
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, WORDS, EntryKind
from models.hand_overs import HAND_OVERS
from models.kits import KIT_PARTS, KITS
from models.locations import LOCATIONS
from models.maintenance import RECORDS
from models.members import MEMBERS
from models.moved_lines import Moved
from models.order_history import ORDERING, OnOrder, on_orders
from models.orders import LINES as ORDER_LINES
from models.packs import PACKS
from models.recalls import RECALL_ANSWERS, RECALLS
from models.reorder import POINTS
from models.reservations import RESERVATIONS
from models.stocktakes import STOCKTAKES
from models.subjects import Subject
from models.sweeps import SWEEPS

_MOVED = MOVEMENTS.c


class Happening(NamedTuple):
    """One entry, told to a person."""

    id: int
    kind: EntryKind
    member_id: int
    member: str
    #: For whom it was done, where that is not who did it.
    on_behalf_of: str | None
    recorded_at: datetime
    happened_at: datetime
    note: str | None
    reverses_id: int | None
    undone_by_id: int | None
    lines: tuple[Moved, ...]
    #: The reorder points that it set, and what it reserved, released or keeps longer.
    points: tuple["PointSet", ...] = ()
    kept: tuple["KeptMore", ...] = ()
    #: What it changed of purchase orders.
    on_orders: tuple[OnOrder, ...] = ()
    #: What it made custom fields say.
    said: tuple[SaidNow, ...] = ()
    #: What it changed of bookings and waiting lists.
    booked: tuple[OnBooking, ...] = ()
    #: The photos and files that were added to it.
    files: tuple[Attachment, ...] = ()
    #: Which terms it accepted or declined: "Cameras, version 3".
    terms: tuple[str, ...] = ()
    #: What it is about, where it moves nothing and the lines around it tell of other things.
    about: tuple[Subject, ...] = ()
    #: The entry that it undid.
    undid: "Happening | None" = None


class PointSet(NamedTuple):
    """A reorder point as an entry set it: the fields that it changed, quantities in millionths of the unit."""

    #: Where it holds; None: over all locations together.
    location: str | None
    changed: Mapping[str, Any]


class KeptMore(NamedTuple):
    """A reservation as an entry changed it: by how much more, or below zero less, is kept; nothing where only its time changed."""

    variant: str
    unit: str
    location: str
    purpose: str
    more: int


def of_asset(session: Session, asset_id: int, *, limit: int, before: int | None = None) -> list[Happening]:
    """What happened to an asset, by when it happened; `before` is the last entry of the page before."""
    checkouts = (
        select(SUBJECTS.c.subject_id)
        .join(CHECKOUTS, CHECKOUTS.c.id == SUBJECTS.c.subject_id)
        .where(SUBJECTS.c.entry_id.in_(select(_MOVED.entry_id).where(_MOVED.asset_id == asset_id)))
        .where(SUBJECTS.c.subject == "checkouts", CHECKOUTS.c.asset_id == asset_id)
    )
    about = concerning(session, "assets", [asset_id]) | concerning(session, "checkouts", checkouts)
    about |= concerning(session, RECORDS.name, select(RECORDS.c.id).where(RECORDS.c.asset_id == asset_id))
    about |= about_bookings(asset_id=asset_id)
    about |= concerning(session, HAND_OVERS.name, select(HAND_OVERS.c.id).where(HAND_OVERS.c.asset_id == asset_id))
    about |= _on(ACCEPTANCES.name, select(ACCEPTANCES.c.id).where(ACCEPTANCES.c.asset_id == asset_id))
    about |= concerning(session, ATTESTED.name, select(ATTESTED.c.id).where(ATTESTED.c.asset_id == asset_id))
    concerns = _MOVED.asset_id == asset_id
    return _told(session, _latest(session, [concerns], about, limit, before), concerns)


def of_variants(
    session: Session, variant_ids: Sequence[int], *, limit: int, location_id: int | None = None, before: int | None = None
) -> list[Happening]:
    """What happened to an item's variants, everywhere or in one location, by when it happened; `before` as above."""
    there = or_(_MOVED.source_id == location_id, _MOVED.target_id == location_id) if location_id is not None else None
    arms = [_MOVED.variant_id == variant_id if there is None else (_MOVED.variant_id == variant_id) & there for variant_id in variant_ids]
    items = select(VARIANTS.c.item_id).where(VARIANTS.c.id.in_(variant_ids))
    points = select(POINTS.c.id).where(POINTS.c.variant_id.in_(variant_ids))
    kept = select(RESERVATIONS.c.id).where(RESERVATIONS.c.variant_id.in_(variant_ids))
    if location_id is not None:
        points, kept = points.where(POINTS.c.location_id == location_id), kept.where(RESERVATIONS.c.location_id == location_id)
    about = [_on("reorder_points", points), _on(RESERVATIONS.name, kept)]
    if location_id is None:
        bills = select(BILLS.c.id).where(BILLS.c.variant_id.in_(variant_ids))
        packs = select(PACKS.c.id).where(PACKS.c.item_id.in_(items))
        about += [
            concerning(session, "variants", variant_ids),
            concerning(session, "items", items),
            about_bookings(variant_ids=variant_ids),
            _on("packs", packs),
            _on("bills", bills),
        ]
    return _told(session, _latest(session, arms, or_(*about), limit, before), or_(*arms), kept)


def of_lot(session: Session, lot_id: int, *, limit: int, before: int | None = None) -> list[Happening]:
    """What happened to a lot, wherever it was, by when it happened; `before` as above."""
    concerns = _MOVED.lot_id == lot_id
    own = [(table.name, select(table.c.id).where(table.c.lot_id == lot_id)) for table in (RECALLS, RECALL_ANSWERS)]
    called_back = [and_(SUBJECTS.c.subject == name, SUBJECTS.c.subject_id.in_(rows)) for name, rows in own]
    return _told(session, _latest(session, [concerns], or_(concerning(session, "lots", [lot_id]), *called_back), limit, before), concerns)


def of_location(session: Session, location_id: int, *, limit: int, before: int | None = None) -> list[Happening]:
    """What came to a location and left it, and what was changed about it, by when it happened; `before` as above."""
    arms = [_MOVED.source_id == location_id, _MOVED.target_id == location_id]
    kept = select(RESERVATIONS.c.id).where(RESERVATIONS.c.location_id == location_id)
    counts = select(STOCKTAKES.c.id).where(STOCKTAKES.c.location_id == location_id)
    swept = select(SWEEPS.c.id).where(SWEEPS.c.location_id == location_id)
    about = or_(concerning(session, "locations", [location_id]), _on(RESERVATIONS.name, kept), _on(STOCKTAKES.name, counts))
    about |= _on(SWEEPS.name, swept)
    return _told(session, _latest(session, arms, about, limit, before), or_(*arms), kept)


def of_member(session: Session, member_id: int, *, limit: int, before: int | None = None) -> list[Happening]:
    """What a member did, in the order of recording; `before` as above."""
    query = select(ENTRIES.c.id).where(ENTRIES.c.member_id == member_id).order_by(ENTRIES.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ENTRIES.c.id < before)
    return of_entries(session, list(session.connection().execute(query).scalars()))


def of_kit(session: Session, kit_id: int, *, limit: int, before: int | None = None) -> list[Happening]:
    """What was changed about a kit, how all or some of it was booked, went out and came back, and where else its serials went meanwhile."""
    rows = [(table.name, select(table.c.id).where(table.c.kit_id == kit_id)) for table in (KIT_PARTS, CHECKOUTS, BOOKINGS)]
    about = or_(concerning(session, "kits", [kit_id]), *(_on(name, ids) for name, ids in rows))
    made = select(func.min(SUBJECTS.c.entry_id)).where(SUBJECTS.c.subject == KITS.name, SUBJECTS.c.subject_id == kit_id)
    serials = select(KIT_PARTS.c.asset_id).where(KIT_PARTS.c.kit_id == kit_id, KIT_PARTS.c.active, KIT_PARTS.c.asset_id.is_not(None))
    went = and_(_MOVED.asset_id.in_(serials), _MOVED.entry_id > made.scalar_subquery())
    return _told(session, _latest(session, [went], about, limit, before), None)


def of_order(session: Session, order_id: int, *, limit: int, before: int | None = None) -> list[Happening]:
    """What was changed about a purchase order or what is on it, and what came of it, by when it happened; `before` as above."""
    lines = select(ORDER_LINES.c.id).where(ORDER_LINES.c.order_id == order_id)
    about = or_(_on(ORDER_LINES.name, lines), concerning(session, "purchase_orders", [order_id]))
    return _told(session, _latest(session, [], about, limit, before), None)


def _on(table: str, ids: Select[Any]) -> ColumnElement[bool]:
    return and_(SUBJECTS.c.subject == table, SUBJECTS.c.subject_id.in_(ids))


def _latest(session: Session, arms: Sequence[ColumnElement[bool]], about: ColumnElement[bool], limit: int, before: int | None) -> list[int]:
    """The newest entries with a movement for which one of the arms holds, each read along its own index, or about those rows."""
    earlier = _earlier(session, before)
    moved = [
        select(_MOVED.happened_at, _MOVED.entry_id)
        .distinct()
        .where(arm, *earlier(_MOVED.happened_at, _MOVED.entry_id))
        .order_by(_MOVED.happened_at.desc(), _MOVED.entry_id.desc())
        .limit(limit)
        .subquery()
        for arm in arms
    ]
    changed = (
        select(ENTRIES.c.happened_at, ENTRIES.c.id.label("entry_id"))
        .distinct()
        .join(SUBJECTS, SUBJECTS.c.entry_id == ENTRIES.c.id)
        .where(about, *earlier(ENTRIES.c.happened_at, ENTRIES.c.id))
    )
    every: CompoundSelect[Any] = union(*(select(arm) for arm in moved), changed)
    found = every.subquery("found")
    query: Select[Any] = select(found.c.entry_id).order_by(found.c.happened_at.desc(), found.c.entry_id.desc()).limit(limit)
    return list(session.connection().execute(query).scalars())


def _earlier(session: Session, before: int | None) -> Any:
    if before is None:
        return lambda happened_at, entry_id: ()  # noqa: ARG005
    at = session.connection().execute(select(ENTRIES.c.happened_at).where(ENTRIES.c.id == before)).scalar_one()
    return lambda happened_at, entry_id: (happened_at <= at, or_(happened_at < at, entry_id < before))


_BEHALF, _LATER = MEMBERS.alias("behalf"), ENTRIES.alias("later")
_ENTRIES = (
    select(
        ENTRIES.c.id,
        ENTRIES.c.kind,
        ENTRIES.c.member_id,
        MEMBERS.c.name,
        _BEHALF.c.name,
        ENTRIES.c.recorded_at,
        ENTRIES.c.happened_at,
        WORDS.c.note,
        ENTRIES.c.reverses_id,
        _LATER.c.id,
    )
    .select_from(ENTRIES)
    .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
    .outerjoin(_BEHALF, _BEHALF.c.id == ENTRIES.c.on_behalf_of_id)
    .outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
    .outerjoin(_LATER, _LATER.c.reverses_id == ENTRIES.c.id)
)


def _told(
    session: Session, asked: list[int], concerns: ColumnElement[bool] | None, keeping: Select[Any] | None = None, *, named: bool = False
) -> list[Happening]:
    """Those entries in that order, each with the one that it undid."""
    undone = set(session.connection().execute(select(ENTRIES.c.reverses_id).where(ENTRIES.c.id.in_(asked))).scalars()) - {None, *asked}
    ids = [*asked, *sorted(undone)]
    rows = {row.id: row for row in session.connection().execute(_ENTRIES.where(ENTRIES.c.id.in_(ids)))}
    built = [entry_id for entry_id in ids if rows[entry_id].kind is EntryKind.BUILT]
    lines: dict[int, list[Moved]] = {entry_id: [] for entry_id in ids}
    for line in moved_lines.of(session, [entry_id for entry_id in ids if entry_id not in built], concerns):
        lines[line.entry_id].append(line)
    for line in moved_lines.of_builds(session, built, concerns) if built else ():
        lines[line.entry_id].append(line)
    points = _points(session, [row.id for row in rows.values() if row.kind is EntryKind.SET_REORDER_POINT])
    kept = _kept(session, [row.id for row in rows.values() if row.kind in _KEEPING], keeping)
    ordered = on_orders(session, [row.id for row in rows.values() if row.kind in ORDERING])
    said = custom_history.said_in(session, ids)
    booked = on_bookings(session, [row.id for row in rows.values() if row.kind in BOOKING])
    files = attachments.of_entries(session, [row.id for row in rows.values() if row.kind in _WITH_FILES])
    terms = acceptances.answered_by(session, [row.id for row in rows.values() if row.kind in _ANSWERING])
    about = subjects.of(session, [one for one in ids if not lines[one] and rows[one].kind is not EntryKind.UNDID]) if named else {}
    groups = (points, kept, ordered, said, booked, files, terms, about)
    told = {one: Happening._make([*rows[one], tuple(lines[one]), *(group.get(one, ()) for group in groups), None]) for one in ids}
    return [told[one]._replace(undid=told.get(told[one].reverses_id or 0)) for one in asked]


#: What forms with a field for photos and files do.
_WITH_FILES = frozenset(
    {
        EntryKind.REPORTED,
        EntryKind.REPAIRED,
        EntryKind.SERVICED,
        EntryKind.RETIRED,
        EntryKind.SOLD,
        EntryKind.DONATED,
        EntryKind.GIVING,
        EntryKind.HANDED_OVER,
        EntryKind.REFUSED,
    }
)
_ANSWERING = frozenset({EntryKind.ACCEPTED_TERMS, EntryKind.DECLINED_TERMS})
_KEEPING = frozenset({EntryKind.RESERVED, EntryKind.RELEASED, EntryKind.EXTENDED})


def _kept(session: Session, ids: Sequence[int], keeping: Select[Any] | None) -> dict[int, tuple[KeptMore, ...]]:
    changed = changes.of_entries(session, ids)
    told = {change.id for group in changed.values() for change in group if change.table == RESERVATIONS.name}
    if not told:
        return {}
    query = select(RESERVATIONS.c.id, VARIANTS.c.name, ITEMS.c.unit, LOCATIONS.c.name, RESERVATIONS.c.purpose)
    query = query.join(VARIANTS, VARIANTS.c.id == RESERVATIONS.c.variant_id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    query = query.join(LOCATIONS, LOCATIONS.c.id == RESERVATIONS.c.location_id).where(RESERVATIONS.c.id.in_(told))
    if keeping is not None:  # of what else an entry kept it is not asked here
        query = query.where(RESERVATIONS.c.id.in_(keeping))
    names = {row[0]: row[1:] for row in session.connection().execute(query)}
    return {
        entry: tuple(
            KeptMore(*names[change.id], more=change.after.get("quantity", 0) - change.before.get("quantity", 0))
            for change in group
            if change.id in names and change.table == RESERVATIONS.name
        )
        for entry, group in changed.items()
    }


def _points(session: Session, ids: Sequence[int]) -> dict[int, tuple[PointSet, ...]]:
    changed = changes.of_entries(session, ids)
    if not changed:
        return {}
    told = {change.id for group in changed.values() for change in group}
    query = select(POINTS.c.id, LOCATIONS.c.name).outerjoin(LOCATIONS, LOCATIONS.c.id == POINTS.c.location_id)
    where = {row.id: row.name for row in session.connection().execute(query.where(POINTS.c.id.in_(told)))}
    return {entry: tuple(PointSet(where[change.id], change.after) for change in group) for entry, group in changed.items()}


def of_entries(session: Session, ids: list[int]) -> list[Happening]:
    """Those entries, told to a person, with the things that they are about by name."""
    return _told(session, ids, None, named=True)


def last_about(session: Session, table: str, row_id: int) -> int | None:
    """The last entry that changed that row; None for one that no entry ever did."""
    query = select(func.max(SUBJECTS.c.entry_id)).where(SUBJECTS.c.subject == table, SUBJECTS.c.subject_id == row_id)
    return session.connection().execute(query).scalar()
