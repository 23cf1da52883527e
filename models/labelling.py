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

#: So many labels are printed at once at most.
MOST = 2_000


def labels_for(session: Session, things: list[Thing], *, copies: int = 1) -> list[Label]:
    """The labels of those things, each so many times, in that order. Refuses what is nothing to put a code on, and too many at once."""
    labels: list[Label] = []
    for thing in things:
        for label in _labels(session, thing):
            labels += [label] * copies
            if len(labels) > MOST:
                raise Refusal(f"That is more than {MOST:,} labels at once. Print them in smaller parts.", field="labelled")
    if not labels:
        raise Refusal("There is nothing in it that a label could stand on.", field="labelled")
    return labels


def _labels(session: Session, thing: Thing) -> Iterator[Label]:
    match thing:
        case Asset():
            yield _of_asset(session, thing)
        case Location():
            path = path_of(session, thing)
            yield _label(session, thing, thing.name, path if path != thing.name else "")
        case Lot():
            yield _of_lot(session, thing)
        case Kit():
            yield Label(short_codes.of(thing), thing.name, short_codes.of(thing), "Kit")
        case Found():
            yield from _of_variants(session, thing.item, list(thing.variants))
        case Category():
            yield from _of_category(session, thing)
        case Member() | PurchaseOrder():
            raise Refusal(f"{thing.name} is nothing to put a code on. Name an item, an asset or a location.", field="labelled")


def _of_category(session: Session, category: Category) -> Iterator[Label]:
    """Of everything that hangs on it, then of what hangs below it."""
    items = select(Item).where(ITEMS.c.category_id == category.id, ITEMS.c.archived_at.is_(None)).order_by(ITEMS.c.name_key)
    for item in session.scalars(items):
        yield from _of_variants(session, item, catalog.variants_of(session, item.id))
    below = select(Category).where(CATEGORIES.c.parent_id == category.id, CATEGORIES.c.archived_at.is_(None))
    for one in session.scalars(below.order_by(CATEGORIES.c.name_key)):
        yield from _of_category(session, one)


def _of_variants(session: Session, item: Item, variants: list[Variant]) -> Iterator[Label]:
    """Of each serial that is ours where it has serials, else of each variant."""
    if item.kind is not ItemKind.SERIALISED:
        for variant in variants:
            yield _label(session, variant, variant.name, variant.sku)
        return
    query = select(Asset).join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id).where(LOCATIONS.c.kind.in_(OURS))
    query = query.where(ASSETS.c.variant_id.in_([one.id for one in variants]), ASSETS.c.archived_at.is_(None))
    for asset in session.scalars(query.order_by(ASSETS.c.serial_key).limit(MOST + 1)):  # of more none is printed
        yield _of_asset(session, asset)


def _of_asset(session: Session, asset: Asset) -> Label:
    return _label(session, asset, asset.name or catalog.variant(session, asset.variant_id).name, asset.serial)


def _of_lot(session: Session, lot: Lot) -> Label:
    """Its own code where no other lot has it and it can be printed as bars, else its short one."""
    own = len(lots.called(session, lot.code)) == 1 and barcodes.guessed(lot.code) is not Symbology.OTHER
    short = short_codes.of(lot)
    days = f"expires {lots.said_full(lot.expires_on)}" if lot.expires_on else ""
    title = f"{catalog.variant(session, lot.variant_id).name}, lot {lot.code}"
    return Label(lot.code if own else short, title, short, days)


def _label(session: Session, thing: barcodes.Labelled, title: str, also: str) -> Label:
    code, symbology = barcodes.printed(session, thing)
    return Label(code, title, short_codes.of(thing), also if also != code else "", symbology)
