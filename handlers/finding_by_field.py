"""`find`: things and records by what custom fields say of them, a page at a time. Nothing here changes anything."""

from typing import Any

from sqlmodel import Session

from handlers import called, custom_query
from handlers.checkout import reader
from handlers.meant import to_say
from handlers.routes import Offer, Reply, Request, button, sentence
from handlers.speaking import Declined
from handlers.typed import quoted
from handlers.views import answers, happenings
from handlers.views import custom_fields as views
from handlers.views.paging import PAGE, pager
from handlers.views.parts import button as button_to
from handlers.views.parts import said
from models import (
    assets,
    catalog,
    checkouts,
    custom_fields,
    custom_kinds,
    custom_search,
    custom_values,
    finding,
    history,
    locations,
    lot_names,
    lots,
    maintenance,
)
from models.custom_fields import About
from models.custom_search import Hit
from models.members import Permission
from models.refusals import NotFound


@sentence(
    "/stock",
    "/checkout",
    says="find {query}",
    needs=Permission.LOOK,
    does="lists what custom fields say something of: before or after a day, above or below a number, or simply that",
    examples=("find calibrated before 1 Dec", "find color:black and weight above 2"),
)
def find(request: Request, session: Session, *, query: str) -> Reply:
    """What is found by its custom fields, by what they say; where nothing is known by such a field, a thing of that name may be meant."""
    try:
        return _page(request, session, query, first=0)
    except NotFound as unknown:
        raise Declined(unknown, [to_say(request.command, query)], more=True) from unknown


@button("find.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of what was found."""
    reply = _page(request, session, value["q"], first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, query: str, *, first: int) -> Reply:
    conditions = custom_query.asked(request, session, query)
    hits, total = custom_search.found(session, conditions, first=first, most=PAGE)
    lines = [_line(request, session, hit, number) for number, hit in enumerate(hits)]
    whole = button_to("As CSV", "find.file", {"q": query})
    turn = pager("find.page", {"q": query}, first=first, shown=len(hits), total=total, whole=whole)
    return views.found(query, lines, total=total, first=first, pager=turn)


def _line(request: Request, session: Session, hit: Hit, number: int) -> views.FoundLine:
    field = custom_fields.get(session, hit.field_id)
    words = custom_kinds.said(session, field.kind, custom_values.of(session, [field], hit.subject_id).get(field.id, []))
    name, shown = _called(request, session, hit)
    show = answers.offered(Offer("Show", "/stock", shown), number, token=request.act.token) if shown else None
    return views.FoundLine(name, field.name, views.told(field.kind, words), show)


def _called(request: Request, session: Session, hit: Hit) -> tuple[str, str | None]:  # noqa: PLR0911 - one a sort
    """What a thing or record is called, escaped, and the sentence that shows it."""
    match hit.about:
        case About.ASSET:
            asset = assets.get(session, hit.subject_id)
            where = locations.get(session, asset.location_id).name
            return f"{called.asset(session, asset)}, {said(where)}", quoted(f"asset {asset.serial}")
        case About.ITEM:
            name = catalog.item(session, hit.subject_id).name
            return said(name), quoted(f"item {name}")
        case About.LOT:
            lot = lots.get(session, hit.subject_id)
            of = catalog.variant(session, lot.variant_id).name
            return said(f"lot {lot.code} of {of}"), quoted(f"lot {lot_names.found_as(session, lot)}")
        case About.LOCATION:
            location = locations.get(session, hit.subject_id)
            return said(location.name), quoted(f"location / {finding.path_of(session, location)}")
        case About.CHECKOUT:
            return _checkout(request, session, hit.subject_id)
        case About.MAINTENANCE:
            asset = assets.get(session, maintenance.get(session, hit.subject_id).asset_id)
            return f"upkeep of {called.asset(session, asset)}", f"upkeep {quoted(asset.serial)}"
        case About.ENTRY:
            point = reader(request)
            (entry,) = history.of_entries(session, [hit.subject_id])
            return happenings.told(entry, now=point.now, zone=point.zone), None


def _checkout(request: Request, session: Session, checkout_id: int) -> tuple[str, str | None]:
    """What was lent, to whom it was, and since when."""
    checkout = checkouts.get(session, checkout_id)
    asset = assets.get(session, checkout.asset_id) if checkout.asset_id else None
    what = called.asset(session, asset) if asset else said(catalog.variant(session, checkout.variant_id).name)
    holder = said(locations.get(session, checkout.holder_id).name)
    since = reader(request).time(checkout.out_at)
    back = "; it is back" if checkout.closed_at is not None else ""
    return f"{what}, checked out to {holder} {since}{back}", quoted(f"asset {asset.serial}") if asset else None
