"""Attestations: the question with its list, the form that says what is wrong, the card of a dispute, and who has not answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming, paging
from handlers.views.due import Reader
from handlers.views.parts import (
    Block,
    actions,
    button,
    confirm,
    context,
    field,
    header,
    modal,
    option,
    paragraphs,
    plain,
    said,
    section,
    select,
    text_input,
)
from models.assets import AssetState
from models.attestations import AttestationState, Verdict
from models.custody import Whereabouts
from models.ledger import Posted
from models.possessions import Possession
from models.wording import many

#: What can be wrong with something, as the form offers it.
_WRONG = {Verdict.MISSING: "I do not have it", Verdict.BROKEN: "It is broken", Verdict.OTHER: "Something else"}
#: What somebody else reads of that.
_SAYS = {
    Verdict.MISSING: "{who} does not have {what}",
    Verdict.BROKEN: "{who} says that {what} {are} broken",
    Verdict.OTHER: "{who} disputes having {what} as the ledger says",
}


#: What its sender reads of it.
_NOTED = {Verdict.MISSING: "you do not have {}", Verdict.BROKEN: "broken: {}", Verdict.OTHER: "not right as it is written: {}"}


class Asked(NamedTuple):
    """A question to a member, as it stands."""

    id: int
    state: AttestationState
    #: The keeper who asks; nobody, where their time had come.
    by: str | None
    asked_at: datetime
    answered_at: datetime | None
    things: Sequence[Possession]
    #: Tells this list from another.
    of: str
    #: What they said is wrong, once they have answered.
    disputed: Sequence[Possession]
    #: Whether they may have more than is listed.
    more: bool
    member: str = ""
    reminded: int = 0


class Dispute(NamedTuple):
    """What somebody disputes, as it stands."""

    id: int
    who: str
    what: Possession
    verdict: Verdict
    note: str | None
    answered_at: datetime | None
    #: What they still have of it; None once it is settled.
    left: Possession | None
    active: bool
    dismissed_by: str | None
    #: Where an asset is by now, once that is settled.
    now: Whereabouts | None


def _things(number: int) -> str:
    return "this thing" if number == 1 else f"these {number:,} things"


def asked(question: Asked, reader: Reader, *, superseded: bool = False) -> Reply:
    """The message that asks: what they have now, and the two answers; once it is over, how it ended."""
    number = len(question.things)
    if superseded:
        return _line("I asked what you hold. The question stands below once more.")
    match question.state:
        case AttestationState.VOID:
            return _line("It was taken back: you are not asked what you hold.")
        case AttestationState.OVER:
            return _line("I asked what you hold. That is over.")
        case AttestationState.ANSWERED:
            return _answered(question, reader)
    if not number:
        return _line("I asked what you hold: it is nothing any more, so there is nothing to confirm.")
    text = f"{naming.WAITING} You hold {_things(number)}. Still right?"
    value = {"a": question.id, "of": question.of}
    more = context("And more, of which the first are asked about: `/checkout mine` lists it all.")
    right, wrong = button("All right", "attest.right", value, style="primary"), button("Something is wrong", "attest.wrong", value)
    ways = actions(right, wrong, block_id=f"attest:{question.id}")
    lines = paragraphs([f"• {_with_due(thing, reader)}" for thing in question.things])
    asks = context(f"{f'{said(question.by)} asks' if question.by else 'I ask'}, so that what is written is what is there.")
    return Reply(text, [section(text), *lines, *([more] if question.more else []), asks, ways])


def _answered(question: Asked, reader: Reader) -> Reply:
    when = reader.time(question.answered_at) if question.answered_at else ""
    right = len(question.things)
    if not question.disputed:
        return _line(f"{naming.WELL} You confirmed on {when} that you hold {_things(right)}.")
    what = naming.things([naming.held(thing) for thing in question.disputed])
    kept = f" The other {right:,} {'is' if right == 1 else 'are'} confirmed." if right else ""
    return _line(f"{naming.REPORTED} You said on {when} what is not right: {what}.{kept} Its keepers are told.")


def _with_due(thing: Possession, reader: Reader) -> str:
    due = f", {naming.due(thing, now=reader.now, reader_zone=reader.zone)}" if thing.due_at else ""
    return f"{naming.held(thing)}{due}"


def wrong_form(things: Sequence[Possession], *, carried: Mapping[str, Any]) -> Block:
    """Asks what is not right, and what is wrong with it."""
    which: Block = {
        "type": "multi_static_select",
        "action_id": "attest.which",
        "placeholder": plain("Choose what is not right", 150),
        "options": [option(naming.plain_held(thing), str(number)) for number, thing in enumerate(things)],
    }
    what = select("attest.verdict", [option(label, verdict) for verdict, label in _WRONG.items()], chosen=Verdict.MISSING)
    note = text_input("attest.note", multiline=True, most=500, placeholder="Bo has it since Monday")
    blocks = [
        field("which", "Which", which, hint="What you do not choose is confirmed."),
        field("verdict", "What is wrong", what),
        field("note", "Note", note, optional=True, hint="Its keepers read it."),
    ]
    return modal("attest.wrong", "Something is wrong", blocks, submit="Send", carried=carried)


def confirmed(entry: Posted, number: int) -> Reply:
    """All of it is right."""
    return answers.changed(f"Confirmed: you hold {_things(number)}.", "The history of each says so.", entry=entry)


def noted(entry: Posted, wrong: Sequence[Possession], verdict: Verdict, right: int) -> Reply:
    """Some of it is not right."""
    what = naming.things([naming.held(thing) for thing in wrong])
    told = f"The other {right:,} {'is' if right == 1 else 'are'} confirmed. " if right else ""
    return answers.changed(
        f"Noted: {_NOTED[verdict].format(what)}.", f"{told}Its keepers are told, and say what becomes of it.", entry=entry
    )


def card(dispute: Dispute, reader: Reader) -> Reply:
    """The card where keepers read: what is disputed, and the ways to settle it; once that is over, how it ended."""
    thing = dispute.left or dispute.what
    what, are, they, stay = naming.held(thing), *(("are", "they", "they stay") if thing.many else ("is", "it", "it stays"))
    told = _SAYS[dispute.verdict].format(who=said(dispute.who), what=what, are=are)
    if not dispute.active:
        return _line(f"{said(dispute.who)} took it back: {what} {are} right as {they} {are}.")
    if dispute.dismissed_by is not None:
        return _line(f"{naming.PLENTY} {told}. {said(dispute.dismissed_by)} dismissed it: {stay} with {said(dispute.who)}.")
    if dispute.left is None:
        return _line(f"{naming.WELL} {told}. That is settled.{_now(dispute.now) if dispute.now else ''}")
    due = f", {naming.due(dispute.left, now=reader.now, reader_zone=reader.zone)}" if dispute.left.due_at else ""
    home = f" {'They go' if thing.many else 'It goes'} back to {said(dispute.left.home)}." if dispute.left.home else ""
    note = f" “{said(dispute.note)}”" if dispute.note else ""
    text = f"{naming.REPORTED} {told}, which should be with them{due}.{note}"
    when = context(f"Said {naming.anywhere(dispute.answered_at, reader.zone)}.{home}") if dispute.answered_at else None
    return Reply(text, [section(text), *([when] if when else []), actions(*_ways(dispute), block_id=f"dispute:{dispute.id}")])


def _now(where: Whereabouts) -> str:
    gone = where.state in (AssetState.LOST, AssetState.RETIRED)
    return f" It is {where.state} by now." if gone else f" It is {naming.inside(where.kind, where.location)} now."


def _ways(dispute: Dispute) -> list[Block | None]:
    left, value = dispute.left, {"d": dispute.id}
    assert left is not None
    are, them = ("are", "them") if left.many else ("is", "it")
    lost = confirm("Lost?", f"{naming.plain_held(left)} {are} booked as lost, and {dispute.who} owes {them} no more.", "Lost")
    broken = dispute.verdict is Verdict.BROKEN and left.asset_id is not None
    history = {"of": "asset", "id": left.asset_id} if left.asset_id is not None else None
    return [
        button("Report", "report.open", {"a": left.asset_id}, style="primary") if broken else None,
        button("Return", "dispute.return", value) if left.home else None,
        button("History", "history.page", history) if history else None,
        button("Dismiss", "dispute.dismiss", value),
        button("Lost", "dispute.lost", value, confirm=lost),
    ]


def listing(rows: Sequence[Asked], *, first: int, total: int, waiting: int, reader: Reader) -> Reply:
    """Who was asked: those who have not answered first."""
    if not total:
        text = "Nobody was asked yet what they hold. `/checkout attest` asks everybody who has something out."
        return Reply(text, [section(text)])
    head = f"{waiting:,} of {total:,} {'has' if waiting == 1 else 'have'} not answered"
    pages = paging.counted(first, len(rows), total)
    blocks: list[Block] = [header(head), *([context(pages)] if pages else [])]
    blocks += [_row(row, reader) for row in rows]
    blocks += paging.pager("attest.page", {}, first=first, shown=len(rows), total=total)
    return Reply(f"{head}.", blocks)


def _row(row: Asked, reader: Reader) -> Block:
    if row.state is AttestationState.ANSWERED:
        when = f" on {reader.time(row.answered_at)}" if row.answered_at else ""
        wrong = f": {naming.things([naming.held(thing) for thing in row.disputed], most=3)} not right" if row.disputed else ""
        sign = naming.REPORTED if row.disputed else naming.WELL
        return section(f"{sign} {said(row.member)} answered{when}{wrong}")
    number = len(row.things)
    has = many(number, "thing") if number else "nothing any more"
    again = f", reminded {'once' if row.reminded == 1 else f'{row.reminded} times'}" if row.reminded else ""
    text = f"{naming.WAITING} {said(row.member)} has {has}, asked on {reader.time(row.asked_at)}{again}"
    remind = button("Remind", f"attest.remind:{row.id}", {"a": row.id, "n": row.reminded})
    return section(text, accessory=remind if number else None)


def asked_now(entry: Posted, names: Sequence[str]) -> Reply:
    """Members are asked."""
    who = naming.things([said(name) for name in names])
    there = button("Who has answered", "attest.page", {"f": 0, "k": str(entry.id)})
    number = len(names)
    line = f"Asked {who} whether what {'they have' if number == 1 else 'each has'} is right."
    return answers.changed(
        line, "They are asked in their working hours. What they dispute comes to the keepers.", entry=entry, extra=[there]
    )


def on_card(member: str, verdict: Verdict, day: str) -> str:
    """What the card of an asset tells of the last answer about it."""
    if verdict is Verdict.RIGHT:
        return f"{said(member)} confirmed having it on {day}."
    return f"{_SAYS[verdict].format(who=said(member), what='it', are='is')}: said on {day}."


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
