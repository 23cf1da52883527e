"""Reserving: who may, what it keeps, how what is taken uses it up, and how it ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models import archiving, asking, catalog, deciding, lapsing, levels, members, register, reserved, reserving, stock
from models.approvals import ApprovalRequest
from models.checking_out import check_out
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import LocationKind
from models.quantities import ONE, whole
from models.refusals import Conflict, Kept, NotAllowed, NotFound, Refusal, Shortage
from models.reserved import Reserved, Which
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


def take(w: World, quantity: int, *, job: str | None = None, to: str | None = None, by: str | None = None) -> Posted:
    target = w.location(to) if to else None
    bolts, source = w.variant("M8 bolt"), w.location("Warehouse")
    return stock.take(w.session, w.act(by), variant=bolts, quantity=whole(quantity), source=source, target=target, job=job)


def kept(w: World, **which: object) -> list[tuple[str, float]]:
    """Whom something is kept for, and how much, what lapses first first."""
    return [(one.purpose, one.quantity / ONE) for one in reserved.those(w.session, Which(**which))]  # type: ignore[arg-type]


def only(w: World) -> Reserved:
    (one,) = reserved.those(w.session, Which())
    return one


def release(w: World, by: str | None = None, **meant: object) -> Posted:
    shares = reserving.meant(w.session, **meant)  # type: ignore[arg-type]
    return reserving.release(w.session, w.act(by), shares=shares)


def free(w: World) -> float:
    (level,) = levels.in_stores(w.session, w.variant("M8 bolt").id)
    return level.free / ONE


def test_what_is_reserved_is_there_and_not_free(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("8 M8 bolt in Warehouse", job="job 7")
    assert (w.on_hand("M8 bolt", "Warehouse"), free(w), kept(w)) == (10, 2, [("job 7", 8)])


def test_a_teammate_reserves_where_they_may_take(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("2 M8 bolt in Warehouse", job="job 7", by="Ana")
    w.location("Warehouse").open_to_all = False
    with pytest.raises(NotAllowed, match="To take stock from Warehouse you need the role keeper"):
        w.reserve("2 M8 bolt in Warehouse", job="job 7", by="Ana")


@pytest.mark.parametrize("place", ["Ana", "Riverside"])
def test_nothing_is_reserved_where_no_stock_is_kept(world: Build, place: str) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.member("Ana")
    register.add_location(w.session, w.act(), name="Riverside", kind=LocationKind.CUSTOMER)
    with pytest.raises(Refusal, match="Stock is reserved where it is kept"):
        w.reserve(f"1 M8 bolt in {place}", job="job 7")


def test_what_is_known_by_its_serial_is_not_reserved_by_number(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="only what is counted is reserved"):
        w.reserve("1 Canon R6 in Warehouse", job="job 7")


@pytest.mark.parametrize("job", ["", "  ", "x" * 81, "job\u200b7"])
def test_a_job_has_a_name_that_can_be_said(world: Build, job: str) -> None:
    w = world("10 M8 bolt in Warehouse")
    with pytest.raises(Refusal):
        w.reserve("1 M8 bolt in Warehouse", job=job)


def test_nothing_is_kept_until_a_time_that_is_past(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    with pytest.raises(Refusal, match="is past"):
        w.reserve("1 M8 bolt in Warehouse", job="job 7", until=due("2026-11-20 17:00"))


def test_taking_for_a_job_uses_up_what_is_kept_for_it_first(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    take(w, 4, job="JOB  7")
    assert (kept(w), free(w)) == ([("job 7", 2)], 4)
    take(w, 5, job="job 7")
    assert (kept(w), free(w)) == ([], 1)


def test_taking_for_a_job_leaves_what_is_kept_for_another(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("4 M8 bolt in Warehouse", job="job 7")
    w.reserve("4 M8 bolt in Warehouse", job="job 9")
    told = r"Warehouse holds 10 M8 bolts, and 4 of them are kept for job 9; you asked for 7\. No other store has any\."
    with pytest.raises(Kept, match=told) as refused:
        take(w, 7, job="job 7")
    assert [choice.label for choice in refused.value.choices] == ["Take 6 from Warehouse"]
    assert kept(w) == [("job 7", 4), ("job 9", 4)]


def test_the_ways_on_count_what_is_free_elsewhere(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "50 M8 bolt in Van 3", "20 M8 bolt in Van 4")
    w.reserve("9 M8 bolt in Warehouse", job="job 7")
    w.reserve("48 M8 bolt in Van 3", job="job 9")
    with pytest.raises(Kept, match=r"Nearest: Van 4 \(20\)") as refused:
        take(w, 5)
    assert [choice.label for choice in refused.value.choices] == ["Take 1 from Warehouse", "Take 5 from Van 4"]


def test_more_than_lies_there_is_a_shortage_and_the_nearest_is_what_is_free(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "50 M8 bolt in Van 3")
    w.reserve("48 M8 bolt in Van 3", job="job 9")
    with pytest.raises(Shortage, match=r"Warehouse holds 10 M8 bolts; you asked for 12\. Nearest: Van 3 \(2\)\.") as refused:
        take(w, 12)
    assert refused.value.choices == ()
    w.reserve("4 M8 bolt in Warehouse", job="job 7")
    with pytest.raises(Shortage, match=r"Warehouse holds 10 M8 bolts, and 4 of them are kept for job 7; you asked for 12\."):
        take(w, 12)


def test_what_goes_to_a_customer_uses_up_what_is_kept_for_them_by_whatever_name(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    customer = register.add_location(w.session, w.act(), name="Riverside", kind=LocationKind.CUSTOMER)
    w.reserve("8 M8 bolt in Warehouse", job="riverside")
    customer.name, customer.name_key = "Riverside Homes", "riverside homes"
    take(w, 5, to="Riverside Homes")
    assert kept(w) == [("Riverside", 3)]


def test_what_is_moved_to_a_site_uses_up_what_is_kept_for_it(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("10 M8 bolt in Warehouse", job="Site North")
    ends = {"source": w.location("Warehouse"), "target": w.location("Site North")}
    stock.move(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(4), **ends)
    assert (kept(w), w.on_hand("M8 bolt", "Site North")) == ([("Site North", 6)], 4)


@pytest.mark.parametrize("job", [None, "job 7"])
def test_a_returnable_that_is_kept_for_a_job_is_lent_for_that_job_alone(world: Build, job: str | None) -> None:
    w = world("5 returnable hard hat in Warehouse")
    w.reserve("5 hard hat in Warehouse", job="job 7")
    hat, there, ana = w.variant("hard hat"), w.location("Warehouse"), w.person("Ana")
    if job is None:
        with pytest.raises(Kept, match=r"5 hard hats, and all of them are kept for job 7"):
            check_out(w.session, w.act("Ana"), variant=hat, quantity=whole(1), source=there, holder=ana)
    else:
        stock.take(w.session, w.act("Ana"), variant=hat, quantity=whole(2), source=there, job=job)
        assert (kept(w), w.on_hand("hard hat", "Ana")) == ([("job 7", 3)], 2)


def test_of_two_reservations_for_a_job_what_lapses_first_is_used_up_first(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("3 M8 bolt in Warehouse", job="job 7")
    w.reserve("4 M8 bolt in Warehouse", job="job 7", until=due("2026-11-27 17:00"))
    take(w, 5, job="job 7")
    assert kept(w) == [("job 7", 2)]


def test_undoing_what_was_taken_for_a_job_keeps_it_again(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    taken = take(w, 8, job="job 7")
    undo(w.session, w.act(), entry_id=taken.id)
    assert (kept(w), free(w)) == ([("job 7", 6)], 4)


def test_a_part_is_released_and_the_rest_stays(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    posted = release(w, job="Job 7", variant=w.variant("M8 bolt"), quantity=whole(2))
    assert (posted.kind, kept(w), free(w)) == (EntryKind.RELEASED, [("job 7", 4)], 6)


def test_all_of_a_job_is_released_at_once_and_that_can_be_undone(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "5 M8 nut in Van 3")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    w.reserve("5 M8 nut in Van 3", job="job 7")
    posted = release(w, job="job 7")
    assert kept(w) == []
    undo(w.session, w.act(), entry_id=posted.id)
    assert kept(w) == [("job 7", 6), ("job 7", 5)]


def test_what_was_released_and_taken_since_is_not_kept_again(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("10 M8 bolt in Warehouse", job="job 7")
    posted = release(w, job="job 7")
    take(w, 1)
    with pytest.raises(Kept, match=r"Warehouse holds 9 M8 bolts; you asked for 10\."):
        undo(w.session, w.act(), entry_id=posted.id)


def test_no_more_is_released_than_is_kept(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    with pytest.raises(Refusal, match=r"6 M8 bolts are kept for job 7; you said 7\."):
        release(w, job="job 7", variant=w.variant("M8 bolt"), quantity=whole(7))
    with pytest.raises(Refusal, match=r"Nothing is reserved for job 8\."):
        release(w, job="job 8")


def test_a_member_releases_their_own_and_a_keeper_anybodys(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7", by="Ana")
    with pytest.raises(
        NotAllowed, match=r"Ana reserved 6 M8 bolts in Warehouse for job 7\. Only they, or a keeper there, can change that\."
    ):
        release(w, by="Ben", job="job 7")
    release(w, by="Ana", job="job 7", variant=w.variant("M8 bolt"), quantity=whole(1))
    assert release(w, job="job 7").kind is EntryKind.RELEASED


def test_whoever_reserved_may_not_undo_what_a_keeper_released(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7", by="Ana")
    posted = release(w, job="job 7")
    with pytest.raises(NotAllowed):
        undo(w.session, w.act("Ana"), entry_id=posted.id)


def test_a_reservation_is_kept_longer_by_whoever_may_release_it(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7", by="Ana", until=due("2026-11-27 17:00"))
    (row,) = reserved.rows(w.session, Which())
    with pytest.raises(NotAllowed):
        reserving.extend(w.session, w.act("Ben"), kept=row, until=None)
    with pytest.raises(Refusal, match=r"It is kept until Fri 27 Nov, 17:00 already\."):
        reserving.extend(w.session, w.act("Ana"), kept=row, until=due("2026-11-27 17:00"))
    reserving.extend(w.session, w.act("Ana"), kept=row, until=due("2026-12-04 17:00"))
    assert only(w).until_at == due("2026-12-04 17:00").at


def test_what_was_released_is_not_there_to_be_kept_longer(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    release(w, job="job 7")
    with pytest.raises(Conflict, match="Nothing more is kept for job 7 in Warehouse: it was taken or released since"):
        reserving.still_kept(w.session, 1)


def test_a_count_says_whose_reservation_is_short_the_last_first(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    w.later(hours=1)
    w.reserve("3 M8 bolt in Warehouse", job="job 9")
    bolts, there = w.variant("M8 bolt"), w.location("Warehouse")
    stock.count(w.session, w.act(), variant=bolts, quantity=whole(5), location=there)
    assert reserved.short(w.session, bolts.id, there.id) == [("job 7", whole(1)), ("job 9", whole(3))]
    stock.count(w.session, w.act(), variant=bolts, quantity=whole(7), location=there)
    assert reserved.short(w.session, bolts.id, there.id) == [("job 9", whole(2))]


def test_a_job_is_known_once_something_was_reserved_for_it(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    with pytest.raises(NotFound, match=r"Nothing is reserved for job 7\."):
        reserved.job(w.session, "job 7", field="job")
    w.reserve("6 M8 bolt in Warehouse", job="Job 7")
    release(w, job="job 7")
    assert reserved.job(w.session, "job  7", field="job") == "Job 7"


def test_a_job_that_is_not_known_leads_to_those_that_are(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("1 M8 bolt in Warehouse", job="job 7")
    w.reserve("1 M8 bolt in Warehouse", job="Riverside")
    with pytest.raises(NotFound, match=r"Nothing is reserved for job 77\. Something is reserved for job 7\.") as refused:
        reserved.job(w.session, "job 77", field="job")
    assert [choice.value for choice in refused.value.choices] == ["job 7"]


def schedule(w: World) -> Act:
    return Act(members.actor(w.session, members.SCHEDULE), w.now, w.act().token)


def test_a_reservation_lapses_by_itself_when_its_time_has_come(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7", by="Ana", until=due("2026-11-27 17:00"))
    w.now = due("2026-11-27 17:00").at - timedelta(minutes=1)
    lapsing.review(w.session, schedule(w))
    assert kept(w) == [("job 7", 6)]
    w.later(minutes=1)
    lapsing.review(w.session, schedule(w))
    assert (kept(w), free(w)) == ([], 10)


def test_a_lapse_that_is_taken_back_stays_taken_back(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7", by="Ana", until=due("2026-11-27 17:00"))
    w.now = due("2026-11-27 17:00").at
    lapsing.review(w.session, schedule(w))
    (entry,) = (one.entry_id for one in [reserved.get(w.session, 1)])
    with pytest.raises(NotAllowed):
        undo(w.session, w.act("Ben"), entry_id=entry)
    undo(w.session, w.act("Ana"), entry_id=entry)
    w.later(days=1)
    lapsing.review(w.session, schedule(w))
    assert kept(w) == [("job 7", 6)]


def test_what_is_kept_without_an_end_does_not_lapse(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    w.later(days=400)
    lapsing.review(w.session, schedule(w))
    assert kept(w) == [("job 7", 6)]


def test_the_list_narrows_to_item_place_job_and_member(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse", "10 M8 nut in Van 3")
    w.reserve("1 M8 bolt in Warehouse", job="job 7", by="Ana")
    w.reserve("2 M8 nut in Van 3", job="job 7")
    w.reserve("3 M8 nut in Van 3", job="job 9")
    assert kept(w, variant_ids=[w.variant("M8 nut").id]) == [("job 7", 2), ("job 9", 3)]
    assert kept(w, at=w.location("Warehouse")) == [("job 7", 1)]
    assert kept(w, job="job 7", at=w.location("Van 3")) == [("job 7", 2)]
    assert kept(w, by_id=w.member("Ana").id) == [("job 7", 1)]
    assert reserved.count(w.session, Which(job="job 7")) == 2


def test_where_something_is_still_kept_nothing_is_archived(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    bolts, there = w.variant("M8 bolt"), w.location("Warehouse")
    stock.count(w.session, w.act(), variant=bolts, quantity=0, location=there)
    told = r"M8 bolt is still reserved in Warehouse, where there is none any more\. Release that first\."
    with pytest.raises(Conflict, match=told):
        archiving.archive_location(w.session, w.act(), there)
    with pytest.raises(Conflict, match=told):
        archiving.archive_item(w.session, w.act(), catalog.item(w.session, bolts.item_id))
    release(w, job="job 7")
    assert archiving.archive_location(w.session, w.act(), there).kind is EntryKind.ARCHIVED


def test_what_is_asked_for_a_job_uses_it_up_when_it_is_approved(world: Build) -> None:
    w = world("10 M8 bolt in Warehouse")
    w.reserve("6 M8 bolt in Warehouse", job="job 7")
    w.always_ask("M8 bolt")
    bolts, there = w.variant("M8 bolt"), w.location("Warehouse")
    asked = asking.ask_or_do(w.session, w.act("Ana"), "take", variant=bolts, quantity=whole(4), source=there, job="job 7")
    assert isinstance(asked, ApprovalRequest)
    assert kept(w) == [("job 7", 6)]
    deciding.approve(w.session, w.act(), request_id=asked.id, version=asked.version)
    assert kept(w) == [("job 7", 2)]
