"""What a location has, thing by thing: each asset, and of each counted item what is out on checkouts and what simply lies there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.checkouts import CHECKOUTS
from models.levels import LEVELS
from models.locations import LOCATIONS, STORES, Location, LocationKind
from models.quantities import ONE


class Possession(NamedTuple):
    """One thing, or so much of one, that lies in a location."""

    location_id: int
    variant_id: int
    asset_id: int | None
    #: Whether it is out on a checkout: then it has a home, which it came from, if that is still a store.
    checked_out: bool
    quantity: int
    #: The asset's own name, else the variant's.
    what: str
    serial: str | None
    unit: str
    home_id: int | None = None
    home: str | None = None
    due_at: datetime | None = None
    due_zone: str | None = None

    @property
    def key(self) -> tuple[int, int, int | None, bool]:
        """What it is and where, whatever is left of it."""
        return self.location_id, self.variant_id, self.asset_id, self.checked_out

    @property
    def many(self) -> bool:
        """Whether it is spoken of as several: "3 hard hats are", and not "Canon R6 SN-1 is" or "12.5 m of cable is"."""
        return self.serial is None and self.unit == "each" and self.quantity != ONE


_SOURCES = LOCATIONS.alias("sources")
#: Where something goes back to without anybody saying where; from a person's hands it goes wherever it is put.
_HOMES = frozenset({*STORES, LocationKind.SITE, LocationKind.WORKSHOP})

_ASSETS = (
    select(
        ASSETS.c.location_id,
        ASSETS.c.variant_id,
        ASSETS.c.id.label("asset_id"),
        func.coalesce(ASSETS.c.name, VARIANTS.c.name).label("what"),
        ASSETS.c.serial,
        ITEMS.c.unit,
        CHECKOUTS.c.id.label("checkout_id"),
        CHECKOUTS.c.due_at,
        CHECKOUTS.c.due_zone,
        _SOURCES.c.id.label("source_id"),
        _SOURCES.c.name.label("source"),
        _SOURCES.c.kind,
        _SOURCES.c.archived_at,
    )
    .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .outerjoin(CHECKOUTS, (CHECKOUTS.c.asset_id == ASSETS.c.id) & CHECKOUTS.c.closed_at.is_(None))
    .outerjoin(_SOURCES, _SOURCES.c.id == CHECKOUTS.c.source_id)
    .order_by(VARIANTS.c.name_key, ASSETS.c.serial_key)
)
_COUNTED = (
    select(LEVELS.c.location_id, LEVELS.c.variant_id, VARIANTS.c.name, ITEMS.c.unit, LEVELS.c.quantity)
    .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(ITEMS.c.kind != ItemKind.SERIALISED, LEVELS.c.quantity > 0)
    .order_by(VARIANTS.c.name_key)
)
#: The earliest due first, which is also what a return takes first.
_OWED = (
    select(CHECKOUTS.c.holder_id, CHECKOUTS.c.variant_id, CHECKOUTS.c.quantity, CHECKOUTS.c.due_at, CHECKOUTS.c.due_zone)
    .add_columns(_SOURCES.c.id.label("source_id"), _SOURCES.c.name.label("source"), _SOURCES.c.kind, _SOURCES.c.archived_at)
    .join(_SOURCES, _SOURCES.c.id == CHECKOUTS.c.source_id)
    .where(CHECKOUTS.c.closed_at.is_(None), CHECKOUTS.c.asset_id.is_(None))
    .order_by(CHECKOUTS.c.due_at.is_(None), CHECKOUTS.c.due_at, CHECKOUTS.c.id)
)


def of(session: Session, location: Location, *, most: int | None = None) -> list[Possession]:
    """What a location and those below it have, at most so many: assets by name and serial, then what is counted, by name."""
    there = list(
        session.connection().execute(select(LOCATIONS.c.id).where(LOCATIONS.c.path.startswith(location.path, autoescape=True))).scalars()
    )
    return _at(session, there, most=most)


def among(session: Session, location_ids: Collection[int], variant_ids: Collection[int]) -> list[Possession]:
    """What exactly those locations have of those variants."""
    return _at(session, location_ids, ASSETS.c.variant_id.in_(variant_ids), LEVELS.c.variant_id.in_(variant_ids))


def _at(session: Session, places: Collection[int], *those: ColumnElement[bool], most: int | None = None) -> list[Possession]:
    of_assets, of_counted = (those[:1], those[1:]) if those else ((), ())
    assets = _ASSETS.where(ASSETS.c.location_id.in_(places), *of_assets).limit(most)
    found = [_asset(row) for row in session.connection().execute(assets)]
    counted = _COUNTED.where(LEVELS.c.location_id.in_(places), *of_counted).limit(most)
    rows = session.connection().execute(counted).all()
    owed: dict[tuple[int, int], list[Any]] = {}
    if rows:
        query: Select[Any] = _OWED.where(CHECKOUTS.c.holder_id.in_(places), CHECKOUTS.c.variant_id.in_([row.variant_id for row in rows]))
        for checkout in session.connection().execute(query):
            owed.setdefault((checkout.holder_id, checkout.variant_id), []).append(checkout)
    for row in rows:
        found += _split(row, owed.get((row.location_id, row.variant_id), []))
    return found if most is None else found[:most]


def _asset(row: Any) -> Possession:
    said = (row.location_id, row.variant_id, row.asset_id, row.checkout_id is not None, ONE, row.what, row.serial, row.unit)
    return Possession(*said, *_home(row), row.due_at, row.due_zone)


def _split(row: Any, owed: list[Any]) -> list[Possession]:
    """What lies there of a counted item: what is out on checkouts, and the rest."""
    out = sum(checkout.quantity for checkout in owed)
    rest = row.quantity - out
    named = (row.name, None, row.unit)
    found = []
    if owed:
        first = owed[0]
        found.append(Possession(row.location_id, row.variant_id, None, True, out, *named, *_home(first), first.due_at, first.due_zone))
    if rest > 0:
        found.append(Possession(row.location_id, row.variant_id, None, False, rest, *named))
    return found


def _home(row: Any) -> tuple[int | None, str | None]:
    return (row.source_id, row.source) if row.kind in _HOMES and row.archived_at is None else (None, None)
