"""Hand-overs: what one person has offered to another, who has it only once they accept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, Index, func, select, text
from sqlmodel import Field, Session, SQLModel

from models import bulk, changes, notices
from models.assets import ASSETS
from models.caches import End, Line
from models.changes import ByTable
from models.checkouts import CHECKOUTS, Checkout
from models.columns import Word, among
from models.entries import SUBJECTS
from models.locations import LocationKind
from models.times import UtcTime


class HandOverState(StrEnum):
    """How an offer stands. Whether the asset is still with whoever offered it is not among it: that is where the asset lies."""

    VOID = "void"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LAPSED = "lapsed"


_OPEN = text("state = 'offered'")
_REVIEWED = text("review_at IS NOT NULL")


class HandOver(SQLModel, table=True):
    """An asset that its holder has offered to a member. What was offered by one entry is answered together."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        CheckConstraint(among("state", HandOverState), name="hand_over_state_is_known"),
        Index("hand_over_of_an_asset", "asset_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("hand_over_by_asset", "asset_id", "id"),
        Index("hand_over_to_review", "review_at", sqlite_where=_REVIEWED, postgresql_where=_REVIEWED),
    )

    id: int = Field(default=None, primary_key=True)
    state: HandOverState = Field(default=HandOverState.VOID, sa_type=Word(HandOverState))
    asset_id: int = Field(foreign_key="assets.id")
    #: The person's location that it is with, and the checkout that it is out on there: the offer is of that custody, and of no later one.
    giver_id: int = Field(foreign_key="locations.id")
    checkout_id: int | None = Field(default=None, foreign_key="checkouts.id")
    receiver_id: int = Field(foreign_key="members.id")
    #: The kit that all of it is offered of: what its giver has of that by number goes along.
    kit_id: int | None = Field(default=None, foreign_key="kits.id")
    until_at: datetime = Field(sa_type=UtcTime)
    #: When the schedule looks whether it has lapsed.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


HAND_OVERS = HandOver.__table__  # type: ignore[attr-defined]


def of_entry(session: Session, entry_id: int) -> list[HandOver]:
    """What that entry has offered, or answered."""
    query = select(HandOver).join(SUBJECTS, (SUBJECTS.c.subject == HAND_OVERS.name) & (SUBJECTS.c.subject_id == HAND_OVERS.c.id))
    return list(session.scalars(query.where(SUBJECTS.c.entry_id == entry_id).order_by(HAND_OVERS.c.id)))


def entry_of(session: Session, hand_over_id: int) -> int:
    """The entry that offered it."""
    query = select(SUBJECTS.c.entry_id).where(SUBJECTS.c.subject == HAND_OVERS.name, SUBJECTS.c.subject_id == hand_over_id)
    return int(session.connection().execute(query.order_by(SUBJECTS.c.entry_id).limit(1)).scalar_one())


def last_of(session: Session, offered: Sequence[HandOver]) -> int:
    """The entry that offered or answered them last, or took that back: what somebody saw of an offer before that is another state of it."""
    query = select(func.max(SUBJECTS.c.entry_id)).where(SUBJECTS.c.subject == HAND_OVERS.name)
    return int(session.connection().execute(query.where(SUBJECTS.c.subject_id.in_([one.id for one in offered]))).scalar_one())


def along(session: Session, kit_id: int | None, giver_id: int) -> list[Checkout]:
    """The checkouts of what somebody has of a kit by number, which goes along with its serials: the rows themselves, to be changed."""
    if kit_id is None:
        return []
    own = CHECKOUTS.c
    query = select(Checkout).where(own.kit_id == kit_id, own.holder_id == giver_id, own.asset_id.is_(None), own.closed_at.is_(None))
    return list(session.scalars(query.order_by(own.id)))


def standing(session: Session, hand_overs: Sequence[HandOver], now: datetime) -> list[HandOver]:
    """Those that can still be accepted: the asset is where it was offered, and nobody has answered."""
    return [one for one in hand_overs if one.state is HandOverState.OFFERED and one.until_at > now and still_there(session, one)]


def still_there(session: Session, one: HandOver) -> bool:
    """Whether the asset is still with whoever offered it, and has not been away meanwhile."""
    out = select(CHECKOUTS.c.id).where(CHECKOUTS.c.asset_id == one.asset_id, CHECKOUTS.c.closed_at.is_(None)).scalar_subquery()
    place, checkout_id = session.connection().execute(select(ASSETS.c.location_id, out).where(ASSETS.c.id == one.asset_id)).one()
    return bool(place == one.giver_id and checkout_id == one.checkout_id)


def open_of(session: Session, asset_id: int, now: datetime) -> HandOver | None:
    """The offer of an asset that can be accepted, if there is one."""
    query = select(HandOver).where(HAND_OVERS.c.asset_id == asset_id, HAND_OVERS.c.state == HandOverState.OFFERED)
    return next(iter(standing(session, list(session.scalars(query)), now)), None)


def follow(session: Session, of_table: ByTable, lines: Sequence[Line], at: Mapping[int, End]) -> None:
    """Asks for the messages about offers to be drawn again: those that an entry changes, and those of assets that leave or reach a person.

    Only `ledger.post()` calls this.
    """
    people = {place for place, end in at.items() if end.kind is LocationKind.PERSON}
    by_hand = [line for line in lines if line.source_id in people or line.target_id in people]
    passed = [line.asset_id for line in by_hand if line.asset_id is not None]
    for page in bulk.pages(changes.ids(of_table, HAND_OVERS)):
        _redraw(session, HAND_OVERS.c.id.in_(page))
    if passed and session.connection().execute(_ANY_OPEN).first() is not None:
        for page in bulk.pages(passed):
            _redraw(session, HAND_OVERS.c.asset_id.in_(page) & (HAND_OVERS.c.state == HandOverState.OFFERED))


_ANY_OPEN = select(HAND_OVERS.c.id).where(HAND_OVERS.c.state == HandOverState.OFFERED).limit(1)


def _redraw(session: Session, which: ColumnElement[bool]) -> None:
    query = select(SUBJECTS.c.entry_id).join(
        HAND_OVERS, (SUBJECTS.c.subject == HAND_OVERS.name) & (SUBJECTS.c.subject_id == HAND_OVERS.c.id)
    )
    notices.touch(session, {"entries": session.connection().execute(query.where(which)).scalars()})
