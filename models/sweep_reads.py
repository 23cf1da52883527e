"""How a sweep stands: what is left of each thing where it lay, and where the rest has gone since."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select
from sqlmodel import Session

from models import members, possessions, reserved
from models.approvals import REQUESTS
from models.assets import ASSETS
from models.bookings import BOOKINGS
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS
from models.folds import stands
from models.hand_overs import HAND_OVERS
from models.locations import LOCATIONS, LocationKind
from models.members import MEMBERS
from models.possessions import Possession
from models.reservations import RESERVATIONS
from models.reserved import Reserved, Which
from models.sweeps import SWEEP_LINES, SWEEPS, Sweep, SweepState
from models.waits import WAITS

#: So many things are told of in one message of the thread.
PAGE = 15


class Went(NamedTuple):
    """So much of a thing that has gone somewhere else since the sweep began, and who brought it there."""

    quantity: int
    target: str
    target_kind: LocationKind
    member: str


class Line(NamedTuple):
    """One thing of a sweep: how much of it there was, what of it is left, and where the rest has gone."""

    id: int
    key: tuple[int, int, int | None, bool]
    what: str
    serial: str | None
    unit: str
    quantity: int
    left: Possession | None
    went: tuple[Went, ...]
    #: How often something of it has gone, whether that stands or was undone.
    times: int

    @property
    def settled(self) -> bool:
        """Whether nothing of it lies there any more."""
        return self.left is None


def get(session: Session, sweep_id: int) -> Sweep:
    """The sweep with that id, which is known to exist."""
    return session.get_one(Sweep, sweep_id)


def open_ones(session: Session) -> list[Sweep]:
    """The sweeps that are not closed."""
    return list(session.scalars(select(Sweep).where(SWEEPS.c.state == SweepState.OPEN).order_by(SWEEPS.c.id)))


def open_of(session: Session, location_id: int) -> Sweep | None:
    """The sweep of a location that is not closed."""
    query = select(Sweep).where(SWEEPS.c.state == SweepState.OPEN, SWEEPS.c.location_id == location_id)
    return session.scalars(query).one_or_none()


def opening(session: Session, sweep_id: int) -> int:
    """The entry that began it."""
    query = select(func.min(SUBJECTS.c.entry_id)).where(SUBJECTS.c.subject == SWEEPS.name, SUBJECTS.c.subject_id == sweep_id)
    return int(session.connection().execute(query).scalar_one())


def released(session: Session, sweep_id: int) -> dict[str, int]:
    """How many offers, bookings, places in line and approval requests went with the person who left, by their table."""
    query = select(SUBJECTS.c.subject, func.count()).where(SUBJECTS.c.entry_id == opening(session, sweep_id))
    query = query.where(SUBJECTS.c.subject.in_([HAND_OVERS.name, BOOKINGS.name, WAITS.name, REQUESTS.name])).group_by(SUBJECTS.c.subject)
    return {row[0]: row[1] for row in session.connection().execute(query)}


def kept_of(session: Session, sweep: Sweep) -> list[Reserved]:
    """What somebody who left has reserved for jobs and customers, and is kept still."""
    member = members.at_location(session, sweep.location_id) if sweep.because_left else None
    return reserved.those(session, Which(by_id=member.id)) if member is not None else []


_LINES = (
    select(SWEEP_LINES.c.id, SWEEP_LINES.c.location_id, SWEEP_LINES.c.variant_id, SWEEP_LINES.c.asset_id, SWEEP_LINES.c.checked_out)
    .add_columns(func.coalesce(ASSETS.c.name, VARIANTS.c.name).label("what"), ASSETS.c.serial, ITEMS.c.unit, SWEEP_LINES.c.quantity)
    .join(VARIANTS, VARIANTS.c.id == SWEEP_LINES.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .outerjoin(ASSETS, ASSETS.c.id == SWEEP_LINES.c.asset_id)
    .order_by(SWEEP_LINES.c.id)
)


def lines(session: Session, sweep: Sweep) -> list[Line]:
    """All things of a sweep, in the order in which they are told."""
    rows = session.connection().execute(_LINES.where(SWEEP_LINES.c.sweep_id == sweep.id)).all()
    places, variants = {row.location_id for row in rows}, {row.variant_id for row in rows}
    left = {one.key: one for one in possessions.among(session, places, variants)} if rows else {}
    gone = dict[tuple[int, int, int | None], list[tuple[Went, bool]]]()
    for source, variant, asset, one, counts in _gone(session, places, variants, opening(session, sweep.id)):
        gone.setdefault((source, variant, asset), []).append((one, counts))
    told = []
    for row in rows:
        key = row.location_id, row.variant_id, row.asset_id, row.checked_out
        since = gone.get(key[:3], [])
        went = tuple(one for one, counts in since if counts)
        told.append(Line(row.id, key, row.what, row.serial, row.unit, row.quantity, left.get(key), went, len(since)))
    return told


def pages(every: Sequence[Line]) -> list[Sequence[Line]]:
    """The things in portions that one message can tell of."""
    return [every[start : start + PAGE] for start in range(0, len(every), PAGE)]


def _gone(session: Session, places: set[int], variants: set[int], since: int) -> Iterator[tuple[int, int, int | None, Went, bool]]:
    """What has left those places since that entry: whence, of what, where to, and whether that stands."""
    moved = MOVEMENTS.c
    query = (
        select(moved.source_id, moved.variant_id, moved.asset_id, moved.quantity, LOCATIONS.c.name, LOCATIONS.c.kind, MEMBERS.c.name)
        .add_columns(stands())
        .join(ENTRIES, ENTRIES.c.id == moved.entry_id)
        .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
        .join(LOCATIONS, LOCATIONS.c.id == moved.target_id)
        .where(moved.entry_id > since, moved.source_id.in_(places), moved.variant_id.in_(variants))
        .order_by(moved.id)
    )
    for source, variant, asset, quantity, target, kind, member, counts in session.connection().execute(query):
        yield source, variant, asset, Went(quantity, target, kind, member), bool(counts)


def moved_since(session: Session, sweep: Sweep) -> tuple[int, bool]:
    """The last entry of all, and whether one since the last look moved something where its things lay, or changed what is reserved."""
    places = select(SWEEP_LINES.c.location_id).where(SWEEP_LINES.c.sweep_id == sweep.id)
    at = or_(MOVEMENTS.c.source_id.in_(places), MOVEMENTS.c.target_id.in_(places))
    moved = exists().where(MOVEMENTS.c.entry_id > sweep.reviewed_to, at)
    kept = exists().where(SUBJECTS.c.entry_id > sweep.reviewed_to, SUBJECTS.c.subject == RESERVATIONS.name)
    last, news = session.connection().execute(select(func.coalesce(func.max(ENTRIES.c.id), 0), or_(moved, kept))).one()
    return last, bool(news)
