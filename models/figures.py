"""Figures: how what we own is used, what lies idle, what is borrowed most and who returns late; read from ledger and checkouts.

Times are half-open: from the start of a window until before its end. docs/reports.md states each definition.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, case, exists, func, select, type_coerce
from sqlmodel import Session

from models import catalog
from models.assets import ASSETS, OWNED
from models.catalog import ITEMS, VARIANTS, Category
from models.checkouts import CHECKOUTS
from models.diary import Window
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS
from models.folds import DAY, stands
from models.locations import LOCATIONS, STORES, Location, LocationKind
from models.times import from_micros, micros

_MOVED, _OUT = MOVEMENTS.c, CHECKOUTS.c
_UNDO = ENTRIES.alias("undo")
_HOLDERS, _SOURCES = LOCATIONS.alias("holders"), LOCATIONS.alias("sources")

#: The entry that brought a checkout to life. One whose entry was undone never was.
_OPENING = (
    select(func.min(SUBJECTS.c.entry_id))
    .where(SUBJECTS.c.subject == "checkouts", SUBJECTS.c.subject_id == _OUT.id)
    .correlate(CHECKOUTS)
    .scalar_subquery()
)
_WAS = ~exists().where(_UNDO.c.reverses_id == _OPENING)


class Used(NamedTuple):
    """How long the assets of an item were owned and lent in a time, all of them added up."""

    item: str
    assets: int
    owned: timedelta
    lent: timedelta


class IdleOf(NamedTuple):
    """How many assets of an item are owned, and how many of them lie idle."""

    item: str
    owned: int
    idle: int


class Idle(NamedTuple):
    """An asset that lies idle: where, and since when it was last lent, or came; and what it cost."""

    asset_id: int
    serial: str
    name: str
    item: str
    location: str
    since_at: datetime
    #: Whether it was ever lent.
    lent: bool
    cost_minor: int | None
    currency: str | None


class Borrowed(NamedTuple):
    """How often an item was borrowed in a time, by how many holders, and when last."""

    item: str
    times: int
    holders: int
    last_at: datetime


class Returns(NamedTuple):
    """How many checkouts with a due time a person ended in a time, and how many of them late: by how much together, and the worst."""

    holder_id: int
    name: str
    ended: int
    late: int
    together: timedelta
    longest: timedelta


def used(session: Session, during: Window, *, category: Category | None = None) -> list[Used]:
    """How long the assets of each item were owned and lent in that time, what was used most first."""
    stays = _in(_stays(during.end), _MOVED.variant_id, category).subquery("stays")
    spent = _within(stays.c.begins, stays.c.ends, during)
    owned = _of_item(func.count(stays.c.asset_id.distinct()), *_total(spent)).select_from(stays)
    owned = owned.join(LOCATIONS, LOCATIONS.c.id == stays.c.target_id).join(VARIANTS, VARIANTS.c.id == stays.c.variant_id)
    owned = owned.join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).where(LOCATIONS.c.kind.in_(OWNED), spent > 0)
    out = _within(_raw(_OUT.out_at), _raw(_OUT.closed_at), during)
    lent = _in(_of_item(*_total(out)).select_from(CHECKOUTS), _OUT.variant_id, category)
    lent = lent.where(_OUT.asset_id.is_not(None), _OUT.out_at < during.end, out > 0, _WAS)
    times = {row.id: _length(*row[2:]) for row in session.connection().execute(lent)}
    found = [Used(row.name, row[2], _length(*row[3:]), times.get(row.id, timedelta())) for row in session.connection().execute(owned)]
    return sorted(found, key=lambda one: (-one.lent / one.owned, one.item.casefold()))


def _stays(until: datetime) -> Select[Any]:
    """Each stay of an asset in a location that began by then, in microseconds: until its next movement."""
    ends = func.lead(_raw(_MOVED.happened_at)).over(partition_by=_MOVED.asset_id, order_by=[_MOVED.happened_at, _MOVED.id])
    told = (_MOVED.asset_id, _MOVED.variant_id, _MOVED.target_id, _raw(_MOVED.happened_at).label("begins"), ends.label("ends"))
    return select(*told).select_from(MOVEMENTS).where(_MOVED.asset_id.is_not(None), _MOVED.happened_at < until, stands())


def _of_item(*figures: ColumnElement[Any]) -> Select[Any]:
    return select(ITEMS.c.id, ITEMS.c.name, *figures).group_by(ITEMS.c.id, ITEMS.c.name)


def _in(query: Select[Any], variant: ColumnElement[int], category: Category | None) -> Select[Any]:
    """The query joined with its items: those of a category and what is below it, where one is named."""
    query = query.join(VARIANTS, VARIANTS.c.id == variant).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    return query if category is None else query.where(ITEMS.c.category_id.in_(catalog.branch(category)))


def _raw(at: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(at, BigInteger)


def _within(begins: ColumnElement[int], ends: ColumnElement[int], during: Window) -> ColumnElement[int]:
    """How much of a time lies in a window, in microseconds; what has no end goes on. Not above zero where nothing does."""
    start, end = micros(during.start), micros(during.end)
    return case((ends < end, ends), else_=end) - case((begins > start, begins), else_=start)


def _total(length: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Lengths added up in whole days and what is left: together they would not fit into 64 bits for a million assets."""
    return func.sum(length // DAY), func.sum(length % DAY)


def _length(days: int, rest: int) -> timedelta:
    return timedelta(days=days, microseconds=rest)


def idle_by_item(session: Session, at: datetime, *, days: int, category: Category | None = None) -> list[IdleOf]:
    """How many assets of each item are owned at a time, and lie idle for so many days then; only those with any, the most first."""
    lies = _lying(at, category).subquery("lies")
    idle = func.sum(case((_is_idle(lies, at, days), 1), else_=0))
    query = select(lies.c.item, func.count(), idle).group_by(lies.c.item_id, lies.c.item).having(idle > 0)
    return [IdleOf(*row) for row in session.connection().execute(query.order_by(idle.desc(), lies.c.item))]


def idle(
    session: Session, at: datetime, *, days: int, category: Category | None = None, first: int = 0, most: int | None = None
) -> list[Idle]:
    """The assets that lie idle for so many days at a time, the longest first. A page of `most` from `first`."""
    lies = _lying(at, category).subquery("lies")
    told = (lies.c.asset_id, lies.c.serial, lies.c.name, lies.c.item, lies.c.location, lies.c.since, lies.c.lent)
    query = select(*told, lies.c.cost_minor, lies.c.currency).where(_is_idle(lies, at, days)).order_by(lies.c.since, lies.c.asset_id)
    rows = session.connection().execute(query.offset(first).limit(most) if most is not None else query)
    return [Idle(*row[:5], from_micros(row.since), bool(row.lent), *row[7:]) for row in rows]


def _is_idle(lies: Any, at: datetime, days: int) -> ColumnElement[bool]:
    """Whether it lies in a store, and was neither lent nor came in that time; what is still out has not come back by then."""
    is_idle: ColumnElement[bool] = lies.c.kind.in_(STORES) & (lies.c.since <= micros(at) - days * DAY)
    return is_idle


def _lying(at: datetime, category: Category | None) -> Select[Any]:
    """Each asset that is owned at a time, where it is then, and since when it is not lent: since it came, where it never was."""
    moves = select(_MOVED.asset_id).where(_MOVED.asset_id == ASSETS.c.id, _MOVED.happened_at <= at, stands()).correlate(ASSETS)
    here = moves.with_only_columns(_MOVED.target_id).order_by(_MOVED.happened_at.desc(), _MOVED.id.desc()).limit(1).scalar_subquery()
    came = moves.with_only_columns(func.min(_raw(_MOVED.happened_at))).scalar_subquery()
    back = func.max(func.coalesce(_raw(_OUT.closed_at), micros(at) + 1)).label("back")
    lent = select(_OUT.asset_id, back).where(_OUT.asset_id.is_not(None), _OUT.out_at <= at, _WAS).group_by(_OUT.asset_id).subquery("lent")
    query = select(
        ASSETS.c.id.label("asset_id"),
        ASSETS.c.serial,
        func.coalesce(ASSETS.c.name, VARIANTS.c.name).label("name"),
        ITEMS.c.id.label("item_id"),
        ITEMS.c.name.label("item"),
        LOCATIONS.c.name.label("location"),
        LOCATIONS.c.kind,
        func.coalesce(lent.c.back, came).label("since"),
        lent.c.back.is_not(None).label("lent"),
        ASSETS.c.cost_minor,
        ASSETS.c.currency,
    )
    query = query.select_from(ASSETS).join(LOCATIONS, LOCATIONS.c.id == here).outerjoin(lent, lent.c.asset_id == ASSETS.c.id)
    return _in(query, ASSETS.c.variant_id, category).where(LOCATIONS.c.kind.in_(OWNED))


def borrowed(session: Session, during: Window, *, category: Category | None = None) -> list[Borrowed]:
    """How often each item was borrowed in that time, the most first: each checkout that began then counts once."""
    times = func.count().label("times")
    query = _in(
        _of_item(times, func.count(_OUT.holder_id.distinct()), func.max(_OUT.out_at)).select_from(CHECKOUTS), _OUT.variant_id, category
    )
    query = query.where(_OUT.out_at >= during.start, _OUT.out_at < during.end, _WAS).order_by(times.desc(), ITEMS.c.name_key)
    return [Borrowed(*row[1:]) for row in session.connection().execute(query)]


def returns(session: Session, during: Window, *, at: Location | None = None) -> list[Returns]:
    """What each person ended in that time of what had a due time, and how late; who was late most often first.

    With a location of what left that or one below it.
    """
    lateness = _raw(_OUT.closed_at) - _raw(_OUT.due_at)
    over = case((lateness > 0, lateness), else_=0)
    late = func.sum(case((lateness > 0, 1), else_=0)).label("late")
    days, rest = _total(over)
    query = (
        select(_HOLDERS.c.id, _HOLDERS.c.name, func.count(), late, days, rest, func.max(over))
        .select_from(CHECKOUTS)
        .join(_HOLDERS, _HOLDERS.c.id == _OUT.holder_id)
        .join(_SOURCES, _SOURCES.c.id == _OUT.source_id)
        .where(_HOLDERS.c.kind == LocationKind.PERSON, _OUT.due_at.is_not(None), _WAS)
        .where(_OUT.closed_at >= during.start, _OUT.closed_at < during.end)
        .group_by(_HOLDERS.c.id, _HOLDERS.c.name)
    )
    if at is not None:
        query = query.where(_SOURCES.c.path.startswith(at.path, autoescape=True))
    found = [
        Returns(id_, name, ended, times, _length(whole, part), timedelta(microseconds=worst))
        for id_, name, ended, times, whole, part, worst in session.connection().execute(query)
    ]
    return sorted(found, key=lambda one: (-one.late, -one.together, one.name.casefold()))
