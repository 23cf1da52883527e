"""Sweeps: what somebody who left has, or a keeper asks for, is settled thing by thing, in the thread of a card or behind its button."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.checkout import reader
from handlers.forms import Form, told_under
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import answers
from handlers.views import sweeping as views
from handlers.views.due import Reader
from handlers.views.parts import button as pressed
from handlers.views.parts import said
from handlers.views.sweeping import SweepCard
from models import finding, locations, members, notices, settling, sweep_reads, sweeping
from models.locations import Location, LocationKind
from models.members import Permission, Role
from models.outbox import Leased
from models.sweeps import Sweep, SweepLine
from models.workspace import workspace


@sentence(
    "/checkout",
    says="sweep {holder}",
    needs=Permission.MOVE,
    does="lists all that a person or a location has in a thread, to collect it, give it to others or write it off thing by thing",
    examples=("sweep Ana", "sweep Van 3"),
)
def sweep(request: Request, session: Session, *, holder: Location) -> Reply:
    """A sweep begins; one that is under way is shown."""
    known = sweep_reads.open_of(session, holder.id)
    if known is not None and told(session, known).under_way:
        return views.card(told(session, known), reader(request))
    made, posted = sweeping.sweep(session, request.act, holder)
    show = pressed("Show the things", "sweep.page", {"s": made.id, "f": 0}, style="primary")
    number = views.things(len(told(session, made).lines))
    return answers.changed(f"Opened the sweep of {said(holder.name)}: {number}.", _where(session, holder), entry=posted, extra=[show])


def _where(session: Session, place: Location) -> str:
    """Where its card stands."""
    heard = notices.audience(session, Role.KEEPER, at=None if place.kind is LocationKind.PERSON else place)
    named = next((f"<#{channel}>" for channel, _ in heard if channel), None)
    return f"Its card and its thread are in {named}." if named else "Its card and its thread go to the keepers."


def told(session: Session, one: Sweep) -> SweepCard:
    """A sweep in people's words."""
    place = locations.get(session, one.location_id)
    lines = sweep_reads.lines(session, one)
    return SweepCard(
        id=one.id,
        place=place.name,
        kind=place.kind,
        because_left=one.because_left,
        back=sweeping.is_back(session, one),
        state=one.state,
        by=members.get(session, one.by_id).name,
        opened_at=one.opened_at,
        closed_by=members.get(session, one.closed_by_id).name if one.closed_by_id else None,
        lines=lines,
        released=sweep_reads.released(session, one.id) if one.because_left else {},
        more=len(lines) >= sweeping.MOST,
        kept=() if sweeping.is_back(session, one) else sweep_reads.kept_of(session, one),
    )


def card_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The card where keepers read, as the sweep stands now."""
    one = sweep_reads.get(session, notice.subject_id)
    return views.card(told(session, one), Reader(now, notice.time_zone or workspace(session).time_zone))


def page_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """One message of the thread: some of the things, as they stand now."""
    one = sweep_reads.get(session, session.get_one(SweepLine, notice.subject_id).sweep_id)
    card = told(session, one)
    first = next(number for number, line in enumerate(card.lines) if line.id == notice.subject_id)
    return views.page(card, first=first, reader=Reader(now, notice.time_zone or workspace(session).time_zone))


@button("sweep.page", needs=Permission.SEE_OTHERS)
def show(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Show the things, on the card, and another page of them."""
    one = sweep_reads.get(session, value["s"])
    shown = views.page(told(session, one), first=int(value["f"]), reader=reader(request), turns=True)
    return Reply(shown.text, shown.blocks, replace="n" in value)


@button("sweep.collect", needs=Permission.MOVE)
def press_collect(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Collect: it goes back to where it left."""
    return _collected(request, session, value["l"], None, None)


class PlaceForm(Form):
    """Where something is put, and what there is to say about it."""

    target: str
    note: str | None = None


@button("sweep.place", needs=Permission.MOVE)
def ask_where(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Collect to…, or Collect of something that has no home: asks where it is put."""
    thing = sweeping.to_settle(session, value["l"])
    return Reply("", form=views.place_form(thing, carried={"k": request.act.token(), "l": value["l"]}))


@form("sweep.place", needs=Permission.MOVE, fields=PlaceForm)
def send_where(request: Request, session: Session, *, fields: PlaceForm) -> Reply:
    """The form was sent."""
    target = finding.location(session, fields.target, request.act.by, field="target")
    return _collected(request, session, request.carried["l"], target, fields.note)


def _collected(request: Request, session: Session, line_id: int, target: Location | None, note: str | None) -> Reply:
    thing = sweeping.to_settle(session, line_id)
    posted = settling.collect(session, request.act, thing, target=target, note=note)
    places = locations.names(session, [posted.lines[0].target_id, thing.location_id])
    return views.collected(posted, thing, whose=places[thing.location_id], target=places[posted.lines[0].target_id])


class GiveForm(Form):
    """Who gets something, and what there is to say about it."""

    holder: str
    note: str | None = None


@button("sweep.give", needs=Permission.LEND)
def ask_whom(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Reassign: asks to whom."""
    thing = sweeping.to_settle(session, value["l"])
    return Reply("", form=views.give_form(thing, carried={"k": request.act.token(), "l": value["l"]}))


@form("sweep.give", needs=Permission.LEND, fields=GiveForm)
def send_whom(request: Request, session: Session, *, fields: GiveForm) -> Reply:
    """The form was sent."""
    thing = sweeping.to_settle(session, request.carried["l"])
    receiver = finding.location(session, fields.holder, request.act.by, field="holder")
    with told_under({"target": "holder"}):
        posted = settling.reassign(session, request.act, thing, receiver=receiver, note=fields.note)
    whose = locations.get(session, thing.location_id).name
    return views.reassigned(posted, thing, whose=whose, receiver=receiver.name, reader=reader(request))


class LoseForm(Form):
    """Why something is written off."""

    reason: str


@button("sweep.lose", needs=Permission.MOVE)
def ask_why(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Write off: asks why."""
    thing = sweeping.to_settle(session, value["l"])
    return Reply("", form=views.lose_form(thing, carried={"k": request.act.token(), "l": value["l"]}))


@form("sweep.lose", needs=Permission.MOVE, fields=LoseForm)
def send_why(request: Request, session: Session, *, fields: LoseForm) -> Reply:
    """The form was sent."""
    thing = sweeping.to_settle(session, request.carried["l"])
    posted = settling.write_off(session, request.act, thing, reason=fields.reason)
    return views.written_off(posted, thing, whose=locations.get(session, thing.location_id).name)


@button("sweep.close", needs=Permission.MOVE)
def press_close(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Close: what is not settled stays where it is."""
    one = sweep_reads.get(session, value["s"])
    posted = sweeping.close(session, request.act, one.id)
    card = told(session, one)
    left = len(card.lines) - card.settled
    remains = f"{views.things(left)} stayed where {'it was' if left == 1 else 'they were'}." if left else "All of it was settled."
    return answers.changed(f"Closed the sweep of {said(card.place)}.", remains, entry=posted)
