"""How a stocktake stands: each line with what was found of it, what is agreed, what is not, and what the differences are worth."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, union
from sqlmodel import Session

from models.assets import ASSETS
from models.catalog import CATEGORIES, ITEMS, VARIANTS, Category, ItemKind
from models.entries import ENTRIES, SUBJECTS
from models.locations import LOCATIONS, OURS, Location, LocationKind
from models.lots import LOTS
from models.members import MEMBERS
from models.quantities import ONE
from models.stocktake_books import Key, Moment, books
from models.stocktakes import STOCKTAKE_LINES, STOCKTAKES, TALLIES, Stocktake, StocktakeState
from models.workspace import workspace

#: When a line was counted so often and the last two still disagree, nobody is asked again: whoever accepts the count decides.
ENOUGH = 4


class Found(NamedTuple):
    """What one counter found of a line, and by how much that is more, or below zero less, than the ledger had at that moment."""

    tally_id: int
    member_id: int
    member: str
    quantity: int
    at: Moment
    difference: int


class Line(NamedTuple):
    """A line of a stocktake, as it stands."""

    id: int
    key: Key
    location: str
    variant: str
    sku: str
    unit: str
    fractions: bool
    kind: ItemKind
    lot: str | None
    serial: str | None
    #: What one costs, in minor units of the workspace's currency; None where that is not known.
    cost_minor: int | None
    extra: bool
    dealt_to_id: int | None
    dealt_to: str | None
    #: What the ledger has of it now.
    held: int
    found: tuple[Found, ...]
    #: Of an asset: it has been moved since it was counted, so what was found then says nothing any more.
    moved_on: bool

    @property
    def difference(self) -> int | None:
        """By how much it differs from the ledger; None while that is not agreed.

        The first who finds what the ledger has is believed; any difference only when two in a row found the same one.
        """
        if self.moved_on:
            return 0
        if not self.found:
            return None
        last = self.found[-1].difference
        if len(self.found) == 1:
            return last if last == 0 else None
        return last if last == self.found[-2].difference else None

    @property
    def disputed(self) -> bool:
        """Whether it was counted often enough, and no two agree."""
        return self.difference is None and len(self.found) >= ENOUGH

    @property
    def waits(self) -> bool:
        """Whether somebody is still to count it."""
        return self.difference is None and not self.disputed

    @property
    def again(self) -> bool:
        """Whether it is to be counted once more."""
        return self.waits and bool(self.found)

    @property
    def what(self) -> str:
        """What is counted, in words: "M8 hex bolt", "milk of lot L-1", "Canon R6 SN-1"."""
        return f"{self.variant} of lot {self.lot}" if self.lot else f"{self.variant} {self.serial}" if self.serial else self.variant

    @property
    def worth_minor(self) -> int:
        """What the difference is worth, below zero where something is missing; nothing where no cost is known."""
        return (self.difference or 0) * (self.cost_minor or 0) // ONE

    def counted_by(self, member_id: int) -> bool:
        """Whether they have counted it."""
        return any(one.member_id == member_id for one in self.found)


def get(session: Session, stocktake_id: int) -> Stocktake:
    """The stocktake with that id, which is known to exist."""
    return session.get_one(Stocktake, stocktake_id)


def open_ones(session: Session) -> list[Stocktake]:
    """The stocktakes that are open, the oldest first."""
    return list(session.scalars(select(Stocktake).where(STOCKTAKES.c.state == StocktakeState.OPEN).order_by(STOCKTAKES.c.id)))


_COUNTED = select(TALLIES.c.stocktake_id, TALLIES.c.member_id).where(TALLIES.c.active)
_DEALT_TO = select(STOCKTAKE_LINES.c.stocktake_id, STOCKTAKE_LINES.c.dealt_to_id).where(STOCKTAKE_LINES.c.dealt_to_id.is_not(None))


def taking_part(session: Session, stocktake: Stocktake) -> list[int]:
    """The members who have counted something in a stocktake, or have something to count."""
    counted, dealt = _COUNTED.where(TALLIES.c.stocktake_id == stocktake.id), _DEALT_TO.where(STOCKTAKE_LINES.c.stocktake_id == stocktake.id)
    return [row.member_id for row in session.connection().execute(union(counted, dealt))]


def open_with(session: Session, member_id: int) -> set[int]:
    """The open stocktakes in which a member takes part."""
    opened = select(STOCKTAKES.c.id).where(STOCKTAKES.c.state == StocktakeState.OPEN)
    counted = _COUNTED.where(TALLIES.c.stocktake_id.in_(opened), TALLIES.c.member_id == member_id)
    dealt = _DEALT_TO.where(STOCKTAKE_LINES.c.stocktake_id.in_(opened), STOCKTAKE_LINES.c.dealt_to_id == member_id)
    return {row.stocktake_id for row in session.connection().execute(union(counted, dealt))}


def last(session: Session) -> int:
    """The number of the last stocktake: what is pressed to open another one is another intent each time."""
    return session.connection().execute(select(func.max(STOCKTAKES.c.id))).scalar() or 0


def overlapping(session: Session, location: Location) -> Stocktake | None:
    """The open stocktake of that location, or of one above or below it: nothing is counted in two at once."""
    query = select(Stocktake).join(Location, LOCATIONS.c.id == STOCKTAKES.c.location_id)
    below = LOCATIONS.c.path.startswith(location.path, autoescape=True)
    above = LOCATIONS.c.id.in_([int(step) for step in location.path.strip("/").split("/")])
    return session.scalars(query.where(STOCKTAKES.c.state == StocktakeState.OPEN, below | above).limit(1)).one_or_none()


def places(session: Session, location: Location) -> list[int]:
    """Where a stocktake of that location counts: there, and in what lies below; what a person holds is asked of them, and not counted."""
    query = select(LOCATIONS.c.id).where(LOCATIONS.c.path.startswith(location.path, autoescape=True))
    kinds = OURS - {LocationKind.PERSON}
    return list(session.connection().execute(query.where(LOCATIONS.c.kind.in_(kinds)).order_by(LOCATIONS.c.name_key)).scalars())


def in_category(session: Session, category: Category) -> Select[Any]:
    """The variants that hang on a category, or below it."""
    below, found = [category.id], [category.id]
    while below:
        query = select(CATEGORIES.c.id).where(CATEGORIES.c.parent_id.in_(below))
        below = list(session.connection().execute(query).scalars())
        found += below
    return select(VARIANTS.c.id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(ITEMS.c.category_id.in_(found))


_DEALT = MEMBERS.alias("dealt")
_LINES = (
    select(
        STOCKTAKE_LINES.c.id,
        STOCKTAKE_LINES.c.location_id,
        STOCKTAKE_LINES.c.variant_id,
        STOCKTAKE_LINES.c.lot_id,
        STOCKTAKE_LINES.c.asset_id,
        LOCATIONS.c.name.label("location"),
        VARIANTS.c.name.label("variant"),
        VARIANTS.c.sku,
        ITEMS.c.unit,
        ITEMS.c.fractions,
        ITEMS.c.kind,
        LOTS.c.code,
        ASSETS.c.serial,
        func.coalesce(ASSETS.c.cost_minor, VARIANTS.c.cost_minor).label("cost_minor"),
        func.coalesce(ASSETS.c.currency, VARIANTS.c.currency).label("currency"),
        STOCKTAKE_LINES.c.extra,
        STOCKTAKE_LINES.c.dealt_to_id,
        _DEALT.c.name.label("dealt_to"),
    )
    .select_from(STOCKTAKE_LINES)
    .join(LOCATIONS, LOCATIONS.c.id == STOCKTAKE_LINES.c.location_id)
    .join(VARIANTS, VARIANTS.c.id == STOCKTAKE_LINES.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .outerjoin(LOTS, LOTS.c.id == STOCKTAKE_LINES.c.lot_id)
    .outerjoin(ASSETS, ASSETS.c.id == STOCKTAKE_LINES.c.asset_id)
    .outerjoin(_DEALT, _DEALT.c.id == STOCKTAKE_LINES.c.dealt_to_id)
    .where(STOCKTAKE_LINES.c.active)
    .order_by(LOCATIONS.c.name_key, LOCATIONS.c.id, STOCKTAKE_LINES.c.asset_id.is_not(None), VARIANTS.c.name_key, STOCKTAKE_LINES.c.id)
)


def lines(session: Session, stocktake: Stocktake) -> list[Line]:
    """All lines of a stocktake as they stand, location by location, and there by name; assets come last."""
    session.flush()
    rows = session.connection().execute(_LINES.where(STOCKTAKE_LINES.c.stocktake_id == stocktake.id)).all()
    tallies = _tallies(session, stocktake)
    kept = select(STOCKTAKE_LINES.c.variant_id).where(STOCKTAKE_LINES.c.stocktake_id == stocktake.id)
    book = books(session, sorted({row.location_id for row in rows}), variants=kept, since=stocktake.opened_at)
    currency = workspace(session).currency
    found = []
    for row in rows:
        key = Key(row.location_id, row.variant_id, row.lot_id, row.asset_id)
        told = tuple(
            Found(one.id, one.member_id, one.name, one.quantity, at, one.quantity - book.held(key, at))
            for one in tallies.get(row.id, ())
            for at in [Moment(one.happened_at, one.entry_id)]
        )
        found.append(
            Line(
                id=row.id,
                key=key,
                location=row.location,
                variant=row.variant,
                sku=row.sku,
                unit=row.unit,
                fractions=row.fractions,
                kind=row.kind,
                lot=row.code,
                serial=row.serial,
                cost_minor=row.cost_minor if row.currency in (None, currency) else None,
                extra=row.extra,
                dealt_to_id=row.dealt_to_id,
                dealt_to=row.dealt_to,
                held=book.now.get(key, 0),
                found=told,
                moved_on=bool(row.asset_id and told and book.has_moved(key, told[-1].at)),
            )
        )
    return found


def _tallies(session: Session, stocktake: Stocktake) -> dict[int, list[Any]]:
    """What was found of each line, in the order in which it was said, with the entry that says so: the first about it."""
    said = select(func.min(SUBJECTS.c.entry_id)).where(SUBJECTS.c.subject == TALLIES.name, SUBJECTS.c.subject_id == TALLIES.c.id)
    query = (
        select(TALLIES.c.id, TALLIES.c.line_id, TALLIES.c.member_id, MEMBERS.c.name, TALLIES.c.quantity, ENTRIES.c.happened_at)
        .add_columns(ENTRIES.c.id.label("entry_id"))
        .join(MEMBERS, MEMBERS.c.id == TALLIES.c.member_id)
        .join(ENTRIES, ENTRIES.c.id == said.scalar_subquery())
        .where(TALLIES.c.stocktake_id == stocktake.id, TALLIES.c.active)
    )
    found = dict[int, list[Any]]()
    for row in session.connection().execute(query.order_by(TALLIES.c.id)):
        found.setdefault(row.line_id, []).append(row)
    return found


def counters(every: Sequence[Line]) -> dict[str, int]:
    """Who has counted how many lines, or has some to count, by name."""
    done = dict[str, int]()
    for line in every:
        for name in {one.member for one in line.found}:
            done[name] = done.get(name, 0) + 1
        if line.dealt_to is not None:
            done.setdefault(line.dealt_to, 0)
    return dict(sorted(done.items()))


def complete(every: Sequence[Line]) -> bool:
    """Whether nothing is to be counted any more."""
    return not any(line.waits for line in every)


def differing(every: Sequence[Line]) -> list[Line]:
    """The lines with a difference that is agreed, the dearest first."""
    return sorted((line for line in every if line.difference), key=lambda line: (-abs(line.worth_minor), line.location, line.variant))


def unsettled(every: Sequence[Line]) -> list[Line]:
    """The lines on which nothing is agreed: not counted, to be counted again, or disputed."""
    return [line for line in every if line.difference is None]


def version(every: Sequence[Line]) -> str:
    """What a decision is about: it changes with whatever is counted or taken back, and with what is recorded late for before a tally."""
    said = [(line.id, line.difference, [one.tally_id for one in line.found]) for line in every]
    return sha256(repr(said).encode()).hexdigest()[:16]
