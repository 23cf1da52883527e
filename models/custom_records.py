"""What custom fields say of an entry: it is said when stock moves, becomes part of that entry, and is never changed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, insert, or_, select
from sqlmodel import Session

from models import catalog, custom_kinds
from models.changes import Change
from models.custom_fields import FIELDS, VALUES, About, CustomField, holding, input_of, seen
from models.custom_values import FieldWanted, Given
from models.entries import EntryKind
from models.members import Actor

#: What stock does when somebody moves it by hand.
MOVES = frozenset({EntryKind.RECEIVED, EntryKind.MOVED, EntryKind.TOOK, EntryKind.COUNTED, EntryKind.SCRAPPED})

#: Whether something has to be said of entries, or is said of them by itself: read along with the last entry, for every one.
ASKED = exists().where(FIELDS.c.about == About.ENTRY, FIELDS.c.archived_at.is_(None), or_(FIELDS.c.required, FIELDS.c.preset.is_not(None)))


def said(session: Session, by: Actor, given: Given | None, *, entry_id: int, variant_ids: Collection[int], asked: bool) -> list[Change]:
    """The changes that say of an entry of stock what was given, and what is preset.

    Refuses as FieldWanted where somebody was `asked` for what is required, and said nothing.
    """
    changes = list[Change]()
    for field in _holding(session, variant_ids):
        raw = given[field.id] if given is not None and field.id in given else custom_kinds.preset(field)
        parts = custom_kinds.read(session, by, field, raw)
        if not parts and asked and field.required and seen([field], by):
            raise FieldWanted(f"{field.name} is required.", field=input_of(field))
        changes += [_written(session, field, entry_id, number, part) for number, part in enumerate(parts)]
    return changes


def _holding(session: Session, variant_ids: Collection[int]) -> list[CustomField]:
    categories = {catalog.item(session, catalog.variant(session, one).item_id).category_id for one in variant_ids}
    return holding(session, About.ENTRY, *categories)


def _written(session: Session, field: CustomField, entry_id: int, number: int, part: custom_kinds.Part) -> Change:
    """One part as a row that says nothing yet, and the change of the entry that makes it say so."""
    row = {"field_id": field.id, "subject_id": entry_id, "part": number}
    made = session.connection().execute(insert(VALUES), row).inserted_primary_key
    after = {name: value for name, value in part._asdict().items() if value is not None}
    return Change(VALUES.name, made[0], dict.fromkeys(after), after)  # type: ignore[index]


def of_entries(session: Session, changes: Sequence[Change]) -> set[int]:
    """Which of these changes say something of an entry: they stay, whatever becomes of it."""
    ids = [change.id for change in changes if change.table == VALUES.name]
    if not ids:
        return set()
    query = select(VALUES.c.id).join(FIELDS, FIELDS.c.id == VALUES.c.field_id).where(FIELDS.c.about == About.ENTRY, VALUES.c.id.in_(ids))
    found: Any = session.connection().execute(query).scalars()
    return set(found)
