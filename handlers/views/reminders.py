"""Messages that come by themselves: what is due, what is late, what runs low, and what became of somebody's things."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.advice import chart_button, cover
from handlers.views.due import Reader
from handlers.views.holding import extend_button, return_button
from handlers.views.low import May, elsewhere, on_its_way, ways_on
from handlers.views.parts import Block, actions, button, context, said, section
from handlers.views.waiting import waiting_said
from models.advice import Advice
from models.checkouts import Held
from models.consumption import Stocked
from models.history import Happening
from models.lot_stock import Place
from models.lots import Lot, said_full
from models.purchasing import Low, Need
from models.quantities import ONE, said_number
from models.wording import amount, counted, many

#: A reminder lists at most so many things; the rest is counted.
MOST_LISTED = 12


def due(things: Sequence[Held], waits: Sequence[int], *, now: datetime, zone: str, superseded: bool, for_keeper: bool) -> Reply:
    """All that somebody has due or late, in one message, with how many wait for it and the two buttons that end each; or how it ended."""
    if superseded:
        return _line("A newer reminder follows below.")
    if not things:
        return _line(f"{naming.WELL} Nothing of that is due any more.")
    head = _due_head(things, now, for_keeper=for_keeper)
    blocks = [section(f"*{head}*")]
    for one, waiting in zip(things[:MOST_LISTED], waits, strict=False):
        blocks += _due_lines(one, waiting, now=now, zone=zone, for_keeper=for_keeper)
    if len(things) > MOST_LISTED:
        blocks.append(context(f"And {len(things) - MOST_LISTED} more: `/checkout mine` shows them all."))
    return Reply(head, blocks)


def _due_head(things: Sequence[Held], now: datetime, *, for_keeper: bool) -> str:
    late = sum(one.due_at is not None and one.due_at <= now for one in things)
    whose = "is out from your store and its holder can't be reached" if for_keeper else ""
    if for_keeper:
        return f"{_things(len(things))} {whose}."
    if late == len(things):
        return f"{_things(late)} you have {'is' if late == 1 else 'are'} late."
    if late:
        return f"{_things(len(things))} you have {'is' if len(things) == 1 else 'are'} due, {late} of them late."
    return f"{_things(len(things))} you have {'is' if len(things) == 1 else 'are'} due soon."


def _things(count: int) -> str:
    return "One thing" if count == 1 else f"{count} things"


def _due_lines(one: Held, waiting: int, *, now: datetime, zone: str, for_keeper: bool) -> list[Block]:
    holder = f", with {said(one.holder)}" if for_keeper else ""
    due = naming.due(one, now=now, reader_zone=zone)
    line = f"{naming.out_sign(one, now=now)} {naming.held(one)}{holder}, {due}. Goes back to {said(one.source)}."
    return [
        section(f"{line} {waiting_said(waiting)}".rstrip()),
        actions(return_button(one, own=not for_keeper), extend_button(one)),
    ]


def late_there(things: Sequence[Held], *, store: str, name_holders: bool, superseded: bool) -> Reply:
    """The line in a store's channel when something stays away; without names, unless the store says so. Or how it ended."""
    if superseded:
        return _line(f"A newer line on what is long overdue at {said(store)} follows below.")
    if not things:
        return _line(f"{naming.WELL} Nothing is long overdue at {said(store)} any more.")
    told = [naming.held(one) + (f" ({said(one.holder)})" if name_holders else "") for one in things]
    since = naming.anywhere(min(one.due_at for one in things if one.due_at), "UTC")
    text = f"{naming.LATE} Long overdue at {said(store)}: {naming.things(told)}, since {since}."
    return Reply(text, [section(text), context("`/checkout overdue` shows who to ask.")])


def reorder(low: Low, need: Need, advice: Advice, *, closed: bool, gone: bool) -> Reply:
    """The reorder card, with what its use there says; when it has recovered, or its reorder point is gone, the line that says so."""
    left = counted(low.on_hand, low.name, low.unit)
    where = f"in {said(low.location)}" if low.location else "in all locations"
    if gone:
        return _line(f"{said(low.name)} has no reorder point {where} any more.")
    if closed:
        return _line(f"{naming.WELL} {said(low.name)} is restocked: {said_number(low.on_hand)} {where}.")
    text = f"{naming.LOW} {said(left)} left {where}, reorder point {said_number(low.low)}."
    coming = on_its_way(need)
    suggested = f"Order {said(counted(need.quantity, low.name, low.unit))}" if need.quantity else "Nothing more to order"
    until = f" to reach {said_number(low.high)}" if low.high else ""
    used = f"{said_number(advice.lately)} used in the last 30 days" if advice.lately > 0 else "None used in the last 30 days"
    lasts = cover(advice, low.unit)
    there = elsewhere(need)
    more = f"{suggested}{until}{f', or move it: {there}' if there else ''}"
    told = f"{f'{coming[:1].upper()}{coming[1:]}. ' if coming else ''}{more}. {used}{': ' if lasts else ''}{lasts}."
    buttons = [*ways_on(low, need, May(order=True, receive=True)), chart_button(Stocked(low.variant_id, low.location_id))]
    return Reply(text, [section(text), context(told), actions(*buttons)])


def lent(entry: Happening, things: Sequence[Held], *, now: datetime, zone: str) -> Reply:
    """Somebody is told what a keeper checked out for them."""
    what = naming.things([naming.moved(line) for line in entry.lines])
    if entry.undone_by_id:
        return _line(f"{said(entry.member)} took it back: {what} is not checked out to you after all.")
    until = naming.due(things[0], now=now, reader_zone=zone) if things else "returned since"
    text = f"{said(entry.member)} checked out {what} to you, {until}."
    return Reply(text, [section(text)])


def handed_back(entry: Happening) -> Reply:
    """Somebody is told that another brought their thing back."""
    what = naming.things([naming.moved(line) for line in entry.lines])
    if entry.undone_by_id:
        return _line(f"{said(entry.member)} took it back: {what} is still checked out to you.")
    text = f"{said(entry.member)} brought {what} back for you, to {said(entry.lines[0].target)}."
    return Reply(text, [section(text)] + ([context(f"“{said(entry.note)}”")] if entry.note else []))


class Expiry(NamedTuple):
    """A lot that expires soon, as its stores are told."""

    lot: Lot
    item: str
    unit: str
    #: How many days it is still good; below zero once it has expired.
    days: int
    #: Where some of it lies.
    lying: Sequence[Place]


def expires(one: Expiry, *, superseded: bool) -> Reply:
    """A lot that expires soon, where it lies, and its card; the line that none is left, or that a newer reminder follows."""
    name = f"lot {said(one.lot.code)} of {said(one.item)}"
    if superseded:
        return _line(f"A newer reminder of {name} follows below.")
    if one.lot.blocked:
        return _line(f"Lot {said(one.lot.code)} of {said(one.item)} is {one.lot.status}: nothing of it is given out.")
    if not one.lying or one.lot.expires_on is None:
        return _line(f"{naming.WELL} None of {name} is left to expire.")
    total = sum(place.quantity for place in one.lying)
    left, expire = said(counted(total, one.item, one.unit)), "expires" if total == ONE else "expire"
    when = f"{expire} in {many(one.days, 'day')}, on" if one.days > 0 else f"{expire} today," if not one.days else "expired on"
    text = f"{naming.LOW} {left} of lot {said(one.lot.code)} {when} {said_full(one.lot.expires_on)}."
    where = ", ".join(f"{said(place.name)}: {said(amount(place.quantity, one.unit))}" for place in one.lying[:MOST_LISTED])
    more = f" and {len(one.lying) - MOST_LISTED} more" if len(one.lying) > MOST_LISTED else ""
    return Reply(text, [section(text), context(where + more), actions(button("Show lot", "lot.show", {"lot": one.lot.id}))])


def undelivered(where: str, problem: str) -> Reply:
    """An admin is told that messages do not arrive."""
    text = f"A message for {where} could not be delivered: Slack says `{said(problem)}`."
    way_on = "Invite me to that channel, or set another one with `/stock edit` on its location." if where.startswith("<#") else ""
    return Reply(f"{text} {way_on}".strip(), [section(text)] + ([context(way_on)] if way_on else []))


def anchor(entries: int, head: str, recorded_at: datetime, reader: Reader) -> Reply:
    """The ledger's head, and how it is compared with the ledger later."""
    text = f"The ledger has {many(entries, 'entry')}, the last of {reader.time(recorded_at)}."
    way_on = f"It still begins with them as long as this proves it: `quartermaster check --head {entries}:{head}`"
    return Reply(f"{text} {way_on}", [section(text), context(way_on)])


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
