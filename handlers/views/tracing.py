"""A trace: what a lot or asset came from and what became of it, a line each, a page at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from handlers.dates import say_due
from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, clipped, context, header, said, section
from models.locations import LocationKind
from models.tracing import Step, Trace, What
from models.wording import counted

#: A note in a line is cut to so many characters.
LONGEST_NOTE = 80
#: How far away a line is, in front of it.
STEP = "› "

_GONE = {
    LocationKind.USED: "used",
    LocationKind.SCRAP: "scrapped",
    LocationKind.LOST: "lost",
    LocationKind.ADJUSTMENT: "missing at a count",
}


class Traced(NamedTuple):
    """What is traced, as it is called, and what the buttons carry."""

    name: str
    carried: Mapping[str, Any]


def page(traced: Traced, trace: Trace, *, first: int, reader: Reader) -> Reply:
    """A page of a trace: backwards first, then forwards, each with the nearest first."""
    steps = [*trace.back, *trace.forward]
    shown = steps[first : first + paging.PAGE]
    lines: list[Block] = []
    for number, step in enumerate(shown, start=first):
        if number == first or number == len(trace.back):
            lines.append(section("*What it came from*" if number < len(trace.back) else "*What became of it*"))
        lines.append(section(line(step, reader)))
    head = summary(trace)
    counted_there = paging.counted(first, len(shown), len(steps))
    far = f" {STEP.strip()} is one build away." if any(step.level for step in steps) else ""
    note = [context(f"{counted_there}{far}".strip())] if counted_there or far else []
    pager = paging.pager("trace.page", traced.carried, first=first, shown=len(shown), total=len(steps))
    file = actions(button("As a file", "trace.file", dict(traced.carried)))
    blocks = [header(f"Trace of {traced.name}"), section(head), *note, *lines, *pager, file]
    return Reply(f"{said(traced.name)}: {head}", blocks)


def summary(trace: Trace) -> str:
    """Where it came from and who has it, in a line."""
    suppliers = _named(trace.back, What.RECEIVED)
    went = _named([step for step in trace.forward if step.kind not in _GONE], What.WENT)
    lies = list(dict.fromkeys(_inside(step) for step in trace.forward if step.what is What.LIES))
    told = [
        f"From {naming.things(suppliers, most=4)}." if suppliers else "Where it came from is not known.",
        f"Gone to {naming.things(went, most=6)}." if went else "",
        f"Lies {naming.things(lies, most=6)}." if lies else "Nothing of it lies anywhere now.",
    ]
    return " ".join(filter(None, told))


def _named(steps: Sequence[Step], what: What) -> list[str]:
    return list(dict.fromkeys(said(step.place) for step in steps if step.what is what))


def _inside(step: Step) -> str:
    return naming.inside(step.kind, step.place)


def line(step: Step, reader: Reader) -> str:
    """One line of a trace."""
    when = say_due(step.happened_at, reader.zone, now=reader.now, reader_zone=reader.zone) if step.happened_at else ""
    note = f"“{said(clipped(step.note, LONGEST_NOTE))}”" if step.note else ""
    return " · ".join(filter(None, [f"{STEP * step.level}{thing(step)} {became(step)}", when, said(step.member), note]))


def thing(step: Step) -> str:
    """So much of what, escaped: "3 milks of lot L-1", "Canon R6 `SN-1`"."""
    if step.node.asset_id is not None:
        return naming.asset(step.variant, step.code)
    of = f" of lot {step.code}" if step.code else " of no lot" if step.tracked else ""
    return said(counted(step.quantity, step.variant, step.unit) + of)


_BECAME = {
    What.RECEIVED: "received from",
    What.COUNTED: "counted in at",
    What.WENT_IN: "built in, from",
    What.BUILT: "built at",
    What.CAME_BACK: "came back from",
}


def became(step: Step) -> str:
    """What happened to it, escaped."""
    place = said(step.place)
    if step.what is What.LIES:
        return f"{_inside(step)} now"
    if step.what is What.WENT:
        return _GONE.get(step.kind) or f"{'sent back to' if step.kind is LocationKind.SUPPLIER else 'to'} {place}"
    return f"{_BECAME[step.what]} {place}"
