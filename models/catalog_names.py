"""Finding things by what people call them: exactly first, then by plain words, and never by a guess.

What is only close, or could be several, is refused with the best of them as ways on. A name, SKU or serial that something had once still
leads to it, in a refusal that says so.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, literal, select, union_all
from sqlmodel import Session

from models import packs, sessions, short_codes
from models.assets import ASSETS, Asset, bare, ends_in
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS, Category, Item, ItemKind, Variant
from models.columns import key_of
from models.kits import KIT_PARTS, KITS
from models.locations import LOCATIONS, STORES
from models.matching import BEST, Sort, fitting, nearest, several, the_one, unknown
from models.refusals import Ambiguous, ByNumber, Choice, Former, Mistyped, NotFound
from models.search import LAST, Findable, Match, called
from models.wording import plural

#: What a slip of the finger puts into a serial, and how long a serial may be for all its slips to be tried.
_IN_SERIALS = "0123456789abcdefghijklmnopqrstuvwxyz"
LONGEST_SLIP = 24
_LAST_NUMBER = re.compile(r"(?P<before>(?:.*\D)?)0*(?P<number>[0-9]+)(?P<behind>\D*)")
MOST_ZEROS = 8
#: Of so many serials at most, a way on from the refusal of one names the others again.
MOST_SAID_AGAIN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """An item, and those of its variants that were meant: all of them where only the item was named."""

    item: Item
    variants: tuple[Variant, ...]


def item(session: Session, text: str, *, unit: str = "", field: str = "item") -> Found:
    """The item of that name, or that variant of it (by name, SKU or barcode). Plurals and case make no difference.

    Words alone ("M8") are enough where a single item has them all; with a unit only items that are counted in it, or come in such packs,
    are looked at. Otherwise refused, with the best as ways on.
    """
    if unit and not (named := items_named(session, text)):
        return _item_in(session, text, unit, field)
    return the_one(session, ITEM, text, named if unit else items_exactly(session, text), field=field)


def _item_in(session: Session, text: str, unit: str, field: str) -> Found:
    found, sure = fitting(session, ITEM, text, field=field)
    counted = packs.counted_in(session, [one.item for one in found], unit)
    meant = [one for one in found if one.item.id in counted]
    if sure and len(meant) == 1:
        return meant[0]
    if meant:
        raise several(text, [_item_choice(session, one, field) for one in meant])
    raise unknown(text, ITEM.what, [], field=field)


def items_named(session: Session, text: str) -> list[Found]:
    """What goes by that name, in whatever case or plural; not what only has those words in its name."""
    exact = items_exactly(session, text)
    return exact or _load_items(session, [match for match in called(session, ITEM.kinds, text) if match.current])


def variant(session: Session, text: str, *, unit: str = "", field: str = "item") -> Variant:
    """The one variant that was meant, as above. An item with several is refused, its variants as ways on."""
    found = item(session, text, unit=unit, field=field)
    if len(found.variants) == 1:
        return found.variants[0]
    choices = tuple(Choice(one.name, field, one.sku) for one in found.variants[:BEST])
    raise Ambiguous(f"{found.item.name} comes in {len(found.variants)} variants. Which one?", field=field, choices=choices)


def asset(session: Session, text: str, *, field: str = "asset") -> Asset:
    """The asset with that serial (dashes may be left out), barcode, or name of its own.

    The name of an item or a kit is refused with its serials; a slip in the name of an item leads to the item.
    """
    exact = assets_exactly(session, text)
    if not exact:
        _refuse_item(session, text, field)
        _refuse_kit(session, text, field)
    try:
        return the_one(session, ASSET, text, exact, field=field)
    except NotFound as missing:
        if missing.choices or isinstance(missing, Former | Mistyped):
            raise
        raise unknown(text, ASSET.what, nearest(session, ITEM, text, field=field), field=field) from missing


def assets(session: Session, serials: Sequence[str], *, field: str = "assets") -> list[Asset]:
    """The assets with those serials, in that order, each once. Refuses all of them when one is not known."""
    query = select(Asset).where(ASSETS.c.serial_key.in_([key_of(serial) for serial in serials]), ASSETS.c.archived_at.is_(None))
    known = {one.serial_key: one for one in session.scalars(query)}
    found = [known.get(key_of(serial)) or _asset_among(session, serial, serials, field) for serial in serials]
    return list({one.id: one for one in found}.values())


def _asset_among(session: Session, serial: str, serials: Sequence[str], field: str) -> Asset:
    """One of several that were named: a way on from its refusal names the others again."""
    try:
        return asset(session, serial, field=field)
    except (NotFound, Ambiguous) as refusal:
        ways_on = refusal.choices if len(serials) <= MOST_SAID_AGAIN else ()
        refusal.choices = tuple(
            replace(way_on, value=", ".join(way_on.value if one == serial else one for one in serials)) for way_on in ways_on
        )
        raise


def category(session: Session, text: str, *, field: str = "category") -> Category:
    """The category of that name."""
    return the_one(session, CATEGORY, text, categories_exactly(session, text), field=field)


_NAMED = (
    select(literal(0).label("rank"), VARIANTS.c.id.label("variant_id"))
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(ITEMS.c.name_key == bindparam("key"), ITEMS.c.archived_at.is_(None))
)
_BY_CODE = [
    select(literal(rank), VARIANTS.c.id).where(column == bindparam("key"))
    for rank, column in enumerate((VARIANTS.c.name_key, VARIANTS.c.sku_key), start=1)
]
_BY_BARCODE = select(literal(3), BARCODES.c.variant_id).where(
    BARCODES.c.code_key == bindparam("key"), BARCODES.c.archived_at.is_(None), BARCODES.c.variant_id.is_not(None)
)
_HITS = union_all(_NAMED, *_BY_CODE, _BY_BARCODE).subquery()
_VARIANTS_CALLED = (
    select(_HITS.c.rank, VARIANTS, ITEMS)
    .join(VARIANTS, VARIANTS.c.id == _HITS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .where(VARIANTS.c.archived_at.is_(None))
    .order_by(VARIANTS.c.name_key, VARIANTS.c.id)
)


def items_exactly(session: Session, text: str) -> list[Found]:
    """What goes by exactly that: its own name before a variant's, a SKU, a barcode and a short code."""
    session.flush()
    found = session.connection().execute(_VARIANTS_CALLED, {"key": key_of(text)}).all()
    best = min((rank for rank, *_ in found), default=0)
    meant = [row for rank, *row in found if rank == best]
    variants = [sessions.whole(session, Variant, row[: len(VARIANTS.c)]) for row in meant]
    items = [sessions.whole(session, Item, row[len(VARIANTS.c) :]) for row in meant]
    if not found and (short := short_codes.thing_of(session, text, Variant)) is not None:
        variants, items = [short], [session.get_one(Item, short.item_id)]
    return _together(variants, {one.id: one for one in items})


_LIVE_ASSETS = select(ASSETS).where(ASSETS.c.archived_at.is_(None)).limit(BEST)
_CODED = select(BARCODES.c.asset_id).where(BARCODES.c.code_key == bindparam("key"), BARCODES.c.archived_at.is_(None))
_BY_SERIAL = _LIVE_ASSETS.where(ASSETS.c.serial_key == bindparam("key"))
_BY_BARE_SERIAL = _LIVE_ASSETS.where(ASSETS.c.serial_bare == bindparam("bare"))
_BY_ASSET_BARCODE = _LIVE_ASSETS.where(ASSETS.c.id.in_(_CODED))


def assets_exactly(session: Session, text: str) -> list[Asset]:
    """What has exactly that serial, else that serial without dashes, else that barcode, else that short code."""
    key = key_of(text)
    for query in (_BY_SERIAL, _BY_BARE_SERIAL, _BY_ASSET_BARCODE):
        if found := sessions.objects(session, Asset, query, {"key": key, "bare": bare(key)}):
            return found
    short = short_codes.thing_of(session, text, Asset)
    return [] if short is None else [short]


def categories_exactly(session: Session, text: str) -> list[Category]:
    """The categories of exactly that name; two branches of the tree may have one each."""
    return list(session.scalars(select(Category).where(CATEGORIES.c.name_key == key_of(text), CATEGORIES.c.archived_at.is_(None))))


def _together(variants: Sequence[Variant], items: dict[int, Item]) -> list[Found]:
    by_item: dict[int, list[Variant]] = defaultdict(list)
    for one in variants:
        by_item[one.item_id].append(one)
    return [Found(items[item_id], tuple(own)) for item_id, own in by_item.items()]


def _load_items(session: Session, matches: Sequence[Match]) -> list[Found]:
    """The items that the names are of, in that order; all variants of an item whose own name is among them."""
    whole = {match.id for match in matches if match.kind is Findable.ITEM}
    single = {match.id for match in matches if match.kind is Findable.VARIANT}
    query = select(Variant, Item).join(Item, ITEMS.c.id == VARIANTS.c.item_id).where(VARIANTS.c.archived_at.is_(None))
    rows = session.execute(query.where(VARIANTS.c.item_id.in_(whole) | VARIANTS.c.id.in_(single)).order_by(VARIANTS.c.name_key)).all()
    order = [match.id for match in matches if match.kind is Findable.ITEM]
    found = _together([row.Variant for row in rows], {row.Item.id: row.Item for row in rows})
    return sorted(found, key=lambda one: order.index(one.item.id) if one.item.id in whole else len(order))


def _item_choice(session: Session, found: Found, field: str) -> Choice:  # noqa: ARG001
    if len(found.variants) == 1:
        return Choice(found.variants[0].name, field, found.variants[0].sku)
    return Choice(found.item.name, field, found.item.name)


def _load_assets(session: Session, matches: Sequence[Match]) -> list[Asset]:
    return [session.get_one(Asset, number) for number in dict.fromkeys(match.id for match in matches)]


def _with_serial_like(session: Session, text: str) -> list[Asset]:
    """Assets whose serial has other zeros in front of its number, ends in that number or begins like it, or is one slip of the finger away.

    A slip is a character wrong, missing, too many, or two swapped.
    """
    typed = bare(key_of(text))
    longer = (ASSETS.c.serial_bare >= typed) & (ASSETS.c.serial_bare < typed + LAST)
    live = select(Asset).where(ASSETS.c.archived_at.is_(None)).limit(BEST)
    slips = _slips(typed) if len(typed) <= LONGEST_SLIP else set()
    padded = session.scalars(live.where(ASSETS.c.serial_bare.in_(_padded(typed))).order_by(ASSETS.c.serial_bare))
    numbered = session.scalars(live.where(ends_in(typed))) if typed.isdecimal() else ()
    slipped = session.scalars(live.where(ASSETS.c.serial_bare.in_(slips)))
    return [*padded, *numbered, *slipped, *session.scalars(live.where(longer).order_by(ASSETS.c.serial_bare))]


def _padded(typed: str) -> set[str]:
    """The serial with as many zeros before its last number as there may be: people say SN-483 for SN-00483."""
    match = _LAST_NUMBER.fullmatch(typed)
    return {f"{match['before']}{'0' * zeros}{match['number']}{match['behind']}" for zeros in range(MOST_ZEROS + 1)} if match else set()


def _slips(typed: str) -> set[str]:
    cuts = [(typed[:place], typed[place:]) for place in range(len(typed) + 1)]
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    shorter = {left + right[1:] for left, right in cuts if right}
    other = {left + letter + right[skipped:] for left, right in cuts for letter in _IN_SERIALS for skipped in (0, 1)}
    return swapped | shorter | other


def _asset_choice(session: Session, found: Asset, field: str) -> Choice:
    name = found.name or session.get_one(Variant, found.variant_id).name
    return Choice(f"{name} {found.serial}", field, found.serial)


def _refuse_item(session: Session, text: str, field: str) -> None:
    """Somebody named an item where one serial of it is wanted: offers those that lie in a store first."""
    for found in items_named(session, text):
        if found.item.kind is not ItemKind.SERIALISED:
            way_on = f" Say how many, like 2 {plural(found.item.name)}." if field == "assets" else ""
            raise ByNumber(f"{found.item.name} is kept by number and has no serials.{way_on}", field=field, name=found.item.name)
        in_store = LOCATIONS.c.kind.in_(STORES)
        query = (
            select(Asset)
            .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
            .where(ASSETS.c.variant_id.in_([one.id for one in found.variants]), ASSETS.c.archived_at.is_(None))
            .order_by(in_store.desc(), ASSETS.c.serial_key)
        )
        choices = [_asset_choice(session, one, field) for one in session.scalars(query.limit(BEST))]
        asked = f"Each {found.item.name} is known by its serial."
        raise Ambiguous(f"{asked} Which one?" if choices else f"{asked} There are none yet.", field=field, choices=tuple(choices))


def _refuse_kit(session: Session, text: str, field: str) -> None:
    """Somebody named a kit where one serial is wanted: offers those in its case."""
    query = select(KITS.c.id, KITS.c.name).where(KITS.c.name_key == key_of(text), KITS.c.archived_at.is_(None))
    kit = session.connection().execute(query).one_or_none()
    if kit is None:
        return
    in_case = (KIT_PARTS.c.asset_id == ASSETS.c.id) & (KIT_PARTS.c.kit_id == kit.id) & KIT_PARTS.c.active
    parts = session.scalars(select(Asset).join(KIT_PARTS, in_case).order_by(KIT_PARTS.c.position).limit(BEST))
    choices = tuple(_asset_choice(session, one, field) for one in parts)
    way_on = "Which of its serials?" if choices else "It names no serials; say one."
    raise Ambiguous(f"{kit.name} is a kit. {way_on}", field=field, choices=choices)


def _load_categories(session: Session, matches: Sequence[Match]) -> list[Category]:
    return [session.get_one(Category, match.id) for match in matches]


def _category_choice(session: Session, found: Category, field: str) -> Choice:  # noqa: ARG001
    return Choice(found.name, field, found.name)


ITEM = Sort("an item", (Findable.ITEM, Findable.VARIANT), _load_items, _item_choice)
ASSET = Sort("an asset", (Findable.ASSET,), _load_assets, _asset_choice, _with_serial_like)
CATEGORY = Sort("a category", (Findable.CATEGORY,), _load_categories, _category_choice)
