"""What custom fields say of things and records: read for a card or a form, and the changes that an entry makes of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlmodel import Session, SQLModel

from models import assets, bulk, catalog, changes, custom_kinds, locations, lots
from models.changes import ByTable, Change, changed
from models.custom_fields import FIELDS, VALUES, About, CustomField, CustomValue, category_of, fields_of, holding, input_of, seen
from models.custom_kinds import Part, Raw
from models.members import Actor
from models.refusals import Conflict, FieldProblems, Refusal

T = TypeVar("T")
#: What was said, by the ids of the fields. What is not in it was not asked.
Given = Mapping[int, Raw]


class FieldWanted(Refusal):
    """A field must be filled in, and nobody has said anything: the form asks for it."""


_THERE = or_(VALUES.c.number.is_not(None), VALUES.c.words.is_not(None))


def of(session: Session, fields: Sequence[CustomField], subject_id: int) -> dict[int, list[Part]]:
    """What those fields say of a thing, by their ids; what says nothing is left out."""
    if not fields:
        return {}
    query = select(VALUES.c.field_id, VALUES.c.number, VALUES.c.words, VALUES.c.words_key).where(
        VALUES.c.field_id.in_([field.id for field in fields]), VALUES.c.subject_id == subject_id, _THERE
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for field_id, *part in session.connection().execute(query.order_by(VALUES.c.field_id, VALUES.c.part)):
        found[field_id].append(Part(*part))
    return dict(found)


def rows(session: Session, about: About, subject_id: int) -> list[CustomValue]:
    """Every row that ever said something of a thing: what a form that changes it was opened on."""
    query = select(CustomValue).where(VALUES.c.field_id.in_(fields_of(about)), VALUES.c.subject_id == subject_id)
    return list(session.scalars(query))


def in_use(session: Session, field: CustomField) -> int:
    """Of how many things a field says something."""
    query = select(func.count(VALUES.c.subject_id.distinct())).where(VALUES.c.field_id == field.id, _THERE)
    return int(session.connection().execute(query).scalar_one())


def new(session: Session, by: Actor, about: About, made: Sequence[Any], given: Given | None) -> list[Change]:
    """The changes that say of new things what was given, and what is preset where nobody was asked.

    Refuses to leave empty what is required, where somebody who sees it was asked: nothing `given` at all
    means that nobody was, as when stock comes in.
    """
    of_category: dict[int | None, list[tuple[CustomField, list[Part]]]] = {}
    changes = list[Change]()
    for one in made:
        category = category_of(session, about, one)
        if category not in of_category:
            of_category[category] = _asked(session, by, holding(session, about, category), given)
        changes += [change for field, parts in of_category[category] for change in _changes(session, field, one.id, parts)]
    return changes


def _asked(session: Session, by: Actor, fields: Sequence[CustomField], given: Given | None) -> list[tuple[CustomField, list[Part]]]:
    """What was said in the fields, else what is preset."""
    said = dict(given or {})
    asked = [(field, said[field.id] if field.id in said else custom_kinds.preset(field)) for field in fields]
    visible = {field.id for field in seen(fields, by)}
    return each(asked, lambda field, raw: (field, _read(session, by, field, raw, required=given is not None and field.id in visible)))


def each(asked: Sequence[tuple[CustomField, Raw]], read: Callable[[CustomField, Raw], T]) -> list[T]:
    """What is read of each field. Refuses all mistakes together, so that nobody is told of them one by one."""
    done, refused = list[T](), list[Refusal]()
    for field, raw in asked:
        try:
            done.append(read(field, raw))
        except Refusal as refusal:
            refused.append(refusal)
    if len(refused) > 1 and not all(isinstance(refusal, FieldWanted) for refusal in refused):
        raise FieldProblems({refusal.field or "": refusal.text for refusal in refused})
    if refused:
        raise refused[0]
    return done


def edited(session: Session, by: Actor, fields: Sequence[CustomField], subject_id: int, given: Given | None) -> list[Change]:
    """The changes that say of a thing what was given in those fields; what was not asked stays. Refuses to empty what is required."""
    told = [(field, given[field.id]) for field in seen(fields, by) if field.id in given] if given else []
    known = of(session, [field for field, _ in told], subject_id)
    read = each(told, lambda field, raw: (field, _read(session, by, field, raw, required=True, kept=known.get(field.id, ()))))
    return [change for field, parts in read for change in _changes(session, field, subject_id, parts)]


def passed_on(session: Session, about: About, subject_id: int, to_id: int) -> list[Change]:
    """The changes that say of a new record what was said of the one in whose place it comes."""
    said = [row for row in rows(session, about, subject_id) if row.number is not None or row.words is not None]
    born = [CustomValue(field_id=row.field_id, subject_id=to_id, part=row.part) for row in said]
    session.add_all(born)
    session.flush()
    parts = [Part(row.number, row.words, row.words_key) for row in said]
    return [changed(row, **part._asdict()) for row, part in zip(born, parts, strict=True)]


def _read(session: Session, by: Actor, field: CustomField, raw: Raw, *, required: bool, kept: Sequence[Part] = ()) -> list[Part]:
    parts = custom_kinds.read(session, by, field, raw, kept=kept)
    if not parts and required and field.required:
        raise FieldWanted(f"{field.name} is required.", field=input_of(field))
    return parts


def _changes(session: Session, field: CustomField, subject_id: int, parts: Sequence[Part]) -> list[Change]:
    """The changes of the rows of one field and thing, so that they say these parts; rows that are missing are born with nothing in them."""
    query = select(CustomValue).where(VALUES.c.field_id == field.id, VALUES.c.subject_id == subject_id)
    own = list(session.scalars(query.order_by(VALUES.c.part)))
    born = [CustomValue(field_id=field.id, subject_id=subject_id, part=number) for number in range(len(own), len(parts))]
    session.add_all(born)
    session.flush()
    wanted = [*parts, *[Part()] * len(own)]
    made = [changed(row, **part._asdict()) for row, part in zip([*own, *born], wanted, strict=False)]
    return [change for change in made if change.after]


_OTHER = VALUES.alias("other")
#: Two things of which a field that is unique says the same.
_ALIKE = (
    select(VALUES.c.field_id, VALUES.c.subject_id, _OTHER.c.subject_id.label("other_id"))
    .join(FIELDS, FIELDS.c.id == VALUES.c.field_id)
    .join(_OTHER, (_OTHER.c.field_id == VALUES.c.field_id) & (_OTHER.c.subject_id != VALUES.c.subject_id))
    .where(FIELDS.c.is_unique, FIELDS.c.archived_at.is_(None))
)
_SAME = (
    _ALIKE.where(_OTHER.c.words_key == VALUES.c.words_key),
    _ALIKE.where(VALUES.c.words_key.is_(None), _OTHER.c.number == VALUES.c.number),
)


def follow(session: Session, of_table: ByTable, *, now: datetime) -> None:
    """What an entry's changes mean for what custom fields say: no two say what only one may, and other reminders may be due."""
    require_alone(session, of_table)
    fields = changes.ids(of_table, FIELDS)
    if fields:
        again = update(VALUES).where(VALUES.c.field_id.in_(fields), VALUES.c.number.is_not(None)).values(review_at=now)
        session.connection().execute(again)


def require_alone(session: Session, of_table: ByTable) -> None:
    """Refuses where, because of these changes, two things that are not archived say the same in a field that is unique."""
    concerned = _concerned(of_table)
    if not concerned or session.connection().execute(_ANY_UNIQUE).first() is None:
        return
    for column, ids, about in concerned:
        where = FIELDS.c.about == about if about else true()
        for page in bulk.pages(ids):
            for query in _SAME:
                for row in session.connection().execute(query.where(column.in_(page), where)):
                    _refuse_alike(session, *row)


_ANY_UNIQUE = select(FIELDS.c.id).where(FIELDS.c.is_unique, FIELDS.c.archived_at.is_(None)).limit(1)


def _concerned(of_table: ByTable) -> list[tuple[ColumnElement[int], list[int], About | None]]:
    """What of these changes may make two values alike: a value itself, a field that becomes unique, a thing that comes back."""
    things = ((VALUES.c.subject_id, _back(of_table.get(about, ())), about) for about in About)
    values, fields = changes.ids(of_table, VALUES), changes.ids(of_table, FIELDS)
    told = [(VALUES.c.id, values, None), (VALUES.c.field_id, fields, None), *things]
    return [one for one in told if one[1]]


def _back(those: Sequence[Change]) -> list[int]:
    return [change.id for change in those if change.after.get("archived_at", 0) is None]


def _refuse_alike(session: Session, field_id: int, subject_id: int, other_id: int) -> None:
    field = session.get_one(CustomField, field_id)
    if not (is_there(session, field.about, subject_id) and is_there(session, field.about, other_id)):
        return
    said = custom_kinds.said(session, field.kind, of(session, [field], other_id)[field_id])
    raise Conflict(f"{called(session, field.about, other_id)} has {said} as {field.name} already, and no two may.", field=input_of(field))


def is_there(session: Session, about: About, subject_id: int) -> bool:
    """Whether a thing is not archived; a record always is there."""
    things = SQLModel.metadata.tables[about]
    if "archived_at" not in things.c:
        return True
    query = select(things.c.id).where(things.c.id == subject_id, things.c.archived_at.is_(None))
    return session.connection().execute(query).first() is not None


def called(session: Session, about: About, subject_id: int) -> str:
    """What a thing or record is called in a sentence."""
    match about:
        case About.ITEM:
            return catalog.item(session, subject_id).name
        case About.ASSET:
            return assets.said(session, assets.get(session, subject_id))
        case About.LOT:
            return f"lot {lots.get(session, subject_id).code}"
        case About.LOCATION:
            return locations.get(session, subject_id).name
        case About.CHECKOUT | About.ENTRY | About.MAINTENANCE:
            return f"{_RECORD[about]} {subject_id}"


_RECORD = {About.CHECKOUT: "checkout", About.ENTRY: "entry", About.MAINTENANCE: "upkeep"}
