"""The caches of the ledger: levels of stock and of lots, monthly nets and where each asset is. Only `ledger.post()` calls this."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Update, bindparam, func, select, text, update
from sqlmodel import Session

from models import bulk
from models.assets import ASSETS, Asset
from models.catalog import ITEMS, VARIANTS
from models.levels import LEVELS, month_of
from models.locations import LOCATIONS, OURS, LocationKind
from models.lots import LOT_LEVELS, LOTS
from models.refusals import Conflict, Kept, Refusal, Shortage
from models.reservations import kept_there
from models.wording import amount, counted


class Line(NamedTuple):
    """A movement that is to be posted: so much of a variant, from a location to a location; the asset or the lot, where it is one."""

    variant_id: int
    quantity: int
    source_id: int
    target_id: int
    asset_id: int | None = None
    lot_id: int | None = None


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
    "INSERT INTO stock_levels (variant_id, location_id, quantity, ours, lotted, reserved)"
    " VALUES (:variant, :location, :delta, :ours, :lots, 0)"
    " ON CONFLICT (variant_id, location_id)"
    " DO UPDATE SET quantity = stock_levels.quantity + excluded.quantity, lotted = stock_levels.lotted + excluded.lotted"
)
#: A count, a loss or an undo says what is there: what was kept for somebody is short then. Everything else takes what is free.
_CORRECT_LEVEL = (
    update(LEVELS)
    .where(LEVELS.c.variant_id == bindparam("variant"), LEVELS.c.location_id == bindparam("location"))
    .where(LEVELS.c.quantity >= bindparam("taken"))
    .where(LEVELS.c.quantity - bindparam("taken") >= LEVELS.c.lotted - bindparam("lots"))
    .values(quantity=LEVELS.c.quantity - bindparam("taken"), lotted=LEVELS.c.lotted - bindparam("lots"))
)
_TAKE_LEVEL = _CORRECT_LEVEL.where(LEVELS.c.quantity - bindparam("taken") >= LEVELS.c.reserved)
_ADD_LOT = text(
    "INSERT INTO lot_levels (lot_id, location_id, variant_id, quantity, ours) VALUES (:lot, :location, :variant, :delta, :ours)"
    " ON CONFLICT (lot_id, location_id) DO UPDATE SET quantity = lot_levels.quantity + excluded.quantity"
)
_TAKE_LOT = (
    update(LOT_LEVELS)
    .where(LOT_LEVELS.c.lot_id == bindparam("lot"), LOT_LEVELS.c.location_id == bindparam("location"))
    .where(LOT_LEVELS.c.quantity >= bindparam("taken"))
    .values(quantity=LOT_LEVELS.c.quantity - bindparam("taken"))
)
_REVIEW_LOTS = (
    update(LOTS)
    .where(LOTS.c.id.between(bindparam("first"), bindparam("last")), LOTS.c.expires_on.is_not(None))
    .values(review_at=bindparam("now", type_=LOTS.c.review_at.type))
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
_MOVE_KNOWN_ASSET = _MOVE_ASSET.where(ASSETS.c.archived_at.is_(None))
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
    _, _, sources, targets, *_ = map(dict.fromkeys, zip(*lines, strict=True))
    pages = bulk.pages(sources | targets)
    rows = (row for page in pages for row in session.connection().execute(_ENDS, {"ids": page}).all())
    at = {place: End(name, kind, path, archived_at is not None) for place, name, kind, path, archived_at in rows}
    for target in targets:
        if at[target].archived and at[target].ours and target not in opening:
            raise Conflict(f"{at[target].name} is archived: nothing can be put there. Choose another location.", field="target")
    return at


def deltas(lines: Sequence[Line]) -> dict[tuple[int, int], int]:
    """What the lines change in all, per variant and location; what cancels out is left out."""
    net: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        net[line.variant_id, line.source_id] -= line.quantity
        net[line.variant_id, line.target_id] += line.quantity
    return {place: delta for place, delta in net.items() if delta}


def move_nets(session: Session, net: Deltas, *, happened_at: datetime) -> None:
    """Changes the monthly nets. They have an entry's month before the later ones are looked at, whose balances are added up from them."""
    if net:
        month = month_of(happened_at)
        nets = [(variant, location, month, delta) for (variant, location), delta in sorted(net.items())]
        bulk.execute(session, _ADD_NET, ("variant", "location", "month", "delta"), nets)


def move_levels(session: Session, net: Deltas, at: Mapping[int, End], *, lots: Deltas, correcting: bool) -> None:
    """Changes the levels. Refuses where a location of ours would go below zero, or below what is kept there for somebody.

    `lots` says per variant and location how much of the change is in lots. `correcting` also takes what is kept: it is not there.
    """
    added: list[tuple[int, int, int, bool, int]] = []
    taken: list[tuple[int, int, int, int]] = []
    ours = {place for place, end in at.items() if end.ours}
    for variant, location in sorted([*net, *(lots.keys() - net.keys())]):  # many are written quicker in the order of the table
        delta, in_lots = net.get((variant, location), 0), lots.get((variant, location), 0)
        if location in ours and (delta < 0 or in_lots > delta):
            taken.append((variant, location, -delta, -in_lots))
        else:
            added.append((variant, location, delta, location in ours, in_lots))
    if short := _take(session, _CORRECT_LEVEL if correcting else _TAKE_LEVEL, ("variant", "location", "taken", "lots"), taken):
        variant, location, needed, _ = short
        raise _too_little(session, variant, location, at[location].name, needed)
    if added:
        bulk.execute(session, _ADD_LEVEL, ("variant", "location", "delta", "ours", "lots"), added)


def _take(session: Session, take: Update, names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Takes all of that; answers with the first of which there is too little, if there is one."""
    if len(rows) >= bulk.MANY:
        with session.connection().begin_nested() as together:
            if bulk.execute(session, take, names, rows) == len(rows):
                return None
            together.rollback()  # one by one, to find out where there is too little
    met = (session.connection().execute(take, dict(zip(names, row, strict=True))).rowcount for row in rows)
    return next((row for row, found in zip(rows, met, strict=True) if found != 1), None)


def move_lots(session: Session, lines: Sequence[Line], at: Mapping[int, End], *, now: datetime) -> dict[tuple[int, int], int]:
    """Changes the levels of the lots that the lines name, and says per variant and location by how much.

    Refuses where a location of ours would have less than nothing of a lot. The reminders look at those that expire.
    """
    net: dict[tuple[int, int], int] = {}
    lots = [line for line in lines if line.lot_id is not None]
    if not lots:
        return net
    of = {line.lot_id: line.variant_id for line in lots if line.lot_id is not None}
    bulk.execute(session, _REVIEW_LOTS, ("first", "last", "now"), [(*span, now) for span in bulk.spans(of)])
    for line in lots:
        net[line.variant_id, line.source_id] = net.get((line.variant_id, line.source_id), 0) - line.quantity
        net[line.variant_id, line.target_id] = net.get((line.variant_id, line.target_id), 0) + line.quantity
    added: list[tuple[int, int, int, int, bool]] = []
    taken: list[tuple[int, int, int]] = []
    for (lot, location), delta in deltas([line._replace(variant_id=line.lot_id or 0) for line in lots]).items():
        if delta > 0 or not at[location].ours:
            added.append((lot, location, of[lot], delta, at[location].ours))
        else:
            taken.append((lot, location, -delta))
    if added:
        bulk.execute(session, _ADD_LOT, ("lot", "location", "variant", "delta", "ours"), added)
    if short := _take(session, _TAKE_LOT, ("lot", "location", "taken"), taken):
        raise _too_little_of_lot(session, *short, place=at[short[1]].name)
    return net


def _too_little(session: Session, variant: int, location: int, place: str, needed: int) -> Refusal:
    query = select(VARIANTS.c.name, ITEMS.c.unit).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    name, unit = session.connection().execute(query.where(VARIANTS.c.id == variant)).one()
    query = select(LEVELS.c.quantity, LEVELS.c.lotted, LEVELS.c.reserved)
    level = session.connection().execute(query.where(LEVELS.c.variant_id == variant, LEVELS.c.location_id == location)).one_or_none()
    held, lotted, reserved = (level.quantity, level.lotted, level.reserved) if level else (0, 0, 0)
    has = counted(held, name, unit) if held else f"no {name}"
    if held < needed:
        return Shortage(f"{place} holds {has}; this needs {amount(needed, unit)}.", field="quantity")
    if held - needed < reserved:
        kept = kept_there(session, variant, location, held=held, reserved=reserved, unit=unit)
        return Kept(f"{place} holds {has}, and {kept}; this needs {amount(needed, unit)}.", field="quantity")
    of = "them lie" if unit == "each" else "it lies"
    return Shortage(f"{place} holds {has}, and {amount(lotted, unit)} of {of} in lots. Name the lot.", field="lot")


def _too_little_of_lot(session: Session, lot: int, location: int, needed: int, *, place: str) -> Refusal:
    query = select(LOTS.c.code, VARIANTS.c.name, ITEMS.c.unit, func.coalesce(LOT_LEVELS.c.quantity, 0).label("held")).select_from(LOTS)
    query = query.join(VARIANTS, VARIANTS.c.id == LOTS.c.variant_id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    query = query.outerjoin(LOT_LEVELS, (LOT_LEVELS.c.lot_id == LOTS.c.id) & (LOT_LEVELS.c.location_id == location))
    row = session.connection().execute(query.where(LOTS.c.id == lot)).one()
    has = counted(row.held, row.name, row.unit) if row.held else f"no {row.name}"
    return Shortage(f"{place} holds {has} of lot {row.code}; this needs {amount(needed, row.unit)}.", field="quantity")


def move_assets(session: Session, lines: Sequence[Line], at: Mapping[int, End], *, born: Collection[int]) -> None:
    """Sends each asset on. Refuses where one is not in the location that its line starts from, and one that is archived.

    `born` are those that the same entry brings to life.
    """
    ways: dict[int, tuple[int, int]] = {}
    for line in lines:
        if line.asset_id is not None:
            start, reached = ways.get(line.asset_id, (line.source_id, line.source_id))
            if line.source_id != reached:
                _refuse_elsewhere(session, ways, at)
            ways[line.asset_id] = (start, line.target_id)
    if not ways:
        return
    if _move_assets(session, [(asset, *way) for asset, way in ways.items()], known=not born) != len(ways):
        _refuse_elsewhere(session, ways, at)
    _forget(session, ways.keys())


def _move_assets(session: Session, ways: Sequence[tuple[int, int, int]], *, known: bool) -> int:
    if len(ways) < bulk.MANY:
        return bulk.execute(session, _MOVE_KNOWN_ASSET if known else _MOVE_ASSET, ("asset", "source", "target"), ways)
    return bulk.execute_values(session, _MOVE_ASSETS, ways, one="(?, ?, ?)")


def settle_assets(session: Session, places: Mapping[int, int]) -> None:
    """Puts assets where their whole path, a backdated movement included, says that they are now."""
    if not places:
        return
    bulk.execute(session, _SETTLE_ASSET, ("asset", "place"), list(places.items()))
    _forget(session, places.keys())


def _refuse_elsewhere(session: Session, ways: Mapping[int, tuple[int, int]], at: Mapping[int, End]) -> None:
    rows = session.connection().execute(
        select(ASSETS.c.id, ASSETS.c.serial, ASSETS.c.location_id, ASSETS.c.archived_at, LOCATIONS.c.name)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .where(ASSETS.c.id.in_(ways))
    )
    for row in rows:
        if row.archived_at is not None:
            raise Conflict(f"{row.serial} is not in the register any more.", field="assets")
        if row.location_id not in ways[row.id]:
            raise Conflict(f"{row.serial} is not in {at[ways[row.id][0]].name}: it is with {row.name} now.", field="assets")
    raise Conflict("One of these has moved since you looked. Look again, then decide.", field="assets")


def _forget(session: Session, asset_ids: Collection[int]) -> None:
    for row in list(session):
        if isinstance(row, Asset) and row.id in asset_ids:
            session.expire(row)
