"""Picking: which serials of a variant are chosen where any will do, at the moment that they go out."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models import assets, availability, contents, levels
from models.assets import Asset, AssetState
from models.catalog import Variant
from models.diary import FOREVER, Window
from models.kits import KIT_PARTS

#: So many serials are looked at for some that are free.
MOST_LOOKED_AT = 50


def free_serials(session: Session, variant: Variant, *, now: datetime, until: datetime | None, near: int | None = None) -> list[Asset]:
    """Serials of a variant that lie in a store and are promised to nobody until then, those in the location `near` first.

    What belongs to a kit stays with it.
    """
    there = contents.assets_among(session, levels.in_stores(session, variant.id), first=0, most=MOST_LOOKED_AT)
    ids = [one.asset_id for one in there if one.state is AssetState.AVAILABLE]
    diary = availability.diary_of(session, variant, now=now, asset_ids=ids)
    in_kits = set(
        session.connection().execute(select(KIT_PARTS.c.asset_id).where(KIT_PARTS.c.asset_id.in_(ids), KIT_PARTS.c.active)).scalars()
    )
    window = Window(now, until or FOREVER)
    free = [assets.get(session, one) for one in ids if one not in in_kits and not diary.met_by(window, asset_id=one)]
    return sorted(free, key=lambda asset: asset.location_id != near)
