"""Lots as they become known: the one that stock comes in with, what is printed beside its code, and whether it may be given out."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlmodel import Session

from models import catalog, custom_values, ledger, locations, lots, recall_reads
from models.catalog import Variant
from models.changes import Change, changed
from models.columns import clean, key_of
from models.custom_fields import About, category_of, holding
from models.custom_values import Given
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import OUTSIDE, STORES, Location, LocationKind
from models.lots import Lot, LotStatus
from models.members import Permission, require
from models.refusals import Choice, Conflict, Refusal
from models.times import local_day
from models.tracing import Node

#: A code fits on a button and into an option of a list.
LONGEST_CODE = 60
#: A refusal offers so many of the last lots.
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class LotSaid:
    """A lot as somebody names it when stock comes in or is counted: its code, and the days that are printed beside it."""

    code: str
    expires_on: date | None = None
    made_on: date | None = None


class LotFields(TypedDict, total=False):
    """What can be edited of a lot."""

    code: str
    expires_on: date | None
    made_on: date | None
    note: str | None


class LotWanted(Refusal):
    """What is tracked by lots comes in, or is counted, and nobody said which lot. The choices are those that it could be."""


def into(
    session: Session, act: Act, variant: Variant, named: LotSaid | None, *, source: Location | None, on: date
) -> tuple[int | None, list[Change]]:
    """The lot that stock of a variant comes in with on a day, and the changes that make it known: a new one, or more of one we have.

    Nothing for an item that is not tracked by lots. Refuses as LotWanted where one that is names none, and what contradicts the lot.
    """
    item = catalog.item(session, variant.item_id)
    if named is None:
        if item.lot_tracked:
            raise wanted(session, variant, f"{item.name} is tracked by lots: say which lot this is.", today=on)
        return None, []
    if not item.lot_tracked:
        raise Refusal(f"{item.name} is not tracked by lots. Leave the lot out, or let the item be tracked in its form.", field="lot")
    supplier_id = source.id if source is not None and _is_named_supplier(source) else None
    known = lots.of_variant(session, variant.id, named.code)
    if known is None:
        return _born(session, act, variant, named, supplier_id=supplier_id, on=on)
    _require_same(session, known, named, supplier_id)
    learnt = {"expires_on": named.expires_on, "made_on": named.made_on, "supplier_id": supplier_id}
    change = changed(known, **{name: value for name, value in learnt.items() if value is not None and getattr(known, name) is None})
    return known.id, [change] if change.after else []


def wanted(session: Session, variant: Variant, text: str, *, today: date) -> LotWanted:
    """The refusal of stock that names no lot; the last ones that came are offered."""
    return LotWanted(text, field="lot", choices=offered(session, variant, today=today))


def offered(session: Session, variant: Variant, *, today: date) -> tuple[Choice, ...]:
    """The last lots that came of a variant, as ways on."""
    last = lots.latest(session, variant.id, most=MOST_OFFERED)
    return tuple(Choice(f"Lot {lots.said(lot, today)}", "lot", lot.code) for lot in last)


def _is_named_supplier(source: Location) -> bool:
    return source.kind is LocationKind.SUPPLIER and source.name != OUTSIDE[LocationKind.SUPPLIER]


def _born(
    session: Session, act: Act, variant: Variant, named: LotSaid, *, supplier_id: int | None, on: date
) -> tuple[int | None, list[Change]]:
    code = clean(named.code, what="lot code", field="lot", longest=LONGEST_CODE)
    require_days(named.made_on, named.expires_on, today=local_day(act.now, act.by.time_zone))
    lot = Lot(
        variant_id=variant.id,
        code=code,
        code_key=key_of(code),
        supplier_id=supplier_id,
        made_on=named.made_on,
        received_on=on,
        expires_on=named.expires_on,
        archived_at=act.now,
    )
    session.add(lot)
    session.flush()
    return lot.id, [changed(lot, archived_at=None), *custom_values.new(session, act.by, About.LOT, [lot], None)]


def _require_same(session: Session, known: Lot, named: LotSaid, supplier_id: int | None) -> None:
    """Refuses another day or supplier than the lot of that code has: then it is another lot."""
    for field, was, now, what in (
        ("expires", known.expires_on, named.expires_on, "expires"),
        ("made", known.made_on, named.made_on, "was made"),
    ):
        if was is not None and now is not None and was != now:
            edit = f"Correct it with `/stock edit lot {known.code}`, or give this one another code."
            raise Conflict(f"Lot {known.code} {what} on {lots.said_full(was)}, and you said {lots.said_full(now)}. {edit}", field=field)
    if supplier_id is not None and known.supplier_id not in {None, supplier_id}:
        name = locations.get(session, known.supplier_id or 0).name
        raise Conflict(f"Lot {known.code} came from {name}. Give this one a code of its own.", field="lot")


def require_days(made_on: date | None, expires_on: date | None, *, today: date) -> None:
    """Refuses what was made in the future, or expires before it was made."""
    if made_on is not None and made_on > today:
        raise Refusal(f"{lots.said_full(made_on)} is still to come: nothing was made then.", field="made")
    if made_on is not None and expires_on is not None and expires_on < made_on:
        raise Refusal(f"It can't expire on {lots.said_full(expires_on)}, before it was made on {lots.said_full(made_on)}.", field="expires")


def edit_lot(session: Session, act: Act, lot: Lot, *, custom: Given | None = None, **fields: Unpack[LotFields]) -> Posted:
    """Changes what is known of a lot, by its custom fields, too. Refuses a code that another lot of the same item has."""
    require(act.by, Permission.CATALOG)
    edited: dict[str, Any] = {name: value for name, value in fields.items() if name != "code"}
    if "code" in fields:
        code = clean(fields["code"], what="lot code", field="code", longest=LONGEST_CODE)
        other = lots.of_variant(session, lot.variant_id, code)
        if other is not None and other.id != lot.id:
            raise Conflict(f"There is a lot {other.code} of it already.", field="code")
        edited |= {"code": code, "code_key": key_of(code)}
    made_on, expires_on = (edited.get(name, getattr(lot, name)) for name in ("made_on", "expires_on"))
    require_days(made_on, expires_on, today=local_day(act.now, act.by.time_zone))
    own = holding(session, About.LOT, category_of(session, About.LOT, lot))
    edits = [changed(lot, **edited), *custom_values.edited(session, act.by, own, lot.id, custom)]
    if not any(change.after for change in edits):
        raise Refusal("It stands like that already; nothing was changed.")
    return ledger.post(session, act, EntryKind.EDITED, changed=edits)


def quarantine(session: Session, act: Act, lot: Lot, *, note: str | None = None) -> Posted:
    """A lot is not given out until somebody has released it. For keepers."""
    require(act.by, Permission.QUARANTINE)
    if lot.blocked:
        raise Conflict(f"Lot {lot.code} is {lot.status} already.", field="lot")
    return ledger.post(session, act, EntryKind.QUARANTINED, changed=[changed(lot, status=LotStatus.QUARANTINED)], note=note)


def release(session: Session, act: Act, lot: Lot, *, note: str | None = None) -> Posted:
    """A lot may be given out again. For a keeper of every store that has some of it; of a recalled one for an approver."""
    if lot.status is LotStatus.OK:
        raise Conflict(f"Lot {lot.code} may be given out already.", field="lot")
    if lot.status is LotStatus.RECALLED:
        recall_reads.require_reaches(session, act.by, [Node(lot_id=lot.id)])
        if recall_reads.covering(session, lot) is not None:
            raise Conflict(f"The recall of lot {lot.code} is open. Close it first.", field="lot")
    else:
        places = [locations.get(session, lying.location_id) for lying in lots.where(session, [lot.id])]
        require(act.by, Permission.QUARANTINE)
        for place in places:
            if place.kind in STORES:
                require(act.by, Permission.QUARANTINE, at=place)
    return ledger.post(session, act, EntryKind.RELEASED_LOT, changed=[changed(lot, status=LotStatus.OK)], note=note)
