"""What is reserved: the list that a sentence narrows down, a page at a time."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers.checkout import reader
from handlers.routes import Reply, Request, button, sentence
from handlers.views import paging
from handlers.views import reserving as views
from models import catalog, locations, reserved, reserving
from models.catalog import Variant
from models.catalog_names import Found
from models.locations import Location
from models.members import Permission
from models.reserved import Which


@sentence(
    "/stock",
    says="reserved [{item}] [at {location}] [for {job}]",
    needs=Permission.LOOK,
    does="lists what is reserved, what lapses first first",
    examples=("reserved", "reserved for job 7", "reserved M8 hex bolt at Warehouse"),
)
def listed(
    request: Request, session: Session, *, item: Found | None = None, location: Location | None = None, job: str | None = None
) -> Reply:
    """What is reserved: all of it, or of an item, in a location and below it, for a job."""
    one = item.variants[0].id if item and len(item.variants) == 1 else None
    return _page(request, session, item_id=item.item.id if item else None, variant_id=one, at=location, job=job, first=0)


@button("reserved.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of what is reserved."""
    at = locations.get(session, value["l"]) if value["l"] else None
    reply = _page(request, session, item_id=value["i"], variant_id=value["v"], at=at, job=value["j"], first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(
    request: Request, session: Session, *, item_id: int | None, variant_id: int | None, at: Location | None, job: str | None, first: int
) -> Reply:
    variants = None
    if item_id is not None:
        variants = [one for one in catalog.variants_of(session, item_id) if variant_id in (None, one.id)]
    which = Which([one.id for one in variants] if variants is not None else None, at, job)
    kept = reserved.those(session, which, first=first, most=paging.PAGE)
    by = request.act.by
    page = views.Page(
        shown=[(one, reserving.may_release(session, by, by_id=one.by_id, location_id=one.location_id)) for one in kept],
        first=first,
        total=reserved.count(session, which),
        narrowed=_narrowed(session, variants, at, job),
        carried={"i": item_id, "v": variant_id, "l": at.id if at else None, "j": job},
        variant_id=variant_id,
    )
    return views.listed(page, reader(request))


def _narrowed(session: Session, variants: Sequence[Variant] | None, at: Location | None, job: str | None) -> str:
    said = []
    if variants:
        said.append(f"of {variants[0].name if len(variants) == 1 else catalog.item(session, variants[0].item_id).name}")
    return " ".join([*said, *([f"at {at.name}"] if at else []), *([f"for {job}"] if job else [])])
