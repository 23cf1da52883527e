"""Orders above a limit wait for approval, stay as they were seen, and are ordered by it."""

import pytest

from models import asking, deciding, ordering, orders, policies
from models.approvals import ApprovalRequest, RequestState
from models.members import Role
from models.orders import Progress, PurchaseOrder
from models.quantities import whole
from models.refusals import Conflict, NotAllowed
from models.undo import undo
from tests.models.test_ordering import sells, stands
from tests.world import World


def limit(w: World, above: int | None, tolerance: int = 10) -> None:
    policies.set_order_rules(w.session, w.act(), above_minor=above, tolerance_percent=tolerance)


def ask(w: World, order: PurchaseOrder) -> ApprovalRequest:
    asked = asking.ask_or_do(w.session, w.act(), "order", order=order)
    assert isinstance(asked, ApprovalRequest)
    return asked


def an_expensive_draft(w: World) -> PurchaseOrder:
    """A draft worth 20.00 USD, where orders above 10.00 need the approval that Bo can give."""
    w.member("Bo", Role.APPROVER)
    sells(w, prices=[(0, 20)])
    limit(w, 1_000)
    return w.drafts("100 M8 bolt")


# Approval


def test_an_order_below_the_limit_is_ordered_at_once(a_world: World) -> None:
    w = a_world
    sells(w, prices=[(0, 20)])
    limit(w, 2_000)
    draft = w.drafts("100 M8 bolt")
    assert not isinstance(asking.ask_or_do(w.session, w.act(), "order", order=draft), ApprovalRequest)
    assert stands(w, draft) is Progress.ORDERED


def test_an_order_above_the_limit_waits_and_approval_orders_it(a_world: World) -> None:
    w = a_world
    draft = an_expensive_draft(w)
    asked = ask(w, draft)
    assert asked.reason == "Orders above 10.00 USD need approval, and PO-1001 is worth 20.00 USD."
    assert stands(w, draft) is Progress.WAITING
    with pytest.raises(NotAllowed, match="You asked for this yourself"):
        deciding.approve(w.session, w.act(), request_id=asked.id, version=asked.version)
    deciding.approve(w.session, w.act("Bo"), request_id=asked.id, version=asked.version)
    assert stands(w, draft) is Progress.ORDERED


def test_what_has_no_price_in_our_currency_is_not_waved_through(a_world: World) -> None:
    w = a_world
    w.member("Bo", Role.APPROVER)
    limit(w, 1_000)
    assert ask(w, w.drafts("1 M8 bolt")).reason.endswith("M8 bolt has no price in USD on PO-1001.")
    sells(w, "toner", by="Lumen", prices=[(0, 20)], currency="EUR")
    assert ask(w, w.drafts("1 toner", supplier="Lumen")).reason.endswith("toner has no price in USD on PO-1002.")


def test_an_order_that_waits_stays_as_it_was_seen(a_world: World) -> None:
    w = a_world
    draft = an_expensive_draft(w)
    w.later(minutes=1)
    _, put = ordering.add(w.session, w.act(), variant=w.variant("M8 nut"), quantity=whole(5), supplier=w.supplier())
    ask(w, draft)
    line = orders.line(w.session, orders.lines_of(w.session, draft.id)[0].id)
    for change in (
        lambda: ordering.change_line(w.session, w.act(), line=line, quantity=whole(9)),
        lambda: ordering.edit(w.session, w.act(), order=draft, place=w.location("Warehouse")),
        lambda: ordering.cancel(w.session, w.act(), order=draft),
        lambda: ordering.order(w.session, w.act(), order=draft),
        lambda: undo(w.session, w.act(), entry_id=put.id),
    ):
        with pytest.raises(Conflict, match="PO-1001 waits for approval"):
            change()
    assert w.drafts("1 M8 bolt").id != draft.id


def test_a_denied_or_withdrawn_order_is_a_draft_again(a_world: World) -> None:
    w = a_world
    draft = an_expensive_draft(w)
    asked = ask(w, draft)
    deciding.deny(w.session, w.act("Bo"), request_id=asked.id, version=asked.version, reason="too dear")
    assert stands(w, draft) is Progress.DRAFT
    again = ask(w, draft)
    deciding.withdraw(w.session, w.act(), request_id=again.id)
    assert (stands(w, draft), again.state) == (Progress.DRAFT, RequestState.WITHDRAWN)


def test_an_approved_order_that_is_undone_is_a_draft_and_asks_again(a_world: World) -> None:
    w = a_world
    draft = an_expensive_draft(w)
    asked = ask(w, draft)
    decided = deciding.approve(w.session, w.act("Bo"), request_id=asked.id, version=asked.version)
    assert decided.done is not None
    undo(w.session, w.act(), entry_id=decided.done.id)
    assert stands(w, draft) is Progress.DRAFT
    ask(w, draft)
