"""Stocktaking: a count of a location is opened, and its lines are tallied by several people, each without knowing what the ledger has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert
from sqlmodel import Session

from models import catalog, count_thread, dealing, due_counts, homes, ledger, locations, lot_register, members, notices, stocktake_reads
from models.assets import Asset
from models.catalog import Category, ItemKind, Variant
from models.changes import Change, changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import OURS, Location, LocationKind
from models.lot_register import LotSaid
from models.members import Permission, Role, require
from models.notices import NoticeKind
from models.quantities import ONE, require_fits
from models.refusals import Conflict, Refusal
from models.stocktake_books import Key, lying
from models.stocktake_reads import Line
from models.stocktakes import STOCKTAKE_LINES, Stocktake, StocktakeLine, StocktakeState, Tally
from models.times import local_day, said_time

#: A count of more lines is no job for a few people and a day.
MOST_LINES = 3_000


class Said(NamedTuple):
    """What a counter says of a line, and how often it had been counted when it was dealt to them."""

    line_id: int
    quantity: int
    times: int


def open_count(
    session: Session, act: Act, location: Location, *, category: Category | None = None, due: bool = False
) -> tuple[Stocktake, Posted]:
    """Opens the count of a location and what lies below it: of everything, of one category, or of what is due by its schedule.

    For a keeper there. Refuses while another count is open there, and where nothing lies.
    """
    require(act.by, Permission.COUNT, at=location)
    if location.kind not in OURS or location.kind is LocationKind.PERSON:
        who = "What somebody has is asked of them" if location.kind is LocationKind.PERSON else "Nothing is stocked there"
        raise Refusal(f"{who}: {location.name} can't be counted.", field="location")
    _require_alone(session, act, location)
    keys = _to_count(session, location, category, due=due, now=act.now)
    made = Stocktake(location_id=location.id, due=due, by_id=act.by.id, opened_at=act.now)
    made.category_id = category.id if category is not None else None
    session.add(made)
    session.flush()
    rows = [key._asdict() | {"stocktake_id": made.id, "extra": False, "active": True} for key in keys]
    session.connection().execute(insert(STOCKTAKE_LINES), rows)
    posted = ledger.post(session, act, EntryKind.OPENED_COUNT, changed=[changed(made, state=StocktakeState.OPEN)])
    _owe(session, made, Role.KEEPER, stage="open", posted=posted)
    due_counts.look_again(session, location, posted.recorded_at)
    homes.mark_with_roles(session, now=posted.recorded_at)
    return made, posted


def _require_alone(session: Session, act: Act, location: Location) -> None:
    other = stocktake_reads.overlapping(session, location)
    if other is not None:
        where = locations.get(session, other.location_id).name
        since = said_time(other.opened_at, act.by.time_zone)
        raise Conflict(f"A count of {where} is open already, since {since}. Finish or cancel it first.", field="location")


def _to_count(session: Session, location: Location, category: Category | None, *, due: bool, now: datetime) -> list[Key]:
    """What lies there and is counted. Refuses none of it, and more than one count takes."""
    variants = stocktake_reads.in_category(session, category) if category is not None else None
    keys = list(lying(session, stocktake_reads.places(session, location), variants=variants))
    if due:
        wanted = {(one.location_id, one.variant_id) for one in due_counts.due(session, location, now)}
        keys = [key for key in keys if (key.location_id, key.variant_id) in wanted]
    of = f" of {category.name}" if category is not None else ""
    if not keys:
        nothing = f"Nothing is due in {location.name}" if due else f"Nothing{of} lies in {location.name}"
        raise Refusal(f"{nothing}: there is nothing to count.", field="location")
    if len(keys) > MOST_LINES:
        raise Refusal(
            f"{location.name} has {len(keys):,} lines to count{of}; {MOST_LINES:,} are the most. Count what lies below it, or a category.",
            field="location",
        )
    return keys


def _owe(session: Session, stocktake: Stocktake, role: Role, *, stage: str, posted: Posted) -> None:
    """A message of the next stage, where the location's cards go: the one before shrinks."""
    receivers = notices.audience(session, role, at=locations.get(session, stocktake.location_id))
    key = f"count:{stocktake.id}:{stage}:{posted.id}"
    notices.owe_stage(
        session,
        NoticeKind.COUNT,
        key=key,
        subject="stocktakes",
        subject_id=stocktake.id,
        receivers=receivers,
        now=posted.recorded_at,
        told=stage,
    )


def tally(
    session: Session, act: Act, stocktake: Stocktake, found: Sequence[Said], *, seen: Sequence[Asset] = (), at: Location | None = None
) -> tuple[Posted, int]:
    """A counter says what they found of lines that were dealt to them, and which assets they came upon besides, `at` which location.

    Says also how many of the lines were left out, because somebody has counted them meanwhile. Refuses where that is everything.
    """
    dealing.require_open(session, act, stocktake)
    known = {line.id: line for line in stocktake_reads.lines(session, stocktake)}
    counts = {one.line_id: one.quantity for one in found if _is_theirs(known[one.line_id], act, one.times)}
    left_out = len(found) - len(counts)
    for line_id, quantity in counts.items():
        require_countable(known[line_id], quantity)
    changes = list[Change]()
    here = at or locations.get(session, stocktake.location_id)
    if seen:
        _require_part(session, stocktake, here)
    for asset in seen:
        key = Key(here.id, asset.variant_id, asset_id=asset.id)
        line = next((one for one in known.values() if one.key == key), None)
        if line is None:
            row = _line(session, stocktake, key)
            changes.append(changed(row, active=True))
            counts[row.id] = ONE
        elif line.waits and not _was_last(line, act):
            counts[line.id] = ONE
    if not counts:
        theirs = "These have been counted already, or somebody else has them now. Press Count for the next ones."
        raise Conflict(theirs if found or seen else "Count at least one line.")
    return _post(session, act, stocktake, counts, changes=changes), left_out


def extra(
    session: Session,
    act: Act,
    stocktake: Stocktake,
    *,
    variant: Variant,
    quantity: int,
    location: Location,
    lot: LotSaid | None = None,
) -> Posted:
    """A counter came upon something that the ledger does not have there. Somebody else counts it, too, before it is believed."""
    dealing.require_open(session, act, stocktake)
    item = catalog.item(session, variant.item_id)
    if item.kind is ItemKind.SERIALISED:
        raise Refusal(f"Each {item.name} is known by its serial. Say the serials instead.", field="variant")
    _require_part(session, stocktake, location)
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    lot_id, changes = lot_register.into(session, act, variant, lot, source=None, on=local_day(act.now, act.by.time_zone))
    key = Key(location.id, variant.id, lot_id)
    for line in stocktake_reads.lines(session, stocktake):
        if line.key == key:
            way = "is a line of this count: it is dealt to whoever presses Count."
            if not line.waits:
                way = "has been counted already. If there is more of it, ask an approver to have it counted again."
            raise Conflict(f"{line.what} in {line.location} {way}", field="variant")
    row = _line(session, stocktake, key)
    return _post(session, act, stocktake, {row.id: quantity}, changes=[*changes, changed(row, active=True)])


def _require_part(session: Session, stocktake: Stocktake, location: Location) -> None:
    if location.id not in stocktake_reads.places(session, locations.get(session, stocktake.location_id)):
        raise Refusal(f"{location.name} is not a part of this count.", field="location")


def _line(session: Session, stocktake: Stocktake, key: Key) -> StocktakeLine:
    row = StocktakeLine(stocktake_id=stocktake.id, **key._asdict(), extra=True, active=False)
    session.add(row)
    session.flush()
    return row


def _is_theirs(line: Line, act: Act, times: int) -> bool:
    """Whether a line is still theirs to count: nobody took it over, and it wasn't counted on another device."""
    return line.dealt_to_id == act.by.id and len(line.found) == times and line.waits


def _was_last(line: Line, act: Act) -> bool:
    """Whether they counted it last: they confirm a difference of their own only where it is dealt to them once more."""
    return bool(line.found) and line.found[-1].member_id == act.by.id and line.dealt_to_id != act.by.id


def require_countable(line: Line, quantity: int) -> None:
    """Refuses a part of what is counted in wholes, and more than one of an asset. Nothing is a count, too."""
    if line.serial is not None and quantity not in (0, ONE):
        raise Refusal(f"{line.what} is one thing: it is here, or not.", field=f"line_{line.id}")
    if quantity:
        require_fits(quantity, fractions=line.fractions, unit=line.unit, field=f"line_{line.id}")


def _post(session: Session, act: Act, stocktake: Stocktake, found: Mapping[int, int], *, changes: Sequence[Change] = ()) -> Posted:
    """Writes tallies in one entry, and lets those know who wait for them."""
    rows = [
        Tally(stocktake_id=stocktake.id, line_id=line_id, member_id=act.by.id, quantity=quantity) for line_id, quantity in found.items()
    ]
    session.add_all(rows)
    session.flush()
    posted = ledger.post(session, act, EntryKind.TALLIED, changed=[*changes, *(changed(row, active=True) for row in rows)])
    dealing.done(session, [row.line_id for row in rows])
    _tell(session, stocktake, posted, {row.line_id for row in rows})
    return posted


def _tell(session: Session, stocktake: Stocktake, posted: Posted, counted_now: set[int]) -> None:
    """Draws the messages anew. Who counted otherwise before is asked again, and when nothing is left an approver is."""
    every = stocktake_reads.lines(session, stocktake)
    notices.touch(session, {"stocktakes": [stocktake.id]})
    disagreed = [line for line in every if line.id in counted_now and line.again and len(line.found) > 1]
    asked = {line.found[-2].member_id for line in disagreed}
    receivers = [one for member_id in sorted(asked - {posted.member_id}) for one in notices.directly(members.get(session, member_id))]
    notices.owe_stage(
        session,
        NoticeKind.COUNT_AGAIN,
        key=f"count again:entry {posted.id}",
        subject="stocktakes",
        subject_id=stocktake.id,
        receivers=receivers,
        now=posted.recorded_at,
        told="",
    )
    if first := [line.id for line in disagreed if len(line.found) == 2]:  # that two disagree is news once, and not after each look
        count_thread.say(session, stocktake, posted, of_lines=first)
    if stocktake_reads.complete(every):
        _owe(session, stocktake, Role.APPROVER, stage="counted", posted=posted)
        count_thread.say(session, stocktake, posted)
        dealing.mark_homes(session, stocktake, now=posted.recorded_at)


def cancel(session: Session, act: Act, stocktake: Stocktake) -> Posted:
    """A keeper there ends a count without booking anything."""
    dealing.require_open(session, act, stocktake)
    require(act.by, Permission.COUNT, at=locations.get(session, stocktake.location_id))
    ending = {"state": StocktakeState.CANCELLED, "ended_by_id": act.by.id, "ended_at": act.now}
    posted = ledger.post(session, act, EntryKind.CANCELLED_COUNT, changed=[changed(stocktake, **ending)])
    count_thread.say(session, stocktake, posted)
    due_counts.look_again(session, locations.get(session, stocktake.location_id), posted.recorded_at)
    dealing.mark_homes(session, stocktake, now=posted.recorded_at)
    return posted


def require_can_take_back(session: Session, act: Act, taken_back: Sequence[Change]) -> None:
    """Refuses to undo a tally of a count that is over, its beginning when somebody takes part, and its end while another is open there."""
    for stocktake_id in concerned(session, taken_back):
        stocktake = stocktake_reads.get(session, stocktake_id)
        if stocktake.state is not StocktakeState.OPEN:
            raise Conflict(f"The count of {locations.get(session, stocktake.location_id).name} is over.")
    for change in taken_back:
        if change.table != "stocktakes" or "state" not in change.after:
            continue
        stocktake = stocktake_reads.get(session, change.id)
        if change.after["state"] is StocktakeState.OPEN:
            _require_alone(session, act, locations.get(session, stocktake.location_id))
        elif done := stocktake_reads.counters(stocktake_reads.lines(session, stocktake)):
            raise Conflict(f"{next(iter(done))} takes part in this count. Cancel it instead.")


def concerned(session: Session, changes: Sequence[Change]) -> set[int]:
    """The stocktakes whose tallies or lines these changes give or take back."""
    found = {session.get_one(Tally, change.id).stocktake_id for change in changes if change.table == "tallies"}
    return found | {session.get_one(StocktakeLine, change.id).stocktake_id for change in changes if change.table == "stocktake_lines"}
