"""What the ledger is made of: entries, their words, and movements. They are only ever added to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, ScalarSelect, Table, func, select, text
from sqlmodel import Field, SQLModel

from models.columns import Word, among
from models.times import UtcTime


class EntryKind(StrEnum):
    """What an entry did, in one word or two."""

    RECEIVED = "received"
    MOVED = "moved"
    TOOK = "took"
    SCRAPPED = "scrapped"
    COUNTED = "counted"
    CHECKED_OUT = "checked out"
    CHECKED_IN = "checked in"
    EXTENDED = "extended"
    LOST = "lost"
    FOUND = "found"
    RETIRED = "retired"
    ADDED = "added"
    EDITED = "edited"
    ARCHIVED = "archived"
    BOUND = "bound"
    SET_REORDER_POINT = "set reorder point"
    GRANTED = "granted"
    REVOKED = "revoked"
    SET_POLICY = "set policy"
    ASKED = "asked"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDREW = "withdrew"
    IMPORTED = "imported"
    MERGED = "merged"
    UNDID = "undid"
    RESERVED = "reserved"
    RELEASED = "released"
    SET_BILL = "set bill"
    BUILT = "built"
    QUARANTINED = "quarantined"
    RELEASED_LOT = "released a lot"
    RECALLED = "recalled"
    ANSWERED = "answered a recall"
    CLOSED_RECALL = "closed a recall"
    DRAFTED = "drafted"
    ORDERED = "ordered"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    WANTED = "wanted"
    DECLINED = "declined"
    OPENED_COUNT = "opened a count"
    TALLIED = "tallied"
    ASKED_AGAIN = "asked to count again"
    CANCELLED_COUNT = "cancelled a count"
    SET_FIELD = "set field"
    REPORTED = "reported"
    KEPT_IN_USE = "kept in use"
    TOOK_OUT_OF_USE = "took out of use"
    SENT_TO_REPAIR = "sent to repair"
    REPAIRED = "repaired"
    SERVICED = "serviced"
    SET_UPKEEP = "set upkeep"
    SOLD = "sold"
    DONATED = "donated"
    BOOKED = "booked"
    QUEUED = "queued"
    OFFERED = "offered"
    PASSED = "passed"
    GIVING = "offered to hand over"
    HANDED_OVER = "handed over"
    REFUSED = "refused"
    OFFER_LAPSED = "offer lapsed"
    ACCEPTED_TERMS = "accepted terms"
    DECLINED_TERMS = "declined terms"
    LEFT = "left"
    OPENED_SWEEP = "opened a sweep"
    CLOSED_SWEEP = "closed a sweep"
    ASKED_TO_CONFIRM = "asked to confirm"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    DISMISSED = "dismissed a dispute"


class Entry(SQLModel, table=True):
    """One act by one member. Its id is its place in the ledger: gap-free, and never given twice."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint(among("kind", EntryKind), name="entry_kind_is_known"),
        CheckConstraint("happened_at <= recorded_at", name="entry_did_not_happen_in_the_future"),
        Index("entry_by_member", "member_id", "id"),
    )

    id: int = Field(primary_key=True)
    kind: EntryKind = Field(sa_type=Word(EntryKind))
    member_id: int = Field(foreign_key="members.id")
    #: For whom it was done, where that is not who did it.
    on_behalf_of_id: int | None = Field(default=None, foreign_key="members.id")
    #: The approval request that allowed it.
    request_id: int | None = Field(default=None, foreign_key="approval_requests.id")
    recorded_at: datetime = Field(sa_type=UtcTime)
    happened_at: datetime = Field(sa_type=UtcTime)
    #: The intent that it answers; no intent is applied twice.
    key: str | None = Field(default=None, unique=True)
    #: The entry that this one undoes; none is undone twice.
    reverses_id: int | None = Field(default=None, foreign_key="entries.id", unique=True)
    #: What it changed without moving anything, before and after, without people's words: canonical JSON.
    changes: str = "[]"
    #: SHA-256 over the words of the entry (note, names) and their salt: the words may be erased, this remains.
    words_digest: str | None = None
    previous_hash: str
    hash: str


class EntryWords(SQLModel, table=True):
    """The free text of an entry, kept apart so that it can be erased without touching the ledger."""

    __tablename__ = "entry_words"

    entry_id: int = Field(foreign_key="entries.id", primary_key=True)
    salt: str
    note: str | None = None
    #: The worded fields that the entry changed, before and after: canonical JSON as in `Entry.changes`.
    changes: str = "[]"


class EntrySubject(SQLModel, table=True):
    """A row that an entry changed: who changed a row is asked without reading the whole ledger."""

    __tablename__ = "entry_subjects"
    __table_args__ = (Index("entry_subject_by_row", "subject", "subject_id", "entry_id"),)

    entry_id: int = Field(foreign_key="entries.id", primary_key=True)
    #: The table and the row in it.
    subject: str = Field(primary_key=True)
    subject_id: int = Field(primary_key=True)


class Movement(SQLModel, table=True):
    """One line of an entry: so much of a variant, from a location to a location; the asset or the lot, where it is one."""

    __tablename__ = "movements"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="movement_moves_something"),
        CheckConstraint("source_id <> target_id", name="movement_goes_somewhere"),
        Index("movement_by_entry", "entry_id"),
        Index("movement_by_asset", "asset_id", "happened_at", "entry_id", sqlite_where=text("asset_id IS NOT NULL")),
        Index("movement_by_lot", "lot_id", "happened_at", "entry_id", sqlite_where=text("lot_id IS NOT NULL")),
        Index("movement_by_variant", "variant_id", "happened_at", "entry_id", "source_id", "target_id", "quantity"),
        Index("movement_by_source", "source_id", "happened_at", "entry_id"),
        Index("movement_by_target", "target_id", "happened_at", "entry_id"),
    )

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entries.id")
    #: A copy of the entry's: reading the past would have to join for it.
    happened_at: datetime = Field(sa_type=UtcTime)
    variant_id: int = Field(foreign_key="variants.id")
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    source_id: int = Field(sa_column=Column(ForeignKey("locations.id"), nullable=False))
    target_id: int = Field(sa_column=Column(ForeignKey("locations.id"), nullable=False))
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: The batch it comes from, where the item is tracked by lots.
    lot_id: int | None = Field(default=None, foreign_key="lots.id")
    #: How somebody said the quantity, where that was in packs: how many, in millionths, and what they were called.
    packs: int | None = Field(default=None, sa_type=BigInteger)
    pack: str | None = None


ENTRIES = Entry.__table__  # type: ignore[attr-defined]
WORDS = EntryWords.__table__  # type: ignore[attr-defined]
SUBJECTS = EntrySubject.__table__  # type: ignore[attr-defined]
MOVEMENTS = Movement.__table__  # type: ignore[attr-defined]


def last_of_each(rows: Table) -> ScalarSelect[int]:
    """The last entry about each row of a table, for a query of them."""
    last = select(func.max(SUBJECTS.c.entry_id)).where(SUBJECTS.c.subject == rows.name, SUBJECTS.c.subject_id == rows.c.id)
    return last.scalar_subquery()
