"""What undo promises: the past reads as if it had never happened, or the first entry in the way is named."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from models import changes, custody, kits, ledger, past, register, stock
from models.booking import book
from models.bookings import BOOKINGS
from models.checking_in import check_in
from models.checking_out import check_out
from models.checkouts import CHECKOUTS
from models.custody import move_assets
from models.entries import ENTRIES, WORDS, EntryKind
from models.extending import extend
from models.kit_register import Belongs, add_kit
from models.ledger import Posted
from models.members import Role
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, NotFound, Shortage
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


def move(w: World, quantity: int, source: str, target: str, **when: float) -> Posted:
    """A move, so much time ago where that is said."""
    variant, at = w.variant("M8 bolt"), w.now - timedelta(**when) if when else None
    source_at, target_at = w.location(source), w.location(target)
    return stock.move(w.session, w.act(), variant=variant, quantity=whole(quantity), source=source_at, target=target_at, happened_at=at)


def use(w: World, quantity: int, source: str) -> Posted:
    return stock.take(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(quantity), source=w.location(source))


def bring(w: World, serial: str, target: str) -> Posted:
    return move_assets(w.session, w.act(), assets=[w.asset(serial)], target=w.location(target))


def take_back(w: World, entry: Posted | int, by: str | None = None) -> Posted:
    return undo(w.session, w.act(by), entry_id=entry if isinstance(entry, int) else entry.id)


def last_entry(w: World) -> int:
    return w.session.scalars(select(ENTRIES.c.id).order_by(ENTRIES.c.id.desc()).limit(1)).one()


def test_the_past_shows_that_it_never_happened(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(hours=1)
    moved = move(w, 5, "Warehouse", "Van 3")
    w.later(hours=1)
    take_back(w, moved)
    levels = past.stock_at(w.session, moved.happened_at, variant_ids=[w.variant("M8 bolt").id])
    assert {level.location: level.quantity for level in levels} == {"Warehouse": whole(9), "Van 3": whole(1)}


def test_what_was_known_before_the_undo_is_remembered(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(hours=1)
    moved = move(w, 5, "Warehouse", "Van 3")
    w.later(hours=1)
    take_back(w, moved)
    known = past.as_of(w.session, moved.happened_at, known_at=moved.recorded_at)
    assert known.stock[w.variant("M8 bolt").id, w.location("Van 3").id] == whole(6)


def test_nothing_is_undone_twice(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    moved = move(w, 5, "Warehouse", "Van 3")
    take_back(w, moved)
    with pytest.raises(Conflict, match=r"Kim undid this already, on Mon 23 Nov, 09:00\."):
        take_back(w, moved)


def test_an_undo_is_not_undone(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    undone = take_back(w, move(w, 5, "Warehouse", "Van 3"))
    with pytest.raises(Conflict, match="Do the opposite instead"):
        take_back(w, undone)


def test_an_entry_that_is_not_there_is_not_undone(world: Build) -> None:
    with pytest.raises(NotFound, match="There is no entry 999"):
        take_back(world(), 999)


def test_what_has_been_used_since_is_not_taken_back_and_the_first_use_is_named(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    moved = move(w, 5, "Warehouse", "Van 3")
    w.later(days=1)
    use(w, 1, "Van 3")
    first = use(w, 2, "Van 3")
    use(w, 2, "Van 3")
    with pytest.raises(Shortage, match=rf"Then Van 3 would have been 2 M8 bolts short on Tue 24 Nov, at entry {first.id} \(took\)\."):
        take_back(w, moved)


def test_entries_are_undone_in_reverse_order_back_to_the_start(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    made = [move(w, 5, "Warehouse", "Van 3"), use(w, 6, "Van 3")]
    w.later(days=1)
    for entry in reversed(made):
        take_back(w, entry)
    assert (w.on_hand("M8 bolt", "Warehouse"), w.on_hand("M8 bolt", "Van 3")) == (9, 1)


def test_an_undo_at_the_very_moment_of_the_entry_still_sees_what_hangs_on_it(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    moved, used = move(w, 5, "Warehouse", "Van 3"), use(w, 6, "Van 3")
    move(w, 4, "Warehouse", "Van 3")
    with pytest.raises(Shortage, match=rf"at entry {used.id} "):
        take_back(w, moved)


def test_a_backdated_entry_is_undone_as_of_when_it_happened(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    w.later(days=40)
    moved = move(w, 5, "Warehouse", "Van 3", days=35)
    w.later(days=1)
    take_back(w, moved)
    assert past.as_of(w.session, w.now).stock == past.as_of(w.session, moved.happened_at).stock


def test_an_asset_goes_back_along_its_path(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    first, second = bring(w, "SN-1", "Van 3"), bring(w, "SN-1", "Van 4")
    w.later(days=1)
    take_back(w, second)
    take_back(w, first)
    assert w.asset("SN-1").location_id == w.location("Warehouse").id
    assert [step.source for step in custody.custody(w.session, w.asset("SN-1"))] == ["Supplier"]


def test_an_asset_that_moved_on_stays_and_the_next_move_is_named(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3", "1 M8 bolt in Van 4")
    first, second = bring(w, "SN-1", "Van 3"), bring(w, "SN-1", "Van 4")
    with pytest.raises(Conflict, match=rf"Entry {second.id} \(moved\) stands in the way: it moved SN-1 on from Van 3"):
        take_back(w, first)


def test_an_asset_that_came_back_to_where_it_was_stays_too(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3")
    first = bring(w, "SN-1", "Van 3")
    bring(w, "SN-1", "Warehouse")
    bring(w, "SN-1", "Van 3")
    with pytest.raises(Conflict, match="stands in the way"):
        take_back(w, first)


def test_an_addition_is_undone_and_its_name_is_free_again(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    gone = w.asset("SN-1")
    take_back(w, last_entry(w))
    register.add_assets(w.session, w.act(), variant=w.variant("Canon R6"), serials=["SN-1"], target=w.location("Warehouse"))
    assert gone.archived_at is not None


def test_an_addition_is_not_undone_under_what_was_done_with_it(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 M8 bolt in Van 3")
    added = w.session.scalars(select(ENTRIES.c.id).where(ENTRIES.c.kind == EntryKind.ADDED).order_by(ENTRIES.c.id)).all()
    with pytest.raises(Conflict, match="what is archived holds nothing"):
        take_back(w, added[-1])


def test_a_scrapped_asset_does_not_come_back_once_it_is_archived(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    retired = custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    ledger.post(w.session, w.act(), EntryKind.ARCHIVED, changed=[changes.changed(w.asset("SN-1"), archived_at=w.now)])
    with pytest.raises(Conflict, match="SN-1 would be in Warehouse, and it is archived"):
        take_back(w, retired)


def test_what_hangs_on_something_whose_adding_is_undone_ends_with_it(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    model, one = w.variant("Canon R6"), w.asset("SN-2")
    added = custody.custody(w.session, one, most=1)[0].entry_id
    kit = add_kit(w.session, w.act(), name="Kit", belongs=[Belongs(model, asset=w.asset("SN-1")), Belongs(model, asset=one)])
    start, end = due("2026-12-01 09:00").at, due("2026-12-02 17:00").at
    book(w.session, w.act("Ana"), chosen=[one], holder=w.person("Ana"), start=start, end=end, zone="UTC")
    undo(w.session, w.act(), entry_id=added)
    assert [part.serial for part in kits.parts_of(w.session, kit.id)] == ["SN-1"]
    assert w.session.scalars(select(BOOKINGS.c.id).where(BOOKINGS.c.closed_at.is_(None))).all() == []


def test_a_name_given_away_since_is_not_taken_back(world: Build) -> None:
    w = world("1 M8 bolt in Van 3")
    van = w.location("Van 3")
    renamed = ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changes.changed(van, name="Van 9", name_key="van 9")])
    w.location("Van 3")
    with pytest.raises(Conflict, match="has that name or code by now"):
        take_back(w, renamed)


def test_changed_terms_are_as_they_were(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=due("2026-11-27 17:00"))
    later = extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=due("2026-11-30 17:00"))
    take_back(w, later, by="Ana")
    assert w.session.scalar(select(CHECKOUTS.c.due_local)) == "2026-11-27T17:00"


def test_terms_that_were_changed_again_stand_and_the_next_change_is_named(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=due("2026-11-27 17:00"))
    first, second = (
        extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=due(day)) for day in ("2026-11-30 17:00", "2026-12-01 17:00")
    )
    with pytest.raises(Conflict, match=rf"You have changed this again since, .* \(entry {second.id}, extended\)\. Undo that first\."):
        take_back(w, first, by="Ana")


def test_terms_are_undone_step_by_step_back_to_the_start(world: Build) -> None:
    w = world("1 M8 bolt in Van 3")
    van = w.location("Van 3")
    made = [ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changes.changed(van, channel=channel)]) for channel in ("C1", "C2")]
    for entry in reversed(made):
        take_back(w, entry)
    assert van.channel is None


def test_terms_that_were_changed_there_and_back_stand_too(world: Build) -> None:
    w = world("1 M8 bolt in Van 3")
    van = w.location("Van 3")
    first, *_ = (
        ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[changes.changed(van, channel=channel)]) for channel in ("C1", "C2", "C1")
    )
    with pytest.raises(Conflict, match="You have changed this again since"):
        take_back(w, first)


def test_a_checkout_is_undone_although_it_was_extended_since(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    out = w.lend("SN-1", due=due("2026-11-27 17:00"))
    extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=due("2026-11-30 17:00"))
    take_back(w, out, by="Ana")
    assert (w.asset("SN-1").location_id, w.session.scalar(select(CHECKOUTS.c.quantity))) == (w.location("Warehouse").id, 0)


def test_a_return_is_undone_and_the_thing_is_out_again(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    back = check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    take_back(w, back.posted, by="Ana")
    assert w.session.scalar(select(CHECKOUTS.c.closed_at)) is None


def test_a_return_is_not_undone_under_the_next_checkout(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1")
    back = check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    again = w.lend("SN-1", to="Ben")
    with pytest.raises(Conflict, match=rf"Entry {again.id} \(checked out\) stands in the way"):
        take_back(w, back.posted, by="Ana")


def test_undo_leaves_nobody_with_less_than_they_have_checked_out(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    hats, ana = w.variant("hard hat"), w.person("Ana")
    given = stock.move(w.session, w.act(), variant=hats, quantity=whole(3), source=w.location("Warehouse"), target=ana)
    check_out(w.session, w.act("Ana"), variant=hats, quantity=whole(5), source=w.location("Warehouse"), holder=ana)
    stock.move(w.session, w.act(), variant=hats, quantity=whole(3), source=ana, target=w.location("Van 3"))
    with pytest.raises(Conflict, match=r"Ana has 5 hard hats checked out, and would be left with 2 hard hats\."):
        take_back(w, given)


def test_somebody_elses_act_is_for_keepers_of_the_place(world: Build) -> None:
    w = world("9 M8 bolt in Warehouse", "1 M8 bolt in Van 3")
    moved = move(w, 5, "Warehouse", "Van 3")
    with pytest.raises(NotAllowed, match="Only whoever did it, or a keeper there"):
        take_back(w, moved, by="Ana")
    w.member("Ben", Role.KEEPER)
    assert take_back(w, moved, by="Ben").kind is EntryKind.UNDID


def test_a_role_is_revoked_and_not_undone(world: Build) -> None:
    w = world()
    granted = ledger.post(w.session, w.act(), EntryKind.GRANTED)
    with pytest.raises(Conflict, match="Do the opposite instead"):
        take_back(w, granted)


def test_a_keeper_does_not_undo_an_admins_policy(world: Build) -> None:
    w = world()
    w.member("Ben", Role.KEEPER)
    policy = ledger.post(w.session, w.act(), EntryKind.SET_POLICY)
    with pytest.raises(NotAllowed, match="you need the role admin"):
        take_back(w, policy, by="Ben")


def test_an_entry_whose_words_were_erased_is_not_undone(world: Build) -> None:
    w = world("1 M8 bolt in Van 3")
    named = last_entry(w) - 1
    w.session.execute(delete(WORDS).where(WORDS.c.entry_id == named))
    change = changes.changed(w.location("Van 3"), name="Van 9", name_key="van 9", channel="C1")
    renamed = ledger.post(w.session, w.act(), EntryKind.EDITED, changed=[change])
    w.session.execute(delete(WORDS).where(WORDS.c.entry_id == renamed.id))
    with pytest.raises(Conflict, match="have been erased"):
        take_back(w, renamed)
