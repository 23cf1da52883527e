"""What is owed is held: an asset on checkout is with its holder, and a holder has at least what they have checked out of a counted item."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from models.assets import ASSETS
from models.caches import Deltas
from models.catalog import ITEMS, VARIANTS
from models.checkouts import CHECKOUTS
from models.levels import LEVELS
from models.locations import LOCATIONS
from models.refusals import Conflict
from models.wording import counted

_owed = func.sum(CHECKOUTS.c.quantity)
_held = func.coalesce(LEVELS.c.quantity, 0)

#: Where a holder has less of a counted item than they have checked out of it: nowhere, ever.
SHORT: Select[Any] = (
    select(
        LOCATIONS.c.name.label("holder"), VARIANTS.c.name, ITEMS.c.unit, _owed.label("owed"), _held.label("held"), func.min(CHECKOUTS.c.id)
    )
    .select_from(CHECKOUTS)
    .join(VARIANTS, VARIANTS.c.id == CHECKOUTS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .join(LOCATIONS, LOCATIONS.c.id == CHECKOUTS.c.holder_id)
    .outerjoin(LEVELS, (LEVELS.c.variant_id == CHECKOUTS.c.variant_id) & (LEVELS.c.location_id == CHECKOUTS.c.holder_id))
    .where(CHECKOUTS.c.closed_at.is_(None), CHECKOUTS.c.asset_id.is_(None))
    .group_by(CHECKOUTS.c.variant_id, CHECKOUTS.c.holder_id, LOCATIONS.c.name, VARIANTS.c.name, ITEMS.c.unit, LEVELS.c.quantity)
    .having(_owed > _held)
)

#: Assets on checkout which are not with their holder: none, ever.
ASTRAY: Select[Any] = (
    select(ASSETS.c.serial, LOCATIONS.c.name.label("holder"), CHECKOUTS.c.id)
    .select_from(CHECKOUTS)
    .join(ASSETS, ASSETS.c.id == CHECKOUTS.c.asset_id)
    .join(LOCATIONS, LOCATIONS.c.id == CHECKOUTS.c.holder_id)
    .where(CHECKOUTS.c.closed_at.is_(None), ASSETS.c.location_id != CHECKOUTS.c.holder_id)
)


def require_held(session: Session, net: Deltas) -> None:
    """Refuses where a holder whose stock these movements have lowered is left with less than they have checked out."""
    lowered = {variant for (variant, _), delta in net.items() if delta < 0}
    short = session.connection().execute(SHORT.where(CHECKOUTS.c.variant_id.in_(lowered)).limit(1)).one_or_none()
    if short is not None:
        out, left = counted(short.owed, short.name, short.unit), counted(short.held, short.name, short.unit)
        raise Conflict(f"{short.holder} has {out} checked out, and would be left with {left}. Return what is out first.")
