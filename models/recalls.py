"""Recalls: a lot, and all that was made of it, is called back; who holds some of it says what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from models.columns import Word, among
from models.times import UtcTime


class RecallState(StrEnum):
    """How a recall stands."""

    VOID = "void"
    OPEN = "open"
    CLOSED = "closed"


class Recall(SQLModel, table=True):
    """One lot that is called back. What else that concerns follows from the ledger: what was made of it, and who holds or got any."""

    __tablename__ = "recalls"
    __table_args__ = (
        CheckConstraint(among("state", RecallState), name="recall_state_is_known"),
        Index(
            "recall_is_open_once",
            "lot_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("recall_by_lot", "lot_id"),
    )

    id: int = Field(default=None, primary_key=True)
    lot_id: int = Field(foreign_key="lots.id")
    state: RecallState = Field(default=RecallState.VOID, sa_type=Word(RecallState))
    #: Why, as the approver said it.
    reason: str | None = None
    by_id: int = Field(foreign_key="members.id")
    opened_at: datetime = Field(sa_type=UtcTime)
    closed_by_id: int | None = Field(default=None, foreign_key="members.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: What an approver said who closed it although somebody had not answered.
    note: str | None = None
    #: The last entry that the reminders have looked at for it.
    reviewed_to: int = 0


class RecallAnswer(SQLModel, table=True):
    """What a holder says of the lot, or the asset made of it, that they should have: so much found, used, or not to be found."""

    __tablename__ = "recall_answers"
    __table_args__ = (
        CheckConstraint("(lot_id IS NULL) <> (asset_id IS NULL)", name="recall_answer_is_of_one_thing"),
        CheckConstraint("found >= 0 AND used >= 0 AND lost >= 0", name="recall_answer_is_never_below_zero"),
        Index("recall_answer_by_recall", "recall_id"),
    )

    id: int = Field(default=None, primary_key=True)
    recall_id: int = Field(foreign_key="recalls.id")
    location_id: int = Field(foreign_key="locations.id")
    lot_id: int | None = Field(default=None, foreign_key="lots.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: In millionths of a stock unit. What was found stays where it is.
    found: int = Field(sa_column=Column(BigInteger, nullable=False))
    used: int = Field(sa_column=Column(BigInteger, nullable=False))
    lost: int = Field(sa_column=Column(BigInteger, nullable=False))
    by_id: int = Field(foreign_key="members.id")
    answered_at: datetime = Field(sa_type=UtcTime)
    active: bool = False


RECALLS = Recall.__table__  # type: ignore[attr-defined]
RECALL_ANSWERS = RecallAnswer.__table__  # type: ignore[attr-defined]
