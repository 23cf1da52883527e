"""Which labels are printed for something: its own, or of an item or a category one for each serial, or for each variant."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from models import barcodes, catalog, lots, short_codes
from models.assets import ASSETS, Asset
from models.catalog import CATEGORIES, ITEMS, Category, Item, ItemKind, Symbology, Variant
from models.catalog_names import Found
from models.finding import Thing, path_of
from models.kits import Kit
from models.labels import Label
from models.locations import LOCATIONS, OURS, Location
from models.lots import Lot
from models.members import Member
from models.orders import PurchaseOrder
from models.refusals import Refusal
from models.short_codes import Coded

#: So many labels are printed at once at most.
MOST = 2_000


def labels_for(session: Session, things: list[Thing], *, copies: int = 1) -> list[Label]:
    """The labels of those things, each so many times, in that order. Refuses what is nothing to put a code on, and too many at once."""
    carriers: list[Coded] = []
    for thing in things:
        for carrier in _carriers(session, thing):
            carriers.append(carrier)
            if len(carriers) * copies > MOST:
                raise Refusal(f"That is more than {MOST:,} labels at once. Print them in smaller parts.", field="labelled")
    if not carriers:
        raise Refusal("There is nothing in it that a label could stand on.", field="labelled")
    barred = [carrier for carrier in carriers if not isinstance(carrier, Lot | Kit)]
    codes = iter(barcodes.printed(session, barred))
    labels = [_label(session, one, *next(codes)) if not isinstance(one, Lot | Kit) else _short(session, one) for one in carriers]
    return [label for label in labels for _ in range(copies)]


def _carriers(session: Session, thing: Thing) -> Iterator[Coded]:
    """What gets a label each."""
    match thing:
        case Asset() | Location() | Lot() | Kit():
            yield thing
        case Found():
            yield from _of_variants(session, thing.item, list(thing.variants))
        case Category():
            yield from _of_category(session, thing)
        case Member() | PurchaseOrder():
            raise Refusal(f"{thing.name} is nothing to put a code on. Name an item, an asset or a location.", field="labelled")


def _of_category(session: Session, category: Category) -> Iterator[Coded]:
    """Of everything that hangs on it, then of what hangs below it."""
    items = select(Item).where(ITEMS.c.category_id == category.id, ITEMS.c.archived_at.is_(None)).order_by(ITEMS.c.name_key)
    for item in session.scalars(items):
        yield from _of_variants(session, item, catalog.variants_of(session, item.id))
    below = select(Category).where(CATEGORIES.c.parent_id == category.id, CATEGORIES.c.archived_at.is_(None))
    for one in session.scalars(below.order_by(CATEGORIES.c.name_key)):
        yield from _of_category(session, one)


def _of_variants(session: Session, item: Item, variants: list[Variant]) -> Iterator[Coded]:
    """Each serial that is ours where it has serials, else each variant."""
    if item.kind is not ItemKind.SERIALISED:
        yield from variants
        return
    query = select(Asset).join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id).where(LOCATIONS.c.kind.in_(OURS))
    query = query.where(ASSETS.c.variant_id.in_([one.id for one in variants]), ASSETS.c.archived_at.is_(None))
    yield from session.scalars(query.order_by(ASSETS.c.serial_key).limit(MOST + 1))  # of more none is printed


def _label(session: Session, thing: barcodes.Labelled, code: str, symbology: Symbology) -> Label:
    """What has bars of its own, or gets its short code as bars."""
    title, also = _said(session, thing)
    return Label(code, title, short_codes.of(thing), also if also not in {code, title} else "", symbology)


def _said(session: Session, thing: barcodes.Labelled) -> tuple[str, str]:
    """What a thing is called, and what else tells it apart."""
    match thing:
        case Asset():
            return thing.name or catalog.variant(session, thing.variant_id).name, thing.serial
        case Variant():
            return thing.name, thing.sku
        case Location():
            return thing.name, path_of(session, thing)


def _short(session: Session, thing: Lot | Kit) -> Label:
    """A kit's short code. A lot's own code where no other lot has it and it can be printed as bars, else its short one."""
    short = short_codes.of(thing)
    if isinstance(thing, Kit):
        return Label(short, thing.name, short, "Kit")
    own = len(lots.called(session, thing.code)) == 1 and barcodes.guessed(thing.code) is not Symbology.OTHER
    days = f"expires {lots.said_full(thing.expires_on)}" if thing.expires_on else ""
    title = f"{catalog.variant(session, thing.variant_id).name}, lot {thing.code}"
    return Label(thing.code if own else short, title, short, days)
