"""What entries made custom fields say, for the history of a thing. Only what everybody may see is told."""

import json
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import Session

from models import changes, custom_kinds
from models.changes import Change
from models.custom_fields import VALUES, About, CustomField, FieldKind, SeenBy, fields_of
from models.custom_kinds import Part
from models.entries import ENTRIES, SUBJECTS, WORDS, EntryKind

#: An import says things of thousands of rows, and nobody reads that in a line.
_UNTOLD = frozenset({EntryKind.IMPORTED, EntryKind.UNDID})


class SaidNow(NamedTuple):
    """What an entry made a field say, and what it said before; of several choices, those that it took out and those that it added."""

    name: str
    before: str
    after: str
    several: bool = False


def concerning(session: Session, table: str, ids: Any) -> ColumnElement[bool]:
    """The condition that an entry changed one of those rows, or what custom fields say of it."""
    own = and_(SUBJECTS.c.subject == table, SUBJECTS.c.subject_id.in_(ids))
    if table not in set(About):
        return own
    query = select(VALUES.c.id).where(VALUES.c.field_id.in_(fields_of(table)), VALUES.c.subject_id.in_(ids))
    found = list(session.connection().execute(query).scalars())
    return or_(own, and_(SUBJECTS.c.subject == VALUES.name, SUBJECTS.c.subject_id.in_(found))) if found else own


def said_in(session: Session, ids: Sequence[int]) -> dict[int, tuple[SaidNow, ...]]:
    """What those entries made custom fields say, each field once."""
    concerned = exists().where(SUBJECTS.c.entry_id == ENTRIES.c.id, SUBJECTS.c.subject == VALUES.name)  # of thousands the first will do
    query = select(ENTRIES.c.id, ENTRIES.c.changes, WORDS.c.changes).outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
    query = query.where(ENTRIES.c.id.in_(ids), ENTRIES.c.kind.not_in(_UNTOLD), concerned)
    told = {entry: _of_values(plain, worded or changes.NONE) for entry, plain, worded in session.connection().execute(query)}
    rows = [change.id for group in told.values() for change in group]
    found = select(VALUES.c.id, VALUES.c.field_id).where(VALUES.c.id.in_(rows))
    field_of = {row.id: session.get_one(CustomField, row.field_id) for row in session.connection().execute(found)} if rows else {}
    return {entry: _said(session, group, field_of) for entry, group in told.items()}


def _of_values(plain: str, worded: str) -> list[Change]:
    """The changes of values alone."""
    kept = (json.dumps([row for row in json.loads(text) if row[0] == VALUES.name]) for text in (plain, worded))
    return changes.loaded(*kept)


def _said(session: Session, group: Sequence[Change], field_of: dict[int, CustomField]) -> tuple[SaidNow, ...]:
    of_field: dict[int, list[Change]] = defaultdict(list)
    for change in group:
        if field_of[change.id].seen_by is SeenBy.EVERYONE:
            of_field[field_of[change.id].id].append(change)
    return tuple(_of_field(session, field_of[own[0].id], own) for own in of_field.values())


def _of_field(session: Session, field: CustomField, own: Sequence[Change]) -> SaidNow:
    """What became of one field. A choice that only went to another row of it is among both sides, and is not told."""
    before, after = ([part for change in own for part in _parts(side(change))] for side in (_BEFORE, _AFTER))
    gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
    told = [custom_kinds.said(session, field.kind, parts) for parts in (gone, come)]
    return SaidNow(field.name, told[0], told[1], several=field.kind is FieldKind.CHOICES)


_BEFORE, _AFTER = attrgetter("before"), attrgetter("after")


def _parts(side: Any) -> list[Part]:
    part = Part(side.get("number"), side.get("words"), side.get("words_key"))
    return [part] if part.number is not None or part.words is not None else []
