"""The location card: what lies there, a page at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.parts import Block, actions, code, context, fields, header, said, section
from models.contents import Lying
from models.quantities import said_number
from models.wording import many, measured

MOST_BELOW = 6


class LocationCard(NamedTuple):
    """What the card of a location tells."""

    id: int
    name: str
    kind: str
    #: Whether what lies there counts as ours.
    ours: bool
    path: str
    below: Sequence[str]
    keepers: Sequence[str]
    #: Of a supplier: whom to ask, and how long it takes.
    contact: str | None
    lead_days: int | None
    #: Every how many days each class is counted, as words; empty: by no schedule.
    counted: str
    #: Slack's id of the channel that its cards go to.
    channel: str | None
    open_to_all: bool
    lying: Sequence[Lying]
    first: int
    total: int
    #: Empty for today; else what day it shows, as words, and what a pager of it carries.
    as_of: str
    carried: Any
    happened: Sequence[str]


def card(there: LocationCard, buttons: Sequence[Block]) -> Reply:
    """A location at a glance: what lies there, the most first, and who looks after it."""
    line = _state_line(there)
    named = there.name if there.name.casefold() == there.kind else f"{there.name} · {there.kind}"
    blocks = [header(named), section(line)]
    facts = [] if there.as_of else _facts(there)
    if facts:
        blocks.append(fields(*facts))
    if there.lying:
        blocks.append(section("\n".join(_line(one) for one in there.lying)))
    blocks += paging.pager("location.page", there.carried, first=there.first, shown=len(there.lying), total=there.total)
    if there.happened:
        blocks.append(context("\n".join(there.happened)))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"{said(there.name)}: {line.replace('*', '')}", blocks)


def _state_line(there: LocationCard) -> str:
    if not there.total:
        if there.as_of:
            return f"{there.as_of}: it was empty."
        return "Nothing lies here. Receive something with `/stock +5 item at …`." if there.ours else "What goes there is no stock of ours."
    things = f"*{there.total:,} {'thing' if there.total == 1 else 'different things'}*"
    page = paging.counted(there.first, len(there.lying), there.total)
    order = ", the most first" if there.total > 1 else ""
    told = f"{things} {'lay' if there.as_of else 'lie' if there.total > 1 else 'lies'} here{f', {page}' if page else ''}{order}."
    return f"{there.as_of}: {told}" if there.as_of else told


def _facts(there: LocationCard) -> list[tuple[str, str]]:
    more = len(there.below) - MOST_BELOW
    below = said(", ".join(there.below[:MOST_BELOW])) + (f" and {more:,} more" if more > 0 else "")
    facts = [
        ("Path", said(there.path) if " / " in there.path else ""),
        ("Below it", below),
        ("Keepers", said(", ".join(there.keepers[:MOST_BELOW])) if there.ours else ""),
        ("Contact", said(there.contact or "")),
        ("Takes", "" if there.lead_days is None else many(there.lead_days, "day")),
        ("Counted", there.counted),
        ("Channel", f"<#{there.channel}>" if there.channel else ""),
        ("Taking", "" if there.open_to_all else "by its keepers only"),
    ]
    return [fact for fact in facts if fact[1]]


def _line(one: Lying) -> str:
    low = one.low is not None and one.quantity <= one.low
    point = f" (reorder point {said_number(one.low or 0)})" if low else ""
    sign = f"{naming.LOW} low · " if low else "• "
    kept = f" · {said_number(one.reserved)} reserved" if one.reserved else ""
    return f"{sign}{said(measured(one.quantity, one.unit))} · {said(one.name)} {code(one.sku)}{kept}{point}"
