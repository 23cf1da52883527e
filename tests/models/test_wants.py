"""Wants: anybody asks, keepers answer once, and whoever asked hears of it."""

import pytest

from models import ordering, orders, wants
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from models.wants import Want, WantState
from models.workspace import workspace
from tests.world import World


def ana_wants(w: World, wanted: str = "left-handed scissors") -> Want:
    return wants.ask(w.session, w.act("Ana"), wanted=wanted)[0]


def notices(w: World, kind: NoticeKind) -> list[str]:
    rows = w.session.execute(NOTICES.select().where(NOTICES.c.kind == kind).order_by(NOTICES.c.id)).all()
    return [row.channel or next(name for name in ("Ana", "Ben", "Kim") if w.member(name).id == row.member_id) for row in rows]


def test_anybody_asks_and_the_keepers_hear_of_it(a_world: World) -> None:
    w = a_world
    assert ana_wants(w).state is WantState.OPEN
    assert notices(w, NoticeKind.WANT) == ["Kim"]
    workspace(w.session).channel = "CSTORES"
    ana_wants(w, "a stapler")
    assert notices(w, NoticeKind.WANT) == ["Kim", "CSTORES"]


def test_asked_at_a_place_its_channel_hears_of_it(a_world: World) -> None:
    w = a_world
    w.location("Van 3").channel = "CVAN"
    wants.ask(w.session, w.act("Ana"), wanted="a stapler", location=w.location("Van 3"))
    assert notices(w, NoticeKind.WANT) == ["CVAN"]


def test_it_goes_on_an_order_in_one_entry_that_can_be_undone(a_world: World) -> None:
    w = a_world
    want = ana_wants(w)
    order, posted = wants.put_on_order(
        w.session, w.act(), want=want, variant=w.variant("scissors"), quantity=whole(2), supplier=w.supplier()
    )
    assert (want.state, want.order_id, notices(w, NoticeKind.ANSWERED)) == (WantState.ORDERED, order.id, ["Ana"])
    assert [one.name for one in orders.lines_of(w.session, order.id)] == ["scissors"]
    undo(w.session, w.act(), entry_id=posted.id)
    assert (want.state, want.order_id, orders.lines_of(w.session, order.id)) == (WantState.OPEN, None, [])


def test_a_no_comes_with_its_reason(a_world: World) -> None:
    w = a_world
    want = ana_wants(w)
    with pytest.raises(Refusal, match="can't be empty"):
        wants.decline(w.session, w.act(), want=want, reason=" ")
    declined = wants.decline(w.session, w.act(), want=want, reason="we have some in the drawer")
    assert (want.state, want.reason, notices(w, NoticeKind.ANSWERED)) == (WantState.DECLINED, "we have some in the drawer", ["Ana"])
    undo(w.session, w.act(), entry_id=declined.id)
    assert (want.state, want.reason) == (WantState.OPEN, None)


def test_it_is_answered_once(a_world: World) -> None:
    w = a_world
    w.member("Ben", Role.KEEPER)
    want = ana_wants(w)
    wants.decline(w.session, w.act("Ben"), want=want, reason="no")
    with pytest.raises(Conflict, match=r"Ben declined this on Mon 23 Nov, 09:00\."):
        wants.decline(w.session, w.act(), want=want, reason="no")
    with pytest.raises(Conflict, match="Ben declined this"):
        wants.put_on_order(w.session, w.act(), want=want, variant=w.variant("scissors"), quantity=whole(2), supplier=w.supplier())


def test_who_asked_can_take_it_back(a_world: World) -> None:
    w = a_world
    want, posted = wants.ask(w.session, w.act("Ana"), wanted="a stapler")
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    with pytest.raises(Conflict, match="Ana does not want this any more"):
        wants.decline(w.session, w.act(), want=want, reason="no")


def test_answering_is_for_keepers_and_a_want_says_something(a_world: World) -> None:
    w = a_world
    want = ana_wants(w)
    with pytest.raises(NotAllowed, match="you need the role keeper"):
        wants.decline(w.session, w.act("Ana"), want=want, reason="no")
    with pytest.raises(Refusal, match="can't be empty"):
        ana_wants(w, "  ")
    with pytest.raises(Refusal, match="at most 300 characters"):
        ana_wants(w, "x" * 301)


def test_an_order_that_a_want_went_on_keeps_it_once_it_is_ordered(a_world: World) -> None:
    w = a_world
    want = ana_wants(w)
    order, posted = wants.put_on_order(
        w.session, w.act(), want=want, variant=w.variant("scissors"), quantity=whole(2), supplier=w.supplier()
    )
    ordering.order(w.session, w.act(), order=order)
    with pytest.raises(Conflict, match="PO-1001 is ordered by now"):
        undo(w.session, w.act(), entry_id=posted.id)
