"""Dealing: who counts which lines of a stocktake. A line that differs goes to somebody else before it is believed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session

from models import count_thread, homes, locations, stocktake_reads
from models.ledger import Act
from models.members import Permission, require
from models.refusals import Conflict
from models.stocktake_reads import Line
from models.stocktakes import STOCKTAKE_LINES, Stocktake, StocktakeState
from models.times import said_time

#: A page has so many lines, or so many assets of one location.
PAGE, ASSETS = 6, 10


def require_open(session: Session, act: Act, stocktake: Stocktake) -> None:
    """Refuses who is no member, and what is counted no more. Whoever may look may count: it is blind, and somebody else accepts it."""
    place = locations.get(session, stocktake.location_id)
    if stocktake.state is not StocktakeState.OPEN:
        when = f" since {said_time(stocktake.ended_at, act.by.time_zone)}" if stocktake.ended_at else ""
        raise Conflict(f"The count of {place.name} is over{when}: nothing is counted in it any more.")
    require(act.by, Permission.TALLY, at=place)


def deal(session: Session, act: Act, stocktake: Stocktake, *, own: bool = False) -> list[Line]:
    """The next page for a counter: what they have not finished, then lines that nobody has; none where nothing is left for them.

    What is to be counted again comes first, and not to whoever counted it last, unless nobody else counts, or they ask for their `own`.
    """
    require_open(session, act, stocktake)
    every = stocktake_reads.lines(session, stocktake)
    mine = [line for line in every if line.dealt_to_id == act.by.id and line.waits]
    page = _page([*mine, *_free(every, act.by.id, own=own)])
    dealt = update(STOCKTAKE_LINES).where(STOCKTAKE_LINES.c.id.in_([line.id for line in page if line.dealt_to_id is None]))
    session.connection().execute(dealt.values(dealt_to_id=act.by.id, dealt_at=act.now))
    if page:
        count_thread.joined(session, act, stocktake, page)
        homes.mark(session, [], members=[act.by.id], now=act.now)
    return page


def mark_homes(session: Session, stocktake: Stocktake, *, now: datetime) -> None:
    """The Homes of who has a role, and of who takes part, tell of something else by now."""
    homes.mark_with_roles(session, now=now)
    homes.mark(session, [], members=stocktake_reads.taking_part(session, stocktake), now=now)


def _free(every: Sequence[Line], member_id: int, *, own: bool) -> list[Line]:
    """The lines that this counter can be dealt, the likeliest first."""
    free = [line for line in every if line.waits and line.dealt_to_id is None]
    again = [line for line in free if line.found and line.found[-1].member_id != member_id]
    again.sort(key=lambda line: not line.counted_by(member_id))  # those who disagreed are asked before others
    fresh = [line for line in free if not line.found]
    alone = not takes_part(every) - {member_id}
    return [*again, *fresh] or ([line for line in free if line.found] if alone or own else [])


def takes_part(every: Sequence[Line]) -> set[int]:
    """Who has counted something, or has something to count."""
    counted = {one.member_id for line in every for one in line.found}
    return counted | {line.dealt_to_id for line in every if line.dealt_to_id is not None and line.waits}


def _page(lines: Sequence[Line]) -> list[Line]:
    """The first of them that go on one page: lines to count, or assets of one location."""
    if not lines:
        return []
    first = lines[0]
    if first.serial is None:
        return [line for line in lines if line.serial is None][:PAGE]
    return [line for line in lines if line.serial is not None and line.key.location_id == first.key.location_id][:ASSETS]


def others_with(every: Sequence[Line], member_id: int) -> dict[str, int]:
    """Who else has how many lines to count, by name."""
    found = dict[str, int]()
    for line in every:
        if line.waits and line.dealt_to is not None and line.dealt_to_id != member_id:
            found[line.dealt_to] = found.get(line.dealt_to, 0) + 1
    return found


def give_back(session: Session, act: Act, stocktake: Stocktake) -> int:
    """Whatever the counter has not finished is for the others again; says how many lines that are."""
    require_open(session, act, stocktake)
    homes.mark(session, [], members=[act.by.id], now=act.now)
    mine = (STOCKTAKE_LINES.c.stocktake_id == stocktake.id) & (STOCKTAKE_LINES.c.dealt_to_id == act.by.id)
    return session.connection().execute(update(STOCKTAKE_LINES).where(mine).values(dealt_to_id=None, dealt_at=None)).rowcount


def take_over(session: Session, act: Act, stocktake: Stocktake) -> int:
    """Whatever others have not finished is dealt anew: they have gone home, say. Says how many lines that are."""
    require_open(session, act, stocktake)
    theirs = (STOCKTAKE_LINES.c.stocktake_id == stocktake.id) & (STOCKTAKE_LINES.c.dealt_to_id != act.by.id)
    return session.connection().execute(update(STOCKTAKE_LINES).where(theirs).values(dealt_to_id=None, dealt_at=None)).rowcount


def done(session: Session, line_ids: Collection[int]) -> None:
    """Those lines have been counted, and are with nobody."""
    those = update(STOCKTAKE_LINES).where(STOCKTAKE_LINES.c.id.in_(line_ids))
    session.connection().execute(those.values(dealt_to_id=None, dealt_at=None))
