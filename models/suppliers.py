"""Suppliers: what each of them sells of what, in which packs and at which price, and who is asked first."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, bindparam, select
from sqlmodel import Field, Session, SQLModel

from models import catalog, ledger, locations, naming
from models.catalog import Variant
from models.changes import changed
from models.columns import clean
from models.entries import MOVEMENTS, EntryKind
from models.ledger import Act, Posted
from models.levels import LEVELS
from models.locations import LOCATIONS, OUTSIDE, Location, LocationKind
from models.members import Permission, require
from models.quantities import ONE, require_fits
from models.refusals import Conflict, Refusal
from models.workspace import workspace

#: So many price breaks are enough for any list, and fit the form.
MOST_PRICES = 20


class SupplierTerms(SQLModel, table=True):
    """What one supplier sells one variant at. Quantities are in millionths of the variant's stock unit."""

    __tablename__ = "supplier_terms"
    __table_args__ = (
        CheckConstraint("pack > 0 AND minimum >= 0", name="supplier_terms_sell_something"),
        CheckConstraint("lead_days >= 0", name="supplier_terms_take_no_time_back"),
        Index("supplier_terms_are_unique", "variant_id", "supplier_id", unique=True),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    supplier_id: int = Field(foreign_key="locations.id")
    #: What the supplier calls it.
    part_number: str | None = None
    #: How much is sold at once: a box of 200.
    pack: int = Field(default=ONE, sa_column=Column(BigInteger, nullable=False))
    minimum: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    #: What one pack costs from which quantity on, the smallest first: [[0, 1250], [1000000000, 1190]].
    prices: list[Any] = Field(default_factory=list, sa_type=JSON)
    #: The currency of those prices, which are in its minor unit.
    currency: str
    #: Where it takes this supplier another time than usual.
    lead_days: int | None = None
    active: bool = True


TERMS = SupplierTerms.__table__  # type: ignore[attr-defined]

_SOLD = select(SupplierTerms).where(TERMS.c.variant_id.in_(bindparam("variants", expanding=True)), TERMS.c.active).order_by(TERMS.c.id)
_CAME_FROM = (
    select(LEVELS.c.variant_id, LEVELS.c.location_id)
    .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
    .where(LEVELS.c.variant_id.in_(bindparam("variants", expanding=True)), LEVELS.c.quantity < 0)
    .where(LOCATIONS.c.kind == LocationKind.SUPPLIER, LOCATIONS.c.name != OUTSIDE[LocationKind.SUPPLIER], LOCATIONS.c.archived_at.is_(None))
)
_USUAL = select(LOCATIONS.c.id, LOCATIONS.c.lead_days).where(LOCATIONS.c.id.in_(bindparam("suppliers", expanding=True)))

#: From which quantity on (millionths of the unit) a pack costs how much (minor units).
Prices = Sequence[tuple[int, int]]


def is_supplier(location: Location) -> bool:
    """Whether one can order there: a supplier that has a name."""
    return location.kind is LocationKind.SUPPLIER and location.name != OUTSIDE[LocationKind.SUPPLIER]


def require_supplier(location: Location) -> None:
    """Refuses what is no supplier, and the nameless one."""
    if location.archived_at is not None:
        raise Conflict(f"{location.name} is archived: nothing is ordered there any more.", field="source")
    if not is_supplier(location):
        known = "is no supplier" if location.kind is not LocationKind.SUPPLIER else "stands for any of them"
        raise Refusal(f"{location.name} {known}. Name whom you buy from; a new one is added with `/stock new location`.", field="source")


def known(session: Session, *, limit: int) -> list[Location]:
    """The suppliers that have a name, by it, at most so many."""
    query = select(Location).where(LOCATIONS.c.kind == LocationKind.SUPPLIER, LOCATIONS.c.archived_at.is_(None))
    nameless = OUTSIDE[LocationKind.SUPPLIER]
    return list(session.scalars(query.where(LOCATIONS.c.name != nameless).order_by(LOCATIONS.c.name_key).limit(limit)))


def terms_of(session: Session, variant_id: int, supplier_id: int) -> SupplierTerms | None:
    """What that supplier sells the variant at; None where nobody has said."""
    found = _row(session, variant_id, supplier_id)
    return found if found is not None and found.active else None


def _row(session: Session, variant_id: int, supplier_id: int) -> SupplierTerms | None:
    query = select(SupplierTerms).where(TERMS.c.variant_id == variant_id, TERMS.c.supplier_id == supplier_id)
    return session.scalars(query).one_or_none()


def sold_by(session: Session, variant_ids: Sequence[int]) -> dict[int, list[SupplierTerms]]:
    """Who sells those variants, for each the terms in the order in which they were first set."""
    found: dict[int, list[SupplierTerms]] = {variant_id: [] for variant_id in variant_ids}
    for terms in session.scalars(_SOLD, {"variants": list(variant_ids)}):
        found[terms.variant_id].append(terms)
    return found


def preferred(session: Session, variant_ids: Sequence[int]) -> dict[int, int]:
    """Whom to order each of those variants from: the one that sells it; of several, or where nobody has said, the one it last came from.

    Of several of which none has delivered yet, the first. A variant that nobody is known for is left out.
    """
    return _preferred(session, sold_by(session, variant_ids))


def _preferred(session: Session, sold: Mapping[int, Sequence[SupplierTerms]]) -> dict[int, int]:
    came_from, found = _came_from(session, list(sold)), dict[int, int]()
    for variant_id, selling in sold.items():
        sellers = [terms.supplier_id for terms in selling]
        delivered = [one for one in came_from.get(variant_id, []) if not sellers or one in sellers]
        if len(sellers) == 1:
            found[variant_id] = sellers[0]
        elif len(delivered) > 1:
            found[variant_id] = _last_from(session, variant_id, delivered)
        elif delivered or sellers:
            found[variant_id] = (delivered or sellers)[0]
    return found


def _came_from(session: Session, variant_ids: list[int]) -> dict[int, list[int]]:
    """The named suppliers that each of those variants ever came from: read from the levels, for its movements may be a million."""
    found: dict[int, list[int]] = {}
    for variant_id, supplier_id in session.connection().execute(_CAME_FROM, {"variants": variant_ids}):
        found.setdefault(variant_id, []).append(supplier_id)
    return found


def _last_from(session: Session, variant_id: int, among: Sequence[int]) -> int:
    """Which of those suppliers the variant last came from."""
    moved = MOVEMENTS.c
    last = select(moved.source_id).where(moved.variant_id == variant_id, moved.source_id.in_(among))
    return int(session.connection().execute(last.order_by(moved.happened_at.desc(), moved.entry_id.desc()).limit(1)).scalar_one())


def lead_times(session: Session, variant_ids: Sequence[int]) -> dict[int, int]:
    """How many days each of those variants takes to come from whom it is bought; those of which nobody has said are left out."""
    sold = sold_by(session, variant_ids)
    bought, found = _preferred(session, sold), dict[int, int]()
    if not bought:
        return found
    rows = session.connection().execute(_USUAL, {"suppliers": list(set(bought.values()))})
    days = {row.id: row.lead_days for row in rows}
    for variant_id, supplier_id in bought.items():
        own = next((terms.lead_days for terms in sold[variant_id] if terms.supplier_id == supplier_id), None)
        if (lead := days[supplier_id] if own is None else own) is not None:
            found[variant_id] = lead
    return found


def lead_days(session: Session, variant_id: int, supplier_id: int) -> int | None:
    """How many days that supplier takes to deliver the variant; None where nobody has said."""
    terms = terms_of(session, variant_id, supplier_id)
    if terms is not None and terms.lead_days is not None:
        return terms.lead_days
    return locations.get(session, supplier_id).lead_days


def price_of(terms: SupplierTerms | None, quantity: int) -> int | None:
    """What a pack costs when so much is ordered (minor units); None where nobody has said."""
    reached = [price for start, price in terms.prices if start <= quantity] if terms is not None else []
    return reached[-1] if reached else None


def in_packs(terms: SupplierTerms | None, quantity: int) -> int:
    """So much, up to the supplier's minimum and to whole packs."""
    if terms is None or quantity <= 0:
        return max(quantity, 0)
    return -(-max(quantity, terms.minimum) // terms.pack) * terms.pack


def to_order(session: Session, wanted: Mapping[int, int]) -> dict[int, int]:
    """How much to order of each of those variants to get at least so much: as whom each is bought from sells it."""
    bought, sold = preferred(session, list(wanted)), sold_by(session, list(wanted))
    mine = {one: next((terms for terms in sold[one] if terms.supplier_id == bought.get(one)), None) for one in wanted}
    return {one: in_packs(mine[one], quantity) for one, quantity in wanted.items()}


def set_terms(
    session: Session,
    act: Act,
    *,
    variant: Variant,
    supplier: Location,
    part_number: str | None = None,
    pack: int = ONE,
    minimum: int = 0,
    prices: Prices = (),
    currency: str | None = None,
    lead_days: int | None = None,
) -> Posted:
    """Says what a supplier sells a variant at. `prices` are of one pack, each with the quantity from which on it holds.

    Refuses a pack of nothing, or of parts of what is counted in wholes, and prices of which two hold from the same quantity on.
    """
    require(act.by, Permission.CATALOG)
    require_supplier(supplier)
    _require_countable(session, variant, pack=pack, minimum=minimum, starts=[start for start, _ in prices])
    naming.require_days(lead_days)
    currency = currency or workspace(session).currency
    naming.require_currency(currency)
    terms = _row(session, variant.id, supplier.id)
    fields: dict[str, Any] = {
        "part_number": clean(part_number, what="part number", field="part_number") if part_number else None,
        "pack": pack,
        "minimum": minimum,
        "prices": _sorted(prices),
        "currency": currency,
        "lead_days": lead_days,
    }
    if terms is None:
        terms = SupplierTerms(variant_id=variant.id, supplier_id=supplier.id, active=False, **fields)
        session.add(terms)
        session.flush()
    change = changed(terms, active=True, **fields)
    if not change.after:
        raise Refusal("It stands like that already; nothing was changed.")
    return ledger.post(session, act, EntryKind.EDITED, changed=[change])


def _require_countable(session: Session, variant: Variant, *, pack: int, minimum: int, starts: Sequence[int]) -> None:
    item = catalog.item(session, variant.item_id)
    require_fits(pack, fractions=item.fractions, unit=item.unit, field="pack")
    for field, quantity in [("minimum", minimum), *(("prices", start) for start in starts)]:
        if quantity:
            require_fits(quantity, fractions=item.fractions, unit=item.unit, field=field)


def _sorted(prices: Prices) -> list[list[int]]:
    if len(prices) > MOST_PRICES:
        raise Refusal(f"{MOST_PRICES} prices are the most.", field="prices")
    if len({start for start, _ in prices}) < len(prices):
        raise Refusal("Two of these prices hold from the same quantity on.", field="prices")
    for _, price in prices:
        naming.require_cost(price)
    return [list(one) for one in sorted(prices)]


def drop_terms(session: Session, act: Act, *, terms: SupplierTerms) -> Posted:
    """Says that a supplier does not sell the variant any more."""
    require(act.by, Permission.CATALOG)
    if not terms.active:
        raise Conflict("That was taken away already.")
    return ledger.post(session, act, EntryKind.EDITED, changed=[changed(terms, active=False)])
