"""History in lines: who did what, when, newest first."""

from collections.abc import Callable, Sequence
from datetime import datetime

from handlers.dates import say_due
from handlers.views import naming
from handlers.views.parts import clipped, said
from models.booking_history import OnBooking
from models.entries import EntryKind
from models.history import Happening, KeptMore, PointSet
from models.locations import OUTSIDE, LocationKind
from models.moved_lines import Moved
from models.quantities import said_number
from models.times import said_time
from models.wording import amount, counted, listed

#: A note in a line of history is cut to so many characters.
LONGEST_NOTE = 80


def told(one: Happening, *, now: datetime, zone: str, named: bool = True) -> str:
    """One entry in a line: "Tue 24 Nov, 09:12 · Ana took 3 M8 bolts from Van 3". Without `named`, as on the item's own card: "took 3"."""
    when = say_due(one.happened_at, zone, now=now, reader_zone=zone)
    named_already = {line.target for line in one.lines}
    named_already |= {booking.holder for booking in one.booked}
    whom = one.on_behalf_of if one.on_behalf_of not in named_already else None
    behalf = f" {'to' if one.kind in _TO_WHOM else 'for'} {said(whom)}" if whom else ""
    note = f" “{said(clipped(one.note, LONGEST_NOTE))}”" if one.note else ""
    files = f" · {naming.files(one.files)}" if one.files else ""
    undone = " (undone)" if one.undone_by_id else ""
    filled_in = "" if one.kind is EntryKind.EDITED else "".join(f" · {said(each.name)}: {said(each.after)}" for each in one.said[:3])
    return f"{when} · {said(one.member)} {_did(one, zone=zone, named=named)}{behalf}{undone}{filled_in}{note}{files}"


#: What is done to somebody, and not for them.
_TO_WHOM = frozenset({EntryKind.GIVING, EntryKind.LEFT})


def _did(one: Happening, *, zone: str, named: bool) -> str:  # noqa: PLR0911 - one a sort of entry
    if one.undid is not None:
        return f"undid “{_did(one.undid, zone=zone, named=named)}”"
    if one.lines and one.kind in _MOVED:
        told = _MOVED[one.kind](_things(one.lines, named=named), one.lines)
        return told.removesuffix(f" to {said(one.member)}") if one.kind is EntryKind.CHECKED_OUT else told
    if one.kept:
        return _kept(one, named=named)
    if one.points:
        return ", ".join(_point(point, its=_its(one)) for point in one.points)
    if one.on_orders or one.booked:
        return _ordered(one) if one.on_orders else _booked(one, zone)
    if one.terms:
        return f"{_ANSWERED[one.kind]} the terms of {naming.things([said(each) for each in one.terms], most=3)}"
    if one.said and one.kind is EntryKind.EDITED:
        return _filled_in(one) + _of(one)
    return _CHANGED.get(one.kind, str(one.kind)).format(it=_it(one), its=_its(one), of=_of(one))


def _it(one: Happening) -> str:
    """What an entry is about: "it" among lines that all tell of one thing."""
    named = [naming.asset(each.what, each.serial) if each.serial else said(each.what) for each in one.about]
    return naming.things(named, most=3) if named else "it"


def _of(one: Happening) -> str:
    return f" of {_it(one)}" if one.about else ""


def _its(one: Happening) -> str:
    return f"{_it(one)}'s" if one.about else "its"


def _filled_in(one: Happening) -> str:
    """What became of custom fields: "set Colour to blue (was red)", and of several choices "added red to Colours"."""
    single = [each for each in one.said if not each.several]
    ways = [
        (
            "set",
            [
                f"{said(each.name)} to {said(each.after)}{f' (was {said(each.before)})' if each.before else ''}"
                for each in single
                if each.after
            ],
        ),
        ("emptied", [said(each.name) for each in single if not each.after]),
        ("added", [f"{said(each.after)} to {said(each.name)}" for each in one.said if each.several and each.after]),
        ("took", [f"{said(each.before)} out of {said(each.name)}" for each in one.said if each.several and each.before]),
    ]
    return " and ".join(f"{verb} {naming.things(told, most=3)}" for verb, told in ways if told)


def _kept(one: Happening, *, named: bool) -> str:
    """What became of reservations: "reserved 8 in Warehouse for job 7"."""
    verb = {EntryKind.RESERVED: "reserved", EntryKind.RELEASED: "released"}.get(one.kind, "changed until when it is kept:")
    if len({(kept.location, kept.purpose) for kept in one.kept}) == 1:
        return f"{verb} {naming.things([_kept_of(kept, named=named) for kept in one.kept], most=3)}{_kept_where(one.kept[0])}"
    told = [f"{_kept_of(kept, named=named)}{_kept_where(kept)}" for kept in one.kept[:3]]
    return f"{verb} {listed([*told, *_more(len(one.kept) - len(told))])}"


def _kept_of(kept: KeptMore, *, named: bool) -> str:
    quantity = abs(kept.more)
    return said(counted(quantity, kept.variant, kept.unit) if named else amount(quantity, kept.unit)) if quantity else said(kept.variant)


def _kept_where(kept: KeptMore) -> str:
    return f" in {said(kept.location)} for {said(kept.purpose)}"


def _booked(one: Happening, zone: str) -> str:
    """What became of bookings and places in line: "booked Canon R6 `SN-1` for Ana from Fri 27 Nov, 09:00"."""
    verb = _BOOKING[one.kind]
    things = list(dict.fromkeys(_on_booking(booking, by=one.member, zone=zone) for booking in one.booked))  # a kit is told of once
    return f"{verb} {naming.things(things, most=3)}"


def _on_booking(one: OnBooking, *, by: str, zone: str) -> str:
    named = (
        naming.asset(one.what, one.serial) if one.serial else said(counted(one.quantity, one.what, one.unit) if one.quantity else one.what)
    )
    named = said(one.kit) if one.kit else named
    since = f" from {said_time(one.from_at, one.zone or 'UTC', reader_zone=zone)}" if one.from_at else ""
    return f"{named}{f' for {said(one.holder)}' if one.holder != by else ''}{since}"


def _ordered(one: Happening) -> str:
    """What became of an order: "ordered PO-1001"; "put 200 M8 bolts on PO-1001"."""
    order = one.on_orders[0].order
    if one.kind is not EntryKind.DRAFTED:
        return _ENDED.get(one.kind, f"{one.kind} {{}}").format(order)
    put = [said(counted(thing.more, thing.variant, thing.unit)) for thing in one.on_orders if thing.more > 0]
    off = [said(counted(-thing.more, thing.variant, thing.unit)) for thing in one.on_orders if thing.more < 0]
    did = [f"put {naming.things(put, most=3)} on {order}"] if put else []
    did += [f"took {naming.things(off, most=3)} off {order}"] if off else []
    return " and ".join(did) or f"edited {order}"


def _point(point: PointSet, *, its: str) -> str:
    """What became of a reorder point: "set its reorder point at Van 3 to 20, up to 60"."""
    where = f" at {said(point.location)}" if point.location else ""
    if point.changed.get("active") is False:
        return f"took {its} reorder point{where} away"
    low = f" to {said_number(point.changed['low'])}" if "low" in point.changed else ""
    high = point.changed.get("high")
    return f"set {its} reorder point{where}{low}" + (f"{',' if low else ''} up to {said_number(high)}" if high else "")


def _things(lines: Sequence[Moved], *, named: bool) -> str:
    """What was moved; beyond the lines that are told, only how many more there are."""
    words = [naming.moved(line) if named or line.serial else _unnamed(line) for line in lines[:3]]
    return listed([*words, *_more(lines[0].of - len(words))])


def _unnamed(line: Moved) -> str:
    return said(amount(line.quantity, line.unit) + (f" of lot {line.lot}" if line.lot else ""))


def _source(lines: Sequence[Moved], word: str = "from") -> str:
    return _end({line.source for line in lines}, word)


def _target(lines: Sequence[Moved], word: str = "to") -> str:
    return _end({line.target for line in lines}, word)


def _end(names: set[str], word: str) -> str:
    """Where the lines come from or go to, unless that is the nameless outside, or several places."""
    if len(names) > 1 or names <= _NAMELESS:
        return ""
    return f" {word} {said(next(iter(names)))}"


_NAMELESS = frozenset(OUTSIDE.values())


def _counted(what: str, lines: Sequence[Moved]) -> str:
    ends = {line.target == OUTSIDE[LocationKind.ADJUSTMENT] for line in lines}
    if len({line.variant_id for line in lines}) > 1 or any(line.serial for line in lines) or (len(ends) > 1 and not lines[-1].lot):
        return f"booked what a count found: {listed([*map(_difference, lines[:3]), *_more(lines[0].of - 3)])}"
    if len(ends) > 1:  # what was of no lot went out and came back with one
        came = [line for line in lines if line.target != OUTSIDE[LocationKind.ADJUSTMENT]]
        return f"counted{_target(came, 'at')}: {_few(came)}, some of no lot before"
    fewer = lines[0].target == OUTSIDE[LocationKind.ADJUSTMENT]
    there = _source(lines, "at") if fewer else _target(lines, "at")
    return f"counted{there}: {what} {'fewer' if fewer else 'more'}"


def _difference(line: Moved) -> str:
    """One line of what a count found: "2 bolts fewer at Warehouse", "Canon R6 `SN-1` at Shelf A"."""
    outer = OUTSIDE[LocationKind.ADJUSTMENT]
    if line.target == outer:
        return f"{naming.moved(line)} {'missing' if line.serial else 'fewer'} at {said(line.source)}"
    return f"{naming.moved(line)}{' more' if line.source == outer else ''} at {said(line.target)}"


def _more(number: int) -> list[str]:
    return [f"{number:,} more"] if number > 0 else []


def _built(_what: str, lines: Sequence[Moved]) -> str:
    """What was made of what: "built 500 Widgets at Warehouse from 2,000 M8 bolts and 3 more"."""
    made, used = [line for line in lines if line.made], [line for line in lines if not line.made]
    untold = lines[0].of - len(lines)
    if not made:
        return f"used {_few(used, untold)} to build"
    if not used:
        return f"built {_few(made, untold)}{_target(made, 'at')}"
    return f"built {_few(made)}{_target(made, 'at')} from {_few(used, untold)}"


def _few(lines: Sequence[Moved], untold: int = 0) -> str:
    """The first things of several, by name, and how many more there are."""
    more = max(len(lines) - 3, 0) + untold
    return listed([*(naming.moved(line) for line in lines[:3]), *([f"{more:,} more"] if more else [])])


_MOVED: dict[EntryKind, Callable[[str, Sequence[Moved]], str]] = {
    EntryKind.RECEIVED: lambda what, lines: f"received {what}{_target(lines, 'at')}{_source(lines)}",
    EntryKind.IMPORTED: lambda what, lines: f"imported {what}{_target(lines, 'at')}",
    EntryKind.ADDED: lambda what, lines: f"added {what}{_target(lines, 'at')}",
    EntryKind.MOVED: lambda what, lines: f"moved {what}{_source(lines)}{_target(lines)}",
    EntryKind.TOOK: lambda what, lines: f"took {what}{_source(lines)}{_target(lines)}",
    EntryKind.SCRAPPED: lambda what, lines: f"scrapped {what}{_source(lines, 'at')}",
    EntryKind.COUNTED: _counted,
    EntryKind.CHECKED_OUT: lambda what, lines: f"checked out {what}{_source(lines)}{_target(lines)}",
    EntryKind.CHECKED_IN: lambda what, lines: f"brought back {what}{_target(lines)}",
    EntryKind.ANSWERED: lambda what, lines: f"answered a recall: {what}{_target(lines) or ' used or lost'}",
    EntryKind.LOST: lambda what, lines: f"reported {what} lost{_source(lines)}",
    EntryKind.FOUND: lambda what, lines: f"found {what}{_target(lines, 'at')}",
    EntryKind.RETIRED: lambda what, lines: f"retired {what}{_source(lines)}",
    EntryKind.SOLD: lambda what, lines: f"sold {what}{_target(lines)}",
    EntryKind.DONATED: lambda what, lines: f"gave {what} away{_target(lines)}",
    EntryKind.TOOK_OUT_OF_USE: lambda what, lines: f"took {what} out of use{_source(lines)}",
    EntryKind.SENT_TO_REPAIR: lambda what, lines: f"sent {what} to repair{_source(lines)}{_target(lines)}",
    EntryKind.REPAIRED: lambda what, lines: f"brought {what} back from repair{_source(lines)}{_target(lines)}",
    EntryKind.HANDED_OVER: lambda what, lines: f"handed over {what}{_source(lines)}{_target(lines)}",
    EntryKind.BUILT: _built,
    EntryKind.MERGED: lambda what, lines: f"put together what two entries of one person held: {what}{_target(lines)}",
}
_BOOKING = {
    EntryKind.BOOKED: "booked",
    EntryKind.CANCELLED: "cancelled the booking of",
    EntryKind.QUEUED: "got in line for",
    EntryKind.OFFERED: "offered",
    EntryKind.PASSED: "gave up the place in line for",
    EntryKind.LEFT: "released, because they left:",
}
_ANSWERED = {EntryKind.ACCEPTED_TERMS: "accepted", EntryKind.DECLINED_TERMS: "declined"}
_ENDED = {EntryKind.CLOSED: "closed {} short"}
_CHANGED = {
    EntryKind.COUNTED: "counted; nothing was missing",
    EntryKind.EXTENDED: "extended {it}",
    EntryKind.ADDED: "added {it}",
    EntryKind.EDITED: "edited {it}",
    EntryKind.ARCHIVED: "archived {it}",
    EntryKind.BOUND: "bound a barcode to {it}",
    EntryKind.SET_REORDER_POINT: "set {its} reorder point",
    EntryKind.SET_BILL: "changed {its} bill of materials",
    EntryKind.ASKED: "asked for approval",
    EntryKind.QUARANTINED: "quarantined {it}",
    EntryKind.RELEASED_LOT: "released {it}",
    EntryKind.RECALLED: "recalled {it}",
    EntryKind.ANSWERED: "found all of {it} for its recall",
    EntryKind.CLOSED_RECALL: "closed {its} recall",
    EntryKind.WANTED: "asked for something that is not stocked",
    EntryKind.REPORTED: "reported {it}",
    EntryKind.KEPT_IN_USE: "kept {it} in use",
    EntryKind.TOOK_OUT_OF_USE: "took {it} out of use",
    EntryKind.SENT_TO_REPAIR: "began to repair {it}",
    EntryKind.REPAIRED: "repaired {it}",
    EntryKind.SERVICED: "serviced {it}",
    EntryKind.SET_UPKEEP: "set {its} upkeep",
    EntryKind.GIVING: "offered {it}",
    EntryKind.REFUSED: "did not accept {it}",
    EntryKind.OFFER_LAPSED: "ended an offer that nobody answered",
    EntryKind.LEFT: "ended what was promised",
    EntryKind.OPENED_SWEEP: "opened a sweep{of}",
    EntryKind.CLOSED_SWEEP: "closed a sweep{of}",
    EntryKind.ASKED_TO_CONFIRM: "asked what is held, and whether that is right",
    EntryKind.CONFIRMED: "confirmed having {it}",
    EntryKind.DISPUTED: "said what is not right of what they hold",
    EntryKind.DISMISSED: "dismissed what was disputed",
    EntryKind.DECLINED: "declined what somebody asked for",
    EntryKind.OPENED_COUNT: "opened a count{of}",
    EntryKind.TALLIED: "took part in a count",
    EntryKind.ASKED_AGAIN: "had lines of a count counted again",
    EntryKind.CANCELLED_COUNT: "cancelled a count{of}",
    EntryKind.SET_FIELD: "set up a custom field",
}
