"""One code means one thing: a serial, a SKU or a barcode that is in use can't be given to another."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select, union_all
from sqlmodel import Session

from models import short_codes
from models.assets import ASSETS
from models.catalog import BARCODES, VARIANTS
from models.locations import LOCATIONS
from models.refusals import Conflict

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)


def _bound(named: Select[Any]) -> Select[Any]:
    return named.where(BARCODES.c.code_key.in_(_KEYS), BARCODES.c.archived_at.is_(None))


_TAKEN = union_all(
    select(ASSETS.c.serial.label("code"), VARIANTS.c.name.label("name"))
    .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
    .where(ASSETS.c.serial_key.in_(_KEYS), ASSETS.c.archived_at.is_(None)),
    select(VARIANTS.c.sku, VARIANTS.c.name).where(VARIANTS.c.sku_key.in_(_KEYS), VARIANTS.c.archived_at.is_(None)),
    _bound(select(BARCODES.c.code, VARIANTS.c.name).join(VARIANTS, VARIANTS.c.id == BARCODES.c.variant_id)),
    _bound(select(BARCODES.c.code, ASSETS.c.serial).join(ASSETS, ASSETS.c.id == BARCODES.c.asset_id)),
    _bound(select(BARCODES.c.code, LOCATIONS.c.name).join(LOCATIONS, LOCATIONS.c.id == BARCODES.c.location_id)),
).limit(1)


def require_free(session: Session, keys: Sequence[str], *, field: str) -> None:
    """Refuses a code that something has already, naming it, and one that could be a label's. `keys` are codes as `key_of` folds them."""
    if ours := next((key for key in keys if short_codes.is_one(key)), None):
        raise Conflict(f"{ours.upper()} is a short code, as our labels have them, and is on one of our things or will be.", field=field)
    found = session.connection().execute(_TAKEN, {"keys": keys}).first()
    if found is not None:
        raise Conflict(f"{found.code} is in use already: it is on {found.name}.", field=field)
