"""Assets: serialised things, each known by its one serial."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Index, literal_column, text
from sqlmodel import Field, Session, SQLModel

from models import catalog
from models.locations import STORES, LocationKind
from models.times import UtcTime

#: A serial without the letters and zeros in front, as people say it: "485" for SN-00485.
SHORT_SERIAL = "ltrim(serial_bare, 'abcdefghijklmnopqrstuvwxyz0')"


_TO_REPLACE = "replace_by_on IS NOT NULL AND archived_at IS NULL"


class AssetState(StrEnum):
    """How an asset stands. It is derived from where the asset is, and whether it may be used there; it is never stored."""

    AVAILABLE = "available"
    OUT = "out"
    IN_REPAIR = "in repair"
    #: It lies in a store, and a keeper has said that it must not be used until it is repaired.
    OUT_OF_USE = "out of use"
    LOST = "lost"
    RETIRED = "retired"


class Asset(SQLModel, table=True):
    """One serialised thing. Where it is follows the last movement; only the ledger changes that."""

    __tablename__ = "assets"
    __table_args__ = (
        Index(
            "asset_serial_is_unique",
            "serial_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("asset_by_serial", "serial_key"),
        Index("asset_by_bare_serial", "serial_bare"),
        Index("asset_by_short_serial", text(SHORT_SERIAL)),
        Index("asset_by_variant", "variant_id", "location_id"),
        Index("asset_by_location", "location_id"),
        Index("asset_out_of_use", "variant_id", sqlite_where=text("out_of_use = 1"), postgresql_where=text("out_of_use")),
        Index("asset_to_replace", "replace_by_on", sqlite_where=text(_TO_REPLACE), postgresql_where=text(_TO_REPLACE)),
    )

    id: int = Field(default=None, primary_key=True)
    serial: str
    serial_key: str
    #: The serial's key without dashes and spaces: what a hurried thumb types.
    serial_bare: str
    variant_id: int = Field(foreign_key="variants.id")
    #: A name of its own, where it has one ("Blue van"); else it is called by its variant's.
    name: str | None = None
    purchased_on: date | None = None
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    replace_by_on: date | None = None
    warranty_until_on: date | None = None
    note: str | None = None
    #: Where it is: a cache of its last movement, changed only by `ledger.post()`. Born at the supplier that it comes from.
    location_id: int = Field(foreign_key="locations.id")
    #: Whether a keeper has taken it out of use until it is repaired.
    out_of_use: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, default=False))
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


ASSETS = Asset.__table__  # type: ignore[attr-defined]
_short: ColumnElement[str] = literal_column(SHORT_SERIAL)

_STATES = {
    LocationKind.WORKSHOP: AssetState.IN_REPAIR,
    LocationKind.SUPPLIER: AssetState.IN_REPAIR,
    LocationKind.LOST: AssetState.LOST,
    LocationKind.ADJUSTMENT: AssetState.LOST,
    LocationKind.PERSON: AssetState.OUT,
    LocationKind.SITE: AssetState.OUT,
    **dict.fromkeys(STORES, AssetState.AVAILABLE),
}


def state(kind: LocationKind, *, checked_out: bool = False, out_of_use: bool = False) -> AssetState:
    """How an asset stands that lies in a location of that kind. What left for any other end is retired."""
    found = _STATES.get(kind, AssetState.RETIRED)
    if found is not AssetState.AVAILABLE:
        return found
    return AssetState.OUT if checked_out else AssetState.OUT_OF_USE if out_of_use else found


#: Where an asset is still owned: in any of our locations, or with who repairs it; not where it is lost, sold or scrapped.
OWNED = frozenset(kind for kind in LocationKind if state(kind) not in {AssetState.LOST, AssetState.RETIRED})


def bare(serial_key: str) -> str:
    """A serial's key without dashes and spaces."""
    return serial_key.replace("-", "").replace(" ", "")


def ends_in(number: str) -> ColumnElement[bool]:
    """The condition that a serial is that number (only digits), letters and zeros in front of it aside."""
    return _short == number.lstrip("0")


def get(session: Session, asset_id: int) -> Asset:
    """The asset with that id, which is known to exist."""
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise LookupError(f"no asset {asset_id}")
    return asset


def said(session: Session, asset: Asset) -> str:
    """An asset in a sentence: its own name, else its variant's, and its serial."""
    return f"{asset.name or catalog.variant(session, asset.variant_id).name} {asset.serial}"
