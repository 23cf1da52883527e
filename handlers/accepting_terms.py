"""Accepting terms: the buttons under a holder's message, what keepers are told, and the list of what nobody has accepted yet."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from handlers.checkout import reader
from handlers.forms import Form
from handlers.lending_terms import text_of
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import accepting_terms as views
from handlers.views import lending_terms as text_views
from handlers.views.accepting_terms import Asked
from handlers.views.due import Reader
from handlers.views.lending_terms import Text
from handlers.views.paging import PAGE
from models import acceptances, accepting_terms, checkouts, history, lending_terms, locations, members, receipts
from models.accepting_terms import UnderTerms
from models.locations import Location
from models.members import Actor, Permission
from models.outbox import Leased
from models.workspace import workspace


class ReadForm(Form):
    """Terms that were read: nothing is filled in."""


@button("lending.read", needs=Permission.LOOK)
def read(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The terms of a checkout word for word, with Accept for its holder while that can be done."""
    known = acceptances.of_checkout(session, value["c"])
    assert known is not None
    asked = told(session, known.entry_id)
    may_accept = asked.open and asked.things[0].holder_id == request.act.by.location_id
    carried = {"k": request.act.token(), "e": known.entry_id} if may_accept else None
    return Reply("", form=text_views.page(asked.texts, to_accept=carried))


@button("lending.accept", needs=Permission.CHECK_OUT)
def press_accept(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Accept, under terms that are short enough to stand in the message."""
    return _accept(request, session, value["e"])


@form("lending.accept", needs=Permission.CHECK_OUT, fields=ReadForm)
def send_accept(request: Request, session: Session, *, fields: ReadForm) -> Reply:  # noqa: ARG001
    """Accept, under terms that were read on a page of their own."""
    return _accept(request, session, request.carried["e"])


def _accept(request: Request, session: Session, entry_id: int) -> Reply:
    asked = told(session, entry_id)
    return views.answered(accepting_terms.accept(session, request.act, entry_id=entry_id), asked, accepted=True)


@button("lending.decline", needs=Permission.CHECK_OUT)
def press_decline(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Decline: the keepers are told, and whoever has it can bring it back."""
    posted = accepting_terms.decline(session, request.act, entry_id=value["e"])
    return views.answered(posted, told(session, value["e"]), accepted=False)


@button("lending.remind", needs=Permission.LEND)
def press_remind(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Remind, on the keepers' card, in their list and on the card of an asset."""
    return views.reminded(accepting_terms.remind(session, request.act, entry_id=value["e"]).name)


@sentence(
    "/checkout",
    says="unaccepted [at {location}]",
    needs=Permission.LOOK,
    does="lists what is out and whose terms are not accepted, the longest out first: everybody's for keepers, your own for you",
    examples=("unaccepted", "unaccepted at Warehouse"),
)
def unaccepted(request: Request, session: Session, *, location: Location | None = None) -> Reply:
    """What is not accepted: all that one may see of it."""
    return _page(request, session, location, first=0)


@button("lending.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of what is not accepted."""
    at = locations.get(session, value["at"]) if value["at"] else None
    reply = _page(request, session, at, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, at: Location | None, *, first: int) -> Reply:
    by = request.act.by
    seen = [one for one in accepting_terms.unaccepted(session, at=at) if one.holder_id == by.location_id or _keeps(session, by, one)]
    groups = [list(group) for _, group in groupby(seen, key=lambda one: one.entry_id)]
    page = views.Page(
        [(group, group[0].holder_id == by.location_id, _may_ask(session, by, group[0])) for group in groups[first : first + PAGE]],
        first,
        len(groups),
        at.name if at is not None else None,
        not by.may(Permission.SEE_OTHERS),
        {"at": at.id if at is not None else None},
    )
    return views.unaccepted(page, reader(request))


def _keeps(session: Session, by: Actor, one: UnderTerms) -> bool:
    return by.may(Permission.SEE_OTHERS, at=locations.get(session, one.source_id))


def _may_ask(session: Session, by: Actor, one: UnderTerms) -> bool:
    return by.may(Permission.LEND, at=locations.get(session, one.source_id))


def told(session: Session, entry_id: int) -> Asked:
    """What an entry handed out under terms, in people's words, as it stands now."""
    things = accepting_terms.of_entry(session, entry_id)
    asked = Asked(history.of_entries(session, [entry_id])[0], things, (), ())
    held = checkouts.open_among(session, [one.checkout_id for one in asked.open])
    return asked._replace(texts=_texts(session, asked.open or asked.accepted or things), held=held)


def _texts(session: Session, things: Sequence[UnderTerms]) -> list[Text]:
    """Each version once, with what it is for."""
    ids = dict.fromkeys(one.terms_id for one in things)
    read = {terms_id: text_of(session, lending_terms.get(session, terms_id)) for terms_id in ids}
    return [one._replace(things=[views.named(thing) for thing in things if thing.terms_id == terms_id]) for terms_id, one in read.items()]


def card_of(session: Session, notice: Leased, now: datetime) -> Reply | None:
    """The holder's message, as it stands now; none where all went back before they were asked, and nothing was accepted."""
    point, asked = Reader(now, notice.time_zone or workspace(session).time_zone), told(session, notice.subject_id)
    if notice.sent_ts is None and not asked.open and not asked.accepted:
        return None
    return views.card(asked, point, number=int(notice.told or 1), superseded=notice.superseded)


def unaccepted_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """What keepers are told of terms that are declined, or that nobody answers."""
    zone = notice.time_zone or workspace(session).time_zone
    return views.unaccepted_card(told(session, notice.subject_id), zone=zone, superseded=notice.superseded)


def receipt_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """What whoever had something under terms keeps of its return."""
    holder = members.get(session, notice.member_id or 0)
    (entry,) = history.of_entries(session, [notice.subject_id])
    lines = receipts.lines(session, entry.id, holder.location_id or 0)
    point = Reader(now, notice.time_zone or workspace(session).time_zone)
    return views.receipt(entry, lines, point, own=entry.member_id == holder.id)
