"""Waiting lists: who waits for an asset, or for any of a variant, in the order in which they came."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.columns import Word, among
from models.times import UtcTime

_TO_REVIEW = text("review_at IS NOT NULL")
_OPEN, _OF_AN_ASSET = text("closed_at IS NULL"), text("asset_id IS NOT NULL")


class WaitState(StrEnum):
    """How somebody stands in the line. Offered: it is held for them until their time to claim it is over."""

    VOID = "void"
    WAITING = "waiting"
    OFFERED = "offered"
    CLAIMED = "claimed"
    PASSED = "passed"


class Wait(SQLModel, table=True):
    """Somebody's place in a line: for one asset, or for any of a variant."""

    __tablename__ = "waits"
    __table_args__ = (
        CheckConstraint(among("state", WaitState), name="wait_state_is_known"),
        CheckConstraint("(state = 'offered') = (claim_by_at IS NOT NULL)", name="wait_has_a_time_to_claim_while_it_is_offered"),
        CheckConstraint("(closed_at IS NULL) = (state IN ('waiting', 'offered'))", name="wait_is_open_while_somebody_is_in_line"),
        Index("wait_in_line", "variant_id", "joined_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("wait_by_variant", "variant_id"),
        Index("wait_by_asset", "asset_id", sqlite_where=_OF_AN_ASSET, postgresql_where=_OF_AN_ASSET),
        Index("wait_by_holder", "holder_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("wait_to_review", "review_at", sqlite_where=_TO_REVIEW, postgresql_where=_TO_REVIEW),
    )

    id: int = Field(default=None, primary_key=True)
    variant_id: int = Field(foreign_key="variants.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    #: The location of whoever waits.
    holder_id: int = Field(foreign_key="locations.id")
    by_id: int = Field(foreign_key="members.id")
    state: WaitState = Field(default=WaitState.VOID, sa_type=Word(WaitState))
    joined_at: datetime = Field(sa_type=UtcTime)
    #: While it is offered: since when, and until when it is held for them.
    offered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    claim_by_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When it was claimed or given up.
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When it is looked at again: because something came back, or the time to claim is over. Every change asks for that at once.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


WAITS = Wait.__table__  # type: ignore[attr-defined]
