"""Attestations: a member is asked whether what they should have is still with them, and says so thing by thing."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, literal, select, text, union_all
from sqlmodel import Field, Session, SQLModel

from models import bulk, notices
from models.caches import End
from models.columns import Word, among
from models.locations import LocationKind
from models.times import UtcTime


class AttestationState(StrEnum):
    """How an attestation stands. Over: it was not answered, and another took its place, or whoever was asked has left."""

    VOID = "void"
    ASKED = "asked"
    ANSWERED = "answered"
    OVER = "over"


class Verdict(StrEnum):
    """What somebody says of a thing that they should have."""

    RIGHT = "right"
    MISSING = "missing"
    BROKEN = "broken"
    OTHER = "other"


_ASKED, _REVIEWED = text("state = 'asked'"), text("review_at IS NOT NULL")
_OF_AN_ASSET = text("asset_id IS NOT NULL")
_DISPUTED = text("active AND verdict <> 'right' AND dismissed_at IS NULL")


class Attestation(SQLModel, table=True):
    """One question to one member. What it is about is what they have at the moment of the answer."""

    __tablename__ = "attestations"
    __table_args__ = (
        CheckConstraint(among("state", AttestationState), name="attestation_state_is_known"),
        Index("attestation_is_open_once", "location_id", unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index("attestation_by_location", "location_id", "asked_at"),
        Index("attestation_to_review", "review_at", sqlite_where=_REVIEWED, postgresql_where=_REVIEWED),
    )

    id: int = Field(default=None, primary_key=True)
    state: AttestationState = Field(default=AttestationState.VOID, sa_type=Word(AttestationState))
    member_id: int = Field(foreign_key="members.id")
    #: The location that the member is.
    location_id: int = Field(foreign_key="locations.id")
    by_id: int = Field(foreign_key="members.id")
    asked_at: datetime = Field(sa_type=UtcTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: How often they were reminded.
    reminded: int = 0
    #: When the schedule reminds them.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


class AttestedThing(SQLModel, table=True):
    """What a member said of one thing: what it was, how much of it, and where it lay by the ledger: with them."""

    __tablename__ = "attested_things"
    __table_args__ = (
        CheckConstraint(among("verdict", Verdict), name="verdict_is_known"),
        Index("attested_thing_by_attestation", "attestation_id"),
        Index("attested_thing_by_asset", "asset_id", "id", sqlite_where=_OF_AN_ASSET, postgresql_where=_OF_AN_ASSET),
        Index("attested_thing_disputed", "location_id", sqlite_where=_DISPUTED, postgresql_where=_DISPUTED),
    )

    id: int = Field(default=None, primary_key=True)
    attestation_id: int = Field(foreign_key="attestations.id")
    location_id: int = Field(foreign_key="locations.id")
    variant_id: int = Field(foreign_key="variants.id")
    asset_id: int | None = Field(default=None, foreign_key="assets.id")
    checked_out: bool
    #: In millionths of a stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    verdict: Verdict = Field(sa_type=Word(Verdict))
    #: What they said of it besides.
    note: str | None = None
    active: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, default=False))
    #: Of a dispute: the keeper who says that there is nothing to do about it.
    dismissed_by_id: int | None = Field(default=None, foreign_key="members.id")
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcTime)


ATTESTATIONS = Attestation.__table__  # type: ignore[attr-defined]
ATTESTED = AttestedThing.__table__  # type: ignore[attr-defined]


def follow(session: Session, at: Mapping[int, End]) -> None:
    """Asks for the messages to be drawn again that tell of what somebody has, where that has become more or less: between those ends.

    Only `ledger.post()` calls this; it costs nothing where nobody's hands are concerned.
    """
    people = [place for place, end in at.items() if end.kind is LocationKind.PERSON]
    for page in bulk.pages(people):
        asked = select(literal(ATTESTATIONS.name), ATTESTATIONS.c.id)
        asked = asked.where(ATTESTATIONS.c.location_id.in_(page), ATTESTATIONS.c.state == AttestationState.ASKED)
        disputed = select(literal(ATTESTED.name), ATTESTED.c.id).where(ATTESTED.c.location_id.in_(page), _DISPUTED)
        for table, row_id in session.connection().execute(union_all(asked, disputed)).all():
            notices.touch(session, {table: [row_id]})
