"""A week of what is lent: which asset, or how many of what is counted, is out, booked or held, and for whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import availability, catalog
from models.assets import ASSETS, AssetState, state
from models.catalog import ItemKind, Variant
from models.diary import Diary, Span, Why, Window
from models.locations import LOCATIONS
from models.quantities import said_number
from models.times import in_zone, local_day

#: A week shows so many rows.
MOST_ROWS = 30
DAYS = 7


class Bar(NamedTuple):
    """Somebody has something, or will have it, for a time of the week; None for what can't be had by anybody."""

    window: Window
    why: Why | None
    label: str
    #: Whether it should be back, and is not.
    late: bool = False


class Row(NamedTuple):
    """One asset, any of a variant, or all of what is counted; with who has it when."""

    what: str
    bars: Sequence[Bar]
    serial: str = ""

    @property
    def name(self) -> str:
        """What it is called: an asset with its serial."""
        return f"{self.what} {self.serial}".rstrip()


class Week(NamedTuple):
    """Seven days from a Monday on, in a zone."""

    title: str
    monday: date
    zone: str
    now: datetime
    rows: Sequence[Row]
    #: Whether there would be more rows.
    cut: bool

    @property
    def window(self) -> Window:
        """The whole week."""
        return week_from(self.monday, self.zone)


def monday_of(at: datetime, zone: str) -> date:
    """The Monday of that week, there."""
    day = local_day(at, zone)
    return day - timedelta(days=day.weekday())


def week_from(monday: date, zone: str) -> Window:
    """From the first moment of that Monday until before that of the next, there."""
    return Window(*(in_zone(datetime.combine(day, time(0)), zone) for day in (monday, monday + timedelta(days=DAYS))))


def week(
    session: Session,
    variants: Sequence[Variant],
    *,
    title: str,
    monday: date,
    zone: str,
    now: datetime,
    only: Mapping[int, Collection[int]] | None = None,
) -> Week:
    """What is promised of those variants in that week, from now on. `only` names certain assets of some of them, by the variants' ids."""
    window, rows = week_from(monday, zone), list[Row]()
    for variant in variants:
        if len(rows) > MOST_ROWS:
            break
        diary = availability.diary_of(session, variant, now=now)
        if catalog.item(session, variant.item_id).kind is ItemKind.SERIALISED:
            rows += _serial_rows(session, variant, diary, window, (only or {}).get(variant.id))
        else:
            bars = [_bar(one, now, f"{said_number(one.quantity)} for ") for one in diary.met_by(window)]
            rows.append(Row(f"{variant.name} ({said_number(diary.capacity)})", bars))
    return Week(title, monday, zone, now, rows[:MOST_ROWS], len(rows) > MOST_ROWS)


def _serial_rows(session: Session, variant: Variant, diary: Diary, window: Window, only: Collection[int] | None) -> list[Row]:
    query = select(ASSETS.c.id, ASSETS.c.name, ASSETS.c.serial, ASSETS.c.out_of_use, LOCATIONS.c.kind).join(
        LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id
    )
    query = query.where(ASSETS.c.variant_id == variant.id, ASSETS.c.archived_at.is_(None)).order_by(ASSETS.c.serial_key)
    if only is not None:
        query = query.where(ASSETS.c.id.in_(only))
    rows = list[Row]()
    for row in session.connection().execute(query.limit(MOST_ROWS + 1)):
        met = diary.met_by(window, asset_id=row.id)
        out = any(one.why is Why.OUT for one in diary.spans if one.asset_id == row.id)
        stands = state(row.kind, checked_out=out, out_of_use=row.out_of_use)
        if stands in (AssetState.LOST, AssetState.RETIRED):
            continue
        bars = [_bar(one, diary.now) for one in met]
        if not out and stands is not AssetState.AVAILABLE:
            bars.insert(0, Bar(Window(max(diary.now, window.start), window.end), None, str(stands)))
        rows.append(Row(row.name or variant.name, bars, row.serial))
    floating = [one for one in diary.met_by(window) if one.asset_id is None] if only is None else []
    if floating:
        rows.append(Row(f"any {variant.name}", [_bar(one, diary.now, f"{said_number(one.quantity)} for ") for one in floating]))
    return rows


def _bar(one: Span, now: datetime, much: str = "") -> Bar:
    """Until when it was agreed; what is late stands there until it can be promised to somebody."""
    late = one.why is Why.OUT and one.until_at is not None and one.until_at <= now
    end = one.until_at if one.until_at is not None and not late else one.window.end
    return Bar(Window(one.window.start, end), one.why, f"{much}{one.holder}", late)
