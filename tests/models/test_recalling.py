"""What a recall promises: nothing of the lot goes out, whoever has some is asked once, and it ends when all have answered or one signs."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from models import lot_register, outbox, policies, recall_reads, recalling, stock
from models.catalog import ItemKind
from models.checking_out import check_out
from models.checkouts import open_of
from models.custody import move_assets
from models.entries import EntryKind
from models.ledger import Posted
from models.lots import LotStatus
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.quantities import ONE, whole
from models.recalling import Gap, Rest
from models.recalls import Recall, RecallState
from models.refusals import Conflict, NotAllowed, Refusal
from models.roles import grant
from models.tracing import Node
from models.undo import undo
from tests.models.test_tracing import build, build_robot
from tests.world import World

Build = Callable[..., World]


@pytest.fixture
def dairy(world: Build) -> World:
    """12 milks of L-1: 5 in Warehouse, 3 with Ana, 2 on Site North, 1 used, 1 with Riverside; and cheese C-1 made of one more."""
    w = world()
    w.in_lots("milk", "cheese")
    w.receive(13, "milk", "L-1", source="Dairy")
    w.receive(9, "milk", "L-2")
    w.member("Ana")
    for quantity, to in ((3, w.person("Ana")), (2, w.location("Site North")), (1, None), (1, w.customer("Riverside"))):
        take(w, quantity, "L-1", to=to)
    build(w, {"L-1": 1}, "C-1", 2, item="cheese")
    return w


def take(w: World, quantity: int, lot: str, *, to: object = None, item: str = "milk") -> Posted:
    said = {"variant": w.variant(item), "quantity": whole(quantity), "source": w.location("Warehouse"), "lot": w.lot(lot)}
    return stock.take(w.session, w.act(), target=to, **said)  # type: ignore[arg-type]


def recall(w: World, lot: str = "L-1", *, by: str | None = None) -> Recall:
    return recalling.recall(w.session, w.act(by), w.lot(lot), reason="Glass splinters")[0]


def answer(w: World, made: Recall, place: str, found: int, rest: Rest | None = None, *, lot: str = "L-1", by: str | None = None) -> Posted:
    node, there = Node(lot_id=w.lot(lot).id), w.location(place)
    said = {"recall_id": made.id, "location_id": there.id, "node": node, "found": whole(found), "rest": rest}
    return recalling.answer(w.session, w.act(by), **said)[0]  # type: ignore[arg-type]


def waiting(w: World, made: Recall) -> list[tuple[str, str, int]]:
    """Who has not answered: where, which lot, how many."""
    asked = [q.holding for q in recall_reads.questions(w.session, made) if q.open]
    return [(held.location, held.code, held.quantity // ONE) for held in asked]


def told(w: World, kind: NoticeKind) -> list[str]:
    rows = w.session.execute(NOTICES.select().where(NOTICES.c.kind == kind).order_by(NOTICES.c.id)).all()
    return [f"{row.channel or row.member_id}" for row in rows]


def test_a_recall_keeps_back_the_lot_and_everything_made_of_it_in_one_entry(dairy: World) -> None:
    _, posted = recalling.recall(dairy.session, dairy.act(), dairy.lot("L-1"), reason="Glass splinters")
    assert {change.table for change in posted.changes} == {"recalls", "lots"}
    assert [dairy.lot(code).status for code in ("L-1", "C-1", "L-2")] == [LotStatus.RECALLED, LotStatus.RECALLED, LotStatus.OK]
    for lot, item in (("L-1", "milk"), ("C-1", "cheese")):
        with pytest.raises(Conflict, match="is recalled, and is not given out"):
            take(dairy, 1, lot, item=item)


def test_everybody_who_should_have_some_is_asked_and_customers_are_named(dairy: World) -> None:
    made = recall(dairy)
    assert waiting(dairy, made) == [("Ana", "L-1", 3), ("Site North", "L-1", 2), ("Warehouse", "C-1", 2), ("Warehouse", "L-1", 5)]
    assert [(held.location, held.quantity // ONE) for held in recall_reads.customers(dairy.session, made)] == [("Riverside", 1)]


def test_a_person_is_asked_directly_and_a_place_in_its_keepers_channel(dairy: World) -> None:
    dairy.location("Warehouse").channel = "CSTORES"
    dairy.session.flush()
    recall(dairy)
    kim, ana = dairy.member("Kim").id, dairy.member("Ana").id
    assert told(dairy, NoticeKind.ASKED_BACK) == [str(ana), str(kim), "CSTORES"]
    assert told(dairy, NoticeKind.RECALL) == [str(kim)]


def test_what_was_found_stays_and_what_was_used_or_lost_leaves(dairy: World) -> None:
    made = recall(dairy)
    answer(dairy, made, "Warehouse", 5)
    answer(dairy, made, "Warehouse", 0, Rest.USED, lot="C-1")
    answer(dairy, made, "Ana", 1, Rest.LOST, by="Ana")
    assert waiting(dairy, made) == [("Site North", "L-1", 2)]
    assert (dairy.left("L-1", "Warehouse"), dairy.left("L-1", "Ana"), dairy.left("L-1", "lost"), dairy.left("C-1", "used")) == (5, 1, 2, 2)


@pytest.mark.parametrize(
    ("found", "rest", "message"), [(4, None, "Ana should have 3 milks; you said 4"), (2, None, "what became of the rest")]
)
def test_an_answer_must_add_up(dairy: World, found: int, rest: Rest | None, message: str) -> None:
    made = recall(dairy)
    with pytest.raises(Refusal, match=message):
        answer(dairy, made, "Ana", found, rest, by="Ana")


def test_each_is_answered_once_by_whom_it_is_for(dairy: World) -> None:
    made = recall(dairy)
    dairy.member("Ben")
    with pytest.raises(NotAllowed, match="Only Ana, or a keeper of everywhere, can answer this"):
        answer(dairy, made, "Ana", 3, by="Ben")
    with pytest.raises(NotAllowed, match="Only a keeper of Site North"):
        answer(dairy, made, "Site North", 2, by="Ben")
    answer(dairy, made, "Ana", 3, by="Ana")
    with pytest.raises(Conflict, match=r"Ana answered this already, on .*: 3 found\."):
        answer(dairy, made, "Ana", 3)


def test_an_undone_answer_asks_again(dairy: World) -> None:
    made = recall(dairy)
    posted = answer(dairy, made, "Ana", 1, Rest.USED, by="Ana")
    undo(dairy.session, dairy.act("Ana"), entry_id=posted.id)
    assert ("Ana", "L-1", 3) in waiting(dairy, made)
    answer(dairy, made, "Ana", 3, by="Ana")
    assert ("Ana", "L-1", 3) not in waiting(dairy, made)


def test_what_is_brought_back_is_asked_about_where_it_lies_then(dairy: World) -> None:
    made = recall(dairy)
    answer(dairy, made, "Warehouse", 5)
    back = {"source": dairy.person("Ana"), "target": dairy.location("Warehouse"), "lot": dairy.lot("L-1")}
    stock.move(dairy.session, dairy.act(), variant=dairy.variant("milk"), quantity=whole(3), **back)  # type: ignore[arg-type]
    assert waiting(dairy, made) == [("Site North", "L-1", 2), ("Warehouse", "C-1", 2), ("Warehouse", "L-1", 8)]
    answer(dairy, made, "Warehouse", 8)
    assert ("Warehouse", "L-1", 8) not in waiting(dairy, made)


def test_a_holder_who_comes_by_some_later_is_asked_at_the_next_tick(dairy: World) -> None:
    recall(dairy)
    before = len(told(dairy, NoticeKind.ASKED_BACK))
    cage = dairy.location("Cage")
    cage.channel = "CCAGE"
    move = {"source": dairy.location("Warehouse"), "target": cage, "lot": dairy.lot("L-1")}
    stock.move(dairy.session, dairy.act(), variant=dairy.variant("milk"), quantity=whole(1), **move)  # type: ignore[arg-type]
    recalling.review(dairy.session, dairy.now)
    recalling.review(dairy.session, dairy.now)
    assert told(dairy, NoticeKind.ASKED_BACK)[before:] == ["CCAGE"]


def test_whoever_is_to_be_asked_from_now_on_is_asked_at_the_next_tick(dairy: World) -> None:
    recall(dairy)
    recalling.review(dairy.session, dairy.now)
    before = len(told(dairy, NoticeKind.ASKED_BACK))
    bea = dairy.member("Bea")
    grant(dairy.session, dairy.act(), member=bea, role=Role.KEEPER)
    recalling.review(dairy.session, dairy.now)
    assert told(dairy, NoticeKind.ASKED_BACK)[before:] == [str(bea.id)]
    policies.set_defaults(dairy.session, dairy.act(), channel="CALL")
    recalling.review(dairy.session, dairy.now)
    assert told(dairy, NoticeKind.ASKED_BACK)[before:] == [str(bea.id), "CALL"]


def test_a_recall_closes_when_all_have_answered_or_an_approver_signs_the_gap(dairy: World) -> None:
    made = recall(dairy)
    with pytest.raises(Gap, match="4 have not answered yet"):
        recalling.close(dairy.session, dairy.act(), recall_id=made.id)
    posted = recalling.close(dairy.session, dairy.act(), recall_id=made.id, note="The site is flooded")
    assert (made.state, made.note) == (RecallState.CLOSED, "The site is flooded")
    with pytest.raises(Conflict, match="Kim closed this recall already"):
        recalling.close(dairy.session, dairy.act(), recall_id=made.id)
    with pytest.raises(Conflict, match="This recall is closed"):
        answer(dairy, made, "Ana", 3)
    undo(dairy.session, dairy.act(), entry_id=posted.id)
    for place, found, lot in (("Ana", 3, "L-1"), ("Site North", 2, "L-1"), ("Warehouse", 5, "L-1"), ("Warehouse", 2, "C-1")):
        answer(dairy, made, place, found, lot=lot)
    recalling.close(dairy.session, dairy.act(), recall_id=made.id)
    assert made.note is None


def test_lots_are_released_one_by_one_when_their_recall_is_closed(dairy: World) -> None:
    made = recall(dairy)
    with pytest.raises(Conflict, match="The recall of lot C-1 is open"):
        lot_register.release(dairy.session, dairy.act(), dairy.lot("C-1"))
    recalling.close(dairy.session, dairy.act(), recall_id=made.id, note="False alarm")
    lot_register.release(dairy.session, dairy.act(), dairy.lot("C-1"), note="Tested")
    assert [dairy.lot(code).status for code in ("L-1", "C-1")] == [LotStatus.RECALLED, LotStatus.OK]
    dairy.member("Ana", Role.KEEPER)
    with pytest.raises(NotAllowed):
        lot_register.release(dairy.session, dairy.act("Ana"), dairy.lot("L-1"))


def test_a_lot_is_recalled_once_whichever_way(dairy: World) -> None:
    recall(dairy)
    with pytest.raises(Conflict, match="Lot L-1 has been recalled since"):
        recall(dairy)
    with pytest.raises(Conflict, match="Lot C-1 has been recalled with lot L-1 since"):
        recall(dairy, "C-1")


def test_a_recall_of_a_part_is_widened_by_one_of_what_it_was_made_of(dairy: World) -> None:
    recall(dairy, "C-1")
    made = recall(dairy, "L-1")
    assert ("Warehouse", "C-1", 2) in waiting(dairy, made)


def test_recalling_is_for_approvers_of_everywhere_that_holds_some(dairy: World) -> None:
    dairy.member("Bo")
    grant(dairy.session, dairy.act(), member=dairy.member("Bo"), role=Role.APPROVER, location=dairy.location("Warehouse"))
    with pytest.raises(NotAllowed):
        recall(dairy, by="Ana")
    with pytest.raises(NotAllowed, match="Ana holds some of it"):
        recall(dairy, by="Bo")
    assert recall(dairy, "L-2", by="Bo").state is RecallState.OPEN


def test_so_is_taking_it_back_and_releasing_what_it_held_back(dairy: World) -> None:
    grant(dairy.session, dairy.act(), member=dairy.member("Bo"), role=Role.APPROVER, location=dairy.location("Warehouse"))
    made, posted = recalling.recall(dairy.session, dairy.act(), dairy.lot("L-1"))
    with pytest.raises(NotAllowed, match="Ana holds some of it"):
        undo(dairy.session, dairy.act("Bo"), entry_id=posted.id)
    closed = recalling.close(dairy.session, dairy.act(), recall_id=made.id, note="False alarm")
    with pytest.raises(NotAllowed, match="Ana holds some of it"):
        undo(dairy.session, dairy.act("Bo"), entry_id=closed.id)
    with pytest.raises(NotAllowed, match="Ana holds some of it"):
        lot_register.release(dairy.session, dairy.act("Bo"), dairy.lot("L-1"))
    assert lot_register.release(dairy.session, dairy.act("Bo"), dairy.lot("C-1")).kind is EntryKind.RELEASED_LOT


def test_a_recall_is_taken_back_only_by_an_approver_and_while_nobody_has_answered(dairy: World) -> None:
    made, posted = recalling.recall(dairy.session, dairy.act(), dairy.lot("L-1"))
    dairy.member("Ben", Role.KEEPER)
    with pytest.raises(NotAllowed):
        undo(dairy.session, dairy.act("Ben"), entry_id=posted.id)
    given = answer(dairy, made, "Ana", 3, by="Ana")
    with pytest.raises(Conflict, match="Ana has answered this recall"):
        undo(dairy.session, dairy.act(), entry_id=posted.id)
    undo(dairy.session, dairy.act("Ana"), entry_id=given.id)
    undo(dairy.session, dairy.act(), entry_id=posted.id)
    assert (made.state, dairy.lot("C-1").status) == (RecallState.VOID, LotStatus.OK)


def test_what_a_borrower_used_or_lost_they_owe_no_more(world: Build) -> None:
    w = world()
    mask = w.variant("mask", ItemKind.RETURNABLE)
    w.in_lots("mask")
    w.receive(4, "mask", "M-1")
    check_out(w.session, w.act("Ana"), variant=mask, quantity=whole(3), source=w.location("Warehouse"), holder=w.person("Ana"))
    made = recall(w, "M-1")
    answer(w, made, "Ana", 1, Rest.LOST, lot="M-1", by="Ana")
    assert [held.quantity // ONE for held in open_of(w.session, w.person("Ana").id)] == [1]


def test_what_is_kept_for_somebody_is_found_or_gone_all_the_same(dairy: World) -> None:
    dairy.reserve("14 milk in Warehouse", job="job 7")
    made = recall(dairy)
    answer(dairy, made, "Warehouse", 1, Rest.USED)
    assert dairy.left("L-1", "Warehouse") == 1


def test_messages_are_drawn_again_when_something_has_changed_and_not_before(dairy: World) -> None:
    made = recall(dairy)
    for leased in outbox.lease(dairy.session, dairy.now):
        outbox.sent(dairy.session, leased, channel="C1", ts="1.1")
    recalling.review(dairy.session, dairy.now)
    for leased in outbox.lease(dairy.session, dairy.now):
        outbox.sent(dairy.session, leased, channel="C1", ts="1.1")
    recalling.review(dairy.session, dairy.now)
    assert not outbox.anything_owed(dairy.session, dairy.now)
    answer(dairy, made, "Ana", 3, by="Ana")
    assert outbox.anything_owed(dairy.session, dairy.now)


def test_an_asset_made_of_a_recalled_lot_is_not_given_out_until_that_is_released(dairy: World) -> None:
    w = dairy
    robot, made = build_robot(w, "L-1"), recall(w)
    for give_out in (lambda: w.lend("SN-1"), lambda: move_assets(w.session, w.act(), assets=[robot], target=w.location("Site North"))):
        with pytest.raises(Conflict, match="SN-1 was made of lot L-1, which is recalled, and is not given out"):
            give_out()
    move_assets(w.session, w.act(), assets=[robot], target=w.location("Van 3"))
    recalling.close(w.session, w.act(), recall_id=made.id, note="All burnt")
    lot_register.release(w.session, w.act(), w.lot("L-1"))
    w.lend("SN-1")


def test_it_is_traced_again_only_where_something_happened_that_matters_to_it(dairy: World) -> None:
    recall(dairy)
    recalling.review(dairy.session, dairy.now)
    dairy.has("5 bolt in Warehouse")
    recalling.review(dairy.session, dairy.now)
    dairy.session.flush()
    looked = list[Any]()
    event.listen(dairy.session.connection(), "before_execute", lambda *args: looked.append(args[1]))
    recalling.review(dairy.session, dairy.now)
    assert len(looked) == 2  # which are open, and whether anything has happened
