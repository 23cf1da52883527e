"""Wants: what whoever asks is answered, the card that keepers decide on, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming
from handlers.views.order_forms import NO_SUCH_SUPPLIER
from handlers.views.orders import Put
from handlers.views.parts import Block, actions, button, context, field, modal, said, search, section, text_input
from models.ledger import Posted
from models.wants import WantState
from models.wording import counted


class Wanted(NamedTuple):
    """A want in people's words."""

    id: int
    wanted: str
    requester: str
    state: WantState
    decider: str | None
    decided_at: datetime | None
    reason: str | None
    order: str | None


def asked(posted: Posted, wanted: str) -> Reply:
    """Whoever asked is told that the keepers know."""
    return answers.changed(f"Asked the keepers for “{said(wanted)}”.", "You get a message when one of them has answered.", entry=posted)


def card(want: Wanted, *, zone: str) -> Reply:
    """The card of a want: buttons while it is open, then who answered, and how."""
    head = f"{said(want.requester)} asks for “{said(want.wanted)}”"
    if want.state is WantState.VOID:
        return _line(f":leftwards_arrow_with_hook: {head}, and has taken it back.")
    if want.state is not WantState.OPEN:
        when = f", {naming.anywhere(want.decided_at, zone)}" if want.decided_at else ""
        sign, ended = _ended(want)
        return Reply(f"{head}. {ended}", [section(f"{sign} {head}."), context(f"{ended.rstrip('.')}{when}.")])
    value = {"w": want.id}
    buttons = [
        button("Add to an order", f"want.order:{want.id}", value, style="primary"),
        button("Decline", f"want.decline:{want.id}", value, style="danger"),
    ]
    text = f"{naming.WAITING} {head}. It is not stocked."
    return Reply(text, [section(text), actions(*buttons)])


def _ended(want: Wanted) -> tuple[str, str]:
    who = said(want.decider or "Somebody")
    if want.state is WantState.DECLINED:
        return ":no_entry:", f"{who} declined: “{said(want.reason or '')}”"
    return naming.WELL, f"{who} put it on {want.order or 'an order'}."


def answer(want: Wanted, *, sent: bool) -> Reply | None:
    """Whoever asked is told what became of it."""
    if want.state in {WantState.OPEN, WantState.VOID}:
        return _line(f"{naming.WAITING} “{said(want.wanted)}” is looked at once more.") if sent else None
    sign, ended = _ended(want)
    text = f"{sign} You asked for “{said(want.wanted)}”. {ended}"
    return Reply(text, [section(text)])


def order_form(want: Wanted, *, carried: Any) -> Block:
    """What is ordered for a want: an item that there is, or a new one, which is counted in pieces and used up."""
    return modal(
        "want.order",
        "Add to an order",
        [
            section(f"{said(want.requester)} asks for “{said(want.wanted)}”."),
            field("item", "Item", search("variant.suggest", placeholder="Type a name, SKU or barcode"), optional=True),
            field(
                "name",
                "Or a new item called",
                text_input("want.name", initial=want.wanted.removeprefix("a ").removeprefix("an "), most=120),
                optional=True,
                hint="Where no item is chosen: counted in pieces, used up. Edit it afterwards.",
            ),
            field("supplier", "Supplier", search("supplier.suggest", placeholder="Type a supplier"), hint=NO_SUCH_SUPPLIER),
            field("quantity", "How many", text_input("want.quantity", initial="1", most=20)),
        ],
        submit="Put on the draft",
        carried=carried,
    )


def decline_form(want: Wanted, *, carried: Any) -> Block:
    """Asks why, because a no without a reason helps nobody."""
    return modal(
        "want.decline",
        "Decline",
        [
            section(f"{said(want.requester)} asks for “{said(want.wanted)}”."),
            field("reason", "Why not?", text_input("want.reason", multiline=True), hint=f"{want.requester} gets to read it."),
        ],
        submit="Decline",
        carried=carried,
    )


def put_on_order(posted: Posted, put: Put, order: str, supplier: str, requester: str, *, ways_on: Sequence[Block]) -> Reply:
    """A want was put on an order."""
    what = said(counted(put.quantity, put.name, put.unit))
    undo = button("Undo", answers.UNDO, {"entry": posted.id})
    remains = f"It is not ordered yet. {said(requester)} is told."
    return answers.changed(f"Put {what} on {order} for {said(supplier)}.", remains, extra=[*ways_on, undo])


def declined(posted: Posted, want: Wanted) -> Reply:
    """A want was declined."""
    return answers.changed(f"Declined “{said(want.wanted)}”.", f"{said(want.requester)} is told why.", entry=posted)


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
