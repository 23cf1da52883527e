"""Production: the question whether a run is covered, which moves nothing, and building."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date as day
from typing import Any

from sqlmodel import Session

from handlers import called, lot_words
from handlers.dates import Moment
from handlers.defaults import Place, bench_of
from handlers.forms import Form, told_under
from handlers.routes import Offer, Reply, Request, button, form, sentence
from handlers.stock import left as left_of
from handlers.typed import expand_serials, quoted
from handlers.views import answers, naming, paging
from handlers.views import production as views
from handlers.views.parts import Block, said
from handlers.views.parts import button as pressed
from handlers.views.production import Need, Some
from handlers.views.stock import Moved
from models import building, catalog, locations, lots, production, reorder
from models.building import Built
from models.catalog import ItemKind, Variant
from models.locations import Location
from models.members import Permission
from models.production import Feasibility
from models.quantities import said_number, typed
from models.times import from_micros, micros
from models.wording import counted


class BuildForm(Form):
    """What was filled in of what is built."""

    serials: str = ""
    lot: str | None = None
    expires: day | None = None
    note: str | None = None


@sentence(
    "/stock",
    says="can build {quantity} {variant} [at {location}]",
    needs=Permission.LOOK,
    does="says whether a run is covered, what is short, and how many can be built",
    examples=("can build 500 M8 hex bolt at Warehouse",),
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
    needs = sorted((_need(session, asked, one) for one in asked.run.needs), key=lambda need: (not need.short, not need.sinks))
    unit = asked.goods[variant.id].unit
    answer = views.Answer(
        what=Some(variant.name, unit, quantity),
        location=place.location.name,
        because=place.because,
        needs=needs[first : first + paging.PAGE],
        first=first,
        total=len(needs),
        short=[_some(asked, one, missing) for one, missing in asked.run.short.items()],
        most=Some(variant.name, unit, asked.most),
        limiting=[asked.goods[one].name for one in asked.limiting],
        second=[_some(asked, one, missing) for one, missing in asked.second.short.items()],
        kept=asked.run.covered and not asked.unkept(),
        carried={"v": variant.id, "q": int(quantity), "l": place.location.id},
    )
    return views.can_build(answer, _buttons(request, session, asked))


def _some(asked: Feasibility, variant_id: int, quantity: int) -> Some:
    one = asked.goods[variant_id]
    return Some(one.name, one.unit, quantity)


def _need(session: Session, asked: Feasibility, variant_id: int) -> Need:
    one, point, run = asked.goods[variant_id], asked.points.get(variant_id), asked.run
    instead = [_some(asked, other.variant_id, other.quantity) for other in run.instead if other.of_id == variant_id]
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
    if asked.run.covered and asked.unkept():
        carried = {"v": variant.id, "q": int(asked.quantity), "l": asked.location.id, "k": request.act.token()}
        keep = [pressed("Reserve the parts", "build.reserve", carried)]
    more = [*_fetching(request, session, asked), Offer("Bill of materials", "/stock", f"bom {quoted(variant.sku)}")]
    offered = [answers.offered(offer, number, token=request.act.token) for number, offer in enumerate([*build, *more])]
    return [*offered[: len(build)], *keep, *offered[len(build) :]]


def _fetching(request: Request, session: Session, asked: Feasibility) -> list[Offer]:
    """Bringing what is short from where the most of it lies, for who may."""
    offers = []
    for variant_id, missing in list(asked.run.short.items())[:2]:
        source = next((locations.get(session, lying.location_id) for lying in asked.elsewhere.get(variant_id, ())[:1]), None)
        if source is None or not request.act.by.may(Permission.MOVE, at=source):
            continue
        some = min(missing, asked.elsewhere[variant_id][0].free)
        way = f"from {quoted(called.found_as(session, source))} to {quoted(called.found_as(session, asked.location))}"
        sku = quoted(asked.goods[variant_id].sku)
        offers.append(Offer(f"Move {said_number(some)} from {source.name}", "/stock", f"move {said_number(some)} {sku} {way}"))
    return offers


@button("build.reserve", needs=Permission.RESERVE)
def reserve(request: Request, session: Session, *, value: Any) -> Reply:
    """Keeps what a run takes for that run: building it uses it up."""
    variant, location = catalog.variant(session, value["v"]), locations.get(session, value["l"])
    posted, before = building.reserve(session, request.act, variant=variant, quantity=value["q"], location=location)
    run = said(counted(value["q"], variant.name, before.goods[variant.id].unit))
    kept = naming.things([str(_some(before, one, quantity)) for one, quantity in before.run.takes.items()], most=3)
    return answers.changed(f"Reserved {kept} at {said(location.name)} for {run}.", "Building them uses it up.", entry=posted)


@sentence(
    "/stock",
    says="build {quantity} {variant} [at {location}] [lot {lot_code}] [expires {expires}] [using {using}] [on {date}] [note {note}]",
    needs=Permission.BUILD,
    does="builds something: takes what its bill of materials says, and puts it there; `using` names lots of components",
    examples=("build 500 M8 hex bolt at Warehouse", "build 20 M8 hex bolt at Warehouse lot W-7 using L-12"),
)
def build(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    location: Location | None = None,
    lot_code: str | None = None,
    expires: day | None = None,
    using: Sequence[str] = (),
    date: Moment | None = None,
    note: str | None = None,
) -> Reply:
    """Builds so many. What needs serials or a lot and has none yet is asked for in a form."""
    place, item = bench_of(session, request, variant, location), catalog.item(session, variant.item_id)
    if item.kind is ItemKind.SERIALISED or (item.lot_tracked and lot_code is None):
        carried = {"v": variant.id, "q": int(quantity), "l": place.location.id, "u": list(using), "d": micros(date.at) if date else None}
        return _ask(request, session, carried, note=note)
    built = building.build(
        session,
        request.act,
        variant=variant,
        quantity=quantity,
        location=place.location,
        lot=lot_words.named(lot_code, expires, None),
        using=using,
        happened_at=date.at if date else None,
        note=note,
    )
    return _done(request, session, built, because=place.because)


def _ask(request: Request, session: Session, carried: dict[str, Any], *, note: str | None) -> Reply:
    """The form for serials or a lot, once it is sure that the run is covered."""
    variant, location = catalog.variant(session, carried["v"]), locations.get(session, carried["l"])
    before = production.feasibility(session, request.act, variant=variant, quantity=carried["q"], location=location)
    if not before.run.covered:
        raise building.short(before)
    item = catalog.item(session, variant.item_id)
    shown = views.form(
        Some(variant.name, item.unit, carried["q"]),
        location.name,
        serials=item.kind is ItemKind.SERIALISED,
        lot=item.lot_tracked,
        note=note,
        carried=carried | {"k": request.act.token()},
    )
    return Reply(f"Build {variant.name}.", form=shown)


@form("build.make", needs=Permission.BUILD, fields=BuildForm)
def make(request: Request, session: Session, *, fields: BuildForm) -> Reply:
    """The form was sent. Everything is checked again as it is now."""
    carried = request.carried
    with told_under({"assets": "serials", "using": "lot"}):
        built = building.build(
            session,
            request.act,
            variant=catalog.variant(session, carried["v"]),
            quantity=carried["q"],
            location=locations.get(session, carried["l"]),
            serials=expand_serials(fields.serials),
            lot=lot_words.named(fields.lot, fields.expires, None),
            using=carried["u"],
            happened_at=from_micros(carried["d"]) if carried["d"] is not None else None,
            note=fields.note,
        )
    return _done(request, session, built)


def _done(request: Request, session: Session, built: Built, *, because: str | None = None) -> Reply:
    before, run = built.before, built.before.run
    unit = before.goods[before.variant.id].unit
    return views.built(
        Moved(built.posted, before.variant.name, unit, before.quantity, request.act.by.time_zone, _in_lot(request, session, built)),
        left_of(session, before.variant, before.location),
        went_in=[_went_in(request, session, built, one) for one in run.takes],
        made=[_some(before, one, quantity) for one, quantity in run.makes.items()],
        instead=[(_some(before, one.variant_id, one.quantity), before.goods[one.of_id].name) for one in run.instead],
        because=because,
        warning=lot_words.kept_back(session, built.posted, lot_words.day_of(request)),
    )


def _in_lot(request: Request, session: Session, built: Built) -> str:
    """The lot of what was made, for the end of a sentence, escaped."""
    of_lot = [line.lot_id for line in built.posted.lines if line.variant_id == built.before.variant.id and line.lot_id]
    return f", lot {said(lots.said(lots.get(session, of_lot[0]), lot_words.day_of(request)))}" if of_lot else ""


def _went_in(request: Request, session: Session, built: Built, variant_id: int) -> views.WentIn:
    of_lots = defaultdict[int, int](int)
    for line in built.went_in:
        if line.variant_id == variant_id and line.lot_id is not None:
            of_lots[line.lot_id] += line.quantity
    named, today = lots.by_id(session, list(of_lots)), lot_words.day_of(request)
    quantity = built.before.run.takes[variant_id]
    return views.WentIn(
        _some(built.before, variant_id, quantity),
        left=built.before.on_hand(variant_id) - quantity,
        low=reorder.low_at(session, variant_id, built.before.location.id),
        lots=[(lots.said(named[lot_id], today), part) for lot_id, part in of_lots.items()],
    )
