"""The forms of a category, and of the approval policy that it, or an item, holds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.views.parts import Block, actions, button, confirm, context, field, modal, option, said, search, select, text_input
from models.catalog import ApprovalRule

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
    """The buttons from a category's form to its approval policy, and Archive last."""
    question = confirm(f"Archive {name}?", f"{name} leaves the catalog. You can undo it.", "Archive")
    archive = button("Archive", "category.archive", {"c": category_id}, style="danger", confirm=question)
    return [approval_button("category", category_id), archive] if may_set_policy else [archive]


def approval_button(kind: str, row_id: int) -> Block:
    """Opens the policy of a category or an item."""
    return button("Approval", "approval.open", {kind: row_id})


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
