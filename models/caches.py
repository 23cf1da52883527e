"""The caches of the ledger: stock levels, monthly nets and where each asset is. Only `ledger.post()` calls this."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, text, update
from sqlmodel import Session

from models import bulk
from models.assets import ASSETS, Asset
from models.catalog import ITEMS, VARIANTS
from models.levels import LEVELS, month_of, on_hand
from models.locations import LOCATIONS, OURS, LocationKind
from models.quantities import said_number
from models.refusals import Conflict, Shortage
from models.wording import counted


class Line(NamedTuple):
    """A movement that is to be posted: so much of a variant, from a location to a location; the asset, where it is one."""

    variant_id: int
    quantity: int
    source_id: int
    target_id: int
    asset_id: int | None = None


class End(NamedTuple):
    """What the ledger needs to know of a location that a line starts or ends at."""

    name: str
    kind: LocationKind
    path: str
    archived: bool

    @property
    def ours(self) -> bool:
        """Whether it must never go below zero."""
        return self.kind in OURS


#: (variant, location) -> by how much it changes
Deltas = Mapping[tuple[int, int], int]

_ADD_LEVEL = text(
    "INSERT INTO stock_levels (variant_id, location_id, quantity, ours) VALUES (:variant, :location, :delta, :ours)"
    " ON CONFLICT (variant_id, location_id) DO UPDATE SET quantity = stock_levels.quantity + excluded.quantity"
)
_TAKE_LEVEL = (
    update(LEVELS)
    .where(LEVELS.c.variant_id == bindparam("variant"), LEVELS.c.location_id == bindparam("location"))
    .where(LEVELS.c.quantity >= bindparam("taken"))
    .values(quantity=LEVELS.c.quantity - bindparam("taken"))
)
_ADD_NET = text(
    "INSERT INTO monthly_nets (variant_id, location_id, month, quantity) VALUES (:variant, :location, :month, :delta)"
    " ON CONFLICT (variant_id, location_id, month) DO UPDATE SET quantity = monthly_nets.quantity + excluded.quantity"
)
_MOVE_ASSET = (
    update(ASSETS)
    .where(ASSETS.c.id == bindparam("asset"), ASSETS.c.location_id == bindparam("source"))
    .values(location_id=bindparam("target"))
)
_MOVE_ASSETS = (
    "UPDATE assets SET location_id = moved.column3 FROM (VALUES {rows}) AS moved"
    " WHERE assets.id = moved.column1 AND assets.location_id = moved.column2"
)
_SETTLE_ASSET = update(ASSETS).where(ASSETS.c.id == bindparam("asset")).values(location_id=bindparam("place"))
_ENDS = select(LOCATIONS.c.id, LOCATIONS.c.name, LOCATIONS.c.kind, LOCATIONS.c.path, LOCATIONS.c.archived_at).where(
    LOCATIONS.c.id.in_(bindparam("ids", expanding=True))
)


def ends(session: Session, lines: Sequence[Line], *, opening: Collection[int] = ()) -> dict[int, End]:
    """The locations that the lines start and end at. Refuses a line that ends in a location of ours which is archived.

    `opening` are those that the same entry brings to life.
    """
    ids = {line.source_id for line in lines} | {line.target_id for line in lines}
    rows = session.connection().execute(_ENDS, {"ids": list(ids)})
    at = {row.id: End(row.name, row.kind, row.path, row.archived_at is not None) for row in rows}
    for line in lines:
        if at[line.target_id].archived and at[line.target_id].ours and line.target_id not in opening:
            raise Conflict(f"{at[line.target_id].name} is archived: nothing can be put there. Choose another location.", field="target")
    return at


def deltas(lines: Sequence[Line]) -> dict[tuple[int, int], int]:
    """What the lines change in all, per variant and location; what cancels out is left out."""
    net: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        net[line.variant_id, line.source_id] -= line.quantity
        net[line.variant_id, line.target_id] += line.quantity
    return {place: delta for place, delta in net.items() if delta}


def move_levels(session: Session, net: Deltas, at: Mapping[int, End], *, happened_at: datetime) -> None:
    """Changes levels and monthly nets. Refuses where a location of ours would go below zero."""
    connection = session.connection()
    added = [
        {"variant": variant, "location": location, "delta": delta, "ours": at[location].ours}
        for (variant, location), delta in net.items()
        if delta > 0 or not at[location].ours
    ]
    for (variant, location), delta in net.items():
        if delta < 0 and at[location].ours:
            taken = connection.execute(_TAKE_LEVEL, {"variant": variant, "location": location, "taken": -delta})
            if taken.rowcount != 1:
                _refuse_shortage(session, variant, location, at[location].name, -delta)
    if added:
        bulk.execute(session, _ADD_LEVEL, added)
    month = month_of(happened_at)
    nets = [{"variant": variant, "location": location, "month": month, "delta": delta} for (variant, location), delta in net.items()]
    if nets:
        bulk.execute(session, _ADD_NET, nets)


def _refuse_shortage(session: Session, variant: int, location: int, place: str, needed: int) -> None:
    query = select(VARIANTS.c.name, ITEMS.c.unit).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    name, unit = session.connection().execute(query.where(VARIANTS.c.id == variant)).one()
    held = on_hand(session, variant, location)
    had = counted(held, name, unit) if held else f"no {name}"
    raise Shortage(f"{place} holds {had}; this needs {said_number(needed)}.", field="quantity")


def move_assets(session: Session, lines: Sequence[Line], at: Mapping[int, End]) -> None:
    """Sends each asset on. Refuses where one is not in the location that its line starts from."""
    moved = [line for line in lines if line.asset_id is not None]
    if not moved:
        return
    if sum(_move_assets(session, step) for step in _steps(moved)) != len(moved):
        _refuse_elsewhere(session, lines, at)
    _forget(session, {line.asset_id for line in lines})


def _steps(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines in such steps that each asset moves at most once in a step."""
    steps, times = list[list[Line]](), Counter[int | None]()
    for line in lines:
        if times[line.asset_id] == len(steps):
            steps.append([])
        steps[times[line.asset_id]].append(line)
        times[line.asset_id] += 1
    return steps


def _move_assets(session: Session, lines: Sequence[Line]) -> int:
    if len(lines) < bulk.MANY:
        moved = [{"asset": line.asset_id, "source": line.source_id, "target": line.target_id} for line in lines]
        return session.connection().execute(_MOVE_ASSET, moved).rowcount
    return bulk.execute_values(session, _MOVE_ASSETS, [(line.asset_id, line.source_id, line.target_id) for line in lines])


def settle_assets(session: Session, places: Mapping[int, int]) -> None:
    """Puts assets where their whole path, a backdated movement included, says that they are now."""
    if not places:
        return
    bulk.execute(session, _SETTLE_ASSET, [{"asset": asset, "place": place} for asset, place in places.items()])
    _forget(session, set(places))


def _refuse_elsewhere(session: Session, lines: Sequence[Line], at: Mapping[int, End]) -> None:
    asked = {line.asset_id: line for line in lines}
    rows = session.connection().execute(
        select(ASSETS.c.id, ASSETS.c.serial, ASSETS.c.location_id, LOCATIONS.c.name)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .where(ASSETS.c.id.in_([asset for asset in asked if asset is not None]))
    )
    for row in rows:
        line = asked[row.id]
        if row.location_id not in {line.source_id, line.target_id}:
            raise Conflict(f"{row.serial} is not in {at[line.source_id].name}: it is with {row.name} now.", field="assets")
    raise Conflict("One of these has moved since you looked. Look again, then decide.", field="assets")


def _forget(session: Session, asset_ids: set[int | None]) -> None:
    for row in list(session):
        if isinstance(row, Asset) and row.id in asset_ids:
            session.expire(row)
