"""Acceptances: what was handed out under terms, and whether its holder has accepted them. One for each checkout."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, Index, or_, select, text, update
from sqlmodel import Field, Session, SQLModel

from models import bulk, notices
from models.catalog import CATEGORIES
from models.changes import ByTable, Change
from models.columns import Word, among
from models.entries import SUBJECTS
from models.lending_terms import LENDING_TERMS
from models.times import UtcTime


class AcceptanceState(StrEnum):
    """How an acceptance stands. Whether there is anything left to accept is not among it: that is whether the checkout is open."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


_UNACCEPTED, _REVIEWED = text("state <> 'accepted'"), text("review_at IS NOT NULL")
_OF_AN_ASSET = text("asset_id IS NOT NULL")


class Acceptance(SQLModel, table=True):
    """What the holder of a checkout has to accept. What was handed out by one entry is answered together."""

    __tablename__ = "acceptances"
    __table_args__ = (
        CheckConstraint(among("state", AcceptanceState), name="acceptance_state_is_known"),
        CheckConstraint("(state = 'accepted') = (text_hash IS NOT NULL)", name="acceptance_keeps_the_hash_of_what_was_accepted"),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="acceptance_waits_until_it_is_answered"),
        Index("acceptance_by_checkout", "checkout_id", unique=True),
        Index("acceptance_by_entry", "entry_id"),
        Index("acceptance_by_asset", "asset_id", sqlite_where=_OF_AN_ASSET, postgresql_where=_OF_AN_ASSET),
        Index("acceptance_unaccepted", "entry_id", sqlite_where=_UNACCEPTED, postgresql_where=_UNACCEPTED),
        Index("acceptance_to_review", "review_at", sqlite_where=_REVIEWED, postgresql_where=_REVIEWED),
    )

    id: int = Field(default=None, primary_key=True)
    #: The entry that handed it out.
    entry_id: int = Field(foreign_key="entries.id")
    checkout_id: int = Field(foreign_key="checkouts.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    terms_id: int = Field(foreign_key="lending_terms.id")
    state: AcceptanceState = Field(default=AcceptanceState.WAITING, sa_type=Word(AcceptanceState))
    #: The hash of the very text that was accepted; as the ledger's entry has it, nobody exchanges the text afterwards.
    text_hash: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When its holder was asked last, and how often by then.
    asked_at: datetime = Field(sa_type=UtcTime)
    asked: int = 1
    #: When the reminders look at it again.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


ACCEPTANCES = Acceptance.__table__  # type: ignore[attr-defined]


def of_entry(session: Session, entry_id: int) -> list[Acceptance]:
    """What that entry has handed out under terms."""
    return list(session.scalars(select(Acceptance).where(ACCEPTANCES.c.entry_id == entry_id).order_by(ACCEPTANCES.c.id)))


def of_checkout(session: Session, checkout_id: int) -> Acceptance | None:
    """What the holder of a checkout has to accept, or has accepted; None for one without terms."""
    return session.scalars(select(Acceptance).where(ACCEPTANCES.c.checkout_id == checkout_id)).one_or_none()


def divided(session: Session, checkout_id: int, part_id: int) -> None:
    """A part of a checkout is one of its own from now on, accepted or not as it was."""
    known = of_checkout(session, checkout_id)
    if known is not None:
        own = known.model_dump(exclude={"id", "checkout_id"})
        session.add(Acceptance(**own, checkout_id=part_id))


def follow(session: Session, of_table: ByTable, *, undoing: bool) -> None:
    """Asks for the messages about terms to be drawn again: those that an entry answers, and those of checkouts that it changes.

    Only `ledger.post()` calls this.
    """
    for change in of_table.get(ACCEPTANCES.name, ()) if undoing else ():
        _take_back_parts(session, change)
    for column, table in ((ACCEPTANCES.c.id, ACCEPTANCES.name), (ACCEPTANCES.c.checkout_id, "checkouts")):
        for page in bulk.pages(bulk.spans(change.id for change in of_table.get(table, ())), 400):
            _redraw(session, or_(*(column.between(first, last) for first, last in page)))


def _take_back_parts(session: Session, change: Change) -> None:
    """An answer that is undone was that of what was divided from it since, too: no entry names those."""
    entry_id = select(ACCEPTANCES.c.entry_id).where(ACCEPTANCES.c.id == change.id).scalar_subquery()
    alike = (ACCEPTANCES.c[name].is_not_distinct_from(value) for name, value in change.before.items())
    session.connection().execute(update(ACCEPTANCES).where(ACCEPTANCES.c.entry_id == entry_id, *alike).values(**change.after))
    session.expire_all()


def _redraw(session: Session, which: ColumnElement[bool]) -> None:
    query = select(ACCEPTANCES.c.entry_id).where(which).distinct()
    notices.touch(session, {"entries": session.connection().execute(query).scalars()})


def answered_by(session: Session, entry_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Which terms those entries have accepted or declined: "Cameras, version 3"."""
    query = (
        select(SUBJECTS.c.entry_id, CATEGORIES.c.name, LENDING_TERMS.c.version)
        .join(ACCEPTANCES, (SUBJECTS.c.subject == ACCEPTANCES.name) & (SUBJECTS.c.subject_id == ACCEPTANCES.c.id))
        .join(LENDING_TERMS, LENDING_TERMS.c.id == ACCEPTANCES.c.terms_id)
        .join(CATEGORIES, CATEGORIES.c.id == LENDING_TERMS.c.category_id)
        .where(SUBJECTS.c.entry_id.in_(entry_ids))
        .order_by(SUBJECTS.c.entry_id, CATEGORIES.c.name)
        .distinct()
    )
    found: dict[int, tuple[str, ...]] = {}
    for entry_id, name, version in session.connection().execute(query) if entry_ids else ():
        found[entry_id] = (*found.get(entry_id, ()), f"{name}, version {version}")
    return found
