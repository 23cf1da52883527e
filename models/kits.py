"""Kits: things that go together. Certain serials in one case, or a template that names only items, its serials chosen at the pick-up."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Select, func, select, text
from sqlmodel import Field, Session, SQLModel

from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.times import UtcTime

_ACTIVE_ASSET, _ACTIVE_ITEM = "active AND asset_id IS NOT NULL", "active AND asset_id IS NULL"


def _where(condition: str) -> dict[str, Any]:
    """A condition on an index: SQLite has no booleans."""
    return {"sqlite_where": text(condition.replace("active", "active = 1")), "postgresql_where": text(condition)}


class Kit(SQLModel, table=True):
    """A name for things that are lent, booked and counted as one."""

    __tablename__ = "kits"
    __table_args__ = (
        Index(
            "kit_name_is_unique",
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    name_key: str
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


class KitPart(SQLModel, table=True):
    """One thing that belongs to a kit: a certain asset, which is in no other kit, or so many of a variant."""

    __tablename__ = "kit_parts"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="kit_part_is_something"),
        CheckConstraint("asset_id IS NULL OR quantity = 1000000", name="kit_part_of_an_asset_is_one"),
        Index("kit_part_is_in_one_kit", "asset_id", unique=True, **_where(_ACTIVE_ASSET)),
        Index("kit_part_names_an_item_once", "kit_id", "variant_id", unique=True, **_where(_ACTIVE_ITEM)),
        Index("kit_part_by_kit", "kit_id"),
        Index("kit_part_by_variant", "variant_id"),
    )

    id: int = Field(default=None, primary_key=True)
    kit_id: int = Field(foreign_key="kits.id")
    variant_id: int = Field(foreign_key="variants.id")
    #: The serial that lies in the case; empty: so many of the variant, whichever they are.
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: Millionths of the item's unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: In which order they are told of.
    position: int
    #: A part is born void; one that was taken out stays for the past.
    active: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, default=False))


KITS = Kit.__table__  # type: ignore[attr-defined]
KIT_PARTS = KitPart.__table__  # type: ignore[attr-defined]


class Part(NamedTuple):
    """A part of a kit as people speak of it."""

    id: int
    variant_id: int
    asset_id: int | None
    #: The asset's own name, else the variant's; `serial` tells assets of one name apart.
    what: str
    serial: str | None
    sku: str
    quantity: int
    unit: str
    kind: ItemKind

    @property
    def found_as(self) -> str:
        """The word that tells it from the other parts: its serial, else its SKU."""
        return self.serial or self.sku


_PARTS: Select[Any] = (
    select(
        KIT_PARTS.c.id,
        KIT_PARTS.c.variant_id,
        KIT_PARTS.c.asset_id,
        func.coalesce(ASSETS.c.name, VARIANTS.c.name),
        ASSETS.c.serial,
        VARIANTS.c.sku,
        KIT_PARTS.c.quantity,
        ITEMS.c.unit,
        ITEMS.c.kind,
    )
    .join(VARIANTS, VARIANTS.c.id == KIT_PARTS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .outerjoin(ASSETS, ASSETS.c.id == KIT_PARTS.c.asset_id)
    .where(KIT_PARTS.c.active)
    .order_by(KIT_PARTS.c.position, KIT_PARTS.c.id)
)


def get(session: Session, kit_id: int) -> Kit:
    """The kit with that id, which is known to exist."""
    return session.get_one(Kit, kit_id)


def count(session: Session) -> int:
    """How many kits there are."""
    return int(session.connection().execute(select(func.count()).select_from(KITS).where(KITS.c.archived_at.is_(None))).scalar_one())


def by_name(session: Session, *, first: int, most: int) -> list[Kit]:
    """The kits by name: a page of `most` from `first`."""
    return list(session.scalars(select(Kit).where(KITS.c.archived_at.is_(None)).order_by(KITS.c.name_key).offset(first).limit(most)))


def parts_of(session: Session, kit_id: int) -> list[Part]:
    """What belongs to a kit, in its order."""
    return [Part(*row) for row in session.connection().execute(_PARTS.where(KIT_PARTS.c.kit_id == kit_id))]


def rows(session: Session, kit_id: int) -> list[KitPart]:
    """All that belongs, and ever belonged, to a kit, as it is kept."""
    return list(session.scalars(select(KitPart).where(KIT_PARTS.c.kit_id == kit_id).order_by(KIT_PARTS.c.id)))


def is_template(parts: Iterable[Part]) -> bool:
    """Whether a kit names no serial: as many of it can be out as there are things for."""
    return all(part.asset_id is None for part in parts)


def with_asset(session: Session, asset_id: int) -> Kit | None:
    """The kit that an asset belongs to."""
    query = select(KIT_PARTS.c.kit_id).where(KIT_PARTS.c.asset_id == asset_id, KIT_PARTS.c.active)
    kit_id = session.connection().execute(query).scalar()
    return None if kit_id is None else get(session, kit_id)


def names(session: Session, kit_ids: Iterable[int]) -> dict[int, str]:
    """What those kits are called."""
    return dict(session.connection().execute(select(KITS.c.id, KITS.c.name).where(KITS.c.id.in_(set(kit_ids)))).tuples())


_LACKING = (
    (
        "Kit part {} is another thing than its asset.",
        select(KIT_PARTS.c.id).join(ASSETS, ASSETS.c.id == KIT_PARTS.c.asset_id).where(ASSETS.c.variant_id != KIT_PARTS.c.variant_id),
    ),
    (
        "Kit part {} is alive, and its kit, asset or item is archived.",
        select(KIT_PARTS.c.id)
        .join(KITS, KITS.c.id == KIT_PARTS.c.kit_id)
        .join(VARIANTS, VARIANTS.c.id == KIT_PARTS.c.variant_id)
        .outerjoin(ASSETS, ASSETS.c.id == KIT_PARTS.c.asset_id)
        .where(KIT_PARTS.c.active)
        .where(KITS.c.archived_at.is_not(None) | ASSETS.c.archived_at.is_not(None) | VARIANTS.c.archived_at.is_not(None)),
    ),
    (
        "Asset {} is in two kits.",
        select(KIT_PARTS.c.asset_id)
        .where(KIT_PARTS.c.active, KIT_PARTS.c.asset_id.is_not(None))
        .group_by(KIT_PARTS.c.asset_id)
        .having(func.count() > 1),
    ),
)


def problems(session: Session) -> Iterable[str]:
    """What is wrong with kits; the first of each sort is named."""
    for problem, query in _LACKING:
        for row in session.connection().execute(query.limit(1)):
            yield problem.format(row[0])
