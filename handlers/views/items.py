"""The item card, the list of an item's serials, and the card of a category."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.advice import cover
from handlers.views.parts import Block, actions, button, clipped, code, context, fields, header, said, section
from models.advice import Advice
from models.assets import AssetState
from models.contents import Kept, Standing
from models.levels import Level
from models.locations import LocationKind
from models.packs import Pack, in_largest
from models.projection import Step
from models.quantities import said_number
from models.reserved import Reserved
from models.times import local_day, said_day
from models.wording import listed, many, measured

#: A card names so many locations, variants and last movements, and counts the rest.
MOST_PLACES, MOST_VARIANTS = 6, 10

#: The same sign for the same state everywhere.
SIGNS = {
    AssetState.AVAILABLE: naming.AVAILABLE,
    AssetState.OUT: naming.OUT,
    AssetState.IN_REPAIR: ":wrench:",
    AssetState.OUT_OF_USE: naming.BLOCKED,
    AssetState.LOST: ":question:",
    AssetState.RETIRED: ":black_circle:",
}


class Shown(NamedTuple):
    """One variant on the card: its name without the item's, its SKU, and how many we have of it."""

    name: str
    sku: str
    on_hand: int


class Point(NamedTuple):
    """A reorder point on the card; without a location it counts all of them together."""

    variant: str
    location: str | None
    low: int
    high: int | None


class Used(NamedTuple):
    """What the use of a variant says, in a location, or without one in all of them together."""

    variant: str
    location: str | None
    advice: Advice


class ItemCard(NamedTuple):
    """What the card of an item, or of one of its variants, tells. Each has its fixed place: see `_facts`."""

    name: str
    unit: str
    variants: Sequence[Shown]
    levels: Sequence[Level]
    points: Sequence[Point]
    use: Sequence[Used]
    #: How it is kept, a line each: its kind, category, cost, and whatever else is set about it.
    about: Sequence[str]
    note: str | None
    #: Empty for today; else what day it shows, as words.
    as_of: str
    happened: Sequence[str]
    #: Whether customers get it: then what can be sold is the first figure.
    sold: bool = False
    #: How many anybody may take: on hand and with nobody, less what is reserved.
    available: int = 0
    reserved: Sequence[Reserved] = ()
    #: What is to come, a line each.
    on_order: Sequence[str] = ()
    #: What will be available from which day on.
    projected: Sequence[Step] = ()
    #: What it comes in, the largest first.
    packs: Sequence[Pack] = ()


def card(item: ItemCard, serials: Sequence[Block], buttons: Sequence[Block]) -> Reply:
    """Everything about an item at a glance: how many we have, where, what is set, what happened last."""
    state_line = on_hand(item.levels, item.unit, packs=item.packs, as_of=item.as_of) if item.as_of else _state(item)
    sku = item.variants[0].sku if len(item.variants) == 1 else ""
    blocks = [header(f"{item.name} · {sku}" if sku else item.name), section(state_line)]
    if len(item.variants) > 1:
        blocks.append(section(_variant_lines(item.variants)))
    facts = _facts(item)
    if facts:
        blocks.append(fields(*facts))
    if item.note:
        blocks.append(context(said(clipped(item.note, 300))))
    blocks += serials
    if item.happened:
        blocks.append(context("\n".join(item.happened)))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"{said(item.name)}: {state_line.replace('*', '')}", blocks)


def on_hand(levels: Sequence[Level], unit: str, *, packs: Sequence[Pack] = (), as_of: str = "") -> str:
    """How many in how many locations: "*400 each (2 boxes)* on hand in 3 locations, 4 of them with people"."""
    then = f"{as_of}: " if as_of else ""
    if not levels:
        return f"{then}none on hand." if as_of else "None on hand."
    places = {level.location_id for level in levels}
    total = sum(level.quantity for level in levels)
    with_people = sum(level.quantity for level in levels if level.kind is LocationKind.PERSON)
    where = f"in {said(levels[0].location)}" if len(places) == 1 else f"in {len(places)} locations"
    people = f", {said_number(with_people)} of them with people" if with_people and len(places) > 1 else ""
    return f"{then}*{said(measured(total, unit))}{_in_packs(total, packs)}* on hand {where}{people}."


def _in_packs(quantity: int, packs: Sequence[Pack]) -> str:
    """ " (17 boxes)", in the largest pack that it is a whole number of; else nothing."""
    whole = in_largest(quantity, packs)
    return f" ({said(measured(whole.number, whole.pack))})" if whole else ""


def _variant_lines(variants: Sequence[Shown]) -> str:
    lines = [f"• {said_number(one.on_hand)} · {said(one.name)} {code(one.sku)}" for one in variants[:MOST_VARIANTS]]
    more = len(variants) - MOST_VARIANTS
    return "\n".join(lines + ([f"And {more:,} more: name one to see it."] if more > 0 else []))


def _state(item: ItemCard) -> str:
    """What is on hand, and what of it is available where that is less. What is sold says first what can be sold."""
    held = on_hand(item.levels, item.unit, packs=item.packs)
    free = said(measured(item.available, item.unit))
    if item.sold:
        return f"*{free}* available to sell. {held.replace('*', '')}"
    if item.available == sum(level.quantity for level in item.levels):
        return held
    return f"{held} *{free}* available."


def _facts(item: ItemCard) -> list[tuple[str, str]]:
    """Two columns, each fact in its own place: where it is and what is set; what goes and what comes; how it is kept and what will be."""
    where = _places(item.levels)
    if item.as_of:
        return [("Where", where)] if where else []
    moving = [("Reserved", _lines([_kept(one) for one in item.reserved])), ("On order", _lines([said(one) for one in item.on_order]))]
    return [
        ("Where", where or "nowhere"),
        ("Reorder point", _lines([_point(one, several=len(item.variants) > 1) for one in item.points]) or "not set"),
        *((label, value or "nothing") for label, value in moving if item.reserved or item.on_order),
        ("Kept as", "\n".join(said(one) for one in item.about)),
        *([("Available later", _lines([_step(one) for one in item.projected]))] if item.projected else []),
        *([("Use", used)] if (used := _uses(item)) else []),
    ]


def _places(levels: Sequence[Level]) -> str:
    """Locations with how many lie there and are free, the variants of an item put together."""
    there: dict[str, list[Level]] = {}
    for level in levels:
        there.setdefault(level.location, []).append(level)
    most_first = sorted(there.items(), key=lambda one: -sum(level.quantity for level in one[1]))
    return _lines([f"{said(name)}: {_held(lying)}" for name, lying in most_first])


def _held(lying: Sequence[Level]) -> str:
    held = said_number(sum(level.quantity for level in lying))
    return f"{held} ({said_number(sum(level.free for level in lying))} free)" if any(level.reserved for level in lying) else held


def _lines(told: Sequence[str]) -> str:
    more = len(told) - MOST_PLACES
    return "\n".join([*told[:MOST_PLACES], *([f"and {more:,} more"] if more > 0 else [])])


def _kept(one: Reserved) -> str:
    until = f" until {said_day(local_day(one.until_at, one.until_zone or 'UTC'))}" if one.until_at else ""
    return f"{said(one.purpose)}: {said_number(one.quantity)}{until}"


def _step(one: Step) -> str:
    return f"{said_day(one.on)}: {said_number(one.available)} ({said(listed(list(one.why)))})"


def _point(point: Point, *, several: bool) -> str:
    which = f"{said(point.variant)}, " if several else ""
    up_to = f", up to {said_number(point.high)}" if point.high is not None else ""
    return f"{which}{said(point.location or 'all locations')}: at {said_number(point.low)}{up_to}"


def _uses(item: ItemCard) -> str:
    """How long it lasts and what is suggested, a line for each place with a reorder point."""
    lines = []
    for one in item.use:
        which = f"{said(one.variant)}, " if len(item.variants) > 1 else ""
        where = f"{which}{said(one.location or 'all locations')}: " if item.points else ""
        if told := cover(one.advice, item.unit):
            lines.append(f"{where}{told}")
    return "\n".join(lines)


def serial_lines(standing: Sequence[Standing], show: Sequence[Block], *, now: datetime, zone: str) -> list[Block]:
    """Assets, each with its state and the one button that fits it."""
    return [section(_standing(one, now=now, zone=zone), accessory=button) for one, button in zip(standing, show, strict=True)]


def _standing(one: Standing, *, now: datetime, zone: str) -> str:
    how = one.state
    due = f", {naming.due(one, now=now, reader_zone=zone)}" if one.checked_out else ""
    sign = naming.out_sign(one, now=now) if one.checked_out else SIGNS[how]
    return f"{sign} {naming.asset(one.name, one.serial)} · {how}, {naming.inside(one.location.kind, one.location.location)}{due}"


def serials(name: str, lines: Sequence[Block], *, first: int, total: int, pager: Sequence[Block]) -> Reply:
    """A page of an item's serials."""
    page = paging.counted(first, len(lines), total)
    head = f"{name}: serials {page}" if page else f"{name}: {many(total, 'serial')}"
    return Reply(said(head), [header(head), *lines, *pager], replace=True)


class CategoryCard(NamedTuple):
    """What the card of a category tells."""

    id: int
    name: str
    path: str
    approval: str
    #: What whoever is handed its things is to accept: "Cameras, version 3", or "nothing".
    terms: str
    below: Sequence[str]
    items: Sequence[Kept]
    first: int
    total: int


def category(one: CategoryCard, buttons: Sequence[Block]) -> Reply:
    """A category: what hangs on it, and when that needs approval."""
    count = "no items" if not one.total else "1 item" if one.total == 1 else f"{one.total:,} items"
    page = paging.counted(one.first, len(one.items), one.total)
    line = f"{count[0].upper()}{count[1:]}{f' ({page})' if page else ''}"
    lines = [f"• {said(measured(item.on_hand, item.unit))} · {said(item.name)}" for item in one.items]
    facts = [("Approval", one.approval), ("To be accepted", said(one.terms)), ("Below it", _below(one))]
    blocks = [header(one.name), section(f"*{line}* in {said(one.path)}."), fields(*facts)]
    if lines:
        blocks.append(section("\n".join(lines)))
    blocks += paging.pager("category.page", {"c": one.id}, first=one.first, shown=len(one.items), total=one.total)
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"{said(one.name)}: {count}.", blocks)


def _below(one: CategoryCard) -> str:
    more = len(one.below) - MOST_PLACES
    return said(", ".join(one.below[:MOST_PLACES])) + (f" and {more:,} more" if more > 0 else "")


def open_form(label: str, route: str, *, variant_id: int | None = None, location_id: int | None = None, style: str | None = None) -> Block:
    """A button that opens the stock form, with what is known filled in."""
    return button(label, route, {"variant": variant_id, "location": location_id}, style=style)
