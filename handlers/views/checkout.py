"""What is answered when things went out, came back, or were promised for later: one line of what happened, one of what remains."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming
from handlers.views.due import Reader, day_field, time_field
from handlers.views.parts import Block, modal, said, section
from models.checkouts import Held
from models.ledger import Posted
from models.quantities import said_number
from models.times import local_day
from models.wording import counted

#: What Extend proposes.
WEEK = timedelta(weeks=1)


class Left(NamedTuple):
    """How many of a variant a location still has."""

    name: str
    unit: str
    quantity: int
    location: str

    def told(self) -> str:
        """ "17 hard hats left in Warehouse." """
        amount = counted(self.quantity, self.name, self.unit) if self.quantity else f"No {self.name}"
        return f"{said(amount)} left in {said(self.location)}."


class Part(NamedTuple):
    """So much of a counted item, and when that was due."""

    quantity: int
    due: str


def out(
    entry: Posted,
    things: Sequence[str],
    left: Sequence[Left],
    *,
    sources: Sequence[str],
    because: str | None,
    holder: str | None,
    until: str,
    lots: str = "",
    terms: tuple[str, Sequence[Block]] = ("", ()),
) -> Reply:
    """Things went out. `things` and `lots` are named already; without a `holder` they went to whoever reads this.

    `terms` say who is asked to accept some, with the button to do so.
    """
    whence = naming.things([said(source) for source in sources])
    reason = f" ({said(because)})" if because else ""
    line = f"Checked out {naming.things(things)} from {whence}{reason} to {said(holder) if holder else 'you'}, {until}{lots}."
    remains = " ".join(filter(None, [*(one.told() for one in left[:3]), answers.noted(entry), terms[0]]))
    return answers.changed(line, remains, entry=entry, extra=terms[1])


def returned(
    entry: Posted,
    things: Sequence[str],
    *,
    targets: Sequence[str],
    parts: Sequence[Part],
    remains: str,
    told: Sequence[str],
    lots: str = "",
) -> Reply:
    """Things came back. `parts` say which dues a counted return has settled, where that was not the only one; `told` who hears of it."""
    line = f"Returned {naming.things(things)} to {naming.things([said(target) for target in targets])}{_settled(parts)}{lots}."
    heard = f"{naming.things([said(name) for name in told])} {'is' if len(told) == 1 else 'are'} told." if told else ""
    return answers.changed(line, " ".join(filter(None, (remains, heard, answers.noted(entry)))), entry=entry)


def _settled(parts: Sequence[Part]) -> str:
    if not parts:
        return ""
    if len(parts) == 1:
        return f", of those {parts[0].due}"
    told = [f"{said_number(part.quantity)} {part.due}" for part in parts]
    return f", earliest due first: {naming.things(told)}"


def extended(entry: Posted, things: Sequence[str], *, until: str, before: Sequence[str]) -> Reply:
    """Things are promised for later than before."""
    was = naming.things(list(dict.fromkeys(before)))
    return answers.changed(f"Extended {naming.things(things)}: now {until}.", f"Before: {was}.", entry=entry)


def extend_form(held: Held, reader: Reader, *, key: str) -> Block:
    """Asks until when one checkout is extended; a week later than it is due is filled in."""
    zone = held.due_zone or reader.zone
    since = max(held.due_at or reader.now, reader.now)
    blocks = [
        section(f"{naming.held(held)}, {reader.held(held)}."),
        day_field("Until", local_day(since + WEEK, zone)),
        time_field(zone=zone, reader=reader),
    ]
    return modal("checkout.extend", "Extend", blocks, submit="Extend", carried={"k": key, "checkout": held.id})
