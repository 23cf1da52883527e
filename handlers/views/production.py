"""Production in words: whether a run is covered, what is left and what is short; what was built, and of what."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming, paging
from handlers.views.parts import Block, actions, context, field, modal, paragraphs, said, section, text_input
from handlers.views.pickers import day
from handlers.views.stock import Left, Moved
from models.quantities import ONE, said_number
from models.wording import amount, counted, listed

#: A line names so many other locations, and an answer so many components that went in.
MOST_PLACES, MOST_WENT_IN = 3, 4


class Some(NamedTuple):
    """So much of something."""

    name: str
    unit: str
    quantity: int

    def __str__(self) -> str:
        return said(counted(self.quantity, self.name, self.unit))


class Need(NamedTuple):
    """What a run does to one component: what it needs and where that comes from, and what is left of it then."""

    name: str
    unit: str
    needed: int
    #: Of it that lies there, how much may be used, and how much of that is taken.
    on_hand: int
    free: int
    taken: int
    made: int
    instead: Sequence[Some]
    short: int
    #: The reorder point that counts it, and what is on hand for that after the run; None where there is none.
    low: int | None
    then: int
    #: Where that reorder point holds, if that is another place.
    counted_at: str
    elsewhere: Sequence[tuple[str, int]]
    #: What is on order, each said already: "600 on Fri 4 Dec (PO-12)".
    coming: Sequence[str]

    @property
    def sinks(self) -> bool:
        """Whether it is at its reorder point or below it, after the run."""
        return self.low is not None and self.then <= self.low


class Answer(NamedTuple):
    """What is answered to the question whether a run is covered."""

    what: Some
    location: str
    because: str | None
    needs: Sequence[Need]
    first: int
    total: int
    short: Sequence[Some]
    #: What can be built at most, and what runs out first.
    most: Some
    limiting: Sequence[str]
    #: What a second run lacks; empty where that is covered, too.
    second: Sequence[Some]
    kept: bool
    carried: dict[str, int]


def can_build(answer: Answer, buttons: Sequence[Block]) -> Reply:
    """Yes or no first, then component by component, the worst first, then how many it is at most and whether a second run is covered."""
    because = f" ({answer.because})" if answer.because else ""
    if answer.short:
        line = f"No: {said(answer.location)}{because} lacks {_listed(answer.short)} for {answer.what}."
    else:
        line = f"Yes: {answer.what} can be built at {said(answer.location)}{because}."
    page = paging.counted(answer.first, len(answer.needs), answer.total)
    blocks = [section(line), *paragraphs([*([f"Components {page}:"] if page else []), *(_need(one) for one in answer.needs)])]
    blocks += paging.pager("build.page", answer.carried, first=answer.first, shown=len(answer.needs), total=answer.total)
    rest = " ".join(filter(None, (_kept(answer), _most(answer), _second(answer))))
    blocks.append(context(rest))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"{line} {rest}", blocks)


def _listed(some: Sequence[Some], most: int = MOST_PLACES) -> str:
    more = len(some) - most
    return listed([*map(str, some[:most]), *([f"{more:,} more"] if more > 0 else [])])


def _kept(answer: Answer) -> str:
    return "What it takes is kept for it." if answer.kept else ""


def _most(answer: Answer) -> str:
    if not answer.most.quantity:
        return f"None can be built now: {_runs_out(answer.limiting)}."
    first = f": {_runs_out(answer.limiting)}" if answer.limiting else ""
    return f"At most {said(amount(answer.most.quantity, answer.most.unit))} can be built now{first}."


def _runs_out(names: Sequence[str]) -> str:
    more = len(names) - MOST_PLACES
    told = listed([*map(said, names[:MOST_PLACES]), *([f"{more:,} more"] if more > 0 else [])])
    return f"{told} {'runs' if len(names) == 1 else 'run'} out first"


def _second(answer: Answer) -> str:
    if answer.short:
        return ""
    run = f"A second run of {said(amount(answer.what.quantity, answer.what.unit))}"
    return f"{run} is short by {_listed(answer.second)}." if answer.second else f"{run} is covered, too."


def _need(one: Need) -> str:
    name, needed = said(one.name), said(amount(one.needed, one.unit))
    if one.short:
        short = said(amount(one.short, one.unit))
        return f"{naming.LATE} short · {name}: needs {needed}, {_from(one)}; *{short} short*.{_elsewhere(one)}{_coming(one)}"
    sign = f"{naming.LOW} low then · " if one.sinks else "• "
    more = f"{_elsewhere(one) if one.elsewhere else ''}{_coming(one) if one.coming else ''}"
    return f"{sign}{name}: {_whence(one, needed)}{_left(one)}{more}"


def _whence(one: Need, needed: str) -> str:
    if one.taken == one.needed:
        return f"{needed} of {said(amount(one.free, one.unit))}{' that are free' if one.free < one.on_hand else ''}"
    return f"needs {needed}: {_from(one)}"


def _from(one: Need) -> str:
    """ "1,400 in stock, 120 made on the way and 600 M8 bolts zinc instead"."""
    some = said(amount(one.taken, one.unit)) if one.taken else "none"
    told = [f"{some} free of {said(amount(one.on_hand, one.unit))} in stock" if one.free < one.on_hand else f"{some} in stock"]
    if one.made:
        told.append(f"{said(amount(one.made, one.unit))} made on the way")
    more = len(one.instead) - MOST_PLACES
    told += [f"{other} instead" for other in one.instead[:MOST_PLACES]]
    return listed([*told, *([f"{more} more instead"] if more > 0 else [])])


def _left(one: Need) -> str:
    """ "; 1,400 remain, still above the reorder point of 1,000"."""
    if not one.taken:
        return "."
    left = f"{said(amount(one.free - one.taken, one.unit)) if one.free > one.taken else 'none'} remain"
    if one.free - one.taken == ONE:
        left += "s"
    if one.low is None:
        return f"; {left}."
    how = "below" if one.then < one.low else "at" if one.then == one.low else "still above"
    there = f"in {said(one.counted_at)}" if one.counted_at else "on hand" if one.free < one.on_hand else ""
    where = f" ({said(amount(one.then, one.unit))} {there})" if there else ""
    return f"; {left}, {how} the reorder point of {said(amount(one.low, one.unit))}{where}."


def _elsewhere(one: Need) -> str:
    if not one.elsewhere:
        return " No other location has any."
    more = len(one.elsewhere) - MOST_PLACES
    told = [f"{said(place)} {said(amount(free, one.unit))}" for place, free in one.elsewhere[:MOST_PLACES]]
    return f" Elsewhere: {listed([*told, *([f'{more:,} more'] if more > 0 else [])])}."


def _coming(one: Need) -> str:
    if not one.coming:
        return " None is on order."
    more = len(one.coming) - MOST_PLACES
    return f" On order: {listed([*map(said, one.coming[:MOST_PLACES]), *([f'{more:,} more'] if more > 0 else [])])}."


class WentIn(NamedTuple):
    """What of a component went in, and what is left of it there."""

    what: Some
    left: int
    low: int | None
    #: The lots of it, each with how much, where it is tracked by lots.
    lots: Sequence[tuple[str, int]]


def built(
    what: Moved,
    target: Left,
    *,
    went_in: Sequence[WentIn],
    made: Sequence[Some],
    instead: Sequence[tuple[Some, str]],
    because: str | None,
    warning: str,
) -> Reply:
    """Something was built: how much of it is there now, what went in and what is left of that."""
    line = f"Built {what.amount} at {said(target.location)}{f' ({because})' if because else ''}{what.lots}{what.when}."
    more = len(went_in) - MOST_WENT_IN
    told = listed([*(_went_in(one) for one in went_in[:MOST_WENT_IN]), *([f"{more:,} more"] if more > 0 else [])])
    rest = [target.told("now"), f"What went in: {told}."]
    if made:
        rest.append(f"Made on the way: {_listed(made)}.")
    rest += [f"{other} went in instead of {said(name)}." for other, name in instead[:MOST_PLACES]]
    return answers.changed(line, " ".join(filter(None, [*rest, warning])), entry=what.entry)


def _went_in(one: WentIn) -> str:
    """ "2,000 M8 bolts (1,400 left, reorder point 1,000)", and by first expiry the lots."""
    left = f"{said(amount(one.left, one.what.unit))} left" if one.left else "none left"
    point = f", reorder point {said_number(one.low)}" if one.low is not None else ""
    lots = ", ".join(_of_lot(one, code, quantity) for code, quantity in one.lots[:MOST_PLACES])
    return f"{one.what} ({f'{lots}; ' if lots else ''}{left}{point})"


def _of_lot(one: WentIn, code: str, quantity: int) -> str:
    """ "12 of lot L-2", or all of it: "lot L-2"."""
    some = f"{said(amount(quantity, one.what.unit))} of " if quantity < one.what.quantity else ""
    return f"{some}lot {said(code)}"


def form(what: Some, location: str, *, serials: bool, lot: bool, note: str | None, carried: dict[str, Any]) -> Block:
    """What has to be known of what is built: its serials, or its lot."""
    blocks = [context(f"{what} at {said(location)}, of what the bill of materials says.")]
    if serials:
        element = text_input("build.serials", multiline=True, most=3000, placeholder="SN-130..134")
        blocks.append(field("serials", "Serials", element, hint="One for each: SN-130..134, SN-200."))
    if lot:
        blocks.append(field("lot", "Lot", text_input("build.lot", most=60), hint="The code that is printed on it."))
        blocks.append(field("expires", "Good until", day("build.expires"), optional=True))
    blocks.append(field("note", "Note", text_input("build.note", initial=note, most=1000), optional=True))
    return modal("build.make", "Build", blocks, submit="Build", carried=carried)
