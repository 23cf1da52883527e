"""Lending kits: all parts go out in one entry, what can't is named with its reason, and what comes back in part leaves the rest out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session

from models import assets, availability, booked, catalog, checking_out, kits, levels, locations, picking, recall_reads, sources
from models.assets import Asset
from models.booked import Which
from models.catalog import ItemKind
from models.checking_in import CheckedIn, check_in
from models.checking_out import Amount
from models.checkouts import CHECKOUTS, EARLIEST_DUE, HELD, Checkout, Held
from models.diary import FOREVER, Span, Why, Window
from models.entries import EntryKind
from models.kits import Kit, KitPart, Part
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Permission, require
from models.quantities import ONE
from models.refusals import Choice, Conflict, NeedsApproval, Refusal, Taken
from models.times import Due, said_span, said_time
from models.wording import counted


class NotWhole(Conflict):
    """A kit can't go out whole: which parts are lacking, and how many could go without them."""

    def __init__(self, text: str, *, lacking: Sequence[Part], rest: int) -> None:
        super().__init__(text, field="kit")
        self.lacking = lacking
        self.rest = rest


class Picked(NamedTuple):
    """What goes out of a kit: certain assets, and so much of what is counted."""

    assets: list[Asset]
    counted: list[Amount]


def check_out_kit(
    session: Session,
    act: Act,
    *,
    kit: Kit,
    without: Sequence[KitPart] = (),
    holder: Location,
    due: Due | None = None,
    purpose: str | None = None,
) -> Posted:
    """All of a kit goes out as one, but for the parts that are left out; serials that it does not name are chosen among those free.

    Refuses where a part is not to be had, each with its reason, and everything that checking out its parts would refuse.
    """
    require(act.by, Permission.CHECK_OUT)
    checking_out.require_can_hold(session, act, holder)
    checking_out.require_to_come(act, due)
    left_out = {part.id for part in without}
    parts = [part for part in kits.parts_of(session, kit.id) if part.id not in left_out]
    if not parts:
        raise Conflict(f"{kit.name} has nothing in it that could go out.", field="kit")
    _require_not_out(session, act, kit, parts)
    chosen = _picked(session, act, kit, parts, holder=holder, due=due)
    return checking_out.check_out(
        session, act, assets=chosen.assets, counted=chosen.counted, kit=kit, holder=holder, due=due, purpose=purpose
    )


def _require_not_out(session: Session, act: Act, kit: Kit, parts: Sequence[Part]) -> None:
    """Refuses a kit that somebody has, in one sentence."""
    fixed = {part.asset_id for part in parts if part.asset_id is not None}
    out = {held.asset_id: held for held in out_of(session, kit) if held.asset_id in fixed}
    if not fixed or out.keys() != fixed or len({held.holder_id for held in out.values()}) > 1:
        return
    first = next(iter(out.values()))
    who = "You have" if first.holder_id == act.by.location_id else f"{first.holder} has"
    own = act.by.time_zone
    until = f", due {said_time(first.due_at, first.due_zone or own, reader_zone=own)}" if first.due_at else ""
    raise Conflict(f"{who} {kit.name}{until}.", field="kit")


def _picked(session: Session, act: Act, kit: Kit, parts: Sequence[Part], *, holder: Location, due: Due | None) -> Picked:
    """What goes out for each part: certain serials first, and the rest from where they lie, if it can be."""
    found, lacking = Picked([], []), list[tuple[Part, Refusal]]()
    for part in sorted(parts, key=lambda part: part.asset_id is None):
        near = found.assets[0].location_id if found.assets else None
        try:
            _pick(session, act, part, found, holder=holder, due=due, near=near)
        except NeedsApproval:
            raise
        except Refusal as refused:
            lacking.append((part, refused))
    if lacking:
        _refuse_booked(session, act, kit, parts, [refused for _, refused in lacking], holder=holder, due=due)
        reasons = " ".join(refused.text for _, refused in lacking)
        raise NotWhole(f"{kit.name} can't go out whole. {reasons}", lacking=[part for part, _ in lacking], rest=len(parts) - len(lacking))
    return found


def _refuse_booked(
    session: Session, act: Act, kit: Kit, parts: Sequence[Part], lacking: Sequence[Refusal], *, holder: Location, due: Due | None
) -> None:
    """Refuses in one sentence a kit that somebody else has booked for that time, instead of saying so of each of its serials."""
    taken = [refused for refused in lacking if isinstance(refused, Taken)]
    if len(taken) < len(lacking) or len(taken) < sum(part.asset_id is not None for part in parts):
        return
    others = [one for one in booked.those(session, Which(kit_id=kit.id)) if one.holder_id != holder.id and one.free_at > act.now]
    met = [one for one in others if due is None or one.from_at < due.at]
    if not met or kits.is_template(parts):
        return
    who = "You have" if met[0].holder_id == act.by.location_id else f"{met[0].holder} has"
    text = f"{who} booked {kit.name} {said_span(met[0].from_at, met[0].until_at, act.by.time_zone)}."
    until = [choice for refused in taken for choice in refused.choices]
    if len(until) < len(taken):
        raise Taken(text, field="due")
    first = min(until, key=lambda choice: choice.value)
    raise Taken(f"{text} It is free {first.label[0].lower()}{first.label[1:]}.", field="due", choices=(first,))


def _pick(session: Session, act: Act, part: Part, found: Picked, *, holder: Location, due: Due | None, near: int | None) -> None:
    if part.asset_id is not None:
        asset = assets.get(session, part.asset_id)
        checking_out.require_in_store(session, act, asset)
        recall_reads.require_not_recalled(session, [asset])
        sources.require_gives(act.by, locations.get(session, asset.location_id))
        _require_free(session, act, part, holder=holder, due=due)
        found.assets.append(asset)
    elif part.kind is ItemKind.SERIALISED:
        found.assets.extend(_any(session, act, part, holder=holder, due=due, near=near))
    else:
        found.counted.append(_so_many(session, act, part, holder=holder, due=due, near=near))


def _require_free(session: Session, act: Act, part: Part, *, holder: Location, due: Due | None) -> None:
    """Refuses what is promised to somebody else for that time; what is promised to the holder is picked up."""
    variant = catalog.variant(session, part.variant_id)
    diary = availability.diary_of(session, variant, now=act.now, asset_ids=[part.asset_id] if part.asset_id is not None else [])
    own = (Why.BOOKED, Why.HELD)
    others = diary._replace(spans=[one for one in diary.spans if one.why not in own or one.holder_id != holder.id])
    end = due.at if due is not None else FOREVER
    if others.free(act.now, end, asset_id=part.asset_id, most=part.quantity) >= part.quantity:
        return
    kept_free = diary.buffer if due is not None else timedelta(0)
    wish = Span(Why.OUT, 0, part.asset_id, part.quantity, Window(act.now, end + kept_free), holder.id, holder.name)
    raise availability.refused(session, act.by, variant, others, wish, zone_name=act.by.time_zone)


def _any(session: Session, act: Act, part: Part, *, holder: Location, due: Due | None, near: int | None) -> list[Asset]:
    """So many serials that are free, whichever."""
    _require_free(session, act, part, holder=holder, due=due)
    variant = catalog.variant(session, part.variant_id)
    free = picking.free_serials(session, variant, now=act.now, until=due.at if due is not None else None, near=near)
    if len(free) * ONE < part.quantity:
        lie = f"only {counted(len(free) * ONE, part.what, part.unit)} lie" if free else f"no {part.what} lies"
        raise Conflict(f"It takes {counted(part.quantity, part.what, part.unit)}, and {lie} free in a store and in no kit.", field="kit")
    return free[: part.quantity // ONE]


def _so_many(session: Session, act: Act, part: Part, *, holder: Location, due: Due | None, near: int | None) -> Amount:
    """So much of what is counted, from the store where the rest lies, else from one that has enough."""
    variant = catalog.variant(session, part.variant_id)
    stores = sorted(levels.in_stores(session, variant.id), key=lambda level: level.location_id != near)
    enough = [level for level in stores if level.free >= part.quantity]
    if not stores:
        raise Conflict(f"No store has any {variant.name}.", field="kit")
    place = locations.get(session, (enough or stores)[0].location_id)
    if not enough:
        raise sources.too_little(session, act, EntryKind.CHECKED_OUT, variant=variant, asked=part.quantity, source=place)
    _require_free(session, act, part, holder=holder, due=due)
    return Amount(variant, part.quantity, place)


def out_of(session: Session, kit: Kit) -> list[Held]:
    """What is out of a kit: what went out with it, and what belongs to it and went out by itself; the earliest due first."""
    own = [part.asset_id for part in kits.parts_of(session, kit.id) if part.asset_id is not None]
    query = HELD.where(or_(CHECKOUTS.c.kit_id == kit.id, CHECKOUTS.c.asset_id.in_(own))).order_by(*EARLIEST_DUE)
    return [Held(*row) for row in session.connection().execute(query)]


def out_with(session: Session, act: Act, kit: Kit, holder: Location | None, *, field: str = "holder") -> list[Held]:
    """What of a kit is out with one holder: the one that is said, else the member, else the only one who has any.

    Refuses a kit of which nothing is out, and asks where several have some.
    """
    out = out_of(session, kit)
    holders = {held.holder_id: held.holder for held in out}
    who = holder.id if holder is not None else act.by.location_id
    if who not in holders and holder is None and len(holders) == 1:
        who = next(iter(holders))
    if who in holders:
        return [held for held in out if held.holder_id == who]
    if not out:
        raise Conflict(f"Nothing of {kit.name} is out.", field="kit")
    choices = tuple(Choice(f"What {name} has", field, name) for name in list(holders.values())[:5])
    has = (
        f"{holder.name} has nothing of {kit.name}." if holder is not None else f"Several people have something of {kit.name}. Whose is it?"
    )
    raise Refusal(has, field=field, choices=choices)


def check_in_kit(session: Session, act: Act, *, held: Sequence[Held], target: Location | None = None, note: str | None = None) -> CheckedIn:
    """What is said of a kit comes back in one entry, each part to where it left or all to `target`; the rest stays with its holder."""
    rows = {row.id: row for row in session.scalars(select(Checkout).where(CHECKOUTS.c.id.in_([one.id for one in held])))}
    return check_in(session, act, lent=[rows[one.id] for one in held], target=target, note=note)
