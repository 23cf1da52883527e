"""The caches of the ledger: stock levels, monthly nets and where each asset is. Only `ledger.post()` calls this."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, text, update
from sqlmodel import Session

from models.assets import ASSETS, Asset
from models.catalog import VARIANTS
from models.levels import LEVELS, month_of, on_hand
from models.locations import LOCATIONS, OURS, LocationKind
from models.quantities import said_number
from models.refusals import Conflict, Shortage


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
_ENDS = select(LOCATIONS.c.id, LOCATIONS.c.name, LOCATIONS.c.kind, LOCATIONS.c.path)


def ends(session: Session, lines: Sequence[Line]) -> dict[int, End]:
    """The locations that the lines start and end at."""
    ids = {line.source_id for line in lines} | {line.target_id for line in lines}
    rows = session.connection().execute(_ENDS.where(LOCATIONS.c.id.in_(ids)))
    return {row.id: End(row.name, row.kind, row.path) for row in rows}


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
    taken = [
        {"variant": variant, "location": location, "taken": -delta}
        for (variant, location), delta in net.items()
        if delta < 0 and at[location].ours
    ]
    if taken and connection.execute(_TAKE_LEVEL, taken).rowcount != len(taken):
        _refuse_shortage(session, net, at)
    if added:
        connection.execute(_ADD_LEVEL, added)
    month = month_of(happened_at)
    nets = [{"variant": variant, "location": location, "month": month, "delta": delta} for (variant, location), delta in net.items()]
    if nets:
        connection.execute(_ADD_NET, nets)


def _refuse_shortage(session: Session, net: Deltas, at: Mapping[int, End]) -> None:
    for (variant, location), delta in net.items():
        held = on_hand(session, variant, location)  # some may have been taken already: then this one was not short
        if delta < 0 and at[location].ours and held < -delta:
            name = session.execute(select(VARIANTS.c.name).where(VARIANTS.c.id == variant)).scalar_one()
            raise Shortage(f"{at[location].name} holds {said_number(held)} {name}; this needs {said_number(-delta)}.", field="quantity")
    raise Shortage("There is not enough on hand for all of this.", field="quantity")


def move_assets(session: Session, lines: Sequence[Line], at: Mapping[int, End]) -> None:
    """Sends each asset on. Refuses where one is not in the location that its line starts from."""
    moved = [{"asset": line.asset_id, "source": line.source_id, "target": line.target_id} for line in lines if line.asset_id is not None]
    if not moved:
        return
    if session.connection().execute(_MOVE_ASSET, moved).rowcount != len(moved):
        _refuse_elsewhere(session, lines, at)
    _forget(session, {line.asset_id for line in lines})


def settle_assets(session: Session, places: Mapping[int, int]) -> None:
    """Puts assets where their whole path, a backdated movement included, says that they are now."""
    for asset, location in places.items():
        session.connection().execute(update(ASSETS).where(ASSETS.c.id == asset).values(location_id=location))
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
