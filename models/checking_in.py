"""Checking in: what is out comes back, all of it or a part, from its holder's hands or another's."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import catalog, ledger, locations, lot_stock, lotting, members, notices, outstanding, receipts
from models.assets import Asset
from models.caches import Line
from models.catalog import Variant
from models.checkouts import Checkout
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind
from models.lots import Lot
from models.members import Permission, require
from models.notices import NoticeKind
from models.outstanding import Share
from models.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back of one checkout: how much, where to, when it was due, and how much of it is still out."""

    checkout_id: int
    variant_id: int
    asset_id: int | None
    quantity: int
    target_id: int
    due_at: datetime | None
    remains: int


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A return: its entry, what came back of which checkout, and what the holder still has out of a counted item."""

    posted: Posted
    parts: tuple[Returned, ...]
    holder_ids: tuple[int, ...]
    remains: int


def check_in(
    session: Session,
    act: Act,
    *,
    assets: Sequence[Asset] = (),
    variant: Variant | None = None,
    quantity: int | None = None,
    holder: Location | None = None,
    first: Checkout | None = None,
    lent: Sequence[Checkout] = (),
    target: Location | None = None,
    lot: Lot | None = None,
    note: str | None = None,
    happened_at: datetime | None = None,
) -> CheckedIn:
    """Assets come back, or a quantity of what `holder` (the member, unless said) has out: to where each left, or all to `target`.

    Or all of what is `lent` on certain checkouts, as with a kit.

    Of several open checkouts `first` comes first, then the earliest due; without a quantity all of them. Anyone may bring back another's
    thing, and the holder is told. Refuses what is not out, and more than is.
    """
    require(act.by, Permission.CHECK_IN)
    if target is not None:
        require_can_take_back(target)
    if variant is not None:
        shares = outstanding.of_quantity(session, act, variant=variant, quantity=quantity, holder=holder, first=first)
    else:
        shares = [(one, one.quantity) for one in lent] or outstanding.of_assets(session, assets)
    parts = tuple(_returned(session, share, target) for share in shares)
    lines = _lines(session, shares, parts, lot)
    changed = [outstanding.reduced(checkout, share, happened_at or act.now) for checkout, share in shares]
    holder_ids = tuple(dict.fromkeys(checkout.holder_id for checkout, _ in shares))
    posted = ledger.post(session, act, EntryKind.CHECKED_IN, lines=lines, changed=changed, happened_at=happened_at, note=note)
    receipts_to = receipts.give(session, posted)
    _tell(session, act, posted, [holder_id for holder_id in holder_ids if holder_id not in receipts_to])
    return CheckedIn(posted, parts, holder_ids, _remaining(session, variant, holder_ids))


def _lines(session: Session, shares: Sequence[Share], parts: Sequence[Returned], lot: Lot | None) -> list[Line]:
    """The movements of what comes back: each asset, then what is counted."""
    lines, counted = list[Line](), defaultdict[tuple[int, int], list[Returned]](list)
    for part, (checkout, _) in zip(parts, shares, strict=True):
        if part.asset_id is not None:
            lines.append(Line(part.variant_id, part.quantity, checkout.holder_id, part.target_id, part.asset_id))
        else:
            counted[part.variant_id, checkout.holder_id].append(part)
    for (variant_id, holder_id), own in counted.items():
        lines += _lot_lines(session, catalog.variant(session, variant_id), own, holder_id, lot)
    return lines


def _lot_lines(session: Session, variant: Variant, parts: Sequence[Returned], holder_id: int, lot: Lot | None) -> list[Line]:
    """The movements of what one holder brings back, lot by lot where the item is tracked by lots."""
    pool = lotting.returned(session, variant, holder_id, sum(part.quantity for part in parts), lot=lot)
    lines = list[Line]()
    for part in parts:
        brought = lot_stock.split(pool, part.quantity)
        lines += lotting.lines_of(variant, brought, source_id=holder_id, target_id=part.target_id)
        pool = lot_stock.less(pool, brought)
    return lines


def require_can_take_back(target: Location) -> None:
    """Refuses a location where nothing is kept."""
    if not target.ours or target.kind is LocationKind.PERSON:
        raise Refusal(f"Things come back to a warehouse, a van, a site or a workshop, and {target.name} is none.", field="target")
    if target.archived_at is not None:
        raise Refusal(f"{target.name} is archived. Say where it goes instead.", field="target")


def _returned(session: Session, share: Share, target: Location | None) -> Returned:
    checkout, quantity = share
    if target is None:
        target = locations.get(session, checkout.source_id)
        require_can_take_back(target)
    if target.id == checkout.holder_id:
        raise Refusal(f"It is in {target.name} already. Say where it goes.", field="target")
    left = checkout.quantity - quantity
    return Returned(checkout.id, checkout.variant_id, checkout.asset_id, quantity, target.id, checkout.due_at, left)


def _remaining(session: Session, variant: Variant | None, holder_ids: Sequence[int]) -> int:
    if variant is None:
        return 0
    return sum(checkout.quantity for checkout in outstanding.of_variant(session, variant.id, holder_ids[0]))


def _tell(session: Session, act: Act, posted: Posted, holder_ids: Sequence[int]) -> None:
    for holder_id in holder_ids:
        member = members.other_at(session, act.by, holder_id)
        if member is not None:
            notices.tell(session, NoticeKind.HANDED_BACK, posted.id, notices.directly(member), now=posted.recorded_at)
