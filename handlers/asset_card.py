"""The card of an asset, and who has it or had it. Nothing here changes anything."""

from collections.abc import Sequence

from sqlmodel import Session

from handlers import attesting, called, custom_inputs, giving, reported, terms_owed
from handlers.checkout import reader
from handlers.dates import Moment
from handlers.routes import Offer, Reply, Request, sentence
from handlers.typed import quoted
from handlers.views import answers, happenings
from handlers.views import asset as views
from handlers.views import booking as booking_views
from handlers.views import waiting as waiting_views
from handlers.views.due import Reader
from handlers.views.holding import extend_button, give_button, return_button
from handlers.views.parts import Block, button, said
from handlers.views.repairs import open_line
from handlers.views.week import calendar_button
from models import approvals, booked, catalog, custody, custom_fields, history, kits, locations, sources, waiting_for
from models.assets import Asset, AssetState
from models.booked import Which
from models.caches import Line
from models.checkouts import Held
from models.custom_fields import About
from models.kits import Kit
from models.locations import Location, LocationKind
from models.members import Permission
from models.quantities import ONE
from models.refusals import NotAllowed
from models.waiting_for import InLine

#: The card tells of so many bookings; the list of them tells all.
MOST_BOOKED = 3


def card(request: Request, session: Session, asset: Asset, *, date: Moment | None = None) -> Reply:
    """Everything about an asset with the buttons that fit the viewer; with a date, who had it then."""
    if date is not None:
        return _had(request, session, asset, date)
    asked = shown(request, session, asset)
    last = history.of_asset(session, asset.id, limit=1)
    point = reader(request)
    report = reported.of_asset(session, asset, point)
    line, kit = waiting_for.line_for(session, asset.variant_id, asset.id), kits.with_asset(session, asset.id)
    ways_on = _to_claim(request, line) if asked.where.state is AssetState.AVAILABLE else []
    offered, answers_to_it = giving.on_card(request, session, asset)
    told = views.card(
        asked,
        reported=open_line(report, point) if report is not None else None,
        offered=offered,
        last=happenings.told(last[0], now=point.now, zone=point.zone) if last else None,
        why_not=_why_not(request, session, asked),
        promised=[*_promised(session, asset, kit, point), *_in_line(request, asset, line), *attesting.on_card(session, asset.id, point)],
        buttons=[
            *(ways_on or _ways_on(request, session, asked)),
            *(answers_to_it or _give(request, session, asked)),
            *_to_come(asked),
            *_report(asked),
            _upkeep(asset),
            *([button("Its kit", "kit.show", {"kit": kit.id})] if kit is not None else []),
            *_edit(request, session, asset),
            _history(asset),
        ],
        reader=point,
    )
    category = custom_fields.category_of(session, About.ASSET, asset)
    if (held := asked.where.checkout) is not None:
        told = custom_inputs.on_card(request, session, told, About.CHECKOUT, category=category, of=held.id)
    return custom_inputs.on_card(request, session, told, About.ASSET, category=category, of=asset.id)


def _promised(session: Session, asset: Asset, kit: Kit | None, point: Reader) -> list[str]:
    """The kit that it belongs to, and who has booked it next."""
    booked_next = booked.those(session, Which(asset_id=asset.id), most=MOST_BOOKED)
    belongs = [f"Belongs to the kit {said(kit.name)}."] if kit is not None else []
    return belongs + [booking_views.on_card(one, point) for one in booked_next]


def _in_line(request: Request, asset: Asset, line: Sequence[InLine]) -> list[str]:
    """For whom it is held, and how many wait for it."""
    told = []
    for one in line:
        if one.asset_id == asset.id and one.claim_by_at is not None and one.claim_by_at > request.act.now:
            whom = None if one.holder_id == request.act.by.location_id else one.holder
            told.append(waiting_views.held_said(whom, one.claim_by_at, reader(request)))
    waits = waiting_views.waiting_said(len(line))
    return [" ".join([*told, waits])] if waits else []


def _to_come(asked: views.Shown) -> list[Block]:
    """Book and Calendar; and to wait for what somebody else has."""
    asset_id, state = asked.asset.id, asked.where.state
    if state in (AssetState.LOST, AssetState.RETIRED):
        return []
    queue = [button("Wait for it", "wait.join", {"asset": asset_id})] if state is not AssetState.AVAILABLE and not asked.mine else []
    return [*queue, button("Book", "booking.open", {"asset": asset_id}), calendar_button({"a": asset_id})]


@sentence(
    "/checkout",
    "/stock",
    says="who {asset} [on {date}]",
    needs=Permission.LOOK,
    does="says who has an asset, since when; with a date, who had it that day",
    examples=("who SN-1042", "who SN-1042 on 12 May"),
    aliases=("who has",),
)
def who(request: Request, session: Session, *, asset: Asset, date: Moment | None = None) -> Reply:
    """Who has it now, or everybody who had it on a day, in the asker's zone."""
    if date is not None:
        return _had(request, session, asset, date)
    asked = shown(request, session, asset)
    return views.who(asked, buttons=[*_ways_on(request, session, asked), _history(asset)], reader=reader(request))


def shown(request: Request, session: Session, asset: Asset) -> views.Shown:
    """An asset as its answers show it to whoever asks: where it is now, and whether that is with them."""
    where = custody.holder(session, asset)
    mine = where.location_id == request.act.by.location_id
    return views.Shown(asset, catalog.variant(session, asset.variant_id).name, where, mine)


def _had(request: Request, session: Session, asset: Asset, on: Moment) -> Reply:
    stays = custody.who_had(session, asset, on.start, on.end)
    return views.had(called.asset(session, asset), stays, on, mine=request.act.by.location_id, reader=reader(request))


def _ways_on(request: Request, session: Session, asked: views.Shown) -> list[Block]:
    """The one right button for the viewer, and Extend where they may; whoever may not does not see it."""
    place = locations.get(session, asked.where.location_id)
    held = asked.where.checkout
    if held is not None:
        return _while_out(request, session, held, mine=asked.mine)
    if asked.where.state is AssetState.AVAILABLE:
        return _to_check_out(request, session, asked.asset, place)
    whole = _repaired(request, asked, place)
    if asked.where.state is not AssetState.RETIRED and request.act.by.may(Permission.MOVE, at=place if place.ours else None):
        label = "Found" if asked.where.state is AssetState.LOST else "Move"
        place_it = button(label, "asset.place", {"asset": asked.asset.id}, style=None if whole else "primary")
        return [*whole, place_it]
    if asked.where.state is AssetState.LOST and request.act.by.location_id is not None:
        return [button("I have it", "asset.here", {"asset": asked.asset.id}, style="primary")]
    return whole


def _repaired(request: Request, asked: views.Shown, place: Location) -> list[Block]:
    """Repaired, for a keeper, of what is in repair or out of use."""
    broken = asked.where.state in (AssetState.IN_REPAIR, AssetState.OUT_OF_USE)
    if not broken or not request.act.by.may(Permission.MAINTAIN, at=place if place.ours else None):
        return []
    return [button("Repaired", "repaired.open", {"a": asked.asset.id}, style="primary")]


def _report(asked: views.Shown) -> list[Block]:
    if asked.where.state is AssetState.RETIRED:
        return []
    return [button("Report", "report.open", {"a": asked.asset.id})]


def _while_out(request: Request, session: Session, held: Held, *, mine: bool) -> list[Block]:
    back = return_button(held, own=mine, style="primary")
    may_extend = mine or request.act.by.may(Permission.LEND, at=locations.get(session, held.source_id))
    beside = terms_owed.beside(request, session, held, mine=mine)
    return [back, extend_button(held), *beside] if may_extend else [back, *beside]


def _give(request: Request, session: Session, asked: views.Shown) -> list[Block]:
    """Give, for whoever has it, and a keeper of where it left."""
    held = asked.where.checkout
    if asked.where.kind is not LocationKind.PERSON:
        return []
    store = locations.get(session, held.source_id) if held is not None else None
    may = asked.mine or (store is not None and request.act.by.may(Permission.LEND, at=store))
    return [give_button(asked.asset.id)] if may else []


def _to_claim(request: Request, line: Sequence[InLine]) -> list[Block]:
    """Claim, where it is held for the viewer, who has waited for it."""
    held = [one for one in line if one.holder_id == request.act.by.location_id and one.claim_by_at and one.claim_by_at > request.act.now]
    return [waiting_views.claim_button(one.id, one.holder) for one in held[:1]]


def _to_check_out(request: Request, session: Session, asset: Asset, place: Location) -> list[Block]:
    try:
        sources.require_gives(request.act.by, place)
    except NotAllowed:
        return []
    worth = approvals.value(session, [Line(asset.variant_id, ONE, place.id, place.id, asset.id)])
    item = catalog.item(session, catalog.variant(session, asset.variant_id).item_id)
    asks = approvals.policy_asks(session, item, value_minor=worth, days=0)
    return [button("Request" if asks else "Check out", "checkout.out", {"asset": asset.id}, style="primary")]


def _why_not(request: Request, session: Session, asked: views.Shown) -> str | None:
    """Why whoever asks is not offered to check it out, where it is not simply out."""
    if asked.where.state is not AssetState.AVAILABLE:
        return views.WHY_NOT.get(asked.where.state)
    try:
        sources.require_gives(request.act.by, locations.get(session, asked.where.location_id))
    except NotAllowed as refused:
        return refused.text
    return None


def _edit(request: Request, session: Session, asset: Asset) -> list[Block]:
    place = locations.get(session, asset.location_id)
    if not request.act.by.may(Permission.CATALOG, at=place if place.ours else None):
        return []
    return [answers.offered(Offer("Edit", "/stock", f"edit {quoted(asset.serial)}"), 0, token=request.act.token)]


def _upkeep(asset: Asset) -> Block:
    return button("Upkeep", "upkeep.page", {"a": asset.id})


def _history(asset: Asset) -> Block:
    return button("History", "history.page", {"of": "asset", "id": asset.id})
