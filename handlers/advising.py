"""Reorder advice: what to set otherwise, with the press that accepts it, and the picture of a stock."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import low
from handlers.routes import Attached, Reply, Request, button, sentence
from handlers.views import advice as views
from models import advice, catalog, chart, consumption, locations, misfits, purchasing
from models.catalog import Variant
from models.consumption import Stocked
from models.locations import Location
from models.members import Permission
from models.misfits import Misfit, Watched
from models.quantities import said_number
from models.refusals import Conflict, Refusal

#: So many things are judged before an answer leaves: that takes a tenth of a second.
AT_ONCE = 200
#: A chart goes back so many days.
CHARTED_DAYS = 90


@sentence(
    "/stock",
    says="advise [at {location}]",
    needs=Permission.LOOK,
    does="lists reorder points that what is used makes too low or too high, and what is used without one",
    examples=("advise", "advise at Van 3"),
    aliases=("advice",),
)
def advise(request: Request, session: Session, *, location: Location | None = None) -> Reply:
    """What to set otherwise, everywhere or in one location and below it."""
    return _page(request, session, _Asked(location.id if location else None, location.name if location else None))


@button("advice.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of what to set otherwise."""
    name = locations.get(session, value["l"]).name if value["l"] else None
    return _page(request, session, _Asked(value["l"], name, first=int(value["f"]), another=True))


class _Asked(NamedTuple):
    """Where advice is asked for, from which line on, and whether the list takes the place of another page of it."""

    location_id: int | None
    where: str | None
    first: int = 0
    another: bool = False


def _page(request: Request, session: Session, asked: _Asked) -> Reply:
    """At once where few things are to be judged; of more the answer says that the list takes a moment."""
    location = locations.get(session, asked.location_id) if asked.location_id is not None else None
    watched = misfits.watched(session, location, now=request.act.now)
    if len(watched) <= AT_ONCE:
        return _listed(request, session, watched, asked)
    return views.takes_a_moment(len(watched), asked.where, later=lambda other: _listed(request, other, watched, asked))


def _listed(request: Request, session: Session, watched: Sequence[Watched], asked: _Asked) -> Reply:
    def may_set(one: Misfit) -> bool:
        at = locations.get(session, one.at.location_id) if one.at.location_id is not None else None
        return request.act.by.may(Permission.CATALOG, at=at)

    found, token = misfits.misfits(session, watched, now=request.act.now), request.act.token
    shown = views.misfits(found, where=asked.where, location_id=asked.location_id, first=asked.first, may_set=may_set, token=token)
    return replace(shown, replace=asked.another)


@button("advice.accept", needs=Permission.CATALOG)
def accept(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Sets a reorder point as was suggested, unless somebody has set it since."""
    variant = catalog.variant(session, value["v"])
    location = locations.get(session, value["l"]) if value["l"] else None
    point = purchasing.reorder_point(session, variant, location)
    now = point.low if point is not None and point.active else None
    if now != value["was"]:
        told = f"it is at {said_number(now)} now" if now is not None else "it was taken away"
        raise Conflict(f"The reorder point of {variant.name} was changed since: {told}. Ask for advice again.")
    return low.set_point(request, session, variant, location, low=value["low"], high=value["high"])


@sentence(
    "/stock",
    says="chart {variant} [at {location}]",
    needs=Permission.LOOK,
    does="sends you a picture of a stock over the last 90 days, with its reorder point",
    examples=("chart M8 hex bolt", "chart M8 hex bolt at Van 3"),
)
def chart_of(request: Request, session: Session, *, variant: Variant, location: Location | None = None) -> Reply:
    """The picture of a stock: in that location, else where its only reorder point is, else in all together."""
    points = purchasing.reorder_points(session, [variant.id])
    if location is None and len(points) == 1 and points[0].location_id is not None:
        location = locations.get(session, points[0].location_id)
    at = Stocked(variant.id, location.id if location else None)
    left = consumption.of(session, [at], days=CHARTED_DAYS, now=request.act.now)[at].left
    if not left:
        where = f" in {location.name}" if location else ""
        raise Refusal(f"There was no {variant.name}{where} in the last {CHARTED_DAYS} days: there is nothing to draw.", field="location")
    shown = views.Charted(
        name=variant.name,
        location=location.name if location else None,
        unit=catalog.item(session, variant.item_id).unit,
        left=left,
        low=next((point.low for point in points if point.location_id == at.location_id), None),
        suggested=advice.of(session, [at], now=request.act.now)[at].suggested,
    )
    suggested = shown.suggested.low if shown.suggested else None
    drawn = chart.Charted(shown.title, shown.unit, left, shown.low, suggested, request.act.now, request.act.by.time_zone)
    picture = Attached(f"chart-{variant.sku}.png", shown.summary, lambda: chart.picture(drawn, days=CHARTED_DAYS))
    return replace(views.charted(shown), attached=picture)


@button("advice.chart", needs=Permission.LOOK)
def chart_there(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The same, from a card."""
    location = locations.get(session, value["l"]) if value["l"] else None
    return chart_of(request, session, variant=catalog.variant(session, value["v"]), location=location)
