"""Wants: anybody asks for something that is not stocked; a keeper puts it on an order or says why not."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, Session, SQLModel

from models import ledger, locations, members, notices, ordering
from models.catalog import Variant
from models.changes import Change, changed
from models.columns import Word, among, clean
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location
from models.members import Permission, Role, require
from models.notices import NoticeKind
from models.orders import PurchaseOrder
from models.refusals import Conflict
from models.times import UtcTime, said_time

#: The longest want, and the longest reason for a no.
LONGEST_WANT, LONGEST_REASON = 300, 500


class WantState(StrEnum):
    """What became of a want."""

    VOID = "void"
    OPEN = "open"
    ORDERED = "ordered"
    DECLINED = "declined"


class Want(SQLModel, table=True):
    """Something that somebody would like to have here, in their words."""

    __tablename__ = "wants"
    __table_args__ = (CheckConstraint(among("state", WantState), name="want_state_is_known"),)

    id: int = Field(default=None, primary_key=True)
    wanted: str
    requester_id: int = Field(foreign_key="members.id")
    #: Where it was asked for; its keepers hear of it.
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    state: WantState = Field(default=WantState.VOID, sa_type=Word(WantState))
    asked_at: datetime = Field(sa_type=UtcTime)
    decided_by_id: int | None = Field(default=None, foreign_key="members.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: Why not.
    reason: str | None = None
    #: The order that it was put on.
    order_id: int | None = Field(default=None, foreign_key="purchase_orders.id")


WANTS = Want.__table__  # type: ignore[attr-defined]


def get(session: Session, want_id: int) -> Want:
    """The want with that id, which is known to exist."""
    return session.get_one(Want, want_id)


def ask(session: Session, act: Act, *, wanted: str, location: Location | None = None) -> tuple[Want, Posted]:
    """Somebody asks for something that is not stocked; the keepers there, or of everywhere, get a card."""
    require(act.by, Permission.WANT)
    want = Want(
        wanted=clean(wanted, what="want", field="wanted", longest=LONGEST_WANT),
        requester_id=act.by.id,
        location_id=location.id if location else None,
        asked_at=act.now,
    )
    session.add(want)
    session.flush()
    posted = ledger.post(session, act, EntryKind.WANTED, changed=[changed(want, state=WantState.OPEN)])
    receivers = notices.audience(session, Role.KEEPER, at=location)
    notices.owe(session, NoticeKind.WANT, key=f"want:{want.id}", subject=WANTS.name, subject_id=want.id, receivers=receivers, now=act.now)
    return want, posted


def put_on_order(
    session: Session, act: Act, *, want: Want, variant: Variant, quantity: int, supplier: Location
) -> tuple[PurchaseOrder, Posted]:
    """What somebody wants goes on the supplier's draft, in one entry with the answer to them. For keepers; once."""
    require_open(session, act, want)
    order, put = ordering.onto_draft(session, act, [(variant, quantity)], supplier=supplier, place=None)
    answered = _answered(act, want, state=WantState.ORDERED, order_id=order.id)
    posted = ledger.post(session, act, EntryKind.DRAFTED, changed=[*put, answered], on_behalf_of_id=want.requester_id)
    _tell(session, act, want)
    return order, posted


def decline(session: Session, act: Act, *, want: Want, reason: str) -> Posted:
    """Says that something will not be had, and why. For keepers; once."""
    require_open(session, act, want)
    reason = clean(reason, what="reason", field="reason", longest=LONGEST_REASON)
    answered = _answered(act, want, state=WantState.DECLINED, reason=reason)
    posted = ledger.post(session, act, EntryKind.DECLINED, changed=[answered], note=reason, on_behalf_of_id=want.requester_id)
    _tell(session, act, want)
    return posted


def require_open(session: Session, act: Act, want: Want) -> None:
    """Refuses whoever may not answer a want, and one that is answered or taken back, saying by whom."""
    require(act.by, Permission.ORDER, at=locations.get(session, want.location_id) if want.location_id is not None else None)
    if want.state is WantState.VOID:
        raise Conflict(f"{members.get(session, want.requester_id).name} does not want this any more.")
    if want.state is not WantState.OPEN and want.decided_by_id is not None and want.decided_at is not None:
        did = "declined this" if want.state is WantState.DECLINED else "put this on an order"
        when = said_time(want.decided_at, act.by.time_zone)
        raise Conflict(f"{members.get(session, want.decided_by_id).name} {did} on {when}.")


def _answered(act: Act, want: Want, **outcome: object) -> Change:
    return changed(want, decided_by_id=act.by.id, decided_at=act.now, **outcome)


def _tell(session: Session, act: Act, want: Want) -> None:
    """Whoever wanted it hears what became of it; where that is taken back and decided anew, their message is drawn again."""
    notices.owe(
        session,
        NoticeKind.ANSWERED,
        key=f"answered:{want.id}",
        subject=WANTS.name,
        subject_id=want.id,
        receivers=notices.directly(members.get(session, want.requester_id)),
        now=act.now,
        patient=True,
    )
