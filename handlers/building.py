"""Building: so many of something, of what its bill of materials says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date as day
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import lot_words
from handlers.dates import Moment
from handlers.defaults import bench_of
from handlers.forms import Form, told_under
from handlers.production import some
from handlers.routes import Reply, Request, form, sentence
from handlers.stock import left as left_of
from handlers.typed import expand_serials
from handlers.views import production as views
from handlers.views.parts import said
from handlers.views.production import Some
from handlers.views.stock import Moved
from models import building, catalog, locations, lots, production, reorder
from models.building import Built
from models.catalog import ItemKind, Variant
from models.locations import Location
from models.members import Permission
from models.times import from_micros, micros


class BuildForm(Form):
    """What was filled in of what is built."""

    serials: str = ""
    lot: str | None = None
    expires: day | None = None
    note: str | None = None


@sentence(
    "/stock",
    says="build {quantity} {variant} [at {location}] [lot {lot_code}] [expires {expires}] [using {using}] [on {date}] [note {note}]",
    needs=Permission.BUILD,
    does="builds something: takes what its bill of materials says, and puts it there; `using` names lots of components",
    examples=("build 500 Site lamp at Warehouse", "build 20 Site lamp at Warehouse lot SL-8 using H-31"),
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
    before = production.feasibility(
        session, request.act, variant=variant, quantity=carried["q"], location=location, happened_at=_happened_at(carried)
    )
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


def _happened_at(carried: Mapping[str, Any]) -> datetime | None:
    return from_micros(carried["d"]) if carried["d"] is not None else None


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
            happened_at=_happened_at(carried),
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
        made=[some(before, one, quantity) for one, quantity in run.makes.items()],
        instead=[(some(before, one.variant_id, one.quantity), before.goods[one.of_id].name) for one in run.instead],
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
        some(built.before, variant_id, quantity),
        left=built.before.on_hand(variant_id) - quantity,
        low=reorder.low_at(session, variant_id, built.before.location.id),
        lots=[(lots.said(named[lot_id], today), part) for lot_id, part in of_lots.items()],
    )
