"""Sweeps: the card with its progress, the messages of its thread with what is to be settled, and the forms that settle it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming, paging, reserving
from handlers.views.due import Reader
from handlers.views.parts import (
    Block,
    actions,
    button,
    code,
    confirm,
    context,
    field,
    header,
    modal,
    paragraphs,
    said,
    search,
    section,
    text_input,
)
from models.ledger import Posted
from models.locations import LocationKind
from models.possessions import Possession
from models.reserved import Reserved
from models.sweep_reads import PAGE, Line, Went
from models.sweeps import SweepState
from models.wording import counted, many

#: So much of what is reserved stands on a card.
MOST_KEPT = 10

#: What went with somebody who left, by its table: one of it, and several.
_RELEASED = {
    "hand_overs": ("offer to them", "offers to them"),
    "bookings": ("booking", "bookings"),
    "waits": ("place in line", "places in line"),
}


class SweepCard(NamedTuple):
    """What the card of a sweep tells."""

    id: int
    place: str
    kind: LocationKind
    because_left: bool
    #: Whoever it began for is a member again.
    back: bool
    state: SweepState
    by: str
    opened_at: datetime
    closed_by: str | None
    lines: Sequence[Line]
    #: How much of what was promised to somebody who left is free again, by its table.
    released: Mapping[str, int]
    #: Whether more lay there than is listed.
    more: bool
    #: What whoever left has reserved for jobs and customers, and is kept still.
    kept: Sequence[Reserved] = ()

    @property
    def settled(self) -> int:
        """How many things are settled."""
        return sum(line.settled for line in self.lines)

    @property
    def under_way(self) -> bool:
        """Whether something can be settled."""
        return self.state is SweepState.OPEN and not self.back and self.settled < len(self.lines)

    @property
    def head(self) -> str:
        """ "Ana Silva left and has 4 things", "Sweep of Van 3: 12 things"."""
        has = things(len(self.lines)) if self.lines else "nothing"
        return f"{self.place} left and has {has}" if self.because_left else f"Sweep of {self.place}: {has}"


def things(number: int) -> str:
    """ "1 thing", "4 things"."""
    return many(number, "thing")


def card(sweep: SweepCard, reader: Reader) -> Reply:
    """The card where keepers read: how much is settled, and how it ended. What is left is in its thread, and behind its button."""
    if sweep.state is SweepState.VOID:
        return _line(f"It was taken back: {said(sweep.place)} is not swept after all.")
    line = _state_line(sweep)
    blocks = [header(sweep.head), section(line)]
    if released := _released(sweep.released):
        blocks.append(context(f"Free again: {released}."))
    if withdrawn := sweep.released.get("approval_requests"):
        blocks.append(context(f"Withdrawn: {'1 request' if withdrawn == 1 else f'{withdrawn:,} requests'} for approval."))
    blocks += _kept(sweep.kept, reader)
    if sweep.more:
        again = f"More lay there than one thread can list. When these are settled: {code(f'/checkout sweep {sweep.place}')}."
        blocks.append(context(again))
    by = "" if sweep.because_left else f"{said(sweep.by)} · "
    blocks.append(context(f"{by}{naming.anywhere(sweep.opened_at, reader.zone)}"))
    buttons = [button("Show the things", "sweep.page", {"s": sweep.id, "f": 0}, style="primary" if sweep.under_way else None)]
    if sweep.state is SweepState.OPEN and sweep.lines and sweep.settled < len(sweep.lines):
        left = things(len(sweep.lines) - sweep.settled)
        stays = confirm("Close the sweep?", f"What is not settled stays where it is: {left} of {sweep.place}.", "Close")
        buttons.append(button("Close", "sweep.close", {"s": sweep.id}, confirm=stays))
    return Reply(f"{said(sweep.head)}. {line.replace('*', '')}", [*blocks, *([actions(*buttons)] if sweep.lines else [])])


def _state_line(sweep: SweepCard) -> str:
    settled = f"{sweep.settled} of {len(sweep.lines)} settled"
    if sweep.state is SweepState.CLOSED:
        return f"{naming.PLENTY} *Closed* by {said(sweep.closed_by or 'somebody')}: {settled}."
    if not sweep.lines:
        return f"{naming.WELL} There is nothing to collect."
    if sweep.settled == len(sweep.lines):
        return f"{naming.WELL} *All settled*: nothing of it is {naming.inside(sweep.kind, sweep.place)} any more."
    if sweep.back:
        return f"{naming.WELL} *{said(sweep.place)} is back*, and keeps what is not settled: {settled}."
    return f"{naming.WAITING} *{settled}*. The thread lists what is left: collect it, give it to somebody else, or write it off."


def _released(counts: Mapping[str, int]) -> str:
    told = [f"{counts[table]:,} {words[counts[table] > 1]}" for table, words in _RELEASED.items() if counts.get(table)]
    return naming.things(told) if told else ""


def _kept(kept: Sequence[Reserved], reader: Reader) -> list[Block]:
    """What stays reserved for jobs and customers, each with its button: nobody is reminded of it any more."""
    if not kept:
        return []
    more = f" {len(kept) - MOST_KEPT:,} more: {code('/stock reserved')}." if len(kept) > MOST_KEPT else ""
    told = f"Reserved in their name, and kept until somebody releases it or it lapses; nobody is reminded of that.{more}"
    rows = [section(reserving.line(one, reader, by=False), accessory=reserving.release_button(one)) for one in kept[:MOST_KEPT]]
    return [context(told), *rows]


def page(sweep: SweepCard, *, first: int, reader: Reader, turns: bool = False) -> Reply:
    """Some of the things: those that are left, each with the ways to settle it, then those that are settled. `turns`: with a pager."""
    some = sweep.lines[first : first + PAGE]
    which = paging.counted(first, len(some), len(sweep.lines)) or things(len(some))
    if sweep.state is SweepState.VOID:
        return _line(f"It was taken back: {said(sweep.place)} is not swept after all.")
    left, done = [line for line in some if not line.settled], [line for line in some if line.settled]
    text = f"{which} of {said(sweep.place)}: {len(done)} settled." if done else f"{which} of {said(sweep.place)}."
    blocks = [context(text)]
    for line in left:
        told = f"{naming.PLENTY} *{_named(line)}*{_stands(line, reader)}"
        blocks.append(section(told))
        if sweep.under_way:
            blocks.append(_ways(line))
    blocks += paragraphs([f"{naming.WELL} {_named(line)}: {_gone(line.went)}" for line in done])
    if turns:
        blocks += paging.pager("sweep.page", {"s": sweep.id, "n": 1}, first=first, shown=len(some), total=len(sweep.lines))
    return Reply(text, blocks)


def _named(line: Line) -> str:
    if line.serial:
        return naming.asset(line.what, line.serial)
    return said(counted(line.left.quantity if line.left else line.quantity, line.what, line.unit))


def _stands(line: Line, reader: Reader) -> str:
    """When it is due, where it goes back to, and what of it has gone already."""
    assert line.left is not None
    due = f", {naming.due(line.left, now=reader.now, reader_zone=reader.zone)}" if line.left.due_at else ""
    home = f". Goes back to {said(line.left.home)}" if line.left.home else ""
    gone = f". Before: {_gone(line.went)}" if line.left.quantity < line.quantity and line.went else ""
    return f"{due}{home}{gone}."


def _gone(went: Sequence[Went]) -> str:
    """Where it has gone, and who brought it there: the last three, of which the last is the newest."""
    told = [f"{_end(one)} ({said(one.member)})" for one in dict.fromkeys(went[-3:])]
    return ", ".join(told) if told else "not there any more"


def _end(one: Went) -> str:
    if one.target_kind is LocationKind.PERSON:
        return f"with {said(one.target)}"
    return said(one.target.lower()) if one.target_kind in (LocationKind.LOST, LocationKind.SCRAP) else f"in {said(one.target)}"


def _ways(line: Line) -> Block:
    """The buttons of one thing; `n` makes what is done after an undo another intent."""
    assert line.left is not None
    value = {"l": line.id, "n": line.times}
    home = line.left.home
    return actions(
        button("Collect", f"sweep.collect:{line.id}", value) if home else None,
        button("Collect to…" if home else "Collect", f"sweep.place:{line.id}", value),
        button("Reassign", f"sweep.give:{line.id}", value),
        button("Write off", f"sweep.lose:{line.id}", value),
        block_id=f"sweep:{line.id}",
    )


def place_form(thing: Possession, *, carried: Mapping[str, Any]) -> Block:
    """Asks where something is put."""
    where = search("location.suggest", placeholder="Type a location")
    homeless = "It was not checked out of a store, so it goes back to none by itself."
    blocks = [
        context(f"{naming.held(thing)}{f', which left {said(thing.home)}' if thing.home else ''}."),
        field("target", "Where is it put", where, hint=None if thing.home else homeless),
        field("note", "Note", text_input("note", most=300), optional=True),
    ]
    return modal("sweep.place", "Collect", blocks, submit="Collect", carried=carried)


def give_form(thing: Possession, *, carried: Mapping[str, Any]) -> Block:
    """Asks who gets something."""
    blocks = [
        context(f"{naming.held(thing)}."),
        field(
            "holder", "To whom", search("holder.suggest", placeholder="Type a name or location"), hint="They have it at once, and are told."
        ),
        field("note", "Note", text_input("note", most=300), optional=True),
    ]
    return modal("sweep.give", "Reassign", blocks, submit="Reassign", carried=carried)


def lose_form(thing: Possession, *, carried: Mapping[str, Any]) -> Block:
    """Asks why something is written off."""
    are, them = ("are", "them") if thing.many else ("is", "it")
    blocks = [
        context(f"{naming.held(thing)} {are} booked as lost, and nobody owes {them} any more."),
        field("reason", "Why", text_input("reason", multiline=True, most=500), hint="It is kept in the history."),
    ]
    return modal("sweep.lose", "Write off", blocks, submit="Write off", carried=carried)


def collected(entry: Posted, thing: Possession, *, whose: str, target: str) -> Reply:
    """Something is back."""
    return answers.changed(f"Collected {naming.held(thing)} from {said(whose)}: in {said(target)} now.", entry=entry)


def reassigned(entry: Posted, thing: Possession, *, whose: str, receiver: str, reader: Reader) -> Reply:
    """Somebody else has it."""
    due = f", {naming.due(thing, now=reader.now, reader_zone=reader.zone)}" if thing.due_at else ""
    return answers.changed(f"Gave {naming.held(thing)} from {said(whose)} to {said(receiver)}{due}.", entry=entry)


def written_off(entry: Posted, thing: Possession, *, whose: str) -> Reply:
    """Nobody owes it any more."""
    they_are, turn_up, them = ("they are", "they turn up", "them") if thing.many else ("it is", "it turns up", "it")
    otherwise = "say that it was found" if thing.serial else f"count {them} in"
    what = f"Wrote off {naming.held(thing)} of {said(whose)}: {they_are} booked as lost."
    return answers.changed(what, f"When {turn_up}, undo this, or {otherwise}.", entry=entry)


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
