"""Approval requests, and the policy that wants one: what somebody asks leave for, and when they have to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, select, text
from sqlmodel import Field, Session, SQLModel

from models import catalog
from models.assets import ASSETS
from models.caches import Line
from models.catalog import ApprovalRule, Category, Item
from models.columns import Word, among
from models.entries import ENTRIES
from models.ledger import Act
from models.quantities import ONE, said_money
from models.refusals import NeedsApproval
from models.times import Due, UtcTime, local_day
from models.workspace import workspace


class RequestState(StrEnum):
    """How an approval request stands."""

    VOID = "void"
    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


class ApprovalRequest(SQLModel, table=True):
    """An act that policy wants somebody else's yes for: the verb and its arguments, as they were asked."""

    __tablename__ = "approval_requests"
    __table_args__ = (
        CheckConstraint(among("state", RequestState), name="request_state_is_known"),
        Index("request_waiting", "state", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("request_by_requester", "requester_id", "state"),
    )

    id: int = Field(default=None, primary_key=True)
    state: RequestState = Field(default=RequestState.VOID, sa_type=Word(RequestState))
    #: Grows with every change; a decision names the version that it looked at.
    version: int = 0
    verb: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    #: Why policy asks, as a sentence.
    reason: str
    requester_id: int = Field(foreign_key="members.id")
    #: Who gets it, where that is not the requester.
    beneficiary_id: int | None = Field(default=None, foreign_key="members.id")
    #: Where it leaves: approvers there may decide.
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    asked_at: datetime = Field(sa_type=UtcTime)
    decided_by_id: int | None = Field(default=None, foreign_key="members.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    #: What the decider said.
    note: str | None = None
    #: What was done because it was approved.
    entry_id: int | None = Field(default=None, foreign_key="entries.id")


REQUESTS = ApprovalRequest.__table__  # type: ignore[attr-defined]


def get(session: Session, request_id: int) -> ApprovalRequest:
    """The approval request with that id, which is known to exist."""
    request = session.get(ApprovalRequest, request_id)
    if request is None:
        raise LookupError(f"no approval request {request_id}")
    return request


def waiting(session: Session) -> list[ApprovalRequest]:
    """What waits for a decision, the oldest first."""
    query = select(ApprovalRequest).where(REQUESTS.c.state == RequestState.WAITING)
    return list(session.scalars(query.order_by(REQUESTS.c.asked_at, REQUESTS.c.id)))


def of_requester(session: Session, member_id: int, *, most: int) -> list[ApprovalRequest]:
    """What a member has asked for, the newest first."""
    query = select(ApprovalRequest).where(REQUESTS.c.requester_id == member_id, REQUESTS.c.state != RequestState.VOID)
    return list(session.scalars(query.order_by(REQUESTS.c.id.desc()).limit(most)))


def open_of_requester(session: Session, member_id: int) -> list[ApprovalRequest]:
    """What a member has asked for and nobody has decided yet."""
    query = select(ApprovalRequest).where(REQUESTS.c.requester_id == member_id, REQUESTS.c.state == RequestState.WAITING)
    return list(session.scalars(query))


def undone(session: Session, request: ApprovalRequest) -> bool:
    """Whether what the request allowed has been undone since. The decision stands all the same: it was one."""
    query = select(ENTRIES.c.id).where(ENTRIES.c.reverses_id == request.entry_id)
    return request.entry_id is not None and session.connection().execute(query).first() is not None


def days_out(out_at: datetime, due: Due | None) -> int | None:
    """For how many days something is lent, by the calendar of the place that it is due in; None when it is open-ended."""
    return None if due is None else (due.local.date() - local_day(out_at, due.zone)).days


def require_leave(session: Session, act: Act, lines: Sequence[Line], *, days: int | None) -> None:
    """Refuses as NeedsApproval what policy wants somebody else's yes for, unless an approval request allows the act.

    `days` says for how long it is out: 0 for what is used up, None for what is open-ended.
    """
    if act.request_id is None and (reason := asks(session, lines, days=days)) is not None:
        raise NeedsApproval(reason)


def asks(session: Session, lines: Sequence[Line], *, days: int | None) -> str | None:
    """Why those lines, for so many days, need somebody's yes; None where they need none. What is of one item counts together."""
    of_item: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        of_item[catalog.variant(session, line.variant_id).item_id].append(line)
    for item_id, taken in of_item.items():
        reason = policy_asks(session, catalog.item(session, item_id), value_minor=value(session, taken), days=days)
        if reason is not None:
            return reason
    return None


def policy_asks(session: Session, item: Item, *, value_minor: int, days: int | None) -> str | None:
    """Why that much of an item, for so many days (None: open-ended), needs approval; None when it doesn't.

    The nearest rule counts: the item's own, else its category's, else that of the one above. `value_minor` is in the workspace's currency.
    """
    rule = nearest_rule(session, item)
    if rule is None or rule.approval is ApprovalRule.NEVER:
        return None
    if rule.approval is ApprovalRule.ALWAYS:
        return f"{item.name} always needs approval."
    if rule.approval_above_minor is not None and value_minor > rule.approval_above_minor:
        currency = workspace(session).currency
        limit, worth = said_money(rule.approval_above_minor, currency), said_money(value_minor, currency)
        return f"{item.name} needs approval above {limit}, and this is worth {worth}."
    if rule.approval_above_days is not None and (days is None or days > rule.approval_above_days):
        asked = "open-ended" if days is None else f"{days} days"
        return f"{item.name} needs approval for more than {_days(rule.approval_above_days)}, and this is {asked}."
    return None


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def nearest_rule(session: Session, item: Item) -> Item | Category | None:
    """Who says when the item needs approval: itself, its category, or one above; None when nobody says anything."""
    if item.approval is not ApprovalRule.INHERIT:
        return item
    above = item.category_id
    while above is not None:
        category = session.get_one(Category, above)
        if category.approval is not ApprovalRule.INHERIT:
            return category
        above = category.parent_id
    return None


def value(session: Session, lines: Sequence[Line]) -> int:
    """What the lines are worth, in minor units of the workspace's currency: an asset's own cost first, else the variant's.

    What has no cost, or one in another currency, counts as nothing: currencies are never added up.
    """
    currency = workspace(session).currency
    ids = [line.asset_id for line in lines if line.asset_id is not None]
    own = {row.id: row for row in session.execute(select(ASSETS.c.id, ASSETS.c.cost_minor, ASSETS.c.currency).where(ASSETS.c.id.in_(ids)))}
    worth = 0
    for line in lines:
        asset = own.get(line.asset_id)
        priced = asset if asset is not None and asset.cost_minor is not None else catalog.variant(session, line.variant_id)
        if priced.cost_minor is not None and priced.currency in (None, currency):
            worth += line.quantity * priced.cost_minor
    return worth // ONE
