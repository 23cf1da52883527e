"""The calendar of a week: who has what when, as a picture and in words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from handlers import dates
from handlers.checkout import reader
from handlers.routes import Attached, Reply, Request, button, sentence
from handlers.views import week as views
from models import assets, booked, catalog, week, week_picture
from models.assets import Asset
from models.catalog import Category, ItemKind, Variant
from models.catalog_names import Found
from models.finding import Thing
from models.members import Permission
from models.refusals import Refusal


@sentence(
    "/checkout",
    says="calendar {thing} [from {start}]",
    needs=Permission.LOOK,
    does="sends you a picture of who has what in a week: of a category, an item or an asset",
    examples=("calendar category Cameras", "calendar Canon R6 from 7 Dec"),
)
def calendar(request: Request, session: Session, *, thing: Thing, start: str | None = None) -> Reply:
    """This week, or the one of that day."""
    zone = request.act.by.time_zone
    day = dates.begins(start, request.act.now, zone) if start else request.act.now
    monday = week.monday_of(day, zone)
    match thing:
        case Category():
            return _week(request, session, {"c": thing.id}, monday)
        case Found():
            return _week(request, session, {"v": [one.id for one in thing.variants], "n": thing.item.name}, monday)
        case Asset():
            return _week(request, session, {"a": thing.id}, monday)
    raise Refusal("A calendar is of what is lent. Say a category, an item or a serial.", field="thing")


@button("week.show", needs=Permission.LOOK)
def turn(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The calendar, from a card; or another week of it."""
    monday = date.fromisoformat(value["d"]) if "d" in value else week.monday_of(request.act.now, request.act.by.time_zone)
    reply = _week(request, session, value, monday)
    return replace(reply, replace="d" in value)


def _week(request: Request, session: Session, of: dict[str, Any], monday: date) -> Reply:
    """`of` says of what, as the buttons to other weeks carry it: a category, variants or an asset."""
    by, now = request.act.by, request.act.now
    name, variants, asset_id = _lent(session, of)
    title = f"{name}: week of {views.said_day(monday)}"
    shown = week.week(session, variants, title=title, monday=monday, zone=by.time_zone, now=now, asset_id=asset_id)
    if not shown.rows:
        raise Refusal(f"Nothing of {name} is lent: there is nothing to draw.", field="thing")
    carried = {key: value for key, value in of.items() if key != "d"}
    first = week.monday_of(now, by.time_zone)
    before = monday - timedelta(days=week.DAYS)
    pages = {"Previous week": before if before >= first else None, "Next week": monday + timedelta(days=week.DAYS)}
    told = views.told(shown, reader(request), {label: {**carried, "d": f"{day}"} for label, day in pages.items() if day})
    return replace(told, attached=Attached(f"week-{monday}.png", views.summary(shown), lambda: week_picture.picture(shown)))


def _lent(session: Session, of: dict[str, Any]) -> tuple[str, list[Variant], int | None]:
    """What a calendar is of, by name, and what of it comes back."""
    asset_id: int | None = of.get("a")
    if asset_id is not None:
        asset = assets.get(session, asset_id)
        return assets.said(session, asset), [catalog.variant(session, asset.variant_id)], asset_id
    if "c" in of:
        category = session.get_one(Category, of["c"])
        name, ids = category.name, booked.variants_in(session, category)
    else:
        name, ids = of["n"], of["v"]
    variants = [catalog.variant(session, one) for one in ids]
    return name, [one for one in variants if catalog.item(session, one.item_id).kind is not ItemKind.CONSUMABLE], None
