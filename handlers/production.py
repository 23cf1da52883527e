"""The question whether a run is covered: answering it moves nothing, and its buttons build, reserve, fetch and order."""

from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called, item_card
from handlers.defaults import Place, bench_of
from handlers.routes import Offer, Reply, Request, button, sentence
from handlers.typed import quoted
from handlers.views import answers, naming, paging
from handlers.views import production as views
from handlers.views.parts import Block, said
from handlers.views.parts import button as pressed
from handlers.views.production import Need, Some
from models import building, catalog, locations, production, sources, suppliers
from models.catalog import Variant
from models.locations import Location
from models.members import Permission
from models.production import Feasibility
from models.quantities import said_number, typed
from models.refusals import NotAllowed
from models.times import local_day
from models.wording import counted

#: So many ways to bring something are offered.
MOST_FETCHED = 2


@sentence(
    "/stock",
    says="can build {quantity} {variant} [at {location}]",
    needs=Permission.LOOK,
    does="says whether a run is covered, what is short, and how many can be built",
    examples=("can build 500 Site lamp at Warehouse",),
)
def can_build(request: Request, session: Session, *, quantity: int, variant: Variant, location: Location | None = None) -> Reply:
    """Whether so many can be built, and what is left then. Nothing is moved by asking."""
    place = bench_of(session, request, variant, location)
    return _answer(request, session, quantity, variant, place, first=0)


@button("build.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of the components of a run."""
    place = Place(locations.get(session, value["l"]))
    reply = _answer(request, session, value["q"], catalog.variant(session, value["v"]), place, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _answer(request: Request, session: Session, quantity: int, variant: Variant, place: Place, *, first: int) -> Reply:
    asked = production.feasibility(session, request.act, variant=variant, quantity=quantity, location=place.location)
    today = local_day(request.act.now, request.act.by.time_zone)
    needs = sorted((_need(session, asked, one, today) for one in asked.run.needs), key=lambda need: (not need.short, not need.sinks))
    unit = asked.goods[variant.id].unit
    answer = views.Answer(
        what=Some(variant.name, unit, quantity),
        location=place.location.name,
        because=place.because,
        needs=needs[first : first + paging.PAGE],
        first=first,
        total=len(needs),
        short=[some(asked, one, missing) for one, missing in asked.run.short.items()],
        most=Some(variant.name, unit, asked.most),
        limiting=[asked.goods[one].name for one in asked.limiting],
        second=[some(asked, one, missing) for one, missing in asked.second.short.items()],
        kept=asked.run.covered and not asked.unkept(),
        carried={"v": variant.id, "q": int(quantity), "l": place.location.id},
    )
    return views.can_build(answer, _buttons(request, session, asked))


def some(asked: Feasibility, variant_id: int, quantity: int) -> Some:
    one = asked.goods[variant_id]
    return Some(one.name, one.unit, quantity)


def _need(session: Session, asked: Feasibility, variant_id: int, today: date) -> Need:
    one, point, run = asked.goods[variant_id], asked.points.get(variant_id), asked.run
    instead = [some(asked, other.variant_id, other.quantity) for other in run.instead if other.of_id == variant_id]
    taken = run.takes.get(variant_id, 0)
    elsewhere = point is not None and point.location_id != asked.location.id
    return Need(
        name=one.name,
        unit=one.unit,
        needed=run.needs[variant_id],
        on_hand=asked.on_hand(variant_id),
        free=asked.free(variant_id),
        taken=taken,
        made=run.makes.get(variant_id, 0),
        instead=instead,
        short=run.short.get(variant_id, 0),
        low=point.low if point else None,
        then=point.on_hand - taken if point else 0,
        counted_at=_point_at(session, point.location_id) if point and elsewhere else "",
        elsewhere=[(lying.location, lying.free) for lying in asked.elsewhere.get(variant_id, ())],
        coming=[item_card.coming(one, today) for one in asked.coming.get(variant_id, ())],
    )


def _point_at(session: Session, location_id: int | None) -> str:
    return locations.get(session, location_id).name if location_id is not None else "all locations"


def _buttons(request: Request, session: Session, asked: Feasibility) -> list[Block]:
    """What can be done about it: build it, or as many as can be; keep its parts; bring what lies elsewhere; see what it is made of."""
    may, variant = request.act.by.may, asked.variant
    at = f"at {quoted(called.found_as(session, asked.location))}"
    build, keep = list[Offer](), list[Block]()
    if may(Permission.BUILD, at=asked.location) and (now := min(asked.quantity, asked.most)):
        label = f"Build {said_number(now)}" if now < asked.quantity else "Build"
        build = [Offer(label, "/stock", f"build {typed(now)} {quoted(variant.sku)} {at}")]
    if _may_keep(request, session, asked):
        carried = {"v": variant.id, "q": int(asked.quantity), "l": asked.location.id, "k": request.act.token()}
        keep = [pressed("Reserve the parts", "build.reserve", carried)]
    more = [
        *_fetching(request, session, asked),
        *_ordering(request, session, asked),
        Offer("Bill of materials", "/stock", f"bom {quoted(variant.sku)}"),
    ]
    offered = [answers.offered(offer, number, token=request.act.token) for number, offer in enumerate([*build, *more])]
    return [*offered[: len(build)], *keep, *offered[len(build) :]]


def _may_keep(request: Request, session: Session, asked: Feasibility) -> bool:
    """Whether there is something to keep for the run, all of it where this member may take from."""
    if not asked.run.covered:
        return False
    places = {place_id for _, place_id, _ in asked.unkept()}
    try:
        for place_id in places:
            sources.require_gives(request.act.by, locations.get(session, place_id))
    except NotAllowed:
        return False
    return bool(places)


def _fetching(request: Request, session: Session, asked: Feasibility) -> list[Offer]:
    """Bringing what is short, or has to be made for want of it, from where the most of it lies, for who may."""
    offers = []
    for variant_id, missing in [*asked.run.short.items(), *asked.run.makes.items()]:
        source = next((locations.get(session, lying.location_id) for lying in asked.elsewhere.get(variant_id, ())[:1]), None)
        if source is None or not request.act.by.may(Permission.MOVE, at=source):
            continue
        some, one = min(missing, asked.elsewhere[variant_id][0].free), asked.goods[variant_id]
        way = f"from {quoted(called.found_as(session, source))} to {quoted(called.found_as(session, asked.location))}"
        label = f"Bring {counted(some, one.name, one.unit)}"
        offers.append(Offer(label, "/stock", f"move {said_number(some)} {quoted(one.sku)} {way}"))
    return offers[:MOST_FETCHED]


def _ordering(request: Request, session: Session, asked: Feasibility) -> list[Offer]:
    """Ordering what is short and not to come anyway, for who may."""
    if not request.act.by.may(Permission.ORDER):
        return []
    coming = {variant_id: sum(one.quantity for one in those) for variant_id, those in asked.coming.items()}
    missing = {one: short - coming.get(one, 0) for one, short in asked.run.short.items() if short > coming.get(one, 0)}
    offers = []
    for variant_id, quantity in suppliers.to_order(session, dict(list(missing.items())[:2])).items():
        one = asked.goods[variant_id]
        sentence = f"order {said_number(quantity)} {quoted(one.sku)}"
        offers.append(Offer(f"Order {counted(quantity, one.name, one.unit)}", "/stock", sentence))
    return offers


@button("build.reserve", needs=Permission.RESERVE)
def reserve(request: Request, session: Session, *, value: Any) -> Reply:
    """Keeps what a run takes for that run: building it uses it up."""
    variant, location = catalog.variant(session, value["v"]), locations.get(session, value["l"])
    posted, before = building.reserve(session, request.act, variant=variant, quantity=value["q"], location=location)
    run = said(counted(value["q"], variant.name, before.goods[variant.id].unit))
    kept = naming.things([str(some(before, one, quantity)) for one, quantity in before.run.takes.items()], most=3)
    return answers.changed(f"Reserved {kept} at {said(location.name)} for {run}.", "Building them uses it up.", entry=posted)
