"""The calendar of a week: who has what when, as a picture and in words."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from handlers import dates
from handlers.checkout import reader
from handlers.routes import Attached, Reply, Request, button, sentence
from handlers.views import week as views
from models import assets, booked, catalog, kits, week, week_picture
from models.assets import Asset
from models.catalog import Category, ItemKind, Variant
from models.catalog_names import Found
from models.finding import Thing
from models.kits import Kit
from models.members import Permission
from models.refusals import Refusal


@sentence(
    "/checkout",
    says="calendar {thing} [from {start}]",
    needs=Permission.LOOK,
    does="sends you a picture of who has what in a week: of a category, an item, a kit or an asset",
    examples=("calendar category Cameras", "calendar Canon R6 from 7 Dec", "calendar Interview kit"),
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
        case Kit():
            return _week(request, session, {"k": thing.id}, monday)
    raise Refusal("A calendar is of what is lent. Say a category, an item, a kit or a serial.", field="thing")


@button("week.show", needs=Permission.LOOK)
def turn(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The calendar, from a card; or another week of it."""
    monday = date.fromisoformat(value["d"]) if "d" in value else week.monday_of(request.act.now, request.act.by.time_zone)
    reply = _week(request, session, value, monday)
    return replace(reply, replace="d" in value)


def _week(request: Request, session: Session, of: dict[str, Any], monday: date) -> Reply:
    """`of` says of what, as the buttons to other weeks carry it: a category, variants, an asset or a kit."""
    by, now = request.act.by, request.act.now
    name, variants, only = _lent(session, of)
    title = f"{name}: week of {views.said_day(monday)}"
    shown = week.week(session, variants, title=title, monday=monday, zone=by.time_zone, now=now, only=only)
    if not shown.rows:
        raise Refusal(f"Nothing of {name} is lent: there is nothing to draw.", field="thing")
    carried = {key: value for key, value in of.items() if key != "d"}
    first = week.monday_of(now, by.time_zone)
    before = monday - timedelta(days=week.DAYS)
    pages = {"Previous week": before if before >= first else None, "Next week": monday + timedelta(days=week.DAYS)}
    told = views.told(shown, reader(request), {label: {**carried, "d": f"{day}"} for label, day in pages.items() if day})
    return replace(told, attached=Attached(f"week-{monday}.png", views.summary(shown), lambda: week_picture.picture(shown)))


def _lent(session: Session, of: dict[str, Any]) -> tuple[str, list[Variant], Mapping[int, Collection[int]]]:
    """What a calendar is of, by name, what of it comes back, and which assets of that, where they are certain ones."""
    asset_id: int | None = of.get("a")
    if asset_id is not None:
        asset = assets.get(session, asset_id)
        return assets.said(session, asset), [catalog.variant(session, asset.variant_id)], {asset.variant_id: [asset_id]}
    if "k" in of:
        return _of_kit(session, kits.get(session, of["k"]))
    if "c" in of:
        category = session.get_one(Category, of["c"])
        name, ids = category.name, booked.variants_in(session, category)
    else:
        name, ids = of["n"], of["v"]
    variants = [catalog.variant(session, one) for one in ids]
    return name, [one for one in variants if catalog.item(session, one.item_id).kind is not ItemKind.CONSUMABLE], {}


def _of_kit(session: Session, kit: Kit) -> tuple[str, list[Variant], Mapping[int, Collection[int]]]:
    """The serials in its case, and all of what it names as so many of an item."""
    parts = kits.parts_of(session, kit.id)
    by_model = {part.variant_id for part in parts if part.asset_id is None}
    certain = defaultdict[int, list[int]](list)
    for part in parts:
        if part.asset_id is not None and part.variant_id not in by_model:
            certain[part.variant_id].append(part.asset_id)
    return kit.name, [catalog.variant(session, one) for one in dict.fromkeys(part.variant_id for part in parts)], certain
