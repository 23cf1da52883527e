"""The card of a kit: what belongs to it, where each part is, who has it and what is missing. Only Count changes anything."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import asset_card, counting
from handlers.checkout import reader
from handlers.routes import Offer, Reply, Request, button
from handlers.typed import quoted
from handlers.views import answers, happenings, naming
from handlers.views import booking as booking_views
from handlers.views import kits as views
from handlers.views.asset import Shown
from handlers.views.parts import Block, said
from handlers.views.parts import button as pressed
from handlers.views.scanning import asset_line
from handlers.views.week import calendar_button
from models import (
    assets,
    booked,
    catalog,
    history,
    kit_lending,
    kits,
    levels,
    locations,
    picking,
    short_codes,
    sources,
    stocktake_reads,
    stocktaking,
)
from models.assets import AssetState
from models.booked import Which
from models.catalog import ItemKind
from models.checkouts import Held
from models.kits import Kit, Part
from models.locations import Location
from models.members import Permission
from models.quantities import ONE
from models.refusals import NotAllowed
from models.stocktakes import Stocktake
from models.wording import amount, counted

#: The card tells of so many bookings, and offers to bring back what so many people have.
MOST_BOOKED, MOST_HOLDERS = 3, 3


class Contents(NamedTuple):
    """A kit with what it is made of: its parts, how each of its serials stands, what is out of it, and what of that is no serial of it."""

    parts: Sequence[Part]
    shown: Sequence[Shown]
    out: Sequence[Held]
    loose: Sequence[Held]


def contents(request: Request, session: Session, kit: Kit) -> Contents:
    """What a kit is made of, as it stands for whoever asks."""
    parts, out = kits.parts_of(session, kit.id), kit_lending.out_of(session, kit)
    known = {part.asset_id: assets.get(session, part.asset_id) for part in parts if part.asset_id is not None}
    shown = [asset_card.shown(request, session, asset) for asset in known.values()]
    return Contents(parts, shown, out, [one for one in out if one.asset_id not in known])


def card(request: Request, session: Session, kit: Kit) -> Reply:
    """Everything about a kit with the buttons that fit the viewer."""
    of = contents(request, session, kit)
    parts, shown, out, loose = of
    point = reader(request)
    sign, state = standing(request, session, of)
    lines = [asset_line(one, point) for one in shown]
    lines += [_item_line(session, part, point.now) for part in parts if part.asset_id is None]
    lines += [f"{naming.out_sign(one, now=point.now)} {naming.held(one)}: {_with(request, one)}, {point.held(one)}" for one in loose]
    last = history.of_kit(session, kit.id, limit=1)
    booked_next = booked.those(session, Which(kit_id=kit.id), most=MOST_BOOKED)
    told = views.KitCard(
        name=kit.name,
        code=short_codes.of(kit),
        sign=sign,
        state=state,
        lines=lines,
        booked=[booking_views.on_card(one, point) for one in booked_next],
        last=happenings.told(last[0], now=point.now, zone=point.zone) if last else None,
    )
    ways_on = [
        *(_to_lend(request, session, kit, shown, out) if parts else []),
        *_to_count(session, kit, shown),
        *_register(request, kit, parts),
    ]
    return views.card(told, buttons=ways_on)


def standing(request: Request, session: Session, of: Contents) -> tuple[str, str]:
    """The sign and the line that say how a kit stands."""
    parts, shown, _, loose = of
    if not shown:
        number = could_go(session, parts, request.act.now)
        goes = f"{number:,} can go out now" if number else "none can go out now"
        return (
            naming.PLENTY if number else naming.LOW,
            f"A template: which serials go is chosen at the pick-up. {goes[0].upper()}{goes[1:]}.",
        )
    away = [one for one in shown if one.where.state is not AssetState.AVAILABLE]
    holders = {one.where.location_id for one in away if one.where.checkout} | {one.holder_id for one in loose}
    if not away and not loose:
        return naming.AVAILABLE, f"Whole, in {naming.things(list(dict.fromkeys(said(one.where.location) for one in shown)))}."
    if len(away) == len(shown) and len(holders) == 1 and (held := away[0].where.checkout) is not None:
        return naming.out_sign(held, now=request.act.now), f"Out {_with(request, held)}, {reader(request).held(held)}."
    if len(away) == len(shown) and all(one.where.checkout for one in away):
        mine_first = sorted(of.out, key=lambda held: held.holder_id != request.act.by.location_id)
        with_each = dict.fromkeys(_with(request, held) for held in mine_first)
        return naming.REPORTED, f"Out in parts: {naming.things(list(with_each))}."
    number = len(away) + len(loose)
    return naming.REPORTED, f"Not whole: {number} of {len(parts)} {'is' if number == 1 else 'are'} not there."


def _with(request: Request, held: Held) -> str:
    return "with you" if held.holder_id == request.act.by.location_id else f"with {said(held.holder)}"


def could_go(session: Session, parts: Sequence[Part], now: datetime) -> int:
    """How many times what a template names is free now."""
    return min((_free(session, part, now) // part.quantity for part in parts), default=0)


def _free(session: Session, part: Part, now: datetime) -> int:
    """How much of an item is free for an hour at least, and in no kit."""
    if part.kind is not ItemKind.SERIALISED:
        return sum(level.free for level in levels.in_stores(session, part.variant_id))
    variant = catalog.variant(session, part.variant_id)
    return ONE * len(picking.free_serials(session, variant, now=now, until=now + timedelta(hours=1)))


def _item_line(session: Session, part: Part, now: datetime) -> str:
    free = _free(session, part, now)
    return f"• {said(counted(part.quantity, part.what, part.unit))}: {amount(free, part.unit) if free else 'none'} free in the stores"


def _to_lend(request: Request, session: Session, kit: Kit, shown: Sequence[Shown], out: Sequence[Held]) -> list[Block]:
    """The one right button for the viewer, and what else can be done with what is out."""
    by_holder = dict[int, list[Held]]()
    for one in sorted(out, key=lambda one: one.holder_id != request.act.by.location_id):
        by_holder.setdefault(one.holder_id, []).append(one)
    home = any(one.where.state is AssetState.AVAILABLE for one in shown)
    found = list[Block]()
    for holder_id, held in list(by_holder.items())[:MOST_HOLDERS]:
        own = holder_id == request.act.by.location_id
        label = "Complete" if home else "Return" if own else "Bring back"
        label = label if len(by_holder) == 1 or own else f"{label}: {held[0].holder}"
        found.append(views.return_button(label, kit.id, held, style=None if found else "primary"))
        if own and len(held) > 1:
            found.append(views.partly_button(kit.id, held))
        if any(one.asset_id is not None for one in held) and (own or _may_lend(request, session, held)):
            found.append(views.give_button(kit.id, held, None if own or len(by_holder) == 1 else held[0].holder))
    if not any(one.where.checkout for one in shown) and _gives(request, session, shown):
        found.append(pressed("Check out", "checkout.out", {"kit": kit.id}, style=None if found else "primary"))
    return [*found, pressed("Book", "booking.open", {"kit": kit.id}), calendar_button({"k": kit.id})]


def _may_lend(request: Request, session: Session, held: Sequence[Held]) -> bool:
    """Whether the viewer keeps all the locations that it left, and so hands it over at once."""
    return all(request.act.by.may(Permission.LEND, at=locations.get(session, one.source_id)) for one in held)


def _gives(request: Request, session: Session, shown: Sequence[Shown]) -> bool:
    try:
        for one in shown:
            sources.require_gives(request.act.by, locations.get(session, one.where.location_id))
    except NotAllowed:
        return False
    return True


def _register(request: Request, kit: Kit, parts: Sequence[Part]) -> list[Block]:
    """History for everybody; its label and its form for whoever keeps the register."""
    last = pressed("History", "history.page", {"of": "kit", "id": kit.id})
    if not request.act.by.may(Permission.CATALOG):
        return [last]
    offers = [Offer("Label", "/stock", f"label {quoted(f'kit {kit.name}')}"), Offer("Edit", "/stock", f"edit {quoted(f'kit {kit.name}')}")]
    makes = [pressed("Make a kit of it", "kit.make", {"kit": kit.id})] if parts and kits.is_template(parts) else []
    return [*makes, *(answers.offered(offer, number, token=request.act.token) for number, offer in enumerate(offers)), last]


def _to_count(session: Session, kit: Kit, shown: Sequence[Shown]) -> list[Block]:
    """Where a count is open: the parts that lie there, as one."""
    place = _case(session, shown)
    open_there = _count_at(session, place) if place is not None else None
    if place is None or open_there is None:
        return []
    number = sum(one.asset.location_id == place.id for one in shown)
    label = "Count it" if number == 1 else f"Count all {number}"
    return [pressed(label, "kit.count", {"kit": kit.id, "c": open_there.id, "at": place.id})]


def _case(session: Session, shown: Sequence[Shown]) -> Location | None:
    """The location where most of its parts lie."""
    there = Counter(one.asset.location_id for one in shown if one.where.checkout is None)
    return locations.get(session, there.most_common(1)[0][0]) if there else None


def _count_at(session: Session, place: Location) -> Stocktake | None:
    """The open count that a location is a part of."""
    for one in stocktake_reads.open_ones(session):
        if place.id in stocktake_reads.places(session, locations.get(session, one.location_id)):
            return one
    return None


@button("kit.show", needs=Permission.LOOK)
def show(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The card of a kit, from an answer or a list."""
    return card(request, session, kits.get(session, value["kit"]))


@button("kit.count", needs=Permission.TALLY)
def press_count(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Count all of a kit that is to lie in a location: whoever presses it has looked into the case."""
    stocktake, place = stocktake_reads.get(session, value["c"]), locations.get(session, value["at"])
    fixed = [assets.get(session, part.asset_id) for part in kits.parts_of(session, value["kit"]) if part.asset_id is not None]
    seen = [asset for asset in fixed if asset.location_id == place.id]
    posted, left_out = stocktaking.tally(session, request.act, stocktake, [], seen=seen, at=place)
    return counting.counted(session, stocktake, posted, left_out)
