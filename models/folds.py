"""Adding movements up: what lay where at a moment, from the monthly nets and the movements of that month alone."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, func, select, union_all

from models.entries import ENTRIES, MOVEMENTS
from models.levels import NETS, month_of

_MOVED = MOVEMENTS.c
_LATER = ENTRIES.alias("later")


def stands(*, last: int | None = None) -> ColumnElement[bool]:
    """The condition that a movement belongs to the past: its entry undoes nothing, and was not undone, by what entry `last` knew."""
    undone = exists().where(_LATER.c.reverses_id == _MOVED.entry_id)
    if last is not None:
        undone = undone.where(_LATER.c.id <= last)
    undoes = exists().where(_LATER.c.id == _MOVED.entry_id, _LATER.c.reverses_id.is_not(None))
    return ~undone & ~undoes


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
    until = _MOVED.happened_at < at if just_before else _MOVED.happened_at <= at
    nets = select(NETS.c.variant_id, NETS.c.location_id, NETS.c.quantity).where(NETS.c.month < month_of(at))
    if variants is not None:
        nets = nets.where(NETS.c.variant_id.in_(variants))
    if places is not None:
        nets = nets.where(NETS.c.location_id.in_(places))
    lately = legs(_MOVED.happened_at >= _month_start(at), until, variants=variants, places=places).subquery("lately")
    return added_up(union_all(nets, select(lately.c.variant_id, lately.c.location_id, lately.c.quantity)))


def running(those: CompoundSelect[Any], *order: str) -> Select[Any]:
    """What each entry did to a variant in a location (`delta`), and how many had come by then (`came`), counted in that order."""
    leg = those.subquery("leg")
    key = (leg.c.variant_id, leg.c.location_id, leg.c.happened_at, leg.c.entry_id)
    step = select(*key, func.sum(leg.c.quantity).label("delta")).group_by(*key).subquery("step")
    came = func.sum(step.c.delta).over(partition_by=(step.c.variant_id, step.c.location_id), order_by=[step.c[name] for name in order])
    return select(*step.c, came.label("came"))


def added_up(every: CompoundSelect[Any]) -> Select[Any]:
    """The sum of those quantities per variant and location; what comes to nothing is left out."""
    each = every.subquery("each")
    total = func.sum(each.c.quantity)
    query = select(each.c.variant_id, each.c.location_id, total.label("quantity"))
    return query.group_by(each.c.variant_id, each.c.location_id).having(total != 0)


def _month_start(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
