"""Upkeep: what is due, what was done to an asset, closing it with an outcome, and the messages that remind of it."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from handlers import custom_inputs
from handlers.attaching import Sent, adding
from handlers.dates import say_day
from handlers.forms import Form
from handlers.item_form import cost as in_money
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import answers, naming, replacing
from handlers.views import upkeep as views
from handlers.views.paging import PAGE
from handlers.views.parts import said
from models import assets, attachments, custody, keeping_up, locations, maintenance, members, schedules
from models.assets import Asset, AssetState
from models.custom_fields import About, category_of
from models.ledger import Posted
from models.maintenance import MaintenanceRecord, UpkeepSchedule
from models.members import Permission
from models.outbox import Leased
from models.refusals import Choice, Refusal
from models.schedules import Upcoming
from models.times import local_day
from models.workspace import workspace


class DoneForm(Form):
    """How it went, and when it is due again."""

    note: str | None = None
    cost: str | None = None
    done_on: date | None = None
    next_on: date | None = None
    files: tuple[Sent, ...] = ()


@sentence(
    "/checkout",
    says="upkeep [{asset}]",
    needs=Permission.LOOK,
    does="lists what is due to be done to assets; of one, its repairs and services, and what they cost",
    examples=("upkeep", "upkeep SN-1042"),
)
def upkeep(request: Request, session: Session, *, asset: Asset | None = None) -> Reply:
    """What is due, or the upkeep of one asset."""
    return _due(request, session, first=0) if asset is None else _page(request, session, asset, first=0)


@button("upkeep.due", needs=Permission.LOOK)
def due_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of what is due."""
    reply = _due(request, session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _due(request: Request, session: Session, *, first: int) -> Reply:
    return views.due(schedules.soon(session, request.act.now), first=first, today=_today(session, request.act.now))


@button("upkeep.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The upkeep of an asset from its card, or another page in place of the one that is read."""
    reply = _page(request, session, assets.get(session, value["a"]), first=int(value.get("f", 0)))
    return Reply(reply.text, reply.blocks, replace="f" in value)


def _page(request: Request, session: Session, asset: Asset, *, first: int) -> Reply:
    today = _today(session, request.act.now)
    place = custody.answers_for(session, asset)
    retired = custody.state_of(session, asset) is AssetState.RETIRED
    shown = views.Page(
        assets.said(session, asset),
        asset.id,
        replacing.facts(asset, today, kept=not retired),
        schedules.of_asset(session, asset),
        [_past(request, session, one) for one in maintenance.of_asset(session, asset.id, first=first, most=PAGE)],
        maintenance.count_of(session, asset.id),
        maintenance.costs_of(session, asset.id),
        may_retire=place.ours and request.act.by.may(Permission.SCRAP, at=place),
        retired=retired,
    )
    return views.page(shown, first=first, today=today, may=request.act.by.may(Permission.MAINTAIN, at=place if place.ours else None))


def _past(request: Request, session: Session, record: MaintenanceRecord) -> views.Past:
    place = locations.get(session, record.location_id).name if record.location_id else ""
    schedule = schedules.get(session, record.schedule_id).name if record.schedule_id else ""
    closed_by = members.get(session, record.closed_by_id).name if record.closed_by_id else ""
    files = attachments.of_row(session, maintenance.RECORDS.name, record.id)
    known = custom_inputs.told(request, session, About.MAINTENANCE, category=category_of(session, About.MAINTENANCE, record), of=record.id)
    return views.Past(record, members.get(session, record.by_id).name, closed_by, place, schedule, files, known)


@sentence(
    "/checkout",
    says="serviced {asset} [for {schedule}] [cost {cost}] [note {note}]",
    needs=Permission.MAINTAIN,
    does="says that what was due was done to an asset: with what outcome, and what it cost",
    examples=('serviced SN-1042 note "passed"', "serviced SN-1042 for calibration cost 80"),
)
def serviced(
    request: Request,
    session: Session,
    *,
    asset: Asset,
    schedule: str | None = None,
    cost: int | None = None,
    note: str | None = None,
) -> Reply:
    """What is done again and again was done."""
    one = _meant(session, asset, schedule)
    upcoming, posted = schedules.serviced(session, request.act, schedule=one, asset=asset, note=note, cost_minor=cost)
    return _done(request, session, upcoming, posted)


def _done(request: Request, session: Session, upcoming: Upcoming, posted: Posted) -> Reply:
    """What was done, and when it is due again."""
    today = _today(session, request.act.now)
    again = f"Due again on {say_day(upcoming.due_on, today=today)}." if upcoming.due_on else f"Due again {views.every(upcoming.schedule)}."
    words = f": “{said(posted.note)}”" if posted.note else ""
    what = f"{said(upcoming.schedule.name)} of {naming.asset(upcoming.name, upcoming.serial)} is done{words}."
    return answers.changed(what, again, entry=posted)


def _meant(session: Session, asset: Asset, typed: str | None) -> UpkeepSchedule:
    """The schedule that somebody means; what is due first where nothing is said and only one is there."""
    found = schedules.covering(session, asset)
    fitting = [one for one in found if typed is None or typed.casefold() in one.name.casefold()]
    exact = [one for one in fitting if typed is not None and one.name.casefold() == typed.casefold()]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    name = assets.said(session, asset)
    if not found:
        raise Refusal(f'Nothing is planned for {name}. Say "repaired" where it was broken.', field="asset")
    choices = tuple(Choice(one.name[:75], "schedule", one.name) for one in (fitting or found)[:5])
    raise Refusal(
        f"Several things are done to {name}. Which one?" if fitting else f"{name} has no {typed}.", field="schedule", choices=choices
    )


@button("serviced.open", needs=Permission.MAINTAIN)
def ask_how(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Done: asks for the outcome, the cost and the next time."""
    asset, today = assets.get(session, value["a"]), _today(session, request.act.now)
    one = next((each for each in schedules.of_asset(session, asset) if each.schedule.id == value["s"]), None)
    if one is None:
        raise Refusal(f"{schedules.get(session, value['s']).name} is not done to {assets.said(session, asset)} any more.")
    schedule, done_on = one.schedule, local_day(request.act.now, request.act.by.time_zone)
    next_on = schedules.later(done_on, schedule.every, schedule.unit)
    carried = {"k": request.act.token(), "s": schedule.id, "a": asset.id, "n": next_on.isoformat()}
    shown = views.done_form(one, today, done_on=done_on, next_on=next_on, currency=workspace(session).currency, carried=carried)
    category = category_of(session, About.ASSET, asset)
    return Reply("", form=custom_inputs.asking(request, session, shown, About.MAINTENANCE, category=category))


@form("serviced.send", needs=Permission.MAINTAIN, fields=DoneForm)
def send_done(request: Request, session: Session, *, fields: DoneForm) -> Reply:
    """The form was sent; a day that stands as it was filled in follows the schedule."""
    suggested = fields.next_on is not None and fields.next_on.isoformat() == request.carried["n"]
    upcoming, posted = schedules.serviced(
        session,
        custom_inputs.saying(adding(request, fields.files)).act,
        schedule=schedules.get(session, request.carried["s"]),
        asset=assets.get(session, request.carried["a"]),
        note=fields.note,
        cost_minor=in_money(session, fields.cost),
        done_on=fields.done_on,
        next_on=None if suggested else fields.next_on,
    )
    return _done(request, session, upcoming, posted)


def reminder_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """What is due by a schedule, as that stands now."""
    schedule = schedules.get(session, notice.subject_id)
    found = schedules.soon(session, now, schedule=schedule) if schedule.active else []
    return views.reminder(schedule, found, today=_today(session, now), superseded=notice.superseded)


def replacements_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """What is to be replaced, as that stands now."""
    return replacing.reminder(keeping_up.to_replace(session, now), today=_today(session, now), superseded=notice.superseded)


def _today(session: Session, now: datetime) -> date:
    return local_day(now, workspace(session).time_zone)
