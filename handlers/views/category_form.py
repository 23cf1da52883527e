"""The forms of a category, of the approval policy that it, or an item, holds, and of what it says of bookings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from handlers.views.parts import Block, actions, button, confirm, context, field, modal, option, said, search, select, text_input
from models.bookings import NO_SHOW
from models.catalog import ApprovalRule, Category
from models.wording import many

_RULES = {
    ApprovalRule.INHERIT: "As the category above says",
    ApprovalRule.NEVER: "Never",
    ApprovalRule.ALWAYS: "Always",
    ApprovalRule.ABOVE: "Above a value or a number of days",
}


def form(name: str | None, *, parent: tuple[str, str] | None, more: Sequence[Block], carried: Any) -> Block:
    """The form of a category, new or there already; `more` are the buttons to what else can be done with it."""
    callback, title, submit = ("category.edit", "Edit category", "Save") if more else ("category.add", "New category", "Add")
    element = search("category.suggest", chosen=option(*parent) if parent else None, placeholder="Type a category")
    blocks = [
        *([actions(*more)] if more else []),
        field("name", "Name", text_input("category.name", initial=name, most=120, placeholder="Power tools")),
        field("parent", "Part of", element, optional=True),
    ]
    return modal(callback, title, blocks, submit=submit, carried=carried)


def ways_on(category_id: int, name: str, *, may_set_policy: bool) -> list[Block]:
    """The buttons from a category's form to its policies, and Archive last."""
    question = confirm(f"Archive {name}?", f"{name} leaves the catalog. You can undo it.", "Archive")
    archive = button("Archive", "category.archive", {"c": category_id}, style="danger", confirm=question)
    rules = button("Bookings", "bookings.rules", {"category": category_id})
    terms = button("Terms", "lending.open", {"category": category_id})
    return [approval_button("category", category_id), rules, terms, archive] if may_set_policy else [archive]


def approval_button(kind: str, row_id: int) -> Block:
    """Opens the policy of a category or an item."""
    return button("Approval", "approval.open", {kind: row_id})


def booking_rules(name: str, buffer: int | None, no_show: int | None, *, carried: Any) -> Block:
    """What stays free between bookings, and how long one waits for its pick-up."""
    minutes = [str(one) if one is not None else None for one in (buffer, no_show)]
    usual = f"Empty: as the category above says, else {NO_SHOW // timedelta(minutes=1)}."
    blocks = [
        context(f"How are bookings of {said(name)} kept apart?"),
        field(
            "buffer",
            "Minutes that stay free after each",
            text_input("bookings.buffer", initial=minutes[0], most=5, placeholder="30"),
            optional=True,
            hint="To charge and clean it. Empty: as the category above says, else none.",
        ),
        field(
            "no_show",
            "Minutes that one waits for its pick-up",
            text_input("bookings.no_show", initial=minutes[1], most=5, placeholder="120"),
            optional=True,
            hint=usual,
        ),
    ]
    return modal("bookings.rules", "Bookings", blocks, submit="Save", carried=carried)


def rules_said(category: Category) -> str:
    """What a category says of bookings: "30 minutes stay free after each, and one waits 60 minutes for its pick-up"."""
    buffer, no_show = category.buffer_minutes, category.no_show_minutes
    free = "what stays free after each is as above" if buffer is None else f"{_minutes(buffer)} free after each"
    waits = "how long one waits is as above" if no_show is None else f"one waits {_minutes(no_show)} for its pick-up"
    return f"{free}, and {waits}"


def _minutes(count: int) -> str:
    return many(count, "minute")


class Policy(NamedTuple):
    """An approval rule as it is filled in."""

    rule: ApprovalRule
    above: str | None
    days: str | None


def approval(name: str, policy: Policy, *, currency: str, carried: Any) -> Block:
    """When taking or checking out needs somebody's yes."""
    rules = [option(label, rule) for rule, label in _RULES.items()]
    blocks = [
        context(f"When does taking or checking out {said(name)} need approval?"),
        field("rule", "Needs approval", select("approval.rule", rules, chosen=policy.rule)),
        field("above", f"Above a value, in {currency}", text_input("approval.above", initial=policy.above, most=20), optional=True),
        field(
            "days",
            "For more than so many days",
            text_input("approval.days", initial=policy.days, most=5),
            optional=True,
            hint="What is open-ended is longer than any number of days.",
        ),
    ]
    return modal("approval.set", "Approval", blocks, submit="Save", carried=carried)
