"""Repairs: anybody reports what is broken, keepers decide what happens with it, and it goes to a workshop or vendor and comes back."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from handlers import called, custom_inputs, reported, unkept
from handlers.attaching import Sent, adding
from handlers.checkout import promised, reader, zone_of
from handlers.forms import Form
from handlers.item_form import cost as in_money
from handlers.routes import Reply, Request, button, form, sentence
from handlers.suggesting import findable
from handlers.views import answers
from handlers.views import repairs as views
from handlers.views.custody import Was
from handlers.views.due import Reader
from handlers.views.parts import button as pressed
from handlers.views.parts import said
from models import assets, custody, finding, history, locations, maintenance, repairs, times
from models.assets import Asset, AssetState
from models.custom_fields import About, category_of
from models.ledger import Posted
from models.locations import Location
from models.members import Permission
from models.outbox import Leased
from models.refusals import Choice, Refusal
from models.times import DUE_TIME
from models.workspace import workspace


class ReportForm(Form):
    """What is wrong with what."""

    asset: str
    problem: str
    files: tuple[Sent, ...] = ()


class RepairForm(Form):
    """Where something is repaired, and when it is expected back."""

    location: str
    due: date | None = None
    note: str | None = None


class RepairedForm(Form):
    """What was done, what it cost, and where the thing goes back to."""

    note: str | None = None
    cost: str | None = None
    target: str | None = None
    files: tuple[Sent, ...] = ()


@sentence(
    "/checkout",
    says="report [{asset}] [{problem}]",
    needs=Permission.REPORT,
    does="says what is wrong with an asset: its keepers are told, and decide what happens",
    examples=('report SN-1042 "the hinge is loose"', "report SN-1042"),
)
def report(request: Request, session: Session, *, asset: Asset | None = None, problem: str | None = None) -> Reply:
    """Something is broken; without words for it, the form that asks for them."""
    if asset is None or problem is None:
        return _report_form(request, session, asset)
    return _reported(request, session, asset, problem)


@button("report.open", needs=Permission.REPORT)
def ask_what(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Report, on an asset's card."""
    return _report_form(request, session, assets.get(session, value["a"]))


def _report_form(request: Request, session: Session, asset: Asset | None) -> Reply:
    chosen = (assets.said(session, asset)[-75:], findable(asset.serial)) if asset is not None else None
    open_now = maintenance.open_of(session, asset.id) if asset is not None else None
    known = f"It is reported already: {views.quoted(open_now.problem)}. Add what is new." if open_now and open_now.problem else ""
    return Reply("What is wrong?", form=views.report_form(chosen, known=known, carried={"k": request.act.token()}))


@form("report.send", needs=Permission.REPORT, fields=ReportForm)
def send_report(request: Request, session: Session, *, fields: ReportForm) -> Reply:
    """The form was sent."""
    return _reported(adding(request, fields.files), session, finding.asset(session, fields.asset), fields.problem)


def _reported(request: Request, session: Session, asset: Asset, problem: str) -> Reply:
    _, posted = repairs.report(session, request.act, asset=asset, problem=problem)
    mine = asset.location_id == request.act.by.location_id
    remains = f"Its keepers are told and decide what happens.{' Until then it stays with you.' if mine else ''}"
    return answers.changed(f"Reported {called.asset(session, asset)}: {views.quoted(posted.note)}.", remains, entry=posted)


@button("report.keep", needs=Permission.MAINTAIN)
def press_keep(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Keep in use, on the card of a report."""
    record = maintenance.get(session, value["m"])
    posted = repairs.keep_in_use(session, request.act, record=record)
    asset = assets.get(session, record.asset_id)
    where = custody.holder(session, asset)
    stays = f"It stays with {said(where.location)}." if where.checkout else "It can be checked out."
    return answers.changed(f"{called.asset(session, asset)} is kept in use.", f"{stays} Its report stays open.", entry=posted)


@button("report.stop", needs=Permission.MAINTAIN)
def press_stop(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Take out of use, on the card of a report."""
    record = maintenance.get(session, value["m"])
    was = _was(session, assets.get(session, record.asset_id))
    posted = repairs.take_out_of_use(session, request.act, record=record)
    let_down = unkept.said(request, session, posted, [assets.get(session, record.asset_id)])
    remains = filter(None, ["Nobody is lent it until it is repaired.", was.ended(reader(request)), let_down])
    return answers.changed(f"Took {was.name} out of use.", " ".join(remains), entry=posted)


@sentence(
    "/checkout",
    says="repair {asset} [at {location}] [until {until}] [note {note}]",
    needs=Permission.MAINTAIN,
    does="sends an asset to a workshop or a vendor: nobody is lent it until it is back",
    examples=("repair SN-1042", 'repair SN-1042 at Workshop until friday note "new hinge"'),
)
def repair(
    request: Request, session: Session, *, asset: Asset, location: Location | None = None, until: str | None = None, note: str | None = None
) -> Reply:
    """Something goes to be repaired; to the only workshop, unless somebody says where."""
    place = location or _only_workshop(session)
    due = promised(request, until, zone_of(session, request, asset.location_id))
    alone = "" if location else " (the only workshop)"
    return _sent(request, session, asset, place, expected=due.at if due else None, note=note, alone=alone)


def _only_workshop(session: Session) -> Location:
    found = locations.workshops(session, limit=5)
    if len(found) == 1:
        return found[0]
    choices = tuple(Choice(f"At {one.name}", "location", called.found_as(session, one)) for one in found)
    text = "Say which workshop or vendor repairs it." if found else "There is no workshop yet. Name a vendor, or add a workshop."
    raise Refusal(text, field="location", choices=choices)


@button("repair.open", needs=Permission.MAINTAIN)
def ask_where(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Send to repair, on a card: asks where."""
    asset = assets.get(session, value["a"])
    found = locations.workshops(session, limit=2)
    place = (found[0].name[:75], findable(called.found_as(session, found[0]))) if len(found) == 1 else None
    held = custody.holder(session, asset).checkout
    ends = f"The checkout to {said(held.holder)} ends. " if held else ""
    carried = {"k": request.act.token(), "a": asset.id}
    return Reply("", form=views.repair_form(called.asset(session, asset), place, ends=ends, carried=carried))


@form("repair.send", needs=Permission.MAINTAIN, fields=RepairForm)
def send_to_repair(request: Request, session: Session, *, fields: RepairForm) -> Reply:
    """The form was sent."""
    asset = assets.get(session, request.carried["a"])
    place = finding.location(session, fields.location, request.act.by, field="location")
    zone = zone_of(session, request, asset.location_id)
    expected = times.due(datetime.combine(fields.due, DUE_TIME), zone).at if fields.due else None
    return _sent(request, session, asset, place, expected=expected, note=fields.note)


def _sent(
    request: Request,
    session: Session,
    asset: Asset,
    place: Location,
    *,
    expected: datetime | None,
    note: str | None,
    alone: str = "",
) -> Reply:
    was, point = _was(session, asset), reader(request)
    posted = repairs.send_to_repair(session, request.act, asset=asset, target=place, expected_at=expected, note=note)
    what = f"Sent {was.name} to {said(place.name)} for repair{alone}{views.said_when(expected, point)}."
    remains = "Nobody is lent it until a keeper says that it is repaired."
    return answers.changed(
        what,
        " ".join(filter(None, [remains, was.ended(point), unkept.said(request, session, posted, [asset])])),
        entry=posted,
        extra=[pressed("Repaired", "repaired.open", {"a": asset.id})],
    )


@sentence(
    "/checkout",
    says="repaired {asset} [to {target}] [cost {cost}] [note {note}]",
    needs=Permission.MAINTAIN,
    does="says that an asset is whole again: from repair it goes back to where it left",
    examples=("repaired SN-1042", 'repaired SN-1042 cost 120 note "new hinge"'),
)
def repaired(
    request: Request, session: Session, *, asset: Asset, target: Location | None = None, cost: int | None = None, note: str | None = None
) -> Reply:
    """Something is whole again."""
    was = custody.holder(session, asset).location
    posted = repairs.repaired(session, request.act, asset=asset, target=target, cost_minor=cost, note=note)
    return _whole(session, asset, was, posted)


@button("repaired.open", needs=Permission.MAINTAIN)
def ask_what_was_done(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Repaired, on a card: asks what was done, what it cost and where it goes."""
    asset = assets.get(session, value["a"])
    home = repairs.home_of(session, asset)
    back = (home.name[:75], findable(called.found_as(session, home))) if home else None
    in_repair = custody.state_of(session, asset) is AssetState.IN_REPAIR
    carried = {"k": request.act.token(), "a": asset.id}
    name, currency = called.asset(session, asset), workspace(session).currency
    shown = views.repaired_form(name, back, in_repair=in_repair, currency=currency, carried=carried)
    category = category_of(session, About.ASSET, asset)
    return Reply("", form=custom_inputs.asking(request, session, shown, About.MAINTENANCE, category=category))


@form("repaired.send", needs=Permission.MAINTAIN, fields=RepairedForm)
def send_repaired(request: Request, session: Session, *, fields: RepairedForm) -> Reply:
    """The form was sent."""
    asset = assets.get(session, request.carried["a"])
    target = finding.location(session, fields.target, request.act.by, field="target") if fields.target else None
    request = custom_inputs.saying(adding(request, fields.files))
    return repaired(request, session, asset=asset, target=target, cost=in_money(session, fields.cost), note=fields.note)


def _whole(session: Session, asset: Asset, was: str, posted: Posted) -> Reply:
    record = maintenance.get(session, next(change.id for change in posted.changes if change.table == maintenance.RECORDS.name))
    name, where = called.asset(session, asset), custody.holder(session, asset)
    what = f"{name} is repaired: {views.ended(record)}."
    back = f"It is back in {said(where.location)}, from {said(was)}." if posted.lines else ""
    return answers.changed(what, f"{back} It is {where.state} there.".strip() if back else "It can be used again.", entry=posted)


def card_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The card for keepers, as the report stands now; an earlier one of the same report shrinks to a line."""
    point = Reader(now, notice.time_zone or workspace(session).time_zone)
    told = reported.told(session, maintenance.get(session, notice.subject_id), point)
    return views.superseded(told) if notice.superseded else views.card(told, point)


def ended_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """Whoever had what was taken out of use is told."""
    (entry,) = history.of_entries(session, [notice.subject_id])
    return views.checkout_ended(entry, entry.lines[0].target if entry.lines else None)


def whole_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """Whoever reported it is told that it is repaired."""
    (entry,) = history.of_entries(session, [notice.subject_id])
    record = maintenance.closed_by(session, entry.id)
    return views.whole_again(called.asset(session, assets.get(session, record.asset_id)), record, entry)


def _was(session: Session, asset: Asset) -> Was:
    where = custody.holder(session, asset)
    return Was(called.asset(session, asset), where.location, where.checkout)
