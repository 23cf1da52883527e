"""What runs low, and the reorder points that say so."""

from typing import Any

from sqlmodel import Session

from handlers.routes import Reply, Request, button, sentence
from handlers.views import low as views
from handlers.views.paging import PAGE
from models import catalog, locations, purchasing
from models.catalog import Variant
from models.locations import Location
from models.members import Permission
from models.times import local_day


@sentence(
    "/stock",
    says="low [at {location}]",
    needs=Permission.LOOK,
    does="lists what is at or below its reorder point, the emptiest first",
    examples=("low", "low at Van 3"),
)
def low(request: Request, session: Session, *, location: Location | None = None) -> Reply:
    """What is low, everywhere or in one location and below it."""
    return _page(request, session, location, first=0)


@button("low.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of what is low."""
    location = locations.get(session, value["l"]) if value["l"] else None
    reply = _page(request, session, location, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, location: Location | None, *, first: int) -> Reply:
    running_low = purchasing.low(session, location)
    shown, today = running_low[first : first + PAGE], local_day(request.act.now, request.act.by.time_zone)
    return views.low(
        list(zip(shown, purchasing.needs(session, shown, on=today), strict=True)),
        where=location.name if location else None,
        location_id=location.id if location else None,
        first=first,
        total=len(running_low),
        may=views.May(order=request.act.by.may(Permission.ORDER), receive=request.act.by.may(Permission.RECEIVE)),
    )


@sentence(
    "/stock",
    says="reorder {variant} [at {location}] below {low} [to {high}]",
    needs=Permission.CATALOG,
    does="sets a reorder point: a reminder comes when stock sinks to it",
    examples=("reorder M8 hex bolt below 50 to 200", "reorder M8 hex bolt below 2 boxes", "reorder M8 hex bolt at Van 3 below 10"),
)
def reorder(
    request: Request, session: Session, *, variant: Variant, low: int, high: int | None = None, location: Location | None = None
) -> Reply:
    """Sets the reorder point of a variant, in one location and below it or over all of them together."""
    return set_point(request, session, variant, location, low=low, high=high)


def set_point(request: Request, session: Session, variant: Variant, location: Location | None, *, low: int, high: int | None) -> Reply:
    """Sets a reorder point, and says so where stock has sunk to it already."""
    posted = purchasing.set_reorder_point(session, request.act, variant=variant, low=low, high=high, location=location)
    point = views.Point(variant.name, catalog.item(session, variant.item_id).unit, location.name if location else None, low, high)
    place = location.id if location else None
    held = next((one for one in purchasing.low(session, location) if (one.variant_id, one.location_id) == (variant.id, place)), None)
    return views.point_set(posted, point, low_now=held.on_hand if held else None)


@sentence(
    "/stock",
    says="no reorder {variant} [at {location}]",
    needs=Permission.CATALOG,
    does="takes a reorder point away: no reminder comes any more",
    examples=("no reorder M8 hex bolt", "no reorder M8 hex bolt at Van 3"),
)
def no_reorder(request: Request, session: Session, *, variant: Variant, location: Location | None = None) -> Reply:
    """Takes away the reorder point of a variant, in one location or over all of them together."""
    posted = purchasing.remove_reorder_point(session, request.act, variant=variant, location=location)
    return views.point_gone(posted, variant.name, location.name if location else None)
