"""What is reserved: as people speak of it, as it is used up by what is taken, and where a count has found less than that."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session

from models import levels, outstanding
from models.catalog import ITEMS, VARIANTS, Variant
from models.changes import Change
from models.columns import key_of
from models.entries import SUBJECTS, last_of_each
from models.locations import LOCATIONS, Location
from models.members import MEMBERS
from models.refusals import Choice, NotFound
from models.reservations import RESERVATIONS, Reservation
from models.wording import listed

#: So many jobs are offered where one is named that nothing was ever reserved for.
MOST_OFFERED = 5


class Reserved(NamedTuple):
    """An open reservation as people speak of it: how much of what is kept where, for whom, by whom, since when and until when."""

    id: int
    variant_id: int
    name: str
    sku: str
    unit: str
    location_id: int
    location: str
    quantity: int
    purpose: str
    by_id: int
    by: str
    reserved_at: datetime
    until_at: datetime | None
    until_zone: str | None
    #: The entry that changed it last: what somebody saw of it before that is another state of it.
    entry_id: int


_NAMED: Select[Any] = (
    select(
        RESERVATIONS.c.id,
        RESERVATIONS.c.variant_id,
        VARIANTS.c.name,
        VARIANTS.c.sku,
        ITEMS.c.unit,
        RESERVATIONS.c.location_id,
        LOCATIONS.c.name,
        RESERVATIONS.c.quantity,
        RESERVATIONS.c.purpose,
        RESERVATIONS.c.by_id,
        MEMBERS.c.name,
        RESERVATIONS.c.reserved_at,
        RESERVATIONS.c.until_at,
        RESERVATIONS.c.until_zone,
        last_of_each(RESERVATIONS),
    )
    .select_from(RESERVATIONS)
    .join(VARIANTS, VARIANTS.c.id == RESERVATIONS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .join(LOCATIONS, LOCATIONS.c.id == RESERVATIONS.c.location_id)
    .join(MEMBERS, MEMBERS.c.id == RESERVATIONS.c.by_id)
)
#: What lapses first is used up first; what is kept without an end comes last.
EARLIEST = (RESERVATIONS.c.until_at.is_(None), RESERVATIONS.c.until_at, RESERVATIONS.c.reserved_at, RESERVATIONS.c.id)


class Which(NamedTuple):
    """Which reservations are meant: of some variants, in a location and below it, for a job, by a member. All of it, or what is said."""

    variant_ids: Sequence[int] | None = None
    at: Location | None = None
    job: str | None = None
    by_id: int | None = None

    def open(self) -> list[ColumnElement[bool]]:
        """The conditions of those that are open."""
        said = [RESERVATIONS.c.closed_at.is_(None)]
        if self.variant_ids is not None:
            said.append(RESERVATIONS.c.variant_id.in_(self.variant_ids))
        if self.at is not None:
            said.append(LOCATIONS.c.path.startswith(self.at.path, autoescape=True))
        if self.job is not None:
            said.append(RESERVATIONS.c.purpose_key == key_of(self.job))
        if self.by_id is not None:
            said.append(RESERVATIONS.c.by_id == self.by_id)
        return said


def those(session: Session, which: Which, *, first: int = 0, most: int | None = None) -> list[Reserved]:
    """The open reservations that are meant, what lapses first first: a page of `most` from `first`."""
    query = _NAMED.where(*which.open()).order_by(*EARLIEST).offset(first).limit(most)
    return [Reserved(*row) for row in session.connection().execute(query)]


def count(session: Session, which: Which) -> int:
    """How many they are."""
    query = select(func.count()).select_from(RESERVATIONS).join(LOCATIONS, LOCATIONS.c.id == RESERVATIONS.c.location_id)
    return int(session.connection().execute(query.where(*which.open())).scalar_one())


def rows(session: Session, which: Which) -> list[Reservation]:
    """The same, the rows themselves, to be changed."""
    query = select(Reservation).join(LOCATIONS, LOCATIONS.c.id == RESERVATIONS.c.location_id)
    return list(session.scalars(query.where(*which.open()).order_by(*EARLIEST)))


def get(session: Session, reservation_id: int) -> Reserved:
    """That reservation, which is known to exist; nothing is left of one that is closed."""
    return Reserved(*session.connection().execute(_NAMED.where(RESERVATIONS.c.id == reservation_id)).one())


def of_entry(session: Session, entry_id: int) -> list[Reserved]:
    """The reservations that an entry changed, as they are now."""
    changed = select(SUBJECTS.c.subject_id).where(SUBJECTS.c.entry_id == entry_id, SUBJECTS.c.subject == RESERVATIONS.name)
    query = _NAMED.where(RESERVATIONS.c.id.in_(changed)).order_by(*EARLIEST)
    return [Reserved(*row) for row in session.connection().execute(query)]


def job(session: Session, text: str, *, field: str) -> str:
    """The job or customer of that name, as it was called when something was last reserved for it. Refuses one that nothing ever was."""
    query = select(RESERVATIONS.c.purpose).where(RESERVATIONS.c.purpose_key == key_of(text)).order_by(RESERVATIONS.c.id.desc())
    known = session.connection().execute(query.limit(1)).scalar()
    if known is not None:
        return str(known)
    near = _nearest(session, text)
    told = f" Something is reserved for {listed(near)}." if near else ""
    raise NotFound(f"Nothing is reserved for {text}.{told}", field=field, choices=tuple(Choice(one, field, one) for one in near))


def _nearest(session: Session, text: str) -> list[str]:
    """The jobs that something is reserved for: those that look like it, else the newest."""
    newest = func.max(RESERVATIONS.c.id)
    query = select(RESERVATIONS.c.purpose).where(RESERVATIONS.c.closed_at.is_(None)).group_by(RESERVATIONS.c.purpose)
    jobs = list(session.connection().execute(query.order_by(newest.desc())).scalars())
    alike = get_close_matches(key_of(text), [key_of(one) for one in jobs], n=MOST_OFFERED)
    return [one for one in jobs if key_of(one) in alike][:MOST_OFFERED] or jobs[:MOST_OFFERED]


def used_up(
    session: Session, *, variant: Variant, source: Location, quantity: int, job: str | None, target: Location | None, at: datetime
) -> list[Change]:
    """The changes by which what leaves uses up what is kept there for that job, then what is kept for whoever receives it."""
    if job is None and target is None:
        return []
    here = select(Reservation).where(
        RESERVATIONS.c.variant_id == variant.id, RESERVATIONS.c.location_id == source.id, RESERVATIONS.c.closed_at.is_(None)
    )
    whose = [] if job is None else [RESERVATIONS.c.purpose_key == key_of(job)]
    if target is not None:
        whose.append(or_(RESERVATIONS.c.customer_id == target.id, RESERVATIONS.c.purpose_key == target.name_key))
    kept = {one.id: one for condition in whose for one in session.scalars(here.where(condition).order_by(*EARLIEST))}
    return [outstanding.reduced(one, share, at) for one, share in outstanding.allotted(list(kept.values()), quantity)]


def short(session: Session, variant_id: int, location_id: int) -> list[tuple[str, int]]:
    """Whose reservation there has less behind it than is kept, and how much less: what was reserved first is covered first."""
    there = levels.on_hand(session, variant_id, location_id)
    query = select(RESERVATIONS.c.purpose, RESERVATIONS.c.quantity).where(
        RESERVATIONS.c.variant_id == variant_id, RESERVATIONS.c.location_id == location_id, RESERVATIONS.c.closed_at.is_(None)
    )
    missing = dict[str, int]()
    for row in session.connection().execute(query.order_by(RESERVATIONS.c.reserved_at, RESERVATIONS.c.id)):
        covered = min(row.quantity, there)
        there -= covered
        if covered < row.quantity:
            missing[row.purpose] = missing.get(row.purpose, 0) + row.quantity - covered
    return list(missing.items())
