"""Finding things and records by what custom fields say of them. Every condition is read along an index of the values."""

import operator
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlmodel import Session, SQLModel

from models.custom_fields import VALUES, About, CustomField
from models.custom_kinds import Part
from models.search import LAST


class Compare(StrEnum):
    """How what a field says has to stand to what was asked."""

    IS = "is"
    BEGINS = "begins with"
    BELOW = "below"
    AT_MOST = "at most"
    ABOVE = "above"
    AT_LEAST = "at least"
    #: It says anything at all.
    SAYS = "says"


class Wanted(NamedTuple):
    """One condition: fields of one name, on one sort of thing or on several, and what one of them has to say."""

    fields: Sequence[CustomField]
    compare: Compare
    #: What it is compared with, by the ids of the fields: of each kind another.
    parts: dict[int, Part]


class Hit(NamedTuple):
    """A thing or record that was found, and of which field."""

    about: About
    subject_id: int
    field_id: int


def found(session: Session, conditions: Sequence[Wanted], *, first: int, most: int) -> tuple[list[Hit], int]:
    """The things for which all conditions hold, by what the first of their fields says, and how many there are. Nothing archived."""
    abouts = [about for about in About if all(any(field.about is about for field in wanted.fields) for wanted in conditions)]
    if not abouts:
        return [], 0
    every = union_all(*(of_one(about, conditions) for about in abouts)).subquery("every")
    total = int(session.connection().execute(select(func.count()).select_from(every)).scalar_one())
    page = select(every.c.about, every.c.subject_id, every.c.field_id).order_by(
        every.c.number.is_(None), every.c.number, every.c.words_key, every.c.about, every.c.subject_id.desc()
    )
    rows = session.connection().execute(page.offset(first).limit(most))
    return [Hit(About(about), subject_id, field_id) for about, subject_id, field_id in rows], total


def of_one(about: About, conditions: Sequence[Wanted]) -> Select[Any]:
    """The things of one sort for which all conditions hold, each once."""
    leading, *others = conditions
    query = select(
        literal(str(about)).label("about"),
        VALUES.c.subject_id,
        func.min(VALUES.c.field_id).label("field_id"),
        func.min(VALUES.c.number).label("number"),
        func.min(VALUES.c.words_key).label("words_key"),
    ).where(_holds(VALUES, leading, about))
    for other in others:
        value = VALUES.alias()
        query = query.where(VALUES.c.subject_id.in_(select(value.c.subject_id).where(_holds(value, other, about))))
    things = SQLModel.metadata.tables[about]
    if "archived_at" in things.c:
        query = query.join(things, things.c.id == VALUES.c.subject_id).where(things.c.archived_at.is_(None))
    return query.group_by(VALUES.c.subject_id)


def _holds(values: Any, wanted: Wanted, about: About) -> ColumnElement[bool]:
    own = [field for field in wanted.fields if field.about is about]
    return or_(*((values.c.field_id == field.id) & _compared(values, wanted.compare, wanted.parts.get(field.id)) for field in own))


def _compared(values: Any, compare: Compare, part: Part | None) -> ColumnElement[bool]:
    number, key = values.c.number, values.c.words_key
    if part is None:
        said: ColumnElement[bool] = or_(number.is_not(None), key.is_not(None))
        return said
    if part.words_key is not None:
        begun: ColumnElement[bool] = (key >= part.words_key) & (key < part.words_key + LAST)
        return begun if compare is Compare.BEGINS else key == part.words_key
    ordered: ColumnElement[bool] = _ORDER[compare](number, part.number)
    return ordered if part.words is None else ordered & (values.c.words == part.words)  # currencies are never mixed


_ORDER: dict[Compare, Callable[[Any, Any], Any]] = {
    Compare.IS: operator.eq,
    Compare.BELOW: operator.lt,
    Compare.AT_MOST: operator.le,
    Compare.ABOVE: operator.gt,
    Compare.AT_LEAST: operator.ge,
}
