"""The card of an item or variant, today or as it stood on a day gone, and the list of its serials."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from handlers import custom_inputs
from handlers.dates import Moment, say_day, say_due
from handlers.routes import Offer, Reply, Request, button
from handlers.typed import quoted
from handlers.views import answers, happenings, paging
from handlers.views import items as views
from handlers.views.advice import chart_button
from handlers.views.parts import Block, actions
from handlers.views.parts import button as pressed
from handlers.views.week import calendar_button
from models import (
    advice,
    approvals,
    catalog,
    contents,
    history,
    levels,
    locations,
    packs,
    past,
    production,
    projection,
    purchasing,
    reserved,
)
from models.assets import AssetState
from models.catalog import ApprovalRule, Category, Item, ItemKind, Variant
from models.catalog_names import Found
from models.consumption import Stocked
from models.contents import Standing
from models.custom_fields import About
from models.levels import Level
from models.members import Permission
from models.orders import Expected, name_of
from models.packs import Pack
from models.quantities import ONE, said_money, said_number
from models.reserved import Which
from models.times import local_day
from models.workspace import workspace

#: The card itself shows so many serials and last movements.
MOST_SERIALS, MOST_HAPPENED = 5, 3

_KINDS = {
    ItemKind.CONSUMABLE: "consumable: used up",
    ItemKind.RETURNABLE: "returnable: comes back",
    ItemKind.SERIALISED: "serialised: each known by its serial",
}


def card(request: Request, session: Session, found: Found, *, date: Moment | None = None) -> Reply:
    """The card of an item, or of the one variant that was named; with a date, as it stood then."""
    ids = [variant.id for variant in found.variants]
    if date is not None and not is_now(request, date):
        then = past.stock_at(session, moment_shown(date), variant_ids=ids)
        return views.card(_told(request, session, found, then, as_of=said_moment(request, date)), [], [_today(request, found)])
    now = levels.by_location(session, ids)
    serials = _first_serials(request, session, found, now) if found.item.kind is ItemKind.SERIALISED else []
    told = _told(request, session, found, now)
    made = len(ids) == 1 and production.has_bill(session, ids[0])
    shown = views.card(told, serials, _buttons(request, found, reserved=bool(told.reserved), made=made))
    return custom_inputs.on_card(request, session, shown, About.ITEM, category=found.item.category_id, of=found.item.id)


def moment_shown(date: Moment) -> Any:
    """The time that "on 12 May" shows: the day's last moment, and the minute itself where a time was said."""
    return date.end - timedelta(microseconds=1) if date.whole_day else date.at


def said_moment(request: Request, date: Moment) -> str:
    """ "At the end of Tue 12 May", or "On Tue 12 May, 15:00"."""
    zone = request.act.by.time_zone
    said = say_due(date.at, zone, now=request.act.now, reader_zone=zone)
    return f"At the end of {said.rpartition(', ')[0]}" if date.whole_day else f"On {said}"


def is_now(request: Request, date: Moment) -> bool:
    """Whether a date is simply today."""
    return date.whole_day and date.end > request.act.now


def _told(request: Request, session: Session, found: Found, now: Sequence[Level], *, as_of: str = "") -> views.ItemCard:
    item, variants = found.item, found.variants
    comes_in = packs.of_item(session, item.id)
    return views.ItemCard(
        name=variants[0].name if len(variants) == 1 else item.name,
        unit=item.unit,
        variants=[views.Shown(one.name, one.sku, sum(level.quantity for level in now if level.variant_id == one.id)) for one in variants],
        levels=now,
        points=_points(session, variants),
        use=[] if as_of else _use(request, session, variants),
        about=_about(session, item, variants, comes_in),
        note=item.note,
        as_of=as_of,
        happened=[] if as_of else _happened(request, session, variants),
        **({} if as_of else _promised(request, session, variants)),
        packs=comes_in,
    )


def _promised(request: Request, session: Session, variants: Sequence[Variant]) -> dict[str, Any]:
    """What is promised and what is to come, and so what is available now and later."""
    ids, act = [one.id for one in variants], request.act
    names = {one.id: one.name for one in variants}
    kept = reserved.those(session, Which(variant_ids=ids))
    today = local_day(act.now, act.by.time_zone)
    available = projection.available(session, ids, kept, on=today)
    return {
        "sold": projection.is_sold(session, ids),
        "available": projection.in_all(available),
        "reserved": kept,
        "on_order": [
            f"{names[one.variant_id]}: {coming(one, today)}" if len(variants) > 1 else coming(one, today)
            for one in purchasing.expected(session, ids)
        ],
        "projected": projection.available_by_date(session, available, now=act.now, zone=act.by.time_zone),
    }


def coming(one: Expected, today: date) -> str:
    """ "60 on Fri 27 Nov (PO-1042)"; of what should have come before today, that it is late."""
    day = f" on {say_day(one.expected_on, today=today)}" if one.expected_on else ""
    late = ", late" if one.expected_on is not None and one.expected_on < today else ""
    return f"{said_number(one.quantity)}{day} ({name_of(one.number)}{late})"


def _about(session: Session, item: Item, variants: Sequence[Variant], comes_in: Sequence[Pack]) -> list[str]:
    """How it is kept, a line each."""
    category = session.get_one(Category, item.category_id).name if item.category_id else None
    approval = approval_said(session, item)
    kind = _KINDS[item.kind] + (", in lots" if item.lot_tracked else "")
    packed = f"in {packs.described(comes_in, item.unit)}" if comes_in else None
    told = [kind, packed, category, _cost(item, variants), f"approval: {approval}" if approval else None]
    return [one for one in told if one]


def _cost(item: Item, variants: Sequence[Variant]) -> str | None:
    """What one unit costs, where that is the same for all of them."""
    costs = {(one.cost_minor, one.currency) for one in variants}
    minor, currency = next(iter(costs))
    return (
        f"{said_money(minor, currency)} per {'piece' if item.unit == 'each' else item.unit}"
        if len(costs) == 1 and minor and currency
        else None
    )


def _points(session: Session, variants: Sequence[Variant]) -> list[views.Point]:
    names = {one.id: one.name for one in variants}
    points = purchasing.reorder_points(session, list(names))
    places = locations.names(session, [point.location_id for point in points if point.location_id])
    return [views.Point(names[one.variant_id], places.get(one.location_id or 0), one.low, one.high) for one in points]


def _use(request: Request, session: Session, variants: Sequence[Variant]) -> list[views.Used]:
    """What its use says where it has reorder points; of one variant without any, in all locations."""
    points = purchasing.reorder_points(session, [one.id for one in variants])[: views.MOST_PLACES]
    watched = [Stocked(point.variant_id, point.location_id) for point in points]
    told = advice.of(session, watched or [Stocked(one.id, None) for one in variants[:1] if len(variants) == 1], now=request.act.now)
    places = locations.names(session, [at.location_id for at in told if at.location_id])
    names = {one.id: one.name for one in variants}
    return [views.Used(names[at.variant_id], places.get(at.location_id or 0), one) for at, one in told.items()]


def approval_said(session: Session, item: Item) -> str | None:
    """When the item needs approval, by the nearest rule; nothing where it never does."""
    rule = approvals.nearest_rule(session, item)
    return None if rule is None or rule.approval is ApprovalRule.NEVER else rule_said(session, rule)


def rule_said(session: Session, rule: Item | Category) -> str:
    """An approval rule in words: "above 500.00 USD or 7 days"; what has nothing above it inherits nothing."""
    if rule.approval is ApprovalRule.INHERIT:
        above = rule.category_id if isinstance(rule, Item) else rule.parent_id
        return "as the category above says" if above is not None else "never"
    if rule.approval is not ApprovalRule.ABOVE:
        return str(rule.approval)
    limits = []
    if rule.approval_above_minor is not None:
        limits.append(said_money(rule.approval_above_minor, workspace(session).currency))
    if rule.approval_above_days is not None:
        limits.append(f"{rule.approval_above_days} {'day' if rule.approval_above_days == 1 else 'days'}")
    return f"above {' or '.join(limits)}"


def _happened(request: Request, session: Session, variants: Sequence[Variant]) -> list[str]:
    last = history.of_variants(session, [one.id for one in variants], limit=MOST_HAPPENED)
    zone = request.act.by.time_zone
    return [happenings.told(one, now=request.act.now, zone=zone, named=len(variants) > 1) for one in last]


def _buttons(request: Request, found: Found, *, reserved: bool, made: bool) -> list[Block]:
    """What this member may do with it: the most used first. What is reserved is a list of its own, where more can be."""
    may = request.act.by.may
    one = found.variants[0] if len(found.variants) == 1 else None
    counted = found.item.kind is not ItemKind.SERIALISED
    variant_id = one.id if one else None
    stocked = [
        ("Take", "stock.take", Permission.TAKE),
        ("Receive", "stock.receive", Permission.RECEIVE),
        ("Count", "stock.count", Permission.COUNT),
        *([] if reserved else [("Reserve", "stock.reserve", Permission.RESERVE)]),
    ]
    called = _called(found)
    shown = [
        views.open_form(label, route, variant_id=variant_id, style="primary" if route == "stock.take" else None)
        for label, route, needed in stocked
        if counted and one is not None and may(needed)
    ]
    if reserved:
        shown.append(_says(request, "Reserved", f"reserved {quoted(one.sku if one else found.item.name)}", 2))
    if one is not None and found.item.lot_tracked:
        shown.append(pressed("Lots", "lot.list", {"v": one.id, "f": 0}))
    if one is not None and made:
        shown.append(_says(request, "Made of", f"bom {quoted(one.sku)}", 3))
    if one is not None and found.item.kind is not ItemKind.CONSUMABLE:
        shown += [pressed("Book", "booking.open", {"variant": one.id}), calendar_button({"v": [one.id], "n": one.name})]
    if may(Permission.CATALOG):
        shown.append(_says(request, "Edit", f"edit {called}", 0))
    chart = [chart_button(Stocked(one.id, None))] if counted and one is not None else []
    return [*shown, *chart, _says(request, "History", f"history {called}", 1)]


def _today(request: Request, found: Found) -> Block:
    return _says(request, "Today", _called(found), 0)


def _called(found: Found) -> str:
    """What finds exactly this in a sentence, whatever words are in its name."""
    return quoted(found.variants[0].sku if len(found.variants) == 1 else f"item {found.item.name}")


def _says(request: Request, label: str, sentence: str, number: int) -> Block:
    return answers.offered(Offer(label, "/stock", sentence), number, token=request.act.token)


def _first_serials(request: Request, session: Session, found: Found, now: Sequence[Level]) -> list[Block]:
    total = sum(level.quantity for level in now) // ONE
    lines = _serial_lines(request, contents.assets_among(session, now, first=0, most=MOST_SERIALS))
    if total <= MOST_SERIALS:
        return lines
    more = {"i": found.item.id, "v": [one.id for one in found.variants] if len(found.variants) == 1 else None, "f": 0}
    return [*lines, actions(pressed(f"All {total:,} serials", "item.serials", more))]


def _serial_lines(request: Request, standing: Sequence[Standing]) -> list[Block]:
    shown = [_serial_button(request, one, number) for number, one in enumerate(standing, start=10)]
    return views.serial_lines(standing, shown, now=request.act.now, zone=request.act.by.time_zone)


def _serial_button(request: Request, one: Standing, number: int) -> Block:
    if one.state is AssetState.AVAILABLE:
        return pressed("Check out", f"checkout.out:{one.asset_id}", {"asset": one.asset_id})
    return answers.offered(Offer("Show", "/checkout", quoted(one.serial)), number, token=request.act.token)


@button("item.serials", needs=Permission.LOOK)
def serials(request: Request, session: Session, *, value: Any) -> Reply:
    """A page of the serials of an item, or of one variant of it."""
    item = catalog.item(session, value["i"])
    ids = value["v"] or [one.id for one in catalog.variants_of(session, item.id)]
    now = levels.by_location(session, ids)
    total, first = sum(level.quantity for level in now) // ONE, int(value["f"])
    lines = _serial_lines(request, contents.assets_among(session, now, first=first, most=paging.PAGE))
    carried = {"i": item.id, "v": value["v"]}
    pager = paging.pager("item.serials", carried, first=first, shown=len(lines), total=total)
    return views.serials(item.name, lines, first=first, total=total, pager=pager)
