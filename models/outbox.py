"""How notices leave: leased to one sender at a time, and settled only by the attempt that holds the lease."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session

from models import notices
from models.members import MEMBERS, Role, with_role
from models.notices import NOTICES, NoticeKind, NoticeState

#: How long a sender may take; much longer than a call to Slack can.
LEASE = timedelta(seconds=60)
#: How long until something that may have been accepted is looked for, and looked for once more before it is sent again.
DOUBT = timedelta(seconds=10)
MISSES = 2


class Leased(NamedTuple):
    """A notice that this sender, and no other, is to send or to bring up to date now."""

    id: int
    kind: NoticeKind
    subject: str
    subject_id: int
    superseded: bool
    channel: str | None
    member_id: int | None
    slack_user_id: str | None
    time_zone: str | None
    wanted: int
    attempt: int
    #: It may stand in Slack already: look before sending.
    doubtful: bool
    #: When it was last tried (UTC): what stands there from it is not older.
    tried_at: datetime | None
    sent_channel: str | None
    sent_ts: str | None
    #: What it was written to tell of, where its subject alone does not say that.
    told: str | None
    #: Where the message stands in whose thread it is.
    above_channel: str | None = None
    above_ts: str | None = None


_ABOVE = NOTICES.alias("above")
_OWED = (
    select(
        NOTICES.c.id,
        NOTICES.c.kind,
        NOTICES.c.subject,
        NOTICES.c.subject_id,
        NOTICES.c.superseded,
        NOTICES.c.channel,
        NOTICES.c.member_id,
        MEMBERS.c.slack_user_id,
        MEMBERS.c.time_zone,
        NOTICES.c.wanted,
        NOTICES.c.attempt,
        NOTICES.c.state,
        NOTICES.c.tried_at,
        NOTICES.c.sent_channel,
        NOTICES.c.sent_ts,
        NOTICES.c.told,
        _ABOVE.c.sent_channel.label("above_channel"),
        _ABOVE.c.sent_ts.label("above_ts"),
    )
    .select_from(NOTICES)
    .outerjoin(MEMBERS, MEMBERS.c.id == NOTICES.c.member_id)
    .outerjoin(_ABOVE, _ABOVE.c.id == NOTICES.c.under_id)
    .where(NOTICES.c.state != NoticeState.DEAD, NOTICES.c.wanted > NOTICES.c.shown)
    .where(or_(NOTICES.c.under_id.is_(None), _ABOVE.c.sent_ts.is_not(None)))
)


def anything_owed(session: Session, now: datetime) -> bool:
    """Whether some notice could be sent now."""
    return session.connection().execute(_OWED.where(_free(now)).limit(1)).first() is not None


def lease(session: Session, now: datetime, *, most: int = 20) -> list[Leased]:
    """Takes up to `most` notices that are due now and that nobody else is sending, the oldest first."""
    rows = session.connection().execute(_OWED.where(_free(now)).order_by(NOTICES.c.id).limit(most)).all()
    for row in rows:
        state = row.state if row.state in {NoticeState.SENT, NoticeState.UNCERTAIN} else NoticeState.LEASED
        tried_at = row.tried_at if _doubtful(row) else now
        values = {"state": state, "attempt": row.attempt + 1, "leased_until_at": now + LEASE, "tried_at": tried_at}
        session.connection().execute(update(NOTICES).where(NOTICES.c.id == row.id).values(values))
    return [_leased(row) for row in rows]


def _free(now: datetime) -> ColumnElement[bool]:
    return and_(or_(NOTICES.c.leased_until_at.is_(None), NOTICES.c.leased_until_at <= now), NOTICES.c.not_before_at <= now)


def _leased(row: Any) -> Leased:
    given = row._asdict()
    given.pop("state")
    return Leased(**given | {"attempt": row.attempt + 1, "doubtful": _doubtful(row)})


def _doubtful(row: Any) -> bool:
    """Sent without an answer; or leased, and the sender never came back."""
    return row.sent_ts is None and row.state in {NoticeState.UNCERTAIN, NoticeState.LEASED}


def sent(session: Session, leased: Leased, *, channel: str | None, ts: str | None) -> None:
    """It stands in Slack as it was drawn for this lease; without a `ts` there was nothing to say any more."""
    _settle(session, leased, state=NoticeState.SENT, shown=leased.wanted, sent_channel=channel, sent_ts=ts, problem=None)


def stands(session: Session, leased: Leased, *, channel: str, ts: str) -> None:
    """It was looked for and found, as an earlier try drew it: it is brought up to date next."""
    _settle(session, leased, state=NoticeState.SENT, shown=0, sent_channel=channel, sent_ts=ts, problem=None)


def uncertain(session: Session, leased: Leased, now: datetime, *, problem: str) -> None:
    """No answer came: it may stand there or not."""
    _settle(session, leased, state=NoticeState.UNCERTAIN, tried_at=leased.tried_at or now, not_before_at=now + DOUBT, problem=problem)


def not_there(session: Session, leased: Leased, now: datetime) -> None:
    """It was looked for and not found. After the second time it is sent again."""
    misses = session.execute(select(NOTICES.c.misses).where(NOTICES.c.id == leased.id)).scalar_one() + 1
    if misses < MISSES:
        _settle(session, leased, state=NoticeState.UNCERTAIN, misses=misses, not_before_at=now + DOUBT)
    else:
        _settle(session, leased, state=NoticeState.PENDING, misses=0)


def later(session: Session, leased: Leased, at: datetime, *, problem: str) -> None:
    """This try was certainly not accepted, and comes again from `at` on. What an earlier one may have sent is still looked for first."""
    untold = NoticeState.UNCERTAIN if leased.doubtful else NoticeState.PENDING
    state = NoticeState.SENT if leased.sent_ts else untold
    _settle(session, leased, state=state, not_before_at=at, problem=problem)


def rest(session: Session, leased: Leased, until: datetime) -> None:
    """It was not sent, because its receiver is not at work; it is looked at again then."""
    _settle(session, leased, state=NoticeState.PENDING, not_before_at=until)


def dead(session: Session, leased: Leased, now: datetime, *, problem: str) -> None:
    """It can never be sent there. The admins are told, unless it was such a message itself."""
    _settle(session, leased, state=NoticeState.DEAD, problem=problem)
    if leased.kind is not NoticeKind.UNDELIVERED:
        receivers = [
            receiver for admin in with_role(session, Role.ADMIN) for receiver in notices.directly(admin) if admin.id != leased.member_id
        ]
        notices.owe(
            session,
            NoticeKind.UNDELIVERED,
            key=f"undelivered:{leased.channel or leased.member_id}:{problem}:{now:%Y-%m-%d}",
            subject="notices",
            subject_id=leased.id,
            receivers=receivers,
            now=now,
            patient=True,
        )


def _settle(session: Session, leased: Leased, **values: Any) -> None:
    """Only the attempt that holds the lease may say what became of it; a newer one knows better."""
    mine = update(NOTICES).where(NOTICES.c.id == leased.id, NOTICES.c.attempt == leased.attempt)
    session.connection().execute(mine.values({"leased_until_at": None, **values}))
