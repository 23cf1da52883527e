"""Giving on: what somebody has goes to another person, who accepts or refuses it; a keeper hands it over at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import called, terms_owed
from handlers.attaching import Sent, adding
from handlers.checkout import OUT, reader
from handlers.forms import Form
from handlers.routes import Offer, Press, Reply, Request, WayOn, button, form, sentence
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from handlers.views import giving as views
from handlers.views import naming
from handlers.views.due import Reader
from handlers.views.giving import Offered
from handlers.views.parts import Block
from models import assets, catalog, checkouts, custody, finding, hand_overs, handing_over, history, locations, members
from models.assets import Asset, AssetState
from models.caches import Line
from models.entries import EntryKind
from models.hand_overs import HandOver
from models.ledger import Posted
from models.locations import Location
from models.members import Permission
from models.outbox import Leased
from models.refusals import Conflict
from models.workspace import workspace

GIVE = "give {assets} to {holder} [note {note}]"


class GiveForm(Form):
    """To whom something is given, and in which condition."""

    holder: str
    note: str | None = None
    files: tuple[Sent, ...] = ()


class NoteForm(Form):
    """In which condition something is accepted, or why it is not."""

    note: str
    files: tuple[Sent, ...] = ()


@sentence(
    "/checkout",
    says=GIVE,
    needs=Permission.CHECK_OUT,
    does="offers what you have to somebody, who has it once they accept; a keeper hands over at once what others have",
    examples=("give SN-1042 to Ana", 'give SN-130..134 to Ana note "with both chargers"'),
    aliases=("hand over", "hand"),
)
def give(request: Request, session: Session, *, assets: list[Asset], holder: Location, note: str | None = None) -> Reply:
    """Something is offered to a person, or handed over to them."""
    try:
        posted = handing_over.give(session, request.act, assets=assets, holder=holder, note=note)
    except Conflict as refused:
        raise Declined(refused, instead(request, session, assets, holder)) from refused
    return given(request, session, posted)


def given(request: Request, session: Session, posted: Posted, *, kit: str | None = None, besides: str = "") -> Reply:
    """What is answered to whoever gave something, perhaps all of a kit; `besides` says what of that does not go along."""
    if posted.kind is EntryKind.HANDED_OVER:
        return _handed_over(request, session, posted, kit=kit, besides=besides)
    offer = told(session, posted.id, reader(request))
    return views.offered(posted, offer, reader(request), kit=kit, besides=besides)


def instead(request: Request, session: Session, chosen: Sequence[Asset], holder: Location) -> list[WayOn]:
    """What can be done where something can't be given: it is offered to somebody already, or lies in a store, if it is one."""
    offered = [known for asset in chosen if (known := hand_overs.open_of(session, asset.id, request.act.now)) is not None]
    if offered and offered[0].giver_id == request.act.by.location_id:
        return [Press("Withdraw", "entry.undo", {"entry": hand_overs.entry_of(session, offered[0].id)})]
    if len(chosen) > 1:
        return []
    (asset,) = chosen
    place = locations.get(session, asset.location_id)
    mine = holder.id == request.act.by.location_id
    if custody.state_of(session, asset) is AssetState.AVAILABLE and (mine or request.act.by.may(Permission.LEND, at=place)):
        said = render(compile_template(OUT), {"assets": asset.serial, "holder": called.found_as(session, holder)})
        return [Offer(f"Check it out to {holder.name}", "/checkout", said)]
    return []


@button("give.open", needs=Permission.CHECK_OUT)
def ask_whom(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Give, beside what one has, and on its card: asks to whom."""
    asset = assets.get(session, value["a"])
    mine = asset.location_id == request.act.by.location_id
    return Reply("", form=views.give_form(called.asset(session, asset), mine=mine, carried={"k": request.act.token(), "a": asset.id}))


@form("give.send", needs=Permission.CHECK_OUT, fields=GiveForm)
def send_gift(request: Request, session: Session, *, fields: GiveForm) -> Reply:
    """The form was sent."""
    holder = finding.location(session, fields.holder, request.act.by, field="holder")
    given = assets.get(session, request.carried["a"])
    return give(adding(request, fields.files), session, assets=[given], holder=holder, note=fields.note)


@button("give.accept", needs=Permission.CHECK_OUT)
def press_accept(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Accept, under an offer."""
    return _accept(request, session, value["o"], None)


@button("give.note", needs=Permission.CHECK_OUT)
def ask_condition(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Accept with a note: asks for the condition. Whether one may accept is checked before, so that nobody types in vain."""
    handing_over.to_answer(session, request.act, entry_id=value["o"])
    offer = told(session, value["o"], reader(request))
    return Reply("", form=views.note_form(offer, carried={"k": request.act.token(), "o": value["o"]}))


@form("give.receive", needs=Permission.CHECK_OUT, fields=NoteForm)
def send_accept(request: Request, session: Session, *, fields: NoteForm) -> Reply:
    """The form was sent."""
    return _accept(adding(request, fields.files), session, request.carried["o"], fields.note)


def _accept(request: Request, session: Session, entry_id: int, note: str | None) -> Reply:
    offer = told(session, entry_id, reader(request))
    posted = handing_over.accept(session, request.act, entry_id=entry_id, note=note)
    held = [checkouts.open_for_asset(session, line.asset_id) for line in posted.lines if line.asset_id is not None]
    dues = list(dict.fromkeys(naming.due(one, now=request.act.now, reader_zone=reader(request).zone) for one in held if one is not None))
    return views.accepted(posted, offer, dues, terms_owed.by_entry(session, posted, None))


@button("give.refuse", needs=Permission.CHECK_OUT)
def press_refuse(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Refuse, under an offer."""
    return _refuse(request, session, value["o"], None)


@button("give.why", needs=Permission.CHECK_OUT)
def ask_why(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Refuse with a note: asks why; whether one may refuse is checked before, as well."""
    handing_over.to_answer(session, request.act, entry_id=value["o"])
    offer = told(session, value["o"], reader(request))
    return Reply("", form=views.why_form(offer, carried={"k": request.act.token(), "o": value["o"]}))


@form("give.return", needs=Permission.CHECK_OUT, fields=NoteForm)
def send_refusal(request: Request, session: Session, *, fields: NoteForm) -> Reply:
    """The form was sent."""
    return _refuse(adding(request, fields.files), session, request.carried["o"], fields.note)


def _refuse(request: Request, session: Session, entry_id: int, note: str | None) -> Reply:
    offer = told(session, entry_id, reader(request))
    return views.refused(handing_over.refuse(session, request.act, entry_id=entry_id, note=note), offer)


@button("give.force", needs=Permission.LEND)
def press_hand_over(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Hand over now, on the card of something that is offered."""
    return _handed_over(request, session, handing_over.hand_over(session, request.act, entry_id=value["o"]))


def _handed_over(request: Request, session: Session, posted: Posted, *, kit: str | None = None, besides: str = "") -> Reply:
    places = [line.source_id for line in posted.lines]
    target_id = posted.lines[0].target_id
    parties = [members.other_at(session, request.act.by, place) for place in dict.fromkeys([*places, target_id])]
    receiver = locations.get(session, target_id).name if target_id != request.act.by.location_id else None
    return views.handed_over(
        posted,
        [_moved(session, line) for line in posted.lines],
        givers=list(locations.names(session, places).values()),
        receiver=receiver,
        told=[member.name for member in parties if member is not None],
        terms=terms_owed.by_entry(session, posted, receiver)[0],
        kit=kit,
        besides=besides,
    )


def _moved(session: Session, line: Line) -> str:
    if line.asset_id is not None:
        return called.asset(session, assets.get(session, line.asset_id))
    return called.amount(session, catalog.variant(session, line.variant_id), line.quantity)


def on_card(request: Request, session: Session, asset: Asset) -> tuple[str | None, list[Block]]:
    """What the card of an asset says of an open offer, and the buttons that fit whoever reads it."""
    known = hand_overs.open_of(session, asset.id, request.act.now)
    if known is None:
        return None, []
    point, by = reader(request), request.act.by
    entry_id = hand_overs.entry_of(session, known.id)
    offer = told(session, entry_id, point)
    buttons = views.to_answer(offer, style=None) if known.receiver_id == by.id else []
    if known.giver_id == by.location_id:
        buttons.append(views.to_withdraw(entry_id))
    if known.receiver_id != by.id and by.may(Permission.LEND, at=custody.answers_for(session, asset)):
        buttons.append(views.to_hand_over(entry_id))
    return views.open_line(offer, point), buttons


def told(session: Session, entry_id: int, point: Reader, *, to_id: int | None = None) -> Offered:
    """An offer in people's words, as it stands now, told to a member."""
    offered = hand_overs.of_entry(session, entry_id)
    standing = hand_overs.standing(session, offered, point.now)
    first = offered[0]
    return Offered(
        entry_id,
        hand_overs.last_of(session, offered),
        [*(_thing(session, one, point) for one in standing), *(_by_number(session, standing, point) if standing else [])],
        [called.asset(session, assets.get(session, one.asset_id)) for one in offered if one not in standing],
        locations.get(session, first.giver_id).name,
        members.get(session, first.receiver_id).name,
        first.until_at,
        history.of_entries(session, [entry_id])[0],
        "" if standing else handing_over.why_over(session, first, to_id=to_id, now=point.now, zone=point.zone),
    )


def _thing(session: Session, one: HandOver, point: Reader) -> tuple[str, str]:
    asset = assets.get(session, one.asset_id)
    held = checkouts.open_for_asset(session, asset.id)
    return called.asset(session, asset), point.held(held) if held is not None else ""


def _by_number(session: Session, standing: Sequence[HandOver], point: Reader) -> list[tuple[str, str]]:
    """What of a kit goes along with its serials."""
    along = [checkouts.held(session, one.id) for one in hand_overs.along(session, standing[0].kit_id, standing[0].giver_id)]
    return [(naming.held(held), point.held(held)) for held in along if held is not None]


def card_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The receiver's message, as the offer stands now."""
    point = Reader(now, notice.time_zone or workspace(session).time_zone)
    return views.card(told(session, notice.subject_id, point, to_id=notice.member_id), point)


def told_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """Who gave or received something without doing it themself is told."""
    (entry,) = history.of_entries(session, [notice.subject_id])
    answered = hand_overs.of_entry(session, entry.id)
    own = members.get(session, notice.member_id).location_id if notice.member_id is not None else None
    if entry.kind is EntryKind.LEFT:
        answered = [one for one in answered if one.giver_id == own]
    return views.told(entry, [called.asset(session, assets.get(session, one.asset_id)) for one in answered], own=own)
