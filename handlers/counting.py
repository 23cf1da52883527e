"""Stocktakes: a count of a location is opened, whoever presses Count is dealt lines, and says what they find."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import called, lot_words
from handlers.forms import Form, told_under
from handlers.routes import Press, Reply, Request, button, form, sentence
from handlers.speaking import Declined
from handlers.typed import expand_serials
from handlers.views import answers
from handlers.views import counting as views
from handlers.views.parts import button as pressed
from handlers.views.parts import said
from models import assets, catalog, dealing, due_counts, finding, history, kits, locations, members, notices, stocktake_reads, stocktaking
from models.assets import Asset
from models.catalog import Category
from models.kit_names import kits_exactly
from models.ledger import Posted
from models.locations import Location
from models.members import Permission, Role
from models.outbox import Leased
from models.quantities import ONE
from models.refusals import Conflict, FieldProblems, Refusal
from models.stocktake_reads import Line
from models.stocktakes import Stocktake
from models.stocktaking import Said
from models.workspace import workspace

#: A select offers so many places.
MOST_PLACES = 100


@sentence(
    "/stock",
    says="count at {location} [category {category}]",
    needs=Permission.COUNT,
    does="opens a count of all that lies in a location, or of a category: whoever joins is dealt lines, and an approver books what differs",
    examples=("count at Warehouse", "count at Warehouse category Fasteners"),
)
def open_count(request: Request, session: Session, *, location: Location, category: Category | None = None) -> Reply:
    """Opens a count; one that is open there already is shown."""
    return opened(request, session, location, category=category)


def opened(request: Request, session: Session, location: Location, *, category: Category | None = None, due: bool = False) -> Reply:
    """A count is opened, or the one of the same things that is open there is shown."""
    known = stocktake_reads.overlapping(session, location)
    same = (location.id, category.id if category else None, due)
    if known is not None and (known.location_id, known.category_id, known.due) == same:
        return _card(request, session, known)
    try:
        made, posted = stocktaking.open_count(session, request.act, location, category=category, due=due)
    except Conflict as refused:
        raise Declined(refused, [Press("Show it", "stocktake.show", {"c": known.id})] if known is not None else []) from refused
    count = told(session, made)
    what = f"Opened the {said(count.name[0].lower() + count.name[1:])}: {views.lines(count.lines)}."
    counts = pressed("Count", "stocktake.count", {"c": made.id}, style="primary")
    return answers.changed(what, f"{_where(session, location)} Whoever presses Count is dealt lines.", entry=posted, extra=[counts])


def _where(session: Session, location: Location) -> str:
    channel = notices.audience(session, Role.KEEPER, at=location)
    named = next((f"<#{one}>" for one, _ in channel if one), None)
    if named is None:
        return "Its card goes to the keepers there, and `/stock counts` shows it to everybody."
    return f"Its card and its thread are in {named}."


@sentence(
    "/stock",
    says="counts",
    needs=Permission.LOOK,
    does="lists the counts that are open, with how far they are, and those that are due",
    examples=("counts",),
)
def listing(request: Request, session: Session) -> Reply:
    """The open counts, and where something is due."""
    counts = [told(session, one) for one in stocktake_reads.open_ones(session)]
    free = [one for one in due_counts.planned(session) if stocktake_reads.overlapping(session, one) is None]
    may = [request.act.by.may(Permission.COUNT, at=one) for one in free]
    due = [
        views.Due(one.name, one.id, due_counts.by_class(session, one, request.act.now), counts)
        for one, counts in zip(free, may, strict=True)
    ]
    return views.listing(counts, [one for one in due if one.of], last=stocktake_reads.last(session))


@button("stocktake.show", needs=Permission.LOOK)
def show(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The card of a count, from the list or its location."""
    return _card(request, session, stocktake_reads.get(session, value["c"]))


def _card(request: Request, session: Session, stocktake: Stocktake) -> Reply:
    """The card for one reader."""
    by, place = request.act.by, locations.get(session, stocktake.location_id)
    keeps, decides = by.may(Permission.COUNT, at=place), by.may(Permission.APPROVE, at=place)
    return views.card(told(session, stocktake), zone=by.time_zone, keeps=keeps, decides=decides)


def told(session: Session, stocktake: Stocktake) -> views.CountCard:
    """A stocktake in people's words."""
    every = stocktake_reads.lines(session, stocktake)
    return views.CountCard(
        id=stocktake.id,
        location=locations.get(session, stocktake.location_id).name,
        of=session.get_one(Category, stocktake.category_id).name if stocktake.category_id else "what is due" if stocktake.due else None,
        state=stocktake.state,
        by=members.get(session, stocktake.by_id).name,
        opened_at=stocktake.opened_at,
        ended_by=members.get(session, stocktake.ended_by_id).name if stocktake.ended_by_id else None,
        ended_at=stocktake.ended_at,
        note=stocktake.note,
        lines=len(every),
        agreed=sum(line.difference is not None for line in every),
        again=sum(line.again for line in every),
        disputed=sum(line.disputed for line in every),
        differing=sum(bool(line.difference) for line in every),
        counters=stocktake_reads.counters(every),
        last=history.last_about(session, "stocktakes", stocktake.id) or 0,
    )


def card_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """The card where the location's messages go, as the count stands now."""
    count = told(session, stocktake_reads.get(session, notice.subject_id))
    if notice.superseded:
        return views.superseded(count)
    return views.card(count, zone=notice.time_zone or workspace(session).time_zone)


@button("stocktake.count", needs=Permission.TALLY)
def press_count(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Count: whoever presses it takes part, and is dealt their next lines; when nobody else is there, their own once more."""
    return _dealt(request, session, stocktake_reads.get(session, value["c"]), own=bool(value.get("own")))


@button("stocktake.over", needs=Permission.TALLY)
def press_over(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Takes over what others have not finished."""
    stocktake = stocktake_reads.get(session, value["c"])
    dealing.take_over(session, request.act, stocktake)
    return _dealt(request, session, stocktake)


@button("stocktake.back", needs=Permission.TALLY)
def press_back(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Gives back what they have not finished."""
    stocktake = stocktake_reads.get(session, value["c"])
    number = dealing.give_back(session, request.act, stocktake)
    notices.touch(session, {"stocktakes": [stocktake.id]})
    return Reply("", form=views.given_back(told(session, stocktake), number))


def _dealt(request: Request, session: Session, stocktake: Stocktake, *, own: bool = False) -> Reply:
    page = dealing.deal(session, request.act, stocktake, own=own)
    notices.touch(session, {"stocktakes": [stocktake.id]})
    count = told(session, stocktake)
    if not page:
        others = dealing.others_with(stocktake_reads.lines(session, stocktake), request.act.by.id)
        return Reply("", form=views.nothing_left(count, others))
    carried = {"k": request.act.token(), "c": stocktake.id, "l": [[line.id, len(line.found)] for line in page]}
    decides = request.act.by.may(Permission.APPROVE, at=locations.get(session, stocktake.location_id))
    return Reply("", form=views.page(count, page, decides=decides, carried=carried))


class PageForm(Form):
    """What was ticked on a page of assets; quantities stand in the fields of the lines."""

    here: tuple[str, ...] = ()
    rest: str | None = None
    serials: str | None = None


@form("stocktake.lines", needs=Permission.TALLY, fields=PageForm)
def send_page(request: Request, session: Session, *, fields: PageForm) -> Reply:
    """A page was counted, all of it or a part. Of assets those that are not ticked are told of as one, unless all are."""
    stocktake = stocktake_reads.get(session, request.carried["c"])
    dealing.require_open(session, request.act, stocktake)
    dealt = {line.id: line for line in stocktake_reads.lines(session, stocktake)}
    page = [(dealt[line_id], times) for line_id, times in request.carried["l"] if line_id in dealt]
    if "rest" in request.values:
        found = _ticked(page, fields)
        at = locations.get(session, page[0][0].key.location_id) if page else None
        posted, left_out = stocktaking.tally(session, request.act, stocktake, found, seen=_seen(session, fields.serials), at=at)
    else:
        posted, left_out = stocktaking.tally(session, request.act, stocktake, _quantities(request, session, page))
    return counted(session, stocktake, posted, left_out)


def _quantities(request: Request, session: Session, page: list[tuple[Line, int]]) -> list[Said]:
    """What stands in the fields; each mistake is told under its own."""
    found, problems = list[Said](), dict[str, str]()
    for line, times in page:
        name, typed = f"line_{line.id}", (request.values.get(f"line_{line.id}") or "").strip()
        if not typed:
            continue
        try:
            with told_under({"quantity": name}):
                quantity = called.quantity(session, catalog.variant(session, line.key.variant_id), typed)
                stocktaking.require_countable(line, quantity)
        except Refusal as refusal:
            problems[name] = refusal.text
        else:
            found.append(Said(line.id, quantity, times))
    if problems:
        raise FieldProblems(problems)
    if not found and page:
        raise Refusal("Fill in what you have counted; 0 where there is none.", field=f"line_{page[0][0].id}")
    return found


def _ticked(page: list[tuple[Line, int]], fields: PageForm) -> list[Said]:
    here = {int(one) for one in fields.here}
    left = sum(line.id not in here for line, _ in page)
    if left and fields.rest is None:
        which = "1 is not ticked: is it" if left == 1 else f"{left} are not ticked: are they"
        raise Refusal(f"{which} not here, or have you not looked yet?", field="rest")
    return [Said(line.id, ONE if line.id in here else 0, times) for line, times in page if line.id in here or fields.rest == views.NOT_HERE]


def _seen(session: Session, typed: str | None) -> list[Asset]:
    """The assets whose serials or codes were typed or scanned; the label of a kit is that of all in its case."""
    with told_under({"assets": "serials", "asset": "serials", "thing": "serials"}):
        codes = expand_serials(typed) if typed else []
        whole = {code: found[0] for code in codes if (found := kits_exactly(session, code))}
        single = [code for code in codes if code not in whole]
        parts = [part for kit in whole.values() for part in kits.parts_of(session, kit.id)]
        in_cases = [assets.get(session, part.asset_id) for part in parts if part.asset_id is not None]
        return in_cases + (finding.assets(session, single) if single else [])


def counted(session: Session, stocktake: Stocktake, posted: Posted, left_out: int) -> Reply:
    """What a counter has counted, and the button to the next lines."""
    number = sum(change.table == "tallies" for change in posted.changes)
    where = said(locations.get(session, stocktake.location_id).name)
    what = f"Counted {views.lines(number)} in {where}."
    meanwhile = f" {views.lines(left_out)} had gone to somebody else, or been counted, meanwhile." if left_out else ""
    following = pressed("Next lines", "stocktake.count", {"c": stocktake.id}, style="primary")
    return answers.changed(what, f"An approver sees what differs when all is counted.{meanwhile}", entry=posted, extra=[following])


class ExtraForm(Form):
    """What turned up, and where."""

    place: int
    variant: str | None = None
    quantity: str | None = None
    lot: str | None = None
    serials: str | None = None


@button("stocktake.extra", needs=Permission.TALLY)
def press_extra(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Something extra: asks what."""
    stocktake = stocktake_reads.get(session, value["c"])
    dealing.require_open(session, request.act, stocktake)
    ids = stocktake_reads.places(session, locations.get(session, stocktake.location_id))
    first = [stocktake.location_id, *(one for one in ids if one != stocktake.location_id)][:MOST_PLACES]
    names = locations.names(session, first)
    carried = {"k": request.act.token(), "c": stocktake.id}
    return Reply("", form=views.extra_form([(names[one], one) for one in first], carried=carried))


@form("stocktake.extra", needs=Permission.TALLY, fields=ExtraForm)
def send_extra(request: Request, session: Session, *, fields: ExtraForm) -> Reply:
    """Something turned up that nobody was dealt."""
    stocktake = stocktake_reads.get(session, request.carried["c"])
    place = locations.get(session, fields.place)
    if fields.serials:
        posted, left_out = stocktaking.tally(session, request.act, stocktake, [], seen=_seen(session, fields.serials), at=place)
        return counted(session, stocktake, posted, left_out)
    missing = {name: "Please fill this in." for name in ("variant", "quantity") if not getattr(fields, name)}
    if missing or not fields.variant or not fields.quantity:
        raise FieldProblems(missing)
    with told_under({"item": "variant", "location": "place"}):
        variant = finding.variant(session, fields.variant)
        quantity = called.quantity(session, variant, fields.quantity)
        lot = lot_words.named(fields.lot, None, None)
        posted = stocktaking.extra(session, request.act, stocktake, variant=variant, quantity=quantity, location=place, lot=lot)
    return counted(session, stocktake, posted, 0)


@button("stocktake.cancel", needs=Permission.COUNT)
def press_cancel(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Cancel: nothing is booked."""
    stocktake = stocktake_reads.get(session, value["c"])
    posted = stocktaking.cancel(session, request.act, stocktake)
    return answers.changed(
        f"Cancelled the count of {said(locations.get(session, stocktake.location_id).name)}.", "Nothing was booked.", entry=posted
    )
