"""Terms of lending: under what words things of a category are handed out. Every version of a text is kept for ever, with its hash."""

import hashlib
import unicodedata
from datetime import datetime

from sqlalchemy import Index, func, select
from sqlmodel import Field, Session, SQLModel

from models import catalog
from models.catalog import Category
from models.columns import HIDDEN
from models.refusals import Refusal
from models.times import UtcTime

#: A form's field takes no more.
LONGEST_TEXT = 3_000
#: So far back a category's form tells of its versions.
MOST_VERSIONS = 5


class LendingTerms(SQLModel, table=True):
    """A version of a category's terms. Rows are only ever added, and guarded like the ledger; which one holds stands in the category."""

    __tablename__ = "lending_terms"
    __table_args__ = (Index("lending_terms_by_version", "category_id", "version", unique=True),)

    id: int = Field(default=None, primary_key=True)
    category_id: int = Field(foreign_key="categories.id")
    version: int
    #: The very words that somebody accepts. Empty: nothing is to be accepted here, whatever the category above says.
    text: str
    #: SHA-256 of the text in UTF-8, as hexadecimal digits. An acceptance keeps it in the ledger.
    text_hash: str
    by_id: int = Field(foreign_key="members.id")
    set_at: datetime = Field(sa_type=UtcTime)


LENDING_TERMS = LendingTerms.__table__  # type: ignore[attr-defined]


def hash_of(text: str) -> str:
    """What an acceptance keeps of the words that were accepted."""
    return hashlib.sha256(text.encode()).hexdigest()


def next_version(session: Session, *, category: Category, text: str, by_id: int, at: datetime) -> LendingTerms:
    """A new version of a category's terms, which holds once the category says so."""
    last = select(func.coalesce(func.max(LENDING_TERMS.c.version), 0)).where(LENDING_TERMS.c.category_id == category.id)
    number = session.connection().execute(last).scalar_one() + 1
    made = LendingTerms(category_id=category.id, version=number, text=text, text_hash=hash_of(text), by_id=by_id, set_at=at)
    session.add(made)
    session.flush()
    return made


def words(text: str) -> str:
    """A text fit to be accepted: composed, its lines kept. Refuses an over-long or partly invisible one."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip().split("\n")
    text = "\n".join(line.rstrip() for line in lines)
    if len(text) > LONGEST_TEXT:
        raise Refusal(f"Terms have at most {LONGEST_TEXT:,} characters; these have {len(text):,}.", field="text")
    if any(unicodedata.category(character) in HIDDEN for character in text if character != "\n"):
        raise Refusal("These terms contain a character that can't be seen. Type it again by hand.", field="text")
    return text


def get(session: Session, terms_id: int) -> LendingTerms:
    """The version with that id, which is known to exist."""
    return session.get_one(LendingTerms, terms_id)


def holding(session: Session, category: Category) -> LendingTerms | None:
    """The version that holds by the category's own word; None where it leaves that to the category above."""
    return get(session, category.terms_id) if category.terms_id is not None else None


def of_variant(session: Session, variant_id: int) -> LendingTerms | None:
    """What is to be accepted for a variant: the terms of its category, else of the nearest one above that says something."""
    category_id = catalog.item(session, catalog.variant(session, variant_id).item_id).category_id
    return inherited(session, session.get_one(Category, category_id)) if category_id is not None else None


def inherited(session: Session, category: Category) -> LendingTerms | None:
    """What is to be accepted for things of a category, by its own word or one above; None for nothing."""
    above: Category | None = category
    while above is not None:
        if (terms := holding(session, above)) is not None:
            return terms if terms.text else None
        above = session.get_one(Category, above.parent_id) if above.parent_id is not None else None
    return None


def versions(session: Session, category: Category) -> list[LendingTerms]:
    """The latest versions of a category's own terms, the newest first."""
    query = select(LendingTerms).where(LENDING_TERMS.c.category_id == category.id).order_by(LENDING_TERMS.c.version.desc())
    return list(session.scalars(query.limit(MOST_VERSIONS)))


def said(session: Session, terms: LendingTerms) -> str:
    """ "Cameras, version 3"."""
    return f"{session.get_one(Category, terms.category_id).name}, version {terms.version}"
