"""What is booked: as people speak of it, and as it is used up by what goes out to whoever booked it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, case, cast, exists, func, literal, null, or_, select, true
from sqlmodel import Session

from models import assets, catalog, outstanding
from models.assets import ASSETS, AssetState
from models.bookings import BOOKINGS, Booking
from models.caches import Line
from models.catalog import ITEMS, VARIANTS, Category
from models.changes import Change
from models.diary import FOREVER, Window
from models.entries import last_of_each
from models.kits import KITS
from models.locations import LOCATIONS
from models.quantities import ONE
from models.times import Due, due, zone
from models.unkept import GONE

#: So long before it begins something can be picked up without saying until when.
EARLY = timedelta(days=1)


class Booked(NamedTuple):
    """A booking as people speak of it: what, for whom, from when to when; nothing is left of one that is closed."""

    id: int
    variant_id: int
    asset_id: int | None
    #: The asset's own name, else the variant's; `serial` tells assets of one name apart.
    what: str
    serial: str | None
    sku: str
    quantity: int
    unit: str
    holder_id: int
    holder: str
    by_id: int
    from_at: datetime
    until_at: datetime
    free_at: datetime
    zone: str
    purpose: str | None
    #: The kit that is booked; told of one part of it by `kit`, its name, too.
    kit_id: int | None
    kit: str | None
    #: The entry that changed it last: what somebody saw of it before that is another state of it.
    entry_id: int
    #: How the asset stands, where it can't be had.
    gone: AssetState | None


_PLACE = LOCATIONS.alias("place")
_NAME = func.coalesce(ASSETS.c.name, VARIANTS.c.name)
_WHOLE = BOOKINGS.c.kit_id.is_not(None)


def _named(*, asset: Any, what: Any, quantity: Any, unit: Any, kit: Any) -> Select[Any]:
    """Bookings with the names that go with them; `asset` says of which ones the serial is told."""
    return (
        select(
            BOOKINGS.c.id,
            BOOKINGS.c.variant_id,
            ASSETS.c.id,
            what,
            ASSETS.c.serial,
            VARIANTS.c.sku,
            quantity,
            unit,
            BOOKINGS.c.holder_id,
            LOCATIONS.c.name,
            BOOKINGS.c.by_id,
            BOOKINGS.c.from_at,
            BOOKINGS.c.until_at,
            BOOKINGS.c.free_at,
            BOOKINGS.c.zone,
            BOOKINGS.c.purpose,
            BOOKINGS.c.kit_id,
            kit,
            last_of_each(BOOKINGS),
            _PLACE.c.kind,
            ASSETS.c.out_of_use,
        )
        .select_from(BOOKINGS)
        .join(VARIANTS, VARIANTS.c.id == BOOKINGS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .join(LOCATIONS, LOCATIONS.c.id == BOOKINGS.c.holder_id)
        .outerjoin(ASSETS, (ASSETS.c.id == BOOKINGS.c.asset_id) & asset)
        .outerjoin(_PLACE, _PLACE.c.id == ASSETS.c.location_id)
        .outerjoin(KITS, KITS.c.id == BOOKINGS.c.kit_id)
    )


#: Each part of a kit by itself, and a kit as one.
_PARTS = _named(asset=true(), what=_NAME, quantity=BOOKINGS.c.quantity, unit=ITEMS.c.unit, kit=KITS.c.name)
_AS_ONE = _named(
    asset=~_WHOLE,
    what=func.coalesce(KITS.c.name, _NAME),
    quantity=case((_WHOLE, ONE), else_=BOOKINGS.c.quantity),
    unit=case((_WHOLE, "each"), else_=ITEMS.c.unit),
    kit=cast(null(), Text),
)
_EARLIEST = (BOOKINGS.c.from_at, BOOKINGS.c.id)


_OTHER = BOOKINGS.alias("other")
#: What is booked together: a kit, for one holder and time.
_TOGETHER = ("kit_id", "holder_id", "from_at", "until_at", "booked_at")
#: Another part of the same kit, booked with it, that stands before it.
_BEFORE = exists(
    select(literal(1))
    .where(_OTHER.c.closed_at.is_(None), _OTHER.c.id < BOOKINGS.c.id, *(_OTHER.c[one] == BOOKINGS.c[one] for one in _TOGETHER))
    .correlate(BOOKINGS)
)


class Which(NamedTuple):
    """Which bookings are meant: of an asset, of some variants, for a holder, those that begin in some time. All, or what is said."""

    asset_id: int | None = None
    variant_ids: Sequence[int] | None = None
    holder_id: int | None = None
    begins: tuple[datetime, datetime] | None = None
    kit_id: int | None = None

    @property
    def as_one(self) -> bool:
        """Whether kits are told of as one: where nobody asks for a part."""
        return self.asset_id is None and self.variant_ids is None

    def open(self) -> list[ColumnElement[bool]]:
        """The conditions of those that are open."""
        said = [BOOKINGS.c.closed_at.is_(None)]
        if self.asset_id is not None:
            said.append(BOOKINGS.c.asset_id == self.asset_id)
        if self.variant_ids is not None:
            said.append(BOOKINGS.c.variant_id.in_(self.variant_ids))
        if self.holder_id is not None:
            said.append(BOOKINGS.c.holder_id == self.holder_id)
        if self.begins is not None:
            said.append(BOOKINGS.c.from_at.between(*self.begins))
        if self.kit_id is not None:
            said.append(BOOKINGS.c.kit_id == self.kit_id)
        if self.as_one:
            said.append(or_(BOOKINGS.c.kit_id.is_(None), ~_BEFORE))
        return said


def those(session: Session, which: Which, *, first: int = 0, most: int | None = None) -> list[Booked]:
    """The open bookings that are meant, the earliest first: a page of `most` from `first`."""
    query = (_AS_ONE if which.as_one else _PARTS).where(*which.open()).order_by(*_EARLIEST).offset(first).limit(most)
    return [_told(row) for row in session.connection().execute(query)]


def _told(row: Any) -> Booked:
    *told, kind, out_of_use = row
    state = assets.state(kind, out_of_use=out_of_use) if kind is not None else None
    return Booked._make([*told, state if state in GONE else None])


def count(session: Session, which: Which) -> int:
    """How many they are."""
    return int(session.connection().execute(select(func.count()).select_from(BOOKINGS).where(*which.open())).scalar_one())


def get(session: Session, booking_id: int, *, as_one: bool = True) -> Booked:
    """That booking, which is known to exist; of a part of a kit, that of the kit as one, or of the part alone."""
    query = _AS_ONE if as_one else _PARTS
    return _told(session.connection().execute(query.where(BOOKINGS.c.id == booking_id)).one())


def with_it(session: Session, booking: Booking) -> list[Booking]:
    """That booking, and what is still booked together with it as one kit."""
    if booking.kit_id is None:
        return [booking]
    alike = (BOOKINGS.c[one] == getattr(booking, one) for one in _TOGETHER)
    return list(session.scalars(select(Booking).where(BOOKINGS.c.closed_at.is_(None), *alike).order_by(BOOKINGS.c.id)))


def variants_in(session: Session, category: Category) -> list[int]:
    """The variants of a category and of those below it."""
    query = select(VARIANTS.c.id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(ITEMS.c.category_id.in_(catalog.branch(category)))
    return list(session.connection().execute(query.where(VARIANTS.c.archived_at.is_(None)).order_by(VARIANTS.c.name_key)).scalars())


def picked_up(session: Session, lines: Sequence[Line], *, holder_id: int, until: datetime | None, now: datetime) -> list[Change]:
    """The changes by which what goes out to a holder from `now` on uses up what is booked for them in that time: serials first, then any.

    One thing serves bookings that follow one another, and of those for the same time only one.
    """
    left = dict[int, int]()
    for line in lines:
        served = list[tuple[Window, int]]()
        for booking in _met(session, line, holder_id, now, until):
            window = Window(booking.from_at, booking.until_at)
            spent = sum(quantity for other, quantity in served if other.meets(window))
            quantity = min(line.quantity - spent, left.get(booking.id, booking.quantity))
            left[booking.id] = left.get(booking.id, booking.quantity) - quantity
            served.append((window, quantity))
    rows = [session.get_one(Booking, booking_id) for booking_id in left]
    return [outstanding.reduced(row, row.quantity - left[row.id], now) for row in rows if left[row.id] < row.quantity]


def to_pick_up(session: Session, *, variant_id: int, asset_id: int | None, holder_id: int, now: datetime) -> Booking | None:
    """The booking that a holder picks up with that at `now`: it has begun, or begins within a day."""
    met = _met(session, Line(variant_id, 1, 0, 0, asset_id), holder_id, now, now + EARLY)
    return next((one for one in met if one.until_at > now), None)


def due_of(booking: Booking) -> Due:
    """The end of a booking, as the due time of what is picked up."""
    return due(booking.until_at.astimezone(zone(booking.zone)).replace(tzinfo=None), booking.zone)


def _met(session: Session, line: Line, holder_id: int, start: datetime, end: datetime | None) -> list[Booking]:
    """What is booked for a holder, of that asset or of any of its variant, in some time; the serial first, then the earliest."""
    query = select(Booking).where(
        BOOKINGS.c.variant_id == line.variant_id,
        BOOKINGS.c.holder_id == holder_id,
        BOOKINGS.c.closed_at.is_(None),
        or_(BOOKINGS.c.asset_id.is_(None), BOOKINGS.c.asset_id == line.asset_id),
        BOOKINGS.c.from_at < (end or FOREVER),
        BOOKINGS.c.free_at > start,
    )
    return list(session.scalars(query.order_by(BOOKINGS.c.asset_id.is_(None), *_EARLIEST)))
