"""What `find` finds as a file: each thing or record, and what it says."""

from typing import Any

from sqlmodel import Session

from handlers import custom_query
from handlers.list_files import sent
from handlers.routes import Reply, Request, button
from handlers.spreadsheet import file_name
from models import (
    assets,
    catalog,
    checkouts,
    custom_fields,
    custom_kinds,
    custom_search,
    custom_values,
    finding,
    locations,
    lots,
    maintenance,
)
from models.custom_fields import About
from models.custom_search import Hit
from models.members import Permission
from models.times import local_day

HEADS = ("sort", "what", "serial or code", "where", "field", "says")
#: A file has the first so many of what is found.
MOST = 10_000


@button("find.file", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:  # noqa: ARG001
    """All that is found, in a direct message."""

    def written(other: Session) -> Reply:
        hits, total = custom_search.found(other, custom_query.asked(request, other, value["q"]), first=0, most=MOST)
        title = f"Found: {value['q']}" + (f", the first {MOST:,} of {total:,}" if total > MOST else "")
        file = file_name("found", str(local_day(request.act.now, request.act.by.time_zone)))
        return sent(request, file, title, HEADS, [_row(other, hit) for hit in hits])

    return Reply("", later=written)


def _row(session: Session, hit: Hit) -> tuple[str, ...]:
    field = custom_fields.get(session, hit.field_id)
    parts = custom_values.of(session, [field], hit.subject_id).get(field.id, [])
    return str(hit.about), *_called(session, hit), field.name, "; ".join(custom_kinds.typed(session, field.kind, part) for part in parts)


def _called(session: Session, hit: Hit) -> tuple[str, str, str]:  # noqa: PLR0911 - one a sort
    """What it is called, its code, and where it is or with whom."""
    match hit.about:
        case About.ASSET:
            return _asset(session, hit.subject_id, locations.get(session, assets.get(session, hit.subject_id).location_id).name)
        case About.ITEM:
            return catalog.item(session, hit.subject_id).name, "", ""
        case About.LOT:
            lot = lots.get(session, hit.subject_id)
            return catalog.variant(session, lot.variant_id).name, lot.code, ""
        case About.LOCATION:
            return finding.path_of(session, locations.get(session, hit.subject_id)), "", ""
        case About.CHECKOUT:
            return _checkout(session, hit.subject_id)
        case About.MAINTENANCE:
            return _asset(session, maintenance.get(session, hit.subject_id).asset_id, "")
    return f"entry {hit.subject_id}", "", ""


def _asset(session: Session, asset_id: int, where: str) -> tuple[str, str, str]:
    asset = assets.get(session, asset_id)
    return asset.name or catalog.variant(session, asset.variant_id).name, asset.serial, where


def _checkout(session: Session, checkout_id: int) -> tuple[str, str, str]:
    checkout = checkouts.get(session, checkout_id)
    holder = locations.get(session, checkout.holder_id).name
    if checkout.asset_id is not None:
        return _asset(session, checkout.asset_id, holder)
    return catalog.variant(session, checkout.variant_id).name, "", holder
