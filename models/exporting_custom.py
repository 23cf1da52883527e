"""Exporting what custom fields say: a column each, as an import reads it. Only what whoever asks may see."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import custom_fields, custom_kinds, members
from models.custom_fields import VALUES, About, CustomField, FieldKind
from models.custom_kinds import Part
from models.importing.forms import COLUMNS
from models.members import Actor

#: What rows of our own form can say something of.
_THINGS = frozenset({About.ITEM, About.ASSET, About.LOT, About.LOCATION})


class Columns(NamedTuple):
    """The columns of custom fields, and what they say of each thing."""

    names: list[str]
    told: Mapping[tuple[About, int], dict[str, str]]

    def of(self, about: About, subject_id: int) -> dict[str, str]:
        """What they say of one thing."""
        return self.told.get((about, subject_id), {})


def columns(session: Session, by: Actor) -> Columns:
    """The columns that somebody sees, each name once: fields of several sorts of things share one."""
    visible = custom_fields.seen(custom_fields.defined(session), by)
    fields = {field.id: field for field in visible if field.about in _THINGS and field.name_key not in COLUMNS}
    names = {field.name_key: field.name for field in reversed(fields.values())}
    said: dict[tuple[int, int], list[Part]] = defaultdict(list)
    query = select(VALUES.c.field_id, VALUES.c.subject_id, VALUES.c.number, VALUES.c.words, VALUES.c.words_key)
    query = query.where(VALUES.c.field_id.in_(fields)).order_by(VALUES.c.field_id, VALUES.c.subject_id, VALUES.c.part)
    for field_id, subject_id, *part in session.connection().execute(query):
        said[field_id, subject_id].append(Part(*part))
    told: dict[tuple[About, int], dict[str, str]] = defaultdict(dict)
    for (field_id, subject_id), parts in said.items():
        field = fields[field_id]
        told[field.about, subject_id][names[field.name_key]] = "; ".join(_typed(session, field, part) for part in parts if part != Part())
    return Columns(sorted(names.values()), told)


def _typed(session: Session, field: CustomField, part: Part) -> str:
    """As an import reads it: a person by their e-mail address, where one is known."""
    if field.kind is FieldKind.PERSON:
        member = members.get(session, part.number or 0)
        return member.email or member.name
    return custom_kinds.typed(session, field.kind, part)
