"""Search as you type: what begins with, or has words that begin with, what was typed so far. The best first, and never many."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import locations as location_rows
from models import search
from models.assets import ASSETS, bare, ends_in
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS, ItemKind
from models.columns import key_of
from models.kits import KITS
from models.locations import LOCATIONS, OURS, STORES, LocationKind, ancestors
from models.members import MEMBERS, Standing
from models.search import LAST, Findable

#: So many are offered.
MOST = 20
#: Locations of ours that are not a person.
PLACES = OURS - {LocationKind.PERSON}


class Suggestion(NamedTuple):
    """One thing to pick. `value` is a text that finds exactly it."""

    label: str
    detail: str
    value: str


def items(session: Session, typed: str, *, limit: int = MOST) -> list[Suggestion]:
    """Items by name, or by a SKU or barcode of theirs."""
    ids = [*_named(session, Findable.ITEM, typed, limit), *_items_of(session, _coded(session, typed, limit))]
    query = select(ITEMS.c.id, ITEMS.c.name, ITEMS.c.kind)
    return [Suggestion(row.name, row.kind, row.name) for row in _in_order(session, query, ITEMS, ids, limit)]


def variants(session: Session, typed: str, *, kinds: Iterable[ItemKind] = tuple(ItemKind), limit: int = MOST) -> list[Suggestion]:
    """Variants by name, SKU or barcode, of items of those kinds."""
    named = [*_variants_of(session, _named(session, Findable.ITEM, typed, limit), limit), *_named(session, Findable.VARIANT, typed, limit)]
    query = (
        select(VARIANTS.c.id, VARIANTS.c.name, VARIANTS.c.sku)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(ITEMS.c.kind.in_(list(kinds)))
    )
    rows = _in_order(session, query, VARIANTS, [*_coded(session, typed, limit), *named], limit)
    return [Suggestion(row.name, row.sku, row.sku) for row in rows]


def assets(session: Session, typed: str, *, limit: int = MOST) -> list[Suggestion]:
    """Assets by serial, barcode, a name of their own, or the name of what they are; each with where it is, those in store first."""
    codes = _beginning_with(session, ASSETS, ASSETS.c.serial_key, key_of(typed), limit)
    codes += _beginning_with(session, ASSETS, ASSETS.c.serial_bare, bare(key_of(typed)), limit)
    if (number := bare(key_of(typed))).isdecimal():
        codes += session.scalars(select(ASSETS.c.id).where(ends_in(number), ASSETS.c.archived_at.is_(None)).limit(limit))
    codes += _barcoded(session, BARCODES.c.asset_id, typed)
    codes += _named(session, Findable.ASSET, typed, limit)
    if len(codes) < limit:
        codes += _assets_of(session, _variants_of(session, _named(session, Findable.ITEM, typed, limit), limit), limit)
    query = (
        select(ASSETS.c.id, ASSETS.c.serial, ASSETS.c.name, VARIANTS.c.name.label("variant"), LOCATIONS.c.name.label("location"))
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
    )
    rows = _in_order(session, query, ASSETS, codes, limit)
    return [Suggestion(f"{row.name or row.variant} {row.serial}", row.location, row.serial) for row in rows]


def to_check_out(session: Session, typed: str, *, limit: int = MOST) -> list[Suggestion]:
    """What can be lent: assets, variants of returnable items, and kits."""
    counted = variants(session, typed, kinds=[ItemKind.RETURNABLE], limit=limit // 2)
    whole = kits(session, typed, limit=limit // 4)
    return [*whole, *assets(session, typed, limit=limit - len(counted) - len(whole)), *counted]


def locations(session: Session, typed: str, *, kinds: Iterable[LocationKind] = PLACES, limit: int = MOST) -> list[Suggestion]:
    """Locations of those kinds by name, each with its path; without people unless asked for."""
    query = select(LOCATIONS.c.id, LOCATIONS.c.name, LOCATIONS.c.kind, LOCATIONS.c.path).where(LOCATIONS.c.kind.in_(list(kinds)))
    rows = _in_order(session, query, LOCATIONS, _named(session, Findable.LOCATION, typed, limit * 2), limit)
    names = location_rows.names(session, [step for row in rows for step in ancestors(row.path)])
    paths = [[names[step] for step in ancestors(row.path)] for row in rows]
    return [Suggestion(row.name, " / ".join(path[:-1]) or row.kind, "/ " + " / ".join(path)) for row, path in zip(rows, paths, strict=True)]


def members(session: Session, typed: str, *, limit: int = MOST, gone: bool = True) -> list[Suggestion]:
    """Members by name; without those who are `gone`, only who can get something."""
    query = select(MEMBERS.c.id, MEMBERS.c.name, MEMBERS.c.email, MEMBERS.c.username, MEMBERS.c.slack_user_id)
    if not gone:
        query = query.where(MEMBERS.c.standing != Standing.DEACTIVATED)
    rows = _in_order(session, query, MEMBERS, _named(session, Findable.MEMBER, typed, limit), limit)
    return [
        Suggestion(
            row.name,
            row.email or row.username or "",
            f"<@{row.slack_user_id}>" if row.slack_user_id else row.email or row.username or row.name,
        )
        for row in rows
    ]


def holders(session: Session, typed: str, *, limit: int = MOST) -> list[Suggestion]:
    """Who or what can be handed something: members, then locations of ours."""
    found = members(session, typed, limit=limit, gone=False)
    return [*found, *locations(session, typed, limit=limit)][:limit]


def categories(session: Session, typed: str, *, limit: int = MOST) -> list[Suggestion]:
    """Categories by name."""
    query = select(CATEGORIES.c.id, CATEGORIES.c.name)
    rows = _in_order(session, query, CATEGORIES, _named(session, Findable.CATEGORY, typed, limit), limit)
    return [Suggestion(row.name, "", row.name) for row in rows]


def kits(session: Session, typed: str, *, limit: int = MOST) -> list[Suggestion]:
    """Kits by name."""
    query = select(KITS.c.id, KITS.c.name)
    rows = _in_order(session, query, KITS, _named(session, Findable.KIT, typed, limit), limit)
    return [Suggestion(row.name, "kit", f"kit {row.name}") for row in rows]


def _named(session: Session, kind: Findable, typed: str, limit: int) -> list[int]:
    """Ids of what has such a name: names that begin like it, then names with such words in them."""
    found = search.beginning(session, kind, typed, limit=limit)
    if len(found) < limit and typed.strip():
        found += search.containing(session, kind, typed, limit=limit)[0]
    return [match.id for match in found]


def _coded(session: Session, typed: str, limit: int) -> list[int]:
    found = _barcoded(session, BARCODES.c.variant_id, typed)
    return found + _beginning_with(session, VARIANTS, VARIANTS.c.sku_key, key_of(typed), limit) if typed.strip() else found


def _barcoded(session: Session, thing: Any, typed: str) -> list[int]:
    query = select(thing).where(BARCODES.c.code_key == key_of(typed), BARCODES.c.archived_at.is_(None), thing.is_not(None))
    return list(session.scalars(query))


def _beginning_with(session: Session, table: Any, column: Any, key: str, limit: int) -> list[int]:
    query = select(table.c.id).where(column >= key, column < key + LAST, table.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(column).limit(limit)))


def _items_of(session: Session, variant_ids: Sequence[int]) -> list[int]:
    return list(session.scalars(select(VARIANTS.c.item_id).where(VARIANTS.c.id.in_(variant_ids))))


def _variants_of(session: Session, item_ids: Sequence[int], limit: int) -> list[int]:
    query = select(VARIANTS.c.id).where(VARIANTS.c.item_id.in_(item_ids), VARIANTS.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(VARIANTS.c.name_key).limit(limit)))


def _assets_of(session: Session, variant_ids: Sequence[int], limit: int) -> list[int]:
    """Assets of each variant in turn: those that lie in stores, then any."""
    found: list[int] = []
    for variant_id in variant_ids:
        if len(found) >= limit:
            break
        query = select(ASSETS.c.id).where(ASSETS.c.variant_id == variant_id, ASSETS.c.archived_at.is_(None)).limit(limit)
        stores = select(LOCATIONS.c.id).where(LOCATIONS.c.kind.in_(STORES))
        found += [*session.scalars(query.where(ASSETS.c.location_id.in_(stores))), *session.scalars(query)]
    return found


def _in_order(session: Session, query: Any, table: Any, ids: Sequence[int], limit: int) -> list[Any]:
    """The rows of the query that have those ids, in their order, each once; what is archived is left out."""
    rows = {row.id: row for row in session.execute(query.where(table.c.id.in_(set(ids)), table.c.archived_at.is_(None)))}
    return [rows[one] for one in dict.fromkeys(ids) if one in rows][:limit]
