"""Recalls: the card with its progress, the message that asks a holder, and the forms that recall, answer and close."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.parts import (
    Block,
    actions,
    button,
    clipped,
    confirm,
    context,
    field,
    header,
    modal,
    option,
    said,
    section,
    select,
    text_input,
)
from models.quantities import said_number
from models.recall_reads import Holding, Question
from models.recalling import Rest
from models.recalls import RecallState
from models.wording import amount, counted, many

#: A card shows so many holders, lots and customers, and counts the rest; a message asks about so many things.
MOST_LINES, MOST_NAMED, MOST_ASKED = 15, 6, 10

_REST = {Rest.USED: "It was used", Rest.LOST: "It cannot be found"}


class RecallCard(NamedTuple):
    """What the card of a recall tells."""

    id: int
    lot_id: int
    code: str
    item: str
    state: RecallState
    reason: str | None
    by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    #: What whoever closed it said of those who had not answered.
    note: str | None
    #: The other lots and assets that it concerns: their codes.
    also: Sequence[str]
    questions: Sequence[Question]
    #: Who gave each answer, by its id.
    names: Mapping[int, str]
    customers: Sequence[Holding]

    @property
    def waiting(self) -> int:
        """How many answers are missing."""
        return sum(question.open for question in self.questions)


def card(recall: RecallCard, *, zone: str, extra: Sequence[Block] = ()) -> Reply:
    """The card in the channel: who has answered what, which customers got some, and how it ended."""
    head = f"Recall of lot {recall.code} of {recall.item}"
    if recall.state is RecallState.VOID:
        return _line(f"{said(recall.by)} took it back: lot {said(recall.code)} of {said(recall.item)} is not recalled after all.")
    line = _state_line(recall, zone)
    blocks = [header(head), section(line)]
    if recall.reason:
        blocks.append(section(f"“{said(clipped(recall.reason, 500))}”"))
    if recall.also:
        blocks.append(context(f"With everything made of it: {naming.things([said(code) for code in recall.also], most=MOST_NAMED)}."))
    if recall.questions:
        blocks.append(section("\n".join(_answers(recall))))
    if recall.customers:
        got = [f"{said(held.location)}: {said(_thing(held))}" for held in recall.customers]
        more = [f"and {len(got) - MOST_NAMED:,} more: see the file"] if len(got) > MOST_NAMED else []
        blocks.append(section("\n".join(["*Customers got*", *got[:MOST_NAMED], *more])))
    blocks.append(context(f"{said(recall.by)} · {naming.anywhere(recall.opened_at, zone)}"))
    blocks.append(actions(*_buttons(recall), *extra))
    return Reply(f"{said(head)}: {line.replace('*', '')}", blocks)


def _state_line(recall: RecallCard, zone: str) -> str:
    if recall.state is RecallState.CLOSED:
        when = f", {naming.anywhere(recall.closed_at, zone)}" if recall.closed_at else ""
        gap = f" Not all had answered: “{said(clipped(recall.note, 300))}”" if recall.note else " Everybody had answered."
        return f"{naming.WELL} *Closed* by {said(recall.closed_by or 'somebody')}{when}.{gap}"
    if not recall.questions:
        return f"{naming.BLOCKED} *Open*. Nobody has any of it."
    answered = len(recall.questions) - recall.waiting
    return f"{naming.BLOCKED} *Open*: {answered} of {len(recall.questions)} answered. None of it is given out."


def _buttons(recall: RecallCard) -> list[Block]:
    trace, file = button("Trace", "trace.page", {"lot": recall.lot_id}), button("As a file", "recall.file", {"r": recall.id})
    if recall.state is RecallState.CLOSED:
        return [trace, file]
    style = None if recall.waiting else "primary"
    return [button("Close", "recall.close", {"r": recall.id, "w": recall.waiting}, style=style), trace, file]


def _answers(recall: RecallCard) -> list[str]:
    """A line for each holder; those who have not answered first."""
    ordered = sorted(recall.questions, key=lambda question: not question.open)
    lines = [answered(question, recall.names, closed=recall.state is RecallState.CLOSED) for question in ordered[:MOST_LINES]]
    more = len(ordered) - len(lines)
    return lines + ([f"and {more:,} more: see the file"] if more > 0 else [])


def answered(question: Question, names: Mapping[int, str], *, closed: bool = False) -> str:
    """What one holder has said, or that they are waited for; when it is `closed`, that they have not answered."""
    held, answer = question.holding, question.answer
    if question.open:
        before = f", {said_number(answer.found)} of them found before" if answer else ""
        missing = f"{said(held.location)}: {said(_thing(held))}{before}"
        return f"{naming.PLENTY} {missing} · not answered" if closed else f"{naming.WAITING} {missing}"
    parts = {"found": answer.found, "used": answer.used, "not found": answer.lost} if answer else {}
    told = ", ".join(f"{said(amount(quantity, held.unit))} {word}" for word, quantity in parts.items() if quantity)
    who = said(names.get(answer.id, "")) if answer else ""
    return f"{naming.WELL} {said(held.location)}: {told} of {said(code_of(held))} · {who}"


def _thing(held: Holding) -> str:
    """So much of what: "3 milks of lot L-1", "Robot SN-1"."""
    if held.node.asset_id is not None:
        return f"{held.variant} {held.code}"
    return f"{counted(held.quantity, held.variant, held.unit)} of lot {held.code}"


def code_of(held: Holding) -> str:
    """What is called back, without a number: "lot L-1 of milk", "Robot SN-1"."""
    return f"{held.variant} {held.code}" if held.node.asset_id is not None else f"lot {held.code} of {held.variant}"


def asked(recall: RecallCard) -> Reply:
    """Asks whoever should have some of it, in one message; when they have answered, it says so."""
    what = f"lot {said(recall.code)} of {said(recall.item)}"
    if recall.state is RecallState.VOID:
        return _line(f"{said(recall.by)} took it back: {what} is not recalled after all.")
    opened = [question for question in recall.questions if question.open]
    if recall.state is RecallState.CLOSED:
        return _line(f"The recall of {what} is closed.")
    if not opened:
        told = [answered(question, recall.names) for question in recall.questions[:MOST_LINES]]
        return (
            _line("\n".join([f"The recall of {what}:", *told])) if told else _line(f"The recall of {what}: nothing of it is here any more.")
        )
    because = f" “{said(clipped(recall.reason, 500))}”" if recall.reason else ""
    head = f"{naming.BLOCKED} {what[0].upper()}{what[1:]} is recalled.{because} What became of it? Do not use it or give it away."
    blocks = [section(head)]
    for number, question in enumerate(opened[:MOST_ASKED]):
        blocks += [section(f"*{said(_thing(question.holding))}*, {_where(question.holding)}"), _ways(recall, question, number)]
    if len(opened) > MOST_ASKED:
        blocks.append(context(f"And {len(opened) - MOST_ASKED:,} more, when these are answered."))
    return Reply(head, blocks)


def _where(held: Holding) -> str:
    return naming.inside(held.kind, held.location)


def _ways(recall: RecallCard, question: Question, number: int) -> Block:
    value = of(recall.id, question)
    sure = confirm("Cannot find it?", f"{_thing(question.holding)} is booked as lost.", "Cannot find it")
    return actions(
        button("Found it", f"recall.found:{number}", value, style="primary"),
        button("Used it", f"recall.used:{number}", value),
        button("Cannot find it", f"recall.lost:{number}", value, confirm=sure),
    )


def of(recall_id: int, question: Question) -> dict[str, Any]:
    """What the buttons of one question carry; `n` makes an answer after an undone one another intent."""
    held = question.holding
    return {"r": recall_id, "l": held.location_id, "lot": held.node.lot_id, "asset": held.node.asset_id, "n": question.times}


def found_form(question: Question, *, carried: Mapping[str, Any]) -> Block:
    """Asks how many were found; what became of the rest matters only where that is not all."""
    held = question.holding
    rest = select("recall.rest", [option(label, way) for way, label in _REST.items()])
    blocks = [
        section(f"{said(_thing(held))}, {_where(held)}."),
        field("found", "How many did you find?", text_input("recall.found", initial=said_number(held.quantity), most=20)),
        field("rest", "And the rest", rest, optional=True, hint="Only where you have not found all of it."),
    ]
    return modal("recall.found", "Found it", blocks, submit="Found it", carried=carried)


def recall_form(code: str, item: str, consequence: str, *, carried: Any) -> Block:
    """Asks why, and says what follows."""
    blocks = [
        section(f"*Lot {said(code)} of {said(item)}*"),
        context(consequence),
        field(
            "reason", "Why?", text_input("recall.reason", multiline=True, most=500), optional=True, hint="Whoever has some gets to read it."
        ),
    ]
    return modal("lot.recall", "Recall", blocks, submit="Recall", carried=carried)


def close_form(recall: RecallCard, *, carried: Any) -> Block:
    """Asks an approver to sign that somebody has not answered."""
    missing = [answered(question, recall.names) for question in recall.questions if question.open]
    more = [f"and {len(missing) - MOST_NAMED:,} more"] if len(missing) > MOST_NAMED else []
    blocks = [
        section("\n".join(["Not answered yet:", *missing[:MOST_NAMED], *more])),
        field("note", "Why is it closed all the same?", text_input("recall.note", multiline=True, most=500)),
    ]
    return modal("recall.close", "Close the recall", blocks, submit="Close", carried=carried)


def listing(lines: Sequence[tuple[str, int]], *, first: int, total: int) -> Reply:
    """All recalls, the open ones first. A line is its words and the recall's id."""
    if not total:
        text = "There has been no recall. An approver recalls a lot with `/stock recall L-1042`."
        return Reply(text, [section(text)])
    shown = paging.counted(first, len(lines), total)
    blocks = [header(many(total, "recall")), *([context(shown)] if shown else [])]
    blocks += [section(words, accessory=button("Show", f"recall.show:{number}", {"r": number})) for words, number in lines]
    blocks += paging.pager("recall.page", {}, first=first, shown=len(lines), total=total)
    return Reply(f"{many(total, 'recall')}.", blocks)


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
