"""The forms that add and change categories, and set the approval policy of a category or an item."""

from typing import Any

from sqlmodel import Session

from handlers import seen
from handlers.forms import Form, told_under
from handlers.item_card import rule_said
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import category_form as views
from handlers.views import registered
from handlers.views.parts import said
from models import archiving, catalog, editing, finding, policies, register
from models.catalog import ApprovalRule, Category, Item
from models.members import Permission
from models.quantities import minor_units, said_money
from models.refusals import Refusal
from models.workspace import workspace


class CategoryForm(Form):
    """A category as it was filled in."""

    name: str
    parent: str | None = None


class ApprovalForm(Form):
    """An approval rule as it was filled in."""

    rule: ApprovalRule
    above: str | None = None
    days: str | None = None


class BookingRulesForm(Form):
    """What is said of bookings, as it was filled in."""

    buffer: str | None = None
    no_show: str | None = None


@sentence(
    "/stock",
    says="new category [{name}]",
    needs=Permission.CATALOG,
    does="opens the form for a new category, which can say what needs approval",
    examples=("new category", "new category Power tools"),
)
def new_category(request: Request, session: Session, *, name: str | None = None) -> Reply:  # noqa: ARG001
    """Opens the form of a new category."""
    return Reply("A new category.", form=views.form(name, parent=None, more=[], carried={"k": request.act.token()}))


@form("category.add", needs=Permission.CATALOG, fields=CategoryForm)
def add_category(request: Request, session: Session, *, fields: CategoryForm) -> Reply:
    """A new category."""
    category = register.add_category(session, request.act, name=fields.name, parent=_parent(session, fields))
    ways_on = [views.approval_button("category", category.id)] if request.act.by.may(Permission.POLICIES) else []
    what = f"Added the category {said(category.name)}."
    return registered.done(what, f"Approval: {rule_said(session, category)}.", entry_id=seen.last_entry(session, category), ways_on=ways_on)


def open_category(request: Request, session: Session, category: Category) -> Reply:
    """Opens the form that changes a category."""
    above = session.get_one(Category, category.parent_id) if category.parent_id else None
    more = views.ways_on(category.id, category.name, may_set_policy=request.act.by.may(Permission.POLICIES))
    parent = (above.name, above.name) if above else None
    shown = views.form(category.name, parent=parent, more=more, carried=seen.carried(request, session, category))
    return Reply(f"Edit {category.name}.", form=shown)


@form("category.edit", needs=Permission.CATALOG, fields=CategoryForm)
def edit_category(request: Request, session: Session, *, fields: CategoryForm) -> Reply:
    """Renames a category, or hangs it elsewhere."""
    category = session.get_one(Category, request.carried["id"])
    seen.require_unchanged(request, session, category)
    posted = editing.edit_category(session, request.act, category, name=fields.name, parent=_parent(session, fields))
    return registered.done(f"Saved {said(category.name)}.", entry_id=posted.id)


@button("category.archive", needs=Permission.CATALOG)
def press_archive(request: Request, session: Session, *, value: Any) -> Reply:
    """Archives a category from its form."""
    category = session.get_one(Category, value["c"])
    posted = archiving.archive_category(session, request.act, category)
    return registered.done(f"Archived {said(category.name)}.", entry_id=posted.id)


@button("approval.open", needs=Permission.POLICIES)
def open_approval(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the approval policy of a category or an item."""
    target = _target(session, value)
    currency = workspace(session).currency
    above = said_money(target.approval_above_minor, currency).split(" ")[0] if target.approval_above_minor is not None else None
    days = str(target.approval_above_days) if target.approval_above_days is not None else None
    carried = {**value, **seen.carried(request, session, target)}
    policy = views.Policy(target.approval, above, days)
    return Reply(f"Approval of {target.name}.", form=views.approval(target.name, policy, currency=currency, carried=carried))


@form("approval.set", needs=Permission.POLICIES, fields=ApprovalForm)
def set_approval(request: Request, session: Session, *, fields: ApprovalForm) -> Reply:
    """Sets when something needs approval."""
    target = _target(session, request.carried)
    seen.require_unchanged(request, session, target)
    with told_under({"cost": "above"}):
        posted = policies.set_approval(
            session,
            request.act,
            target=target,
            rule=fields.rule,
            above_minor=minor_units(fields.above, workspace(session).currency) if fields.above else None,
            above_days=_days(fields.days),
        )
    return registered.done(f"{said(target.name)} needs approval: {rule_said(session, target)}.", entry_id=posted.id)


@button("bookings.rules", needs=Permission.POLICIES)
def open_booking_rules(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens what a category says of bookings."""
    category = session.get_one(Category, value["category"])
    carried = {**value, **seen.carried(request, session, category)}
    rules = (category.buffer_minutes, category.no_show_minutes)
    return Reply(f"Bookings of {category.name}.", form=views.booking_rules(category.name, *rules, carried=carried))


@form("bookings.rules", needs=Permission.POLICIES, fields=BookingRulesForm)
def set_booking_rules(request: Request, session: Session, *, fields: BookingRulesForm) -> Reply:
    """Sets what stays free between bookings of a category, and how long one waits for its pick-up."""
    category = session.get_one(Category, request.carried["id"])
    seen.require_unchanged(request, session, category)
    minutes = {"buffer_minutes": _minutes(fields.buffer, "buffer"), "no_show_minutes": _minutes(fields.no_show, "no_show")}
    posted = policies.set_booking_rules(session, request.act, category=category, **minutes)
    return registered.done(f"Bookings of {said(category.name)}: {views.rules_said(category)}.", entry_id=posted.id)


def _minutes(text: str | None, field: str) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Refusal(f"I can't read {text} as a number of minutes. Write it like 30.", field=field)
    return int(text)


def _target(session: Session, value: Any) -> Item | Category:
    return catalog.item(session, value["item"]) if "item" in value else session.get_one(Category, value["category"])


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Refusal(f"I can't read {text} as a number of days. Write it like 7.", field="days")
    return int(text)


def _parent(session: Session, fields: CategoryForm) -> Category | None:
    return finding.category(session, fields.parent, field="parent") if fields.parent else None
