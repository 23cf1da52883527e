"""Reserving: stock is kept for a job or a customer, and released again, by sentences and buttons."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers.checkout import promised, reader, zone_of
from handlers.defaults import Place, source_of
from handlers.routes import Reply, Request, button, sentence
from handlers.views import reserving as views
from models import catalog, levels, locations, reserved, reserving
from models.catalog import Variant
from models.columns import key_of
from models.ledger import Posted
from models.locations import Location
from models.members import Permission
from models.refusals import Refusal
from models.reserving import Share
from models.times import Due


@sentence(
    "/stock",
    says="reserve {quantity} {variant} [at {location}] for {purpose} [until {until}]",
    needs=Permission.RESERVE,
    does="keeps stock for a job or a customer",
    examples=("reserve 40 M8 hex bolt for job 7 until friday", "reserve 12 LED panel, warm at Warehouse for Riverside Homes"),
)
def reserve(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    purpose: str,
    location: Location | None = None,
    until: str | None = None,
) -> Reply:
    """So many are kept where they lie: nobody else takes them."""
    _require_for_somebody(variant, purpose)
    place = source_of(session, request, variant, location)
    due = promised(request, until, zone_of(session, request, place.location.id))
    return keep(request, session, variant, quantity, place=place, purpose=purpose, due=due)


def keep(request: Request, session: Session, variant: Variant, quantity: int, *, place: Place, purpose: str, due: Due | None) -> Reply:
    """Keeps so many, and says what is free there now."""
    where = place.location
    posted = reserving.reserve(session, request.act, variant=variant, quantity=quantity, location=where, purpose=purpose, until=due)
    kept = reserved.get(session, posted.changes[0].id)
    return views.reserved(posted, kept, quantity, free=_free(session, variant, where), because=place.because, reader=reader(request))


def _require_for_somebody(variant: Variant, purpose: str) -> None:
    """What stands behind "for" may be the end of the item's name, and then nobody was named."""
    if key_of(variant.name).endswith(f" for {key_of(purpose)}"):
        text = f"I read {variant.name} as the item, but not for whom. Say it behind the name: for job 7."
        raise Refusal(text, field="purpose")


@sentence(
    "/stock",
    says="release {quantity} {variant} [at {location}] for {job}",
    needs=Permission.RESERVE,
    does="lets so many go that were kept for a job or a customer",
    examples=("release 10 M8 hex bolt for job 7",),
)
def release(request: Request, session: Session, *, quantity: int, variant: Variant, job: str, location: Location | None = None) -> Reply:
    """So many of what is kept for a job are free again, what lapses first first."""
    return _released(request, session, reserving.meant(session, job=job, variant=variant, quantity=quantity, at=location))


@sentence(
    "/stock",
    says="release [{variant}] [at {location}] for {job}",
    needs=Permission.RESERVE,
    does="lets everything go that was kept for a job or a customer, or all of an item",
    examples=("release for job 7", "release M8 hex bolt for job 7"),
)
def release_all(request: Request, session: Session, *, job: str, variant: Variant | None = None, location: Location | None = None) -> Reply:
    """Everything that is kept for a job is free again."""
    return _released(request, session, reserving.meant(session, job=job, variant=variant, at=location))


@button("reservation.release", needs=Permission.RESERVE)
def release_one(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """All of one reservation is free again."""
    kept = reserving.still_kept(session, value["reservation"])
    return _released(request, session, [(kept, kept.quantity)])


def _released(request: Request, session: Session, shares: Sequence[Share]) -> Reply:
    posted = reserving.release(session, request.act, shares=shares)
    parts = [views.Part(reserved.get(session, kept.id), share) for kept, share in shares]
    free = None
    if len({(kept.variant_id, kept.location_id) for kept, _ in shares}) == 1:
        kept = shares[0][0]
        free = _free(session, catalog.variant(session, kept.variant_id), locations.get(session, kept.location_id))
    return views.released(posted, parts, free=free)


def _free(session: Session, variant: Variant, location: Location) -> views.Free:
    level = next((one for one in levels.by_location(session, [variant.id]) if one.location_id == location.id), None)
    unit = catalog.item(session, variant.item_id).unit
    return views.Free(location.name, unit, level.quantity if level else 0, level.free if level else 0)


def still_kept(session: Session, posted: Posted) -> str | None:
    """What is kept of the reservations that an entry has used up, in words; nothing where it used none."""
    rows = [reserved.get(session, change.id) for change in posted.changes if change.table == "reservations"]
    return views.still_kept(rows) if rows else None
