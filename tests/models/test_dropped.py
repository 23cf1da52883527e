"""Dropped files: who may decide about one, what is too late, and who works at it."""

from datetime import timedelta

import pytest

from models.importing import dropped, findings
from models.importing.dropped import LASTS, LEASE, MOST_ATTEMPTS, DroppedFile, DropState
from models.importing.findings import Asked, Found
from models.members import Role
from models.refusals import Conflict, NotAllowed
from tests.world import World

READY = Found(form="our own form", rows=2, added=[("item", 2)])


def dropped_by(w: World, name: str = "Kim") -> DroppedFile:
    return dropped.drop(w.session, w.act(name), name="stores.csv", digest="d1", content=b"item\nBolt\n", channel="D1")


def checked(w: World, found: Found = READY) -> DroppedFile:
    file = dropped_by(w)
    assert dropped.checked(w.session, file.id, found)
    return file


def test_only_an_admin_drops_and_decides(a_world: World) -> None:
    file = checked(a_world)
    a_world.member("Tom", Role.KEEPER)
    with pytest.raises(NotAllowed, match="To import files you need the role admin"):
        dropped_by(a_world, "Tom")
    with pytest.raises(NotAllowed):
        dropped.decide(a_world.session, a_world.act("Tom"), file_id=file.id, checks=1)
    with pytest.raises(NotAllowed):
        dropped.cancel(a_world.session, a_world.act("Tom"), file_id=file.id)


def test_what_is_decided_is_decided_once(a_world: World) -> None:
    file = checked(a_world)
    dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)
    for again in (dropped.decide, dropped.say):
        with pytest.raises(Conflict, match="is being imported already"):
            again(a_world.session, a_world.act(), file_id=file.id, checks=1)
    with pytest.raises(Conflict, match="is being imported already"):
        dropped.cancel(a_world.session, a_world.act(), file_id=file.id)
    dropped.imported(a_world.session, file.id)
    with pytest.raises(Conflict, match="was imported already"):
        dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)


def test_a_button_of_an_older_card_decides_nothing(a_world: World) -> None:
    file = checked(a_world)
    dropped.say(a_world.session, a_world.act(), file_id=file.id, checks=1, mapping={"a": "item"})
    with pytest.raises(Conflict, match="is being checked again"):
        dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)
    dropped.checked(a_world.session, file.id, READY)
    with pytest.raises(Conflict, match="was checked again since"):
        dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)
    assert dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=2).state is DropState.IMPORTING


@pytest.mark.parametrize(
    ("found", "state", "kept"),
    [
        (READY, DropState.CHECKED, True),
        (Found(asks=Asked.DATES, refused="Which?"), DropState.ASKED, True),
        (Found(refused="It is empty."), DropState.BAD, False),
        (Found(many_problems=1, problems=[(2, "item", "no")]), DropState.BAD, False),
        (Found(rows=2, already=2), DropState.IMPORTED, False),
        (READY._replace(imported_as=7), DropState.IMPORTED, False),
    ],
)
def test_bytes_are_kept_as_long_as_something_can_be_said(a_world: World, found: Found, state: DropState, kept: bool) -> None:
    file = checked(a_world, found)
    assert (file.state, dropped.is_kept(a_world.session, file)) == (state, kept)


def test_what_is_not_ready_is_not_imported(a_world: World) -> None:
    file = checked(a_world, Found(asks=Asked.DATES))
    with pytest.raises(Conflict, match="can't be imported as it is"):
        dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)


def test_a_file_is_let_go_after_a_day_unless_somebody_is_at_it(a_world: World) -> None:
    one, other = checked(a_world), checked(a_world)
    dropped.decide(a_world.session, a_world.act(), file_id=other.id, checks=1)
    assert not dropped.review(a_world.session, a_world.now + LASTS - timedelta(seconds=1))
    assert one.state is DropState.CHECKED
    dropped.review(a_world.session, a_world.now + LASTS)
    assert (one.state, other.state) == (DropState.LAPSED, DropState.IMPORTING)
    with pytest.raises(Conflict, match="is not kept any more"):
        dropped.decide(a_world.session, a_world.act(), file_id=one.id, checks=1)


def test_one_works_at_a_file_and_another_only_when_nothing_is_heard_of_them(a_world: World) -> None:
    file, now = dropped_by(a_world), a_world.now
    assert dropped.lease(a_world.session, now) == [file.id]
    assert dropped.lease(a_world.session, now + LEASE - timedelta(seconds=1)) == []
    dropped.progressed(a_world.session, file.id, done=10, rows=20, now=now + timedelta(seconds=59))
    assert dropped.lease(a_world.session, now + LEASE) == []
    assert dropped.lease(a_world.session, now + timedelta(seconds=59) + LEASE) == [file.id]


def begun_and_not_heard_of(w: World, file: DroppedFile) -> None:
    """As often as somebody begins, they die of it."""
    for attempt in range(MOST_ATTEMPTS):
        assert dropped.lease(w.session, w.now + attempt * LEASE) == [file.id]
        assert dropped.begin(w.session, file.id, w.now + attempt * LEASE) is file
    assert dropped.begin(w.session, file.id, w.now + MOST_ATTEMPTS * LEASE) is None
    assert not dropped.anything_waits(w.session, w.now + 2 * MOST_ATTEMPTS * LEASE)


def test_a_file_that_ends_whoever_works_at_it_is_given_up_with_a_word(a_world: World) -> None:
    file = dropped_by(a_world)
    begun_and_not_heard_of(a_world, file)
    assert (file.state, dropped.is_kept(a_world.session, file)) == (DropState.BAD, False)
    assert (file.found.refused or "").startswith("I began 3 times and was stopped each time before I was through; nothing of it is in.")


def test_a_file_that_waits_its_turn_for_long_is_not_given_up(a_world: World) -> None:
    file, now = dropped_by(a_world), a_world.now
    for waited in range(MOST_ATTEMPTS + 1):
        assert dropped.lease(a_world.session, now + waited * LEASE) == [file.id]
    begins = now + (MOST_ATTEMPTS + 1) * LEASE
    assert dropped.begin(a_world.session, file.id, begins) is file
    assert dropped.lease(a_world.session, begins + LEASE - timedelta(seconds=1)) == []


def test_each_decision_about_a_file_gives_it_all_its_attempts_and_what_is_in_stays_in(a_world: World) -> None:
    a_world.has("5 bolt in Warehouse")
    file = dropped_by(a_world)
    dropped.lease(a_world.session, a_world.now)
    dropped.checked(a_world.session, file.id, READY)
    dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)
    dropped.posted(a_world.session, file.id, 1, READY)
    begun_and_not_heard_of(a_world, file)
    assert file.state is DropState.IMPORTED


def test_what_is_found_of_a_file_that_was_let_go_is_forgotten(a_world: World) -> None:
    file = dropped_by(a_world)
    dropped.cancel(a_world.session, a_world.act(), file_id=file.id)
    assert not dropped.checked(a_world.session, file.id, READY)
    assert dropped.begin(a_world.session, file.id, a_world.now) is None


def test_a_finding_reads_back_as_it_was(a_world: World) -> None:
    file = checked(a_world)
    a_world.session.expire_all()
    assert dropped.get(a_world.session, file.id).found == READY._replace(added=[["item", 2]], problems=[], remarks=[], columns=[])
    assert findings.clipped("x" * 400) == "x" * 299 + "…"


def test_what_is_in_the_ledger_by_now_is_not_said_to_have_failed(a_world: World) -> None:
    a_world.has("5 bolt in Warehouse")
    file = checked(a_world)
    dropped.decide(a_world.session, a_world.act(), file_id=file.id, checks=1)
    dropped.posted(a_world.session, file.id, 1, READY)
    assert not dropped.checked(a_world.session, file.id, Found(refused="A fault of mine."))
    assert file.state is DropState.IMPORTING
