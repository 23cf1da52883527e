"""Notices: the outbox of messages that the bot owes, written in the transaction of what caused them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, and_, insert, or_, text, update
from sqlmodel import Field, Session, SQLModel

from models.columns import Word, among
from models.locations import Location, inherited
from models.members import Member, Role, Standing, with_role
from models.times import UtcTime, next_working_moment
from models.workspace import workspace


class NoticeKind(StrEnum):
    """What a notice says; the view of that name draws it from its subject, as that stands when it is sent."""

    REQUEST = "request"
    DECISION = "decision"
    HANDED_BACK = "handed back"
    LENT = "lent"
    DUE = "due"
    LATE = "late"
    REORDER = "reorder"
    UNDELIVERED = "undelivered"


class NoticeState(StrEnum):
    """How far a notice has come. Uncertain: it was sent and no answer came, so the channel is read before it is sent again."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"


class Notice(SQLModel, table=True):
    """One message that the bot owes a channel or a member. `wanted` above `shown` means that its subject has changed since."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(among("kind", NoticeKind), name="notice_kind_is_known"),
        CheckConstraint(among("state", NoticeState), name="notice_state_is_known"),
        CheckConstraint("(member_id IS NULL) <> (channel IS NULL)", name="notice_has_one_receiver"),
        Index("notice_by_subject", "subject", "subject_id"),
        Index(
            "notice_owed",
            "not_before_at",
            sqlite_where=text("state <> 'dead' AND wanted > shown"),
            postgresql_where=text("state <> 'dead' AND wanted > shown"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    #: Says what is owed, once: "reorder:episode 12". A second notice of that key is never written.
    key: str = Field(unique=True)
    kind: NoticeKind = Field(sa_type=Word(NoticeKind))
    #: The table and row that it tells of.
    subject: str
    subject_id: int
    #: Slack's id of the channel, or the member whom it is sent to directly.
    channel: str | None = None
    member_id: int | None = Field(default=None, foreign_key="members.id")
    created_at: datetime = Field(sa_type=UtcTime)
    #: A message to a person waits for their working hours.
    not_before_at: datetime = Field(sa_type=UtcTime)
    state: NoticeState = Field(default=NoticeState.PENDING, sa_type=Word(NoticeState))
    #: A newer notice of the same series has taken its place: it shrinks to a line without buttons.
    superseded: bool = False
    wanted: int = 1
    shown: int = 0
    attempt: int = 0
    leased_until_at: datetime | None = Field(default=None, sa_type=UtcTime)
    tried_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: How often an uncertain one was not found where it should stand.
    misses: int = 0
    #: Where it stands in Slack, once it was accepted.
    sent_channel: str | None = None
    sent_ts: str | None = None
    problem: str | None = None


NOTICES = Notice.__table__  # type: ignore[attr-defined]

#: The Slack channel of a notice, or the member; exactly one of the two.
Receiver = tuple[str | None, int | None]


def owe(
    session: Session,
    kind: NoticeKind,
    *,
    key: str,
    subject: str,
    subject_id: int,
    receivers: Sequence[Receiver],
    now: datetime,
    patient: bool = False,
) -> None:
    """Writes a notice for each receiver, unless one of that key is there already.

    A `patient` notice to a person waits for their working hours; everything else goes at once.
    """
    for channel, member_id in receivers:
        not_before_at = _working_hours(session, member_id, now) if patient and member_id else now
        row = {
            "key": f"{key}:{channel or f'member {member_id}'}",
            "kind": kind,
            "subject": subject,
            "subject_id": subject_id,
            "channel": channel,
            "member_id": member_id,
            "created_at": now,
            "not_before_at": not_before_at,
        }
        written = select_key(session, row["key"])
        if not written:
            session.connection().execute(insert(NOTICES), row)


def directly(member: Member) -> list[Receiver]:
    """The member as receiver of a direct message; nobody, where Slack does not know them or has deactivated them."""
    reachable = member.slack_user_id is not None and member.standing is Standing.MEMBER and member.archived_at is None
    return [(None, member.id)] if reachable else []


def select_key(session: Session, key: object) -> bool:
    """Whether a notice of that key is there."""
    return session.connection().execute(NOTICES.select().with_only_columns(NOTICES.c.id).where(NOTICES.c.key == key)).first() is not None


def _working_hours(session: Session, member_id: int, now: datetime) -> datetime:
    member = session.get_one(Member, member_id)
    return next_working_moment(now, member.time_zone or workspace(session).time_zone)


def touch(session: Session, subjects: Sequence[tuple[str, int]]) -> None:
    """Asks for the messages that tell of those rows to be drawn again: something about them has changed."""
    if not subjects:
        return
    concerned = [and_(NOTICES.c.subject == table, NOTICES.c.subject_id == row_id) for table, row_id in subjects]
    for start in range(0, len(concerned), 200):
        session.connection().execute(
            update(NOTICES).where(or_(*concerned[start : start + 200]), NOTICES.c.shown > 0).values(wanted=NOTICES.c.wanted + 1)
        )


def supersede(session: Session, *, subject: str, subject_id: int, kind: NoticeKind) -> None:
    """Shrinks the earlier messages of a series to a line, because a new stage follows."""
    concerned = and_(NOTICES.c.subject == subject, NOTICES.c.subject_id == subject_id, NOTICES.c.kind == kind)
    session.connection().execute(
        update(NOTICES).where(concerned, ~NOTICES.c.superseded).values(superseded=True, wanted=NOTICES.c.wanted + 1)
    )


def audience(session: Session, role: Role, *, at: Location | None) -> list[Receiver]:
    """Who hears of something at that location: its channel, else the workspace's, else directly everybody with that role there."""
    default = workspace(session).channel
    channel = inherited(session, at, "channel", default) if at is not None else default
    if channel:
        return [(channel, None)]
    return [receiver for member in with_role(session, role, at=at) for receiver in directly(member)]
