"""Terms: who is handed something under terms has it at once, is asked to accept them, and gets a receipt when it is back."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models import (
    acceptances,
    accepting_terms,
    audit,
    checkouts,
    custody,
    editing,
    extending,
    finding,
    handing_over,
    history,
    lending_terms,
    people,
    policies,
    register,
)
from models.acceptances import AcceptanceState
from models.accepting_terms import PATIENCE, PAUSE, REMINDERS
from models.catalog import Category, Item
from models.checking_in import check_in
from models.checking_out import check_out
from models.entries import EntryKind
from models.ledger import Posted
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.quantities import ONE, whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]
WORDS = "Bring it back clean.\n\nWhat you break, you say at once."


@pytest.fixture
def w(world: Build) -> World:
    """Two cameras and hard hats, in categories of a tree; cameras go out under terms. Ada is an admin."""
    built = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "9 returnable hard hat in Warehouse")
    built.member("Ada", Role.ADMIN)
    gear = register.add_category(built.session, built.act(), name="Gear")
    for name, item in (("Cameras", "Canon R6"), ("Hats", "hard hat")):
        category = register.add_category(built.session, built.act(), name=name, parent=gear)
        row = built.session.get_one(Item, built.variant(item).item_id)
        editing.edit_item(built.session, built.act(), row, category=category)
    sets(built, "Cameras", WORDS)
    return built


def category(w: World, name: str) -> Category:
    return finding.category(w.session, name)


def sets(w: World, name: str, words: str | None) -> Posted:
    return policies.set_terms(w.session, w.act("Ada"), category=category(w, name), text=words)


def accept(w: World, lent: Posted, by: str = "Ana") -> Posted:
    return accepting_terms.accept(w.session, w.act(by), entry_id=lent.id)


def decline(w: World, lent: Posted, by: str = "Ana") -> Posted:
    return accepting_terms.decline(w.session, w.act(by), entry_id=lent.id)


def standing(w: World, serial: str = "SN-1") -> AcceptanceState | None:
    held = checkouts.open_for_asset(w.session, w.asset(serial).id)
    assert held is not None
    return held.terms


def asked(w: World, lent: Posted) -> list[str]:
    """The versions that the holder is asked to accept."""
    terms = [lending_terms.get(w.session, one.terms_id) for one in accepting_terms.of_entry(w.session, lent.id)]
    return [lending_terms.said(w.session, one) for one in terms]


def owed(w: World, kind: NoticeKind, name: str = "Ana") -> int:
    """How many messages of a kind are owed to somebody, those apart that a newer one has replaced."""
    query = select(NOTICES.c.id).where(NOTICES.c.kind == kind, NOTICES.c.member_id == w.member(name).id, ~NOTICES.c.superseded)
    return len(w.session.execute(query).all())


def test_what_is_handed_out_is_its_holders_at_once_and_says_that_its_terms_are_not_accepted(w: World) -> None:
    lent = w.lend("SN-1", "SN-2", by="Kim", to="Ana")
    assert (custody.holder(w.session, w.asset("SN-1")).location, standing(w)) == ("Ana", AcceptanceState.WAITING)
    assert (owed(w, NoticeKind.TERMS), owed(w, NoticeKind.LENT)) == (1, 0)
    accept(w, lent)
    assert [standing(w, serial) for serial in ("SN-1", "SN-2")] == [None, None]


def test_an_acceptance_keeps_who_when_which_checkout_and_the_hash_of_the_very_words(w: World) -> None:
    lent = w.lend("SN-1")
    w.later(hours=3)
    accepted = accept(w, lent)
    (one,) = acceptances.of_entry(w.session, lent.id)
    (change,) = accepted.changes
    assert (change.after["text_hash"], change.after["answered_at"]) == (lending_terms.hash_of(WORDS), w.now)
    assert (accepted.member_id, one.checkout_id) == (w.member("Ana").id, checkouts.open_of(w.session, w.person("Ana").id)[0].id)
    (told,) = history.of_asset(w.session, w.asset("SN-1").id, limit=1)
    assert (told.kind, told.member, told.terms) == (EntryKind.ACCEPTED_TERMS, "Ana", ("Cameras, version 1",))


def test_each_text_is_a_version_and_whoever_was_asked_before_stays_with_theirs(w: World) -> None:
    before = w.lend("SN-1")
    sets(w, "Cameras", "Bring it back dry.")
    after = w.lend("SN-2")
    assert (asked(w, before), asked(w, after)) == (["Cameras, version 1"], ["Cameras, version 2"])
    accept(w, before)
    assert acceptances.of_entry(w.session, before.id)[0].text_hash == lending_terms.hash_of(WORDS)


def test_the_next_checkout_is_accepted_again(w: World) -> None:
    accept(w, w.lend("SN-1"))
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    w.lend("SN-1")
    assert standing(w) is AcceptanceState.WAITING


def test_a_category_inherits_terms_unless_it_says_otherwise_itself(w: World) -> None:
    hats: dict[str, Any] = {"variant": w.variant("hard hat"), "quantity": whole(2), "source": w.location("Warehouse")}

    def lend_hats() -> Posted:
        return check_out(w.session, w.act("Ana"), holder=w.person("Ana"), **hats)

    assert asked(w, lend_hats()) == []
    sets(w, "Gear", "Ours, all of it.")
    assert asked(w, lend_hats()) == ["Gear, version 1"]
    nothing = sets(w, "Hats", "")
    assert asked(w, lend_hats()) == []
    undo(w.session, w.act("Ada"), entry_id=nothing.id)
    assert asked(w, lend_hats()) == ["Gear, version 1"]
    sets(w, "Cameras", None)
    assert asked(w, w.lend("SN-1")) == ["Gear, version 1"]


def test_terms_are_set_by_admins_in_words_that_can_be_seen(w: World) -> None:
    w.member("Kay", Role.KEEPER)
    with pytest.raises(NotAllowed, match="role admin"):
        policies.set_terms(w.session, w.act("Kay"), category=category(w, "Hats"), text="Mine.")
    for words, why in ((WORDS, "already"), ("a" * 3_001, "at most 3,000 characters"), ("a\u202eb", "can't be seen")):
        with pytest.raises(Refusal, match=why):
            sets(w, "Cameras", words)


def test_nobody_is_asked_for_what_goes_to_a_van(w: World) -> None:
    lent = check_out(w.session, w.act(), assets=[w.asset("SN-1")], holder=w.location("Van 3"))
    assert (asked(w, lent), standing(w)) == ([], None)


def test_only_the_holder_answers_and_each_answer_once(w: World) -> None:
    lent = w.lend("SN-1")
    for answer in (accept, decline):
        with pytest.raises(NotAllowed, match="for Ana to answer: nobody does that for another"):
            answer(w, lent, "Kim")
    accept(w, lent)
    with pytest.raises(Conflict, match=r"accepted these terms already, on Mon 23 Nov, 09:00\."):
        accept(w, lent)
    with pytest.raises(Conflict, match="Undo that, or bring it back"):
        decline(w, lent)


def test_what_came_back_is_not_to_be_accepted_any_more_and_the_rest_is(w: World) -> None:
    lent = w.lend("SN-1", "SN-2")
    back = check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")]).posted
    accept(w, lent)
    assert [one.state for one in acceptances.of_entry(w.session, lent.id)] == [AcceptanceState.WAITING, AcceptanceState.ACCEPTED]
    undo(w.session, w.act("Ana"), entry_id=back.id)
    assert standing(w) is AcceptanceState.WAITING
    accept(w, lent)
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1"), w.asset("SN-2")])
    with pytest.raises(Conflict, match="has come back since"):
        decline(w, lent)


def test_a_declined_thing_is_told_to_its_keepers_and_may_be_accepted_after_all(w: World) -> None:
    lent = w.lend("SN-1")
    declined = decline(w, lent)
    assert (standing(w), owed(w, NoticeKind.UNACCEPTED, "Kim")) == (AcceptanceState.DECLINED, 1)
    with pytest.raises(Conflict, match="declined these terms already"):
        decline(w, lent)
    accepted = accept(w, lent)
    assert standing(w) is None
    undo(w.session, w.act("Ana"), entry_id=accepted.id)
    undo(w.session, w.act("Ana"), entry_id=declined.id)
    assert standing(w) is AcceptanceState.WAITING


def test_an_answer_is_taken_back_by_nobody_else_and_does_not_keep_a_checkout_from_being_undone(w: World) -> None:
    lent = w.lend("SN-1", by="Kim")
    accepted = accept(w, lent)
    with pytest.raises(NotAllowed, match="only they can take back"):
        undo(w.session, w.act("Kim"), entry_id=accepted.id)
    undo(w.session, w.act("Kim"), entry_id=lent.id)
    with pytest.raises(Conflict, match="has come back since"):
        accept(w, lent)


def test_whoever_gets_it_in_a_hand_over_accepts_for_themself(w: World) -> None:
    lent = w.lend("SN-1")
    accept(w, lent)
    given = handing_over.give(w.session, w.act(), assets=[w.asset("SN-1")], holder=w.person("Bo"))
    assert (standing(w), owed(w, NoticeKind.TERMS, "Bo"), owed(w, NoticeKind.HAND_OVER, "Bo")) == (AcceptanceState.WAITING, 1, 0)
    undo(w.session, w.act(), entry_id=given.id)
    assert standing(w) is None


def test_a_part_that_is_extended_is_accepted_as_the_whole_was(w: World) -> None:
    sets(w, "Hats", "Wear it.")
    hats = w.variant("hard hat")
    lent = check_out(
        w.session,
        w.act("Ana"),
        variant=hats,
        quantity=whole(3),
        source=w.location("Warehouse"),
        holder=w.person("Ana"),
        due=due("2026-11-24 17:00"),
    )
    extending.extend(w.session, w.act("Ana"), variant=hats, quantity=ONE, due=due("2026-11-27 17:00"))
    held = checkouts.open_of(w.session, w.person("Ana").id)
    assert [(one.quantity, one.terms) for one in held] == [(2 * ONE, AcceptanceState.WAITING), (ONE, AcceptanceState.WAITING)]
    accept(w, lent)
    assert [one.terms for one in checkouts.open_of(w.session, w.person("Ana").id)] == [None, None]


def test_an_answer_that_is_undone_was_that_of_the_parts_as_well(w: World) -> None:
    sets(w, "Hats", WORDS)
    hats = w.variant("hard hat")
    lent = check_out(w.session, w.act("Ana"), variant=hats, quantity=whole(3), source=w.location("Warehouse"), holder=w.person("Ana"))
    accepted = accept(w, lent)
    extending.extend(w.session, w.act("Ana"), variant=hats, quantity=ONE, due=due("2026-11-27 17:00"))
    undo(w.session, w.act("Ana"), entry_id=accepted.id)
    assert [one.terms for one in checkouts.open_of(w.session, w.person("Ana").id)] == [AcceptanceState.WAITING] * 2


def test_who_does_not_answer_is_asked_again_and_then_the_keepers_are_told_once(w: World) -> None:
    w.lend("SN-1")
    for number in range(1, REMINDERS + 1):
        accepting_terms.review(w.session, w.now)
        w.now += PATIENCE
        accepting_terms.review(w.session, w.now)
        if number == 2:  # a Sunday
            assert accepting_terms.unaccepted(w.session)[0].asked == number
            w.later(days=1)
            accepting_terms.review(w.session, w.now)
        assert accepting_terms.unaccepted(w.session)[0].asked == number + 1
    assert (owed(w, NoticeKind.TERMS), owed(w, NoticeKind.UNACCEPTED, "Kim")) == (1, 0)
    for _ in range(2):
        w.later(days=4)  # not on a Sunday
        accepting_terms.review(w.session, w.now)
    assert (accepting_terms.unaccepted(w.session)[0].asked, owed(w, NoticeKind.UNACCEPTED, "Kim")) == (REMINDERS + 1, 1)


def test_nobody_is_reminded_of_what_is_accepted_or_back(w: World) -> None:
    lent = [w.lend("SN-1"), w.lend("SN-2")]
    accept(w, lent[0])
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-2")])
    w.now += PATIENCE
    accepting_terms.review(w.session, w.now)
    assert [accepting_terms.of_entry(w.session, one.id)[0].asked for one in lent] == [1, 1]


def test_a_keeper_asks_again_a_day_later_and_not_who_cannot_be_asked(w: World) -> None:
    lent = w.lend("SN-1")
    with pytest.raises(NotAllowed):
        accepting_terms.remind(w.session, w.act("Cy"), entry_id=lent.id)
    with pytest.raises(Conflict, match=r"Ana was asked on Mon 23 Nov, 09:00\. Ask again a day after that"):
        accepting_terms.remind(w.session, w.act(), entry_id=lent.id)
    w.now += PAUSE
    assert accepting_terms.remind(w.session, w.act(), entry_id=lent.id).name == "Ana"
    assert accepting_terms.unaccepted(w.session)[0].asked == 2
    accept(w, lent)
    with pytest.raises(Conflict, match="Nothing of that waits"):
        accepting_terms.remind(w.session, w.act(), entry_id=lent.id)
    people.add_person(w.session, w.act(), name="Eve", email="eve@example.com")
    to_eve = w.lend("SN-2", by="Kim", to="Eve")
    w.now += PAUSE
    with pytest.raises(Refusal, match="Eve can't be asked in Slack"):
        accepting_terms.remind(w.session, w.act(), entry_id=to_eve.id)


def test_what_is_not_accepted_is_listed_for_where_it_left(w: World) -> None:
    w.lend("SN-1")
    lent = w.lend("SN-2", to="Bo")
    listed = accepting_terms.unaccepted(w.session, at=w.location("Warehouse"))
    assert [(one.serial, one.holder) for one in listed] == [("SN-1", "Ana"), ("SN-2", "Bo")]
    assert accepting_terms.unaccepted(w.session, at=w.location("Van 3")) == []
    accept(w, lent, "Bo")
    assert [one.serial for one in accepting_terms.unaccepted(w.session)] == ["SN-1"]


def test_a_return_of_things_under_terms_brings_one_receipt_and_any_other_none(w: World) -> None:
    w.lend("SN-1", "SN-2")
    check_in(w.session, w.act(), assets=[w.asset("SN-1"), w.asset("SN-2")], note="scratched")
    assert (owed(w, NoticeKind.RECEIPT), owed(w, NoticeKind.HANDED_BACK)) == (1, 0)
    w.lend("SN-1")
    custody.move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Van 3"))
    assert owed(w, NoticeKind.RECEIPT) == 2
    sets(w, "Cameras", None)
    w.lend("SN-2")
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-2")])
    assert owed(w, NoticeKind.RECEIPT) == 2


def test_a_version_is_never_changed_and_another_text_than_was_accepted_is_found(w: World) -> None:
    accept(w, w.lend("SN-1"))
    for rewrite in (
        "UPDATE lending_terms SET text = 'mine'",
        "DELETE FROM lending_terms",
        "INSERT OR REPLACE INTO lending_terms SELECT id, category_id, version, 'mine', text_hash, by_id, set_at FROM lending_terms",
    ):
        with pytest.raises(IntegrityError, match="terms are only ever added to"), w.session.begin_nested():
            w.session.execute(text(rewrite))
    with w.session.begin_nested() as savepoint:
        w.session.execute(text("DROP TRIGGER lending_terms_refuse_update"))
        w.session.execute(text("UPDATE lending_terms SET text = 'mine'"))
        assert audit.problems(w.session) == ["The text of terms 1 is not the one that its hash is of."]
        w.session.execute(text("UPDATE lending_terms SET text_hash = :hash"), {"hash": lending_terms.hash_of("mine")})
        assert audit.problems(w.session) == ["Acceptance 1 is of another text than its terms have."]
        savepoint.rollback()
