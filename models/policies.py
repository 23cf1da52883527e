"""Setting policies: what needs approval, and what holds for the whole workspace. For admins; when a rule asks is in approvals.py."""

from typing import Any, TypedDict, Unpack

from sqlmodel import Session

from models import ledger, lending_terms, naming
from models.catalog import ApprovalRule, Category, Item
from models.changes import changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.members import Permission, require
from models.refusals import Refusal
from models.workspace import workspace

#: Below the half a safety stock would be negative, and certainty has no price.
LEAST_SERVICE, MOST_SERVICE = 50, 99
#: Nobody is asked more often than every two weeks whether what they have is right, or more seldom than every two years.
LEAST_ATTEST, MOST_ATTEST = 14, 730
#: The widest tolerance of what comes in.
MOST_PERCENT = 100
#: The longest that things stay free between two bookings, and that one waits for its pick-up: two weeks.
MOST_MINUTES = 14 * 24 * 60


class Defaults(TypedDict, total=False):
    """What holds unless a location says otherwise; the currency is that of every new cost."""

    channel: str | None
    ledger_channel: str | None
    time_zone: str
    currency: str


def set_approval(
    session: Session,
    act: Act,
    *,
    target: Item | Category,
    rule: ApprovalRule,
    above_minor: int | None = None,
    above_days: int | None = None,
) -> Posted:
    """Says when taking or checking out an item, or what is in a category, needs approval.

    With the rule "above": above a value (minor units of the workspace's currency), a number of days, or either of both.
    """
    require(act.by, Permission.POLICIES)
    if rule is not ApprovalRule.ABOVE:
        above_minor = above_days = None
    elif above_minor is None and above_days is None:
        raise Refusal("Say above which value, or above how many days.", field="above")
    if min(above_minor or 0, above_days or 0) < 0:
        raise Refusal("A limit is zero or more.", field="above")
    change = changed(target, approval=rule, approval_above_minor=above_minor, approval_above_days=above_days)
    if not change.after:
        raise Refusal(f"That is the rule for {target.name} already.", field="rule")
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change])


def set_booking_rules(session: Session, act: Act, *, category: Category, buffer_minutes: int | None, no_show_minutes: int | None) -> Posted:
    """Says how many minutes things of a category stay free after each booking and checkout, and how many one waits for its pick-up.

    None: as the category above says.
    """
    require(act.by, Permission.POLICIES)
    for field, minutes in (("buffer", buffer_minutes), ("no_show", no_show_minutes)):
        if not 0 <= (minutes or 0) <= MOST_MINUTES:
            raise Refusal(f"That is between 0 and {MOST_MINUTES:,} minutes, which are two weeks.", field=field)
    change = changed(category, buffer_minutes=buffer_minutes, no_show_minutes=no_show_minutes)
    if not change.after:
        raise Refusal(f"Those are the rules for {category.name} already.", field="buffer")
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change])


def set_terms(session: Session, act: Act, *, category: Category, text: str | None) -> Posted:
    """Says what is to be accepted by whoever is handed something of a category; each text is a new version.

    None: as the category above says. An empty text: nothing, whatever that says. What is out stays under the version it went out under.
    """
    require(act.by, Permission.POLICIES)
    if text is not None:
        text = lending_terms.words(text)
    holds = lending_terms.holding(session, category)
    if text == (holds.text if holds is not None else None):
        raise Refusal(f"Those are the terms of {category.name} already.", field="text")
    terms_id = None
    if text is not None:
        terms_id = lending_terms.next_version(session, category=category, text=text, by_id=act.by.id, at=act.now).id
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[changed(category, terms_id=terms_id)])


def set_count_limit(session: Session, act: Act, *, above_minor: int | None) -> Posted:
    """Says from which value on the difference of a count needs approval (minor units of the workspace's currency); None: never."""
    require(act.by, Permission.POLICIES)
    if above_minor is not None and above_minor < 0:
        raise Refusal("A limit is zero or more.", field="above")
    change = changed(workspace(session), count_approval_above_minor=above_minor)
    if not change.after:
        raise Refusal("That is the limit for counts already.", field="above")
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change])


def set_service_level(session: Session, act: Act, *, percent: int) -> Posted:
    """Says with which chance stock should last until the delivery, where a reorder point is suggested."""
    require(act.by, Permission.POLICIES)
    if not LEAST_SERVICE <= percent <= MOST_SERVICE:
        raise Refusal(f"A service level is from {LEAST_SERVICE} to {MOST_SERVICE} percent.", field="percent")
    change = changed(workspace(session), service_level=percent)
    if not change.after:
        raise Refusal("That is the service level already.", field="percent")
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change])


def set_attestation(session: Session, act: Act, *, days: int | None) -> Posted:
    """Says every how many days members are asked whether what they have is still right; None: only when a keeper asks."""
    require(act.by, Permission.POLICIES)
    if days is not None and not LEAST_ATTEST <= days <= MOST_ATTEST:
        raise Refusal(f"That is from {LEAST_ATTEST} to {MOST_ATTEST} days.", field="days")
    change = changed(workspace(session), attest_days=days)
    if not change.after:
        raise Refusal("That is the rule already.", field="days")
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change])


def set_order_rules(session: Session, act: Act, *, above_minor: int | None, tolerance_percent: int) -> Posted:
    """Says from which value on an order needs approval (minor units of the workspace's currency; None: never), and by how many percent more
    than ordered may come in without anybody confirming it."""
    require(act.by, Permission.POLICIES)
    if above_minor is not None and above_minor < 0:
        raise Refusal("A limit is zero or more.", field="above")
    if not 0 <= tolerance_percent <= MOST_PERCENT:
        raise Refusal(f"A tolerance is between 0 and {MOST_PERCENT} %.", field="tolerance")
    change = changed(workspace(session), order_approval_above_minor=above_minor, order_tolerance_percent=tolerance_percent)
    if not change.after:
        raise Refusal("Those are the rules for orders already.", field="above")
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change])


def set_defaults(session: Session, act: Act, **said: Unpack[Defaults]) -> Posted | None:
    """Sets the workspace's channels, time zone or currency; those that are not said stay. None where nothing is another than before."""
    require(act.by, Permission.POLICIES)
    naming.require_zone(said.get("time_zone"))
    if (currency := said.get("currency")) is not None:
        naming.require_currency(currency)
    fields: dict[str, Any] = dict(said)
    change = changed(workspace(session), **fields)
    return ledger.post(session, act, EntryKind.SET_POLICY, changed=[change]) if change.after else None
