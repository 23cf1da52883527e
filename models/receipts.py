"""Receipts: whoever gives back what they had under terms keeps a message that says what, when, to whom and in which condition."""

from sqlalchemy import select
from sqlmodel import Session

from models import members, moved_lines, notices
from models.acceptances import ACCEPTANCES
from models.checkouts import CHECKOUTS
from models.entries import MOVEMENTS
from models.ledger import Posted
from models.moved_lines import Moved
from models.notices import NoticeKind


def give(session: Session, posted: Posted) -> set[int]:
    """Owes a receipt to everybody whose things under terms came back by that entry: one, whatever their number. The locations they are."""
    back = [change.id for change in posted.changes if change.table == CHECKOUTS.name]
    if not back:
        return set()
    query = select(CHECKOUTS.c.holder_id).join(ACCEPTANCES, ACCEPTANCES.c.checkout_id == CHECKOUTS.c.id).where(CHECKOUTS.c.id.in_(back))
    holders = set(session.connection().execute(query).scalars())
    for holder_id in sorted(holders):
        member = members.at_location(session, holder_id)
        notices.tell(session, NoticeKind.RECEIPT, posted.id, notices.directly(member) if member is not None else [], now=posted.recorded_at)
    return holders


def lines(session: Session, entry_id: int, holder_id: int) -> list[Moved]:
    """What came back of a holder by that entry."""
    return moved_lines.of(session, [entry_id], MOVEMENTS.c.source_id == holder_id)
