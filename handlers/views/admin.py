"""The forms that admins have on Home."""

from handlers.views.parts import Block, field, modal, option, plain, search, select, text_input
from models.members import Role

_DOES = {
    Role.KEEPER: "Receives, moves, counts, lends to others",
    Role.APPROVER: "Decides requests",
    Role.ADMIN: "Grants roles, sets policies",
}


def grant_form(*, key: str) -> Block:
    """Who gets which role, and where."""
    whom: Block = {"type": "users_select", "action_id": "member", "placeholder": plain("Choose a member")}
    which = select("role", [option(role.capitalize(), role, description=does) for role, does in _DOES.items()], chosen=Role.KEEPER)
    return modal(
        "role.grant",
        "Grant a role",
        [
            field("member", "Who", whom),
            field("role", "Role", which),
            field("location", "Where", search("location.suggest"), hint="Leave it empty for everywhere.", optional=True),
        ],
        submit="Grant",
        carried={"k": key},
    )


def count_form(limit: str | None, *, currency: str, key: str) -> Block:
    """From which value on a count's difference needs approval."""
    above = text_input("above", initial=limit, placeholder="250.00")
    hint = "A count that differs by more than this waits for an approver. Leave it empty for never."
    return modal(
        "policy.count",
        "Count policy",
        [field("above", f"Above, in {currency}", above, hint=hint, optional=True)],
        submit="Set",
        carried={"k": key},
    )
