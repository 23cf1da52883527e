"""Locations: every node that things move between. A person is one; so are the outside ends: a supplier, used, scrap, lost."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text, bindparam, cast, select, text
from sqlmodel import Field, Session, SQLModel

from models.columns import Word, among, key_of
from models.refusals import Conflict
from models.times import UtcTime


class LocationKind(StrEnum):
    """What a location is. The first five are ours: counted in what we have, and never below zero."""

    WAREHOUSE = "warehouse"
    VAN = "van"
    SITE = "site"
    WORKSHOP = "workshop"
    PERSON = "person"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    USED = "used"
    SCRAP = "scrap"
    LOST = "lost"
    ADJUSTMENT = "adjustment"
    PRODUCTION = "production"


OURS = frozenset({LocationKind.WAREHOUSE, LocationKind.VAN, LocationKind.SITE, LocationKind.WORKSHOP, LocationKind.PERSON})

#: Where stock is kept to be taken from. With a person or on a site it is ours, but already given out.
STORES = frozenset({LocationKind.WAREHOUSE, LocationKind.VAN})

#: The outside ends that every database is born with: one of each kind, found by `outside()`.
OUTSIDE = {
    LocationKind.SUPPLIER: "Supplier",
    LocationKind.USED: "Used",
    LocationKind.SCRAP: "Scrap",
    LocationKind.LOST: "Lost",
    LocationKind.ADJUSTMENT: "Adjustment",
    LocationKind.PRODUCTION: "Production",
    LocationKind.CUSTOMER: "Customer",
}


class Location(SQLModel, table=True):
    """Any node that things move between; `kind` tells them apart, `parent_id` nests them."""

    __tablename__ = "locations"
    __table_args__ = (
        CheckConstraint(among("kind", LocationKind), name="location_kind_is_known"),
        Index(
            "location_name_is_unique_in_its_parent",
            text("coalesce(parent_id, 0)"),
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL AND kind <> 'person'"),
            postgresql_where=text("archived_at IS NULL AND kind <> 'person'"),
        ),
        Index("location_by_name", "name_key"),
        Index("location_by_path", "path"),
        Index("location_by_channel", "channel"),
        Index(
            "location_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL"), postgresql_where=text("review_at IS NOT NULL")
        ),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    name_key: str
    kind: LocationKind = Field(sa_type=Word(LocationKind))
    parent_id: int | None = Field(default=None, foreign_key="locations.id")
    #: The ids from the root down to this one, as "/3/17/": what lies below has it as a prefix.
    path: str = ""
    #: The Slack channel where its cards go; empty: its parent's, then the workspace's.
    channel: str | None = None
    #: IANA zone of the location; empty: its parent's, then the workspace's.
    time_zone: str | None = None
    #: Whether every teammate may take from here, or only its keepers.
    open_to_all: bool = True
    #: Whether a late return is announced in its channel with the person's name.
    names_late: bool = False
    #: Of a supplier: whom to write to or call, in any words.
    contact: str | None = None
    #: Of a supplier: how many days it takes from ordering to receiving, unless its terms for a thing say otherwise.
    lead_days: int | None = None
    #: Every how many days what lies here is counted, by its class in use: empty is not by schedule.
    count_a_days: int | None = None
    count_b_days: int | None = None
    count_c_days: int | None = None
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When it is looked at next whether a count is due. Whatever changes it asks for that at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def ours(self) -> bool:
        """Whether what lies here is counted in what we have."""
        return self.kind in OURS


LOCATIONS = Location.__table__  # type: ignore[attr-defined]


def get(session: Session, location_id: int) -> Location:
    """The location with that id, which is known to exist."""
    location = session.get(Location, location_id)
    if location is None:
        raise LookupError(f"no location {location_id}")
    return location


_OUTSIDE = select(Location).where(LOCATIONS.c.kind == bindparam("kind"), LOCATIONS.c.name_key == bindparam("key"))
_OUTSIDE = _OUTSIDE.order_by(LOCATIONS.c.id).limit(1)


def outside(session: Session, kind: LocationKind) -> Location:
    """The built-in outside location of that kind (used, scrap, lost, adjustment, production, the nameless supplier or customer)."""
    return session.scalars(_OUTSIDE, {"kind": kind, "key": key_of(OUTSIDE[kind])}).one()


def ancestors(path: str) -> list[int]:
    """The ids from the root down to the location itself: "/3/17/" -> [3, 17]."""
    return [int(step) for step in path.strip("/").split("/") if step]


def inherited(session: Session, location: Location, attribute: str, otherwise: str | None) -> str | None:
    """The location's own channel or time zone, else that of the nearest location above it, else `otherwise`."""
    at: Location | None = location
    while at is not None:
        if (own := getattr(at, attribute)) is not None:
            return str(own)
        at = session.get(Location, at.parent_id) if at.parent_id else None
    return otherwise


def stores(session: Session, *, limit: int) -> list[Location]:
    """The warehouses and vans that are in use, by name, at most so many."""
    return list(session.scalars(_STORES.order_by(LOCATIONS.c.name_key).limit(limit)))


def workshops(session: Session, *, limit: int) -> list[Location]:
    """The workshops that are in use, by name, at most so many."""
    query = select(Location).where(LOCATIONS.c.kind == LocationKind.WORKSHOP, LOCATIONS.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(LOCATIONS.c.name_key).limit(limit)))


def stores_bound_to(session: Session, channel: str) -> list[Location]:
    """The warehouses and vans in use whose own Slack channel that is."""
    return list(session.scalars(_STORES.where(LOCATIONS.c.channel == channel)))


_STORES = select(Location).where(LOCATIONS.c.kind.in_(STORES), LOCATIONS.c.archived_at.is_(None))


def names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of those locations, in one read."""
    rows = session.connection().execute(select(LOCATIONS.c.id, LOCATIONS.c.name).where(LOCATIONS.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def require_tree(session: Session, changed: Sequence[int]) -> None:
    """Refuses where one of those locations, archived or put elsewhere again by an undo, has something below it that would be lost."""
    above = LOCATIONS.alias("above")
    lost = (
        select(LOCATIONS.c.name, above.c.name.label("parent"))
        .join(above, above.c.id == LOCATIONS.c.parent_id)
        .where(LOCATIONS.c.archived_at.is_(None), LOCATIONS.c.parent_id.in_(changed))
        .where(above.c.archived_at.is_not(None) | (LOCATIONS.c.path != above.c.path + cast(LOCATIONS.c.id, Text) + "/"))
    )
    found = session.connection().execute(lost.limit(1)).first() if changed else None
    if found is not None:
        raise Conflict(f"{found.name} lies below {found.parent} now. Move or archive it first.")
