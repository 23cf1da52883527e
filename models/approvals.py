"""Approval requests: what somebody asks leave for, and the one decision on it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.columns import Word, among
from models.times import UtcTime


class RequestState(StrEnum):
    """How an approval request stands."""

    VOID = "void"
    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


class ApprovalRequest(SQLModel, table=True):
    """An act that policy wants somebody else's yes for: the verb and its arguments, as they were asked."""

    __tablename__ = "approval_requests"
    __table_args__ = (
        CheckConstraint(among("state", RequestState), name="request_state_is_known"),
        Index("request_waiting", "state", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("request_by_requester", "requester_id", "state"),
    )

    id: int = Field(default=None, primary_key=True)
    state: RequestState = Field(default=RequestState.VOID, sa_type=Word(RequestState))
    #: Grows with every change; a decision names the version that it looked at.
    version: int = 0
    verb: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    #: Why policy asks, as a sentence.
    reason: str
    requester_id: int = Field(foreign_key="members.id")
    #: Who gets it, where that is not the requester.
    beneficiary_id: int | None = Field(default=None, foreign_key="members.id")
    #: Where it leaves: approvers there may decide.
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    asked_at: datetime = Field(sa_type=UtcTime)
    decided_by_id: int | None = Field(default=None, foreign_key="members.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: What the decider said.
    note: str | None = None


REQUESTS = ApprovalRequest.__table__  # type: ignore[attr-defined]
