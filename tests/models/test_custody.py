"""What is promised about who has an asset, who had it, and the acts that send it another way than out and back."""

from collections.abc import Callable

import pytest

from models import checkouts, custody
from models.archiving import archive_asset
from models.assets import AssetState
from models.checking_in import check_in
from models.checking_out import check_out
from models.ledger import Posted
from models.members import Grant, Role
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import MONDAY, World, due

Build = Callable[..., World]

FRIDAY = due("2026-11-27 17:00")


def bring_back(w: World, serial: str, *, by: str = "Ana") -> Posted:
    return check_in(w.session, w.act(by), assets=[w.asset(serial)]).posted


def had(w: World, serial: str, first: str, end: str) -> list[str]:
    return [stay.location for stay in custody.who_had(w.session, w.asset(serial), due(first).at, due(end).at)]


def state(w: World, serial: str) -> AssetState:
    return custody.state_of(w.session, w.asset(serial))


def test_the_holder_is_told_with_since_when_and_until_when(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(hours=1)
    w.lend("SN-1", due=FRIDAY)
    where = custody.holder(w.session, w.asset("SN-1"))
    assert (where.location, where.since_at, where.state) == ("Ana", w.now, AssetState.OUT)
    assert where.checkout is not None
    assert where.checkout.due_at == FRIDAY.at


def test_an_asset_on_a_shelf_is_available_since_it_came(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    where = custody.holder(w.session, w.asset("SN-1"))
    assert (where.location, where.since_at, where.state, where.checkout) == ("Warehouse", MONDAY, AssetState.AVAILABLE, None)


def test_after_an_undone_return_the_holder_has_it_since_it_left(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(hours=1)
    w.lend("SN-1")
    out_at = w.now
    w.later(hours=1)
    back = bring_back(w, "SN-1")
    undo(w.session, w.act("Ana"), entry_id=back.id)
    assert custody.holder(w.session, w.asset("SN-1")).since_at == out_at


def test_what_is_lent_to_a_van_is_out_and_not_available(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    check_out(w.session, w.act(), assets=[w.asset("SN-1")], holder=w.location("Van 3"))
    assert state(w, "SN-1") is AssetState.OUT


def test_custody_is_newest_first_without_what_was_undone(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(hours=1)
    w.lend("SN-1")
    w.later(hours=1)
    bring_back(w, "SN-1")
    mistake = custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Van 3"))
    undo(w.session, w.act(), entry_id=mistake.id)
    passages = custody.custody(w.session, w.asset("SN-1"))
    assert [(one.source, one.target) for one in passages] == [("Ana", "Warehouse"), ("Warehouse", "Ana"), ("Supplier", "Warehouse")]


def test_custody_is_read_by_pages(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(hours=1)
    w.lend("SN-1")
    assert [one.target for one in custody.custody(w.session, w.asset("SN-1"), first=1, most=1)] == ["Warehouse"]


def test_who_had_it_names_everyone_who_held_it_in_that_span(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(days=1)
    w.lend("SN-1")
    w.later(hours=2)
    bring_back(w, "SN-1")
    w.lend("SN-1", to="Ben")
    assert had(w, "SN-1", "2026-11-23 00:00", "2026-11-24 00:00") == ["Warehouse"]
    assert had(w, "SN-1", "2026-11-24 00:00", "2026-11-25 00:00") == ["Warehouse", "Ana", "Ben"]
    assert had(w, "SN-1", "2026-11-25 00:00", "2026-11-26 00:00") == ["Ben"]
    assert had(w, "SN-1", "2026-11-22 00:00", "2026-11-23 00:00") == []


def test_a_span_is_half_open(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(days=1)
    w.lend("SN-1")
    assert had(w, "SN-1", "2026-11-24 08:00", "2026-11-24 09:00") == ["Warehouse"]
    assert had(w, "SN-1", "2026-11-24 09:00", "2026-11-24 10:00") == ["Ana"]


def test_a_stay_tells_from_when_until_when(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(days=1)
    w.lend("SN-1")
    stays = custody.who_had(w.session, w.asset("SN-1"), due("2026-11-23 10:00").at, due("2026-11-23 11:00").at)
    assert [(stay.from_at, stay.until_at) for stay in stays] == [(MONDAY, w.now)]


def test_what_was_undone_never_happened_when_asked_who_had_it(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(days=1)
    lent = w.lend("SN-1")
    w.later(hours=1)
    undo(w.session, w.act("Ana"), entry_id=lent.id)
    assert had(w, "SN-1", "2026-11-24 00:00", "2026-11-25 00:00") == ["Warehouse"]


def test_where_it_was_is_answered_for_any_moment(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.later(days=1)
    w.lend("SN-1")
    places = [
        custody.asset_at(w.session, w.asset("SN-1"), due(at).at) for at in ("2026-11-23 08:59", "2026-11-24 08:59", "2026-11-24 09:00")
    ]
    assert [place and place.name for place in places] == [None, "Warehouse", "Ana"]


def test_moving_on_what_is_out_ends_its_checkout_and_undo_opens_it_again(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    moved = custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Workshop"))
    assert (state(w, "SN-1"), checkouts.open_for_asset(w.session, w.asset("SN-1").id)) == (AssetState.IN_REPAIR, None)
    undo(w.session, w.act(), entry_id=moved.id)
    checkout = checkouts.open_for_asset(w.session, w.asset("SN-1").id)
    assert checkout is not None
    assert checkout.due_at == FRIDAY.at


def test_several_assets_move_in_one_entry(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3")
    posted = custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1"), w.asset("SN-2")], target=w.location("Cage"))
    assert len(posted.lines) == 2


def test_a_move_to_where_it_is_is_refused(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="Canon R6 SN-1 is in Warehouse already"):
        custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Warehouse"))


def test_teammates_do_not_move_assets(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(NotAllowed):
        custody.move_assets(w.session, w.act("Ana"), assets=[w.asset("SN-1")], target=w.location("Van 3"))


def test_a_keeper_of_where_it_left_answers_for_what_is_out(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.session.add(Grant(member_id=w.member("Ben").id, role=Role.KEEPER, location_id=w.location("Warehouse").id))
    w.lend("SN-1")
    custody.lost(w.session, w.act("Ben"), asset=w.asset("SN-1"))
    assert state(w, "SN-1") is AssetState.LOST


def test_the_holder_says_lost_and_nobody_else_but_a_keeper(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    with pytest.raises(NotAllowed):
        custody.lost(w.session, w.act("Ben"), asset=w.asset("SN-1"))
    posted = custody.lost(w.session, w.act("Ana"), asset=w.asset("SN-1"))
    assert (state(w, "SN-1"), checkouts.open_of(w.session, w.person("Ana").id)) == (AssetState.LOST, [])
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert [one.serial for one in checkouts.open_of(w.session, w.person("Ana").id)] == ["SN-1"]


def test_what_was_lost_is_found_where_it_turns_up(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    custody.lost(w.session, w.act(), asset=w.asset("SN-1"))
    custody.found(w.session, w.act(), asset=w.asset("SN-1"), target=w.location("Van 3"))
    assert custody.holder(w.session, w.asset("SN-1")).location == "Van 3"


def test_what_is_not_lost_is_not_found(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="is not lost: it is in Warehouse"):
        custody.found(w.session, w.act(), asset=w.asset("SN-1"), target=w.location("Van 3"))


def test_retiring_what_is_out_ends_its_checkout(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    custody.retire(w.session, w.act(), asset=w.asset("SN-1"), note="fell off the roof")
    assert (state(w, "SN-1"), checkouts.open_of(w.session, w.person("Ana").id)) == (AssetState.RETIRED, [])
    assert custody.custody(w.session, w.asset("SN-1"))[0].note == "fell off the roof"


@pytest.mark.parametrize("gone", [custody.lost, custody.retire])
def test_what_is_gone_does_not_move(world: Build, gone: Callable[..., Posted]) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    gone(w.session, w.act(), asset=w.asset("SN-1"))
    with pytest.raises(Refusal, match=r"Canon R6 SN-1 is (lost|retired)"):
        custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Van 3"))


def test_only_a_keeper_retires(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    with pytest.raises(NotAllowed):
        custody.retire(w.session, w.act("Ana"), asset=w.asset("SN-1"))


def test_an_old_button_moves_nothing_that_is_not_in_the_register_any_more(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    asset = w.asset("SN-1")
    custody.lost(w.session, w.act(), asset=asset)
    archive_asset(w.session, w.act(), asset)
    with pytest.raises(Conflict, match=r"SN-1 is not in the register any more"):
        custody.found(w.session, w.act(), asset=asset, target=w.location("Warehouse"))
    other = w.asset("SN-2")
    added = custody.custody(w.session, other, most=1)[0].entry_id
    undo(w.session, w.act(), entry_id=added)
    with pytest.raises(Conflict, match=r"SN-2 is not in the register any more"):
        custody.lost(w.session, w.act(), asset=other)
