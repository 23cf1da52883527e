"""The one Slack workspace that this ledger belongs to, and what holds for all of it."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, Session, SQLModel

from models.times import UtcTime

THE_ONE = 1


class Workspace(SQLModel, table=True):
    """One row: one database is one ledger is one Slack workspace (or one Enterprise Grid organisation)."""

    __tablename__ = "workspace"

    id: int = Field(default=THE_ONE, primary_key=True)
    #: Slack's ids of the team and the organisation, stored at the first run; another workspace's token is refused.
    team_id: str | None = None
    enterprise_id: str | None = None
    #: Where reminders and approval cards go unless a location names its own; empty: to approvers and keepers directly.
    channel: str | None = None
    #: Where the ledger's head is written once a day; empty: nowhere.
    ledger_channel: str | None = None
    time_zone: str = "UTC"
    currency: str = "USD"
    #: A count whose difference is worth more than this (minor units of `currency`) needs approval; empty: never.
    count_approval_above_minor: int | None = Field(default=None, sa_type=BigInteger)
    #: An order worth more than this (minor units of `currency`) needs approval; empty: never.
    order_approval_above_minor: int | None = Field(default=None, sa_type=BigInteger)
    #: By how many percent more than ordered may come in before somebody has to say that it is right.
    order_tolerance_percent: int = 10
    #: With which chance, in percent, a suggested reorder point lets stock last until the delivery.
    service_level: int = 95
    #: Every how many days members are asked whether what they have is still right; empty: only when a keeper asks.
    attest_days: int | None = 90
    #: When it is looked at next who is to be asked.
    attest_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When the ledger's head is written next.
    anchor_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: When the reminders look again at what is to be replaced.
    review_at: datetime | None = Field(default=None, sa_type=UtcTime)


WORKSPACE = Workspace.__table__  # type: ignore[attr-defined]


def workspace(session: Session) -> Workspace:
    """The one row; every database is born with it."""
    found = session.get(Workspace, THE_ONE)
    if found is None:
        raise LookupError("the workspace row is missing")
    return found
