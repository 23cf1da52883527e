"""Production, asked about: whether a run is covered, what is short, and what is left. A question never moves anything."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import bills, catalog, locations, lotting, purchasing, reorder
from models.bills import BILLS, COMPONENTS, from_the_top
from models.catalog import Described, Variant
from models.explosion import Recipe, Run, explode, most
from models.ledger import Act
from models.levels import LEVELS
from models.locations import LOCATIONS, Location, LocationKind
from models.orders import Expected
from models.quantities import require_fits
from models.refusals import Conflict, Refusal
from models.reorder import Watched
from models.usable import Usable, usable


def has_bill(session: Session, variant_id: int) -> bool:
    """Whether it is something that we make."""
    query = select(BILLS.c.id).where(BILLS.c.variant_id == variant_id, BILLS.c.active)
    return session.connection().execute(query).first() is not None


def no_bill(variant: Variant) -> Conflict:
    """The refusal of what nobody makes, as far as is known."""
    return Conflict(f"{variant.name} has no bill of materials: nothing says what it is made of.", field="item")


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What can be said of a run before it is built. Amounts are by variant, in millionths of its unit."""

    variant: Variant
    quantity: int
    location: Location
    #: What the variants in it are called and counted in.
    goods: Mapping[int, Described]
    run: Run
    #: What lies at the location and below it, in the order in which it is taken.
    there: Sequence[Usable]
    #: How many can be built now, and what is short for one more.
    most: int
    limiting: tuple[int, ...]
    #: A second run of the same, after this one.
    second: Run
    #: The reorder point that this run comes nearest to, or goes furthest below.
    points: Mapping[int, Watched]
    #: Of a run that is not covered: where else there is some of what is short, or has to be made for want of it, the most first.
    elsewhere: Mapping[int, Sequence[Usable]]
    #: And what of that is on order, the earliest expected first.
    coming: Mapping[int, Sequence[Expected]]

    def free(self, variant_id: int) -> int:
        """How much of a component may be used there."""
        return sum(lying.free for lying in self.there if lying.variant_id == variant_id)

    def kept(self, variant_id: int) -> int:
        """How much of that is kept for runs of what is built."""
        return sum(lying.kept for lying in self.there if lying.variant_id == variant_id)

    def on_hand(self, variant_id: int) -> int:
        """How much of a component lies there, free or not."""
        return sum(lying.on_hand for lying in self.there if lying.variant_id == variant_id)

    def taken(self) -> Iterator[tuple[Usable, int]]:
        """From where so much is taken of what the run takes: what is kept for it first, then the location itself before what is below."""
        for variant_id, quantity in self.run.takes.items():
            left = quantity
            for lying in self.there:
                if lying.variant_id == variant_id and (part := min(left, lying.free)):
                    left -= part
                    yield lying, part

    def unkept(self) -> list[tuple[int, int, int]]:
        """What of it is not kept for such a run yet: of which variant, where, how much."""
        return [(lying.variant_id, lying.location_id, part - lying.kept) for lying, part in self.taken() if part > lying.kept]


def feasibility(
    session: Session, act: Act, *, variant: Variant, quantity: int, location: Location, happened_at: datetime | None = None
) -> Feasibility:
    """Whether so many of a variant can be built of what lies at a location and below it, and what is left then.

    A lot is good or not by the day on which it was built in. Refuses what has no bill of materials, and a place where nothing can lie.
    """
    item = catalog.item(session, variant.item_id)
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    require_place(location)
    parts = bills.parts_of(session, [variant.id])
    if variant.id not in parts:
        raise no_bill(variant)
    named = {variant.id, *bills.named(parts)}
    goods = catalog.described(session, named)
    on = lotting.day_there(session, act, location, happened_at)
    there = sorted(usable(session, named - {variant.id}, on=on, below=location, made_id=variant.id), key=lambda lying: not lying.kept)
    recipe = Recipe(variant.id, from_the_top(parts), frozenset(one.id for one in goods.values() if not one.fractions))
    free = defaultdict[int, int](int)
    for lying in there:
        free[lying.variant_id] += lying.free
    run = explode(recipe, quantity, free)
    at_most = most(recipe, free)
    missing = [*run.short, *run.makes] if run.short else []
    return Feasibility(
        variant,
        quantity,
        location,
        goods,
        run,
        there,
        most=at_most,
        limiting=tuple(explode(recipe, at_most + recipe.grain, free).short),
        second=explode(recipe, quantity, run.left),
        points=_points(session, run, location),
        elsewhere=_elsewhere(session, missing, location, on),
        coming=_coming(session, missing),
    )


def require_place(location: Location) -> None:
    """Refuses to build where nothing is stocked, and with a person."""
    if not location.ours or location.kind is LocationKind.PERSON:
        raise Refusal(f"{location.name} is not a place where we build: name a store, a workshop or a site.", field="location")


def _points(session: Session, run: Run, location: Location) -> dict[int, Watched]:
    """Of each component the reorder point that the run comes nearest to."""
    found: dict[int, Watched] = {}
    for point in reorder.concerned(session, run.takes.keys(), location):
        nearest = found.get(point.variant_id)
        if nearest is None or point.on_hand - point.low < nearest.on_hand - nearest.low:
            found[point.variant_id] = point
    return found


def _elsewhere(session: Session, variant_ids: Collection[int], location: Location, on: date) -> dict[int, list[Usable]]:
    """Where else there is some of those variants."""
    found = defaultdict[int, list[Usable]](list)
    for lying in usable(session, variant_ids, on=on) if variant_ids else ():
        if lying.free and not lying.path.startswith(location.path):
            found[lying.variant_id].append(lying)
    return {variant_id: sorted(lying, key=lambda one: -one.free) for variant_id, lying in found.items()}


def _coming(session: Session, variant_ids: Sequence[int]) -> dict[int, list[Expected]]:
    found = defaultdict[int, list[Expected]](list)
    for one in purchasing.expected(session, variant_ids) if variant_ids else ():
        found[one.variant_id].append(one)
    return found


class Bench(NamedTuple):
    """A location where, or below which, something lies of what a variant is made of: of so many of its components."""

    location_id: int
    components: int


def benches(session: Session, variant_id: int) -> list[Bench]:
    """Where a variant could be built, the location with the most of its components first; one that another in it equals is left out."""
    query = (
        select(LOCATIONS.c.path, COMPONENTS.c.variant_id)
        .select_from(BILLS)
        .join(COMPONENTS, (COMPONENTS.c.bill_id == BILLS.c.id) & COMPONENTS.c.active)
        .join(LEVELS, LEVELS.c.variant_id == COMPONENTS.c.variant_id)
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .where(BILLS.c.variant_id == variant_id, BILLS.c.active)
        .where(LEVELS.c.ours, LEVELS.c.quantity > 0, LOCATIONS.c.kind != LocationKind.PERSON)
    )
    lying, below = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for path, component_id in session.connection().execute(query):
        steps = locations.ancestors(path)
        for depth, step in enumerate(steps):
            lying[step].add(component_id)
            below[step].update(steps[depth + 1 :])
    found = [Bench(place, len(has)) for place, has in lying.items() if all(len(lying[one]) < len(has) for one in below[place])]
    return sorted(found, key=lambda bench: -bench.components)
