"""Notices: the outbox of messages that the bot owes, written in the transaction of what caused them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, bindparam, case, insert, select, text, update
from sqlmodel import Field, Session, SQLModel

from models import bulk
from models.columns import Word, among
from models.locations import Location, inherited
from models.members import MEMBERS, Member, Role, Standing, with_role
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
    RESERVED = "reserved"
    LAPSED = "lapsed"
    RECALL = "recall"
    ASKED_BACK = "asked back"
    EXPIRY = "expiry"
    ORDER_LATE = "order late"
    WANT = "want"
    ANSWERED = "answered"
    COUNT = "count"
    COUNT_AGAIN = "count again"
    REPORT = "report"
    OUT_OF_USE = "out of use"
    REPAIRED = "repaired"
    UPKEEP = "upkeep"
    REPLACE = "replace"
    FIELD_DUE = "field due"
    PICK_UP = "pick up"
    FREED = "freed"
    CLAIM = "claim"
    FOUND = "found"
    COUNT_DUE = "count due"
    OFFER = "offer"
    HAND_OVER = "hand over"
    FILES = "files"
    GONE = "gone"
    IMPORT = "import"
    TERMS = "terms"
    UNACCEPTED = "unaccepted"
    RECEIPT = "receipt"
    SWEEP = "sweep"
    SWEEP_PAGE = "sweep page"
    ATTEST = "attest"
    DISPUTE = "dispute"
    COUNT_JOINED = "count joined"
    COUNT_SAID = "count said"
    ANSWER = "answer"
    ANCHOR = "anchor"


#: A message to a person waits for their working hours, but for an offer and a find, where somebody stands there, and for an answer.
AT_ANY_HOUR = frozenset({NoticeKind.OFFER, NoticeKind.FOUND, NoticeKind.ANSWER})


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
    #: The table and row that it tells of; of several rows, the first. An answer tells of none.
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
    #: What a reminder tells of, so that only a change of it is drawn again; the whole of an answer.
    told: str | None = None
    #: The notice in whose thread it stands; it is sent once that one is.
    under_id: int | None = Field(default=None, foreign_key="notices.id")


NOTICES = Notice.__table__  # type: ignore[attr-defined]

#: The Slack channel of a notice, or the member; exactly one of the two.
Receiver = tuple[str | None, int | None]
#: Messages of one kind about one row: the kind, the table and the row.
Series = tuple[NoticeKind, str, int]


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
    told: str | None = None,
    under: str | None = None,
) -> None:
    """Writes a notice for each receiver, unless one of that key is there already.

    A `patient` notice to a person waits for their working hours; everything else goes at once. One `under` the key of another stands in
    the thread of that message to the same receiver.
    """
    for receiver in receivers:
        above = _by_key(session, under, receiver) if under is not None else None
        _write(
            session, kind, receiver, key=key, subject=subject, subject_id=subject_id, now=now, patient=patient, told=told, under_id=above
        )


def reply(
    session: Session, kind: NoticeKind, *, key: str, to: Series, subject: str, subject_id: int, now: datetime, told: str | None = None
) -> None:
    """Writes a notice once into the thread of the first message of a series in a channel. In direct messages there is nobody to read it."""
    first = select(NOTICES.c.id, NOTICES.c.channel).where(_about(to), NOTICES.c.channel.is_not(None)).order_by(NOTICES.c.id).limit(1)
    above = session.connection().execute(first).one_or_none()
    if above is not None:
        place = (above.channel, None)
        _write(session, kind, place, key=key, subject=subject, subject_id=subject_id, now=now, patient=False, told=told, under_id=above.id)


def tell(session: Session, kind: NoticeKind, entry_id: int, receivers: Sequence[Receiver], *, now: datetime) -> None:
    """Writes a notice of an entry for each receiver, once. To a person most wait for their working hours."""
    key, patient = f"{kind}:entry {entry_id}", kind not in AT_ANY_HOUR
    owe(session, kind, key=key, subject="entries", subject_id=entry_id, receivers=receivers, now=now, patient=patient)


def owe_answer(session: Session, answer: str, *, key: str, slack_user_id: str, now: datetime) -> None:
    """Writes a notice of an answer that could not be given at once: it says what was answered, whatever has changed since."""
    asked = select(MEMBERS.c.id).where(MEMBERS.c.slack_user_id == slack_user_id)
    receivers: list[Receiver] = [(None, member_id) for member_id in session.connection().execute(asked).scalars()]
    owe(session, NoticeKind.ANSWER, key=f"answer:{key}", subject="answers", subject_id=0, receivers=receivers, now=now, told=answer)


def owe_stage(
    session: Session,
    kind: NoticeKind,
    *,
    key: str,
    subject: str,
    subject_id: int,
    receivers: Sequence[Receiver],
    now: datetime,
    told: str,
) -> None:
    """Writes the next message of a series about one subject for each receiver, unless that stage is there already.

    Their earlier ones shrink to a line, and those that were never sent never will be. Messages to a person wait for their working hours.
    """
    for receiver in receivers:
        made = _write(session, kind, receiver, key=key, subject=subject, subject_id=subject_id, now=now, patient=True, told=told)
        if made is not None:
            _shrink(session, _series(kind, subject, subject_id) & _to(receiver) & (NOTICES.c.id < made))


def redraw_stage(session: Session, kind: NoticeKind, *, subject: str, subject_id: int, told: str) -> None:
    """Asks for the current message of a series to be drawn again, where it tells of something else by now.

    One that was not sent yet is owed only while there is something to tell.
    """
    current = _series(kind, subject, subject_id) & NOTICES.c.told.is_distinct_from(told)
    waiting = 1 if told else 0
    redrawn = update(NOTICES).where(current).values(told=told, wanted=case((_UNSENT, waiting), else_=NOTICES.c.wanted + 1))
    session.connection().execute(redrawn)


#: Written, and never tried: nobody can have seen it.
_UNSENT = (NOTICES.c.state == NoticeState.PENDING) & NOTICES.c.sent_ts.is_(None)


def _about(series: Series) -> ColumnElement[bool]:
    kind, subject, subject_id = series
    return and_(NOTICES.c.subject == subject, NOTICES.c.subject_id == subject_id, NOTICES.c.kind == kind)


def _series(kind: NoticeKind, subject: str, subject_id: int) -> ColumnElement[bool]:
    """The messages of a series that have not shrunk."""
    return and_(_about((kind, subject, subject_id)), ~NOTICES.c.superseded)


def _to(receiver: Receiver) -> ColumnElement[bool]:
    channel, member_id = receiver
    theirs: ColumnElement[bool] = NOTICES.c.channel == channel if member_id is None else NOTICES.c.member_id == member_id
    return theirs


def _shrink(session: Session, earlier: ColumnElement[bool]) -> None:
    wanted = case((_UNSENT, NOTICES.c.shown), else_=NOTICES.c.wanted + 1)
    session.connection().execute(update(NOTICES).where(earlier).values(superseded=True, wanted=wanted))


def _write(
    session: Session,
    kind: NoticeKind,
    receiver: Receiver,
    *,
    key: str,
    subject: str,
    subject_id: int,
    now: datetime,
    patient: bool,
    told: str | None,
    under_id: int | None = None,
) -> int | None:
    """The id of the notice, or None where one of that key is there already."""
    channel, member_id = receiver
    if _by_key(session, key, receiver) is not None:
        return None
    row = {
        "key": _own_key(key, receiver),
        "kind": kind,
        "subject": subject,
        "subject_id": subject_id,
        "channel": channel,
        "member_id": member_id,
        "created_at": now,
        "not_before_at": working_hours(session, member_id, now) if patient and member_id else now,
        "told": told,
        "under_id": under_id,
    }
    written: int = session.connection().execute(insert(NOTICES), row).inserted_primary_key[0]  # type: ignore[index]
    return written


def _own_key(key: str, receiver: Receiver) -> str:
    channel, member_id = receiver
    return f"{key}:{channel or f'member {member_id}'}"


def _by_key(session: Session, key: str, receiver: Receiver) -> int | None:
    return session.connection().execute(select(NOTICES.c.id).where(NOTICES.c.key == _own_key(key, receiver))).scalar()


def directly(member: Member) -> list[Receiver]:
    """The member as receiver of a direct message; nobody, where Slack does not know them or has deactivated them."""
    reachable = member.slack_user_id is not None and member.standing is Standing.MEMBER and member.archived_at is None
    return [(None, member.id)] if reachable else []


def working_hours(session: Session, member_id: int, now: datetime) -> datetime:
    """`now` where the member is at work by their own clock, else when they will be."""
    member = session.get_one(Member, member_id)
    return next_working_moment(now, member.time_zone or workspace(session).time_zone)


_REDRAW = (
    update(NOTICES)
    .where(NOTICES.c.subject == bindparam("table"), NOTICES.c.subject_id.between(bindparam("first"), bindparam("last")))
    .where(~NOTICES.c.superseded, NOTICES.c.wanted > 0)  # what is not owed any more was never seen by anybody
    .values(wanted=NOTICES.c.wanted + 1)
)


def touch(session: Session, subjects: Mapping[str, Iterable[int]]) -> None:
    """Asks for the messages that tell of those rows, and have not shrunk, to be drawn again: something about them has changed."""
    told = [{"table": table, "first": first, "last": last} for table, ids in subjects.items() for first, last in bulk.spans(ids)]
    if told:
        session.connection().execute(_REDRAW, told)


def audience(session: Session, role: Role, *, at: Location | None) -> list[Receiver]:
    """Who hears of something at that location: its channel, else the workspace's, else directly everybody with that role there."""
    default = workspace(session).channel
    channel = inherited(session, at, "channel", default) if at is not None else default
    if channel:
        return [(channel, None)]
    return [receiver for member in with_role(session, role, at=at) for receiver in directly(member)]
