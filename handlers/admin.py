"""Roles and policies: the forms and buttons that admins have on Home."""

from typing import Any

from sqlmodel import Session

from handlers.forms import Form
from handlers.routes import Reply, Request, button, form
from handlers.views import admin as views
from handlers.views import answers
from handlers.views.parts import said
from models import finding, locations, members, policies, roles
from models.members import Permission, Role
from models.quantities import minor_units, said_money
from models.refusals import Refusal
from models.workspace import workspace


class GrantForm(Form):
    """Who gets which role, and where; without a location, everywhere."""

    member: str
    role: Role
    location: str | None = None


class OrdersForm(Form):
    """From which value on an order needs approval (empty: never), and by how many percent more than ordered may come in unasked."""

    above: str | None = None
    tolerance: int


class CountForm(Form):
    """From which value on a count's difference needs approval; empty: never."""

    above: str | None = None


class ServiceForm(Form):
    """With which chance, in percent, stock should last until the delivery."""

    percent: int


@button("role.grant", needs=Permission.ROLES)
def open_grant(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Opens the form that grants a role."""
    return Reply("", form=views.grant_form(key=request.act.token()))


@form("role.grant", needs=Permission.ROLES, fields=GrantForm)
def grant(request: Request, session: Session, *, fields: GrantForm) -> Reply:
    """Gives somebody a role."""
    found = members.actor_by_slack_id(session, fields.member)
    if found is None:
        raise Refusal("I have not met them yet. They only need to open my Home once.", field="member")
    where = finding.location(session, fields.location, request.act.by) if fields.location else None
    roles.grant(session, request.act, member=members.get(session, found.id), role=fields.role, location=where)
    place = f"at {said(where.name)}" if where else "everywhere"
    return answers.changed(f"{said(found.name)} is {fields.role} {place} now.", "Revoke it on Home at any time.")


@button("role.revoke", needs=Permission.ROLES)
def revoke(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Takes a role back."""
    member = members.get(session, value["member"])
    where = locations.get(session, value["location"]) if value["location"] else None
    roles.revoke(session, request.act, member=member, role=Role(value["role"]), location=where)
    place = f"at {said(where.name)}" if where else "everywhere"
    return answers.changed(f"{said(member.name)} is no longer {value['role']} {place}.")


@button("policy.count", needs=Permission.POLICIES)
def open_count(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Opens the form for the policy on counts."""
    ours = workspace(session)
    limit = ours.count_approval_above_minor
    shown = said_money(limit, ours.currency).removesuffix(f" {ours.currency}") if limit is not None else None
    return Reply("", form=views.count_form(shown, currency=ours.currency, key=request.act.token()))


@form("policy.count", needs=Permission.POLICIES, fields=CountForm)
def set_count(request: Request, session: Session, *, fields: CountForm) -> Reply:
    """Sets from which value on a count's difference needs approval."""
    currency = workspace(session).currency
    limit = minor_units(fields.above, currency, field="above") if fields.above else None
    posted = policies.set_count_limit(session, request.act, above_minor=limit)
    if limit is None:
        return answers.changed("No count needs approval now.", entry=posted)
    return answers.changed(f"A count that differs by more than {said_money(limit, currency)} needs approval now.", entry=posted)


@button("policy.service", needs=Permission.POLICIES)
def open_service(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Opens the form for the service level of reorder advice."""
    return Reply("", form=views.service_form(workspace(session).service_level, key=request.act.token()))


@form("policy.service", needs=Permission.POLICIES, fields=ServiceForm)
def set_service(request: Request, session: Session, *, fields: ServiceForm) -> Reply:
    """Sets with which chance a suggested reorder point lets stock last until the delivery."""
    posted = policies.set_service_level(session, request.act, percent=fields.percent)
    return answers.changed(views.service_said(fields.percent), "`/stock advise` lists what that changes.", entry=posted)


class AttestationForm(Form):
    """Every how many days members are asked whether what they have is right; empty: only when a keeper asks."""

    days: int | None = None


@button("policy.attest", needs=Permission.POLICIES)
def open_attestation(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Opens the form for the policy on attestations."""
    return Reply("", form=views.attestation_form(workspace(session).attest_days, key=request.act.token()))


@form("policy.attest", needs=Permission.POLICIES, fields=AttestationForm)
def set_attestation(request: Request, session: Session, *, fields: AttestationForm) -> Reply:
    """Sets how often members are asked whether what they have is right."""
    posted = policies.set_attestation(session, request.act, days=fields.days)
    return answers.changed(views.attestation_said(fields.days), "`/checkout attest` asks at once.", entry=posted)


@button("policy.order", needs=Permission.POLICIES)
def open_orders(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Opens the form for the policy on orders."""
    ours = workspace(session)
    limit = ours.order_approval_above_minor
    shown = said_money(limit, ours.currency).removesuffix(f" {ours.currency}") if limit is not None else None
    form = views.order_form(shown, ours.order_tolerance_percent, currency=ours.currency, key=request.act.token())
    return Reply("", form=form)


@form("policy.order", needs=Permission.POLICIES, fields=OrdersForm)
def set_orders(request: Request, session: Session, *, fields: OrdersForm) -> Reply:
    """Sets from which value on an order needs approval, and how much more than ordered may come in unasked."""
    currency = workspace(session).currency
    limit = minor_units(fields.above, currency, field="above") if fields.above else None
    posted = policies.set_order_rules(session, request.act, above_minor=limit, tolerance_percent=fields.tolerance)
    asks = (
        f"An order worth more than {said_money(limit, currency)} needs approval now." if limit is not None else "No order needs approval."
    )
    return answers.changed(asks, f"More than {fields.tolerance} % above what was ordered is asked about.", entry=posted)
