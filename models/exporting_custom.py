"""Exporting what custom fields say: a column each, as an import reads it. Only what whoever asks may see."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import custom_fields, custom_kinds, members
from models.custom_fields import FIELDS, VALUES, About, CustomField, FieldKind
from models.custom_kinds import Part
from models.importing.forms import COLUMNS
from models.members import Actor
from models.then import Then

#: What rows of our own form can say something of.
_THINGS = frozenset({About.ITEM, About.ASSET, About.LOT, About.LOCATION})


class Columns(NamedTuple):
    """The columns of custom fields, and what they say of each thing."""

    names: list[str]
    told: Mapping[tuple[About, int], dict[str, str]]

    def of(self, about: About, subject_id: int) -> dict[str, str]:
        """What they say of one thing."""
        return self.told.get((about, subject_id), {})


def columns(then: Then, by: Actor) -> Columns:
    """The columns that somebody sees, each name once: fields of several sorts of things share one."""
    session, kept = then.session, then(FIELDS).c
    ids = session.connection().execute(select(kept.id).where(kept.archived_at.is_(None))).scalars().all()
    visible = custom_fields.seen(session.scalars(select(CustomField).where(FIELDS.c.id.in_(ids)).order_by(FIELDS.c.id)).all(), by)
    fields = {field.id: field for field in visible if field.about in _THINGS and field.name_key not in COLUMNS}
    names = {field.name_key: field.name for field in reversed(fields.values())}
    said: dict[tuple[int, int], list[Part]] = defaultdict(list)
    value = then(VALUES).c
    query = select(value.field_id, value.subject_id, value.number, value.words, value.words_key)
    query = query.where(value.field_id.in_(fields)).order_by(value.field_id, value.subject_id, value.part)
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
