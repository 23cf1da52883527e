"""Availability: the one answer to when a thing can be had, read from bookings, checkouts, reservations and claims alike.

`ledger.post()` asks it too: whatever the way, nothing is promised for a time that was promised to somebody else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session

from models import assets, catalog, locations
from models.assets import ASSETS, Asset
from models.bookings import BOOKINGS, rules_of
from models.catalog import ItemKind, Variant
from models.changes import ByTable, Change
from models.checkouts import CHECKOUTS
from models.diary import FOREVER, Diary, Span, Why, Window
from models.levels import LEVELS
from models.locations import LOCATIONS, STORES
from models.members import Actor
from models.quantities import ONE, said_number
from models.refusals import Choice, Taken
from models.reservations import RESERVATIONS
from models.times import WORK_ENDS, WORK_STARTS, in_zone, said_span, said_time, zone
from models.waits import WAITS
from models.wording import counted

#: Free times are looked for so many days around the one that was asked for.
NEAR = 60
#: Nobody knows when what is late comes back: not within a day, as far as the others are concerned.
LATE = timedelta(days=1)


def diary_of(session: Session, variant: Variant, *, now: datetime, asset_ids: Iterable[int] = ()) -> Diary:
    """For what times a variant's things are given away, from `now` (UTC) on. `asset_ids` are assets that it will be asked about."""
    item = catalog.item(session, variant.item_id)
    serialised, buffer = item.kind is ItemKind.SERIALISED, rules_of(session, item).buffer
    out = list(_out(session, variant.id, now, buffer))
    spans = [*_booked(session, variant.id, now), *(span for span, _ in out), *_held(session, variant.id, now)]
    if not serialised:
        spans += _kept(session, variant.id, now)
    query = select(func.coalesce(func.sum(LEVELS.c.quantity), 0)).join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
    stored = session.connection().execute(query.where(LEVELS.c.variant_id == variant.id, LOCATIONS.c.kind.in_(STORES))).scalar_one()
    if serialised:
        stored -= ONE * _out_of_use(session, variant.id)
    capacity = stored + sum(span.quantity for span, lies_in_a_store in out if not lies_in_a_store)
    asked = {*asset_ids, *(span.asset_id for span in spans if span.asset_id is not None and span.why is not Why.OUT)}
    asked -= {span.asset_id for span, _ in out}
    return Diary(now, serialised, capacity, buffer, spans, _not_to_be_had(session, asked) if asked else frozenset())


def _booked(session: Session, variant_id: int, now: datetime) -> Iterator[Span]:
    rows = BOOKINGS.c
    query = select(rows.id, rows.asset_id, rows.quantity, rows.from_at, rows.free_at, rows.holder_id, LOCATIONS.c.name, rows.until_at)
    query = query.join(LOCATIONS, LOCATIONS.c.id == rows.holder_id)
    for row in session.connection().execute(query.where(rows.variant_id == variant_id, rows.closed_at.is_(None), rows.free_at > now)):
        yield Span(Why.BOOKED, *row[:3], Window(row.from_at, row.free_at), *row[5:])


def _out(session: Session, variant_id: int, now: datetime, buffer: timedelta) -> Iterator[tuple[Span, bool]]:
    """What is out until it is due, or as long as it is late; and whether it lies in a store all the same, as with a van."""
    rows = CHECKOUTS.c
    query = select(rows.id, rows.asset_id, rows.quantity, rows.out_at, rows.holder_id, LOCATIONS.c.name, rows.due_at, LOCATIONS.c.kind)
    query = query.join(LOCATIONS, LOCATIONS.c.id == rows.holder_id).where(rows.variant_id == variant_id, rows.closed_at.is_(None))
    for row in session.connection().execute(query):
        end = FOREVER if row.due_at is None else (row.due_at if row.due_at > now else now + LATE) + buffer
        yield Span(Why.OUT, *row[:3], Window(row.out_at, end), row.holder_id, row.name, row.due_at), row.kind in STORES


def _kept(session: Session, variant_id: int, now: datetime) -> Iterator[Span]:
    rows = RESERVATIONS.c
    query = select(rows.id, rows.quantity, rows.reserved_at, rows.until_at, rows.location_id, rows.purpose)
    for row in session.connection().execute(query.where(rows.variant_id == variant_id, rows.closed_at.is_(None))):
        end = FOREVER if row.until_at is None else max(row.until_at, now)
        yield Span(Why.KEPT, row.id, None, row.quantity, Window(row.reserved_at, end), row.location_id, row.purpose, row.until_at)


def _held(session: Session, variant_id: int, now: datetime) -> Iterator[Span]:
    """What is held for the first in line until they have claimed it."""
    rows = WAITS.c
    query = select(rows.id, rows.asset_id, rows.offered_at, rows.claim_by_at, rows.holder_id, LOCATIONS.c.name)
    query = query.join(LOCATIONS, LOCATIONS.c.id == rows.holder_id).where(rows.variant_id == variant_id)
    for row in session.connection().execute(query.where(rows.closed_at.is_(None), rows.claim_by_at > now)):
        window = Window(row.offered_at, row.claim_by_at)
        yield Span(Why.HELD, row.id, row.asset_id, ONE, window, row.holder_id, row.name, row.claim_by_at)


def _out_of_use(session: Session, variant_id: int) -> int:
    """How many assets of a variant lie in stores and must not be used."""
    query = select(func.count()).select_from(ASSETS).join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
    out = query.where(ASSETS.c.variant_id == variant_id, ASSETS.c.out_of_use, LOCATIONS.c.kind.in_(STORES))
    return int(session.connection().execute(out.where(ASSETS.c.archived_at.is_(None))).scalar_one())


def _not_to_be_had(session: Session, asset_ids: Iterable[int]) -> frozenset[int]:
    """Those of the assets, none of them out, that lie in no store, or must not be used."""
    query = select(ASSETS.c.id).join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id).where(ASSETS.c.id.in_(asset_ids))
    return frozenset(session.connection().execute(query.where(LOCATIONS.c.kind.not_in(STORES) | ASSETS.c.out_of_use)).scalars())


def is_free_for(session: Session, asset: Asset, *, holder_id: int | None, now: datetime) -> bool:
    """Whether an asset can go out to a holder at this moment: nobody else has booked it, or is held it."""
    diary = diary_of(session, catalog.variant(session, asset.variant_id), now=now, asset_ids=[asset.id])
    others = [one for one in diary.spans if one.why not in (Why.BOOKED, Why.HELD) or one.holder_id != holder_id]
    return diary._replace(spans=others).free(now, now + timedelta(minutes=1), asset_id=asset.id) > 0


class Wanted(NamedTuple):
    """What somebody wants for a time: so much of a variant, or one asset of it, and its diary."""

    variant_id: int
    diary: Diary
    asset_id: int | None = None
    quantity: int = ONE


def all_free(wanted: Sequence[Wanted], window: Window) -> bool:
    """Whether all of it can be had for all of that time, each beside the others."""
    given = defaultdict[int, list[Span]](list)
    for one in wanted:
        diary = one.diary._replace(spans=[*one.diary.spans, *given[one.variant_id]])
        if diary.free(*window, asset_id=one.asset_id, most=one.quantity) < one.quantity:
            return False
        until = Window(window.start, window.end + diary.buffer)
        given[one.variant_id].append(Span(Why.BOOKED, 0, one.asset_id, one.quantity, until, 0, ""))
    return True


def nearest(wanted: Sequence[Wanted], start: datetime, end: datetime, *, zone_name: str, most: int = 3) -> list[Window]:
    """The times nearest to the one asked for when all of it is free: as long, at the same hours of another day; within a day at others."""
    around = [_shifted(start, end, days * step, zone_name) for days in range(1, NEAR + 1) for step in (1, -1)]
    if end - start < timedelta(days=1):
        around += [slot for one in wanted for slot in _within_the_day(one.diary, start, end, zone_name)]
    now = max(one.diary.now for one in wanted)
    to_come = sorted({one for one in around if one.start >= now}, key=lambda one: (abs(one.start - start), one.start < start))
    free = (slot for slot in to_come if all_free(wanted, slot))
    return list(islice(free, most))


def _within_the_day(diary: Diary, start: datetime, end: datetime, zone_name: str) -> list[Window]:
    """Right behind what is given away around that time, and right before it; such times as begin in working hours."""
    met = [one.window for one in diary.met_by(Window(start - timedelta(days=1), end + timedelta(days=1)))]
    begin = [one.end for one in met if one.end < FOREVER] + [one.start - diary.buffer - (end - start) for one in met]
    at_work = [at for at in begin if WORK_STARTS <= at.astimezone(zone(zone_name)).time() < WORK_ENDS]
    return [Window(at, at + (end - start)) for at in at_work]


def _shifted(start: datetime, end: datetime, days: int, zone_name: str) -> Window:
    """The same hours so many days later, by the clocks of that zone."""
    moved = [(at.astimezone(zone(zone_name)) + timedelta(days=days)).replace(tzinfo=None) for at in (start, end)]
    return Window(in_zone(moved[0], zone_name), in_zone(moved[1], zone_name))


#: Which rows promise something for a time, and which field says that it is more, or longer, than before.
_PROMISES = {
    "bookings": ("quantity", "asset_id"),
    "checkouts": ("quantity", "due_at"),
    "reservations": ("quantity", "until_at"),
    "waits": ("claim_by_at",),
}
#: What is refused again when it was taken back; the others say how things are, whoever was promised what.
_PROMISED = frozenset({"bookings", "waits"})


def require_free(session: Session, by: Actor, of_table: ByTable, *, now: datetime, undoing: bool) -> None:
    """Refuses an entry that promises something for a time that was promised to somebody else; its changes are in the tables already.

    To take back that something is out, or not any more, is always possible: it says how things are.
    """
    asked = [change for table in (_PROMISED if undoing else _PROMISES) for change in of_table.get(table, ())]
    if any(map(_promises_more, asked)) and (not _PROMISED.isdisjoint(of_table) or _anything_is_promised(session)):
        for change in filter(_promises_more, asked):
            _require_holds(session, by, change, now)


def _promises_more(change: Change) -> bool:
    if change.table == "waits":
        return change.after.get("claim_by_at") is not None
    says_more = change.after.get("quantity", 1) > change.before.get("quantity", 0)
    return bool(says_more) and any(name in change.after for name in _PROMISES[change.table])


_WHY = {"bookings": Why.BOOKED, "checkouts": Why.OUT, "reservations": Why.KEPT, "waits": Why.HELD}
_TABLES = {"bookings": BOOKINGS, "checkouts": CHECKOUTS, "reservations": RESERVATIONS, "waits": WAITS}


def _require_holds(session: Session, by: Actor, change: Change, now: datetime) -> None:
    table = _TABLES[change.table]
    row = session.connection().execute(select(table).where(table.c.id == change.id)).one()
    variant = catalog.variant(session, row.variant_id)
    diary = diary_of(session, variant, now=now)
    span = next((one for one in diary.spans if one.why is _WHY[change.table] and one.row_id == change.id), None)
    # Where nothing is promised, what is there and not reserved is all that counts: the ledger sees to that.
    promised = span is not None and (change.table in _PROMISED or any(_is_promise(one, span) for one in diary.met_by(span.window)))
    if span is not None and promised and not diary.holds(span):
        others = diary._replace(spans=[one for one in diary.spans if one is not span])
        raise refused(session, by, variant, others, span, zone_name=_agreed_in(session, by, change.table, row))


def _agreed_in(session: Session, by: Actor, table: str, row: Any) -> str:
    """The zone in which until when is said of it: as it was agreed, else that of where it leaves."""
    if table in _PROMISED:
        return by.time_zone
    agreed, place = (row.due_zone, row.source_id) if table == "checkouts" else (row.until_zone, row.location_id)
    return agreed or locations.inherited(session, locations.get(session, place), "time_zone", by.time_zone) or by.time_zone


_OPEN_BOOKINGS = select(BOOKINGS.c.id).where(BOOKINGS.c.closed_at.is_(None))
_OFFERED = select(WAITS.c.id).where(WAITS.c.closed_at.is_(None), WAITS.c.claim_by_at.is_not(None))
_ANYTHING = select(or_(_OPEN_BOOKINGS.exists(), _OFFERED.exists()))


def _anything_is_promised(session: Session) -> bool:
    return bool(session.connection().execute(_ANYTHING).scalar())


def _is_promise(one: Span, to: Span) -> bool:
    """Whether it is a promise that the other span could break."""
    return one.why in (Why.BOOKED, Why.HELD) and (to.asset_id is None or one.asset_id in (None, to.asset_id))


def refused(session: Session, by: Actor, variant: Variant, diary: Diary, wish: Span, *, zone_name: str) -> Taken:
    """The refusal of what can't be had for that time: who has it then, or how many are free, and until when it could be had."""
    met = diary.met_by(wish.window, asset_id=wish.asset_id) if wish.asset_id is not None else []
    if wish.asset_id is not None and met:
        text = _told(met[0], by, assets.said(session, assets.get(session, wish.asset_id)))
    else:
        text = _too_few(session, variant, diary, wish, by.time_zone)
    if wish.why in (Why.BOOKED, Why.HELD):
        return Taken(text, field="start")
    field = "due" if wish.why is Why.OUT else "until"
    until = _until(diary, wish)
    if until is None:
        return Taken(text, field=field)
    said = said_time(until, by.time_zone)
    choice = Choice(f"Until {said}", "until", f"{until.astimezone(zone(zone_name)):%Y-%m-%d %H:%M}")
    return Taken(f"{text} It is free until {said}.", field=field, choices=(choice,))


def _told(met: Span, by: Actor, name: str) -> str:
    own, mine = by.time_zone, met.holder_id == by.location_id
    who = "You have" if mine else f"{met.holder} has"
    match met.why:
        case Why.HELD:
            return f"{name} is held until {said_time(met.window.end, own)} for {'you' if mine else met.holder}, who waited for it."
        case Why.BOOKED:
            until = met.until_at or met.window.end
            rest = f", and it is free again from {said_time(met.window.end, own)}" if met.window.end > until else ""
            return f"{who} booked {name} {said_span(met.window.start, until, own)}{rest}."
        case _:
            return f"{who} {name}, {f'due {said_time(met.until_at, own)}' if met.until_at else 'open-ended'}."


def _too_few(session: Session, variant: Variant, diary: Diary, wish: Span, own: str) -> str:
    """How many are free for that time, of how many there are."""
    end = wish.window.end - diary.buffer if wish.window.end < FOREVER else FOREVER
    free = diary.free(wish.window.start, end, most=max(wish.quantity, ONE))
    all_of_them = counted(diary.capacity, variant.name, catalog.item(session, variant.item_id).unit)
    start = wish.window.start
    when = said_span(start, end, own) if end < FOREVER else f"from {said_time(start, own)} on"
    if not diary.capacity:
        return f"There is no {variant.name} to be had now."
    free_then, wanted = ("is" if number == ONE else "are" for number in (free, wish.quantity))
    how_many = said_number(free) if free else "None"
    return f"{how_many} of {all_of_them} {free_then} free {when}; {said_number(wish.quantity)} {wanted} wanted."


def _until(diary: Diary, wish: Span) -> datetime | None:
    """Until when something could go out that runs into what somebody else was promised; None where that is at once."""
    ends = {one.window.start - diary.buffer for one in diary.met_by(wish.window) if _is_promise(one, wish)}
    for end in sorted(ends, reverse=True):
        soon = end < diary.now + timedelta(minutes=1)
        if not soon and diary.free(diary.now, end, asset_id=wish.asset_id, most=wish.quantity) >= wish.quantity:
            return end
    return None
