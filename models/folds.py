"""Adding movements up: what lay where at a moment, from the monthly nets and a part of one month's movements."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, CompoundSelect, Select, case, exists, func, select, type_coerce, union_all

from models.entries import ENTRIES, MOVEMENTS
from models.levels import NETS, month_of

_MOVED = MOVEMENTS.c
_LATER = ENTRIES.alias("later")

#: A day in microseconds, as times are kept.
DAY = 86_400_000_000


def stands(*, last: int | None = None) -> ColumnElement[bool]:
    """The condition that a movement belongs to the past: its entry undoes nothing, and was not undone, by what entry `last` knew."""
    undone = exists().where(_LATER.c.reverses_id == _MOVED.entry_id)
    if last is not None:
        undone = undone.where(_LATER.c.id <= last)
    undoes = exists().where(_LATER.c.id == _MOVED.entry_id, _LATER.c.reverses_id.is_not(None))
    return ~undone & ~undoes


class Split(NamedTuple):
    """What adds up to what had happened by a time: the nets of whole months, and the movements between them and that time."""

    nets: ColumnElement[bool]
    movements: ColumnElement[bool]
    sign: int

    @classmethod
    def at(cls, at: datetime, *, just_before: bool = False) -> "Split":
        """Of everything that happened up to `at` (UTC): in the later half of a month, counted back from its end.

        Or just before it: an entry that is being posted asks that of its own time, and the net of that month has it already.
        """
        start = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        end = (start + timedelta(days=31)).replace(day=1)
        until = _MOVED.happened_at < at if just_before else _MOVED.happened_at <= at
        if just_before or at - start < end - at:
            return cls(NETS.c.month < month_of(at), (_MOVED.happened_at >= start) & until, 1)
        return cls(NETS.c.month <= month_of(at), ~until & (_MOVED.happened_at < end), -1)


def legs(
    *those: ColumnElement[bool], variants: Collection[int] | None = None, places: Collection[int] | None = None
) -> CompoundSelect[Any]:
    """Each movement twice: what it brought to its target, and what it took, below zero, from its source."""
    told = (_MOVED.variant_id, _MOVED.happened_at, _MOVED.entry_id)
    came = select(*told, _MOVED.target_id.label("location_id"), _MOVED.quantity.label("quantity")).where(*those)
    went = select(*told, _MOVED.source_id.label("location_id"), -_MOVED.quantity).where(*those)
    if variants is not None:
        came, went = (arm.where(_MOVED.variant_id.in_(variants)) for arm in (came, went))
    if places is not None:
        came, went = came.where(_MOVED.target_id.in_(places)), went.where(_MOVED.source_id.in_(places))
    return union_all(came, went)


def balances(
    at: datetime, *, just_before: bool = False, variants: Collection[int] | None = None, places: Collection[int] | None = None
) -> Select[Any]:
    """Variant, location and quantity after everything that happened up to `at` (UTC), or just before it; what is empty is left out."""
    split = Split.at(at, just_before=just_before)
    nets = select(NETS.c.variant_id, NETS.c.location_id, NETS.c.quantity).where(split.nets)
    if variants is not None:
        nets = nets.where(NETS.c.variant_id.in_(variants))
    if places is not None:
        nets = nets.where(NETS.c.location_id.in_(places))
    lately = legs(split.movements, variants=variants, places=places).subquery("lately")
    return added_up(union_all(nets, select(lately.c.variant_id, lately.c.location_id, split.sign * lately.c.quantity)))


def balance(at: datetime, *, variant: int, place: int) -> Select[Any]:
    """The one quantity that `balances` gives for a single variant in a single location, in one pass over its movements."""
    split = Split.at(at)
    nets = select(func.coalesce(func.sum(NETS.c.quantity), 0)).where(NETS.c.variant_id == variant, NETS.c.location_id == place, split.nets)
    came = case((_MOVED.target_id == place, _MOVED.quantity), (_MOVED.source_id == place, -_MOVED.quantity))
    lately = select(func.coalesce(func.sum(came), 0)).where(_MOVED.variant_id == variant, split.movements)
    return select(nets.scalar_subquery() + split.sign * lately.scalar_subquery())


def running(those: CompoundSelect[Any], *order: str) -> Select[Any]:
    """How many of a variant had come to a location once each entry was carried out (`came`), counted in an order that ends with it."""
    leg = those.subquery("leg")
    one = (leg.c.variant_id, leg.c.location_id)
    came = func.sum(leg.c.quantity).over(partition_by=one, order_by=[leg.c[name] for name in order])
    return select(*one, leg.c.happened_at, leg.c.entry_id, came.label("came"))


def first_doubtful_day(before: Select[Any], those: CompoundSelect[Any]) -> Select[Any]:
    """The first UTC day (counted from 1970) that began with less than left that day: on every other nothing can have gone below zero.

    `before` are the balances just before `those`. It costs a fifth of looking at each moment.
    """
    leg, held = those.subquery("leg"), before.subquery("held")
    day = (type_coerce(leg.c.happened_at, BigInteger) // DAY).label("day")
    went = func.sum(case((leg.c.quantity < 0, leg.c.quantity), else_=0)).label("went")
    daily = select(leg.c.variant_id, leg.c.location_id, day, func.sum(leg.c.quantity).label("net"), went)
    flow = daily.group_by(leg.c.variant_id, leg.c.location_id, day).subquery("flow")
    came = func.sum(flow.c.net).over(partition_by=(flow.c.variant_id, flow.c.location_id), order_by=flow.c.day) - flow.c.net
    start = select(flow, came.label("came")).subquery("start")
    query = select(start.c.day).outerjoin(held, (held.c.variant_id == start.c.variant_id) & (held.c.location_id == start.c.location_id))
    return query.where(func.coalesce(held.c.quantity, 0) + start.c.came + start.c.went < 0).order_by(start.c.day).limit(1)


def added_up(every: CompoundSelect[Any]) -> Select[Any]:
    """The sum of those quantities per variant and location; what comes to nothing is left out."""
    each = every.subquery("each")
    total = func.sum(each.c.quantity)
    query = select(each.c.variant_id, each.c.location_id, total.label("quantity"))
    return query.group_by(each.c.variant_id, each.c.location_id).having(total != 0)
