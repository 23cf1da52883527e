"""Where something is meant when nobody says: used where there is only one answer, and then said; asked where there are several."""

from typing import NamedTuple

from sqlmodel import Session

from handlers.routes import Offer, Request
from handlers.speaking import Declined
from handlers.typed import quoted
from models import finding, levels, locations, production, reserved
from models.catalog import Variant
from models.levels import Level
from models.locations import Location
from models.members import Permission
from models.quantities import said_number
from models.refusals import Ambiguous, Choice, Shortage
from models.reserved import Which
from models.wording import listed

#: A question offers at most so many locations as buttons.
MOST_OFFERED = 5


class Place(NamedTuple):
    """A location, and why it was meant where nobody named it."""

    location: Location
    because: str | None = None


def source_of(
    session: Session, request: Request, variant: Variant, named: Location | None, *, job: str | None = None, target: Location | None = None
) -> Place:
    """Where something is taken from: as named, else where it is kept for that job, this channel's location, or the only one that has it.

    What is kept for others does not count, nor the `target` that it goes to. Asks where several have it.
    """
    if named is not None:
        return Place(named)
    if job is not None and (kept := _kept_for(session, variant, job)) is not None:
        return Place(kept, f"where it is kept for {job}")
    to_id = target.id if target is not None else None
    if (bound := bound_to(session, request.channel)) is not None and bound.id != to_id:
        return Place(bound, "this channel's location")
    there = [level for level in levels.in_stores(session, variant.id) if level.location_id != to_id]
    if not there:
        raise Shortage(f"No {'other ' if target else ''}location has any {variant.name}.", field="quantity")
    free = [level for level in there if level.free]
    if len(there) == 1 or len(free) == 1:
        only = (free or there)[0]
        has = "that has it" if len(there) == 1 else "that has some to give"
        return Place(locations.get(session, only.location_id), f"the only {'other ' if target else ''}location {has}")
    told = listed([f"{level.location} ({said_number(level.free)})" for level in (free or there)[:MOST_OFFERED]])
    choices = _choices(session, free or there)
    raise Ambiguous(f"Several locations have {variant.name}: {told}. Which one?", field="location", choices=choices)


def _kept_for(session: Session, variant: Variant, job: str) -> Location | None:
    """The one location where some of a variant is kept for a job."""
    places = {one.location_id for one in reserved.those(session, Which(variant_ids=[variant.id], job=job))}
    return locations.get(session, places.pop()) if len(places) == 1 else None


def store_of(session: Session, request: Request, variant: Variant, named: Location | None) -> Place:
    """Where something is put: as named, else this channel's location, else the only store that has it, or that there is. Asks otherwise."""
    if named is not None:
        return Place(named)
    if (bound := bound_to(session, request.channel)) is not None:
        return Place(bound, "this channel's location")
    having = levels.in_stores(session, variant.id)
    if len(having) == 1:
        return Place(locations.get(session, having[0].location_id), "where the rest of it is")
    stores = locations.stores(session, limit=2)
    if len(stores) == 1:
        return Place(stores[0], "the only store")
    raise Ambiguous(f"Where is {variant.name} put?", field="location", choices=_choices(session, having) or _stores(session))


def counted_at(session: Session, request: Request, variant: Variant, named: Location | None) -> Place:
    """Where something was counted: as named, else this channel's location, or the only one that has it. Asks otherwise."""
    try:
        return source_of(session, request, variant, named)
    except Shortage:
        return store_of(session, request, variant, named)


def bench_of(session: Session, request: Request, variant: Variant, named: Location | None) -> Place:
    """Where something is built: as named, else this channel's location, else where the most of its parts lie. Asks where several do.

    Refuses what has no bill of materials; who may write one is led to it.
    """
    if not production.has_bill(session, variant.id):
        write = [Offer("Bill of materials", "/stock", f"bom {quoted(variant.sku)}")] if request.act.by.may(Permission.CATALOG) else []
        raise Declined(production.no_bill(variant), write)
    if named is not None:
        return Place(named)
    if (bound := bound_to(session, request.channel)) is not None:
        return Place(bound, "this channel's location")
    benches = production.benches(session, variant.id)
    if not benches:
        return store_of(session, request, variant, None)
    best = [bench for bench in benches if bench.components == benches[0].components]
    if len(best) == 1:
        because = "where the most of its parts are" if len(benches) > 1 else "where its parts are"
        return Place(locations.get(session, best[0].location_id), because)
    places = [locations.get(session, bench.location_id) for bench in best[:MOST_OFFERED]]
    choices = tuple(Choice(place.name, "location", finding.path_of(session, place)) for place in places)
    told = listed([place.name for place in places])
    raise Ambiguous(f"Parts of {variant.name} lie in several locations: {told}. Where is it built?", field="location", choices=choices)


def bound_to(session: Session, channel: str | None) -> Location | None:
    """The location that a Slack channel belongs to, where that is exactly one."""
    if channel is None:
        return None
    bound = locations.stores_bound_to(session, channel)
    return bound[0] if len(bound) == 1 else None


def _choices(session: Session, having: list[Level]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            f"{level.location} ({said_number(level.free)})",
            "location",
            finding.path_of(session, locations.get(session, level.location_id)),
        )
        for level in having[:MOST_OFFERED]
    )


def _stores(session: Session) -> tuple[Choice, ...]:
    offered = locations.stores(session, limit=MOST_OFFERED)
    return tuple(Choice(store.name, "location", finding.path_of(session, store)) for store in offered)
