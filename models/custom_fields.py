"""Custom fields: what a team wants to know of its things and records besides. Here are their tables, and which fields hold for what."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Select, bindparam, select, text
from sqlmodel import Field, Session, SQLModel

from models.assets import Asset
from models.catalog import Category, Item, Variant
from models.columns import Word, among
from models.members import Actor, Permission
from models.times import UtcTime


class About(StrEnum):
    """What a field is a field of; each is the table that the things or records stand in."""

    ITEM = "items"
    ASSET = "assets"
    LOT = "lots"
    LOCATION = "locations"
    CHECKOUT = "checkouts"
    ENTRY = "entries"
    MAINTENANCE = "maintenance_records"


class FieldKind(StrEnum):
    """What can be said in a field."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes or no"
    CHOICE = "choice"
    CHOICES = "several choices"
    PERSON = "person"
    LOCATION = "location"
    LINK = "web address"


class SeenBy(StrEnum):
    """Who may see what a field says, and so who is asked for it."""

    EVERYONE = "everyone"
    KEEPERS = "keepers"
    ADMINS = "admins"


#: What somebody needs leave for to see it.
_SIGHT = {SeenBy.EVERYONE: Permission.LOOK, SeenBy.KEEPERS: Permission.CATALOG, SeenBy.ADMINS: Permission.FIELDS}


class CustomField(SQLModel, table=True):
    """A field that admins have defined. What it is about and what can be said in it stay; a field that is not wanted is archived."""

    __tablename__ = "custom_fields"
    __table_args__ = (
        CheckConstraint(among("about", About), name="custom_field_is_about_something"),
        CheckConstraint(among("kind", FieldKind), name="custom_field_kind_is_known"),
        CheckConstraint(among("seen_by", SeenBy), name="custom_field_is_seen_by_somebody"),
        Index(
            "custom_field_name_is_unique",
            "about",
            text("coalesce(category_id, 0)"),
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("custom_field_by_name", "name_key"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    name_key: str
    about: About = Field(sa_type=Word(About))
    kind: FieldKind = Field(sa_type=Word(FieldKind))
    #: It holds for what hangs on this category, or below it; empty: for everything.
    category_id: int | None = Field(default=None, foreign_key="categories.id")
    required: bool = False
    #: Whether no two things that are not archived may say the same.
    is_unique: bool = False
    #: What is said where nobody says anything, as it would be typed.
    preset: str | None = None
    #: How a text is written: # is a digit, @ a letter, * anything.
    pattern: str | None = None
    help: str | None = None
    seen_by: SeenBy = Field(default=SeenBy.EVERYONE, sa_type=Word(SeenBy))
    choices: list[str] = Field(default_factory=list, sa_type=JSON)
    #: So many days before its date somebody is reminded; empty: nobody is.
    remind_days: int | None = None
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


class CustomValue(SQLModel, table=True):
    """What a field says of one thing or record: one row, of several choices one each. A row with nothing in it says nothing."""

    __tablename__ = "custom_values"
    __table_args__ = (
        Index("custom_value_is_one", "field_id", "subject_id", "part", unique=True),
        Index("custom_value_by_words", "field_id", "words_key", "subject_id", sqlite_where=text("words_key IS NOT NULL")),
        Index("custom_value_by_number", "field_id", "number", "subject_id", sqlite_where=text("number IS NOT NULL")),
        Index("custom_value_to_review", "review_at", sqlite_where=text("review_at IS NOT NULL")),
    )

    id: int = Field(default=None, primary_key=True)
    field_id: int = Field(foreign_key="custom_fields.id")
    #: The row in the table that the field is about.
    subject_id: int
    part: int = 0
    #: A whole number, millionths, minor units of money, a day, 0 or 1, a member or a location.
    number: int | None = Field(default=None, sa_type=BigInteger)
    #: A text, choice or address; of money its currency.
    words: str | None = None
    words_key: str | None = None
    #: When the reminders look at it again. Every change asks them to look at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


FIELDS = CustomField.__table__  # type: ignore[attr-defined]
VALUES = CustomValue.__table__  # type: ignore[attr-defined]


def get(session: Session, field_id: int) -> CustomField:
    """The field with that id, which is known to exist."""
    return session.get_one(CustomField, field_id)


_DEFINED = select(CustomField).where(FIELDS.c.archived_at.is_(None)).order_by(FIELDS.c.id)
_ABOUT = _DEFINED.where(FIELDS.c.about == bindparam("about"))


def defined(session: Session, *, about: About | None = None) -> list[CustomField]:
    """The fields that are not archived, in the order in which they were defined: all, or those about something."""
    return list(session.scalars(_DEFINED) if about is None else session.scalars(_ABOUT, {"about": about}))


def fields_of(table: str) -> Select[tuple[int]]:
    """The ids of every field of rows of that table, for a look-up of what they say: it goes by field and row, or reads all that is said."""
    return select(FIELDS.c.id).where(FIELDS.c.about == table)


def holding(session: Session, about: About, *category_ids: int | None) -> list[CustomField]:
    """The fields that hold for things of those categories: those for everything, and those of a category and of the ones above it."""
    found = defined(session, about=about)
    in_some = any(field.category_id for field in found)
    above = {step for category_id in category_ids for step in branch(session, category_id)} if in_some else set()
    return [field for field in found if field.category_id is None or field.category_id in above]


def branch(session: Session, category_id: int | None) -> list[int]:
    """A category and those above it, itself first."""
    steps = list[int]()
    while category_id is not None:
        steps.append(category_id)
        category_id = session.get_one(Category, category_id).parent_id
    return steps


def seen(fields: Sequence[CustomField], by: Actor) -> list[CustomField]:
    """Those of the fields whose values a member may see."""
    return [field for field in fields if by.may(_SIGHT[field.seen_by])]


def input_of(field: CustomField) -> str:
    """The name that a form's input for the field has, so that a refusal stands under it."""
    return f"custom{field.id}"


def category_of(session: Session, about: About, subject: Any) -> int | None:
    """The category that a thing hangs on; none for what hangs on nothing, as a location."""
    if about is About.ITEM:
        found: int | None = subject.category_id
        return found
    if about is About.MAINTENANCE:
        return category_of(session, About.ASSET, session.get_one(Asset, subject.asset_id))
    if about in {About.ASSET, About.LOT, About.CHECKOUT}:
        return session.get_one(Item, session.get_one(Variant, subject.variant_id).item_id).category_id
    return None
