"""Reorder advice: from what was used of something in a place, how long it lasts there, and at which stock to order more."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import NamedTuple

from sqlmodel import Session

from models import consumption, demand, suppliers
from models.consumption import Stocked, Use
from models.demand import WEEK
from models.quantities import ONE
from models.workspace import workspace

#: So many days of the past are looked at, and so many are "lately".
HALF_A_YEAR, LATELY = 26 * WEEK, 30
#: Nothing is suggested from less: so many weeks known, and so many with use among them.
ENOUGH_WEEKS, ENOUGH_USE = 4, 2
#: An order covers the use of so many weeks beyond the reorder point.
ORDER_WEEKS = 4
#: How many days a delivery takes where nobody has said.
LEAD_DAYS = 7
#: What is counted in fractions of its unit is suggested by the tenth.
TENTH = ONE // 10


class Suggestion(NamedTuple):
    """A reorder point and its target, in millionths of the unit."""

    low: int
    high: int | None


class Advice(NamedTuple):
    """What the use of a variant there says of its stock. Quantities in millionths of the unit."""

    on_hand: int
    #: Used in the last 30 days.
    lately: int
    #: What is to be expected; None where too little is known.
    per_week: int | None
    #: How many days what is on hand lasts; None where none is used, or too little is known.
    cover_days: int | None
    #: By what share use has risen or, below zero, fallen; None where that can be chance.
    trend: float | None
    #: How long a delivery takes.
    lead_days: int
    #: None where too little is known.
    suggested: Suggestion | None


def of(session: Session, wanted: Iterable[Stocked], *, now: datetime) -> dict[Stocked, Advice]:
    """The advice for each of those, from what was used there in the half year up to `now` (UTC)."""
    uses = consumption.of(session, wanted, days=HALF_A_YEAR, now=now)
    variants = list({one.variant_id for one in uses})
    lead_times = dict[int, int]()
    for start in range(0, len(variants), consumption.AT_ONCE):
        lead_times |= suppliers.lead_times(session, variants[start : start + consumption.AT_ONCE])
    level = workspace(session).service_level / 100
    return {one: _advice(use, lead_days=lead_times.get(one.variant_id, LEAD_DAYS), service_level=level) for one, use in uses.items()}


def _advice(use: Use, *, lead_days: int, service_level: float) -> Advice:
    known = _known(use)
    lately, weeks, expected = sum(use.used[-LATELY:]), demand.weekly(known), demand.outlook(known)
    if expected is not None and len(weeks) >= ENOUGH_WEEKS and sum(week > 0 for week in weeks) >= ENOUGH_USE:
        suggested = suggest(expected, lead_days=lead_days, service_level=service_level, fractions=use.fractions)
        cover = int(use.on_hand * WEEK / expected.per_week)
        return Advice(use.on_hand, lately, round(expected.per_week), cover, expected.trend, lead_days, suggested)
    unused = expected is None and len(known) == HALF_A_YEAR
    return Advice(use.on_hand, lately, 0 if unused else None, None, None, lead_days, Suggestion(0, None) if unused else None)


def _known(use: Use) -> list[int]:
    """Its days, without the weeks in most of which there was none of it: an empty shelf does not tell what was wanted."""
    first = len(use.used) % WEEK
    weeks = [slice(start, start + WEEK) for start in range(first, len(use.used), WEEK)]
    told = [week for week in weeks if any(use.used[week]) or sum(left > 0 for left in use.left[week]) > WEEK // 2]
    return [day for week in told for day in use.used[week]]


def suggest(expected: demand.Outlook, *, lead_days: int, service_level: float, fractions: bool) -> Suggestion:
    """The reorder point for a lead time and a service level, and a target four weeks' use above it; rounded up."""
    step = TENTH if fractions else ONE
    point = demand.reorder_point(expected, lead_days=lead_days, service_level=service_level)
    low = ceil(point / step) * step
    return Suggestion(low, low + ceil(ORDER_WEEKS * expected.per_week / step) * step)
