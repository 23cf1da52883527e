"""The one path of every request: who asks, may they, is it new, carry it out in one transaction.

What is answered where is `answering`'s part. The answer leaves after the commit: who acknowledges first can lose what was acknowledged.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from bot import directory, dropping, photos
from bot.incoming import Incoming, Source
from bot.wiring import Wiring
from handlers import speaking
from handlers.forms import fields_of
from handlers.routes import UNSAID, Kind, Offer, Reply, Request, Route
from handlers.views import answers
from handlers.views.parts import escaped, section
from models import homes, undo
from models.database import HANDLED
from models.ledger import Act
from models.members import Permission, require, telling_whom_to_ask
from models.refusals import FieldProblems, Refusal

log = logging.getLogger("quartermaster")

#: Slack gives up after three seconds. What has waited longer than this is refused before it is committed.
TOO_OLD = 2.5
#: How long the same words, said again after a late answer, are taken for the same intent.
REPEAT = timedelta(minutes=2)

_KINDS = {
    Source.MESSAGE_BUTTON: Kind.BUTTON,
    Source.FORM_BUTTON: Kind.BUTTON,
    Source.HOME_BUTTON: Kind.BUTTON,
    Source.FORM: Kind.FORM,
    Source.TYPING: Kind.OPTIONS,
    Source.SHORTCUT: Kind.SHORTCUT,
}
#: What is said in words.
_SAID = frozenset({Source.COMMAND, Source.DIRECT, Source.MENTION})
_BUTTONS = frozenset({Source.MESSAGE_BUTTON, Source.FORM_BUTTON, Source.HOME_BUTTON})
_PLACES = {Source.FORM_BUTTON: "form", Source.HOME_BUTTON: "home"}

#: What a request does with a session; whether it only looks is known before one is opened.
Work = Callable[[Session, Request], Reply]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: the answer, and where it is a refusal, what is wrong with which field."""

    reply: Reply
    refused: bool = False
    problems: dict[str, str] = field(default_factory=dict)
    suggestions: list[tuple[str, str]] = field(default_factory=list)
    #: The answer left the transaction so late that Slack may have stopped waiting for it.
    late: bool = False


#: What is answered to an event that nobody waits for an answer to.
NOTHING = Outcome(Reply(""))


def run(wiring: Wiring, incoming: Incoming, *, arrived: float) -> Outcome:
    """Carries a request out and says what came of it; never raises. `arrived` is the stopwatch when Slack's message came in."""
    return _told(wiring, incoming, lambda: _met(wiring, incoming, arrived))


def finish(wiring: Wiring, incoming: Incoming, later: Callable[[Session], Reply]) -> Outcome:
    """Works out what an answer has left for later, on a snapshot of its own; never raises."""

    def work() -> Outcome:
        with wiring.database.reading() as session:
            return Outcome(later(session))

    return _told(wiring, incoming, work)


def _told(wiring: Wiring, incoming: Incoming, work: Callable[[], Outcome]) -> Outcome:
    """What comes of some work; what goes wrong is told."""
    try:
        return work()
    except Refusal as refusal:
        return refused(wiring, refusal)
    except Exception:
        reference = wiring.token()[:8]
        log.exception("request %s failed (%s)", incoming.route or incoming.source, reference)
        told = answers.went_wrong(reference)
        return Outcome(told, refused=True, problems={"": told.text})


def _met(wiring: Wiring, incoming: Incoming, arrived: float) -> Outcome:
    """Carries it out for who is known; somebody new is met first."""
    if incoming.profile is not None:
        directory.meet(wiring, incoming.profile)
        wiring.wake()
        return NOTHING
    try:
        return _answered(wiring, incoming, arrived)
    except directory.Unmet:
        directory.introduce(wiring, incoming.user_id)
        return _answered(wiring, incoming, arrived)


def _answered(wiring: Wiring, incoming: Incoming, arrived: float) -> Outcome:
    match incoming.source:
        case Source.TYPING:
            return Outcome(Reply(""), suggestions=_suggest(wiring, incoming))
        case Source.HOME:
            _look_at_home(wiring, incoming)
            return NOTHING
        case _ if incoming.sheets:
            return _read_sheets(wiring, incoming)
        case _ if incoming.files is not None:
            return _read_photos(wiring, incoming, arrived)
        case _:
            return _carry_out(wiring, incoming, arrived)


def _read_photos(wiring: Wiring, incoming: Incoming, arrived: float) -> Outcome:
    """What stands in the photos takes the place of what was typed. Nothing is fetched for somebody who may not ask."""
    with wiring.database.reading() as session:
        directory.actor_for(wiring, session, incoming)
    codes, unread = photos.codes_in(wiring, incoming.files or ())
    return _carry_out(wiring, replace(incoming, value={"codes": codes, "unread": unread, "beside": incoming.text}), arrived)


def _read_sheets(wiring: Wiring, incoming: Incoming) -> Outcome:
    """What the files hold takes the place of what was typed. Nothing is fetched for somebody who may not import it."""
    with wiring.database.reading() as session, telling_whom_to_ask(session):
        require(directory.actor_for(wiring, session, incoming), Permission.IMPORT)
    sheets, unread = dropping.fetched(wiring, incoming.sheets)
    beside = len(incoming.files or ()) > len(incoming.sheets) or bool(incoming.text.strip())
    found = {"sheets": sheets, "unread": unread, "beside": beside}
    return _carry_out(wiring, replace(incoming, value=found), wiring.stopwatch())  # nobody waits for the download


def refused(wiring: Wiring, refusal: Refusal) -> Outcome:
    """A refusal as it is told, with its ways on."""
    offers = refusal.offers if isinstance(refusal, speaking.Declined) else []
    problems = refusal.problems if isinstance(refusal, FieldProblems) else {refusal.field or "": refusal.text}
    return Outcome(answers.refused(escaped(refusal.text), offers, token=wiring.token), refused=True, problems=problems)


def _carry_out(wiring: Wiring, incoming: Incoming, arrived: float) -> Outcome:
    looks, work = _work(wiring, incoming)
    if looks:
        with wiring.database.reading() as session:
            return Outcome(work(session, _request(wiring, session, incoming)))
    with wiring.database.transaction() as session:
        reply = _once(wiring, session, incoming, _request(wiring, session, incoming), work)
        if wiring.stopwatch() - arrived > TOO_OLD:
            raise Refusal("That took too long, so nothing was changed. Try again.")
    wiring.wake()
    late = wiring.stopwatch() - arrived > TOO_OLD
    if late and incoming.key:
        _keep_late(wiring, incoming.key)
    return Outcome(reply, late=late)


def _work(wiring: Wiring, incoming: Incoming) -> tuple[bool, Work]:
    """Whether the request only looks, and what it does."""
    table = wiring.routes
    if incoming.source in _SAID and incoming.text.strip():
        command = incoming.route or UNSAID
        return _say(wiring, command, incoming.text)
    if incoming.route == answers.SAY and incoming.value["t"]:
        return _say(wiring, incoming.value["c"], incoming.value["t"])
    bare = incoming.value["c"] if incoming.route == answers.SAY else incoming.route
    kind = Kind.SHORTCUT if incoming.route == answers.SAY else _kind_of(incoming)
    route = table.find(kind, bare or "help")
    if route is None:
        raise Refusal("I don't know this button any more. Type `/stock help` or `/checkout help` to see what I do.")
    return route.looks, lambda session, request: _call(route, session, request, incoming)


def _kind_of(incoming: Incoming) -> Kind:
    return Kind.PHOTO if incoming.files is not None else _KINDS.get(incoming.source, Kind.SHORTCUT)


def _say(wiring: Wiring, command: str, text: str) -> tuple[bool, Work]:
    sentence = speaking.heard(wiring.routes, command, text)
    return speaking.only_looks(wiring.routes, sentence), lambda session, request: speaking.say(wiring.routes, session, request, sentence)


def _call(route: Route, session: Session, request: Request, incoming: Incoming) -> Reply:
    with telling_whom_to_ask(session):
        require(request.act.by, route.needs)
        match route.kind:
            case Kind.FORM:
                assert route.fields is not None
                return route.handler(request, session, fields=fields_of(route.fields, incoming.values))
            case Kind.SHORTCUT:
                return route.handler(request, session, text=incoming.text)
            case _:
                return route.handler(request, session, value=incoming.value)


def _look_at_home(wiring: Wiring, incoming: Incoming) -> None:
    with wiring.database.transaction() as session:
        actor = directory.actor_for(wiring, session, incoming)
        homes.looked(session, actor.id, location_id=actor.location_id, has_role=bool(actor.roles), now=wiring.clock())
    wiring.wake()


def _request(wiring: Wiring, session: Session, incoming: Incoming) -> Request:
    return Request(
        act=Act(directory.actor_for(wiring, session, incoming), wiring.clock(), wiring.token, incoming.key),
        command=incoming.route if incoming.route.startswith("/") else "",
        channel=incoming.channel,
        values=incoming.values,
        carried=incoming.carried,
        place=_PLACES.get(incoming.source, "message"),
        table=wiring.routes,
    )


def _suggest(wiring: Wiring, incoming: Incoming) -> list[tuple[str, str]]:
    route = wiring.routes.find(Kind.OPTIONS, incoming.route)
    if route is None:
        return []
    with wiring.database.reading() as session:
        request = _request(wiring, session, incoming)
        require(request.act.by, route.needs)
        found: list[tuple[str, str]] = route.handler(request, session, typed=incoming.text)  # type: ignore[assignment]
    return found[:20]


_EARLIER = select(HANDLED).where(HANDLED.c.key == bindparam("asked"))
_MISSED = (
    select(HANDLED.c.reply)
    .where(HANDLED.c.member_id == bindparam("member"), HANDLED.c.content_hash == bindparam("content"))
    .where(HANDLED.c.handled_at > bindparam("since"), HANDLED.c.late)
    .order_by(HANDLED.c.handled_at.desc())
    .limit(1)
)
_KEEP = insert(HANDLED)


def _once(wiring: Wiring, session: Session, incoming: Incoming, request: Request, work: Work) -> Reply:
    """Does the work, unless this intent was handled before: then its first answer is given again. A refusal uses no key up."""
    if incoming.key is None:
        return work(session, request)
    content = incoming.content_hash
    earlier = session.connection().execute(_EARLIER, {"asked": incoming.key}).first()
    if earlier is not None:
        if incoming.source in _BUTTONS and undo.undone_since(session, incoming.key):
            raise Refusal("That went through, and was undone since. Look again, then press.")
        first = Reply(**earlier.reply)
        return first if earlier.content_hash == content else _went_through(first)
    if (missed := _missed(session, incoming, request, content)) is not None:
        return _once_more(wiring, incoming, missed)
    reply = work(session, request)
    if reply.form is None:
        row = {"key": incoming.key, "member_id": request.act.by.id, "content_hash": content, "reply": reply.kept()}
        session.connection().execute(_KEEP, row | {"handled_at": request.act.now, "late": False})
    return reply


def _went_through(first: Reply) -> Reply:
    text = "This went through already, as it was first sent:"
    more = section("To do more on top of it, start again.")
    return Reply(f"{text} {first.text}", [section(text), *first.blocks, more])


def _missed(session: Session, incoming: Incoming, request: Request, content: str) -> Reply | None:
    """The answer to the same words of the same member a moment ago, where it came too late to be seen."""
    if incoming.source not in _SAID:
        return None
    same = {"member": request.act.by.id, "content": content, "since": request.act.now - REPEAT}
    kept = session.connection().execute(_MISSED, same).scalar()
    return Reply(**kept) if kept else None


def _once_more(wiring: Wiring, incoming: Incoming, missed: Reply) -> Reply:
    again = answers.refused(
        "The first time went through; its answer was late. Nothing more was done.",
        [Offer("Do it again", incoming.route, incoming.text)],
        token=wiring.token,
    )
    return Reply(f"{missed.text} {again.text}", [*missed.blocks, *again.blocks])


def _keep_late(wiring: Wiring, key: str) -> None:
    with wiring.database.transaction() as session:
        session.connection().execute(update(HANDLED).where(HANDLED.c.key == key).values(late=True))
