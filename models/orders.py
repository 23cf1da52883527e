"""Purchase orders: what was ordered from whom, how much of it has come, and what is still to come. The verbs are in ordering.py."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, func, select, text, update
from sqlmodel import Field, Session, SQLModel

from models import changes, notices, reorder
from models.catalog import ITEMS, VARIANTS, ItemKind
from models.changes import ByTable
from models.columns import Word, among, key_of
from models.locations import LOCATIONS
from models.quantities import ONE
from models.times import UtcTime

#: The first order of a workspace is this one.
FIRST_NUMBER = 1001

_TO_COME = text("received < quantity")


class OrderState(StrEnum):
    """What was decided about an order; how far it has come is told by its lines."""

    DRAFT = "draft"
    ORDERED = "ordered"
    CLOSED_SHORT = "closed short"
    CANCELLED = "cancelled"


class Progress(StrEnum):
    """How an order stands, in a word."""

    DRAFT = "draft"
    WAITING = "waiting for approval"
    ORDERED = "ordered"
    PARTLY_RECEIVED = "partly received"
    RECEIVED = "received"
    CLOSED_SHORT = "closed short"
    CANCELLED = "cancelled"


class PurchaseOrder(SQLModel, table=True):
    """An order to one supplier. It is born as an empty draft, which counts for nothing until an entry puts a line on it."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        CheckConstraint(among("state", OrderState), name="order_state_is_known"),
        Index("order_by_supplier", "supplier_id", "state"),
        Index("order_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL"), postgresql_where=text("review_at IS NOT NULL")),
    )

    id: int = Field(default=None, primary_key=True)
    #: Without gaps, and never given twice: PO-1042.
    number: int = Field(unique=True)
    supplier_id: int = Field(foreign_key="locations.id")
    #: Where it is to be delivered; empty: that is said when it comes.
    place_id: int | None = Field(default=None, foreign_key="locations.id")
    state: OrderState = Field(default=OrderState.DRAFT, sa_type=Word(OrderState))
    #: What the supplier gets to read.
    note: str | None = None
    ordered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When the reminders have to look at it.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def name(self) -> str:
        """As everybody calls it: "PO-1042"."""
        return name_of(self.number)


class OrderLine(SQLModel, table=True):
    """So much of one variant on an order; a line of nothing does not count."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity >= 0 AND received >= 0", name="order_line_is_never_below_zero"),
        CheckConstraint("per > 0", name="order_line_has_a_price_of_something"),
        Index("order_line_is_unique", "order_id", "variant_id", unique=True),
        # What is still to come of a variant, and on an order: indexes of the few lines that are open, among all that ever were.
        Index("order_line_open", "variant_id", "order_id", sqlite_where=_TO_COME, postgresql_where=_TO_COME),
        Index("order_line_open_by_order", "order_id", "expected_on", sqlite_where=_TO_COME, postgresql_where=_TO_COME),
    )

    id: int = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="purchase_orders.id")
    variant_id: int = Field(foreign_key="variants.id")
    #: Millionths of the variant's stock unit: ordered, and come in so far.
    quantity: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    received: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    #: What `per` of it costs, in minor units of `currency`: a supplier's price is of a pack.
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    per: int = Field(default=ONE, sa_column=Column(BigInteger, nullable=False))
    currency: str | None = None
    expected_on: date | None = None


ORDERS = PurchaseOrder.__table__  # type: ignore[attr-defined]
LINES = OrderLine.__table__  # type: ignore[attr-defined]


class Ordered(NamedTuple):
    """One line of an order, with the names that go with it."""

    id: int
    order_id: int
    variant_id: int
    name: str
    sku: str
    unit: str
    kind: ItemKind
    lot_tracked: bool
    quantity: int
    received: int
    price_minor: int | None
    per: int
    currency: str | None
    expected_on: date | None

    @property
    def open(self) -> int:
        """What has not come of it."""
        return max(self.quantity - self.received, 0)

    @property
    def named(self) -> bool:
        """Whether what comes of it has to be named, by serials or a lot, and not only counted."""
        return self.kind is ItemKind.SERIALISED or self.lot_tracked

    @property
    def value_minor(self) -> int | None:
        """What the whole line costs, to the nearest minor unit."""
        return None if self.price_minor is None else (2 * self.quantity * self.price_minor + self.per) // (2 * self.per)


class Expected(NamedTuple):
    """Something that is to come: of which variant how much, when (None: nobody knows), on which order."""

    variant_id: int
    quantity: int
    expected_on: date | None
    order_id: int
    number: int
    #: The path of where it is delivered; None: that is said when it comes.
    path: str | None = None


def name_of(number: int) -> str:
    """An order's number as everybody says it: "PO-1042"."""
    return f"PO-{number}"


def get(session: Session, order_id: int) -> PurchaseOrder:
    """The order with that id, which is known to exist."""
    found = session.get(PurchaseOrder, order_id)
    if found is None:
        raise LookupError(f"no order {order_id}")
    return found


_NAME = re.compile(r"po[- ]?(\d{1,9})")


def is_number(text: str) -> bool:
    """Whether it is written like an order's number, there may be such an order or not."""
    return _NAME.fullmatch(key_of(text)) is not None


def orders_exactly(session: Session, text: str) -> list[PurchaseOrder]:
    """The order of that number: "PO-1042", "po 1042"."""
    found = _NAME.fullmatch(key_of(text))
    return list(session.scalars(select(PurchaseOrder).where(ORDERS.c.number == int(found[1])))) if found else []


def next_number(session: Session) -> int:
    """The number of the next order; only the one who writes now may take it."""
    last = session.execute(select(func.max(ORDERS.c.number))).scalar()
    return FIRST_NUMBER if last is None else int(last) + 1


def drafts_for(session: Session, supplier_id: int) -> list[PurchaseOrder]:
    """The supplier's orders that nothing was decided about yet, empty ones too, the newest first."""
    query = select(PurchaseOrder).where(ORDERS.c.supplier_id == supplier_id, ORDERS.c.state == OrderState.DRAFT)
    return list(session.scalars(query.order_by(ORDERS.c.id.desc())))


def line(session: Session, line_id: int) -> OrderLine:
    """The line with that id, which is known to exist."""
    return session.get_one(OrderLine, line_id)


def line_for(session: Session, order_id: int, variant_id: int) -> OrderLine | None:
    """The order's line for a variant, also one of nothing."""
    query = select(OrderLine).where(LINES.c.order_id == order_id, LINES.c.variant_id == variant_id)
    return session.scalars(query).one_or_none()


_LINES = (
    select(
        LINES.c.id,
        LINES.c.order_id,
        LINES.c.variant_id,
        VARIANTS.c.name,
        VARIANTS.c.sku,
        ITEMS.c.unit,
        ITEMS.c.kind,
        ITEMS.c.lot_tracked,
        LINES.c.quantity,
        LINES.c.received,
        LINES.c.price_minor,
        LINES.c.per,
        LINES.c.currency,
        LINES.c.expected_on,
    )
    .join(VARIANTS, VARIANTS.c.id == LINES.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(LINES.c.quantity > 0)
    .order_by(LINES.c.order_id, LINES.c.id)
)


def lines_of(session: Session, order_id: int) -> list[Ordered]:
    """What is on an order, as it was put there."""
    return lines_of_each(session, [order_id])[order_id]


def lines_of_each(session: Session, order_ids: Sequence[int]) -> dict[int, list[Ordered]]:
    """The same of several orders, in one read."""
    session.flush()
    found: dict[int, list[Ordered]] = {order_id: [] for order_id in order_ids}
    for row in session.connection().execute(_LINES.where(LINES.c.order_id.in_(order_ids))):
        found[row.order_id].append(Ordered._make(row))
    return found


def progress(order: PurchaseOrder, lines: Iterable[Ordered], *, waiting: bool = False) -> Progress:
    """How an order stands; `waiting`: somebody has been asked whether it may be ordered."""
    if order.state is OrderState.DRAFT:
        return Progress.WAITING if waiting else Progress.DRAFT
    if order.state is not OrderState.ORDERED:
        return Progress(order.state)
    lines = list(lines)
    if not any(one.open for one in lines):
        return Progress.RECEIVED
    return Progress.PARTLY_RECEIVED if any(one.received for one in lines) else Progress.ORDERED


def totals(lines: Iterable[Ordered]) -> dict[str, int]:
    """What the lines cost, by currency: currencies are never added up. What has no price counts as nothing."""
    found: dict[str, int] = {}
    for one in lines:
        if one.value_minor is not None and one.currency is not None:
            found[one.currency] = found.get(one.currency, 0) + one.value_minor
    return found


_OPEN = LINES.c.received < LINES.c.quantity


def open_orders(session: Session, *, supplier_id: int | None = None) -> list[PurchaseOrder]:
    """The drafts with something on them, and what is ordered and has not all come: by when it is expected, the drafts last."""
    session.flush()
    first = select(LINES.c.order_id, func.min(LINES.c.expected_on).label("first")).where(_OPEN).group_by(LINES.c.order_id).subquery()
    query = select(PurchaseOrder).join(first, first.c.order_id == ORDERS.c.id)
    query = query.where(ORDERS.c.state.in_([OrderState.DRAFT, OrderState.ORDERED]))
    if supplier_id is not None:
        query = query.where(ORDERS.c.supplier_id == supplier_id)
    undated = first.c.first.is_(None)
    return list(session.scalars(query.order_by(ORDERS.c.state == OrderState.DRAFT, undated, first.c.first, ORDERS.c.id)))


def to_come(session: Session, variant_ids: Sequence[int], *states: OrderState) -> list[Expected]:
    """What is to come of those variants on orders in one of those states, the earliest first, what nobody knows the day of last."""
    session.flush()
    query = (
        select(LINES.c.variant_id, LINES.c.quantity - LINES.c.received, LINES.c.expected_on, ORDERS.c.id, ORDERS.c.number, LOCATIONS.c.path)
        .join(ORDERS, ORDERS.c.id == LINES.c.order_id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == ORDERS.c.place_id)
        .where(_OPEN, LINES.c.variant_id.in_(variant_ids), ORDERS.c.state.in_(states))
        .order_by(LINES.c.expected_on.is_(None), LINES.c.expected_on, ORDERS.c.number)
    )
    return [Expected(*row) for row in session.connection().execute(query)]


def follow(session: Session, of_table: ByTable, *, now: datetime) -> None:
    """After lines or orders were changed: the reminders look at the orders again, and the cards of what is low are drawn anew."""
    lines, orders = changes.ids(of_table, LINES), changes.ids(of_table, ORDERS)
    if not lines and not orders:
        return
    connection = session.connection()
    concerned = select(LINES.c.order_id, LINES.c.variant_id).where(LINES.c.id.in_(lines) | LINES.c.order_id.in_(orders))
    rows = connection.execute(concerned).all()
    changed_in = {row.order_id for row in rows}
    connection.execute(update(ORDERS).where(ORDERS.c.id.in_(changed_in)).values(review_at=now))
    notices.touch(session, {ORDERS.name: changed_in - set(orders)})
    reorder.redraw(session, reorder.open_of(session, {row.variant_id for row in rows}))
