"""What lies at a location and below it, and how much of that may be used: what is kept for others stays, and so does what is not good."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from models import lotting
from models.caches import Line
from models.changes import Change
from models.ledger import Act
from models.levels import LEVELS
from models.locations import LOCATIONS, Location, LocationKind
from models.lots import Lot, by_id, unusable
from models.lotting import Going
from models.reservations import RESERVATIONS, kept_for
from models.sources import too_little


class Usable(NamedTuple):
    """So much of a variant lies in a location, and so much of that is free to be used. Millionths of its unit."""

    variant_id: int
    location_id: int
    location: str
    path: str
    on_hand: int
    #: How much of it lies in lots; the rest is from before the item was tracked by lots.
    lotted: int
    free: int
    #: How much of what is free is kept for runs of what is to be built.
    kept: int = 0


def usable(
    session: Session, variant_ids: Collection[int], *, on: date, below: Location | None = None, made_id: int | None = None
) -> list[Usable]:
    """What lies where of those variants, in `below` and all that lies there, or everywhere but with people; the place itself first.

    Lots that are quarantined, recalled, or expired on that day are not free, nor is what is kept: but for runs of `made_id`, where said.
    """
    query = (
        select(LEVELS.c.variant_id, LEVELS.c.location_id, LOCATIONS.c.name, LOCATIONS.c.path)
        .add_columns(LEVELS.c.quantity, LEVELS.c.reserved, LEVELS.c.lotted)
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .where(LEVELS.c.variant_id.in_(variant_ids), LEVELS.c.ours, LEVELS.c.quantity > 0, LOCATIONS.c.kind != LocationKind.PERSON)
        .order_by(LOCATIONS.c.path)
    )
    if below is not None:
        query = query.where(LOCATIONS.c.path.startswith(below.path, autoescape=True))
    rows = session.connection().execute(query).all()
    bad = unusable(session, {row.variant_id for row in rows if row.lotted}, on)
    own = _kept_for_runs(session, {row.variant_id for row in rows if row.reserved}, made_id)
    found = []
    for row in rows:
        there = row.variant_id, row.location_id
        free = row.quantity - bad.get(there, 0) - row.reserved + own.get(there, 0)
        found.append(Usable(*there, row.name, row.path, row.quantity, row.lotted, max(free, 0), own.get(there, 0)))
    return found


def free_at(session: Session, variant_id: int, location: Location, *, on: date) -> int:
    """How much of a variant is free and good in exactly that location."""
    return next((one.free for one in usable(session, [variant_id], on=on, below=location) if one.location_id == location.id), 0)


def lines_left(session: Session, act: Act, going: Going, *, used: Sequence[Change] = ()) -> list[Line]:
    """The movements of what goes, lot by lot. Refuses where only what has expired or is blocked would be left of what is kept for others.

    `used` are reservations that what is taken uses up. What is not in lots the ledger itself guards.
    """
    lines = lotting.lines(session, act, going)
    if all(line.lot_id is None for line in lines):
        return lines
    variant, source = going.variant, going.source
    on = lotting.day_there(session, act, source, going.happened_at)
    known = by_id(session, [line.lot_id for line in lines])
    good = sum(line.quantity for line in lines if line.lot_id is None or _is_good(known[line.lot_id], on))
    own = sum(change.before["quantity"] - change.after["quantity"] for change in used)
    if good <= free_at(session, variant.id, source, on=on) + own:
        return lines
    if whom := kept_for(session, variant.id, source.id, but=[change.id for change in used]):
        but = f" But what is good of it is kept for {whom}."
        raise too_little(session, act, going.kind, variant=variant, asked=going.quantity, source=source, used=used, but=but)
    return lines


def _is_good(lot: Lot, on: date) -> bool:
    return not lot.blocked and not (lot.expires_on is not None and lot.expires_on < on)


def _kept_for_runs(session: Session, variant_ids: Collection[int], made_id: int | None) -> dict[tuple[int, int], int]:
    """How much of those variants is kept where for runs of `made_id`."""
    if not variant_ids or made_id is None:
        return {}
    kept = RESERVATIONS.c
    query = select(kept.variant_id, kept.location_id, func.sum(kept.quantity))
    query = query.where(kept.variant_id.in_(variant_ids), kept.made_id == made_id, kept.closed_at.is_(None))
    rows = session.connection().execute(query.group_by(kept.variant_id, kept.location_id))
    return {(variant_id, location_id): quantity for variant_id, location_id, quantity in rows}
