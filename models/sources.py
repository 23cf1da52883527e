"""What a location gives out: who may take from it, and the refusal when it holds too little."""

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, levels
from models.catalog import Variant
from models.entries import ENTRIES, MOVEMENTS, EntryKind
from models.ledger import Act
from models.locations import Location, LocationKind
from models.members import MEMBERS, Actor, Permission
from models.quantities import said_number
from models.refusals import Choice, NotAllowed, Shortage
from models.times import said_time
from models.wording import counted

#: How stock left otherwise than by being taken.
_DID = {EntryKind.MOVED: "moved", EntryKind.CHECKED_OUT: "checked out", EntryKind.SCRAPPED: "scrapped", EntryKind.COUNTED: "counted off"}


def require_gives(by: Actor, source: Location) -> None:
    """Refuses a location that only its keepers take from, and what somebody else holds."""
    own = source.id == by.location_id
    if not own and (source.kind is LocationKind.PERSON or not source.open_to_all) and not by.may(Permission.MOVE, at=source):
        raise NotAllowed(f"Only its keepers take stock from {source.name}. Ask one of them, or take it from another store.", field="source")


def shortage(session: Session, act: Act, variant: Variant, asked: int, source: Location) -> Shortage:
    """The refusal for more than lies there: what does, who took some last, where the nearest is, and that as a way on."""
    unit = catalog.item(session, variant.item_id).unit
    held = levels.on_hand(session, variant.id, source.id)
    elsewhere = [level for level in levels.in_stores(session, variant.id) if level.location_id != source.id]
    enough = [level for level in elsewhere if level.quantity >= asked] or elsewhere
    text = f"{source.name} holds {counted(held, variant.name, unit) if held else f'no {variant.name}'}; you asked for {said_number(asked)}."
    text += _last_taken(session, act, variant.id, source.id)
    text += f" Nearest: {enough[0].location} ({said_number(enough[0].quantity)})." if enough else " No other store has any."
    choices = tuple(
        Choice(f"Take {said_number(min(asked, level.quantity))} from {level.location}", "source", level.location) for level in enough[:3]
    )
    return Shortage(text, field="quantity", choices=choices if enough and enough[0].quantity >= asked else ())


def _last_taken(session: Session, act: Act, variant_id: int, source_id: int) -> str:
    moved = MOVEMENTS.c
    query = (
        select(MEMBERS.c.id, MEMBERS.c.name, ENTRIES.c.kind, moved.quantity, moved.happened_at)
        .join(ENTRIES, ENTRIES.c.id == moved.entry_id)
        .join(MEMBERS, MEMBERS.c.id == ENTRIES.c.member_id)
        .where(moved.variant_id == variant_id, moved.source_id == source_id)
        .order_by(moved.happened_at.desc(), moved.id.desc())
        .limit(1)
    )
    last = session.connection().execute(query).one_or_none()
    if last is None or last.id == act.by.id:
        return ""
    return f" {last.name} {_DID.get(last.kind, 'took')} {said_number(last.quantity)} on {said_time(last.happened_at, act.by.time_zone)}."
