"""Checkouts: temporary custody, of an asset or of a quantity of a returnable item, with or without a due date."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Select, func, select, text
from sqlmodel import Field, Session, SQLModel

from models.acceptances import ACCEPTANCES, AcceptanceState
from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS
from models.entries import last_of_each
from models.kits import KITS
from models.locations import LOCATIONS, Location, LocationKind
from models.times import Due, UtcTime

_OF_A_KIT = text("kit_id IS NOT NULL")


class Checkout(SQLModel, table=True):
    """Temporary custody of one asset, or of a quantity of one variant, by one holder. What is still out; closed when nothing is."""

    __tablename__ = "checkouts"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="checkout_is_never_below_zero"),
        CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="checkout_is_open_while_something_is_out"),
        Index(
            "checkout_of_an_asset_is_open_once",
            "asset_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND asset_id IS NOT NULL"),
            postgresql_where=text("closed_at IS NULL AND asset_id IS NOT NULL"),
        ),
        Index("checkout_by_holder", "holder_id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("checkout_by_variant", "variant_id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("checkout_by_kit", "kit_id", sqlite_where=_OF_A_KIT, postgresql_where=_OF_A_KIT),
        Index("checkout_due", "due_at", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index(
            "checkout_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL"), postgresql_where=text("review_at IS NOT NULL")
        ),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: What is still out, in millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: The location that holds it: a person's, a site, any other.
    holder_id: int = Field(foreign_key="locations.id")
    #: Where it left, and goes back to unless said otherwise.
    source_id: int = Field(foreign_key="locations.id")
    by_id: int = Field(foreign_key="members.id")
    #: The kit that it went out with.
    kit_id: int | None = Field(default=None, foreign_key="kits.id")
    out_at: datetime = Field(sa_type=UtcTime)
    #: Local date and time and zone as promised, and the UTC time computed from them; empty: open-ended.
    due_local: str | None = None
    due_zone: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When that was last agreed: nobody is reminded on the day of a promise.
    agreed_at: datetime = Field(sa_type=UtcTime)
    purpose: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When the reminders look at it again. Every change asks them to look at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


CHECKOUTS = Checkout.__table__  # type: ignore[attr-defined]


class Held(NamedTuple):
    """An open checkout as people speak of it: what, with whom, from where, since when and until when."""

    id: int
    variant_id: int
    asset_id: int | None
    #: The asset's own name, else the variant's; `serial` tells assets of one name apart.
    what: str
    serial: str | None
    quantity: int
    unit: str
    holder_id: int
    holder: str
    holder_kind: LocationKind
    source_id: int
    source: str
    out_at: datetime
    due_at: datetime | None
    due_zone: str | None
    purpose: str | None
    #: The entry that changed it last: what somebody saw of it before that is another state of it.
    entry_id: int
    #: How the terms stand under which it went out, where they are not accepted.
    terms: AcceptanceState | None = None
    #: The kit that it went out with.
    kit_id: int | None = None
    kit: str | None = None


_UNACCEPTED = (
    select(ACCEPTANCES.c.state)
    .where(ACCEPTANCES.c.checkout_id == CHECKOUTS.c.id, ACCEPTANCES.c.state != AcceptanceState.ACCEPTED)
    .scalar_subquery()
)
_HOLDERS, _SOURCES = LOCATIONS.alias("holders"), LOCATIONS.alias("sources")

#: Every open checkout, with the names that go with it; a read narrows it down.
HELD: Select[Any] = (
    select(
        CHECKOUTS.c.id,
        CHECKOUTS.c.variant_id,
        CHECKOUTS.c.asset_id,
        func.coalesce(ASSETS.c.name, VARIANTS.c.name),
        ASSETS.c.serial,
        CHECKOUTS.c.quantity,
        ITEMS.c.unit,
        CHECKOUTS.c.holder_id,
        _HOLDERS.c.name,
        _HOLDERS.c.kind,
        CHECKOUTS.c.source_id,
        _SOURCES.c.name,
        CHECKOUTS.c.out_at,
        CHECKOUTS.c.due_at,
        CHECKOUTS.c.due_zone,
        CHECKOUTS.c.purpose,
        last_of_each(CHECKOUTS),
        _UNACCEPTED,
        CHECKOUTS.c.kit_id,
        KITS.c.name,
    )
    .select_from(CHECKOUTS)
    .join(VARIANTS, VARIANTS.c.id == CHECKOUTS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .join(_HOLDERS, _HOLDERS.c.id == CHECKOUTS.c.holder_id)
    .join(_SOURCES, _SOURCES.c.id == CHECKOUTS.c.source_id)
    .outerjoin(ASSETS, ASSETS.c.id == CHECKOUTS.c.asset_id)
    .outerjoin(KITS, KITS.c.id == CHECKOUTS.c.kit_id)
    .where(CHECKOUTS.c.closed_at.is_(None))
)

#: Earliest due first, what is open-ended last.
EARLIEST_DUE = (CHECKOUTS.c.due_at.is_(None), CHECKOUTS.c.due_at, CHECKOUTS.c.out_at, CHECKOUTS.c.id)


def get(session: Session, checkout_id: int) -> Checkout:
    """The checkout with that id, which is known to exist."""
    found = session.get(Checkout, checkout_id)
    if found is None:
        raise LookupError(f"no checkout {checkout_id}")
    return found


def held(session: Session, checkout_id: int) -> Held | None:
    """That checkout as people speak of it; None once it is closed."""
    row = session.connection().execute(HELD.where(CHECKOUTS.c.id == checkout_id)).one_or_none()
    return Held(*row) if row else None


def open_of(session: Session, holder_id: int) -> list[Held]:
    """What a location holds on checkout, earliest due first and open-ended last."""
    return _held(session, HELD.where(CHECKOUTS.c.holder_id == holder_id).order_by(*EARLIEST_DUE))


def open_among(session: Session, ids: Sequence[int]) -> list[Held]:
    """Those of the checkouts that are open, earliest due first and open-ended last."""
    return _held(session, HELD.where(CHECKOUTS.c.id.in_(ids)).order_by(*EARLIEST_DUE))


def by_kit(held: Sequence[Held]) -> list[list[Held]]:
    """The same, what went out with one kit together, where the first of it stands."""
    groups = dict[tuple[str, int], list[Held]]()
    for one in held:
        groups.setdefault(("kit", one.kit_id) if one.kit_id is not None else ("checkout", one.id), []).append(one)
    return list(groups.values())


def open_for_asset(session: Session, asset_id: int) -> Held | None:
    """The checkout that the asset is out on, if it is."""
    row = session.connection().execute(HELD.where(CHECKOUTS.c.asset_id == asset_id)).one_or_none()
    return Held(*row) if row else None


def open_for_variant(session: Session, variant_id: int) -> list[Held]:
    """Who has some of a variant, by number or by serial, earliest due first."""
    return _held(session, HELD.where(CHECKOUTS.c.variant_id == variant_id).order_by(*EARLIEST_DUE))


def overdue(session: Session, now: datetime, *, at: Location | None = None, first: int = 0, most: int | None = None) -> list[Held]:
    """What is late at `now` (UTC), worst first: everything, or what left that location or one below it. A page of `most` from `first`."""
    query = _late(HELD, now, at).order_by(CHECKOUTS.c.due_at, CHECKOUTS.c.id)
    return _held(session, query.offset(first).limit(most) if most is not None else query)


def count_overdue(session: Session, now: datetime, *, at: Location | None = None) -> int:
    """How many checkouts are late at `now`."""
    query = select(func.count()).select_from(CHECKOUTS).join(_SOURCES, _SOURCES.c.id == CHECKOUTS.c.source_id)
    return int(session.connection().execute(_late(query, now, at).where(CHECKOUTS.c.closed_at.is_(None))).scalar_one())


def _late(query: Select[Any], now: datetime, at: Location | None) -> Select[Any]:
    late = query.where(CHECKOUTS.c.due_at < now)
    return late if at is None else late.where(_SOURCES.c.path.startswith(at.path, autoescape=True))


def _held(session: Session, query: Select[Any]) -> list[Held]:
    return [Held(*row) for row in session.connection().execute(query)]


def due_fields(due: Due | None) -> dict[str, Any]:
    """A promise as a checkout keeps it."""
    if due is None:
        return {"due_local": None, "due_zone": None, "due_at": None}
    return {"due_local": due.local.isoformat(timespec="minutes"), "due_zone": due.zone, "due_at": due.at}
