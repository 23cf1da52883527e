"""The register of kits: what belongs to one is said as a whole, and each change is one entry that can be undone."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import assets, catalog, kits, ledger, search
from models.assets import Asset
from models.catalog import ItemKind, Variant
from models.changes import Change, changed
from models.columns import clean, key_of
from models.entries import EntryKind
from models.kits import KIT_PARTS, KITS, Kit, KitPart
from models.ledger import Act, Posted
from models.members import Permission, require
from models.quantities import ONE, require_fits
from models.refusals import Conflict, Refusal
from models.search import Findable

#: A kit has so many parts at most: all of them are told of on its card.
MOST_PARTS = 40


class Belongs(NamedTuple):
    """What is to belong to a kit: a certain asset, or so many of a variant."""

    variant: Variant
    quantity: int = ONE
    asset: Asset | None = None

    @property
    def key(self) -> tuple[int, int | None]:
        """What it is, however many."""
        return self.variant.id, self.asset.id if self.asset is not None else None


def add_kit(session: Session, act: Act, *, name: str, belongs: Sequence[Belongs]) -> Kit:
    """A new kit, or a template for some. Refuses a name in use, what is used up, and an asset that belongs to another kit."""
    require(act.by, Permission.CATALOG)
    name = clean(name, what="kit", field="name")
    kit = Kit(name=name, name_key=key_of(name), archived_at=act.now)
    _require_free_name(session, name, but=None)
    _require_fits_in(session, None, belongs)
    session.add(kit)
    session.flush()
    ledger.post(session, act, EntryKind.ADDED, changed=[changed(kit, archived_at=None), *_put_in(session, kit, belongs)])
    search.remember(session, [(Findable.KIT, kit.id, name)])
    return kit


def edit_kit(session: Session, act: Act, kit: Kit, *, name: str, belongs: Sequence[Belongs]) -> Posted:
    """Names a kit anew, and says all that belongs to it from now on. What is out stays out with the kit that it went with."""
    require(act.by, Permission.CATALOG)
    name = clean(name, what="kit", field="name")
    _require_free_name(session, name, but=kit.id)
    _require_fits_in(session, kit, belongs)
    edited = [changed(kit, name=name, name_key=key_of(name)), *_put_in(session, kit, belongs)]
    if not any(change.after for change in edited):
        raise Refusal("It stands like that already; nothing was changed.")
    posted = ledger.post(session, act, EntryKind.EDITED, changed=edited)
    search.remember(session, [(Findable.KIT, kit.id, name)])
    return posted


def _require_free_name(session: Session, name: str, *, but: int | None) -> None:
    """Refuses what another kit is called; what anything else is called, the ledger refuses: see `namesakes`."""
    query = select(KITS.c.name).where(KITS.c.name_key == key_of(name), KITS.c.archived_at.is_(None), KITS.c.id.is_distinct_from(but))
    if (other := session.scalar(query)) is not None:
        raise Conflict(f"There is a kit called {other} already.", field="name")


def _require_fits_in(session: Session, kit: Kit | None, belongs: Sequence[Belongs]) -> None:
    if not belongs:
        raise Refusal("Say at least one thing that belongs to it.", field="serials")
    if len(belongs) > MOST_PARTS:
        raise Refusal(f"A kit has {MOST_PARTS} parts at most; these are {len(belongs)}. Make two kits of it.", field="serials")
    for number, one in enumerate(belongs):
        require_belongs(session, one, belongs[:number], kit=kit)


def require_belongs(session: Session, one: Belongs, before: Sequence[Belongs], *, kit: Kit | None = None) -> None:
    """Refuses what can't belong to a kit, new or there already, beside what does: what is used up, or is there, or in another kit."""
    if len(before) >= MOST_PARTS:
        raise Refusal(f"A kit has {MOST_PARTS} parts at most. Make two kits of it.", field="serials")
    item = catalog.item(session, one.variant.item_id)
    if one.key in {other.key for other in before}:
        what, field = (assets.said(session, one.asset), "serials") if one.asset is not None else (one.variant.name, "items")
        raise Refusal(f"{what} is there twice. Put both into one line.", field=field)
    if item.kind is ItemKind.CONSUMABLE:
        raise Refusal(f"{item.name} is used up and does not come back, and all of a kit does.", field="items")
    if one.quantity <= 0:
        raise Refusal(f"Say how many of {one.variant.name}.", field="items")
    require_fits(one.quantity, fractions=item.fractions, unit=item.unit, field="items")
    owner = kits.with_asset(session, one.asset.id) if one.asset is not None else None
    if one.asset is not None and owner is not None and (kit is None or owner.id != kit.id):
        raise Conflict(f"{assets.said(session, one.asset)} belongs to {owner.name} already. Take it out of there first.", field="serials")


def _put_in(session: Session, kit: Kit, belongs: Sequence[Belongs]) -> list[Change]:
    """The changes by which exactly that belongs to a kit, in that order."""
    query = select(KitPart).where(KIT_PARTS.c.kit_id == kit.id, KIT_PARTS.c.active)
    known = {(row.variant_id, row.asset_id): row for row in session.scalars(query)}
    rows = [known.pop(one.key) if one.key in known else _born(kit, one, position) for position, one in enumerate(belongs)]
    session.add_all(rows)
    session.flush()
    stay = zip(rows, belongs, strict=True)
    taken_out = [changed(row, active=False) for row in known.values()]
    return taken_out + [changed(row, active=True, quantity=one.quantity, position=place) for place, (row, one) in enumerate(stay)]


def _born(kit: Kit, one: Belongs, position: int) -> KitPart:
    variant_id, asset_id = one.key
    return KitPart(kit_id=kit.id, variant_id=variant_id, asset_id=asset_id, quantity=one.quantity, position=position, active=False)
