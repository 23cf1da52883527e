"""Finding things by what people call them: one door to every kind of name.

Exactly first, then by plain words, and never by a guess: what is only close, or could be several, is refused with the best as ways on.
"""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from models import barcodes, matching
from models.assets import Asset
from models.catalog import Category
from models.catalog_names import (
    ASSET,
    CATEGORY,
    ITEM,
    Found,
    asset,
    assets,
    assets_exactly,
    categories_exactly,
    category,
    item,
    items_exactly,
    items_named,
    variant,
)
from models.kit_names import KIT, kit, kit_called, kits_exactly
from models.kits import Kit
from models.location_names import MEMBER, PLACE, is_mention, location, locations_exactly, member, members_exactly, path_of
from models.locations import Location
from models.lot_names import LOT, lot, lots_exactly
from models.lots import Lot
from models.matching import Sort
from models.members import Actor, Member
from models.order_names import ORDER, order
from models.orders import PurchaseOrder, orders_exactly
from models.refusals import Choice

__all__ = [
    "Coded",
    "Found",
    "Thing",
    "asset",
    "assets",
    "by_code",
    "category",
    "item",
    "items_named",
    "kit",
    "kit_called",
    "location",
    "lot",
    "member",
    "order",
    "path_of",
    "thing",
    "variant",
]

#: Whatever has a card of its own.
Thing = Asset | Found | Location | Member | Category | Lot | PurchaseOrder | Kit
#: What can have a code printed on it, or on its papers.
Coded = Asset | Found | Location | Lot | PurchaseOrder | Kit

_EXACTLY: dict[str, Callable[[Session, str], list[Any]]] = {
    "asset": assets_exactly,
    "item": items_exactly,
    "location": locations_exactly,
    "member": members_exactly,
    "category": categories_exactly,
    "lot": lots_exactly,
    "order": orders_exactly,
    "kit": kits_exactly,
}
_CODED = ("asset", "item", "location", "lot", "order", "kit")
_SORTS: dict[str, Sort[Any]] = {
    "asset": ASSET,
    "item": ITEM,
    "location": PLACE,
    "member": MEMBER,
    "category": CATEGORY,
    "lot": LOT,
    "order": ORDER,
    "kit": KIT,
}


def thing(session: Session, text: str, by: Actor, *, field: str = "thing") -> Thing:
    """Whatever goes by that name or code. Where things of several kinds do, the kind said in front decides: "location Van 3"."""
    if is_mention(text):
        return _mentioned(session, text, by, field)
    exact = {kind: found for kind, find in _EXACTLY.items() if (found := find(session, text))}
    if not exact and barcodes.spellings(text)[1:] and (coded := by_code(session, text)):
        return coded[0]
    if len(exact) > 1:
        raise matching.several(text, [Choice(f"the {kind} {text}", field, f"{kind} {text}") for kind in exact])
    kind, _, rest = text.partition(" ")
    if exact:
        kind, rest = next(iter(exact)), text
    if (kind := kind.casefold()) in _SORTS and rest:
        only: Thing = matching.the_one(session, _SORTS[kind], rest, _EXACTLY[kind](session, rest), field=field)
        return only
    return _fitting(session, text, field)


def by_code(session: Session, code: str) -> list[Coded]:
    """What has exactly that code: a serial, SKU, barcode, lot code or order number, or a name printed as one. Nothing is guessed."""
    for spelled in barcodes.spellings(code):
        found: list[Coded] = [one for kind in _CODED for one in _EXACTLY[kind](session, spelled)]
        if found:
            return found
    return []


def _mentioned(session: Session, text: str, by: Actor, field: str) -> Thing:
    return member(session, text, by, field=field) if text.startswith("<@") else location(session, text, by, field=field)


def _fitting(session: Session, text: str, field: str) -> Thing:
    """The only thing of any kind that has all the words. Refuses none, with the nearest of every kind, and several."""
    pages = [(sort, *matching.fitting(session, sort, text, field=field)) for sort in _SORTS.values()]
    fitting = [(sort, one) for sort, found, _ in pages for one in found]
    if len(fitting) == 1 and all(sure for _, _, sure in pages):
        only: Thing = fitting[0][1]
        return only
    if fitting:
        raise matching.several(text, [sort.choice(session, one, field) for sort, one in fitting])
    near = [choice for sort in _SORTS.values() for choice in matching.nearest(session, sort, text, field=field)]
    raise matching.unknown(text, "anything", near, field=field)
