"""What is answered when counted stock has changed: one line of what happened, one of what remains."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming
from handlers.views.parts import said
from models.entries import EntryKind
from models.ledger import Posted
from models.locations import LocationKind
from models.quantities import ONE, said_number
from models.times import local_day, said_day
from models.wording import amount, counted


class Moved(NamedTuple):
    """What an answer tells of: the entry, so much of what, and from whose point of view the dates are."""

    entry: Posted
    name: str
    unit: str
    quantity: int
    time_zone: str
    #: Which lots it was of, escaped: ", lot L-1 (expires Thu 3 Dec)".
    lots: str = ""

    @property
    def amount(self) -> str:
        """So many of it: "3 M8 bolts"."""
        return said(counted(self.quantity, self.name, self.unit))

    @property
    def when(self) -> str:
        """ " on Tue 12 May", where it happened on another day than it was recorded."""
        if self.entry.happened_at == self.entry.recorded_at:
            return ""
        happened, recorded = (local_day(at, self.time_zone) for at in (self.entry.happened_at, self.entry.recorded_at))
        return f" on {said_day(happened)}" if happened != recorded else ""


class Left(NamedTuple):
    """What a location holds afterwards, in the item's unit, and its reorder point if it has one."""

    location: str
    kind: LocationKind
    on_hand: int
    unit: str
    low: int | None

    @property
    def inside(self) -> str:
        """ "in Van 3", "with Ana Silva"."""
        return naming.inside(self.kind, self.location)

    def told(self, word: str = "") -> str:
        """ "17 left in Van 3 (reorder point 20)"."""
        point = f" (reorder point {said_number(self.low)})" if self.low is not None else ""
        return " ".join(filter(None, (said(amount(self.on_hand, self.unit)), word, f"{self.inside}{point}.")))


def _because(reason: str | None) -> str:
    return f" ({said(reason)})" if reason else ""


def _done(line: str, what: Moved, *remains: str | None) -> Reply:
    return answers.changed(line, " ".join(filter(None, (*remains, answers.noted(what.entry)))), entry=what.entry)


def moved(what: Moved, source: Left, target: Left, *, because: str | None = None) -> Reply:
    """Stock went from one location of ours to another."""
    line = f"Moved {what.amount} from {said(source.location)}{_because(because)} to {said(target.location)}{what.lots}{what.when}."
    return _done(line, what, source.told("left"), target.told())


def received(what: Moved, target: Left, *, source: str | None, because: str | None, warning: str = "") -> Reply:
    """Stock came in. `warning` is what somebody should know of its lot, escaped."""
    supplier = f" from {said(source)}" if source else ""
    at = "with" if target.kind is LocationKind.PERSON else "at"
    line = f"Received {what.amount}{supplier} {at} {said(target.location)}{_because(because)}{what.lots}{what.when}."
    return _done(line, what, target.told("now"), warning)


def took(what: Moved, source: Left, *, receiver: str | None, job: str | None, kept: str | None, because: str | None) -> Reply:
    """Stock was taken, to be used, for a receiver or a job; what comes back is checked out to them. `kept` says what is still reserved."""
    verb, until = ("Checked out", ", open-ended") if what.entry.kind is EntryKind.CHECKED_OUT else ("Took", "")
    to = f" to {said(receiver)}" if receiver else ""
    whom = f" for {said(job)}" if job else ""
    line = f"{verb} {what.amount} from {said(source.location)}{_because(because)}{to}{whom}{what.lots}{what.when}{until}."
    return _done(line, what, source.told("left"), kept)


def scrapped(what: Moved, source: Left, *, because: str | None = None) -> Reply:
    """Stock was thrown away."""
    line = f"Scrapped {what.amount} at {said(source.location)}{_because(because)}{what.lots}{what.when}."
    return _done(line, what, source.told("left"))


def counted_there(
    what: Moved,
    location: Left,
    *,
    difference: int,
    named: int = 0,
    short: Sequence[tuple[str, int]] = (),
    because: str | None = None,
) -> Reply:
    """Stock was counted; the difference was booked. So much of it was `named`: it was of no lot before.

    `short`: for whom less is there than is kept, and how much less.
    """
    line = f"Counted {what.amount} at {said(location.location)}{_because(because)}{what.lots}{what.when}."
    told = f"{said(amount(named, what.unit))} {'was' if named == ONE else 'were'} of no lot before. " if named else ""
    if difference == 0:
        return _done(line, what, f"{told}That is what the ledger had.{_short(short, what.unit)}")
    less = "fewer" if what.unit == "each" else "less"
    told += f"{said(amount(abs(difference), what.unit))} {'more' if difference > 0 else less} than the ledger had."
    return _done(line, what, f"{told} {location.told('now')}{_short(short, what.unit)}")


def _short(short: Sequence[tuple[str, int]], unit: str) -> str:
    told = [f"{said(amount(missing, unit))} for {said(purpose)}" for purpose, missing in short]
    return f" Short of what is kept there: {naming.things(told)}." if told else ""
