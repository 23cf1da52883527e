"""Leavers and sweeps: what somebody has is settled thing by thing, what was promised to them is free, and nothing reaches them any more."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models import (
    booked,
    booking,
    checkouts,
    custody,
    hand_overs,
    handing_over,
    history,
    locations,
    members,
    people,
    possessions,
    reserving,
    settling,
    stock,
    sweep_reads,
    sweeping,
    waiting,
    waiting_for,
)
from models.booked import Which
from models.checking_in import check_in
from models.checking_out import check_out
from models.custody import move_assets
from models.entries import EntryKind
from models.hand_overs import HandOverState
from models.ledger import Act
from models.locations import Location
from models.members import SCHEDULE, Role, Standing, actor
from models.notices import NOTICES, NoticeKind, NoticeState
from models.people import Profile
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.sweep_reads import Line
from models.sweeps import Sweep, SweepState
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


@pytest.fixture
def w(world: Build) -> World:
    """Ana has a camera until Friday, three hats, ten bolts, and a camera that was brought to her."""
    built = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "20 returnable hat in Warehouse", "90 bolt in Warehouse")
    built.hands_out("SN-1", to="Ana", until="2026-11-27T17:00")
    built.hands_out("3 hat", to="Ana")
    built.take(10, "bolt", "Warehouse", to=built.person("Ana"))
    move_assets(built.session, built.act(), assets=[built.asset("SN-2")], target=built.person("Ana"))
    return built


def slack_says(w: World, name: str, standing: Standing) -> None:
    member = w.member(name)
    assert member.slack_user_id is not None
    profile = Profile(member.slack_user_id, name, None, "UTC", standing)
    people.meet(w.session, Act(actor(w.session, SCHEDULE), w.now, lambda: "token"), profile=profile)


def leaves(w: World, name: str = "Ana") -> Sweep | None:
    slack_says(w, name, Standing.DEACTIVATED)
    return sweep_reads.open_of(w.session, w.person(name).id)


def sweep(w: World, place: Location, by: str | None = None) -> Sweep:
    return sweeping.sweep(w.session, w.act(by), place)[0]


def line(w: World, made: Sweep, what: str) -> Line:
    return next(one for one in sweep_reads.lines(w.session, made) if what in (one.serial, one.what))


def settled(w: World, made: Sweep) -> list[str]:
    return [one.serial or one.what for one in sweep_reads.lines(w.session, made) if one.settled]


def thing(w: World, made: Sweep, what: str) -> possessions.Possession:
    return sweeping.to_settle(w.session, line(w, made, what).id)


def owed(w: World, kind: NoticeKind) -> int:
    return len(w.session.execute(select(NOTICES.c.id).where(NOTICES.c.kind == kind, NOTICES.c.wanted > NOTICES.c.shown)).all())


def test_a_leaver_s_things_are_listed_each_with_its_home(w: World) -> None:
    made = leaves(w)
    assert made is not None
    told = [(one.serial or one.what, one.quantity, one.left.home if one.left else "") for one in sweep_reads.lines(w.session, made)]
    assert told == [("SN-1", whole(1), "Warehouse"), ("SN-2", whole(1), None), ("bolt", whole(10), None), ("hat", whole(3), "Warehouse")]
    assert (made.because_left, owed(w, NoticeKind.SWEEP), owed(w, NoticeKind.SWEEP_PAGE)) == (True, 1, 1)


def test_hearing_of_a_leaver_again_is_no_second_sweep(w: World) -> None:
    assert leaves(w) == leaves(w)
    assert owed(w, NoticeKind.SWEEP) == 1


def test_who_has_nothing_leaves_without_an_entry(w: World) -> None:
    w.member("Cy")
    assert leaves(w, "Cy") is None
    assert history.of_entries(w.session, []) == []


def test_nothing_is_lent_promised_or_brought_to_who_has_left(w: World) -> None:
    check_in(w.session, w.act(), assets=[w.asset("SN-1")])
    leaves(w)
    ana, camera = w.person("Ana"), [w.asset("SN-1")]
    start, end = due("2026-12-01 09:00").at, due("2026-12-02 09:00").at
    w.hands_out("SN-1", to="Bo")
    for attempt in (
        lambda: handing_over.give(w.session, w.act("Bo"), assets=camera, holder=ana),
        lambda: booking.book(w.session, w.act(), chosen=camera, holder=ana, start=start, end=end, zone="UTC"),
        lambda: waiting.queue(w.session, w.act(), variant=w.variant("Canon R6"), asset=camera[0], holder=ana),
        lambda: check_out(w.session, w.act(), variant=w.variant("hat"), quantity=whole(1), source=w.location("Warehouse"), holder=ana),
        lambda: w.take(1, "bolt", "Warehouse", to=ana),
        lambda: stock.move(w.session, w.act(), variant=w.variant("bolt"), quantity=whole(1), source=w.location("Warehouse"), target=ana),
        lambda: move_assets(w.session, w.act(), assets=camera, target=ana),
    ):
        with pytest.raises(Refusal, match="Ana has left: their account is deactivated"):
            attempt()


def test_what_was_promised_to_a_leaver_is_free_again(w: World) -> None:
    w.has("Canon R6 SN-3 in Warehouse", "Canon R6 SN-4 in Warehouse")
    start, end = due("2026-12-01 09:00").at, due("2026-12-02 09:00").at
    booking.book(w.session, w.act(), chosen=[w.asset("SN-3")], holder=w.person("Bo"), start=start, end=end, zone="UTC")
    waiting.queue(w.session, w.act("Bo"), variant=w.variant("Canon R6"), asset=w.asset("SN-1"), holder=w.person("Bo"))
    offer = handing_over.give(w.session, w.act("Ana"), assets=[w.asset("SN-1")], holder=w.person("Bo"))
    made = leaves(w, "Bo")
    assert made is not None
    assert sweep_reads.released(w.session, made.id) == {"bookings": 1, "waits": 1, "hand_overs": 1}
    assert booked.those(w.session, Which(asset_id=w.asset("SN-3").id), most=5) == []
    assert waiting_for.how_many(w.session, w.variant("Canon R6").id, w.asset("SN-1").id) == 0
    assert [one.state for one in hand_overs.of_entry(w.session, offer.id)] == [HandOverState.VOID]
    with pytest.raises(Conflict, match=r"so the offer of Canon R6 SN-1 is over\. It is with Ana now"):
        handing_over.hand_over(w.session, w.act(), entry_id=offer.id)
    assert (owed(w, NoticeKind.HAND_OVER), owed(w, NoticeKind.FREED)) == (1, 1)
    reserving.reserve(
        w.session, w.act(), variant=w.variant("bolt"), quantity=whole(1), location=w.location("Warehouse"), purpose="job"
    )  # the rest goes on


def test_collected_goes_home_and_its_checkout_ends(w: World) -> None:
    made = leaves(w)
    assert made is not None
    settling.collect(w.session, w.act(), thing(w, made, "SN-1"))
    settling.collect(w.session, w.act(), thing(w, made, "hat"))
    assert settled(w, made) == ["SN-1", "hat"]
    assert (custody.holder(w.session, w.asset("SN-1")).location, w.on_hand("hat", "Warehouse")) == ("Warehouse", 20)
    assert checkouts.open_of(w.session, w.person("Ana").id) == []


def test_what_has_no_home_is_put_where_somebody_says(w: World) -> None:
    made = leaves(w)
    assert made is not None
    with pytest.raises(Refusal, match="bolt was not checked out of a store"):
        settling.collect(w.session, w.act(), thing(w, made, "bolt"))
    for what in ("bolt", "SN-2", "hat"):
        with pytest.raises(Refusal, match="Things come back to a warehouse"):
            settling.collect(w.session, w.act(), thing(w, made, what), target=w.person("Bo"))
        settling.collect(w.session, w.act(), thing(w, made, what), target=w.location("Van 3"))
    assert (w.on_hand("bolt", "Van 3"), w.on_hand("hat", "Van 3"), settled(w, made)) == (10, 3, ["SN-2", "bolt", "hat"])


def test_reassigned_goes_with_what_was_promised(w: World) -> None:
    made = leaves(w)
    assert made is not None
    for what in ("SN-1", "SN-2", "hat", "bolt"):
        settling.reassign(w.session, w.act(), thing(w, made, what), receiver=w.person("Bo"))
    held = {one.serial or one.what: one for one in checkouts.open_of(w.session, w.person("Bo").id)}
    assert (held["SN-1"].due_at, held["SN-1"].source, held["hat"].quantity) == (due("2026-11-27 17:00").at, "Warehouse", whole(3))
    assert set(held) == {"SN-1", "hat"}
    assert len(possessions.of(w.session, w.person("Bo"))) == len(settled(w, made)) == 4
    with pytest.raises(Conflict, match=r"Ana has none of it any more\. Kim settled it"):
        thing(w, made, "SN-1")


def test_written_off_is_lost_and_owed_by_nobody(w: World) -> None:
    made = leaves(w)
    assert made is not None
    for what in ("SN-1", "hat", "bolt"):
        posted = settling.write_off(w.session, w.act(), thing(w, made, what), reason="cannot be reached")
        assert (posted.kind, posted.note) == (EntryKind.LOST, "cannot be reached")
    assert (w.on_hand("hat", "Warehouse"), checkouts.open_of(w.session, w.person("Ana").id)) == (17, [])
    assert settled(w, made) == ["SN-1", "bolt", "hat"]


def hats(w: World, name: str) -> list[tuple[int, str]]:
    held = [one for one in checkouts.open_of(w.session, w.person(name).id) if one.what == "hat"]
    return [(one.quantity, f"{one.due_at:%d %b}" if one.due_at else "") for one in held]


def test_some_of_what_is_kept_by_number_is_handed_over_by_a_keeper_with_what_was_promised(w: World) -> None:
    w.hands_out("2 hat", to="Ana", until="2026-11-27T17:00")
    some = {"variant": w.variant("hat"), "quantity": whole(3), "holder": w.person("Bo"), "giver": w.person("Ana")}
    posted = settling.hand_over(w.session, w.act(), **some, note="on site")
    assert (hats(w, "Bo"), hats(w, "Ana")) == ([(whole(2), "27 Nov"), (whole(1), "")], [(whole(2), "")])
    undo(w.session, w.act(), entry_id=posted.id)
    assert (hats(w, "Bo"), hats(w, "Ana")) == ([], [(whole(2), "27 Nov"), (whole(3), "")])
    with pytest.raises(NotAllowed):
        settling.hand_over(w.session, w.act("Ana"), **(some | {"giver": None}))
    with pytest.raises(Refusal, match="Ana has 5 hats out; you said 6"):
        settling.hand_over(w.session, w.act(), **(some | {"quantity": whole(6)}))
    with pytest.raises(Refusal, match="Ana has them already"):
        settling.hand_over(w.session, w.act(), **(some | {"holder": w.person("Ana")}))
    with pytest.raises(Refusal, match="Van 3 is not a person"):
        settling.hand_over(w.session, w.act(), **(some | {"holder": w.location("Van 3")}))


def test_some_of_what_is_kept_by_number_is_lost_by_whoever_has_it_or_a_keeper(w: World) -> None:
    w.hands_out("2 hat", to="Ana", until="2026-11-27T17:00")
    one = {"variant": w.variant("hat"), "quantity": whole(1)}
    posted = settling.lost(w.session, w.act("Ana"), **one, note="blown away")
    assert (posted.kind, hats(w, "Ana"), w.on_hand("hat", "Warehouse")) == (EntryKind.LOST, [(whole(1), "27 Nov"), (whole(3), "")], 15)
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    settling.lost(w.session, w.act(), **(one | {"quantity": whole(4)}), holder=w.person("Ana"))
    assert hats(w, "Ana") == [(whole(1), "")]
    with pytest.raises(NotAllowed, match="Only whoever has them, or a keeper"):
        settling.lost(w.session, w.act("Bo"), **one, holder=w.person("Ana"))
    with pytest.raises(Refusal, match="You have no hat out"):
        settling.lost(w.session, w.act("Bo"), **one)


def test_an_undo_opens_the_thing_again_as_another_intent(w: World) -> None:
    made = leaves(w)
    assert made is not None
    before = line(w, made, "hat")
    posted = settling.write_off(w.session, w.act(), thing(w, made, "hat"), reason="lost")
    undo(w.session, w.act(), entry_id=posted.id)
    after = line(w, made, "hat")
    assert (after.left, after.went, after.times) == (before.left, (), before.times + 1)


def test_a_part_that_is_gone_is_told_of_and_the_rest_is_left(w: World) -> None:
    made = leaves(w)
    check_in(w.session, w.act(), variant=w.variant("hat"), quantity=whole(1), holder=w.person("Ana"))
    assert made is not None
    hat = line(w, made, "hat")
    assert hat.left is not None
    assert (hat.left.quantity, [(one.quantity, one.target, one.member) for one in hat.went]) == (whole(2), [(whole(1), "Warehouse", "Kim")])


def test_each_thing_is_settled_by_those_who_answer_for_it(w: World) -> None:
    w.location("Depot")
    w.session.add(members.Grant(member_id=w.member("Pat").id, role=Role.KEEPER, location_id=w.location("Depot").id))
    made = leaves(w)
    assert made is not None
    for act in (settling.collect, settling.reassign, settling.write_off):
        more = {settling.reassign: {"receiver": w.person("Bo")}, settling.write_off: {"reason": "x"}}.get(act, {})
        with pytest.raises(NotAllowed, match="at Warehouse you need the role keeper"):
            act(w.session, w.act("Pat"), thing(w, made, "SN-1"), **more)
    with pytest.raises(NotAllowed):
        sweep(w, w.person("Kim"), by="Bo")


def test_messages_are_drawn_again_only_when_something_of_it_moves(w: World) -> None:
    made = leaves(w)
    assert made is not None
    w.session.connection().execute(NOTICES.update().values(shown=NOTICES.c.wanted, state=NoticeState.SENT, sent_ts="1.1"))
    w.take(1, "bolt", "Warehouse")
    sweeping.review(w.session)
    assert owed(w, NoticeKind.SWEEP_PAGE) == 0
    settling.collect(w.session, w.act(), thing(w, made, "SN-1"))
    sweeping.review(w.session)
    assert (owed(w, NoticeKind.SWEEP), owed(w, NoticeKind.SWEEP_PAGE)) == (1, 1)


def test_who_comes_back_keeps_what_is_not_settled(w: World) -> None:
    made = leaves(w)
    slack_says(w, "Ana", Standing.MEMBER)
    assert made is not None
    assert sweeping.is_back(w.session, made)
    with pytest.raises(Conflict, match="Ana is back and keeps it"):
        thing(w, made, "SN-1")
    w.hands_out("1 hat", to="Ana")


def test_a_location_is_swept_with_what_lies_below_it(w: World) -> None:
    w.has("5 returnable hat in Van 3", "Canon R6 SN-8 in Van 3")
    check_out(w.session, w.act(), variant=w.variant("hat"), quantity=whole(2), source=w.location("Warehouse"), holder=w.location("Van 3"))
    made = sweep(w, w.location("Van 3"))
    told = [(one.serial or one.what, one.quantity, one.left.checked_out if one.left else "") for one in sweep_reads.lines(w.session, made)]
    assert told == [("SN-8", whole(1), False), ("hat", whole(2), True), ("hat", whole(5), False)]
    lying, kept = [one for one in sweep_reads.lines(w.session, made) if one.what == "hat"][::-1]
    settling.reassign(w.session, w.act(), thing(w, made, "SN-8"), receiver=w.person("Bo"))
    settling.reassign(w.session, w.act(), sweeping.to_settle(w.session, lying.id), receiver=w.person("Bo"))
    settling.collect(w.session, w.act(), sweeping.to_settle(w.session, kept.id))
    held = {one.serial or one.what: (one.quantity, one.source) for one in checkouts.open_of(w.session, w.person("Bo").id)}
    assert held == {"SN-8": (whole(1), "Van 3"), "hat": (whole(5), "Van 3")}
    assert all(one.settled for one in sweep_reads.lines(w.session, made))
    with pytest.raises(Refusal, match="Van 3 has nothing"):
        sweep(w, w.location("Van 3"))


def test_a_place_is_swept_once_at_a_time_and_again_when_that_is_settled(w: World) -> None:
    made = sweep(w, w.person("Ana"))
    with pytest.raises(Conflict, match="Ana is being swept already"):
        sweep(w, w.person("Ana"))
    for one in sweep_reads.lines(w.session, made):
        settling.write_off(w.session, w.act(), sweeping.to_settle(w.session, one.id), reason="gone")
    w.has("5 returnable vest in Warehouse")
    w.hands_out("1 vest", to="Ana")
    again = sweep(w, w.person("Ana"))
    assert (again.state, sweep_reads.get(w.session, made.id).state) == (SweepState.OPEN, SweepState.CLOSED)


def test_what_is_too_much_to_settle_one_by_one_is_refused(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MOST", 3)
    with pytest.raises(Refusal, match="Ana has more than 3 things"):
        sweep(w, w.person("Ana"))
    with pytest.raises(Refusal, match="is not one of our locations"):
        sweep(w, w.supplier("Acme"))


def test_a_closed_sweep_settles_nothing_and_undo_opens_it_again(w: World) -> None:
    made = sweep(w, w.person("Ana"))
    closed = sweeping.close(w.session, w.act(), made.id)
    with pytest.raises(Conflict, match="The sweep of Ana is closed"):
        thing(w, made, "SN-1")
    with pytest.raises(Conflict, match="Kim closed the sweep of Ana already"):
        sweeping.close(w.session, w.act(), made.id)
    undo(w.session, w.act(), entry_id=closed.id)
    assert thing(w, made, "SN-1").serial == "SN-1"
    assert [one.kind for one in history.of_location(w.session, locations.get(w.session, made.location_id).id, limit=3)] == [
        EntryKind.UNDID,
        EntryKind.CLOSED_SWEEP,
        EntryKind.OPENED_SWEEP,
    ]


def test_in_lots_all_of_it_goes_lot_by_lot(w: World) -> None:
    w.variant("milk")
    w.in_lots("milk")
    w.receive(5, "milk", "L-1")
    w.receive(5, "milk", "L-2")
    w.take(7, "milk", "Warehouse", to=w.person("Ana"))
    made = leaves(w)
    assert made is not None
    posted = settling.write_off(w.session, w.act(), thing(w, made, "milk"), reason="sour")
    assert len(posted.lines) == 2
    undo(w.session, w.act(), entry_id=posted.id)
    settling.reassign(w.session, w.act(), thing(w, made, "milk"), receiver=w.person("Bo"))
    assert settled(w, made) == ["milk"]
