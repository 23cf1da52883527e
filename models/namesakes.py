"""A kit goes by its name alone: nothing else that is lent, and no code, is called the same, whichever way either came to be called that."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, Select, Table, or_, select
from sqlmodel import Session

from models import bulk, short_codes
from models.assets import ASSETS, bare
from models.catalog import BARCODES, ITEMS, VARIANTS
from models.changes import ByTable
from models.columns import key_of
from models.kits import KITS
from models.refusals import Conflict
from models.search import NAMES, Findable, folded

#: What gives a thing a word that it is lent by, or found by: of each the field that a refusal names.
_WORDS: Mapping[Table, Mapping[str, str]] = {
    ITEMS: {"name_key": "name"},
    VARIANTS: {"name_key": "attributes", "sku_key": "sku"},
    BARCODES: {"code_key": "code"},
    ASSETS: {"name": "name", "serial_bare": "serials"},
}
#: An undo can't give the one or the other another name.
_BY_NOW = "by now. Rename or archive one of the two first."


def require_none(session: Session, of_table: ByTable, *, undoing: bool) -> None:
    """Refuses an entry after which a kit is called like something else: one that came to its name now, or something that did."""
    if ids := _named(of_table, KITS, {"name_key"}):
        kits = select(KITS.c.name_key, KITS.c.name).where(KITS.c.archived_at.is_(None))
        for what in others(session, {row.name_key: row.name for row in _rows(session, kits, KITS, ids)}).values():
            raise Conflict(f"{what} {_BY_NOW if undoing else 'already. Give the kit another name.'}", field="name")
    known = called(session) if any(table.name in of_table for table in _WORDS) else {}
    for table, words in _WORDS.items() if known else ():
        if ids := _named(of_table, table, words.keys()):
            _refuse_like_a_kit(session, table, ids, known, undoing=undoing)


def _refuse_like_a_kit(session: Session, table: Table, ids: list[int], kits: Mapping[str, str], *, undoing: bool) -> None:
    serials = {bare(key): name for key, name in kits.items()}
    for row in _rows(session, select(*(table.c[word] for word in _WORDS[table])), table, ids):
        for (word, field), said in zip(_WORDS[table].items(), row, strict=True):
            kit = serials.get(said) if word == "serial_bare" else kits.get(key_of(said) if word == "name" and said else said)
            if kit is not None:
                raise Conflict(f"There is a kit called {kit} {_BY_NOW if undoing else 'already.'}", field=field)


def called(session: Session) -> dict[str, str]:
    """What kits are called, by the keys of their names."""
    live = select(KITS.c.name_key, KITS.c.name).where(KITS.c.archived_at.is_(None))
    return {row.name_key: row.name for row in session.connection().execute(live)}


def others(session: Session, names: Mapping[str, str]) -> dict[str, str]:
    """What else is called by those names, each in a clause: "SD card is an item". `names` are by their keys, and so is what is found."""
    found = {key: f"{name} is the short code of a label" for key, name in names.items() if short_codes.is_one(key)}
    for page in bulk.pages(names):
        for query, what in _ELSE:
            for row in session.connection().execute(query.where(query.selected_columns.key.in_(page))):
                found.setdefault(row.key, what.format(said=row.said, name=row.name))
        serials = {bare(key): key for key in page}
        worded = select(NAMES.c.thing_id).where(NAMES.c.kind == Findable.ASSET, NAMES.c.words.in_({folded(names[key]) for key in page}))
        own = or_(ASSETS.c.serial_bare.in_(serials), ASSETS.c.id.in_(worded))
        for row in session.connection().execute(_ASSETS.where(own)):
            for key in (serials.get(row.serial_bare, ""), key_of(row.own or "")):
                if key in names:
                    found.setdefault(key, f"{names[key]} is an asset, {row.own or row.name} {row.serial},")
    return found


_LIVE_CODES = select(BARCODES.c.code_key.label("key"), BARCODES.c.code.label("said")).where(BARCODES.c.archived_at.is_(None))
_LIVE_VARIANTS = select(VARIANTS.c.name).where(VARIANTS.c.archived_at.is_(None))
#: What else may be called that: its key, the word for it, and of what it is.
_ELSE: tuple[tuple[Select[Any], str], ...] = (
    (
        select(ITEMS.c.name_key.label("key"), ITEMS.c.name.label("said"), ITEMS.c.name).where(ITEMS.c.archived_at.is_(None)),
        "{said} is an item",
    ),
    (_LIVE_VARIANTS.add_columns(VARIANTS.c.name_key.label("key"), VARIANTS.c.name.label("said")), "{said} is an item"),
    (_LIVE_VARIANTS.add_columns(VARIANTS.c.sku_key.label("key"), VARIANTS.c.sku.label("said")), "{said} is the SKU of {name}"),
    (_LIVE_CODES.add_columns(VARIANTS.c.name).join(VARIANTS, VARIANTS.c.id == BARCODES.c.variant_id), "{said} is a barcode of {name}"),
    (
        _LIVE_CODES.add_columns(ASSETS.c.serial.label("name")).join(ASSETS, ASSETS.c.id == BARCODES.c.asset_id),
        "{said} is a barcode of {name}",
    ),
)
_ASSETS = (
    select(ASSETS.c.serial, ASSETS.c.serial_bare, ASSETS.c.name.label("own"), VARIANTS.c.name)
    .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
    .where(ASSETS.c.archived_at.is_(None))
)


def _named(of_table: ByTable, table: Table, words: Iterable[str]) -> list[int]:
    """The rows of a table that came to life, or to another name."""
    those = of_table.get(table.name, ())
    return [one.id for one in those if one.after.get("archived_at", 0) is None or not one.after.keys().isdisjoint(words)]


def _rows(session: Session, query: Select[Any], table: Table, ids: list[int]) -> list[Row[Any]]:
    spans = bulk.spans(ids)
    return [row for first, last in spans for row in session.connection().execute(query.where(table.c.id.between(first, last)))]
