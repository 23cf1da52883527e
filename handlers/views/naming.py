"""How things are called on every card, list and message: by name first, serial or SKU second."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from handlers.dates import say_due, say_late
from handlers.views.parts import clipped, code, link, said
from models.acceptances import AcceptanceState
from models.attachments import Attachment
from models.checkouts import Held
from models.locations import LocationKind
from models.moved_lines import Moved
from models.times import micros, said_time
from models.wording import counted

#: State signs: the same one for the same state everywhere, at the head of a line, and never the only thing that says so.
LATE, OUT, AVAILABLE = ":red_circle:", ":large_blue_circle:", ":large_green_circle:"
BLOCKED = ":no_entry:"
REPORTED = ":warning:"
LOW, PLENTY, WELL = ":large_orange_circle:", ":white_circle:", ":white_check_mark:"
WAITING = ":hourglass_flowing_sand:"


def asset(name: str, serial: str) -> str:
    """An asset: Canon R6 `SN-00483`."""
    return f"{said(name)} {code(serial)}"


class Told(Protocol):
    """What is told of by name: an asset, which has a serial, or so much of something."""

    @property
    def what(self) -> str: ...
    @property
    def serial(self) -> str | None: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit(self) -> str: ...


def held(one: Told) -> str:
    """What somebody has, or will have: an asset, or "5 hard hats"."""
    return asset(one.what, one.serial) if one.serial else said(counted(one.quantity, one.what, one.unit))


def plain_held(one: Told) -> str:
    """The same where nothing is formatted, as in a list to choose from."""
    return f"{one.what} {one.serial}" if one.serial else counted(one.quantity, one.what, one.unit)


def moved(line: Moved) -> str:
    """What one line of an entry moved: an asset, or "5 hard hats", or "3 milks of lot L-1"."""
    if line.serial:
        return asset(line.variant, line.serial)
    return said(counted(line.quantity, line.variant, line.unit) + (f" of lot {line.lot}" if line.lot else ""))


def inside(kind: LocationKind, name: str) -> str:
    """ "in Van 3", "with Ana Silva"."""
    return f"{'with' if kind is LocationKind.PERSON else 'in'} {said(name)}"


def things(named: Sequence[str], *, most: int = 10) -> str:
    """Several things that are named already, in a sentence; a long list ends with how many more there are."""
    shown, more = list(named[:most]), len(named) - most
    if more > 0:
        return f"{', '.join(shown)} and {more:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def files(added: Sequence[Attachment]) -> str:
    """Photos and files by name, each leading to itself; nothing where there are none."""
    named = [clipped(one.name or "file", 40) for one in added]
    told = [link(one.link, name) if one.link else said(name) for one, name in zip(added, named, strict=True)]
    return things(told, most=6) if told else ""


class Promised(Protocol):
    """What is promised back: when, and in which zone that was agreed."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def due_zone(self) -> str | None: ...


def due(one: Promised, *, now: datetime, reader_zone: str) -> str:
    """When something is due: "due Fri 27 Nov, 17:00"; "*3 days late*, due Tue 24 Nov, 17:00"; "open-ended"."""
    if one.due_at is None:
        return "open-ended"
    at = say_due(one.due_at, one.due_zone or reader_zone, now=now, reader_zone=reader_zone)
    return f"*{say_late(one.due_at, now)}*, due {at}" if one.due_at <= now else f"due {at}"


def terms(one: Held) -> str:
    """What follows where the terms of something that is out are not accepted: ", terms not yet accepted"."""
    if one.terms is None:
        return ""
    return ", terms declined" if one.terms is AcceptanceState.DECLINED else ", terms not yet accepted"


def out_sign(one: Promised, *, now: datetime) -> str:
    """The sign of what is out: late or not."""
    return LATE if one.due_at is not None and one.due_at <= now else OUT


def anywhere(at: datetime, zone: str) -> str:
    """A time in a channel, where everybody reads it in a zone of their own; `zone` is for clients that can't."""
    return f"<!date^{micros(at) // 1_000_000}^{{date_short_pretty}}, {{time}}|{said_time(at, zone)}>"
