"""Recalls: an approver calls a lot back, holders say what became of it, and it is closed when all have, or somebody signs the gap."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.dates import say_due
from handlers.forms import Form, told_under
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import answers, naming, paging
from handlers.views import recalls as views
from handlers.views.parts import button as pressed
from handlers.views.parts import said
from models import catalog, lots, members, recall_reads, recalling
from models.ledger import Posted
from models.locations import OURS
from models.lots import Lot
from models.members import Permission
from models.outbox import Leased
from models.recall_reads import Question
from models.recalling import Gap, Rest
from models.recalls import Recall, RecallState
from models.tracing import Node
from models.wording import amount
from models.workspace import workspace


@sentence(
    "/stock",
    says="recall {lot} [note {note}]",
    needs=Permission.RECALL,
    does="calls a lot back, and everything made of it: nothing goes out, and whoever has some is asked what became of it",
    examples=('recall L-1042 note "glass splinters"',),
)
def recall(request: Request, session: Session, *, lot: Lot, note: str | None = None) -> Reply:
    """A lot is called back."""
    made, posted = recalling.recall(session, request.act, lot, reason=note)
    return _recalled(session, made, posted)


@button("lot.recall", needs=Permission.RECALL)
def ask_why(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Recall, on a lot's card: says what follows, and asks why."""
    lot = lots.get(session, value["lot"])
    nodes = recall_reads.concerned(session, lot.id)
    held = {one.location_id for one in recall_reads.holdings(session, nodes, OURS)}
    made = f", and {len(nodes) - 1:,} lots or assets made of it," if len(nodes) > 1 else ""
    asked = f" Whoever has some is asked what became of it: {len(held):,} {'location' if len(held) == 1 else 'locations'}." if held else ""
    consequence = f"It{made} is not given out any more.{asked} Messages that were sent stay sent."
    form = views.recall_form(lot.code, _item(session, lot), consequence, carried={"k": request.act.token(), "lot": lot.id})
    return Reply("", form=form)


class RecallForm(Form):
    """Why a lot is recalled."""

    reason: str | None = None


@form("lot.recall", needs=Permission.RECALL, fields=RecallForm)
def send_recall(request: Request, session: Session, *, fields: RecallForm) -> Reply:
    """The form was sent."""
    return recall(request, session, lot=lots.get(session, request.carried["lot"]), note=fields.reason)


def _recalled(session: Session, made: Recall, posted: Posted) -> Reply:
    recall = told(session, made)
    also = f" with {naming.things([said(code) for code in recall.also], most=views.MOST_NAMED)}" if recall.also else ""
    asked = f"{recall.waiting:,} {'answer is' if recall.waiting == 1 else 'answers are'} asked for."
    got = f" Customers got some: {naming.things([said(one.location) for one in recall.customers])}." if recall.customers else ""
    what = f"Recalled lot {said(recall.code)} of {said(recall.item)}{also}."
    remains = f"{asked if recall.waiting else 'Nobody has any of it.'}{got} None of it is given out."
    show = pressed("Show the recall", "recall.show", {"r": made.id})
    return answers.changed(what, remains, entry=posted, extra=[show])


def _item(session: Session, lot: Lot) -> str:
    return catalog.variant(session, lot.variant_id).name


def told(session: Session, recall: Recall, *, questions: list[Question] | None = None) -> views.RecallCard:
    """A recall in people's words."""
    lot = lots.get(session, recall.lot_id)
    nodes = recall_reads.concerned(session, lot.id)
    asked = recall_reads.questions(session, recall) if questions is None else questions
    return views.RecallCard(
        id=recall.id,
        lot_id=lot.id,
        code=lot.code,
        item=_item(session, lot),
        state=recall.state,
        reason=recall.reason,
        by=members.get(session, recall.by_id).name,
        opened_at=recall.opened_at,
        closed_by=members.get(session, recall.closed_by_id).name if recall.closed_by_id else None,
        closed_at=recall.closed_at,
        note=recall.note,
        also=recall_reads.codes(session, nodes[1:]),
        questions=asked,
        names={one.answer.id: members.get(session, one.answer.by_id).name for one in asked if one.answer},
        customers=recall_reads.customers(session, recall),
    )


def card_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """The card in the channel, as the recall stands now."""
    recall = recall_reads.get(session, notice.subject_id)
    return views.card(told(session, recall), zone=notice.time_zone or workspace(session).time_zone)


def asked_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """What one receiver is asked: about everything that they, or the locations of their channel, should have."""
    recall = recall_reads.get(session, notice.subject_id)
    mine = [
        question
        for question in recall_reads.questions(session, recall)
        if (notice.channel, notice.member_id) in recall_reads.asked(session, question.holding.location_id)
    ]
    return views.asked(told(session, recall, questions=mine))


@sentence(
    "/stock",
    says="recalls",
    needs=Permission.LOOK,
    does="lists recalls, the open ones first",
    examples=("recalls",),
)
def listing(request: Request, session: Session) -> Reply:
    """The first page of recalls."""
    return _listed(request, session, first=0)


@button("recall.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page, in place of the one that is read."""
    reply = _listed(request, session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _listed(request: Request, session: Session, *, first: int) -> Reply:
    lines = []
    for one in recall_reads.latest(session, first=first, most=paging.PAGE):
        lot, by = lots.get(session, one.lot_id), request.act.by
        sign = naming.BLOCKED if one.state is RecallState.OPEN else naming.WELL
        since = say_due(one.opened_at, by.time_zone, now=request.act.now, reader_zone=by.time_zone)
        reason = f" · “{said(one.reason[:100])}”" if one.reason else ""
        lines.append((f"{sign} {one.state} · lot {said(lot.code)} of {said(_item(session, lot))} · {since}{reason}", one.id))
    return views.listing(lines, first=first, total=recall_reads.count(session))


@button("recall.show", needs=Permission.LOOK)
def show(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The card of a recall, from the list, its lot or the answer to it."""
    return views.card(told(session, recall_reads.get(session, value["r"])), zone=request.act.by.time_zone)


class FoundForm(Form):
    """How many were found, and what became of the rest."""

    found: str
    rest: Rest | None = None


@button("recall.found", needs=Permission.CHECK_IN)
def ask_how_many(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Found it: asks how many; whether one may answer is checked before, so that nobody types in vain."""
    question = recalling.to_answer(session, request.act, recall_id=value["r"], location_id=value["l"], node=_node(value))
    return Reply("", form=views.found_form(question, carried=dict(value) | {"k": request.act.token()}))


@form("recall.found", needs=Permission.CHECK_IN, fields=FoundForm)
def send_found(request: Request, session: Session, *, fields: FoundForm) -> Reply:
    """So many were found."""
    asked = request.carried
    question = recalling.to_answer(session, request.act, recall_id=asked["r"], location_id=asked["l"], node=_node(asked))
    with told_under({"quantity": "found"}):
        found = called.quantity(session, catalog.variant(session, question.holding.variant_id), fields.found)
    return _answered(request, session, asked, found=found, rest=fields.rest)


@button("recall.used", needs=Permission.CHECK_IN)
def press_used(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Used it: all of it is booked as used."""
    return _answered(request, session, value, found=0, rest=Rest.USED)


@button("recall.lost", needs=Permission.CHECK_IN)
def press_lost(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Cannot find it: all of it is booked as lost."""
    return _answered(request, session, value, found=0, rest=Rest.LOST)


def _node(value: Any) -> Node:
    return Node(value["lot"], value["asset"])


def _answered(request: Request, session: Session, value: Any, *, found: int, rest: Rest | None) -> Reply:
    posted, question = recalling.answer(
        session, request.act, recall_id=value["r"], location_id=value["l"], node=_node(value), found=found, rest=rest
    )
    held, gone = question.holding, question.holding.quantity - found
    rest_said = f"{said(amount(gone, held.unit))} {'used' if rest is Rest.USED else 'not found'}" if gone else ""
    parts = " and ".join(filter(None, [f"{said(amount(found, held.unit))} found" if found else "", rest_said]))
    what = f"Noted for {said(held.location)}: {parts} of {said(views.code_of(held))}."
    return answers.changed(what, "Keep what you found apart: it is not given out." if found else None, entry=posted)


class CloseForm(Form):
    """Why a recall is closed although somebody has not answered."""

    note: str


@button("recall.close", needs=Permission.RECALL)
def press_close(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Close: at once where everybody has answered, else an approver is asked to sign the gap."""
    recall = recall_reads.get(session, value["r"])
    try:
        return _closed(session, recall, recalling.close(session, request.act, recall_id=recall.id))
    except Gap:
        return Reply("", form=views.close_form(told(session, recall), carried={"k": request.act.token(), "r": recall.id}))


@form("recall.close", needs=Permission.RECALL, fields=CloseForm)
def sign(request: Request, session: Session, *, fields: CloseForm) -> Reply:
    """An approver signs that somebody has not answered."""
    recall = recall_reads.get(session, request.carried["r"])
    return _closed(session, recall, recalling.close(session, request.act, recall_id=recall.id, note=fields.note))


def _closed(session: Session, recall: Recall, posted: Posted) -> Reply:
    lot = lots.get(session, recall.lot_id)
    what = f"Closed the recall of lot {said(lot.code)} of {said(_item(session, lot))}."
    return answers.changed(what, "Its lots stay recalled until an approver releases them.", entry=posted)
