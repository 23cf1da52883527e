"""Attestations: members are asked whether what they have is right, answer with one press, and keepers settle what is disputed."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.checkout import reader
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import answers, naming, paging
from handlers.views import attesting as views
from handlers.views import sweeping as sweep_views
from handlers.views.due import Reader
from handlers.views.parts import said
from models import assets, attestation_reads, attesting, custody, locations, members, settling
from models.attestations import Attestation, AttestationState, AttestedThing, Verdict
from models.locations import Location
from models.members import PROGRAMS, Permission
from models.outbox import Leased
from models.possessions import Possession
from models.times import local_day, said_day
from models.workspace import workspace


@sentence(
    "/checkout",
    says="attest [{holder}]",
    needs=Permission.LEND,
    does="asks a person, all who have something from a location, or everybody whether what they have is still right",
    examples=("attest", "attest Ana", "attest Warehouse"),
)
def attest(request: Request, session: Session, *, holder: Location | None = None) -> Reply:
    """Members are asked now."""
    posted, asked = attesting.attest(session, request.act, place=holder)
    return views.asked_now(posted, [members.get(session, one.member_id).name for one in asked])


@sentence(
    "/checkout",
    says="attestations",
    needs=Permission.SEE_OTHERS,
    does="lists who was asked whether what they have is right, those who have not answered first",
    examples=("attestations",),
)
def listing(request: Request, session: Session) -> Reply:
    """The first page of those who were asked."""
    return _listed(request, session, first=0)


@button("attest.page", needs=Permission.SEE_OTHERS)
def page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page, in place of the one that is read; from elsewhere a list of its own."""
    reply = _listed(request, session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace="k" not in value)


def _listed(request: Request, session: Session, *, first: int) -> Reply:
    rows = [told(session, one) for one in attestation_reads.latest(session, first=first, most=paging.PAGE)]
    total, waiting = attestation_reads.counts(session)
    return views.listing(rows, first=first, total=total, waiting=waiting, reader=reader(request))


def told(session: Session, one: Attestation) -> views.Asked:
    """A question in people's words: what they have, or once they have answered what they confirmed and what they did not."""
    answered = attestation_reads.answers(session, one) if one.state is AttestationState.ANSWERED else []
    right = [attestation_reads.named(session, row) for row in answered if row.verdict is Verdict.RIGHT]
    wrong = [attestation_reads.named(session, row) for row in answered if row.verdict is not Verdict.RIGHT]
    things = right if answered else attestation_reads.things(session, one)
    return views.Asked(
        one.id,
        one.state,
        members.get(session, one.by_id).name if one.by_id not in PROGRAMS else None,
        one.asked_at,
        one.answered_at,
        things,
        attestation_reads.fingerprint(things),
        wrong,
        len(things) >= attestation_reads.MOST,
        members.get(session, one.member_id).name,
        one.reminded,
    )


def question_of(session: Session, notice: Leased, now: datetime) -> Reply | None:
    """The message to whoever is asked, as things stand now; none where it was answered, or is over, before they were."""
    one = attestation_reads.get(session, notice.subject_id)
    if notice.sent_ts is None and one.state is not AttestationState.ASKED:
        return None
    point = Reader(now, notice.time_zone or workspace(session).time_zone)
    return views.asked(told(session, one), point, superseded=notice.superseded)


@button("attest.remind", needs=Permission.LEND)
def press_remind(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Remind: they are asked once more."""
    one = attesting.remind(session, request.act, value["a"])
    text = f"{said(members.get(session, one.member_id).name)} is asked once more, in their working hours."
    return answers.changed(text)


@button("attest.right", needs=Permission.CHECK_IN)
def press_right(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """All right."""
    posted = attesting.answer(session, request.act, value["a"], of=value["of"])
    return views.confirmed(posted, sum(change.table == "attested_things" for change in posted.changes))


@button("attest.wrong", needs=Permission.CHECK_IN)
def ask_what(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Something is wrong: asks what; whether one may answer is checked before, so that nobody types in vain."""
    _, things = attesting.to_answer(session, request.act, value["a"], of=value["of"])
    return Reply("", form=views.wrong_form(things, carried=dict(value) | {"k": request.act.token()}))


class WrongForm(Form):
    """What is not right, and what is wrong with it."""

    which: list[int]
    verdict: Verdict
    note: str | None = None


@form("attest.wrong", needs=Permission.CHECK_IN, fields=WrongForm)
def send_wrong(request: Request, session: Session, *, fields: WrongForm) -> Reply:
    """The form was sent."""
    carried = request.carried
    _, things = attesting.to_answer(session, request.act, carried["a"], of=carried["of"])
    wrong = [things[number] for number in fields.which if number < len(things)]
    verdicts = {thing.key: fields.verdict for thing in wrong}
    posted = attesting.answer(session, request.act, carried["a"], of=carried["of"], wrong=verdicts, note=fields.note)
    return views.noted(posted, wrong, fields.verdict, len(things) - len(wrong))


def dispute_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The card where keepers read, as the dispute stands now."""
    row = session.get_one(AttestedThing, notice.subject_id)
    left = attestation_reads.left_of(session, row)
    where = custody.holder(session, assets.get(session, row.asset_id)) if row.asset_id is not None and left is None else None
    told = views.Dispute(
        row.id,
        locations.get(session, row.location_id).name,
        attestation_reads.named(session, row),
        row.verdict,
        row.note,
        attestation_reads.get(session, row.attestation_id).answered_at,
        left,
        row.active,
        members.get(session, row.dismissed_by_id).name if row.dismissed_by_id else None,
        where,
    )
    return views.card(told, Reader(now, notice.time_zone or workspace(session).time_zone))


@button("dispute.return", needs=Permission.MOVE)
def press_return(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Return: it lies where it left, whoever brought it there."""
    thing, whose = _disputed(session, value)
    posted = settling.collect(session, request.act, thing)
    target = locations.get(session, posted.lines[0].target_id).name
    return sweep_views.collected(posted, thing, whose=whose, target=target)


@button("dispute.lost", needs=Permission.MOVE)
def press_lost(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Lost: nobody knows where it is."""
    thing, whose = _disputed(session, value)
    posted = settling.write_off(session, request.act, thing, reason=f"disputed by {whose}")
    return sweep_views.written_off(posted, thing, whose=whose)


def _disputed(session: Session, value: dict[str, Any]) -> tuple[Possession, str]:
    thing = attesting.to_settle(session, value["d"])
    return thing, locations.get(session, thing.location_id).name


@button("dispute.dismiss", needs=Permission.MOVE)
def press_dismiss(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Dismiss: it stays with whoever disputes it."""
    thing, whose = _disputed(session, value)
    posted = attesting.dismiss(session, request.act, value["d"])
    stay = "stay" if thing.many else "stays"
    return answers.changed(f"Dismissed: {naming.held(thing)} {stay} with {said(whose)}.", entry=posted)


def on_card(session: Session, asset_id: int, point: Reader) -> list[str]:
    """What the card of an asset tells of the last answer about it."""
    last = attestation_reads.last_of_asset(session, asset_id)
    return [views.on_card(last.member, last.verdict, said_day(local_day(last.at, point.zone)))] if last else []
