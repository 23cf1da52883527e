"""What a count tells by itself besides its card: in the thread under it, and to whoever is asked to count again."""

from datetime import datetime

from sqlmodel import Session

from handlers import counting
from handlers.routes import Reply
from handlers.views import count_thread as views
from models import history, members, stocktake_reads
from models.outbox import Leased
from models.stocktake_reads import Line
from models.stocktakes import StocktakeLine


def joined_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """Somebody joined, and was dealt so many lines."""
    member_id, number = (notice.told or "").split(",")
    return views.joined(members.get(session, int(member_id)).name, int(number))


def said_of(session: Session, notice: Leased, _now: datetime) -> Reply | None:
    """What an entry made of the count."""
    (entry,) = history.of_entries(session, [notice.subject_id])
    ids = [int(one) for one in (notice.told or "").split(",") if one]
    if not ids:
        return views.ended(entry)
    stocktake = stocktake_reads.get(session, session.get_one(StocktakeLine, ids[0]).stocktake_id)
    lines = [line for line in stocktake_reads.lines(session, stocktake) if line.id in ids]
    return views.to_count_again(entry, stocktake.id, lines) if lines else None


def again_of(session: Session, notice: Leased, _now: datetime) -> Reply | None:
    """What a counter is asked to count again, while nobody else has it; in the morning after it is counted there is nothing to ask."""
    stocktake = stocktake_reads.get(session, notice.subject_id)
    counter_id = notice.member_id or 0
    asked = [line for line in stocktake_reads.lines(session, stocktake) if not notice.superseded and _asked(line, counter_id)]
    theirs = [line for line in asked if line.dealt_to_id in {None, counter_id}]
    if not theirs and notice.sent_ts is None:
        return None
    return views.again(counting.told(session, stocktake), theirs, elsewhere=bool(asked))


def _asked(line: Line, member_id: int) -> bool:
    """Whether they counted it, and somebody has found something else since."""
    return line.again and line.counted_by(member_id) and line.found[-1].member_id != member_id
