"""Consumption: how much of something went out to be used, day by day, and how much was left; read from the ledger.

A day is a span of 24 hours counted back from now: no time zone cuts it, and the last one is as long as the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, func, or_, select, type_coerce
from sqlmodel import Session

from models.catalog import ITEMS, VARIANTS, ItemKind
from models.entries import MOVEMENTS
from models.folds import stands
from models.levels import LEVELS
from models.locations import LOCATIONS, OURS, LocationKind
from models.times import MICROSECOND, micros

DAY = timedelta(days=1)
#: What goes there is used, wherever it came from.
USERS = frozenset({LocationKind.USED, LocationKind.PRODUCTION, LocationKind.CUSTOMER})
#: Where stock lies that a reorder point counts: with us, and not handed to somebody.
PLACES = OURS - {LocationKind.PERSON}
#: So many variants are read in one statement.
AT_ONCE = 500


class Stocked(NamedTuple):
    """A variant in a location and what lies below it; without one, in all our locations together: as a reorder point counts it."""

    variant_id: int
    location_id: int | None


class Use(NamedTuple):
    """What happened to something there, in millionths of its unit: one figure a day, the oldest first, since it was first stocked there."""

    on_hand: int
    #: What was used each day; below zero where more came back.
    used: list[int]
    #: On hand when each of the days ended.
    left: list[int]
    #: Whether it is counted in fractions of its unit.
    fractions: bool


class _At(NamedTuple):
    kind: LocationKind
    path: str


#: So many days ago, from which location to which, and how much.
_Flow = tuple[int, int, int, int]

_MOVED = MOVEMENTS.c
_AGO = ((bindparam("now", type_=BigInteger) - type_coerce(_MOVED.happened_at, BigInteger)) // (DAY // MICROSECOND)).label("ago")
_PRODUCTION = select(LOCATIONS.c.id).where(LOCATIONS.c.kind == LocationKind.PRODUCTION)
#: What was undone cancels out with what undid it, which happened at the same time. Only of production both ways are asked for apart:
#: what comes from there is made, and does not come back.
_FLOWS = (
    select(_MOVED.variant_id, _AGO, _MOVED.source_id, _MOVED.target_id, func.sum(_MOVED.quantity))
    .where(_MOVED.variant_id.in_(bindparam("variants", expanding=True)), _MOVED.happened_at > bindparam("since"))
    .where(or_(~(_MOVED.source_id.in_(_PRODUCTION) | _MOVED.target_id.in_(_PRODUCTION)), stands()))
    .group_by(_MOVED.variant_id, "ago", _MOVED.source_id, _MOVED.target_id)
)
_LEVELS = select(LEVELS.c.variant_id, LEVELS.c.location_id, LEVELS.c.quantity).where(
    LEVELS.c.variant_id.in_(bindparam("variants", expanding=True)), LEVELS.c.ours
)
_KEPT = (
    select(VARIANTS.c.id, ITEMS.c.kind, ITEMS.c.fractions)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(VARIANTS.c.id.in_(bindparam("variants", expanding=True)))
)

_PLACES = select(LOCATIONS.c.id, LOCATIONS.c.kind, LOCATIONS.c.path).where(LOCATIONS.c.id.in_(bindparam("ids", expanding=True)))


def of(session: Session, wanted: Iterable[Stocked], *, days: int, now: datetime) -> dict[Stocked, Use]:
    """What was used of each of those in at most so many days up to `now` (UTC).

    What goes to use, into production or to a customer is used; of a consumable also what a person is handed; and of one location's also
    what it passes on to those others of ours that get more from it than they give. What comes back from all these is taken off, and what
    was undone does not count.
    A backdated movement counts when it happened.
    """
    asked: dict[int, list[Stocked]] = defaultdict(list)
    for one in wanted:
        asked[one.variant_id].append(one)
    variants = list(asked)
    found: dict[Stocked, Use] = {}
    for start in range(0, len(variants), AT_ONCE):
        some = variants[start : start + AT_ONCE]
        found |= _of(session, [one for variant in some for one in asked[variant]], some, days=days, now=now)
    return found


def _of(session: Session, wanted: Sequence[Stocked], variants: list[int], *, days: int, now: datetime) -> dict[Stocked, Use]:
    connection = session.connection()
    flows, levels = defaultdict[int, list[_Flow]](list), defaultdict[int, list[tuple[int, int]]](list)
    ends = {one.location_id for one in wanted if one.location_id is not None}
    moved = connection.execute(_FLOWS, {"variants": variants, "now": micros(now), "since": now - days * DAY}).all()
    for variant_id, ago, source_id, target_id, quantity in moved:
        flows[variant_id].append((ago, source_id, target_id, quantity))
        ends |= {source_id, target_id}
    for variant_id, location_id, quantity in connection.execute(_LEVELS, {"variants": variants}).all():
        levels[variant_id].append((location_id, quantity))
        ends.add(location_id)
    kept = {row.id: row for row in connection.execute(_KEPT, {"variants": variants})}
    at = _places(session, ends)
    within = {location_id: _within(location_id, at) for location_id in {one.location_id for one in wanted}}
    return {
        one: _use(
            flows[one.variant_id],
            levels[one.variant_id],
            at,
            within=within[one.location_id],
            users=USERS | {LocationKind.PERSON} if kept[one.variant_id].kind == ItemKind.CONSUMABLE else USERS,
            fractions=kept[one.variant_id].fractions,
            days=days,
        )
        for one in wanted
    }


def _places(session: Session, ids: Iterable[int]) -> dict[int, _At]:
    rows = session.connection().execute(_PLACES, {"ids": list(ids)})
    return {place: _At(kind, path) for place, kind, path in rows}


def _within(location_id: int | None, at: Mapping[int, _At]) -> set[int]:
    """Where that lies which a reorder point at that location counts."""
    top = "/" if location_id is None else at[location_id].path
    return {place for place, there in at.items() if there.kind in PLACES and there.path.startswith(top)}


def _use(
    flows: Sequence[_Flow],
    levels: Sequence[tuple[int, int]],
    at: Mapping[int, _At],
    *,
    within: set[int],
    users: frozenset[LocationKind],
    fractions: bool,
    days: int,
) -> Use:
    crossing = list(_crossing(flows, within))
    takers = {place for place, net in _net(crossing).items() if at[place].kind in users or (at[place].kind in PLACES and net > 0)}
    came, used = [0] * days, [0] * days
    for ago, place, out in crossing:
        came[ago] -= out
        if place in takers and not (out < 0 and at[place].kind is LocationKind.PRODUCTION):
            used[ago] += out
    on_hand = sum(quantity for place, quantity in levels if place in within)
    left = list(accumulate(came, sub, initial=on_hand))
    since = days if left[-1] else max((ago + 1 for ago, *_ in crossing), default=0)
    return Use(on_hand, used[:since][::-1], left[:since][::-1], fractions)


def _crossing(flows: Sequence[_Flow], within: set[int]) -> Iterator[tuple[int, int, int]]:
    """What crossed the border: how many days ago, to or from which place outside, and how much went out, below zero where it came in."""
    for ago, source, target, quantity in flows:
        if (source in within) is not (target in within):
            # the clock may have stepped back since
            yield (max(ago, 0), target, quantity) if source in within else (max(ago, 0), source, -quantity)


def _net(crossing: Sequence[tuple[int, int, int]]) -> Mapping[int, int]:
    """How much more went to each place outside than came from it. One of ours that gets more than it gives is supplied from here."""
    net = defaultdict[int, int](int)
    for _, place, out in crossing:
        net[place] += out
    return net
