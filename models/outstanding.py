"""What is outstanding: the checkouts that a person means by what they name, and the changes that open, reduce and close them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session

from models import assets, catalog, changes, checkouts, levels, locations
from models.assets import Asset
from models.bookings import Booking
from models.catalog import Variant
from models.changes import Change
from models.checkouts import CHECKOUTS, EARLIEST_DUE, Checkout
from models.ledger import Act
from models.locations import Location
from models.quantities import require_fits
from models.refusals import Choice, Refusal
from models.reservations import Reservation
from models.wording import amount, counted

#: What has a quantity that is used up bit by bit, and is closed when nothing is left of it.
Open = TypeVar("Open", Checkout, Reservation, Booking)
#: A checkout, and how much of it is meant.
Share = tuple[Checkout, int]


class NoneOut(Refusal):
    """Nothing of it is out with whoever was meant; the choices are those with whom some is."""


def of_assets(session: Session, chosen: Sequence[Asset]) -> list[Share]:
    """The checkouts that those assets are out on, each named once. Refuses an asset that is not out."""
    if not chosen:
        raise Refusal("Say which one.", field="assets")
    return [_of_named_asset(session, asset) for asset in {asset.id: asset for asset in chosen}.values()]


def _of_named_asset(session: Session, asset: Asset) -> Share:
    checkout = of_asset(session, asset.id)
    if checkout is None:
        where = locations.get(session, asset.location_id).name
        raise Refusal(f"{assets.said(session, asset)} is not checked out: it is in {where}.", field="assets")
    return checkout, checkout.quantity


def of_quantity(
    session: Session, act: Act, *, variant: Variant, quantity: int | None, holder: Location | None, first: Checkout | None = None
) -> list[Share]:
    """How a quantity falls on what `holder` (the member, unless said) has out of a variant; without one, all of it.

    On `first`, where that is said, then the earliest due first.

    Refuses more than is out, and offers those who have some when the holder has none.
    """
    item = catalog.item(session, variant.item_id)
    holder_id = holder.id if holder is not None else act.by.location_id
    open_now = of_variant(session, variant.id, holder_id) if holder_id is not None else []
    out = sum(checkout.quantity for checkout in open_now)
    who = "You have" if holder is None or holder.id == act.by.location_id else f"{holder.name} has"
    if not out:
        raise NoneOut(f"{who} no {variant.name} out.", field="holder", choices=_others(session, variant, holder_id))
    quantity = out if quantity is None else quantity
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    if quantity > out:
        raise Refusal(f"{who} {counted(out, variant.name, item.unit)} out; you said {amount(quantity, item.unit)}.", field="quantity")
    return allotted(sorted(open_now, key=lambda checkout: first is None or checkout.id != first.id), quantity)


def _others(session: Session, variant: Variant, holder_id: int | None) -> tuple[Choice, ...]:
    names = dict.fromkeys(held.holder for held in checkouts.open_for_variant(session, variant.id) if held.holder_id != holder_id)
    return tuple(Choice(f"What {name} has", "holder", name) for name in list(names)[:5])


def of_variant(session: Session, variant_id: int, holder_id: int) -> list[Checkout]:
    """The open checkouts of a quantity of that variant by that holder, earliest due first: the rows themselves, to be changed."""
    query = select(Checkout).where(
        CHECKOUTS.c.variant_id == variant_id,
        CHECKOUTS.c.holder_id == holder_id,
        CHECKOUTS.c.asset_id.is_(None),
        CHECKOUTS.c.closed_at.is_(None),
    )
    return list(session.scalars(query.order_by(*EARLIEST_DUE)))


def of_asset(session: Session, asset_id: int) -> Checkout | None:
    """The open checkout of that asset: the row itself, to be changed."""
    query = select(Checkout).where(CHECKOUTS.c.asset_id == asset_id, CHECKOUTS.c.closed_at.is_(None))
    return session.scalars(query).one_or_none()


def allotted(open_now: Sequence[Open], quantity: int) -> list[tuple[Open, int]]:
    """How a quantity falls on checkouts, or reservations, in their order; what is more than they have is left over."""
    shares = []
    for one in open_now:
        share = min(quantity, one.quantity)
        if share:
            shares.append((one, share))
        quantity -= share
    return shares


def opened(one: Open, quantity: int) -> Change:
    """The change that brings a checkout, reservation or booking, born closed, to life."""
    return changes.changed(one, quantity=quantity, closed_at=None)


def reduced(one: Open, quantity: int, at: datetime) -> Change:
    """The change by which so much is out, kept or booked no more; it closes when that was all."""
    left = one.quantity - quantity
    return changes.changed(one, quantity=left) if left else changes.changed(one, quantity=0, closed_at=at)


def ended(session: Session, asset_ids: Sequence[int], at: datetime) -> list[Change]:
    """The changes that close the open checkouts of assets which go another way than back."""
    found = [of_asset(session, asset_id) for asset_id in asset_ids]
    return [reduced(checkout, checkout.quantity, at) for checkout in found if checkout is not None]


def released(session: Session, variant_id: int, location_id: int, leaving: int, at: datetime) -> list[Change]:
    """The changes that keep a holder from owing more than they still have, when so much of a variant leaves them some other way."""
    open_now = of_variant(session, variant_id, location_id)
    if not open_now:
        return []
    stays = max(0, levels.on_hand(session, variant_id, location_id) - leaving)
    too_much = sum(checkout.quantity for checkout in open_now) - stays
    return [reduced(checkout, share, at) for checkout, share in allotted(open_now, too_much)] if too_much > 0 else []
