"""Defining custom fields: added, edited and archived by admins. Each is an entry that can be undone; what they say of things stays."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlmodel import Session

from models import custom_kinds, ledger
from models.catalog import Category
from models.changes import changed
from models.columns import clean, key_of
from models.custom_fields import FIELDS, About, CustomField, FieldKind, SeenBy, branch, defined
from models.entries import EntryKind
from models.importing.forms import COLUMNS
from models.ledger import Act, Posted
from models.members import Permission, require
from models.refusals import Conflict, Refusal

#: So many fields may hold for one thing: more would fit into no form.
MOST_HOLDING = 20
MOST_CHOICES, LONGEST_CHOICE, LONGEST_CHOICES = 50, 75, 2_000
LONGEST_NAME, LONGEST_HELP, LONGEST_PATTERN = 60, 150, 60
MOST_REMIND_DAYS = 365

#: What hangs on a category; a location hangs on none.
_IN_CATEGORIES = frozenset(About) - {About.LOCATION}
#: What is said of a record is said when it is made or closed: nothing of it comes back, or comes due.
RECORDS = frozenset({About.CHECKOUT, About.ENTRY, About.MAINTENANCE})
MAY_BE_UNIQUE = frozenset({FieldKind.TEXT, FieldKind.WHOLE, FieldKind.LINK})
_CHOSEN = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})


class Terms(TypedDict, total=False):
    """What can be edited of a field."""

    name: str
    category: Category | None
    required: bool
    is_unique: bool
    preset: str | None
    pattern: str | None
    help: str | None
    seen_by: SeenBy
    choices: Sequence[str]
    remind_days: int | None


def add_field(session: Session, act: Act, *, about: About, kind: FieldKind, **terms: Unpack[Terms]) -> tuple[CustomField, Posted]:
    """A new field. Refuses a name that a field of the same things has, and terms that its kind does not have."""
    require(act.by, Permission.FIELDS)
    field = CustomField(name="", name_key="", about=about, kind=kind, archived_at=act.now)
    for name, value in _checked(session, act, field, terms).items():
        setattr(field, name, value)
    _require_room(session, about, field.category_id)
    session.add(field)
    session.flush()
    return field, ledger.post(session, act, EntryKind.SET_FIELD, changed=[changed(field, archived_at=None)])


def edit_field(session: Session, act: Act, field: CustomField, **terms: Unpack[Terms]) -> Posted:
    """Changes the terms of a field that are said. What it is about and its kind stay; what it says of things stays, too."""
    require(act.by, Permission.FIELDS)
    said = _checked(session, act, field, terms)
    change = changed(field, **said)
    if not change.after:
        raise Refusal("It stands like that already; nothing was changed.")
    if "category_id" in change.after:
        _require_room(session, field.about, said["category_id"], without=field.id)
    return ledger.post(session, act, EntryKind.SET_FIELD, changed=[change])


def archive_field(session: Session, act: Act, field: CustomField) -> Posted:
    """Takes a field out of use. What it said of things is kept, and comes back where this is undone."""
    require(act.by, Permission.FIELDS)
    if field.archived_at is not None:
        raise Conflict("This is archived already.")
    return ledger.post(session, act, EntryKind.SET_FIELD, changed=[changed(field, archived_at=act.now)])


def _checked(session: Session, act: Act, field: CustomField, terms: Terms) -> dict[str, Any]:
    """The columns of those terms. Refuses, under the argument, what the field can't have."""
    said: dict[str, Any] = {name: value for name, value in terms.items() if name in {"required", "is_unique", "seen_by", "remind_days"}}
    if "category" in terms:
        said["category_id"] = terms["category"].id if terms["category"] else None
    if "name" in terms:
        name = clean(terms["name"], what="name", field="name", longest=LONGEST_NAME)
        if key_of(name) in COLUMNS and key_of(name) != field.name_key and field.about not in RECORDS:
            raise Refusal(
                f"A file of things has a column {name} already, in which the field would be lost. Call it otherwise.", field="name"
            )
        said |= {"name": name, "name_key": key_of(name)}
    if "choices" in terms:
        said["choices"] = _choices(terms["choices"], field.kind)
    for column, longest in (("help", LONGEST_HELP), ("pattern", LONGEST_PATTERN), ("preset", custom_kinds.LONGEST_TEXT)):
        if column in terms:
            text: str | None = terms[column]  # type: ignore[literal-required]
            said[column] = clean(text, what=column, field=column, longest=longest) if text and text.strip() else None
    stands = {name: getattr(field, name) for name in CustomField.model_fields if name != "id"}
    as_it_would_be = CustomField(**(stands | said), id=field.id or 0)
    _require_free(session, field, as_it_would_be)
    _require_fitting(session, act, as_it_would_be)
    return said


def _choices(typed: Sequence[str], kind: FieldKind) -> list[str]:
    choices = [clean(one, what="choice", field="choices", longest=LONGEST_CHOICE) for one in typed if one.strip()]
    if len({key_of(one) for one in choices}) < len(choices):
        raise Refusal("Two of these choices are the same. Leave one of them out.", field="choices")
    if kind is FieldKind.CHOICES and any(";" in one for one in choices):
        raise Refusal("A choice among several can't have a semicolon in it: in files that stands between two of them.", field="choices")
    if len(choices) > MOST_CHOICES:
        raise Refusal(f"These are {len(choices)} choices, and {MOST_CHOICES} are the most.", field="choices")
    if sum(len(one.encode()) for one in choices) > LONGEST_CHOICES:
        raise Refusal("These choices are too long to fit into a form. Shorten them, or leave some out.", field="choices")
    return choices


def _require_free(session: Session, field: CustomField, wanted: CustomField) -> None:
    """Refuses a name that a field has which holds for some of the same things: somebody would see two of that name."""
    query = select(CustomField).where(FIELDS.c.about == wanted.about, FIELDS.c.name_key == wanted.name_key, FIELDS.c.archived_at.is_(None))
    own = branch(session, wanted.category_id)
    for other in session.scalars(query.where(FIELDS.c.id != (field.id or 0))):
        theirs = branch(session, other.category_id)
        if not own or not theirs or own[0] in theirs or theirs[0] in own:
            raise Conflict(f"There is a field {other.name} of these {wanted.about} already.", field="name")


def _require_fitting(session: Session, act: Act, wanted: CustomField) -> None:
    if wanted.category_id is not None and wanted.about not in _IN_CATEGORIES:
        raise Refusal("Locations are in no category: leave it out.", field="category")
    if wanted.kind in _CHOSEN and not wanted.choices:
        raise Refusal("Say what can be chosen, one choice a line.", field="choices")
    if wanted.kind not in _CHOSEN and wanted.choices:
        raise Refusal(f"A {wanted.kind} has no choices. Leave them out.", field="choices")
    if wanted.pattern is not None and wanted.kind is not FieldKind.TEXT:
        raise Refusal(f"Only a text has a pattern; this is a {wanted.kind}.", field="pattern")
    if wanted.pattern is not None and wanted.pattern.count("*") > 1:
        raise Refusal("A pattern has one * at most.", field="pattern")
    if wanted.is_unique and (wanted.kind not in MAY_BE_UNIQUE or wanted.about in RECORDS):
        raise Refusal("Only a text, whole number or web address of a thing can be unique.", field="is_unique")
    if wanted.remind_days is not None:
        _require_remindable(wanted)
    if wanted.preset is not None:
        if wanted.is_unique:
            raise Refusal("What is unique can't be the same by default. Leave one of the two out.", field="preset")
        _require_readable(session, act, wanted)


def _require_remindable(wanted: CustomField) -> None:
    if wanted.kind is not FieldKind.DATE or wanted.about in RECORDS:
        raise Refusal("Only a date of a thing is reminded of.", field="remind_days")
    if not 0 <= (wanted.remind_days or 0) <= MOST_REMIND_DAYS:
        raise Refusal(f"A reminder comes between 0 and {MOST_REMIND_DAYS} days before.", field="remind_days")


def _require_readable(session: Session, act: Act, wanted: CustomField) -> None:
    try:
        custom_kinds.read(session, act.by, wanted, custom_kinds.preset(wanted))
    except Refusal as refusal:
        raise Refusal(f"The default does not fit. {refusal.text}", field="preset") from None


def _require_room(session: Session, about: About, category_id: int | None, *, without: int = 0) -> None:
    """Refuses one field more than a form has room for, of the things that have the most."""
    others = [other for other in defined(session, about=about) if other.id != without]
    for end in {other.category_id for other in others} | {category_id}:
        steps = branch(session, end)
        if category_id is not None and category_id not in steps:
            continue
        holding = [one for one in others if one.category_id is None or one.category_id in steps]
        if len(holding) >= MOST_HOLDING:
            raise Refusal(f"{MOST_HOLDING} fields of {about} are the most. Archive one that is not needed first.", field="name")
