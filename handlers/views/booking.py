"""What is answered when something was booked or cancelled, the list of what is booked, and the messages about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.dates import say_due
from handlers.routes import Press, Reply
from handlers.typed import quoted
from handlers.views import answers, naming, paging
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, code, context, header, said, section
from models.booked import Booked
from models.custody import Whereabouts
from models.entries import EntryKind
from models.history import Happening
from models.ledger import Posted
from models.quantities import ONE, typed
from models.times import local_day
from models.wording import counted


def what(one: Booked, quantity: int | None = None) -> str:
    """What is booked: an asset, "2 Canon R6", or a kit; of a part of a kit, of which."""
    if one.kit_id is not None and one.kit is None:
        return said(one.what)
    if one.kit is not None:
        return f"{what(one._replace(kit_id=None, kit=None), quantity)} of {said(one.kit)}"
    if one.serial:
        return naming.asset(one.what, one.serial)
    return said(counted(one.quantity if quantity is None else quantity, one.what, one.unit))


def window_said(start: datetime, end: datetime, zone: str, reader: Reader) -> str:
    """ "from Fri 27 Nov, 09:00 to Mon 30 Nov, 17:00"; on one day "from Fri 27 Nov, 09:00 to 12:00"."""
    begins, ends = (say_due(at, zone, now=reader.now, reader_zone=reader.zone) for at in (start, end))
    if local_day(start, zone) == local_day(end, zone):
        ends = ends.rpartition(", ")[2]
    return f"from {begins} to {ends}"


def when(one: Booked, reader: Reader) -> str:
    """From when to when something is booked."""
    return window_said(one.from_at, one.until_at, one.zone, reader)


def booked(
    posted: Posted, rows: Sequence[Booked], *, serialised: bool, holder: str | None, frees_at: datetime, asks: str | None, reader: Reader
) -> Reply:
    """Things are booked, and wait to be picked up until a time."""
    first = rows[0]
    line = f"Booked {naming.things([what(one) for one in rows])} for {said(holder) if holder else 'you'} {when(first, reader)}."
    called = ", ".join(one.serial for one in rows if one.serial) or f"{typed(first.quantity)} {first.what}"
    called = quoted(first.what) if first.kit_id is not None else called
    it, they_are = _it(first) if len(rows) == 1 else _MANY
    way = f"Pick {it} up with {code(f'/checkout out {called}')}."
    if serialised and not first.serial and first.kit_id is None:
        way = f"Serials are chosen at the pick-up, with {code('/checkout out')} or the button that you get then."
    until = say_due(frees_at, first.zone, now=reader.now, reader_zone=reader.zone)
    remains = f"{way} If nobody has by {until}, {they_are} free again." + (f" {said(asks)}" if asks else "")
    return answers.changed(line, remains, entry=posted, extra=[file_button(rows)])


_ONE, _MANY = ("it", "it is"), ("them", "they are")


def _it(one: Booked) -> tuple[str, str]:
    """What stands for it in a sentence: a serial, a kit, or one of an item, or several."""
    return _ONE if one.serial is not None or one.kit_id is not None or one.quantity == ONE else _MANY


def file_button(rows: Sequence[Booked]) -> Block:
    """Sends what is booked as a file that calendars take in."""
    return button("Calendar file", "booking.file", {"b": [one.id for one in rows]})


def cancel_button(one: Booked, *, confirmed: str = "Cancel booking") -> Block:
    """Cancels a booking as it was seen: once it has changed, its button is another intent."""
    return button(confirmed, f"booking.cancel:{one.id}", _seen(one))


def _seen(one: Booked) -> Mapping[str, Any]:
    return {"booking": one.id, "entry": one.entry_id}


def cancel_this(one: Booked, reader: Reader) -> Press:
    """One of several bookings that may be meant."""
    return Press(f"{reader.time(one.from_at)}, {one.holder}", "booking.cancel", _seen(one))


def cancelled(posted: Posted, was: Booked, *, mine: bool, reader: Reader) -> Reply:
    """What was booked is free again."""
    whose = "your booking" if mine else f"{said(was.holder)}'s booking"
    return answers.changed(f"Cancelled {whose} of {what(was)} {when(was, reader)}.", "It is free for everybody then.", entry=posted)


def line(one: Booked, reader: Reader) -> str:
    """A booking in a list: "Canon R6 `SN-1`: *Ana Silva*, from … to … “fair”"."""
    return f"{what(one)}: *{said(one.holder)}*, {when(one, reader)}{_more(one)}"


def on_card(one: Booked, reader: Reader) -> str:
    """A booking on the card of what is booked, which says already what that is."""
    kit = f" with {said(one.kit)}" if one.kit is not None else ""
    return f"Booked{kit} for *{said(one.holder)}* {when(one, reader)}{_more(one)}"


def _more(one: Booked) -> str:
    purpose = f" “{said(one.purpose)}”" if one.purpose else ""
    gone = f" · it is {one.gone}" if one.gone else ""
    return f"{purpose}{gone}"


class Page(NamedTuple):
    """A page of what is booked, each with whether whoever reads it may cancel it."""

    shown: Sequence[tuple[Booked, bool]]
    first: int
    total: int
    #: What the list is narrowed to, as it is said: "of Canon R6".
    narrowed: str
    carried: Mapping[str, Any]


def listed(page: Page, reader: Reader) -> Reply:
    """What is booked, the earliest first."""
    narrowed = f" {page.narrowed}" if page.narrowed else ""
    if not page.total:
        text = f"Nothing is booked{said(narrowed) and ' '}{said(narrowed)}."
        return Reply(text, [section(text), context("Book something with `/checkout book SN-1042 from friday to monday`.")])
    pages = paging.counted(page.first, len(page.shown), page.total)
    head = f"{'1 booking' if page.total == 1 else f'{page.total:,} bookings'}{narrowed}" + (f" ({pages})" if pages else "")
    lines = [section(line(one, reader), accessory=cancel_button(one, confirmed="Cancel") if may else None) for one, may in page.shown]
    whole = None if page.narrowed else paging.as_file("bookings")
    pager = paging.pager("booking.page", page.carried, first=page.first, shown=len(page.shown), total=page.total, whole=whole)
    return Reply(f"{said(head)}.", [header(head), *lines, actions(file_button([one for one, _ in page.shown])), *pager])


class ToPickUp(NamedTuple):
    """A booking that is to be picked up, as its holder is told."""

    booked: Booked
    #: Whether it still is; else it was picked up, cancelled or freed.
    open: bool
    frees_at: datetime
    #: Where the asset that was booked is; None where any will do.
    where: Whereabouts | None
    #: Whether it is closed because nobody came for it in time.
    freed: bool = False


def pick_up(one: ToPickUp, reader: Reader) -> Reply:
    """Whoever booked is told when and where to pick it up, with the two buttons that end it; or how it ended."""
    named = what(one.booked)
    if not one.open:
        return _ended(one, reader)
    text = f"{naming.WAITING} You booked {named} {when(one.booked, reader)}."
    until = say_due(one.frees_at, one.booked.zone, now=reader.now, reader_zone=reader.zone)
    it, they_are = _it(one.booked)
    told = f"{_lies(one.where, reader)}If nobody picks {it} up by {until}, {they_are} free again."
    pick = button("Pick up", f"booking.pick_up:{one.booked.id}", _seen(one.booked), style="primary")
    return Reply(text, [section(text), context(told), actions(pick, cancel_button(one.booked))])


def _ended(one: ToPickUp, reader: Reader) -> Reply:
    """What became of a booking whose quantity is nothing by now."""
    whose = f"Your booking of {said(one.booked.what)} {when(one.booked, reader)}"
    return _small(f"{whose} is over: nobody came in time." if one.freed else f"{naming.WELL} {whose} is settled.")


def _lies(where: Whereabouts | None, reader: Reader) -> str:
    if where is None:
        return ""
    if where.checkout is not None:
        return f"It is with {said(where.location)}, {reader.held(where.checkout)}. "
    return f"It is {where.state} in {said(where.location)}. "


def gone(one: ToPickUp, others: Sequence[tuple[int, str]], *, unkept: bool, superseded: bool, reader: Reader) -> Reply:
    """Whoever booked is told that it can't be had, with others of the model that are free then; or how that ended."""
    named = what(one.booked)
    if superseded:
        return _small(f"There is more about your booking of {named} below.")
    if not one.open:
        return _ended(one, reader)
    if not unkept:
        return _small(f"{naming.WELL} Your booking of {named} {when(one.booked, reader)} stands.")
    text = f"{naming.BLOCKED} You booked {named} {when(one.booked, reader)}, and it is {one.booked.gone}."
    if one.booked.gone is None:
        text = f"{naming.BLOCKED} You booked {named} {when(one.booked, reader)}, and not enough are left for that."
    free = "Another one is free then." if others else "No other one is free for all of that time."
    told = f"{free if one.booked.serial else ''} Your booking stays, in case that changes.".strip()
    value = _seen(one.booked)
    take = [
        button(f"Book {serial}", f"booking.instead:{number}", {**value, "asset": asset_id}, style=None if number else "primary")
        for number, (asset_id, serial) in enumerate(others)
    ]
    return Reply(text, [section(text), context(told), actions(*take, cancel_button(one.booked))])


def let_down(bookings: Sequence[tuple[Booked, bool]], waiting: int, *, told: bool, reader: Reader) -> str:
    """Whom an act lets down, for whoever did it: "1 booking can't be kept: Ana Silva's from … to …. Whoever booked it is told."."""
    whose = [("yours" if mine else f"{said(one.holder)}'s") + f" {when(one, reader)}" for one, mine in bookings]
    count, them = ("1 booking", "it") if len(whose) == 1 else (f"{len(whose):,} bookings", "them")
    lines = [f"{count} can't be kept: {naming.things(whose, most=3)}."] if whose else []
    lines += [f"{'1 person waits' if waiting == 1 else f'{waiting:,} people wait'} for it."] if waiting else []
    others = [mine for _, mine in bookings if not mine]
    if told and (others or waiting):
        lines.append(f"Whoever booked {them} is told." if others and not waiting else "They are told.")
    return " ".join(lines)


def taken_instead(posted: Posted, now: Booked, was: Booked, reader: Reader) -> Reply:
    """Another one is booked for the same time."""
    return answers.changed(f"Booked {what(now)} {when(now, reader)}.", f"It takes the place of {what(was)}.", entry=posted)


def freed(entry: Happening, reader: Reader) -> Reply:
    """Whoever booked is told that nobody came for it, with the button that takes that back while its time lasts."""
    if entry.kind is EntryKind.LEFT:
        return _small(f"{said(entry.on_behalf_of or 'Somebody')} has left: what was booked or waited for in their name is free again.")
    one = entry.booked[0]
    named = said(one.kit) if one.kit else naming.held(one)
    times = window_said(one.from_at, one.until_at, one.zone or reader.zone, reader) if one.from_at and one.until_at else ""
    if entry.undone_by_id:
        return _small(f"{naming.WELL} {named} is booked {times} after all.")
    if one.until_at is not None and one.until_at <= reader.now:
        return _small(f"Nobody picked up {named}, booked {times}.")
    text = f"Nobody picked up {named}, booked {times}: free for everybody again."
    return Reply(text, [section(text), actions(button("Keep it booked", answers.UNDO, {"entry": entry.id}))])


def _small(text: str) -> Reply:
    return Reply(text, [context(text)])
