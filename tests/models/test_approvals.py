"""What is promised about approvals: when policy asks, who decides, once, and that nothing is done silently."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from models import approvals, asking, checkouts, deciding, stock
from models.approvals import ApprovalRequest, RequestState
from models.catalog import ApprovalRule, Category, Item
from models.checking_in import check_in
from models.checking_out import check_out
from models.deciding import approve, deny, withdraw
from models.members import GRANT_ROWS, Grant, Role, Standing
from models.notices import NOTICES, NoticeKind
from models.quantities import whole
from models.refusals import Conflict, NeedsApproval, NotAllowed, Refusal, Shortage
from models.times import Due
from models.undo import undo
from models.workspace import workspace
from tests.world import World, due

Build = Callable[..., World]

FRIDAY, NEXT_MONDAY = due("2026-11-27 17:00"), due("2026-11-30 17:00")


def item(w: World, name: str) -> Item:
    return w.session.get_one(Item, w.variant(name).item_id)


def asks(w: World, name: str, rule: ApprovalRule = ApprovalRule.ALWAYS, *, value: int | None = None, days: int | None = None) -> World:
    """Sets the item's own rule."""
    policed = item(w, name)
    policed.approval, policed.approval_above_minor, policed.approval_above_days = rule, value, days
    w.session.flush()
    return w


def category(w: World, name: str, rule: ApprovalRule, *, parent: Category | None = None) -> Category:
    made = Category(name=name, name_key=name, approval=rule, parent_id=parent.id if parent else None)
    w.session.add(made)
    w.session.flush()
    return made


def ask(w: World, serial: str = "SN-1", *, by: str = "Ana", to: str | None = None, until: Due | None = FRIDAY) -> ApprovalRequest:
    asked = asking.ask_or_do(
        w.session, w.act(by), "check_out", assets=[w.asset(serial)], holder=w.person(to or by), due=until, purpose="a shoot"
    )
    assert isinstance(asked, ApprovalRequest)
    return asked


def a_request(world: Build) -> tuple[World, ApprovalRequest]:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    w.member("Bo", Role.APPROVER)
    return w, ask(w)


def receivers(w: World, kind: NoticeKind) -> list[str]:
    rows = w.session.execute(NOTICES.select().where(NOTICES.c.kind == kind).order_by(NOTICES.c.id)).all()
    return [row.channel or next(name for name in ("Ana", "Bo", "Cem", "Kim") if w.member(name).id == row.member_id) for row in rows]


def test_the_items_own_rule_wins_over_its_category(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    item(w, "Canon R6").category_id = category(w, "cameras", ApprovalRule.ALWAYS).id
    assert approvals.policy_asks(w.session, item(w, "Canon R6"), value_minor=0, days=0) == "Canon R6 always needs approval."
    asks(w, "Canon R6", ApprovalRule.NEVER)
    assert approvals.policy_asks(w.session, item(w, "Canon R6"), value_minor=0, days=0) is None


def test_a_category_without_a_rule_follows_the_one_above(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    above = category(w, "equipment", ApprovalRule.ALWAYS)
    item(w, "Canon R6").category_id = category(w, "cameras", ApprovalRule.INHERIT, parent=above).id
    assert approvals.policy_asks(w.session, item(w, "Canon R6"), value_minor=0, days=0) is not None


@pytest.mark.parametrize(("value", "needs"), [(100_000, False), (100_001, True)])
def test_above_a_value_means_more_than_it(world: Build, value: int, needs: bool) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6", ApprovalRule.ABOVE, value=100_000)
    assert (approvals.policy_asks(w.session, item(w, "Canon R6"), value_minor=value, days=None) is not None) is needs


@pytest.mark.parametrize(("days", "needs"), [(0, False), (7, False), (8, True), (None, True)])
def test_above_a_number_of_days_means_more_and_open_ended_is_more(world: Build, days: int | None, needs: bool) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6", ApprovalRule.ABOVE, days=7)
    assert (approvals.policy_asks(w.session, item(w, "Canon R6"), value_minor=0, days=days) is not None) is needs


def test_an_assets_own_cost_counts_before_its_variants(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6", ApprovalRule.ABOVE, value=200_000)
    w.variant("Canon R6").cost_minor = 250_000
    w.asset("SN-1").cost_minor = 150_000
    w.lend("SN-1", due=FRIDAY)
    assert checkouts.open_for_asset(w.session, w.asset("SN-1").id) is not None


def test_a_quantity_is_worth_its_unit_cost_times_how_many(world: Build) -> None:
    w = asks(world("200 copper pipe in Warehouse"), "copper pipe", ApprovalRule.ABOVE, value=10_000)
    w.variant("copper pipe").cost_minor = 1_000
    pipe, warehouse = w.variant("copper pipe"), w.location("Warehouse")
    stock.take(w.session, w.act("Ana"), variant=pipe, quantity=whole(10), source=warehouse)
    with pytest.raises(NeedsApproval, match=r"above 100\.00 USD, and this is worth 110\.00 USD"):
        stock.take(w.session, w.act("Ana"), variant=pipe, quantity=whole(11), source=warehouse)


def test_policy_holds_for_keepers_and_approvers_too(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    with pytest.raises(NeedsApproval):
        w.lend("SN-1", to="Kim")


def test_an_extension_is_judged_by_its_days_in_all(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6", ApprovalRule.ABOVE, days=5)
    w.member("Bo", Role.APPROVER)
    w.lend("SN-1", due=FRIDAY)
    asked = asking.ask_or_do(w.session, w.act("Ana"), "extend", assets=[w.asset("SN-1")], due=NEXT_MONDAY)
    assert isinstance(asked, ApprovalRequest)
    assert asked.reason == "Canon R6 needs approval for more than 5 days, and this is 7 days."
    approve(w.session, w.act("Bo"), request_id=asked.id, version=1)
    held = checkouts.open_for_asset(w.session, w.asset("SN-1").id)
    assert held is not None
    assert held.due_at == NEXT_MONDAY.at


def test_what_policy_does_not_mind_is_done_at_once(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    asking.ask_or_do(w.session, w.act("Ana"), "check_out", assets=[w.asset("SN-1")], holder=w.person("Ana"))
    assert checkouts.open_for_asset(w.session, w.asset("SN-1").id) is not None


def test_asking_moves_nothing_and_tells_the_approvers(world: Build) -> None:
    w, request = a_request(world)
    assert (request.state, request.version) == (RequestState.WAITING, 1)
    assert checkouts.open_for_asset(w.session, w.asset("SN-1").id) is None
    assert receivers(w, NoticeKind.REQUEST) == ["Bo", "Kim"]


def test_the_requester_and_the_beneficiary_do_not_hear_of_it_as_approvers(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    w.member("Bo", Role.APPROVER)
    w.member("Cem", Role.APPROVER)
    ask(w, by="Kim", to="Cem")
    assert receivers(w, NoticeKind.REQUEST) == ["Bo"]


def test_where_there_is_a_channel_the_card_goes_there(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    workspace(w.session).channel = "C1"
    ask(w)
    assert receivers(w, NoticeKind.REQUEST) == ["C1"]


def test_what_nobody_else_could_approve_is_not_asked(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    with pytest.raises(NotAllowed, match="There is no other approver for Warehouse"):
        ask(w, by="Kim")


def test_what_would_be_refused_anyway_is_not_asked(world: Build) -> None:
    w = asks(world("2 copper pipe in Van 3"), "copper pipe")
    with pytest.raises(Shortage, match="Van 3 holds 2 copper pipes"):
        asking.ask_or_do(w.session, w.act("Ana"), "take", variant=w.variant("copper pipe"), quantity=whole(3), source=w.location("Van 3"))
    assert approvals.waiting(w.session) == []


def test_an_approved_request_is_done_as_the_requester_and_names_what_allowed_it(world: Build) -> None:
    w, request = a_request(world)
    decided = approve(w.session, w.act("Bo"), request_id=request.id, version=1)
    held = checkouts.open_for_asset(w.session, w.asset("SN-1").id)
    assert held is not None
    assert (held.holder, held.due_at, held.purpose) == ("Ana", FRIDAY.at, "a shoot")
    assert decided.done is not None
    assert decided.done.member_id == w.member("Ana").id
    assert (request.state, request.version, request.entry_id) == (RequestState.APPROVED, 2, decided.done.id)
    assert receivers(w, NoticeKind.DECISION) == ["Ana"]


def test_nobody_approves_their_own_request_whatever_their_roles(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    w.member("Bo", Role.APPROVER)
    request = ask(w, by="Kim")
    with pytest.raises(NotAllowed, match="You asked for this yourself"):
        approve(w.session, w.act("Kim"), request_id=request.id, version=1)


def test_nobody_approves_what_is_for_them(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse"), "Canon R6")
    w.member("Bo", Role.APPROVER)
    w.member("Cem", Role.APPROVER)
    request = ask(w, by="Kim", to="Cem")
    with pytest.raises(NotAllowed, match="This is for you"):
        approve(w.session, w.act("Cem"), request_id=request.id, version=1)


def test_roles_count_at_the_moment_of_the_click(world: Build) -> None:
    w, request = a_request(world)
    w.session.execute(update(Grant).where(GRANT_ROWS.c.member_id == w.member("Bo").id).values(active=False))
    with pytest.raises(NotAllowed):
        approve(w.session, w.act("Bo"), request_id=request.id, version=1)


def test_an_approver_of_elsewhere_does_not_decide(world: Build) -> None:
    w, request = a_request(world)
    w.session.add(Grant(member_id=w.member("Cem").id, role=Role.APPROVER, location_id=w.location("Van 3").id))
    w.session.flush()
    with pytest.raises(NotAllowed):
        approve(w.session, w.act("Cem"), request_id=request.id, version=1)


def test_a_second_click_is_told_who_decided_and_when(world: Build) -> None:
    w, request = a_request(world)
    w.later(hours=1, minutes=2)
    approve(w.session, w.act("Bo"), request_id=request.id, version=1)
    for decide in (approve, lambda *of, **by: deny(*of, **by, reason="no")):
        with pytest.raises(Conflict) as refused:
            decide(w.session, w.act("Kim"), request_id=request.id, version=1)
        assert refused.value.text == "Bo approved this on Mon 23 Nov, 10:02."


def test_a_card_that_is_out_of_date_decides_nothing(world: Build) -> None:
    w, request = a_request(world)
    with pytest.raises(Conflict, match="changed since you looked"):
        approve(w.session, w.act("Bo"), request_id=request.id, version=0)
    assert request.state is RequestState.WAITING


def test_what_has_become_impossible_is_told_and_stays_open(world: Build) -> None:
    w, request = a_request(world)
    check_out(w.session, w.act("Cem", request_id=request.id), assets=[w.asset("SN-1")], holder=w.person("Cem"))
    with pytest.raises(Conflict, match=r"can't be done any more .* Cem has Canon R6 SN-1 .* The request stays open"):
        approve(w.session, w.act("Bo"), request_id=request.id, version=1)
    assert (request.state, request.version) == (RequestState.WAITING, 1)
    check_in(w.session, w.act("Cem"), assets=[w.asset("SN-1")])
    approve(w.session, w.act("Bo"), request_id=request.id, version=1)


def test_a_due_time_that_has_passed_while_it_waited_is_told(world: Build) -> None:
    w, request = a_request(world)
    w.now = FRIDAY.at + timedelta(hours=1)
    with pytest.raises(Conflict, match=r"Fri 27 Nov, 17:00 is past"):
        approve(w.session, w.act("Bo"), request_id=request.id, version=1)


def test_a_requester_who_has_left_gets_nothing(world: Build) -> None:
    w, request = a_request(world)
    w.member("Ana").standing = Standing.DEACTIVATED
    w.session.flush()
    with pytest.raises(Conflict):
        approve(w.session, w.act("Bo"), request_id=request.id, version=1)
    assert w.asset("SN-1").location_id == w.location("Warehouse").id


def test_a_denial_has_a_reason_and_moves_nothing(world: Build) -> None:
    w, request = a_request(world)
    with pytest.raises(Refusal, match="A reason can't be empty"):
        deny(w.session, w.act("Bo"), request_id=request.id, version=1, reason=" ")
    deny(w.session, w.act("Bo"), request_id=request.id, version=1, reason="it is booked")
    assert (request.state, request.note) == (RequestState.DENIED, "it is booked")
    assert checkouts.open_for_asset(w.session, w.asset("SN-1").id) is None
    assert receivers(w, NoticeKind.DECISION) == ["Ana"]


def test_the_requester_withdraws_and_nobody_else(world: Build) -> None:
    w, request = a_request(world)
    with pytest.raises(NotAllowed):
        withdraw(w.session, w.act("Bo"), request_id=request.id)
    withdraw(w.session, w.act("Ana"), request_id=request.id)
    with pytest.raises(Conflict, match="Ana withdrew this"):
        approve(w.session, w.act("Bo"), request_id=request.id, version=2)


def test_undoing_an_ask_withdraws_it(world: Build) -> None:
    w, request = a_request(world)
    asked = w.session.connection().exec_driver_sql("SELECT max(id) FROM entries").scalar_one()
    undo(w.session, w.act("Ana"), entry_id=asked)
    assert request.state is RequestState.WITHDRAWN


def test_undoing_what_was_allowed_keeps_the_decision_and_says_so(world: Build) -> None:
    w, request = a_request(world)
    decided = approve(w.session, w.act("Bo"), request_id=request.id, version=1)
    assert decided.done is not None
    assert not approvals.undone(w.session, request)
    undo(w.session, w.act("Ana"), entry_id=decided.done.id)
    assert request.state is RequestState.APPROVED
    assert approvals.undone(w.session, request)


def test_a_count_that_differs_by_much_waits_for_approval_and_is_booked_as_counted(world: Build) -> None:
    w = world("200 copper pipe in Warehouse")
    w.member("Bo", Role.APPROVER)
    workspace(w.session).count_approval_above_minor = 10_000
    w.variant("copper pipe").cost_minor = 1_000
    asked = asking.ask_or_do(
        w.session, w.act(), "count", variant=w.variant("copper pipe"), quantity=whole(100), location=w.location("Warehouse")
    )
    assert isinstance(asked, ApprovalRequest)
    approve(w.session, w.act("Bo"), request_id=asked.id, version=1)
    assert w.on_hand("copper pipe", "Warehouse") == 100


def test_what_comes_from_several_locations_is_decided_by_an_approver_for_all(world: Build) -> None:
    w = asks(world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3"), "Canon R6")
    w.session.add(Grant(member_id=w.member("Cem").id, role=Role.APPROVER, location_id=w.location("Van 3").id))
    w.session.flush()
    assets = [w.asset("SN-1"), w.asset("SN-2")]
    asked = asking.ask_or_do(w.session, w.act("Ana"), "check_out", assets=assets, holder=w.person("Ana"))
    assert isinstance(asked, ApprovalRequest)
    with pytest.raises(NotAllowed):
        approve(w.session, w.act("Cem"), request_id=asked.id, version=1)
    approve(w.session, w.act("Kim"), request_id=asked.id, version=1)


def test_who_decided_is_said_for_the_reader(world: Build) -> None:
    w, request = a_request(world)
    deny(w.session, w.act("Bo"), request_id=request.id, version=1, reason="no")
    assert deciding.said_decision(w.session, request, time_zone="Europe/Berlin") == "Bo denied this on Mon 23 Nov, 10:00."
