"""Anchors: the ledger's head, written once a day where nobody rewrites it together with the database."""

from datetime import datetime, time, timedelta

from sqlalchemy import select, update
from sqlmodel import Session

from models import notices
from models.entries import ENTRIES
from models.notices import NoticeKind
from models.times import in_zone, local_day
from models.workspace import WORKSPACE, workspace


def review(session: Session, now: datetime) -> None:
    """Owes the channel for it the head as it is by now: once a day, by the workspace's zone, and an unchanged one only once."""
    ours = workspace(session)
    if ours.ledger_channel is None or (ours.anchor_at is not None and ours.anchor_at > now):
        return
    last = session.connection().execute(select(ENTRIES.c.id).order_by(ENTRIES.c.id.desc()).limit(1)).scalar()
    if last is not None:
        notices.tell(session, NoticeKind.ANCHOR, last, [(ours.ledger_channel, None)], now=now)
    midnight = datetime.combine(local_day(now, ours.time_zone) + timedelta(days=1), time())
    session.connection().execute(update(WORKSPACE).values(anchor_at=in_zone(midnight, ours.time_zone)))
    session.expire(ours)


def differs(session: Session, *, entries: int, head: str) -> str | None:
    """What speaks against it that the ledger, when it had so many entries, ended with that hash; None where it did."""
    found = session.connection().execute(select(ENTRIES.c.hash).where(ENTRIES.c.id == entries)).scalar()
    if found is None:
        return f"There is no entry {entries:,} any more: the newest ones were cut off."
    if found != head:
        return f"Entry {entries:,} had the hash {head} once, and has {found} now: entry {entries:,} or one before it was written anew."
    return None
