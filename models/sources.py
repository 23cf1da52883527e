"""What a location gives out: who may take from it, and the refusal when it holds too little, or too little that is free."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, lot_stock
from models.catalog import Variant
from models.changes import Change
from models.entries import ENTRIES, MOVEMENTS, EntryKind
from models.ledger import Act
from models.levels import LEVELS
from models.locations import Location, LocationKind
from models.members import MEMBERS, Actor, Permission, Role, Unprivileged
from models.quantities import said_number
from models.refusals import Choice, Kept, Shortage
from models.reservations import kept_there
from models.times import local_day, said_time
from models.wording import amount, counted

#: What a way on says is done.
_VERBS = {
    EntryKind.MOVED: "Move",
    EntryKind.CHECKED_OUT: "Check out",
    EntryKind.SCRAPPED: "Scrap",
    EntryKind.TOOK: "Take",
    EntryKind.RESERVED: "Reserve",
}
#: How stock left otherwise than by being taken.
_DID = {EntryKind.MOVED: "moved", EntryKind.CHECKED_OUT: "checked out", EntryKind.SCRAPPED: "scrapped", EntryKind.COUNTED: "counted off"}


def require_gives(by: Actor, source: Location) -> None:
    """Refuses a location that only its keepers take from, and what somebody else holds."""
    own = source.id == by.location_id
    if not own and (source.kind is LocationKind.PERSON or not source.open_to_all) and not by.may(Permission.MOVE, at=source):
        raise Unprivileged(f"To take stock from {source.name} you need the role keeper.", Role.KEEPER, source, field="source")


def too_little(
    session: Session,
    act: Act,
    kind: EntryKind,
    *,
    variant: Variant,
    asked: int,
    source: Location,
    used: Sequence[Change] = (),
    but: str = "",
) -> Shortage | Kept:
    """The refusal for more than may be taken there: what lies there, for whom it is kept or who took some last, and the ways on.

    `used` are reservations that what is taken uses up. `but` says why not all that lies there can go.
    """
    unit = catalog.item(session, variant.item_id).unit
    query = select(LEVELS.c.quantity, LEVELS.c.reserved).where(LEVELS.c.variant_id == variant.id, LEVELS.c.location_id == source.id)
    held, reserved = session.connection().execute(query).one_or_none() or (0, 0)
    reserved -= sum(change.before["quantity"] - change.after["quantity"] for change in used)
    has = counted(held, variant.name, unit) if held else f"no {variant.name}"
    stores = lot_stock.usable_in_stores(session, variant.id, local_day(act.now, act.by.time_zone))
    elsewhere = [level for level in stores if level.location_id != source.id]
    free = [level for level in elsewhere if level.free]
    enough = [level for level in free if level.free >= asked]
    nearest = (enough or free)[:1]
    near = f"Nearest: {nearest[0].location} ({said_number(nearest[0].free)})." if nearest else ""
    near = near or f"No other store has any{' that is free' if elsewhere else ''}."
    verb = _VERBS.get(kind, "Take")
    choices = [Choice(f"{verb} {amount(asked, unit)} from {level.location}", "source", level.location) for level in enough[:3]]
    if held and reserved and not but:
        kept = kept_there(session, variant.id, source.id, held=held, reserved=reserved, unit=unit, but=[change.id for change in used])
        has = f"{has}, and {kept}"
    if but or held < asked or not reserved:
        why = but or _last_taken(session, act, variant.id, source.id)
        text = f"{source.name} holds {has}; you asked for {amount(asked, unit)}.{why} {near}"
        return Shortage(text, field="quantity", choices=tuple(choices))
    text = f"{source.name} holds {has}; you asked for {amount(asked, unit)}. {near}"
    if (here := held - reserved) > 0:
        choices.insert(0, Choice(f"{verb} {said_number(here)} from {source.name}", "quantity", said_number(here)))
    missing = asked - max(here, 0)
    return Kept(text, field="quantity", choices=tuple(choices), variant_id=variant.id, location_id=source.id, missing=missing)


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
