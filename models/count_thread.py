"""The thread under a count's card: who joined, what two counted differently, and how it ended, each told once. Never what was found."""

from collections.abc import Sequence

from sqlmodel import Session

from models import notices
from models.ledger import Act, Posted
from models.notices import NoticeKind, Series
from models.stocktake_reads import Line
from models.stocktakes import STOCKTAKE_LINES, STOCKTAKES, Stocktake


def joined(session: Session, act: Act, stocktake: Stocktake, dealt: Sequence[Line]) -> None:
    """A counter has been dealt their first lines."""
    notices.reply(
        session,
        NoticeKind.COUNT_JOINED,
        key=f"count joined:{stocktake.id}:member {act.by.id}",
        to=_card(stocktake),
        subject=STOCKTAKE_LINES.name,
        subject_id=dealt[0].id,
        now=act.now,
        told=f"{act.by.id},{len(dealt)}",
    )


def say(session: Session, stocktake: Stocktake, posted: Posted, *, of_lines: Sequence[int] = ()) -> None:
    """What an entry has made of the count: some lines are to be counted again; or all is counted, accepted or cancelled."""
    notices.reply(
        session,
        NoticeKind.COUNT_SAID,
        key=f"count said:entry {posted.id}",
        to=_card(stocktake),
        subject="entries",
        subject_id=posted.id,
        now=posted.recorded_at,
        told=",".join(str(one) for one in of_lines),
    )


def _card(stocktake: Stocktake) -> Series:
    return NoticeKind.COUNT, STOCKTAKES.name, stocktake.id
