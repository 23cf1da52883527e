"""What checking out, bringing back and extending promise."""

from collections.abc import Callable

import pytest

from models import checkouts, ledger, locations, members, stock
from models.assets import Asset
from models.caches import Line
from models.checking_in import CheckedIn, check_in
from models.checking_out import check_out
from models.checkouts import Held
from models.entries import EntryKind
from models.extending import extend
from models.ledger import Posted
from models.locations import Location
from models.members import Grant, Role
from models.notices import NOTICES, NoticeKind
from models.quantities import ONE, whole
from models.refusals import Conflict, NotAllowed, Refusal, Shortage
from models.times import Due
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


FRIDAY, NEXT_MONDAY = due("2026-11-27 17:00"), due("2026-11-30 17:00")


def lend_hats(w: World, count: int, *, to: str = "Ana", until: Due | None = None, source: str = "Warehouse") -> Posted:
    variant = w.variant("hard hat")
    return check_out(
        w.session, w.act(to), variant=variant, quantity=whole(count), source=w.location(source), holder=w.person(to), due=until
    )


def give_back(w: World, *serials: str, by: str = "Ana", target: str | None = None) -> CheckedIn:
    assets = [w.asset(serial) for serial in serials]
    return check_in(w.session, w.act(by), assets=assets, target=w.location(target) if target else None)


def give_back_hats(w: World, count: int | None, *, by: str = "Ana", holder: str | None = None) -> CheckedIn:
    quantity = None if count is None else whole(count)
    whose = w.person(holder) if holder else None
    return check_in(w.session, w.act(by), variant=w.variant("hard hat"), quantity=quantity, holder=whose)


def held_by(w: World, name: str) -> list[Held]:
    return checkouts.open_of(w.session, w.person(name).id)


def told(w: World, kind: NoticeKind) -> list[str]:
    rows = w.session.execute(NOTICES.select().where(NOTICES.c.kind == kind)).all()
    return [members.get(w.session, row.member_id).name for row in rows]


def where(w: World, asset: Asset) -> str:
    return locations.get(w.session, asset.location_id).name


def send(w: World, serial: str, target: Location) -> None:
    asset = w.asset(serial)
    ledger.post(w.session, w.act(), EntryKind.MOVED, lines=[Line(asset.variant_id, ONE, asset.location_id, target.id, asset.id)])


def make_keeper(w: World, name: str, *, at: str) -> None:
    w.session.add(Grant(member_id=w.member(name).id, role=Role.KEEPER, location_id=w.location(at).id))
    w.session.flush()


def test_checking_out_puts_the_asset_in_the_holders_hands_until_it_is_due(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    assert where(w, w.asset("SN-1")) == "Ana"
    assert [(one.serial, one.due_at) for one in held_by(w, "Ana")] == [("SN-1", FRIDAY.at)]


def test_several_assets_leave_in_one_entry(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3")
    posted = w.lend("SN-1", "SN-2", "SN-1")
    assert len(posted.lines) == 2
    assert {one.serial for one in held_by(w, "Ana")} == {"SN-1", "SN-2"}


def test_what_is_out_already_is_refused_with_who_has_it_and_until_when(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    with pytest.raises(Conflict) as refused:
        w.lend("SN-1", to="Ben")
    assert refused.value.text == "Ana has Canon R6 SN-1 since Mon 23 Nov, 09:00, due Fri 27 Nov, 17:00."


@pytest.mark.parametrize(("place", "fact"), [("Workshop", "is in repair since"), ("Lost", "is lost since"), ("Scrap", "is retired since")])
def test_what_is_in_repair_lost_or_retired_is_not_lent(world: Build, place: str, fact: str) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    send(w, "SN-1", w.location(place))
    with pytest.raises(Conflict, match=fact):
        w.lend("SN-1")


def test_only_a_keeper_checks_out_for_somebody_else_and_that_one_is_told(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.member("Ben")
    with pytest.raises(NotAllowed):
        w.lend("SN-1", to="Ana", by="Ben")
    w.lend("SN-1", to="Ana", by="Kim")
    assert told(w, NoticeKind.LENT) == ["Ana"]


def test_nobody_is_told_of_what_they_took_themselves(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    assert told(w, NoticeKind.LENT) == []


def test_from_a_closed_store_only_its_keepers_lend(world: Build) -> None:
    w = world("Canon R6 SN-1 in Cage")
    w.location("Cage").open_to_all = False
    with pytest.raises(NotAllowed):
        w.lend("SN-1")
    w.lend("SN-1", by="Kim")


def test_a_due_time_that_is_past_is_refused(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="Mon 23 Nov, 09:00 is past"):
        w.lend("SN-1", due=due("2026-11-23 09:00"))


def test_a_checkout_to_a_site_is_for_keepers(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    site = w.location("Site North")
    with pytest.raises(NotAllowed):
        check_out(w.session, w.act("Ana"), assets=[w.asset("SN-1")], holder=site)
    check_out(w.session, w.act("Kim"), assets=[w.asset("SN-1")], holder=site)
    assert [one.serial for one in checkouts.open_of(w.session, site.id)] == ["SN-1"]


def test_a_returnable_quantity_is_lent_and_stays_counted_as_ours(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    lend_hats(w, 3, until=FRIDAY)
    assert (w.on_hand("hard hat", "Warehouse"), w.on_hand("hard hat", "Ana")) == (17, 3)


def test_what_a_holder_hands_on_is_owed_by_whoever_has_it_then(world: Build) -> None:
    w = world("9 returnable hard hat in Warehouse")
    lend_hats(w, 3, until=FRIDAY)
    handed_on = check_out(
        w.session, w.act(), variant=w.variant("hard hat"), quantity=whole(2), source=w.person("Ana"), holder=w.person("Ben"), due=None
    )
    assert [(held.holder, held.quantity // ONE) for name in ("Ana", "Ben") for held in held_by(w, name)] == [("Ana", 1), ("Ben", 2)]
    undo(w.session, w.act(), entry_id=handed_on.id)
    assert [(held.holder, held.quantity // ONE) for name in ("Ana", "Ben") for held in held_by(w, name)] == [("Ana", 3)]


def test_more_than_lies_there_is_not_lent(world: Build) -> None:
    w = world("2 returnable hard hat in Van 3", "9 returnable hard hat in Warehouse")
    with pytest.raises(Shortage, match=r"Van 3 holds 2 hard hats; you asked for 5\. Nearest: Warehouse"):
        lend_hats(w, 5, source="Van 3")


def test_what_is_used_up_is_not_lent(world: Build) -> None:
    w = world("20 hard hat in Warehouse")
    with pytest.raises(Refusal, match="used up"):
        lend_hats(w, 3)


def test_undoing_a_checkout_leaves_nothing_out(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    posted = w.lend("SN-1")
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert (where(w, w.asset("SN-1")), held_by(w, "Ana")) == ("Warehouse", [])


def test_a_return_goes_to_where_it_left_unless_said(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "1 M8 bolt in Van 3")
    w.lend("SN-1", "SN-2")
    give_back(w, "SN-1")
    give_back(w, "SN-2", target="Van 3")
    assert (where(w, w.asset("SN-1")), where(w, w.asset("SN-2"))) == ("Warehouse", "Van 3")
    assert held_by(w, "Ana") == []


def test_anyone_brings_back_anothers_thing_and_the_holder_is_told(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    give_back(w, "SN-1", by="Ben")
    assert told(w, NoticeKind.HANDED_BACK) == ["Ana"]


def test_a_part_comes_back_of_what_is_due_first_and_the_result_says_so(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    lend_hats(w, 4, until=None)
    lend_hats(w, 3, until=NEXT_MONDAY)
    lend_hats(w, 2, until=FRIDAY)
    back = give_back_hats(w, 4)
    assert [(part.quantity, part.due_at, part.remains) for part in back.parts] == [
        (whole(2), FRIDAY.at, 0),
        (whole(2), NEXT_MONDAY.at, whole(1)),
    ]
    assert back.remains == whole(5)
    assert w.on_hand("hard hat", "Ana") == 5


def test_without_a_number_all_of_it_comes_back_each_to_where_it_left(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse", "5 returnable hard hat in Van 3")
    lend_hats(w, 4)
    lend_hats(w, 2, source="Van 3")
    assert give_back_hats(w, None).remains == 0
    assert (w.on_hand("hard hat", "Warehouse"), w.on_hand("hard hat", "Van 3")) == (20, 5)


def test_more_than_is_out_does_not_come_back(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    lend_hats(w, 3)
    with pytest.raises(Refusal) as refused:
        give_back_hats(w, 4)
    assert refused.value.text == "You have 3 hard hats out; you said 4."


def test_who_has_none_out_is_offered_those_who_have(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    lend_hats(w, 3)
    with pytest.raises(Refusal) as refused:
        give_back_hats(w, 1, by="Ben")
    assert [choice.value for choice in refused.value.choices] == ["Ana"]
    give_back_hats(w, 1, by="Ben", holder="Ana")
    assert w.on_hand("hard hat", "Ana") == 2


def test_what_is_not_out_does_not_come_back(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="Canon R6 SN-1 is not checked out: it is in Warehouse"):
        give_back(w, "SN-1")


def test_undoing_a_return_opens_the_checkout_again_with_its_due_time(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    back = give_back(w, "SN-1")
    w.later(days=1)
    undo(w.session, w.act("Ana"), entry_id=back.posted.id)
    assert [(one.serial, one.due_at) for one in held_by(w, "Ana")] == [("SN-1", FRIDAY.at)]


def test_a_return_is_not_undone_once_somebody_else_has_it(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    back = give_back(w, "SN-1")
    w.lend("SN-1", to="Ben")
    with pytest.raises(Conflict):
        undo(w.session, w.act("Ana"), entry_id=back.posted.id)
    assert where(w, w.asset("SN-1")) == "Ben"


def test_the_holder_extends_and_undo_restores_the_due_time(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    posted = extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=NEXT_MONDAY)
    assert held_by(w, "Ana")[0].due_at == NEXT_MONDAY.at
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert held_by(w, "Ana")[0].due_at == FRIDAY.at


def test_a_part_is_extended_by_itself(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    lend_hats(w, 5, until=FRIDAY)
    extend(w.session, w.act("Ana"), variant=w.variant("hard hat"), quantity=whole(2), due=NEXT_MONDAY)
    assert [(one.quantity, one.due_at) for one in held_by(w, "Ana")] == [(whole(3), FRIDAY.at), (whole(2), NEXT_MONDAY.at)]


def test_a_stranger_to_the_checkout_does_not_extend_it(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    with pytest.raises(NotAllowed, match="Ana has it"):
        extend(w.session, w.act("Ben"), assets=[w.asset("SN-1")], due=NEXT_MONDAY)
    extend(w.session, w.act("Kim"), assets=[w.asset("SN-1")], due=NEXT_MONDAY)


def test_an_extension_is_later_than_what_was_agreed(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    with pytest.raises(Refusal, match="It is due Fri 27 Nov, 17:00 already"):
        extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=due("2026-11-27 12:00"))


def test_overdue_is_what_is_late_worst_first_and_where_it_left(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3", "Canon R6 SN-3 in Warehouse")
    w.lend("SN-1", due=NEXT_MONDAY)
    w.lend("SN-2", due=FRIDAY)
    w.lend("SN-3")
    w.later(days=10)
    assert [one.serial for one in checkouts.overdue(w.session, w.now)] == ["SN-2", "SN-1"]
    assert [one.serial for one in checkouts.overdue(w.session, w.now, at=w.location("Van 3"))] == ["SN-2"]
    assert checkouts.count_overdue(w.session, w.now) == 2


def test_what_is_late_is_read_from_an_index(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    plan = w.session.connection().exec_driver_sql(
        "EXPLAIN QUERY PLAN SELECT id FROM checkouts WHERE closed_at IS NULL AND due_at < 5 ORDER BY due_at"
    )
    assert any("checkout_due" in row[-1] for row in plan)


def test_a_returnable_item_taken_by_a_member_is_an_open_ended_checkout(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    stock.take(w.session, w.act("Ana"), variant=w.variant("hard hat"), quantity=whole(2), source=w.location("Warehouse"))
    assert [(one.quantity, one.due_at) for one in held_by(w, "Ana")] == [(whole(2), None)]


def test_a_returnable_item_handed_to_a_member_is_their_checkout(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    ana = w.person("Ana")
    stock.take(w.session, w.act(), variant=w.variant("hard hat"), quantity=whole(2), source=w.location("Warehouse"), target=ana)
    assert [one.holder for one in held_by(w, "Ana")] == ["Ana"]


def test_what_leaves_the_holder_another_way_is_owed_no_more(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    lend_hats(w, 2, until=FRIDAY)
    lend_hats(w, 3, until=NEXT_MONDAY)
    scrapped = stock.scrap(w.session, w.act(), variant=w.variant("hard hat"), quantity=whole(3), source=w.person("Ana"))
    assert [(one.quantity, one.due_at) for one in held_by(w, "Ana")] == [(whole(2), NEXT_MONDAY.at)]
    undo(w.session, w.act(), entry_id=scrapped.id)
    assert sum(one.quantity for one in held_by(w, "Ana")) == whole(5)


def test_a_keeper_of_elsewhere_does_not_lend_from_here(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3")
    make_keeper(w, "Ben", at="Van 3")
    with pytest.raises(NotAllowed):
        w.lend("SN-1", to="Ana", by="Ben")
