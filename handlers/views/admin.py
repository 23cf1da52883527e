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


def order_form(limit: str | None, tolerance: int, *, currency: str, key: str) -> Block:
    """From which value on an order needs approval, and how much more than ordered may come in unasked."""
    above = text_input("above", initial=limit, placeholder="2,500.00")
    waits = "Dearer orders wait for an approver. Leave it empty for never."
    percent = text_input("tolerance", initial=str(tolerance), most=3)
    return modal(
        "policy.order",
        "Order policy",
        [
            field("above", f"Above, in {currency}", above, hint=waits, optional=True),
            field("tolerance", "Tolerance, in percent", percent, hint="More than that above what was ordered is asked about at receipt."),
        ],
        submit="Set",
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


#: How often of a hundred deliveries stock lasts, and what that costs.
_SERVICE = {
    90: "Runs out more often, ties up less",
    95: "The usual choice",
    98: "Where work would stop",
    99: "Seldom runs out, ties up most",
}


def service_form(percent: int, *, key: str) -> Block:
    """With which chance stock should last until the delivery."""
    offered = sorted({percent, *_SERVICE})
    chances = [option(f"{one} %", str(one), description=_SERVICE.get(one)) for one in offered]
    hint = "A suggested reorder point is so high that stock lasts until the delivery this often."
    return modal(
        "policy.service",
        "Service level",
        [field("percent", "Of a hundred deliveries", select("percent", chances, chosen=str(percent)), hint=hint)],
        submit="Set",
        carried={"k": key},
    )


def attestation_form(days: int | None, *, key: str) -> Block:
    """Every how many days members are asked whether what they have is right."""
    every = text_input("days", initial=str(days) if days else None, most=3, placeholder="90")
    hint = "Who has had something for so long is asked whether what they hold is right. Leave it empty for never by itself."
    return modal(
        "policy.attest",
        "Attestation",
        [field("days", "Every so many days", every, hint=hint, optional=True)],
        submit="Set",
        carried={"k": key},
    )


def attestation_said(days: int | None) -> str:
    """How often members are asked whether what they have is right."""
    return (
        f"Members are asked every {days:,} days whether what they hold is right."
        if days
        else "Members are asked what they hold only by keepers."
    )


def service_said(percent: int) -> str:
    """What the service level means."""
    return f"Suggested reorder points let stock last until the delivery {percent} times of 100."
