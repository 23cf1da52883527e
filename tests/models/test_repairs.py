"""Repairs: reported by anybody, decided by keepers, sent away and back through the ledger."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlmodel import Session

from models import audit, checkouts, custody, history, maintenance, repairs, roles
from models.archiving import archive_asset, archive_location
from models.assets import ASSETS, AssetState
from models.checking_out import check_out
from models.entries import EntryKind
from models.ledger import Posted
from models.locations import LocationKind
from models.maintenance import MaintenanceRecord, MaintenanceState
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


@pytest.fixture
def w(world: Build) -> World:
    """A camera in a store, and a workshop."""
    built = world("Canon R6 SN-1 in Warehouse")
    built.location("Workshop")
    return built


def report(w: World, problem: str = "flash stays dark", *, by: str = "Ana") -> tuple[MaintenanceRecord, Posted]:
    return repairs.report(w.session, w.act(by), asset=w.asset("SN-1"), problem=problem)


def send(w: World, place: str = "Workshop", note: str | None = None) -> Posted:
    return repairs.send_to_repair(w.session, w.act(), asset=w.asset("SN-1"), target=w.location(place), note=note)


def repaired(w: World, note: str | None = None, cost_minor: int | None = None, *, to: str | None = None) -> Posted:
    target = w.location(to) if to else None
    return repairs.repaired(w.session, w.act(), asset=w.asset("SN-1"), target=target, cost_minor=cost_minor, note=note)


def stands(w: World) -> tuple[AssetState, str]:
    where = custody.holder(w.session, w.asset("SN-1"))
    return where.state, where.location


def told(session: Session, kind: NoticeKind) -> int:
    return len(session.execute(select(NOTICES.c.id).where(NOTICES.c.kind == kind)).all())


def test_anybody_reports_and_the_checkout_goes_on(w: World) -> None:
    w.lend("SN-1")
    record, posted = report(w)
    assert (record.state, record.problem, posted.kind, posted.lines) == (MaintenanceState.REPORTED, "flash stays dark", "reported", ())
    assert stands(w) == (AssetState.OUT, "Ana")
    assert told(w.session, NoticeKind.REPORT) == 1


def test_what_others_report_is_added_to_the_open_report(w: World) -> None:
    report(w)
    record, second = report(w, "lens is scratched", by="Bo")
    assert record.problem == "flash stays dark\nBo: lens is scratched"
    assert maintenance.count_of(w.session, w.asset("SN-1").id) == 1
    undo(w.session, w.act("Bo"), entry_id=second.id)
    assert maintenance.get(w.session, record.id).problem == "flash stays dark"


def test_an_undone_report_never_was(w: World) -> None:
    _, posted = report(w)
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert maintenance.open_of(w.session, w.asset("SN-1").id) is None
    report(w, "again")
    assert maintenance.count_of(w.session, w.asset("SN-1").id) == 1


def test_a_report_says_something_and_of_something_that_is_used(w: World) -> None:
    with pytest.raises(Refusal, match="can't be empty"):
        report(w, "  ")
    custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    with pytest.raises(Refusal, match="is retired: nobody uses it any more"):
        report(w)


def test_kept_in_use_it_stays_with_its_holder_and_its_report_open(w: World) -> None:
    w.lend("SN-1")
    record, _ = report(w)
    repairs.keep_in_use(w.session, w.act(), record=record)
    assert (record.state, stands(w)) == (MaintenanceState.IN_USE, (AssetState.OUT, "Ana"))
    with pytest.raises(Conflict, match="kept in use already"):
        repairs.keep_in_use(w.session, w.act(), record=record)


def test_taken_out_of_use_its_checkout_ends_and_nobody_is_lent_it(w: World) -> None:
    w.lend("SN-1")
    record, _ = report(w)
    posted = repairs.take_out_of_use(w.session, w.act(), record=record)
    assert stands(w) == (AssetState.OUT_OF_USE, "Warehouse")
    assert told(w.session, NoticeKind.OUT_OF_USE) == 1
    with pytest.raises(Conflict, match="Canon R6 SN-1 is out of use: flash stays dark"):
        w.lend("SN-1", to="Bo")
    undo(w.session, w.act(), entry_id=posted.id)
    assert stands(w) == (AssetState.OUT, "Ana")


def test_only_a_keeper_decides(w: World) -> None:
    record, _ = report(w)
    for decide in (repairs.keep_in_use, repairs.take_out_of_use):
        with pytest.raises(NotAllowed):
            decide(w.session, w.act("Ana"), record=record)
    with pytest.raises(NotAllowed):
        repairs.send_to_repair(w.session, w.act("Ana"), asset=w.asset("SN-1"), target=w.location("Workshop"))


@pytest.mark.parametrize("place", ["Workshop", "Acme"])
def test_in_a_workshop_or_with_a_vendor_it_is_in_repair_and_cannot_be_lent(w: World, place: str) -> None:
    w.supplier("Acme")
    w.lend("SN-1", due=due("2026-11-27 17:00"))
    send(w, place)
    assert stands(w) == (AssetState.IN_REPAIR, place)
    with pytest.raises(Conflict, match=f"Canon R6 SN-1 is in repair since .*, in {place}"):
        w.lend("SN-1", to="Bo")
    w.later(days=2)
    repaired(w, "new flash", 12_000)
    assert stands(w) == (AssetState.AVAILABLE, "Warehouse")
    w.lend("SN-1", to="Bo")


def test_what_a_repair_cost_and_where_is_kept(w: World) -> None:
    record, _ = report(w)
    send(w)
    w.later(days=2)
    repaired(w, "new flash", 12_000)
    assert (record.state, record.outcome, record.cost_minor, record.location_id) == (
        MaintenanceState.CLOSED,
        "new flash",
        12_000,
        w.location("Workshop").id,
    )
    send(w)
    repaired(w, cost_minor=500)
    assert maintenance.costs_of(w.session, w.asset("SN-1").id) == [(12_500, "USD")]
    assert told(w.session, NoticeKind.REPAIRED) == 1


def test_from_one_workshop_to_another_it_still_knows_its_way_home(w: World) -> None:
    w.supplier("Acme")
    send(w)
    send(w, "Acme")
    with pytest.raises(Conflict, match="in repair at Acme already"):
        send(w, "Acme")
    repaired(w)
    assert stands(w) == (AssetState.AVAILABLE, "Warehouse")
    assert maintenance.count_of(w.session, w.asset("SN-1").id) == 1


def test_what_was_lent_to_a_workshop_is_lent_no_more_once_it_is_repaired(w: World) -> None:
    check_out(w.session, w.act(), assets=[w.asset("SN-1")], holder=w.location("Workshop"))
    back = repaired(w)
    assert checkouts.open_for_asset(w.session, w.asset("SN-1").id) is None
    assert stands(w) == (AssetState.AVAILABLE, "Warehouse")
    undo(w.session, w.act(), entry_id=back.id)
    assert checkouts.open_for_asset(w.session, w.asset("SN-1").id) is not None


def test_a_repair_is_not_undone_once_the_next_fault_is_reported(w: World) -> None:
    report(w)
    whole_again = repaired(w)
    report(w, "the lens sticks")
    with pytest.raises(Conflict, match="Something is reported of it again by now"):
        undo(w.session, w.act(), entry_id=whole_again.id)


def test_undoing_a_repair_brings_its_checkout_back(w: World) -> None:
    w.lend("SN-1")
    sent = send(w, note="broken")
    back = repaired(w)
    with pytest.raises(Conflict):
        undo(w.session, w.act(), entry_id=sent.id)
    undo(w.session, w.act(), entry_id=back.id)
    assert stands(w) == (AssetState.IN_REPAIR, "Workshop")
    undo(w.session, w.act(), entry_id=sent.id)
    assert stands(w) == (AssetState.OUT, "Ana")
    assert maintenance.open_of(w.session, w.asset("SN-1").id) is None


def test_what_is_mended_where_it_is_does_not_move(w: World) -> None:
    w.lend("SN-1")
    report(w)
    with pytest.raises(Refusal, match="is not in repair: it stays where it is"):
        repaired(w, to="Van 3")
    assert repaired(w, "tightened").lines == ()
    assert stands(w) == (AssetState.OUT, "Ana")
    with pytest.raises(Refusal, match="Nothing is reported of Canon R6 SN-1: it is out, with Ana"):
        repaired(w)


def test_what_was_moved_into_a_workshop_comes_back_too(w: World) -> None:
    custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Workshop"))
    assert repairs.home_of(w.session, w.asset("SN-1")) == w.location("Warehouse")
    repaired(w, to="Van 3")
    assert stands(w) == (AssetState.AVAILABLE, "Van 3")


def test_moved_out_of_repair_it_stays_out_of_use_until_somebody_says_repaired(w: World) -> None:
    send(w)
    custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Van 3"))
    assert stands(w) == (AssetState.OUT_OF_USE, "Van 3")
    repaired(w)
    assert stands(w) == (AssetState.AVAILABLE, "Van 3")


@pytest.mark.parametrize("place", ["Van 3", "Supplier", "Ana"])
def test_it_is_repaired_in_a_workshop_or_by_a_vendor_with_a_name(w: World, place: str) -> None:
    target = w.person("Ana") if place == "Ana" else w.supplier("Supplier") if place == "Supplier" else w.location(place)
    with pytest.raises(Refusal, match="is no workshop, and no vendor by name"):
        repairs.send_to_repair(w.session, w.act(), asset=w.asset("SN-1"), target=target)


def test_it_does_not_come_back_to_a_workshop_or_a_person(w: World) -> None:
    send(w)
    with pytest.raises(Refusal, match="is a workshop"):
        repaired(w, to="Workshop")
    with pytest.raises(Refusal, match="Things come back to"):
        repairs.repaired(w.session, w.act(), asset=w.asset("SN-1"), target=w.person("Ana"))


def test_retiring_closes_its_report_and_undoing_that_opens_it_again(w: World) -> None:
    record, _ = report(w)
    send(w)
    posted = custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    assert (record.state, stands(w)[0]) == (MaintenanceState.CLOSED, AssetState.RETIRED)
    undo(w.session, w.act(), entry_id=posted.id)
    assert (record.state, stands(w)[0]) == (MaintenanceState.OUT_OF_USE, AssetState.IN_REPAIR)


def test_lost_in_repair_and_found_again_it_is_still_broken(w: World) -> None:
    send(w)
    custody.lost(w.session, w.act(), asset=w.asset("SN-1"))
    custody.found(w.session, w.act(), asset=w.asset("SN-1"), target=w.location("Warehouse"))
    assert stands(w) == (AssetState.OUT_OF_USE, "Warehouse")


def test_neither_what_is_with_a_vendor_nor_that_vendor_is_archived(w: World) -> None:
    w.supplier("Acme")
    send(w, "Acme")
    with pytest.raises(Conflict, match="SN-1 is in repair, at Acme"):
        archive_asset(w.session, w.act(), w.asset("SN-1"))
    with pytest.raises(Conflict, match="SN-1 is in repair, at Acme"):
        archive_location(w.session, w.act(), w.supplier("Acme"))


def test_a_keeper_of_its_store_calls_it_back_from_a_vendor(w: World) -> None:
    w.supplier("Acme")
    send(w, "Acme")
    bo = w.member("Bo")
    w.member("Ada", Role.ADMIN)
    roles.grant(w.session, w.act("Ada"), member=bo, role=Role.KEEPER, location=w.location("Warehouse"))
    repairs.repaired(w.session, w.act("Bo"), asset=w.asset("SN-1"))
    assert stands(w) == (AssetState.AVAILABLE, "Warehouse")


def test_its_history_tells_of_reports_and_repairs(w: World) -> None:
    report(w)
    send(w)
    repaired(w, "new flash")
    kinds = [one.kind for one in history.of_asset(w.session, w.asset("SN-1").id, limit=3)]
    assert kinds == [EntryKind.REPAIRED, EntryKind.SENT_TO_REPAIR, EntryKind.REPORTED]


def test_the_proof_sees_what_is_out_of_use_without_a_reason(w: World) -> None:
    w.session.connection().execute(update(ASSETS).where(ASSETS.c.serial == "SN-1").values(out_of_use=True))
    assert "SN-1 is out of use, and no record says why." in audit.problems(w.session)
    w.session.connection().execute(update(ASSETS).values(out_of_use=False))


def test_several_are_lent_only_when_all_may_be_used(w: World) -> None:
    w.has("Canon R6 SN-2 in Warehouse")
    record, _ = report(w)
    repairs.take_out_of_use(w.session, w.act(), record=record)
    with pytest.raises(Conflict, match="SN-1 is out of use"):
        check_out(w.session, w.act("Ana"), assets=[w.asset("SN-2"), w.asset("SN-1")], holder=w.person("Ana"))
    assert custody.state_of(w.session, w.asset("SN-2")) is AssetState.AVAILABLE


@pytest.mark.parametrize(("how", "end"), [(EntryKind.SOLD, LocationKind.CUSTOMER), (EntryKind.DONATED, LocationKind.CUSTOMER)])
def test_sold_or_donated_it_is_retired_and_goes_to_a_customer(w: World, how: EntryKind, end: LocationKind) -> None:
    w.lend("SN-1")
    posted = custody.retire(w.session, w.act(), asset=w.asset("SN-1"), how=how, target=w.customer("Riverside Homes"))
    where = custody.holder(w.session, w.asset("SN-1"))
    assert (posted.kind, where.state, where.location, where.kind) == (how, AssetState.RETIRED, "Riverside Homes", end)
    undo(w.session, w.act(), entry_id=posted.id)
    assert stands(w) == (AssetState.OUT, "Ana")
    with pytest.raises(Refusal, match="Warehouse is no customer"):
        custody.retire(w.session, w.act(), asset=w.asset("SN-1"), how=how, target=w.location("Warehouse"))
    with pytest.raises(NotAllowed):
        custody.retire(w.session, w.act("Ana"), asset=w.asset("SN-1"), how=how)


def test_whoever_has_a_lost_one_in_their_hands_says_so_and_keepers_are_told(w: World) -> None:
    custody.lost(w.session, w.act(), asset=w.asset("SN-1"))
    with pytest.raises(NotAllowed):
        custody.found(w.session, w.act("Bo"), asset=w.asset("SN-1"), target=w.location("Warehouse"))
    posted = custody.found(w.session, w.act("Bo"), asset=w.asset("SN-1"), target=w.person("Bo"))
    assert stands(w) == (AssetState.OUT, "Bo")
    assert told(w.session, NoticeKind.FOUND) == 1
    undo(w.session, w.act("Bo"), entry_id=posted.id)
    assert stands(w)[0] is AssetState.LOST
