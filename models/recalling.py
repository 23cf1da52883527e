"""Recalling: a lot and all that was made of it is called back in one entry, its holders answer, and an approver closes it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlmodel import Session

from models import assets, catalog, ledger, locations, lots, members, notices, outstanding, recall_reads
from models.caches import Line
from models.catalog import ItemKind
from models.changes import Change, changed
from models.columns import clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import LocationKind, outside
from models.lots import Lot, LotStatus
from models.members import Actor, Permission, Role, require
from models.notices import NoticeKind
from models.quantities import require_fits, said_number
from models.recall_reads import Holding, Question
from models.recalls import Recall, RecallAnswer, RecallState
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import said_time
from models.tracing import Node
from models.wording import amount, counted

LONGEST_REASON = 500


class Rest(StrEnum):
    """What became of what was not found."""

    USED = "used"
    LOST = "lost"


class Gap(Refusal):
    """Somebody has not answered yet: closing the recall all the same needs a reason."""


def recall(session: Session, act: Act, lot: Lot, *, reason: str | None = None) -> tuple[Recall, Posted]:
    """Calls back a lot and everything that was made of it: none of it is given out, and whoever has some is asked what became of it.

    For an approver of everywhere, or of every store that holds some. Refuses a lot that is called back already.
    """
    require(act.by, Permission.RECALL)
    known = recall_reads.covering(session, lot)
    if known is not None:
        since = said_time(known.opened_at, act.by.time_zone)
        of = f" with lot {lots.get(session, known.lot_id).code}" if known.lot_id != lot.id else ""
        raise Conflict(f"Lot {lot.code} has been recalled{of} since {since}.", field="lot")
    nodes = recall_reads.concerned(session, lot.id)
    recall_reads.require_reaches(session, act.by, nodes)
    reason = clean(reason, what="reason", field="note", longest=LONGEST_REASON) if reason else None
    made = Recall(lot_id=lot.id, reason=reason, by_id=act.by.id, opened_at=act.now)
    session.add(made)
    session.flush()
    rows = lots.by_id(session, [node.lot_id for node in nodes]).values()
    changes = [changed(made, state=RecallState.OPEN), *(changed(row, status=LotStatus.RECALLED) for row in rows)]
    posted = ledger.post(session, act, EntryKind.RECALLED, changed=changes, note=reason)
    _owe(session, NoticeKind.RECALL, made, notices.audience(session, Role.APPROVER, at=None), now=posted.recorded_at)
    ask(session, made, now=posted.recorded_at)
    return made, posted


def ask(session: Session, recall: Recall, *, now: datetime) -> None:
    """Owes a message to whoever should have some of it and has not been asked yet."""
    receivers = {
        receiver: None
        for question in recall_reads.questions(session, recall)
        if question.open
        for receiver in recall_reads.asked(session, question.holding.location_id)
    }
    _owe(session, NoticeKind.ASKED_BACK, recall, list(receivers), now=now)


def _owe(session: Session, kind: NoticeKind, recall: Recall, receivers: list[notices.Receiver], *, now: datetime) -> None:
    key = f"{kind}:recall {recall.id}"
    notices.owe(session, kind, key=key, subject="recalls", subject_id=recall.id, receivers=receivers, now=now)


def review(session: Session, now: datetime) -> None:
    """Asks whoever has come to have some of it since, and redraws the messages where something about a recall has changed.

    A recall is traced again only where something has happened since that could matter to it.
    """
    happened_since = cache(lambda entry_id: recall_reads.happened_since(session, entry_id))  # mostly the same for all of them
    for one in recall_reads.open_ones(session):
        last, matters = happened_since(one.reviewed_to)
        if matters:
            ask(session, one, now=now)
            _redraw(session, one)
        one.reviewed_to = last


def _redraw(session: Session, recall: Recall) -> None:
    questions = recall_reads.questions(session, recall)
    stand = [f"{_said(question.holding)} {question.answer.id if question.answer else 0}" for question in questions]
    told = ";".join([*stand, "customers", *map(_said, recall_reads.customers(session, recall))])
    for kind in (NoticeKind.RECALL, NoticeKind.ASKED_BACK):
        notices.redraw_stage(session, kind, subject="recalls", subject_id=recall.id, told=told)


def _said(held: Holding) -> str:
    return f"{held.location_id} {held.node.lot_id} {held.node.asset_id} {held.quantity}"


def require_unanswered(session: Session, recall_id: int) -> None:
    """Refuses to take a recall back which somebody has answered: what they did because of it stays done."""
    answered = [question for question in recall_reads.questions(session, recall_reads.get(session, recall_id)) if question.answer]
    if answered:
        who = members.get(session, answered[0].answer.by_id).name if answered[0].answer else ""
        raise Conflict(f"{who} has answered this recall. Close it instead, and then release the lots that are good.")


def answered_by(session: Session, changes: Sequence[Change]) -> set[int]:
    """The recalls whose answers these changes give or take back."""
    return {session.get_one(RecallAnswer, change.id).recall_id for change in changes if change.table == "recall_answers"}


def to_answer(session: Session, act: Act, *, recall_id: int, location_id: int, node: Node) -> Question:
    """What somebody is about to answer. Refuses whom it is not for, and what is answered or gone already."""
    recall = recall_reads.get(session, recall_id)
    place = locations.get(session, location_id)
    if place.id != act.by.location_id and not act.by.may(Permission.COUNT, at=place):
        who = f"{place.name}, or a keeper of everywhere," if place.kind is LocationKind.PERSON else f"a keeper of {place.name}"
        raise NotAllowed(f"Only {who} can answer this.")
    if recall.state is not RecallState.OPEN:
        raise Conflict("This recall is closed: nothing is asked any more.")
    mine = (place.id, node)
    question = next((q for q in recall_reads.questions(session, recall) if (q.holding.location_id, q.holding.node) == mine), None)
    if question is None:
        raise Conflict(f"{place.name} has none of it any more.")
    if not question.open:
        raise Conflict(_answered_already(session, act, question))
    return question


def _answered_already(session: Session, act: Act, question: Question) -> str:
    answer = question.answer
    assert answer is not None  # it isn't open, though something lies there or lay there
    parts = {"found": answer.found, "used": answer.used, "not found": answer.lost}
    told = ", ".join(f"{said_number(quantity)} {word}" for word, quantity in parts.items() if quantity)
    who = "You" if answer.by_id == act.by.id else members.get(session, answer.by_id).name
    return f"{who} answered this already, on {said_time(answer.answered_at, act.by.time_zone)}: {told}."


def answer(
    session: Session, act: Act, *, recall_id: int, location_id: int, node: Node, found: int, rest: Rest | None = None
) -> tuple[Posted, Question]:
    """A holder says how much of it they found; the rest was used, or can't be found. What was found stays where it is, kept back.

    For the person who has it, or a keeper there. Answered once, unless that is undone, or more of it has come there since.
    """
    question = to_answer(session, act, recall_id=recall_id, location_id=location_id, node=node)
    held = question.holding
    has = counted(held.quantity, held.variant, held.unit)
    if not 0 <= found <= held.quantity:
        raise Refusal(f"{held.location} should have {has}; you said {amount(found, held.unit)}.", field="found")
    if found:
        item = catalog.item(session, catalog.variant(session, held.variant_id).item_id)
        require_fits(found, fractions=item.fractions, unit=item.unit, field="found")
    gone = held.quantity - found
    if gone and rest is None:
        raise Refusal(f"Of {has} you found {amount(found, held.unit)}. Say what became of the rest.", field="rest")
    row = RecallAnswer(
        recall_id=recall_id,
        location_id=location_id,
        lot_id=node.lot_id,
        asset_id=node.asset_id,
        found=found,
        used=gone if rest is Rest.USED else 0,
        lost=gone if rest is Rest.LOST else 0,
        by_id=act.by.id,
        answered_at=act.now,
    )
    session.add(row)
    session.flush()
    lines, changes = _gone(session, act, held, gone, rest)
    posted = ledger.post(session, act, EntryKind.ANSWERED, lines=lines, changed=[changed(row, active=True), *changes])
    notices.touch(session, {"recalls": [recall_id]})
    return posted, question


def _gone(session: Session, act: Act, held: Holding, gone: int, rest: Rest | None) -> tuple[list[Line], list[Change]]:
    """What leaves the holder, and what they owe no more because of it."""
    if not gone:
        return [], []
    end = outside(session, LocationKind.USED if rest is Rest.USED else LocationKind.LOST)
    line = Line(held.variant_id, gone, held.location_id, end.id, held.node.asset_id, held.node.lot_id)
    if held.node.asset_id is not None:
        return [line], outstanding.ended(session, [assets.get(session, held.node.asset_id).id], act.now)
    variant = catalog.variant(session, held.variant_id)
    if catalog.item(session, variant.item_id).kind is ItemKind.RETURNABLE:
        return [line], outstanding.released(session, held.variant_id, held.location_id, gone, act.now)
    return [line], []


def require_may_end(session: Session, by: Actor, recall: Recall) -> None:
    """Refuses whoever could not have begun it, either."""
    recall_reads.require_reaches(session, by, recall_reads.concerned(session, recall.lot_id))


def close(session: Session, act: Act, *, recall_id: int, note: str | None = None) -> Posted:
    """An approver closes a recall; while somebody has not answered, only with a reason, which is their signature under the gap.

    The lots stay recalled until an approver releases them.
    """
    recall = recall_reads.get(session, recall_id)
    require_may_end(session, act.by, recall)
    if recall.state is not RecallState.OPEN:
        who = members.get(session, recall.closed_by_id).name if recall.closed_by_id else "Somebody"
        raise Conflict(f"{who} closed this recall already.")
    gap = [question for question in recall_reads.questions(session, recall) if question.open]
    note = clean(note, what="reason", field="note", longest=LONGEST_REASON) if note and note.strip() else None
    if gap and note is None:
        who = "1 has" if len(gap) == 1 else f"{len(gap)} have"
        raise Gap(f"{who} not answered yet. Say why the recall is closed all the same.", field="note")
    closing = {"state": RecallState.CLOSED, "closed_by_id": act.by.id, "closed_at": act.now, "note": note}
    return ledger.post(session, act, EntryKind.CLOSED_RECALL, changed=[changed(recall, **closing)], note=note)
