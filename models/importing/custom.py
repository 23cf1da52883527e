"""Planning and writing an import: the columns that are custom fields, and what they say of the things that a file adds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models import bulk, custom_fields, custom_kinds, members
from models.assets import ASSETS
from models.catalog import ITEMS
from models.changes import Change
from models.custom_fields import VALUES, About, CustomField, FieldKind
from models.custom_kinds import Part, Raw
from models.importing import cells
from models.importing.forms import Said
from models.importing.known import Thing
from models.importing.planning import Draft, Plan, Value
from models.locations import LOCATIONS, LocationKind
from models.lots import LOTS
from models.members import Actor
from models.quantities import plain_money
from models.refusals import Refusal
from models.wording import listed, many

#: The tables whose things have custom fields that a file may say.
ABOUT = {ITEMS: About.ITEM, ASSETS: About.ASSET, LOTS: About.LOT, LOCATIONS: About.LOCATION}
#: The kinds of what is written as numbers are.
NUMBERS = (FieldKind.WHOLE, FieldKind.DECIMAL, FieldKind.MONEY)


@dataclass(slots=True)
class Columns:
    """The custom fields that a file may say, and what its rows have said in them so far."""

    session: Session
    by: Actor
    fields: list[CustomField]
    said: dict[tuple[Thing, int], tuple[int, list[Part]]] = field(default_factory=dict)
    #: How many rows say what is not taken, by the field: of what is there already; of a peer's, what an earlier row says otherwise, and
    #: what is no field of what the row names.
    kept: Counter[str] = field(default_factory=Counter)
    otherwise: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def columns(session: Session) -> Columns:
    """The custom fields of things. Records are made by acts, and not by a file."""
    fields = [one for one in custom_fields.defined(session) if one.about in ABOUT.values()]
    return Columns(session, members.actor(session, members.COMMAND_LINE), fields)


def keys(own: Columns, *kinds: FieldKind) -> set[str]:
    """The keys of the fields of those kinds, whatever they are of."""
    return {one.name_key for one in own.fields} - {one.name_key for one in own.fields if one.kind not in kinds}


def say(draft: Draft, own: Columns, said: Said, things: Mapping[About, Thing]) -> None:
    """What a row says of the things that it adds; one that was there before stays as it is. Refuses what holds for none of them.

    A peer has one list of fields for whatever it keeps: there it is left out. What its row says of a thing is not said of where it lies.
    """
    if not draft.ours and About.ITEM in things:
        things = {about: thing for about, thing in things.items() if about is not About.LOCATION}
    for key, text in said.custom.items():
        named = [one for one in own.fields if one.name_key == key]
        holding = [one for one in named if one.about in things and _holds(own, one, things[one.about])]
        if not holding and draft.ours:
            raise Refusal(f"{key} is no custom field of what this row names.", field=f"custom {key}")
        if not holding:
            own.left_out[named[0].name] += 1
        for one in holding:
            _say(draft, own, said, one, of=things[one.about], text=text)


def _say(draft: Draft, own: Columns, said: Said, one: CustomField, *, of: Thing, text: str) -> None:
    if of.id is not None:
        own.kept[one.name] += 1
        return
    try:
        parts = custom_kinds.read(own.session, own.by, one, _raw(draft, one, text))
    except Refusal as refusal:
        raise Refusal(refusal.text, field=f"custom {one.name_key}") from None
    line, before = own.said.setdefault((of, one.id), (said.line, parts))
    if before == parts:
        return
    if draft.ours:
        raise Refusal(f"Line {line} says another {one.name} of it.", field=f"custom {one.name_key}")
    own.otherwise[one.name] += 1


def _raw(draft: Draft, one: CustomField, text: str) -> Raw:
    """What a cell says, as it would be typed. A peer writes an amount with its currency around it."""
    if one.kind is FieldKind.MONEY and not draft.ours:
        return plain_money(cells.priced(text, draft.currency), draft.currency)
    return text.split(";") if one.kind is FieldKind.CHOICES else text


def remarks(draft: Draft, own: Columns) -> list[str]:
    """What is to be said of all rows together; of a peer's, which columns were taken for fields by their names alone."""
    names = {one.id: one.name for one in own.fields}
    filled = Counter(names[field_id] for (_, field_id), (line, _) in own.said.items() if line)  # what is preset stands in no line
    told = [f"{name} {many(count, 'time')}" for name, count in filled.items()]
    return [
        *([f"Custom fields are filled: {listed(told)}."] if told and not draft.ours else []),
        *(f"What is there already keeps its {name} ({many(count, 'row')})." for name, count in own.kept.items()),
        *(
            f"Rows differ in the {name} of a thing: its first counts ({many(count, 'row')} left out)."
            for name, count in own.otherwise.items()
        ),
        *(f"{name} is left out in {many(count, 'row')}: it is no custom field of what they name." for name, count in own.left_out.items()),
    ]


def planned(own: Columns, plan: Plan) -> list[Value]:
    """All that is said of new things, by the file or because it is preset."""
    for thing in plan.things:
        about = ABOUT.get(thing.table)
        if about is not None and not (about is About.LOCATION and thing["kind"] is LocationKind.PERSON):
            for one in own.fields:
                if one.preset is not None and one.about is about and (thing, one.id) not in own.said and _holds(own, one, thing):
                    own.said[thing, one.id] = 0, custom_kinds.read(own.session, own.by, one, custom_kinds.preset(one))
    told = [(thing, field_id, parts) for (thing, field_id), (_, parts) in own.said.items()]
    return [Value(thing, field_id, number, part) for thing, field_id, parts in told for number, part in enumerate(parts)]


def _holds(own: Columns, one: CustomField, thing: Thing) -> bool:
    if one.category_id is None:
        return True
    item = thing if thing.table is ITEMS else thing["variant_id"]["item_id"]
    category: Any = item["category_id"]
    while isinstance(category, Thing):
        if category.id == one.category_id:
            return True
        category = category["parent_id"]
    return one.category_id in custom_fields.branch(own.session, category)


def written(session: Session, values: Sequence[Value]) -> list[Change]:
    """Writes a row for each value, which says nothing yet, and answers with the changes of the entry that makes it say so."""
    if not values:
        return []
    last = session.connection().execute(select(func.coalesce(func.max(VALUES.c.id), 0))).scalar_one()
    rows: dict[str, list[Any]] = {
        "field_id": [one.field_id for one in values],
        "subject_id": [one.thing.id for one in values],
        "part": [one.part for one in values],
    }
    bulk.insert(session, VALUES, rows)
    first = session.connection().execute(select(func.min(VALUES.c.id)).where(VALUES.c.id > last)).scalar_one()
    told = [{name: value for name, value in one.says._asdict().items() if value is not None} for one in values]
    name = str(VALUES.name)  # nobody else writes meanwhile, so the rows follow one another
    return [Change(name, first + number, dict.fromkeys(after), after) for number, after in enumerate(told)]
