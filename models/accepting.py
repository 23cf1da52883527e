"""Accepting a stocktake: an approver who has not counted it books what differs, in one entry, or has lines counted again."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session

from models import assets, count_thread, dealing, due_counts, ledger, locations, members, notices, outstanding, stocktake_reads
from models.caches import Line as Movement
from models.catalog import ItemKind
from models.changes import Change, changed
from models.columns import clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind, outside
from models.members import Permission, require
from models.quantities import ONE, said_number
from models.refusals import Conflict, NotAllowed, Refusal, Shortage
from models.stocktake_reads import Line
from models.stocktakes import Stocktake, StocktakeState, Tally
from models.times import said_time
from models.wording import counted

LONGEST_REASON = 500


class Gap(Refusal):
    """Of some lines nothing is agreed: accepting the rest all the same needs a reason."""


def require_to_decide(session: Session, act: Act, stocktake: Stocktake) -> None:
    """Refuses whoever is no approver there, and what has been decided."""
    place = locations.get(session, stocktake.location_id)
    require(act.by, Permission.APPROVE, at=place)
    if stocktake.state is not StocktakeState.OPEN:
        raise Conflict(_over(session, act, stocktake, place))


def ask_again(session: Session, act: Act, stocktake: Stocktake, line_ids: Sequence[int]) -> Posted:
    """An approver has lines counted anew: what was found of them so far counts no more."""
    require_to_decide(session, act, stocktake)
    lines = [line for line in stocktake_reads.lines(session, stocktake) if line.id in line_ids]
    dropped = [changed(session.get_one(Tally, one.tally_id), active=False) for line in lines for one in line.found]
    if not dropped:
        raise Conflict("That is to be counted already.")
    posted = ledger.post(session, act, EntryKind.ASKED_AGAIN, changed=dropped)
    dealing.done(session, line_ids)
    count_thread.say(session, stocktake, posted, of_lines=line_ids)
    notices.touch(session, {"stocktakes": [stocktake.id]})
    dealing.mark_homes(session, stocktake, now=posted.recorded_at)
    return posted


def accept(session: Session, act: Act, stocktake: Stocktake, *, seen: str, note: str | None = None) -> Posted:
    """An approver accepts what differs: one entry moves it from or to the adjustment, now; what moved since it was counted stays moved.

    Nobody accepts what they have counted themself. `seen` is the version that was decided about. What nobody agrees on stays as the
    ledger has it, and needs a reason.
    """
    require_to_decide(session, act, stocktake)
    every = stocktake_reads.lines(session, stocktake)
    if stocktake_reads.version(every) != seen:
        raise Conflict("What differs has changed since you looked. Look at it again, then decide.")
    differing, gap = stocktake_reads.differing(every), stocktake_reads.unsettled(every)
    own = sum(line.counted_by(act.by.id) for line in differing)
    if own:
        these = "1 of these lines" if own == 1 else f"{own:,} of these lines"
        again = "Or have it counted again by somebody else." if own == 1 else "Or have them counted again by somebody else."
        raise NotAllowed(f"You counted {these} yourself, so another approver accepts this count. {again}")
    note = clean(note, what="reason", field="note", longest=LONGEST_REASON) if note and note.strip() else None
    if gap and note is None:
        raise Gap(f"{_lines(len(gap))} not agreed yet. Say why the count is accepted all the same.", field="note")
    moved, changes = _adjustment(session, act, differing)
    ending = {"state": StocktakeState.ACCEPTED, "ended_by_id": act.by.id, "ended_at": act.now, "note": note}
    posted = ledger.post(session, act, EntryKind.COUNTED, lines=moved, changed=[changed(stocktake, **ending), *changes], note=note)
    count_thread.say(session, stocktake, posted)
    dealing.mark_homes(session, stocktake, now=posted.recorded_at)
    due_counts.look_again(session, locations.get(session, stocktake.location_id), posted.recorded_at)
    return posted


def _lines(count: int) -> str:
    return "1 line is" if count == 1 else f"{count:,} lines are"


def _over(session: Session, act: Act, stocktake: Stocktake, place: Location) -> str:
    who = members.get(session, stocktake.ended_by_id).name if stocktake.ended_by_id else "Somebody"
    who = "You" if stocktake.ended_by_id == act.by.id else who
    when = f", on {said_time(stocktake.ended_at, act.by.time_zone)}" if stocktake.ended_at else ""
    return f"{who} {stocktake.state} the count of {place.name} already{when}."


def _adjustment(session: Session, act: Act, differing: Sequence[Line]) -> tuple[list[Movement], list[Change]]:
    """The movements that make the ledger say what was found, and what holders owe no more because of them."""
    outer = outside(session, LocationKind.ADJUSTMENT).id
    moved = _of_assets(session, [line for line in differing if line.key.asset_id is not None], outer)
    changes = outstanding.ended(session, sorted({one.asset_id for one in moved if one.asset_id}), act.now)
    leaving: dict[tuple[int, int], int] = defaultdict(int)
    for line in differing:
        difference, place_id, variant_id = line.difference or 0, line.key.location_id, line.key.variant_id
        if line.key.asset_id is not None:
            continue
        if line.held + difference < 0:
            raise _gone_since(line, difference)
        ends = (outer, place_id) if difference > 0 else (place_id, outer)
        moved.append(Movement(variant_id, abs(difference), *ends, lot_id=line.key.lot_id))
        if line.kind is ItemKind.RETURNABLE:
            leaving[variant_id, place_id] -= difference
    for (variant_id, place_id), quantity in leaving.items():
        changes += outstanding.released(session, variant_id, place_id, quantity, act.now) if quantity > 0 else []
    return moved, changes


def _of_assets(session: Session, differing: Sequence[Line], outer: int) -> list[Movement]:
    """Assets go from where the ledger has them to where they were found, last where in several; what was found nowhere is lost."""
    seen = sorted((line for line in differing if (line.difference or 0) > 0), key=lambda line: line.found[-1].tally_id)
    turned_up = {line.key.asset_id: line for line in seen}
    missing = [line for line in differing if (line.difference or 0) < 0 and line.key.asset_id not in turned_up]
    places = {line.id: assets.get(session, line.key.asset_id or 0).location_id for line in turned_up.values()}
    there = [(line, places[line.id], line.key.location_id) for line in turned_up.values()]
    gone = [(line, line.key.location_id, outer) for line in missing]
    return [Movement(line.key.variant_id, ONE, source, target, line.key.asset_id) for line, source, target in [*there, *gone]]


def _gone_since(line: Line, difference: int) -> Shortage:
    has = counted(line.held, line.variant, line.unit) if line.held else f"no {line.variant}"
    return Shortage(
        f"{said_number(-difference)} of {line.what} were missing in {line.location} when it was counted, and by now the ledger has {has}"
        " there: more has left than was found. Have it counted again."
    )
